"""Whether apt can get as far as its question: the images of Docker's library hold no lists of packages."""

from __future__ import annotations

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.pinning.official_images import OFFICIAL_IMAGES

_APT = frozenset({"apt", "apt-get", "aptitude"})


def never_asks_for_lack_of_lists(command: Command, repository: Repository) -> bool:
    """True for `apt-get install` in a job's library image with no update before: it does nothing, or knows no such package.

    These images delete /var/lib/apt/lists, so that what is not there already cannot be found, and nothing is left to confirm.
    """
    job = repository.job_of(command)
    if job is None or command.program not in _APT or "install" not in command.texts():
        return False
    name = job.container.removeprefix("docker.io/").removeprefix("library/").partition("@")[0].partition(":")[0]
    if name not in OFFICIAL_IMAGES or command.unit != job.unit:
        return False
    earlier = (other for other in job.commands if other.place.span.start < command.place.span.start)
    return all(other.place.path == command.place.path and not _may_fetch_lists(other) for other in earlier)


def _may_fetch_lists(command: Command) -> bool:
    """An update, or a script that may hold one."""
    if command.program in _APT:
        return "update" in command.texts()
    return "/" in command.program_path or command.program in {"sh", "bash", ".", "source", "eval", "make"}
