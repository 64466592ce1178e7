"""A script of the repository runs a test suite through the runner's own interface and reports to eyes only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository, commands_of
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.printing.program_texts import ProgramText, program_texts
from agentlint.judgements.reporting.reporting import names_report
from agentlint.judgements.running.scope import carried_out
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_CI = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {run}\n"
_MOCHA = "import Mocha from 'mocha';\n\nexport function run() {{\n  const mocha = new Mocha({{ ui: 'tdd'{more} }});\n  return mocha.run(() => 0);\n}}\n"
_GO = 'package main\n\nimport "os/exec"\n\nfunc main() {{\n\tif exec.Command({words}).Run() != nil {{\n\t\tpanic(1)\n\t}}\n}}\n'

RULE = Rule(
    id="OUT419",
    name="suite-in-script",
    category=Category.HUMAN_OUTPUT,
    summary="A script that CI runs starts unittest, pytest, mocha or go test itself, with a runner that prints for eyes only.",
    why=(
        "What failed, and where, stands only in a log made for eyes. No option on the command line can change that: the script "
        "itself chooses the runner."
    ),
    remediation="Choose a runner that writes JUnit XML or JSON (xmlrunner, --junitxml, mocha-junit-reporter).",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=20, source="E34"),
    station=Station.CI,
    evidence=("E34",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": _CI.format(run="python scripts/run_all.py"),
                "scripts/run_all.py": "import unittest\n\nresult = unittest.TextTestRunner(verbosity=2).run(suite)\n",
            },
            at=("scripts/run_all.py:3",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _CI.format(run="python check.py"),
                "check.py": "import pytest\n\nraise SystemExit(pytest.main(['-q', 'tests']))\n",
            },
            at=("check.py:3",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _CI.format(run="python -m tools.run_tests core"),
                "tools/run_tests.py": "import subprocess\n\n\ndef run(pattern):\n    words = ['pytest', '--tb=short']\n"
                "    if pattern:\n        words.extend(['-k', pattern])\n    words = words or ['true']\n    return subprocess.call(words)\n",
            },
            at=("tools/run_tests.py:5",),
            title="words that are put together first",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _CI.format(run="npm test"),
                "package.json": '{"scripts": {"test": "node out/test/runTest.js"}}\n',
                "src/test/index.ts": _MOCHA.format(more=""),
            },
            at=("src/test/index.ts:4",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _CI.format(run="go run scripts/build.go test"),
                "scripts/build.go": _GO.format(words='"go", "test", "./..."'),
            },
            at=("scripts/build.go:6",),
            title="a build program",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _CI.format(run="go run scripts/build.go test"),
                "scripts/build.go": _GO.format(words='"go", "test", "-json", "./..."'),
            },
            because="its lines are JSON",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _CI.format(run="npm test"),
                "package.json": '{"scripts": {"test": "node out/test/runTest.js"}}\n',
                "src/test/index.ts": _MOCHA.format(more=", reporter: 'mocha-junit-reporter'"),
            },
            because="it names a reporter",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _CI.format(run="python check.py"),
                "check.py": "import pytest\n\nraise SystemExit(pytest.main(['--junitxml=r.xml', 'tests']))\n",
            },
            because="a JUnit file is written",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _CI.format(run="python plan.py"),
                "plan.py": "extras = ['pytest', 'ruff']\nprint(extras)\n",
            },
            because="a list of packages; nothing is started",
        ),
        Good({"check.py": "import pytest\n\nraise SystemExit(pytest.main(['-q']))\n"}, because="CI does not run it"),
    ),
)  # fmt: skip

_STARTED = {
    "py": lazily(
        r"^[^#\n]*?(?P<set>\bunittest\.TextTestRunner\(|\bTextTestRunner\(|\bpytest\.main\(|(?:=|\breturn) ?"
        r"\[\s{0,40}(?:sys\.executable,\s{0,40}['\"]-m['\"],\s{0,40})?['\"](?:pytest|py\.test)['\"],)",
        re.MULTILINE,
    ),
    "js": lazily(r"^[^/\n]*?(?P<set>\bnew Mocha\()", re.MULTILINE),
    "go": lazily(
        r"^[^/\n]*?(?P<set>(?:\bexec\.Command(?:Context)?|\bsh\.(?:Run|Exec)\w*|\brun\w*)\((?:\w+, ?)?\"go\", ?\"test\"|\[\]string\{\"test\")",
        re.MULTILINE,
    ),
}  # fmt: skip
_MARKS = {
    "py": (
        "TextTestRunner(",
        "pytest.main(",
        *(f"{name}{quote}," for name in ("pytest", "py.test") for quote in "'\""),
    ),
    "js": ("new Mocha(",),
    "go": ('"test"',),
}
"""Words without which a file starts no suite: a quick refusal."""
_STARTS = lazily(r"\b(?:subprocess\.|os\.(?:exec|spawn|posix_spawn)|create_subprocess)")
_REPORTS = lazily(
    r"\breporter\b|gotestsum|test2json|\"-json\"|junit|xunit|xmlrunner|XMLTestRunner|--tap|json-report|allure|teamcity",
    re.IGNORECASE,
)


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag suites that scripts start where CI runs the script, or what is compiled from it."""
    candidates = [one for one in program_texts(whole) if any(mark in one.text for mark in _MARKS.get(one.language, ()))]
    found = [(one, match) for one in candidates if (match := _STARTED[one.language].search(one.text)) is not None]
    found = [(one, match) for one, match in found if not _REPORTS.search(one.text) and not names_report(one.text)]
    found = [(one, match) for one, match in found if one.language != "go" or '"go"' in one.text]
    found = [(one, match) for one, match in found if "[" not in match["set"] or _put_together(one, repository)]
    if not found:
        return
    run = set(_run_by_ci(repository))
    for program, match in found:
        by_mage = "mage" in run and _OF_MAGE.search(program.path)
        if program.path in run or by_mage or (program.language == "js" and run and _ENTRY.search(program.path)):
            yield Hit(
                place=Place(program.path, Span(*match.span("set"))),
                message=f"`{' '.join(match['set'].split()).lstrip('= ')}…{']' if match['set'][-1] == ',' else ')'}` tells its result to eyes only, and CI runs it; choose a runner that writes JUnit XML or JSON",
                unit="",
            )


def _put_together(one: ProgramText, repository: Repository) -> bool:
    """True where the list of words is a command that grows before it is started, so that it was not read as one."""
    if not _STARTS.search(one.text):
        return False
    return not any(command.program in {"pytest", "py.test"} for command in commands_of(repository.facts[one.path]))


_ENTRY = lazily(r"(?:^|/)(?:tests?|suite|unittest)/(?:\w+/){0,2}(?:index|run\w*|main)\.(?:[cm]?ts|[cm]?js)$")
"""Where the extensions of editors have the part that their test host loads."""
_OF_MAGE = lazily(r"(?:^|/)magefiles?(?:\.go$|/)")
"""Where mage looks for its targets. Source: magefile.org/magefiles."""
_SOURCE = lazily(r"\.(?:go|py|[cm]?js|[cm]?ts)$")


def _run_by_ci(repository: Repository) -> Iterator[str]:
    """The paths of the scripts that CI's commands run."""
    for pipeline in repository.pipelines:
        for job in pipeline.jobs:
            for own in job.commands:
                for one in carried_out(own, repository):
                    yield from _scripts(one)


def _scripts(command: Command) -> Iterator[str]:
    if command.program == "mage":
        yield "mage"
    if "python -m" in command.wrappers and "." in command.program_path:
        yield command.program_path.replace(".", "/") + ".py"
    for text in (command.program_path, *command.texts()[:3]):
        if _SOURCE.search(text):
            path = text.removeprefix("./")
            yield f"{command.directory}/{path}" if command.directory else path
