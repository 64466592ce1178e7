"""A test or script in source code that sleeps for a fixed time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.interface import Sleep
from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

SHORTEST_SECONDS = 2.0
_TEST_PATH = re.compile(
    r"(^|/)(tests?|spec|e2e|integration[-_]tests?|__tests__)(/|_)|(^|/)test_[^/]*$|_test\.\w+$|\.(test|spec)\.\w+$"
)

RULE = Rule(
    id="WAI504",
    name="test-sleeps",
    category=Category.WAIT,
    summary="A test sleeps for two seconds or more instead of waiting for a condition.",
    why="Every run of the suite pays the whole guess, and the test still flakes when the guess is short (E25, E27).",
    remediation="Wait for the condition with a deadline, inject a clock, or use the framework's auto-waiting assertions.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    station=Station.TEST,
    evidence=("E25", "E26", "E27"),
    bad=(
        Bad(
            {
                "tests/test_server.py": "import time\n\ndef test_ready():\n    start()\n    time.sleep(5)\n    assert ready()\n"
            },
            at=("tests/test_server.py:5",),
        ),
        Bad(
            {
                "tests/test_job.py": "from time import sleep\n\ndef test_job():\n    submit()\n    sleep(3)\n    assert done()\n"
            },
            at=("tests/test_job.py:5",),
        ),
        Bad(
            {
                "tests/test_async.py": "import asyncio\n\nasync def test_async():\n    await asyncio.sleep(2.5)\n    assert done()\n"
            },
            at=("tests/test_async.py:4",),
        ),
    ),
    good=(
        Good(
            {
                "tests/test_cache.py": (
                    "import time\n\ndef test_cache():\n    put(max_age=2)\n    time.sleep(3)\n"
                    "    # max-age has expired\n    assert get() is None\n"
                )
            },
            because="the time that runs out is what is tested",
        ),
        Good({"tests/test_a.py": "import time\n\ndef test_a():\n    time.sleep(0.1)\n"}, because="a tenth of a second"),
        Good(
            {"tests/test_b.py": "import time\n\ndef test_b():\n    while not ready():\n        time.sleep(2)\n"},
            because="it paces a loop that checks",
        ),
        Good(
            {"src/limiter.py": "import time\n\ndef pace():\n    time.sleep(5)\n"},
            because="the product's own pacing is no test",
        ),
        Good(
            {"tests/test_c.py": "import time\n\ndef test_c(delay):\n    time.sleep(delay)\n"},
            because="how long is not written here",
        ),
    ),
)

_RUNS_OUT = re.compile(r"max-?age|\bexpir(?:e|es|ed|y|ation)\b|\bttl\b|inactivity", re.IGNORECASE)
_LINES_AROUND = 3


def check(sleep: Sleep, repository: Repository) -> Iterator[Hit]:
    """Flag literal sleeps in tests that stand in no checking loop."""
    if sleep.polling or sleep.seconds < SHORTEST_SECONDS or not _TEST_PATH.search(sleep.place.path):
        return
    if _lets_time_run_out(sleep, repository):
        return
    yield Hit(
        place=sleep.place,
        message=f"`{sleep.api}` waits {sleep.seconds:g} s on a guess; wait for the condition with a deadline",
        unit=sleep.unit,
        cost=Cost(seconds=min(sleep.seconds, 120.0), basis="measured", source="the written wait"),
    )


def _lets_time_run_out(sleep: Sleep, repository: Repository) -> bool:
    """True where the file's name or the lines around say that a lifetime must end: time itself is tested."""
    if _RUNS_OUT.search(sleep.place.path.rsplit("/", 1)[-1].replace("_", " ")):
        return True
    source = repository.read(sleep.place.path)
    if source is None:
        return False
    before = source.text[: sleep.place.span.start].splitlines()[-_LINES_AROUND - 1 :]
    after = source.text[sleep.place.span.end :].splitlines()[: _LINES_AROUND + 1]
    return bool(_RUNS_OUT.search("\n".join((*before, *after))))
