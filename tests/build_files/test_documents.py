"""The readers say where things stand: every span lies in the text, and a scalar's span is the scalar."""

from __future__ import annotations

import json

import tomli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentlint.documents.dockerfile import read_dockerfile, unjoined
from agentlint.documents.ini import read_ini, read_properties
from agentlint.documents.json import read_json
from agentlint.documents.justfile import read_justfile
from agentlint.documents.make_expansion import constants, expand
from agentlint.documents.makefile import read_makefile
from agentlint.documents.markdown import command_text, read_markdown
from agentlint.documents.markup import read_asciidoc, read_rst
from agentlint.documents.node import Node
from agentlint.documents.toml import read_toml
from agentlint.documents.tox_text import commands, names, substituted
from agentlint.documents.xml import Element, read_xml

patient = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
"""No time limits: a busy machine is no fault of a reader."""


def soup(*pieces: str) -> st.SearchStrategy[str]:
    """Texts put together from the pieces of a format, in any order, with some letters between."""
    return st.lists(st.sampled_from(pieces) | st.text(alphabet="aé=\U0001f600 \t\"'\\", max_size=3), max_size=40).map(
        "".join
    )


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def plain(node: Node) -> object:
    if node.is_map:
        return {key: plain(value) for key, value in node.pairs()}
    if node.is_list:
        return [plain(child) for child in node.children]
    return node.text


def as_text(value: object) -> object:
    if isinstance(value, dict):
        return {key: as_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_text(inner) for inner in value]
    return value if isinstance(value, str) else json.dumps(value)


def check(node: Node, text: str) -> None:
    assert 0 <= node.span.start <= node.span.end <= len(text)
    assert 0 <= node.key_span.start <= node.key_span.end <= len(text)
    if node.is_scalar and not node.is_string:
        assert text[node.span.start : node.span.end] == node.text
    if node.is_string:
        inner = node.embedded()
        assert inner.text == node.text
        for at, character in enumerate(inner.text):
            outer = inner.outer(at)
            assert node.span.start <= outer < node.span.end
            assert text[outer] == character or "\\" in text[node.span.start : node.span.end]
    for key, value in node.items:
        check(key, text)
        check(value, text)
    for child in node.children:
        check(child, text)


@patient
@given(JSON_VALUES, st.booleans(), st.sampled_from([None, 2, "\t"]))
def test_json_reads_what_json_writes(value: object, ascii_only: bool, indent: int | str | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    tree = read_json(text)
    assert not tree.errors
    assert plain(tree.root) == as_text(value)
    check(tree.root, text)


@patient
@given(soup("{", "}", "[", "]", ":", ",", "// c\n", "/*", "*/", '"a"', '"\\u12', "true", "null", "1.5", "\n"))
def test_json_survives_anything(text: str) -> None:
    check(read_json(text).root, text)


def test_jsonc_has_comments_and_trailing_commas() -> None:
    tree = read_json('\ufeff// head\n{"a": [1, 2,], /* b */ "c": "x\\ny",}')
    assert not tree.errors
    assert plain(tree.root) == {"a": ["1", "2"], "c": "x\ny"}


def test_broken_json_keeps_its_beginning() -> None:
    tree = read_json('{"scripts": {"test": "jest", "lint": ')
    assert tree.errors
    assert tree.root.at("scripts", "test") is not None


def test_deep_nesting_is_given_up() -> None:
    assert read_json("[" * 100_000).errors
    assert read_toml("a = " + "[" * 100_000).errors


TOML_PIECES = (
    "[a]\n",
    "[[b.c]]\n",
    "k = 1\n",
    'a.b = "x\\ty"\n',
    "l = [1,\n 2, # c\n]\n",
    "t = {a = 1, b = '''x\n'''}\n",
    '"""\na\\\n  b"""',
    "[",
    "=",
    "'",
    "\n",
    "2020-01-01 10:00:00",
)


@patient
@given(soup(*TOML_PIECES))
def test_toml_agrees_with_the_library(text: str) -> None:
    tree = read_toml(text)
    check(tree.root, text)
    try:
        wanted = tomli.loads(text, parse_float=str)
    except (tomli.TOMLDecodeError, RecursionError):
        assert tree.errors
        return
    assert not tree.errors
    assert _keys(plain(tree.root)) == _keys(wanted)


def _keys(value: object) -> object:
    """A tree without its scalars that are no strings, which the library converts."""
    if isinstance(value, dict):
        return {key: _keys(inner) for key, inner in value.items()}
    return [_keys(inner) for inner in value] if isinstance(value, list) else None


def test_toml_strings_know_their_places() -> None:
    text = 'a = "x\\u00e9y"\nb = """\n  one \\\n  two"""\n[t]\n"q k".z = \'lit\'\n'
    root = read_toml(text).root
    assert plain(root) == tomli.loads(text)
    first = root.get("a")
    assert first is not None
    assert text[first.embedded().outer(2)] == "y"
    nested = root.at("t", "q k", "z")
    assert nested is not None
    assert text[nested.key_span.start : nested.key_span.end] == "z"


INI_PIECES = (
    "[s]\n",
    "[s:t]\n",
    "k = v\n",
    "k:\n",
    "  more\n",
    "\n",
    "# c\n",
    "; c\n",
    "\tx = y\n",
    "=\n",
    "[",
    "\r\n",
    "a\\\n",
)


@patient
@given(soup(*INI_PIECES))
def test_ini_spans(text: str) -> None:
    for section in (*read_ini(text).sections, read_properties(text)):
        assert 0 <= section.span.start <= section.span.end <= len(text)
        for option in section.options:
            assert text[option.key_span.start : option.key_span.end] == option.key
            assert 0 <= option.span.start <= option.span.end <= len(text)
            for line in option.lines():
                assert line.text
                assert 0 <= line.outer(0) <= line.outer(len(line.text) - 1) < len(text)


def test_ini_values_over_lines() -> None:
    section = read_ini("[testenv]\ncommands =\n    a b\n    # no\n\n    c\ndeps: x\n").sections[0]
    option = section.get("commands")
    assert option is not None
    assert [line.text for line in option.lines()] == ["a b", "c"]
    assert section.value("deps") == "x"


def test_properties_continue_with_a_backslash() -> None:
    section = read_properties("org.gradle.jvmargs=-Xmx1g \\\n   -Dx=y\n! no\nempty\n")
    assert section.value("org.gradle.jvmargs") == "-Xmx1g -Dx=y"
    assert section.get("empty") is not None


MAKE_PIECES = (
    "all: a b\n",
    "\t@echo $@\n",
    "\t-rm x \\\n",
    "V = 1 $(W)\n",
    "W ?= $(V)\n",
    "define D\n",
    "endef\n",
    "ifeq (a,b)\n",
    "else\n",
    "endif\n",
    "include x.mk\n",
    "\n",
    "# c\n",
    "## help\n",
    "x y:: z ; echo\n",
    "$(",
    ")",
    "${A}",
    "$$x",
    "\\\n",
    ":",
    ".RECIPEPREFIX = >\n",
    ">echo\n",
    "export A := b\n",
)


@patient
@given(soup(*MAKE_PIECES))
def test_makefile_spans(text: str) -> None:
    document = read_makefile(text)
    values = constants(document.variables)
    for rule in document.rules:
        assert 0 <= rule.span.start <= rule.span.end <= len(text)
        for line in rule.recipe:
            spread = expand(line.text, values, {"@": "target"})
            places = [spread.outer(at) for at in range(len(spread.text))]
            assert all(0 <= at <= len(text) for at in places)
            assert places == sorted(places)


def test_the_test_of_an_else_may_hold_any_sign() -> None:
    text = "ifeq ($(S),1)\n  S := a\nelse ifeq ($(filter -f=%,$(S)),)\n  S := -f=$(S)\nelse ifneq (a:b,$(S))\n  S := c\nendif\n"
    document = read_makefile(text)
    assert not document.errors
    assert [variable.name for variable in document.variables] == ["S", "S", "S"]


def test_names_of_variables_may_hold_a_plus() -> None:
    document = read_makefile("FLAGS-g++ = -Wall\nFLAGS-c++ += $(FLAGS-g++)\nFLAGS+=-g\n")
    assert not document.errors
    assert [(one.name, one.operator) for one in document.variables] == [
        ("FLAGS-g++", "="),
        ("FLAGS-c++", "+="),
        ("FLAGS", "+="),
    ]


def test_here_documents_may_be_named_as_files() -> None:
    text = "COPY <<robots.txt <<humans.txt /web/\nrobots\nrobots.txt\nhumans\nhumans.txt\nRUN true\n"
    document = read_dockerfile(text)
    assert [instruction.keyword for instruction in document.instructions] == ["COPY", "RUN"]
    assert not document.errors


DOCKER_PIECES = (
    "FROM a AS b\n",
    "RUN x \\\n",
    "  # c\n",
    " && y\n",
    "RUN <<EOF\n",
    "EOF\n",
    "COPY <<a.txt <<b.txt /\n",
    "a.txt\n",
    "COPY --from=b --chown=1:1 . /\n",
    'CMD ["a", "b"]\n',
    "# escape=`\n",
    "ENV A=b \\\n",
    "\n",
    "`\n",
    "run z\n",
    "\r\n",
)


@patient
@given(soup(*DOCKER_PIECES))
def test_dockerfile_spans(text: str) -> None:
    for line in read_dockerfile(text).instructions:
        assert 0 <= line.span.start <= line.span.end <= len(text)
        assert text[line.keyword_span.start : line.keyword_span.end].upper() == line.keyword
        for flag, span in line.flags:
            assert text[span.start : span.end] == flag
        body = unjoined(line.body)
        for at, character in enumerate(body.text):
            assert text[body.outer(at)] == character


MARKDOWN_PIECES = (
    "# H\n",
    "## S\n",
    "```sh\n",
    "```\n",
    "~~~\n",
    "$ make test\n",
    "text\n",
    "====\n",
    "  ```console\n",
    "- ```bash\n",
    "\\\n",
    "<!-- ",
    "-->\n",
    "> x\n",
)


@patient
@given(soup(*MARKDOWN_PIECES))
def test_markdown_spans(text: str) -> None:
    for fence in read_markdown(text).fences:
        assert 0 <= fence.span.start <= fence.span.end <= len(text)
        found = command_text(fence)
        for at, character in enumerate(found.text if found else ""):
            assert found is not None
            assert 0 <= found.outer(at) <= len(text)
            assert character == "\n" or text[found.outer(at)] == character


@patient
@given(
    soup(
        "H\n",
        "===\n",
        "x::\n",
        "\n",
        "   $ make\n",
        ".. code-block:: sh\n",
        "   :o: x\n",
        "----\n",
        "[source,sh]\n",
        "== A\n",
        "\t",
        "\r\n",
    )
)
def test_other_markup_spans(text: str) -> None:
    for fence in (*read_rst(text).fences, *read_asciidoc(text).fences):
        assert 0 <= fence.span.start <= fence.span.end <= len(text)
        for at, character in enumerate(fence.text.text):
            assert character == "\n" or text[fence.text.outer(at)] == character


@patient
@given(
    soup(
        "<a>",
        "</a>",
        "<b x='1'>",
        "</b>",
        "é text",
        "<!-- c -->",
        "&lt;",
        "<![CDATA[x]]>",
        "<!DOCTYPE a [<!ENTITY e 'x'>]>",
        "&e;",
        "<",
        "\n",
    )
)
def test_xml_spans(text: str) -> None:
    def visit(element: Element) -> None:
        assert 0 <= element.span.start <= element.span.end <= len(text)
        assert 0 <= element.text_span.start <= element.text_span.end <= len(text)
        for child in element.children:
            visit(child)

    root = read_xml(text).root
    if root is not None:
        visit(root)


def test_xml_does_not_expand_entities() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "' + "y" * 100 + '">' + "".join(f'<!ENTITY x{i} "{"&x;" * 50}">' for i in range(9))
    document = read_xml(bomb + "]><a><b>&x8;</b></a>")
    assert document.root is None or not document.root.value("b")


def test_xml_places_behind_other_letters() -> None:
    text = "<?xml version='1.0' encoding='ISO-8859-1'?><p><n>é</n><m>  mod </m></p>"
    root = read_xml(text).root
    assert root is not None
    module = root.get("m")
    assert module is not None
    assert text[module.text_span.start : module.text_span.end] == module.text == "mod"


@patient
@given(
    soup(
        "a b:\n",
        "  x\n",
        "  @y \\\n",
        "set shell := ['bash']\n",
        "[private]\n",
        "import 'a'\n",
        "v := '1'\n",
        "#!/bin/sh\n",
        "@q:\n",
    )
)
def test_justfile_spans(text: str) -> None:
    for recipe in read_justfile(text).recipes:
        assert 0 <= recipe.span.start <= recipe.span.end <= len(text)
        for line in recipe.lines:
            assert all(0 <= line.outer(at) <= len(text) for at in range(len(line.text)))


@patient
@given(soup("{posargs:", "{", "}", "{env:A:b}", "py{38,39}", ",", "\n", "a: b", "\\"))
def test_tox_language_survives_anything(text: str) -> None:
    names(text)
    option = read_ini(f"[t]\nc =\n  {text}").sections[0].get("c")
    for line in commands(option.lines()) if option is not None else ():
        spread = substituted(line, lambda inner: "x" if inner == "env" else None)
        assert all(spread.outer(at) >= 0 for at in range(len(spread.text)))


def test_tox_names() -> None:
    assert names("py{38,39}-{a,b}, lint # c\ndocs") == ["py38-a", "py38-b", "py39-a", "py39-b", "lint", "docs"]
    assert names("3.1{0,4}-x, py3{9-11}, a{b-c}") == ["3.10-x", "3.14-x", "py39", "py310", "py311", "ab-c"]
