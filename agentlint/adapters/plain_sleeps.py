"""Fixed sleeps in tests of languages without a grammar here, by how their lines are indented.

A sleep in a function or a block of tests holds the suite up. In any other block (`thread {`, `Task {`, `spawn(fn ->`) it is most
often the slow thing under test, and passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from agentlint.facts.interface import Sleep
from agentlint.files.lines import line_end, line_start
from agentlint.files.source import Place, Span

MAX_SLEEPS = 100
MAX_LINES = 200
"""Lines before a sleep that are looked through for what it stands in."""
_TESTS = re.compile(
    r"(?:^|[/_.-])(?:tests?|specs?|e2e|integration)(?:[/_.-]|$)|Tests?/|(?:Tests?|Specs?|IT)\.\w+$|/t/[^/]*\.t$"
)
_TIME_OF_ITS_OWN = re.compile(
    r"\b(?:runTest|runBlockingTest|TestCoroutine\w*|TestScope|TestScheduler|VirtualTime\w*|ManualTime|TestClock|TestContext|fakeAsync|FakeAsync)\b"
)
"""Clocks of tests, which pass a wait over: kotlinx-coroutines-test, fake_async, ZIO, Cats Effect."""
_ARGUMENT = r"\((?P<argument>[^()\n]{1,60}(?:\([^()\n]{1,40}\))?[^()\n]{0,30})\)"
_BARE = r"[ (](?P<argument>\d[\d_.]*)\)?[ \t]*(?=;|#|\n|$)"


def _r(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_JVM = ((_r(r"\bThread\.sleep" + _ARGUMENT), 0.001), (_r(r"\bSECONDS\.sleep" + _ARGUMENT), 1.0))
_NET = ((_r(r"\bThread\.Sleep" + _ARGUMENT), 0.001), (_r(r"\bAsync\.Sleep" + _ARGUMENT), 0.001))
_CALLS: dict[str, tuple[tuple[re.Pattern[str], float], ...]] = {
    "kotlin": (*_JVM, (_r(r"(?<![\w.])(?:kotlinx\.coroutines\.)?delay" + _ARGUMENT), 0.001)),
    "scala": _JVM,
    "groovy": (*_JVM, (_r(r"(?<![\w.])sleep" + _ARGUMENT), 0.001)),
    "swift": (
        (_r(r"\bThread\.sleep" + _ARGUMENT), 1.0), (_r(r"(?<![\w.])sleep" + _ARGUMENT), 1.0),
        (_r(r"(?<![\w.])usleep" + _ARGUMENT), 1e-6), (_r(r"\bTask\.sleep" + _ARGUMENT), 1e-9),
    ),
    "dart": ((_r(r"(?<![\w.])sleep" + _ARGUMENT), 0.0), (_r(r"(?<=\bawait )Future(?:<\w+>)?\.delayed" + _ARGUMENT), 0.0)),
    "elixir": ((_r(r"\bProcess\.sleep" + _ARGUMENT), 0.001), (_r(r":timer\.sleep" + _ARGUMENT), 0.001)),
    "perl": ((_r(r"(?<![\w>$:'@-])sleep" + _BARE), 1.0),),
    "r": ((_r(r"\bSys\.sleep" + _ARGUMENT), 1.0),),
    "julia": ((_r(r"(?<![\w.])sleep" + _ARGUMENT), 1.0),),
    "crystal": ((_r(r"(?<![\w.])sleep" + _BARE), 1.0), (_r(r"(?<![\w.])sleep (?P<argument>\d+\.seconds?)\b"), 1.0)),
    "nim": ((_r(r"(?<![\w.])(?:os\.)?sleep" + _ARGUMENT), 0.001),),
    "fsharp": _NET,
    "visual-basic": _NET,
}  # fmt: skip
"""What sleeps, and what its bare number counts in seconds; 0: a bare number is no duration."""

_LABEL = re.compile(r"^(?:forTimeInterval|nanoseconds|for|timeMillis|millis|timeout)\s*[:=]\s*|^const\s+(?=Duration)")
_NUMBER = re.compile(r"(\d[\d_]*(?:\.\d+)?)[LlfFuU]{0,2}(?:\s?\*\s?(\d[\d_]*)[Ll]?)?$")
_UNITS = {"nano": 1e-9, "micro": 1e-6, "milli": 0.001, "second": 1.0, "minute": 60.0}
_WITH_UNIT = re.compile(
    r"(?:Duration\.of|Duration\(|TimeSpan\.From|:timer\.|\.)?(nano|micro|milli|second|minute)(?:s(?:econds)?)?[(:]\s?(\d[\d_.]*)\)?\)?$",
    re.IGNORECASE,
)
_UNIT_BEHIND = re.compile(
    r"(\d[\d_]*)\.?(nano|micro|milli|second|minute)(?:s(?:econds)?)?(?:\.\w+(?:\(\))?)?$", re.IGNORECASE
)

_LOOP = re.compile(r"\}?\s*(?:while|until|for|foreach|repeat|loop|do)\b(?!.*\bfun\b)|.*\.(?:forEach|foreach|each|times)\b|.*\b(?:eventually|retry\w*|await(?:ility)?\w*|poll\w*|waitUntil)\b[^;]*[{(]\s*$", re.IGNORECASE)  # fmt: skip
_BODY = re.compile(
    r"(?:[\w@<>\[\],?]+\s+)*(?:fun|func|def|defp|defmacro|sub|proc|function|member|let|Sub|Function)\s"
    r"|(?:@\w+\s+)?(?:[\w<>?]+\s+)?\w+\([^)]*\)\s*(?:async\*?\s*)?\{$|\w+ ?(?:<-|=) ?function\("
)
_BLOCK_OF_TESTS = re.compile(
    r"(?:@?(?:test|testset|it|should|feature|scenario|describe|context|group|testWidgets|test_that|subtest|setup|setup_all|setUp|setUpAll|tearDown|before\w*|after\w*|given|when|then|expect|runBlocking)\b)"
    r"|.*=\s*runBlocking\b|[\"'].*[\"']\s*(?:-|in|should|must|ignore|!|>>)|(?:property|check)\b"
)
_CHOICE = re.compile(
    r"\}?\s*(?:if|else|elsif|elseif|unless|try|catch|rescue|finally|after|ensure|case|match|switch|cond|with|use|using|do|guard|rescue)\b"
)
_OPENS = re.compile(r"(?:\{|\bdo|->|=>|\bin)\s*(?:\|[^|]*\|)?(?:\w+\s+in)?\s*$")
_HOLDER = re.compile(
    r"(?:[\w@]+\s+)*(?:class|object|interface|struct|extension|enum|module|defmodule|namespace|package|suite|companion)\b"
)


def sleeps_in_tests(text: str, path: str, kind: str, unit: str) -> Iterator[Sleep]:
    """The sleeps of a written length that hold a suite up."""
    patterns = _CALLS.get(kind, ())
    if not patterns or not _TESTS.search(path) or _TIME_OF_ITS_OWN.search(text):
        return
    for pattern, bare in patterns:
        for match in islice(pattern.finditer(text), MAX_SLEEPS):
            seconds = _seconds(match["argument"], bare)
            polling = _polls(text, match.start()) if seconds >= 1 else None
            if polling is not None:
                span = Span(match.start(), match.end())
                api = match[0][: match.start("argument") - match.start()].rstrip(" (")
                yield Sleep(seconds, api, kind, Place(path, span), unit, polling, test_code=True)


def _seconds(argument: str, bare: float) -> float:
    """How long an argument is; 0 for what is worked out elsewhere."""
    text = _LABEL.sub("", argument.strip())
    if (number := _NUMBER.match(text)) is not None:
        return _value(number[1]) * _value(number[2] or "1") * bare
    if (named := _WITH_UNIT.match(text)) is not None:
        return _value(named[2]) * _UNITS[named[1].lower()]
    if (behind := _UNIT_BEHIND.match(text)) is not None:
        return _value(behind[1]) * _UNITS[behind[2].lower()]
    return 0.0


def _value(digits: str) -> float:
    try:
        return float(digits.replace("_", ""))
    except ValueError:
        return 0.0


def _polls(text: str, at: int) -> bool | None:
    """Whether a loop paces itself by it; None where it stands in a comment or in a block of which nobody knows who waits for it."""
    start = line_start(text, at)
    own = text[start : line_end(text, at)]
    before = text[start:at]
    if (
        before.lstrip().startswith(("//", "#", "*", "--", "'"))
        or before.count('"') % 2
        or _OPENS.search(before)
        or "fn ->" in before
    ):
        return None
    if "{" in before and "}" not in before and not _BODY.match(before.strip()):
        return None  # `thread { Thread.sleep(5000) }`
    depth = _depth(own)
    for _ in range(MAX_LINES):
        if start == 0 or depth == 0:
            return False
        end, start = start - 1, line_start(text, start - 1)
        line = text[start:end]
        bare = line.strip()
        if not bare or _depth(line) >= depth or bare.startswith(("//", "*", "/*", ")", "]")):
            continue
        depth = _depth(line)
        if _LOOP.match(bare):
            return True
        if _HOLDER.match(bare) or _BODY.match(bare) or _BLOCK_OF_TESTS.match(bare):
            return False
        if _OPENS.search(bare) and not _CHOICE.match(bare):
            return None
    return None


def _depth(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
