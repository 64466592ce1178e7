"""The ceiling as text or JSON: the critical path, the largest gain in three scopes, what each remedy gives back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from agentlint.ceiling import Bounds, Ceiling
from agentlint.report.view import clean

MOST = 10
"""Remedies listed as text."""


def render(ceiling: Ceiling, output_format: str) -> str:
    """The ceiling in one form, ending with a line ending."""
    if output_format == "json":
        return json.dumps(document(ceiling), indent=2, ensure_ascii=False) + "\n"
    return "".join(line.rstrip() + "\n" for line in _lines(ceiling))


def document(ceiling: Ceiling) -> dict[str, Any]:
    """The ceiling as plain data; seconds are of one change."""
    return {
        "schema_version": 1,
        "pipeline": clean(ceiling.pipeline) or None,
        "measured": ceiling.measured,
        "critical_path": {
            "seconds": round(ceiling.path.seconds, 1),
            "jobs": [clean(job) for job in ceiling.path.jobs],
            "drag": {clean(job): round(drag, 1) for job, drag in sorted(ceiling.path.drag.items())},
        },
        "scopes": [
            {"name": scope.name, "today": _bounds(scope.today), "mended": _bounds(scope.mended)}
            for scope in ceiling.scopes
        ],
        "elasticities": {name: round(value, 4) for name, value in ceiling.elasticities.items()},
        "remedies": [
            {"rule": rule, "station": station.value, "saved_seconds": round(seconds, 1)}
            for rule, station, seconds in ceiling.saved
        ],
        "unattended_chance": ceiling.unattended_chance,
    }


def _bounds(bounds: Bounds) -> dict[str, float]:
    return {
        "model_seconds": round(bounds.model_seconds, 1),
        "tool_seconds": round(bounds.tool_seconds, 1),
        "ceiling": round(bounds.ceiling, 2),
    }


def _lines(ceiling: Ceiling) -> Iterator[str]:
    basis = (
        "measured where timings were given" if ceiling.measured else "estimates; --timings FILE brings measured ones"
    )
    yield f"Seconds are {basis}."
    yield ""
    if ceiling.path.jobs:
        yield f"Critical path of {clean(ceiling.pipeline)}: {_time(ceiling.path.seconds)}"
        for job in ceiling.path.jobs:
            drag = ceiling.path.drag.get(job, 0.0)
            yield f"  {clean(job)}" + (f"  (without it: -{_time(drag)})" if drag else "")
        yield ""
    yield "Largest end-to-end gain of an infinitely fast model:"
    for scope in ceiling.scopes:
        yield (
            f"  {scope.name:<15} today {scope.today.ceiling:5.2f} x"
            f"   with every finding mended {scope.mended.ceiling:5.2f} x"
        )
    if ceiling.unattended_chance is not None and ceiling.unattended_chance < 1:
        yield f"Chance that a change finishes unattended: {100 * ceiling.unattended_chance:.0f} %"
    yield ""
    yield "Elasticities (the share of a change's time that each takes):"
    for name, value in sorted(ceiling.elasticities.items(), key=lambda item: -item[1]):
        yield f"  {name:<9} {100 * value:5.1f} %"
    remedies = [item for item in ceiling.saved if item[2] >= 0.5][:MOST]
    if remedies:
        yield ""
        yield "What mending gives back in each change:"
        for rule, station, seconds in remedies:
            yield f"  {_time(seconds):>8}  {rule} at {station.value}"


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"
