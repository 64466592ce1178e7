"""A script has a program draw a progress bar, whoever reads it."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.adapters.code.source import is_test_code
from agentlint.facts.command import Command, GuardKind
from agentlint.facts.repository import Repository, commands_of
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end, line_start
from agentlint.files.source import Place, Span
from agentlint.judgements.running.scope import as_written, aside, in_prose
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity

RULE = Rule(
    id="OUT433",
    name="progress-bar-by-option",
    category=Category.HUMAN_OUTPUT,
    summary="A script asks curl, wget, webpack or pv for a progress bar, which they then draw into pipes and logs too.",
    why=(
        "`curl -#`, `wget --progress=bar:force`, `webpack --progress` and `pv -f` look for no terminal: each step of the bar stays "
        "in the log, hundreds of words that say nothing before the one that does."
    ),
    remediation="Download with `curl -fsSL` or `wget -nv`, and ask for the bar at a terminal only (`[ -t 2 ]`).",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=2, source="E34"),
    evidence=("E34",),
    bad=(
        Bad(
            {"install.sh": '#!/bin/sh\nif ! curl -f -L -o "$zip" "$url" -#; then\n  exit 1\nfi\ncurl -#Lo b "$url"\n'},
            at=("install.sh:2", "install.sh:5"),
        ),
        Bad(
            {
                "get.sh": "#!/bin/sh\nwget -q --show-progress --progress=bar:force:noscroll https://x.org/a.zip\n",
                "Dockerfile": "FROM debian:12\nRUN curl --progress-bar -fLO https://x.org/a.zip\n",
            },
            at=("get.sh:2", "Dockerfile:2"),
        ),
        Bad({"package.json": '{"scripts": {"build": "webpack --progress --mode=production"}}\n'}, at=("package.json:1",)),
        Bad(
            {
                "setup.sh": '#!/bin/bash\nif has curl; then\n  CMD="curl -#L $url | tar -xz"\nfi\neval "$CMD"\n',
                "lib.sh": "#!/bin/bash\nfetch() {\n  local params\n  params=('--progress-bar' '--location')\n  curl \"${params[@]}\" \"$@\"\n}\n",
            },
            at=("setup.sh:3", "lib.sh:4"),
            title="in a variable that holds the command or its options",
        ),
    ),
    good=(
        Good({"a.sh": "#!/bin/sh\ncurl -sSL -o a https://x.org/a\nwget -nv https://x.org/b\n"}, because="no bar"),
        Good(
            {"a.sh": "#!/bin/sh\ncurl -s -# -o a https://x.org/a\ncurl -# -o b https://x.org/b 2>/dev/null\n"},
            because="silent, or thrown away",
        ),
        Good({"a.sh": "#!/bin/sh\nwget -q --progress=bar:force https://x.org/a\n"}, because="-q, and no --show-progress"),
        Good({"a.sh": "#!/bin/sh\nwget --progress=bar https://x.org/a\n"}, because="dots where there is no terminal"),
        Good(
            {
                "a.sh": "#!/bin/sh\nif [ -t 2 ]; then\n  curl -# -o a https://x.org/a\nelse\n  curl -sS -o a https://x.org/a\nfi\n",
                "b.sh": '#!/bin/sh\nopts="-sS"\n[ -t 1 ] && opts="curl -#"\n',
            },
            because="only at a terminal",
        ),
        Good(
            {
                "a.sh": '#!/bin/sh\nif [ -n "$VERBOSE" ]; then\n  curl -# -o a https://x.org/a\nelse\n  curl -sS -o a https://x.org/a\nfi\n'
            },
            because="asked for",
        ),
        Good({"a.sh": "#!/bin/sh\ncurl -o'#1.txt' 'https://x.org/{a,b}' -e '#'\n"}, because="the name of a file"),
        Good({"package.json": '{"scripts": {"dev": "webpack --watch --progress"}}\n'}, because="a person watches it"),
        Good({"README.md": "```sh\ncurl -#LO https://x.org/a\n```\n"}, because="shown to a person"),
        Good({"tests/get.sh": "#!/bin/sh\ncurl -# -o a https://x.org/a\n"}, because="test code"),
    ),
)  # fmt: skip

_FLAGS = r"[fgijklnvBGIJLMNOSZ0-9:]"
"""Letters of curl that take no value: `#` behind one that does is that value."""
_BAR_OF_CURL = lazily(rf"(?:-{_FLAGS}*#\w*|--progress-bar)$")
_SILENT_CURL = lazily(rf"-(?:{_FLAGS}|#)*s|--silent$|--no-progress-meter$")
_QUIET_WGET = lazily(r"(?:-[a-z]*q[a-z]*|--quiet|-nv|--no-verbose)$")
_ASKED = lazily(r"(?i:verbos|debug|progress|quiet|silent|interactive|tty)|-t [012]\b")
_ON_PURPOSE = frozenset({GuardKind.TERMINAL, GuardKind.NOT_AUTOMATED, GuardKind.OPTION, GuardKind.INTERACTIVE_CALLER})
_PROGRAMS = frozenset({"curl", "wget", "webpack", "pv"})


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag commands that are told to draw a bar, and variables of shell scripts that hold such a command."""
    for facts in whole.judged_facts:
        for command in commands_of(facts):
            option = _bar(command) if command.program in _PROGRAMS else ""
            if option and _unasked(command, option, repository):
                yield _hit(command.place, as_written(command, repository), option, command.unit)
    for path in whole.judged:
        if path.endswith(_SHELL) and not (aside(path) or is_test_code(path, "")):
            text = repository.text(path)
            if "curl" in text and not _LOOKS.search(text):
                for found in _HELD.finditer(text):
                    if not _ASKED.search(text, line_start(text, max(0, found.start() - 1)), found.start()):
                        yield _hit(Place(path, Span(*found.span("set"))), found["set"][:60], found["option"], "")


def _hit(place: Place, written: str, option: str, unit: str) -> Hit:
    message = f"`{written}` draws its bar in pipes and logs too; drop `{option}`, or ask for a terminal first"
    return Hit(place=place, message=message, unit=unit)


def _bar(command: Command) -> str:
    """The option by which the command draws a bar without a terminal; "" for none."""
    words = command.texts()
    if command.program == "curl":
        found = next((word for word in words if _BAR_OF_CURL.match(word)), "")
        return "" if any(map(_SILENT_CURL.match, words)) else found
    if command.program == "wget":
        found = next((word for word in words if word.startswith("--progress=bar:force")), "")
        return "" if "--show-progress" not in words and any(map(_QUIET_WGET.match, words)) else found
    if command.program == "webpack":
        return "--progress" if "--progress" in words and not _WATCHED & set(words) else ""
    return next((word for word in words if word in {"-f", "--force"}), "")


_WATCHED = frozenset({"--watch", "-w", "watch", "serve", "server", "s", "w", "--mode=development"})


def _unasked(command: Command, option: str, repository: Repository) -> bool:
    """True for a command that a script runs as it is written, with its errors, among which the bar is, shown."""
    path = command.place.path
    if in_prose(command, repository) or aside(path) or is_test_code(path, ""):
        return False
    if any(guard.kind in _ON_PURPOSE or _ASKED.search(guard.text) for guard in command.guards):
        return False
    source = repository.read(path)
    written = source.text[command.place.span.start : line_end(source.text, command.place.span.end)] if source else ""
    return option in written and not _THROWN_AWAY.search(written)


_THROWN_AWAY = lazily(r"(?:2|&)>>?\s*[^&\s]|>&\s*/dev/null|/dev/null 2>&1")
_SHELL = (".sh", ".bash", ".zsh")
_LOOKS = lazily(r"-t [012]\b|\btty\b|isatty")
_HELD = lazily(
    r"""(?m)^[ \t]*(?:local |export |readonly )?(?P<set>\w+=(?:["'][ \t]*curl |\()[^\n;]*?(?P<option>(?<=[ "'(])(?:--progress-bar|-[fgijklnvBGIJLMNOSZ]*\#\w*)(?=[ "')]))[^\n]*)"""
)
"""A variable that holds curl's whole command, or its options in a list."""
