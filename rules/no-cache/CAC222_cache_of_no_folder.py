"""A CI cache takes a folder that no tool writes to."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Cache, Job, Pipeline
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.keeping.caching import fetches, lasting_machine
from agentlint.judgements.keeping.home_caches import HomeCache, home_cache, stays_at_home
from agentlint.judgements.running.occasions import rare
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

_CIRCLE = "version: 2.1\njobs:\n  test:\n    docker:\n      - image: cimg/openjdk:21.0\n    steps:\n      - checkout\n"
_RESTORE = "      - restore_cache:\n          keys: ['m-{{ checksum \"pom.xml\" }}']\n      - run: mvn -B verify\n"
_SAVE = "      - save_cache:\n          key: 'm-{{ checksum \"pom.xml\" }}'\n          paths:\n            - "
_HUB = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - uses: actions/cache@v4\n        with:\n          path: "
_KEY = "\n          key: npm-${{ hashFiles('package-lock.json') }}\n      - run: npm ci\n"
_LAB = "test:\n  image: python:3.12\n  script:\n    - pip install -r requirements.txt\n  cache:\n    paths:\n      - "

RULE = Rule(
    id="CAC222",
    name="cache-of-no-folder",
    category=Category.NO_CACHE,
    summary="A CI cache takes a folder that no tool writes to.",
    why=(
        "A path that begins with no `~` lies in the work tree, while package managers write below the home folder; GitLab takes nothing "
        "from outside the work tree. The cache is saved empty, and everything is fetched anew on each run (E5)."
    ),
    remediation="Keep the folder that is written (`~/.m2/repository`); on GitLab move it into the project first (PIP_CACHE_DIR).",
    severity=Severity.MINOR,
    cost=Cost(seconds=20, source="E5"),
    station=Station.CI,
    evidence=("E5",),
    references=(
        "https://docs.gitlab.com/ci/yaml/#cachepaths",
        "https://circleci.com/docs/configuration-reference/#savecache",
    ),
    bad=(
        Bad(
            {".circleci/config.yml": _CIRCLE + _RESTORE + _SAVE + ".m2\n", "pom.xml": "<project/>\n"},
            at=(".circleci/config.yml:11",),
        ),
        Bad({".github/workflows/ci.yml": _HUB + ".npm" + _KEY}, at=(".github/workflows/ci.yml:7",)),
        Bad({".gitlab-ci.yml": _LAB + ".cache/pip\n"}, at=(".gitlab-ci.yml:6",), title="and no PIP_CACHE_DIR"),
        Bad({".gitlab-ci.yml": _LAB + "~/.cache/pip/\n"}, at=(".gitlab-ci.yml:6",), title="outside the project"),
    ),
    good=(
        Good(
            {".circleci/config.yml": _CIRCLE + _RESTORE + _SAVE + "~/.m2\n", "pom.xml": "<project/>\n"},
            because="that is where Maven writes",
        ),
        Good(
            {
                ".circleci/config.yml": _CIRCLE.replace("    docker:", "    working_directory: ~\n    docker:")
                + _RESTORE
                + _SAVE
                + ".m2\n",
            },
            because="the job works in the home folder",
        ),
        Good(
            {
                ".circleci/config.yml": _CIRCLE + _RESTORE + _SAVE + ".m2\n",
                ".mvn/maven.config": "-Dmaven.repo.local=.m2/repository\n",
            },
            because="Maven is told to write there",
        ),
        Good(
            {".github/workflows/ci.yml": _HUB + ".npm" + _KEY, ".npmrc": "cache=.npm\n"},
            because="npm is told to write there",
        ),
        Good(
            {".github/workflows/ci.yml": _HUB + ".npm" + _KEY + "      - run: ./ci.sh\n", "ci.sh": "mv ~/.npm .npm\n"},
            because="a script brings it there",
        ),
        Good(
            {".github/workflows/ci.yml": _HUB + ".gradle" + _KEY.replace("npm ci", "./gradlew test")},
            because="the project's own .gradle holds Gradle's state",
        ),
        Good(
            {".gitlab-ci.yml": "variables:\n  PIP_CACHE_DIR: $CI_PROJECT_DIR/.cache/pip\n" + _LAB + ".cache/pip\n"},
            because="pip is told to write there",
        ),
        Good({".gitlab-ci.yml": _LAB + "$CI_PROJECT_DIR/node_modules\n"}, because="inside the project"),
    ),
)

_SYSTEMS = frozenset({"circleci", "github", "gitlab"})
"""Systems that take a relative path from the work tree."""
_WORK_TREE = lazily(r"^(?:\./|\$\{?CI_PROJECT_DIR\}?/|\$\{\{ *github\.workspace *\}\}/|\$\{?GITHUB_WORKSPACE\}?/)+")
_OUTSIDE = lazily(r"^(?:~(?:/|$)|\$\{?HOME\}?(?:/|$)|/root/|/usr/|/var/|/opt/|/home/[\w.-]+/\.)")
_AT_HOME = lazily(r"working_directory:[ \t]*[\"']?(?:~|\$HOME|/root|/home/\w+|/)/?[\"']?[ \t]*(?:[#}\r\n]|$)")


def check(pipeline: Pipeline, repository: Repository) -> Iterator[Hit]:
    """Flag each written cache of a pipeline that holds a folder into which nothing is written."""
    if pipeline.system not in _SYSTEMS:
        return
    told: set[tuple[int, int]] = set()
    for job in pipeline.jobs:
        if lasting_machine(job):
            continue
        for cache in job.caches:
            if cache.by_default or (cache.span.start, cache.span.end) in told:
                continue
            message = _of_no_folder(cache, job, pipeline, repository)
            if message:
                told.add((cache.span.start, cache.span.end))
                yield Hit(
                    place=Place(pipeline.path, cache.span),
                    message=message,
                    unit=job.unit,
                    tier=Tier.PEDANTIC if rare(job, repository) else None,
                )


def _of_no_folder(cache: Cache, job: Job, pipeline: Pipeline, repository: Repository) -> str:
    """What is wrong with the paths of a cache: "" where any of them may hold something."""
    found = ""
    for written in cache.paths:
        path = written.strip().strip("'\"").rstrip("/*")
        outside = pipeline.system == "gitlab" and _OUTSIDE.match(path) is not None
        message = _outside(path) if outside else _relative(path, job, pipeline, repository)
        if not message or not _stands_here(written, cache, pipeline, repository):
            return ""
        found = found or message
    return found


def _outside(path: str) -> str:
    return f"`{path}` lies outside the project, from where GitLab keeps nothing; have the tool write below $CI_PROJECT_DIR and keep that"


def _relative(path: str, job: Job, pipeline: Pipeline, repository: Repository) -> str:
    """What is wrong with a path of the work tree that bears the name of a cache in the home folder."""
    inside = _WORK_TREE.sub("", path)
    known = home_cache(inside)
    if known is None or not _needs(known[1], job, repository) or not _stays(known[0], known[1], pipeline, repository):
        return ""
    tool = known[1].tool
    if pipeline.system == "gitlab":
        return f"`{path}` is kept, and {tool} writes to `~/{known[0]}`; set {known[1].moved_by[0]} to that folder of the project"
    return f"`{path}` lies in the work tree, and {tool} writes to `~/{known[0]}`; keep `~/{inside}`"


def _needs(known: HomeCache, job: Job, repository: Repository) -> bool:
    return any(fetch.how.what in known.what for fetch in fetches(job, repository))


def _stays(folder: str, known: HomeCache, pipeline: Pipeline, repository: Repository) -> bool:
    """The same answer for all caches of one folder; a job whose work tree is the home folder writes there."""
    source = repository.read(pipeline.path)
    if source is None or (pipeline.system == "circleci" and _AT_HOME.search(source.text)):
        return False
    key = ("stays at home", folder, pipeline.system)
    answer = repository.memory(key)
    if answer is None:
        answer = repository.remember(key, stays_at_home(folder, known, pipeline.system, repository))
    return answer is True


def _stands_here(written: str, cache: Cache, pipeline: Pipeline, repository: Repository) -> bool:
    """False for a cache that another file brings in: its place is not in this one."""
    source = repository.read(pipeline.path)
    return source is not None and written in source.text[cache.span.start : cache.span.end]
