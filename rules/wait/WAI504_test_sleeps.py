"""A test, or a script behind the start of a program, that sleeps for a fixed time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.interface import Sleep
from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.lazily import lazily
from agentlint.rule.passing_time import has_no_condition

SHORTEST_SECONDS = 2.0
_TEST_PATH = lazily(
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
        Bad(
            {
                "examples/main.py": (
                    "import subprocess\nimport time\n\nserver = subprocess.Popen(['uv', 'run', 'server.py'])\ntime.sleep(3)\nask()\n"
                )
            },
            at=("examples/main.py:5",),
            title="a started server could be asked whether it is ready",
        ),
        Bad(
            {
                "tools/login.mjs": (
                    "import { spawn } from 'node:child_process';\n\nasync function run() {\n  spawn('app', []);\n  await shot('1.png');\n"
                    "  type('{ENTER}');\n  console.log('Clicked');\n  await sleep(3000);\n  await shot('2.png');\n}\n"
                )
            },
            at=("tools/login.mjs:8",),
            title="a script that drives another program",
        ),
        Bad(
            {
                "bench/run.py": (
                    "import subprocess\nimport time\n\ndef start(cmd):\n    proc = subprocess.Popen(\n        cmd,\n        cwd='x',\n"
                    "        env={},\n        text=True,\n    )\n\n    # Wait for server to be ready\n    time.sleep(2)\n    return proc\n"
                )
            },
            at=("bench/run.py:13",),
            title="the comment tells what it waits for",
        ),
        Bad(
            {
                "tests/test_redeploy.py": (
                    "import time\n\nclass TestRedeploy:\n    _SETTLE = 20\n\n    def test_x(self):\n        deploy()\n"
                    "        time.sleep(self._SETTLE)\n        assert up()\n"
                )
            },
            at=("tests/test_redeploy.py:8",),
            title="a constant of the class",
        ),
        Bad(
            {
                "tests/test_window.py": "from dogtail import utils\n\ndef test_window():\n    start()\n    utils.doDelay(3)\n    assert shown()\n"
            },
            at=("tests/test_window.py:5",),
            title="by the test tool's own method",
        ),
        Bad(
            {"test/runTests.ts": "async function go() {\n  await runTests({});\n}\n\nsetTimeout(() => go(), 10000);\n"},
            at=("test/runTests.ts:5",),
            title="a timer before the whole run",
        ),
        Bad(
            {
                "tests/conftest.py": (
                    "import time\n\ndef server():\n    for _ in range(120):\n        if ready():\n            time.sleep(15)\n"
                    "            break\n        time.sleep(1)\n"
                )
            },
            at=("tests/conftest.py:6",),
            title="a guess on top of the answer",
        ),
        Bad(
            {
                "test/dist.test.js": (
                    'import { setTimeout } from "node:timers/promises";\ntest("x", async (t) => {\n  await setTimeout(3000);\n'
                    "  t.is(await view(), 1);\n});\n"
                )
            },
            at=("test/dist.test.js:3",),
        ),
        Bad(
            {
                "tests/test_sync.py": "import time\n\ndef test_newer(path):\n    # a newer timestamp\n    time.sleep(2)\n    path.write_text('b')\n"
            },
            at=("tests/test_sync.py:5",),
            title="a time stamp can be set (os.utime)",
        ),
    ),
    good=(
        Good(
            {
                "src/test/java/SingleTest.java": (
                    "class SingleTest {\n    @Test\n    public void stops() {\n        Thread worker = new Thread(new Runnable() {\n"
                    "            @Override\n            public void run() {\n                try {\n                    Thread.sleep(5000);\n"
                    "                    observer.onSuccess(1);\n                } catch (InterruptedException e) {\n"
                    "                    interrupted.set(true);\n                }\n            }\n        });\n    }\n}\n"
                )
            },
            because="the sleep is the work that the test interrupts",
        ),
        Good(
            {
                "tests/LimitTests.cs": (
                    "class LimitTests\n{\n    [Test]\n    public void KeepsItsMessage()\n    {\n"
                    '        Assert.That(result.Message, Does.Contain("50ms"));\n\n        Thread.Sleep(2000);\n'
                    '        Assert.That(result.Message, Does.Contain("50ms"), "after 2 s");\n    }\n}\n'
                )
            },
            because="the same holds before and after: nothing may change meanwhile",
        ),
        Good(
            {
                "tests/test_cache.py": (
                    "import time\n\ndef test_cache():\n    put(max_age=2)\n    time.sleep(3)\n"
                    "    # max-age has expired\n    assert get() is None\n"
                )
            },
            because="the time that runs out is what is tested",
        ),
        Good(
            {
                "tests/test_client.py": (
                    "import asyncio\n\nasync def test_reading(client):\n    async def answer(request):\n        await asyncio.sleep(5)\n"
                    "        return None\n\n    await client(answer, limit=0.1)\n"
                )
            },
            because="it plays a partner that is slow",
        ),
        Good(
            {
                "tests/test_task.py": (
                    "import asyncio\n\nasync def test_task():\n    task = asyncio.create_task(asyncio.sleep(20))\n    task.cancel()\n"
                )
            },
            because="nobody waits for it",
        ),
        Good(
            {
                "tests/test_bell.py": "import time\n\ndef test_bell(bell):\n    time.sleep(3)\n    bell.assert_not_called()\n"
            },
            because="an absence has no condition to wait for",
        ),
        Good(
            {
                "tools/upload.py": (
                    "import subprocess\nimport time\n\ndef main(names):\n    for name in names:\n        subprocess.run(['upload', name])\n"
                    "        time.sleep(2)\n"
                )
            },
            because="it spaces out calls",
        ),
        Good(
            {"tests/test_limits.py": "import time\n\ndef test_time_limit_exceeded():\n    time.sleep(2)\n"},
            because="the test's name says that time is tested",
        ),
        Good(
            {"tests/store_load_test.py": "import time\n\ndef run():\n    time.sleep(3)\n"}, because="it measures a load"
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

_TRIED_ON = lazily(
    r"/(apps?|fixtures?|__fixtures__|testdata|test-data|_files|data|resources|samples|projects|assets)/", re.IGNORECASE
)
"""What tests work on is no test."""
_STARTED = lazily(r"\bPopen\(|\bexec\.Command\(|\bchild_process\b|\bspawn\(|\.Start\(\)")
_LINES_BEFORE = 4
_LINES_FAR = 14
_FOR_A_SERVER = lazily(
    r"(?:#|//).{0,40}\b(?:wait|give|allow|let|sleep)\b.{0,60}\b(?:ready|start|started|boot|come up|be up|settle|initiali[sz]\w*|listen\w*)\b",
    re.IGNORECASE,
)


def check(sleep: Sleep, repository: Repository) -> Iterator[Hit]:
    """Flag literal sleeps in tests that stand in no checking loop."""
    if (
        (sleep.polling and not _after_the_answer(sleep, repository))
        or sleep.seconds < SHORTEST_SECONDS
        or _TRIED_ON.search("/" + sleep.place.path)
    ):
        return
    if (
        not _TEST_PATH.search(sleep.place.path)
        and not sleep.api.endswith(
            ("waitForTimeout", "wait_for_timeout")
        )  # discouraged everywhere by Playwright itself
        and not _after_a_start(sleep, repository)
        and not _in_a_tool_that_drives(sleep, repository)
    ):
        return
    if has_no_condition(sleep, repository):
        return
    yield Hit(
        place=sleep.place,
        message=f"`{sleep.api}` waits {sleep.seconds:g} s on a guess; wait for the condition with a deadline",
        unit=sleep.unit,
        cost=Cost(seconds=min(sleep.seconds, 120.0), basis="measured", source="the written wait"),
    )


def _after_a_start(sleep: Sleep, repository: Repository) -> bool:
    """True where a program was started in the lines above: whether it is ready could be asked."""
    source = repository.read(sleep.place.path)
    if source is None:
        return False
    before = source.text[: sleep.place.span.start].split("\n")[-_LINES_FAR - 1 : -1]
    if any(_STARTED.search(line) for line in before[-_LINES_BEFORE:]):
        return True
    said = bool(before) and _FOR_A_SERVER.search(before[-1]) is not None
    return said and any(_STARTED.search(line) for line in before)


_TOOL = lazily(r"(?:^|/)(?:scripts?|tools?|\.?ci|\.github)/[^:]*\.(?:py|[cm]?[jt]s)$")
_DRIVES = lazily(
    r"\bchild_process\b|\bexeca\b|\bimport subprocess\b|\bfrom subprocess import\b|\bpyautogui\b|\bpywinauto\b"
)
_REPEATED = lazily(
    r"\s*(?:async\s+)?(?:for|while|do|except|\}?\s*catch|@retry)\b|.*\.(?:forEach|map)\(|.*\b(?:retr(?:y|ies)|attempts?)\b"
)


def _in_a_tool_that_drives(sleep: Sleep, repository: Repository) -> bool:
    """True in a script of the repository that starts other programs, outside of all loops and repeated tries: it waits for them."""
    source = repository.read(sleep.place.path) if _TOOL.search(sleep.place.path) and not sleep.polling else None
    if source is None or _DRIVES.search(source.text) is None:
        return False
    lines = source.text[: sleep.place.span.start].split("\n")
    depth = len(lines[-1]) - len(lines[-1].lstrip())
    for line in reversed(lines[:-1]):
        indent = len(line) - len(line.lstrip())
        if line.strip() and indent < depth:
            depth = indent
            if _REPEATED.match(line):
                return False
        if depth == 0:
            break
    return True


def _after_the_answer(sleep: Sleep, repository: Repository) -> bool:
    """True in a polling loop right before it is left: the answer has come, and the sleep adds a guess to it."""
    source = repository.read(sleep.place.path)
    following = source.text[sleep.place.span.end :].split("\n")[1:2] if source is not None else []
    return bool(following) and following[0].strip() in {"break", "break;"}
