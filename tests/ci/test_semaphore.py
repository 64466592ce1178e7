"""What a pipeline of Semaphore says besides its commands."""

from __future__ import annotations

import pytest

from agentlint.engine.audit import audit_files
from agentlint.facts.pipeline import Cancel, Pipeline

_JOB = "    task:\n      jobs:\n        - name: {name}\n          commands: [make]\n"


def _pipelines(files: dict[str, str]) -> dict[str, Pipeline]:
    audit = audit_files({path: text.encode() for path, text in files.items()})
    assert not audit.errors
    return {pipeline.path.rpartition("/")[2]: pipeline for pipeline in audit.repository.pipelines}


def _one(text: str) -> Pipeline:
    return _pipelines({".semaphore/semaphore.yml": text})["semaphore.yml"]


def _block(name: str, more: str = "", job: str = "") -> str:
    return f"  - name: {name}\n{more}" + _JOB.format(name=job or name)


def test_blocks_without_dependencies_stand_in_a_row() -> None:
    pipeline = _one("version: v1.0\nblocks:\n" + _block("a") + _block("b") + _block("c"))
    assert [[(need.job, need.implicit) for need in job.needs] for job in pipeline.jobs] == [
        [],
        [("a", True)],
        [("b", True)],
    ]


def test_written_dependencies_may_name_a_block_below() -> None:
    later = _block("a", "    dependencies: [b]\n") + _block("b", "    dependencies: []\n", "first")
    pipeline = _one("version: v1.0\nblocks:\n" + later)
    assert [[need.job for need in job.needs] for job in pipeline.jobs] == [["first"], []]


@pytest.mark.parametrize(
    ("top", "block", "job", "minutes"),
    [
        ("", "", "", None),
        ("execution_time_limit: {hours: 3}\n", "", "", 180),
        ("execution_time_limit: {hours: 3}\n", "    execution_time_limit: {minutes: 20}\n", "", 20),
        ("", "", "          execution_time_limit: {minutes: 5}\n", 5),
    ],
)
def test_the_nearest_limit_holds(top: str, block: str, job: str, minutes: float | None) -> None:
    pipeline = _one("version: v1.0\n" + top + "blocks:\n" + _block("a", block) + job)
    assert [(one.timeout_minutes, one.timeout_default_minutes) for one in pipeline.jobs] == [(minutes, 60)]


def test_prologue_and_job_share_one_shell() -> None:
    pipeline = _one(
        "version: v1.0\nglobal_job_config:\n  prologue:\n    commands: [checkout]\nblocks:\n  - name: a\n    task:\n"
        "      prologue:\n        commands: [cd web]\n      epilogue:\n        on_fail:\n          commands: [cat log]\n"
        "      jobs:\n        - commands: [npm ci]\n"
    )
    (job,) = pipeline.jobs
    assert [(step.name, step.condition) for step in job.steps] == [
        ("prologue", ""),
        ("commands", ""),
        ("on_fail", "failure()"),
    ]
    assert [(one.program, one.directory, one.step) for one in job.commands if one.program == "npm"] == [
        ("npm", "web", 1)
    ]


@pytest.mark.parametrize(
    ("values", "size"), [("[1, 2, 3]", 6), ('"%{{parameters.REGIONS | splitList \\",\\"}}"', None)]
)
def test_legs_of_a_matrix_are_counted_where_they_can_be(values: str, size: int | None) -> None:
    pipeline = _one(
        "version: v1.0\nblocks:\n"
        + _block("a")
        + "          matrix:\n            - env_var: A\n              values: [x, y]\n"
        f"            - env_var: B\n              values: {values}\n"
    )
    matrix = pipeline.jobs[0].matrix
    assert matrix is not None
    assert matrix.size == size


@pytest.mark.parametrize(
    ("written", "cancel"),
    [
        ("", Cancel.NO),
        ("auto_cancel:\n  running:\n    when: \"branch != 'main'\"\n", Cancel.YES),
        ('auto_cancel:\n  queued:\n    when: "true"\n', Cancel.EXPLICITLY_NOT),
    ],
)
def test_what_a_newer_push_does(written: str, cancel: Cancel) -> None:
    assert _one("version: v1.0\n" + written + "blocks:\n" + _block("a")).cancel is cancel


@pytest.mark.parametrize(
    ("promotion", "events", "branches"),
    [
        ("", {"manual"}, ()),
        ("    auto_promote:\n      when: \"branch = 'main' and result = 'passed'\"\n", {"push"}, ("main",)),
        ("    auto_promote:\n      when: \"tag =~ '^v'\"\n", {"tag"}, ()),
        ("    auto_promote:\n      when: \"result = 'passed'\"\n", {"push", "pull-request"}, ()),
        ("    auto_promote_on:\n      - result: passed\n        branch: ['^refs/tags/v*']\n", {"tag"}, ()),
        ("    auto_promote_on:\n      - result: passed\n        branch: ['^main$']\n", {"push"}, ("main",)),
    ],
)
def test_a_promotion_says_when_the_next_pipeline_starts(
    promotion: str, events: set[str], branches: tuple[str, ...]
) -> None:
    first = (
        "version: v1.0\nblocks:\n"
        + _block("a")
        + "promotions:\n  - name: next\n    pipeline_file: next.yml\n"
        + promotion
    )
    found = _pipelines(
        {".semaphore/semaphore.yml": first, ".semaphore/next.yml": "version: v1.0\nblocks:\n" + _block("b")}
    )
    assert found["semaphore.yml"].triggers.for_changes
    triggers = found["next.yml"].triggers
    assert (set(triggers.events), triggers.branches) == (events, branches)


def test_what_is_kept_and_handed_on() -> None:
    commands = (
        "cache restore", "cache store gems-$BRANCH vendor/bundle", "artifact push workflow dist/app.tgz",
        "artifact pull workflow lib -d out", "test-results publish junit.xml",
    )  # fmt: skip
    lines = "".join(f"            - {command}\n" for command in commands)
    pipeline = _one(
        "version: v1.0\nblocks:\n  - name: a\n    task:\n      jobs:\n        - name: a\n          commands:\n" + lines
    )
    (job,) = pipeline.jobs
    assert "npm" in job.caches[0].what
    assert job.caches[1].paths == ("vendor/bundle",)
    assert (job.artifacts_out, job.artifacts_in, job.reports) == (("app.tgz",), ("out",), True)


def test_a_block_may_start_for_certain_paths_alone() -> None:
    pipeline = _one("version: v1.0\nblocks:\n" + _block("a", "    run:\n      when: \"change_in('/src')\"\n"))
    assert pipeline.jobs[0].path_filtered


def test_what_comes_after_the_pipeline_has_no_shared_prologue() -> None:
    pipeline = _one(
        "version: v1.0\nglobal_job_config:\n  prologue:\n    commands: [checkout]\nblocks:\n"
        + _block("a")
        + "after_pipeline:\n  task:\n    jobs:\n      - name: report\n        commands: [test-results gen-pipeline-report]\n"
    )
    last = pipeline.jobs[-1]
    assert [one.program for one in last.commands] == ["test-results"]
    assert [need.job for need in last.needs] == ["a"]
