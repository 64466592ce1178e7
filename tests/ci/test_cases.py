"""Every file under cases/ is an example tree and what its CI files give, as short text.

A case is one text: `=== path` before each file, `=== expected` before the expectation. The first file is the one read.
Each case is also read damaged in many ways: nothing may raise.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentlint.adapters.context import TreeContext
from agentlint.facts.command import Status
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.pipeline import Job, Pipeline, Step
from agentlint.files.source import Place, SourceFile

CASES = sorted((Path(__file__).parent / "cases").glob("*/*.txt"))
DAMAGE = (
    "",
    "null",
    "[]",
    "{}",
    "- - -",
    "1.5",
    "'",
    "|",
    "[[a], [b]]",
    "*x",
    "&x",
    "<<: *x",
    "${{ x }}",
    "true",
    ": ",
    "{{ y }}",
)


def tree_of(files: Mapping[str, str]) -> TreeContext:
    """A tree in memory."""
    sources = {path: SourceFile(path, "", text.encode("utf-8", "surrogateescape")) for path, text in files.items()}
    return TreeContext(sources.get, frozenset(sources))


def summary(facts: FileFacts, files: Mapping[str, str]) -> str:
    """All pipelines, jobs and steps, only what is said of them."""
    return "\n".join(_lines(facts, files)) + "\n"


def _lines(facts: FileFacts, files: Mapping[str, str]) -> Iterator[str]:
    for pipeline in facts.pipelines:
        yield _pipeline(pipeline)
        for job in pipeline.jobs:
            yield _job(job, pipeline, files)
            for step in job.steps:
                yield _step(step, pipeline, files)
    for command in facts.commands:
        yield "command " + " ".join((command.program, *command.texts()))
    for unit in facts.units:
        if unit.calls:
            yield f"{unit.id} calls " + ", ".join(unit.calls)
    for sleep in facts.sleeps:
        yield f"sleep {sleep.seconds:g}"
    for error in facts.errors:
        yield f"error {error.line}"


def _pipeline(pipeline: Pipeline) -> str:
    words = [f"pipeline {pipeline.system}", "events=" + ",".join(sorted(pipeline.triggers.events))]
    words.append(f"cancel={pipeline.cancel.value!r}")
    if pipeline.triggers.path_filtered:
        words.append("path-filtered")
    if pipeline.reusable:
        words.append("reusable")
    if pipeline.clone_depth is not None:
        words.append(f"depth={pipeline.clone_depth}")
    return " ".join(words)


def _where(place: Place, path: str, files: Mapping[str, str]) -> str:
    text = files[place.path]
    first = text.count("\n", 0, place.span.start) + 1
    last = text.count("\n", 0, max(place.span.end - 1, place.span.start)) + 1
    lines = f"{first}" if first == last else f"{first}-{last}"
    return lines if place.path == path else f"{place.path}:{lines}"


def _job(job: Job, pipeline: Pipeline, files: Mapping[str, str]) -> str:
    words = [f"  job {job.id} @{_where(job.place, pipeline.path, files)}"]
    needs = [f"{need.job}[{','.join(sorted(need.carries))}]{'~' if need.implicit else ''}" for need in job.needs]
    caches = [f"{'+'.join(sorted(item.what))}{'(default)' if item.by_default else ''}" for item in job.caches]
    for name, value in (
        ("stage", job.stage),
        ("runner", job.runner),
        ("container", job.container),
        ("services", ",".join(job.services)),
        ("timeout", "" if job.timeout_minutes is None else f"{job.timeout_minutes:g}"),
        ("needs", " ".join(needs)),
        ("caches", " ".join(caches)),
        ("out", ",".join(job.artifacts_out)),
        ("in", ",".join(job.artifacts_in)),
        ("calls", job.calls),
        ("deployment", job.deployment),
        ("if", job.condition),
        ("parallelism", str(job.parallelism or "")),
        ("retries", str(job.retries or "")),
        ("cancel", job.cancel.value if job.cancel else ""),
    ):
        if value:
            words.append(f"{name}={value}")
    if job.matrix:
        limit = f"/{job.matrix.max_parallel}" if job.matrix.max_parallel is not None else ""
        words.append(f"matrix={job.matrix.size}{limit}")
    for name, flag in (
        ("reports", job.reports),
        ("gate", job.gate and not job.blocking_gate),
        ("blocking-gate", job.blocking_gate),
        ("path-filtered", job.path_filtered),
        ("tolerated", job.continue_on_error),
        ("self-hosted", not job.hosted),
        ("no-timeout-possible", not job.timeout_settable),
    ):
        if flag:
            words.append(name)
    return " ".join(words)


def _step(step: Step, pipeline: Pipeline, files: Mapping[str, str]) -> str:
    words = [f"    {step.index} @{_where(step.place, pipeline.path, files)}"]
    if step.action:
        number = "" if step.action.version_number is None else f"@{step.action.version_number}"
        words.append(step.action.name + number)
    shown = []
    for command in step.commands:
        status = "" if command.status is not Status.SWALLOWED else " (swallowed)"
        shown.append(" ".join((command.program, *command.texts())) + status)
    if shown:
        words.append("; ".join(shown))
    if step.gate:
        words.append("GATE")
    if step.together:
        words.append(f"together={step.together}")
    if step.condition:
        words.append(f"if={step.condition}")
    if step.timeout_minutes is not None:
        words.append(f"timeout={step.timeout_minutes:g}")
    return " ".join(words)


def parts(path: Path) -> tuple[dict[str, str], str]:
    """The files of a case, and its expectation."""
    files: dict[str, str] = {}
    for part in path.read_text(encoding="utf-8").split("=== ")[1:]:
        name, _, text = part.partition("\n")
        files[name.strip()] = text
    return files, files.pop("expected", "")


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(path: Path) -> None:
    files, expected = parts(path)
    first = next(iter(files))
    adapter = importlib.import_module(f"agentlint.adapters.ci.{path.parent.name}")
    facts = adapter.facts(SourceFile(first, "", files[first].encode()), tree_of(files))
    assert summary(facts, files) == expected


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(CASES), st.data())
def test_nothing_raises_on_damaged_files(path: Path, data: st.DataObject) -> None:
    files, _ = parts(path)
    first = next(iter(files))
    adapter = importlib.import_module(f"agentlint.adapters.ci.{path.parent.name}")
    for name in files:
        files[name] = damaged(files[name], data)
    facts = adapter.facts(SourceFile(first, "", files[first].encode()), tree_of(files))
    for pipeline in facts.pipelines:
        for job in pipeline.jobs:
            assert job.place.span.start <= job.place.span.end <= len(files[job.place.path])
            for step in job.steps:
                assert step.place.span.start <= step.place.span.end


def damaged(text: str, data: st.DataObject) -> str:
    """A few lines' values replaced, lines doubled, taken out or moved in."""
    lines = text.split("\n")
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        kind = data.draw(st.sampled_from(["value", "cut", "double", "indent", "break"]))
        if kind == "value":
            key, colon, _ = line.partition(":")
            lines[at] = key + colon + " " + data.draw(st.sampled_from(DAMAGE))
        elif kind == "cut":
            lines[at] = ""
        elif kind == "double":
            lines.insert(at, line)
        elif kind == "indent":
            lines[at] = "  " + line if data.draw(st.booleans()) else line[2:]
        else:
            lines[at] = line[: data.draw(st.integers(0, len(line)))]
    return "\n".join(lines)
