"""Telling a question from plain input: a program that reads its data from standard input asks nobody anything."""

from __future__ import annotations

import re

from agentlint.adapters.code.calls import Call, function_around
from agentlint.adapters.code.source import Source
from agentlint.facts.interface import AskKind

_PRINTED = re.compile(
    r"(?:[pP]rint(?:f|ln|_r)?!?|\becho|\bputs|\bsay|[wW]rite(?:Line|ln)?!?|\bfwrite|\.log|print_message|<<|\bputStr(?:Ln)?|\bcat(?=\()|addLogEntry)(?!\w)[^\"'`\n;]{0,80}"
    r"(?:\"((?:[^\"\\\n]|\\.){1,300})\"|'((?:[^'\\\n]|\\.){1,300})'|`([^`]{1,300})`)"
)
_QUESTION = re.compile(
    r"[?:>\])]\s{0,3}(?:\x1b\S*)?$|\by(?:es)?\s?/\s?n(?:o)?\b|^\W{0,4}(?:please\s+)?(?:enter|type|press|hit|choose|select|input|provide)\b"
    r"|\b(?:press|hit)\b.{0,40}\b(?:enter|return|any key|key to continue)\b",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\[nrt]|\\(?:033|e|x1b)\[[\d;]*m|%[a-z]$", re.IGNORECASE)
_JOINED = re.compile(
    r"\s{0,40}(?:\+|\.(?!\w)|<<|&|\|\||,|<>|\.\.)[^;\"'\n]{1,120}\n?[^;\"'\n]{0,120}(?:\"((?:[^\"\\\n]|\\.){1,200})\"|'((?:[^'\\\n]|\\.){1,200})')"
)
"""What is printed goes on: a value, and then more words (`"Drop " + name + "? "`)."""
REACH = 700
"""Characters before a read in which its question stands."""


def question_before(source: Source, call: Call) -> str:
    """The text printed last before a read of standard input, if it is a question; "" if none is."""
    function, _ = function_around(call.above)
    start = max(function.start_byte if function is not None else 0, call.span.start - REACH)
    return last_question(source.text[start : call.span.start])


def last_question(before: str) -> str:
    """The text printed last in a piece of source, if it is a question."""
    printed = list(_PRINTED.finditer(before))
    if not printed:
        return ""
    match = printed[-1]
    text = _ESCAPE.sub("", match[1] or match[2] or match[3]).strip()
    if not _QUESTION.search(text) and (more := _JOINED.match(before, match.end())) is not None:
        text = f"{text} {_ESCAPE.sub('', more[1] or more[2]).strip()}"
    return text if _QUESTION.search(text) else ""


def kind_of_question(text: str) -> AskKind:
    """What a question asks for, by its words."""
    if re.search(r"password|passphrase|\bsecret\b", text, re.IGNORECASE):
        return AskKind.SECRET
    if re.search(r"\by(?:es)?\s?/\s?n(?:o)?\b|are you sure|proceed\?|continue\?", text, re.IGNORECASE):
        return AskKind.CONFIRM
    if re.search(r"press\b|hit (?:enter|return|any)", text, re.IGNORECASE):
        return AskKind.KEY
    return AskKind.LINE
