"""Fixed waits: how long a command sleeps, and when a sleep is no wait for an answer."""

from __future__ import annotations

import re

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_of, line_start

_DURATION = lazily(r"^(\d+(?:\.\d+)?)([smhd]?)$")
_UNIT_SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DAY = 86400.0
_SLEEPER = lazily(r"^(?:[a-z]*_)?sleep$")
"""sleep itself, and the functions that scripts put before it (`_sleep 10`)."""
_SERVICE_NAME = lazily(r"daemon|entrypoint|entry-point|supervis|cron|watchdog|keep-?alive|/init\.d/", re.IGNORECASE)


def seconds_of(text: str) -> float | None:
    """Seconds of a sleep argument ("30", "1.5m"); None where it is no literal time."""
    match = _DURATION.match(text)
    return float(match[1]) * _UNIT_SECONDS[match[2]] if match else None


_AT_RANDOM = lazily(
    r"\$[\[({].*\bRANDOM\s*%\s*\(?\s*(\d{1,6})\b|\$\(\s*shuf\s.*-i\s*\d+-(\d{1,6})\b|\$\(\s*jot\s+-r\s+1\s+\d+\s+(\d{1,6})\b"
)


def _longest_at_random(text: str) -> float | None:
    """The longest that a random wait can take (`$((RANDOM % 600))`)."""
    match = _AT_RANDOM.search(text)
    unit = _UNIT_SECONDS.get(text[-1], 1.0)
    return next(float(group) * unit for group in match.groups() if group) if match else None


def shell_sleep_seconds(command: Command) -> float | None:
    """How long a sleeping command waits; None for any other command, for `infinity`, and for a day or more."""
    if _SLEEPER.match(command.program):
        parts = [seconds_of(word.text) or _longest_at_random(word.text) for word in command.arguments]
        known = [part for part in parts if part is not None]
        total = sum(known) if known and len(known) == len(parts) else None
    elif command.program.lower() == "start-sleep":
        total = _start_sleep(command)
    elif (
        command.program == "timeout" and command.option("/t", "/T") is None and "/t" in map(str.lower, command.texts())
    ):
        texts = [text.lower() for text in command.texts()]
        total = seconds_of(texts[texts.index("/t") + 1]) if texts.index("/t") + 1 < len(texts) else None
    elif command.program == "gum" and command.texts()[:1] == ("spin",):
        total = _behind(command, "sleep")
    elif command.program == "ping" and "-n" in command.texts() and _LOCAL & set(command.texts()):
        total = _behind(command, "-n")
    else:
        match = _ONE_LINER.search(" ".join(command.texts())) if command.program in _INTERPRETERS else None
        total = float(match[1]) if match is not None else None
    return None if total is not None and total >= _DAY else total


_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
"""What a batch file pings to pass the time: once a second."""
_INTERPRETERS = frozenset({"python", "python3", "perl", "ruby", "node"})
_ONE_LINER = lazily(
    r"^-[ce] [\"']?(?:import time; ?|from time import sleep; ?)?(?:time\.)?sleep[( ](\d+(?:\.\d+)?)\)?;?[\"']?$"
)


def _behind(command: Command, word: str) -> float | None:
    """The number that follows a word of the command."""
    texts = command.texts()
    at = texts.index(word) + 1 if word in texts else len(texts)
    return seconds_of(texts[at]) if at < len(texts) else None


def _start_sleep(command: Command) -> float | None:
    texts = [text.lower() for text in command.texts()]
    milliseconds = any(text.startswith("-m") for text in texts)
    values = [seconds_of(text) for text in texts if not text.startswith("-")]
    if len(values) != 1 or values[0] is None:
        return None
    return values[0] / 1000 if milliseconds else values[0]


def is_documentation(command: Command, repository: Repository) -> bool:
    """True for a command shown in a document rather than run by a file."""
    unit = repository.units.get(command.unit)
    return unit is not None and unit.kind is UnitKind.DOCUMENTED


def is_long_running_service(command: Command, repository: Repository) -> bool:
    """True in scripts whose work is to stay: entry points, daemons, init scripts, compose services."""
    unit = repository.units.get(command.unit)
    if unit is not None and unit.kind is UnitKind.SERVICE:
        return True
    return bool(_SERVICE_NAME.search(command.place.path))


_PACED_BY = lazily(r"rate_?limit|throttl", re.IGNORECASE)
"""In the name of the variable that says how long."""
_PACED = lazily(r"#.*\b(rate[- ]?limit\w*|throttl\w*)", re.IGNORECASE)


def paces_requests(command: Command, repository: Repository) -> bool:
    """True where the comment on this line or right above says that the sleep keeps to a rate limit: nothing can be polled."""
    source = repository.read(command.place.path)
    if source is None:
        return False
    text = source.text
    if _PACED_BY.search(text[command.place.span.start : command.place.span.end]):
        return True
    start = line_start(text, command.place.span.start)
    above = line_start(text, max(start - 1, 0))
    line_above = text[above:start]
    own = line_of(text, start, command.place.span.end)
    return bool(line_above.lstrip().startswith("#") and _PACED.search(line_above)) or bool(_PACED.search(own))
