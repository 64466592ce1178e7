"""Questions of Ruby programs on HighLine, whose methods reach each command through a class of another file."""

from __future__ import annotations

import pytest

from agentlint.engine.audit import audit_files

_GEMSPEC = "Gem::Specification.new do |s|\n  s.name = 'tool'\n  s.add_dependency 'highline', '~> 3.0'\nend\n"
_COMMAND = "module Tool\n  class Key < Command\n    def run\n      %s\n    end\n  end\nend\n"


@pytest.mark.parametrize(
    ("line", "gemspec", "asks"),
    [
        ("return unless agree('Store the key? ')", _GEMSPEC, 1),
        ("config['key'] = ask('API key: ') { |q| q.echo = '*' }", _GEMSPEC, 1),
        ("error 'not set up' unless interactive?\n      ask('API key: ')", _GEMSPEC, 0),
        ("api.ask('API key: ')", _GEMSPEC, 0),
        ("ask(record)", _GEMSPEC, 0),
        ("agree('Store the key? ')", _GEMSPEC.replace("highline", "rake"), 0),
    ],
)
def test_questions_in_the_files_of_commands(line: str, gemspec: str, asks: int) -> None:
    files = {"tool.gemspec": gemspec, "bin/tool": "#!/usr/bin/env ruby\n", "lib/tool/key.rb": _COMMAND % line}
    audit = audit_files({path: text.encode() for path, text in files.items()})
    found = [finding for finding in audit.findings if finding.path == "lib/tool/key.rb" and finding.rule == "INT114"]
    assert len(found) == asks
