"""Batch files and `cmd` steps, line by line: what they run, what they ask, and under which conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from agentlint.adapters.batch_choices import BatchChoices
from agentlint.adapters.context import TreeContext
from agentlint.adapters.script_file import script_facts
from agentlint.adapters.shell.emit import Emitter
from agentlint.adapters.shell.frame import Frame
from agentlint.adapters.shell.machine import Machine
from agentlint.adapters.shell.names import ASSENT, CI
from agentlint.adapters.shell.reading import ShellReading, of_sink
from agentlint.adapters.shell.sink import Sink
from agentlint.documents.embedded import EmbeddedText
from agentlint.facts.command import EMPTY, Guard, GuardKind, Input, Output, Status, Word
from agentlint.facts.filefacts import FileFacts
from agentlint.files.source import SourceFile, Span

MAX_TEXT = 1_000_000
MAX_LINE = 8191
"""What cmd itself reads of a line."""
MAX_DEPTH = 50

_TOKEN = re.compile(r'(?:(?<=\s)\d)?>>?(?:&\d)?|(?:"[^"\n]*"?|\^.|[^\s"|&()<>^])+|\|\||&&|[|&()]|<', re.DOTALL)
_IF = re.compile(
    r"(?:(?P<case>/i)\s+)?(?P<not>not\s+)?(?:/i\s+)?(?:(?P<defined>defined\s+(?P<name>\w+))|(?P<other>(?:exist|errorlevel|cmdextversion)\s+\S+)"
    r"|(?P<left>\"[^\"]*\"|\S+?)\s*(?P<operator>==|\bequ\b|\bneq\b|\bgeq\b|\bleq\b|\bgtr\b|\blss\b)\s*(?P<right>\"[^\"]*\"|\S+))\s*",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"[%!](?:~?)(\w+)")
_LABEL = re.compile(r"\s*:(?!:)(\w+)")
_REMARK = re.compile(r"@?\s*(?:rem\b|::)|#!", re.IGNORECASE)
_OWN = frozenset({"timeout", "time", "find", "start", "set", "pause", "choice"})
"""Programs of Windows whose Unix namesakes do something else."""
_SKIPPED = frozenset({"echo", "echo.", "setlocal", "endlocal", "title", "color", "cls", "goto", "shift", "for", "else"})


class _Part(NamedTuple):
    """One command of a line: its tokens with their offsets and what joins it to the one before."""

    tokens: tuple[tuple[str, Span], ...]
    joined: str = ""


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a batch file."""
    return script_facts(file, read_batch)


def read_batch(
    text: EmbeddedText,
    path: str,
    unit: str,
    *,
    environment: Mapping[str, str] = EMPTY,
    directory: str | None = "",
    step: int | None = None,
    guards: tuple[Guard, ...] = (),
) -> ShellReading:
    """Read batch text that stands inside `path`."""
    sink = Sink(path, unit, step)
    _Reader(text, sink, Machine(base=environment, directory=directory), Frame(unit, guards=guards)).run()
    return of_sink(sink)


class _Reader:
    """Walks the lines of one text; parentheses after `if` keep its guard until they close."""

    def __init__(self, text: EmbeddedText, sink: Sink, machine: Machine, frame: Frame) -> None:
        self.text = text
        self.sink = sink
        self.machine = machine
        self.frame = frame
        self.emitter = Emitter(sink)
        self.stack: list[Guard | None] = []
        self.pending: Guard | None = None
        self.last: Guard | None = None
        self.after: list[Guard] = []
        self.unless: Guard | None = None
        """What holds where the last condition does not, where that means that nobody has given a value."""
        self.assigned: set[str] = set()
        self.previous = ""
        self.choices = BatchChoices(text.text[:MAX_TEXT])

    def run(self) -> None:
        for start, line in _lines(self.text.text[:MAX_TEXT].replace("\ufeff", " ")):
            label = _LABEL.match(line)
            if label or _REMARK.match(line.lstrip()):
                if label:
                    self.after.clear()
                    self.choices.label(label[1])
                continue
            self._line(line, start)

    def _line(self, line: str, start: int) -> None:
        self.pending = None
        self.choices.line()
        if line.startswith("#!"):
            return  # a script that is read by another shell too
        parts = list(_parts(line, start))
        for index, part in enumerate(parts):
            following = parts[index + 1].joined if index + 1 < len(parts) else ""
            self._part(part, following, line, start)

    def _part(self, part: _Part, following: str, line: str, start: int) -> None:
        tokens = list(part.tokens)
        while tokens:
            tokens = self._keywords(tokens, line, start)
            end = next((i for i, (text, _) in enumerate(tokens) if text in {"(", ")"}), len(tokens))
            if end:
                self._command(tokens[:end], part.joined, following)
            tokens = tokens[end:]

    def _keywords(self, tokens: list[tuple[str, Span]], line: str, start: int) -> list[tuple[str, Span]]:
        """The tokens from the next command on: brackets, `if`, `else` and `for ... do` are dealt with."""
        while tokens:
            word = tokens[0][0].lstrip("@").lower()
            if word == "if":
                tokens = self._if(tokens, line, start)
                continue
            if word == "for":
                at = next((i for i, (text, _) in enumerate(tokens) if text.lower() == "do"), len(tokens) - 1)
                tokens = tokens[at + 1 :]
                continue
            if word == "(":
                self._open()
            elif word == ")":
                self._close()
            elif word == "else":
                self.pending = self._flipped(self.last)
                self.choices.otherwise()
            elif word != "do":
                break
            tokens = tokens[1:]
        return tokens

    def _open(self) -> None:
        if len(self.stack) < MAX_DEPTH:
            self.stack.append(self.pending)
            self.choices.open()
        self.pending = None

    def _close(self) -> None:
        if self.stack:
            self.last = self.stack.pop()
            self.choices.close()

    def _if(self, tokens: list[tuple[str, Span]], line: str, start: int) -> list[tuple[str, Span]]:
        offset = tokens[0][1].end - start
        while offset < len(line) and line[offset] in " \t":
            offset += 1
        match = _IF.match(line, offset)
        if match is None:
            return []
        self.choices.test(match)
        span = self.text.outer_span(Span(start + offset, start + match.end()))
        text = f"if {match[0].strip()}"
        negated = bool(match["not"])
        self.pending = self.last = Guard(self._kind(match, negated), text[:80], span)
        asks_whether_empty = bool(match["defined"]) or (match["right"] or "").strip('"') == ""
        opposite = self._kind(match, not negated) if asks_whether_empty else GuardKind.OTHER
        spares = opposite is GuardKind.VARIABLE
        self.unless = Guard(opposite, f"else of {text}"[:80], span) if spares else None
        return [item for item in tokens[1:] if item[1].start >= start + match.end()]

    def _kind(self, match: re.Match[str], negated: bool) -> GuardKind:
        if match["defined"]:
            return self._of_variable(match["name"], empty=negated)
        if match["other"]:
            return GuardKind.OTHER
        found = _VARIABLE.search(match["left"]) or _VARIABLE.search(match["right"])
        if found is None:
            return GuardKind.OTHER
        value = match["right"].strip('"')
        equal = (match["operator"].lower() in {"==", "equ"}) != negated
        if found[1].isdigit():
            if value.startswith(("-", "/")):
                return GuardKind.OPTION if equal or ASSENT.search(value.lstrip("-/")) else GuardKind.OTHER
            return GuardKind.VARIABLE if value == "" and equal else GuardKind.OTHER
        return self._of_variable(found[1], empty=equal == (value in {"", "0", "false"}))

    def _of_variable(self, name: str, empty: bool) -> GuardKind:
        if name.upper() in CI:
            return GuardKind.NOT_AUTOMATED if empty else GuardKind.AUTOMATED
        if name.lower() in self.assigned:
            return GuardKind.INTERACTIVE_CALLER
        if name.lower() in {"errorlevel", "os", "processor_architecture"}:
            return GuardKind.OTHER
        return GuardKind.VARIABLE if empty else GuardKind.OPTION

    def _flipped(self, guard: Guard | None) -> Guard | None:
        if guard is None:
            return None
        other = {
            GuardKind.NOT_AUTOMATED: GuardKind.AUTOMATED,
            GuardKind.AUTOMATED: GuardKind.NOT_AUTOMATED,
            GuardKind.OPTION: GuardKind.OPTION,
        }
        return Guard(other.get(guard.kind, GuardKind.OTHER), f"else of {guard.text}"[:80], guard.span)

    def _command(self, tokens: list[tuple[str, Span]], joined: str, following: str) -> None:
        words, redirects = _redirected(tokens)
        if not words:
            return
        name = words[0][0].lstrip("@").lower()
        if name == "call" and len(words) > 1 and not words[1][0].startswith(":"):
            words = words[1:]
            name = words[0][0].lower()
        guards = [
            *self.frame.guards,
            *self.after,
            *(guard for guard in self.stack if guard),
            *([self.pending] if self.pending else []),
        ]
        if name in {"exit", "goto"}:
            self._leaves()
        if joined not in {"||", "&&"}:
            self._choose(name, words[-1][0].lower().lstrip(":"))
        if name in _SKIPPED:
            self.previous = name.rstrip(".")
            return
        frame = self._frame(joined, following, redirects, tuple(guards))
        made = [_word(text, self.text.outer_span(span)) for text, span in words]
        if name == "cd" or name == "pushd":
            target = made[-1]
            self.machine.change_directory(target.text.replace("\\", "/"), target.literal)
        place = Span(made[0].span.start, made[-1].span.end)
        before = len(self.sink.commands)
        if name in _OWN:
            self.emitter.plain(name, made[0].span, tuple(made[1:]), place, frame, self.machine)
        else:
            for _ in self.emitter.command(made, place, frame, self.machine.environment, self.machine):
                continue
        self.sink.choose_all(before, self.choices.here())
        self.previous = name
        self._set(name, made)

    def _choose(self, name: str, last: str) -> None:
        """Keep up what the caller's values decide: this command may end the way that it stands on."""
        if name in {"exit", "goto"}:
            self.choices.leave(last if name == "goto" else "")
        else:
            self.choices.stay()

    def _leaves(self) -> None:
        """What follows `if ... goto label` is reached under the opposite of the condition, up to the next label."""
        if self.pending is not None and not self.stack:
            kind = self.pending.kind
            if self.unless is not None:
                self.after.append(self.unless)
                return
            if kind is GuardKind.AUTOMATED:
                self.after.append(Guard(GuardKind.NOT_AUTOMATED, self.pending.text, self.pending.span))
            elif kind is GuardKind.OPTION and ASSENT.search(self.pending.text):
                self.after.append(self.pending)

    def _frame(self, joined: str, following: str, redirects: dict[str, str], guards: tuple[Guard, ...]) -> Frame:
        frame = Frame(
            self.frame.unit,
            input=Input.PIPE if joined == "|" else Input.INHERITED,
            input_from=self.previous if joined == "|" else "",
            output=Output.PIPE if following == "|" else Output.INHERITED,
            status=Status.LOST_IN_PIPE
            if following == "|"
            else Status.TESTED
            if following == "||"
            else Status.UNCHECKED,
            guards=guards,
        )
        if "<" in redirects:
            source = redirects["<"].lower()
            given = Input.NULL if source == "nul" else Input.INHERITED if source in {"con", "con:"} else Input.FILE
            frame = Frame(frame.unit, given, redirects["<"], frame.output, "", frame.status, guards)
        if ">" in redirects and frame.output is Output.INHERITED:
            target = redirects[">"]
            kind = Output.NULL if target.lower() == "nul" else Output.FILE
            frame = Frame(frame.unit, frame.input, frame.input_from, kind, target, frame.status, guards)
        return frame

    def _set(self, name: str, words: list[Word]) -> None:
        if name != "set" or len(words) < 2:
            return
        if words[1].text.lower() == "/p":
            variable = " ".join(word.text for word in words[2:]).partition("=")[0]
            self.assigned.add(variable.strip(' "').lower())
            return
        variable, equals, value = " ".join(word.text for word in words[1:]).partition("=")
        if equals and variable.isidentifier():
            self.machine.assign(variable, value)
            self.machine.export(variable)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with `^` continuations joined: the caret and the line break become blanks."""
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        while end < len(text) and text[at:end].rstrip("\r").endswith("^"):
            following = text.find("\n", end + 1)
            end = len(text) if following < 0 else following
        line = re.sub(r"\^\r?\n", lambda match: " " * len(match[0]), text[at:end])
        yield at, line[:MAX_LINE].replace("\r", " ")
        at = end + 1


def _parts(line: str, start: int) -> Iterator[_Part]:
    tokens: list[tuple[str, Span]] = []
    joined = ""
    for match in _TOKEN.finditer(line):
        text = match[0]
        if text in {"|", "&", "&&", "||"}:
            yield _Part(tuple(tokens), joined)
            tokens = []
            joined = text
        else:
            tokens.append((text, Span(start + match.start(), start + match.end())))
    if tokens:
        yield _Part(tuple(tokens), joined)


def _redirected(tokens: list[tuple[str, Span]]) -> tuple[list[tuple[str, Span]], dict[str, str]]:
    words: list[tuple[str, Span]] = []
    redirects: dict[str, str] = {}
    at = 0
    while at < len(tokens):
        text = tokens[at][0]
        if re.fullmatch(r"\d?>>?|<", text):
            if at + 1 < len(tokens) and text in {">", ">>", "1>", "<"}:
                redirects[text.strip("1")[:1]] = tokens[at + 1][0].strip('"')
            at += 2
        elif re.fullmatch(r"\d?>>?&\d", text):
            at += 1
        else:
            words.append(tokens[at])
            at += 1
    return words, redirects


def _word(raw: str, span: Span) -> Word:
    text = raw.lstrip("@") if raw[:1] == "@" else raw
    quoted = len(text) > 1 and text[0] == '"' and text[-1] == '"'
    return Word(text.replace('"', "").replace("^", ""), span, "%" not in text and "!" not in text, quoted)
