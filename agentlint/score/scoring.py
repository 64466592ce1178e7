"""From burdens to a score, purely.

    pass_i = open_i * flow_i      open_i = product over blockers of (1 - reach_j)      flow_i = t_i / (t_i + added_i)
    score  = 100 * product of max(pass_i, floor) ^ w_i      over the assessed stations, weights summing to 1

A fault is one rule at one station: its worst instance counts in full and its repetitions add nothing, so that fifty jobs
with the same fault cost their station once. Every factor falls as a burden is added and rises as one is taken away, which
makes the score monotone; it never depends on how much there is of anything.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from agentlint.rule.model import Station
from agentlint.score.constants import Constants, constants


@dataclass(frozen=True, slots=True)
class Burden:
    """What one finding lays on its station: a chance of closing it (`blocks`, times `reach`) or seconds per visit."""

    rule: str
    station: Station
    reach: float
    blocks: bool
    seconds: float

    @property
    def closes(self) -> float:
        """The chance, in [0, 1], that a change does not get past."""
        return min(max(self.reach, 0.0), 1.0) if self.blocks else 0.0

    @property
    def adds(self) -> float:
        """Expected seconds added to a visit."""
        return max(self.seconds, 0.0) * min(max(self.reach, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule at one station: its worst instance, and how many there are."""

    rule: str
    station: Station
    closes: float
    adds: float
    instances: int


@dataclass(frozen=True, slots=True)
class StationScore:
    """One station's part. `share` is its part of all that is lost, in [0, 1]; None stands for "not assessed" throughout."""

    station: Station
    assessed: bool
    weight: float = 0.0
    seconds: float = 0.0
    added_seconds: float = 0.0
    open: float | None = None
    flow: float | None = None
    pass_through: float | None = None
    share: float | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Remedy:
    """Mending one fault wholly: what the score gains, in points."""

    rule: str
    station: Station
    instances: int
    gain: float


@dataclass(frozen=True)
class ScoreReport:
    """The number and its derivation. `value` is None where no station could be assessed.

    `gains` stands beside the burdens given, in their order: the points gained by taking that one finding away alone.
    """

    value: float | None
    level: int | None
    level_name: str
    bottleneck: Station | None
    unattended_chance: float | None
    stations: tuple[StationScore, ...]
    remedies: tuple[Remedy, ...] = ()
    gains: tuple[float, ...] = field(default=())


def score_burdens(
    burdens: Sequence[Burden],
    assessed: frozenset[Station],
    table: Constants | None = None,
) -> ScoreReport:
    """Score what lies on the stations. A burden of a station that was not assessed counts at the nearest that was."""
    table = table or constants()
    if not assessed:
        empty = tuple(StationScore(station, assessed=False) for station in Station)
        return ScoreReport(
            None,
            None,
            "not assessed",
            None,
            None,
            empty,
            gains=tuple(0.0 for _ in burdens),
        )
    moved = [_moved(burden, assessed) for burden in burdens]
    groups = _grouped(moved)
    weights = _weights(assessed, table)
    scores = {station: _pass(_faults(groups, station), station, table) for station in assessed}
    total = _total(scores, weights, table)
    stations = _station_scores(groups, scores, weights, table)
    bottleneck = max((s for s in stations if s.share), key=lambda s: s.share or 0.0, default=None)
    return ScoreReport(
        value=_rounded(total),
        level=table.level(_rounded(total)).number,
        level_name=table.level(_rounded(total)).name,
        bottleneck=bottleneck.station if bottleneck else None,
        unattended_chance=round(math.prod(open_ for open_, _ in scores.values()), 4),
        stations=stations,
        remedies=_remedies(groups, scores, weights, total, table),
        gains=tuple(_gain_of(burden, groups, scores, weights, total, table) for burden in moved),
    )


Groups = Mapping[tuple[Station, str], list[Burden]]
Passes = Mapping[Station, tuple[float, float]]


def _product(factors: Iterable[float]) -> float:
    return float(math.prod(factors))


def _rounded(total: float) -> float:
    return round(total, 1)


def _moved(burden: Burden, assessed: frozenset[Station]) -> Burden:
    if burden.station in assessed:
        return burden
    order = list(Station)
    here = order.index(burden.station)
    nearest = min(
        assessed,
        key=lambda station: (abs(order.index(station) - here), order.index(station)),
    )
    return Burden(burden.rule, nearest, burden.reach, burden.blocks, burden.seconds)


def _grouped(burdens: Iterable[Burden]) -> dict[tuple[Station, str], list[Burden]]:
    groups: dict[tuple[Station, str], list[Burden]] = {}
    for burden in burdens:
        groups.setdefault((burden.station, burden.rule), []).append(burden)
    return groups


def _fault(station: Station, rule: str, burdens: Sequence[Burden]) -> Fault:
    closes = max((burden.closes for burden in burdens), default=0.0)
    adds = max((burden.adds for burden in burdens), default=0.0)
    return Fault(rule, station, closes, adds, len(burdens))


def _faults(groups: Groups, station: Station) -> tuple[Fault, ...]:
    return tuple(_fault(place, rule, burdens) for (place, rule), burdens in sorted(groups.items()) if place is station)


def _pass(faults: Iterable[Fault], station: Station, table: Constants) -> tuple[float, float]:
    """(open, flow) of a station under these faults."""
    faults = tuple(faults)
    seconds = table.stations[station].seconds
    open_ = math.prod(1.0 - fault.closes for fault in faults)
    return open_, seconds / (seconds + math.fsum(fault.adds for fault in faults))


def _weights(assessed: frozenset[Station], table: Constants) -> dict[Station, float]:
    total = math.fsum(table.stations[station].weight for station in assessed)
    return {station: table.stations[station].weight / total for station in Station if station in assessed}


def _total(scores: Passes, weights: Mapping[Station, float], table: Constants) -> float:
    return 100.0 * _product(
        max(scores[station][0] * scores[station][1], table.floor) ** weight for station, weight in weights.items()
    )


def _station_scores(
    groups: Groups, scores: Passes, weights: Mapping[Station, float], table: Constants
) -> tuple[StationScore, ...]:
    losses = {
        station: -weight * math.log(max(scores[station][0] * scores[station][1], table.floor))
        for station, weight in weights.items()
    }
    whole = math.fsum(losses.values())
    found = []
    for station in Station:
        if station not in scores:
            found.append(StationScore(station, assessed=False))
            continue
        open_, flow = scores[station]
        faults = sorted(
            _faults(groups, station),
            key=lambda fault: (-fault.closes, -fault.adds, fault.rule),
        )
        found.append(
            StationScore(
                station=station,
                assessed=True,
                weight=round(weights[station], 4),
                seconds=table.stations[station].seconds,
                added_seconds=round(math.fsum(fault.adds for fault in faults), 1),
                open=round(open_, 4),
                flow=round(flow, 4),
                pass_through=round(open_ * flow, 4),
                share=round(losses[station] / whole, 4) if whole > 0 else 0.0,
                faults=tuple(faults),
            )
        )
    return tuple(found)


def _without(
    groups: Groups,
    key: tuple[Station, str],
    rest: Sequence[Burden],
    scores: Passes,
    weights: Mapping[Station, float],
    table: Constants,
) -> float:
    """The score with the group `key` cut down to `rest`."""
    station, rule = key
    others = [
        _fault(place, name, burdens)
        for (place, name), burdens in sorted(groups.items())
        if place is station and name != rule
    ]
    changed = dict(scores)
    changed[station] = _pass((*others, _fault(station, rule, rest)), station, table)
    return _total(changed, weights, table)


def _remedies(
    groups: Groups,
    scores: Passes,
    weights: Mapping[Station, float],
    total: float,
    table: Constants,
) -> tuple[Remedy, ...]:
    found = [
        Remedy(
            key[1],
            key[0],
            len(burdens),
            round(_without(groups, key, (), scores, weights, table) - total, 2),
        )
        for key, burdens in groups.items()
    ]
    return tuple(
        sorted(
            found,
            key=lambda remedy: (
                -remedy.gain,
                remedy.rule,
                list(Station).index(remedy.station),
            ),
        )
    )


def _gain_of(
    burden: Burden,
    groups: Groups,
    scores: Passes,
    weights: Mapping[Station, float],
    total: float,
    table: Constants,
) -> float:
    group = groups[(burden.station, burden.rule)]
    closes = sorted((item.closes for item in group), reverse=True)
    adds = sorted((item.adds for item in group), reverse=True)
    unique = (burden.closes == closes[0] and (len(closes) == 1 or closes[1] < closes[0])) or (
        burden.adds == adds[0] and (len(adds) == 1 or adds[1] < adds[0])
    )
    if not unique:
        return 0.0
    rest = list(group)
    rest.remove(burden)
    return round(
        _without(groups, (burden.station, burden.rule), rest, scores, weights, table) - total,
        2,
    )
