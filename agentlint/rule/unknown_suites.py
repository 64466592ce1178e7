"""Commands that run tests by what they are called, though nobody here knows the runner: scripts, modules, built programs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Step
from agentlint.facts.repository import Repository
from agentlint.programs import table
from agentlint.rule.lazily import lazily
from agentlint.rule.reporting import names_report
from agentlint.rule.scope import carried_out

_SAYS_TESTS = lazily(
    r"\b(?:run|runs|running|execute|start)\b.*?\b(?:\w{0,12}tests?|specs?|test[- ]?suites?)\b|^(?:[\w-]+ )?tests?$",
    re.IGNORECASE,
)
_TEST_SCRIPT = lazily(
    r"^(?:le|(?:[a-z0-9]+[-_.])*)(?:run)?[-_]?(?:all|unit|integration|functional|e2e|smoke|regression|self|system)?[-_]?tests?(?:[-_.].*)?$"
    r"|^(?:run[-_])?e2e(?:\.\w+)?$",
    re.IGNORECASE,
)
_TEST_MODULE = lazily(r"(?:^|\.)(?:self_?|run_?)?tests?(?:\.(?!data|util|helper)\w+)*$")
_INTERPRETERS = frozenset(
    {"bash", "sh", "zsh", "ksh", "dash", "python", "python3", "node", "ruby", "perl", "php", "pwsh", "tclsh", "lua"}
)
_NO_SUITE = lazily(
    r"(?<![a-z])(?:install|setup|set up|gen(?:erate)?(?![a-z])|creat|certs?(?![a-z])|start|stop|clean|wait|fetch|download|build|prepare|deps|ran\b|select|changed|shards?\b|dependenc|lint|image|report|coverage|upload|mutation|fuzz|bench)",
    re.IGNORECASE,
)


def unknown_runners(step: Step, repository: Repository) -> Iterator[Command]:
    """The commands of a step that run tests, to go by their names or the step's."""
    if step.action is not None or _NO_SUITE.search(step.name):
        return
    says = bool(_SAYS_TESTS.search(step.name)) and not any(_known(one, repository) for one in step.commands)
    for command in step.commands:
        script = _script(command, repository)
        name = script.rsplit("/", 1)[-1]
        container = command.program in {"docker", "podman"} and command.texts()[:1] == ("run",)
        tests = bool(_TEST_SCRIPT.search(name)) and not _NO_SUITE.search(name)
        tests = tests or bool("python -m" in command.wrappers and _TEST_MODULE.search(command.program))
        tests = tests or _built_suite(command)
        if says and (script or container):
            yield command
            return
        if tests and not _known(command, repository):
            yield command


_BUILT = lazily(
    r"(?:^|[\\/])(?:_?build[\w.-]*|out|bin|target|x64|x86|debug|release|cmake-build[\w-]*|zig-out|_deps)[\\/](?:.*[\\/])?[^\\/]+\Z"
    r"|[\\/][^\\/]+\.exe\Z",
    re.IGNORECASE,
)
_SUITE_PROGRAM = lazily(
    r"(?:[a-z0-9]+[-_])*(?:u|unit|all|run|\w{1,20}[-_])?[-_]?tests?(?:[-_](?:runner|suite|all|main|exe))?\Z|\w*(?:testsuite|testrunner)\Z",
    re.IGNORECASE,
)
_TELLING_WORDS = ("junit", "xml", "json", "tap", "list", "help", "version", "trx")


def _built_suite(command: Command) -> bool:
    """True for a test program that a build made (`./build/tests/unit_tests`), started by hand and told of no report."""
    path = command.program_path
    if not _BUILT.search(path) or path.startswith(("/usr", "~")) or "node_modules" in path or ".venv" in path:
        return False
    name = re.split(r"[\\/]", path)[-1].removesuffix(".exe")
    if not _SUITE_PROGRAM.match(name) or _NO_SUITE.search(name) or len(name) < _LONG_ENOUGH:
        return False
    if any(text.isidentifier() for text in command.texts()):
        return False  # one named case
    told = " ".join((*command.texts(), *command.environment.values()))
    return not any(word in told.lower() for word in _TELLING_WORDS)


_LONG_ENOUGH = 4


def writes_report(command: Command, repository: Repository) -> bool:
    """True for a script that names a file for its results: what it writes there is for programs."""
    path = _script(command, repository).removeprefix("./")
    if path and command.directory:
        path = f"{command.directory}/{path}"
    return path in repository.project.paths and names_report(repository.text(path))


def _script(command: Command, repository: Repository) -> str:
    """The path of the repository's own script that a command runs, by itself or through an interpreter; "" for others."""
    path = command.program_path
    if command.program in _INTERPRETERS:
        path = next((text for text in command.texts() if not text.startswith("-")), "")
        if {"-c", "-e", "-m", "-n"} & set(command.texts()):
            return ""
    elif "/" not in path:
        return ""
    if "$" in path or path.startswith(("/", "~")):
        return ""
    known = path.endswith((".sh", ".bash", ".ps1", ".py", ".js", ".mjs", ".pl", ".rb", ".tcl", ".lua", ".php"))
    return path if known or path.removeprefix("./") in repository.project.paths else ""


def _known(command: Command, repository: Repository) -> bool:
    """True for a command whose tests, if it runs any, are told of or reported elsewhere."""
    return any(
        table().reporting(reached) is not None or "test" in table().roles(reached)
        for reached in carried_out(command, repository)
    )
