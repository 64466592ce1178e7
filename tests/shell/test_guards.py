"""Guards: which conditions let a run with nobody there get past a question."""

from __future__ import annotations

import pytest

from agentlint.facts.command import GuardKind
from tests.shell.support import in_script

TERMINAL, NOT_AUTOMATED, OPTION, VARIABLE = (
    GuardKind.TERMINAL,
    GuardKind.NOT_AUTOMATED,
    GuardKind.OPTION,
    GuardKind.VARIABLE,
)
CALLER = GuardKind.INTERACTIVE_CALLER
PARSED = 'YES=0\nwhile [ $# -gt 0 ]; do case "$1" in -y|--yes) YES=1; shift;; *) shift;; esac; done\n'
GETOPTS = 'while getopts "yn" opt; do case $opt in y) ASSUME=1;; esac; done\n'

CASES: list[tuple[str, GuardKind | None]] = [
    ("vared x", None),
    # terminals
    ("if [ -t 0 ]; then vared x; fi", TERMINAL),
    ("if [[ -t 1 && -n $X ]]; then vared x; fi", TERMINAL),
    ("if test -t 0; then vared x; fi", TERMINAL),
    ("if tty -s; then vared x; fi", TERMINAL),
    ('[ -n "$PS1" ] && vared x', TERMINAL),
    ('if [ -z "$PS1" ]; then return; fi\nvared x', TERMINAL),
    ("[[ $- == *i* ]] && vared x", TERMINAL),
    ("case $- in *i*) vared x;; esac", TERMINAL),
    ("case $- in *i*) ;; *) return;; esac\nvared x", TERMINAL),
    ("if [ ! -t 0 ]; then a; else vared x; fi", TERMINAL),
    ("if [ -t 0 ]; then a; else vared x; fi", None),
    ("[ -t 0 ] || exit 1\nvared x", TERMINAL),
    ("if ! [ -t 0 ]; then exit; fi\nvared x", TERMINAL),
    ("if [ -t 0 ]; then exit; fi\nvared x", None),
    ("if a; then [ -t 0 ] || exit; fi\nvared x", None),
    ("{ [ -t 0 ] || exit; }\nvared x", TERMINAL),
    ("([ -t 0 ] || exit)\nvared x", None),
    ("interactive() { [ -t 0 ]; }\nif interactive; then vared x; fi", TERMINAL),
    ("need_tty() { [ -t 0 ] || exit 1; }\nneed_tty\nvared x", TERMINAL),
    ("I=0\nif [ -t 0 ]; then I=1; fi\n[ $I = 1 ] && vared x", TERMINAL),
    ("[ -t 0 ] && echo yes\nvared x", None),
    # continuous integration
    ('if [ -z "$CI" ]; then vared x; fi', NOT_AUTOMATED),
    ('[ "$CI" != true ] && vared x', NOT_AUTOMATED),
    ('[ -n "$CI" ] || vared x', NOT_AUTOMATED),
    ('if [[ -n "${GITHUB_ACTIONS:-}" ]]; then exit 0; fi\nvared x', NOT_AUTOMATED),
    ('if [ -n "$CI" ]; then vared x; fi', None),
    # options
    (PARSED + 'if [ "$YES" != 1 ]; then vared x; fi', OPTION),
    (PARSED + '[ "$YES" = 1 ] || vared x', OPTION),
    (PARSED + "((YES)) || vared x", OPTION),
    (GETOPTS + "[[ $ASSUME ]] || vared x", OPTION),
    ('for arg in "$@"; do if [ "$arg" = --unattended ]; then U=1; fi; done\nif [ -z "$U" ]; then vared x; fi', OPTION),
    ('[ "$1" = --yes ] || vared x', OPTION),
    ('if [ "$1" != --yes ]; then vared x; fi', OPTION),
    ('if [[ "$*" == *--force* ]]; then a; else vared x; fi', OPTION),
    ('confirm() { [ "$YES" = 1 ] && return 0; vared x; }\n' + PARSED + "confirm", OPTION),
    ('if [ "$1" = --help ]; then usage; exit 0; fi\nvared x', None),
    ('if [ "$1" = --uninstall ]; then a; else vared x; fi', None),
    ('case "$1" in interactive) vared x;; install) a;; esac', OPTION),
    ('case "$1" in setup) vared x;; esac', None),
    (': "${AUTO_INSTALL:=n}"\nif [[ $AUTO_INSTALL == n ]]; then vared x; fi', OPTION),
    ('AUTO=${AUTO:-}\nif [ "$AUTO" != y ]; then vared x; fi', OPTION),
    ('if [ "$HEADLESS" != 1 ]; then vared x; fi', OPTION),
    ('if [ "$EUID" -ne 0 ]; then exit 1; fi\nvared x', None),
    ("if [[ $OSTYPE == darwin* ]]; then vared x; fi", None),
    # variables
    ('if [ -z "$NAME" ]; then vared NAME; fi', VARIABLE),
    ('[ -n "$NAME" ] || vared NAME', VARIABLE),
    ('NAME=$1\n[ -z "$NAME" ] && vared NAME', VARIABLE),
    ("if [ $# -eq 0 ]; then vared x; fi", VARIABLE),
    ('if [ -z "$1" ]; then echo usage; exit 1; fi\nvared x', None),
    ("until [[ $CLIENT =~ ^[a-z]+$ ]]; do vared CLIENT; done", VARIABLE),
    ('CLIENT=""\nuntil [[ $CLIENT =~ ^[a-z]+$ ]]; do vared CLIENT; done', None),
    ('until is_valid "$CLIENT"; do vared CLIENT; done\nis_valid() { [[ $1 =~ x ]]; }', VARIABLE),
    ('f() { local a; while [ -z "$a" ]; do vared a; done; }\nf', None),
    ('IP=$(detect)\nif [ -z "$IP" ]; then vared IP; fi', None),
    # answers
    ("[ -t 0 ] && read -p choice choice\ncase $choice in 1) vared x;; esac", CALLER),
    ("read -p choice choice\ncase $choice in 1) vared x;; esac", None),
    ("read -p choice choice\nuntil [[ $choice = [12] ]]; do vared x; done", None),
    ('read -p sure a\n[ "$a" = y ] || exit 1\nvared x', None),
    ("if whiptail --yesno x; then vared x; fi", CALLER),
    ("r=$(whiptail --menu x)\n[ $r = 1 ] && vared x", None),
    ("[ -t 0 ] && r=$(whiptail --menu x)\n[ $r = 1 ] && vared x", CALLER),
    ('case "$1" in --uninstall) vared x;; esac', None),
    ('case "$1" in --interactive) vared x;; esac', OPTION),
    (PARSED.replace("-y|--yes", "--remove").replace("YES", "REMOVE") + '[ "$REMOVE" = 1 ] && vared x', None),
    (PARSED.replace("-y|--yes", "--ask").replace("YES", "ASK") + '[ "$ASK" = 1 ] && vared x', OPTION),
    ('if [ "$CHANGE_SHELL" != no ]; then vared x; fi', OPTION),
    ('if [ -z "$DAYS" ] || [ "$DAYS" -lt 1 ]; then vared x; fi', VARIABLE),
    ('if [ -z "$SKIP_SCAN" ]; then vared x; case $x in n) SKIP_SCAN=n;; *) SKIP_SCAN=y;; esac; fi', VARIABLE),
    ('clean() { local force=$1; [ -n "$force" ] || vared x; }\nclean "$f"', OPTION),
    ('if [ "${#NAME}" -eq 1 ]; then vared x; fi', None),
    ('until [[ $PICK = [12] ]]; do read -p "Pick: " PICK; done\ncase $PICK in 2) vared x;; esac', None),
    # callers
    ("ask() { vared x; }\nif [ -t 0 ]; then ask; fi", CALLER),
    ("ask() { vared x; }\nask\nif [ -t 0 ]; then ask; fi", None),
    ("ask() { vared x; }\nsetup() { ask; }\n[ -t 0 ] && setup", CALLER),
    ("ask() { vared x; ask; }\nask", None),
    ("ask() { vared x; }", None),
    ("ask() { vared x; }\nretry 3 ask\n[ -t 0 ] && ask", None),
    ("ask() { vared x; }\ntrap ask EXIT\n[ -t 0 ] && ask", None),
    ("add() { token=$2\n[[ -z $token ]] && vared token; }", VARIABLE),
    ("add() { token=$2\n[[ -z $token ]] && vared token; }\nadd x", None),
    # nothing of the kind
    ("command -v dialog || exit 1\nvared x", None),
    ("while true; do vared x; done", None),
    ("[ -f config ] || vared x", None),
    # a variable that is set where it is itself found empty, and what counts is its own function's
    (
        'yes=\nwhile [ $# -gt 0 ]; do case "$1" in --yes) yes=1;; esac; shift; done\n'
        'if [ -z "$yes" ]; then yes=$(guess); fi\n[ -z "$yes" ] && vared x',
        OPTION,
    ),
    (
        'f() { local force=0; for a in "$@"; do case "$a" in --force) force=1;; esac; done; ! ((force)) && vared x; }\nf 1',
        OPTION,
    ),
    (
        'f() { local force=0; for a in "$@"; do case "$a" in --force) force=1;; esac; done; }\ng() { local force=; [ -z "$force" ] && vared x; }\nf 1\ng',
        None,
    ),
    ("if ! ((CI)); then vared x; fi", NOT_AUTOMATED),
]


@pytest.mark.parametrize(("text", "kind"), CASES)
def test_guard(text: str, kind: GuardKind | None) -> None:
    guard = in_script(text, "vared").answering_guard
    assert (guard.kind if guard else None) is kind


def test_the_text_is_as_written() -> None:
    guard = in_script('if [ -z "$NAME" ]; then vared NAME; fi', "vared").answering_guard
    assert guard is not None
    assert guard.text == '[ -z "$NAME" ]'


def test_ci_side_is_told() -> None:
    command = in_script('if [ -n "$CI" ]; then vared x; fi', "vared")
    assert [guard.kind for guard in command.guards] == [GuardKind.AUTOMATED]
