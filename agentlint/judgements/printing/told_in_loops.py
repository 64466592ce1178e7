"""A sentence told of each of many: `for one in found: print(f"{one.name} is {one.state}")`."""

from __future__ import annotations

from dataclasses import dataclass

from agentlint.files.lazily import lazily
from agentlint.judgements.printing.dialects import Dialect

_HEAD = lazily(
    r"\s*(?:\}\s*)?(?:(?:for|foreach|while)\b|[\w.@?&()\[\]:, ]{1,80}\.(?:each|each_pair|each_with_index|forEach|map|for_each)\b)"
)
"""The head of a loop."""
_TEXT = lazily(r"\"((?:[^\"\\\n]|\\.){4,200})\"|'((?:[^'\\\n]|\\.){4,200})'|`([^`\n]{4,200})`")
_VALUE = lazily(r"%[-+#\d.]*[svdqtfxgr]|[$#]?\{[^{}\n]{0,80}\}|\\\([^()\n]{1,60}\)")
_STATE = lazily(
    r"\$\{?\w+[^\n]{0,40}\b(?:(?:not )?(?:running|installed|enabled|active|healthy|mounted|loaded)|stopped|inactive|disabled|unhealthy)\b"
)
"""What a shell script says of each service, package or mount: `$name is running`."""
_STYLE = lazily(r"\{(?:[A-Z_]+|bold|dim|reset|\w*(?:colou?r|style))(?::[^{}]{0,8})?\}")
_WORD = lazily(r"(?<![\w\\.-])[A-Za-z][a-z-]{2,}(?![\w=])")
_IN_BRACKETS = lazily(r"[\[(]\0[\])]")
_ASIDE = lazily(
    r"[sS]td[eE]rr|STDERR|[cC]onsole\.[eE]rror|\berr(?:or)?\.|\blog(?:ger|ging)?\.|--[a-z]|://|\b(?:file|to)="
)
_MESSAGE = lazily(
    r"WARN|ERROR|INFO|DEBUG|\b(?:[Ff]ail|[Uu]nable|[Cc]annot|[Cc]ould|[Ee]rror|[Uu]sage|[Ee]xample|[Pp]lease|[Ww]arning|[Ss]kip|[Rr]etry|[Ww]ait|[Uu]nknown|[Ii]nvalid)|\w{3,}ing\b"
)
"""Messages, and what is being done to each."""


@dataclass
class Loop:
    """Whether the lines of a file that are read one after another stand in a loop, by their indent."""

    indent: int = -1

    def holds(self, line: str) -> bool:
        """True where the line stands in a loop that began before it."""
        bare = line.strip()
        if not bare or bare[0] in ")]}#/":
            return False
        depth = len(line) - len(line.lstrip())
        inside = 0 <= self.indent < depth
        if not inside:
            self.indent = depth if _HEAD.match(line) else -1
        return inside


def tells_of_each(line: str, rules: Dialect) -> bool:
    """True for a statement that prints two values or more with words around them, or one of them in brackets."""
    if len(line) > 1200 or not rules.prints.match(line) or _ASIDE.search(line):
        return False
    if _MESSAGE.search(line) and not _STATE.search(line):
        return False
    text = max((next(filter(None, found), "") for found in _TEXT.findall(line)), key=len, default="")
    bare, values = _VALUE.subn("\0", _STYLE.sub("", text))
    told = values >= 2 and bool(_WORD.search(bare) or _IN_BRACKETS.search(bare))
    return not text.startswith("#") and (told or bool(_STATE.search(text)))
