"""A terminal asked for where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.asking import hits, programs_that_wait
from agentlint.rule import Bad, Category, Edit, Fix, Good, Hit, Rule, Severity
from agentlint.rule.edits import without_option
from agentlint.rule.inserting import is_written

RULE = Rule(
    id="INT108",
    name="terminal-allocated",
    category=Category.INTERACTIVE,
    summary="A command asks for a terminal (`docker run -it`, `kubectl exec -it`, `tmux`, `ssh host` with no command).",
    why=(
        "`docker run -it` fails with “the input device is not a TTY” where standard input is no terminal, so that the script works "
        "for the author and for nobody unattended; on a pseudo-terminal it opens a shell and waits."
    ),
    remediation="Leave `-t` out (and `-i` where nothing is fed), name the command to run, or use `-it` only under `[ -t 0 ]`.",
    severity=Severity.MAJOR,
    programs=programs_that_wait("terminal"),
    references=("https://docs.docker.com/reference/cli/docker/container/run/#tty",),
    bad=(
        Bad(
            {".travis.yml": "script:\n  - docker run -it ubuntu:24.04\n  - docker exec -it db bash\n"},
            at=(".travis.yml:2", ".travis.yml:3"),
            fixed={".travis.yml": "script:\n  - docker run -i ubuntu:24.04\n  - docker exec -i db bash\n"},
            title="the job has a terminal, and a shell reads from it",
        ),
        Bad(
            {".travis.yml": "script:\n  - docker build -t app .\n  - docker run -it app\n"},
            at=(".travis.yml:3",),
            fixed={".travis.yml": "script:\n  - docker build -t app .\n  - docker run -i app\n"},
            title="the job has a terminal, and other machines that run the same line have none",
        ),
        Bad(
            {"test.sh": '#!/bin/sh\ndocker run --rm -it -v "$PWD:/src" image make test\n'},
            at=("test.sh:2",),
            fixed={"test.sh": '#!/bin/sh\ndocker run --rm -i -v "$PWD:/src" image make test\n'},
        ),
        Bad(
            {"Makefile": "test:\n\tdocker exec -ti app pytest\n"},
            at=("Makefile:2",),
            fixed={"Makefile": "test:\n\tdocker exec -i app pytest\n"},
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker run -i -t image make\n"
                )
            },
            at=(".github/workflows/ci.yml:6",),
            fixed={
                ".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker run -i image make\n"
            },
            title="fails in a CI step",
        ),
        Bad(
            {"package.json": '{"scripts": {"test": "docker run -it --rm image npm test"}}\n'},
            at=("package.json:1",),
            fixed={"package.json": '{"scripts": {"test": "docker run -i --rm image npm test"}}\n'},
        ),
        Bad(
            {"test.sh": "#!/bin/sh\ndocker run --rm -i --tty $DOCKER_OPTS image make test\n"},
            at=("test.sh:2",),
            fixed={"test.sh": "#!/bin/sh\ndocker run --rm -i $DOCKER_OPTS image make test\n"},
            title="one option in each spelling",
        ),
        Bad(
            {
                "reset.sh": (
                    '#!/bin/bash\nif [ "$1" = --yes ]; then\n  answer=yes\nelse\n  read -rp "Sure? " answer\nfi\n'
                    'if [[ "$answer" =~ ^(yes|y)$ ]]; then\n  docker exec -it app ./reset\nfi\n'
                )
            },
            at=("reset.sh:8",),
            fixed={
                "reset.sh": '#!/bin/bash\nif [ "$1" = --yes ]; then\n  answer=yes\nelse\n  read -rp "Sure? " answer\nfi\nif [[ "$answer" =~ ^(yes|y)$ ]]; then\n  docker exec -i app ./reset\nfi\n'
            },
            title="an option says yes, and gives no terminal",
        ),
        Bad(
            {
                "Makefile": (
                    "view:\n\tdocker run -it -p 127.0.0.1:8000:8000 docs sh -xc 'make livehtml'\n\n"
                    "docs-serve:\n\tdocker run --rm -it -p 8000:8000 docs\n"
                ),
                "start-docs.sh": '#!/bin/sh\ndocker run --rm -it -p 8000:8000 -v "$PWD:/docs" docs:latest\n',
            },
            at=("Makefile:2", "Makefile:5", "start-docs.sh:2"),
            fixed={
                "Makefile": "view:\n\tdocker run -i -p 127.0.0.1:8000:8000 docs sh -xc 'make livehtml'\n\ndocs-serve:\n\tdocker run --rm -i -p 8000:8000 docs\n",
                "start-docs.sh": '#!/bin/sh\ndocker run --rm -i -p 8000:8000 -v "$PWD:/docs" docs:latest\n',
            },
            title="a server at a port needs no terminal, whatever the target's name",
        ),
    ),
    good=(
        Good(
            {
                "Makefile": (
                    "serve:\n\tdocker run -it -p 8000:8000 image bash\n\nstart:\n\tdocker run -it -p 8000:8000 image sh -c 'make; exec bash'\n\n"
                    "shell:\n\tdocker run -it -p 8000:8000 image\n\nrun:\n\tdocker run -it image\n"
                )
            },
            because="a shell is opened, or nothing says that it serves",
        ),
        Good({"test.sh": "#!/bin/sh\ndocker run --rm -i image make < input\n"}, because="no terminal is asked for"),
        Good({"test.sh": "#!/bin/sh\ndocker run -itd --name app image\n"}, because="detached"),
        Good(
            {"test.sh": '#!/bin/sh\ndocker run --rm -t -v "$PWD:/src" "$IMAGE" -i ./pkg\n'},
            because="-t alone leaves standard input out of it, and the -i is for the program in the image",
        ),
        Good({"Makefile": "shell:\n\tdocker run -it image bash\n"}, because="the target is there to open a shell"),
        Good(
            {"Makefile": "try:\n\tdocker run -it --rm alpine sh -c 'apk add neovim && nvim'\n"},
            because="it ends in an editor that somebody wants to sit at",
        ),
        Good(
            {"test.sh": '#!/bin/bash\nTTY=""\n[ -t 0 ] && TTY=-it\ndocker run $TTY image make\n'},
            because="only at a terminal",
        ),
        Good(
            {"test.sh": "#!/bin/bash\nif [ -t 0 ]; then\n  docker run -it image make\nfi\n"},
            because="only at a terminal",
        ),
        Good(
            {"plugins/tmux/tmux.plugin.sh": 'function tms {\n  tmux new-session -As "$1"\n}\n'},
            because="an interactive shell loads it",
        ),
        Good({"test.sh": "#!/bin/sh\ntmux new-session -d 'make watch'\n"}, because="detached"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag commands that want a terminal."""
    for hit in hits(command, repository, "terminal"):
        yield hit if hit.fix is not None else replace(hit, fix=_without_terminal(command, repository))


_CONTAINERS = frozenset({"docker", "podman", "nerdctl", "docker-compose", "kubectl", "oc"})


def _without_terminal(command: Command, repository: Repository) -> Fix | None:
    """Leave -t out of what starts or enters a container; -i may stay, since what is fed in is still read."""
    text = repository.text(command.place.path)
    for word in command.arguments if command.program in _CONTAINERS else ():
        if word.text in {"-it", "-ti"} and is_written(word.text, word.span, text):
            return Fix("leave -t out", (Edit(command.place.path, word.span, "-i"),))
        if word.text in {"-t", "--tty"}:
            return without_option(command, word.text, repository)
        if not word.text.startswith("-") and word.text not in {"run", "exec", "compose", "container"}:
            return None  # what follows is for the program in the container
    return None
