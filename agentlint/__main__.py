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


if __name__ == "__main__":
    sys.exit(main())
