"""A first look over a whole script: who assigns which variable from what, and what its functions do.

Guards are judged with it: whether a variable can bring an answer from outside is a question about the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from agentlint.adapters.shell.looking import called_names, everything, feeds, is_question, read_names
from agentlint.adapters.shell.names import DIALOGS
from agentlint.adapters.shell.program_words import program_name
from agentlint.documents.shell import (
    AndOr,
    Assignment,
    Case,
    Function,
    Group,
    If,
    Loop,
    Not,
    Part,
    PartKind,
    Pipeline,
    Script,
    ShellWord,
    Simple,
    Statement,
)

MAX_ORIGINS = 40
"""Assignments of one variable in one function that are looked at."""


_OPTION = re.compile(r"--[a-z]", re.IGNORECASE)


class Source(Enum):
    """Where an assigned value comes from."""

    CONSTANT = "constant"
    DEFAULT = "default"
    """`X=${X:-n}`, `: ${X:=n}`: the environment's value or a default."""
    PARAMETER = "parameter"
    COPY = "copy"
    ANSWER = "answer"
    """A person types it."""
    OPTION = "option"
    """getopts."""
    MACHINE = "machine"
    """Commands, files, arithmetic."""


class Under(NamedTuple):
    """A condition that an assignment stands under: a statement and the outcome it had, or a `case` arm."""

    statement: Statement | None
    holds: bool = True
    word: ShellWord | None = None
    patterns: tuple[str, ...] = ()


class Origin(NamedTuple):
    """One assignment of a variable."""

    source: Source
    names: tuple[str, ...] = ()
    """Variables the value is made from."""
    value: str | None = None
    """The text, for a constant."""
    under: tuple[Under, ...] = ()
    function: str = ""


@dataclass
class FunctionInfo:
    """What is known of a function of this script."""

    statement: Function
    assigned: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    locals: set[str] = field(default_factory=set)
    """Declared `local`: nobody outside gives them a value."""
    asks: bool = False
    takes_arguments: bool = False
    """Called somewhere with the script's own `"$@"`."""
    parses_options: bool = False
    """Looks for options among its arguments (`--force)`): what a person gives the script comes through, by whatever way."""


@dataclass
class Summary:
    """The whole script in a nutshell."""

    origins: dict[str, list[Origin]] = field(default_factory=dict)
    functions: dict[str, FunctionInfo] = field(default_factory=dict)
    called: set[str] = field(default_factory=set)
    """Functions that are called somewhere in the script."""
    errexit: bool = False
    pipefail: bool = False
    sources: bool = False
    """Reads other scripts in, which may assign anything."""
    _assigned_by: dict[str, dict[str, bool]] = field(default_factory=dict)
    _reached: dict[str, list[str]] = field(default_factory=dict)

    def constants(self) -> dict[str, object]:
        """Variables that have one and the same constant value wherever they are read."""
        found: dict[str, object] = {}
        for name, origins in self.origins.items():
            first = origins[0]
            if len(origins) == 1 and first.source is Source.CONSTANT and first.value is not None:
                if not first.under and not first.function:
                    found[name] = first.value
        return found

    def scope(self, name: str, function: str) -> str:
        """The function whose own variable this is, seen from inside a function; "" for one of the whole script."""
        info = self.functions.get(function)
        return function if info is not None and name in info.locals else ""

    def origins_in(self, name: str, scope: str) -> Sequence[Origin]:
        """The assignments that can give this variable its value: of a function's own, those in it and in what it calls."""
        origins = self.origins.get(name, ())
        own = [origin for origin in origins if origin.function == scope] if scope else ()
        if not own or name in own[0].names:  # what it takes over from outside it takes over first
            return origins if own or not _begins_here(origins) else [_without_itself(name, o) for o in origins]
        called = set(self.reached(scope))
        return [
            _without_itself(name, o)
            for o in origins
            if o.function == scope or (o.function in called and not self.scope(name, o.function))
        ]

    def asks(self, name: str) -> bool:
        """True when a call of this function may wait for a person."""
        return any(self.functions[f].asks for f in self.reached(name))

    def assigned_by(self, name: str) -> dict[str, bool]:
        """The variables a call of this function may change, and whether a person types them."""
        if name not in self._assigned_by:
            reached = set(self.reached(name))
            self._assigned_by[name] = {
                variable: any(
                    o.source is Source.ANSWER and o.function in reached for o in self.origins.get(variable, ())
                )
                for function in reached
                for variable in sorted(self.functions[function].assigned)
            }
        return self._assigned_by[name]

    def answered(self, body: tuple[Statement, ...]) -> bool:
        """True when capturing this body's output waits for a person."""
        for statement in everything(body):
            if not isinstance(statement, Simple) or not statement.words:
                continue
            program = program_name(statement.words[0].text)
            if program in self.functions:
                if any(is_question(inner) for inner in everything((self.functions[program].statement.body,))):
                    return True
            elif is_question(statement):
                return True
        return False

    def reached(self, name: str) -> list[str]:
        """The function and those of this script that it calls."""
        if name in self._reached:
            return self._reached[name]
        seen: dict[str, None] = {}
        waiting = [name]
        while waiting:
            current = waiting.pop()
            if current in self.functions and current not in seen:
                seen[current] = None
                waiting.extend(self.functions[current].called)
        self._reached[name] = list(seen)
        return self._reached[name]


def _begins_here(origins: Sequence[Origin]) -> bool:
    """True for a variable that the script gives a value of its own before all else: nothing comes from the environment."""
    first = origins[0] if origins else None
    return first is not None and first.source is Source.CONSTANT and not (first.under or first.function)


def _without_itself(name: str, origin: Origin) -> Origin:
    """An assignment from the variable's own value (`x="${x// /}"`) where that value is the script's."""
    if origin.source is not Source.DEFAULT or name not in origin.names:
        return origin
    return origin._replace(source=Source.COPY, names=tuple(other for other in origin.names if other != name))


def summarise(script: Script) -> Summary:
    """Look over a script."""
    collector = _Collector()
    collector.functions(script.statements)
    collector.block(script.statements, _At())
    return collector.summary


class _At(NamedTuple):
    under: tuple[Under, ...] = ()
    function: str = ""
    fed: bool = False


class _Collector:
    def __init__(self) -> None:
        self.summary = Summary()

    def functions(self, statements: tuple[Statement, ...]) -> None:
        for statement in everything(statements):
            if isinstance(statement, Function):
                self.summary.functions.setdefault(statement.name, FunctionInfo(statement))

    def block(self, statements: tuple[Statement, ...], at: _At) -> None:
        for statement in statements:
            self.visit(statement, at)

    def visit(self, statement: Statement, at: _At) -> None:
        if statement.redirects and feeds(statement.redirects):
            at = at._replace(fed=True)
        if isinstance(statement, Simple):
            self.simple(statement, at)
        elif isinstance(statement, AndOr):
            self.chain(statement, at)
        elif isinstance(statement, Pipeline):
            for index, stage in enumerate(statement.stages):
                self.visit(stage, at._replace(fed=at.fed or index > 0))
        elif isinstance(statement, Not):
            self.visit(statement.statement, at)
        elif isinstance(statement, Group):
            self.block(statement.body, at)
        elif isinstance(statement, If):
            self.branches(statement, at)
        elif isinstance(statement, Case):
            self.parsing(statement, at)
            for arm in statement.arms:
                inside = at._replace(under=(*at.under, Under(None, True, statement.word, arm.patterns)))
                self.block(arm.body, inside)
        elif isinstance(statement, Loop):
            self.loop(statement, at)
        elif isinstance(statement, Function):
            self.visit(statement.body, _At((), statement.name))

    def parsing(self, statement: Case, at: _At) -> None:
        info = self.summary.functions.get(at.function)
        if info is not None and any(_OPTION.match(text) for arm in statement.arms for text in arm.patterns):
            info.parses_options = True

    def chain(self, statement: AndOr, at: _At) -> None:
        self.visit(statement.first, at)
        previous = statement.first
        for operator, following in statement.rest:
            self.visit(following, at._replace(under=(*at.under, Under(previous, operator == "&&"))))
            previous = following if operator == "&&" else previous

    def branches(self, statement: If, at: _At) -> None:
        failed: tuple[Under, ...] = ()
        for conditions, body in statement.branches:
            self.block(conditions, at._replace(under=(*at.under, *failed)))
            if conditions:
                self.block(body, at._replace(under=(*at.under, *failed, Under(conditions[-1], True))))
                failed = (*failed, Under(conditions[-1], False))[-4:]
        if statement.otherwise:
            self.block(statement.otherwise, at._replace(under=(*at.under, *failed)))

    def loop(self, statement: Loop, at: _At) -> None:
        if statement.kind == "select":
            self.origin(statement.variable, Origin(Source.ANSWER, (), None, at.under, at.function))
            self.mark_asking(at)
        elif statement.variable:
            self.origin(statement.variable, self.loop_origin(statement, at))
        self.block(statement.condition, at)
        inside = at
        if statement.condition and statement.kind in {"while", "until"}:
            inside = at._replace(under=(*at.under, Under(statement.condition[-1], statement.kind == "while")))
        self.block(statement.body, inside)

    def loop_origin(self, statement: Loop, at: _At) -> Origin:
        parts = [part for word in statement.words or () for part in word.parts]
        if statement.words is None or any(part.name in {"@", "*"} for part in parts):
            return Origin(Source.PARAMETER, ("@",), None, at.under, at.function)
        names = tuple(part.name for part in parts if part.name)
        return Origin(Source.COPY if names else Source.MACHINE, names, None, at.under, at.function)

    def simple(self, statement: Simple, at: _At) -> None:
        for word in statement.words:
            for part in word.parts:
                self.default_in_place(part, at)
                self.block(part.body, at._replace(fed=part.kind is PartKind.PROCESS or at.fed))
        program = program_name(statement.words[0].text) if statement.words else ""
        if program in {"local", "declare", "typeset"} and any(word.text == "-n" for word in statement.words[1:3]):
            for assignment in statement.declared:
                self.origin(assignment.name, Origin(Source.DEFAULT, (assignment.name,), None, (), at.function))
            return
        if program in {"local", "declare", "typeset"} and at.function in self.summary.functions:
            if not any(word.text.startswith("-") and "g" in word.text for word in statement.words[1:3]):
                names = (assignment.name for assignment in statement.declared)
                self.summary.functions[at.function].locals.update(names)
        for assignment in (*statement.assignments, *statement.declared):
            if not statement.words or assignment in statement.declared:
                self.assignment(assignment, program, at)
        if program:
            self.call(program, statement, at)

    def default_in_place(self, part: Part, at: _At) -> None:
        """`: "${X:=n}"`."""
        if part.kind is PartKind.VARIABLE and part.operator in {":=", "="}:
            self.origin(part.name, Origin(Source.DEFAULT, (part.name,), None, at.under, at.function))

    def assignment(self, assignment: Assignment, program: str, at: _At) -> None:
        name = assignment.name
        if assignment.items is not None:
            names = tuple(p.name for item in assignment.items for p in item.parts if p.name)
            plain = names and all(part.name for item in assignment.items for part in item.parts)
            source = Source.COPY if plain else Source.MACHINE
            if any(n.isdigit() or n in {"@", "*"} for n in names):
                source = Source.PARAMETER
            self.origin(name, Origin(source, names, None, at.under, at.function))
            return
        if assignment.value is None:
            if program in {"local", "typeset", "declare"} and at.function:
                self.origin(name, Origin(Source.CONSTANT, (), "", at.under, at.function))
            return
        for part in assignment.value.parts:
            self.default_in_place(part, at)
            self.block(part.body, at)
        origin = self.value_origin(name, assignment.value, at)
        if assignment.append or assignment.subscript:
            origin = origin._replace(value=None)
        self.origin(name, origin)

    def value_origin(self, name: str, value: ShellWord, at: _At) -> Origin:
        if value.literal:
            return Origin(Source.CONSTANT, (), value.text, at.under, at.function)
        names = tuple(part.name for part in value.parts if part.name)
        bodies = [part.body for part in value.parts if part.body]
        source = Source.MACHINE
        if any(self.summary.answered(body) for body in bodies):
            source = Source.ANSWER
        elif name in names:
            source = Source.DEFAULT
        elif any(item.isdigit() or item in {"@", "*"} for item in names):
            source = Source.PARAMETER
        elif names and not bodies:
            source = Source.COPY
        return Origin(source, names, None, at.under, at.function)

    def call(self, program: str, statement: Simple, at: _At) -> None:
        summary = self.summary
        info = summary.functions.get(at.function)
        for name in called_names(statement, summary.functions):
            summary.called.add(name)
            if info is not None:
                info.called.add(name)
        if program in summary.functions:
            if any(part.name in {"@", "*"} for word in statement.words[1:] for part in word.parts):
                summary.functions[program].takes_arguments = True
        elif program in {"read", "vared"} or program in DIALOGS:
            fed = at.fed or feeds(statement.redirects)
            if not fed:
                self.mark_asking(at)
            for name in read_names(statement) if program in {"read", "vared"} else ():
                self.origin(name, Origin(Source.MACHINE if fed else Source.ANSWER, (), None, at.under, at.function))
        elif program == "getopts" and len(statement.words) > 2:
            self.origin(statement.words[2].text, Origin(Source.OPTION, (), None, at.under, at.function))
        elif program == "set":
            self.options([word.text for word in statement.words[1:]], at)
        elif program in {".", "source"}:
            summary.sources = True

    def options(self, words: list[str], at: _At) -> None:
        if at.under or at.function:
            return
        text = " ".join(words)
        if re.search(r"(?:^|\s)-[a-zA-Z]*e|-o errexit", text):
            self.summary.errexit = True
        if "pipefail" in text and "+o pipefail" not in text:
            self.summary.pipefail = True

    def mark_asking(self, at: _At) -> None:
        info = self.summary.functions.get(at.function)
        if info is not None:
            info.asks = True

    def origin(self, name: str, origin: Origin) -> None:
        known = self.summary.origins.setdefault(name, [])
        if sum(other.function == origin.function for other in known) < MAX_ORIGINS:
            known.append(origin)
        info = self.summary.functions.get(origin.function)
        if info is not None:
            info.assigned.add(name)
