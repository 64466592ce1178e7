"""Words: quotes, expansions, constants of the file, templates of other tools."""

from __future__ import annotations

import pytest

from agentlint.adapters.shell import read_shell
from agentlint.documents.embedded import EmbeddedText
from agentlint.files.source import Span
from tests.shell.support import reading, the

ARGUMENTS: list[tuple[str, list[str]]] = [
    ("probe a 'b c' \"d e\" f\\ g", ["a", "b c", "d e", "f g"]),
    ("probe \"a\"'b'c", ["abc"]),
    ("probe $'a\\tb'", ["a\tb"]),
    ('probe "a\\"b\\$c"', ['a"b$c']),
    ("probe \\\n  --one \\\n  two", ["--one", "two"]),
    ('X=one; probe $X ${X} "$X" x$X', ["one", "one", "one", "xone"]),
    ('O="-y -q"; probe $O install', ["-y", "-q", "install"]),
    ('O="-y -q"; probe "$O"', ["-y -q"]),
    ('O=""; probe $O x', ["x"]),
    ('O=""; probe "$O" x', ["", "x"]),
    ('a=(-y --two "x y"); probe "${a[@]}"', ["-y", "--two", "x y"]),
    ('a=(-y); a+=(-z); probe "${a[@]}"', ["-y", "-z"]),
    ("X=a; X+=b; probe $X", ["ab"]),
    ("X=a; Y=${X}c; probe $Y", ["ac"]),
    ('probe $UNKNOWN ${A:-b} "$C"', ["$UNKNOWN", "${A:-b}", "$C"]),
    ("probe $(date) `id`", ["$(date)", "`id`"]),
    ("if a; then X=1; else X=2; fi; probe $X", ["$X"]),
    ("if a; then X=1; else X=1; fi; probe $X", ["1"]),
    ("X=1; a || X=2; probe $X", ["$X"]),
    ("X=1; (X=2); probe $X", ["1"]),
    ("X=1; a | X=2; probe $X", ["1"]),
    ("X=1; while a; do X=2; done; probe $X", ["$X"]),
    ("X=1; read X; probe $X", ["$X"]),
    ("X=1; unset X; probe $X y", ["y"]),
    ("f() { X=2; }; X=1; f; probe $X", ["$X"]),
    ("probe > out 2>&1 < in a", ["a"]),
    ("probe <<EOF one\nbody\nEOF\n", ["one"]),
    ("probe ${{ github.sha }} a${{ x }}b", ["${{ github.sha }}", "a${{ x }}b"]),
    ("probe {{.NAME}} << parameters.flag >> {posargs}", ["{{.NAME}}", "<< parameters.flag >>", "{posargs}"]),
    ("probe *.txt a?b {a,b} [ab]", ["*.txt", "a?b", "{a,b}", "[ab]"]),
    ("probe é 'ü' naïve", ["é", "ü", "naïve"]),
    ("probe a\r\nother\r\n", ["a"]),
]


@pytest.mark.parametrize(("text", "expected"), ARGUMENTS)
def test_arguments(text: str, expected: list[str]) -> None:
    assert list(the(text).texts()) == expected


LITERAL = [
    ("probe plain", True),
    ("probe 'a*b'", True),
    ("X=1; probe $X", True),
    ("probe $Y", False),
    ("probe *.py", False),
    ("probe ${{ x }}", False),
    ("probe $(x)", False),
]


@pytest.mark.parametrize(("text", "expected"), LITERAL)
def test_literal(text: str, expected: bool) -> None:
    assert the(text).arguments[0].literal is expected


def test_spans_point_at_the_source() -> None:
    text = "sudo probe --flag 'quoted word' \"$X\"\n"
    command = the(text)
    assert [text[w.span.start : w.span.end] for w in command.arguments] == ["--flag", "'quoted word'", '"$X"']
    assert text[command.program_span.start : command.program_span.end] == "probe"
    assert text[command.place.span.start : command.place.span.end] == "sudo probe --flag 'quoted word' \"$X\""


def test_spans_inside_quoted_script() -> None:
    text = 'bash -c "first \\"a b\\"; probe \'c d\'"\n'
    command = the(text)
    span = command.arguments[0].span
    assert text[span.start : span.end] == "'c d'"
    assert command.wrappers == ("bash -c",)


def test_an_expanded_word_stands_where_its_variable_does() -> None:
    text = 'O="-y"; probe $O'
    assert the(text).arguments[0].span == Span(14, 16)


def test_opaque_spans_survive() -> None:
    text = "probe $(Build.Reason) x"
    command = reading(text, opaque=(Span(6, 21),)).commands
    assert [c.program for c in command] == ["probe"]
    assert command[0].texts() == ("$(Build.Reason)", "x")


def test_carriage_returns_keep_places() -> None:
    text = "first\r\nprobe one\r\n"
    command = the(text)
    assert text[command.place.span.start : command.place.span.end] == "probe one"


@pytest.mark.parametrize(
    ("line", "program", "arguments"),
    [
        ("$A/$B/run c", "run", ["c"]),
        ("cp $A/$B-$C.tar.gz ${A}/$B/c", "cp", ["$A/$B-$C.tar.gz", "${A}/$B/c"]),
        ('echo "$A/$B/c"', "echo", ["$A/$B/c"]),
        ("echo a$B/c", "echo", ["a$B/c"]),
        ("B=x; echo $A/$B/c", "echo", ["$A/x/c"]),
        ("make D=$A/$B/c", "make", ["D=$A/$B/c"]),
    ],
)
def test_a_word_of_several_variables_is_one(line: str, program: str, arguments: list[str]) -> None:
    (command,) = read_shell(EmbeddedText.whole_file(line + "\n"), "x.sh", "u").commands
    assert (command.program, list(command.texts())) == (program, arguments)


@pytest.mark.parametrize("line", ["exe=$A/$B/bin/mypy", "exe=$A-$B.x/mypy", "exe=$A/$B/c other=$C/$D/e"])
def test_an_assignment_of_several_variables_runs_nothing(line: str) -> None:
    assert read_shell(EmbeddedText.whole_file(line + "\n"), "x.sh", "u").commands == ()
