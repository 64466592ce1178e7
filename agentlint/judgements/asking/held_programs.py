"""Programs that a variable holds: what a script gives it on one way or another (`PM="dnf install"`, `${DIALOG:=dialog}`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.programs import table

_ELEVATING = frozenset({"sudo", "doas", "exec", "command", "env"})
_OF_THE_PERSON = frozenset({"EDITOR", "VISUAL", "PAGER", "BROWSER", "SHELL"})
"""What somebody likes best; a script that starts it does so for them."""
_HELD = lazily(r"\"?\$\{?([A-Za-z_]\w*)\}?\"?(?=\s|\Z)")
_GIVEN = r"""(?m)(?:^|[;&|({{\s])(?:export\s+|local\s+|readonly\s+)?{0}=(?:"([^"\n$`]*)"|'([^'\n]*)'|([\w./-]+)(?=[\s;)])|"?\$\{{{0}:?[-=]([^}}"$]*)\}})"""
_DEFAULT = r"""\$\{{{0}:?=([^}}"$]*)\}}"""


def meant_by_variable(command: Command, repository: Repository) -> Iterator[Command]:
    """The commands that one with a variable in front stands for, one for each value that its file gives the variable."""
    source = repository.read(command.place.path)
    if source is None or command.program or source.kind != "shell":
        return
    text = source.text
    name = _HELD.match(text, command.program_span.start)
    if name is None or name[1] in _OF_THE_PERSON:
        return
    for value in _values(name[1], command.place.path, repository):
        words = value.split()
        while words and words[0] in _ELEVATING:
            words = words[1:]
        if words and table().programs.get(words[0].rsplit("/", 1)[-1]) is not None and command.arguments:
            brought = tuple(replace(command.arguments[0], text=word, literal=True) for word in words[1:])
            yield replace(
                command,
                program=words[0].rsplit("/", 1)[-1],
                program_path=words[0],
                arguments=brought + command.arguments,
            )


@remembered
def _values(name: str, path: str, repository: Repository) -> tuple[str, ...]:
    """What the file gives the variable, read from the lines that name it."""
    text = "\n".join(line for line in repository.text(path).split("\n") if name in line)
    found = [next((part for part in match.groups() if part), "") for match in re.finditer(_GIVEN.format(name), text)]
    found.extend(match[1] for match in re.finditer(_DEFAULT.format(name), text))
    return tuple(value for value in dict.fromkeys(found) if value)
