"""Whatever the input, reading ends, in bounded time, with places that lie in the file."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlint.adapters import batch, powershell
from agentlint.adapters.context import TreeContext
from agentlint.adapters.shell import facts, read_shell
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.shell.dialects import rewritten
from agentlint.facts.filefacts import FileFacts
from agentlint.files.source import SourceFile

NO_TREE = TreeContext(lambda _: None)

PIECES = st.sampled_from(
    (
        "if [ -t 0 ]; then|; fi|case $1 in|-y)|;;|esac|while read l; do|done|for x in a b; do|f() {|}|{ |(|)|$(|`|\"|'|${X:-y}|$X|"
        "<<EOF|\nEOF\n|<<< y|< f|> f|2>&1| && | || | | |;|&|\n|\\\n|!|[[ $x =~ a ]]|((x))|sudo |bash -c 'a b'|eval \"x\"|X=1|export X|"
        "set -euo pipefail|cd sub|${{ x }}|{{ .X }}|docker run i c|xargs |read -p q v|until |select x in a; do|trap 'x' EXIT|é|\r\n|\0|"
        'env A=b |find . -exec rm {} \\;|a=(1 2)|"${a[@]}"|@test "x" {|() {|${(f)x}|$((1+2))|# c\n|local x|return|exit 1|[ "$1" = -y ]'
    ).split("|")
)
TEXTS = st.one_of(
    st.text(max_size=200), st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES, max_size=40).map("".join)
)


def check_places(found: FileFacts, text: str) -> None:
    for command in found.commands:
        spans = [command.place.span, command.program_span, *(word.span for word in command.arguments)]
        spans += [guard.span for guard in command.guards]
        for start, end in spans:
            assert 0 <= start <= end <= len(text)


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_shell(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass").replace(b"\0", b"")
    file = SourceFile("x.sh", "shell", data)
    check_places(facts(file, NO_TREE), file.text)


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_plain_words_are_as_written(text: str) -> None:
    for command in read_shell(EmbeddedText.whole_file(text), "x", "u").commands:
        for word in command.arguments:
            written = text[word.span.start : word.span.end]
            if word.literal and not word.quoted and not set(written) & set("\\\"'$`\r"):
                assert word.text == written


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_rewriting_keeps_offsets(text: str) -> None:
    assert len(rewritten(text)) == len(text)
    assert rewritten(text).count("\n") >= 0


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_windows_dialects(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass").replace(b"\0", b"")
    file = SourceFile("x.ps1", "powershell", data)
    check_places(powershell.facts(file, NO_TREE), file.text)
    check_places(batch.facts(file, NO_TREE), file.text)


DEEP = [
    ("$(", "x", ")"),
    ("(", "x", ")"),
    ("{ ", "x", "; }"),
    ("if a; then ", "x", "; fi"),
    ("while a; do ", "x", "; done"),
    ('"$(', "x", ')"'),
    ("case x in a) ", "x", ";; esac"),
    ("! ", "x", ""),
    ("a && ", "x", ""),
    ("a | ", "x", ""),
    ("a || (", "b", ")"),
    ("f() { ", "x", "; }"),
    ("bash -c '", "x", "'"),
    ("${x:-", "y", "}"),
    ("[[ ! (", "x", ") ]]"),
    ("sudo ", "x", ""),
    ("((", "1", "))"),
    ("\\(", "", ""),
    ("`", "", ""),
    ("<<E ", "", ""),
    ("a\n", "", ""),
    ("x=$x$x; ", "", ""),
    ("x=1; if a; then x=2; fi\n", "", ""),
    ("f() { g; }\ng() { f; }\n", "f", ""),
    ("[ -z $a ] || ", "exit", ""),
    ("if a; then exit; fi\n", "read x", ""),
    ("if a; then b; elif c; then d; else e; fi\n", "", ""),
    ("'", "", ""),
    ('"', "", ""),
    ("a <<'E'\nx\nE\n", "", ""),
    ("for x in a; do read y; ", "", "done\n"),
    ("${", "", ""),
    ("a=b ", "c", ""),
    ("X", "", ""),
]


@pytest.mark.parametrize(("opening", "middle", "closing"), DEEP, ids=range(len(DEEP)))
def test_depth_and_length_are_bounded(opening: str, middle: str, closing: str) -> None:
    text = opening * 10_000 + middle + closing * 10_000
    started = time.perf_counter()
    facts(SourceFile("x.sh", "shell", text.encode()), NO_TREE)
    assert time.perf_counter() - started < 60


@pytest.mark.parametrize("dialect", ["powershell", "batch"])
@pytest.mark.parametrize(
    "piece", ["if (", "{", "(", '"', "'", "a\n", "if x==y (", "^\n", "`\n", "<#", "@'\n", "$(", "a | "]
)
def test_windows_dialects_are_bounded(dialect: str, piece: str) -> None:
    module = {"powershell": powershell, "batch": batch}[dialect]
    started = time.perf_counter()
    module.facts(SourceFile("x", dialect, (piece * 20_000).encode()), NO_TREE)
    assert time.perf_counter() - started < 60


def test_a_huge_script_is_cut() -> None:
    text = "echo line of text\n" * 60_000 + "x" * 60_000_000
    found = facts(SourceFile("x.sh", "shell", text.encode()), NO_TREE)
    assert found.commands
    assert "too long" in found.errors[0].message
