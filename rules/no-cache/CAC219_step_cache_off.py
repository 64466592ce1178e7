"""A ready-made step keeps its work between runs by itself, and an input tells it not to."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Action, Job
from agentlint.facts.repository import Repository
from agentlint.files.lines import line_end
from agentlint.files.source import Place
from agentlint.judgements.keeping.caching import SETUP_KEEPS, caches_at_hand, lasting_machine
from agentlint.judgements.running.occasions import rare_step
from agentlint.programs.actions import actions
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

_HEAD = "on: pull_request\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n"
_LINT = "      - uses: golangci/golangci-lint-action@v8\n        with:\n          version: v2.1.6\n"

RULE = Rule(
    id="CAC219",
    name="step-cache-off",
    category=Category.NO_CACHE,
    summary="A step that has a cache of its own, on by default, is told to do without.",
    why=(
        "The step would take up what the last run worked out; without it every run analyses and fetches everything anew, and the "
        "agent waits for it at each push (E5)."
    ),
    remediation="Drop the input; where two caches got in each other's way, keep the one that is cheaper to fetch.",
    severity=Severity.MINOR,
    cost=Cost(seconds=30, source="E5"),
    station=Station.CI,
    evidence=("E5",),
    references=("https://github.com/golangci/golangci-lint-action#skip-cache",),
    bad=(
        Bad(
            {".github/workflows/ci.yml": _HEAD + _LINT + "          skip-cache: true\n"},
            at=(".github/workflows/ci.yml:11",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: gradle/actions/setup-gradle@v4\n        with: {cache-disabled: true}\n      - run: ./gradlew check\n"
            },
            at=(".github/workflows/ci.yml:9",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: JetBrains/qodana-action@v2025.2\n        with:\n          use-caches: false\n"
            },
            at=(".github/workflows/ci.yml:10",),
            title="an input that is true by default",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD.replace("ubuntu", "windows")
                + "      - uses: msys2/setup-msys2@v2\n        with: {cache: false, install: mingw-w64-x86_64-gcc}\n      - run: make -j4\n"
            },
            at=(".github/workflows/ci.yml:9",),
            title="the set-up that installs packages itself",
        ),
    ),
    good=(
        Good({".github/workflows/ci.yml": _HEAD + _LINT}, because="it is on"),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/cache@v4\n        with: {path: ~/.cache/golangci-lint, key: \"lint-${{ hashFiles('go.sum') }}\"}\n"
                + _LINT
                + "          skip-cache: true\n"
            },
            because="another step keeps the same folder",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD.replace("ubuntu-latest", "self-hosted")
                + _LINT
                + "          skip-cache: true\n"
            },
            because="a machine of one's own keeps its disk",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + '      - uses: golangci/golangci-lint-action@v8\n        with: {version: v2.1.6, skip-cache: "${{ inputs.fresh }}"}\n'
            },
            because="the caller chooses",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions-rust-lang/setup-rust-toolchain@v1\n        with: {cache: false}\n      - run: cargo fmt --check\n"
            },
            because="the step would keep what others build, and nothing is built",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag each input that turns off the cache of a step; set-up actions are told with what the job installs."""
    if lasting_machine(job):
        return
    held = caches_at_hand(job, repository)
    for step in job.steps:
        if step.action is None or step.action.name.lower() in SETUP_KEEPS or _only_sets_up(step.action):
            continue
        for name, what in actions().switched_off(step.action):
            if any(not cache.what or cache.what & set(what) for cache in held):
                continue
            place = step.place._replace(span=step.action.inputs[name].span)
            yield Hit(
                place=place,
                message=f"`{name}` turns off what `{step.action.name}` would keep between runs; drop it",
                unit=job.unit,
                tier=Tier.PEDANTIC if rare_step(step, job, repository) or _says_why(place, repository) else None,
            )
            break


def _only_sets_up(action: Action) -> bool:
    """True for a set-up that keeps what later commands fetch: where they fetch nothing, there is nothing to keep."""
    roles = actions().roles(action)
    return "set-up" in roles and "install" not in roles and not _OFF & set(action.inputs)


_OFF = frozenset({"cache-disabled", "skip-cache"})
"""Inputs of set-up actions that exist for nothing but to turn a cache off."""


def _says_why(place: Place, repository: Repository) -> bool:
    """True where a comment on the line gives a reason, be it the poisoning of a cache."""
    text = repository.text(place.path)
    end = line_end(text, place.span.end)
    return " #" in text[place.span.end : end]
