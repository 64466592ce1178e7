"""TOXENV in a job's environment chooses what tox runs there, and what stands in a variable may be the option for a report."""

from __future__ import annotations

import pytest

from agentlint.engine.audit import audit_files

_TOX = "[testenv]\ncommands = pytest --junitxml=r.xml {posargs}\n\n[testenv:types]\ncommands = pytest tests_types\n"
_JOB = "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    env:\n      %s\n    steps:\n      - run: tox%s\n"


def _silent(files: dict[str, str]) -> list[str]:
    audit = audit_files({name: text.encode() for name, text in files.items()})
    return [f"{one.path}:{one.line}" for one in audit.findings if one.rule == "OUT401"]


def test_toxenv_chooses_the_environment() -> None:
    ci = ".github/workflows/ci.yml"
    assert _silent({"tox.ini": _TOX, ci: _JOB % ("TOXENV: py313", "")}) == []
    assert f"{ci}:8" in _silent({"tox.ini": _TOX, ci: _JOB % ("TOXENV: types", "")})
    assert f"{ci}:8" in _silent({"tox.ini": _TOX, ci: _JOB % ("TOXENV: py313", " -e types")})


_MANY = (
    "[tox]\nenv_list = lint-{a,b}, 3.1{1-2}-tests, 3.1{1-2}-types, pypy-tests\n"
    "[testenv]\ncommands =\n    tests: pytest --junitxml=r.xml\n    types: pytest types\n"
    "[testenv:lint-{a,b}]\ncommands = pytest lint\n"
    "[testenv:pypy-tests]\ncommands = pytest few\n"
)


@pytest.mark.parametrize(
    ("call", "lines"),
    [
        (" -f lint", [8]),
        (" -f tests", [10]),
        (" -e $PYTHON-types", [6]),
        (" -e $PYTHON-tests", [10]),
        (" -e 3.12-tests", []),
        (" -e 3.11-tests,lint-b", [8]),
        (" -e $WHATEVER", []),
        (" -f tests 3.12", []),
    ],
)
def test_names_and_factors_choose_environments(call: str, lines: list[int]) -> None:
    """By its factors, by a pattern, by name; what stands behind a condition belongs to those that meet it."""
    told = _silent({"tox.ini": _MANY, ".github/workflows/ci.yml": _JOB % ("A: b", call)})
    assert [int(place.rpartition(":")[2]) for place in told if place.startswith("tox.ini")] == lines


def test_an_option_in_a_variable_makes_the_report() -> None:
    ci = ".github/workflows/ci.yml"
    tox = "[testenv]\ncommands = pytest {posargs:{env:REPORT_TO:}}\npassenv = REPORT_TO\n"
    assert f"{ci}:8" in _silent({"tox.ini": tox, ci: _JOB % ("REPORT_TO: ''", " -e py313")})
    assert _silent({"tox.ini": tox, ci: _JOB % ("REPORT_TO: --junitxml=r.xml", " -e py313")}) == []


def test_results_handed_to_a_service_of_coverage() -> None:
    step = (
        "\n      - uses: codecov/codecov-action@v5\n        if: always()\n        with: {report_type: test_results}\n"
    )
    ci = ".github/workflows/ci.yml"
    tox = "[testenv]\ncommands = pytest {posargs}\n"
    assert _silent({"tox.ini": tox, ci: _JOB % ("A: b", " -e py313") + step.lstrip("\n")}) == []
