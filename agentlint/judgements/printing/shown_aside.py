"""What a printed table is for where it is no answer of its command: a person agrees to it or chooses from it, or a file takes it."""

from __future__ import annotations

import posixpath
import re

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Span
from agentlint.judgements.printing.data_forms import has_form_of_its_own, program_text
from agentlint.judgements.printing.layouts import Layout, dialect_of
from agentlint.judgements.printing.program_texts import heads_above

_ASKS = lazily(
    r"(?:->|\.|\b)(?:ask(?:_\w+|Question)?|choice|[cC]onfirm\w*|prompt\w*|select|anticipate|readline|input|ReadLine|survey\.AskOne)[!?]?\s*[(\"']"
)
_BEHIND = 4
"""Lines behind a table in which a question about it stands."""
_BEHIND_CALL = 9
"""Lines behind the call of a function that only shows the table: the question is put together first."""


def chosen_from(text: str, span: Span) -> bool:
    """True for a table that a person is shown to choose from, or to agree to."""
    return _asked_within(text, span.end, _BEHIND)


def previewed(text: str, function: str) -> bool:
    """True for a function whose every call in its file is followed by a question: what it shows is what the question is about."""
    if not function:
        return False
    called = [
        found.end()
        for found in re.finditer(rf"\b{re.escape(function)}\(", text)
        if not _DEFINES.search(text[max(0, found.start() - _HEAD) : found.start()])
    ]
    return bool(called) and all(_asked_within(text, end, _BEHIND_CALL) for end in called)


_DEFINES = lazily(r"\b(?:func|def|function|fn|fun|sub)\s+(?:\([^()\n]*\) )?$")
_HEAD = 80


def _asked_within(text: str, end: int, lines: int) -> bool:
    return any(_ASKS.search(line) for line in text[end:].split("\n", lines)[:lines])


_FUNCTION = {"go": "\nfunc ", "py": "\ndef "}
_OPENED = {
    "go": lazily(r"\b(\w+)(?:, \w+)? :?= os\.(?:Create|OpenFile)\("),
    "py": lazily(r"\bopen\([^\n]*[\"'][wax]t?[\"'][^\n]*\) as (\w+):"),
}
_ON_TOP = r"\b(\w+) :?= [\w.]*(?:New(?:Writer|Table)|Console)\((?:[^()\n]*file=)?(?:{})\b"


def kept_in_a_file(text: str, span: Span, dialect: str) -> bool:
    """True where what draws or prints has been opened on a file by the same function: what a document is made of."""
    opened = _OPENED.get(dialect)
    if opened is None or not opened.search(text):
        return False
    above = text[max(0, text.rfind(_FUNCTION[dialect], 0, span.start)) : span.start]
    names = set(opened.findall(above))
    if not names:
        return False
    names.update(found[1] for found in re.finditer(_ON_TOP.format("|".join(names)), above))
    written = "|".join(names)
    return bool(
        re.search(
            rf"\bFprint\w*\((?:{written}),|^(?:{written})\.\w+\(|file=(?:{written})\b", text[span.start : span.end]
        )
    )


_INIT_SCRIPT = lazily(r"^(?:function )?(start|stop)\s*\(\)", re.MULTILINE)


def answers_by_status(layout: Layout, text: str, dialect: str) -> bool:
    """True for `status` of a script that starts and stops a service: its exit status is the answer, as its standard has it."""
    if dialect != "sh" or not layout.function.endswith("status") or layout.function.startswith(("show", "print")):
        return False
    return set(_INIT_SCRIPT.findall(text)) == {"start", "stop"}


_KEY_VALUE = lazily(r"""[\"'`][\w.-]+=(?:[{$%#]|[\"'])""")


def tells_key_values(layout: Layout, text: str) -> bool:
    """True for lines of `key=value` and nothing else, which programs read as easily."""
    if layout.listed:
        return _is_heading_of_pairs(layout, text)
    if layout.padded:
        return False
    lines = [line for line in text[layout.span.start : layout.span.end].split("\n") if ":" in line or "=" in line]
    return len(lines) > 1 and all(_KEY_VALUE.search(line) for line in lines)


_REMARK = lazily(r"""^[ \t]*(?:echo|printf)(?:[ \t]+["']#[^\n]*)?[ \t]*$""")
_PAIR_TOLD = lazily(r"""\b(?:echo|printf)[ \t]+["']?(?:[A-Za-z_][\w.-]*|%s)=""")
_FEW_PAIRS = 3


def _is_heading_of_pairs(layout: Layout, text: str) -> bool:
    """True for headings a parser skips (`### CI`) in a script whose results are lines of `key=value`."""
    lines = text[layout.span.start : layout.span.end].split("\n")
    return all(not line.strip() or _REMARK.match(line) for line in lines) and (
        sum(1 for _ in _PAIR_TOLD.finditer(text)) >= _FEW_PAIRS
    )


_SAME_CHOICE = 2_000
"""Characters around a call in which the other forms of the same result stand."""


def is_one_of_forms(path: str, function: str, dialect: str, repository: Repository) -> bool:
    """True where a file beside this one calls the function as one of several forms that it has."""
    if not function or dialect != "go":
        return False  # what a file of a Go package declares is known to the files beside it
    called = re.compile(rf"(?<!func )\b{re.escape(function)}\(")
    for other in repository.paths_by_folder.get(posixpath.dirname(path), ()):
        text = program_text(other, repository) if other != path and dialect_of(other, "") == dialect else ""
        found = called.search(text) if function in text else None
        if found and has_form_of_its_own(text[max(0, found.start() - _SAME_CHOICE) : found.end() + _SAME_CHOICE]):
            return True
    return False


def is_no_answer(layout: Layout, path: str, text: str, dialect: str, repository: Repository) -> bool:
    """True for a block that serves something else than the reader's question, or whose answer comes in a form for programs as well."""
    return (
        chosen_from(text, layout.span)
        or previewed(text, layout.function)
        or kept_in_a_file(text, layout.span, dialect)
        or answers_by_status(layout, text, dialect)
        or tells_key_values(layout, text)
        or is_one_of_forms(path, layout.function, dialect, repository)
        or _is_chosen(text, layout.span)
    )


_FORM_FOR_EYES = lazily(
    r"\b\w*(?:format|output|style|stream\w*|mode)\b[^\n]*(?:::|\.|[\"'])(?:simple|table|text|human|pretty|console)\b",
    re.IGNORECASE,
)


def _is_chosen(text: str, span: Span) -> bool:
    """True under the condition that the caller has asked for the form for eyes, of several (`if format == Format::Table`)."""
    return any(_FORM_FOR_EYES.search(head) for head in heads_above(text, span.start, _HEADS))


_HEADS = 60
