"""Which units of this repository a command calls: `make test`, `./ci/run.sh`, `npm run lint`, `tox -e py312`.

Each way of calling is one small resolver, found by the program's name; a resolver gives unit ids that exist.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from agentlint.facts.calls_of_files import SHELLS, by_path, interpreter
from agentlint.facts.calls_of_images import docker
from agentlint.facts.calls_of_packages import composed_scripts, composer, monorepo, node, package_scripts
from agentlint.facts.calls_of_python import cibuildwheel, hooks, nox, project_runner, task_of_wrapper, tox
from agentlint.facts.calls_of_words import handed_calls, spread_calls
from agentlint.facts.command import Command
from agentlint.facts.unit import UnitKind
from agentlint.facts.unit_index import Resolver, UnitIndex, joined_path, nearest_file, operands_of


def called_units(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """Ids of the units that `command` starts; empty when it starts none of this repository."""
    if command.wrappers and (task := task_of_wrapper(command, index)):
        return task
    resolver = _RESOLVERS.get(command.program)
    if resolver is not None:
        found = resolver(command, index)
        if found:
            return (*found, *_handed(command, index)) if command.program in SHELLS else found
    scripts = by_path(command, index)
    return (*scripts, *_handed(command, index)) if scripts else _by_name(command, index)


def _handed(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """What a script of the repository's own is handed in its words, and runs: it is what such words are for."""
    found: dict[str, None] = {}
    for call in handed_calls(command, index):
        resolver = _RESOLVERS.get(call.program)
        found |= dict.fromkeys(resolver(call, index) if resolver is not None else ())
    return tuple(found)


def _by_name(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """The function of a sourced script, called by itself or handed to a function that frames it (`fold "specs" run_specs`)."""
    if command.wrappers or "/" in command.program_path or not command.program_path or not index.functions:
        return ()
    framed = command.program_path in _FRAMES or "_" in command.program_path
    words = (command.program_path, *(command.texts()[:3] if framed else ()))
    for word in words:
        found = [one for one in index.functions.get(word, ()) if index.units[one].place.path != command.place.path]
        if (
            len(found) == 1
            and _is_shell(command.place.path, index)
            and _is_shell(index.units[found[0]].place.path, index)
        ):
            return tuple(found)
    return ()


_FRAMES = frozenset("fold retry run try with time section group step stage task timed quietly check".split())
"""Names that scripts give to functions which run what they are handed."""


def _is_shell(path: str, index: UnitIndex) -> bool:
    """True for a script of a shell: by its suffix, or without one."""
    name = posixpath.basename(path)
    return name.endswith((".sh", ".bash", ".zsh", ".ksh", ".inc", ".bats")) or "." not in name


def _make(command: Command, index: UnitIndex) -> tuple[str, ...]:
    spread = (unit for call in spread_calls(command, index) for unit in _targets_of(call, index))
    return tuple(dict.fromkeys((*_targets_of(command, index), *spread)))


def _targets_of(command: Command, index: UnitIndex) -> tuple[str, ...]:
    directory = joined_path(command.directory, command.value_of("-C", "--directory") or "")
    written = command.value_of("-f", "--file", "--makefile")
    names = [written] if written else ["GNUmakefile", "makefile", "Makefile"]
    targets = [
        operand
        for operand in operands_of(
            command,
            ("-C", "-f", "-I", "-o", "-W", "--directory", "--file", "--makefile"),
        )
        if "=" not in operand and not (operand.isdigit())
    ]
    for name in names:
        path = joined_path(directory, name)
        if path not in index.by_path:
            continue
        if not targets:
            return tuple(u for u in index.of_kind(path, UnitKind.TARGET) if not u.rsplit(":", 1)[1].startswith("."))[:1]
        return tuple(found for target in targets for found in _target(path, target, index))
    if written:
        return ()
    sources = [path for name in _CONFIGURED if (path := joined_path(directory, name)) in index.by_path]
    return tuple(
        found for path in sources[:1] for target in targets for found in index.named(path, UnitKind.TARGET, target)
    )


_CONFIGURED = ("Makefile.am", "Makefile.in")
"""What configure makes a Makefile of: its own targets, besides which Automake writes many more."""
_EXPRESSION = re.compile(r"\$\{\{[^}]*\}\}?|\$\{\w+\}|\$\w+")


def _target(path: str, target: str, index: UnitIndex) -> tuple[str, ...]:
    """The target of this name; where a matrix fills a part of the name in, the first one that fits."""
    found = index.named(path, UnitKind.TARGET, target)
    pattern = _EXPRESSION.split(target)
    if found or len(pattern) == 1 or len(pattern[0]) < _TELLING:
        return found
    fits = re.compile(r"[\w.-]+".join(re.escape(part) for part in pattern) + "$")
    return tuple(unit for unit in index.of_kind(path, UnitKind.TARGET) if fits.match(unit.rsplit(":", 1)[1]))[:1]


_TELLING = 4
"""Letters before the expression from which on a target's name can be told."""


def _runner(files: tuple[str, ...], kind: UnitKind, value_options: tuple[str, ...] = ()) -> Resolver:
    """A resolver for tools that take target names and look for one of `files` from the working directory upwards."""

    def resolve(command: Command, index: UnitIndex) -> tuple[str, ...]:
        path = nearest_file(files, command.directory or "", index)
        if not path:
            return ()
        targets = operands_of(command, value_options)
        if not targets:
            return index.named(path, kind, "default") or index.of_kind(path, kind)[:1]
        return tuple(found for target in targets for found in index.named(path, kind, target.split("[")[0]))

    return resolve


def _rake(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """`rake lint:js`: a task of the Rakefile, or of a file of tasks that it loads from the folders where such files stand.

    Source: ruby.github.io/rake (rakelib), guides.rubyonrails.org/command_line.html (lib/tasks); `tasks` is what projects import.
    """
    found = _of_rakefile(command, index)
    path = nearest_file(_RAKEFILES, command.directory or "", index)
    folder = posixpath.dirname(path) if path else command.directory or ""
    names = [name.split("[")[0] for name in operands_of(command, ("-f", "-r", "-I", "-e", "-j"))]
    if not names or command.value_of("-f", "--rakefile"):
        return found
    loaded = [
        one
        for one in index.by_path
        if one.endswith(".rake") and posixpath.dirname(posixpath.relpath(one, folder or ".")) in _RAKE_FOLDERS
    ]
    others = (unit for name in names for one in loaded for unit in index.named(one, UnitKind.TARGET, name))
    return tuple(dict.fromkeys((*found, *others)))


_RAKEFILES = ("Rakefile", "rakefile", "Rakefile.rb")
_RAKE_FOLDERS = frozenset({"rakelib", "tasks", "lib/tasks", "rake", "rakelib/tasks", "build", "support/tasks"})
_of_rakefile = _runner(_RAKEFILES, UnitKind.TARGET, ("-f",))


def _invoke(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """`invoke lint`: a task of tasks.py, whose function is named with `_` where the task has `-`."""
    path = nearest_file(("tasks.py", "tasks/__init__.py"), command.directory or "", index)
    names = [name.replace("-", "_") for name in operands_of(command, ("-c", "--collection", "-r", "--search-root"))]
    return tuple(found for name in names for found in index.named(path, UnitKind.TARGET, name)) if path else ()


_MISE_FILES = ("mise.toml", ".mise.toml", "mise/config.toml", ".mise/config.toml", ".config/mise.toml")


def _mise(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """`mise run lint`, `mise r lint`, `mise lint`: tasks of mise.toml."""
    path = nearest_file(_MISE_FILES, command.directory or "", index)
    operands = [one for one in operands_of(command, ("-C", "--cd", "-j", "--jobs")) if one not in {"run", "r", "tasks"}]
    return tuple(found for name in operands for found in index.named(path, UnitKind.TARGET, name)) if path else ()


_EARTHLY_TARGET = re.compile(r"([\w./-]*)\+([A-Za-z][\w.-]*)(?:/.*)?")


def _earthly(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """`earthly +test`, `earthly ./lib+test`, `earthly --artifact +build/x`: targets of the Earthfile of that folder."""
    matches = [_EARTHLY_TARGET.fullmatch(text) for text in command.texts()]
    paths = [
        (joined_path(joined_path(command.directory, match[1] or "."), "Earthfile"), match[2])
        for match in matches
        if match is not None
    ]
    return tuple(found for path, name in paths for found in index.named(path, UnitKind.TARGET, name))


_TASK_FILES = (
    "Taskfile.yml",
    "Taskfile.yaml",
    "taskfile.yml",
    "taskfile.yaml",
    "Taskfile.dist.yml",
)

_RESOLVERS: Mapping[str, Resolver] = {
    **dict.fromkeys(("make", "gmake", "bmake"), _make),
    **dict.fromkeys(("npm", "yarn", "pnpm", "bun"), package_scripts),
    **dict.fromkeys(
        ("run-s", "run-p", "npm-run-all", "npm-run-all2", "concurrently", "start-server-and-test"),
        composed_scripts,
    ),
    **dict.fromkeys(
        (
            "bash",
            "sh",
            "zsh",
            "dash",
            "ksh",
            "source",
            ".",
            "python",
            "python3",
            "ruby",
            "perl",
            "php",
            "pwsh",
            "powershell",
        ),
        interpreter,
    ),
    **dict.fromkeys(("docker", "podman", "docker-compose", "podman-compose"), docker),
    **dict.fromkeys(("hatch", "pdm", "poe", "rye", "pixi"), project_runner),
    **dict.fromkeys(("lerna", "turbo", "nx"), monorepo),
    "node": node,
    "composer": composer,
    "tox": tox,
    "nox": nox,
    "cibuildwheel": cibuildwheel,
    "pre-commit": hooks,
    "prek": hooks,
    "mise": _mise,
    "earthly": _earthly,
    "earth": _earthly,
    "invoke": _invoke,
    "inv": _invoke,
    "just": _runner(
        ("justfile", "Justfile", ".justfile"),
        UnitKind.TARGET,
        ("-f", "--justfile", "-d"),
    ),
    "task": _runner(_TASK_FILES, UnitKind.TARGET, ("-t", "--taskfile", "-d", "--dir")),
    "rake": _rake,
    "gradle": _runner(("build.gradle", "build.gradle.kts"), UnitKind.TARGET, ("-p", "-x")),
    "gradlew": _runner(("build.gradle", "build.gradle.kts"), UnitKind.TARGET, ("-p", "-x")),
}
