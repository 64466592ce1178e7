"""A single test: which variable it asks about, and what its outcome says."""

from __future__ import annotations

import re
from typing import NamedTuple

from agentlint.adapters.shell.machine import ANSWER, Machine
from agentlint.adapters.shell.names import ASKED_FOR, ASSENT
from agentlint.adapters.shell.origins import Meaning, Meanings
from agentlint.adapters.shell.summary import Origin, Source
from agentlint.adapters.shell.tests_in_shell import Leaf
from agentlint.documents.shell import Condition, Simple
from agentlint.facts.command import GuardKind


class Verdict(NamedTuple):
    """What an outcome says. `given`: reached only when somebody gave the variable or option; `about`: its name."""

    kind: GuardKind
    given: bool = False
    about: str = ""


class Question(NamedTuple):
    """`variable` compared with `value` (None: is it empty?), and whether it `is` so."""

    variable: str
    value: str | None
    is_so: bool
    counts: bool = False


_OTHER = Verdict(GuardKind.OTHER)
_INTERACTIVE_SHELL = frozenset({("-o", "interactive"), ("-o", "INTERACTIVE")})
"""`[[ -o interactive ]]` in zsh."""
_INDIRECT = re.compile(r"\$\{(?:![A-Za-z_]\w*|\(P\)\w+)(?::?[-+][^}]*)?\}")
"""`[ -z "${!name}" ]`: empty is the variable whose name a caller gives, which may come from the environment."""
_VARIABLE = re.compile(r"\$\{?[#!]?([A-Za-z_]\w*|\d+|[@*#-])")
_NAME = re.compile(r"[A-Za-z_]\w*\Z")
_EQUAL = frozenset({"=", "==", "-eq", "=~"})
_UNEQUAL = frozenset({"!=", "-ne"})
_ORDER = {"-lt": "<", "-le": "<", "-gt": ">", "-ge": ">", "<": "<", "<=": "<", ">": ">", ">=": ">"}
_NONE_AT_ALL = frozenset(
    {("-lt", "1"), ("-le", "0"), ("<", "1"), ("<=", "0"), ("-gt", "0"), ("-ge", "1"), (">", "0"), (">=", "1")}
)
_FALSE = frozenset({"", "0", "false", "no", "n", "off", "never"})
_REFUSED = frozenset({"false", "no", "n", "off", "never"})
"""What somebody says to leave out what is done otherwise."""


def judge_leaf(leaf: Leaf, holds: bool, meanings: Meanings, machine: Machine | None, function: str) -> Verdict:
    """What it says that this test came out true (`holds`) or false."""
    words = leaf.words
    if (len(words) == 2 and words[0] == "-t") or words in _INTERACTIVE_SHELL:
        return Verdict(GuardKind.TERMINAL) if holds else _OTHER
    question = _question(leaf, holds)
    if question is None:
        return _OTHER
    if question.value is None and question.is_so and _INDIRECT.search(" ".join(words)):
        return Verdict(GuardKind.VARIABLE, about=question.variable)
    if _is_decided(question.variable, meanings, machine, function):
        return _OTHER
    meaning = meanings.of(question.variable, function)
    if meaning is Meaning.OPTION and question.value is None and question.is_so:
        meaning = meanings.filled(question.variable, function)
    if meaning is Meaning.ANSWER and meanings.summary.scope(question.variable, function):
        known = machine.lookup(question.variable) if machine is not None else ANSWER
        if known is None:
            return _OTHER  # a function's own variable, which nobody outside could have filled
    return _verdict(question, meaning, meanings, machine)


def _is_decided(name: str, meanings: Meanings, machine: Machine | None, function: str) -> bool:
    """True for a variable of the function's own that has a fixed value here: nobody outside can have given another."""
    info = meanings.summary.functions.get(function)
    return (
        info is not None
        and name in info.locals
        and machine is not None
        and isinstance(machine.lookup(name), str)
        and name not in machine.base
    )


def _question(leaf: Leaf, holds: bool) -> Question | None:
    words = leaf.words
    if len(words) == 1:
        variable = _variable(words[0], leaf.arithmetic)
        return Question(variable, None, not holds) if variable else None
    if len(words) == 2 and words[0] in {"-z", "-n"}:
        variable = _variable(words[1], False)
        return Question(variable, None, holds == (words[0] == "-z")) if variable else None
    if len(words) == 2 and words[0] == "-v":
        return Question(_bare(words[1]), None, not holds)
    if len(words) < 3:
        return None
    return _comparison(words[0], words[1], " ".join(words[2:]), leaf.arithmetic, holds)


def _comparison(left: str, operator: str, right: str, arithmetic: bool, holds: bool) -> Question | None:
    variable = _variable(left, arithmetic)
    other = right
    if not variable:
        variable, other = _variable(right, arithmetic), left
    if not variable:
        return None
    value = _bare(other)
    if _bare(left)[:1] in {"x", "X", "_"} and value[:1] == _bare(left)[:1] and not _NAME.match(_bare(left)):
        value = value[1:]
    length = left.strip('"').startswith("${#") and variable != "#"
    if operator in _ORDER:
        empty = length and (operator, value) in _NONE_AT_ALL
        return Question(variable, None, holds == (_ORDER[operator] == "<"), counts=not empty)
    if operator in _EQUAL or operator in _UNEQUAL:
        if length and value not in {"", "0"}:
            return None  # how long it is, and not whether somebody gave it
        is_so = holds == (operator in _EQUAL)
        zero = value == "0" and (length or variable == "#")
        return Question(variable, None if value == "" or zero else value, is_so, counts=zero and not length)
    return None


def _variable(word: str, arithmetic: bool) -> str:
    match = _VARIABLE.search(word)
    if match:
        return match[1]
    return word if arithmetic and _NAME.match(word) else ""


def _bare(word: str) -> str:
    return word.replace('"', "").replace("'", "").strip("*")


def _verdict(question: Question, meaning: Meaning, meanings: Meanings, machine: Machine | None) -> Verdict:
    name, value, is_so = question.variable, question.value, question.is_so
    unsettled = is_so if value is None or value.lower() in _FALSE else not is_so
    if meaning in {Meaning.CI, Meaning.NOT_AUTOMATED}:
        if meaning is Meaning.NOT_AUTOMATED and not _names_ci(name):
            return Verdict(GuardKind.NOT_AUTOMATED, about=name)
        return Verdict(GuardKind.NOT_AUTOMATED if unsettled else GuardKind.AUTOMATED, about=name)
    if meaning is Meaning.TERMINAL:
        if name in {"PS1", "-"}:
            return Verdict(GuardKind.OTHER if unsettled else GuardKind.TERMINAL)
        return Verdict(GuardKind.TERMINAL, about=name)
    if meaning is Meaning.COUNT:
        return Verdict(GuardKind.VARIABLE if unsettled and question.counts else GuardKind.OTHER, about="$#")
    if meaning is Meaning.PARAMETER:
        return _parameter(question, unsettled)
    if meaning is Meaning.OPTION:
        return _choice(question, GuardKind.OPTION, unsettled)
    if question.counts and value is None and name not in {"#", "@"} and meaning is not Meaning.ANSWER:
        return Verdict(GuardKind.OTHER, about=name)
    if meaning is Meaning.ENVIRONMENT:
        if meanings.set_elsewhere(name) and not ASSENT.search(name) and not _yes_or_no(value):
            return _OTHER
        if machine is not None and machine.lookup(name) is ANSWER:
            return Verdict(GuardKind.INTERACTIVE_CALLER, about=name)
        return _choice(question, GuardKind.VARIABLE if value is None else GuardKind.OPTION, unsettled)
    if meaning is Meaning.ANSWER:
        return _answer(question, unsettled, meanings, machine)
    if ASSENT.search(name) and (
        meaning is Meaning.UNSET or (meaning is Meaning.OTHER and _handed_over(name, meanings))
    ):
        return Verdict(GuardKind.OPTION, not unsettled, name)
    if (
        not unsettled
        and value is not None
        and meaning is Meaning.OTHER
        and ASKED_FOR.search(name)
        and _found_out(name, meanings)
    ):
        return Verdict(GuardKind.OPTION, True, name)
    if unsettled and value is None and meaning is Meaning.OTHER and _set_only_here(name, meanings, machine):
        return Verdict(GuardKind.VARIABLE, about=name)
    return _OTHER


def _set_only_here(name: str, meanings: Meanings, machine: Machine | None) -> bool:
    """True for an upper-case variable that is empty so far and gets fixed words under conditions: the environment can give it."""
    if machine is None or not name.isupper() or machine.lookup(name) is not None:
        return False
    origins = meanings.summary.origins.get(name, ())
    return bool(origins) and all(origin.source is Source.CONSTANT and _conditional(origin) for origin in origins)


def _found_out(name: str, meanings: Meanings) -> bool:
    """True for a mark that is set on some ways only (`MANUAL=true` where a setting is missing).

    One that is set where a command fails (`check "$NAME" || ASK=true`) is no setting of anybody's.
    """
    origins = meanings.summary.origins.get(name, ())
    if any(
        not under.holds and isinstance(under.statement, Simple) for origin in origins for under in origin.under[-1:]
    ):
        return False
    return any(_conditional(origin) for origin in origins)


def _handed_over(name: str, meanings: Meanings) -> bool:
    """True for a parameter of a function (`local force=$1`), which its callers take from somewhere."""
    return any(origin.source is Source.PARAMETER for origin in meanings.summary.origins.get(name, ()))


def _choice(question: Question, kind: GuardKind, unsettled: bool) -> Verdict:
    """An option or a variable decides. What is reached only because it was given is spared only where it asks for questions:
    `--interactive` wants them, `--uninstall` does not."""
    name, value = question.variable, question.value
    if unsettled or (not question.is_so and value is not None and value.lower() in _REFUSED):
        return Verdict(kind, not unsettled, name)
    wanted = ASSENT.search(name) or (value is not None and (ASSENT.search(value) and not _says_yes(value)))
    return Verdict(
        GuardKind.OPTION if wanted or ASKED_FOR.search(f"{name} {value or ''}") else GuardKind.OTHER, True, name
    )


def _says_yes(value: str) -> bool:
    return value.lower() in {"y", "yes"}


def _yes_or_no(value: str | None) -> bool:
    """An emptiness test, or a comparison with something that a person says to a question."""
    return value is None or value.lower() in _FALSE | {"1", "true", "yes", "y", "on", "?"}


def _names_ci(name: str) -> bool:
    return "CI" in name.upper().split("_") or name.isupper()


def _parameter(question: Question, unsettled: bool) -> Verdict:
    value = question.value
    if value is None:
        return Verdict(GuardKind.VARIABLE, about=f"${question.variable}") if unsettled else _OTHER
    if value.startswith("-") or re.search(r"(?:^|[\s*\"'])--?[a-z]", value):
        if not unsettled:
            return Verdict(GuardKind.OPTION, True, value)
        return Verdict(GuardKind.OPTION, False, value) if ASSENT.search(value.lstrip("-")) else _OTHER
    return Verdict(GuardKind.OPTION, False, value) if unsettled and ASSENT.search(value) else _OTHER


def _conditional(origin: Origin) -> bool:
    return bool(origin.under or origin.function)


def _fills_a_gap(origin: Origin, name: str) -> bool:
    """True for `[ -z "$NAME" ] && NAME=$(made up)`: what nobody gave is made up, and what somebody gave stays."""
    if origin.value == "":
        return False
    tests = (under.statement for under in origin.under if isinstance(under.statement, Condition))
    return any(name in _VARIABLE.findall(test.text) for test in tests)


def _answer(question: Question, unsettled: bool, meanings: Meanings, machine: Machine | None) -> Verdict:
    """A condition on what a person typed, or would have typed had the environment not given it."""
    name = question.variable
    known = machine.lookup(name) if machine is not None else ANSWER
    if known is ANSWER:
        return Verdict(GuardKind.INTERACTIVE_CALLER, about=name)
    if known is None and unsettled and (question.value is None or not name.islower()):
        origins = meanings.summary.origins.get(name, ())
        if all(
            origin.source is Source.ANSWER
            or ((origin.value or origin.names) and _conditional(origin))
            or _fills_a_gap(origin, name)
            for origin in origins
        ):
            return Verdict(GuardKind.VARIABLE, about=name)
    if not unsettled and all(origin.source is not Source.MACHINE for origin in meanings.summary.origins.get(name, ())):
        return Verdict(GuardKind.INTERACTIVE_CALLER, about=name)
    return _OTHER
