"""How long a wait in source code is: numbers, durations, units and constants of the same file, whatever the language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentlint.documents.code import CodeTree

if TYPE_CHECKING:
    from tree_sitter import Node

_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?(?:e\d)?")
_NOT_PART = re.compile(r"(?<=\d)_(?=\d)|(?<=\d)_?(?:[LlfFdD]|[ui](?:32|64)|f64|usize)\b")
"""Grouping and the letters of a number's type: 5_000, 30L, 5u64, 2.5f."""
_UNITS = {"nano": 1e-9, "micro": 1e-6, "milli": 0.001, "sec": 1.0, "min": 60.0, "hour": 3600.0, "day": 86400.0}
_GO_UNIT = re.compile(r"time\.(Second|Minute|Hour|Millisecond|Microsecond|Nanosecond)")
_MADE = re.compile(
    r"(?:std::time::|core::time::|time::|java\.time\.|kotlin\.time\.|System\.|tokio::time::)?"
    r"(?:Duration(?:::from_|\.of|\.from)|TimeSpan\.From|TimeUnit\.)(?P<unit>[A-Za-z]+?)s?(?:_f(?:32|64))?(?:\.toMillis)?"
    r"\((?P<value>[^()]{1,60})\)"
)
"""Duration::from_secs(5), Duration.ofSeconds(5), TimeSpan.FromSeconds(5), TimeUnit.SECONDS.toMillis(5)."""
_METHOD = re.compile(
    r"(?P<value>[\w.]{1,40}?)\.(?P<unit>second|minute|hour|milli(?:second)?)s?(?:\(\))?", re.IGNORECASE
)
"""2.minutes, 5.Seconds()."""
_WHOLE_SPAN = re.compile(r"newTimeSpan\((\d{1,4}),(\d{1,4}),(\d{1,4})\)")
_NEW = re.compile(r"(?:std::time::)?Duration::new\((?P<value>[\w:]{1,60}),0\)")
_GO_DURATION = re.compile(r"time\.Duration\(([^()]{1,60})\)")
_NAME = re.compile(r"(?:(?:self|static|this|[A-Z]\w{0,60})(?:::|\.))?\$?([A-Za-z_]\w{1,60})")
_FIXED = re.compile(r"\b(?:const|final|readonly|static)\b")
_LONGEST_CHAIN = 3
"""Constants followed from one to the next."""


def seconds_of(tree: CodeTree, node: Node, unit: float) -> float | None:
    """The seconds of a wait's argument, a bare number counting `unit`; None where the file does not tell."""
    return _seconds(tree, tree.compact(node), unit, _LONGEST_CHAIN)


def _seconds(tree: CodeTree, text: str, unit: float, chain: int) -> float | None:
    value = _valued(tree, text, chain)
    return None if value is None else value[0] * (1.0 if value[1] else unit)


def _valued(tree: CodeTree, text: str, chain: int) -> tuple[float, bool] | None:
    """The product of the factors, and whether it is in seconds by itself."""
    total, absolute = 1.0, False
    for factor in _factors(_NOT_PART.sub("", text)):
        value = _factor(tree, factor, chain)
        if value is None:
            return None
        total *= value[0]
        absolute = absolute or value[1]
    return total, absolute


def _factors(text: str) -> list[str]:
    """The parts between the `*` outside of all brackets."""
    if "*" not in text:
        return [text]
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == "*" and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _factor(tree: CodeTree, text: str, chain: int) -> tuple[float, bool] | None:
    if _NUMBER.fullmatch(text):
        return float(text), False
    if text.startswith("(") and text.endswith(")"):
        return _valued(tree, text[1:-1], chain)
    found = _GO_UNIT.fullmatch(text)
    if found:
        return _unit(found[1]), True
    found = _GO_DURATION.fullmatch(text)
    if found:
        return _valued(tree, found[1], chain)
    found = _WHOLE_SPAN.fullmatch(text)
    if found:
        return int(found[1]) * 3600.0 + int(found[2]) * 60.0 + int(found[3]), True
    found = _NEW.fullmatch(text)
    if found:
        value = _valued(tree, found["value"], chain)
        return (value[0], True) if value is not None else None
    found = _MADE.fullmatch(text) or _METHOD.fullmatch(text)
    if found:
        value, unit = _valued(tree, found["value"], chain), _unit(found["unit"])
        return (value[0] * unit, True) if value is not None and unit else None
    found = _NAME.fullmatch(text)
    return _constant(tree, found[1], chain) if found and chain else None


def _unit(name: str) -> float:
    """The seconds of a unit, by how its name begins."""
    return next((seconds for start, seconds in _UNITS.items() if name.lower().startswith(start)), 0.0)


def _constant(tree: CodeTree, name: str, chain: int) -> tuple[float, bool] | None:
    """What a constant holds, where the file declares it once and nothing else is called so."""
    known = tree.memory.setdefault("constants of durations", {})
    if name not in known:
        known[name] = None
        declared = re.compile(
            rf"^(?P<before>[^\n=(]{{0,90}})\b{name}\b(?:[ ]*:[ ]*[\w:<>. ]{{1,60}}|[ ]+[\w.]{{1,40}})?[ ]*=(?![=>])[ ]*(?P<value>[^\n;]{{1,80}})",
            re.MULTILINE,
        )
        found = list(declared.finditer(tree.text))
        if len(found) == 1 and not re.search(rf"\b{name}[ ]*(?:[-+*/]=|:=|\+\+)", tree.text):
            if _is_fixed(tree.text, found[0], name):
                value = re.sub(r"\s*(?://|#|/\*).*", "", found[0]["value"]).rstrip(" ,")
                known[name] = _valued(tree, "".join(value.split()), chain - 1)
    answer: tuple[float, bool] | None = known[name]
    return answer


def _is_fixed(text: str, found: re.Match[str], name: str) -> bool:
    """True for a declaration that says so, a name in capitals, and a line of Go's `const (...)`."""
    if _FIXED.search(found["before"]) or (name.isupper() and len(name) > 2):
        return True
    opened = text.rfind("\nconst (", 0, found.start())
    return opened >= 0 and not found["before"].strip() and "\n)" not in text[opened : found.start()]
