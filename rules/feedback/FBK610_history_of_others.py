"""The whole history of large foreign projects is fetched where only their newest files are used."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.keeping.foreign_sources import LARGE, foreign
from agentlint.judgements.running.history import command_uses_history
from agentlint.judgements.running.scope import in_image, in_prose
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

_INIT = '#!/bin/bash\nset -e\nrepo init -u https://example.org/platform/manifest -b "$TAG"\nrepo sync -c -j4\n'
_CLONE = "FROM debian:13\nRUN git clone https://github.com/llvm/llvm-project.git && make -C llvm-project\n"

RULE = Rule(
    id="FBK610",
    name="history-of-others",
    category=Category.FEEDBACK,
    summary="A script or image fetches large projects with all the commits they ever had.",
    why=(
        "The history of an operating system or a compiler is many times its newest files: gigabytes come over the network "
        "before the first of them is used, and the build looks at none of it (E3)."
    ),
    remediation="`repo init --depth=1` (or --partial-clone), `git clone --depth 1 --branch TAG`.",
    severity=Severity.MINOR,
    cost=Cost(seconds=300),
    station=Station.BUILD,
    programs=frozenset({"repo", "python3", "python", "git"}),
    evidence=("E3",),
    references=("https://source.android.com/docs/setup/reference/repo#init",),
    bad=(
        Bad({"docker/system.sh": _INIT}, at=("docker/system.sh:3",)),
        Bad(
            {"docker/system.sh": _INIT.replace("repo init", "python3 ./repo init").replace("repo sync", "./repo sync")},
            at=("docker/system.sh:3",),
            title="the downloaded program, by its interpreter",
        ),
        Bad({"Dockerfile": _CLONE}, at=("Dockerfile:2",), title="a large project, into an image"),
    ),
    good=(
        Good(
            {"docker/system.sh": _INIT.replace("init", "init --depth=1")},
            because="only the newest commit of each project",
        ),
        Good(
            {"docker/system.sh": _INIT.replace("init", "init --partial-clone --clone-filter=blob:limit=10M")},
            because="old files stay where they are",
        ),
        Good({"docker/mirror.sh": _INIT.replace("init", "init --mirror")}, because="a mirror holds the history"),
        Good(
            {"docker/work.sh": _INIT.replace("init", "init --reference=/mirror")},
            because="a mirror at hand gives the history",
        ),
        Good({"Dockerfile": _CLONE.replace("clone", "clone --depth 1")}, because="only the newest commit"),
        Good(
            {"Dockerfile": _CLONE.replace("&& make", "&& git -C llvm-project checkout 0123abc && make")},
            because="a commit somewhere in the history is checked out",
        ),
        Good({"Dockerfile": _CLONE.replace("llvm/llvm-project", "example/tool")}, because="a small project"),
        Good({"README.md": "```sh\n" + _INIT + "```\n"}, because="a developer wants the history"),
    ),
)

_LEAVES_OUT = (
    "--depth",
    "--partial-clone",
    "--clone-filter",
    "--mirror",
    "--reference",
    "--archive",
    "--standalone-manifest",
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag `repo init` that leaves nothing out, and clones of large projects into an image."""
    words = command.texts()
    if command.program in {"python3", "python"}:
        words = words[1:] if words[:1] and words[0].rsplit("/", 1)[-1] == "repo" else ()
    if command.program == "git":
        if "clone" in words[:2] and in_image(command, repository) and _clones_all(command, repository):
            yield _hit(
                command, f"`git clone` of {words[-1]}" if len(words[-1]) < 60 else "`git clone`", "add --depth 1"
            )
        return
    if words[:1] != ("init",) or not {"-u", "--manifest-url"} & {word.partition("=")[0] for word in words}:
        return
    if not any(word.startswith(_LEAVES_OUT) for word in words) and not in_prose(command, repository):
        yield _hit(command, "`repo init`", "add --depth=1")


def _hit(command: Command, what: str, advice: str) -> Hit:
    return Hit(
        place=command.place,
        message=f"{what} brings the whole history, of which nothing is used; {advice}",
        unit=command.unit,
    )


def _clones_all(command: Command, repository: Repository) -> bool:
    """True for the full clone of a large project, of which no other commit is asked for later."""
    found = foreign(command)
    if found is None or found.shallow or found.name.lower() not in LARGE or in_prose(command, repository):
        return False
    return not any(
        other is not command and other.program == "git" and command_uses_history(other)
        for other in repository.commands_by_unit.get(command.unit, ())
    )
