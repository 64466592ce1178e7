"""A script for a CI system that keeps its pipelines elsewhere runs tests and no machine can read the result."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command, Output
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.reporting.reporting import calls_others, names_report, speaks_by_itself
from agentlint.judgements.running.roles import job_roles
from agentlint.judgements.running.scope import as_written, carried_out, in_prose
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_BUILD = "#!/bin/bash\nset -e\ncmake -B build\ncmake --build build -j8\n"

_CALLS_TOX = (
    "on: pull_request\njobs:\n  t:\n    uses: someone/workflows/.github/workflows/tox.yml@v1\n    with: {env: py312}\n"
)

RULE = Rule(
    id="OUT424",
    name="outside-ci-without-report",
    category=Category.HUMAN_OUTPUT,
    summary="What a CI outside the repository starts (kokoro, ci/, presubmit, another's workflow for tox) runs tests and writes no report a program can read.",
    why=(
        "What failed, and where, stands only in a log made for eyes, on a server whose pages an agent may not even reach; a "
        "report beside the log names the failing test."
    ),
    remediation="Write JUnit XML or JSON (--output-junit, --junitxml, gotestsum) where that CI collects its artifacts.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=20, source="E34"),
    station=Station.CI,
    evidence=("E34",),
    bad=(
        Bad(
            {"ci/linux-presubmit.sh": _BUILD + "ctest --test-dir build -j8\n"},
            at=("ci/linux-presubmit.sh:5",),
        ),
        Bad(
            {
                ".github/workflows/main.yml": _CALLS_TOX,
                "tox.ini": "[testenv]\ncommands =\n    coverage run -m pytest {posargs:tests}\n",
            },
            at=("tox.ini:3",),
            title="tox, by a workflow of somebody else",
        ),
        Bad({".kokoro/build.sh": "#!/bin/bash\nset -e\npython3 -m pytest tests\n"}, at=(".kokoro/build.sh:3",)),
    ),
    good=(
        Good(
            {
                "ci/test.sh": "#!/bin/bash\nset -e\npytest tests\n",
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest --junitxml=r.xml\n"
                ),
            },
            because="the repository has a pipeline of its own for its tests, and this script is none of its",
        ),
        Good(
            {
                ".github/workflows/main.yml": _CALLS_TOX,
                "tox.ini": "[testenv]\ncommands =\n    pytest --junitxml={envdir}/junit.xml\n",
            },
            because="the environment writes its report",
        ),
        Good(
            {
                ".github/workflows/main.yml": _CALLS_TOX.replace("workflows/tox", "workflows/lint"),
                "tox.ini": "[testenv]\ncommands = pytest\n",
            },
            because="nothing says that the workflow runs tox",
        ),
        Good({"scripts/test.sh": "#!/bin/bash\nset -e\npytest tests\n"}, because="nothing says that a CI runs it"),
        Good(
            {"kokoro/presubmit.sh": "#!/bin/bash\nset -e\ngo test ./... | go-junit-report > sponge_log.xml\n"},
            because="what reads the pipe makes the report",
        ),
    ),
)

_FOR_CI = lazily(r"^(?:[\w.-]+/){0,2}\.?ci/(?:[\w.-]+/){0,2}[\w.-]+\Z|(?:^|/)ci(?:[-_]\w+)?\.(?:sh|bash|bat|ps1)\Z")
"""Scripts that a CI runs by their place, where no pipeline of the repository runs tests."""
_FOR_SYSTEM = lazily(
    r"(?:^|/)\.?(?:kokoro|prow)/|(?:pre|post)submit[\w.-]*\Z|(?:^|[/_-])jenkins[\w-]*\.(?:sh|bash|bat|ps1)\Z"
)
"""Scripts by whose place or name a system runs them that keeps its jobs to itself."""
_SCRIPTS = (".sh", ".bash", ".bat", ".cmd", ".ps1")


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag runners in the scripts of a CI elsewhere that tell their result to eyes only."""
    yield from _in_tox(whole, repository)
    paths = [path for path in repository.facts if path.endswith(_SCRIPTS) or "." not in path.rpartition("/")[2]]
    outside = {path for path in paths if _FOR_SYSTEM.search(path)}
    inside = {path for path in paths if _FOR_CI.search(path)} - outside
    if inside and not _tests_in_pipelines(whole):
        outside |= inside
    if not outside:
        return
    reached = _paths_of_pipelines(whole)
    for path in sorted(outside - reached):
        if names_report(text := repository.text(path)) or ".xml" in text:
            continue
        for command in (one for one in whole.commands if one.place.path == path):
            advice = _untold(command, whole)
            if advice:
                yield Hit(
                    place=command.place,
                    message=f"`{as_written(command, repository)}` tells its result to eyes only; {advice}",
                    unit=command.unit,
                )


_TOX_WORKFLOW = lazily(r"/(?:[\w-]+[-_])?tox\.ya?ml@")
"""A workflow of another repository that by its name runs tox on this one's environments."""
_TOX_FILES = ("tox.ini", "tox.toml")


def _in_tox(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Runners in the environments of tox, where a workflow of another repository starts them."""
    paths = [path for path in _TOX_FILES if path in repository.facts]
    calls = (job.calls for pipeline in whole.pipelines for job in pipeline.jobs if job.calls) if paths else ()
    called = next((one for one in calls if _TOX_WORKFLOW.search(one)), "")
    if not called:
        return
    reached = _paths_of_pipelines(whole)
    for command in (one for one in whole.commands if one.place.path in paths and one.place.path not in reached):
        advice = _untold(command, whole)
        if advice:
            message = f"`{as_written(command, repository)}`, which {called.partition('@')[0]} runs, tells its result to eyes only; {advice}"
            yield Hit(place=command.place, message=message, unit=command.unit)


def _untold(command: Command, repository: Repository) -> str:
    """How the runner could report; "" where it does, or is none."""
    if calls_others(command) or "test" not in table().roles(command) or in_prose(command, repository):
        return ""
    entry = table().reporting(command)
    if entry is None or entry.kind != "test" or command.output in {Output.CAPTURED, Output.NULL}:
        return ""
    return "" if speaks_by_itself(command, entry, repository) else entry.advice


def _tests_in_pipelines(repository: Repository) -> bool:
    return any("test" in job_roles(job, repository) for pipeline in repository.pipelines for job in pipeline.jobs)


def _paths_of_pipelines(repository: Repository) -> set[str]:
    """The files whose commands the repository's own pipelines run: those are told of there."""
    return {
        one.place.path
        for pipeline in repository.pipelines
        for job in pipeline.jobs
        for own in job.commands
        for one in carried_out(own, repository)
    }
