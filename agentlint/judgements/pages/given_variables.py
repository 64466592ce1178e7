"""Where an environment variable is named, told of or given a value: documents, settings, recipes, images, pipelines."""

from __future__ import annotations

import re

from agentlint.facts.interface import EnvironmentRead
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.pages.project_documents import all_documents_text

_SETS = lazily(
    r"\.py$|(?:^|/)(?:pytest\.ini|tox\.ini|setup\.cfg|pyproject\.toml|Makefile|justfile|package\.json|docker-compose[^/]*|Dockerfile[^/]*|[^/]*\.sh"
    r"|[^/]*env[^/]*|[^/]*\.mk|Taskfile\.ya?ml|mise\.toml)$"
)
"""Files in which tests and their settings may give variables a value."""
_OF_PIPELINES = lazily(
    r"\.(?:github|gitlab|circleci|buildkite|azure-pipelines|travis|ci)/.*\.(?:sh|bash|ya?ml)$|\.[\w-]+\.ya?ml$"
)
MOST_FILES = 1500


def is_set_here(name: str, repository: Repository) -> bool:
    """True where something of this repository gives the variable a value: tests, settings, a script that runs them."""
    settings = re.compile(
        rf"""["']{name}["']\s*\]?\s*(?:=(?!=)|:)|setenv\w*\(\s*["']{name}["']|^[ \t-]*(?:export |env |set )?{name}=(?!=)""",
        re.MULTILINE,
    )
    return any(name in text and settings.search(text) for text in _texts_that_set(repository))


@remembered
def _texts_that_set(repository: Repository) -> tuple[str, ...]:
    paths = [path for path in repository.ordered_paths if _SETS.search(path) and not _OF_PIPELINES.match(path)]
    paths = paths[:MOST_FILES]
    found = [source.text for path in paths if (source := repository.read(path)) is not None]
    return tuple(found)


def is_told_beside(read: EnvironmentRead, repository: Repository) -> bool:
    """True where a comment or the text at the head of the same file names the variable."""
    source = repository.read(read.place.path)
    if source is None:
        return False
    beside = rf"^[ \t]*(?:#|//|\*)[^\n]*\b{read.name}\b|`\$?{read.name}`|^[ \t]*(?:[-*] )?[A-Z]?[a-z]+ (?:[a-z]+ )*\$?{read.name}\b"
    return bool(re.search(beside, source.text, re.MULTILINE))


_TAKES_IN = lazily(r"^[ \t]*(?:\.|source)[ \t]+[^\n;&|#]*?([\w.-]+)[\"')]*[ \t]*(?=[\n;&|#]|\Z)", re.MULTILINE)


def is_set_by_part(read: EnvironmentRead, repository: Repository) -> bool:
    """True where a file that the script takes in (`source versions.sh`) gives the variable a value."""
    text = repository.text(read.place.path)
    names = _TAKES_IN.findall(text) if "source " in text or ". " in text else ()
    assigned = re.compile(rf"^[ \t]*(?:export |readonly )?{read.name}=\S", re.MULTILINE)
    return any(
        assigned.search(repository.text(path)) for name in names for path in repository.paths_by_name.get(name, ())
    )


def is_named(name: str, repository: Repository) -> bool:
    """True where a document, a recipe or an image names the variable or gives it a value."""
    if name in _given_by_commands(repository):
        return True
    text = all_documents_text(repository)
    return name in text and re.search(rf"\b{name}\b", text) is not None


@remembered
def _given_by_commands(repository: Repository) -> frozenset[str]:
    names: set[str] = set()
    for facts in repository.facts.values():
        for command in facts.commands:
            names.update(command.environment)
    for image in repository.images:
        for stage in image.stages:
            for instruction in stage.instructions:
                names.update(name for command in instruction.commands for name in command.environment)
    return frozenset(names)


def named_by_pipelines_alone(name: str, repository: Repository) -> bool:
    """True where only scripts of the pipeline give the variable a value: who runs the tests at home does not run those."""
    if re.search(rf"\b{name}\b", all_documents_text(repository)):
        return False
    places = [
        path for path, facts in repository.facts.items() for command in facts.commands if name in command.environment
    ]
    return bool(places) and all(map(_OF_PIPELINES.match, places))


@remembered
def set_by_pipelines(repository: Repository) -> frozenset[str]:
    names: set[str] = set()
    for pipeline in repository.pipelines:
        names.update(pipeline.environment)
        for job in pipeline.jobs:
            names.update(job.environment)
            names.update(name for command in job.commands for name in command.environment)
            for step in job.steps:
                names.update(step.environment)
    return frozenset(names)
