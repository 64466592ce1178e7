"""Looking through statements without walking them: what stands inside, what feeds input, which variables a read fills."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from agentlint.adapters.shell.names import DIALOGS
from agentlint.adapters.shell.program_words import program_name
from agentlint.adapters.shell.wrapper_table import SIMPLE
from agentlint.documents.shell import (
    AndOr,
    Case,
    Condition,
    Group,
    If,
    Loop,
    Not,
    Pipeline,
    Redirect,
    ShellWord,
    Simple,
    Statement,
)

_DESCRIPTOR = re.compile(r"/dev/(tty|stdin|fd/0)\Z")


def feeds(redirects: tuple[Redirect, ...]) -> bool:
    """True when these give standard input from somewhere else than the terminal."""
    fed = False
    for redirect in redirects:
        if redirect.operator in {"<<", "<<<"}:
            fed = True
        elif redirect.operator in {"<", "<&", "<>"} and redirect.descriptor <= 0:
            fed = redirect.target is None or not _DESCRIPTOR.match(redirect.target.text)
    return fed


def is_question(statement: Statement) -> bool:
    """A question: a dialog, or a `read` that is not fed."""
    if not isinstance(statement, Simple) or not statement.words:
        return False
    program = program_name(statement.words[0].text)
    return program in DIALOGS or (program == "read" and not feeds(statement.redirects))


_CALLING = frozenset({*SIMPLE, "retry", "travis_retry", "run", "try", "trap", "spinner"})
"""Programs that may be given the name of a function to call."""


def called_names(statement: Simple, functions: Collection[str]) -> list[str]:
    """The functions of this script that a command calls: itself, or by name through a helper (`retry 3 install`)."""
    if not functions or not statement.words:
        return []
    first = statement.words[0].text
    found = [first] if first in functions else _picked(first, functions)
    if found or first in _CALLING:
        found += [word.text for word in statement.words[1:] if word.literal and word.text in functions]
    return found


_PICKING = re.compile(r"(?P<before>\w*[A-Za-z]{2}\w*[_:-])\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*[^}]{0,20}\})\Z")
"""`run_$TEST`: the first half of a function's name, and a variable for the rest; what `$1` picks, the call of the script tells."""


def _picked(first: str, functions: Collection[str]) -> list[str]:
    """The functions of which a variable picks one by the end of its name, as scripts of many commands do."""
    picking = _PICKING.match(first.strip("\"'"))
    return [name for name in functions if name.startswith(picking["before"])] if picking is not None else []


_READ_VALUES = frozenset("-a -d -i -n -N -p -t -u -k -A".split())


def read_names(statement: Simple) -> list[str]:
    """The variables a `read` fills."""
    names: list[str] = []
    words = [word.text for word in statement.words[1:]]
    at = 0
    while at < len(words):
        word = words[at]
        if word.startswith("-") and len(word) > 1:
            if word.startswith("-") and not word.startswith("--") and "-" + word[-1] in _READ_VALUES:
                if word[-1] in "aA" and at + 1 < len(words):
                    names.append(words[at + 1])
                at += 1
        else:
            name = word.split("?", 1)[0]
            if re.fullmatch(r"[A-Za-z_]\w*", name):
                names.append(name)
        at += 1
    return names or ["REPLY"]


def everything(statements: tuple[Statement, ...]) -> Iterator[Statement]:
    """All statements inside these, themselves included, substitutions too."""
    waiting: list[Statement] = list(reversed(statements))
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(inside(current)))


def inside(statement: Statement) -> list[Statement]:
    """The statements directly inside one."""
    if isinstance(statement, Simple):
        return [s for word in words_of(statement) for part in word.parts for s in part.body]
    if isinstance(statement, Condition):
        return [s for word in statement.words for part in word.parts for s in part.body]
    if isinstance(statement, Pipeline):
        return list(statement.stages)
    if isinstance(statement, AndOr):
        return [statement.first, *(following for _, following in statement.rest)]
    if isinstance(statement, Not):
        return [statement.statement]
    if isinstance(statement, Group):
        return list(statement.body)
    if isinstance(statement, If):
        found = [s for condition, body in statement.branches for s in (*condition, *body)]
        return [*found, *(statement.otherwise or ())]
    if isinstance(statement, Case):
        return [s for arm in statement.arms for s in arm.body]
    if isinstance(statement, Loop):
        return [*statement.condition, *statement.body]
    return [statement.body]


def words_of(statement: Simple) -> list[ShellWord]:
    """All words of a simple command, values and targets included."""
    values = [a.value for a in (*statement.assignments, *statement.declared) if a.value is not None]
    items = [item for a in statement.assignments for item in a.items or ()]
    targets = [r.target for r in statement.redirects if r.target is not None]
    words = statement.words if not statement.declared else statement.words[:1]
    return [*values, *items, *words, *targets]
