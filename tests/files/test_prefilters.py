"""The quick looks at a file's bytes find what the plain expressions would."""

from __future__ import annotations

import pytest

from agentlint.files import prefilters


@pytest.mark.parametrize(
    "text",
    [b"ask(1)", b"x = ask_user(1)", b"\nconfirm(1)", b"a.yesno(1)", b"sleep(1)", b"time.sleep(2)", b"cli_login()"],
)
def test_python_that_can_bear(text: bytes) -> None:
    assert prefilters.PYTHON.search(text)


@pytest.mark.parametrize("text", [b"task(1)", b"reconfirm(1)", b"eyesno(1)", b"oversleep(1)", b"_sleep(1)", b"login()"])
def test_python_that_cannot(text: bytes) -> None:
    assert not prefilters.PYTHON.search(text)


@pytest.mark.parametrize(
    "text",
    [
        b"import x from 'node:readline'",
        b"stdin.once('data')",
        b"if (!process.env.CI)",
        b"#!/usr/bin/env zx",
        b"getEnv('HOME')",
        b"await ask('Name?')",
        b"await rl.question('Name?')",
        b"sleep(5000)",
        b"(prompt('x'))",
        b"Deno.args",
    ],
)
def test_javascript_that_can_bear(text: bytes) -> None:
    assert prefilters.JAVASCRIPT.search(text)


@pytest.mark.parametrize(
    "text",
    [b"wreadline'", b"wait ask('x')", b".readline'", b"once('data')", b"prompt('x')", b"(process.env.CI)", b"sleep(5)"],
)
def test_javascript_that_cannot(text: bytes) -> None:
    assert not prefilters.JAVASCRIPT.search(text)


@pytest.mark.parametrize(
    ("language", "yes", "no"),
    [
        ("JAVA", b"Thread.sleep(DELAY_MS)", b"Thread.asleep(x)"),
        ("CSHARP", b"Task.Delay(5000)", b"Task.Delays(5000)"),
        ("PHP", b"$this->askConfirmation(", b"maskConfirmation("),
        ("RUST", b"sleep(Duration::from_secs(3))", b"sleep(x)"),
        ("PLAIN", b"gets\n", b"widgets\n"),
    ],
)
def test_others(language: str, yes: bytes, no: bytes) -> None:
    pattern = getattr(prefilters, language)
    assert pattern.search(yes)
    assert not pattern.search(no)
