"""Simple commands: assignments, builtins that change the shell's state, and the commands themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from agentlint.adapters.shell.builtins import BUILTINS
from agentlint.adapters.shell.emit import Emitter
from agentlint.adapters.shell.expand import array_of, embedded, expand, outer_of, text_of, words_of
from agentlint.adapters.shell.frame import Frame
from agentlint.adapters.shell.looking import called_names, read_names
from agentlint.adapters.shell.machine import (
    ANSWER,
    UNKNOWN,
    Machine,
    Unknown,
    command_line,
    fields,
    known_words,
    told_in_part,
)
from agentlint.adapters.shell.names import ELEVATION, RUNNING, SETTINGS_BEFORE, SHELL_COMMAND, WHOLE_VARIABLE
from agentlint.adapters.shell.reads import note_environment_read
from agentlint.adapters.shell.redirected import redirected, source_of
from agentlint.adapters.shell.sink import Call
from agentlint.documents.assembly import Assembly
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.shell import Assignment, Loop, Part, PartKind, Redirect, ShellWord, Simple
from agentlint.facts.command import Guard, Input, Output, Status, Word
from agentlint.files.source import Span

if TYPE_CHECKING:
    from agentlint.adapters.shell.walk import Walker

Guards = tuple[Guard, ...]
_PARTED = {True: {"[@]"}, False: {"", "[@]"}}
"""How a variable is written that gives several words, by whether it stands in quotes."""


class SimpleCommands:
    """Handles the simple commands that a walker meets."""

    def __init__(self, walker: Walker, nested: Callable[..., None]) -> None:
        self.walker = walker
        self.sink = walker.sink
        self.source = walker.source
        self.outer = outer_of(walker.source)
        self.nested = nested
        self.emitter = Emitter(walker.sink)

    def walk(self, statement: Simple, frame: Frame, machine: Machine) -> Guards:
        """Walk one simple command; gives the guards that it leaves behind (a function that exits)."""
        self.targets(statement.redirects, frame, machine)
        if not statement.words:
            for assignment in statement.assignments:
                self.assign(assignment, frame, machine)
            return ()
        inline = {a.name: self._inline(a, frame, machine) for a in statement.assignments}
        inner = redirected(statement.redirects, frame, machine)
        for word in () if statement.declared else statement.words:
            self.substitutions(word, frame, machine)
        words = [made for word in statement.words for made in expand(word, machine, self.outer)]
        words, elevated = self._elevated(statement, words, machine)
        if not words:
            return ()
        words = _told_by_arm(words, machine)
        name = words[0].text
        if name == "exec" and len(words) == 1:
            self._exec(statement.redirects, machine)
            return ()
        after: Guards = ()
        for function in called_names(statement, self.walker.summary.functions):
            after = self.call(function, inner, machine)
        self._emit(statement, words, elevated, inline, inner, machine)
        builtin = BUILTINS.get(name)
        if builtin is not None:
            builtin(words, statement, machine)
        if name in {"export", "declare", "local", "readonly", "typeset"}:
            self._declare(name, words, statement, frame, machine)
        elif name in {"read", "mapfile", "readarray", "vared"}:
            value = ANSWER if inner.input is Input.INHERITED else UNKNOWN
            for variable in read_names(statement) if name in {"read", "vared"} else ():
                machine.assign(variable, value)
        elif name in {"eval", "trap"}:
            self._code(name, statement, frame, machine)
        return after

    def assign(self, assignment: Assignment, frame: Frame, machine: Machine, status: Status | None = None) -> None:
        """`name=value` as a statement of its own; its substitutions' status is the statement's."""
        name = assignment.name
        if assignment.items is not None:
            for item in assignment.items:
                self.substitutions(item, frame, machine)
            items = array_of(assignment.items, machine)
            known = machine.lookup(name)
            if assignment.append and isinstance(known, tuple) and items is not None:
                machine.assign(name, (*known, *items))
            elif assignment.append:
                machine.assign(name, command_line((*known_words(known), *words_of(assignment.items, machine))))
            else:
                words = words_of(assignment.items, machine) if items is None else ()
                machine.assign(name, items if items is not None else command_line(words))
            return
        if assignment.value is None:
            return
        self.substitutions(assignment.value, frame, machine, status or frame.status)
        text, literal = text_of(assignment.value, machine)
        if assignment.subscript:
            machine.assign(name, UNKNOWN)
        elif assignment.append:
            known = machine.lookup(name)
            if literal and isinstance(known, str):
                machine.assign(name, known + text)
            else:
                led = known_words(known) if text[:1].isspace() else ()
                machine.assign(name, command_line((*led, *fields(text, machine))) if led else UNKNOWN)
        else:
            answer = any(self._answer(part, machine) for part in assignment.value.parts)
            machine.assign(name, text if literal else ANSWER if answer else told_in_part(text, machine))

    def _answer(self, part: Part, machine: Machine) -> bool:
        """True when a person typed this part of a value."""
        if part.name:
            return machine.lookup(part.name) is ANSWER
        return bool(part.body) and self.walker.summary.answered(part.body)

    def _inline(self, assignment: Assignment, frame: Frame, machine: Machine) -> str:
        if assignment.value is None:
            return ""
        self.substitutions(assignment.value, frame, machine)
        return text_of(assignment.value, machine)[0]

    def substitutions(self, word: ShellWord, frame: Frame, machine: Machine, status: Status = Status.UNCHECKED) -> None:
        """Walk the commands substituted in a word, and note variables it must have."""
        for part in word.parts:
            if part.kind is PartKind.VARIABLE:
                note_environment_read(part, self.walker.summary, self.sink, self.outer, frame.unit)
            if not part.body:
                continue
            inner = frame._replace(output=Output.CAPTURED, output_to="", status=status)
            if part.kind is PartKind.PROCESS and part.text.startswith(">"):
                inner = frame._replace(input=Input.PIPE, input_from="", status=Status.UNCHECKED)
            self.walker.block(part.body, inner, machine.copy())

    def targets(self, redirects: tuple[Redirect, ...], frame: Frame, machine: Machine) -> None:
        """Commands substituted in the targets and bodies of redirections."""
        for redirect in redirects:
            if redirect.target is not None:
                self.substitutions(redirect.target, frame, machine)
            if redirect.body_parts and redirect.body is not None:
                self.substitutions(ShellWord(redirect.body_parts, redirect.body), frame, machine)

    def select(self, statement: Loop, frame: Frame, machine: Machine) -> None:
        """`select` asks by itself: it is given as a command whose arguments are the choices."""
        words = [made for word in statement.words or () for made in expand(word, machine, self.outer)]
        head = self.outer(Span(statement.head.start, statement.head.start + len("select")))
        span = Span(head.start, max([head.end, *(word.span.end for word in words)]))
        self.emitter.plain("select", head, tuple(words), span, frame._replace(in_loop=True), machine)

    def call(self, name: str, frame: Frame, machine: Machine) -> Guards:
        """A call of one of this script's functions."""
        if len(self.sink.calls) < 20_000:
            self.sink.calls.append(
                Call(name, frame.function, frame.guards, frame.input, frame.input_from, frame.in_loop)
            )
        for variable, answered in self.walker.summary.assigned_by(name).items():
            machine.assign(variable, ANSWER if answered else UNKNOWN)
        return self.walker.judge.after_call(name, machine)

    def _elevated(self, statement: Simple, words: list[Word], machine: Machine) -> tuple[list[Word], tuple[str, ...]]:
        """`$SUDO apt-get ...`, `${{ matrix.flags }} make`: what holds nothing, settings or a wrapper is taken off."""
        if len(words) > 1 and SETTINGS_BEFORE.match(words[0].text):
            return words[1:], ()
        first = statement.words[0].parts
        if len(first) != 1 or first[0].kind is not PartKind.VARIABLE or words[0].literal:
            return words, ()
        name = first[0].name
        known = machine.lookup(name)
        if isinstance(known, Unknown) and known.words and first[0].operator in _PARTED[first[0].quoted]:
            return [replace(word, span=words[0].span) for word in known.words] + words[1:], ()
        if len(words) < 2:
            return words, ()
        if isinstance(known, Unknown) and known.program:
            return [replace(words[0], text=known.program), *words[1:]], ()
        if ELEVATION.match(name):
            return words[1:], ("sudo",)
        if RUNNING.match(name) and words[1].text[:1] not in {"-", "$"}:
            rest = words[2:] if words[1].text == "run" and len(words) > 2 else words[1:]
            return rest, (name.lower().replace("_", " "),)
        if name in SHELL_COMMAND:
            shell = [Word("sh", words[0].span), Word("-c", words[0].span)]
            return [*shell, *words[1:]], ()
        return words, ()

    def _emit(
        self,
        statement: Simple,
        words: list[Word],
        elevated: tuple[str, ...],
        inline: dict[str, str],
        frame: Frame,
        machine: Machine,
    ) -> None:
        environment = machine.environment
        if inline:
            environment = MappingProxyType({**environment, **inline})
        inner = frame._replace(wrappers=(*frame.wrappers, *elevated)) if elevated else frame
        place = self.outer(statement.span)
        for script in self.emitter.command(words, place, inner, environment, machine):
            word = next((w for w in statement.words if self.outer(w.span) == script.word.span), None)
            if script.from_input:
                text = self._fed_script(statement, inner)
            elif word is not None:
                text = embedded(word, self.source)
            else:
                text = EmbeddedText.at(script.word.text, script.word.span.start)
            if text is not None:
                self.nested(text, script, inner, machine, environment)

    def _fed_script(self, statement: Simple, frame: Frame) -> EmbeddedText | None:
        """The script that a shell reads: its own here-document, or `cat <<EOF |` and `echo "text" |` before it."""
        own = self._here_document(statement.redirects)
        feeder = frame.feeder
        if own is not None or feeder is None or frame.input is not Input.PIPE:
            return own
        words = feeder.words
        if words and words[0].text == "cat" and len(words) == 1:
            return self._here_document(feeder.redirects)
        if len(words) == 2 and words[0].text == "echo" and words[1].quoted:
            return embedded(words[1], self.source)
        return None

    def _here_document(self, redirects: tuple[Redirect, ...]) -> EmbeddedText | None:
        """The script that a here-document or here-string gives to a shell."""
        for redirect in redirects:
            if redirect.operator == "<<" and redirect.body is not None:
                return self.source.slice(redirect.body.start, redirect.body.end)
            if redirect.operator == "<<<" and redirect.target is not None and redirect.target.literal:
                return embedded(redirect.target, self.source)
        return None

    def _declare(self, name: str, words: list[Word], statement: Simple, frame: Frame, machine: Machine) -> None:
        options = "".join(word.text[1:] for word in words[1:] if word.text.startswith("-"))
        exporting = name == "export" or "x" in options
        for assignment in statement.declared:
            if assignment.value is not None or assignment.items is not None:
                self.assign(assignment, frame, machine, Status.UNCHECKED)
            elif name != "export" and name != "readonly" and frame.function and "f" not in options:
                machine.assign(assignment.name, "")
            if "n" in options and name == "export":
                machine.exported.discard(assignment.name)
                machine.assign(assignment.name, machine.values.get(assignment.name, UNKNOWN))
            elif exporting and "f" not in options:
                machine.export(assignment.name)

    def _exec(self, redirects: tuple[Redirect, ...], machine: Machine) -> None:
        """`exec < file`, `exec 3< file`: holds for all that follows."""
        for redirect in redirects:
            if redirect.operator not in {"<", "<&", "<>", "<<", "<<<"}:
                continue
            given = (Input.HERE_DOCUMENT, "") if redirect.operator.startswith("<<") else source_of(redirect, machine)
            if redirect.descriptor <= 0:
                machine.standard_input = given
            else:
                machine.descriptors[redirect.descriptor] = given

    def _code(self, name: str, statement: Simple, frame: Frame, machine: Machine) -> None:
        """`eval "literal"` and `trap 'code' SIGNAL` hold code of this shell."""
        words = statement.words[1:]
        if name == "trap":
            words = tuple(word for word in words if word.text not in {"--", "-"} and not word.text.startswith("-"))[:1]
        if name == "eval" and not all(word.literal for word in words):
            line = self._evaluated_line(words, machine)
            if line.text[:1].isalnum() and not any(mark in line.text for mark in _PUT_TOGETHER_LATER):
                self.nested(line, None, frame, machine, machine.environment)
            return
        if len(words) != 1 or not words[0].quoted:
            return
        text = embedded(words[0], self.source)
        inner = frame if name == "eval" else frame._replace(status=Status.UNCHECKED, guards=frame.guards)
        self.nested(text, None, inner, machine, machine.environment)

    def _evaluated_line(self, words: Sequence[ShellWord], machine: Machine) -> EmbeddedText:
        """What `eval` is given by all its words: each leads back to where it is written."""
        built = Assembly()
        for index, word in enumerate(words):
            if index:
                built.instead(" ", self.outer(Span(word.span.start, word.span.start)))
            text = self._evaluated(word, machine)
            if text == self.source.text[word.span.start : word.span.end]:
                built.copy(self.source, word.span.start, word.span.end)
            else:
                built.instead(text, self.outer(word.span))
        return built.finish()

    def _evaluated(self, word: ShellWord, machine: Machine) -> str:
        """What `eval` is given by this word, as far as it is known."""
        known = machine.lookup(word.parts[0].name) if len(word.parts) == 1 and word.parts[0].name else None
        if isinstance(known, Unknown) and known.words and word.parts[0].operator == "":
            return " ".join(item.text for item in known.words)
        text = text_of(word, machine)[0]
        return " ".join(item.text for item in fields(text, machine)) or text


_PUT_TOGETHER_LATER = ("$(", "`", "\n", "${$", "${#$")
"""What of `eval "$x"` is not code yet as it stands: `eval "options=\\${$var-}"` makes the name of a variable first."""


def _told_by_arm(words: list[Word], machine: Machine) -> list[Word]:
    """`"$SUDO" "$PACKAGER" install`: the program that a variable holds, where something tells it (the arm of a `case`)."""
    for at, word in enumerate(words[:3]):
        variable = WHOLE_VARIABLE.match(word.text)
        if variable is None:
            if word.text not in {"sudo", "doas"}:
                break
            continue
        name = variable[1] or variable[2]
        known = machine.lookup(name)
        if isinstance(known, Unknown) and known.program:
            return [*words[:at], replace(word, text=known.program), *words[at + 1 :]]
        if not ELEVATION.match(name):
            break
    return words
