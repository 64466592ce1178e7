"""Where a command's result goes."""

from __future__ import annotations

import sys
from pathlib import Path


def write(text: str, output_file: str | None) -> None:
    """To a file where one is named, else to standard output."""
    if output_file:
        from agentlint.fix.writing import write_atomically

        write_atomically(Path(output_file), text.encode("utf-8", "backslashreplace"))
    else:
        sys.stdout.write(text)
