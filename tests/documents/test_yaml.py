"""The YAML reader: places, aliases within bounds, broken input."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from agentlint.documents.yaml import MAX_DEPTH, YamlNode, read_yaml


def root(text: str) -> YamlNode:
    found = read_yaml(text).root
    assert found is not None
    return found


def check_places(text: str, node: YamlNode) -> None:
    """Every character of every scalar stands where its embedding says."""
    for key, value in node.items:
        check_places(text, key)
        check_places(text, value)
    for child in node.children:
        check_places(text, child)
    if node.is_scalar and node.text:
        embedded = node.embedded()
        for index, char in enumerate(embedded.text):
            outer = embedded.outer(index)
            if not char.isspace():
                assert text[outer] == char, (node.text, index)


EXAMPLE = """\
# é 😀 first
on: [push, 'x''y']
a: &a
  k: v
  run: |
    echo "é"

      foo
    bar
  fold: >-
    one two
    three

    four
      more
    end
  "q": "a
     c d
     e"
  plain: foo
    bar baz
  ind: |2-
     x
    y
b:
  <<: *a
  k: w
c: *a
version: 1.10
empty:
last: !reference [.x, script]
"""


def test_places_of_all_styles() -> None:
    for text in (EXAMPLE, EXAMPLE.replace("\n", "\r\n"), "\ufeff" + EXAMPLE):
        found = read_yaml(text)
        assert not found.errors
        assert found.root is not None
        check_places(text, found.root)


def test_scalars_stay_as_written() -> None:
    node = root(EXAMPLE)
    assert node.items[0][0].text == "on"
    assert node.value("version") == "1.10"
    empty = node.get("empty")
    assert empty is not None
    assert empty.is_null


def test_merge_keys_and_aliases() -> None:
    node = root(EXAMPLE)
    b, c = node.get("b"), node.get("c")
    assert b is not None
    assert b.value("k") == "w"
    assert b.value("run").startswith("echo")
    assert c is not None
    assert c.value("k") == "v"
    assert EXAMPLE[c.entry.start : c.entry.end] == "c: *a"
    assert EXAMPLE[b.entry.start : b.entry.end] == "b:\n  <<: *a\n  k: w"


def test_tag_is_kept() -> None:
    last = root(EXAMPLE).get("last")
    assert last is not None
    assert last.tag == "!reference"
    assert [child.text for child in last.children] == [".x", "script"]


def test_alias_bomb_is_bounded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    found = read_yaml("\n".join(lines))
    assert found.errors
    assert found.root is not None
    assert found.root.weight < 300_000


def test_recursive_alias_reads_as_empty() -> None:
    found = read_yaml("a: &a\n  b: *a\n")
    assert found.errors
    inner = root("a: &a\n  b: *a\n").at("a", "b")
    assert inner is not None
    assert inner.is_null


def test_deep_nesting_is_bounded() -> None:
    found = read_yaml("[" * 900 + "]" * 900)
    assert found.root is not None
    assert found.root.height <= MAX_DEPTH + 1
    assert found.errors


def test_what_was_read_before_an_error_is_given() -> None:
    found = read_yaml("a: 1\nb:\n  - x\n  - [unclosed\nc: 3\nd: 4\n")
    assert found.root is not None
    assert found.root.value("a") == "1"
    assert found.errors
    assert found.errors[0].line >= 3


def test_reading_goes_on_behind_an_error() -> None:
    found = read_yaml("a: 1\nb: {%if x%}\nc: 3\nd:\n\te: 1\nf: 5\n")
    assert found.root is not None
    assert (found.root.value("a"), found.root.value("c"), found.root.value("f")) == ("1", "3", "5")
    assert [error.line for error in found.errors][:1] == [2]


def test_template_lines_are_passed_over() -> None:
    found = read_yaml("a: 1\n{% if x %}\nb: 2\n{% endif %}\nc: {{ x }}\n")
    assert not found.errors
    assert found.root is not None
    assert found.root.value("b") == "2"


def test_several_documents() -> None:
    assert [document.value("a") for document in read_yaml("a: 1\n---\na: 2\n").documents] == ["1", "2"]


def test_nothing() -> None:
    assert read_yaml("").root is None
    assert read_yaml("# only a comment\n").root is None


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab:-&*!|>'\"[]{}#,?%@` \t\r\n\\<\ufeff\x00\x85é😀\ud800", max_size=80))
def test_never_raises(text: str) -> None:
    found = read_yaml(text)
    for document in found.documents:
        walk(document)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(EXAMPLE)), st.integers(0, 40), st.text(alphabet="ab:-&*!|>'\"[]{}#, \t\n", max_size=5))
def test_never_raises_on_damaged_files(at: int, length: int, filling: str) -> None:
    for document in read_yaml(EXAMPLE[:at] + filling + EXAMPLE[at + length :]).documents:
        walk(document)


def walk(node: YamlNode) -> None:
    assert node.span.start <= node.span.end
    if node.is_scalar:
        embedded = node.embedded()
        assert embedded.segments == tuple(sorted(embedded.segments))
    for key, value in node.items:
        walk(key)
        walk(value)
    for child in node.children:
        walk(child)
