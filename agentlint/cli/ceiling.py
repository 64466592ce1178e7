"""`agentlint ceiling`: how much faster the loop could get, and what holds it back."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from agentlint.ceiling import ceiling_of
from agentlint.ceiling.timings import BadTimings, JobTime, read_timings
from agentlint.cli.output import write
from agentlint.cli.settings import settings
from agentlint.cli.target import target_of
from agentlint.config import ConfigError
from agentlint.engine.audit import audit_tree
from agentlint.report.ceiling import render


def ceiling(options: Namespace) -> int:
    """Print or write the ceiling of the whole tree."""
    target = target_of(options.paths)
    timings = _timings(options.timings)
    audit = audit_tree(target.root, settings(options, target.root))
    assert audit.score is not None
    write(render(ceiling_of(audit.repository, audit.score, timings), options.output_format), options.output_file)
    return 0


def _timings(name: str | None) -> tuple[JobTime, ...]:
    if name is None:
        return ()
    try:
        return read_timings(Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{name}: {error.strerror}") from None
    except (BadTimings, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}: {error}") from None
