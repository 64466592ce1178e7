"""A cache of packages is keyed on the lock file of another folder than the one that is installed."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from agentlint.facts.pipeline import Action, Job, Step
from agentlint.facts.repository import Repository
from agentlint.judgements.keeping.caching import fetches, lasting_machine
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

_HEAD = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
_SETUP = "      - uses: actions/setup-node@v4\n        with:\n          cache: yarn\n"
_INSTALL = "      - run: yarn install --frozen-lockfile\n        working-directory: bots/\n"
_BOTS = {"bots/package.json": '{"dependencies": {"danger": "^12"}}\n', "bots/yarn.lock": "", "site/yarn.lock": ""}

RULE = Rule(
    id="CAC218",
    name="cache-of-another-lock-file",
    category=Category.NO_CACHE,
    summary="A set-up action's cache is keyed on the lock file of one folder, and the job installs another.",
    why=(
        "The key stays the same as long as the other folder's lock file does, so that a cache is restored that holds other "
        "packages and is never saved again: what the job needs is fetched anew on each run (E5)."
    ),
    remediation="Name the lock file of the folder that is installed: `cache-dependency-path: bots/yarn.lock`.",
    severity=Severity.MINOR,
    cost=Cost(seconds=15, source="E5"),
    station=Station.CI,
    evidence=("E5",),
    references=("https://github.com/actions/setup-node#caching-global-packages-data",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + _SETUP
                + "          cache-dependency-path: site/yarn.lock\n"
                + _INSTALL,
                **_BOTS,
            },
            at=(".github/workflows/ci.yml:7",),
        ),
        Bad(
            {".github/workflows/ci.yml": _HEAD + _SETUP + _INSTALL, **_BOTS, "yarn.lock": "", "package.json": "{}"},
            at=(".github/workflows/ci.yml:7",),
            title="the root's lock file, by default",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + _SETUP
                + "          cache-dependency-path: bots/yarn.lock\n"
                + _INSTALL,
                **_BOTS,
            },
            because="it is the lock file of what is installed",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + _SETUP
                + "          cache-dependency-path: '**/yarn.lock'\n"
                + _INSTALL,
                **_BOTS,
            },
            because="a pattern takes in every lock file",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + _SETUP
                + "          cache-dependency-path: site/yarn.lock\n"
                + _INSTALL
                + "      - run: cd site && yarn install --frozen-lockfile\n",
                **_BOTS,
            },
            because="the larger of two installs is kept, perhaps",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + _SETUP + _INSTALL,
                "bots/package.json": '{"dependencies": {"danger": "^12"}}\n',
                "package.json": '{"workspaces": ["bots"]}',
                "yarn.lock": "",
            },
            because="one lock file for the whole workspace",
        ),
    ),
)

_LOCK_FILES = {
    "npm": ("package-lock.json", "npm-shrinkwrap.json"),
    "yarn": ("yarn.lock",),
    "pnpm": ("pnpm-lock.yaml",),
    "pip": ("requirements.txt",),
    "poetry": ("poetry.lock",),
    "pipenv": ("Pipfile.lock",),
    "go": ("go.sum",),
}
"""What each package manager's cache is keyed on by the set-up actions of GitHub, each beside what it locks."""
_SETUPS = frozenset({"actions/setup-node", "actions/setup-python", "actions/setup-go"})
_AT_THE_ROOT = frozenset({"npm", "yarn", "pnpm"})
"""What is looked for at the root alone where no path is given; setup-python and setup-go search all folders, or fail."""


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag set-up steps whose key is made of lock files beside none of which the job installs."""
    if lasting_machine(job):
        return
    for step in job.steps:
        if step.action is None or step.action.name not in _SETUPS:
            continue
        what = step.action.inputs["cache"].value.strip() if "cache" in step.action.inputs else ""
        keyed = _keyed_on(step.action, what, repository)
        if what not in _LOCK_FILES or not keyed:
            continue
        installed = _installed(what, job, repository)
        locked = {folder for folder in installed if folder is not None and _lock_of(folder, what, repository)}
        if not locked or locked != installed or locked & keyed:
            continue
        yield Hit(place=step.place, message=_message(step, what, min(locked), keyed, repository), unit=job.unit)


def _keyed_on(action: Action, what: str, repository: Repository) -> set[str]:
    """The folders of the lock files that the key is made of; empty where that cannot be told."""
    written = action.inputs.get("cache-dependency-path")
    if written is None:
        return {""} if what in _AT_THE_ROOT and _lock_of("", what, repository) else set()
    paths = [path.strip().removeprefix("./") for path in written.value.split("\n") if path.strip()]
    if any(sign in path for path in paths for sign in "*?!$[{") or not set(paths) <= repository.project.paths:
        return set()
    return {posixpath.dirname(path) for path in paths}


def _installed(what: str, job: Job, repository: Repository) -> set[str | None]:
    """The folders in which the job installs with this package manager; None among them for one that cannot be told."""
    return {_normal(fetch.by.directory) for fetch in fetches(job, repository) if fetch.how.what == what}


def _normal(directory: str | None) -> str | None:
    plain = None if directory is None else posixpath.normpath(directory)
    return "" if plain == "." else plain


def _lock_of(folder: str, what: str, repository: Repository) -> str:
    """The lock file of this package manager that stands right in the folder; "" where there is none."""
    names = (posixpath.join(folder, name) for name in _LOCK_FILES[what])
    return next((name for name in names if name in repository.project.paths), "")


def _message(step: Step, what: str, folder: str, keyed: set[str], repository: Repository) -> str:
    name = step.action.name if step.action is not None else ""
    other = _lock_of(min(keyed), what, repository) or min(keyed)
    own = _lock_of(folder, what, repository)
    return f"the cache of `{name}` is keyed on {other} while the job installs {own}; set `cache-dependency-path: {own}`"
