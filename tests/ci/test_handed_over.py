"""A script that runs what it is handed runs the linter or the tests that stand behind its name."""

from __future__ import annotations

from agentlint.engine.audit import audit_files

_CI = ".github/workflows/ci.yml"
_JOB = "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: %s\n"
_ALL = '#!/bin/bash\nset -e\nRUBYOPT=-w bundle exec "$@" 2> warnings || { cat warnings; exit 1; }\n'


def _silent(run: str, script: str) -> list[str]:
    files = {_CI: _JOB % run, "script/strict": script}
    audit = audit_files({name: text.encode() for name, text in files.items()})
    return [f"{one.path}:{one.line} {one.rule}" for one in audit.findings if one.rule in {"OUT401", "OUT402"}]


def test_what_all_words_are_is_run() -> None:
    for run in ("./script/strict rspec spec/", "bash script/strict cucumber features/", "./script/strict prove -r t"):
        assert _silent(run, _ALL) == [f"{_CI}:6 OUT401"]
    assert _silent("./script/strict rubocop", _ALL) == [f"{_CI}:6 OUT402"]


def test_a_report_asked_for_is_one() -> None:
    assert _silent("./script/strict rspec --format json --out rspec.json", _ALL) == []


def test_what_is_handed_on_in_part_is_not_known() -> None:
    assert _silent("./script/strict rspec spec/", '#!/bin/bash\nshift\n"$@"\n') == []
    assert _silent("./script/strict rspec spec/", '#!/bin/bash\necho "$@"\n') == []
    assert _silent("./script/strict rspec spec/", '#!/bin/bash\nrun() {\n  "$@"\n}\nrun ls\n') == []
