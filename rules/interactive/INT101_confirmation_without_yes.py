"""A command that asks "Do you want to continue?" and is not given its yes-flag."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.asking import hits, programs_that_wait
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="INT101",
    name="confirmation-without-yes",
    category=Category.INTERACTIVE,
    summary="A command asks for a confirmation and has no flag that gives it.",
    why=(
        "Package managers and clean-up commands stop at a yes-or-no question. With nobody there the question is answered by "
        "the end of input, and the command fails or quietly does nothing; on an open pipe or an idle terminal it hangs until "
        "the time limit. The flag that answers costs three characters."
    ),
    remediation="Add the flag that the message names (`apt-get install -y`, `docker system prune -f`, `pip uninstall -y`).",
    severity=Severity.BLOCKER,
    programs=programs_that_wait("confirm", "license"),
    references=("https://manpages.debian.org/apt-get", "https://docs.docker.com/reference/cli/docker/system/prune/"),
    bad=(
        Bad(
            {
                "Dockerfile": (
                    "FROM debian:12\nARG INSTALL_AGENT=false\nRUN if [ ${INSTALL_PROBE} = false -a ${INSTALL_AGENT} = true ]; then \\\n"
                    "    apt-get update -yqq && \\\n    apt-get install agent \\\n;fi\n"
                )
            },
            at=("Dockerfile:5",),
            fixed={
                "Dockerfile": (
                    "FROM debian:12\nARG INSTALL_AGENT=false\nRUN if [ ${INSTALL_PROBE} = false -a ${INSTALL_AGENT} = true ]; then \\\n"
                    "    apt-get update -yqq && \\\n    apt-get install -y agent \\\n;fi\n"
                )
            },
            title="a build argument chooses what is installed, and answers nothing",
        ),
        Bad(
            {
                "Makefile": "CONDA := $(shell which conda)\nsetup:\n\t$(CONDA) create --name dev --file requirements.txt\n"
            },
            at=("Makefile:3",),
            fixed={
                "Makefile": "CONDA := $(shell which conda)\nsetup:\n\t$(CONDA) create -y --name dev --file requirements.txt\n"
            },
            title="the program is found by make",
        ),
        Bad(
            {"packagecore.yaml": "packages:\n  fedora25:\n    commands:\n      pre:\n        - dnf install python3\n"},
            at=("packagecore.yaml:5",),
            fixed={
                "packagecore.yaml": "packages:\n  fedora25:\n    commands:\n      pre:\n        - dnf install -y python3\n"
            },
        ),
        Bad(
            {"cloud-init.yaml": "#cloud-config\nruncmd:\n  - yum install httpd\n"},
            at=("cloud-init.yaml:3",),
            fixed={"cloud-init.yaml": "#cloud-config\nruncmd:\n  - yum install -y httpd\n"},
        ),
        Bad(
            {"Dockerfile": "FROM debian:12\nRUN apt-get update && apt-get install curl\n"},
            at=("Dockerfile:2",),
            fixed={"Dockerfile": "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n"},
            title="an image build has no terminal: it fails",
        ),
        Bad(
            {"install.sh": "#!/bin/sh\nset -e\nsudo apt-get -q install $PACKAGES\n"},
            at=("install.sh:3",),
            fixed={"install.sh": "#!/bin/sh\nset -e\nsudo apt-get -q install -y $PACKAGES\n"},
        ),
        Bad(
            {"Makefile": "clean:\n\tdocker system prune\n"},
            at=("Makefile:2",),
            fixed={"Makefile": "clean:\n\tdocker system prune -f\n"},
            title="removes nothing where input is empty, and exits 0",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pip uninstall demo\n"
                )
            },
            at=(".github/workflows/ci.yml:6",),
            fixed={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pip uninstall -y demo\n"
                )
            },
        ),
        Bad(
            {"deploy.sh": "#!/bin/bash\nterraform -chdir=infra apply\n"},
            at=("deploy.sh:2",),
            fixed={"deploy.sh": "#!/bin/bash\nterraform -chdir=infra apply -auto-approve\n"},
            title="the approval of a plan",
        ),
        Bad(
            {"package.json": '{"scripts": {"release": "lerna publish"}}\n'},
            at=("package.json:1",),
            fixed={"package.json": '{"scripts": {"release": "lerna publish --yes"}}\n'},
        ),
        Bad(
            {"Makefile": "typos:\n\tcodespell -S .git -w -i1\nmore:\n\tcodespell -i 3 -w src\n"},
            at=("Makefile:2", "Makefile:4"),
        ),
        Bad(
            {"paper/Makefile": "%.pdf: %.tex\n\tpdflatex $*\n\tbibtex $*\n\tpdflatex $*\n"},
            at=("paper/Makefile:2", "paper/Makefile:4"),
            title="TeX stops at an error in the document and asks what to do",
            fixed={
                "paper/Makefile": (
                    "%.pdf: %.tex\n\tpdflatex -interaction=nonstopmode -halt-on-error $*\n\tbibtex $*\n"
                    "\tpdflatex -interaction=nonstopmode -halt-on-error $*\n"
                )
            },
        ),
        Bad(
            {
                ".woodpecker.yml": (
                    "steps:\n  a:\n    image: rust:1.85\n    commands:\n      - apt-get update\n      - apt-get install cmake\n"
                )
            },
            at=(".woodpecker.yml:6",),
            fixed={
                ".woodpecker.yml": (
                    "steps:\n  a:\n    image: rust:1.85\n    commands:\n      - apt-get update\n      - apt-get install -y cmake\n"
                )
            },
            title="behind an update it asks",
        ),
        Bad(
            {
                "scripts/install_deps.sh": "#!/bin/sh\napt-get install gcc\n",
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: sudo scripts/install_deps.sh\n"
                ),
            },
            at=("scripts/install_deps.sh:2",),
            fixed={"scripts/install_deps.sh": "#!/bin/sh\napt-get install -y gcc\n"},
            title="a script that a hosted job calls and people run too",
        ),
        Bad(
            {
                "deps.sh": "#!/bin/sh\nquiet=\n# To install without questions:\n# quiet='--yes'\nsudo apt-get $quiet install gcc\n",
                "restore.sh": "#!/bin/sh\nasr restore --source a.dmg --target $usb_device --erase\n",
            },
            at=("deps.sh:5", "restore.sh:2"),
            fixed={
                "deps.sh": "#!/bin/sh\nquiet=\n# To install without questions:\n# quiet='--yes'\nsudo apt-get $quiet install -y gcc\n",
            },
            title="a variable that is empty on every way, and one that names a device",
        ),
        Bad(
            {
                "setup.sh": (
                    '#!/bin/sh\n. ./common.sh\ncase "$PACKAGER" in\n  zypper) "$ESCALATION_TOOL" "$PACKAGER" install openssl ;;\n'
                    '  pacman) sudo "$PACKAGER" -U app.pkg.tar.zst ;;\n  dnf) "$PACKAGER" autoremove ;;\nesac\n'
                )
            },
            at=("setup.sh:4", "setup.sh:5", "setup.sh:6"),
            fixed={
                "setup.sh": (
                    '#!/bin/sh\n. ./common.sh\ncase "$PACKAGER" in\n  zypper) "$ESCALATION_TOOL" "$PACKAGER" install openssl ;;\n'
                    '  pacman) sudo "$PACKAGER" -U app.pkg.tar.zst ;;\n  dnf) "$PACKAGER" autoremove -y ;;\nesac\n'
                )
            },
            title="the arm tells which program the variable holds",
        ),
        Bad(
            {"void": '#!/bin/bash\nrequirements_void_libs_install() {\n  xbps-install -S "$@" || return $?\n}\n'},
            at=("void:3",),
            fixed={
                "void": '#!/bin/bash\nrequirements_void_libs_install() {\n  xbps-install -y -S "$@" || return $?\n}\n'
            },
            title="called by a name that is put together, and given packages",
        ),
        Bad(
            {
                "deps.sh": "#!/bin/sh\nfink install x\npkgin in x\nportmaster www/node\nphive install phpunit\nnimble install x\nspack gc\n"
            },
            at=("deps.sh:2", "deps.sh:3", "deps.sh:4", "deps.sh:5", "deps.sh:6", "deps.sh:7"),
            fixed={
                "deps.sh": (
                    "#!/bin/sh\nfink install x\npkgin in x\nportmaster www/node\nphive install phpunit\nnimble install -y x\nspack gc -y\n"
                )
            },
            title="package managers of other systems and languages",
        ),
        Bad(
            {
                "deps.sh": (
                    '#!/bin/bash\nmaybe_sudo() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }\n'
                    'packages() { sudo apt-get install "$@"; }\npackages curl git\nmaybe_sudo xbps-install -S curl\n'
                    "run_as_root pacman -S curl\n"
                )
            },
            at=("deps.sh:3", "deps.sh:5", "deps.sh:6"),
            fixed={
                "deps.sh": (
                    '#!/bin/bash\nmaybe_sudo() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }\n'
                    'packages() { sudo apt-get install -y "$@"; }\npackages curl git\nmaybe_sudo xbps-install -y -S curl\n'
                    "run_as_root pacman --noconfirm -S curl\n"
                )
            },
            title="a function that runs what follows it as root, and one whose callers give names alone",
        ),
    ),
    good=(
        Good(
            {
                "deps.sh": (
                    "#!/bin/sh\nfink -y install x\npkgin -y in x\nportmaster --no-confirm -G www/node\n"
                    "pacman -Ssq '^lib'\nphive install --trust-gpg-keys 4AA394086372C20A phpunit\nnimble -y install x\nspack install x\nspack gc -y\n"
                )
            },
            because="each by its own option",
        ),
        Good(
            {
                "deps.sh": (
                    '#!/bin/bash\npackages() { sudo apt-get install "$@"; }\npackages -y curl\npackages git\n'
                    "maybe_sudo apt-get install -y curl\nrequire_sudo apt-get install curl\n"
                ),
                "lib.sh": '#!/bin/bash\nother() { sudo apt-get install "$@"; }\n',
            },
            because="a caller brings the option, the function's callers are not known, and one only looks for sudo",
        ),
        Good(
            {
                "setup.sh": (
                    '#!/bin/sh\ncase "$PACKAGER" in\n  apt-get|dnf) "$ESCALATION_TOOL" "$PACKAGER" install -y openssl ;;\n'
                    '  apk) "$PACKAGER" add openssl ;;\nesac\n"$PACKAGER" install openssl\n'
                )
            },
            because="told not to ask, never asks, and nobody knows which it is",
        ),
        Good(
            {
                "deps.sh": '#!/bin/sh\nquiet=\nif [ "$1" = -q ]; then quiet=--yes; fi\nsudo apt-get $quiet install gcc\n',
                "more.sh": "#!/bin/sh\nquiet=\nwhile getopts y quiet; do :; done\nsudo apt-get $quiet install gcc\n",
            },
            because="the variable may hold the option",
        ),
        Good(
            {
                "paper/Makefile": (
                    "paper.pdf: paper.tex\n\tpdflatex -interaction=batchmode paper\n\txelatex --halt-on-error paper.tex\n"
                    "\tlualatex $(LATEX_OPTS) paper\n\tpdflatex '\\\\nonstopmode\\\\input{paper}'\n\tpdflatex --version\n"
                )
            },
            because="told to go on at an error",
        ),
        Good({"Makefile": "typos:\n\tcodespell -w -i 0 src\n\tcodespell -w src\n"}, because="level 0 asks nothing"),
        Good(
            {
                "cluster.sh": "#!/bin/bash\nargs=''\n[ \"$2\" = -f ] && args=--cluster-yes\nredis-cli --cluster create $hosts $args\n"
            },
            because="a variable brings the option",
        ),
        Good(
            {
                ".woodpecker.yml": "steps:\n  a:\n    image: rust:1.85\n    commands:\n      - apt-get install perl make bash\n"
            },
            because="the image has these and no lists of packages: nothing is left to confirm",
        ),
        Good({"install.sh": "#!/bin/sh\napt-get -qy install curl\n"}, because="-qy holds -y"),
        Good({"install.sh": "#!/bin/sh\nyes | apt-get install curl\n"}, because="`yes` answers"),
        Good({"install.sh": "#!/bin/sh\napt-get install $APT_OPTS curl\n"}, because="the options may hold -y"),
        Good({"install.sh": '#!/bin/sh\napt-get "$@"\n'}, because="the caller gives the options"),
        Good(
            {"install.sh": "#!/bin/sh\nif [ -t 0 ]; then\n  apt-get install curl\nfi\n"},
            because="runs only at a terminal",
        ),
        Good(
            {
                "Dockerfile": "FROM debian:12\nRUN echo 'APT::Get::Assume-Yes \"true\";' > /etc/apt/apt.conf.d/90yes\nRUN apt-get install curl\n"
            },
            because="apt is told so by its configuration",
        ),
        Good({"deploy.sh": "#!/bin/sh\nterraform apply plan.out\n"}, because="a saved plan never asks"),
        Good({"README.md": "# Demo\n\n```sh\nsudo apt-get install curl\n```\n"}, because="a reader types it"),
        Good({"clean.sh": "#!/bin/sh\nrm -rf build\n"}, because="rm asks only with -i"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag invocations of which the table says that they ask."""
    yield from hits(command, repository, "confirm", "license")
