"""Whether a command uses the machine's cores, and whether its work is large enough for that to matter."""

from __future__ import annotations

import re

from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.running.patterns import environment_matching, is_set, option_matching
from agentlint.judgements.running.scope import callers_of
from agentlint.programs import Parallelism, table

REAL_SUITE = 15
"""Test files from which on workers pay back what it costs to start them."""
SMALL_SUITE = 6

_ONE_FILE = lazily(r"\.(py|[cm]?[jt]sx?|rb|php|go|rs|t|bats|feature|robot|dart|java|kt)(::.*|:\d+)?$")
_ONE_CASE = lazily(r"\w+(?:\.\w+)*\.[A-Z]\w*(?:\.\w+)?$")
"""`shop.tests.test_cart.CartTest.test_empty`: one class of tests, or one test in it."""
_DEFAULT = lazily(r"\{(?:args|posargs):([^{}]+)\}")
"""`{args:tests/test_main.py}`: what hatch and tox take where nothing is handed on."""
_ONE_OF_MANY = lazily(r"/[^/]*\$[^/]*\.(?:py|[cm]?[jt]sx?|rb|php|bats)$")
"""`tests/${{ matrix.part }}_test.py`: each leg runs one file."""
_DEBUGGING = lazily(r"inspect|debug|watch|bench|profile|perf", re.IGNORECASE)


def forced_serial(command: Command, entry: Parallelism) -> str:
    """The option or variable that forces this invocation into single file, as a message names it; "" for none."""
    option = option_matching(command, entry.serial_options)
    return option or environment_matching(command.environment, entry.serial_environment)


def runs_parallel(command: Command, entry: Parallelism, repository: Repository) -> bool:
    """True when an option, a variable or a setting makes this invocation use the cores."""
    return bool(
        option_matching(command, entry.parallel_options)
        or environment_matching(command.environment, entry.environment)
        or is_set(repository, entry.settings)
        or _handed_through(command, entry, repository)
        or (repository.job_of(command) is None and _set_by_ci(entry, repository))
        or (command.program in _HEEDS_MAKEFLAGS and _is_called_from_outside(command, repository))
    )


_HEEDS_MAKEFLAGS = frozenset({"make", "gmake", "cmake"})


def _is_called_from_outside(command: Command, repository: Repository) -> bool:
    """True in a function of a file that only defines functions, where nothing here calls the first of them: a harness does.

    Such a harness sets MAKEFLAGS once for all of them, and where it does not, that is the place to mend.
    """
    path = command.place.path
    if not _starts_in_functions(command.unit, path, repository):
        return False
    text = repository.text(path)
    own = (
        one
        for script in repository.unit_index.of_kind(path, UnitKind.SCRIPT)
        for one in repository.commands_by_unit.get(script, ())
    )
    # the head of a function whose body cannot be read whole is taken for a command
    return all(_HEAD.match(text, one.program_span.end) for one in own)


def _starts_in_functions(called: str, path: str, repository: Repository) -> bool:
    """True where the unit, and each that calls it, is a function of this file."""
    waiting, seen = [called], {called}
    while waiting:
        unit = repository.units.get(waiting.pop())
        if unit is None or unit.kind is not UnitKind.FUNCTION or unit.place.path != path:
            return False
        callers = set(repository.graph.callers.get(unit.id, ())) - seen
        seen |= callers
        waiting.extend(callers)
    return True


_HEAD = lazily(r"[ \t]*\(\)")


def _set_by_ci(entry: Parallelism, repository: Repository) -> bool:
    """True when a pipeline sets the variable for the scripts it calls."""
    if not entry.environment:
        return False
    key = ("set by ci", entry.environment)
    known = repository.memory(key)
    if known is None:
        environments = (
            environment
            for pipeline in repository.pipelines
            for job in pipeline.jobs
            for environment in (pipeline.environment, job.environment, *(step.environment for step in job.steps))
        )
        known = repository.remember(key, any(environment_matching(found, entry.environment) for found in environments))
    return bool(known)


def _handed_through(command: Command, entry: Parallelism, repository: Repository) -> bool:
    """True when whoever calls the command's unit gives the option with the call (`nox -s test -- -n auto`)."""
    return any(
        option_matching(caller, [name for name in entry.parallel_options if name.startswith("--") or name == "-n"])
        for caller in callers_of(command.unit, repository)
        if "--" in caller.texts()
    )


def narrow(command: Command, entry: Parallelism) -> bool:
    """True when the invocation picks a small part of the work: one file, one test, a pattern."""
    if option_matching(command, entry.narrow_options):
        return True
    program = table().of(command)
    operands = program.operands(table().meant(command)) if program else ()
    operands = tuple(_DEFAULT.sub(r"\1", operand) for operand in operands)
    operands = tuple(operand for operand in operands if "$" not in operand or _ONE_OF_MANY.search(operand))
    files = [
        operand
        for operand in operands
        if (_ONE_FILE.search(operand) and "*" not in operand) or _ONE_CASE.match(operand)
    ]
    return bool(files) and len(files) <= 3 and len(files) == len([o for o in operands if "/" in o or "." in o])


def for_debugging(command: Command, repository: Repository) -> bool:
    """True in a unit for debugging or measuring, where single file is the point."""
    unit = repository.units.get(command.unit)
    job = repository.job_of(command)
    name = job.id if job else unit.name if unit else ""
    return bool(_DEBUGGING.search(name)) or any(text.startswith(_DEBUGGERS) for text in command.texts())


_DEBUGGERS = ("--inspect", "--xdebug")


_KNOWN_VARIABLE = lazily(
    r"\$(?:\w+|\{\w+\}|\(\w+\))/|\$[({]*\s*(?:matrix|PWD|pwd|HOME|GITHUB_WORKSPACE|CI_PROJECT_DIR|TEST_DIR|(?:COV|COVERAGE)\w*[)}]*$|TESTS?[)}]*$)"
)
_SHOWN_CHOICE = lazily(r"\$\{\w+:?\+(?!.*(?:-j|--jobs|-n|--numproc)\b).*\}")
"""`${CI:+--tap}`: the option stands there."""


def hides_options(command: Command, repository: Repository | None = None) -> bool:
    """True when a variable among the arguments may bring the options that we miss.

    The value of an option brings none; nor, where the repository is given, does a variable whose file sets it and speaks
    nowhere of workers.
    """
    program = table().of(command)
    seen = program is not None and not command.place.path.endswith(".py")  # there a name may stand for a whole list
    takes_value = program.value_options if program is not None and seen else ()
    before = ""
    for word in command.arguments:
        stands_for_value = before in takes_value
        before = word.text
        if word.literal or stands_for_value or not word.text.startswith(("$", '"$', "${{", "*")):
            continue
        if word.text.strip('"') in {"$@", "${@}", "$*", "*session.posargs", "*posargs"}:
            continue
        if _KNOWN_VARIABLE.match(word.text) or _SHOWN_CHOICE.fullmatch(word.text):
            continue
        if repository is None or not _set_without_workers(word.text, command, repository):
            return True
    return False


_NAMED = lazily(r"\"?\$[{(]?(\w*(?:opt|arg|flag)\w*)(?:\[@\])?[})]?\"?", re.IGNORECASE)
"""A variable that is named after options; another may name the part that is tested."""
_WORKERS = lazily(r"(?<![\w-])-(?:n|j)[ =]?(?:auto|logical|\d|\$)|xdist|numproc|--jobs|--parallel|--workers|posargs")


def _set_without_workers(text: str, command: Command, repository: Repository) -> bool:
    """True for a variable that the command's own file sets, in which nothing is said of workers."""
    name = _NAMED.fullmatch(text)
    source = repository.read(command.place.path)
    if name is None or source is None or _WORKERS.search(source.text):
        return False
    return re.search(rf"\b{name[1]}\b[\w.]*[ \t]*[:?+]?=[ \t]*[^\s$]", source.text) is not None


def suite_size(entry: Parallelism, repository: Repository, directory: str | None = "") -> int:
    """Number of test files that a test runner's language has in the tree, or in the package it runs in."""
    size = _in_language(entry, repository)
    if not directory or size < SMALL_SUITE:
        return size
    return min(size, _below(directory, repository))


_TEST_FILE = lazily(r"(^|/)(tests?|__tests__|specs?)/|(^|/)test_|[._-](test|spec)s?\.", re.IGNORECASE)


@remembered
def _below(directory: str, repository: Repository) -> int:
    paths = (path[len(directory) :] for path in repository.project.paths if path.startswith(directory + "/"))
    return sum(1 for path in paths if _TEST_FILE.search(path))


MAX_FILES_READ = 60

_SHARED = lazily(
    r"\bflush(?:db|all)\(|\b(?:DROP|TRUNCATE)\s+(?:SCHEMA|DATABASE|TABLE)\b|dropDatabase\(|deleteMany\(\{?\}?\)"
    r"|container_name|docker\.(?:from_env|DockerClient)\(|\bdrop_all\("
)
_OF_THE_SESSION = lazily(
    r"\bfixture\([^)]{0,80}\bscope\s*=\s*[\"'](?:session|package)[\"'][^)]{0,80}\)\s*(?:async\s+)?def\s+\w*"
    r"(?:cluster|brokers?|kafka|zookeeper|rabbitmq|cassandra|minikube|k8s|k3d)(?:_\w+)?\("
)
"""A cluster that all tests of a run share: each worker of pytest-xdist is a session of its own and would start another."""
_APART = lazily(r"worker_id|PYTEST_XDIST_WORKER|JEST_WORKER_ID|TEST_ENV_NUMBER|TEST_TOKEN|VITEST_POOL_ID")
_SUPPORT = lazily(
    r"(?:^|/)(?:conftest|setup|helpers?|utils?|base|fixtures?|db_?utils?|\w+_helper|global-?setup)\.(?:py|rb|[cm]?[jt]s)$"
)


_FIXED_PORT = lazily(
    r"\b(?:bind|listen|run|Config|\w*Server|start_server|serve)\([^\n]{0,120}?[ =(,][1-9]\d{3,4}\b"
    r"|^\s*(?:[A-Z]+_)*PORT\s*=\s*[1-9]\d{3,4}\b",
    re.MULTILINE,
)
_SHALLOW = 2
"""Folders down to which a file sets the whole suite up, and not one corner of it."""


def shares_one_server(directory: str | None, entry: Parallelism, repository: Repository) -> bool:
    """True when the files that set the tests up empty a server, start containers that all tests use, or bind a fixed port.

    A port is no hindrance where the workers are installed: they are in use elsewhere.
    """
    key = ("one server for all tests", directory or "", entry.needs_dependency)
    known = repository.memory(key)
    if known is None:
        below = f"{directory}/" if directory else ""
        paths = [
            path
            for path in repository.ordered_paths
            if path.startswith(below) and _SUPPORT.search(path) and _TEST_FILE.search(path)
        ]
        texts = {
            path: source.data.decode("utf-8", "replace")
            for path in paths[:MAX_FILES_READ]
            if (source := repository.read(path))
        }
        shared = any(_SHARED.search(text) or _one_cluster(text) for text in texts.values())
        if not entry.needs_dependency or not repository.project.depends_on(entry.needs_dependency):
            shared = shared or any(
                _FIXED_PORT.search(text) for path, text in texts.items() if path[len(below) :].count("/") < _SHALLOW
            )
        shared = shared and not any(_APART.search(text) for text in texts.values())
        known = repository.remember(key, shared)
    return known is True


def _one_cluster(text: str) -> bool:
    return "scope" in text and _OF_THE_SESSION.search(text) is not None


def _in_language(entry: Parallelism, repository: Repository) -> int:
    files = repository.project.test_files
    if entry.language == "javascript":
        return files.get("javascript", 0) + files.get("typescript", 0)
    if entry.language == "java":
        return files.get("java", 0) + files.get("kotlin", 0) + files.get("groovy", 0) + files.get("scala", 0)
    return files.get(entry.language, 0)


def splits_elsewhere(command: Command, repository: Repository) -> bool:
    """True in a CI job whose copies share the suite out among machines."""
    job = repository.job_of(command)
    if job is None:
        return False
    if job.parallelism is not None and job.parallelism > 1:
        return True
    axes = job.matrix.axes if job.matrix is not None else {}
    return any(re.search(r"shard|group|split|chunk|partition|node_index|suite", name, re.IGNORECASE) for name in axes)
