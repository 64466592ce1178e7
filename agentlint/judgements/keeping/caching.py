"""What a CI job fetches or builds, what it keeps between runs, and what nobody keeps for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Action, Cache, Job, Step
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.keeping.compiler_caches import compiler_cache
from agentlint.judgements.keeping.compose_builds import by_start
from agentlint.judgements.keeping.held_addresses import with_address
from agentlint.judgements.keeping.small_installs import brings_none
from agentlint.judgements.keeping.vcpkg_manifests import by_manifest
from agentlint.judgements.running.environments import chosen_elsewhere
from agentlint.judgements.running.given_inputs import completed_by_inputs
from agentlint.judgements.running.legs import completed_by_matrix, verbs_of_legs
from agentlint.judgements.running.named_programs import by_variable
from agentlint.judgements.running.patterns import environment_matching, is_set, option_matching
from agentlint.judgements.running.scope import carried_out, from_hooks, in_container
from agentlint.programs import Fetching, When, table
from agentlint.programs.actions import Brings, actions

SETUP_KEEPS: dict[str, tuple[str, ...]] = {
    "actions/setup-node": ("npm", "yarn", "pnpm"),
    "actions/setup-python": ("pip", "pipenv", "poetry"),
    "actions/setup-java": ("maven", "gradle", "sbt"),
    "graalvm/setup-graalvm": ("maven", "gradle", "sbt"),
    "actions/setup-go": ("go",),
    "actions/setup-dotnet": ("nuget",),
    "ruby/setup-ruby": ("bundler", "gem"),
    "astral-sh/setup-uv": ("uv",),
    "pnpm/action-setup": ("pnpm",),
    "pdm-project/setup-pdm": ("pdm",),
    "subosito/flutter-action": ("pub",),
    "denoland/setup-deno": ("deno",),
}
"""Set-up actions with a cache of their own, and what it can keep."""

_STEPS_ARE_JOBS = frozenset({"woodpecker", "drone"})
"""Systems whose jobs are the steps of one shared workspace."""


@dataclass(frozen=True)
class Fetch:
    """One thing a job fetches: how, by which command, and through which of the job's own commands."""

    how: Fetching
    by: Command
    through: Command


def fetches(job: Job, repository: Repository) -> tuple[Fetch, ...]:
    """Everything the job's commands fetch, what they call in this repository included, on the job's own machine."""
    key = ("fetches", job.unit)
    known = repository.memory(key)
    if known is None:
        known = repository.remember(key, tuple(_fetches(job, repository)))
    assert isinstance(known, tuple)
    return known


def _fetches(job: Job, repository: Repository) -> Iterator[Fetch]:
    for command in (*job.commands, *inner_commands(job, repository)):
        if in_container(command) or _by_step_of(command, job, _CONTAINER_STEPS):
            continue
        for reached in behind(command, job, repository):
            if (
                in_container(reached)
                or from_hooks(reached, repository)
                or (reached is not command and _of_a_test(reached))
            ):
                continue
            for how in (
                *table().fetching(with_address(by_variable(reached), repository)),
                *_by_wrapper(reached),
                *by_manifest(reached, job, repository),
                *by_start(reached, job, repository),
            ):
                if (not how.compiles or how.what == "ccache") and on_another_machine(command, job):
                    continue
                if not (_built_here(reached, how) or brings_none(reached, how, repository)) and (
                    how.what != "pre-commit" or not _unsure(reached, command, repository)
                ):
                    yield Fetch(how, reached, command)


def behind(command: Command, job: Job, repository: Repository) -> Iterator[Command]:
    """What the command carries out, with what the legs of a matrix and the inputs of a caller make of it."""
    yield from carried_out(command, repository)
    yield from completed_by_inputs(command, job, repository)
    if job.matrix is not None and any("$" in text or "<<" in text for text in (command.program_path, *command.texts())):
        yield from verbs_of_legs(command, job, repository)
        yield from completed_by_matrix(command, job, repository)


_CONTAINER_STEPS = ("uraimo/", "addnab/")
_MACHINES = ("vmactions/", "cross-platform-actions/", "acj/")
"""Steps that run their script in a container, and in a virtual machine, to which only the work tree is handed."""


def on_another_machine(command: Command, job: Job) -> bool:
    """True for what runs in a virtual machine that the job starts: a kept build pays there, kept packages hardly do."""
    return _by_step_of(command, job, _MACHINES)


def _by_step_of(command: Command, job: Job, makers: tuple[str, ...]) -> bool:
    """True for a command that a ready-made step of these makers runs out of its inputs."""
    return any(
        step.index == command.step and step.action is not None and step.action.name.lower().startswith(makers)
        for step in job.steps
    )


def inner_commands(job: Job, repository: Repository) -> Iterator[Command]:
    """What the composite actions of this repository run in the job; what hangs on their inputs may be left out by this caller."""
    for unit in job.inner_units:
        for command in repository.commands_by_unit.get(unit, ()):
            if not any("inputs." in guard.text for guard in command.guards):
                yield command


def _of_a_test(command: Command) -> bool:
    """True for what a test program starts now and then: which of it a run reaches, nobody can tell from here."""
    path = command.place.path
    return path.endswith((".py", ".js", ".ts", ".rb", ".go")) and "test" in path.rsplit("/", 1)[-1]


_UV_RUN = Fetching(
    what="uv",
    when=When(),
    covered_by=("pip", "venv", "python", "virtualenv"),
    seconds=8,
    heavy=True,
    advice="keep uv's cache (`uv cache dir`) between runs",
)


def _by_wrapper(command: Command) -> tuple[Fetching, ...]:
    """`uv run` brings the project's environment up to date before it starts anything."""
    if "uv run" not in command.wrappers:
        return ()
    words = {word.text for word in command.wrapper_words}
    if any(word.startswith(("./", ".\\")) for word in words):
        return ()  # a uv that this repository has built
    return () if words & {"--no-project", "--no-sync", "--script", "--offline", "--isolated"} else (_UV_RUN,)


def told_at(fetch: Fetch, job: Job, repository: Repository) -> Place:
    """Where a fault of the whole job stands: the job, or the command itself where another file or a template brings it in.

    A template that only says `$COMMAND` leaves the choice, and the fault, with the job.
    """
    own, written = job.place, fetch.through.place
    source = repository.read(written.path)
    text = source.text[written.span.start : written.span.end] if source is not None else ""
    inside = written.path == own.path and own.span.start <= written.span.start <= own.span.end
    if inside or text.lstrip("\"'{").startswith("$"):
        return own
    before = [
        step.place.span
        for step in (*job.steps, *job.inner_steps)
        if step.place.path == written.path
        and step.place.span.end <= written.span.start
        and "set-up" in actions().roles(step.action)
    ]
    return Place(written.path, before[-1].cover(written.span)) if before else written


def _built_here(command: Command, how: Fetching) -> bool:
    """True for a package manager that this repository builds: its runs are tests of it."""
    words = (command.program_path, *(word.text for word in command.wrapper_words))
    return any(word.startswith(("./", ".\\")) for word in words) and how.what in {
        "uv",
        "npm",
        "pnpm",
        "yarn",
        "pip",
        "poetry",
        "cargo",
    }


def _unsure(reached: Command, command: Command, repository: Repository) -> bool:
    return reached is not command and chosen_elsewhere(command, repository)


def uncached_actions(job: Job, repository: Repository, compiling: bool) -> Iterator[tuple[Step, Brings]]:
    """The ready-made steps that fetch (or compile) by themselves and whose work nobody keeps."""
    at_hand = caches_at_hand(job, repository)
    for step in (*job.steps, *job.inner_steps):
        known = actions().of(step.action)
        brings = known.fetches if known is not None else None
        if brings is None or brings.compiles is not compiling or step.action is None or not brings.does(step.action):
            continue
        if not any(brings.what in cache.what or not cache.what for cache in at_hand):
            yield step, brings


def fetched_before(fetch: Fetch, job: Job, repository: Repository) -> bool:
    """True when an earlier step of a shared workspace has fetched the same: it is told there."""
    pipeline = repository.pipeline_of(job)
    if pipeline.system not in _STEPS_ARE_JOBS:
        return False
    for earlier in pipeline.jobs:
        if earlier is job:
            return False
        if any(other.how.what == fetch.how.what for other in fetches(earlier, repository)):
            return True
    return False


def worth_keeping(fetch: Fetch) -> bool:
    """False for a fetch that is too small to keep: one tool, a newer pip."""
    return not fetch.how.trifles or bool(_packages(fetch) - set(fetch.how.trifles))


def advice_for(fetch: Fetch) -> str:
    """What to do about a fetch: an option that makes the cache useless goes first."""
    option = option_matching(fetch.by, fetch.how.disabled_by)
    return f"drop `{option}` and {fetch.how.advice}" if option else fetch.how.advice


def packages(fetch: Fetch) -> int:
    """How many packages the command names."""
    return len(_packages(fetch))


def _packages(fetch: Fetch) -> set[str]:
    program = table().of(fetch.by)
    operands = program.operands(fetch.by)[1:] if program else ()
    names = (operand.strip("'\"") for operand in operands)
    return {_bare(name).lower().replace("_", "-") for name in names}


def _bare(requirement: str) -> str:
    for index, letter in enumerate(requirement):
        if letter in "=<>!~[;@ ":
            return requirement[:index]
    return requirement


_ON_A_MISS = lazily(r"cache-hit|\w[.-]*exists?[ '\"\])}]*(?:==|!=)", re.IGNORECASE)
"""Conditions that ask an earlier step whether the result is there: `steps.kept.outputs.cache-hit`, `env.image-exists != 'true'`."""


def kept(fetch: Fetch, job: Job, repository: Repository) -> bool:
    """True when the job keeps what is fetched: by a written cache, an action's default, or the program's own option."""
    if any(_ON_A_MISS.search(guard.text) for guard in (*fetch.through.guards, *fetch.by.guards)):
        return True  # it runs on a miss only
    names = {fetch.how.what, *fetch.how.covered_by}
    if fetch.how.what == "pip" and fetch.through.program in _INSTALLS_THROUGH_UV:
        names.add("uv")  # what an environment adds to what uv has brought into it
    for cache in caches_at_hand(job, repository):
        if fetch.how.what == "cargo" and (_only_sources(cache) or (fetch.how.download and _without_binaries(cache))):
            continue
        if _deleted_first(fetch.by, cache):
            continue
        if cache.what & names or (not cache.what and _may_hold(cache, fetch, job)):
            return True
    by, enabled = fetch.by, fetch.how.enabled_by
    if (
        option_matching(by, enabled)
        or option_matching(fetch.through, enabled)
        or any(
            environment_matching(known, [name for name in enabled if name.isupper()])
            for known in (by.environment, fetch.through.environment, job.environment)
        )
    ):
        return True
    if is_set(repository, [item for item in fetch.how.enabled_by if ":" in item]):
        return True
    return fetch.how.what in {"ccache", "cargo"} and compiler_cache(job)


def _deleted_first(command: Command, cache: Cache) -> bool:
    """True for `npm ci`, which deletes node_modules, and a cache of nothing else (docs.npmjs.com: npm ci)."""
    return (
        command.program == "npm"
        and command.texts()[:1] in _FROM_NOTHING
        and bool(cache.paths)
        and all(path.strip("'\"/ ").endswith("node_modules") for path in cache.paths)
    )


_FROM_NOTHING = (("ci",), ("clean-install",), ("ic",), ("install-clean",))
_NO_BINARIES = lazily(r"(?:^|/)(?:registry|git|target|\.?advisory-db|\.global-cache)(?:/|$)")


def _without_binaries(cache: Cache) -> bool:
    """True for a cache of crates' sources or of a build folder, which holds nothing of what `cargo install` makes."""
    paths = [path.strip("'\"") for path in cache.paths]
    return bool(paths) and all(_NO_BINARIES.search(path) for path in paths)


_CRATES = lazily(
    r"(?:^|/)(?:\.?cargo|\$\{?CARGO_HOME\}?|\$\{\{ *env\.CARGO_HOME *\}\})/(?:registry|git)(?:/|$)", re.IGNORECASE
)


def _only_sources(cache: Cache) -> bool:
    """True for a cache of the crates as they were downloaded: a moment's work, beside the compiling of them that is lost."""
    return bool(cache.paths) and all(_CRATES.search(path.strip("'\"")) for path in cache.paths)


def _may_hold(cache: Cache, fetch: Fetch, job: Job) -> bool:
    """True unless a cache of unknown content clearly lies elsewhere: its folders are spelled out and nothing here names one."""
    if fetch.how.compiles or not cache.paths or any("$" in path or "*" in path or "`" in path for path in cache.paths):
        return True
    folders = {path.strip("'\"/").rsplit("/", 1)[-1] for path in cache.paths} - {"", ".", "~"}
    texts = (
        *fetch.by.texts(),
        *fetch.through.texts(),
        fetch.by.directory or "",
        *fetch.by.environment.values(),
        *job.environment.values(),
    )
    return any(folder in text for folder in folders for text in texts)


def caches_at_hand(job: Job, repository: Repository) -> tuple[Cache, ...]:
    """The job's caches, and those of the jobs whose workspace it goes on in (the steps of a shared workspace)."""
    pipeline = repository.pipeline_of(job)
    found = list(job.caches)
    waiting, seen = [job], {job.id}
    while waiting:
        for need in waiting.pop().needs:
            earlier = pipeline.job(need.job)
            if earlier is not None and earlier.id not in seen and "workspace" in need.carries:
                seen.add(earlier.id)
                found.extend(earlier.caches)
                waiting.append(earlier)
    return tuple(found)


def traced_build(job: Job) -> bool:
    """True in a job whose compiler calls are watched by an analyser, which a compiler cache would hide from it."""
    actions_used = {step.action.name.lower() for step in job.steps if step.action is not None}
    return "github/codeql-action/init" in actions_used or any(_TRACERS & set(c.wrappers) for c in job.commands)


_TRACERS = frozenset({"cov-build", "scan-build", "bear", "build-wrapper-linux-x86-64", "build-wrapper-macosx-x86"})


_INSTALLS_THROUGH_UV = frozenset({"hatch", "tox", "nox"})
_OF_PYTHON = frozenset({"pip", "uv"})
"""What they install; other things that run in their environments (hooks) keep stores of their own."""


def keeper(fetch: Fetch, job: Job) -> tuple[Step, Action] | None:
    """The job's set-up action that has a cache for what is fetched; a test runner installs with uv where a job sets uv up."""
    if fetch.how.what in _OF_PYTHON and _INSTALLS_THROUGH_UV & {fetch.by.program, fetch.through.program}:
        return setup_that_could_keep("uv", job) or setup_that_could_keep(fetch.how.what, job, fetch.through.step)
    return setup_that_could_keep(fetch.how.what, job, fetch.through.step)


def setup_that_could_keep(what: str, job: Job, before: int | None = None) -> tuple[Step, Action] | None:
    """The job's set-up action that has a cache for `what`, if it has one: the last before a step, where several set up the same."""
    able = [
        (step, step.action)
        for step in (*job.steps, *job.inner_steps)
        if step.action is not None and what in SETUP_KEEPS.get(step.action.name.lower(), ())
    ]
    if not able or before is None:
        return able[0] if able else None
    own = [one for one in able if one[0] in job.steps]
    earlier = [one for one in own if one[0].index < before]
    if earlier:
        return [one for one in earlier if one[1].name == earlier[0][1].name][-1]
    return next((one for one in able if one not in own), None)


def nothing_to_defeat(what: str, job: Job) -> bool:
    """True on a fresh machine to which the job brings no cache of this kind: an option that turns it off changes nothing."""
    return job.hosted and not any(what in cache.what or not cache.what for cache in job.caches)


def lasting_machine(job: Job) -> bool:
    """True where caches need no mention: the machine keeps its disk between runs, or the system has no place to keep them."""
    return not job.hosted or not job.cacheable


def machine_of_an_image(job: Job, repository: Repository) -> bool:
    """True for a Buildkite agent that is asked for by an image: it is started from that for the one job.

    Its owners may have put packages into the image, so that nothing is known of other caches; layers of a build are not there.
    """
    return repository.pipeline_of(job).system == "buildkite" and "/" in job.runner
