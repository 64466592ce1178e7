"""Logins, sleeps, commands, needed variables, programs that print tables, and settings of test runners."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlint.facts.command import Input
from tests.languages.reading import read

_OPEN = 'import open from "open";\n'
_BROWSER = 'package auth\n\nimport "github.com/pkg/browser"\n\n'

LOGINS = [
    ("src/cli.js", _OPEN + "async function login() { await open(url); }\n", [""]),
    (
        "src/cli.js",
        _OPEN + 'async function login() { if (opts["--token"]) return; await open(authUrl); }\n',
        ["--token"],
    ),
    ("src/dev.js", _OPEN + "async function serve() { await open(`http://localhost:${port}`); }\n", []),
    ("cmd/login.go", _BROWSER + "func login() {\n\tbrowser.OpenURL(u)\n}\n", [""]),
    ("cmd/docs.go", _BROWSER + "func docs() {\n\tbrowser.OpenURL(u)\n}\n", []),
    ("lib/a.rb", "def login\n  Launchy.open(oauth_url)\nend\n", [""]),
    ("src/auth.rs", "fn login() { open::that(url); }\n", [""]),
    ("src/A.cs", "class A { void F() { var c = new InteractiveBrowserCredential(); } }\n", [""]),
]

SLEEPS = [
    ("test/a.test.js", "it('x', async () => { await new Promise(r => setTimeout(r, 5000)); });\n", [(5.0, False)]),
    ("test/a.test.js", "it('x', async () => { await sleep(3_000); });\n", [(3.0, False)]),
    ("test/a.test.js", "it('x', async () => { while (!ok()) { await sleep(2000); } });\n", [(2.0, True)]),
    ("e2e/a.spec.ts", "test('x', async ({ page }) => { await page.waitForTimeout(5000); });\n", [(5.0, False)]),
    ("cypress/e2e/a.cy.js", "it('x', () => { cy.wait(3000); cy.wait('@call'); });\n", [(3.0, False)]),
    ("test/a.test.js", "it('x', async () => { await Promise.race([work(), sleep(5000)]); });\n", []),
    ("test/a.test.js", "vi.useFakeTimers();\nit('x', async () => { await sleep(5000); });\n", []),
    ("test/a.test.js", "server.get('/', async () => { await sleep(5000); });\n", []),
    ("test/a.test.js", "it('x', (done) => { setTimeout(done, 5000); });\n", []),
    ("src/a.js", "async function pace() { await sleep(5000); }\n", []),
    ("a_test.go", "package a\n\nfunc TestA(t *testing.T) {\n\ttime.Sleep(5 * time.Second)\n}\n", [(5.0, False)]),
    ("a_test.go", "package a\n\nfunc TestA(t *testing.T) {\n\tgo func() {\n\t\ttime.Sleep(5 * time.Second)\n\t}()\n}\n", []),
    ("a_test.go", "package a\n\nfunc TestA(t *testing.T) {\n\tt.Run(n, func(t *testing.T) {\n\t\ttime.Sleep(time.Minute)\n\t})\n}\n", [(60.0, False)]),
    ("spec/a_spec.rb", "it 'x' do\n  sleep 5\nend\n", [(5.0, False)]),
    ("spec/a_spec.rb", "it 'x' do\n  Thread.new { sleep 5 }\nend\n", []),
    ("src/test/java/ATest.java", "class ATest { void a() { Thread.sleep(5000); run(() -> { Thread.sleep(9000); }); } }\n", [(5.0, False)]),
    ("tests/a.rs", "#[test]\nfn a() { std::thread::sleep(Duration::from_secs(3)); }\n", [(3.0, False)]),
    ("tests/ATest.php", "<?php\nclass ATest { function testA() { sleep(2); } }\n", [(2.0, False)]),
    ("test/a.test.js", "it('x', async () => {\n  while (!ok()) {\n    await new Promise(r => setTimeout(r, 5000));\n  }\n});\n", [(5.0, True)]),
    ("src/test/kotlin/ATest.kt", "class ATest {\n  @Test\n  fun `reads it`() {\n    Thread.sleep(5_000L)\n    thread { Thread.sleep(9000) }\n    launch {\n      delay(7000)\n    }\n  }\n}\n", [(5.0, False)]),
    ("src/test/kotlin/ATest.kt", "class ATest {\n  @Test\n  fun a() = runBlocking {\n    delay(3.seconds)\n    while (!ready) {\n      delay(2000)\n    }\n  }\n}\n", [(3.0, False), (2.0, True)]),
    ("src/test/kotlin/ATest.kt", "class ATest {\n  @Test\n  fun a() = runTest {\n    delay(5000)\n  }\n}\n", []),
    ("src/main/kotlin/A.kt", "fun pace() {\n  Thread.sleep(5000)\n}\n", []),
    ("src/test/scala/ATest.scala", "class ATest extends AnyFlatSpec {\n  \"a\" should \"b\" in {\n    Thread.sleep(3.seconds.toMillis)\n    Future {\n      Thread.sleep(5000)\n    }\n  }\n}\n", [(3.0, False)]),
    ("Tests/ATests.swift", "class ATests: XCTestCase {\n  func testA() async throws {\n    try await Task.sleep(nanoseconds: 3_000_000_000)\n    try await Task.sleep(for: .seconds(2))\n    Thread.sleep(forTimeInterval: 2.5)\n    queue.async {\n      sleep(5)\n    }\n  }\n}\n", [(2.5, False), (3.0, False), (2.0, False)]),
    ("test/a_test.dart", "void main() {\n  test('a', () async {\n    await Future.delayed(const Duration(seconds: 3));\n    Future.delayed(Duration(seconds: 9), stop);\n  });\n}\n", [(3.0, False)]),
    ("test/a_test.exs", "defmodule ATest do\n  test \"a\" do\n    Process.sleep(5000)\n    :timer.sleep(:timer.seconds(3))\n    spawn(fn -> Process.sleep(9000) end)\n    # Process.sleep(8000)\n  end\nend\n", [(5.0, False), (3.0, False)]),
    ("t/a_test.pl", "start();\nsleep 5;\nfor (1..5) {\n  sleep(2);\n}\n", [(5.0, False), (2.0, True)]),
]  # fmt: skip

COMMANDS = [
    ("scripts/a.js", 'import { execSync } from "child_process";\nexecSync("npm ci && npm run build");\n', [("npm", ("ci",)), ("npm", ("run", "build"))]),
    ("scripts/a.js", 'const cp = require("node:child_process");\ncp.spawn("git", ["push", ...rest]);\n', [("git", ("push", "$@"))]),
    ("scripts/a.mjs", "import { $ } from 'zx';\nawait $`docker build .`;\n", [("docker", ("build", "."))]),
    ("src/a.js", 'import { execSync } from "child_process";\nexecSync("npm ci");\n', []),
    ("scripts/a.js", 'import { execSync } from "child_process";\nexecSync(command);\n', []),
    ("tools/gen/main.go", 'package main\n\nimport "os/exec"\n\nfunc main() {\n\texec.Command("go", "vet", dir).Run()\n}\n', [("go", ("vet", "${expression}"))]),
    ("pkg/run.go", 'package run\n\nimport "os/exec"\n\nfunc F() {\n\texec.Command("go", "vet").Run()\n}\n', []),
    ("bin/setup.rb", 'system("bundle", "install")\nsystem "rails db:prepare"\n', [("bundle", ("install",)), ("rails", ("db:prepare",))]),
]  # fmt: skip

NEEDED = [
    ("src/a.js", "if (!process.env.API_URL) { throw new Error('x'); }\n", ["API_URL"]),
    ("src/a.js", "if (!process.env.API_URL) { process.env.API_URL = 'x'; }\n", []),
    (
        "main.go",
        'package main\n\nfunc main() {\n\tx := os.Getenv("API_URL")\n\tif x == "" {\n\t\tlog.Fatal("x")\n\t}\n}\n',
        ["API_URL"],
    ),
    (
        "main.go",
        'package main\n\nfunc main() {\n\tx := os.Getenv("API_URL")\n\tif x == "" {\n\t\tx = "y"\n\t}\n}\n',
        [],
    ),
    ("lib/a.rb", 'A = ENV.fetch("API_URL")\nB = ENV.fetch("B", "x")\nC = ENV.fetch("C") { 1 }\n', ["API_URL"]),
]

_COBRA = 'package cmd\n\nimport (\n\t"text/tabwriter"\n\n\t"github.com/spf13/cobra"\n)\n\nfunc list() {\n\ttabwriter.NewWriter(os.Stdout, 0, 0, 1, 32, 0)\n}\n'
_COMMANDER = 'import { program } from "commander";\nimport Table from "cli-table3";\nprogram.option("-a, --all");\n'

INTERFACES = [
    ("src/a.js", _COMMANDER + "const t = new Table({});\n", [""]),
    ("src/a.js", _COMMANDER + 'program.option("--json");\nconsole.table(rows);\n', ["--json"]),
    ("cmd/list.go", _COBRA, [""]),
    (
        "cmd/list.go",
        _COBRA + '\nfunc init() {\n\tlistCmd.Flags().StringVarP(&o, "output", "o", "", "")\n}\n',
        ["--output"],
    ),
]

SETTINGS = [
    ("playwright.config.ts", "export default defineConfig({ workers: process.env.CI ? 1 : undefined });\n", [("playwright", "workers", "1")]),
    ("playwright.config.ts", "export default defineConfig({ reporter: [['html'], ['junit', { outputFile: 'x' }]] });\n", [("playwright", "reporter", "html junit { outputFile: 'x' }")]),
    ("jest.config.js", "module.exports = { maxWorkers: 1 };\n", [("jest", "maxWorkers", "1")]),
    ("jest.config.js", "const config = { maxWorkers: 1 };\nmodule.exports = config;\n", [("jest", "maxWorkers", "1")]),
    ("jest.config.js", "module.exports = async () => { return { maxWorkers: 1 }; };\n", [("jest", "maxWorkers", "1")]),
    ("vitest.config.ts", "export default defineConfig(() => ({ test: { fileParallelism: false } }));\n", [("vitest", "test.fileParallelism", "false"), ("vitest", "fileParallelism", "false")]),
    ("vite.config.ts", "export default mergeConfig(base, { test: { reporters: ['junit'] } });\n", [("vite", "test.reporters", "junit"), ("vitest", "reporters", "junit")]),
    (".mocharc.js", "module.exports = { parallel: true };\n", [("mocha", "parallel", "true")]),
    (".mocharc.json", '{"parallel": true}\n', [("mocha", "parallel", "true")]),
    ("karma.conf.js", "module.exports = function (config) { config.set({ singleRun: false }); };\n", [("karma", "singleRun", "false")]),
    ("wdio.conf.js", "exports.config = { maxInstances: 1 };\n", [("wdio", "maxInstances", "1")]),
    ("test/fixtures/jest.config.js", "module.exports = { maxWorkers: 1 };\n", []),
    ("jest.config.js", "// module.exports = { maxWorkers: 1 };\n", []),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "wanted"), LOGINS)
def test_logins(path: str, text: str, wanted: list[str]) -> None:
    assert [login.alternative for login in read(path, text).logins] == wanted


@pytest.mark.parametrize(("path", "text", "wanted"), SLEEPS)
def test_sleeps(path: str, text: str, wanted: list[tuple[float, bool]]) -> None:
    assert [(sleep.seconds, sleep.polling) for sleep in read(path, text).sleeps] == wanted


@pytest.mark.parametrize(("path", "text", "wanted"), COMMANDS)
def test_commands(path: str, text: str, wanted: list[tuple[str, tuple[str, ...]]]) -> None:
    commands = read(path, text).commands
    assert [(command.program, command.texts()) for command in commands] == wanted
    for command in commands:
        assert text[command.program_span.start : command.program_span.end].strip("\"'") == command.program


def test_standard_input_of_a_child() -> None:
    head = 'import { execSync } from "child_process";\n'
    assert read("scripts/a.js", head + 'execSync("npm ci");\n').commands[0].input is Input.PIPE
    assert (
        read("scripts/a.js", head + 'execSync("npm ci", { stdio: "inherit" });\n').commands[0].input is Input.INHERITED
    )


@pytest.mark.parametrize(("path", "text", "wanted"), NEEDED)
def test_needed_variables(path: str, text: str, wanted: list[str]) -> None:
    assert [found.name for found in read(path, text).environment_reads] == wanted


@pytest.mark.parametrize(("path", "text", "wanted"), INTERFACES)
def test_interfaces(path: str, text: str, wanted: list[str]) -> None:
    assert [found.machine_option for found in read(path, text).interfaces] == wanted


@pytest.mark.parametrize(("path", "text", "wanted"), SETTINGS)
def test_settings(path: str, text: str, wanted: list[tuple[str, str, str]]) -> None:
    assert [(found.tool, found.key, found.value) for found in read(path, text).settings] == wanted


_TEXTS = [row[1] for row in (*LOGINS, *SLEEPS, *COMMANDS, *NEEDED, *INTERFACES, *SETTINGS)]
_PATHS = [
    "a.js",
    "a.ts",
    "test/a.tsx",
    "a.go",
    "a_test.go",
    "spec/a.rb",
    "A.java",
    "a.php",
    "A.cs",
    "a.rs",
    "jest.config.js",
]


_INSERTED = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
"""Files with NUL bytes are told as binary before any adapter: tests/bad_input."""


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_TEXTS), st.sampled_from(_PATHS), st.integers(0, 400), st.integers(0, 60), _INSERTED)
def test_never_crashes(text: str, path: str, at: int, length: int, inserted: str) -> None:
    broken = (
        (text[:at] + inserted + text[at + length :]).encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    )
    facts = read(path, broken)
    places = (
        [ask.place for ask in facts.asks]
        + [login.place for login in facts.logins]
        + [sleep.place for sleep in facts.sleeps]
    )
    places += [command.place for command in facts.commands] + [needed.place for needed in facts.environment_reads]
    for place in (*places, *(setting.place for setting in facts.settings)):
        assert 0 <= place.span.start <= place.span.end <= len(broken)


def test_deep_nesting_is_bounded() -> None:
    deep = 'import prompts from "prompts";\n' + "(" * 20_000 + 'prompts({ message: "x" })' + ")" * 20_000
    assert read("a.js", "\n".join(deep[i : i + 1000] for i in range(0, len(deep), 1000))).asks == ()


def test_sample_inputs_are_left_out() -> None:
    text = "it('x', async () => { await sleep(3000); });\n"
    assert read("test/a.test.js", text).sleeps
    assert not read("test/fixtures/a.test.js", text).sleeps


HOSTILE = {
    "many calls": ("test/a.test.js", "await sleep(5000);\n" * 20_000),
    "many exits": ("a.js", 'import prompts from "prompts";\n' + "if (a1) return;\n" * 20_000 + 'prompts({ message: "x" });\n' * 2_000),
    "many branches": ("a.js", 'import prompts from "prompts";\n' + "".join(f"if (x{i}) {{ prompts(a); }}\n" for i in range(20_000))),
    "callers in a ring": ("a.js", 'import prompts from "prompts";\n' + "".join(f"function f{i}() {{ f{i + 1}(); f{i}(); prompts(a); }}\n" for i in range(3_000))),
    "unclosed": ("a.go", 'package a\n\nimport "os/exec"\n' + "func f() { if x {\n" * 20_000),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_time_is_bounded(name: str) -> None:
    began = time.monotonic()
    read(*HOSTILE[name])
    assert time.monotonic() - began < 20
