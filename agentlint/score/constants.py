"""The constants of the score, read from `constants.toml` once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agentlint.rule.model import Cost, Severity, Station


@dataclass(frozen=True, slots=True)
class StationConstants:
    """`seconds` of one undisturbed visit; `weight` in the score before the unassessed are left out."""

    seconds: float
    weight: float


@dataclass(frozen=True, slots=True)
class Level:
    """A level of readiness: scores from `start` (inclusive) up to the next level's."""

    number: int
    name: str
    start: float


@dataclass(frozen=True)
class Constants:
    """Everything in the data file."""

    stations: Mapping[Station, StationConstants]
    costs: Mapping[Severity, Cost]
    floor: float
    other_guard_reach: float
    step_down_below: float
    step_down_twice_below: float
    levels: tuple[Level, ...]

    def level(self, value: float) -> Level:
        """The level a score belongs to."""
        return max(
            (level for level in self.levels if level.start <= value),
            key=lambda level: level.start,
        )


@cache
def constants() -> Constants:
    """The constants as shipped."""
    import tomli

    data = tomli.loads((Path(__file__).parent / "constants.toml").read_text(encoding="utf-8"))
    return Constants(
        stations={
            Station(name): StationConstants(float(entry["seconds"]), float(entry["weight"]))
            for name, entry in data["stations"].items()
        },
        costs={
            Severity(name): Cost(float(entry["seconds"]), bool(entry["blocks"]), "estimate", "")
            for name, entry in data["severity"].items()
        },
        floor=float(data["floor"]["pass"]),
        other_guard_reach=float(data["reach"]["other_guard"]),
        step_down_below=float(data["reach"]["step_down_below"]),
        step_down_twice_below=float(data["reach"]["step_down_twice_below"]),
        levels=tuple(Level(int(e["level"]), str(e["name"]), float(e["from"])) for e in data["levels"]),
    )
