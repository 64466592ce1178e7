"""Scripts of the repository that a recipe runs by their path, and that are not there any more."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.absences.absent_files import is_literal
from agentlint.judgements.absences.places_meant import all_folders
from agentlint.judgements.pages.documented_options import program_sources
from agentlint.judgements.pages.ignored_paths import is_ignored
from agentlint.judgements.running.scope import aside

_RECIPES = frozenset({UnitKind.TARGET, UnitKind.PACKAGE_SCRIPT, UnitKind.HOOK})
_INTERPRETERS = lazily(r"(?:ba|z|da)?sh|source|\.|python[\d.]*|node|ruby|perl|php|pwsh|tsx|ts-node|bun")
_SCRIPT = lazily(r"(?:\./)?(?:[\w.-]+/)*[\w-][\w.-]*\.(?:sh|bash|zsh|py|rb|pl|ps1|php|[cm]?[jt]s)")
_BY_FOLDER = lazily(r"(?:\./)?(?:script|scripts|tools|hack|dev|ci|\.ci)/(?:[\w.-]+/)*[a-z][\w-]*")
_COMPILED = lazily(r"\.[cm]?js$")
_SAMPLES = lazily(
    r"(?:^|/)(?:templates?|skeletons?|boilerplates?|scaffold\w*|archetypes?|starters?|cookiecutter[\w-]*|fixtures?|__tests__|tests?|spec|docs?|website|demos?|testdata|data)/|\{\{|%",
    re.IGNORECASE,
)
_TESTED = lazily(r"\[|\btest\b|-[efx]\b|exists|\bif\b|wildcard|command -v", re.IGNORECASE)


def absent_recipe_scripts(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Scripts that a recipe of a Makefile, justfile, Taskfile or package.json runs; with the unit."""
    found: list[tuple[Command, str, str]] = []
    for facts in repository.judged_facts:
        for command in facts.commands:
            unit = repository.units.get(command.unit)
            if unit is None or unit.kind not in _RECIPES or aside(command.place.path):
                continue
            written = _run_by(command)
            path = posixpath.normpath(posixpath.join(command.directory or "", written)) if written else ""
            if path and not _SAMPLES.search(command.place.path) and _is_absent(path, written, command, repository):
                found.append((command, written, path))
    made = _made({posixpath.basename(path) for _, _, path in found}, repository) if found else set()
    for command, written, path in found:
        if posixpath.basename(path) not in made and not is_ignored(path, repository):
            yield command.place, written, command.unit


def _run_by(command: Command) -> str:
    """The script that this command runs by a path of its own; "" for anything else, and where a condition looks first."""
    if command.directory is None or any(_TESTED.search(guard.text) for guard in command.guards):
        return ""
    if any(
        not wrapper.startswith(("env", "time", "sudo", "bash", "sh", "npx", "cross-env"))
        for wrapper in command.wrappers
    ):
        return ""
    path = command.program_path
    if _INTERPRETERS.fullmatch(command.program):
        first = command.arguments[0] if command.arguments else None
        return first.text if first is not None and first.literal and _SCRIPT.fullmatch(first.text) else ""
    return path if "/" in path and (_SCRIPT.fullmatch(path) or _BY_FOLDER.fullmatch(path)) else ""


def _is_absent(path: str, written: str, command: Command, repository: Repository) -> bool:
    """True for a literal path that is neither a file nor one that a compiler makes of a file beside it."""
    paths, folders = repository.project.paths, all_folders(repository)
    if path.startswith("..") or path in paths or path in folders or not is_literal(written, folders):
        return False
    name, folder = posixpath.basename(path), posixpath.dirname(path)
    if name in repository.paths_by_name and _COMPILED.search(name):
        return False  # a bundler may copy it
    if command.place.path.endswith(".in") or (name in repository.paths_by_name and ".gradle" in command.place.path):
        return False  # configure fills the folder in; a task of Gradle's may work in another
    if _COMPILED.search(path) and (folder not in folders or _has_stem(name.rpartition(".")[0], repository)):
        return False
    return not (folder and folder.split("/")[0] not in folders)


def _has_stem(stem: str, repository: Repository) -> bool:
    return any(f"{stem}.{suffix}" in repository.paths_by_name for suffix in ("ts", "tsx", "mts", "cts", "coffee", "re"))


_WRITES = r"(?:>|-o|-O|--output|\bcp\b|\bmv\b|\bln\b|\bcurl\b|\bwget\b|\btouch\b|\binstall\b|\btee\b|\bchmod\b|\bgit\b|\btar\b|\bunzip\b|writeFile|\bopen\(|\bwrite\b|\bsed\b|configure_file|AC_CONFIG_FILES|generat)"


def _made(names: set[str], repository: Repository) -> set[str]:
    """Those names that some line of a program, script or build file writes, fetches or makes by a rule."""
    either = "|".join(re.escape(name) for name in sorted(names))
    makes = re.compile(
        rf"{_WRITES}[^\n]*?(?<![\w-])({either})(?![\w-])|^[\w./$()-]*?({either})[ \t]*:(?!=)|(?<![\w-])({either})\.(?:in|tmpl|template|j2|erb)\b",
        re.MULTILINE,
    )
    made: set[str] = set()
    for source in program_sources(repository):
        if any(name in source.text for name in names):
            made.update(next(filter(None, match.groups())) for match in makes.finditer(source.text))
    return made
