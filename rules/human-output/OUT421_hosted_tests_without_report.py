"""A hosted service without pipelines of its own (CodeBuild) runs tests and no machine can read the result."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.command import Command, Output
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.reporting.reporting import asks_for_data, calls_others, names_report
from agentlint.judgements.running.patterns import environment_matching, is_set
from agentlint.judgements.running.scope import as_written, carried_out
from agentlint.programs import Reporting, table
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="OUT421",
    name="hosted-tests-without-report",
    category=Category.HUMAN_OUTPUT,
    summary="CodeBuild runs tests and is handed no report of them.",
    why="What failed stands only in the log. The service shows results by test, and gives them to programs, once a report is named.",
    remediation="Write JUnit XML and name it in a `reports:` section.",
    severity=Severity.MINOR,
    cost=Cost(seconds=20, source="E34"),
    station=Station.CI,
    evidence=("E34",),
    bad=(
        Bad(
            {"buildspec.yml": "version: 0.2\nphases:\n  build:\n    commands:\n      - python -m pytest tests/\n"},
            at=("buildspec.yml:5",),
        ),
        Bad(
            {
                "buildspec.yml": "version: 0.2\nphases:\n  build:\n    commands:\n      - node --version\n      - npm test\n",
                "package.json": '{"scripts": {"test": "mocha"}}\n',
            },
            at=("buildspec.yml:6",),
        ),
        Bad(
            {"buildspec.yml": "version: 0.2\nphases:\n  build:\n    commands:\n      - go test ./...\n"},
            at=("buildspec.yml:5",),
        ),
    ),
    good=(
        Good(
            {
                "buildspec.yml": "version: 0.2\nphases:\n  build:\n    commands:\n      - pytest --junitxml=r.xml\n"
                "reports:\n  unit:\n    files: r.xml\n"
            },
            because="a report is kept",
        ),
    ),
)
_FILES = frozenset({"buildspec.yml", "buildspec.yaml"})
_UPLOADED = lazily(r"^reports:", re.MULTILINE)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag each command of such a file that runs tests, itself or through what it calls, where no report is handed over."""
    path = command.place.path
    if posixpath.basename(path) not in _FILES or command.output is Output.CAPTURED:
        return
    source = repository.read(command.place.path)
    if source is None or _UPLOADED.search(source.text) or names_report(source.text):
        return
    for reached in (command, *(one for one in carried_out(command, repository) if one is not command)):
        entry = table().reporting(reached)
        if calls_others(reached) and "tests" in reached.texts():
            continue  # `make tests` builds them as often as it runs them
        if entry is not None and entry.kind == "test" and _is_silent(reached, entry, repository):
            if reached is command and any(_tells(one, repository) for one in carried_out(command, repository)):
                return
            message = (
                f"`{as_written(command, repository, 60)}` tells its result to eyes only; {entry.advice}, and upload it"
            )
            yield Hit(place=command.place, message=message, unit=command.unit)
            return


def _is_silent(command: Command, entry: Reporting, repository: Repository) -> bool:
    if entry.always or entry.none or asks_for_data(command, entry.options):
        return False
    if environment_matching(command.environment, entry.environment) or is_set(repository, entry.settings):
        return False
    return not any(repository.project.depends_on(plugin) for plugin in entry.plugins)


def _tells(command: Command, repository: Repository) -> bool:
    """True for a runner that writes its report."""
    entry = table().reporting(command)
    return entry is not None and entry.kind == "test" and not _is_silent(command, entry, repository)
