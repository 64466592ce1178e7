"""The table of ready-made steps: well formed, and right about what is kept."""

from __future__ import annotations

import pytest

from agentlint.adapters.ci.common import minutes, version_number
from agentlint.facts.pipeline import Action, Setting
from agentlint.files.source import Span
from agentlint.programs.actions import actions

NOWHERE = Span(0, 0)


def test_every_entry_is_well_formed() -> None:
    for name, entry in actions().entries.items():
        assert name == name.lower()
        assert entry.source
        for keeping in entry.caches:
            assert keeping.default in {"on", "off", "declared", "declared-npm"}
            assert keeping.what or keeping.paths_input


@pytest.mark.parametrize(
    ("name", "version", "inputs", "manager", "expected"),
    [
        ("actions/setup-node", 4, {}, "npm@10", []),
        ("actions/setup-node", 4, {"cache": "yarn"}, "", ["yarn"]),
        ("actions/setup-node", 5, {}, "yarn@4", ["yarn (default)"]),
        ("actions/setup-node", 6, {}, "yarn@4", []),
        ("actions/setup-node", None, {}, "npm@10", ["npm (default)"]),
        ("actions/setup-go", 3, {}, "", []),
        ("actions/setup-go", 5, {}, "", ["go (default)"]),
        ("actions/setup-go", 5, {"cache": "false"}, "", []),
        ("astral-sh/setup-uv", 4, {}, "", []),
        ("astral-sh/setup-uv", 6, {"enable-cache": "auto"}, "", ["uv"]),
        ("ruby/setup-ruby", 1, {"bundler-cache": "true"}, "", ["bundler"]),
        ("gradle/actions/setup-gradle", 4, {"cache-disabled": "true"}, "", []),
        ("golangci/golangci-lint-action", 8, {"skip-cache": "true"}, "", []),
        ("docker/build-push-action", 6, {"cache-to": "type=gha"}, "", ["docker"]),
        ("actions/cache", 4, {"path": "~/.m2/repository", "key": "x"}, "", ["maven"]),
        ("actions/cache", 4, {"path": "${{ steps.x.outputs.dir }}", "key": "${{ runner.os }}-pip-1"}, "", ["pip"]),
    ],
)
def test_what_is_kept(
    name: str, version: int | None, inputs: dict[str, str], manager: str, expected: list[str]
) -> None:
    action = Action(name, "", version, "", {key: Setting(value, NOWHERE) for key, value in inputs.items()})
    found = [
        "+".join(sorted(cache.what)) + (" (default)" if cache.by_default else "")
        for cache in actions().caches(action, NOWHERE, manager)
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("version", "comment", "expected"),
    [
        ("v4", "", 4),
        ("v4.1.1", "", 4),
        ("release/v1", "", 1),
        ("3d3c42e5aac5ba805825da76410c181273ba90b1", " v4.1.1", 4),
        ("3d3c42e5aac5ba805825da76410c181273ba90b1", " tag=v2", 2),
        ("3d3c42e5aac5ba805825da76410c181273ba90b1", "", None),
        ("main", "", None),
    ],
)
def test_version_number(version: str, comment: str, expected: int | None) -> None:
    assert version_number(version, comment) == expected


@pytest.mark.parametrize(
    ("text", "plain", "expected"),
    [
        ("1h 30m", "s", 90),
        ("90 minutes", "s", 90),
        ("3600", "s", 60),
        ("20m", "m", 20),
        ("2 days", "m", 2880),
        ("never", "m", None),
    ],
)
def test_minutes(text: str, plain: str, expected: float | None) -> None:
    assert minutes(text, plain) == expected
