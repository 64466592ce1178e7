"""A CI job runs a file of the repository that is not there any more."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Action, Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.absences.absent import absent
from agentlint.judgements.absences.places_meant import Meant
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_INTERPRETERS = frozenset({"python", "python3", "ruby", "bash", "sh", "node", "perl", "php"})
_MAKERS = frozenset(
    {"git", "svn", "tar", "unzip", "7z", "cp", "mv", "rsync", "cmake", "meson", "configure", "hg", "gh", "aws"}
)
_FETCHERS = frozenset({"cd", "pushd", "cp", "curl", "wget", "source", "."})
_SUFFIXES = (".py", ".rb", ".sh", ".js", ".mjs", ".pl", ".php", ".bash")

RULE = Rule(
    id="CTX707",
    name="job-runs-missing-file",
    category=Category.AGENT_CONTEXT,
    summary="A CI job runs a script of the repository that does not exist.",
    why="An agent takes the pipeline as the true account of how things are built; a step that cannot work sends it astray.",
    remediation="Correct the path, or remove the step.",
    severity=Severity.MAJOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=30),
    station=Station.CI,
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - run: ruby test/test_all.rb\n"
                ),
                "test/runner.rb": "puts 1\n",
            },
            at=(".github/workflows/ci.yml:7",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - python setup.py sdist\n",
                "pyproject.toml": "[project]\nname = 'x'\n",
            },
            at=(".gitlab-ci.yml:4",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - make lint-all\n",
                "Makefile": "lint:\n\truff check .\n",
            },
            at=(".gitlab-ci.yml:4",),
            title="a target that the Makefile does not have",
        ),
        Bad(
            {
                ".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - npm run typecheck\n",
                "package.json": '{"name": "x", "scripts": {"lint": "eslint ."}}\n',
            },
            at=(".gitlab-ci.yml:4",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - ./ci/old.sh\n    - pip install -r requirements-dev.txt\n"
                "    - pytest tests/test_old.py\n    - tox -e lint\n    - cargo test -p old\n",
                "ci/new.sh": "true\n",
                "tests/test_new.py": "def test_x():\n    pass\n",
                "tox.ini": "[testenv]\ncommands = pytest\n",
                "Cargo.toml": "[package]\nname = 'x'\n",
            },
            at=tuple(f".gitlab-ci.yml:{line}" for line in range(4, 9)),
            title="files, environments and packages, by any command",
        ),
    ),
    good=(
        Good(
            {
                ".gitlab-ci.yml": "bench:\n  timeout: 5m\n  script:\n    - bundle exec rake bench:tail\n",
                "Rakefile": "require_relative 'tasks/bench'\n",
                "tasks/bench.rb": "namespace :bench do\n  task :tail do\n  end\nend\n",
            },
            because="the Rakefile loads the file that defines it",
        ),
        Good(
            {
                ".gitlab-ci.yml": "msrv:\n  timeout: 5m\n  script:\n    - cargo +nightly update -p lazy_static --precise 1.1.0\n",
                "Cargo.toml": "[package]\nname = 'x'\n",
            },
            because="packages that others bring stand in the lock file alone",
        ),
        Good(
            {
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - ./ci/make-list.sh\n    - pip install -r ci/list.txt\n",
                "ci/make-list.sh": "pip freeze > ci/list.txt\n",
            },
            because="another script writes it",
        ),
        Good(
            {
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - python setup.py sdist\n",
                "setup.py": "from setuptools import setup\nsetup()\n",
            },
            because="it is there",
        ),
        Good(
            {
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - curl -fsSLo get.py https://example.org/get.py\n    - python get.py\n"
            },
            because="an earlier command fetches it",
        ),
        Good(
            {
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - cd other\n    - python tool.py\n",
                "a.py": "x = 1\n",
            },
            because="the folder is not of this repository",
        ),
        Good(
            {
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - cmake .\n    - make everything\n",
                "Makefile": "lint:\n\truff check .\n",
            },
            because="the line before writes another Makefile",
        ),
        Good(
            {
                ".github/workflows/locks.yml": (
                    "on:\n  workflow_dispatch:\n    inputs:\n      ref:\n        required: true\njobs:\n  locks:\n    runs-on: ubuntu-latest\n"
                    "    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          ref: ${{ inputs.ref }}\n"
                    "      - run: pip install -r requirements-test.txt\n"
                ),
                "requirements-dev.txt": "pytest==8.3.3\n",
            },
            because="a branch that is asked for has other files",
        ),
        Good(
            {
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - 'bash .\\steps\\tests.sh'\n",
                "steps/tests.sh": "pytest\n",
            },
            because="a path in the way of Windows",
        ),
        Good(
            {".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - python $SCRIPT\n    - python -c 'print(1)'\n"},
            because="no file is named",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag interpreters on a literal path whose folder is of this repository and whose file is not."""
    if _other_files(job, repository):
        return
    for index, command in enumerate(job.commands):
        target = _absent_target(command, job.commands[:index], repository)
        if target is not None:
            message = f"{target} does not exist; correct the name or remove the step"
            yield Hit(place=command.place, message=message, unit=job.unit)
            continue
        path = _named(command)
        if (
            path is None
            or _has_backslashes(command, repository)
            or _exists(path, command, repository)
            or _made_before(path, job.commands[:index])
        ):
            continue
        yield Hit(
            place=command.place, message=f"`{path}` does not exist; correct the path or remove the step", unit=job.unit
        )


_TARGETS = (
    "the target",
    "the script",
    "the recipe",
    "the task",
    "the group",
    "the feature",
    "the package",
    "the extra",
    "the environment",
    "the project",
)
_FILES = ("the file", "the folder", "the module", "the preset")


def _absent_target(command: Command, before: tuple[Command, ...], repository: Repository) -> str | None:
    """A target, script, group or file of this repository that the repository does not have."""
    if command.directory is None or command.guards or command.program in _FETCHERS:
        return None
    if any(earlier.program in _MAKERS for earlier in before) and not command.directory.strip("."):
        return None
    found = absent(command, Meant((command.directory,)), repository)
    if found is None or _has_backslashes(command, repository):
        return None
    if found.startswith(_FILES):
        name = found.split("`")[1].rstrip("/")
        return None if _made_before(name, before) or _is_named_elsewhere(name, repository) else found
    return found if found.startswith(_TARGETS) and not (command.wrappers and command.program == "make") else None


def _is_named_elsewhere(written: str, repository: Repository) -> bool:
    """True where another line of a pipeline, or of a script, writes the name: it may come into being there."""
    name = posixpath.basename(written)
    paths = [path for path in repository.facts if not path.endswith((".md", ".rst", ".adoc"))]
    return sum(source.text.count(name) for path in paths if (source := repository.read(path)) is not None) > 1


def _other_files(job: Job, repository: Repository) -> bool:
    for step in job.steps:
        action = step.action
        if action is not None and "checkout" in action.name and {"repository", "path"} & action.inputs.keys():
            return True
        if action is not None and action.name == "actions/checkout" and _is_another_state(action):
            return True
        if action is not None and ("download-artifact" in action.name or action.local):
            return True
    return bool(job.artifacts_in) and any(other.artifacts_out for other in repository.pipeline_of(job).jobs)


_THIS_STATE = lazily(
    r"pull_request|head_ref|head_sha|head\.(?:sha|ref)|github\.(?:sha|ref|ref_name|event\.(?:after|ref))\b|^(?:refs/heads/)?(?:main|master|develop|trunk)$"
)
"""What a checkout names where it means the commit that the workflow itself stands in, or one close to it."""


def _is_another_state(action: Action) -> bool:
    """True for a checkout of another branch or of one that is asked for (`ref: ${{ inputs.ref }}`): its files are not these."""
    ref = action.inputs.get("ref")
    return ref is not None and bool(ref.value.strip()) and not _THIS_STATE.search(ref.value.strip().strip("'\""))


def _named(command: Command) -> str | None:
    if command.program not in _INTERPRETERS or not command.arguments or command.directory is None or command.wrappers:
        return None
    word = command.arguments[0]
    plain = (
        word.literal
        and word.text.endswith(_SUFFIXES)
        and not word.text.startswith(("-", "/", "~", ".."))
        and ":" not in word.text
    )
    return word.text if plain and not any(mark in word.text for mark in "*?[{$\\") else None


def _has_backslashes(command: Command, repository: Repository) -> bool:
    """True for a path in the way of Windows, of which a shell of Unix would make another."""
    source = repository.read(command.place.path)
    return source is not None and "\\" in source.text[command.place.span.start : command.place.span.end]


def _exists(written: str, command: Command, repository: Repository) -> bool:
    path = posixpath.normpath(posixpath.join(command.directory or "", written))
    paths = repository.project.paths
    folder = posixpath.dirname(path)
    known_folder = not folder or any(other.startswith(folder + "/") for other in paths)
    return path in paths or not known_folder or _elsewhere_under_that_name(path, paths)


def _elsewhere_under_that_name(path: str, paths: frozenset[str]) -> bool:
    name = posixpath.basename(path)
    return "/" not in path and any(other.endswith("/" + name) for other in paths)


def _made_before(written: str, commands: tuple[Command, ...]) -> bool:
    """True when anything before names the file, or fetches or unpacks things that may hold it."""
    name = posixpath.basename(written)
    return any(
        command.program in _MAKERS or name in command.output_to or any(name in text for text in command.texts())
        for command in commands
    )
