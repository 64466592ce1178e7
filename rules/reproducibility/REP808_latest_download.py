"""A CI job or image downloads whatever release is newest."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.pinning.cloned_heads import clones_head, moves_submodules
from agentlint.judgements.pinning.fetched_scripts import (
    EVALUATES,
    asks_whether_it_is_there,
    belies_its_release,
    is_searched,
)
from agentlint.judgements.pinning.floating_addresses import FETCHERS, floats, of_script, where_it_moves
from agentlint.judgements.pinning.newest_wanted import wants_the_newest
from agentlint.judgements.pinning.own_project import bears_its_name, is_own
from agentlint.judgements.pinning.releases import newest_release_of, only_compares
from agentlint.judgements.pinning.versions import runs_unattended
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_TAKE_ADDRESSES = frozenset(
    "pip pip3 uv kubectl npm yarn pnpm dpkg rpm dnf yum zypper apt-get gem helm ansible-galaxy".split()
)
"""Programs that are given an address and fetch it themselves."""

RULE = Rule(
    id="REP808",
    name="latest-download",
    category=Category.REPRODUCIBILITY,
    summary="A CI job or image downloads the newest release, or the head of a branch, of somebody else's project.",
    why="The same commit runs with another tool tomorrow, and no cache key can name what was fetched.",
    remediation="Name the release in the address, and keep its checksum beside it.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=10),
    station=Station.SET_UP,
    programs=FETCHERS | EVALUATES | {"git", "gh", *_TAKE_ADDRESSES},
    bad=(
        Bad(
            {
                "README.md": "See https://github.com/x/y/issues.\n",
                "Dockerfile": "FROM ubuntu:24.04\nRUN curl -fsSL https://github.com/x/y/releases/latest/download/y.tar.gz -o y.tar.gz\n"
                "RUN curl -fLo z https://github.com/x/z/releases/download/continuous/z-x86_64.AppImage && chmod +x z && ./z\n",
            },
            at=("Dockerfile:2", "Dockerfile:3"),
        ),
        Bad(
            {
                "Dockerfile": "FROM debian:13\nRUN V=$(wget -qO- https://api.github.com/repos/x/y/tags | jq -r '.[0].name') && wget https://x.y/$V.tgz\n"
            },
            at=("Dockerfile:2",),
        ),
        Bad(
            {".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - pip install git+https://github.com/x/y.git\n"},
            at=(".gitlab-ci.yml:4",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - pip install https://github.com/x/y/archive/master.zip\n"
            },
            at=(".gitlab-ci.yml:4",),
        ),
        Bad(
            {"Dockerfile": "FROM ubuntu:24.04\nRUN curl -fsSL https://get.example.com | sh\n"},
            at=("Dockerfile:2",),
            title="an installer that takes what is newest",
        ),
        Bad(
            {
                "Dockerfile": "FROM ubuntu:24.04\nRUN curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y\n"
            },
            at=("Dockerfile:2",),
            title="a tool chain at whatever is stable",
        ),
        Bad(
            {
                "ci/bsd.sh": "#!/bin/sh\ncurl -sSf https://sh.rustup.rs -o rust.sh\nsh rust.sh --default-toolchain stable -y\n"
            },
            at=("ci/bsd.sh:2",),
            title="the same, kept in a file and run from it",
        ),
        Bad(
            {
                "install.sh": "#!/bin/sh\ncurl -fsSL https://raw.githubusercontent.com/x/y/master/plug.vim -o ~/.vim/plug.vim\n"
            },
            at=("install.sh:2",),
            title="a file of a branch is another file tomorrow on a person's machine too",
        ),
        Bad(
            {
                ".gitlab-ci.yml": "cover:\n  timeout: 5m\n  script:\n    - bash <(curl -Ls https://coverage.example.com/get.sh) report\n"
            },
            at=(".gitlab-ci.yml:4",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "cover:\n  timeout: 5m\n  script:\n    - curl -sfL https://coverage.example.com/get.sh > cover && bash cover\n"
            },
            at=(".gitlab-ci.yml:4",),
        ),
        Bad(
            {"Dockerfile": "FROM alpine:3.20\nRUN git clone --depth 1 https://github.com/x/y.git /opt/y\n"},
            at=("Dockerfile:2",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    "test:\n  timeout: 5m\n  variables:\n    OTHER: https://github.com/x/${NAME}.git\n  script:\n"
                    "    - curl -sfL https://coverage.example.com/cli > bin/cov\n    - chmod +x bin/cov\n"
                    '    - curl "https://awscli.amazonaws.com/awscli-exe-linux-$(uname -m).zip" -o aws.zip\n    - git clone $OTHER other\n'
                )
            },
            at=(".gitlab-ci.yml:6", ".gitlab-ci.yml:8", ".gitlab-ci.yml:9"),
            title="a program made ready to run, a vendor's address of the newest, and a repository behind a variable",
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    "test:\n  timeout: 5m\n  script:\n    - gh release download --repo x/y --pattern '*.whl' --clobber\n    - kubectl apply -f https://raw.githubusercontent.com/x/y/main/all.yaml\n"
                    "    - git submodule update --init --remote\n"
                )
            },
            at=(".gitlab-ci.yml:4", ".gitlab-ci.yml:5", ".gitlab-ci.yml:6"),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  a:\n    runs-on: windows-latest\n    timeout-minutes: 9\n    defaults:\n      run:\n"
                    "        shell: pwsh\n    steps:\n      - run: irm https://get.example.com/install.ps1 | iex\n"
                    "      - run: iex (iwr 'https://get.example.com/install.ps1').Content\n"
                )
            },
            at=(".github/workflows/ci.yml:10", ".github/workflows/ci.yml:11"),
        ),
        Bad(
            {
                "install.sh": (
                    "#!/bin/bash\nexport RELEASE=v1.2.0\nBASE=https://raw.githubusercontent.com/x/tool\n"
                    'curl -sSL -o /tmp/lib.sh "$BASE"/master/lib.sh\nsource /tmp/lib.sh\n'
                ),
                "setup.sh": (
                    "#!/bin/bash\ncurl -sS https://getcomposer.org/installer | php -- --filename=composer\n"
                    "main() {\n  curl -sSf https://sh.rustup.rs | sh -s -- -y\n}\nmain\n"
                ),
                "Makefile": (
                    ".tool:\n\t@curl -sL https://releases.example.com/tool/latest/tool-`uname -s` > .tool.tmp\n\t@chmod +x .tool.tmp\n"
                ),
                "ci/Dockerfile": "FROM php:8.3\nRUN curl -LO https://example.org/dep.phar && mv dep.phar /usr/bin/dep && chmod +x /usr/bin/dep\n",
                "Dockerfile": "FROM centos:7\nRUN curl -o config.sub 'https://git.example.org/gitweb/?p=config.git;a=blob_plain;f=config.sub;hb=HEAD'\n",
            },
            at=("Dockerfile:2", "Makefile:2", "ci/Dockerfile:2", "install.sh:4", "setup.sh:2", "setup.sh:4"),
            title="a sourced part, an installer for an interpreter, a function, a program of a build, and the head by gitweb",
        ),
        Bad(
            {
                "Dockerfile": 'FROM alpine:3.20\nCOPY . .\nRUN ./init.sh "$TARGETARCH"\n',
                "init.sh": "#!/bin/sh\nV=$(curl -sf https://api.github.com/repos/x/y/releases/latest | jq -r .tag_name)\ncurl -fLO https://x.example/$V.zip\n",
                "update.sh": "#!/bin/sh\ninstall_acme() {\n  curl -s https://get.acme.example | sh\n}\ninstall_acme\n",
                "up.sh": "#!/bin/sh\nkubectl apply -k https://github.com/x/y.git/config/ingress\nkubectl apply -k 'github.com/x/y//config?ref=main'\n",
                ".gitlab-ci.yml": "a:\n  timeout: 5m\n  script:\n    - pip install git+https://github.com/x/y@main 'z @ git+https://github.com/x/z@stable#egg=z'\n    - V=$(curl -fsSLI -o /dev/null -w '%{url_effective}' https://github.com/x/y/releases/latest)\n",
            },
            at=(".gitlab-ci.yml:4", ".gitlab-ci.yml:5", "init.sh:2", "up.sh:2", "up.sh:3", "update.sh:3"),
            title="a script that an image runs, what an updating script installs, a kustomization and a branch by its name",
        ),
        Bad({"Earthfile": "a:\n  FROM a:1\n  GIT CLONE https://github.com/o/lib x\n"}, at=("Earthfile:3",)),
        Bad(
            {
                "install.sh": (
                    '#!/bin/sh\ncurl -fsSL https://example.com/install.sh | "$ESCALATION_TOOL" sh\n'
                    "curl -fsSL https://example.com/install.sh | $SUDO bash -s -- -y\n"
                ),
                "install.ps1": ". { iwr -useb https://example.com/install.ps1 } | iex\ninstall -project tool -version 26\n",
            },
            at=("install.ps1:1", "install.sh:2", "install.sh:3"),
            title="a shell behind a variable that gives it rights, and a block of PowerShell whose output is evaluated",
        ),
        Bad(
            {
                "Makefile": (
                    "BRANCH ?= master\ncheck:\n\tgit clone https://github.com/x/lib /tmp/lib && (cd /tmp/lib && git checkout $(BRANCH))\n"
                    "\tgit clone -b main https://github.com/x/more\n"
                ),
                ".gitlab-ci.yml": (
                    "a:\n  timeout: 5m\n  script:\n    - make check\n    - pip install git+git://github.com/x/y.git\n"
                    "    - npm install git+https://github.com/x/y.git#main\n    - wget -qO- get.example.com | sh\n"
                    "    - wget https://apt.example.com/all.sh\n    - chmod +x all.sh\n    - ./all.sh 18\n"
                ),
                "ci/up.ps1": 'iex "& {$(irm get.example.com)} -RunAsAdmin"\n',
                "ci/brew.sh": '#!/bin/sh\nruby -e "$(curl -fsSL https://tool.example.com/install)"\n',
                "Dockerfile": 'FROM alpine:3.20\nENV X_VERSION="master"\nRUN curl -LfsS https://github.com/x/y/archive/${X_VERSION}.tar.gz | tar xz\n',
            },
            at=(
                *(f".gitlab-ci.yml:{line}" for line in (5, 6, 7, 8)),
                "Dockerfile:2",
                "Makefile:3",
                "Makefile:4",
                "ci/brew.sh:2",
                "ci/up.ps1:1",
            ),
            title="a checkout of the same head, other schemes, addresses without one, and a variable that holds the branch",
        ),
        Bad(
            {
                "README.md": "# Tool\n\nSee https://github.com/team/tool/issues.\n",
                "tool.service": "[Unit]\n",
                "install.sh": "#!/bin/sh\nif ! wget https://raw.githubusercontent.com/team/tool/master/tool.service -O /etc/tool; then\n  exit 1\nfi\n",
            },
            at=("install.sh:2",),
            title="a script of one release installs another's part, which lies beside it",
        ),
    ),
    good=(
        Good(
            {
                "README.md": "# Tool\n\nSee https://github.com/team/tool/issues.\n",
                "a.sh": "#!/bin/sh\nA=https://raw.githubusercontent.com/team/tool\nupdate() {\n  curl -fLo b.sh $A/main/b.sh\n}\n"
                "update\ncurl -fLo a.sh https://raw.githubusercontent.com/team/tool/main/a.sh\n",
                "b.sh": "#!/bin/sh\n_update_b() {\n  curl -fLo b https://raw.githubusercontent.com/team/tool/main/a.sh\n}\n_update_b\n",
            },
            because="a script that renews itself, and functions that update",
        ),
        Good(
            {
                ".gitlab-ci.yml": (
                    "a:\n  timeout: 5m\n  script:\n    - curl -fLO https://gitlab.com/x/deps/-/raw/main/android/deps-20211114.zip\n"
                    '    - curl -fLO "https://gitlab.com/x/deps/-/raw/main/${FILE}-${DEPS_TAG}-manifest.txt"\n    - LIST="$FILE-$DEPS_TAG.txt"\n'
                    '    - curl -fLo l "https://gitlab.com/x/deps/-/raw/main/$LIST"\n    - pip install git+https://github.com/x/y@deadbeef\n'
                ),
                "up.sh": "#!/bin/sh\nkubectl apply -k 'https://github.com/x/y/config?ref=v1.2'\nkubectl apply -k config/local\n",
                "update.sh": "#!/bin/sh\ncurl -s https://get.acme.example | sh\n",
            },
            because="the name of the file tells its release, a tag, and what a person calls to have the newest",
        ),
        Good(
            {
                "install.ps1": ". { iwr -useb https://example.com/install.ps1 } | iex\ninstall -project tool -version 26.1.3\n",
                "install.sh": "#!/bin/sh\ncurl -fsSL https://example.com/keys | $SUDO tee /etc/keys\ncurl -fsSL https://example.com/install.sh | $SUDO sh -s -- --version 1.2\n",
                ".gitlab-ci.yml": "wait:\n  timeout: 5m\n  script:\n    - until curl -s https://raw.githubusercontent.com/x/index/master/a/b | grep -q '1.2'; do sleep 1; done\n",
            },
            because="told a version, no shell, and asked until the answer holds what is waited for",
        ),
        Good(
            {
                "README.md": "# Tool\n\nSee https://github.com/team/tool/issues.\n",
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - git clone --depth 1 https://github.com/team/tool-tests.git tests\n",
            },
            because="another repository of the same owner is tried together with this one",
        ),
        Good(
            {
                "install.sh": (
                    "#!/bin/bash\nRELEASE=v1.2.0\nBASE=https://raw.githubusercontent.com/x/tool\n"
                    'curl -sSL -o /tmp/lib.sh "$BASE/$RELEASE/lib.sh"\nsource /tmp/lib.sh\n'
                    "curl -sS https://getcomposer.org/installer | php -- --version=2.8.1\n"
                    "curl -s https://example.org/status | python3 -m json.tool\ncurl -s https://example.org/list | perl -ne print\n"
                ),
                "Makefile": "data:\n\tcurl -sL https://example.com/latest/table.csv > table.csv\n",
            },
            because="the release, a version, and answers that are read and not run",
        ),
        Good(
            {
                ".gitlab-ci.yml": "tip:\n  timeout: 5m\n  script:\n    - git clone https://go.googlesource.com/go sdk/go-tip\n"
            },
            because="the head is what is tried, as the folder says",
        ),
        Good(
            {
                "bin/update-plugins": "#!/bin/sh\ncurl -fsSL https://raw.githubusercontent.com/x/y/master/plug.vim -o plug.vim\n"
            },
            because="a script that a person runs to have the newest",
        ),
        Good(
            {
                "Dockerfile": "FROM ubuntu:24.04\nRUN curl -sSf https://sh.rustup.rs | sh -s -- -y --default-toolchain 1.80.0\n",
                "ci/Dockerfile": "FROM ubuntu:24.04\nRUN curl -sSf https://sh.rustup.rs | sh -s -- -y --default-toolchain none\n",
            },
            because="the tool chain is named",
        ),
        Good(
            {
                "rust-toolchain.toml": '[toolchain]\nchannel = "1.80.0"\n',
                "Dockerfile": "FROM ubuntu:24.04\nRUN curl -sSf https://sh.rustup.rs | sh -s -- -y\n",
            },
            because="a file names the tool chain",
        ),
        Good(
            {
                "wait.sh": "#!/bin/sh\nsh -c 'while [ \"$(wget -qO- http://web:9000/health/)\" != ok ]; do sleep 1; done'\n",
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - ./wait.sh\n",
            },
            because="an answer that is compared, and not run",
        ),
        Good(
            {
                "check_update.sh": "#!/bin/sh\ncurl -s --head -o /dev/null https://raw.githubusercontent.com/x/y/main/get.sh || exit 1\ncurl -sSf -o now https://gitlab.com/x/y/-/raw/master/VERSION?ref_type=heads\ndiff now VERSION\n"
            },
            because="only asks whether it is there, or compares",
        ),
        Good(
            {"tox.ini": "[testenv:dev]\ncommands = pip install https://github.com/x/y/archive/main.tar.gz\n"},
            because="the environment tries the heads of its dependencies",
        ),
        Good(
            {
                "pyproject.toml": '[project]\nname = "tool"\nversion = "1"\n',
                ".gitlab-ci.yml": "smoke:\n  timeout: 5m\n  script:\n    - curl -fsSLO https://github.com/x/tool/releases/latest/download/tool\n"
                "    - gh release download -R x/tool\n",
            },
            because="the repository's own release is what is tried",
        ),
        Good(
            {
                "Dockerfile": "FROM alpine:3.20\nRUN git clone https://github.com/x/y.git /opt/y && git -C /opt/y checkout 1a2b3c4\n"
            },
            because="a commit is checked out",
        ),
        Good(
            {"Dockerfile": "FROM ubuntu:24.04\nRUN curl -fsSL https://get.example.com | sh -s -- --version 1.2.3\n"},
            because="the installer is told which version",
        ),
        Good(
            {"Dockerfile": "FROM ubuntu:24.04\nRUN curl -fsSL https://get.example.com/v1.2.3/install.sh | sh\n"},
            because="the version stands in the address",
        ),
        Good(
            {
                "Dockerfile": "FROM ubuntu:24.04\nRUN curl -fsSL https://github.com/x/y/releases/download/nightly-3f2a91c/y.tar.gz -o y.tar.gz\n"
            },
            because="releases by name",
        ),
        Good(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - pip install git+https://github.com/x/y.git@v1.2\n"
                "    - curl -s http://169.254.169.254/latest/meta-data/instance-id\n    - gh release download v1.2 -R x/y\n    - gh release download -R x/y $tag -p '*'\n    - gh release download -p '*'\n"
            },
            because="a tag, or releases of the repository's own",
        ),
        Good(
            {
                "Makefile": "BRANCH ?= v1.4\ncheck:\n\tgit clone https://github.com/x/lib lib && (cd lib && git checkout $(BRANCH))\n",
                ".gitlab-ci.yml": (
                    "a:\n  timeout: 5m\n  script:\n    - make check\n    - npm install git+https://github.com/x/y.git#v1.2.0\n"
                    "    - git clone -b main https://github.com/x/site\n    - git -C site push\n    - curl -s -o up.sh api.example.com/x\n"
                    "    - wget https://example.com/data.csv\n    - git clone -b v2 https://github.com/x/more\n"
                ),
                "ci/up.ps1": 'iex "& tool.ps1 -Name get.example.com"\n',
            },
            because="releases, data, a name that is not fetched, and a branch that the job adds to",
        ),
        Good(
            {
                ".gitlab-ci.yml": "tell:\n  timeout: 5m\n  script:\n"
                '    - |\n      curl -X POST --data \'{"icon": "https://raw.githubusercontent.com/x/y/main/i.png"}\' $HOOK\n'
            },
            because="the address stands in what is sent",
        ),
        Good(
            {"install.sh": "#!/bin/sh\ncurl -fsSLO https://github.com/x/y/releases/latest/download/y\n"},
            because="an installer for users wants the newest",
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag floating addresses where a run's result depends on them, and in scripts where what they bring is run or kept."""
    in_run = runs_unattended(command, repository)
    if not (in_run or of_script(command, repository)):
        return
    if command.program in FETCHERS and belies_its_release(command, repository):
        message = "a part of this script comes from a branch, though a variable names the release; take it from there"
        yield Hit(place=command.place, message=message, unit=command.unit)
        return
    if wants_the_newest(command, repository):
        return
    if command.program == "git":
        if in_run and (clones_head(command, repository) or moves_submodules(command)):
            yield Hit(
                place=command.place,
                message=f"`git {' '.join(command.texts())[:80]}` takes the head of a branch; clone a tag or check out a commit",
                unit=command.unit,
            )
        return
    if command.program == "gh":
        other = newest_release_of(command) if in_run else ""
        if other and not is_own(f"github.com/{other}", repository) and not bears_its_name(other, repository):
            message = f"the newest release of `{other}` is downloaded; name its tag"
            yield Hit(place=command.place, message=message, unit=command.unit)
        return
    if asks_whether_it_is_there(command) or is_searched(command, repository):
        return
    for word in command.arguments:
        told = word.text.startswith(("{", "["))  # JSON that is sent, and may hold the address of a picture
        if not told and not only_compares(word.text, command) and floats(word.text, command, repository, in_run):
            yield Hit(
                place=where_it_moves(word.text, command, repository),
                message=f"`{word.text[:80]}` is another file tomorrow; name a release",
                unit=command.unit,
            )
            return
