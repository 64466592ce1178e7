"""Texts written back to files: whole or not at all, with the mode they had."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from agentlint.config import ConfigError


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file's bytes in one step; a reader sees the old or the new, and never a part. Raises ConfigError."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        mode = None
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent or None)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(temporary, mode if mode is not None else 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}") from None


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
