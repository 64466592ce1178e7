"""The table of ready-made CI steps: what they keep between runs by default, what they do, how they report.

The data stands in `actions.toml`, one entry for each step, with its source. Loaded once, on first use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from agentlint.facts.pipeline import Action, Cache
from agentlint.files.lazily import lazily
from agentlint.files.source import Span

NEWEST = 9999
"""The version assumed where only a branch or a bare commit is named; beyond the versions that are called by a year."""
_NO = frozenset({"false", "no", "off", "none", "0", ""})
_YES = frozenset({"true", "yes", "on", "auto", "1", "always"})
_OWN_SET_UP = lazily(r"^[^/]+/[^/]+/(?:[\w.-]+/)*(?:set-?up|install|prepare|bootstrap)(?:[-_][\w-]*)?$")
"""An action of an organisation's shared repository (`owner/actions/setup-uv`)."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """One cache a step can make.

    `what`: names of what is kept; "{input}" takes the name from the input's value ("cache: npm").
    `inputs`: those that turn it on when they are given a value that is no refusal; empty: none does.
    `off_inputs`: those that turn it off when true; `switches`: those that turn its default off when false.
    `default`: "on", "off", or "on" only where package.json declares its package manager ("declared") or declares npm
    ("declared-npm"). `since`/`until`: major versions.
    `paths_input`, `key_input`: inputs that hold the paths and key, from which `what` is told where it is empty.
    """

    what: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    off_inputs: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    default: str = "off"
    since: int = 0
    until: int = NEWEST
    paths_input: str = ""
    key_input: str = ""


@dataclass(frozen=True, slots=True)
class Brings:
    """What a step fetches or compiles by itself, so that a cache would spare it.

    `inputs`: it does so only where one of these is given; `verbs`: only where `verb_input` begins with one of these words
    ("" for an input that is not given). `compiles`: it builds as well.
    """

    what: str
    advice: str
    inputs: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    verb_input: str = "command"
    compiles: bool = False

    def does(self, action: Action) -> bool:
        """True when this call of the step fetches."""
        if self.inputs and all(_value(action, name) in _NO | {"null"} for name in self.inputs):
            return False
        return not self.verbs or (_value(action, self.verb_input).split() or [""])[0] in self.verbs


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """Everything known of one ready-made step.

    `roles`: "test", "lint", "install", "build", "deploy", "publish", "release", "upload-artifact", "download-artifact",
    "test-report", "coverage", "set-up", "checkout", "cache", "login", "gate", "changes". `reports`: kinds of results it
    hands over in a form that machines read ("test", "lint", "coverage"). `annotates`: the same for annotations of the
    change. `history`: it needs more than the last commit. `script_inputs`: inputs that hold shell text it runs.
    `runs_program`: it runs the program of its own name with the repository's settings. `fetches`: what it fetches or
    compiles by itself. `roles_by_verb`: roles by the first word of its input `command`.
    """

    name: str
    source: str
    roles: frozenset[str] = frozenset()
    caches: tuple[Keeping, ...] = ()
    reports: frozenset[str] = frozenset()
    annotates: frozenset[str] = frozenset()
    history: bool = False
    script_inputs: tuple[str, ...] = ()
    runs_program: bool = False
    fetches: Brings | None = None
    roles_by_verb: tuple[tuple[str, frozenset[str]], ...] = ()

    def roles_of(self, action: Action) -> frozenset[str]:
        """What this call of the step does: a step that runs a tool's command does what the command does."""
        verb = (_value(action, "command").split() or [""])[0] if self.roles_by_verb else ""
        return self.roles.union(*(roles for known, roles in self.roles_by_verb if known == verb))


@dataclass(frozen=True)
class ActionTable:
    """All ready-made steps by name, and how to tell from a path what a cache holds."""

    entries: dict[str, ReadyMade]
    kept: tuple[tuple[str, re.Pattern[str]], ...]

    def of(self, action: Action | None) -> ReadyMade | None:
        """The entry of a step; a folder of an action's repository falls back to "owner/name/*"."""
        if action is None:
            return None
        name = action.name.lower()
        found = self.entries.get(name)
        while found is None and "/" in name:
            name = name.rpartition("/")[0]
            found = self.entries.get(name + "/*")
        return found

    def roles(self, action: Action | None) -> frozenset[str]:
        """What a step does; empty where not known."""
        entry = self.of(action)
        return entry.roles_of(action) if entry and action is not None else frozenset()

    def caches(self, action: Action, span: Span, package_manager: str = "") -> tuple[Cache, ...]:
        """What this step keeps between runs. `package_manager` is the one package.json declares ("npm@10"), else ""."""
        entry = self.of(action)
        if entry is None:
            return self._unknown(action, span)
        version = NEWEST if action.version_number is None else action.version_number
        made = (
            self._cache(keeping, action, span, package_manager)
            for keeping in entry.caches
            if keeping.since <= version <= keeping.until
        )
        return tuple(item for item in made if item is not None)

    def switched_off(self, action: Action) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The inputs by which this call turns off what the step keeps by default, each with what it would keep."""
        entry = self.of(action)
        version = NEWEST if action.version_number is None else action.version_number
        for keeping in entry.caches if entry is not None else ():
            if keeping.default == "on" and keeping.since <= version <= keeping.until:
                for name in keeping.off_inputs:
                    if _value(action, name) in _YES:
                        yield name, keeping.what
                for name in keeping.inputs:
                    if "cache" in name and name in action.inputs and _value(action, name) in _NO - {""}:
                        yield name, keeping.what

    def _unknown(self, action: Action, span: Span) -> tuple[Cache, ...]:
        """A step that the table does not know and that speaks of a cache keeps what its name says, or may keep anything.

        So may somebody's own set-up: what it wraps is not to be seen from here.
        """
        asked = [name for name in action.inputs if "cache" in name and _value(action, name) not in _NO]
        speaks = "cache" in action.name.lower() or _OWN_SET_UP.search(action.name.lower()) is not None
        if not asked and (not speaks or action.name.startswith((".", "plugin:", "docker:"))):
            return ()
        what = self.names(tuple(_value(action, name) for name in asked), action.name.replace("/", "-"))
        return (Cache(what, span=span, by_default=True),)

    def _cache(self, keeping: Keeping, action: Action, span: Span, package_manager: str) -> Cache | None:
        if any(_value(action, name) in _YES for name in (*keeping.off_inputs, "lookup-only")):
            return None
        if any(name in action.inputs and _value(action, name) in _NO for name in keeping.inputs):
            return None
        given = [name for name in keeping.inputs if _value(action, name) not in _NO]
        left_on = not any(name in action.inputs and _value(action, name) in _NO for name in keeping.switches)
        by_default = not given and (
            (left_on and _on_by_default(keeping.default, package_manager)) or not keeping.inputs
        )
        if not given and not by_default:
            return None
        paths = tuple(_lines(action, keeping.paths_input))
        key = action.inputs[keeping.key_input].value if keeping.key_input in action.inputs else ""
        what = _what(keeping, action, given, package_manager) or self.names(paths, key)
        asked = bool(given) or bool(keeping.paths_input)
        return Cache(what, paths, key, span, by_default=not asked)

    def names(self, paths: tuple[str, ...], key: str = "") -> frozenset[str]:
        """The neutral names of what is kept under these paths; told from the key where the paths say nothing."""
        found = {name for name, pattern in self.kept for path in paths if pattern.search(path)}
        if not found and key:
            found = {name for name, pattern in self.kept if pattern.search(key)}
            words = set(re.split(r"[^a-z0-9]+", key.lower()))
            found |= {name for name, _ in self.kept if name in words}
        return frozenset(found)


def _value(action: Action, name: str) -> str:
    setting = action.inputs.get(name)
    return setting.value.strip().lower() if setting else ""


def _lines(action: Action, name: str) -> list[str]:
    setting = action.inputs.get(name)
    return [line.strip() for line in setting.value.splitlines() if line.strip()] if setting else []


def _on_by_default(default: str, package_manager: str) -> bool:
    if default == "declared":
        return bool(package_manager)
    if default == "declared-npm":
        return package_manager.partition("@")[0] == "npm"
    return default == "on"


def _what(keeping: Keeping, action: Action, given: list[str], package_manager: str) -> frozenset[str]:
    found: set[str] = set()
    for name in keeping.what:
        if name != "{input}":
            found.add(name)
            continue
        values = [_value(action, item) for item in given] or [package_manager.partition("@")[0]]
        found.update(value for value in values if value and value not in _YES and "${{" not in value)
    return frozenset(found)


@cache
def actions() -> ActionTable:
    """The table as shipped. Raises ValueError for a broken data file (a bug of ours, caught by the tests)."""
    import tomli

    data = tomli.loads((Path(__file__).parent / "actions.toml").read_text(encoding="utf-8"))
    entries: dict[str, ReadyMade] = {}
    for raw in data["action"]:
        try:
            for name in raw.get("names", ()) or (raw["name"],):
                if name in entries:
                    raise KeyError(f"{name} twice")
                entries[name] = _entry(name, raw)
        except (KeyError, TypeError) as error:
            raise ValueError(f"actions.toml: {raw.get('name')!r}: {error!r}") from error
    kept = tuple(
        (item["what"], lazily("|".join(f"(?:{pattern})" for pattern in item["paths"]))) for item in data["kept"]
    )
    return ActionTable(entries, kept)


def _keeping(raw: dict[str, Any]) -> Keeping:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    return Keeping(**values)


def _brings(raw: dict[str, Any]) -> Brings:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    return Brings(**values)


def _entry(name: str, raw: dict[str, Any]) -> ReadyMade:
    return ReadyMade(
        name=name,
        source=raw["source"],
        roles=frozenset(raw.get("roles", ())),
        caches=tuple(_keeping(item) for item in raw.get("caches", ())),
        reports=frozenset(raw.get("reports", ())),
        annotates=frozenset(raw.get("annotates", ())),
        history=raw.get("history", False),
        script_inputs=tuple(raw.get("script_inputs", ())),
        runs_program=raw.get("runs_program", False),
        fetches=_brings(raw["fetches"]) if "fetches" in raw else None,
        roles_by_verb=tuple((verb, frozenset(roles)) for verb, roles in raw.get("roles_by_verb", {}).items()),
    )
