"""The critical path and the bound, checked against the worked example and by properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlint.ceiling.path import Node, critical_path
from agentlint.ceiling.timings import BadTimings, read_timings

EXAMPLE = (Node("A", 325), Node("B", 180), Node("P", 355, ("A", "B")))


def test_the_worked_example() -> None:
    report = critical_path(EXAMPLE)
    assert (report.seconds, report.jobs) == (680, ("A", "P"))
    cached = critical_path((Node("A", 100), *EXAMPLE[1:]))
    assert report.seconds - cached.seconds == 145
    assert report.drag == {"A": 145, "P": 355}


def test_no_jobs_take_no_time() -> None:
    assert critical_path(()).seconds == 0


def test_a_cycle_ends() -> None:
    assert critical_path((Node("a", 1, ("b",)), Node("b", 2, ("a",)))).seconds == 3


nodes = st.lists(
    st.builds(
        Node,
        id=st.sampled_from("abcdef"),
        seconds=st.floats(0, 1000),
        needs=st.lists(st.sampled_from("abcdefg"), max_size=3).map(tuple),
    ),
    max_size=6,
    unique_by=lambda node: node.id,
)


@given(nodes)
def test_the_path_is_no_shorter_than_any_job_and_no_longer_than_all(found: list[Node]) -> None:
    report = critical_path(found)
    assert report.seconds >= max((node.seconds for node in found), default=0) - 0.01
    assert report.seconds <= sum(node.seconds for node in found) + 0.01
    assert all(-0.01 <= drag <= report.seconds + 0.01 for drag in report.drag.values())


def test_github_jobs_are_read_in_every_form() -> None:
    job = (
        '{"name": "test (3.12)", "created_at": "2026-01-01T00:00:00Z", "started_at": "2026-01-01T00:00:10Z",'
        ' "completed_at": "2026-01-01T00:01:40Z", "conclusion": "success"}'
    )
    for text in (f'{{"jobs": [{job}]}}', f'[{{"jobs": [{job}]}}]', f"[{job}]", f'{{"jobs": []}} {{"jobs": [{job}]}}'):
        (time,) = read_timings(text)
        assert (time.name, time.seconds, time.queued) == ("test (3.12)", 90.0, 10.0)


def test_gitlab_jobs_give_duration_and_queue() -> None:
    (time,) = read_timings('[{"name": "rspec", "stage": "test", "duration": 12.5, "queued_duration": 3.0}]')
    assert (time.seconds, time.queued) == (12.5, 3.0)


def test_a_job_that_ends_before_it_starts_is_unknown() -> None:
    with pytest.raises(BadTimings):
        read_timings('[{"name": "x", "started_at": "2026-01-01T00:00:10Z", "completed_at": "2026-01-01T00:00:00Z"}]')


@given(st.text(max_size=200))
def test_any_text_gives_times_or_one_clear_error(text: str) -> None:
    try:
        times = read_timings(text)
    except BadTimings:
        return
    assert all(time.seconds >= 0 and time.queued >= 0 for time in times)
