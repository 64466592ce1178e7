"""Text edits for fixes: they keep indentation, quotes and line endings, and stay away from what they do not know."""

from __future__ import annotations

import re
from dataclasses import replace

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Step
from agentlint.facts.repository import Repository
from agentlint.files.lines import line_end, line_start
from agentlint.files.source import Place, Span
from agentlint.programs import table
from agentlint.rule.inserting import insertion, is_written
from agentlint.rule.model import Edit, Fix


def with_name(place: Place, written: str, now: str, repository: Repository) -> Fix | None:
    """Write `now` where a place says `written`, as a word of its own; None where it does not say so just once."""
    source = repository.read(place.path)
    if source is None or not written:
        return None
    said = source.text[place.span.start : place.span.end]
    found = list(re.finditer(rf"(?<![\w-]){re.escape(written)}(?![\w-])", said))
    if len(found) != 1:
        return None
    span = Span(place.span.start + found[0].start(), place.span.start + found[0].end())
    return Fix(f"write `{now}`", (Edit(place.path, span, now),))


def after_program(command: Command, flags: str, repository: Repository) -> Fix | None:
    """Put `flags` right behind the program's name; None where the place is not plain."""
    written = _as_shell_text(command, flags, repository)
    if written is None:
        return None
    found = insertion(table().meant(command), written, (), repository, safe=False)
    return replace(found, title=f"add {flags}") if found is not None else None


def at_end(command: Command, flags: str, repository: Repository) -> Fix | None:
    """Put `flags` behind the command's last argument, before any redirection; None where the place is not plain."""
    written = _as_shell_text(command, flags, repository)
    end = max((word.span.end for word in command.arguments), default=command.program_span.end)
    source = repository.read(command.place.path)
    if written is None or source is None or not end:
        return None
    if command.arguments and "," in source.text[command.program_span.end : command.arguments[0].span.start]:
        return None  # an argument list
    return Fix(f"add {flags}", (Edit(command.place.path, Span(end, end), f" {written}"),))


def _as_shell_text(command: Command, flags: str, repository: Repository) -> str | None:
    """The flags as the file needs them: `$` doubled in a makefile; None inside a string that their quotes would end."""
    source = repository.read(command.place.path)
    if source is None:
        return None
    if source.kind == "makefile":
        return flags.replace("$", "$$")
    if '"' in flags:
        start = line_start(source.text, command.place.span.start)
        before = source.text[start : command.place.span.start]
        if before.count('"') % 2 or source.kind in {"package-json", "composer", "python", "pyproject"}:
            return None
    return flags


def without_option(command: Command, name: str, repository: Repository) -> Fix | None:
    """Take an option (and the value that follows it, for "NAME value") out of a command, with the blank beside it."""
    source = repository.read(command.place.path)
    words = command.arguments
    wanted, _, value = name.partition(" ")
    for index, word in enumerate(words):
        if source is None or word.text not in {wanted, name.replace(" ", "="), name.replace(" ", "")}:
            continue
        span = word.span
        if not is_written(word.text, span, source.text):
            return None
        if word.text == wanted and value and index + 1 < len(words) and words[index + 1].text == value:
            if not is_written(value, words[index + 1].span, source.text):
                return None
            span = span.cover(words[index + 1].span)
        before = words[index - 1].span if index else command.program_span
        gone = _with_blank(source.text, span, before)
        return Fix(f"drop {name}", (Edit(command.place.path, gone, ""),)) if gone is not None else None
    return None


def _with_blank(text: str, span: Span, before: Span) -> Span | None:
    """A word with what has to go with it: its line, the blanks beside it, or its quotes and comma in a list."""
    between = text[before.end : span.start]
    if "," in between and not between.strip(" \t\r\n,'\""):
        return Span(before.end, span.end)
    end = span.end
    while text[end : end + 1] in {" ", "\t"}:
        end += 1
    start = span.start
    while text[start - 1 : start] in {" ", "\t"}:
        start -= 1
    line_begins = text[start - 1 : start] in {"\n", ""}
    if line_begins and text[end : end + 2] == "\\\n":
        return Span(start, end + 2)
    if end > span.end and text[end : end + 1] not in {"\n", "\r", "", "\\"}:
        return Span(span.start, end)
    return Span(start, span.end) if not line_begins else None


def with_input(
    step: Step, key: str, value: str, repository: Repository, title: str, *, safe: bool = False
) -> Fix | None:
    """Give a step's action one more input (`with:` in GitHub's YAML); None for a form this does not know."""
    source = repository.read(step.place.path)
    if source is None or step.action is None:
        return None
    text = source.text
    keys = sorted(setting.key_span.start for setting in step.action.inputs.values() if setting.key_span.end)
    newline = "\r\n" if "\r\n" in text else "\n"
    if keys:
        at = keys[0]
        before = text[line_start(text, at) : at]
        insert = f"{key}: {value}{newline}{before}" if not before.strip() else ""
        if "{" in before:
            quoted = f'"{value}"' if "," in value else value  # a comma would end it within braces
            insert = f"{key}: {quoted}, "
    else:
        at, insert = _new_with(text, step.place.span, key, value, newline)
    if not insert:
        return None
    return Fix(title, (Edit(step.place.path, Span(at, at), insert),), safe)


def _new_with(text: str, span: Span, key: str, value: str, newline: str) -> tuple[int, str]:
    found = text.find("uses:", span.start, span.end)
    if found == -1 or "with:" in text[span.start : span.end] or "{" in text[span.start : found]:
        return 0, ""
    indent = " " * (found - line_start(text, found))
    end = line_end(text, found)
    at = end - 1 if text[end - 1 : end] == "\r" else end
    return at, f"{newline}{indent}with:{newline}{indent}  {key}: {value}"
