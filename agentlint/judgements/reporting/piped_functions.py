"""A script that ends with a function of its own piped into tee: where the function leaves with failure, it leaves only its part of the pipe."""

from __future__ import annotations

import re

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end

_FUNCTION = lazily(
    r"^(?:function[ \t]+(?P<word>[\w-]+)[ \t]*(?:\([ \t]*\))?|(?P<name>[\w-]+)[ \t]*\([ \t]*\))[ \t\r]*(?:\n[ \t]*)?\{(?P<body>.*?)^\}",
    re.MULTILINE | re.DOTALL,
)
_LEAVES = lazily(r"(?:^|[;&|{]|\bthen|\belse|\bdo)[ \t]*exit[ \t]+[1-9]", re.MULTILINE)
_NAME = lazily(r"[\w-]+")
_GIVEN_BACK = ("PIPESTATUS", "pipestatus", "pipefail")
_KEPT = lazily(r"""[^\n|]*\|&?[ \t]*tee[ \t]+(?:-a[ \t]+)?(?![^\n]*(?:/dev/|/proc/))["']?[\w$./{}~-]+["']?[ \t\r]*$""")


def ends_in_tee(command: Command, repository: Repository) -> bool:
    """True for the last line of a script, a function of its own that leaves with failure somewhere and is piped into tee."""
    name = command.program_path
    if command.output_to != "tee" or command.wrappers or not _NAME.fullmatch(name):
        return False
    text = repository.text(command.place.path)
    end = line_end(text, command.place.span.end)
    if text[end:].strip() or not _KEPT.fullmatch(text[command.place.span.end : end]):
        return False
    if any(word in text for word in _GIVEN_BACK):
        return False
    return _leaves(name, {found["word"] or found["name"]: found["body"] for found in _FUNCTION.finditer(text)})


def _leaves(name: str, bodies: dict[str, str]) -> bool:
    """True where the function, or one that it calls, ends with a status other than 0."""
    waiting, seen = [name], set[str]()
    while waiting:
        one = waiting.pop()
        if one in seen or one not in bodies:
            continue
        seen.add(one)
        if _LEAVES.search(bodies[one]):
            return True
        waiting += _NAME.findall(bodies[one])
    return False
