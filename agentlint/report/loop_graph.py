"""The loop graph as text, DOT, Mermaid or JSON: who calls whom, from the jobs and documented commands down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from agentlint.facts.repository import Repository
from agentlint.facts.unit import Unit, UnitKind

FORMATS = ("text", "dot", "mermaid", "json")
_ROOTS = frozenset({UnitKind.JOB, UnitKind.DOCUMENTED, UnitKind.HOOK})
_SHAPES = {
    UnitKind.JOB: "box",
    UnitKind.DOCUMENTED: "note",
    UnitKind.SCRIPT: "component",
    UnitKind.IMAGE_STAGE: "cylinder",
}


@dataclass(frozen=True)
class Picture:
    """What is drawn: units that call or are called, and the edges among them (needs between jobs marked)."""

    units: tuple[Unit, ...]
    calls: tuple[tuple[str, str], ...]
    needs: tuple[tuple[str, str], ...]
    reach: Mapping[str, float]


def picture_of(repository: Repository) -> Picture:
    """The units worth drawing: jobs, and whatever calls or is called."""
    graph = repository.graph
    calls = [
        (unit, called) for unit, all_called in sorted(graph.edges.items()) for called in all_called if unit != called
    ]
    needs = [
        (need_job.unit, job.unit)
        for pipeline in repository.pipelines
        for job in pipeline.jobs
        for need in job.needs
        if (need_job := pipeline.job(need.job)) is not None
    ]
    drawn = {unit for edge in (*calls, *needs) for unit in edge}
    drawn |= {unit.id for unit in repository.units.values() if unit.kind is UnitKind.JOB}
    units = tuple(repository.units[unit] for unit in sorted(drawn) if unit in repository.units)
    known = {unit.id for unit in units}
    return Picture(
        units,
        tuple(edge for edge in calls if set(edge) <= known),
        tuple(sorted({edge for edge in needs if set(edge) <= known})),
        {unit.id: graph.reach(unit.id) for unit in units},
    )


def render(picture: Picture, output_format: str) -> str:
    """The picture in one of FORMATS, ending with a line ending."""
    return {"text": _text, "dot": _dot, "mermaid": _mermaid, "json": _json}[output_format](picture)


def _label(unit: Unit) -> str:
    return f"{unit.name} ({unit.place.path})" if unit.kind is not UnitKind.SCRIPT else unit.place.path


def _text(picture: Picture) -> str:
    by_id = {unit.id: unit for unit in picture.units}
    below: dict[str, list[str]] = {}
    for source, called in picture.calls:
        below.setdefault(source, []).append(called)
    called_units = {called for _, called in picture.calls}
    lines: list[str] = []
    for unit in picture.units:
        if unit.kind in _ROOTS or unit.id not in called_units:
            lines.extend(_branch(unit.id, below, by_id, picture.reach))
    return "\n".join(lines) + "\n" if lines else "nothing here calls anything\n"


def _branch(
    root: str, below: Mapping[str, list[str]], by_id: Mapping[str, Unit], reach: Mapping[str, float]
) -> list[str]:
    lines: list[str] = []
    waiting: list[tuple[str, int, frozenset[str]]] = [(root, 0, frozenset())]
    while waiting:
        current, depth, above = waiting.pop()
        unit = by_id[current]
        again = " (again)" if current in above else ""
        lines.append(f"{'  ' * depth}{unit.kind.value} {_label(unit)}  reach {reach[current]:g}{again}")
        if not again and depth < 12:
            inside = above | {current}
            waiting.extend((called, depth + 1, inside) for called in reversed(below.get(current, [])))
    return lines


def _dot(picture: Picture) -> str:
    lines = ["digraph loop {", "  rankdir=LR;", '  node [fontname="sans-serif", fontsize=10];']
    for unit in picture.units:
        shape = _SHAPES.get(unit.kind, "ellipse")
        lines.append(f"  {json.dumps(unit.id)} [label={json.dumps(_label(unit))}, shape={shape}];")
    lines.extend(f"  {json.dumps(source)} -> {json.dumps(called)};" for source, called in picture.calls)
    lines.extend(f"  {json.dumps(first)} -> {json.dumps(then)} [style=dashed];" for first, then in picture.needs)
    return "\n".join([*lines, "}"]) + "\n"


def _mermaid(picture: Picture) -> str:
    number = {unit.id: f"u{index}" for index, unit in enumerate(picture.units)}
    lines = ["flowchart LR"]
    for unit in picture.units:
        text = _label(unit).replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
        lines.append(f'  {number[unit.id]}["{text}"]')
    lines.extend(f"  {number[source]} --> {number[called]}" for source, called in picture.calls)
    lines.extend(f"  {number[first]} -.-> {number[then]}" for first, then in picture.needs)
    return "\n".join(lines) + "\n"


def _json(picture: Picture) -> str:
    units = [
        {
            "id": unit.id,
            "kind": unit.kind.value,
            "name": unit.name,
            "path": unit.place.path,
            "reach": picture.reach[unit.id],
        }
        for unit in picture.units
    ]
    edges = [{"from": source, "to": called, "kind": "call"} for source, called in picture.calls]
    edges += [{"from": first, "to": then, "kind": "need"} for first, then in picture.needs]
    return json.dumps({"units": units, "edges": edges}, indent=2, ensure_ascii=False) + "\n"
