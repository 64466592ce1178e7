"""Which folder of the tree a command works in, where its own file says it only in part."""

from __future__ import annotations

import posixpath

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository


def working_folder(command: Command, holding: str, repository: Repository) -> str:
    """The folder that a command works in, "" for the root and where nothing is known.

    A script that is called from elsewhere goes on with `cd ../web/app` or `cd "$ROOT/web/app"`: the one folder of the tree whose
    path ends so and which holds a file of that name (`holding`) is meant.
    """
    end = command.directory_end
    if command.directory is not None or not end or end.startswith("/"):
        return command.directory or ""
    folders = [posixpath.dirname(path) for path in repository.paths_by_name.get(holding, ())]
    meant = [folder for folder in folders if folder == end or folder.endswith("/" + end)]
    return meant[0] if len(meant) == 1 else end


def works_beside(one: Command, other: Command) -> bool:
    """True for two commands that work in the same folder, as far as it is known."""
    return (one.directory, one.directory_end) == (other.directory, other.directory_end)
