"""A cache of what grows with the sources has a key that never changes, so that it is saved once and never again."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.pipeline import Action, Job, Step
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.keeping.cache_keys import without_empty_hashes
from agentlint.judgements.keeping.caching import inner_commands
from agentlint.judgements.running.occasions import rare_step
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

_HEAD = "on: pull_request\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/cache@v4\n        with:\n"
_HASHED = "          path: ~/.m2/repository\n          key: maven-${{ runner.os }}-${{ hashFiles('**/pom.xml') }}\n"
_FIXED = "          path: ~/.cache/ccache\n          key: ccache-${{ runner.os }}-v1\n"

RULE = Rule(
    id="CAC217",
    name="cache-never-saved-again",
    category=Category.NO_CACHE,
    summary="actions/cache keeps what grows under a key that is the same in every run.",
    why=(
        "A key that exists is never written again: the cache stays what it was on the day of its first run, and each run "
        "fetches and compiles all that has changed since (E5)."
    ),
    remediation="Put a hash of the lock file, or ${{ github.sha }}, into the key, and the constant part into restore-keys.",
    severity=Severity.MINOR,
    cost=Cost(seconds=40, source="E5"),
    station=Station.CI,
    evidence=("E5",),
    references=("https://docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - uses: ./.github/actions/build\n"
                ),
                ".github/actions/build/action.yml": (
                    "runs:\n  using: composite\n  steps:\n    - uses: actions/setup-java@v4\n      with: {distribution: zulu, java-version: 21}\n"
                    "    - uses: actions/cache@v4\n      with:\n        path: ~/.cache/bazel\n        key: bazel-${{ hashFiles('**/WORKSPACE') }}\n"
                    "    - run: bazel build //...\n      shell: bash\n"
                ),
                "MODULE.bazel": "module(name = 'x')\n",
            },
            at=(".github/actions/build/action.yml:6",),
            title="in an action of this repository; the build has gone on to another file",
        ),
        Bad(
            {".github/workflows/ci.yml": _HEAD + _FIXED + "      - run: make -j4\n"}, at=(".github/workflows/ci.yml:6",)
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + _HASHED
                + "      - uses: actions/checkout@v4\n      - run: mvn verify\n",
                "pom.xml": "<project/>\n",
            },
            at=(".github/workflows/ci.yml:6",),
            title="the files that are hashed come with the next step",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD.replace("steps:\n", "steps:\n      - uses: actions/checkout@v4\n")
                + _HASHED.replace("pom.xml", "lockfiles")
                + "      - run: mvn verify\n",
                "pom.xml": "<project/>\n",
            },
            at=(".github/workflows/ci.yml:7",),
            title="no file is called so",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - uses: ./.github/actions/build\n"
                ),
                ".github/actions/build/action.yml": (
                    "runs:\n  using: composite\n  steps:\n    - run: ./configure\n      shell: bash\n    - uses: actions/cache@v4\n      with:\n"
                    "        path: ~/.cache/bazel\n        key: bazel-${{ hashFiles('**/made.lock') }}\n    - uses: actions/cache@v4\n      with:\n"
                    "        path: ~/.cache/bazel\n        key: bazel-${{ hashFiles('**/MODULE.bazel') }}\n"
                ),
                "MODULE.bazel": "module(name = 'x')\n",
            },
            because="a command of the action may have made the file, and a file that is there",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + _FIXED.replace("v1", "${{ github.sha }}") + "      - run: make -j4\n"},
            because="each commit saves its own",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + _FIXED.replace("~/.cache/ccache", "tools/clang-19")
                + "      - run: make\n"
            },
            because="a tool of one version does not change",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD.replace("steps:\n", "steps:\n      - uses: actions/checkout@v4\n")
                + _HASHED
                + "      - run: mvn verify\n",
                "core/pom.xml": "<project/>\n",
            },
            because="the file is there",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD.replace(
                    "steps:\n", "steps:\n      - uses: actions/checkout@v4\n      - run: cargo generate-lockfile\n"
                )
                + _HASHED.replace("**/pom.xml", "Cargo.lock")
                + "      - run: cargo test\n",
                "Cargo.toml": "[package]\nname = 'x'\n",
            },
            because="a step before it makes the file",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD.replace(
                    "steps:\n", "steps:\n      - uses: actions/download-artifact@v4\n"
                )
                + _HASHED
                + "      - run: mvn verify\n",
                "pom.xml": "<project/>\n",
            },
            because="another step may bring the files",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD.replace("cache@", "cache/restore@") + _FIXED + "      - run: make\n",
            },
            because="it only restores; who saves it stands elsewhere",
        ),
    ),
)

_GROWS = lazily(
    r"(?:^|/)(?:\.?ccache|\.?sccache|\.mypy_cache|\.ruff_cache|\.asv|bazel|_bazel\w*|go-build|dependency-check-data|\.gradle/caches|\.m2(?:/repository)?"
    r"|\.cargo/registry|\.cargo|\.npm|\.turbo|\.nx/cache|\.cache/(?:pip|uv|yarn|bazel|go-build)|\.pub-cache|\.stack|go/pkg/mod|\.nuget/packages"
    r"|\.?buildx-cache|\.bundle|vendor/bundle|\.eslintcache|\.phpunit\.cache)/?\*{0,2}$"
)
"""Folders whose right content follows the sources or their lock file, by the tools that write them."""
_SAME_EACH_TIME = lazily(r"\$\{\{\s*(?:runner\.(?:os|arch)|matrix\.[\w.-]+|github\.(?:job|workflow))\s*\}\}")


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag each cache step of a job, or of a composite action that it calls, whose key is the same in every run."""
    for step in (*job.steps, *job.inner_steps):
        if step.action is None or step.action.name.lower() != "actions/cache":
            continue
        key, why = without_empty_hashes(_input(step.action, "key"), step, _all_in_order(step, job), repository)
        if why and step.place.path != job.place.path and _may_make_files(step, job, repository):
            continue
        folder = _grown(step.action)
        if not key or not (folder or why) or "$" in _SAME_EACH_TIME.sub("", key):
            continue
        yield Hit(
            place=step.place,
            message=_message(_input(step.action, "key"), folder, why),
            unit=job.unit,
            tier=Tier.PEDANTIC if rare_step(step, job, repository) else None,
        )


def _all_in_order(step: Step, job: Job) -> tuple[Step, ...]:
    """The steps of the job; for one within a composite action those of the job that stand before the call, then the actions' own."""
    if step.place.path == job.place.path:
        return job.steps
    call = next((at for at, one in enumerate(job.steps) if one.action is not None and one.action.local), len(job.steps))
    return (*job.steps[:call], *job.inner_steps)


def _may_make_files(step: Step, job: Job, repository: Repository) -> bool:
    """True where commands of the actions stand before the step, and may make the files that its key is a hash of."""
    return any(
        command.place.path != step.place.path or command.place.span.start < step.place.span.start
        for command in inner_commands(job, repository)
    )


def _message(key: str, folder: str, why: str) -> str:
    kept = f"`{folder}`" if folder else "the cache"
    if why == "early":
        return f"the hash in `{key}` is of files that a later step checks out, so that {kept} is saved once and never again; check out first"
    if why:
        return f"no file fits `{why}`, so that the key never changes and {kept} is saved once and never again; hash the lock file"
    return f"the key `{key}` never changes, so that {kept} is saved once and never again; add a hash or ${{{{ github.sha }}}}"


def _input(action: Action, name: str) -> str:
    setting = action.inputs.get(name)
    return setting.value.strip() if setting is not None else ""


def _grown(action: Action) -> str:
    """The first path of the step that grows with the sources; "" for none."""
    paths = (path.strip() for path in re.split(r"[\n,]", _input(action, "path")))
    return next((path for path in paths if _GROWS.search(path)), "")
