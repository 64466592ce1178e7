"""Managers of a language's versions that are told to take the newest: `nvm install --lts`, `n latest`, `volta install node`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.pinning.own_project import own_slug


@dataclass(frozen=True, slots=True)
class Manager:
    """What a manager installs, by which verbs, and the words that stand for whatever is newest."""

    runtime: str
    verbs: tuple[tuple[str, ...], ...]
    newest: frozenset[str]


_NODE = frozenset({"lts", "lts/*", "latest", "stable", "node", "current", "--lts", "--latest"})
MANAGERS: Mapping[str, Manager] = {
    "nvm": Manager("node", (("install",),), _NODE),
    "fnm": Manager("node", (("install",),), _NODE | {"lts-latest"}),
    "n": Manager("node", ((), ("install",)), _NODE),
    "nodenv": Manager("node", (("install",),), frozenset({"latest"})),
    "volta": Manager("node", (("install",),), frozenset({"node", "node@lts", "node@latest"})),
    "pnpm": Manager("node", (("env", "use"), ("env", "add")), _NODE),
    "rvm": Manager("ruby", (("install",), ("use",)), frozenset({"ruby", "ruby-head", "latest", "ruby-latest"})),
    "jabba": Manager("java", (("install",),), frozenset({"latest"})),
    "gvm": Manager("go", (("install",),), frozenset({"latest", "stable"})),
    "tfenv": Manager("terraform", (("install",),), frozenset({"latest"})),
    "tgenv": Manager("terragrunt", (("install",),), frozenset({"latest"})),
}
"""Sources: the READMEs of nvm-sh/nvm, Schniz/fnm, tj/n, nodenv/node-build, volta-cli/volta, rvm/rvm, shyiko/jabba, moovweb/gvm,
tfutils/tfenv and tgenv; pnpm.io/cli/env."""


def newest_runtime(command: Command, repository: Repository) -> str:
    """The runtime that this command takes at its newest version, or ""; the manager's own repository tries it."""
    manager = MANAGERS.get(command.program)
    if manager is None or own_slug(repository).endswith(f"/{command.program}"):
        return ""
    words = command.texts()
    verb = next((verb for verb in sorted(manager.verbs, key=len, reverse=True) if words[: len(verb)] == verb), None)
    if verb is None:
        return ""
    after = [word for word in words[len(verb) :] if not word.startswith("-") or word in manager.newest]
    return manager.runtime if after and set(after) <= manager.newest else ""
