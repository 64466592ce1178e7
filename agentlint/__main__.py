"""The command's way in: answers `--version` by itself, so that it imports nearly nothing."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and give its exit status."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from agentlint import __version__

        sys.stdout.write(f"agentlint {__version__}\n")
        return 0
    from agentlint.cli.main import run

    return run(sys.argv[1:])


def command() -> int:
    """What the installed command starts: as `main`, and the process ends with it."""
    status = main()
    _leave(status)
    return status


def _leave(status: int) -> None:
    """End at once, with everything said: taking apart all that an audit made, piece by piece, is time for nothing.

    Not where a profiler or a measurement of coverage waits for Python's own end.
    """
    import atexit
    import os

    if sys.gettrace() is not None or sys.getprofile() is not None or _monitored():
        return
    try:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return  # whoever read has gone: Python's own way out knows what to do
    os._exit(status)


def _monitored() -> bool:
    """True where a tool watches by the door that Python has for it since 3.12."""
    monitoring = getattr(sys, "monitoring", None)
    return monitoring is not None and any(monitoring.get_tool(number) for number in range(6))


if __name__ == "__main__":
    sys.exit(command())
