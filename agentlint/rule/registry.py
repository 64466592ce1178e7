"""All rules there are: found, loaded and checked, in three separate steps.

Found: entry points of the group `agentlint.rules`, each naming a folder of rule files (the built-in rules come this way
too), and the declarative files that the configuration names. Code is loaded only from what the user has installed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from agentlint.files.lazily import lazily
from agentlint.rule.entry_points import entry_points
from agentlint.rule.loaded import LoadedRule, RuleError
from agentlint.rule.model import Category, Rule

GROUP = "agentlint.rules"
BUILTIN = "builtin"

_ID = lazily(r"[A-Z][A-Z]{1,7}\d{2,5}\Z")
_NAME = lazily(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


@dataclass(frozen=True)
class Registry:
    """The rules by id, in order of id."""

    rules: tuple[LoadedRule, ...]

    @property
    def by_id(self) -> Mapping[str, LoadedRule]:
        """Rules by id."""
        return {loaded.rule.id: loaded for loaded in self.rules}

    def find(self, handle: str) -> LoadedRule | None:
        """A rule by its id, its name or an earlier name, upper or lower case."""
        wanted = handle.lower()
        for loaded in self.rules:
            rule = loaded.rule
            if wanted in {rule.id.lower(), rule.name, *(alias.lower() for alias in rule.aliases)}:
                return loaded
        return None

    def handles(self) -> frozenset[str]:
        """Everything by which a rule may be selected: ids, names, aliases, prefixes and categories."""
        found = {category.value for category in Category} | {"all"}
        for loaded in self.rules:
            rule = loaded.rule
            found |= {rule.id, rule.name, *rule.aliases, rule.id.rstrip("0123456789")}
        return frozenset(found)


def load_rules(files: Sequence[Path] = ()) -> Registry:
    """Every installed rule and those of the declarative `files`. Raises RuleError for a wrong declaration."""
    loaded = [*_installed(), *(rule for file in files for rule in load_file(file, origin=file.name))]
    return registry_of(loaded)


def registry_of(loaded: Iterable[LoadedRule]) -> Registry:
    """Rules in order of id; two by one handle are refused."""
    taken: dict[str, LoadedRule] = {}
    rules = sorted(loaded, key=lambda item: item.rule.id)
    for item in rules:
        for handle in (item.rule.id, item.rule.name, *item.rule.aliases):
            other = taken.setdefault(handle.lower(), item)
            if other is not item:
                raise RuleError(f"{item.path}:1: {handle!r} is taken already, by {other.path}")
    return Registry(tuple(rules))


@cache
def _installed() -> tuple[LoadedRule, ...]:
    found: list[LoadedRule] = []
    for origin, folder in _folders():
        found.extend(load_folder(folder, origin))
    if not any(rule.origin == BUILTIN for rule in found):
        raise RuleError("no built-in rules: agentlint is not installed in this Python; try `python -m pip install .`")
    return tuple(found)


def _folders() -> Iterator[tuple[str, Path]]:
    """Origin and folder of each entry point, in a fixed order."""
    seen: set[Path] = set()
    for entry in entry_points(GROUP):
        package = entry.package
        origin = BUILTIN if package == "agentlint-audit" else package
        try:
            named = entry.load()
            folders = list(_as_folders(named() if callable(named) else named))
        except Exception as error:
            raise RuleError(f"the plugin {package} (entry point {entry.name}) does not load: {error!r}") from error
        for folder in folders:
            if folder.resolve() not in seen:
                seen.add(folder.resolve())
                yield origin, folder


def _as_folders(named: Any) -> Iterator[Path]:
    """The folders an entry point means: a path, a package, or several of them."""
    if isinstance(named, (str, Path)):
        yield Path(named)
    elif hasattr(named, "__path__"):
        yield from map(Path, named.__path__)
    else:
        for item in named:
            yield from _as_folders(item)


def load_folder(folder: Path, origin: str) -> Iterator[LoadedRule]:
    """The rules of all rule files below a folder; names that begin with `_` or `.` are no rule files."""
    if not folder.is_dir():
        raise RuleError(f"{folder}:1: the rules of {origin} should stand here, and there is no such folder")
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.suffix in {".py", ".toml"} and not any(part.startswith(("_", ".")) for part in parts):
            yield from load_file(path, origin)


def load_file(path: Path, origin: str) -> tuple[LoadedRule, ...]:
    """The rules of one file: one for a Python module, one or more for a declarative file."""
    if path.suffix == ".py":
        return (_load_module(path, origin),)
    from agentlint.rule.declarative import load_declarative

    return tuple(checked(rule) for rule in load_declarative(path, origin))


def _load_module(path: Path, origin: str) -> LoadedRule:
    import importlib.util

    name = f"agentlint_rules.{re.sub(r'[^0-9A-Za-z]', '_', origin)}.{path.parent.name.replace('-', '_')}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise RuleError(f"{path}:1: cannot be loaded as a Python module")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise RuleError(f"{path}:{_line_of_error(error, path)}: {type(error).__name__}: {error}") from error
    return checked(_from_module(vars(module), origin, path))


def _line_of_error(error: BaseException, path: Path) -> int:
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _from_module(names: Mapping[str, Any], origin: str, path: Path) -> LoadedRule:
    from agentlint.rule.subjects import subject_of

    rule, check = names.get("RULE"), names.get("check")
    if not isinstance(rule, Rule):
        raise RuleError(f"{path}:1: a rule file needs `RULE = Rule(...)`")
    if not callable(check):
        raise RuleError(f"{path}:1: a rule file needs `def check(fact, repository)`")
    return LoadedRule(rule, check, subject_of(check, names, path), origin, path)


def checked(loaded: LoadedRule) -> LoadedRule:
    """The same rule, its declaration found in order. Raises RuleError."""
    rule = loaded.rule
    fault = _fault(rule)
    if fault:
        raise RuleError(f"{loaded.path}:{_rule_line(loaded.path)}: {fault}")
    return loaded


def _fault(rule: Rule) -> str:
    """What is wrong with a declaration; "" where nothing is."""
    if not _ID.match(rule.id):
        return f"id {rule.id!r} should be capital letters and digits, such as INT101"
    if not _NAME.match(rule.name):
        return f"name {rule.name!r} should be lower-case words joined by hyphens"
    for field in ("summary", "why", "remediation"):
        if not getattr(rule, field).strip():
            return f"{rule.id} says nothing under `{field}`"
    if not rule.bad or not rule.good:
        return f"{rule.id} needs at least one example under `bad` and one under `good`"
    return ""


def _rule_line(path: Path) -> int:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return 1
    return next((at for at, line in enumerate(lines, 1) if line.startswith(("RULE", "id ", "id="))), 1)
