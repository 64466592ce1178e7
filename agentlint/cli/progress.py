"""A progress bar on standard error, shown only where a person looks and only for long walks."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

    from agentlint.engine.audit import Tick


_SECONDS = 0.1
"""How often the bar is drawn anew."""


class Bar:
    """Shows nothing until `start` is given at least `least` files."""

    def __init__(self, least: int) -> None:
        self._least = least
        self._progress: Progress | None = None

    def start(self, count: int) -> Tick:
        """Begin with this many files; the returned function is called for each."""
        if count < self._least:
            return lambda: None
        from rich.console import Console
        from rich.progress import Progress

        # Without a thread of its own: a process that has several is not to be forked.
        progress = Progress(console=Console(stderr=True), transient=True, auto_refresh=False)
        task = progress.add_task("reading", total=count)
        progress.start()
        self._progress = progress
        drawn = time.monotonic()

        def tick() -> None:
            nonlocal drawn
            progress.advance(task)
            if time.monotonic() - drawn >= _SECONDS:
                progress.refresh()
                drawn = time.monotonic()

        return tick

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()
