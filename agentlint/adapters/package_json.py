"""package.json: scripts as units, what they compose, dependencies, and settings of the tools configured in it."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.documents.json import read_json
from agentlint.documents.node import Node
from agentlint.facts.command import Command
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Dependency
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile

_GROUPS = {
    "dependencies": "runtime",
    "devDependencies": "dev",
    "peerDependencies": "peer",
    "optionalDependencies": "optional",
}
_TOOLS = (
    "jest",
    "mocha",
    "ava",
    "nyc",
    "c8",
    "eslintConfig",
    "prettier",
    "vitest",
    "tap",
    "babel",
    "xo",
    "stylelint",
    "karma",
    "pnpm",
)
_PLAIN_SETTINGS = ("engines.node", "engines.npm", "engines.pnpm", "engines.yarn", "volta.node", "type")
_SHORT = {"test": "test", "t": "test", "tst": "test", "start": "start", "stop": "stop", "restart": "restart"}
_RUNNERS = {"npm", "pnpm", "yarn", "bun", "node"}
MAX_PATTERNS = 50
"""Names or patterns of scripts that one command composes."""
_COMPOSERS = {
    *("run-s", "run-p", "npm-run-all", "npm-run-all2", "concurrently", "conc", "wsrun"),
    *("start-server-and-test", "server-test", "start-test"),
}


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a package.json."""
    found = Gathering(file)
    document = read_json(file.text)
    found.faults(document.errors)
    root = document.root
    if not root.is_map:
        return found.facts()
    _manifest(found, root)
    _scripts(found, root)
    _hooks(found, root)
    for tool in _TOOLS:
        found.flat_settings("eslint" if tool == "eslintConfig" else tool, root.get(tool))
    for key in _PLAIN_SETTINGS:
        node = root.at(*key.split("."))
        if node is not None and node.is_scalar:
            found.setting("npm", key, node.text, node.entry)
    return found.facts()


def _manifest(found: Gathering, root: Node) -> None:
    dependencies = [
        Dependency(name, value.text, group, value.entry)
        for key, group in _GROUPS.items()
        for name, value in (root.get(key) or Node("map", root.span)).pairs()
        if value.is_scalar
    ]
    workspaces = root.get("workspaces")
    listed = workspaces.get("packages") if workspaces is not None and workspaces.is_map else workspaces
    binaries = root.get("bin")
    entry_points: Iterable[str] = ()
    if binaries is not None:
        entry_points = [name for name, _ in binaries.pairs()] if binaries.is_map else [root.value("name")]
    private = root.get("private")
    found.manifest(
        "node",
        name=root.value("name"),
        dependencies=dependencies,
        package_manager=root.value("packageManager"),
        entry_points=entry_points,
        # Without a name nothing can be published (docs.npmjs.com/cli/configuring-npm/package-json#name).
        application=bool(private is not None and private.truth) or not root.value("name"),
        workspaces=listed.texts() if listed is not None else (),
    )


def _scripts(found: Gathering, root: Node) -> None:
    """All scripts, each with its pre and post scripts and the scripts it names."""
    scripts = root.get("scripts")
    if scripts is None or not scripts.is_map:
        return
    names = [name for name, value in scripts.pairs() if value.is_string]
    for name, value in scripts.pairs():
        if not value.is_string:
            continue
        around = [other for other in (f"pre{name}", f"post{name}") if other in names]
        unit = found.unit(UnitKind.PACKAGE_SCRIPT, name, value.entry, calls=[_id(found, other) for other in around])
        if value.text.strip() == "wireit":
            _wireit(found, root.at("wireit", name), unit)
            continue
        commands = found.shell(value.embedded(), unit, dialect="sh", directory=found.directory)
        found.call(unit, (_id(found, other) for other in _composed(commands, names)))


def _id(found: Gathering, name: str) -> str:
    return found.sibling(UnitKind.PACKAGE_SCRIPT, name)


def _wireit(found: Gathering, node: Node | None, unit: str) -> None:
    """A script that wireit runs: its command and what it depends on."""
    if node is None:
        return
    command = node.get("command")
    if command is not None and command.is_string:
        found.shell(command.embedded(), unit, dialect="sh", directory=found.directory)
    dependencies = node.get("dependencies")
    for child in dependencies.children if dependencies is not None else ():
        name = child.value("script") if child.is_map else child.text
        if name and not name.startswith(("./", "../", "^")):
            found.call(unit, (_id(found, name),))


def _composed(commands: Iterable[Command], names: list[str]) -> Iterator[str]:
    """The scripts of this package that these commands run."""
    for command in commands:
        words = command.texts()
        if command.program in _RUNNERS:
            yield from _run(command.program, words, names)
        elif command.program in _COMPOSERS:
            for word in dict.fromkeys(words[:MAX_PATTERNS]):
                pattern = word.strip("\"'").split(" ")[0]
                prefix, colon, rest = pattern.partition(":")
                wanted = rest if colon and prefix in _RUNNERS else pattern
                if wanted and not wanted.startswith("-"):
                    yield from fnmatch.filter(names, wanted.replace("**", "*"))


def _run(program: str, words: tuple[str, ...], names: list[str]) -> Iterator[str]:
    """The script that `npm run x`, `yarn x` or `npm test` means; none where it is another package's."""
    if any(
        word in {"--prefix", "-C", "--cwd", "-w", "--workspace", "--filter", "-F", "-r", "--workspaces"}
        for word in words
    ):
        return
    operands = [word for word in words if not word.startswith("-")]
    if program == "node":
        operands = ["run", *operands[:1]] if "--run" in words else []
    verb, rest = (operands[0], operands[1:]) if operands else ("", [])
    if verb in {"run", "run-script"}:
        wanted = rest[:1]
    elif verb in _SHORT:
        wanted = [_SHORT[verb]]
    else:
        wanted = [verb] if program in {"yarn", "pnpm", "bun"} else []
    yield from (name for name in wanted if name in names)


def _hooks(found: Gathering, root: Node) -> None:
    """Git hooks configured in package.json: husky's old form, simple-git-hooks, pre-commit, and lint-staged."""
    for path in (("husky", "hooks"), ("simple-git-hooks",), ("gitHooks",)):
        node = root.at(*path)
        for name, value in node.pairs() if node is not None else ():
            if value.is_string:
                unit = found.unit(UnitKind.HOOK, name, value.entry)
                found.shell(value.embedded(), unit, dialect="sh", directory=found.directory)
    staged = root.get("lint-staged")
    if staged is not None and staged.is_map:
        unit = found.unit(UnitKind.HOOK, "lint-staged", staged.entry)
        for _, value in staged.pairs():
            found.script(value, unit, dialect="sh", directory=found.directory)
