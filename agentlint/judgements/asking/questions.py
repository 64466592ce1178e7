"""Questions in source code: which of them nobody but a person can answer, and how to say so."""

from __future__ import annotations

import re

from agentlint.facts.interface import Ask, AskKind
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.asking.asking import HANGS
from agentlint.judgements.running.scope import is_example
from agentlint.rule.model import Confidence, Hit

_BENCHMARK = lazily(r"(?:^|/)(?:benchmarks?|perf|performance)/[^/]+$", re.IGNORECASE)
"""Programs that are run by hand or by a machine, and tested by nobody."""
_WAITS_FOR = {
    AskKind.LINE: "waits for a line",
    AskKind.SECRET: "waits for a secret to be typed",
    AskKind.CONFIRM: "waits for a yes or no",
    AskKind.MENU: "waits for a choice",
    AskKind.KEY: "waits for a key",
    AskKind.EDITOR: "opens an editor and waits",
}
_ADVICE = {
    AskKind.LINE: "take the value from an option or a variable, and ask only if it is missing",
    AskKind.SECRET: "take the secret from a variable or a file, and ask only if it is missing",
    AskKind.CONFIRM: "add a --yes option that answers",
    AskKind.MENU: "take the choice from an option, and ask only if it is missing",
    AskKind.KEY: "leave the pause out where standard input is no terminal",
    AskKind.EDITOR: "take the text from an option or a file",
}


def is_unanswerable(ask: Ask) -> bool:
    """True for a question that no option, variable or guard answers, outside of tests and documentation."""
    if ask.kind is AskKind.DEBUGGER or ask.answerable:
        return False
    return not ask.test_code or is_example(ask.place.path) or _BENCHMARK.search(ask.place.path) is not None


def question_hit(ask: Ask, repository: Repository) -> Hit:
    """The finding for such a question."""
    return Hit(
        place=ask.place,
        message=f"`{ask.api}` {_WAITS_FOR[ask.kind]} and nothing else can answer; {_ADVICE[ask.kind]}",
        unit=ask.unit,
        cost=HANGS,
        confidence=Confidence.HIGH if ask.entry else Confidence.MEDIUM,
    )
