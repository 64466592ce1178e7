"""A CI job or image installs whatever version is newest today."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.pinning.image_assignments import floating_images_run
from agentlint.judgements.pinning.installs import (
    CONTAINER_PROGRAMS,
    INSTALL_PROGRAMS,
    unpinned_packages,
)
from agentlint.judgements.pinning.newest_wanted import newest_is_wanted
from agentlint.judgements.pinning.nightlies import installs_nightly
from agentlint.judgements.pinning.own_images import built_here
from agentlint.judgements.pinning.own_packages import is_own_package
from agentlint.judgements.pinning.runtime_managers import MANAGERS, newest_runtime
from agentlint.judgements.pinning.shared_work import says_newest
from agentlint.judgements.pinning.versions import runs_unattended
from agentlint.judgements.running.scope import in_prose
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="REP803",
    name="floating-tools",
    category=Category.REPRODUCIBILITY,
    summary="A CI job or image installs named tools with no version.",
    why="The run of tomorrow has another linter or test runner: red without a change, and nothing in the commit says why.",
    remediation="Name the version (`pip install tox==4.25.0`), or install from a file with pins or a lock.",
    severity=Severity.MINOR,
    cost=Cost(seconds=10),
    station=Station.SET_UP,
    evidence=("E9",),
    programs=INSTALL_PROGRAMS | frozenset(MANAGERS) | {"rustup"},
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - run: pip install tox coverage\n"
                )
            },
            at=(".github/workflows/ci.yml:7",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - npm install -g eslint\n    - yarn global add node-gyp\n",
                "package.json": '{"name": "x", "devDependencies": {"node-gyp": "^11"}}\n',
            },
            at=(".gitlab-ci.yml:4", ".gitlab-ci.yml:5"),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - sdk install groovy\n    - composer require --dev phpstan/phpstan\n"
            },
            at=(".gitlab-ci.yml:4", ".gitlab-ci.yml:5"),
        ),
        Bad({"Dockerfile": "FROM python:3.12\nRUN pip install gunicorn\n"}, at=("Dockerfile:2",)),
        Bad(
            {
                "Makefile": "fmt:\n\tgofumpt --version || go install mvdan.cc/gofumpt@latest\nupdate:\n\tgo install x.example/up@latest\n"
            },
            at=("Makefile:2",),
            title="the word stands there for all who work on it",
        ),
        Bad(
            {
                "Makefile": "lint:\n\thash golint || go get -u golang.org/x/lint/golint\n\tgolint ./...\nnext:\n\tgo get -u example.org/own/part/v2\n",
                "go.mod": "module example.org/x/y\n\nrequire example.org/own/part v1.2.0\n",
            },
            at=("Makefile:2",),
            title="a tool, and not what go.mod requires",
        ),
        Bad(
            {
                "go.mod": "module example.org/x/y\n\ngo 1.24\n",
                "Dockerfile": "FROM golang:1.24\nCOPY . .\nRUN go install example.org/x/y@latest\n",
            },
            at=("Dockerfile:3",),
            title="the newest release of this very program, in place of what was copied",
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    "variables:\n  pip: pip3 --timeout 100 --retries 10\nlint:\n  timeout: 5m\n  script:\n    - $pip install bandit\n"
                    "    - conda install -y 'h5py>=3.10' conda-forge::notebook>=7\n    - docker run --rm docker:dind true\n"
                ),
                "docker/dockerfile-tools": "FROM python:3.12\nRUN conda create -n x numpy\n",
            },
            at=(".gitlab-ci.yml:6", ".gitlab-ci.yml:7", ".gitlab-ci.yml:8", "docker/dockerfile-tools:2"),
            title="options before the verb, lower bounds, and a tag that names a variant",
        ),
        Bad(
            {
                ".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - go install golang.org/x/tools/cmd/goimports@latest\n"
            },
            at=(".gitlab-ci.yml:4",),
        ),
        Bad(
            {".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - docker run --rm -v $PWD:/x ghcr.io/a/b check\n"},
            at=(".gitlab-ci.yml:4",),
        ),
        Bad(
            {".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - pip install 'codespell>=2.2'\n"},
            at=(".gitlab-ci.yml:4",),
            title="a lower bound floats",
        ),
        Bad(
            {".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - pip install 'numpy<2.0' 'tox>=4,<5'\n"},
            at=(".gitlab-ci.yml:4",),
            title="an upper bound alone floats below it, and a range is one on purpose",
        ),
        Bad(
            {".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - python -m pip install --upgrade pip\n"},
            at=(".gitlab-ci.yml:4",),
            title="an installer floats as its packages do",
        ),
        Bad(
            {".gitlab-ci.yml": "docs:\n  timeout: 5m\n  script:\n    - cargo install --locked mdbook\n"},
            at=(".gitlab-ci.yml:4",),
            title="--locked pins what the newest release depends on, and not the release",
        ),
        Bad(
            {".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - cpanm --notest Test::Nginx\n"},
            at=(".gitlab-ci.yml:4",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    runs-on: windows-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - run: Install-Module -Name Pester -Force\n        shell: pwsh\n"
                )
            },
            at=(".github/workflows/ci.yml:7",),
        ),
        Bad(
            {
                "check.sh": (
                    "#!/bin/sh\nengine=docker\n$engine run --rm --log-driver none ghcr.io/a/b:latest x\n"
                    '$CONTAINER_ENGINE run --userns host "${IMAGE:-busybox}" true\n'
                )
            },
            at=("check.sh:3", "check.sh:4"),
            title="a variable holds the program, or the image by default",
        ),
        Bad(
            {
                "build": '#!/bin/sh\nIMAGE="example/maker:latest"\ndocker pull "$IMAGE"\ndocker run --rm -t \\\n  -v .:/x "${IMAGE}" make\n'
            },
            at=("build:2",),
            title="told once, where the variable is set",
        ),
        Bad(
            {
                "tools/wheels.sh": (
                    "#!/bin/sh\nif [ $ARCH = arm64 ]; then\n  docker_image=quay.io/pypa/manylinux_2_28_aarch64:latest\nelse\n"
                    "  docker_image=quay.io/pypa/manylinux_2_28_x86_64\nfi\ndocker run -t -v $(pwd):/io $docker_image /io/build.sh\n"
                ),
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - $PYTHON_OF_LEG -m pip install -U pip\n",
            },
            at=(".gitlab-ci.yml:4", "tools/wheels.sh:3", "tools/wheels.sh:5"),
            title="each image that a branch chooses, and a Python behind a variable",
        ),
        Bad(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - cabal install cabal-plan\n    - opam install -y ocamlformat\n    - asdf install uv latest\n"
            },
            at=(".gitlab-ci.yml:4", ".gitlab-ci.yml:5", ".gitlab-ci.yml:6"),
        ),
        Bad(
            {".gitlab-ci.yml": "release:\n  timeout: 5m\n  script:\n    - python -m pip install autopub[github]\n"},
            at=(".gitlab-ci.yml:4",),
            title="extras without quotes",
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    "test:\n  timeout: 5m\n  script:\n    - cargo +nightly install cargo-fuzz\n    - cargo binstall -y cross\n"
                    "    - cargo install --git https://github.com/x/y\n    - go get -u github.com/x/lint\n    - conda install -y numpy\n"
                    "    - helm upgrade --install --wait db bitnami/redis\n    - dart pub global activate melos\n"
                    "    - pipx inject poetry poetry-plugin-export\n    - deno install -g jsr:@x/y\n    - mix archive.install hex phx_new\n"
                    "    - choco install -y nasm --source https://x.example\n    - gem update --system\n    - gem install tf -v '>=0.4.6'\n"
                )
            },
            at=tuple(f".gitlab-ci.yml:{line}" for line in range(4, 17)),
            title="other words for the same",
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    "test:\n  timeout: 5m\n  script:\n    - npm install totp-generator\n    - pnpm add -D @x/y tsx@1.2.3\n"
                    "    - jenkins-plugin-cli --plugins git workflow-api:1.2\n    - gh extension install x/gh-y\n"
                    "    - buildah from --pull registry.example.org/x/y\n    - docker container run --rm nats:latest\n"
                )
            },
            at=tuple(f".gitlab-ci.yml:{line}" for line in range(4, 10)),
            title="a package that no package.json declares, plugins, and images by other verbs",
        ),
        Bad(
            {
                "Vagrantfile": (
                    'Vagrant.configure("2") do |config|\n  config.vm.provision :shell, privileged: false, inline: <<-EOF\n'
                    "    cargo install cargo-hack\n  EOF\n  config.vm.provision 'shell', inline: 'pip install tox'\nend\n"
                ),
                "packer/windows/tools.ps1": "choco install -y jq\n",
            },
            at=("Vagrantfile:3", "Vagrantfile:5", "packer/windows/tools.ps1:1"),
            title="scripts that set up a machine",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  bsd:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: cross-platform-actions/action@v1.4.0\n        with:\n          shell: bash\n"
                    "      - shell: cpa.sh {0}\n        run: pip install virtualenv\n"
                )
            },
            at=(".github/workflows/ci.yml:11",),
            title="a shell inside a virtual machine",
        ),
        Bad(
            {
                ".teamcity/settings.kts": 'script { scriptContent = "docker run x /src/_scripts/test.sh" }\n',
                "_scripts/test.sh": "#!/bin/sh\ngo install example.org/x/cmd/y@latest\n",
            },
            at=("_scripts/test.sh:2",),
            title="a script that a CI system calls whose language is not read",
        ),
        Bad(
            {
                "Earthfile": "VERSION 0.8\nlint:\n    FROM python:3.12.4\n    RUN pip install \\\n        ruff\n    RUN ruff check .\n"
            },
            at=("Earthfile:4",),
            title="in a target of an Earthfile",
        ),
        Bad(
            {
                ".travis.yml": (
                    "language: generic\nscript:\n  - nvm install --lts\n  - sudo n latest\n  - volta install node\n  - rvm use ruby --install\n"
                    "  - rustup toolchain install nightly -c rustfmt\n"
                ),
            },
            at=tuple(f".travis.yml:{line}" for line in range(3, 8)),
            title="a language at whatever version is newest",
        ),
    ),
    good=(
        Good(
            {
                ".travis.yml": (
                    "language: generic\nscript:\n  - nvm install\n  - nvm install 22 --latest-npm\n  - n 22\n  - volta install node@22\n"
                    "  - rvm use 3.3 --install\n  - nvm install $NODE\n  - nvm use --silent lts/jod\n"
                ),
            },
            because="a file or a version decides",
        ),
        Good(
            {
                "package.json": '{"name": "x", "dependencies": {"left-pad": "1.3.0"}}',
                ".gitlab-ci.yml": (
                    "test:\n  timeout: 5m\n  script:\n    - npm install left-pad\n    - npm install ./x-1.0.tgz x-1.0.tgz\n"
                    "    - npm install --no-save react@18\n    - pnpm playwright install chromium\n    - jenkins-plugin-cli --plugins git:5.2.0\n"
                    "    - buildah from localhost/x\n    - docker run --rm $IMAGE\n"
                ),
            },
            because="a declared package, files, versions, and what is built here",
        ),
        Good(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - choco install nasm --version=2.16.3 -y\n"
                "    - choco install packages.config\n    - gem install tf -v '~> 1.0'\n    - gem update --system 3.6.9\n    - go install golang.org/dl/gotip@latest\n"
            },
            because="a version is named, on the line or in the list, or the tip is what is tried",
        ),
        Good(
            {
                "charts/app/Chart.yaml": "name: app\n",
                "pyproject.toml": '[project]\nname = "tool"\nversion = "1"\n',
                ".gitlab-ci.yml": (
                    "test:\n  timeout: 5m\n  script:\n    - cargo install --git https://github.com/x/y --rev 1a2b3c4\n    - helm install app charts/app\n"
                    "    - conda install -y numpy=1.26\n    - dart pub global activate melos 6.1.0\n    - deno run jsr:@x/y@1.2\n"
                    "    - pip install tool[all]\n    - mix archive.install hex phx_new 1.7.0\n"
                ),
            },
            because="versions, a chart of this repository, and its own package",
        ),
        Good(
            {
                "tox.ini": "[testenv]\ncommands_pre =\n    piplatest: python -m pip install -U pip\ncommands = pytest\n",
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - tox\n",
            },
            because="the newest is what this environment tries",
        ),
        Good(
            {
                ".github/workflows/newest.yml": (
                    "on:\n  schedule:\n    - cron: '0 4 * * 1'\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n"
                    "    steps:\n      - run: pip install -U numpy\n"
                )
            },
            because="once a week a job meets the newest, and no change waits for it",
        ),
        Good(
            {
                ".gitlab-ci.yml": (
                    "next:\n  timeout: 5m\n  script:\n    - pip install --pre -i https://pypi.anaconda.org/scientific-python-nightly-wheels/simple numpy\n"
                    "    - pip install torch --index-url https://download.pytorch.org/whl/nightly/cpu\n"
                )
            },
            because="what is to be released next is tried",
        ),
        Good(
            {"ci/wheel.ps1": "pip install @(Get-ChildItem *.whl) -v\nconda install -y numpy=1.26 'scipy>=1,<2'\n"},
            because="files that a command lists, a version, and a range",
        ),
        Good(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - sdk install groovy 4.0.28\n    - sdk install java $JAVA\n"
                "    - composer require phpstan/phpstan:^2 a/b=1.2\n    - composer require a/b ^1.2\n    - composer require a/b $V\n"
            },
            because="versions, the one behind a variable too",
        ),
        Good(
            {"README.md": "# X\n\n```sh\ndocker run -it --rm -e TOKEN=<token> ghcr.io/a/changelog --user a\n```\n"},
            because="a page shows it, and its reader fills it in",
        ),
        Good(
            {
                "shellcheck.cabal": "name: shellcheck\n",
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - cabal install shellcheck\n",
            },
            because="the package of this repository itself",
        ),
        Good(
            {
                ".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - docker run --rm -v $PWD:/x ghcr.io/a/b:1.2 check\n"
            },
            because="a tag",
        ),
        Good(
            {".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - docker run --rm app true\n"},
            because="an image that is built here",
        ),
        Good({".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - pip install tox==4.25.0\n"}, because="pinned"),
        Good(
            {".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - pip install -r requirements.txt -e .\n"},
            because="a file decides",
        ),
        Good(
            {".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - python -m pip install pip==24.2\n"},
            because="the installer itself, pinned",
        ),
        Good(
            {
                "Dockerfile": "FROM perl:5.40\nRUN cpanm --installdeps .\n",
                "cpanfile": "requires 'Plack';\n",
            },
            because="a file names what is installed",
        ),
        Good(
            {".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - pip install -c constraints.txt tox\n"},
            because="constraints decide",
        ),
        Good(
            {
                ".gitlab-ci.yml": "lint:\n  timeout: 5m\n  variables:\n    UV_CONSTRAINT: ci/constraints.txt\n  script:\n    - uv tool install nox\n"
            },
            because="constraints of the environment decide",
        ),
        Good({"install.sh": "#!/bin/sh\npip install awscli\n"}, because="an installer for users wants the newest"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag unpinned package arguments where a run's result depends on them, and floating images wherever they are run."""
    container = command.program in CONTAINER_PROGRAMS
    wherever = (container and not in_prose(command, repository)) or says_newest(command, repository)
    if not runs_unattended(command, repository) and not wherever:
        return
    if newest_is_wanted(command, repository):
        return
    if container:
        for image, place in floating_images_run(command, repository):
            if not built_here(image, repository):
                yield Hit(place=place, message=f"`{image}` run with no version; pin it", unit=command.unit)
        return
    runtime = "rust" if installs_nightly(command, repository) else newest_runtime(command, repository)
    found = unpinned_packages(command) if not runtime else ()
    names = tuple(name for name in found if not is_own_package(name, command, repository))
    if runtime:
        message = f"`{runtime}` is installed at whatever version is newest; name one, or a file that holds it"
        yield Hit(place=command.place, message=message, unit=command.unit)
    elif names:
        shown = ", ".join(f"`{name}`" for name in names[:3]) + (" …" if len(names) > 3 else "")
        yield Hit(place=command.place, message=f"{shown} installed with no version; pin it", unit=command.unit)
