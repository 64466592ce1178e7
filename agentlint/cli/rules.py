"""`agentlint rule` and `agentlint rules`: a rule's page, and the list of all."""

from __future__ import annotations

import difflib
import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from agentlint.cli.settings import settings
from agentlint.config import ConfigError
from agentlint.docs.page import rule_page
from agentlint.rule.loaded import LoadedRule
from agentlint.rule.model import Bad, Category, Good
from agentlint.rule.registry import Registry, load_rules


def rule(options: Namespace) -> int:
    """Print one rule's page."""
    registry = load_rules(settings(options, Path()).rules)
    found = registry.find(options.rule)
    if found is None:
        raise ConfigError(f"no rule {options.rule!r}{_nearest(options.rule, registry)}")
    if options.output_format == "json":
        sys.stdout.write(json.dumps(described(found), indent=2, ensure_ascii=False) + "\n")
    elif options.output_format == "text" and sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(rule_page(found)))
    else:
        sys.stdout.write(rule_page(found))
    return 0


def _nearest(handle: str, registry: Registry) -> str:
    names = {name.lower(): name for loaded in registry.rules for name in (loaded.rule.id, loaded.rule.name)}
    near = difflib.get_close_matches(handle.lower(), names, 1)
    return f"; did you mean {names[near[0]]!r}?" if near else "; `agentlint rules` lists them"


def rules(options: Namespace) -> int:
    """Print the list of rules."""
    found = load_rules(settings(options, Path()).rules).rules
    if options.category is not None:
        known = [category.value for category in Category]
        if options.category not in known:
            raise ConfigError(f"no category {options.category!r}; there are {', '.join(known)}")
        found = tuple(loaded for loaded in found if loaded.rule.category.value == options.category)
    if options.output_format == "json":
        sys.stdout.write(json.dumps([summary(loaded) for loaded in found], indent=2, ensure_ascii=False) + "\n")
        return 0
    width = max((len(loaded.rule.name) for loaded in found), default=0)
    for loaded in found:
        item = loaded.rule
        marks = ["fix"] if loaded.fixable else []
        marks += [item.tier.value] if item.tier.value == "pedantic" else []
        marks += [f"from {loaded.origin}"] if loaded.origin != "builtin" else []
        tail = f"  [{', '.join(marks)}]" if marks else ""
        sys.stdout.write(f"{item.id:<7} {item.name:<{width}}  {item.severity.value:<8} {item.summary}{tail}\n")
    return 0


def summary(loaded: LoadedRule) -> dict[str, Any]:
    """A rule as one entry of the list."""
    item = loaded.rule
    return {
        "id": item.id,
        "name": item.name,
        "category": item.category.value,
        "summary": item.summary,
        "severity": item.severity.value,
        "confidence": item.confidence.value,
        "tier": item.tier.value,
        "station": item.station.value if item.station else None,
        "fixable": loaded.fixable,
        "origin": loaded.origin,
        "since": item.since,
        "aliases": list(item.aliases),
    }


def described(loaded: LoadedRule) -> dict[str, Any]:
    """A rule whole."""
    item = loaded.rule
    return {
        **summary(loaded),
        "why": item.why,
        "remediation": item.remediation,
        "cost": {
            "seconds": item.cost.seconds,
            "blocks": item.cost.blocks,
            "basis": item.cost.basis,
            "source": item.cost.source,
        },
        "evidence": list(item.evidence),
        "references": list(item.references),
        "bad": [_bad(example) for example in item.bad],
        "good": [_good(example) for example in item.good],
    }


def _bad(example: Bad) -> dict[str, Any]:
    return {
        "title": example.title,
        "files": dict(example.files),
        "at": list(example.at),
        "fixed": dict(example.fixed) if example.fixed is not None else None,
    }


def _good(example: Good) -> dict[str, Any]:
    return {"files": dict(example.files), "because": example.because}
