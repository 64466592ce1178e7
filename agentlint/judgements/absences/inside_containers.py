"""What a command runs inside a container of this repository: `docker compose exec web npm run lint`, `ddev composer test`."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository

_COMPOSE_VALUES = frozenset(
    {"-e", "--env", "-u", "--user", "-w", "--workdir", "-v", "--volume", "-p", "--publish", "--name", "--entrypoint"}
    | {"-l", "--label", "-f", "--file", "--project-name", "--profile", "--env-file", "--index", "--env-from-file"}
)
_ELSEWHERE = frozenset({"-w", "--workdir", "-d", "--dir", "--entrypoint"})
_WRAPPED = frozenset(
    {"npm", "npx", "yarn", "pnpm", "composer", "make", "php", "phpunit", "pytest", "python", "rake", "bundle"}
)
_TOOLS = frozenset({"ddev", "lando", "sail"})
"""Tools for local environments that hand on a program's name as a subcommand of their own, and take any by `exec` or `ssh`."""
_MANIFESTS = {
    "npm": "package.json",
    "yarn": "package.json",
    "pnpm": "package.json",
    "composer": "composer.json",
    "make": "Makefile",
    "gmake": "Makefile",
    "tox": "tox.ini",
}
"""What is looked at in the container: where a repository has several, which one it is cannot be told."""


def inside(command: Command, repository: Repository) -> Command | None:
    """The command that runs in the container, where it must be about the only manifest of its sort; None for others."""
    at = _start(command)
    if at is None or at >= len(command.arguments):
        return None
    if any(word.text.split("=")[0] in _ELSEWHERE for word in command.arguments[:at]):
        return None
    program = command.arguments[at]
    name = posixpath.basename(program.text)
    manifest = _MANIFESTS.get(name)
    if manifest is None or len(repository.paths_by_name.get(manifest, ())) != 1:
        return None
    rest = command.arguments[at + 1 :]
    return replace(command, program=name, program_path=program.text, arguments=rest, wrappers=(command.program,))


def _start(command: Command) -> int | None:
    """The position of the program among the words of the command that goes into the container."""
    words = command.texts()
    if command.program in _TOOLS:
        if words[:1] == ("exec",):
            return _after_options(words, 1)
        return 0 if words and words[0] in _WRAPPED else None
    compose = command.program in {"docker-compose", "podman-compose"} or (
        command.program in {"docker", "podman"} and words[:1] == ("compose",)
    )
    if not compose:
        return None
    at = next((index for index, word in enumerate(words) if word in {"exec", "run"}), None)
    return None if at is None else _after_options(words, at + 1) + 1


def _after_options(words: tuple[str, ...], at: int) -> int:
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in _COMPOSE_VALUES else 1
    return at
