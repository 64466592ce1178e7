"""`read` in shell scripts: whether it asks a person, and for what."""

from __future__ import annotations

import re
from enum import Enum
from heapq import nlargest

from agentlint.facts.command import Command, Input, Status
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.asking.asking import HANGS
from agentlint.judgements.asking.attendance import run_by_checker
from agentlint.judgements.asking.never_called import never_called
from agentlint.judgements.running.scope import as_written, in_container, only_shown
from agentlint.rule.model import Confidence, Hit, Tier


class Reading(Enum):
    """What a `read` is there for."""

    NOTHING = "nothing"
    """Reads data, gives up by itself, or is answered some other way."""
    LINE = "line"
    SECRET = "secret"
    KEY = "key"


_TERMINALS = frozenset({"/dev/tty", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "/dev/console"})
_OWN_INPUT = frozenset({"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"})
"""The input that the script has already: a loop over it is a filter."""
_PRESS = lazily(
    r"\b(press|hit)\b|\bpush (?:any|a|the|enter|return)\b|\bany key\b|\b(enter|return)\b.*\b(to|continue|proceed)\b|ctrl[- ]?c",
    re.IGNORECASE,
)
_DECIDES = lazily(r"\?\s*$|[\[(]y(es)?\s*/\s*no?[\])]|\?\s*[\[(](?:y|n|yes|no|yy|nn|yn)[\])]", re.IGNORECASE)
"""A question answered with one key: the answer matters, so that it is no mere pause."""
_OF_A_SHELL = lazily(r"[\w@:~-]{0,20}[>$%#]\s*$")
"""The prompt of a shell (`dokku> `), which whoever started it wants to talk to."""
_PROMPT_OF_ITS_OWN = lazily(r"\$\{?_*(?:prompt|ps[1-4])\}?", re.IGNORECASE)
"""The same in a variable: `while read -p "$PROMPT" line`, which goes on for as long as there are lines."""
_LETTERS = lazily(r"-[a-zA-Z]*")
_SPEAKING = frozenset(
    {"echo", "printf", "cat", "print", "tput", "say", "info", "warn", "msg", "log", "ask", "question", "prompt"}
)
_ASKING = lazily(r"[?:]\s*$|\[y/n\]|\b(enter|type|please|choose|select|which|what|do you|are you)\b", re.IGNORECASE)
"""What a function of the script's own says when it asks (`user "Your name?"`)."""
_SPEAKS = lazily(
    r"(^|_)(print|echo|ask|question|prompt|info|warn|warning|log|msg|message|say|notice|title|header)s?(_|$)"
)
"""Functions of a script's own that say something, by their name."""
_UNSEEN = "\0"
"""The question of a `read` behind `stty -echo`: whatever is typed there is a secret."""
_SAID = lazily(r"\s*(?:echo|printf|print)\b[^\"'\n]*(?:[\"']%b[\"'][ ]+)?[\"'](?P<said>[^\n]*?)[\"']?\s*\Z")
_BY_KEYS = lazily(r"(?:^| )(?:-icanon|raw|cbreak|min)\b")
_HOOKS = lazily(
    r"(^|/)(\.husky|hooks|githooks|\.githooks|git-hooks)/|(^|/)(pre|post)-(push|receive|rewrite|commit)$|prepare-commit-msg$"
)


def asks_here(command: Command, repository: Repository) -> bool:
    """True when nothing spares an unattended run this question: no guard, no fed input, no documentation, no container build."""
    if (
        only_shown(command, repository)
        or in_container(command)
        or command.background
        or command.answering_guard is not None
        or run_by_checker(command.place.path, repository)
        or never_called(command, repository)
        or _limited(command, repository)
    ):
        return False
    if command.input is Input.FILE:
        return command.input_from in _TERMINALS
    return command.input is Input.INHERITED


_TIME_LIMIT = lazily(r"(?m)^[ \t]*(?:export[ \t]+)?TMOUT=[1-9]")


def _limited(command: Command, repository: Repository) -> bool:
    """True where bash's own time limit for every `read` stands above."""
    source = repository.read(command.place.path)
    if source is None or "TMOUT=" not in source.text:
        return False
    return _TIME_LIMIT.search(source.text, 0, command.place.span.start) is not None


def reading_of(command: Command, repository: Repository) -> Reading:
    """What the `read` waits for; NOTHING where it waits for nobody."""
    letters = _letters(command)
    if command.program not in {"read", "vared"} or {"t", "u"} & letters or not asks_here(command, repository):
        return Reading.NOTHING
    question = _question(command, repository)
    at_terminal = command.input_from in _TERMINALS
    if not question and not at_terminal and not _wants_key(command, letters):
        return Reading.KEY if _keeps_nothing(command, repository) else Reading.NOTHING
    if "s" in letters and _gathers_keys(command, repository):
        return Reading.SECRET
    data = not at_terminal or command.input_from in _OWN_INPUT
    if command.in_loop and command.status is Status.TESTED and data and not _prompt(command):
        return Reading.NOTHING
    if command.in_loop and (
        _OF_A_SHELL.match(_prompt(command))
        or (command.status is Status.TESTED and _PROMPT_OF_ITS_OWN.fullmatch(_prompt(command)))
    ):
        return Reading.NOTHING
    pause = _PRESS.search(question) and (_wants_key(command, letters) or not _is_used(command, repository))
    if pause or (_wants_key(command, letters) and not _DECIDES.search(question)):
        return Reading.KEY
    return Reading.SECRET if "s" in letters or question == _UNSEEN else Reading.LINE


def _gathers_keys(command: Command, repository: Repository) -> bool:
    """True for a secret read key by key, each shown as a star: the keys are put together again in the loop."""
    source = repository.read(command.place.path) if command.in_loop and command.arguments else None
    name = command.arguments[-1].text if command.arguments else ""
    if source is None or not re.fullmatch(r"[A-Za-z_]\w*", name):
        return False
    body = source.text[command.place.span.end : command.place.span.end + 1200]
    return re.search(rf"""\w(?:\+=|=["']?\$\{{?\w+\}}?)["']?\$\{{?{name}\b""", body) is not None


def _keeps_nothing(command: Command, repository: Repository) -> bool:
    """True for a `read` alone on its line whose answer goes nowhere: a pause between the steps of a show or an installation."""
    if any(not word.text.startswith("-") for word in command.arguments) or command.in_loop:
        return False
    if _HOOKS.search(command.place.path) or command.status is Status.TESTED:
        return False
    source = repository.read(command.place.path)
    return source is not None and "REPLY" not in source.text


def _is_used(command: Command, repository: Repository) -> bool:
    """True when the file makes use of the variable that is read."""
    name = command.arguments[-1].text.strip("\"'") if command.arguments else ""
    source = repository.read(command.place.path)
    if source is None or not re.fullmatch(r"[A-Za-z_]\w*", name):
        return False
    return re.search(rf"\$\{{?{name}\b", source.text) is not None


def reading_hit(command: Command, repository: Repository, advice: str) -> Hit:
    """The finding for a `read`."""
    text = as_written(command, repository, 60)
    return Hit(
        place=command.place,
        message=f"`{text}` waits for somebody to type, and hangs on an open pipe or an idle terminal; {advice}",
        unit=command.unit,
        cost=HANGS,
        confidence=Confidence.HIGH if _prompt(command) else Confidence.MEDIUM,
        tier=Tier.PEDANTIC if "timeout" in command.wrappers else None,
    )


def _letters(command: Command) -> set[str]:
    """The option letters given (`-rsn1` gives r, s, n)."""
    found: set[str] = set()
    for word in command.arguments:
        match = _LETTERS.match(word.text)
        if match is not None and word.text.startswith("-") and not word.text.startswith("--"):
            given = match[0][1:]
            at = min((given.find(letter) for letter in "pP" if letter in given), default=len(given))
            found |= set(given[: at + 1])  # behind -p stands the question (`-p"Port: "`)
            if at < len(given) - 1:
                break
        if word.text.startswith("-") and word.text.rstrip("0123456789.").endswith("p"):
            break
    return found


def _prompt(command: Command) -> str:
    """The text after -p (bash), -P (fish) or behind the ? (zsh)."""
    arguments = command.arguments
    for index, word in enumerate(arguments):
        match = re.match(r"-[a-oq-zA-OQ-Z]*[pP](.*)", word.text, re.DOTALL)
        if match is not None:
            return match[1] or (arguments[index + 1].text if index + 1 < len(arguments) else "") or " "
        if "?" in word.text and not word.text.startswith("-"):
            return word.text.split("?", 1)[1] or " "
    return ""


def _wants_key(command: Command, letters: set[str]) -> bool:
    return bool({"n", "N", "k", "q"} & letters) and any(
        re.match(r"-\w*[nNkq]\s*1?$", word.text) or word.text == "1" for word in command.arguments
    )


def _question(command: Command, repository: Repository) -> str:
    """What is asked: the prompt, or the text that the command right before prints."""
    prompt = _prompt(command)
    if prompt:
        return prompt
    if _HOOKS.search(command.place.path):
        return ""
    before = _spoken_before(command, repository)
    if before is None:
        return ""
    said = " ".join(before.texts())
    if before.program == "stty":
        return _UNSEEN if before.option("-echo") and not _BY_KEYS.search(said) else ""
    speaks = before.program in _SPEAKING or _SPEAKS.search(before.program) is not None
    if speaks:
        return said or " "
    return said if _ASKING.search(said) else _asked_in(before, repository)


_SHOWING = frozenset("local declare typeset readonly unset sleep clear tput sync set lsblk df ls blkid date".split())
"""Commands between a question and its `read`: they prepare for it, or show what there is to choose from."""
_AS_FAR_BACK = 4


def _spoken_before(command: Command, repository: Repository) -> Command | None:
    """The command right before, or the last that may have said something where only such stand between as get ready."""
    earlier = (
        other
        for other in repository.commands_by_unit.get(command.unit, ())
        if other.place.span.end <= command.place.span.start
    )
    nearest = nlargest(_AS_FAR_BACK, earlier, key=lambda other: other.place.span.end)
    before = next((other for other in nearest if other.program not in _SHOWING), None)
    if before is None or (before is not nearest[0] and not _ASKING.search(" ".join(before.texts()))):
        return nearest[0] if nearest else None
    return before


def _asked_in(call: Command, repository: Repository) -> str:
    """The question that a function of the script's own ends with (`show_menu` before `read choice`)."""
    source = repository.read(call.place.path) if re.fullmatch(r"[A-Za-z_]\w*", call.program_path) else None
    head = (
        re.search(rf"^[ \t]*(?:function )?{call.program_path}\b[^\n]*\{{[ \t]*$", source.text, re.M) if source else None
    )
    if source is None or head is None:
        return ""
    last = source.text[head.end() : source.text.find("\n}", head.end())].rstrip().rsplit("\n", 1)[-1]
    said = _SAID.match(last)
    return said["said"] if said is not None and _ASKING.search(said["said"]) else ""
