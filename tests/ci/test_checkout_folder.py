"""The folder a job checks out into has a name of its own on each system."""

from __future__ import annotations

import pytest

from agentlint.facts.checkout import below_checkout


@pytest.mark.parametrize(
    ("written", "below"),
    [
        ("$GITHUB_WORKSPACE", ""),
        ("${{ github.workspace }}/web", "web"),
        ('"$CI_PROJECT_DIR"/a/b', "a/b"),
        ("$(Build.SourcesDirectory)\\src", "src"),
        ("$(Pipeline.Workspace)/s/src/", "src"),
        ("${BUILDKITE_BUILD_CHECKOUT_PATH}", ""),
        ("$HOME", None),
        ("$(Build.ArtifactStagingDirectory)", None),
        ("src", None),
        ("$GITHUB_WORKSPACE/$NAME", None),
    ],
)
def test_paths_below_the_checkout(written: str, below: str | None) -> None:
    assert below_checkout(written) == below
