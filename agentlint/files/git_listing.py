"""git's own listing of a work tree, asked in a way that starts none of the programs its configuration may name.

Listing files reads the repository's `.git/config`, which an attacker may have written: settings that run programs are
overridden on the command line, hooks are pointed at nothing, transports are forbidden and the environment is cleared of
git's variables.
"""

from __future__ import annotations

import os
import shutil
import subprocess

TIMEOUT_SECONDS = 60

_OVERRIDES = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.untrackedCache=false",
    "core.alternateRefsCommand=",
    "core.sshCommand=false",
    "core.askPass=false",
    "core.pager=cat",
    "credential.helper=",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
    "safe.directory=*",
)
"""The last one is safe exactly because of the others: nothing the configuration says can start a program."""


def git_listing(root: str) -> list[str] | None:
    """Tracked and untracked-but-not-ignored files below `root`, relative to it; None where git cannot say.

    Git may list files that are gone from the disk, links, and folders of submodules; the walk sorts those out.
    """
    git = shutil.which("git")
    if git is None or not _inside_work_tree(root):
        return None
    arguments = [git, "--no-pager", "--literal-pathspecs"]
    for override in _OVERRIDES:
        arguments += ["-c", override]
    arguments += ["-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "."]
    try:
        done = subprocess.run(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    if done.returncode != 0:
        return None
    names = os.fsdecode(done.stdout).split("\0")
    return sorted({name for name in names if name and not name.startswith(("/", "../"))}) or None


def _inside_work_tree(root: str) -> bool:
    """A cheap look upwards for `.git`, so that a plain folder costs no process."""
    folder = os.path.realpath(root)
    while True:
        if os.path.lexists(os.path.join(folder, ".git")):
            return True
        parent = os.path.dirname(folder)
        if parent == folder:
            return False
        folder = parent


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    kept.update(
        GIT_OPTIONAL_LOCKS="0",
        GIT_NO_LAZY_FETCH="1",
        GIT_TERMINAL_PROMPT="0",
        GIT_ALLOW_PROTOCOL="none",
        GIT_PAGER="cat",
        LC_ALL="C",
    )
    return kept
