"""Interface: what a program of this repository asks, opens and prints, read from its source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from agentlint.facts.command import ANSWERING, Guard
from agentlint.files.source import Place


class AskKind(Enum):
    """What a program asks a person for."""

    LINE = "line"
    """A line typed at the terminal: input(), readline.question, gets."""
    SECRET = "secret"
    CONFIRM = "confirm"
    MENU = "menu"
    KEY = "key"
    """Press any key."""
    DEBUGGER = "debugger"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class Ask:
    """A call that waits for a person. `api` is it as written ("click.confirm"); `language` "python", "javascript", ...

    `bypass` names the option, parameter or variable through which a program can answer; "" when there is none.
    `test_code` is True in tests, examples and documentation code.
    """

    kind: AskKind
    api: str
    language: str
    place: Place
    unit: str
    guards: tuple[Guard, ...] = ()
    bypass: str = ""
    test_code: bool = False
    entry: bool = True
    """False when nothing that a program offers reaches it as far as can be told."""

    @property
    def answerable(self) -> bool:
        """True when a run with nobody there gets past it."""
        return bool(self.bypass) or any(guard.kind in ANSWERING for guard in self.guards)


@dataclass(frozen=True, slots=True)
class Login:
    """A call that needs a browser or a person to get a credential. `alternative` names the token path beside it."""

    api: str
    language: str
    place: Place
    unit: str
    alternative: str = ""
    guards: tuple[Guard, ...] = ()
    test_code: bool = False


@dataclass(frozen=True, slots=True)
class Sleep:
    """A fixed wait in source code. `polling` is True inside a loop that checks something."""

    seconds: float
    api: str
    language: str
    place: Place
    unit: str
    polling: bool = False
    test_code: bool = False


@dataclass(frozen=True, slots=True)
class Interface:
    """A command-line program: its framework, options and how it prints results.

    `options` are long and short names as written. `prints` are the places that print results for people (tables,
    rich consoles, formatted echo). `machine_option` is the option that makes it machine-readable, else "".
    """

    framework: str
    language: str
    place: Place
    unit: str
    name: str = ""
    options: tuple[str, ...] = ()
    machine_option: str = ""
    prints: tuple[Place, ...] = ()
    tables: bool = False
    """Prints tables or other laid-out results, and not just log lines."""
    test_code: bool = False


@dataclass(frozen=True, slots=True)
class EnvironmentRead:
    """An environment variable that the code reads. `required` when there is no default (`os.environ["X"]`, `${X:?}`)."""

    name: str
    required: bool
    place: Place
    unit: str
    test_code: bool = False
