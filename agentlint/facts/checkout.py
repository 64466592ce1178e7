"""How CI systems name the folder that a job checks the repository out into."""

from __future__ import annotations

import re

_ROOT = re.compile(
    r"""^["']?(?:
      \$\{?(?:GITHUB_WORKSPACE|CI_PROJECT_DIR|BUILDKITE_BUILD_CHECKOUT_PATH|TRAVIS_BUILD_DIR|CIRCLE_WORKING_DIRECTORY
        |CIRRUS_WORKING_DIR|BITBUCKET_CLONE_DIR|BUILD_SOURCESDIRECTORY|SYSTEM_DEFAULTWORKINGDIRECTORY|WORKSPACE
        |CI_WORKSPACE|DRONE_WORKSPACE|APPVEYOR_BUILD_FOLDER)\}?
      |\$\{\{\s*github\.workspace\s*\}\}
      |\$\((?:Build\.SourcesDirectory|System\.DefaultWorkingDirectory|Build\.Repository\.LocalPath)\)
      |\$\((?:Agent\.BuildDirectory|Pipeline\.Workspace)\)/s
    )["']?(?:[/\\](?P<rest>.*))?$""",
    re.VERBOSE,
)
"""Sources: docs.github.com variables reference, docs.gitlab.com predefined variables, learn.microsoft.com build/variables,
circleci.com built-in variables, docs.travis-ci.com default variables, buildkite.com environment variables,
support.atlassian.com variables and secrets, cirrus-ci.org writing tasks, jenkins.io using environment variables."""


def below_checkout(directory: str) -> str | None:
    """The rest of a path that starts at the checkout ("" is the root itself); None for any other path."""
    match = _ROOT.match(directory.strip())
    if match is None:
        return None
    rest = (match["rest"] or "").replace("\\", "/").strip("/")
    return None if "$" in rest else rest
