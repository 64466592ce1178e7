"""A progress bar on standard error, shown only where a person looks and only for long walks."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

    from agentlint.engine.audit import Tick


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

        progress = Progress(console=Console(stderr=True), transient=True)
        task = progress.add_task("reading", total=count)
        progress.start()
        self._progress = progress
        return lambda: progress.advance(task)

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()
