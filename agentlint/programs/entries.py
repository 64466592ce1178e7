"""What one entry of the table of programs may say: when it waits, what it is for, what it fetches, how it reports.

Each aspect begins with the invocations it speaks of (`When`); the data stands in `data/*.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from agentlint.facts.command import Command
from agentlint.files.lazily import lazily

STANDS_FOR_OPTIONS = lazily(
    r"[\"']?\$[{(]?\w*(?:TTY|FLAGS?|OPTS?|OPTIONS?|ARGS?|ARGUMENTS?|PARAMS?|MOUNTS?|VOLUMES?|ENVS?)(?:\[[@*]\])?[})]?[\"']?\Z",
    re.IGNORECASE,
)
"""`$(DOCKER_FLAGS)`, `"${run_args[@]}"`: a variable that stands for options, before the first operand is named."""


@dataclass(frozen=True, slots=True)
class When:
    """Which invocations an aspect speaks of.

    `subcommands`: leading operands, words joined by spaces ("install", "auth login"); empty: every invocation;
    "" (the empty word) stands for an invocation with no operand at all. `any_option`: at least one of these options or
    literal operands is present ("-C~part": with a value that holds the part). `later_option`: one of these stands behind the subcommand (`docker compose -f FILE logs`
    follows nothing). `all_options`: each of them is (`-t|--tty`: one of two spellings). `switches`: the options that take no value, of a program that reads its
    own only up to the first operand (`docker run -t IMAGE -i`: that `-i` is the image's), and with them `all_options` and `no_option` do. `exact_option`: one argument is exactly one of these (so that `-p` is
    not `-psecret`). `no_option`: none of them is. `no_environment`: "NAME" or "NAME=value" in effect silences it.
    `listed`: one of these is among the words of an argument, which commas part (`-t lint,test`).
    `open_value`: one of these options has a name for its value, and no password behind it (`-u NAME`, not `-u NAME:WORD`).
    `operand_like`: at least one operand holds one of these substrings; `no_operand_like`: none does. `operands_at_most`, `operands_at_least`: how many
    operands there are, the subcommand's words included; -1: any number.
    """

    subcommands: tuple[str, ...] = ()
    any_option: tuple[str, ...] = ()
    later_option: tuple[str, ...] = ()
    all_options: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    exact_option: tuple[str, ...] = ()
    no_option: tuple[str, ...] = ()
    no_environment: tuple[str, ...] = ()
    operand_like: tuple[str, ...] = ()
    no_operand_like: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    open_value: tuple[str, ...] = ()
    operands_at_most: int = -1
    operands_at_least: int = -1
    _led_by: Mapping[str | None, tuple[tuple[str, ...], ...]] = field(init=False, repr=False, compare=False)
    """The words of the subcommands by their first; none: those of an invocation without operands."""

    def __post_init__(self) -> None:
        led: dict[str | None, tuple[tuple[str, ...], ...]] = {}
        for wanted in self.subcommands:
            words = tuple(wanted.split())
            first = words[0] if words else None
            led[first] = (*led.get(first, ()), words)
        object.__setattr__(self, "_led_by", led)

    def matches(self, command: Command, operands: tuple[str, ...]) -> bool:
        """True when `command`, whose operands (options and their values left out) are given, is meant."""
        if self.subcommands:
            leading = self._led_by.get(operands[0] if operands else None, ())
            if not any(operands[: len(words)] == words for words in leading):
                return False
        if self.any_option and not has_any(command, self.any_option):
            return False
        own = self.with_own_options(command)
        if self.no_option and has_any(own, self.no_option, attached=True):
            return False
        if not all(has_any(own, option.split("|")) for option in self.all_options):
            return False
        if not self._options_fit(command) or not self._count_fits(len(operands)):
            return False
        if self.operand_like and not any(part in word for word in operands for part in self.operand_like):
            return False
        if any(part in word for word in operands for part in self.no_operand_like):
            return False
        if self.listed and not any(name in self.listed for text in command.texts() for name in text.split(",")):
            return False
        return not any(in_environment(command.environment, item) for item in self.no_environment)

    def _options_fit(self, command: Command) -> bool:
        if self.exact_option and not set(self.exact_option) & set(command.texts()):
            return False
        if self.later_option and not self._stands_later(command):
            return False
        return not self.open_value or _is_open(command.value_of(*self.open_value))

    def with_own_options(self, command: Command) -> Command:
        """The command up to its first operand behind the subcommand, where `switches` are given."""
        if not self.switches:
            return command
        words = {word for wanted in self.subcommands for word in wanted.split()}
        letters = {name[1] for name in self.switches if len(name) == 2}
        arguments = command.arguments
        at = 0
        while at < len(arguments):
            text = arguments[at].text
            if not text.startswith("-"):
                if text not in words and (arguments[at].literal or not STANDS_FOR_OPTIONS.match(text)):
                    break
                at += 1
            else:
                cluster = not text.startswith("--") and set(text[1:]) <= letters
                at += 1 if cluster or text in self.switches or "=" in text else 2
        return replace(command, arguments=arguments[:at])

    def _stands_later(self, command: Command) -> bool:
        words = {wanted.split()[-1] for wanted in self.subcommands if wanted}
        texts = command.texts()
        at = next((index for index, text in enumerate(texts) if text in words), len(texts))
        return any(text.partition("=")[0] in self.later_option for text in texts[at + 1 :])

    def _count_fits(self, count: int) -> bool:
        return count >= self.operands_at_least and (self.operands_at_most < 0 or count <= self.operands_at_most)


_OF_A_NAME = lazily(r"\$\{?\w*(?:user|login|name|reply)\w*\}?", re.IGNORECASE)


def _is_open(value: str | None) -> bool:
    """True for the value of an option that holds a name alone; a variable counts by what it is called."""
    if not value or set(":%") & set(value):
        return False
    return "$" not in value or _OF_A_NAME.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Asking:
    """One way in which a program waits for a person.

    `kind`: "confirm", "wizard", "secret", "editor", "pager", "repl", "debugger", "menu", "terminal" (needs a TTY),
    "follow" (never returns by design), "watch", "pause" (a key), "dialog", "license", "login" (browser or device code), "password-login"
    (asks user name and password), "key" (passphrase or password for a key), "browser" (opens one), "elevate" (sudo).
    `outcome` gives, for "null", "pipe" and "pty": "HANG", "FAIL", "DEFAULT", "SILENT" or "none"; the data writes it as a
    list in this order.
    `stdin_answers`: a pipe or here-document answers it. `insert` is the flag an edit inserts after the subcommand ("" if
    there is none), `insert_safe` whether that edit is safe. `advice` completes "…; " in a message: how to run it unattended.
    `hosted_preset`: hosted CI machines ("github-ubuntu") already answer it. `pedantic`: reasonable people argue about it.
    `settled_by`: texts that, standing anywhere in the same file, show that it has been answered by configuration.
    """

    kind: str
    when: When
    outcome: Mapping[str, str]
    advice: str
    stdin_answers: bool = True
    insert: str = ""
    insert_safe: bool = False
    hosted_preset: str = ""
    pedantic: bool = False
    about: str = ""
    """What it asks, for the message ("asks “Do you want to continue?”")."""
    settled_by: tuple[str, ...] = ()
    root_is_spared: bool = False
    """Asks only who is not root (`chsh`)."""
    source: str = ""
    check: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """What an invocation does in the loop: "install", "build", "lint", "format", "typecheck", "test", "coverage", "docs",
    "deploy", "publish", "release", "run", "clean"."""

    role: str
    when: When


@dataclass(frozen=True, slots=True)
class Fetching:
    """An invocation that downloads or builds what a cache could keep.

    `what` names the cache ("npm", "pip", "cargo", "playwright", "docker", ...). `disabled_by` are options that turn an
    own cache off (`--no-cache-dir`). `covered_by` are other cache names that serve as well. `enabled_by` are options
    that turn a cache on. `trifles` are operands not worth a cache: a fetch of nothing else is small.
    `compiles`: it builds as well as fetches; `download`: it brings a tool or data and not the project's dependencies.
    """

    what: str
    when: When
    disabled_by: tuple[str, ...] = ()
    covered_by: tuple[str, ...] = ()
    enabled_by: tuple[str, ...] = ()
    seconds: float = 0.0
    heavy: bool = False
    advice: str = ""
    trifles: tuple[str, ...] = ()
    compiles: bool = False
    download: bool = False


@dataclass(frozen=True, slots=True)
class Parallelism:
    """Whether an invocation uses the machine's cores.

    `default`: "serial" or "parallel". `parallel_options` make it parallel; `serial_options` force it into single file
    ("--runInBand", "-p=1"), as do `serial_environment` and `serial_settings`; `environment` variables and `settings`
    ("pytest:addopts~-n", "gradle:org.gradle.parallel=true") make it parallel; `needs_dependency` names the plugin that
    brings the option (pytest-xdist). `test_suite`: it runs the test files of `language`, so that their number is the
    size of its work. `narrow_options` pick a part of the work, where single file does not matter.
    Patterns in all of these: "NAME", "NAME=value", "NAME~part of the value".
    """

    default: str
    when: When
    parallel_options: tuple[str, ...] = ()
    serial_options: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    needs_dependency: str = ""
    advice: str = ""
    insert: str = ""
    serial_settings: tuple[str, ...] = ()
    serial_environment: tuple[str, ...] = ()
    narrow_options: tuple[str, ...] = ()
    language: str = ""
    test_suite: bool = False


@dataclass(frozen=True, slots=True)
class Reporting:
    """How an invocation can report to a machine.

    `kind`: "test", "lint", "typecheck", "coverage", "audit", "list". `options` (prefixes such as "--junitxml",
    "--format=json"), `environment` and `settings` that make it machine-readable; `always` when it writes a report anyway;
    `annotates_on`: CI systems on which its default output is read by the system ("github"). `annotated_by`: actions
    whose problem matchers read its default output. `plugins`: dependencies that make it report by being installed.
    `none`: it has no machine form. Patterns as for `Parallelism`.
    """

    kind: str
    when: When
    options: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    always: bool = False
    none: bool = False
    annotates_on: tuple[str, ...] = ()
    advice: str = ""
    insert: str = ""
    annotated_by: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """Everything known of one program. `value_options` take a following word as their value (to find the subcommand)."""

    name: str
    aliases: tuple[str, ...] = ()
    source: str = ""
    check: str = ""
    value_options: tuple[str, ...] = ()
    asks: tuple[Asking, ...] = ()
    roles: tuple[Role, ...] = ()
    fetches: tuple[Fetching, ...] = ()
    parallelism: tuple[Parallelism, ...] = ()
    reports: tuple[Reporting, ...] = ()
    of: str = ""
    """The language whose tools it belongs to, where those of another have a program of the same name ("rust", "go")."""

    def operands(self, command: Command) -> tuple[str, ...]:
        """The arguments that are neither options nor values of this program's value options."""
        found: list[str] = []
        skip = False
        for word in command.arguments:
            if skip:
                skip = False
            elif word.text == "--":
                continue
            elif word.text.startswith("-") and len(word.text) > 1:
                skip = word.text in self.value_options
            elif word.text.startswith("+") and not found:
                continue
            else:
                found.append(word.text)
        return tuple(found)


def has_any(command: Command, options: Iterable[str], *, attached: bool = False) -> bool:
    """True when one of these options (or literal operands) is among the arguments.

    With `attached` a short option counts with its value behind it too (`-m"A message"`). "-C~/usr/ports/" is -C with a value
    that holds the part.
    """
    texts = command.texts()
    for option in options:
        name, _, part = option.partition("~")
        if part and name.startswith("-"):
            if part in (command.value_of(name) or ""):
                return True
            continue
        if not option.startswith("-") or option == "--":
            if option in texts:
                return True
        elif command.option(option) is not None or (
            attached and len(option) == 2 and any(text.startswith(option) for text in texts)
        ):
            return True
    return False


def in_environment(environment: Mapping[str, str], item: str) -> bool:
    """True when "NAME" is set (not empty, not 0/false) or "NAME=value" holds."""
    name, equals, value = item.partition("=")
    if name not in environment:
        return False
    if equals:
        return environment[name] == value
    return environment[name].lower() not in {"", "0", "false", "no"}
