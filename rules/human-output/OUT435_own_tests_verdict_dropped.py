"""A package's own test function gives its verdict as a value, and the line of Python that calls it drops it."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command, Status
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.reporting.verdicts import swallowed_by_step
from agentlint.judgements.running.scope import in_prose
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity

_HEAD = "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n"

RULE = Rule(
    id="OUT435",
    name="own-tests-verdict-dropped",
    category=Category.HUMAN_OUTPUT,
    summary='`python -c "import numpy; numpy.test()"` ends with success whatever the tests say.',
    why=(
        "The function gives True or False back and ends nothing: with the value dropped, Python's status is 0, and a wheel whose "
        "tests fail passes for a good one."
    ),
    remediation='Hand the verdict on: `python -c "import numpy, sys; sys.exit(not numpy.test())"`, or run `pytest --pyargs numpy`.',
    severity=Severity.MAJOR,
    cost=Cost(seconds=60, source="E14"),
    evidence=("E14",),
    programs=frozenset({"python", "python2", "python3", "pypy", "pypy3"}),
    bad=(
        Bad(
            {".github/workflows/ci.yml": _HEAD + '      - run: python -c "import numpy; numpy.test(verbose=2)"\n'},
            at=(".github/workflows/ci.yml:6",),
        ),
        Bad(
            {"check.sh": "#!/bin/sh\nset -e\npython3 -c 'import scipy as sp\nsp.test(\"full\")'\n"},
            at=("check.sh:3",),
            title="by another name, on more than one line",
        ),
        Bad(
            {
                "pyproject.toml": "[tool.cibuildwheel]\ntest-command = 'python -c \"import statsmodels; statsmodels.test()\"'\n"
            },
            at=("pyproject.toml:2",),
            title="on the wheel that is built",
        ),
        Bad(
            {
                ".github/workflows/wheels.yml": _HEAD
                + "      - uses: pypa/cibuildwheel@v2.21.3\n        env:\n          CIBW_BUILD: cp3*\n"
                "          CIBW_TEST_COMMAND: python -c \"import statsmodels; statsmodels.test(['--skip-slow'])\"\n"
            },
            at=(".github/workflows/wheels.yml:9",),
            title="by a variable of cibuildwheel",
        ),
    ),
    good=(
        Good(
            {
                "check.sh": (
                    "#!/bin/sh\nset -e\npython -c 'import numpy, sys; sys.exit(not numpy.test())'\n"
                    "python -c 'import scipy; assert scipy.test()'\n"
                    "python -c 'import statsmodels; statsmodels.test(exit=True)'\n"
                    "python -c 'import numpy; r = numpy.test(); raise SystemExit(not r)'\n"
                )
            },
            because="the verdict is handed on",
        ),
        Good(
            {"check.sh": "#!/bin/sh\nset -e\npython -c 'import pandas; pandas.test()'\n"},
            because="that function ends Python by itself",
        ),
        Good(
            {"README.md": "```sh\npython -c 'import numpy; numpy.test()'\n```\n"}, because="a person reads what it says"
        ),
    ),
)

_GIVE_A_VALUE = frozenset({"numpy", "scipy", "statsmodels", "sympy", "h5py"})
"""Packages whose `test()` gives its verdict back. Sources: numpy/_pytesttester.py, scipy/_lib/_testutils.py (`return code == 0`),
statsmodels/tools/_test_runner.py (`exit=False`), sympy/testing/runtests.py (`test`), h5py/tests/__init__.py (`run_tests`)."""
_IMPORT = lazily(r"\bimport[ \t]+([\w.]+)(?:[ \t]+as[ \t]+(\w+))?")
_IMPORTS = lazily(r"\bimport[ \t]+(\w+(?:[ \t]*,[ \t]*\w+)+)")
_CALLED = lazily(r"(?:^|[;\n])[ \t]*(\w+)\.(test|run_tests)\((?![^;\n]*\bexit[ \t]*=[ \t]*True)")
_HANDED_ON = lazily(r"\bexit\b[ \t]*\(|\bassert\b|\braise\b|\bSystemExit\b")


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag a line of Python that calls such a function as a statement of its own."""
    call = _dropped(command.value_of("-c") or "") if command.status is Status.COUNTED else ""
    if call and not in_prose(command, repository) and not swallowed_by_step(command, repository):
        message = f"`{call}` gives its verdict as a value, which is dropped here: failing tests leave status 0; hand it to sys.exit"
        yield Hit(place=command.place, message=message, unit=command.unit)


def _dropped(said: str) -> str:
    """The call in a text of Python whose verdict goes nowhere; "" where there is none."""
    if ".test(" not in said and ".run_tests(" not in said:
        return ""
    called = _CALLED.search(said)
    if called is None or _HANDED_ON.search(said) or _imported(said).get(called[1]) not in _GIVE_A_VALUE:
        return ""
    return f"{called[1]}.{called[2]}()"


def _imported(said: str) -> dict[str, str]:
    """The packages by the names they have in this text; `import a, b` too."""
    found = {one[2] or one[1]: one[1].partition(".")[0] for one in _IMPORT.finditer(said)}
    for line in _IMPORTS.findall(said):
        found.update({name.strip(): name.strip() for name in line.split(",")})
    return found
