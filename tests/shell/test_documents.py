"""The tree behind the facts: forms the grammar nests oddly or does not know, and what a broken corner costs."""

from __future__ import annotations

import pytest

from agentlint.documents.shell import AndOr, If, Not, Pipeline, Simple, read_script
from tests.shell.support import reading

SOUND = [
    "if (a; b) then c; fi",
    "if { a; } then b; fi",
    "if a; then { b; } fi",
    "if ! a | b -q 'c:d'\nthen\n  e >> f\nfi",
    "a `# why` | b",
    "a=$'\\e\\\\'",
    'if [ "$a" \'<\' "$b" ]; then c; fi',
    "for x do a; done",
    "for x\ndo a; done",
    "for x\nin a b; do c; done",
    'a > f <<< "$x" || b',
    "[ a -o \\( b -a c \\) ] && d",
    '[ "$a" \\> "$b" ] && c',
    '[[ "$x" =~ "git version "([^ ]*).* ]] && a',
    "[[ $a == (x|y)* ]] && b",
    "a ${x:i++%${#x}:1}",
    "a ${x//$y\\/$z\\//}",
    "a $((10#$x + 1))",
    "exec 7<>/dev/net/tun",
    "mv !(a|b) c",
    "a ${(f)x} ${~y} ${+z} ${(j:, :)w}",
    'a ${(f)"$(b)"}',
    "a ${${x}:h}",
    "() { a; }",
    "sed s/x$// f",
]


@pytest.mark.parametrize("text", SOUND)
def test_known_in_some_shell(text: str) -> None:
    assert read_script(text).errors == ()


def test_bats() -> None:
    commands = reading('@test "it works" {\n  run probe\n  [ "$status" -eq 0 ]\n}\n').commands
    assert "run" in [command.program for command in commands]


def test_redirections_belong_to_the_last_of_a_chain() -> None:
    (chain,) = read_script("a && b > f").statements
    assert isinstance(chain, AndOr)
    assert isinstance(chain.first, Simple)
    assert not chain.first.redirects
    assert chain.rest[0][1].redirects


def test_what_follows_a_here_document_on_its_line() -> None:
    (chain,) = read_script("cat <<EOF | sh && next\nbody\nEOF\n").statements
    assert isinstance(chain, AndOr)
    assert isinstance(chain.first, Pipeline)
    assert len(chain.first.stages) == 2


def test_negation_covers_the_pipeline() -> None:
    (negated,) = read_script("! a | b").statements
    assert isinstance(negated, Not)
    assert isinstance(negated.statement, Pipeline)


NESTING = [
    ("a | b | c || d", "[(a | b | c) || d]"),
    ("a && b | c | d && e", "[a && (b | c | d) && e]"),
    ("a | b | c | d || e", "[(a | b | c | d) || e]"),
    ("a | b | c\nd > e\nf", "(a | b | c); d; f"),
    ("a | b | c\nd && e", "(a | b | c); [d && e]"),
    ("a | b | c\n\n# comment\nd && e", "(a | b | c); [d && e]"),
    ("a | b | c \\\n  x\nd > e", "(a | b | c); d"),
    ("a | b | c 2>&1 | d", "(a | b | c | d)"),
    ("a | b | c <<E || d\nx\nE\ne", "[(a | b | c) || d]; e"),
    ("! a | b || c", "[! (a | b) || c]"),
]


@pytest.mark.parametrize(("text", "expected"), NESTING)
def test_pipes_bind_tighter_than_chains_and_lines_end(text: str, expected: str) -> None:
    assert "; ".join(map(_shown, read_script(text).statements)) == expected


def _shown(statement: object) -> str:
    if isinstance(statement, Simple):
        return statement.words[0].text
    if isinstance(statement, Pipeline):
        return f"({' | '.join(map(_shown, statement.stages))})"
    if isinstance(statement, AndOr):
        return f"[{_shown(statement.first)}{''.join(f' {o} {_shown(s)}' for o, s in statement.rest)}]"
    return f"! {_shown(statement.statement)}" if isinstance(statement, Not) else type(statement).__name__


def test_elif_branches_are_flat() -> None:
    (made,) = read_script("if a; then b; elif c; then d; elif e; then f; else g; fi").statements
    assert isinstance(made, If)
    assert len(made.branches) == 3
    assert made.otherwise is not None


def test_a_broken_piece_costs_itself() -> None:
    good = "one() {\n  first\n}\n"
    bad = "two() {\n  if ((( ; then\n" + "  x\n" * 100 + "}\n"
    programs = [c.program for c in reading(good + bad + "three() {\n  if [ -t 0 ]; then last; fi\n}\n").commands]
    assert "first" in programs
    assert "last" in programs


def test_errors_are_told_by_place() -> None:
    text = "a\nb\nif [ x ; then c\n"
    errors = read_script(text).errors
    assert errors
    assert 0 <= errors[0].offset <= len(text)
