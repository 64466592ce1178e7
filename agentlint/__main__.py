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

    status = run(sys.argv[1:])
    _leave(status)
    return status


def _leave(status: int) -> None:
    """End at once, with everything said: taking apart all that an audit made, piece by piece, is time for nothing."""
    import os

    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return  # whoever read has gone: Python's own way out knows what to do
    os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
