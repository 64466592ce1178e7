"""CI installs in a way that may change the lock file instead of following it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.source import Span
from agentlint.judgements.pinning.followed_locks import COMMIT, form_that_follows
from agentlint.judgements.pinning.raised_locks import RAISING
from agentlint.judgements.pinning.versions import runs_unattended
from agentlint.rule import Bad, Category, Cost, Edit, Fix, Good, Hit, Rule, Severity, Station
from agentlint.rule.inserting import is_written

_PACKAGES = dict.fromkeys(
    [
        *(f"apps/{name}/package.json" for name in ("web", "cli", "api")),
        "apps/web/package-lock.json",
        "apps/cli/package-lock.json",
    ],
    "{}\n",
)
_WAYS = (
    "#!/bin/bash\npushd ../apps/web\nnpm run x\nnpm install\npushd ../api\nnpm install\npopd\n"
    'cd "$TOP/apps/cli"\nnpm install\n'
)

RULE = Rule(
    id="REP802",
    name="install-ignores-lock",
    category=Category.REPRODUCIBILITY,
    summary="A CI job, image or package script installs without holding to the lock file.",
    why="`npm install` may resolve anew and rewrite the lock: the run tests other versions than the commit names.",
    remediation="Use the form that follows the lock: `npm ci`, `yarn install --frozen-lockfile`, `composer install`.",
    severity=Severity.MINOR,
    cost=Cost(seconds=10),
    station=Station.SET_UP,
    evidence=("E9",),
    references=(
        "https://docs.npmjs.com/cli/commands/npm-ci",
        "https://doc.rust-lang.org/cargo/commands/cargo-install.html#dealing-with-the-lockfile",
    ),
    programs=RAISING | frozenset({"yarn", "composer"}),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  build:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - run: npm install\n"
                ),
                "package.json": '{"name": "x", "dependencies": {"ms": "^2"}}\n',
                "package-lock.json": "{}\n",
            },
            at=(".github/workflows/ci.yml:7",),
            fixed={
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  build:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - run: npm ci\n"
                )
            },
        ),
        Bad(
            {
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - python -m pipenv install --dev\n",
                "Pipfile": "[packages]\nflask = '*'\n",
                "Pipfile.lock": "{}\n",
            },
            at=(".gitlab-ci.yml:4",),
            title="pipenv locks again where the Pipfile has changed",
        ),
        Bad(
            {
                ".gitignore": "*.lock\n",
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - poetry install --with dev\n",
                "pyproject.toml": "[tool.poetry]\nname = 'x'\n[tool.poetry.dependencies]\nflask = '^3'\n",
            },
            at=(".gitlab-ci.yml:4",),
            title="Poetry's lock file is ignored by git",
        ),
        Bad(
            {
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - composer update\n",
                "composer.json": '{"name": "a/b", "require": {"monolog/monolog": "^3"}}\n',
                "composer.lock": "{}\n",
            },
            at=(".gitlab-ci.yml:4",),
        ),
        Bad(
            {
                "Dockerfile": "FROM node:22.1\nCOPY package.json package-lock.json ./\nRUN npm install\n",
                "package.json": '{"name": "x", "dependencies": {"ms": "^2"}}\n',
                "package-lock.json": "{}\n",
            },
            at=("Dockerfile:3",),
            fixed={"Dockerfile": "FROM node:22.1\nCOPY package.json package-lock.json ./\nRUN npm ci\n"},
        ),
        Bad(
            {
                ".gitignore": "node_modules\npackage-lock.json\n",
                ".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - npm install\n",
                "package.json": '{"name": "x", "dependencies": {"ms": "^2"}}\n',
            },
            at=(".gitlab-ci.yml:4",),
            title="the lock file is ignored by git",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n      - run: ../ci/run.sh\n        working-directory: net\n"
                ),
                "ci/run.sh": _WAYS,
                **_PACKAGES,
            },
            at=("ci/run.sh:4", "ci/run.sh:9"),
            fixed={
                "ci/run.sh": _WAYS.replace("run x\nnpm install", "run x\nnpm ci").replace(
                    'cli"\nnpm install', 'cli"\nnpm ci'
                )
            },
            title="in the folder that the way there ends with",
        ),
        Bad(
            {
                "Cargo.toml": '[package]\nname = "x"\nversion = "1.0.0"\n',
                "Cargo.lock": "version = 4\n",
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - cargo install --force --path .\n",
                "crates/y/Cargo.toml": '[package]\nname = "y"\nversion = "1.0.0"\n',
                "ci/build.sh": "#!/bin/sh\ncargo install --path=crates/y --root out\n",
            },
            at=(".gitlab-ci.yml:4", "ci/build.sh:2"),
            title="cargo install passes the lock file by unless it is told",
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    "test:\n  timeout: 5m\n  script:\n    - cargo update\n    - uv sync --upgrade\n    - bun install\n"
                    "    - terraform init -upgrade\n    - bundle update\n    - go get -u ./...\n"
                ),
                **dict.fromkeys(
                    ("Cargo.lock", "uv.lock", "bun.lock", ".terraform.lock.hcl", "Gemfile.lock", "go.sum"), "\n"
                ),
            },
            at=tuple(f".gitlab-ci.yml:{line}" for line in range(4, 10)),
            title="what raises all that a lock file holds, and what passes it by",
        ),
    ),
    good=(
        Good(
            {
                ".gitlab-ci.yml": (
                    "newest:\n  timeout: 5m\n  script:\n    - cargo update\n    - cargo test\n"
                    "test:\n  timeout: 5m\n  script:\n    - cargo update -p time --precise 0.3.20\n    - bundle update rails\n"
                ),
                "Cargo.lock": "\n",
                "Gemfile.lock": "\n",
            },
            because="a job that meets the newest on purpose, and one package that is named",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - run: npm install\n"
                ),
                ".gitignore": "package-lock.json\n",
                "package.json": '{"name": "parser", "version": "1.0.0", "dependencies": {"ms": "^2.0.0"}}\n',
            },
            because="a library that keeps no lock file, on purpose",
        ),
        Good(
            {
                "Cargo.toml": '[package]\nname = "x"\nversion = "1.0.0"\n',
                "Cargo.lock": "version = 4\n",
                ".gitlab-ci.yml": (
                    "build:\n  timeout: 5m\n  script:\n    - cargo install --locked --path .\n    - cargo build --release\n"
                    "both:\n  timeout: 5m\n  script:\n    - cargo install --path . --locked\n    - cargo install --path .\n"
                    "elsewhere:\n  timeout: 5m\n  script:\n    - cargo install --path ../other\n    - cargo install --path vendor/z\n"
                ),
                "vendor/z/Cargo.toml": '[package]\nname = "z"\nversion = "1.0.0"\n\n[workspace]\n',
            },
            because="held to the lock file, tried both ways, and a crate that stands outside of it",
        ),
        Good(
            {
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - pipenv install --dev --deploy\n    - pipenv sync\n    - pipenv install flask==3.0\n    - poetry install\n",
                "Pipfile": "[packages]\nflask = '*'\n",
                "Pipfile.lock": "{}\n",
                "poetry.lock": "",
            },
            because="held to the lock file; Poetry refuses one that is out of date",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - if: ${{ !startsWith(github.ref, 'refs/heads/release/') }}\n        run: npm ci\n"
                    "      - if: ${{ startsWith(github.ref, 'refs/heads/release/') }}\n        run: npm install\n"
                ),
                "package-lock.json": '{"lockfileVersion": 3}\n',
            },
            because="the lock file holds but where a release has just raised its version",
        ),
        Good(
            {
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - npm ci\n",
                "package.json": '{"name": "x", "dependencies": {"ms": "^2"}}\n',
                "package-lock.json": "{}\n",
            },
            because="npm ci follows the lock",
        ),
        Good(
            {
                "ci/run.sh": (
                    '#!/bin/bash\npushd apps/web\nnpm ci\npopd\npushd ../apps/api\nnpm install\npopd\ncd "$TMPDIR/apps/web"\nnpm install\n'
                    "cd ../web\nnpm install\n"
                ),
                "old/web/package.json": "{}\n",
                **_PACKAGES,
            },
            because="a folder without a lock, one of the machine's, and one of two that end so",
        ),
        Good(
            {
                ".gitlab-ci.yml": (
                    "audit:\n  timeout: 5m\n  script:\n    - npm install\n    - npm audit fix\n    - git commit -am audit && git push\n"
                    "raise:\n  timeout: 5m\n  script:\n    - npm install\n    - git add package-lock.json && git commit -m lock && git push\n"
                ),
                "package.json": '{"name": "x", "dependencies": {"ms": "^2"}}\n',
                "package-lock.json": "{}\n",
            },
            because="the lock file is what these jobs change and hand in",
        ),
        Good(
            {
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - npm install\n",
                "package.json": '{"name": "x", "dependencies": {"ms": "^2"}}\n',
            },
            because="there is no lock file to follow",
        ),
        Good(
            {
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - npm install -g pnpm@9\n    - npm install left-pad@1.3.0\n",
                "package.json": '{"name": "x"}\n',
                "package-lock.json": "{}\n",
            },
            because="named packages are another matter",
        ),
        Good(
            {
                ".gitlab-ci.yml": "build:\n  timeout: 5m\n  script:\n    - yarn install\n",
                "package.json": '{"name": "x", "packageManager": "yarn@4.1.0"}\n',
                "yarn.lock": "\n",
            },
            because="Yarn 2 and later are immutable in CI by default",
        ),
    ),
)


_INSTALL_HOOKS = frozenset({"preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"})


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag installs in CI jobs and images whose lock file exists and is not held to."""
    unit = repository.units.get(command.unit)
    of_package = unit is not None and unit.kind is UnitKind.PACKAGE_SCRIPT
    if unit is not None and of_package and unit.name in _INSTALL_HOOKS:
        # The install that calls a hook has its own answer; one of another folder does not.
        of_package = command.directory != posixpath.dirname(unit.place.path)
    if not of_package and not runs_unattended(command, repository):
        return
    better = form_that_follows(command, repository)
    if better is None:
        return
    operands = [word.text for word in command.arguments if not word.text.startswith("-")]
    yield Hit(
        place=command.place,
        message=f"`{command.program} {' '.join(operands[:1])}`".replace(" `", "`")
        + (
            f" resolves anew in each run, as .gitignore keeps the lock file out; install from {better}"
            if better == COMMIT
            else f" may leave the lock file behind; use `{better}`"
        ),
        unit=command.unit,
        fix=_fix(command, better, repository),
    )


def _fix(command: Command, better: str, repository: Repository) -> Fix | None:
    if better != "npm ci" or command.wrappers:
        return None
    word = next(word for word in command.arguments if word.text in {"install", "i"})
    if not is_written(word.text, word.span, repository.text(command.place.path)):
        return None
    return Fix(
        "install from the lock file",
        (Edit(command.place.path, Span(word.span.start, word.span.end), "ci"),),
        safe=False,
    )
