"""The critical path through a pipeline's jobs.

    EF_j = max(0, max EF_p for p in needs(j)) + q_j + d_j        CP = max EF_j        drag_j = CP - CP(d_j := 0)

Two savings do not add: what a change gives back is the path before minus the path after, computed anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Node:
    """A job: seconds it runs and waits for a runner, and the jobs it needs. `measured` when the seconds were."""

    id: str
    seconds: float
    needs: tuple[str, ...] = ()
    queued: float = 0.0
    measured: bool = False


@dataclass(frozen=True)
class PathReport:
    """The longest chain: its length in seconds, its jobs in order, and for each job what cutting it to nothing gives."""

    seconds: float
    jobs: tuple[str, ...]
    drag: Mapping[str, float]


def critical_path(nodes: Sequence[Node]) -> PathReport:
    """The longest chain through `nodes`. Needs that name no node are left out; a cycle is cut where it closes."""
    finish, before = _finish_times(nodes)
    if not finish:
        return PathReport(0.0, (), {})
    last = max(finish, key=lambda job: (finish[job], job))
    chain = [last]
    while before[chain[-1]]:
        chain.append(before[chain[-1]])
    on_path = tuple(reversed(chain))
    drag = {}
    for job in on_path:
        cut = [replace(node, seconds=0.0, queued=0.0) if node.id == job else node for node in nodes]
        shorter, _ = _finish_times(cut)
        drag[job] = round(finish[last] - max(shorter.values()), 3)
    return PathReport(round(finish[last], 3), on_path, drag)


def _finish_times(nodes: Sequence[Node]) -> tuple[dict[str, float], dict[str, str]]:
    by_id = {node.id: node for node in nodes}
    finish: dict[str, float] = {}
    before: dict[str, str] = {}
    for node in _in_order(by_id):
        needed = [need for need in node.needs if need in finish]
        latest = max(needed, key=lambda need: (finish[need], need), default="")
        finish[node.id] = (finish[latest] if latest else 0.0) + node.queued + node.seconds
        before[node.id] = latest
    return finish, before


def _in_order(by_id: Mapping[str, Node]) -> list[Node]:
    """Nodes with their needs before them, found without recursion."""
    done: dict[str, None] = {}
    for start in by_id:
        waiting = [(start, False)]
        open_: set[str] = set()
        while waiting:
            job, finished = waiting.pop()
            if finished:
                open_.discard(job)
                done[job] = None
            elif job not in done and job not in open_ and job in by_id:
                open_.add(job)
                waiting.append((job, True))
                waiting.extend((need, False) for need in by_id[job].needs)
    return [by_id[job] for job in done]
