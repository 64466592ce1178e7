"""Plug-ins of Maven that a command line calls by their full names."""

from __future__ import annotations

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

_GOAL = lazily(r"[a-z][\w-]*(?:\.[\w-]+)+:(?P<plugin>[\w.-]+):[\w-]+(?:@[\w-]+)?\Z")
"""`group:plugin:goal`, of which Maven takes the newest release. Source: maven.apache.org/guides/introduction/introduction-to-plugin-prefix-mapping.html."""


def newest_plugin(command: Command, repository: Repository) -> str:
    """A plug-in that is called by its full name without a version, and that no pom.xml gives one."""
    for text in command.texts():
        goal = _GOAL.match(text)
        if goal is not None:
            poms = repository.paths_by_name.get("pom.xml", ())
            return "" if any(f">{goal['plugin']}<" in repository.text(path) for path in poms) else text
    return ""
