"""Whether a result reaches a machine: the runner's own report, an annotation, or a later step that hands it over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agentlint.facts.calls import called_units
from agentlint.facts.command import Command, Output
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.reporting.asked_from_outside import told_by_file, told_by_variable
from agentlint.judgements.reporting.handed_over import handed_over
from agentlint.judgements.reporting.linters_told import asks_for_eyes, mends
from agentlint.judgements.reporting.no_tests import has_no_tests
from agentlint.judgements.reporting.no_verdict import judges_nothing
from agentlint.judgements.running.environments import chosen_by_argument, chosen_elsewhere, in_matrix, picked_by_matrix
from agentlint.judgements.running.legs import completed_by_matrix
from agentlint.judgements.running.local_steps import commands_behind, declared
from agentlint.judgements.running.patterns import environment_matching, is_set, option_matching, split, values_of
from agentlint.judgements.running.scope import carried_out, from_hooks, in_prose
from agentlint.programs import Reporting, table
from agentlint.programs.actions import ReadyMade, actions

_PLAIN_READERS = frozenset(
    "tee grep egrep fgrep rg cat tail head sed awk gawk less more ts xargs cut wc sort uniq tr column nl fold tac iconv perl bat colordiff"
    " ccze grc lolcat tap-spec tap-dot tap-nyan faucet tap-difflet tap-diff tap-min tap-summary tap-arc tap-simple tap-colorize tap-pretty"
    " @tap-format/spec xcpretty richgo tparse pino-pretty snazzy while read".split()
) | {""}
"""Programs behind a pipe that show text and make no report of it."""
_FOR_EYES = frozenset(
    "stylish codeframe pretty compact-pretty text plain full grouped concise table list default tty human console cli progress spec dot"
    " verbose colored color colored-line-number tab simple documentation doc standard normal short tree long fancy friendly vscode"
    " brief rich quiet string stylelint failures offenses clang fuubar nyan min landing line-reporter @jsumners/line-reporter".split()
)
"""Formats by these names are laid out for eyes, whatever the program."""
_REPORT_FILE = lazily(
    r"junit|test[-_ ]?(results?|reports?)|\.trx|surefire|allure|ctrf|xunit|\.sarif"
    r"|report[^/]*\.(xml|json)|results?[^/]*\.(xml|json)",
    re.IGNORECASE,
)


def speaks_to_machines(command: Command, entry: Reporting, job: Job, repository: Repository) -> bool:
    """True when this invocation's result is readable for a program, in the job it runs in."""
    if speaks_by_itself(command, entry, repository) or _installs(job, entry.plugins):
        return True
    if repository.pipeline_of(job).system in entry.annotates_on:
        return True
    names = {step.action.name.lower() for step in job.steps if step.action is not None}
    return any(name in names for name in entry.annotated_by)


def speaks_by_itself(command: Command, entry: Reporting, repository: Repository) -> bool:
    """True when the invocation's own words, its settings or what reads its pipe make a report, wherever it runs."""
    if entry.always or entry.none:
        return True
    if asks_for_data(command, entry.options) or environment_matching(command.environment, entry.environment):
        return True
    if entry.kind == "test" and (
        told_by_file(command, repository) or any(map(_REPORT_VARIABLE.search, command.environment))
    ):
        return True
    project = repository.project
    if is_set(repository, entry.settings) or any(project.depends_on(plugin) for plugin in entry.plugins):
        return True
    return command.output is Output.PIPE and _makes_report(command, repository)


_REPORT_VARIABLE = lazily(
    r"J_?UNIT|XUNIT|TEST_(?:RESULTS?|REPORTS?)_(?:FILE|PATH|DIR|XML)|TEST_REPORT(?:ER)?$", re.IGNORECASE
)
"""A variable by whose name the project's own runner is told where to write its report."""


def asks_for_data(command: Command, options: Iterable[str]) -> bool:
    """True when one of the options is given, unless the format it names is one for eyes (`--format stylish`)."""
    for pattern in options:
        if _format_chosen(command, pattern):
            return True
        if not option_matching(command, (pattern,)):
            continue
        formats = [value.strip("'\"").lower() for value in values_of(command, pattern)]
        if not formats or not all(one in _FOR_EYES for one in formats):
            return True
    return False


def _format_chosen(command: Command, pattern: str) -> bool:
    """True where a variable holds the format (`--output-format=$FORMAT`): whoever wrote it gives another one to machines."""
    name, sign, _ = split(pattern)
    return sign == "=" and bool(_NAMES_FORMAT.match(name)) and any("$" in value for value in values_of(command, name))


_NAMES_FORMAT = lazily(r"--[\w-]*(?:format|report|output)")


def _makes_report(command: Command, repository: Repository) -> bool:
    """True when what reads the pipe makes a report of it: anything but a program that only shows text."""
    if command.output_to not in _PLAIN_READERS:
        return True
    source = repository.read(command.place.path)
    if source is None:
        return False
    rest = (
        source.text[command.place.span.end : command.place.span.end + 400]
        .replace("\\\n", " ")
        .replace("|\n", "| ")
        .partition("\n")[0]
    )
    return bool(_REPORTER_BEHIND.search(rest))


_REPORTER_BEHIND = lazily(
    r"junit|go-test-report|reviewdog|test2json|cs2pr|sarif|xunit|\|\s*(?:ConvertTo-|Export-|ForEach-Object|%\s*\{|Set-Content|Out-File)",
    re.IGNORECASE,
)


def gap(command: Command, kinds: frozenset[str], job: Job, repository: Repository) -> Reporting | None:
    """How this invocation could have reported and does not; None where it does, or where there is nothing to report."""
    if command.output is Output.CAPTURED:
        return None  # who takes the text makes the result of it
    if command.option("--passWithNoTests", "--pass-with-no-tests") and _has_no_tests(command, repository):
        return None
    entry = None if _own_program(command) else table().reporting(command)
    if entry is None or entry.kind not in kinds or speaks_to_machines(command, entry, job, repository):
        return None
    if command.program in _LISTENED_TO.get(repository.pipeline_of(job).system, ()):
        return None
    return entry


_LISTENED_TO = {
    "appveyor": frozenset("dotnet vstest vstest.console nunit3-console nunit-console xunit.console mstest".split())
}
"""Runners whose results a system collects by itself. Source: appveyor.com/docs/running-tests."""


def _has_no_tests(command: Command, repository: Repository) -> bool:
    """True for a runner in a package that has no tests, and which is told that this is right."""
    folder = command.directory + "/" if command.directory else ""
    return bool(folder) and not any(
        path.startswith(folder) and _TEST_FILE.search(path, len(folder) - 1) for path in repository.project.paths
    )


_TEST_FILE = lazily(r"/__tests__/|[-._](?:test|spec)\.\w+$|/(?:tests?|specs?)/")


def hands_over(job: Job, kind: str, repository: Repository | None = None) -> bool:
    """True when the job gives results of this kind ("test", "lint") to the system or keeps them as a file."""
    if kind == "test" and job.reports:
        return True
    if any(_REPORT_FILE.search(path) for path in job.artifacts_out):
        return True
    for step in job.steps:
        known = actions().of(step.action)
        if known is not None and (kind in known.reports or kind in known.annotates) and _for_others(known, kind):
            return True
        if (
            kind == "test"
            and step.action is not None
            and any(one.value.strip() == _TEST_RESULTS for one in step.action.inputs.values())
        ):
            return True
        if "::add-matcher::" in step.script or "reviewdog" in step.script:
            if kind == "lint":
                return True
        if kind == "lint" and step.action is not None and "problem-matcher" in step.action.name:
            return True
        if (
            kind == "lint"
            and repository is not None
            and any(_MATCHES.search(one) for one in declared(step, repository))
        ):
            return True
    return False


_TEST_RESULTS = "test_results"
"""What an uploader of coverage takes in place of it. Source: docs.codecov.com/docs/test-analytics: `report_type`."""
_MATCHES = lazily(r"::add-matcher::|-problem-matcher|problem-matcher@")
"""What an action of the repository's own says that has the forge read the linter's lines."""


def all_named(job: Job, repository: Repository) -> bool:
    """True when each result that the job hands over is a file that one command names: what others find is not in it."""
    kept: list[str] = []
    for step in job.steps:
        known = actions().of(step.action)
        if step.action is not None and known is not None and (known.reports or "upload-artifact" in known.roles):
            path = step.action.inputs.get("path")
            kept += path.value.split() if path is not None else [""]
    if repository.pipeline_of(job).system != "github":
        kept += job.artifacts_out
    told = {
        text.rpartition("/")[2].rpartition("=")[2].rpartition(":")[2]
        for own in job.commands
        for one in carried_out(own, repository)
        if (entry := table().reporting(one)) is not None and asks_for_data(one, entry.options)
        for text in one.texts()
    }
    results = [path for path in kept if "cov" not in path.lower()]
    return bool(results) and all(
        path.endswith((".xml", ".json")) and path.rpartition("/")[2] in told for path in results
    )


def names_report(text: str) -> bool:
    """True for a script that names a report it writes (`report.json`, `junit.xml`)."""
    return bool(_REPORT_NAMED.search(text))


_REPORT_NAMED = lazily(
    r"\bj?[uU]nit[-_.]?xml\b|\b[\w-]*(?:reports?|results?)\.(?:json|xml|tap)\b|\.trx\b|\.sarif\b|ctrf|gotestsum"
    r"|--(?:log|output|report)-junit\b|--gtest_output=|--(?:logger|reporter|format)[= ][\"']?(?:trx|junit)\b",
    re.IGNORECASE,
)


def _own_program(command: Command) -> bool:
    """True for a program of the repository's own that bears a known runner's name (`./ctest`)."""
    if command.program not in _TAKEN_NAMES:
        return False
    folder, _, name = command.program_path.partition(command.program)
    return folder in {"./", "../"} and "/" not in name


_TAKEN_NAMES = frozenset("ctest tap lit v tester green R k6 opa lab trial check kahlan regal".split())


def _for_others(known: ReadyMade, kind: str) -> bool:
    """False for a ready-made linter, which tells its own findings and nobody else's."""
    return kind != "lint" or not known.roles & {"lint"} or "upload-sarif" in known.name


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
        if not table().roles(reached) & _WITH_RESULTS:
            continue
        if (from_hooks(reached, repository) and not asks_for_eyes(reached)) or in_prose(reached, repository):
            continue
        if mends(reached) or mends(command):
            continue
        if reached is not command and option_matching(command, _PASSED_ON):
            continue
        how = gap(reached, kinds, job, repository)
        if how is None or _only_calls(reached, kinds, job, repository):
            continue
        if how.kind == "test" and judges_nothing(reached, command, repository):
            continue
        if reached is not command and _hands_through(command) and asks_for_data(command, how.options):
            continue
        if reached is not command and told_by_variable(command, how):
            continue
        if how.kind != "test" and reached is not command:
            unsure = chosen_elsewhere(command, repository) or chosen_by_argument(command)
            picked = reached in picked_by_matrix(command, job, repository) or in_matrix(reached, job, repository)
            if unsure and not picked:
                continue
        yield Silence(how, reached, command)


_WITH_RESULTS = frozenset({"test", "lint", "typecheck", "audit", "coverage"})
"""Roles of programs whose result somebody waits for."""


def calls_others(command: Command) -> bool:
    """True for a program that only runs what the project wrote for it (`make test`, `npm test`)."""
    return command.program in _CALLERS


def _only_calls(command: Command, kinds: frozenset[str], job: Job, repository: Repository) -> bool:
    """True for a call (`make test`) behind which stands what reports for itself, or nothing that could be a test."""
    if not calls_others(command) or kinds != {"test"}:
        return False
    if command.place.path.endswith((".am", ".in")):
        return True  # of another folder's Makefile, which Automake writes: `check` there may build programs only
    if has_no_tests(command, repository):
        return True
    behind = [one for one in carried_out(command, repository) if one is not command]
    if any(
        (entry := table().reporting(one)) is not None and entry.kind in kinds for one in behind if not _own_program(one)
    ):
        return True
    if any("test" in table().roles(one) and not calls_others(one) and not _own_program(one) for one in behind):
        return True  # a runner whose lines a program can read
    if not behind:
        return command.program in _OF_PACKAGES or _makes_tests(command, job)
    return not any(_unknown(one) for one in behind)


_CALLERS = frozenset("make gmake bmake mingw32-make npm yarn pnpm composer rake tox nox grunt gulp ant hatch".split())
"""Programs that run what the project wrote for them."""
_OF_PACKAGES = frozenset({"npm", "yarn", "pnpm", "composer"})
"""Those whose scripts are all in files that are read: where none is found, the call is about another package."""


def _makes_tests(command: Command, job: Job) -> bool:
    """True for `make tests` in a job that runs them by another command: it builds them."""
    return "tests" in command.texts() and any(
        other is not command and "test" in table().roles(other) and "tests" not in other.texts()
        for other in job.commands
    )


def runner_behind(command: Command, repository: Repository) -> Command | None:
    """Of the commands that a call starts directly, the one that is most likely its tests, though nobody here knows it."""
    direct = frozenset(called_units(command, repository.unit_index))
    unknown = [one for one in carried_out(command, repository) if one.unit in direct and _unknown(one)]
    named = [
        one
        for one in unknown
        if any("$" not in text and _TEST_WORD.search(text) for text in (one.program_path, *one.texts()[:3]))
    ]
    likely = named or unknown
    return likely[-1] if likely else None


def _unknown(command: Command) -> bool:
    """True for a command that may be anything: a script or program that the table has no word of."""
    if _own_program(command):
        return True
    if command.texts()[:1] in {("=",), ("+=",), (":=",), ("?=",)}:
        return False  # a make variable that is set between recipes
    return not table().roles(command) and command.program not in _NO_TESTS and not _SAYS.match(command.program)


_SAYS = lazily(r"_?(?:print|log|echo|info|warn|say|msg)", re.IGNORECASE)
_TEST_WORD = lazily(r"^\S*(?:tests?(?![a-z])|spec|e2e|suite|\bcheck)\S*$", re.IGNORECASE)
_NO_TESTS = frozenset(
    "echo printf cd test [ [[ : true false exit set export rm mkdir cp mv ln cat touch sleep kill wait trap source . which command read local"
    " return continue break docker docker-compose podman git curl wget tar unzip chmod chown sed grep awk find xargs pip npm yarn pnpm bun composer bundle make mvn gradle cmake apt-get brew tput date"
    " ls pwd head tail sort tee install basename dirname mktemp diff cmp sudo shift eval declare typeset unset nproc uname if".split()
) | {""}


def _started(job: Job, repository: Repository) -> Iterator[tuple[Command, Command]]:
    """Each command that the job sets going, with that of its own which does; a local action's stand for themselves."""
    for command in job.commands:
        behind = (
            *carried_out(command, repository),
            *picked_by_matrix(command, job, repository),
            *completed_by_matrix(command, job, repository),
        )
        for reached in behind:
            yield reached, command
        handed = handed_over(command, repository)
        if handed is not None:
            yield handed, command
    for step in job.steps:
        for own in commands_behind(step, repository):
            for reached in carried_out(own, repository):
                yield reached, own


def _hands_through(command: Command) -> bool:
    """True for a task runner, which gives the options behind a task's name to what it runs (`poe lint --output-format=github`)."""
    return calls_others(command) or command.program in _TASK_RUNNERS


_TASK_RUNNERS = frozenset(
    "poe poethepoet just task bun deno mage invoke inv mise moon pdm rye pixi lerna nx turbo".split()
)
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
