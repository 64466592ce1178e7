"""Whether a result reaches a machine: the runner's own report, an annotation, or a later step that hands it over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agentlint.facts.command import Command, Output
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.programs import Reporting, table
from agentlint.programs.actions import actions
from agentlint.rule.environments import chosen_by_argument, chosen_elsewhere, in_matrix, picked_by_matrix
from agentlint.rule.local_steps import commands_behind
from agentlint.rule.patterns import environment_matching, is_set, option_matching
from agentlint.rule.scope import carried_out, from_hooks, in_prose

_PLAIN_READERS = frozenset(
    {"tee", "grep", "egrep", "cat", "tail", "head", "sed", "awk", "less", "more", "ts", "xargs", "cut", "wc", ""}
)
"""Programs behind a pipe that show text and make no report of it."""
_REPORT_FILE = re.compile(
    r"junit|test[-_ ]?(results?|reports?)|\.trx|surefire|allure|ctrf|xunit|\.sarif"
    r"|report[^/]*\.(xml|json)|results?[^/]*\.(xml|json)",
    re.IGNORECASE,
)


def speaks_to_machines(command: Command, entry: Reporting, job: Job, repository: Repository) -> bool:
    """True when this invocation's result is readable for a program, in the job it runs in."""
    if entry.always or entry.none:
        return True
    if option_matching(command, entry.options) or environment_matching(command.environment, entry.environment):
        return True
    project = repository.project
    if is_set(repository, entry.settings) or any(project.depends_on(plugin) for plugin in entry.plugins):
        return True
    if _installs(job, entry.plugins):
        return True
    if command.output is Output.PIPE and command.output_to not in _PLAIN_READERS:
        return True
    if repository.pipeline_of(job).system in entry.annotates_on:
        return True
    names = {step.action.name.lower() for step in job.steps if step.action is not None}
    return any(name in names for name in entry.annotated_by)


def gap(command: Command, kinds: frozenset[str], job: Job, repository: Repository) -> Reporting | None:
    """How this invocation could have reported and does not; None where it does, or where there is nothing to report."""
    entry = table().reporting(command)
    if entry is None or entry.kind not in kinds or speaks_to_machines(command, entry, job, repository):
        return None
    return entry


def hands_over(job: Job, kind: str) -> bool:
    """True when the job gives results of this kind ("test", "lint") to the system or keeps them as a file."""
    if kind == "test" and job.reports:
        return True
    if any(_REPORT_FILE.search(path) for path in job.artifacts_out):
        return True
    for step in job.steps:
        known = actions().of(step.action)
        if known is not None and (kind in known.reports or kind in known.annotates):
            return True
        if "::add-matcher::" in step.script or "reviewdog" in step.script:
            return kind == "lint"
    return False


def _installs(job: Job, plugins: tuple[str, ...]) -> bool:
    return any(plugin in text for plugin in plugins for command in job.commands for text in command.texts())


@dataclass(frozen=True)
class Silence:
    """One result that only eyes can read: how it could be told, by which command, through which of the job's own."""

    how: Reporting
    by: Command
    through: Command


def silences(job: Job, kinds: frozenset[str], repository: Repository) -> Iterator[Silence]:
    """The job's commands, and those they call, whose result no machine can read; commit hooks are left out."""
    for reached, command in _started(job, repository):
        if from_hooks(reached, repository) or in_prose(reached, repository) or _mends(reached):
            continue
        if reached is not command and option_matching(command, _PASSED_ON):
            continue
        how = gap(reached, kinds, job, repository)
        if how is not None and how.kind != "test" and reached is not command:
            unsure = chosen_elsewhere(command, repository) or chosen_by_argument(command)
            if unsure and not in_matrix(reached, job, repository):
                continue
        if how is not None and table().roles(reached) & {"test", "lint", "typecheck", "audit", "coverage"}:
            yield Silence(how, reached, command)


def _started(job: Job, repository: Repository) -> Iterator[tuple[Command, Command]]:
    """Each command that the job sets going, with that of its own which does; a local action's stand for themselves."""
    for command in job.commands:
        for reached in (*carried_out(command, repository), *picked_by_matrix(command, job, repository)):
            yield reached, command
    for step in job.steps:
        for own in commands_behind(step, repository):
            for reached in carried_out(own, repository):
                yield reached, own


def _mends(command: Command) -> bool:
    """True for a linter's run that mends what it finds: its result is the changed files."""
    return option_matching(command, ("--fix", "--fix-only", "--write", "--autocorrect", "--apply")) != ""


_PASSED_ON = (
    "--junitxml",
    "--junit-xml",
    "--reporter~junit",
    "--reporter~json",
    "--log-junit",
    "--reporters~junit",
    "-json",
)
"""Report options that a wrapper is given to hand through (`npm test -- --reporter=junit`)."""
