"""The settings of a run: the configuration file's, with the command line's laid over them."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

from agentlint.config import Config, ConfigError
from agentlint.config_file import find_config, load_config
from agentlint.rule.model import Severity


def settings(options: Namespace, root: Path) -> Config:
    """The configuration in effect for an audit of `root`."""
    config = _file(options, root)
    changes: dict[str, Any] = {}
    for name in ("select", "ignore", "exclude", "include"):
        given = getattr(options, name, None)
        if given is not None:
            changes[name] = tuple(given) if name == "select" else (*getattr(config, name), *given)
    if getattr(options, "extend_select", None) is not None:
        changes["extend_select"] = (*config.extend_select, *options.extend_select)
    if getattr(options, "pedantic", None):
        changes["pedantic"] = True
    if getattr(options, "fail_on", None) is not None:
        changes["fail_on"] = Severity(options.fail_on)
    if getattr(options, "fail_under", None) is not None:
        if not 0 <= options.fail_under <= 100:
            raise ConfigError("--fail-under should be a number from 0 to 100")
        changes["fail_under"] = options.fail_under
    if getattr(options, "jobs", None) is not None:
        if options.jobs < 0:
            raise ConfigError("--jobs should be a whole number, 0 or more")
        changes["jobs"] = options.jobs
    return replace(config, **changes)


def _file(options: Namespace, root: Path) -> Config:
    named = getattr(options, "config", None)
    if named is not None:
        if not Path(named).is_file():
            raise ConfigError(f"{named}: no such configuration file")
        return load_config(Path(named))
    if getattr(options, "isolated", False):
        return Config()
    found = find_config(root)
    return load_config(found) if found is not None else Config()
