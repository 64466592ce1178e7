"""What a checkout gives a job: the folder, by the names CI systems have for it, and when its files are there."""

from __future__ import annotations

import re

from agentlint.facts.pipeline import Step
from agentlint.files.lazily import lazily

_ROOT = lazily(
    r"""^["']?(?:
      \$\{?(?:GITHUB_WORKSPACE|CI_PROJECT_DIR|BUILDKITE_BUILD_CHECKOUT_PATH|TRAVIS_BUILD_DIR|CIRCLE_WORKING_DIRECTORY
        |CIRRUS_WORKING_DIR|BITBUCKET_CLONE_DIR|BUILD_SOURCESDIRECTORY|SYSTEM_DEFAULTWORKINGDIRECTORY|WORKSPACE
        |CI_WORKSPACE|DRONE_WORKSPACE|APPVEYOR_BUILD_FOLDER|SEMAPHORE_GIT_DIR)\}?
      |\$\{\{\s*github\.workspace\s*\}\}
      |\$\((?:Build\.SourcesDirectory|System\.DefaultWorkingDirectory|Build\.Repository\.LocalPath)\)
      |\$\((?:Agent\.BuildDirectory|Pipeline\.Workspace)\)/s
      |\{(?:project|package)\}
    )["']?(?:[/\\](?P<rest>.*))?$""",
    re.VERBOSE,
)
"""Sources: docs.github.com variables reference, docs.gitlab.com predefined variables, learn.microsoft.com build/variables,
circleci.com built-in variables, docs.travis-ci.com default variables, buildkite.com environment variables,
support.atlassian.com variables and secrets, cirrus-ci.org writing tasks, docs.semaphoreci.com env-vars, jenkins.io using environment variables, cibuildwheel.pypa.io options (project, package)."""


def below_checkout(directory: str) -> str | None:
    """The rest of a path that starts at the checkout ("" is the root itself); None for any other path."""
    match = _ROOT.match(directory.strip())
    if match is None:
        return None
    rest = (match["rest"] or "").replace("\\", "/").strip("/")
    return None if "$" in rest else rest


_KEYED_ON_SOURCES = frozenset({"actions/setup-go", "actions/setup-node", "actions/setup-python", "actions/setup-java"})


def before_checkout(step: Step, steps: tuple[Step, ...]) -> bool:
    """True for a set-up whose cache is keyed on files that a later step checks out: it finds none and restores nothing."""
    if step.action is None or step.action.name not in _KEYED_ON_SOURCES:
        return False
    outs = [one.index for one in steps if one.action is not None and one.action.name == "actions/checkout"]
    return bool(outs) and step.index < min(outs)


def never_checked_out(step: Step, steps: tuple[Step, ...]) -> bool:
    """True for a set-up whose cache would be keyed on files that no step of the job brings: asked to cache, it fails."""
    if step.action is None or step.action.name not in _KEYED_ON_SOURCES:
        return False
    others = [one for one in steps if one is not step]
    return not any(
        (one.action is not None and (one.action.local or "checkout" in one.action.name))
        or any(command.program in {"git", "gh", "hg", "svn"} for command in one.commands)
        for one in others
    )
