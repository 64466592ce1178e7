"""Which units of this repository a command calls: `make test`, `./ci/run.sh`, `npm run lint`, `tox -e py312`.

Each way of calling is one small resolver, found by the program's name; a resolver gives unit ids that exist.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from agentlint.facts.command import Command
from agentlint.facts.script_paths import paths_meant
from agentlint.facts.unit import Unit, UnitKind, unit_id


@dataclass(frozen=True)
class UnitIndex:
    """Units by path, for the resolvers."""

    units: Mapping[str, Unit]
    by_path: Mapping[str, tuple[Unit, ...]] = field(default_factory=dict)
    functions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The functions of scripts by name, for those that another script sources."""

    @classmethod
    def of(cls, units: Mapping[str, Unit]) -> UnitIndex:
        """Index the units of a repository."""
        by_path: dict[str, list[Unit]] = {}
        functions: dict[str, tuple[str, ...]] = {}
        for unit in units.values():
            by_path.setdefault(unit.place.path, []).append(unit)
            if unit.kind is UnitKind.FUNCTION and "_" in unit.name.strip("_"):
                functions[unit.name] = (*functions.get(unit.name, ()), unit.id)
        return cls(units, {path: tuple(found) for path, found in by_path.items()}, functions)

    def named(self, path: str, kind: UnitKind, name: str) -> tuple[str, ...]:
        """The unit with this id, if there is one."""
        wanted = unit_id(path, kind, name)
        return (wanted,) if wanted in self.units else ()

    def of_kind(self, path: str, *kinds: UnitKind) -> tuple[str, ...]:
        """All units of these kinds in a file, in file order."""
        return tuple(unit.id for unit in self.by_path.get(path, ()) if unit.kind in kinds)

    def entry(self, path: str) -> tuple[str, ...]:
        """What running the file itself starts."""
        return self.of_kind(path, UnitKind.SCRIPT, UnitKind.MODULE)[:1]


def called_units(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """Ids of the units that `command` starts; empty when it starts none of this repository."""
    resolver = _RESOLVERS.get(command.program)
    if resolver is not None:
        found = resolver(command, index)
        if found:
            return found
    return _by_path(command, index) or _by_name(command, index)


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


def _join(directory: str | None, path: str) -> str:
    """A repository-relative path; "" for the root, and something that matches no file when it leaves the tree."""
    joined = posixpath.normpath(posixpath.join(directory or "", path))
    return "" if joined == "." else joined


def _operands(command: Command, value_options: Iterable[str] = ()) -> list[str]:
    takes = frozenset(value_options)
    found: list[str] = []
    skip = False
    for word in command.arguments:
        if skip:
            skip = False
        elif word.text.startswith("-") and len(word.text) > 1:
            skip = word.text in takes
        else:
            found.append(word.text)
    return found


def _by_path(command: Command, index: UnitIndex) -> tuple[str, ...]:
    written = command.program_path or command.program
    if "/" not in written and "." not in written:
        return ()
    for path in paths_meant(written, command):
        found = index.entry(path)
        if found:
            return (*found, *_dispatched(path, command.texts(), index))
    return ()


_HANDLER = re.compile(r"_*(?:run|cmd|command|do|task|ci|action|handle|sub|target|job|step)_", re.IGNORECASE)


def _dispatched(path: str, words: tuple[str, ...], index: UnitIndex) -> tuple[str, ...]:
    """The function of a script that its first argument names (`ci.sh lint` and `_run_lint`), as such scripts dispatch."""
    wanted = words[0].replace("-", "_") if words and words[0][:1].isalpha() else ""
    if not wanted:
        return ()
    return tuple(
        unit
        for unit in index.of_kind(path, UnitKind.FUNCTION)
        if _HANDLER.sub("", index.units[unit].name.replace("-", "_"), count=1) == wanted
        or index.units[unit].name.replace("-", "_") == wanted
    )


def _interpreter(command: Command, index: UnitIndex) -> tuple[str, ...]:
    for word in command.arguments:
        if word.text.startswith("-"):
            if word.text in {"-c", "-m", "-e"}:
                return ()
            continue
        for path in paths_meant(word.text, command):
            found = index.entry(path)
            if found:
                rest = command.arguments[command.arguments.index(word) + 1 :]
                return (*found, *_dispatched(path, tuple(one.text for one in rest), index))
        return ()
    return ()


def _make(command: Command, index: UnitIndex) -> tuple[str, ...]:
    directory = _join(command.directory, command.value_of("-C", "--directory") or "")
    written = command.value_of("-f", "--file", "--makefile")
    names = [written] if written else ["GNUmakefile", "makefile", "Makefile"]
    targets = [
        operand
        for operand in _operands(
            command,
            ("-C", "-f", "-I", "-o", "-W", "--directory", "--file", "--makefile"),
        )
        if "=" not in operand and not (operand.isdigit())
    ]
    for name in names:
        path = _join(directory, name)
        if path not in index.by_path:
            continue
        if not targets:
            return tuple(u for u in index.of_kind(path, UnitKind.TARGET) if not u.rsplit(":", 1)[1].startswith("."))[:1]
        return tuple(found for target in targets for found in _target(path, target, index))
    return ()


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
        path = _nearest(files, command.directory or "", index)
        if not path:
            return ()
        targets = _operands(command, value_options)
        if not targets:
            return index.named(path, kind, "default") or index.of_kind(path, kind)[:1]
        return tuple(found for target in targets for found in index.named(path, kind, target.split("[")[0]))

    return resolve


def _invoke(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """`invoke lint`: a task of tasks.py, whose function is named with `_` where the task has `-`."""
    path = _nearest(("tasks.py", "tasks/__init__.py"), command.directory or "", index)
    names = [name.replace("-", "_") for name in _operands(command, ("-c", "--collection", "-r", "--search-root"))]
    return tuple(found for name in names for found in index.named(path, UnitKind.TARGET, name)) if path else ()


_MISE_FILES = ("mise.toml", ".mise.toml", "mise/config.toml", ".mise/config.toml", ".config/mise.toml")


def _mise(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """`mise run lint`, `mise r lint`, `mise lint`: tasks of mise.toml."""
    path = _nearest(_MISE_FILES, command.directory or "", index)
    operands = [one for one in _operands(command, ("-C", "--cd", "-j", "--jobs")) if one not in {"run", "r", "tasks"}]
    return tuple(found for name in operands for found in index.named(path, UnitKind.TARGET, name)) if path else ()


def _nearest(files: tuple[str, ...], directory: str, index: UnitIndex) -> str:
    while True:
        for name in files:
            path = _join(directory, name)
            if path in index.by_path:
                return path
        if not directory:
            return ""
        directory = posixpath.dirname(directory)


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


def _package_scripts(command: Command, index: UnitIndex) -> tuple[str, ...]:
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
    operands = _operands(command, value_options)
    directory = _join(command.directory, command.value_of("-C", "--prefix", "--cwd", "--dir") or "")
    path = _nearest(("package.json",), directory, index)
    if not path:
        return ()
    if operands[:2] == ["workspaces", "foreach"]:
        operands = operands[2:]
    if not operands:
        return ()
    if _EVERYWHERE & set(command.texts()) or operands[0] == "workspaces":
        everywhere = _in_workspaces([operand for operand in operands if operand not in _RUN_WORDS][:1], path, index)
        if everywhere:
            return everywhere
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


def _monorepo(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """`lerna run lint`, `turbo run test`, `nx run-many -t lint,test`, `node run-everywhere.js run lint`."""
    path = _nearest(("package.json",), command.directory or "", index)
    if not path:
        return ()
    names = [
        operand for operand in _operands(command, ("--scope", "--filter", "-F", "--since", "--concurrency")) if operand
    ]
    if command.program == "nx":
        written = command.value_of("-t", "--target", "--targets") or ""
        names = [name for name in written.split(",") if name]
    elif names[:1] in (["run"], ["run-script"]):
        names = names[1:]
    elif command.program != "turbo":
        return ()
    return _in_workspaces(names[:8], path, index)


def _node(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """A script of this repository; where it is handed `run NAME`, the packages' scripts by that name as well."""
    own = _interpreter(command, index)
    operands = _operands(command)
    if len(operands) < 3 or operands[1] not in {"run", "run-script"}:
        return own
    path = _nearest(("package.json",), command.directory or "", index)
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


def _composed_scripts(command: Command, index: UnitIndex) -> tuple[str, ...]:
    path = _nearest(("package.json",), command.directory or "", index)
    names = [operand.removeprefix("npm:") for operand in _operands(command)]
    found: list[str] = []
    for unit in index.of_kind(path, UnitKind.PACKAGE_SCRIPT) if path else ():
        script = index.units[unit].name
        if any(script == name or (name.endswith("*") and script.startswith(name.rstrip("*"))) for name in names):
            found.append(unit)
    return tuple(found)


def _composer(command: Command, index: UnitIndex) -> tuple[str, ...]:
    path = _nearest(("composer.json",), command.directory or "", index)
    operands = _operands(command, ("-d", "--working-dir"))
    names = operands[1:2] if operands[:1] in (["run"], ["run-script"]) else operands[:1]
    return tuple(found for name in names for found in index.named(path, UnitKind.PACKAGE_SCRIPT, name)) if path else ()


_TOX_FILES = ("tox.ini", "tox.toml", "pyproject.toml", "setup.cfg")


def _tox(command: Command, index: UnitIndex) -> tuple[str, ...]:
    given = command.value_of("-c", "--conf", "--workdir")
    files = (given,) if given and given.endswith((".ini", ".toml", ".cfg")) else _TOX_FILES
    if given and "$" in given:
        return _chosen_by_variable(_join(command.directory, given), index)
    path = next(
        (p for p in (_join(command.directory, n) for n in files) if _environments(p, index)),
        "",
    )
    if not path:
        return ()
    wanted = command.value_of("-e", "-m", "-f")
    available = _environments(path, index)
    if wanted is None:
        return available
    names = [name for name in wanted.replace(" ", ",").split(",") if name]
    exact = tuple(unit for unit in available if index.units[unit].name in names)
    return exact or tuple(
        unit for unit in available if index.units[unit].name == "testenv" or _factor(unit, names, index)
    )


_VARIABLE = re.compile(r"\$\{\{.*?\}\}|\$\{[^}]*\}|\$\w+|\$\([^)]*\)")


def _chosen_by_variable(written: str, index: UnitIndex) -> tuple[str, ...]:
    """`tox -c test/tox.$DISTRO.ini`: the environments of every file that the name may mean."""
    pattern = re.compile("[^/]+".join(re.escape(part) for part in _VARIABLE.split(written)) + r"\Z")
    return tuple(unit for path in index.by_path if pattern.match(path) for unit in _environments(path, index))


def _factor(unit: str, names: list[str], index: UnitIndex) -> bool:
    own = index.units[unit].name
    return any(name.startswith(own + "-") or own in name.split("-") or own.startswith("py{") for name in names)


def _environments(path: str, index: UnitIndex) -> tuple[str, ...]:
    return index.of_kind(path, UnitKind.ENVIRONMENT)


def _nox(command: Command, index: UnitIndex) -> tuple[str, ...]:
    path = _join(command.directory, command.value_of("-f", "--noxfile") or "noxfile.py")
    wanted = {command.value_of("-s", "--session", "--sessions", "-e") or ""} | set(
        _operands(command, ("-p", "-t", "-k"))
    )
    sessions = _environments(path, index)
    if command.option("-t", "--tags") is not None:
        return ()  # which sessions bear a tag is not known here
    named = tuple(unit for unit in sessions if any(_of_session(name, index.units[unit].name) for name in wanted))
    return named or (sessions if not wanted - {""} else ())


def _of_session(name: str, session: str) -> bool:
    """True for a session's own name, and for that of one of its versions or parameters (`tests-3.12`, `tests(3.12)`)."""
    return name == session or name.startswith((session + "-", session + "("))


def _project_runner(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """hatch, pdm, poe, rye, pixi: `hatch run lint:all`, `pdm run test`, `poe test`."""
    path = _nearest(("pyproject.toml", "hatch.toml", "pixi.toml"), command.directory or "", index)
    names = [operand for operand in _operands(command, ("-e", "--environment")) if operand != "run"][:1]
    wanted = {part for name in names for part in (name, name.split(":")[-1], f"default:{name}")}
    return tuple(unit for unit in _environments(path, index) if index.units[unit].name in wanted) if path else ()


def _hooks(command: Command, index: UnitIndex) -> tuple[str, ...]:
    operands = _operands(command, ("-c", "--config", "--hook-stage", "--from-ref", "--to-ref"))
    if operands[:1] != ["run"]:
        return ()
    path = _nearest(
        (".pre-commit-config.yaml", ".pre-commit-config.yml"),
        command.directory or "",
        index,
    )
    hooks = index.of_kind(path, UnitKind.HOOK) if path else ()
    return tuple(hook for hook in hooks if len(operands) < 2 or index.units[hook].name in operands[1:])


def _docker(command: Command, index: UnitIndex) -> tuple[str, ...]:
    texts = command.texts()
    if "compose" in texts[:1] or command.program == "docker-compose":
        return _compose(command, index)
    if "build" not in texts[:2]:
        return ()
    operands = _operands(
        command,
        (
            "-f",
            "--file",
            "-t",
            "--tag",
            "--build-arg",
            "--target",
            "--platform",
            "--label",
            "--output",
            "-o",
            "--cache-from",
            "--cache-to",
            "--secret",
            "--ssh",
            "--network",
            "--progress",
            "--builder",
            "--build-context",
            "--iidfile",
            "--metadata-file",
            "--annotation",
        ),
    )
    context = next((o for o in operands if o not in {"buildx", "build", "image"}), ".")
    written = command.value_of("-f", "--file")
    candidates = [_join(command.directory, written)] if written else []
    candidates += [_join(_join(command.directory, context), name) for name in ("Dockerfile", "Containerfile")]
    for path in candidates:
        stages = index.of_kind(path, UnitKind.IMAGE_STAGE)
        if stages:
            return stages
    return ()


_COMPOSE_FILES = (
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
)


def _compose(command: Command, index: UnitIndex) -> tuple[str, ...]:
    written = command.value_of("-f", "--file")
    path = _join(command.directory, written) if written else _nearest(_COMPOSE_FILES, command.directory or "", index)
    if not path or not {"up", "run", "build", "exec"} & set(command.texts()):
        return ()
    return index.of_kind(path, UnitKind.SERVICE)


Resolver = Callable[[Command, UnitIndex], tuple[str, ...]]

_TASK_FILES = (
    "Taskfile.yml",
    "Taskfile.yaml",
    "taskfile.yml",
    "taskfile.yaml",
    "Taskfile.dist.yml",
)

_RESOLVERS: Mapping[str, Resolver] = {
    **dict.fromkeys(("make", "gmake", "bmake"), _make),
    **dict.fromkeys(("npm", "yarn", "pnpm", "bun"), _package_scripts),
    **dict.fromkeys(
        ("run-s", "run-p", "npm-run-all", "npm-run-all2", "concurrently"),
        _composed_scripts,
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
        ),
        _interpreter,
    ),
    **dict.fromkeys(("docker", "podman", "docker-compose", "podman-compose"), _docker),
    **dict.fromkeys(("hatch", "pdm", "poe", "rye", "pixi"), _project_runner),
    **dict.fromkeys(("lerna", "turbo", "nx"), _monorepo),
    "node": _node,
    "composer": _composer,
    "tox": _tox,
    "nox": _nox,
    "pre-commit": _hooks,
    "prek": _hooks,
    "mise": _mise,
    "invoke": _invoke,
    "inv": _invoke,
    "just": _runner(
        ("justfile", "Justfile", ".justfile"),
        UnitKind.TARGET,
        ("-f", "--justfile", "-d"),
    ),
    "task": _runner(_TASK_FILES, UnitKind.TARGET, ("-t", "--taskfile", "-d", "--dir")),
    "rake": _runner(("Rakefile", "rakefile", "Rakefile.rb"), UnitKind.TARGET, ("-f",)),
    "gradle": _runner(("build.gradle", "build.gradle.kts"), UnitKind.TARGET, ("-p", "-x")),
    "gradlew": _runner(("build.gradle", "build.gradle.kts"), UnitKind.TARGET, ("-p", "-x")),
}
