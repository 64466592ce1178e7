"""Command: one simple command, wherever it stands.

A CI step, a recipe, an npm script, a Dockerfile RUN, a line of a shell script, `subprocess.run([...])`, a fenced
block of AGENTS.md: all give the same record, with the wrappers taken off and what surrounds it worked out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from types import MappingProxyType

from agentlint.files.source import NOWHERE, Place, Span

EMPTY: Mapping[str, str] = MappingProxyType({})
EARTHLY = "earthly"
"""The wrapper of what the recipe of an Earthfile runs: a container."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command line.

    `text` has its quotes removed; expansions that could not be worked out stay as written (`$FLAGS`, `$(date)`).
    `literal` is False where such an expansion or a glob is left in it.
    """

    text: str
    span: Span
    literal: bool = True
    quoted: bool = False


class Input(Enum):
    """Where standard input comes from."""

    INHERITED = "inherited"
    PIPE = "pipe"
    HERE_DOCUMENT = "here-document"
    FILE = "file"
    NULL = "null"


class Output(Enum):
    """What becomes of standard output."""

    INHERITED = "inherited"
    PIPE = "pipe"
    FILE = "file"
    NULL = "null"
    CAPTURED = "captured"


class Status(Enum):
    """What becomes of the exit status."""

    COUNTED = "counted"
    """It fails the unit (errexit, last command, `&&` chain, CI step)."""
    TESTED = "tested"
    """It is the condition of an `if`, `while`, `until`, `!`, or the left of `||` with a real alternative."""
    SWALLOWED = "swallowed"
    """`|| true`, `|| :`, `; true` at the end, a make recipe's `-` prefix, a step's continue-on-error."""
    LOST_IN_PIPE = "lost in pipe"
    """Left of a `|` where pipefail does not hold."""
    UNCHECKED = "unchecked"
    """Not the last of its list, and no errexit holds: nobody looks at it."""


class GuardKind(Enum):
    """Why a command may not run, or may be answered, with nobody there."""

    TERMINAL = "terminal"
    """Runs only at a terminal: `[ -t 0 ]`, `tty -s`, `sys.stdin.isatty()`."""
    NOT_AUTOMATED = "not automated"
    """Runs only outside CI: `[ -z "$CI" ]`, `if not os.environ.get("CI")`."""
    AUTOMATED = "automated"
    """Runs only in CI."""
    OPTION = "option"
    """Bypassed by an option that this program parses itself (`--yes`, `--unattended`, getopts, argparse)."""
    VARIABLE = "variable"
    """Bypassed by an environment variable or argument that may hold the answer (`[ -z "$NAME" ] && read NAME`)."""
    INTERACTIVE_CALLER = "interactive caller"
    """In a function that is called only from places under one of the guards above."""
    OTHER = "other"
    """A condition about something else (platform, a file's presence, a previous failure)."""


@dataclass(frozen=True, slots=True)
class Guard:
    """One condition a command stands under; `text` is the condition as written, for messages."""

    kind: GuardKind
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Choice:
    """What a variable that the caller gives must be (`holds`) or must not be; a parameter goes by its number ("1").

    `values` are patterns of the shell (`lint`, `test-*`); `default` is taken where the caller gives none.
    """

    name: str
    values: tuple[str, ...]
    holds: bool
    default: str = ""

    def allows(self, value: str) -> bool:
        """True where a run with this value comes by."""
        given = value or self.default
        return any(fnmatchcase(given, pattern) for pattern in self.values) is self.holds


ANSWERING = frozenset(
    {
        GuardKind.TERMINAL,
        GuardKind.NOT_AUTOMATED,
        GuardKind.OPTION,
        GuardKind.VARIABLE,
        GuardKind.INTERACTIVE_CALLER,
    }
)


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command, normalised.

    `program` is the bare name of what is run after wrappers are taken off ("apt-get", "pytest", "./gradlew" keeps
    its "./" off: "gradlew"); "" where it is not known (`"$CMD" x`). `program_path` is it as written ("./ci/run.sh").
    `arguments` are the words after the program. `wrappers` names what was taken off, outermost first
    ("sudo", "env", "xargs", "timeout", "bash -c", "uv run", "npx", "python -m", "docker run").
    `environment` holds the assignments known to be in effect (inline, exported before, step, job, workflow, ENV);
    a value that could not be worked out is kept as written.
    `unit` is the id of the `Unit` it belongs to; `directory` its working directory relative to the root ("" is the
    root, None unknown). `place` covers the command with its wrappers, redirections left out.
    """

    program: str
    program_path: str
    arguments: tuple[Word, ...]
    place: Place
    unit: str
    wrappers: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    input: Input = Input.INHERITED
    input_from: str = ""
    """The program that feeds the pipe ("yes", "echo"), the file's name, or "" ."""
    output: Output = Output.INHERITED
    output_to: str = ""
    """The program that reads the pipe ("tee", "grep"), or the file's name."""
    status: Status = Status.COUNTED
    guards: tuple[Guard, ...] = ()
    choices: tuple[Choice, ...] = ()
    """What its script asks of the values that its caller gives; all of these."""
    directory: str | None = ""
    directory_end: str = ""
    """How the path of an unknown directory ends, where a `cd` says so much (`cd ../web/app`); it begins with a slash where
    the folder is none of the tree (`cd $RUNNER_TEMP/app`)."""
    in_loop: bool = False
    """Inside a `while`/`until`/`for` body or condition."""
    background: bool = False
    """Started with `&`."""
    step: int | None = None
    """Index of the CI step it stands in, within its job's `steps`."""
    program_span: Span = NOWHERE
    """Where the program's own name stands (edits insert flags relative to it)."""
    wrapper_words: tuple[Word, ...] = ()
    """The words before the program, wrappers with their options (`npx --yes`, `sudo -n`)."""

    def texts(self) -> tuple[str, ...]:
        """The arguments' texts."""
        return tuple([word.text for word in self.arguments])

    def option(self, *names: str) -> Word | None:
        """The first argument that is one of these options, or None.

        "--yes" also matches "--yes=x"; a single-letter "-y" also matches inside a cluster ("-qy") of letters;
        any other name ("-auto-approve") matches whole, or up to "=".
        """
        for word in self.arguments:
            text = word.text
            if not text.startswith("-"):
                continue
            if any(_is_option(text, name) for name in names):
                return word
        return None

    def value_of(self, *names: str) -> str | None:
        """The value of an option: "--opt=v", "--opt v", "-jv" or "-j v"; "" where it has none."""
        for index, word in enumerate(self.arguments):
            text = word.text
            for name in names:
                if text == name:
                    following = self.arguments[index + 1 : index + 2]
                    return following[0].text if following else ""
                if text.startswith(name + "="):
                    return text[len(name) + 1 :]
                if len(name) == 2 and text.startswith(name) and not text.startswith("--") and len(text) > 2:
                    return text[2:]
        return None

    @property
    def opaque(self) -> bool:
        """True when an unquoted expansion or `"$@"` among the arguments may bring options we cannot see."""
        return any(
            not word.literal and (not word.quoted or word.text in {"$@", "${@}", "$*"}) and word.text.startswith("$")
            for word in self.arguments
        )

    @property
    def answering_guard(self) -> Guard | None:
        """The innermost guard through which a run with nobody there gets past this command, if any."""
        for guard in reversed(self.guards):
            if guard.kind in ANSWERING:
                return guard
        return None

    @property
    def fed(self) -> bool:
        """True when standard input is given (a pipe, a here-document, a file), so that a question finds an answer."""
        return self.input in {Input.PIPE, Input.HERE_DOCUMENT, Input.FILE}


def _is_option(text: str, name: str) -> bool:
    if text == name or text.startswith(name + "="):
        return True
    if len(name) != 2 or not name[1].isalpha() or text[1:2] == "-":
        return False
    cluster = text[1:]
    return (cluster.isalpha() and len(cluster) <= 5 and name[1] in cluster) or (
        cluster[:1] == name[1] and (cluster[1:2].isdigit() or cluster[1:2] in {"$", "%", "{", "`"})
    )
