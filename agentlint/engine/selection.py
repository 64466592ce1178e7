"""Which rules run: `select`, `extend-select` and `ignore` by id, prefix, name or category. The more exact word wins."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from agentlint.config import Config, ConfigError
from agentlint.rule.loaded import LoadedRule
from agentlint.rule.model import Rule
from agentlint.rule.registry import Registry

_EXACT = 100
_CATEGORY = 1


def exactness(handle: str, rule: Rule) -> int:
    """How exactly a handle means a rule: 0 for "all", more for a category, a prefix, the rule itself; -1: not at all."""
    if handle == "all":
        return 0
    if handle.lower() in {rule.id.lower(), rule.name, *(alias.lower() for alias in rule.aliases)}:
        return _EXACT
    if handle == rule.category.value:
        return _CATEGORY
    return 1 + len(handle) if rule.id.lower().startswith(handle.lower()) else -1


def selected(registry: Registry, config: Config) -> tuple[LoadedRule, ...]:
    """The rules that run, in order. Raises ConfigError for a word that means no rule."""
    for handle in (*config.select, *config.extend_select, *config.ignore):
        check_handle(handle, registry)
    wanted = (*(config.select or ("all",)), *config.extend_select)
    return tuple(loaded for loaded in registry.rules if _best(wanted, loaded.rule) > _best(config.ignore, loaded.rule))


def asked_by_name(rule: Rule, config: Config) -> bool:
    """True for a rule the user selected by itself: then its pedantic findings are wanted too."""
    return _best((*config.select, *config.extend_select), rule) == _EXACT


def _best(handles: Iterable[str], rule: Rule) -> int:
    return max((exactness(handle, rule) for handle in handles), default=-1)


def check_handle(handle: str, registry: Registry) -> None:
    """Refuse a word that means no rule, naming the nearest that does."""
    if any(exactness(handle, loaded.rule) >= 0 for loaded in registry.rules) or handle in registry.handles():
        return
    near = difflib.get_close_matches(handle.lower(), {known.lower(): known for known in registry.handles()}, 1)
    known = {name.lower(): name for name in registry.handles()}
    hint = f"; did you mean {known[near[0]]!r}?" if near else "; `agentlint rules` lists them"
    raise ConfigError(f"no rule, prefix or category {handle!r}{hint}")
