"""What `docker compose run` and `up` build before they start anything: the images of services with `build:` that no machine has yet."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agentlint.facts.calls_of_images import COMPOSE_FILES
from agentlint.facts.command import Command
from agentlint.facts.image import Image
from agentlint.facts.pipeline import Job
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.facts.unit_index import joined_path
from agentlint.files.lazily import lazily
from agentlint.programs import Fetching, When

PROGRAMS = frozenset({"docker", "docker-compose", "podman", "podman-compose"})
_GLOBAL_VALUES = frozenset(
    {"-f", "--file", "-p", "--project-name", "--project-directory", "--env-file", "--profile", "--ansi", "--progress"}
    | {"--parallel", "-c", "--context", "-H", "--host"}
)
_RUN_VALUES = frozenset(
    {"-e", "--env", "--env-from-file", "-v", "--volume", "-p", "--publish", "--name", "-u", "--user", "-w", "--workdir"}
    | {"--entrypoint", "-l", "--label", "--cap-add", "--cap-drop", "--pull"}
)
_UP_VALUES = frozenset(
    {"-t", "--timeout", "--scale", "--exit-code-from", "--attach", "--no-attach", "--pull", "--wait-timeout"}
)
_STARTS = frozenset({"run", "up", "create"})
_ELSEWHERE = frozenset({"--project-directory", "--env-file", "--no-build", "--build", "--help", "-H", "--host"})
"""Options that move the files, build nothing, or are told by the table of programs."""
_USUAL = (*COMPOSE_FILES, *(name.replace(".y", ".override.y") for name in COMPOSE_FILES))
_ANSWERED = frozenset({"image", "pull_policy", "build.cache_from", "build.cache_to"})
_VARIABLE = lazily(r"\$\{(\w+)(?::?-([^{}]*))?\}|\$(\w+)")
STARTED = Fetching(
    what="docker",
    when=When(),
    covered_by=("buildx", "buildkit", "layers"),
    seconds=60,
    heavy=True,
    advice="name cache_from and cache_to under the service's build, or build it with bake first",
)


@dataclass(frozen=True)
class _Call:
    """One call of compose: its subcommand, the services it names, and its files as far as they are spelled out."""

    does: str
    services: tuple[str, ...]
    files: tuple[str, ...]


def by_start(command: Command, job: Job, repository: Repository) -> tuple[Fetching, ...]:
    """The build that starting a service of a compose file begins with, where nothing before it in the job can have made the image."""
    if command.program not in PROGRAMS or not _STARTS & set(command.texts()):
        return ()
    if _ELSEWHERE & {text.split("=")[0] for text in command.texts()}:
        return ()
    image = started_image(command, repository)
    return () if image is None or _prepared(command, image, job, repository) else (STARTED,)


def started_image(command: Command, repository: Repository) -> Image | None:
    """The image that is built for the services a call of compose starts: the first, where it is several."""
    call = _call_of(command)
    if call is None or call.does not in _STARTS:
        return None
    services = _services(call.files, repository)
    for name in _wanted(call, services, "--no-deps" in command.texts()):
        known = services.get(name, {})
        # With a name for its image, compose asks the registry first; a cache or a base of one's own is somebody's answer.
        if "build" not in known or _ANSWERED & set(known):
            continue
        path = posixpath.normpath(_filled(known["build"], command.environment))
        image = next((image for image in repository.images if image.path == path), None)
        if image is not None:
            return image
    return None


def _call_of(command: Command) -> _Call | None:
    """How compose is called; None for another command of docker's."""
    words = list(command.texts())
    if not command.program.endswith("-compose"):
        if words[:1] != ["compose"]:
            return None
        words = words[1:]
    written, at = [], 0
    while at < len(words) and words[at].startswith("-"):
        name, equals, value = words[at].partition("=")
        if name in {"-f", "--file"}:
            written.append(value if equals else "".join(words[at + 1 : at + 2]))
        at += 2 if name in _GLOBAL_VALUES and not equals else 1
    if at >= len(words) or words[at] not in {*_STARTS, "build", "pull"}:
        return None
    does = words[at]
    operands = list(_operands(words[at + 1 :], _RUN_VALUES if does == "run" else _UP_VALUES))
    files = _files(written, command)
    return _Call(does, tuple(operands[:1] if does == "run" else operands), files)


def _operands(words: list[str], takes: frozenset[str]) -> Iterator[str]:
    skip = False
    for word in words:
        if skip or word.startswith("-"):
            skip = not skip and word in takes
        else:
            yield word


def _files(written: list[str], command: Command) -> tuple[str, ...]:
    """The compose files of a call, later ones adding to the earlier; none where a variable names one."""
    if command.directory is None:
        return ()
    named = written or [one for one in command.environment.get("COMPOSE_FILE", "").split(":") if one]
    if any("$" in one or one.startswith(("/", "~")) or one == "-" for one in named):
        return ()
    return tuple(joined_path(command.directory, one) for one in named or _USUAL)


def _services(files: tuple[str, ...], repository: Repository) -> Mapping[str, Mapping[str, str]]:
    """The settings of each service, as the files give them together."""
    by_file = _settings(repository)
    together: dict[str, dict[str, str]] = {}
    for path in files:
        for name, settings in by_file.get(path, {}).items():
            together.setdefault(name, {}).update(settings)
    return together


@remembered
def _settings(repository: Repository) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """What the compose files say of their services: by file, by service, by key."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for setting in repository.project.settings:
        if setting.tool == "compose":
            service, _, key = setting.key.partition(".")
            found.setdefault(setting.place.path, {}).setdefault(service, {})[key] = setting.value
    return found


def _wanted(call: _Call, services: Mapping[str, Mapping[str, str]], alone: bool) -> Iterator[str]:
    """The services that are started: those named, or all that no profile holds back, and what they depend on."""
    waiting = list(call.services) or [name for name, known in services.items() if "profiles" not in known]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        yield name
        if not alone:
            waiting += [key.split(".", 1)[1] for key in services.get(name, {}) if key.startswith("depends_on.")]


def _filled(path: str, environment: Mapping[str, str]) -> str:
    """A path with its variables: compose takes nothing for one that is not set."""

    def value(match: re.Match[str]) -> str:
        return environment.get(match[1] or match[3]) or match[2] or ""

    return _VARIABLE.sub(value, path)


def _prepared(command: Command, image: Image, job: Job, repository: Repository) -> bool:
    """True where the job has built, fetched or loaded images before, by whichever means: compose finds its own among them."""
    if any(_BUILDS_IMAGES.search(step.action.name) for step in job.steps if step.action is not None):
        return True
    for commands in (job.commands, repository.commands_by_unit.get(command.unit, ())):
        for earlier in commands:
            if earlier.place == command.place:
                break
            if earlier.program in PROGRAMS and _brings(earlier, image, repository):
                return True
    return False


def _brings(earlier: Command, image: Image, repository: Repository) -> bool:
    """True for a command that leaves images behind: it builds, pulls or loads them, or has started the same service."""
    call = _call_of(earlier)
    if call is None:
        return bool({"load", "bake", "import"} & set(earlier.texts()[:2]))
    return call.does not in _STARTS or started_image(earlier, repository) is image


_BUILDS_IMAGES = lazily(r"(?i)bake|docker.*(?:cache|compose)|compose")
