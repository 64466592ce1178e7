"""justfiles: recipes as units, each line a command of its own shell unless the body is a script."""

from __future__ import annotations

import posixpath
import re

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, beside
from agentlint.documents.assembly import Assembly
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.justfile import Justfile, Recipe, read_justfile
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.interface import Ask, AskKind
from agentlint.facts.unit import UnitKind, unit_id
from agentlint.files.source import SourceFile, Span

_SHELLS = (("bash", "bash"), ("zsh", "bash"), ("pwsh", "pwsh"), ("powershell", "pwsh"), ("cmd", "cmd"))


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a justfile."""
    found = Gathering(file)
    document = read_justfile(file.text)
    for key, value, span in document.settings:
        found.setting("just", key, value, span)
    shell = next((value for key, value, _ in document.settings if key == "shell"), "sh")
    for recipe in document.recipes:
        _recipe(found, recipe, document, shell)
    for module, path, span in document.imports:
        _imported(found, tree, module, path, span)
    return found.facts()


def _recipe(found: Gathering, recipe: Recipe, document: Justfile, shell: str) -> None:
    private = recipe.name.startswith("_") or "private" in recipe.attributes
    calls = [found.sibling(UnitKind.TARGET, name.replace("::", ":")) for name in recipe.dependencies]
    unit = found.unit(
        UnitKind.TARGET, recipe.name, recipe.span, calls=calls, documented=bool(recipe.comment) and not private
    )
    for attribute in recipe.attributes:
        if attribute.startswith("confirm"):
            place = found.place(Span(recipe.span.start, recipe.span.start + len(recipe.name)))
            found.asks.append(Ask(AskKind.CONFIRM, "[confirm]", "just", place, unit, bypass="--yes"))
    directory = None if "no-cd" in recipe.attributes else found.directory
    if recipe.shebang:
        program = re.split(r"[/\s]", recipe.shebang.strip())[-1]
        dialect = program if program in {"bash", "sh", "pwsh"} else "python"
        found.shell(_script(recipe.lines), unit, dialect=dialect, directory=directory)
        return
    dialect = next((name for word, name in _SHELLS if word in shell), "sh")
    flags = shell.split(",")[1:]
    errexit = any(re.search(r"[\"']-\w*e", flag) for flag in flags)
    for line in recipe.lines:
        skip = len(line.text) - len(line.text.lstrip("@- \t"))
        found.shell(
            line.slice(skip, len(line.text)),
            unit,
            dialect=dialect,
            directory=directory,
            errexit=errexit,
            pipefail="pipefail" in shell,
            swallowed="-" in line.text[:skip],
        )


def _script(lines: tuple[EmbeddedText, ...]) -> EmbeddedText:
    """A script body as one text."""
    built = Assembly()
    for line in lines:
        built.copy(line)
        end = line.outer(max(0, len(line.text) - 1)) + 1
        built.instead("\n", Span(end, end + 1))
    return built.finish()


def _imported(found: Gathering, tree: TreeContext, module: str, path: str, span: Span) -> None:
    """The recipes of an imported file can be called through this one; a module's under its name."""
    names = [path] if path else [f"{module}.just", f"{module}/mod.just", f"{module}/justfile", f"{module}/.justfile"]
    other = next((p for p in (beside(found.path, name) for name in names) if p in tree.paths), "")
    source = tree.read(other) if other else None
    if source is None or other == found.path:
        return
    try:
        recipes = read_justfile(source.text).recipes
    except ValueError:
        return
    for recipe in recipes:
        name = f"{module}:{recipe.name}" if module and posixpath.basename(path) != recipe.name else recipe.name
        found.unit(UnitKind.TARGET, name, span, calls=(unit_id(other, UnitKind.TARGET, recipe.name),))
