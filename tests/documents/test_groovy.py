"""The Groovy scanner: places, strings of all quotes, broken input, bounded work."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlint.documents.groovy import Call, read_groovy

EXAMPLE = r"""
// sh 'comment'
/* sh 'also' */
pipeline {
    agent any
    stages {
        stage('One') {
            steps {
                sh 'a \'b\''
                sh "x ${env.Y} \$Z"
                sh '''
                    cd dir && \
                    make
                '''
                sh(script: 'make ' + target + " all", returnStatus: true)
                echo /slashy \d/
                def v = sh(script: 'git log', returnStdout: true).trim()
                parallel a: { sh 'left' }, 'b c': { sh 'right' }
            }
        }
    }
}
"""


def scripts(text: str) -> list[str]:
    """The strings of all `sh` calls."""
    found = []
    for call in read_groovy(text).walk():
        argument = call.argument("script", "")
        if call.name == "sh" and argument is not None and argument.string is not None:
            found.append(argument.string.text)
    return found


def test_strings() -> None:
    found = scripts(EXAMPLE)
    assert found[:2] == ["a 'b'", "x ${env.Y} $Z"]
    assert found[2].split() == ["cd", "dir", "&&", "make"]
    assert found[3:] == ["make ${target} all", "git log", "left", "right"]


def test_places() -> None:
    for call in read_groovy(EXAMPLE).walk():
        assert EXAMPLE[call.name_span.start : call.name_span.end].strip("'") == call.name or call.kind == "block"
        for argument in call.arguments:
            if argument.string is not None:
                for index, char in enumerate(argument.string.text):
                    if char.isalpha() and "+" not in argument.text:
                        assert EXAMPLE[argument.string.outer(index)] == char


def test_blocks_end_where_they_end() -> None:
    stage = next(call for call in read_groovy(EXAMPLE).walk() if call.name == "stage")
    assert stage.text() == "One"
    assert EXAMPLE[stage.span.end - 1] == "}"
    assert isinstance(stage.block("steps"), Call)


def test_an_unclosed_string_is_told() -> None:
    found = read_groovy("sh 'x\nsh 'y'\n")
    assert found.errors
    assert [call.name for call in found.calls] == ["sh", "sh"]


@pytest.mark.parametrize(
    "piece", ["{", "(", "[", "a{", "a(", "'", '"""', "$/ ", "'''\\", "a.", "a:{", "/*", "=/", "a b,", "}", "a(b{", "\\"]
)
def test_linear_on_hostile_text(piece: str) -> None:
    started = time.perf_counter()
    read_groovy(piece * (50_000 // len(piece)))
    assert time.perf_counter() - started < 4


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(EXAMPLE)), st.integers(0, 30), st.text(alphabet="{}()[]'\"$/\\,:;=+a \n", max_size=8))
def test_never_raises(at: int, length: int, filling: str) -> None:
    for call in read_groovy(EXAMPLE[:at] + filling + EXAMPLE[at + length :]).walk():
        assert call.span.start <= call.span.end
