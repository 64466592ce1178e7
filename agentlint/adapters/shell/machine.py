"""What a shell knows at a point of a script: variables, exports, options, directory, open descriptors."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

from agentlint.adapters.shell.names import WHOLE_VARIABLE
from agentlint.facts.checkout import below_checkout
from agentlint.facts.command import EMPTY, Input, Word
from agentlint.files.lazily import lazily
from agentlint.files.source import Span

MAX_VARIABLES = 800
MAX_VALUE = 2000


class Unknown:
    """A value that cannot be worked out. `answer` when a person typed it, `program` where it ends in one's name.

    `words`: a command line of which a part is known (`CMD=(docker run -v "$PWD:/src")`), the rest as it is written.
    """

    __slots__ = ("answer", "program", "words")

    def __init__(self, answer: bool = False, program: str = "", words: tuple[Word, ...] = ()) -> None:
        self.answer = answer
        self.program = program
        self.words = words


UNKNOWN = Unknown()
ANSWER = Unknown(answer=True)

PROGRAM = lazily(r"[a-z][a-z0-9._+-]*\Z")

Value = "str | tuple[str, ...] | Unknown"

SCRIPT_DIRECTORY = lazily(
    r"""(?:\$\(\s*(?:cd\s+(?:-P\s+)?(?:--\s+)?)?["']?)?  # an optional  $(cd
        (?:\$\(\s*dirname\s+(?:--\s+)?["']?\$(?:0|\{0\}|\{?BASH_SOURCE(?:\[0\])?\}?)["']?\s*\)
          |\$\{(?:0|BASH_SOURCE(?:\[0\])?)%/\*\}
          |`dirname\s+["']?\$(?:0|\{?BASH_SOURCE(?:\[0\])?\}?)["']?`)
        ["']?(?P<rest>[\w./-]*)["']?
        (?:\s*(?:>\s*/dev/null\s*)?(?:2>\s*/dev/null\s*)?(?:&&|;)\s*pwd(?:\s+-P)?\s*\))?
        (?P<after>/[\w./-]*)?\Z""",
    re.VERBOSE,
)


@dataclass
class Machine:
    """The mutable state, walked in file order."""

    values: dict[str, object] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)
    base: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    """The environment given from outside (step, job, ENV)."""
    errexit: bool = False
    pipefail: bool = False
    all_exported: bool = False
    directory: str | None = ""
    directory_end: str = ""
    """How the path of an unknown directory ends, as far as `cd` says it (`cd ../web/app`)."""
    left: list[tuple[str | None, str]] = field(default_factory=list)
    """The directories that `pushd` left and `popd` goes back to."""
    script_directory: str | None = None
    """Where the script file stands; None for embedded text."""
    descriptors: dict[int, tuple[Input, str]] = field(default_factory=dict)
    standard_input: tuple[Input, str] | None = None
    """Set by `exec < file`."""
    _environment: Mapping[str, str] | None = None

    def copy(self) -> Machine:
        """A subshell's own copy."""
        return Machine(
            dict(self.values),
            set(self.exported),
            self.base,
            self.errexit,
            self.pipefail,
            self.all_exported,
            self.directory,
            self.directory_end,
            list(self.left),
            self.script_directory,
            dict(self.descriptors),
            self.standard_input,
            self._environment,
        )

    def assign(self, name: str, value: object) -> None:
        """Set a variable."""
        if isinstance(value, str) and len(value) > MAX_VALUE:
            value = UNKNOWN
        if name in self.values or len(self.values) < MAX_VARIABLES:
            self.values[name] = value
        if self.all_exported:
            self.exported.add(name)
        if name in self.exported or name in self.base:
            self._environment = None

    def export(self, name: str) -> None:
        """Mark for export."""
        self.exported.add(name)
        self._environment = None

    def unset(self, name: str) -> None:
        """Forget a variable."""
        self.values[name] = ""
        self.exported.discard(name)
        if name in self.base:
            self.base = MappingProxyType({key: value for key, value in self.base.items() if key != name})
        self._environment = None

    def lookup(self, name: str) -> object | None:
        """The known value: a string, a tuple for an array, UNKNOWN or ANSWER; None where never assigned."""
        found = self.values.get(name)
        return found if found is not None else self.base.get(name)

    @contextmanager
    def holding(self, word: str, patterns: tuple[str, ...]) -> Iterator[None]:
        """Inside an arm of a `case`, a variable nobody knows holds what the arm says: as a program, that is its name."""
        variable = WHOLE_VARIABLE.match(word.strip('"'))
        name = (variable[1] or variable[2]) if variable is not None else ""
        before = self.values.get(name)
        told = Unknown(program=patterns[0].strip("\"'")) if patterns else UNKNOWN
        if not name or name.isdigit() or self.lookup(name) not in {None, UNKNOWN} or not PROGRAM.match(told.program):
            yield
            return
        self.values[name] = told
        yield
        if self.values.get(name) is told:
            self.values.pop(name)
            if before is not None:
                self.values[name] = before

    def forget(self, names: Iterable[str]) -> None:
        """These may have been changed in a way that is not followed."""
        for name in names:
            if self.values.get(name) is not ANSWER:
                self.assign(name, UNKNOWN)

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of a command started now; shared between commands until it changes."""
        if self._environment is None:
            made = dict(self.base)
            for name in sorted(self.exported):
                value = self.values.get(name)
                if isinstance(value, str):
                    made[name] = value
                elif (value is not None and name not in made) or isinstance(value, Unknown):
                    made[name] = f"${name}"
            self._environment = MappingProxyType(made) if made else EMPTY
        return self._environment

    def join(self, branches: list[Machine]) -> None:
        """Become what holds after any one of these, which started from this state."""
        first, *others = branches
        values = dict(first.values)
        for other in others:
            for name in values.keys() | other.values.keys():
                mine, its = values.get(name), other.values.get(name)
                if mine is not its and mine != its:
                    values[name] = _either(mine, its)
        self.values = values
        self.exported = set.intersection(*(branch.exported for branch in branches)) | self.exported
        self.errexit = all(branch.errexit for branch in branches)
        self.pipefail = all(branch.pipefail for branch in branches)
        directories = {branch.directory for branch in branches}
        self.directory = directories.pop() if len(directories) == 1 else None
        ends = {branch.directory_end for branch in branches}
        self.directory_end = ends.pop() if len(ends) == 1 else ""
        self.left = list(first.left) if all(branch.left == first.left for branch in branches) else []
        self.descriptors = dict(first.descriptors)
        inputs = {branch.standard_input for branch in branches}
        self.standard_input = inputs.pop() if len(inputs) == 1 else first.standard_input
        self._environment = None

    def change_directory(self, target: str, literal: bool) -> None:
        """`cd target`."""
        found = self.resolved(target, literal)
        self.directory_end = self._end_of(target, literal) if found is None else ""
        self.directory = found

    def lose_directory(self) -> None:
        """Nobody knows where the shell stands now."""
        self.directory, self.directory_end = None, ""

    def push_directory(self, target: str, literal: bool) -> None:
        """`pushd target`."""
        self.left.append((self.directory, self.directory_end))
        self.change_directory(target, literal)

    def swap_directories(self) -> None:
        """`pushd` alone."""
        if self.left:
            here = (self.directory, self.directory_end)
            self.directory, self.directory_end = self.left[-1]
            self.left[-1] = here

    def pop_directory(self) -> None:
        """`popd`: where nothing was pushed that could be followed, nobody knows where it leads."""
        self.directory, self.directory_end = self.left.pop() if self.left else (None, "")

    def _end_of(self, target: str, literal: bool) -> str:
        """How the path of a directory ends that cannot be told whole; "" where nothing of it is known."""
        if _OUTSIDE.match(target):
            return "/" + target.rstrip("/").rpartition("/")[2]
        if not literal:
            below = _BELOW_VARIABLE.match(target)
            return (_normal(below[1]) or "") if below is not None else ""
        known = self.directory if self.directory is not None else self.directory_end
        if target.startswith(("/", "~", "-")) or (self.directory is None and not known):
            return ""
        path = posixpath.normpath(posixpath.join(known, target))
        return re.sub(r"\A(?:\.\./)*(?:\.\.?\Z)?", "", path)

    def resolved(self, target: str, literal: bool) -> str | None:
        """A directory relative to the root of the tree, None where it cannot be told."""
        below = below_checkout(target)
        if below is not None:
            return _normal(below)
        if not literal:
            match = SCRIPT_DIRECTORY.match(target) if self.script_directory is not None else None
            if match is None:
                return None
            rest = ((match["rest"] or "") + (match["after"] or "")).lstrip("/")
            return _normal(posixpath.join(self.script_directory or "", rest))
        if target.startswith(("/", "~", "-")) or not target or self.directory is None:
            return None
        return _normal(posixpath.join(self.directory, target))


_BELOW_VARIABLE = lazily(r"\$\{?(?!\w*(?:TE?MP|HOME|OUT|DIST))\w+\}?/([\w.-]+(?:/[\w.-]+)+)/?\Z", re.IGNORECASE)
"""A folder of some depth below one that a variable names, unless its name says that it is none of the tree's."""
_OUTSIDE = lazily(r"(?:\$\{?\w*TE?MP(?:DIR|_DIR)?\}?|/tmp)/[\w./-]*\w/?\Z", re.IGNORECASE)
"""A folder among the machine's temporary ones: what stands there was made on the way, and is none of the tree."""
_PROGRAM_PATH = lazily(r"(?:[^\s'\"*?]*/)?([a-z][\w.+-]*[a-z])\Z")


_BELOW_UNKNOWN = lazily(r"(?:\$\w+|\$\{\w+\}|\$\([^()$]{1,60}\))(?:/[\w.-]+)*/([a-z][a-z0-9_-]+)\Z")


def program_below(value: object) -> str:
    """The program that a value ends in, known or below a folder nobody knows (`$(go env GOPATH)/bin/golangci-lint`)."""
    if isinstance(value, Unknown):
        return value.program
    found = _PROGRAM_PATH.match(value) or _BELOW_UNKNOWN.match(value) if isinstance(value, str) else None
    return found[1] if found is not None else ""


_ONE_VARIABLE = lazily(r"\$\{?(\w+)\}?\Z")


def told_in_part(text: str, machine: Machine) -> Unknown:
    """What is known of a text that holds unknown variables: at most the program it ends in."""
    copied = _ONE_VARIABLE.match(text)
    if copied is not None:
        program = program_below(machine.lookup(copied[1]))
        return Unknown(program=program) if program else UNKNOWN
    found = _BELOW_UNKNOWN.match(text) if "/" in text else None
    return Unknown(program=found[1]) if found is not None else command_line(fields(text, machine))


_NOWHERE = Span(0, 0)
_REST = Word("${MORE[@]}", _NOWHERE, literal=False)
"""What one branch adds and another does not: it may be anything."""
_PLAIN = lazily(r"(?:[\w.-]*/)*[a-z][\w.+-]*\Z")
_HOLDS_BLANKS = lazily(r"\$\([^)]*\s|`|\{\{|[\"'\\]|\$\{[^}]*\s")


def command_line(words: tuple[Word, ...]) -> Unknown:
    """A command line of which the program is known, and not all of the rest."""
    return Unknown(words=words) if len(words) > 1 and _PLAIN.match(words[0].text) else UNKNOWN


def fields(text: str, machine: Machine) -> tuple[Word, ...]:
    """The words of a string that is to be split; none where a blank may stand inside of one."""
    if _HOLDS_BLANKS.search(text):
        return ()
    found = [Word(word, _NOWHERE, literal="$" not in word) for word in text.split()]
    copied = _ONE_VARIABLE.match(found[0].text) if found else None
    led = known_words(machine.lookup(copied[1])) if copied is not None else ()
    return (*led, *found[1:]) if led else tuple(found)


def known_words(value: object) -> tuple[Word, ...]:
    """A command line as words, as far as it is known."""
    if isinstance(value, Unknown):
        return value.words
    texts = value.split() if isinstance(value, str) else value if isinstance(value, tuple) else ()
    return tuple(Word(text, _NOWHERE, literal="$" not in text) for text in texts)


def in_common(mine: object, its: object) -> Unknown:
    """The beginning that two command lines share, behind which either may go on as it likes."""
    left, right = known_words(mine), known_words(its)
    shared: list[Word] = []
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        shared.append(one)
    return command_line((*shared, _REST)) if shared else UNKNOWN


_VERSIONED = frozenset("ctest cmake python pip pytest make gcc clang clang-tidy clang-format node go ruby php".split())
"""Programs that some systems have with a version behind the name (`ctest3`)."""


def _either(mine: object, its: object) -> object:
    """What is known of a variable that two branches set: of one program in two places or versions, its name."""
    if mine is ANSWER or its is ANSWER:
        return ANSWER
    led = in_common(mine, its)
    if led is not UNKNOWN:
        return led
    if isinstance(mine, Unknown) or isinstance(its, Unknown):
        program = program_below(mine)
        return Unknown(program=program) if program and program == program_below(its) else UNKNOWN
    if not isinstance(mine, str) or not isinstance(its, str):
        return UNKNOWN
    bare = [text.rstrip("0123456789.") for text in (mine, its)]
    if bare[0] == bare[1] and bare[0] in (mine, its) and bare[0] in _VERSIONED:
        return bare[0]
    if "/" not in mine + its:
        return UNKNOWN
    left, right = _PROGRAM_PATH.match(mine), _PROGRAM_PATH.match(its)
    return left[1] if left is not None and right is not None and left[1] == right[1] else UNKNOWN


def _normal(path: str) -> str | None:
    path = posixpath.normpath(path) if path else ""
    if path == ".":
        return ""
    return None if path == ".." or path.startswith("../") else path
