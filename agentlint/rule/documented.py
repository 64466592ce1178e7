"""What the documentation tells the reader to run, and whether it is there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.project import Shown
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind

LOOP_PURPOSES = frozenset({"set-up", "build", "check", "test"})
_DYNAMIC = re.compile(r"[$<>{}*?|…]|\.\.\.|^\[")
_AGENT_DOCUMENT = re.compile(
    r"(^|/)(AGENTS|CLAUDE|GEMINI|CONTRIBUTING|DEVELOPMENT|DEVELOPING|HACKING|DEVELOPER)[^/]*$", re.IGNORECASE
)
_SCRIPT_SUFFIXES = (".sh", ".py", ".js", ".mjs", ".ts", ".rb", ".pl", ".ps1", ".bash", ".zsh")


def purpose_of(command: Command, repository: Repository) -> str | None:
    """The purpose of a documented command; None for a command that stands in no documentation."""
    unit = repository.units.get(command.unit)
    if unit is None or unit.kind is not UnitKind.DOCUMENTED:
        return None
    shown = _shown_at(command, repository)
    return shown.purpose if shown is not None else ""


def _shown_at(command: Command, repository: Repository) -> Shown | None:
    for shown in _by_unit(repository).get(command.unit, ()):
        if (
            shown.place.path == command.place.path
            and shown.place.span.start <= command.place.span.start < shown.place.span.end
        ):
            return shown
    return None


def _by_unit(repository: Repository) -> dict[str, list[Shown]]:
    known = repository.memory("shown by unit")
    if known is None:
        found: dict[str, list[Shown]] = {}
        for shown in repository.project.shown:
            found.setdefault(shown.unit, []).append(shown)
        known = repository.remember("shown by unit", found)
    assert isinstance(known, dict)
    return known


def is_for_developers(path: str) -> bool:
    """True for documents written for who works on the repository: AGENTS, CLAUDE, CONTRIBUTING, ..."""
    return bool(_AGENT_DOCUMENT.search(path))


def missing_target(command: Command, repository: Repository) -> str | None:
    """What a documented command names and the repository does not have ("the target `lint`"); None if all is there.

    Silent whenever something could provide the name that we cannot see: a pattern rule, an include, a placeholder.
    """
    if command.opaque or any(_DYNAMIC.search(word.text) for word in command.arguments) or command.directory is None:
        return None
    if command.directory and not any(path.startswith(command.directory + "/") for path in repository.project.paths):
        return None
    return next(_missing(command, repository), None)


def _missing(command: Command, repository: Repository) -> Iterator[str]:
    if command.program in {"make", "gmake"}:
        yield from _missing_make(command, repository)
    elif command.program in {"npm", "pnpm", "yarn", "bun"}:
        yield from _missing_package_script(command, repository)
    elif command.program in {"just", "task"}:
        yield from _missing_named(command, repository)
    elif command.program in {"tox", "nox"}:
        yield from _missing_environments(command, repository)
    elif command.program in {"pip", "pip3"}:
        yield from _missing_requirements(command, repository)
        yield from _missing_extra(command, repository)
    yield from _missing_script(command, repository)


def _missing_make(command: Command, repository: Repository) -> Iterator[str]:
    directory = posixpath.normpath(posixpath.join(command.directory or "", command.value_of("-C", "--directory") or ""))
    path = next(
        (
            p
            for name in ("GNUmakefile", "makefile", "Makefile")
            if (p := posixpath.normpath(posixpath.join(directory, name))) in repository.project.paths
        ),
        None,
    )
    if path is None or command.option("-f", "--file") is not None:
        return
    source = repository.read(path)
    targets = [unit for unit in repository.unit_index.by_path.get(path, ()) if unit.kind is UnitKind.TARGET]
    if (
        source is None
        or not targets
        or re.search(r"^\s*-?include\s|%\s*:|\$\([^)]*\)\s*:|\$\(eval|\$\(call", source.text, re.MULTILINE)
    ):
        return
    names = {unit.name for unit in targets}
    for operand in _plain_operands(command, ("-C", "-f", "-j", "--directory")):
        if (
            "=" not in operand
            and operand not in names
            and operand not in repository.project.paths
            and not operand.isdigit()
        ):
            yield f"the target `{operand}` of {path}"


def _plain_operands(command: Command, value_options: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    skip = False
    for word in command.arguments:
        if skip:
            skip = False
        elif word.text.startswith("-"):
            skip = word.text in value_options
        else:
            found.append(word.text)
    return found


def _missing_package_script(command: Command, repository: Repository) -> Iterator[str]:
    operands = _plain_operands(command, ("-w", "--workspace", "--filter", "-F", "--prefix", "-C", "--cwd"))
    if (
        command.option(
            "-w", "--workspace", "--filter", "-F", "--prefix", "-C", "--cwd", "-r", "--recursive", "--if-present"
        )
        is not None
    ):
        return
    if operands[:1] not in (["run"], ["run-script"]) or len(operands) < 2:
        return
    path = posixpath.normpath(posixpath.join(command.directory or "", "package.json"))
    scripts = {
        unit.name for unit in repository.unit_index.by_path.get(path, ()) if unit.kind is UnitKind.PACKAGE_SCRIPT
    }
    if path in repository.project.paths and scripts and operands[1] not in scripts and operands[1] != "env":
        yield f"the script `{operands[1]}` of {path}"


_TASK_FILES = {
    "just": (("justfile", "Justfile", ".justfile"), UnitKind.TARGET),
    "task": (("Taskfile.yml", "Taskfile.yaml", "taskfile.yml"), UnitKind.TARGET),
}


def _missing_named(command: Command, repository: Repository) -> Iterator[str]:
    if command.program not in _TASK_FILES:
        return
    names, kind = _TASK_FILES[command.program]
    path = next((n for n in names if n in repository.project.paths), None)
    if path is None or command.directory:
        return
    source = repository.read(path)
    known = {unit.name for unit in repository.unit_index.by_path.get(path, ()) if unit.kind is kind}
    operands = _plain_operands(command, ())
    if (
        source is None
        or not known
        or not operands
        or re.search(r"^(includes:|import |mod |alias )", source.text, re.MULTILINE)
    ):
        return
    if operands[0] not in known and "::" not in operands[0] and ":" not in operands[0] and "=" not in operands[0]:
        yield f"the recipe `{operands[0]}` of {path}"


_ENVIRONMENT_FILES = {"tox": ("tox.ini", "tox.toml", "pyproject.toml", "setup.cfg"), "nox": ("noxfile.py",)}


def _missing_environments(command: Command, repository: Repository) -> Iterator[str]:
    if command.option("-c", "--conf", "-f", "--noxfile") is not None:
        return
    paths = repository.project.paths
    folders = (command.directory or "", "", posixpath.dirname(command.place.path))
    if not any(
        posixpath.join(folder, name) in paths for folder in folders for name in _ENVIRONMENT_FILES[command.program]
    ):
        yield f"a configuration of {command.program}"


def _missing_requirements(command: Command, repository: Repository) -> Iterator[str]:
    written = command.value_of("-r", "--requirement")
    if written and not written.startswith(("http", "/", "~")) and not _exists(written, command, repository):
        yield f"the file `{written}`"


_LOCAL_EXTRA = re.compile(r"^\.\[([A-Za-z0-9_.,\s-]+)\]$")


def _missing_extra(command: Command, repository: Repository) -> Iterator[str]:
    """`pip install -e '.[test]'` where pyproject.toml alone declares the extras and has none of that name."""
    directory = command.directory or ""
    if any(posixpath.join(directory, name) in repository.project.paths for name in ("setup.py", "setup.cfg")):
        return
    path = posixpath.join(directory, "pyproject.toml")
    manifest = next((m for m in repository.project.manifests if m.path == path), None)
    source = repository.read(path)
    if manifest is None or source is None or b"optional-dependencies" in _dynamic_fields(source.data):
        return
    known = {dependency.group.lower().replace("_", "-") for dependency in manifest.dependencies}
    for word in command.arguments:
        match = _LOCAL_EXTRA.match(word.text)
        for extra in match[1].split(",") if match else ():
            if extra.strip().lower().replace("_", "-") not in known:
                yield f"the extra `{extra.strip()}` of {path}"


def _dynamic_fields(data: bytes) -> bytes:
    match = re.search(rb"^dynamic\s*=\s*\[[^\]]*\]", data, re.MULTILINE)
    return match[0] if match else b""


def _missing_script(command: Command, repository: Repository) -> Iterator[str]:
    written = command.program_path
    if command.program in {"bash", "sh", "python", "python3", "node", "ruby"}:
        first = command.arguments[0].text if command.arguments else ""
        written = first if first.endswith(_SCRIPT_SUFFIXES) and not first.startswith("-") else ""
    elif not written.startswith("./") and not ("/" in written and written.endswith(_SCRIPT_SUFFIXES)):
        return
    if not written or written.startswith(("/", "~", "../", "-")) or _DYNAMIC.search(written):
        return
    if not written.endswith(_SCRIPT_SUFFIXES) and "/" not in written.removeprefix("./"):
        return
    if _built(written) or _exists(written, command, repository):
        return
    yield f"the file `{written}`"


def _built(path: str) -> bool:
    parts = path.removeprefix("./").split("/")
    return bool(
        {
            "build",
            "dist",
            "target",
            "bin",
            "out",
            "node_modules",
            "_build",
            "vendor",
            "venv",
            ".venv",
            "env",
            "path",
            "your",
        }
        & set(parts)
    )


def _exists(written: str, command: Command, repository: Repository) -> bool:
    name = posixpath.basename(written)
    here = posixpath.normpath(posixpath.join(command.directory or "", written))
    return here in repository.project.paths or any(
        posixpath.basename(path) == name for path in repository.project.paths
    )
