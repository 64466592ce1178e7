"""Why work is kept to one worker, where the author tells it: a reason makes it a decision, and no slip."""

from __future__ import annotations

import re

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_of, line_start
from agentlint.files.source import Place

_REASON = lazily(
    r"\b(serial(ly)?|sequential(ly)?|one at a time|(not|n't|never|without|avoid\w*|caus\w+|limit\w*|too many) (\w+ ){0,5}(parallel\w*|concurren\w+)"
    r"|shared? (the |a )?\w*|out of memory|OOM|race conditions?|deadlocks?)\b",
    re.IGNORECASE,
)
_HEADING = lazily(r"^[^\s#][^=]*:")
"""The line of a target or key that the command belongs to."""
_COMMENT = ("#", "//", "/*", "*", "<!--")
_BEHIND = lazily(r"(?:\s#|//|<!--).*")
_FAR = 11
"""Lines looked back at."""


def reason_above(place: Place, repository: Repository) -> bool:
    """True where the comment right above the command, or above its target, tells why it is kept to one worker."""
    above = _above(place, repository)
    while above and not _is_comment(above[-1]):
        if not above[-1].strip() or (_HEADING.match(above[-1]) and not (len(above) > 1 and above[-2].startswith("#"))):
            return False
        above.pop()
    return _tells_why(above)


def reason_beside(place: Place, repository: Repository) -> bool:
    """True where the comment on the setting's own line, or on those right above it, tells why it is so."""
    behind = _BEHIND.search(line_of(repository.text(place.path), place.span.start))
    return (behind is not None and bool(_REASON.search(behind[0]))) or _tells_why(_above(place, repository))


def _above(place: Place, repository: Repository) -> list[str]:
    text = repository.text(place.path)
    return text[: line_start(text, place.span.start)].splitlines()[-_FAR:]


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(_COMMENT)


def _tells_why(above: list[str]) -> bool:
    comment = ""
    while above and _is_comment(above[-1]):
        comment = above.pop() + " " + comment
    return bool(_REASON.search(comment))
