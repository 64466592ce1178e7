"""Where input comes from and where output goes."""

from __future__ import annotations

import pytest

from agentlint.facts.command import Input, Output
from tests.shell.support import the

INPUTS = [
    ("probe", Input.INHERITED, ""),
    ("yes | probe", Input.PIPE, "yes"),
    ("echo y | sudo probe", Input.PIPE, "echo"),
    ("printf 'a\\n' | { x; probe; }", Input.PIPE, "printf"),
    ("probe <<EOF\ny\nEOF", Input.HERE_DOCUMENT, ""),
    ("probe <<< y", Input.HERE_DOCUMENT, ""),
    ("probe < answers.txt", Input.FILE, "answers.txt"),
    ("probe < /dev/null", Input.NULL, "/dev/null"),
    ("probe < /dev/tty", Input.INHERITED, "/dev/tty"),
    ("exec < /dev/tty\nprobe", Input.INHERITED, "/dev/tty"),
    ("exec < answers.txt\nprobe", Input.FILE, "answers.txt"),
    ("exec 3< list\nprobe <&3", Input.FILE, "list"),
    ("exec 3<&0 < list\nprobe <&3", Input.INHERITED, "/dev/stdin"),
    ("while read -r l; do probe; done < list", Input.FILE, "list"),
    ("ls | while read -r l; do probe; done", Input.PIPE, "ls"),
    ("while probe; do x; done < <(ls)", Input.FILE, "<(ls)"),
    ("{ probe; } < list", Input.FILE, "list"),
    ("f() { probe; } < list\nf", Input.FILE, "list"),
    ("f() { probe; }\nyes | f", Input.PIPE, "yes"),
    ("f() { probe; }\nyes | f\nf", Input.INHERITED, ""),
    ("ls | xargs probe", Input.NULL, ""),
    ("probe 2>&1 | tee log", Input.INHERITED, ""),
    ("cat <<EOF | probe\ny\nEOF", Input.PIPE, "cat"),
    ("probe &", Input.NULL, ""),
]


@pytest.mark.parametrize(("text", "kind", "source"), INPUTS)
def test_input(text: str, kind: Input, source: str) -> None:
    command = the(text)
    assert (command.input, command.input_from) == (kind, source)


OUTPUTS = [
    ("probe", Output.INHERITED, ""),
    ("probe | sudo tee log", Output.PIPE, "tee"),
    ("probe > log", Output.FILE, "log"),
    ("probe >> log 2>&1", Output.FILE, "log"),
    ("probe &> /dev/null", Output.NULL, "/dev/null"),
    ("probe >&2", Output.INHERITED, ""),
    ("probe 2> errors", Output.INHERITED, ""),
    ("x=$(probe)", Output.CAPTURED, ""),
    ("echo `probe`", Output.CAPTURED, ""),
    ("a && probe > log", Output.FILE, "log"),
    ("{ probe; } | grep x", Output.PIPE, "grep"),
    ("diff <(probe) x", Output.CAPTURED, ""),
    ("diff <(probe 2>&1 >/dev/null) x", Output.CAPTURED, ""),
    ("diff <(probe >/dev/null 2>&1) x", Output.NULL, "/dev/null"),
]


@pytest.mark.parametrize(("text", "kind", "target"), OUTPUTS)
def test_output(text: str, kind: Output, target: str) -> None:
    command = the(text)
    assert (command.output, command.output_to) == (kind, target)
