"""The commands that only show: the configuration in effect, the report's schema, the completion scripts."""

from __future__ import annotations

import json
import sys
from argparse import Namespace

from agentlint.cli.settings import settings
from agentlint.cli.target import target_of
from agentlint.config_file import OPTIONS


def config(options: Namespace) -> int:
    """Print every key with its value in effect, and the file it comes from."""
    found = settings(options, target_of(options.paths).root)
    values = {option.key: _plain(getattr(found, option.field)) for option in OPTIONS}
    source = found.source.as_posix() if found.source is not None else None
    if options.output_format == "json":
        sys.stdout.write(json.dumps({"source": source, "values": values}, indent=2, ensure_ascii=False) + "\n")
        return 0
    sys.stdout.write(f"# {source or 'no configuration file: defaults'}\n")
    for option in OPTIONS:
        value = json.dumps(values[option.key], ensure_ascii=False)
        sys.stdout.write(f"{option.key} = {value}  # {option.meaning}\n")
    return 0


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [str(item) for item in value]
    if isinstance(value, dict):
        return {key: list(items) for key, items in value.items()}
    return getattr(value, "value", value)


def schema(options: Namespace) -> int:
    """Print the JSON Schema of the JSON report."""
    from agentlint.report.schema import schema as report_schema

    sys.stdout.write(json.dumps(report_schema(), indent=2) + "\n")
    return 0


def completion(options: Namespace) -> int:
    """Print the completion script of a shell."""
    from agentlint.cli.completion import script

    sys.stdout.write(script(options.shell))
    return 0
