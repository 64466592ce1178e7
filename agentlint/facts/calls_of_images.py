"""Calls of what images and compose files hold."""

from __future__ import annotations

from agentlint.facts.command import Command
from agentlint.facts.unit import UnitKind
from agentlint.facts.unit_index import UnitIndex, joined_path, nearest_file, operands_of

_BUILD_VALUES = (
    "-f --file -t --tag --build-arg --target --platform --label --output -o --cache-from --cache-to"
    " --secret --ssh --network --progress --builder --build-context --iidfile --metadata-file --annotation"
).split()
"""Options of `docker build` with a value."""


def docker(command: Command, index: UnitIndex) -> tuple[str, ...]:
    texts = command.texts()
    if "compose" in texts[:1] or command.program == "docker-compose":
        return _compose(command, index)
    if "build" not in texts[:2]:
        return ()
    operands = operands_of(command, _BUILD_VALUES)
    context = next((o for o in operands if o not in {"buildx", "build", "image"}), ".")
    written = command.value_of("-f", "--file")
    candidates = [joined_path(command.directory, written)] if written else []
    candidates += [
        joined_path(joined_path(command.directory, context), name) for name in ("Dockerfile", "Containerfile")
    ]
    for path in candidates:
        stages = index.of_kind(path, UnitKind.IMAGE_STAGE)
        if stages:
            return stages
    return ()


COMPOSE_FILES = (
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
)
"""Where `docker compose` looks, in this order, when it is told of no file."""


def _compose(command: Command, index: UnitIndex) -> tuple[str, ...]:
    written = command.value_of("-f", "--file")
    path = (
        joined_path(command.directory, written)
        if written
        else nearest_file(COMPOSE_FILES, command.directory or "", index)
    )
    words = operands_of(command, _COMPOSE_VALUES)
    verb = next((word for word in words if word in _STARTING), "")
    if not path or not verb:
        return ()
    services = index.of_kind(path, UnitKind.SERVICE)
    wanted = words[words.index(verb) + 1 :]
    if verb in {"run", "exec"}:
        wanted = wanted[:1]
    return tuple(unit for unit in services if index.units[unit].name in wanted) or services


_STARTING = ("up", "run", "build", "exec")
_COMPOSE_VALUES = (
    "-f --file -p --project-name --profile --env-file --project-directory --ansi --progress --parallel -e --env --entrypoint --name"
    " --publish -v --volume -w --workdir -u --user -l --label --scale -t --timeout --index --build-arg --wait-timeout --exit-code-from"
    " --pull --attach --no-attach"
).split()
"""Options with a value, of `docker compose` and of these verbs (docs.docker.com/reference/cli/docker/compose)."""
