"""A generator that asks for each of its values."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.asking import hits, programs_that_wait
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="INT107",
    name="wizard",
    category=Category.INTERACTIVE,
    summary="A command asks a row of questions (npm init, cookiecutter, poetry init, openssl req).",
    why=(
        "A wizard wants an answer for each value. With empty input it fails or invents defaults, `poetry init` even asks for ever; "
        "on an open pipe or an idle terminal it hangs until the time limit."
    ),
    remediation="Give the answers as options, or add the flag that takes the defaults (`-y`, `--no-input`, `-n`, `-subj`).",
    severity=Severity.BLOCKER,
    programs=programs_that_wait("wizard"),
    references=("https://docs.npmjs.com/cli/commands/npm-init", "https://cookiecutter.readthedocs.io"),
    bad=(
        Bad(
            {"new.sh": "#!/bin/sh\nmkdir app && cd app\nnpm init\n"},
            at=("new.sh:3",),
            fixed={"new.sh": "#!/bin/sh\nmkdir app && cd app\nnpm init -y\n"},
        ),
        Bad(
            {"Makefile": "bake:\n\tcookiecutter . --overwrite-if-exists\n"},
            at=("Makefile:2",),
            fixed={"Makefile": "bake:\n\tcookiecutter --no-input . --overwrite-if-exists\n"},
        ),
        Bad(
            {"Dockerfile": "FROM debian:12\nRUN openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem\n"},
            at=("Dockerfile:2",),
            fixed={
                "Dockerfile": "FROM debian:12\nRUN openssl req -batch -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem\n"
            },
        ),
        Bad({"package.json": '{"scripts": {"commit": "git-cz"}}\n'}, at=("package.json:1",)),
        Bad({"aws.sh": "#!/bin/sh\naws configure\n"}, at=("aws.sh:2",)),
    ),
    good=(
        Good(
            {"Dockerfile": "FROM $BASE\nRUN microdnf install -y shadow-utils && adduser --uid 1000 --gid 1000 app\n"},
            because="where microdnf installs, adduser is another name of useradd",
        ),
        Good({"build.sh": "#!/bin/sh\nmake config\n"}, because="a target of the project's own: nothing has a Kconfig"),
        Good({"new.sh": "#!/bin/sh\nnpm init --yes\n"}, because="takes the defaults"),
        Good({"new.sh": "#!/bin/sh\nnpm_config_yes=true npm init\n"}, because="the variable answers"),
        Good(
            {"new.sh": "#!/bin/sh\ncookiecutter $COOKIECUTTER_OPTIONS .\n"}, because="the options may hold --no-input"
        ),
        Good(
            {"cert.sh": "#!/bin/sh\nopenssl req -x509 -nodes -newkey rsa:2048 -subj /CN=x -out c.pem\n"},
            because="the subject is given",
        ),
        Good(
            {"cert.sh": "#!/bin/sh\nopenssl req -new -key k.pem -out c.csr <<EOF\nDE\nEOF\n"},
            because="a here-document answers",
        ),
        Good({"aws.sh": "#!/bin/sh\naws configure set region eu-west-1\n"}, because="sets one value"),
        Good(
            {"aws.sh": "#!/bin/sh\naws --no-cli-pager configure list-profiles\n"},
            because="prints names and asks nothing",
        ),
        Good({"README.md": "# Use\n\n```sh\ncookiecutter gh:me/template\n```\n"}, because="a reader types it"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag commands that ask for their values."""
    if not _is_a_target_of_its_own(command, repository):
        yield from hits(command, repository, "wizard")


def _is_a_target_of_its_own(command: Command, repository: Repository) -> bool:
    """`make config` where nothing is configured the kernel's way."""
    if command.program not in {"make", "gmake"} or "config" not in command.texts():
        return False
    return not any(path.rpartition("/")[2].startswith(("Kconfig", "Config.in")) for path in repository.project.paths)
