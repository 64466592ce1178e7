"""Amdahl's bound and the elasticities of one change's cycle time.

    M = sum v_i m_i      X = sum v_i t_i      CT = M + X      ceiling = (M + X) / X      after a remedy: (M + X) / (X - saved)
    elasticity of a station = v_i t_i / CT, of the model = M / CT; they sum to 1

A station that needs a person is not seconds: the chance that a change finishes unattended stands beside the ceiling.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agentlint.ceiling.jobs import data, nodes_of
from agentlint.ceiling.path import Node, PathReport, critical_path
from agentlint.ceiling.timings import JobTime
from agentlint.facts.repository import Repository
from agentlint.rule.model import Station
from agentlint.score.scoring import ScoreReport

SCOPES: Mapping[str, tuple[Station, ...]] = {
    "loop": (Station.BUILD, Station.CHECK, Station.TEST),
    "green pipeline": (Station.SET_UP, Station.BUILD, Station.CHECK, Station.TEST, Station.CI),
    "production": tuple(Station),
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The sums of one scope, in seconds, and the largest gain an infinitely fast model could bring."""

    model_seconds: float
    tool_seconds: float

    @property
    def ceiling(self) -> float:
        """(M + X) / X; 1 where there is nothing to gain."""
        return (self.model_seconds + self.tool_seconds) / self.tool_seconds if self.tool_seconds else 1.0


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope today and with every finding mended."""

    name: str
    today: Bounds
    mended: Bounds


@dataclass(frozen=True)
class Ceiling:
    """Everything `agentlint ceiling` tells. `saved` gives each remedy's seconds per change."""

    pipeline: str
    path: PathReport
    nodes: tuple[Node, ...]
    scopes: tuple[Scope, ...]
    elasticities: Mapping[str, float]
    saved: tuple[tuple[str, Station, float], ...]
    unattended_chance: float | None
    measured: bool


def ceiling_of(repository: Repository, score: ScoreReport, timings: tuple[JobTime, ...] = ()) -> Ceiling:
    """The ceiling of a repository under its score, with measured job times where given."""
    pipeline, nodes, path = _longest_pipeline(repository, timings)
    seconds = {
        item.station: _seconds(item.station, item.seconds, path.seconds) for item in score.stations if item.assessed
    }
    added = {item.station: item.added_seconds for item in score.stations if item.assessed}
    scopes = tuple(_scope(name, stations, seconds, added) for name, stations in SCOPES.items())
    return Ceiling(
        pipeline=pipeline,
        path=path,
        nodes=nodes,
        scopes=scopes,
        elasticities=_elasticities(seconds, added),
        saved=_saved(score),
        unattended_chance=score.unattended_chance,
        measured=any(node.measured for node in nodes),
    )


def _longest_pipeline(repository: Repository, timings: tuple[JobTime, ...]) -> tuple[str, tuple[Node, ...], PathReport]:
    best: tuple[str, tuple[Node, ...], PathReport] = ("", (), PathReport(0.0, (), {}))
    for pipeline in repository.pipelines:
        if pipeline.triggers.for_changes:
            nodes = nodes_of(pipeline, repository, timings)
            path = critical_path(nodes)
            if path.seconds > best[2].seconds:
                best = (pipeline.path, nodes, path)
    return best


def _visits(station: Station) -> float:
    return float(data()["stations"][station.value]["visits"])


def _model_seconds(station: Station) -> float:
    return float(data()["stations"][station.value]["model_seconds"])


def _seconds(station: Station, estimate: float, path_seconds: float) -> float:
    return path_seconds if station is Station.CI and path_seconds else estimate


def _scope(
    name: str, stations: tuple[Station, ...], seconds: Mapping[Station, float], added: Mapping[Station, float]
) -> Scope:
    inside = [station for station in stations if station in seconds]
    model = sum(_visits(station) * _model_seconds(station) for station in inside)
    bare = sum(_visits(station) * seconds[station] for station in inside)
    burden = sum(_visits(station) * added[station] for station in inside)
    return Scope(name, Bounds(model, bare + burden), Bounds(model, bare))


def _elasticities(seconds: Mapping[Station, float], added: Mapping[Station, float]) -> dict[str, float]:
    parts = {station.value: _visits(station) * (seconds[station] + added[station]) for station in seconds}
    parts["model"] = sum(_visits(station) * _model_seconds(station) for station in seconds)
    whole = sum(parts.values())
    return {name: round(part / whole, 4) for name, part in parts.items()} if whole else {}


def _saved(score: ScoreReport) -> tuple[tuple[str, Station, float], ...]:
    found = [
        (fault.rule, item.station, round(_visits(item.station) * fault.adds, 1))
        for item in score.stations
        for fault in item.faults
        if fault.adds > 0
    ]
    return tuple(sorted(found, key=lambda entry: (-entry[2], entry[0])))
