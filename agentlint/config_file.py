"""The configuration file: `agentlint.toml`, or `[tool.agentlint]` of pyproject.toml. The nearest one wins, alone.

`OPTIONS` is the whole list of keys; the documentation and `agentlint config` are made from it.
"""

from __future__ import annotations

import difflib
import glob
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentlint.config import Config, ConfigError
from agentlint.rule.model import Severity

FILE_NAME = "agentlint.toml"


@dataclass(frozen=True, slots=True)
class Option:
    """One key: its type in words, its meaning, and how its value is read."""

    key: str
    type: str
    meaning: str
    read: Callable[[Any], Any]

    @property
    def field(self) -> str:
        """Its name in `Config`."""
        return self.key.replace("-", "_")


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("a list of texts")
    return tuple(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _severity(value: Any) -> Severity:
    try:
        return Severity(value)
    except ValueError:
        raise ValueError(f"one of {', '.join(item.value for item in Severity)}") from None


def _score(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 100:
        raise ValueError("a number from 0 to 100")
    return float(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("a whole number, 0 or more")
    return value


def _table_of_texts(value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise ValueError("a table from patterns to lists of rules")
    return {pattern: _texts(handles) for pattern, handles in value.items()}


OPTIONS: tuple[Option, ...] = (
    Option("select", "list", "rules that run: ids, prefixes, names or categories; empty is all", _texts),
    Option("extend-select", "list", "rules that run besides", _texts),
    Option("ignore", "list", "rules that do not run; the more exact word wins over `select`", _texts),
    Option("pedantic", "boolean", "report as well what reasonable people argue about", _flag),
    Option("include", "list", "paths that are left out by default and should be looked at (globs)", _texts),
    Option("exclude", "list", "paths that should not be looked at (globs)", _texts),
    Option(
        "per-file-ignores", "table", 'rules that do not hold for some paths: `"examples/**" = ["INT"]`', _table_of_texts
    ),
    Option("fail-on", "severity", "the mildest severity that makes the exit status 1", _severity),
    Option("fail-under", "number", "the lowest score that makes no exit status 1", _score),
    Option("rules", "list", "declarative rule files (TOML) of your own, relative to this file (globs)", _texts),
    Option("jobs", "number", "processes that share the work; 0 is as many as pay", _count),
)
"""Every key there is."""


def find_config(start: Path) -> Path | None:
    """The nearest configuration file, from `start` upwards."""
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        own = candidate / FILE_NAME
        if own.is_file():
            return own
        shared = candidate / "pyproject.toml"
        if shared.is_file() and _section(shared) is not None:
            return shared
    return None


def load_config(path: Path) -> Config:
    """The settings of one file. Raises ConfigError."""
    table = _section(path, refuse=True)
    values: dict[str, Any] = {}
    known = {option.key: option for option in OPTIONS}
    for key, value in (table or {}).items():
        option = known.get(key)
        if option is None:
            raise ConfigError(f"{path}: unknown key {key!r}{_nearest(key, known)}")
        try:
            values[option.field] = option.read(value)
        except ValueError as error:
            raise ConfigError(f"{path}: {key} should be {error}, not {value!r}") from None
    values["rules"] = _rule_files(path, values.get("rules", ()))
    return Config(**values, source=path)


def _nearest(key: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(key.replace("_", "-"), known, 1, 0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"


def _section(path: Path, refuse: bool = False) -> Mapping[str, Any] | None:
    """The table that is ours; None where there is none. A file that is no TOML is refused only where it is asked for."""
    import tomli

    try:
        data = path.read_bytes()
        if path.name == "pyproject.toml" and b"agentlint" not in data:
            return None
        table = tomli.loads(data.decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomli.TOMLDecodeError, RecursionError) as error:
        if refuse or path.name == FILE_NAME:
            raise ConfigError(f"{path}: {error}") from None
        return None
    if path.name == "pyproject.toml":
        tool = table.get("tool", {})
        own = tool.get("agentlint") if isinstance(tool, dict) else None
        if own is not None and not isinstance(own, dict):
            raise ConfigError(f"{path}: [tool.agentlint] should be a table")
        return own
    return table


def _rule_files(path: Path, patterns: tuple[str, ...]) -> tuple[Path, ...]:
    found: list[Path] = []
    for pattern in patterns:
        if not pattern.endswith(".toml"):
            raise ConfigError(f"{path}: rules: {pattern!r} is no .toml file; rules in code come as an installed plugin")
        matches = sorted(glob.glob(pattern, root_dir=path.parent, recursive=True))
        if not matches:
            raise ConfigError(f"{path}: rules: no file matches {pattern!r}")
        found.extend(path.parent / match for match in matches)
    return tuple(dict.fromkeys(found))
