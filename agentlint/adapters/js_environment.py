"""Environment variables without which a JavaScript or TypeScript program ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from agentlint.adapters.code.calls import MAX_CANDIDATES
from agentlint.adapters.code.source import Source
from agentlint.files.lines import line_end, line_start
from agentlint.files.source import Span

_NAME = r"[A-Z_][A-Z0-9_]{1,80}"
_READ = re.compile(rf"process\.env(?:\.({_NAME})\b|\[[\"']({_NAME})[\"']\])")
_TAKEN_APART = re.compile(r"(?:const|let|var)\s*\{([^{}]{1,600})\}\s*=\s*process\.env(?![\w.\[])")
_TAKEN = re.compile(rf"(?:^|,)\s*({_NAME})\s*(?::\s*(\w{{1,60}})\s*)?(?=,|$)")
"""A part that is taken without a default."""
_BY_NAME = re.compile(
    rf"(?<![\w$])(?:\w{{1,20}}\.)?(?:(?:require|required|must|mustGet|ensure|assert|getRequired|need)_?Env(?:ironment)?(?:Var(?:iable)?)?"
    rf"|get_?Env(?:ironment)?(?:Var(?:iable)?)?Or(?:Throw|Fail|Die|Exit))\(\s?[\"']({_NAME})[\"'](?:,?\s?\)|,\s?[\"'`])",
    re.IGNORECASE,
)
"""Functions whose names say that they end the program where the variable is not set; what follows is a message."""
_ASSERTED = re.compile(
    r"\b(?:nullthrows|invariant|assertExists|assertDefined|ensureDefined|required|assert(?:\.ok)?|tinyInvariant)\($"
)
"""Functions that throw where they are handed nothing."""
_HOLDS = re.compile(r"(?:const|let|var)\s+(\w{1,60})(?:\s?:\s?string)?\s?=\s?$")
_CREDENTIAL = re.compile(r"(?:TOKEN|SECRET|PASSWORD|API_?KEY|ACCESS_KEY|CREDENTIALS)$")
_STOPS = re.compile(r"\bthrow\b(?![^\n]{0,60}\bskip)|\bprocess\.exit\(\s?[1-9]|\bDeno\.exit\(\s?[1-9]")
_BRANCHES = frozenset({"if_statement", "ternary_expression", "switch_case"})
LATER_CHARACTERS = 20_000
BLOCK_CHARACTERS = 600


def needed_variables(source: Source) -> None:
    """Variables whose absence ends the program: `if (!process.env.X) throw ...`."""
    seen: set[str] = set()
    for name, span in _needed(source):
        if name not in seen and not _is_in_comment(source.text, span.start):
            seen.add(name)
            source.environment_read(name, span)


def _needed(source: Source) -> Iterator[tuple[str, Span]]:
    text = source.text
    for match in islice(_BY_NAME.finditer(text), MAX_CANDIDATES):
        yield match[1], Span(match.start(1), match.end(1))
    if "process.env" not in text:
        return
    for match in islice(_READ.finditer(text), MAX_CANDIDATES):
        name = match[1] or match[2]
        if re.match(r"\s?(?:\?\?|\|\|)?=(?!=)", text[match.end() : match.end() + 5]):
            continue
        if _is_asserted(source, match) or _ends_without(text, match[0], match) or _held_and_needed(text, match, name):
            yield name, Span(match.start(), match.end())
    for match in islice(_TAKEN_APART.finditer(text), MAX_CANDIDATES):
        for part in _TAKEN.finditer(match[1]):
            if _stops_without(part[2] or part[1], text[match.end() : match.end() + LATER_CHARACTERS]):
                at = match.start(1) + part.start(1)
                yield part[1], Span(at, at + len(part[1]))


def _is_in_comment(text: str, at: int) -> bool:
    return text[line_start(text, at) : at].lstrip().startswith(("//", "*", "/*"))


def _is_asserted(source: Source, match: re.Match[str]) -> bool:
    if not _ASSERTED.search(source.text, max(0, match.start() - 60), match.start()):
        return False
    leaf = source.tree.leaf(match.end(1) - 1 if match[1] else match.end(2) - 1)
    return not any(node.type in _BRANCHES for node in source.tree.above(leaf))


def _held_and_needed(text: str, match: re.Match[str], name: str) -> bool:
    """True for `const token = process.env.X;` that the program stops without, or hands on unasked as a credential."""
    holder = _HOLDS.search(text, max(0, match.start() - 80), match.start())
    if holder is None or not re.match(r"!?\s*(?:as string\s*)?(?:;|\r?\n)", text[match.end() : match.end() + 14]):
        return False
    later = text[match.end() : match.end() + LATER_CHARACTERS]
    if _stops_without(holder[1], later):
        return True
    held = re.escape(holder[1])
    asked = rf"!{held}\b|\b{held}\s*(?:\?|&&|\|\||[!=]==?)|(?:if|while) ?\(\s*{held}\b|(?:&&|\|\||typeof)\s*{held}\b|\b{held}\s*=[^=]"
    handed = rf"\bnew \w+(?:\.\w+)?\(\s*{held}\s*\)|Bearer \$\{{{held}\}}"
    return bool(_CREDENTIAL.search(name) and not re.search(asked, later) and re.search(handed, later))


def _stops_without(held: str, later: str) -> bool:
    """True where the program ends because a variable of its own holds nothing."""
    name = re.escape(held)
    asserts = rf"\b(?:assert(?:\.ok)?|(?:tiny)?[iI]nvariant)\(\s?(?:!!)?{name}(?:\s?!==?\s?(?:null|undefined|['\"]{{2}}))?\s?[,)]"
    return bool(re.search(asserts, later)) or any(_ends_here(held, found, later) for found in _tests(held, later))


def _ends_without(text: str, written: str, match: re.Match[str]) -> bool:
    """True where a condition around this very read ends the program."""
    start = text.rfind("if", max(0, match.start() - 300), match.start())
    found = _TEST.match(text, start) if start >= 0 else None
    return found is not None and found.end() > match.end() and _ends_here(written, found, text)


_TEST = re.compile(r"\bif ?\(([^{}\n]{1,300}?)\)\s*(?=\{|throw\b|process\.exit|console\.\w+\()")
MOST_TESTS = 20


def _tests(held: str, later: str) -> Iterator[re.Match[str]]:
    return islice((found for found in _TEST.finditer(later) if held in found[1]), MOST_TESTS)


def _ends_here(written: str, found: re.Match[str], text: str) -> bool:
    """True for a test that asks whether there is nothing, alone or among others of the kind, and ends the program then."""
    absent = rf"\(*(?:!{re.escape(written)}|{re.escape(written)}(?:===?(?:undefined|null|['\"]{{2}}))|typeof{re.escape(written)}===?['\"]undefined['\"])\)*"
    if "&&" in found[1]:
        return False
    atoms = "".join(found[1].split()).split("||")
    if not any(re.fullmatch(absent, atom) for atom in atoms):
        return False
    return bool(_STOPS.search(_block(text, found.end())))


def _block(text: str, start: int) -> str:
    """The statement or the block that begins at a place."""
    if not text.startswith("{", start):
        end = line_end(text, start)
        return text[start : min(end, start + BLOCK_CHARACTERS)]
    depth = 0
    for at in range(start, min(len(text), start + BLOCK_CHARACTERS)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[start : at + 1]
    return ""
