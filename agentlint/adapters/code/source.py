"""The facts of one source file while they are found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from agentlint.adapters.code.callers import with_callers
from agentlint.adapters.code.calls import Call, function_around, function_name, literal
from agentlint.adapters.code.conditions import answered, guards_of, is_of_kept_token
from agentlint.adapters.code.elsewhere import guard_of_callers_elsewhere
from agentlint.adapters.code.handed_on import asks_for_callers
from agentlint.adapters.context import TreeContext
from agentlint.adapters.shell import exec_command, read_shell
from agentlint.documents.code import CodeTree, read_code
from agentlint.documents.embedded import EmbeddedText
from agentlint.facts.command import Command, Guard, Input, Output, Word
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.interface import Ask, AskKind, EnvironmentRead, Interface, Login, Sleep
from agentlint.facts.project_summary import is_test
from agentlint.facts.unit import Unit, UnitKind, unit_id
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, SourceFile, Span, UndecodableFile

if TYPE_CHECKING:
    from tree_sitter import Node

_TEST_CODE = lazily(
    r"(?:^|/)(?:tests?|[\w-]*test[-_]?cases?|testing|testutils?|__tests__|__mocks__|specs?|e2e|integration[-_]tests?|examples?|_examples|samples?|demos?|fixtures?"
    r"|__fixtures__|testdata|test[-_]data|docs?|documentation|benchmarks?|bench|playgrounds?|stories|cypress|templates?|website"
    r"|acceptance|features)/",
    re.IGNORECASE,
)
_TOOLING = lazily(
    r"^[^/]+$|(?:^|/)(?:scripts?|tools?|tooling|hack|ci|\.ci|\.github|build|builds?tools|tasks|gulp|release|dev|magefiles|internal/tools)/"
)
_SAMPLE = lazily(
    r"(?:^|/)(?:fixtures?|__fixtures__|testdata|test[-_]data|__snapshots__|test/resources|__testfixtures__)/"
)
MAX_FACTS = 200
"""Facts of one sort and file; beyond lies a table or generated code."""


def is_test_code(path: str, language: str) -> bool:
    """True for tests, examples, fixtures and documentation code."""
    return bool(_TEST_CODE.search(path)) or is_test(path, language)


def is_tooling(path: str) -> bool:
    """True for a file that works on the repository rather than being part of its product."""
    return bool(_TOOLING.search(path))


@dataclass
class Source:
    """A parsed file and what was found in it. `language` is the facts' name for it."""

    file: SourceFile
    tree: CodeTree
    context: TreeContext
    language: str
    dialect: str
    unit_kind: UnitKind = UnitKind.SCRIPT
    asks: list[Ask] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)
    sleeps: list[Sleep] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    interfaces: list[Interface] = field(default_factory=list)
    reads: list[EnvironmentRead] = field(default_factory=list)
    helpers: dict[str, AskKind] = field(default_factory=dict)
    """Functions that put questions for whoever calls them, and what they ask for."""
    only_helpers: bool = False
    """Read for the sake of another file: only the helpers count."""
    _callers: dict[str, Guard | None] = field(default_factory=dict)

    @classmethod
    def of(
        cls, file: SourceFile, context: TreeContext, dialect: str, language: str, kind: UnitKind = UnitKind.SCRIPT
    ) -> Source | None:
        """Parse a file; None where there is nothing to read, and for the sample inputs of tests, which nobody runs."""
        if _SAMPLE.search(file.path):
            return None
        try:
            tree = read_code(dialect, file.text)
        except UndecodableFile:
            return None
        return cls(file, tree, context, language, dialect, kind) if tree is not None else None

    @property
    def path(self) -> str:
        """The file's path."""
        return self.file.path

    @property
    def text(self) -> str:
        """The file's text."""
        return self.tree.text

    @property
    def unit(self) -> str:
        """The id of the file's own unit."""
        return unit_id(self.path, self.unit_kind, self.path)

    @property
    def test_code(self) -> bool:
        """True in tests, examples and documentation code."""
        return is_test_code(self.path, self.language)

    @property
    def full(self) -> bool:
        """True when more asks would not be kept."""
        return len(self.asks) >= MAX_FACTS

    def place(self, span: Span) -> Place:
        """A place in this file."""
        return Place(self.path, span)

    def guards(self, call: Call) -> tuple[Guard, ...]:
        """The conditions a call stands under, those of its function's callers included."""
        return with_callers(self.tree, guards_of(self.tree, call.node, call.above), call.above)

    def _answered_elsewhere(self, call: Call, guards: tuple[Guard, ...]) -> tuple[Guard, ...]:
        """The guards, with that of the callers in other files where all of them have one."""
        if answered(guards) or self.test_code:
            return guards
        function, around = function_around(call.above)
        while function is not None:
            name = function_name(self.tree, function, around)
            if name not in self._callers:
                self._callers[name] = guard_of_callers_elsewhere(self.context, self.path, self.tree, self.dialect, name)
            guard = self._callers[name]
            if guard is not None:
                return guard, *guards
            function, around = function_around(around)
        return guards

    def ask(self, call: Call, kind: AskKind, api: str = "", bypass: str = "", question: str = "") -> None:
        """A call that waits for a person; `question` is what is asked, where the call itself does not hold it."""
        from agentlint.adapters.code.logins import is_pasted_code, token_path

        if self.language == "javascript" and not bypass and not self.test_code:
            helper = asks_for_callers(self.tree, call)
            if helper and not answered(self.guards(call)):
                self.helpers.setdefault(helper, kind)
                return
        if self.only_helpers:
            return
        if kind in {AskKind.LINE, AskKind.SECRET} and is_pasted_code(self, call, question or self.tree.of(call.node)):
            self.login(
                call, f"{(api or call.callee)[:40]} for a code from the browser", bypass or token_path(self.text)
            )
        if not self.full:
            known = self.guards(call) if bypass else self._answered_elsewhere(call, self.guards(call))
            place = self.place(call.span)
            self.asks.append(
                Ask(kind, (api or call.callee)[:80], self.language, place, self.unit, known, bypass, self.test_code)
            )

    def login(self, call: Call, api: str = "", alternative: str = "") -> None:
        """A call that needs a browser."""
        if len(self.logins) < MAX_FACTS:
            place = self.place(call.span)
            guards = tuple(guard for guard in self.guards(call) if not is_of_kept_token(self.tree, guard))
            name = (api or call.callee)[:80]
            self.logins.append(Login(name, self.language, place, self.unit, alternative, guards, self.test_code))

    def sleep(self, call: Call, seconds: float, polling: bool, span: Span | None = None) -> None:
        """A fixed wait."""
        if len(self.sleeps) < MAX_FACTS:
            place = self.place(span or call.span)
            self.sleeps.append(
                Sleep(seconds, call.callee[:80], self.language, place, self.unit, polling, self.test_code)
            )

    def environment_read(self, name: str, span: Span) -> None:
        """A variable without which the program stops."""
        if len(self.reads) < MAX_FACTS:
            self.reads.append(EnvironmentRead(name, True, self.place(span), self.unit, self.test_code))

    def shell(
        self,
        node: Node,
        call: Call,
        stdin: Input = Input.INHERITED,
        stdout: Output = Output.INHERITED,
        directory: str | None = "",
    ) -> None:
        """A string literal that a shell runs."""
        raw = self.tree.of(node)
        opening = len(raw) - len(raw.lstrip("\"'`"))
        if opening and literal(self.tree, node) is not None and "\\" not in raw:
            self.shell_span(node.start_byte + opening, node.end_byte - opening, call, stdin, stdout, directory)

    def shell_span(
        self, start: int, end: int, call: Call, stdin: Input, stdout: Output, directory: str | None = ""
    ) -> None:
        """A range of the text, without escapes, that a shell runs."""
        if len(self.commands) < MAX_FACTS:
            text = EmbeddedText.at(self.text[start:end], start)
            guards = self.guards(call)
            reading = read_shell(text, self.path, self.unit, dialect="sh", guards=guards, directory=directory)
            self.commands.extend(_fed(command, stdin, stdout) for command in reading.commands)

    def execute(
        self,
        nodes: Sequence[Node],
        call: Call,
        stdin: Input = Input.INHERITED,
        stdout: Output = Output.INHERITED,
        directory: str | None = "",
        elsewhere: bool = False,
    ) -> None:
        """An argument list without a shell: the program must be literal, unknown arguments are kept as written.

        Words that stand `elsewhere` than in the call belong to it all the same: the call is the command's place.
        """
        program = literal(self.tree, nodes[0]) if nodes else None
        if not program or len(self.commands) >= MAX_FACTS:
            return
        words = [self._word(node) for node in nodes]
        found = exec_command(
            words, self.path, self.unit, input=stdin, output=stdout, guards=self.guards(call), directory=directory
        )
        at = self.place(call.span)
        self.commands.extend(
            replace(command, place=at) if elsewhere else command for command in found if command.program
        )

    def _word(self, node: Node) -> Word:
        text = literal(self.tree, node)
        span = Span(node.start_byte, node.end_byte)
        if node.type in {"spread_element", "variadic_argument", "splat_argument"}:
            return Word("$@", span, literal=False, quoted=True)
        if text is None:
            return Word("${expression}", span, literal=False, quoted=True)
        return Word(text, span, quoted=True)

    def facts(self) -> FileFacts:
        """All that was found; nothing at all for a file without any."""
        if not (self.asks or self.logins or self.sleeps or self.commands or self.interfaces or self.reads):
            return FileFacts()
        unit = Unit(self.unit, self.unit_kind, self.path, self.place(self.file.whole))
        return FileFacts(
            commands=tuple(sorted(self.commands, key=_start)),
            units=(unit,),
            asks=tuple(sorted(self.asks, key=_start)),
            logins=tuple(self.logins),
            sleeps=tuple(self.sleeps),
            interfaces=tuple(self.interfaces),
            environment_reads=tuple(self.reads),
        )


def _start(fact: Ask | Command) -> int:
    return fact.place.span.start


def _fed(command: Command, stdin: Input, stdout: Output) -> Command:
    """A command of a shell text, with what the surrounding call makes of its input and output."""
    if command.input is Input.INHERITED:
        command = replace(command, input=stdin)
    return replace(command, output=stdout) if command.output is Output.INHERITED else command
