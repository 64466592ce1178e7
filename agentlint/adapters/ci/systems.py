"""What each CI system does when the file says nothing: time limits, clone depth, cancelling (data: systems.toml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agentlint.facts.pipeline import Cancel


@dataclass(frozen=True, slots=True)
class System:
    """One CI system's defaults."""

    name: str
    timeout: float | None
    timeout_settable: bool
    no_output_limit: bool
    clone_depth: int | None
    cancel: Cancel
    cancel_settable: bool
    environment: Mapping[str, str]
    runner_timeouts: Mapping[str, float]
    """Minutes after which jobs on certain machines end, shorter than on the others."""

    def timeout_on(self, runner: str) -> float | None:
        """The limit of a job on this runner that sets none itself; where legs choose it, the longest of theirs."""
        names = [name.strip() for name in runner.split(",")]
        known = [self.runner_timeouts[name] for name in names if name in self.runner_timeouts]
        return max(known) if known and len(known) == len(names) else self.timeout


@cache
def system(name: str) -> System:
    """The defaults of a system by its neutral name."""
    import tomli

    data = tomli.loads((Path(__file__).parent / "systems.toml").read_text(encoding="utf-8"))[name]
    return System(
        name=name,
        timeout=float(data["timeout"]) or None,
        timeout_settable=data.get("timeout_settable", True),
        no_output_limit=data.get("no_output_limit", False),
        clone_depth=data["clone_depth"] if data["clone_depth"] >= 0 else None,
        cancel=Cancel(data["cancel"]),
        cancel_settable=data["cancel_settable"],
        environment=data["environment"],
        runner_timeouts=data.get("runner_timeouts", {}),
    )
