"""The properties of the score that may not be argued with."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agentlint.rule.model import Station
from agentlint.score.scoring import Burden, score_burdens

stations = st.sampled_from(list(Station))
burdens = st.builds(
    Burden,
    rule=st.sampled_from(["INT101", "CAC201", "SER301", "WAI501"]),
    station=stations,
    reach=st.floats(0, 1),
    blocks=st.booleans(),
    seconds=st.floats(0, 5000),
)
assessed = st.frozensets(stations, min_size=1)


def value(found: list[Burden], where: frozenset[Station]) -> float:
    score = score_burdens(found, where).value
    assert score is not None
    return score


@given(st.lists(burdens, max_size=12), assessed)
def test_a_score_lies_between_0_and_100(found: list[Burden], where: frozenset[Station]) -> None:
    assert 0 < value(found, where) <= 100


@given(st.lists(burdens, min_size=1, max_size=12), assessed, st.data())
def test_mending_a_finding_never_lowers_the_score(
    found: list[Burden], where: frozenset[Station], data: st.DataObject
) -> None:
    mended = list(found)
    mended.pop(data.draw(st.integers(0, len(found) - 1)))
    assert value(mended, where) >= value(found, where)


@given(st.lists(burdens, min_size=1, max_size=6), assessed, st.integers(1, 50))
def test_the_same_fault_in_fifty_jobs_costs_once(found: list[Burden], where: frozenset[Station], copies: int) -> None:
    assert value(found * copies, where) == value(found, where)


@given(st.lists(burdens, max_size=12), assessed)
def test_the_order_of_findings_changes_nothing(found: list[Burden], where: frozenset[Station]) -> None:
    assert abs(value(found[::-1], where) - value(found, where)) < 0.11


@given(st.lists(burdens, max_size=10), assessed)
def test_gains_are_what_taking_the_finding_away_gives(found: list[Burden], where: frozenset[Station]) -> None:
    report = score_burdens(found, where)
    assert report.value is not None
    for index, gain in enumerate(report.gains):
        rest = value(found[:index] + found[index + 1 :], where)
        assert gain >= 0
        assert abs((rest - report.value) - gain) <= 0.11


@given(st.lists(burdens, max_size=10))
def test_nothing_to_judge_has_no_score(found: list[Burden]) -> None:
    report = score_burdens(found, frozenset())
    assert report.value is None
    assert report.level is None
    assert all(not station.assessed for station in report.stations)


def test_a_clean_tree_scores_100_at_the_top_level() -> None:
    report = score_burdens([], frozenset(Station))
    assert (report.value, report.level, report.bottleneck) == (100.0, 5, None)


def test_a_certain_blocker_closes_its_station_to_the_floor() -> None:
    report = score_burdens([Burden("INT101", Station.SET_UP, 1.0, True, 0.0)], frozenset({Station.SET_UP}))
    assert report.value == 5.0
    assert report.unattended_chance == 0.0
    assert report.bottleneck is Station.SET_UP


def test_an_unassessed_station_is_left_out_and_said() -> None:
    report = score_burdens([], frozenset({Station.CI}))
    by_name = {station.station: station for station in report.stations}
    assert by_name[Station.CI].weight == 1.0
    assert not by_name[Station.DELIVER].assessed
    assert by_name[Station.DELIVER].pass_through is None
