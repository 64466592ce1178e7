"""justfiles with exact places: recipes, their dependencies, attributes and settings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agentlint.documents.assembly import Assembly
from agentlint.documents.embedded import EmbeddedText
from agentlint.files.source import Span

_LINE = re.compile(r"[^\n]*\n?")
_RECIPE = re.compile(r"(@?)([A-Za-z_][\w-]*)((?:[ \t]+[^:\n]*)?):(?!=)[ \t]*([^\n]*)")
_SETTING = re.compile(r"set\s+([\w-]+)(?:\s*:=\s*(.*))?$")
_IMPORT = re.compile(r"(import|mod)\??\s+(?:([\w-]+)\s*)?(?:[\"']([^\"'\n]+)[\"'])?\s*$")
_ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_][\w-]*)\s*:=\s*(.*)$")
_DEPENDENCY = re.compile(r"&&|\([ \t]{0,20}([\w:-]{1,80})[^()\n]{0,200}\)|([A-Za-z_][\w:-]*)")


@dataclass(frozen=True, slots=True)
class Recipe:
    """One recipe. `lines` are its logical lines, dedented, prefixes kept; `shebang` when the body is one script."""

    name: str
    span: Span
    dependencies: tuple[str, ...]
    lines: tuple[EmbeddedText, ...]
    attributes: tuple[str, ...] = ()
    comment: str = ""

    @property
    def shebang(self) -> str:
        """The first line of a script body, "" for a body of command lines."""
        return self.lines[0].text if self.lines and self.lines[0].text.startswith("#!") else ""


@dataclass(frozen=True, slots=True)
class Justfile:
    """A whole file. `settings`, `imports` and `variables` hold name, text and place."""

    recipes: tuple[Recipe, ...] = ()
    settings: tuple[tuple[str, str, Span], ...] = ()
    imports: tuple[tuple[str, str, Span], ...] = ()
    variables: tuple[tuple[str, str], ...] = ()


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = [(m.start(), m.group().rstrip("\r\n")) for m in _LINE.finditer(text) if m.group()]
        self.index = 0
        self.comment = ""
        self.attributes: list[str] = []
        self.recipes: list[Recipe] = []
        self.settings: list[tuple[str, str, Span]] = []
        self.imports: list[tuple[str, str, Span]] = []
        self.variables: list[tuple[str, str]] = []

    def run(self) -> None:
        """Read all lines."""
        while self.index < len(self.lines):
            start, line = self.lines[self.index]
            self.index += 1
            stripped = line.strip()
            if stripped.startswith("#"):
                self.comment = stripped.lstrip("# ")
            elif not stripped:
                self.comment = ""
            elif stripped.startswith("["):
                self.attributes.extend(part.strip() for part in stripped.strip("[]").split(","))
            elif not line[0].isspace():
                self.statement(start, line)
                self.comment, self.attributes = "", []

    def statement(self, start: int, line: str) -> None:
        """A setting, an import, a variable or a recipe."""
        span = Span(start, start + len(line.rstrip()))
        setting, imported, assigned = _SETTING.match(line), _IMPORT.match(line), _ASSIGNMENT.match(line)
        if setting:
            self.settings.append((setting.group(1), (setting.group(2) or "true").strip(), span))
        elif imported:
            self.imports.append((imported.group(2) or "", imported.group(3) or "", span))
        elif assigned:
            self.variables.append((assigned.group(1), assigned.group(2).strip()))
        else:
            header = _RECIPE.match(line)
            if header:
                self.recipe(start, line, header)

    def recipe(self, start: int, line: str, header: re.Match[str]) -> None:
        """A recipe's header with its body."""
        words = [a or b for a, b in _DEPENDENCY.findall(header.group(4).split("#")[0])]
        lines, end = self.body()
        span = Span(start, end or start + len(line.rstrip()))
        dependencies = tuple(word for word in words if word)
        self.recipes.append(Recipe(header.group(2), span, dependencies, lines, tuple(self.attributes), self.comment))

    def body(self) -> tuple[tuple[EmbeddedText, ...], int]:
        """The indented lines that follow, continued lines joined."""
        found: list[EmbeddedText] = []
        indent, end = "", 0
        pending = Assembly()
        while self.index < len(self.lines):
            start, line = self.lines[self.index]
            if line.strip() and not line[0].isspace():
                break
            self.index += 1
            if not line.strip():
                continue
            indent = indent or line[: len(line) - len(line.lstrip())]
            cut = len(indent) if line.startswith(indent) else len(line) - len(line.lstrip())
            pending.verbatim(line[cut:], start + cut)
            end = start + len(line.rstrip())
            if line.endswith("\\"):
                pending.instead("\n", Span(start + len(line), start + len(line) + 1))
            else:
                found.append(pending.finish())
                pending = Assembly()
        if len(pending):
            found.append(pending.finish())
        return tuple(found), end


def read_justfile(text: str) -> Justfile:
    """The recipes of a justfile. Never raises."""
    reader = _Reader(text)
    reader.run()
    return Justfile(tuple(reader.recipes), tuple(reader.settings), tuple(reader.imports), tuple(reader.variables))
