"""Makefiles with exact places: rules with their recipes, variables, includes; both branches of a conditional are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agentlint.documents.assembly import Assembly
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.node import SyntaxFault
from agentlint.files.source import Span

_LINE = re.compile(r"[^\n]*\n?")
_ASSIGNMENT = re.compile(
    r"\s*((?:(?:export|override|private|unexport)\s+)*)((?:[^\s:#=?+!]|\+(?!=))+)\s*(:{0,3}=|\?=|\+=|!=)[ \t]*"
)
_DEFINE = re.compile(r"\s*(?:override\s+|export\s+)*define\s+([^\s=:?+]+)\s*(?:[:?+]?=)?\s*$")
_CONDITIONAL = re.compile(r"\s*(ifeq|ifneq|ifdef|ifndef|if(?=\s+!?\w+\s*$))(?![\w:.-])\s*(.*)")
# `if NAME` is Automake's.
_ELSE_END = re.compile(r"\s*(else|endif)(?![\w:.=-])\s*(ifn?(?:eq|def)\b.*|[^:=]*)$")
_INCLUDE = re.compile(r"\s*(-include|sinclude|include)\s+(.*)")
_EXPORT = re.compile(r"\s*(un)?export(?:\s+([\w \t]+))?\s*$")
_HELP = re.compile(r"(?:^|\s)##\s*(.*)$")


@dataclass(frozen=True, slots=True)
class Variable:
    """One assignment. `conditions` are the conditionals it stands under; `target` its rule where it is target-specific."""

    name: str
    operator: str
    value: EmbeddedText
    span: Span
    conditions: tuple[str, ...] = ()
    exported: bool = False
    target: str = ""


@dataclass(frozen=True, slots=True)
class RecipeLine:
    """One logical line of a recipe, its prefixes taken off; variables are not expanded yet."""

    text: EmbeddedText
    silent: bool = False
    ignored: bool = False
    """A `-` prefix: the status does not count."""
    conditions: tuple[tuple[str, Span], ...] = ()


@dataclass(frozen=True, slots=True)
class MakeRule:
    """One rule as written. `targets` and `prerequisites` are texts before expansion."""

    targets: EmbeddedText
    prerequisites: str
    span: Span
    recipe: tuple[RecipeLine, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class Include:
    """An `include` line."""

    names: str
    span: Span


@dataclass(frozen=True, slots=True)
class Makefile:
    """A whole file."""

    rules: tuple[MakeRule, ...] = ()
    variables: tuple[Variable, ...] = ()
    includes: tuple[Include, ...] = ()
    exported: frozenset[str] = frozenset()
    export_all: bool = False
    errors: tuple[SyntaxFault, ...] = ()


def read_makefile(text: str) -> Makefile:
    """Rules and variables of a makefile. Never raises."""
    reader = _Reader(text)
    reader.run()
    return Makefile(
        tuple(rule.frozen() for rule in reader.rules),
        tuple(reader.variables),
        tuple(reader.includes),
        frozenset(reader.exported),
        reader.export_all,
        tuple(reader.errors),
    )


@dataclass(slots=True)
class _Rule:
    """A rule while its recipe is read."""

    targets: EmbeddedText
    prerequisites: str
    start: int
    end: int
    help: str
    recipe: list[RecipeLine] = field(default_factory=list)

    def frozen(self) -> MakeRule:
        return MakeRule(self.targets, self.prerequisites, Span(self.start, self.end), tuple(self.recipe), self.help)


class _Reader:
    """Takes one logical line after the other."""

    def __init__(self, text: str) -> None:
        self.lines = [(match.start(), match.group().rstrip("\r\n")) for match in _LINE.finditer(text) if match.group()]
        self.index = 0
        self.rules: list[_Rule] = []
        self.variables: list[Variable] = []
        self.includes: list[Include] = []
        self.exported: set[str] = set()
        self.export_all = False
        self.errors: list[SyntaxFault] = []
        self.rule: _Rule | None = None
        self.conditions: list[tuple[str, Span]] = []
        self.prefix = "\t"
        self.comment = ""

    def run(self) -> None:
        """Read all lines."""
        while self.index < len(self.lines):
            line = self.lines[self.index][1]
            if self.prefix and line.startswith(self.prefix) and self.rule is not None:
                self.recipe_line()
                continue
            parts = self.joined()
            self.logical(parts, "".join(text for text, _ in parts))
        if self.conditions:
            self.errors.append(SyntaxFault(self.conditions[-1][1].start, "endif is missing"))

    def joined(self) -> list[tuple[str, int]]:
        """The pieces of the logical line that starts here, each with its place; goes past it."""
        pieces: list[tuple[str, int]] = []
        while self.index < len(self.lines):
            start, line = self.lines[self.index]
            self.index += 1
            goes_on = _continues(line)
            if pieces:
                indent = len(line) - len(line.lstrip())
                pieces.append((" ", start - 1))
                line, start = line[indent:], start + indent
            pieces.append((line[:-1].rstrip() if goes_on else line, start))
            if not goes_on:
                break
        return pieces

    def logical(self, pieces: list[tuple[str, int]], line: str) -> None:
        """One logical line outside a recipe."""
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            self.comment = stripped[2:].strip() if stripped.startswith(("##", "#:")) else ""
            return
        comment, self.comment = self.comment, ""
        span = Span(pieces[0][1], pieces[-1][1] + len(pieces[-1][0]))
        if self.conditional(line, span) or self.define(line, span):
            return
        include = _INCLUDE.match(line)
        export = _EXPORT.match(line)
        if include:
            self.includes.append(Include(_uncommented(include.group(2)), span))
        elif export:
            names = (export.group(2) or "").split()
            self.exported = self.exported.difference(names) if export.group(1) else self.exported.union(names)
            self.export_all = self.export_all or not (names or export.group(1))
        elif not self.assignment(_embedded(pieces), 0, span, ""):
            self.new_rule(_embedded(pieces), span, comment)

    def conditional(self, line: str, span: Span) -> bool:
        """Keep account of ifeq, ifdef, else, endif."""
        match = _CONDITIONAL.match(line)
        if match:
            self.conditions.append((f"{match.group(1)} {_uncommented(match.group(2))}".strip(), span))
            return True
        match = _ELSE_END.match(line)
        if not match:
            return False
        if self.conditions:
            text, _ = self.conditions.pop()
            if match.group(1) == "else":
                self.conditions.append((f"else of {text}" + (f"; {match.group(2)}" if match.group(2) else ""), span))
        else:
            self.errors.append(SyntaxFault(span.start, f"{match.group(1)} without a condition"))
        return True

    def define(self, line: str, span: Span) -> bool:
        """`define NAME` up to its `endef`."""
        match = _DEFINE.match(line)
        if not match:
            return False
        built = Assembly()
        depth = 1
        while self.index < len(self.lines):
            start, inner = self.lines[self.index]
            self.index += 1
            depth += 1 if _DEFINE.match(inner) else -1 if inner.strip().split("#")[0].strip() == "endef" else 0
            if not depth:
                break
            built.verbatim(inner, start)
            built.instead("\n", Span(start + len(inner), start + len(inner) + 1))
        self.variables.append(self.made(match.group(1), "define", built.finish(), span, False, ""))
        return True

    def made(self, name: str, operator: str, value: EmbeddedText, span: Span, exported: bool, target: str) -> Variable:
        """A variable under the conditions of this place."""
        return Variable(name, operator, value, span, tuple(text for text, _ in self.conditions), exported, target)

    def assignment(self, line: EmbeddedText, at: int, span: Span, target: str) -> bool:
        """`NAME = value`, for the file or for one target."""
        match = _ASSIGNMENT.match(line.text, at)
        if not match:
            return False
        end = at + len(_uncommented(line.text[at:]).rstrip())
        value = line.slice(match.end(), max(match.end(), end))
        name = match.group(2)
        self.variables.append(self.made(name, match.group(3), value, span, "export" in match.group(1), target))
        if name == ".RECIPEPREFIX" and not target:
            self.prefix = value.text.strip()[:1] or "\t"
        return True

    def new_rule(self, line: EmbeddedText, span: Span, comment: str) -> None:
        """`targets: prerequisites [; recipe]`."""
        colon = _colon(line.text)
        if colon < 0:
            if line.text.lstrip()[:1] not in {"$", "@", "!", "."} and not _DIRECTIVE.match(line.text):
                self.errors.append(SyntaxFault(span.start, "neither a rule nor a variable"))
            return
        targets = line.slice(0, colon)
        after = colon + (2 if line.text.startswith("::", colon) else 1)
        if self.assignment(line, after, span, targets.text.strip()):
            return
        rest = line.text[after:]
        help_text = _HELP.search(rest)
        recipe = rest.find(";") if not help_text or rest.find(";") < help_text.start() else -1
        bare = _uncommented(rest[:recipe] if recipe >= 0 else rest)
        self.rule = _Rule(targets, bare.strip(), span.start, span.start + len(line.text[:after].rstrip()), "")
        self.rule.end = max(
            self.rule.end, line.outer(after + max(len(bare.rstrip()) - 1, 0)) + (1 if bare.strip() else 0)
        )
        self.rule.help = help_text.group(1).strip() if help_text else comment
        self.rules.append(self.rule)
        if recipe >= 0:
            self.add_recipe(line.slice(after + recipe + 1, len(line.text)), span.end)

    def recipe_line(self) -> None:
        """One logical line of a recipe: continuation lines stay, each without its recipe prefix."""
        built = Assembly()
        end = 0
        first = True
        while self.index < len(self.lines):
            start, line = self.lines[self.index]
            self.index += 1
            cut = len(self.prefix) if line.startswith(self.prefix) else 0
            built.verbatim(line[cut:], start + cut)
            end = start + len(line.rstrip())
            first = False
            if not _continues(line) or self.index == len(self.lines):
                break
            built.instead("\n", Span(start + len(line), start + len(line) + 1))
        if not first:
            self.add_recipe(built.finish(), end)

    def add_recipe(self, text: EmbeddedText, end: int) -> None:
        """A line into the recipe of the rule in hand."""
        at = 0
        prefixes = ""
        while text.text[at : at + 1] and text.text[at] in "@-+ \t":
            prefixes += text.text[at]
            at += 1
        if self.rule is None or not text.text[at:].strip():
            return
        conditions = tuple(self.conditions)
        line = text.slice(at, len(text.text))
        self.rule.recipe.append(RecipeLine(line, "@" in prefixes, "-" in prefixes, conditions))
        self.rule.end = max(self.rule.end, end)


_DIRECTIVE = re.compile(r"[ \t]*(?:vpath|-?load|undefine|unexport|export|override|private)\b")
"""Source: gnu.org/software/make/manual, quick reference."""


def _continues(line: str) -> bool:
    """True when the line ends in a backslash that is not itself escaped."""
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _embedded(pieces: list[tuple[str, int]]) -> EmbeddedText:
    built = Assembly()
    for text, at in pieces:
        built.verbatim(text, at)
    return built.finish()


def _uncommented(text: str) -> str:
    """The text before a `#` that is not escaped."""
    at = text.find("#")
    while at > 0 and text[at - 1] == "\\":
        at = text.find("#", at + 1)
    return text if at < 0 else text[:at]


def _colon(line: str) -> int:
    """Where the colon of a rule stands; -1 where there is none. Colons inside `$(...)` do not count."""
    depth = 0
    for at, character in enumerate(line):
        if character in "({":
            depth += 1
        elif character in ")}":
            depth = max(0, depth - 1)
        elif character == "#" and not depth:
            return -1
        elif character == ":" and not depth and not _drive(line, at):
            return at
    return -1


def _drive(line: str, colon: int) -> bool:
    """True for the colon of `C:\\path` or `C:/path`."""
    return (
        line[colon + 1 : colon + 2] in {"\\", "/"}
        and line[colon - 1 : colon].isalpha()
        and not line[: colon - 1].strip()
    )
