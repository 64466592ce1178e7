"""A cache is looked for under a name that no saved key begins with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from agentlint.facts.pipeline import Job, Step
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.running.occasions import rare_step
from agentlint.programs.actions import actions
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

_HEAD = "on: pull_request\njobs:\n  build:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - uses: actions/cache@v4\n        with:\n          path: ~/.cache/bazel\n"

RULE = Rule(
    id="CAC220",
    name="restore-key-matches-nothing",
    category=Category.NO_CACHE,
    summary="The restore-keys of a cache step are the beginning of no key that is ever saved.",
    why=(
        "A restore key finds a cache whose key begins with it. Where the two are of different forms, the first run of each branch "
        "starts from nothing, although the main branch has saved what it needs (E5)."
    ),
    remediation="Take the constant beginning of `key` as restore-keys; `github.ref` reads `refs/heads/main`, not `main`.",
    severity=Severity.MINOR,
    cost=Cost(seconds=40, source="E5"),
    station=Station.CI,
    evidence=("E5",),
    references=("https://docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "          key: bazel-${{ runner.os }}-${{ github.ref }}\n          restore-keys: bazel-${{ runner.os }}-main\n"
            },
            at=(".github/workflows/ci.yml:11",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "          key: ${{ runner.os }}-bazel-${{ hashFiles('MODULE.bazel') }}\n          restore-keys: |\n"
                + "            bazel-${{ runner.os }}-\n"
            },
            at=(".github/workflows/ci.yml:11",),
            title="the parts the other way round",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "          key: bazel-${{ runner.os }}-${{ github.ref }}\n          restore-keys: bazel-${{ runner.os }}-refs/heads/main\n"
            },
            because="as the main branch saves it",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "          key: bazel-${{ github.ref_name }}\n          restore-keys: bazel-main\n"
            },
            because="the name alone is saved",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "          key: test-${{ github.sha }}\n          restore-keys: build-\n",
                ".github/workflows/build.yml": _HEAD + "          key: build-${{ github.sha }}\n",
            },
            because="another workflow saves it",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "          key: ${{ env.KEY }}-${{ github.sha }}\n          restore-keys: bazel-\n"
            },
            because="what the key begins with is not to be seen",
        ),
    ),
)

_EXPRESSION = lazily(r"\$\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_SYSTEMS = ("linux", "windows", "macos")
_BRANCH = "refs/"


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag each cache step whose restore-keys can find nothing."""
    for step in job.steps:
        wanted = _lines(step, "restore-keys")
        if not wanted:
            continue
        saved = _saved_keys(repository)
        if not saved or any(_may_begin(_parts(one), _parts(key)) for one in wanted for key in saved):
            continue
        assert step.action is not None
        yield Hit(
            place=step.place._replace(span=step.action.inputs["restore-keys"].span),
            message=f"no key that is saved begins with `{wanted[0]}`, so that it finds nothing; take the beginning of `key`",
            unit=job.unit,
            tier=Tier.PEDANTIC if rare_step(step, job, repository) else None,
        )


def _lines(step: Step, name: str) -> list[str]:
    """The lines of an input of a cache step; none for another step."""
    if step.action is None or name not in step.action.inputs or "cache" not in actions().roles(step.action):
        return []
    return [line.strip() for line in step.action.inputs[name].value.splitlines() if line.strip()]


@remembered
def _saved_keys(repository: Repository) -> frozenset[str]:
    """The keys of all cache steps of the repository."""
    steps = (s for p in repository.pipelines for j in p.jobs for s in (*j.steps, *j.inner_steps))
    return frozenset(key for step in steps for key in _lines(step, "key"))


def _parts(text: str) -> list[str]:
    """Single letters, and expressions as one part each (`${github.ref}`)."""
    found: list[str] = []
    at = 0
    for match in _EXPRESSION.finditer(text):
        found += text[at : match.start()].lower()
        found.append("${" + re.sub(r"\s+", "", match[1]).lower() + "}")
        at = match.end()
    return found + list(text[at:].lower())


def _may_begin(wanted: list[str], key: list[str]) -> bool:
    """False only where the two surely differ before the wanted part ends."""
    for at, one in enumerate(wanted):
        if at >= len(key):
            return False
        other = key[at]
        if one == other:
            continue
        if len(one) == 1 and len(other) == 1:
            return False
        if len(one) > 1:
            return True  # a value that is not to be seen from here
        return _may_be("".join(takewhile(lambda part: len(part) == 1, wanted[at:])), other)
    return True


def _may_be(text: str, expression: str) -> bool:
    """True where the value of the expression may begin as the text does, as far as the form of the value is known."""
    name = expression.strip("${}")
    if name == "github.ref":
        return _BRANCH.startswith(text) or text.startswith(_BRANCH)
    if name == "github.sha" or re.fullmatch(r"hashfiles\([^()]*\)", name):
        return text[:1] in "0123456789abcdef"
    if name == "runner.os":
        return any(system.startswith(text) or text.startswith(system) for system in _SYSTEMS)
    return True
