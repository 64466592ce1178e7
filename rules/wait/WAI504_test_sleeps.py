"""A test, or a script behind the start of a program, that sleeps for a fixed time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.interface import Sleep
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.waiting.passing_time import has_no_condition
from agentlint.judgements.waiting.settling import after_a_start, in_a_tool_that_drives
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

SHORTEST_SECONDS = 2.0
_TEST_PATH = lazily(
    r"(^|/)(tests?|spec|e2e|integration[-_]tests?|__tests__)(/|_)|(^|/)test_[^/]*$|_test\.\w+$|\.(test|spec)\.\w+$"
    r"|(^|/)(?:[\w.-]*[.-])?(?:Tests?|Specs?|(?:[A-Z]\w*|[a-z]\w*)(?:Tests?|Specs?))/"
    r"|[a-z\d](?:Tests?|TestCase|Specs?|IT)\.(?:java|kt|groovy|scala|cs|fs|vb|php|swift)$"
)
"""Folders and files of tests as each language names them: `tests/`, `App.Tests/`, `integrationTest/`, `UploadTests.cs`, `UploadIT.java`."""

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
                "e2e/start.test.ts": (
                    "test('starts', async () => {\n  start();\n  // give it more than enough\n  await new Promise((r) => setTimeout(r, 5_000));\n  check();\n});\n"
                )
            },
            at=("e2e/start.test.ts:4",),
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
        Bad(
            {
                "services/store.go": (
                    "package services\n\nconst (\n\tinitWait = 10\n\tother    = 3\n)\n\nfunc Add(h *Host) error {\n"
                    "\tif err := docker.RunContainer(h.Client, h.Image); err != nil {\n\t\treturn err\n\t}\n"
                    "\ttime.Sleep(initWait * time.Second)\n\treturn healthy(h)\n}\n"
                )
            },
            at=("services/store.go:12",),
            title="a program's own guess behind a container that it starts, by a constant",
        ),
        Bad(
            {
                "node/clean.go": (
                    'package node\n\nfunc Clean(h *Host) {\n\tlog.Infof("waiting 1 minute before removing %s", h)\n'
                    "\ttime.Sleep(1 * time.Minute)\n\tremove(h)\n}\n"
                ),
                "app/store_test.go": (
                    "package app\n\nfunc TestX(t *testing.T) {\n\tstart()\n\t<-time.After(3 * time.Second)\n\tcheck(t)\n}\n"
                ),
            },
            at=("app/store_test.go:5", "node/clean.go:5"),
            title="a message that tells of a fixed wait, and a timer waited for by itself",
        ),
        Bad(
            {
                "src/test/java/StoreTest.java": (
                    "class StoreTest {\n    private static final int SETTLE_MS = 5000;\n    @Test\n    public void reads() {\n"
                    "        store.open();\n        Thread.sleep(SETTLE_MS);\n        assertTrue(store.isOpen());\n"
                    "        TimeUnit.MINUTES.sleep(1);\n        Thread.sleep(Duration.ofSeconds(3));\n    }\n}\n"
                ),
                "tests/StoreTests.cs": (
                    "class StoreTests\n{\n    [Fact]\n    public async Task Reads()\n    {\n        store.Open();\n"
                    "        await Task.Delay(TimeSpan.FromMilliseconds(5000)).ConfigureAwait(false);\n        Assert.True(store.IsOpen);\n"
                    "        Task.Delay(3 * 1000).Wait();\n    }\n}\n"
                ),
                "tests/store.rs": (
                    "const SETTLE: Duration = Duration::from_millis(5_000);\n\n#[test]\nfn reads() {\n    open();\n"
                    "    thread::sleep(SETTLE);\n    assert!(is_open());\n}\n"
                ),
                "spec/store_spec.rb": "SETTLE = 5\ndescribe Store do\n  it 'reads' do\n    open\n    sleep SETTLE\n    check\n  end\nend\n",
                "tests/StoreTest.php": (
                    "<?php\nclass StoreTest {\n    public function testReads() {\n        $this->open();\n        usleep(5_000_000);\n"
                    "        $this->check();\n    }\n}\n"
                ),
            },
            at=(
                "spec/store_spec.rb:5",
                "src/test/java/StoreTest.java:6",
                "src/test/java/StoreTest.java:8",
                "src/test/java/StoreTest.java:9",
                "tests/StoreTest.php:5",
                "tests/StoreTests.cs:7",
                "tests/StoreTests.cs:9",
                "tests/store.rs:6",
            ),
            title="constants and units of other languages",
        ),
        Bad(
            {
                "src/App.Tests/Upload.cs": (
                    "public class Upload\n{\n    [Fact]\n    public async Task Uploads()\n    {\n        Start();\n"
                    "        await Task.Delay(TimeSpan.FromSeconds(5));\n        Assert.True(Done);\n    }\n}\n"
                ),
                "core/UploadIT.java": "class UploadIT {\n  @Test\n  void uploads() throws Exception {\n    start();\n    Thread.sleep(5000);\n    check();\n  }\n}\n",
            },
            at=("core/UploadIT.java:5", "src/App.Tests/Upload.cs:7"),
            title="a project of tests by its last word, and a class of tests by its name",
        ),
        Bad(
            {
                "src/Publish.cs": (
                    "class Publish\n{\n    async Task Send()\n    {\n        await Upload();\n        // Give the host some time to come up\n"
                    "        await Task.Delay(5000);\n        await Sync();\n    }\n}\n"
                )
            },
            at=("src/Publish.cs:7",),
            title="the comment tells whom it gives the time, who could be asked",
        ),
    ),
    good=(
        Good(
            {
                "services/store.go": (
                    "package services\n\nconst pace = 10\n\nfunc Watch(h *Host) {\n\tstartServer(h)\n\tgo func() {\n"
                    "\t\ttime.Sleep(pace * time.Second)\n\t\tstop(h)\n\t}()\n\tfor !ready(h) {\n\t\ttime.Sleep(pace * time.Second)\n\t}\n"
                    "\tselect {\n\tcase <-done:\n\tcase <-time.After(5 * time.Second):\n\t}\n}\n\n"
                    "func pause() {\n\ttime.Sleep(5 * time.Second)\n}\n"
                )
            },
            because="a goroutine holds nothing up, a loop asks, in a select the timer is a limit, and a program has its own pace",
        ),
        Good(
            {
                "e2e/setup.ts": (
                    "async function ready(url) {\n  const deadline = Date.now() + 60_000;\n  while (Date.now() < deadline) {\n"
                    "    if ((await fetch(url)).ok) return;\n    await new Promise((r) => setTimeout(r, 5_000));\n  }\n}\n"
                ),
                "tests/test_steal.py": (
                    "import time\n\ndef test_steal(b):\n    # Wait past this group's 5s lock duration so b can steal.\n    time.sleep(5.5)\n"
                    "    assert b.poll()\n"
                ),
            },
            because="a promise paces a loop that asks, and the time that is set runs out",
        ),
        Good(
            {
                "tests/store_test.go": "package tests\n\nvar wait = 3 * time.Second\n\nfunc TestX(t *testing.T) {\n\ttime.Sleep(wait)\n}\n"
            },
            because="a variable may be set elsewhere",
        ),
        Good(
            {
                "tests/watch.cjs": (
                    "const NO_RERUN_GRACE_MS = 2000;\nasync function same() {\n  await sleep(NO_RERUN_GRACE_MS);\n  expect(runs).to.equal(1);\n}\n"
                )
            },
            because="it gives something that must not come the time to come",
        ),
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
        Good(
            {
                "src/App.Latest/Upload.cs": "class Upload\n{\n    void Pace()\n    {\n        Thread.Sleep(5000);\n        Next();\n    }\n}\n"
            },
            because="a name that only ends in the same letters",
        ),
        Good(
            {
                "src/Publish.cs": (
                    "class Publish\n{\n    async Task Send()\n    {\n        // wait 5 seconds before the next attempt to start\n"
                    "        await Task.Delay(5000);\n        // give the user time to finish reading\n        await Task.Delay(3000);\n    }\n}\n"
                )
            },
            because="between attempts, and for somebody who reads",
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
    r"/(?:fixtures?|__fixtures__|testdata|test-data|_files|sbt-test)/"
    r"|/(?:tests?|specs?|e2e|[\w-]*tests?|__tests__)/(?:.*/)?(?:apps?|data|resources|samples|projects|assets)/",
    re.IGNORECASE,
)
"""What tests work on is no test."""


def check(sleep: Sleep, repository: Repository) -> Iterator[Hit]:
    """Flag literal sleeps in tests that stand in no checking loop."""
    if (
        (sleep.polling and not _after_the_answer(sleep, repository))
        or sleep.seconds < SHORTEST_SECONDS
        or _TRIED_ON.search("/" + sleep.place.path)
    ):
        return
    if (
        not (_TEST_PATH.search(sleep.place.path) and (sleep.test_code or sleep.language != "go"))
        and not sleep.api.endswith(
            ("waitForTimeout", "wait_for_timeout")
        )  # discouraged everywhere by Playwright itself
        and not after_a_start(sleep, repository)
        and not in_a_tool_that_drives(sleep, repository)
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


def _after_the_answer(sleep: Sleep, repository: Repository) -> bool:
    """True in a polling loop right before it is left: the answer has come, and the sleep adds a guess to it."""
    source = repository.read(sleep.place.path)
    following = source.text[sleep.place.span.end :].split("\n")[1:2] if source is not None else []
    return bool(following) and following[0].strip() in {"break", "break;"}
