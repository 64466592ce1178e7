"""Scripts of package.json that recipes and scripts of the repository call, and that no package.json has any more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command, Guard
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.running.scope import aside

_CALLERS = frozenset({UnitKind.TARGET, UnitKind.PACKAGE_SCRIPT, UnitKind.HOOK, UnitKind.SCRIPT, UnitKind.FUNCTION})
_RUNS_SCRIPTS_ALONE = frozenset({"npm", "pnpm"})
"""yarn and bun take `run NAME` for a program of node_modules too (docs.npmjs.com/cli/commands/npm-run, pnpm.io/cli/run)."""
_NAME = lazily(r"[a-z][\w:-]*")
_OTHER_FOLDERS = frozenset(
    "-w --workspace --workspaces -ws --filter -F --prefix -C --dir --cwd -r --if-present".split()
)
_OF_OTHERS = lazily(
    r"(?:^|/)(?:templates?|skeletons?|boilerplates?|scaffold\w*|starters?|fixtures?|__tests__|tests?|spec|e2e|testdata|examples?|samples?"
    r"|demos?|docs?|website|node_modules|vendor)/|create-",
    re.IGNORECASE,
)
"""Folders whose scripts may work in a project that is made, fetched or written for them."""
_LEAVES = lazily(r"\b(?:git clone|npm init|npx create-|npm create|degit|pushd)\b|\bnpm pkg set\b")


def gone_package_scripts(repository: Repository) -> Iterator[tuple[Command, str]]:
    """Each such call with the name of the script."""
    if not repository.paths_by_name.get("package.json"):
        return
    for facts in repository.judged_facts:
        for command in facts.commands:
            name = _called(command, repository)
            if name and name not in _names(repository):
                yield command, name


_STEP = lazily(r"(?:npm|pnpm|yarn|npx) [\w:@/. -]+")


def _is_step_before(guard: Guard) -> bool:
    """True for a step of the same chain (`npm run lint && npm run types`), which asks after nothing."""
    return bool(_STEP.fullmatch(guard.text.strip()))


def _called(command: Command, repository: Repository) -> str:
    """The script that a call of npm names; "" where it may mean another project's, or is asked for only if it is there."""
    words = command.texts()
    if command.program not in _RUNS_SCRIPTS_ALONE or words[:1] not in (("run",), ("run-script",)) or len(words) < 2:
        return ""
    unit = repository.units.get(command.unit)
    if unit is None or unit.kind not in _CALLERS or command.wrappers or not all(map(_is_step_before, command.guards)):
        return ""
    path = command.place.path
    elsewhere = command.directory is None or not _OTHER_FOLDERS.isdisjoint(word.split("=")[0] for word in words)
    if elsewhere or not command.arguments[1].literal or not _NAME.fullmatch(words[1]) or words[1] in {"env", "start"}:
        return ""
    if aside(path) or _OF_OTHERS.search(path) or _LEAVES.search(repository.text(path)):
        return ""
    return words[1]


@remembered
def _names(repository: Repository) -> frozenset[str]:
    """Every key of every package.json: what is a script among them need not be known."""
    paths = repository.paths_by_name.get("package.json", ())
    return frozenset(name for path in paths for name in re.findall(r'"([^"\n]+)"\s*:', repository.text(path)))
