"""Rules without code: a TOML file with the same anatomy as a rule module, and a `match` table instead of a check.

Safe on an untrusted pull request: nothing of it is evaluated, and its patterns are globs and no regular expressions.
A file holds one rule at its top level, or several as `[[rule]]`.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from agentlint.rule.loaded import LoadedRule, RuleError
from agentlint.rule.model import Bad, Category, Confidence, Cost, Good, Rule, Severity, Station, Tier

_TEXT = ("id", "name", "summary", "why", "remediation")
_LISTS = ("evidence", "references", "aliases")
_KEYS = frozenset(
    {*_TEXT, *_LISTS, "category", "severity", "confidence", "tier", "station", "since", "cost", "match", "fix"}
)
_EXAMPLE_KEYS = frozenset({"bad", "good"})

E = TypeVar("E", bound=Enum)


def load_declarative(path: Path, origin: str) -> Iterator[LoadedRule]:
    """The rules of a declarative file. Raises RuleError naming the file and, where it can be told, the line."""
    import tomli

    try:
        text = path.read_text(encoding="utf-8")
        data = tomli.loads(text)
    except OSError as error:
        raise RuleError(f"{path}:1: {error.strerror or error}") from error
    except (UnicodeDecodeError, tomli.TOMLDecodeError, RecursionError) as error:
        raise RuleError(f"{path}:1: {error}") from error
    reader = _Reader(path, text)
    entries = data.get("rule", data)
    if isinstance(entries, list) and set(data) != {"rule"}:
        raise reader.wrong(next(key for key in data if key != "rule"), "stands outside of every [[rule]]")
    for entry in entries if isinstance(entries, list) else [entries]:
        yield reader.rule(entry, origin)


class _Reader:
    """Turns tables into rules, and mistakes into messages with a line."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()

    def wrong(self, key: str, what: str) -> RuleError:
        """The error for a key: its line is where the key is first written."""
        line = next(
            (
                at
                for at, line in enumerate(self._lines, 1)
                if line.strip().strip("[]").split("=")[0].strip().split(".")[-1] == key
            ),
            1,
        )
        return RuleError(f"{self._path}:{line}: {key}: {what}")

    def known(self, table: Mapping[str, Any], keys: Collection[str]) -> None:
        """Refuse unknown keys, naming the nearest known one."""
        for key in table:
            if key not in keys:
                near = difflib.get_close_matches(key, keys, 1)
                raise self.wrong(key, "unknown key" + (f"; did you mean {near[0]!r}?" if near else ""))

    def rule(self, table: Mapping[str, Any], origin: str) -> LoadedRule:
        """One rule with its check."""
        from agentlint.rule.matching import matcher

        self.known(table, _KEYS | _EXAMPLE_KEYS)
        for key in (*_TEXT, "category", "severity", "match", "bad", "good"):
            if key not in table:
                raise RuleError(f"{self._path}:1: a rule needs `{key}`")
        match = matcher(table["match"], table.get("fix"), self)
        rule = Rule(
            id=self.text(table, "id"),
            name=self.text(table, "name"),
            summary=self.text(table, "summary"),
            why=self.text(table, "why"),
            remediation=self.text(table, "remediation"),
            evidence=self.texts(table, "evidence"),
            references=self.texts(table, "references"),
            aliases=self.texts(table, "aliases"),
            category=self.choice(table, "category", Category),
            severity=self.choice(table, "severity", Severity),
            confidence=self.choice(table, "confidence", Confidence, Confidence.HIGH),
            tier=self.choice(table, "tier", Tier, Tier.DEFAULT),
            station=self.choice(table, "station", Station) if "station" in table else None,
            cost=self._cost(table.get("cost", {})),
            since=self.text(table, "since"),
            programs=match.programs,
            bad=tuple(self._bad(example) for example in self.tables(table, "bad")),
            good=tuple(self._good(example) for example in self.tables(table, "good")),
        )
        return LoadedRule(rule, match.check, match.subject, origin, self._path)

    def text(self, table: Mapping[str, Any], key: str, default: str = "") -> str:
        """A text value."""
        value = table.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(key, "should be a text")
        return value

    def texts(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        value = table.get(key, ())
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, "should be a list of texts")
        return tuple(value)

    def flag(self, table: Mapping[str, Any], key: str) -> bool | None:
        """True, False, or None where it is not written."""
        value = table.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(key, "should be true or false")
        return value

    def choice(self, table: Mapping[str, Any], key: str, kind: type[E], default: E | None = None) -> E:
        """One of an enumeration's values."""
        value = table.get(key, default.value if default else None)
        try:
            return kind(value)
        except ValueError:
            raise self.wrong(key, f"{value!r} should be one of {', '.join(item.value for item in kind)}") from None

    def tables(self, table: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        """An array of tables."""
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(key, f"should be written as [[{key}]]")
        return value

    def _cost(self, table: Any) -> Cost:
        if not isinstance(table, dict):
            raise self.wrong("cost", "should be a table")
        self.known(table, {"seconds", "blocks", "basis", "source"})
        try:
            return Cost(
                float(table.get("seconds", 0.0)),
                bool(table.get("blocks", False)),
                self.text(table, "basis", "estimate"),
                self.text(table, "source"),
            )
        except (TypeError, ValueError):
            raise self.wrong("seconds", "should be a number") from None

    def _files(self, table: Mapping[str, Any], key: str) -> dict[str, str]:
        value = table.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise self.wrong(key, "should map paths to texts")
        return dict(value)

    def _bad(self, table: Mapping[str, Any]) -> Bad:
        self.known(table, {"files", "at", "fixed", "title"})
        fixed = self._files(table, "fixed") if "fixed" in table else None
        return Bad(self._files(table, "files"), self.texts(table, "at"), fixed, self.text(table, "title"))

    def _good(self, table: Mapping[str, Any]) -> Good:
        self.known(table, {"files", "because"})
        return Good(self._files(table, "files"), self.text(table, "because"))
