"""fish scripts, said in the words of a POSIX shell."""

from __future__ import annotations

from textwrap import dedent

import pytest

from agentlint.adapters.fish import in_posix_words


@pytest.mark.parametrize(
    ("fish", "posix"),
    [
        ("if test -z $argv[1]\n  ls\nend\n", "if test -z $1; then\n  ls\nfi\n"),
        (
            "if a; and b\n  c\nelse if d\n  e\nelse\n  f\nend\n",
            "if a && b; then\n  c\nelif d; then\n  e\nelse\n  f\nfi\n",
        ),
        ("for x in (ls)\n  echo $x\nend | fzf\n", "for x in $(ls); do\n  echo $x\ndone | fzf\n"),
        ("set -l name (hostname)\n", "name=$(hostname)\n"),
        ("set -q NAME; or read NAME\n", '[ -n "$NAME" ] || read NAME\n'),
        ("if status is-interactive\nend\n", "if [ -t 0 ]; then\n: ; fi\n"),
        (
            "switch $x\n  case a b\n    c\n  case '*'\n    d\nend\n",
            "case $x in\n  a|b)\n    c\n  ;; '*')\n    d\n;; esac\n",
        ),
        ("function f --description 'a; b'; ls; end\n", "f() { \n ls; }\n"),
        ("function f -d 'a\nb & c; d'\n  ls\nend\n", "f() { \n ls\n}\n"),
        ("echo \"(no)\" 'it\\'s' # end\n", "echo \"(no)\" 'it__s' \n"),
    ],
)
def test_words(fish: str, posix: str) -> None:
    assert " ".join(in_posix_words(fish).text.split()) == " ".join(posix.split())


def test_each_piece_knows_its_place() -> None:
    text = dedent("""\
        function pick
          set -l x (ls | fzf)
        end
        """)
    said = in_posix_words(text)
    assert said.outer(said.text.index("fzf")) == text.index("fzf")


@pytest.mark.parametrize(
    "text", ["", "end", "else", "if", "function", "case a", "(((", ")", "'", '"', "if a; and", "\\", "set"]
)
def test_broken_scripts_are_survived(text: str) -> None:
    assert isinstance(in_posix_words(text).text, str)
