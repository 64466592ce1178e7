"""Commands that run tests by what they are called, though nobody here knows the runner: scripts, modules, built programs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job, Pipeline, Step
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.reporting.kept_paths import kept_by
from agentlint.judgements.reporting.own_builds import build_tells_results
from agentlint.judgements.reporting.reporting import names_report
from agentlint.judgements.running.environments import picked_by_matrix
from agentlint.judgements.running.scope import carried_out
from agentlint.programs import table

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
    r"(?<![a-z])(?:install|setup|set up|gen(?:erate)?(?![a-z])|creat|certs?(?![a-z])|start|stop|clean|wait|fetch|download|build|prepare|deps|ran\b|select|changed|shards?\b|dependenc|lint|image|report|coverage|upload|mutation|fuzz|bench|extract|collect|analy[sz])",
    re.IGNORECASE,
)


def unreported_suites(job: Job, known: frozenset[int], repository: Repository) -> Iterator[tuple[Place, Command]]:
    """Where the job runs tests by what they are called, and the command; `known` are calls whose runners are told of."""
    if _names_one(job, repository):
        return  # what it names may well hold the results
    if job.artifacts_out and not all(_PACKAGE.search(path) for path in kept_by(job)):  # and so may what it keeps
        yield from () if any(_MAY_HOLD.search(path) for path in kept_by(job)) else _built_in(job, repository)
        return
    for step in job.steps:
        behind = {id(one): tuple(_suites_behind(one, job, repository)) for one in step.commands}
        for built in behind.values():
            yield from ((suite.place, suite) for suite in built)
        unknown = [
            one
            for one in unknown_runners(step, repository)
            if id(one) not in known
            and not behind[id(one)]
            and not writes_report(one, repository)
            and not _told_before(one, job, repository)
        ]
        for command in unknown:
            yield step.place if len(unknown) == 1 else command.place, command


def _names_one(job: Job, repository: Repository) -> bool:
    return names_report(repository.text(job.place.path)[job.place.span.start : job.place.span.end])


def _told_before(command: Command, job: Job, repository: Repository) -> bool:
    """True for a further call of a script in the same file: what is to be mended is the script, and is told once."""
    script = _script(command, repository)
    pipeline = repository.pipeline_of(job)
    if not script:
        return False
    known = repository.memory(("first calls of scripts", pipeline.path))
    if known is None:
        known = repository.remember(("first calls of scripts", pipeline.path), _first_calls(pipeline, repository))
    assert isinstance(known, dict)
    first: int = known.get((command.directory, script), command.place.span.start)
    return first < command.place.span.start


def _first_calls(pipeline: Pipeline, repository: Repository) -> dict[tuple[str | None, str], int]:
    """Where each script of the repository's own is first called to test, of the jobs that keep nothing."""
    found: dict[tuple[str | None, str], int] = {}
    for job in pipeline.jobs:
        if job.artifacts_out or _names_one(job, repository):
            continue
        for command in (one for step in job.steps for one in unknown_runners(step, repository)):
            at = command.place.span.start
            key = (command.directory, _script(command, repository))
            found[key] = min(at, found.get(key, at))
    return found


_PACKAGE = lazily(
    r"\.(?:whl|deb|rpm|msi|dmg|pkg|nupkg|gem|crate|vsix|AppImage|apk|aab|ipa|snap|flatpak)(?:['\")} ]|\Z)"
)
"""Files that are handed to users: no test program leaves its results in one."""
_MAY_HOLD = lazily(
    r"test|report|result|log|junit|xml|json|out|cov|\*\*|^\$|^(?:\./?)?$|(?:^|/)(?:_?build[\w-]*|bin|debug|release|target|tmp)/?\*?$",
    re.IGNORECASE,
)
"""Paths of what a job keeps in which a test program could leave its results; a folder for archives is none."""


def _built_in(job: Job, repository: Repository) -> Iterator[tuple[Place, Command]]:
    """The built test programs that a job's steps start by hand: what such a program writes it writes where it runs."""
    for step in job.steps if not job.reports else ():
        for command in step.commands:
            if _built_suite(command, repository):
                yield command.place, command


def _suites_behind(command: Command, job: Job, repository: Repository) -> Iterator[Command]:
    """The built test programs, and a package's own modules of tests, that a script or environment starts which is called."""
    behind = {id(one): one for one in carried_out(command, repository)}
    behind.update((id(one), one) for one in picked_by_matrix(command, job, repository))
    for one in behind.values():
        if one is not command and (_built_suite(one, repository) or _own_module(one, repository)):
            yield one


def _own_module(command: Command, repository: Repository) -> bool:
    """True for `python -m package.test`: a runner that the package brings along, which is told of no report."""
    if "python -m" not in command.wrappers or not _TEST_MODULE.search(command.program) or _known(command, repository):
        return False
    told = " ".join(command.texts()).lower()
    own = command.program.partition(".")[0] + "/"
    is_ours = any(path.startswith((own, f"src/{own}")) for path in repository.project.paths)
    return is_ours and not any(word in told for word in _TELLING_WORDS)


def unknown_runners(step: Step, repository: Repository) -> Iterator[Command]:
    """The commands of a step that run tests, to go by their names or the step's."""
    if step.action is not None or _NO_SUITE.search(step.name) or step.name.startswith("after_"):
        return  # of Travis, by the name of its phase: there the tests are run again, for their coverage
    says = bool(_SAYS_TESTS.search(step.name)) and not any(_known(one, repository) for one in step.commands)
    for command in step.commands:
        script = _script(command, repository)
        name = script.rsplit("/", 1)[-1]
        container = command.program in {"docker", "podman"} and command.texts()[:1] == ("run",)
        tests = bool(_TEST_SCRIPT.search(name)) and not _NO_SUITE.search(name)
        tests = tests or bool("python -m" in command.wrappers and _TEST_MODULE.search(command.program))
        tests = (tests or _built_suite(command, repository)) and not _only_looks(command, script, repository)
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
    r"(?:[a-z0-9]+[-_])*(?:u|unit|all|run|\w{1,20}[-_])?[-_]?tests?(?:[-_](?:runner|suite|all|main|exe))?\Z|\w*(?:testsuite|testrunner)\Z|(?:\w+\.)*(?-i:[A-Z]\w*Tests?)\Z",
    re.IGNORECASE,
)
_TELLING_WORDS = ("junit", "xml", "json", "tap", "list", "help", "version", "trx")


def _built_suite(command: Command, repository: Repository) -> bool:
    """True for a test program that a build made (`./build/tests/unit_tests`), started by hand and told of no report."""
    path = command.program_path
    if path.startswith(("/usr", "~")) or "node_modules" in path or ".venv" in path:
        return False
    name = re.split(r"[\\/]", path)[-1].removesuffix(".exe")
    if name.endswith(".test"):
        return _of_go(command)
    made = _is_made(path, name, repository)
    if not made and not _BUILT.search(path):
        return False
    glued = made and bool(_GLUED.match(name)) and _is_target(name, command, repository)
    if not (_SUITE_PROGRAM.match(name) or glued or _of_tests(name, repository)):
        return False
    if _NO_SUITE.search(name) or _MEASURES.search(name) or len(name) < _LONG_ENOUGH:
        return False
    if any(text.isidentifier() for text in command.texts()):
        return False  # one named case
    told = " ".join((*command.texts(), *command.environment.values()))
    return not any(word in told.lower() for word in _TELLING_WORDS)


_GO_FLAG = lazily(r"-{1,2}test\.")
_GO_NO_SUITE = lazily(r"-{1,2}test\.(?:list|bench|fuzz|run=\^?\$|run=(?:XXX|NONE)\b)")


def _of_go(command: Command) -> bool:
    """True for what `go test -c` built, told how to run its tests and piped into nothing that reads its lines.

    Source: pkg.go.dev/cmd/go (Testing flags): the binary takes the flags of `go test` behind `-test.`.
    """
    texts = command.texts()
    if not any(_GO_FLAG.match(text) for text in texts) or any(_GO_NO_SUITE.match(text) for text in texts):
        return False
    told = any(word in text.lower() for text in texts for word in ("junit", "json", "xml"))
    return not told and command.output_to in {None, "", "tee"}


_TEST_SOURCE = lazily(r"(?:^|/)(?:\w*[-_])?(?:unit)?tests?/(?:[^/]+/)?[^/]+\Z", re.IGNORECASE)
_FRAMEWORK = lazily(
    r"#[ \t]*include[ \t]*[<\"](?:\S*/)?(?:catch\w*|doctest|gtest|unit_test|unity|cmocka|munit|utest|acutest|minunit|lest|snitch\w*)\.hp*[>\"]"
)


def _of_tests(name: str, repository: Repository) -> bool:
    """True for a program whose one source of that name stands among the tests and includes a test framework."""
    sources = [path for end in (".cpp", ".cc", ".cxx", ".c") for path in repository.paths_by_name.get(name + end, ())]
    return len(sources) == 1 and any(
        _TEST_SOURCE.search(path) and _FRAMEWORK.search(repository.text(path)) for path in sources
    )


_GLUED = lazily(r"tests?[a-z0-9]+\Z", re.IGNORECASE)
_MEASURES = lazily(r"(?<![a-z])(?:perf|speed|load)", re.IGNORECASE)


def _is_made(path: str, name: str, repository: Repository) -> bool:
    """True for a program by its path that is no file of the repository (`./json-test`)."""
    if not path.startswith(("./", "../", ".\\")) or "." in name or "$" in path:
        return False
    return name not in repository.paths_by_name


def _is_target(name: str, command: Command, repository: Repository) -> bool:
    """True where the commands beside it build a target of this name (`cmake --build build --target testcore`)."""
    beside = repository.commands_by_unit.get(command.unit, ())
    return any(name in other.texts() for other in beside if other is not command)


def _only_looks(command: Command, script: str, repository: Repository) -> bool:
    """True for a script of the shell that does nothing but look through files (`grep`, `diff`): a check in one line.

    One that installs what was released, and has it tell its version, has no result to report either.
    """
    if not script or not script.endswith((".sh", ".bash")):
        return False
    behind = [one for one in carried_out(command, repository) if one is not command]
    others = [one for one in behind if one.program not in _LOOKS]
    if not others:
        return bool(behind)
    return any(_shows_version(one) for one in others) and all(_shows_version(one) or _sets_up(one) for one in others)


_VERSION = lazily(r"--?version\Z|-[vV]\Z", re.IGNORECASE)
_TELLS = lazily(
    r"(?:import|from|require)\b(?!.*\b(?:assert|test|check|run|raise|main)\b).*\b(?:print|puts|console\.log)\b",
    re.DOTALL,
)


def _shows_version(command: Command) -> bool:
    """`tool --version`, and a line of Python that loads a package and prints something of it."""
    texts = command.texts()
    if texts and _VERSION.match(texts[0]):
        return True
    return (
        command.program in _INTERPRETERS and texts[:1] in {("-c",), ("-e",)} and bool(_TELLS.match("".join(texts[1:2])))
    )


def _sets_up(command: Command) -> bool:
    """True for a program by its bare name that installs, fetches, or chooses the version of a language."""
    if "/" in command.program_path or "$" in command.program_path:
        return False
    return "install" in table().roles(command) or command.program in _SETS_UP


_SETS_UP = frozenset(
    "sem-version pyenv rbenv nvm asdf mise virtualenv uv pip pip3 apt apt-get brew curl wget tar unzip rm mkdir mktemp cp mv sleep seq"
    " source . eval command deactivate break continue".split()
)


_LOOKS = frozenset(
    "grep egrep fgrep rg awk gawk sed find xargs diff cat cut sort uniq wc head tail tr ls git cd pushd popd echo printf test [ [[ if :"
    " true false exit set shopt local export declare return read".split()
)
"""Programs that look through files and run no tests."""


_LONG_ENOUGH = 4


def writes_report(command: Command, repository: Repository) -> bool:
    """True for a script that names a file for its results: what it writes there is for programs."""
    path = _script(command, repository).removeprefix("./")
    if path and command.directory:
        path = f"{command.directory}/{path}"
    if path not in repository.project.paths:
        return False
    return names_report(repository.text(path)) or build_tells_results(path, repository)


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
