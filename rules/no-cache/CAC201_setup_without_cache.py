"""A set-up action can keep the downloads of the package manager between runs, and is not asked to."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.checkout import before_checkout, never_checked_out
from agentlint.facts.pipeline import Action, Job, Step
from agentlint.facts.repository import Repository
from agentlint.judgements.keeping.autobuilds import autobuilt
from agentlint.judgements.keeping.caching import (
    SETUP_KEEPS,
    Fetch,
    fetches,
    keeper,
    kept,
    lasting_machine,
    packages,
    worth_keeping,
)
from agentlint.judgements.running.occasions import rare_command
from agentlint.judgements.running.roles import programs
from agentlint.judgements.running.scope import as_written
from agentlint.rule import Bad, Category, Cost, Fix, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.edits import with_input

_HEAD = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"

RULE = Rule(
    id="CAC201",
    name="setup-without-cache",
    category=Category.NO_CACHE,
    summary="A set-up action has a cache for the dependencies this job installs, and it is off.",
    why=(
        "Each run downloads the same packages from nothing before the first test can start, and the agent waits for it each "
        "time. Only a third of repositories cache at all (E1, E6), though caching is among what shortens long builds (E5)."
    ),
    remediation="Turn on the set-up action's cache input, or add actions/cache for the package manager's folder.",
    severity=Severity.MINOR,
    cost=Cost(seconds=20, source="E5"),
    station=Station.CI,
    evidence=("E1", "E5", "E6"),
    references=("https://docs.github.com/actions/using-workflows/caching-dependencies-to-speed-up-workflows",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - uses: actions/setup-python@v2\n      - run: pip install -r requirements.txt\n"
                ),
                "requirements.txt": "flask==3.0.0\nclick==8.1.7\n",
            },
            at=(".github/workflows/ci.yml:8",),
            title="a version whose cache no longer works: no edit, and the advice to raise it first",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - uses: actions/setup-go@v5\n"
                    "      - uses: actions/checkout@v4\n      - run: go test -json ./...\n"
                ),
                "go.mod": "module example.org/x\n",
                "go.sum": "",
            },
            at=(".github/workflows/ci.yml:7",),
            title="the cache is on, and finds no go.sum to be keyed on",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/setup-node@v4\n        with:\n          node-version: 22\n      - run: npm ci\n",
                "package-lock.json": "{}",
            },
            at=(".github/workflows/ci.yml:7",),
            fixed={
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/setup-node@v4\n        with:\n          cache: npm\n          node-version: 22\n"
                + "      - run: npm ci\n"
            },
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/setup-python@v5\n      - run: tox -e py312\n",
                "pyproject.toml": "[project]\nname = 'x'\n",
            },
            at=(".github/workflows/ci.yml:7",),
            fixed={
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/setup-python@v5\n        with:\n          cache: pip\n      - run: tox -e py312\n"
            },
            title="tox installs with pip",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/setup-python@v5\n      - run: python -mpip install -e . -r requirements-dev.txt\n"
                + "      - run: pipx run tox==4.21 -e py\n",
            },
            at=(".github/workflows/ci.yml:7",),
            title="the option and its module in one word",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/setup-java@v4\n        with: {distribution: temurin, java-version: 21}\n"
                + "      - run: ./mvnw -B verify\n",
                "pom.xml": "<project/>",
            },
            at=(".github/workflows/ci.yml:7",),
            fixed={
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/setup-java@v4\n"
                + "        with: {cache: maven, distribution: temurin, java-version: 21}\n"
                + "      - run: ./mvnw -B verify\n"
            },
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/setup-go@v5\n        with:\n          cache: false\n      - run: go test ./...\n"
            },
            at=(".github/workflows/ci.yml:7",),
            title="turned off",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - uses: ./.github/actions/setup\n      - run: npm test\n",
                ".github/actions/setup/action.yml": (
                    "runs:\n  using: composite\n  steps:\n    - uses: actions/setup-node@v4\n    - run: npm ci\n      shell: bash\n"
                ),
            },
            at=(".github/actions/setup/action.yml:4",),
            title="in a composite action",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: denoland/setup-deno@v2\n        with:\n          deno-version: v2.x\n      - run: deno test -A\n",
                "deno.lock": "{}",
            },
            at=(".github/workflows/ci.yml:7",),
            title="Deno fetches its remote modules",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    _HEAD.replace("  test:", "  deploy:\n    if: github.ref == 'refs/heads/main'")
                    + "      - uses: actions/setup-node@v4\n      - run: npm ci\n"
                    + "      - uses: peaceiris/actions-gh-pages@v4\n"
                ),
                "package.json": '{"devDependencies": {"vite": "^7"}}',
            },
            at=(".github/workflows/ci.yml:8",),
            title="at each merge",
        ),
        Bad(
            {
                ".github/workflows/canary.yml": (
                    _HEAD.replace("on: pull_request", "on:\n  schedule: [{cron: '0 7 * * *'}]")
                    + "      - uses: actions/setup-python@v5\n      - run: pip install -e .[test]\n      - run: pytest\n"
                ),
            },
            at=(".github/workflows/canary.yml:8",),
            title="tests by the clock",
        ),
        Bad(
            {
                ".github/workflows/docs.yml": _HEAD
                + "      - uses: actions/setup-node@v4\n        with: {cache: pnpm, cache-dependency-path: docs/pnpm-lock.yaml}\n"
                + "      - run: pnpm -C docs install --frozen-lockfile\n      - run: npm ci\n        working-directory: frontend\n",
                "docs/pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
                "frontend/package-lock.json": "{}",
            },
            at=(".github/workflows/docs.yml:10",),
            title="the cache is another package manager's: told at the install that nobody keeps",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: astral-sh/setup-uv@v7\n      - run: uvx tox -e lint\n",
                "tox.ini": "[testenv:lint]\nskip_install = true\ndeps = prek==0.3.0\ncommands = prek run --all-files\n",
            },
            because="uv keeps its packages by itself, and the hooks' own store is the matter of another rule",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    _HEAD.replace("actions/checkout@v4", "actions/download-artifact@v4")
                    + "      - uses: actions/setup-python@v5\n      - run: pip install -U wheel setuptools-rust\n      - run: pip wheel x.tar.gz\n"
                ),
                "requirements.txt": "a==1\n",
            },
            because="nothing is checked out, and a cache keyed on the sources would find none",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - uses: actions/setup-node@v4\n      - run: npm ci\n      - run: npm test\n"
                ),
                "package.json": '{"name": "x", "scripts": {"test": "sh test.sh"}}\n',
                "package-lock.json": '{"name": "x", "lockfileVersion": 3}\n',
            },
            because="the package needs no other, so that nothing is fetched",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/setup-node@v4\n        with:\n          cache: npm\n      - run: npm ci\n"
            },
            because="the cache is on",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/setup-python@v5\n      - uses: actions/cache@v4\n        with:\n"
                + "          path: ~/.cache/pip\n          key: pip-${{ hashFiles('requirements.txt') }}\n"
                + "      - run: pip install -r requirements.txt\n"
            },
            because="another step keeps pip's cache",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - uses: actions/setup-go@v5\n      - run: go test ./...\n"},
            because="setup-go caches by default since v4",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/setup-python@v5\n      - run: pip install build twine\n      - run: python -m build\n"
            },
            because="nothing of the project's dependencies is installed",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD.replace("ubuntu-latest", "self-hosted")
                + "      - uses: actions/setup-node@v4\n      - run: npm ci\n"
            },
            because="a machine of one's own keeps its disk",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/cache@v4\n        id: built\n        with: {path: out, key: out-1}\n"
                + "      - uses: actions/setup-node@v4\n      - if: steps.built.outputs.cache-hit != 'true'\n        run: npm ci\n"
            },
            because="it installs only where the result is not at hand",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: example/setup-everything@v1\n        with: {cache-key: tests}\n"
                + "      - uses: actions/setup-node@v4\n      - run: npm ci\n"
            },
            because="a step that nobody knows speaks of a cache",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag a job once for each set-up action whose cache would keep what the job installs."""
    if lasting_machine(job):
        return
    told: set[str] = set()
    for fetch in sorted(fetches(job, repository), key=lambda fetch: not fetch.how.heavy):
        could = keeper(fetch, job)
        if could is None or could[1].name in told or kept(fetch, job, repository) or not worth_keeping(fetch):
            continue
        step, action = could
        if never_checked_out(step, job.steps):
            continue
        told.add(action.name)
        what = "uv" if action.name == "astral-sh/setup-uv" else fetch.how.what
        other = _keeps_another(action, fetch)
        yield Hit(
            place=fetch.through.place if other else step.place,
            message=_beside(other, action, fetch, job, repository)
            if other
            else _message(step, action, what, fetch, job, repository),
            unit=job.unit,
            tier=Tier.PEDANTIC
            if rare_command(fetch.through, job, repository, costly=fetch.how.compiles)
            or not (fetch.how.heavy or _several(fetch) or _cold_checker(job))
            else None,
            cost=Cost(seconds=fetch.how.seconds, source="E5"),
            fix=None if other or before_checkout(step, job.steps) else _fix(step, action, fetch, repository),
        )
    for step, action, what in autobuilt(job, repository):
        if action.name not in told:
            told.add(action.name)
            advice = f"set `cache: {_INPUTS.get(action.name.lower(), ('', what))[1]}`, or `dependency-caching: true` at the init"
            yield Hit(
                place=step.place,
                message=f"CodeQL's autobuild in job `{job.id}` fetches everything anew and `{action.name}` keeps nothing; {advice}",
                unit=job.unit,
            )


def _several(fetch: Fetch) -> bool:
    """True for an install of packages by name; a tool of its own, and what every machine has, is worth no cache."""
    if fetch.by.program_path.rsplit("/", 1)[-1].startswith("pipx") or fetch.how.what not in {"pip", "uv", "gem"}:
        return False
    return packages(fetch) > 0 or any(
        word.text.startswith("$") for word in fetch.by.arguments[1:] if not word.text.startswith("${PYTHON")
    )


def _cold_checker(job: Job) -> bool:
    """True for a job that installs mypy and keeps neither its wheels nor what it worked out: every run is a cold one."""
    return "mypy" in programs(job.commands) and not job.caches


def _keeps_another(action: Action, fetch: Fetch) -> str:
    """The package manager that the action's one cache is set to, where it is not the one that fetches here."""
    setting = action.inputs.get("cache")
    named = setting.value.strip().lower() if setting is not None else ""
    return named if named != fetch.how.what and named in SETUP_KEEPS.get(action.name.lower(), ()) else ""


def _beside(other: str, action: Action, fetch: Fetch, job: Job, repository: Repository) -> str:
    """The set-up is right as it stands: the install beside it is what nobody keeps."""
    return (
        f"`{as_written(fetch.by, repository, 50)}` in job `{job.id}` fetches everything anew, for `{action.name}` keeps what "
        f"{other} fetches and nothing else; {fetch.how.advice}"
    )


def _message(step: Step, action: Action, what: str, fetch: Fetch, job: Job, repository: Repository) -> str:
    name = action.name + (f"@{action.version}" if action.version and len(action.version) < 20 else "")
    return (
        f"`{as_written(fetch.by, repository, 50)}` in job `{job.id}` fetches everything anew and `{name}` keeps nothing; "
        f"{_BEHIND if before_checkout(step, job.steps) else _input(action, what, fetch, repository)}"
    )


_BEHIND = "put it behind actions/checkout, for its cache is keyed on files that are not there yet"


def _input(action: Action, what: str, fetch: Fetch, repository: Repository) -> str:
    if what == "gem":
        return (
            "put the gems into the Gemfile and set `bundler-cache: true`, or keep the folder of gems with actions/cache"
        )
    key, value = _INPUTS.get(action.name.lower(), ("cache", what))
    advice = f"set `{key}: {value or what}`"
    if _is_too_old(action):
        return f"raise it to v{_OLDEST[action.name.lower()]} or newer, whose cache still works, and {advice}"
    needed = _NEEDED_FILES.get(what, ())
    if action.name.lower() == "actions/setup-node" and (folder := fetch.by.directory):
        own = next((path for name in needed if (path := f"{folder}/{name}") in repository.project.paths), "")
        if own:
            return f"{advice} and `cache-dependency-path: {own}`, for by itself it looks for the lock file at the root"
    if needed and not any(name in repository.paths_by_name for name in needed):
        return f"{advice} with a cache-dependency-path, for there is no {needed[0]}"
    return advice


def _is_too_old(action: Action) -> bool:
    """True for a version whose cache fails the job, since the service it speaks to was shut down in April 2025."""
    number = action.version_number
    return number is not None and number < _OLDEST.get(action.name.lower(), 0)


_OLDEST = {"actions/setup-python": 4, "actions/setup-dotnet": 3, "actions/setup-go": 3}
"""Major versions to which the new cache service was brought back. Source: github.com/actions/cache/issues/1593."""
_INPUTS = {
    "ruby/setup-ruby": ("bundler-cache", "true"),
    "astral-sh/setup-uv": ("enable-cache", "true"),
    "actions/setup-dotnet": ("cache", "true"),
    "actions/setup-go": ("cache", "true"),
    "pnpm/action-setup": ("cache", "true"),
    "pdm-project/setup-pdm": ("cache", "true"),
    "subosito/flutter-action": ("cache", "true"),
    "denoland/setup-deno": ("cache", "true"),
}
_NEEDED_FILES = {
    "npm": ("package-lock.json", "npm-shrinkwrap.json"),
    "yarn": ("yarn.lock",),
    "pnpm": ("pnpm-lock.yaml",),
    "pip": ("requirements.txt", "pyproject.toml"),
    "maven": ("pom.xml",),
    "gradle": ("build.gradle", "build.gradle.kts", "gradle/wrapper/gradle-wrapper.properties"),
    "uv": ("uv.lock", "pyproject.toml"),
    "nuget": ("packages.lock.json",),
}
"""Files without which the set-up action's cache fails the job."""


def _fix(step: Step, action: Action, fetch: Fetch, repository: Repository) -> Fix | None:
    key, value = _INPUTS.get(action.name.lower(), ("cache", fetch.how.what))
    needed = _NEEDED_FILES.get(fetch.how.what, ())
    if _is_too_old(action) or key in action.inputs or not any(path in repository.project.paths for path in needed):
        return None
    if any(f"{fetch.by.directory}/{name}" in repository.project.paths for name in needed if fetch.by.directory):
        return None  # the key needs the folder's own lock file besides
    return with_input(step, key, value, repository, f"add `{key}: {value}` to {action.name}", safe=True)
