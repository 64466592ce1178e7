"""A ready-made CI step is taken from a branch."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job, Step
from agentlint.facts.repository import Repository
from agentlint.files.source import Place, Span
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

_BRANCHES = frozenset("main master head trunk develop dev devel next edge nightly volatile canary".split())
_BY_BRANCH = frozenset({"dtolnay/rust-toolchain", "google/oss-fuzz", "actions-rust-lang/setup-rust-toolchain"})
"""Actions whose reference says something else (a tool chain), or that are published as a branch only."""

RULE = Rule(
    id="REP813",
    name="floating-action",
    category=Category.REPRODUCIBILITY,
    summary="A ready-made CI step (an action, an orb, a plugin) is taken from a branch.",
    why="A push to somebody else's branch changes the next run of this repository, and no commit here says what changed.",
    remediation="Name a release, better a commit with the release in a comment, and let an update bot move it.",
    severity=Severity.MINOR,
    cost=Cost(seconds=10),
    station=Station.CI,
    references=(
        "https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions",
        "https://circleci.com/docs/orb-concepts/#orb-versions",
    ),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: example/lint-action@master\n"
                )
            },
            at=(".github/workflows/ci.yml:7",),
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: example/lint-action@v3\n      - uses: example/publish@release/v1\n"
                )
            },
            because="a major tag, and the branch of one major version, are how their authors publish compatible releases",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: dtolnay/rust-toolchain@master\n        with:\n          toolchain: 1.80.0\n"
                )
            },
            because="its reference names a tool chain, and an input pins that",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: ./.github/actions/main\n"
                )
            },
            because="an action of this repository has no version of its own",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag steps whose version is a branch's name."""
    for step in job.steps:
        action = step.action
        if action is None or action.local or action.name in _BY_BRANCH or action.name.startswith("google/oss-fuzz/"):
            continue
        if action.version.lower() in _BRANCHES or action.version.startswith("dev:"):
            yield Hit(
                place=_reference(step, repository),
                message=f"`{action.name}@{action.version}` moves with each push to that branch; name a release",
                unit=job.unit,
            )


def _reference(step: Step, repository: Repository) -> Place:
    """Where the step names the branch; the whole step where that is not found."""
    source = repository.read(step.place.path)
    action = step.action
    if source is None or action is None:
        return step.place
    start, end = step.place.span.start, step.place.span.end
    at = source.text.find(f"@{action.version}", start, end)
    if at < 0:
        return step.place
    line = max(source.text.rfind("\n", start, at) + 1, start)
    return Place(
        step.place.path,
        Span(line + len(source.text[line:at]) - len(source.text[line:at].lstrip()), at + 1 + len(action.version)),
    )
