"""The command line's frame: which command, its settings, and the three manners of trouble.

A mistake of the user is one line with a hint and exit status 2; an interruption is 130; our own bug is 2, with what to report.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence

from agentlint.config import ConfigError
from agentlint.rule.loaded import RuleError

USAGE_ERROR = 2
INTERRUPTED = 130


def run(arguments: Sequence[str]) -> int:
    """Run a command line and give its exit status."""
    from agentlint.cli.arguments import parser, with_default_command

    _plain_streams()
    try:
        options = parser().parse_args(with_default_command(arguments))
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else USAGE_ERROR
    try:
        return _command(options.command)(options)
    except (ConfigError, RuleError) as error:
        return _complain(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("AGENTLINT_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}"
        return _complain(
            f"internal error: {what}\nThis is a bug; run again with AGENTLINT_DEBUG=1 and report what it prints."
        )


def _complain(message: str) -> int:
    sys.stderr.write(f"agentlint: error: {message}\n")
    return USAGE_ERROR


def _plain_streams() -> None:
    """Characters that the terminal or a file cannot take must not end a run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _command(name: str) -> Callable[[Namespace], int]:
    """Each command's module is imported when it is asked for."""
    import importlib

    module = {"rule": "rules", "schema": "show", "config": "show", "completion": "show"}.get(name, name)
    return getattr(importlib.import_module(f"agentlint.cli.{module}"), name)  # type: ignore[no-any-return]
