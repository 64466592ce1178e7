"""The small language inside tox files: lists of environments with braces, substitutions, conditional lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from agentlint.documents.assembly import Assembly
from agentlint.documents.embedded import EmbeddedText
from agentlint.files.source import Span

MAX_NAMES = 80
"""Environments that one list of names may expand to."""

_FACTORS = re.compile(r"[!\w{},.-]+(?:\s*,\s*[!\w{},.-]+)*:[ \t]+(?=\S)")
_BRACE = re.compile(r"[{}]")
_BRACES = re.compile(r"\{([^{}\n]*)\}")


def names(text: str) -> list[str]:
    """The environments of `py{38,39}-{a,b}, lint`, in order."""
    found: dict[str, None] = {}
    for item in re.split(r"[,\n](?![^{]*\})", text):
        for name in _expanded("".join(item.split("#")[0].split())):
            if name and len(found) < MAX_NAMES:
                found[name] = None
    return list(found)


def _expanded(item: str) -> Iterator[str]:
    waiting = [item]
    produced = 0
    while waiting and produced < MAX_NAMES:
        current = waiting.pop(0)
        match = _BRACES.search(current)
        if match is None:
            produced += 1
            yield current
        elif len(waiting) < MAX_NAMES * 4:
            waiting.extend(
                current[: match.start()] + part + current[match.end() :]
                for written in match.group(1).split(",")
                for part in _range(written)
            )


def _range(written: str) -> Iterator[str]:
    """The numbers of `10-14`, as tox takes them from 4.25 on; anything else as it is."""
    first, dash, last = written.partition("-")
    if dash and first.isdigit() and last.isdigit() and int(first) <= int(last) < int(first) + MAX_NAMES:
        yield from map(str, range(int(first), int(last) + 1))
    else:
        yield written


def commands(lines: Iterable[EmbeddedText]) -> Iterator[EmbeddedText]:
    """The commands of a list of lines: continued lines joined, conditions on factors taken off."""
    pending = Assembly()
    for line in lines:
        if not len(pending) and line.text.startswith("#"):
            continue
        match = None if len(pending) else _FACTORS.match(line.text)
        pending.copy(line, match.end() if match else 0)
        if line.text.endswith("\\"):
            end = line.outer(len(line.text) - 1) + 1
            pending.instead("\n", Span(end, end + 1))
            continue
        yield pending.finish()
        pending = Assembly()
    if len(pending):
        yield pending.finish()


def substituted(text: EmbeddedText, known: Callable[[str], str | None]) -> EmbeddedText:
    """The text with `{...}` filled in: defaults of posargs and env, what `known` tells; the rest stays as it is."""
    if "{" not in text.text:
        return text
    built = Assembly()
    source = text.text
    at = 0
    pairs = _pairs(source)
    while at < len(source):
        opening = source.find("{", at)
        if opening < 0:
            break
        closing = pairs.get(opening, opening + 1)
        built.copy(text, at, opening)
        inner = source[opening + 1 : closing - 1]
        if inner.startswith("posargs:"):
            built.copy(text, opening + len("{posargs:"), closing - 1)
        else:
            value = _environment(inner) if inner.startswith("env:") else known(inner)
            if value is None or len(value) > 2000:
                built.copy(text, opening, closing)
            else:
                built.instead(value, text.outer_span(Span(opening, closing)))
        at = closing
    built.copy(text, at)
    return built.finish()


def _environment(inner: str) -> str:
    _, name, *default = inner.split(":", 2)
    return default[0] if default else "${" + re.sub(r"\W", "_", name) + "}"


def _pairs(source: str) -> dict[int, int]:
    """Each opening brace with the offset behind the one that closes it."""
    found: dict[int, int] = {}
    open_at: list[int] = []
    for match in _BRACE.finditer(source):
        if match.group() == "{":
            open_at.append(match.start())
        elif open_at:
            found[open_at.pop()] = match.end()
    return found
