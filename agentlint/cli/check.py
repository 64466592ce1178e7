"""`agentlint check`: audit, mend where asked, report, and say by the exit status how it went."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from agentlint.cli.output import write
from agentlint.cli.settings import settings
from agentlint.cli.target import Target, target_of
from agentlint.config import Config
from agentlint.engine.audit import Audit, Tick, audit_tree
from agentlint.engine.finding import at_least

LONG_WALK = 400
"""From so many files on, a terminal is shown a progress bar."""


def check(options: Namespace) -> int:
    """Run the audit the options ask for."""
    _long_lived_memory()
    target = target_of(options.paths)
    config = settings(options, target.root)
    if options.fix or options.unsafe_fixes or options.diff:
        from agentlint.cli.fixing import fix

        audit, changed = fix(target, config, unsafe=options.unsafe_fixes, diff=options.diff)
        if options.diff:
            return 1 if changed and not options.exit_zero else 0
    else:
        audit = _audit(target, config, options)
    if options.baseline:
        from agentlint.engine.baseline import without_known

        audit = without_known(audit, Path(options.baseline))
    _report(audit, options)
    return 0 if options.exit_zero else _status(audit, config)


def _long_lived_memory() -> None:
    """An audit makes much that lives to its end: collecting garbage meanwhile would only look at all of it again."""
    import gc

    gc.disable()


def _audit(target: Target, config: Config, options: Namespace) -> Audit:
    if options.quiet or not sys.stderr.isatty():
        return audit_tree(target.root, config, target.paths, cached=not options.no_cache)
    from agentlint.cli.progress import Bar

    with Bar(LONG_WALK) as bar:
        progress: Callable[[int], Tick] = bar.start
        return audit_tree(target.root, config, target.paths, progress=progress, cached=not options.no_cache)


def _status(audit: Audit, config: Config) -> int:
    if any(at_least(finding.severity, config.fail_on) for finding in audit.findings):
        return 1
    value = audit.score.value if audit.score is not None else None
    return 1 if config.fail_under is not None and value is not None and value < config.fail_under else 0


def _report(audit: Audit, options: Namespace) -> None:
    from agentlint.report.view import View

    view = View(
        prefix=_prefix(audit),
        quiet=options.quiet,
        verbose=options.verbose,
        statistics=options.statistics,
        color=_color(options),
    )
    text = render(options.output_format, audit, view)
    write(text, options.output_file)


def _color(options: Namespace) -> bool:
    import os

    if options.color != "auto":
        return str(options.color) == "always"
    if options.output_file or os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def _prefix(audit: Audit) -> str:
    """What stands before a path so that it can be opened from the working directory."""
    import os

    try:
        relative = os.path.relpath(audit.root)
    except ValueError:
        return ""
    if relative == ".":
        return ""
    return Path(audit.root if relative.startswith("..") else relative).as_posix() + "/"


def render(form: str, audit: Audit, view: object) -> str:
    """The report in one form; only that form's module is imported."""
    import importlib

    module = importlib.import_module(f"agentlint.report.{form}")
    return str(module.render(audit, view))
