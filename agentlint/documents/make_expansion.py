"""Variables of make: what is constant is put in its place, what is not stays as an opaque word for the shell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from agentlint.documents.assembly import Assembly
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.makefile import Variable
from agentlint.files.source import Span

MAX_EXPANSION = 5000
"""Characters of one expanded line; beyond them references stay as they are."""
MAX_DEPTH = 12

_NAME = re.compile(r"[\w.-]+\Z")
BUILT_IN = {"MAKE": "make", "CC": "cc", "CXX": "c++", "RM": "rm -f", "CURDIR": ".", "SHELL": "/bin/sh"}
_AUTOMATIC = {
    "@": "TARGET",
    "<": "PREREQUISITE",
    "^": "PREREQUISITES",
    "+": "PREREQUISITES",
    "?": "NEWER",
    "*": "STEM",
    "%": "MEMBER",
    "|": "ORDER",
}


def constants(variables: Iterable[Variable]) -> dict[str, str]:
    """What each variable holds when nothing from outside sets it: the last plain assignment, `+=` appended.

    Of assignments under conditions the first counts, for there is no telling which holds; a program's path fills what was
    emptied before them (`LINTER :=`).
    """
    found: dict[str, str] = dict(BUILT_IN)
    for variable in variables:
        name, value = variable.name, variable.value.text.strip()
        known = name in found and name not in BUILT_IN
        if variable.operator in {"!=", "define"} or variable.target:
            continue
        if variable.operator == "+=":
            if not variable.conditions:
                found[name] = f"{found.get(name, '')} {value}".strip() if known else value
            elif not known:
                found[name] = value
        elif variable.conditions or variable.operator == "?=":
            if not known or (not found[name] and _BELOW_UNKNOWN.match(value)):
                found[name] = value
        else:
            found[name] = value
    return found


_BELOW_UNKNOWN = re.compile(r"\$[({](?:[\w.-]+|shell [^()$]*)[)}]((?:/[\w.-]+)+)\Z")
"""`$(GOPATH)/bin/golangci-lint`: a program, wherever its folder may be."""


def expand(
    text: EmbeddedText, variables: Mapping[str, str], automatic: Mapping[str, str] | None = None
) -> EmbeddedText:
    """The text as the shell sees it; every character still knows its place in the file."""
    if "$" not in text.text:
        return text
    built = Assembly()
    _fill(built, text, Span(0, len(text.text)), variables, automatic or {})
    return built.finish()


def expand_text(text: str, variables: Mapping[str, str]) -> str:
    """As `expand`, for a text whose places do not matter."""
    return expand(EmbeddedText.whole_file(text), variables).text


def _fill(
    built: Assembly,
    text: EmbeddedText,
    part: Span,
    variables: Mapping[str, str],
    automatic: Mapping[str, str],
) -> None:
    """A part of the text, each reference in it put in its place."""
    source = text.text
    at = part.start
    while at < part.end:
        dollar = source.find("$", at, part.end)
        if dollar < 0 or dollar >= part.end - 1:
            break
        _take(built, text, at, dollar)
        at = _reference(built, text, dollar, variables, automatic)
    _take(built, text, at, part.end)


def _take(built: Assembly, text: EmbeddedText, start: int, end: int) -> None:
    built.copy(text, start, end)


def _reference(
    built: Assembly, text: EmbeddedText, dollar: int, variables: Mapping[str, str], automatic: Mapping[str, str]
) -> int:
    """One `$...` at `dollar`; gives the offset behind it."""
    source = text.text
    following = source[dollar + 1]
    if following == "$":
        built.instead("$", text.outer_span(Span(dollar, dollar + 2)))
        return dollar + 2
    end = _closing(source, dollar + 1) if following in "({" else dollar + 2
    inner = source[dollar + 2 : end - 1] if following in "({" else following
    loop = _LOOP.match(source, dollar, end) if inner.startswith("foreach") else None
    if loop is not None and _ends_each(source[loop.end() : end - 1]) and len(built) < MAX_EXPANSION:
        _loop(built, text, loop, end, {k: v for k, v in variables.items() if k != loop[1]}, automatic)
        return end
    span = text.outer_span(Span(dollar, end))
    value = _value(inner, variables, automatic)
    value = located_by_shell(inner) if value is None else value
    if value is not None and len(built) + len(value) <= MAX_EXPANSION:
        built.instead(value, span)
    else:
        built.instead(_opaque(inner), span)
    return end


def _opaque(inner: str) -> str:
    """A word that the shell cannot tell either, for a reference whose value is not known."""
    known = inner if _NAME.match(inner) else "MAKE_" + re.sub(r"\W.*", "", inner, flags=re.DOTALL)
    return "${" + _AUTOMATIC.get(inner, known).replace(".", "_").replace("-", "_") + "}"


_BEGINS_A_COMMAND = re.compile(r"[\"']?[A-Za-z][\w./+-]*[\"']?[ \t]+[\w-]")
"""`docker run -v $(shell pwd):/src`: which program a variable stands for is known, whatever stands among its arguments."""


_LOOP = re.compile(r"\$[({]foreach\s+([A-Za-z_]\w*)\s*,((?:[^(){},]|\$[({][^(){}]*(?:\([^()]*\)[^(){}]*)?[)}])*),")
_ENDS_EACH = re.compile(r";\s*\Z|,\s*;\s*,[^,;]*\Z")


def _ends_each(body: str) -> bool:
    """True for the body of a foreach that is a command for each word, one behind the other in one shell line."""
    return _ENDS_EACH.search(body) is not None


def _loop(
    built: Assembly,
    text: EmbeddedText,
    loop: re.Match[str],
    end: int,
    variables: Mapping[str, str],
    automatic: Mapping[str, str],
) -> None:
    """Make's `$(foreach one,$(ALL),command $(one);)` as the shell's loop, whose last round alone has a status, too."""
    words = f"for {loop[1]} in ${{MAKE_WORDS}}; do "
    built.instead(words, text.outer_span(Span(loop.start(), loop.end())))
    _fill(built, text, Span(loop.end(), end - 1), variables, automatic)
    ended = text.text[loop.end() : end - 1].rstrip().endswith(";")
    built.instead(" done" if ended else "; done", text.outer_span(Span(end - 1, end)))


_LOCATED = re.compile(
    r"\s*shell\s+(?:which|command\s+-v|type\s+-[pP])\s+([A-Za-z][\w.+-]*)(?:\s+2>\s?/dev/null)?"
    r"(?:\s*\|\|\s*(?:echo\s+[\w./+-]+|(?:which|command\s+-v)\s+[\w.+-]+|true|:))?(?:\s+2>\s?/dev/null)?\s*"
)


def located_by_shell(inner: str) -> str | None:
    """The program that `$(shell which program)` finds; None for any other reference."""
    found = _LOCATED.fullmatch(inner) if inner.lstrip().startswith("shell") else None
    return found[1] if found is not None else None


_ASKING = re.compile(r"\bread\s+-\w*[psr]|\bread\s+[A-Za-z_]\w*\s*;|\bstty\s+-echo\b")


def questions_of_make(text: EmbeddedText) -> Iterator[EmbeddedText]:
    """The scripts of `$(shell ...)` that read from the terminal; others do their work unseen, and are no part of a recipe."""
    source = text.text
    at = source.find("(shell ") if "read" in source else -1
    while at > 0:
        end = _closing(source, at)
        inner = Span(at + len("(shell "), end - 1)
        if source[at - 1] == "$" and _ASKING.search(source, inner.start, inner.end):
            built = Assembly()
            built.copy(text, inner.start, inner.end)
            yield built.finish()
        at = source.find("(shell ", end)


def _closing(source: str, opening: int) -> int:
    """Behind the bracket that closes the one at `opening`; the end of the text where there is none."""
    pair = {"(": ")", "{": "}"}[source[opening]]
    depth = 0
    for at in range(opening, len(source)):
        if source[at] == source[opening]:
            depth += 1
        elif source[at] == pair:
            depth -= 1
            if not depth:
                return at + 1
    return len(source)


def _value(name: str, variables: Mapping[str, str], automatic: Mapping[str, str], depth: int = 0) -> str | None:
    """The constant value of a variable, references in it resolved; None where it cannot be told."""
    name = name.strip()
    if name in automatic:
        return automatic[name]
    if depth > MAX_DEPTH or name not in variables:
        return None
    value = variables[name]
    if "$" not in value:
        return value
    pieces: list[str] = []
    at = 0
    while (dollar := value.find("$", at)) >= 0 and dollar + 1 < len(value):
        pieces.append(value[at:dollar])
        following = value[dollar + 1]
        end = _closing(value, dollar + 1) if following in "({" else dollar + 2
        name_within = value[dollar + 2 : end - 1]
        inner = "$" if following == "$" else _value(name_within, variables, automatic, depth + 1)
        inner = located_by_shell(name_within) if inner is None and following != "$" else inner
        if inner is None or sum(map(len, pieces)) + len(inner) > MAX_EXPANSION:
            below = _BELOW_UNKNOWN.match(value) if inner is None else None
            if inner is not None or below is not None or not _BEGINS_A_COMMAND.match("".join(pieces)):
                return "${FOLDER}" + below[1] if below is not None else None
            inner = _opaque(name_within)
        pieces.append(inner)
        at = end
    return "".join(pieces) + value[at:]
