"""A program or command that checks something tells of what is wrong, and has no way to fail."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.adapters.code.source import is_test_code
from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.judgements.printing.layouts import dialect_of
from agentlint.judgements.printing.never_failing import commands_told_only, is_checker, told_only
from agentlint.judgements.running.scope import aside
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity
from agentlint.rule.comments import reason_at

_PY = (
    "import pathlib\n{head}\n\ndef main():\n    bad = 0\n    for path in pathlib.Path('docs').rglob('*.md'):\n        if not fine(path):\n"
    "            print(f'{word}: {{path}}')\n            bad += 1\n{end}\n\nif __name__ == '__main__':\n    main()\n"
)
_JS = (
    "const missing = keys(require('../en.json')).filter((key) => !known(key));\nif (missing.length > 0) {{\n"
    "  console.error(`❌ ${{missing.length}} keys are missing`);\n{end}}}\n"
)
_SH = '#!/bin/bash\nfor one in config/*.json; do\n  if ! jq -e . "$one"; then\n    echo "❌ $one is broken"\n{more}  fi\ndone\n{end}'
_CLI = "import typer\n\napp = typer.Typer()\n\n\n@app.command()\ndef {name}():\n    for tool in TOOLS:\n        if not which(tool):\n            typer.echo(f'[FAIL] {{tool}}')\n{end}"

RULE = Rule(
    id="OUT436",
    name="check-that-cannot-fail",
    category=Category.HUMAN_OUTPUT,
    summary="A program that checks (`check_links.py`, `app doctor`) prints what is wrong, and nothing in it can end with failure.",
    why=(
        "The verdict is in the words only. A job that runs it is green whatever it finds, and an agent that goes by the status takes "
        "broken work for good."
    ),
    remediation="Count what is wrong and leave with a status other than 0 (`sys.exit(1)`, `process.exitCode = 1`, `os.Exit(1)`, `exit 1`).",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=60, source="E14"),
    evidence=("E14",),
    bad=(
        Bad({"scripts/check_links.py": _PY.format(head="", word="ERROR", end="")}, at=("scripts/check_links.py:8",)),
        Bad(
            {"ci/run_checks.py": _PY.format(head="import sys\n", word="FAILED", end="    sys.exit(0)\n")},
            at=("ci/run_checks.py:9",),
            title="the status that it sets is 0",
        ),
        Bad({"scripts/check-i18n.js": _JS.format(end="")}, at=("scripts/check-i18n.js:3",)),
        Bad({"ci/validate.sh": _SH.format(more="", end="")}, at=("ci/validate.sh:4",)),
        Bad(
            {
                "cmd/verify/main.go": (
                    'package main\n\nfunc main() {\n\tfor _, p := range problems() {\n\t\tif p.Bad() {\n\t\t\tfmt.Printf("FAIL %s\\n", p)\n'
                    "\t\t}\n\t}\n}\n"
                )
            },
            at=("cmd/verify/main.go:6",),
        ),
        Bad({"kit.py": _CLI.format(name="doctor", end="")}, at=("kit.py:10",), title="a command of a program"),
    ),
    good=(
        Good(
            {"scripts/check_links.py": _PY.format(head="import sys\n", word="ERROR", end="    sys.exit(bad > 0)\n")},
            because="its status tells",
        ),
        Good({"scripts/list_links.py": _PY.format(head="", word="ERROR", end="")}, because="no check"),
        Good({"scripts/check_links.py": _PY.format(head="", word="Warning", end="")}, because="a warning"),
        Good({"tests/check_links.py": _PY.format(head="import pytest\n", word="ERROR", end="")}, because="pytest fails for it"),
        Good({"scripts/check-i18n.js": _JS.format(end="  process.exit(1);\n")}, because="its status tells too"),
        Good({"ci/validate.sh": _SH.format(more="    bad=1\n", end="[ -z \"$bad\" ]\n")}, because="the last test is its status"),
        Good({"ci/validate.sh": _SH.format(more="    exit 1\n", end="")}, because="it leaves"),
        Good({"kit.py": _CLI.format(name="doctor", end="            raise typer.Exit(1)\n")}, because="it fails"),
        Good({"kit.py": _CLI.format(name="tools", end="")}, because="a list"),
    ),
)  # fmt: skip
_ENDINGS = (".py", ".js", ".mjs", ".cjs", ".ts", ".mts", ".go", ".sh", ".bash")


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag the first message of a failure in programs and commands that give verdicts and cannot fail."""
    for path in whole.judged:
        name = path.rsplit("/", 1)[-1]
        if not (name.endswith(_ENDINGS) or "." not in name) or aside(path) or is_test_code(path, ""):
            continue
        named = is_checker(path)
        if not named and not name.endswith(".py"):
            continue
        text = repository.text(path).replace("\r\n", " \n")  # as long as it was
        language = dialect_of(path, text)
        first = told_only(path, text, language) if named else None
        found = [first] if first is not None else list(commands_told_only(text)) if language == "py" else []
        for span in found:
            place = Place(path, span)
            if not reason_at(place, repository):
                written = " ".join(text[span.start : span.end].split())[:60]
                message = f"`{written}` tells of a failure, and nothing in this check can fail; leave with a status other than 0"
                yield Hit(place=place, message=message, unit="")
