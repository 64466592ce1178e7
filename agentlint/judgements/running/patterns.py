"""The patterns of the table of programs, held against a command's options, its environment and the project's settings.

"NAME" is there, "NAME=value" has that value, "NAME~part" has a value that holds that part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache

from agentlint.facts.command import Command
from agentlint.facts.project import Project, ToolSetting
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.programs.entries import in_environment


def option_matching(command: Command, patterns: Iterable[str]) -> str:
    """The first pattern that the command's arguments match, as it reads in a message; "" for none."""
    beginnings = {word.text[:2] for word in command.arguments if word.text.startswith("-")}
    for pattern in patterns:
        if pattern.startswith("-") and (not beginnings or (len(pattern) > 2 and pattern[:2] not in beginnings)):
            continue  # of longer patterns only the first letter's clusters count, and those begin alike
        name, sign, wanted = split(pattern)
        if not sign:
            if _given(command, name):
                return name
        elif any(_holds(value, sign, wanted) for value in values_of(command, name)):
            return f"{name} {wanted}" if sign == "=" and len(name) == 2 else name + "=" + wanted
    return ""


def _given(command: Command, name: str) -> bool:
    """True when the option (or literal operand) is among the arguments; "-j$(nproc)" is "-j" too."""
    texts = command.texts()
    if not name.startswith("-"):
        return name in texts
    if len(name) > 2:
        return command.option(name) is not None
    if command.program not in _WORDS_BEHIND_ONE_DASH:
        return command.option(name) is not None or any(_NUMBERED.match(text) and name[1] in text for text in texts)
    return any(text == name or (text[:2] == name and not text[2:3].isalpha()) for text in texts)


_NUMBERED = lazily(r"-[A-Za-z]{1,4}\d+$")
"""A cluster of letters whose last takes a number: "-sj8"."""


_WORDS_BEHIND_ONE_DASH = frozenset(
    {
        "go",
        "gotestsum",
        "terraform",
        "tofu",
        "xcodebuild",
        "gosec",
        "revive",
        "ginkgo",
        "staticcheck",
        "mvn",
        "mvnw",
        "cmake",
        "ctest",
    }
)
"""Programs whose options are words behind a single dash ("-race"), never clusters of letters."""


def environment_matching(environment: Mapping[str, str], patterns: Iterable[str]) -> str:
    """The first pattern that the environment in effect matches; "" for none."""
    for pattern in patterns:
        name, sign, wanted = split(pattern)
        if sign == "~":
            if name in environment and _holds(environment[name], sign, wanted):
                return pattern
        elif in_environment(environment, pattern):
            return pattern
    return ""


def is_set(repository: Repository, patterns: Iterable[str]) -> bool:
    """True when the project's settings match one of the patterns.

    "tool:key", "tool:key=value", "tool:key~part" ask the settings that were read, "*" in a key standing for anything;
    "file:NAME|NAME~part" asks whether a file of the root that nobody reads as settings holds this text.
    """
    return any(_is_set(repository, pattern) for pattern in patterns)


def _is_set(repository: Repository, pattern: str) -> bool:
    known = repository.memory(("set", pattern))
    if known is None:
        if pattern.startswith("file:"):
            known = _file_holds(repository, pattern)
        else:
            known = next(settings_matching(repository.project, pattern), None) is not None
        repository.remember(("set", pattern), known)
    return bool(known)


def _file_holds(repository: Repository, pattern: str) -> bool:
    names, _, part = pattern.removeprefix("file:").partition("~")
    for name in names.split("|"):
        source = repository.read(name) if name in repository.project.paths else None
        if source is not None and part.lower() in source.text.lower():
            return True
    return False


def settings_matching(project: Project, pattern: str) -> Iterator[ToolSetting]:
    """All settings that match one pattern."""
    name, sign, wanted = split(pattern)
    tool, _, key = name.partition(":")
    for setting in project.settings:
        named = setting.tool == tool and (setting.key == key or ("*" in key and fnmatchcase(setting.key, key)))
        if named and (not sign or _holds(setting.value, sign, wanted)):
            yield setting


def values_of(command: Command, name: str) -> Iterator[str]:
    """Every value given to an option: "--opt=v", "--opt v", "-jv"."""
    words = command.arguments
    for index, word in enumerate(words):
        text = word.text
        if text == name:
            if index + 1 < len(words):
                yield words[index + 1].text
        elif text.startswith((name + "=", name + ":")):  # `--logger:trx` of .NET's programs
            yield text[len(name) + 1 :]
        elif len(name) == 2 and text.startswith(name) and not text.startswith("--"):
            yield text[2:]


@cache
def split(pattern: str) -> tuple[str, str, str]:
    """Name, "=" or "~" or "", and the value wanted."""
    for index, letter in enumerate(pattern):
        if letter in "=~":
            return pattern[:index], letter, pattern[index + 1 :]
    return pattern, "", ""


def _holds(value: str, sign: str, wanted: str) -> bool:
    value = value.strip().strip("'\"").lower()
    wanted = wanted.lower()
    if sign == "=":
        if wanted.startswith("-"):
            return wanted in value.split()
        return value == wanted or (not wanted.isdigit() and wanted in value.split(","))
    if wanted.startswith("-"):
        words = value.translate({ord(mark): " " for mark in ",'\"[]"}).split()
        return any(word.startswith(wanted) for word in words)
    return wanted in value
