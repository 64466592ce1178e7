"""Measured job times from what CI systems export.

Accepted: GitHub's jobs of a run (one object, an array of page objects, several documents back to back, a bare array, and the
camelCase form of `gh run view --json jobs`), GitLab's jobs of a pipeline (a bare array with `stage`), CircleCI's workflow jobs
(`items`). A negative or missing interval is unknown, never zero.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agentlint.facts.pipeline import Job


@dataclass(frozen=True, slots=True)
class JobTime:
    """One job of one run, by its displayed name; seconds it ran and waited for a runner."""

    name: str
    seconds: float
    queued: float = 0.0


class BadTimings(ValueError):
    """The file holds no job times in a form this project reads."""


def read_timings(text: str) -> tuple[JobTime, ...]:
    """The job times of an export. Raises BadTimings when there are none."""
    found = tuple(time for record in _records(text) if (time := _job_time(record)) is not None)
    if not found:
        raise BadTimings("no finished jobs with a start and an end were found")
    return found


def _records(text: str) -> Iterator[Mapping[str, Any]]:
    decoder = json.JSONDecoder()
    at = 0
    text = text.strip()
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise BadTimings(f"not JSON: {error}") from error
        while at < len(text) and text[at].isspace():
            at += 1
        yield from _jobs_in(value)


def _jobs_in(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _jobs_in(item)
    elif isinstance(value, dict):
        inner = value.get("jobs", value.get("items"))
        if isinstance(inner, list):
            yield from _jobs_in(inner)
        elif "name" in value:
            yield value


def _job_time(record: Mapping[str, Any]) -> JobTime | None:
    if isinstance(record.get("duration"), int | float) and "stage" in record:
        queued = record.get("queued_duration")
        return JobTime(
            str(record["name"]), float(record["duration"]), float(queued) if isinstance(queued, int | float) else 0.0
        )
    started = _moment(record.get("started_at", record.get("startedAt")))
    ended = _moment(record.get("completed_at", record.get("completedAt", record.get("stopped_at"))))
    if started is None or ended is None or ended < started or record.get("conclusion") == "skipped":
        return None
    created = _moment(record.get("created_at"))
    queued = max(0.0, (started - created).total_seconds()) if created is not None and created <= started else 0.0
    return JobTime(str(record["name"]), (ended - started).total_seconds(), queued)


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str) or value.startswith("0001"):
        return None
    try:
        return datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return None


def time_of(job: Job, timings: tuple[JobTime, ...]) -> JobTime | None:
    """The time of a job: the longest of its legs or copies. `${{ … }}` in a displayed name stands for anything."""
    names = {job.id, job.name or job.id}
    legs = [time for time in timings if any(_is_leg(time.name, name) for name in names)]
    return max(legs, key=lambda time: time.seconds + time.queued, default=None)


def _is_leg(shown: str, name: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in re.split(r"\$\{\{[^}]*\}\}", name))
    return re.fullmatch(pattern + r"(?: \([^)]*\)| \d+/\d+|: \[.*\]| / .*)?", shown) is not None
