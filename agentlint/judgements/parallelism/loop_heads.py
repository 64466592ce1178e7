"""Loops of the shell around a command: over what they go, and whether that grows with the tree."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start

_HEAD = lazily(
    r"(?:^|[;|]|\bdo\b|&&)[ \t@]*(?:for[ \t]+(\w+)[ \t]+in[ \t]+([^\n;]*)|while[ \t]+(?:IFS=\S*[ \t]+)?read(?:[ \t]+-\w+)*[ \t]+(\w+)[ \t]*;?[^\n]*)",
    re.MULTILINE,
)
_CLOSED = lazily(r"^[ \t]*\w+\(\)|\bdone\b", re.MULTILINE)
_DONE = lazily(r"\bdone\b")
_LIST = lazily(r"""[ \t]*"?\$(?:\{?(\w+)(?:\[[@*]\])?\}?|\((\w+)\))"?[ \t]*""")
"""A list that one variable holds: of the shell (`"${dirs[@]}"`), or of make (`$(PKGS)`)."""
_FILES = lazily(r"[*?\[]|\bfind\b|\bgit ls-files\b|\bgo list\b|\bls\b|\bgrep\b|\brg\b|\bfd\b|\bcat\b")
"""A list that grows with the sources: a glob, or what a program finds."""
_CHANGED = lazily(r"\bgit\b[^|;)\n]*\b(?:diff|diff-tree|diff-index|show|status|log)\b|\bchanged", re.IGNORECASE)
"""The files of one change: few, and not those of the tree."""
_ON_PURPOSE = lazily(
    r"#.*\b(?:isolat\w*|separate\w*|itself|alone|one (?:at a time|by one)|each|share[sd]?|conflict\w*|leak\w*|pollut\w*|memory|order|serial\w*"
    r"|sequential\w*|parallel\w*|own process|fresh)\b",
    re.IGNORECASE,
)
_REACH = 1500
"""Characters before a command in which the head of its loop stands."""


@dataclass(frozen=True, slots=True)
class Loop:
    """The innermost loop around a command.

    `variable` is what each turn sets, `listed` what a `for` goes over, followed through the variable that holds it ("" for a
    `while read`), `head` the head as written, `above` the text from the line before it up to the command.
    """

    variable: str
    listed: str
    above: str
    head: str
    start: int
    reads: bool

    def whole(self, text: str) -> str:
        """The loop from its head to its `done`, as it stands in the file's text."""
        end = _DONE.search(text, self.start + len(self.head), self.start + _REACH)
        return text[self.start : end.start() if end is not None else self.start + _REACH]

    @property
    def meant(self) -> bool:
        """True where a comment tells why one comes after another."""
        return _ON_PURPOSE.search(self.above) is not None

    @property
    def grows(self) -> bool:
        """True for a list that grows with the sources; the files of one change are few."""
        if self.reads:
            return not _CHANGED.search(self.above)
        return bool(_FILES.search(self.listed)) and not _CHANGED.search(self.listed)


def loop_around(command: Command, repository: Repository) -> Loop | None:
    """The loop in whose body a command stands, where its head is near and not closed before."""
    if not command.in_loop:
        return None
    text, start = repository.text(command.place.path), command.place.span.start
    heads = list(_HEAD.finditer(text, max(0, start - _REACH), start))
    if not heads or _CLOSED.search(text[heads[-1].end() : start]):
        return None
    head = heads[-1]
    above = text[line_start(text, max(0, line_start(text, head.end()) - 1)) : start]
    return Loop(
        variable=head[1] or head[3],
        listed=_followed(head[2], text, head.start()) if head[1] else "",
        above=above,
        head=head[0].lstrip(" \t@;|&\n"),
        start=head.end() - len(head[0].lstrip(" \t@;|&\n")),
        reads=not head[1],
    )


def _followed(written: str, text: str, start: int) -> str:
    """The list as written, or as the variable that holds it was set last."""
    name = _LIST.fullmatch(written)
    if name is None:
        return written
    assigned = rf"\b{name[1]}\+?=" if name[1] else rf"^{name[2]}[ \t]*[:?+]*="
    setting = rf"{assigned}([^\n]*(?:\\\n[^\n]*|\([ \t]*\n[^\n]*)*)"
    settings = list(re.finditer(setting, text[:start], re.MULTILINE))
    return settings[-1][1] if settings else ""
