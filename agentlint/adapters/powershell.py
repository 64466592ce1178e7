"""PowerShell scripts and steps: what they run, what they ask, and under which conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agentlint.adapters.context import TreeContext
from agentlint.adapters.powershell_choices import PowerChoices
from agentlint.adapters.powershell_parameters import Parameters, function_around
from agentlint.adapters.script_file import script_facts
from agentlint.adapters.shell.emit import Emitter
from agentlint.adapters.shell.frame import Frame
from agentlint.adapters.shell.machine import UNKNOWN, Machine
from agentlint.adapters.shell.names import ASSENT, CI
from agentlint.adapters.shell.reading import ShellReading, of_sink
from agentlint.adapters.shell.sink import Sink
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.powershell import Block, PowerStatement, PowerWord, read_powershell_text
from agentlint.facts.command import ANSWERING, EMPTY, Guard, GuardKind, Input, Output, Status, Word
from agentlint.facts.filefacts import FileFacts
from agentlint.files.source import SourceFile, Span

ASKING = {
    name.lower(): name
    for name in (
        "Read-Host",
        "Get-Credential",
        "Out-GridView",
        "Pause",
        "Start-Sleep",
        "Connect-AzAccount",
        "Connect-MgGraph",
    )
}
"""Cmdlets found anywhere in an expression, with the spelling that the table of programs uses."""
_ABOUT_COMMANDS = frozenset({"mock", "should", "assert-mockcalled", "get-command", "get-help", "set-alias"})
"""What is given the name of a command and does not run it: Pester's mocks and checks, and the like."""

_CONSOLE = re.compile(
    r"\[(?:System\.)?Console\]::Read(?:Key|Line)\s*\(|\$Host\.UI\.(?:RawUI\.ReadKey|PromptForChoice|Prompt|ReadLine\w*)\s*\("
    r"|\$PSCmdlet\.ShouldContinue\s*\(|\[(?:System\.)?Windows\.Forms\.MessageBox\]::Show\s*\(",
    re.IGNORECASE,
)
_IN_HEADER = re.compile(_CONSOLE.pattern + r"|(?<=[(])Read-Host\s", re.IGNORECASE)
"""The same in the condition of a block: `if ((Read-Host "Sure?") -eq 'y')`, `switch (Read-Host "Which?")`."""
_FORCED = re.compile(
    r"\$\w*(?:Force|Yes|Confirm|Silent|Quiet)\w*[^\n]{0,80}(?:-or|-and)\s*(?:-not\s*|!\s*)?\(*$", re.IGNORECASE
)
"""What stands before a question that a parameter spares: `if ($Force -or $PSCmdlet.ShouldContinue(...))`."""
_VARIABLE = re.compile(r"\$(?:\{?(env):)?\{?(\w+)", re.IGNORECASE)
_NEGATED = re.compile(
    r"-not\b|!\s*[\$(\[]|-eq\s*(?:\$null|\$false|''|\"\")|-ne\s*(?:\$true|'true'|\"true\")|IsNullOrEmpty|IsNullOrWhiteSpace",
    re.IGNORECASE,
)
_TERMINAL = re.compile(
    r"UserInteractive|IsInputRedirected|IsOutputRedirected|Test-Interactive|IsInteractive", re.IGNORECASE
)
_CMDLET_OPTION = re.compile(r"-[A-Z][a-z]+(?:[A-Z][a-z]+)*:?")
_LEAVES = re.compile(r"(?:exit|return|throw|break|continue)\b", re.IGNORECASE)
_KEYWORDS = frozenset(
    "if else elseif foreach for while do until switch function return throw param try catch finally break continue begin"
    " process end class enum using filter trap in".split()
)


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a script file."""
    return script_facts(file, read_powershell)


def read_powershell(
    text: EmbeddedText,
    path: str,
    unit: str,
    *,
    environment: Mapping[str, str] = EMPTY,
    directory: str | None = "",
    errexit: bool = False,
    step: int | None = None,
    guards: tuple[Guard, ...] = (),
) -> ShellReading:
    """Read PowerShell text that stands inside `path`."""
    sink = Sink(path, unit, step)
    machine = Machine(base=environment, directory=directory, errexit=errexit)
    _Reader(text, sink, machine, Frame(unit, guards=guards)).run()
    return of_sink(sink)


def read_into(sink: Sink, text: EmbeddedText, machine: Machine, frame: Frame) -> None:
    """Read PowerShell text that a command of another script runs (`pwsh -Command "..."`) into that script's sink."""
    _Reader(text, sink, machine, frame).run()


_EVALUATES = frozenset({"invoke-expression", "iex"})
_ONE_COMMAND = re.compile(r"[\w./\\-]+(?: [^;|&{}`\"'\n]*)?\Z")


def _evaluated(words: list[PowerWord]) -> list[PowerWord]:
    """The words of the one command that `Invoke-Expression "go test ./..."` runs; others as they are."""
    if len(words) < 2 or words[0].text.lower() not in _EVALUATES:
        return words
    told = words[2] if words[1].text.lower() == "-command" and len(words) == 3 else words[1]
    if words[-1] is not told or not told.quoted or not _ONE_COMMAND.match(told.text):
        return words
    start = told.span.start + 1
    return [
        PowerWord(one[0], Span(start + one.start(), start + one.end()), "$" not in one[0])
        for one in re.finditer(r"\S+", told.text)
    ]


class _Reader:
    """Walks the statements of one text."""

    def __init__(self, text: EmbeddedText, sink: Sink, machine: Machine, frame: Frame) -> None:
        self.text = text
        self.sink = sink
        self.machine = machine
        self.frame = frame
        self.emitter = Emitter(sink)
        self.parameters = Parameters(())
        self.options: set[str] = set()
        self.function = ""
        self.headers: set[Block] = set()
        self.after: dict[Block | None, tuple[Guard, ...]] = {}
        self.choices = PowerChoices(text.text)

    def run(self) -> None:
        statements = read_powershell_text(self.text.text)
        self.parameters = Parameters(statements)
        self.options = self.parameters.names
        for index, statement in enumerate(statements):
            following = statements[index + 1] if index + 1 < len(statements) else None
            before = len(self.sink.commands)
            self._statement(statement, following)
            self.sink.choose_all(before, self.choices.of(statement))
            self._leave(statement)

    def _statement(self, statement: PowerStatement, following: PowerStatement | None) -> None:
        self._variable(statement)
        words = self._run_words(statement)
        self.function = function_around(statement.blocks)
        guards = (*self.frame.guards, *self._guards(statement))
        frame = Frame(
            self.frame.unit,
            input=Input.PIPE if statement.piped_from else Input.INHERITED,
            output=self._output(statement),
            status=self._status(following),
            guards=guards,
            in_loop=any(_LOOP.match(block.header) for block in statement.blocks),
        )
        if words and words[0].text:
            span = Span(words[0].span.start, words[-1].span.end)
            made = [Word(word.text, self.text.outer_span(word.span), word.literal, word.quoted) for word in words]
            self._state(words)
            for script in self.emitter.command(
                made, self.text.outer_span(span), frame, self.machine.environment, self.machine
            ):
                self._nested(script.word.text)
        self._console(statement, frame)

    def _variable(self, statement: PowerStatement) -> None:
        """`$env:TASK = "lint"`: from here on in the environment of what is started; unsure where a block sets it."""
        words = [word.text for word in statement.words]
        if len(words) == 3 and words[1] == "=" and words[0].lower().startswith("$env:"):
            known = not statement.blocks and (statement.words[2].literal or words[2].startswith("${{"))
            self.machine.assign(words[0][5:], words[2] if known else UNKNOWN)
            self.machine.export(words[0][5:])

    def _nested(self, text: str) -> None:
        """Shell text inside PowerShell (`bash -c "..."`) is seldom more than one command: left alone."""

    def _run_words(self, statement: PowerStatement) -> list[PowerWord]:
        """The words from the program on: behind `$x =`, `return`, `&`, casts; or an asking cmdlet further in."""
        words = _evaluated(statement.words)
        if words and words[0].text.lower() in _ABOUT_COMMANDS:
            return words
        for index, word in enumerate(words):
            known = ASKING.get(word.text.lower())
            if known is not None and not word.quoted:
                first = PowerWord(known if known != "Pause" else "pause", word.span)
                end = self._closing(word.span.end, words[-1].span.end)
                return [first, *(item for item in words[index + 1 :] if item.span.start < end)]
        at = 0
        while at < len(words):
            text = words[at].text
            if len(words) > at + 1 and words[at + 1].text in {"=", "+="}:
                at += 2
            elif (
                text in {"&", "."}
                or text.lower() in {"return", "throw"}
                or (text.startswith("[") and text.endswith("]"))
            ):
                at += 1
            else:
                break
        words = words[at:]
        if (
            not words
            or words[0].text.lower() in _KEYWORDS
            or (words[0].text[:1] in "$[@-(+=,0123456789" and words[0].text)
        ):
            called = words and at and statement.words[at - 1].text in {"&", "."}
            return words if called else []
        if words[0].quoted and not (at and statement.words[at - 1].text in {"&", "."}):
            return []
        if words[0].text in {"curl", "wget"} and any(_CMDLET_OPTION.fullmatch(word.text) for word in words[1:]):
            return [PowerWord("Invoke-WebRequest", words[0].span), *words[1:]]  # Windows PowerShell's alias
        return words

    def _closing(self, start: int, end: int) -> int:
        """Where the bracket that an expression stands in closes."""
        depth = 0
        text = self.text.text
        for at in range(start, end):
            if text[at] == "(":
                depth += 1
            elif text[at] == ")":
                depth -= 1
                if depth < 0:
                    return at
        return end

    def _output(self, statement: PowerStatement) -> Output:
        if statement.piped_to:
            return Output.PIPE
        return Output.CAPTURED if len(statement.words) > 1 and statement.words[1].text == "=" else Output.INHERITED

    def _status(self, following: PowerStatement | None) -> Status:
        if self.machine.errexit or following is None:
            return Status.COUNTED
        text = self.text.text[following.span.start : following.span.end]
        header = following.blocks[-1].header if following.blocks else ""
        asked = (text + header).upper()  # names have no case here
        return Status.TESTED if "LASTEXITCODE" in asked or "$?" in asked else Status.UNCHECKED

    def _state(self, words: list[PowerWord]) -> None:
        name = words[0].text.lower()
        if name in {"cd", "set-location", "pushd", "push-location", "chdir", "sl"} and len(words) > 1:
            target = words[-1]
            move = self.machine.push_directory if name.startswith("push") else self.machine.change_directory
            move(target.text.replace("\\", "/").removeprefix("./"), target.literal)
        elif name in {"popd", "pop-location"}:
            self.machine.pop_directory()

    def _console(self, statement: PowerStatement, frame: Frame) -> None:
        """`[Console]::ReadKey()` and its like, as commands by these names."""
        text = self.text.text
        match = _CONSOLE.search(text, statement.span.start, statement.span.end + 2)
        if match is None and statement.blocks and statement.blocks[-1] not in self.headers:
            header = statement.blocks[-1].header_span
            self.headers.add(statement.blocks[-1])
            match = _IN_HEADER.search(text, header.start, header.end + 2)
        if match is None:
            return
        if _FORCED.search(text, max(0, match.start() - 160), match.start()):
            return
        span = self.text.outer_span(Span(match.start(), match.end() - 1))
        name = match[0].rstrip("( ")
        self.emitter.plain("Read-Host" if "Key" not in name else "pause", span, (), span, frame, self.machine)

    # -- guards ------------------------------------------------------------------------------------------------------

    def _guards(self, statement: PowerStatement) -> tuple[Guard, ...]:
        found: list[Guard] = list(self.after.get(None, ()))
        for block in statement.blocks:
            found.extend(self._of_block(block))
            found.extend(self.after.get(block, ()))
        variable = statement.blocks and statement.blocks[-1].header == "param"
        if variable:
            found.append(Guard(GuardKind.OPTION, "param", self.text.outer_span(statement.blocks[-1].header_span)))
        return tuple(found)

    def _of_block(self, block: Block) -> list[Guard]:
        header = block.header
        lowered = header.lower()
        if lowered.startswith("else") and not lowered.startswith("elseif"):
            previous = block.previous
            return [] if previous is None else [self._guard(previous.header, previous.header_span, False)]
        if lowered.startswith(("if", "elseif", "while", "until")):
            return [self._guard(header, block.header_span, True)]
        return []

    def _guard(self, header: str, span: Span, holds: bool) -> Guard:
        return Guard(self._kind(header, holds), header[:80], self.text.outer_span(span))

    def _kind(self, header: str, holds: bool) -> GuardKind:
        parts = re.split(r"\s-and\s" if holds else r"\s-or\s", header, flags=re.IGNORECASE)
        kinds = (self._kind_of_part(part, holds) for part in parts)
        return next((kind for kind in kinds if kind in ANSWERING), self._kind_of_part(header, holds))

    def _kind_of_part(self, header: str, holds: bool) -> GuardKind:
        negated = bool(_NEGATED.search(header)) == holds
        if _TERMINAL.search(header):
            redirected = "redirected" in header.lower()
            return GuardKind.TERMINAL if negated == redirected else GuardKind.OTHER
        for environment, name in _VARIABLE.findall(header):
            if environment and name.upper() in CI:
                return GuardKind.NOT_AUTOMATED if negated else GuardKind.AUTOMATED
            if environment:
                return GuardKind.VARIABLE if negated else GuardKind.OPTION
            if self.parameters.is_left(self.function, name.lower(), header, negated):
                continue
            if name.lower() in self.options:
                return GuardKind.VARIABLE if negated and not ASSENT.search(name) else GuardKind.OPTION
            if name.lower() in {"confirmpreference", "psboundparameters", "args"}:
                return GuardKind.OPTION
        return GuardKind.OTHER

    def _leave(self, statement: PowerStatement) -> None:
        """A block that ends in `exit` or `return` guards what follows it."""
        if not statement.blocks or not _LEAVES.match(statement.words[0].text):
            return
        block = statement.blocks[-1]
        if not block.header.lower().startswith("if"):
            return
        parent = statement.blocks[-2] if len(statement.blocks) > 1 else None
        self.choices.leave(block, parent)
        guard = self._guard(block.header, block.header_span, False)
        given = guard.kind in {GuardKind.OPTION, GuardKind.VARIABLE} and not ASSENT.search(block.header)
        if guard.kind is GuardKind.OTHER or given:
            return
        self.after[parent] = (*self.after.get(parent, ()), guard)


_LOOP = re.compile(r"(?:while|until|do|for|foreach)\b", re.IGNORECASE)
