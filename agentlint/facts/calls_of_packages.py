"""Calls of what manifests of packages name: npm and its like, monorepo runners, composer."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from agentlint.facts.calls_of_files import interpreter
from agentlint.facts.command import Command
from agentlint.facts.unit import UnitKind
from agentlint.facts.unit_index import UnitIndex, joined_path, nearest_file, operands_of

_NPM_SHORT = {
    "t": "test",
    "tst": "test",
    "test": "test",
    "start": "start",
    "stop": "stop",
    "restart": "restart",
}
_NPM_OWN = frozenset(
    {
        "install",
        "ci",
        "i",
        "add",
        "remove",
        "publish",
        "pack",
        "exec",
        "dlx",
        "create",
        "init",
        "login",
        "version",
    }
    | {"audit", "cache", "config"}
)


def package_scripts(command: Command, index: UnitIndex) -> tuple[str, ...]:
    value_options = (
        "-C",
        "--prefix",
        "--cwd",
        "--dir",
        "-w",
        "--workspace",
        "--filter",
        "-F",
    )
    operands = operands_of(command, value_options)
    directory = joined_path(command.directory, command.value_of("-C", "--prefix", "--cwd", "--dir") or "")
    everywhere = bool(_EVERYWHERE & set(command.texts()) or operands[:1] == ["workspaces"])
    path = nearest_file(("package.json",), directory, index) or (_ROOT if everywhere and not directory else "")
    if not path:
        return ()
    if operands[:2] == ["workspaces", "foreach"]:
        operands = operands[2:]
    if not operands:
        return ()
    if everywhere:
        in_packages = _in_workspaces([operand for operand in operands if operand not in _RUN_WORDS][:1], path, index)
        if in_packages:
            return in_packages
    if operands[0] == "workspace" and command.program == "yarn":
        operands = operands[2:]
    verb = operands[0] if operands else ""
    if verb in {"run", "run-script", "rum", "urn"}:
        names = operands[1:2]
    elif verb in _NPM_SHORT:
        names = [_NPM_SHORT[verb]]
    elif command.program != "npm" and verb not in _NPM_OWN:
        names = [verb]
    else:
        names = list(_lifecycle(verb))
    return tuple(found for name in names for found in _script_with_hooks(path, name, index))


_EVERYWHERE = frozenset({"-r", "--recursive", "-ws", "--workspaces", "workspaces", "--all", "-A"})
_RUN_WORDS = frozenset({"run", "run-script", "workspaces", "foreach", "exec"})
_MANY_PACKAGES = 60
_ROOT = "package.json"
"""The manifest of a monorepo's root, which may have no script of its own."""


def _in_workspaces(names: Iterable[str], root: str, index: UnitIndex) -> tuple[str, ...]:
    """The scripts by these names in the packages below the root's: what a monorepo's runner starts."""
    folder = posixpath.dirname(root)
    wanted = tuple(names)
    paths = [
        path
        for path in index.by_path
        if posixpath.basename(path) == "package.json" and path != root and path.startswith(folder and folder + "/")
    ]
    return tuple(
        found
        for path in paths[:_MANY_PACKAGES]
        for name in wanted
        for found in index.named(path, UnitKind.PACKAGE_SCRIPT, name)
    )


def monorepo(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """`lerna run lint`, `turbo run test`, `nx run-many -t lint,test`, `node run-everywhere.js run lint`."""
    path = nearest_file(("package.json",), command.directory or "", index) or ("" if command.directory else _ROOT)
    if not path:
        return ()
    names = [
        operand
        for operand in operands_of(command, ("--scope", "--filter", "-F", "--since", "--concurrency"))
        if operand
    ]
    if command.program == "nx":
        written = command.value_of("-t", "--target", "--targets") or ""
        names = [name for name in written.split(",") if name]
    elif names[:1] in (["run"], ["run-script"]):
        names = names[1:]
    elif command.program != "turbo":
        return ()
    return _in_workspaces(names[:8], path, index)


def node(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """A script of this repository; where it is handed `run NAME`, the packages' scripts by that name as well."""
    own = interpreter(command, index)
    operands = operands_of(command)
    if len(operands) < 3 or operands[1] not in {"run", "run-script"}:
        return own
    path = nearest_file(("package.json",), command.directory or "", index)
    return (*own, *_in_workspaces(operands[2:3], path, index)) if path else own


def _lifecycle(verb: str) -> tuple[str, ...]:
    if verb in {"install", "ci", "i"}:
        return ("preinstall", "install", "postinstall", "prepare")
    if verb in {"publish", "pack"}:
        return ("prepublishOnly", "prepack", "prepare")
    return ()


def _script_with_hooks(path: str, name: str, index: UnitIndex) -> tuple[str, ...]:
    return tuple(
        found
        for part in (f"pre{name}", name, f"post{name}")
        for found in index.named(path, UnitKind.PACKAGE_SCRIPT, part)
    )


def composed_scripts(command: Command, index: UnitIndex) -> tuple[str, ...]:
    path = nearest_file(("package.json",), command.directory or "", index)
    names = [operand.removeprefix("npm:") for operand in operands_of(command)]
    found: list[str] = []
    for unit in index.of_kind(path, UnitKind.PACKAGE_SCRIPT) if path else ():
        script = index.units[unit].name
        if any(script == name or (name.endswith("*") and script.startswith(name.rstrip("*"))) for name in names):
            found.append(unit)
    return tuple(found)


def composer(command: Command, index: UnitIndex) -> tuple[str, ...]:
    path = nearest_file(("composer.json",), command.directory or "", index)
    operands = operands_of(command, ("-d", "--working-dir"))
    names = operands[1:2] if operands[:1] in (["run"], ["run-script"]) else operands[:1]
    return tuple(found for name in names for found in index.named(path, UnitKind.PACKAGE_SCRIPT, name)) if path else ()
