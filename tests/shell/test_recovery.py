"""A line that the grammar does not know costs that line, and not the function or script around it."""

from __future__ import annotations

import pytest

from agentlint.config import Config
from agentlint.engine.audit import Audit, audit_files

SPOILERS = {
    "broken arithmetic in a string": '    echo -e "$[{red}Error${plain}] Not supported"',
    "a condition over a here-document": '    if ! cat > "$F" << EOF; then\nread it who can\nEOF\n      return 1\n    fi',
    "two backticks in a string": '    if git merge "$B" \\\n        -m "on $P"; then\n      echo "run ``$P --continue``."\n    fi',
    "a pattern with quotes": '    old=${response#*{\\"name\\":\\""$D"\\",\\"content\\":\\"}',
    "a pattern with blanks": '    if [[ "$P" = *" "* ]]\n    then\n      true\n    fi',
    "brackets within sums": "    if (( (at > 0) && (at == ($# - 1)) )); then\n      true\n    fi",
}
SCRIPT = """#!/bin/bash
check() {{
    if [ "$a" == "{name}" ]; then
{line}
    fi
    for x in 1 2 3; do
      echo "it's $x, you'd say: ${{x[0]}}"
    done
    read -p "Name: " name
}}
other() {{
    read -p "Other: " name
}}
check
other
"""


def audited(line: str) -> Audit:
    script = SCRIPT.format(name="x", line=line)
    return audit_files({"a.sh": script.encode()}, Config(select=("INT102",)))


@pytest.mark.parametrize("name", SPOILERS)
def test_the_questions_around_it_are_found(name: str) -> None:
    found = audited(SPOILERS[name])
    lines = SCRIPT.format(name="x", line=SPOILERS[name]).split("\n")
    assert [lines[finding.line - 1].strip()[:8] for finding in found.findings] == ["read -p "] * 2
    assert not any("read it" in lines[finding.line - 1] for finding in found.findings)
