"""A package's own module of tests is its runner (`python -m package.test`), wherever CI gets to it."""

from __future__ import annotations

from agentlint.engine.audit import audit_files

_CI = ".github/workflows/ci.yml"
_JOB = "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n%s    steps:\n      - run: %s\n"
_TOX = "[testenv]\ncommands =\n    python -bb -m parser.test\n    full: python -m parser.test --slow\n"


def _silent(files: dict[str, str]) -> list[str]:
    audit = audit_files({name: text.encode() for name, text in {"parser/__init__.py": "", **files}.items()})
    return [f"{one.path}:{one.line}" for one in audit.findings if one.rule == "OUT401"]


def test_environments_of_tox() -> None:
    assert _silent({"tox.ini": _TOX, _CI: _JOB % ("", "tox -e py313")}) == ["tox.ini:3"]
    legs = "    strategy:\n      matrix:\n        env: [py313-full, py314]\n"
    assert _silent({"tox.ini": _TOX, _CI: _JOB % (legs, "tox -e ${{ matrix.env }}")}) == ["tox.ini:3", "tox.ini:4"]


def test_wheels_tried_by_cibuildwheel() -> None:
    settings = '[tool.cibuildwheel]\ntest-command = "python -m parser.tests"\n'
    assert _silent({"pyproject.toml": settings, _CI: _JOB % ("", "cibuildwheel")}) == ["pyproject.toml:2"]


def test_what_is_no_suite_or_tells_of_a_report() -> None:
    told = _TOX.replace("parser.test", "parser.test --xml out").replace("full: ", "")
    assert _silent({"tox.ini": told, _CI: _JOB % ("", "tox -e py313")}) == []
    others = _TOX.replace("parser.test", "elsewhere.test")
    assert _silent({"tox.ini": others, _CI: _JOB % ("", "tox -e py313-full")}) == []
    helper = _TOX.replace("parser.test", "parser.test.util")
    assert _silent({"tox.ini": helper, _CI: _JOB % ("", "tox -e py313-full")}) == []


def test_a_script_that_reads_the_log_runs_no_tests() -> None:
    script = {"extract_failed_tests.sh": "#!/bin/bash\nperl -ne 'print' \"$1\"\n"}
    assert _silent({**script, _CI: _JOB % ("", "./extract_failed_tests.sh test.log")}) == []
