"""CI runs a linter in its human format though it has one for machines."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.judgements.reporting.reporting import Silence, hands_over, silences
from agentlint.judgements.running.scope import as_written, one_off
from agentlint.programs.action_formats import untold
from agentlint.rule import Bad, Category, Cost, Fix, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.edits import after_program, at_end

_HEAD = "on: pull_request\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n"

RULE = Rule(
    id="OUT402",
    name="lint-for-eyes",
    category=Category.HUMAN_OUTPUT,
    summary="A linter or type checker runs in CI in its human format, where it has an annotation or data format.",
    why=(
        "Findings with file, line and rule are what an agent can act on at once; in the human format it has to dig them out of "
        "the log, and the forge shows none of them at the change."
    ),
    remediation="Use the tool's github, gitlab, sarif, junit or json format, or an action that annotates.",
    severity=Severity.MINOR,
    cost=Cost(seconds=10, source="E34"),
    station=Station.CI,
    evidence=("E34",),
    bad=(
        Bad(
            {".github/workflows/ci.yml": _HEAD + "      - run: ruff check .\n"},
            at=(".github/workflows/ci.yml:6",),
            fixed={".github/workflows/ci.yml": _HEAD + "      - run: ruff check . --output-format=github\n"},
        ),
        Bad(
            {".gitlab-ci.yml": "lint:\n  script:\n    - mypy src\n    - hadolint Dockerfile\n"},
            at=(".gitlab-ci.yml:3", ".gitlab-ci.yml:4"),
            fixed={
                ".gitlab-ci.yml": (
                    "lint:\n  script:\n    - mypy src --junit-xml=mypy.xml\n    - hadolint Dockerfile -f json\n"
                )
            },
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: make lint\n",
                "Makefile": "lint:\n\tshellcheck *.sh\n\tpyright\n",
            },
            at=(".github/workflows/ci.yml:6", "Makefile:2", "Makefile:3"),
            title="where CI starts them, and where each stands",
        ),
        Bad(
            {
                ".circleci/config.yml": (
                    "version: 2.1\njobs:\n  lint:\n    docker: [{image: cimg/node:22.0}]\n    steps:\n      - run: npx eslint .\n"
                )
            },
            at=(".circleci/config.yml:6",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - uses: actions/setup-node@v4\n      - run: npm run lint\n",
                "package.json": '{\n"scripts": {\n"lint": "eslint --format stylish . && markdownlint docs"\n}}\n',
            },
            at=(".github/workflows/ci.yml:7", "package.json:3", "package.json:3"),
            title="a format that is for eyes, and what a package script runs",
        ),
        Bad(
            {".github/workflows/ci.yml": _HEAD + "      - uses: ludeeus/action-shellcheck@2.0.0\n"},
            at=(".github/workflows/ci.yml:6",),
            title="a ready-made linter that prints lines into the log",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: golangci/golangci-lint-action@v6\n      - run: bandit -r src | grep -v B101\n"
            },
            at=(".github/workflows/ci.yml:7",),
            title="another linter's action tells nothing of this one",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  check:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n"
                    "        env: [type, docs]\n    steps:\n      - run: tox run -e ${{ matrix.env }}\n"
                ),
                "tox.ini": "[testenv:type]\ncommands = mypy src\n[testenv:docs]\ncommands = sphinx-build docs out\n",
            },
            at=(".github/workflows/ci.yml:9", "tox.ini:2"),
            title="an environment that the matrix names",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  check:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        include:\n"
                    "          - {python: '3.12', env: 'lint:types'}\n    steps:\n      - run: uv run hatch run +py=${{ matrix.python }} ${{ matrix.env }}\n"
                ),
                "pyproject.toml": '[tool.hatch.envs.lint.scripts]\ntypes = ["mypy src"]\n',
            },
            at=(".github/workflows/ci.yml:10", "pyproject.toml:2"),
            title="a script of hatch that the matrix names, beside a factor",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  check:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        PYTHON:\n"
                    "          - {VERSION: '3.12', NOXSESSION: 'types'}\n          - {VERSION: '3.13', NOXSESSION: 'docs'}\n    steps:\n"
                    "      - run: nox -v\n        env:\n          NOXSESSION: ${{ matrix.PYTHON.NOXSESSION }}\n"
                ),
                "noxfile.py": (
                    "import nox\n\n\n@nox.session\ndef types(session):\n    session.run('mypy', 'src')\n\n\n"
                    "@nox.session\ndef fmt(session):\n    session.run('ruff', 'check', '.')\n"
                ),
            },
            at=(".github/workflows/ci.yml:11", "noxfile.py:6"),
            title="a session of nox that the legs name in the environment",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    _HEAD.replace(
                        "    steps:",
                        "    strategy:\n      matrix:\n        include:\n          - check: fmt\n          - check: docs\n    steps:",
                    )
                    + "      - run: bash script/${{ matrix.check }}\n      - run: ./ci.sh spelling\n"
                ),
                "script/fmt": "#!/bin/sh\nset -e\nbundle exec rubocop -D\n",
                "ci.sh": '#!/bin/bash\n_run_spelling() {\n  mypy docs\n}\n_run_other() {\n  flake8\n}\n"_run_$1"\n',
            },
            at=(".github/workflows/ci.yml:11", "script/fmt:3", ".github/workflows/ci.yml:12", "ci.sh:3"),
            title="a script that the matrix names, and the function that an argument names",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: invoke all-checks\n",
                "tasks.py": (
                    "from invoke import task, run\n\n\n@task\ndef linters(c):\n    run('ruff check src')\n    c.run(f'{BIN}/mypy src')\n\n\n"
                    "@task\ndef all_checks(c):\n    linters(c)\n"
                ),
            },
            at=(".github/workflows/ci.yml:6", "tasks.py:6", "tasks.py:7"),
            title="a task that calls another",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + '      - run: docker run --rm -v "$PWD:/mnt" koalaman/shellcheck:v0.10.0 bin/*.sh\n'
                "      - run: cargo hack --depth 2 clippy --feature-powerset\n"
            },
            at=(".github/workflows/ci.yml:6", ".github/workflows/ci.yml:7"),
            title="an image that runs one program, and a linter once for each feature",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: go run github.com/mgechev/revive@v1.9.0 ./...\n      - run: go tool staticcheck ./...\n      - run: ./lint.sh\n",
                "lint.sh": (
                    '#!/bin/sh\nset -e\nif command -v gosec; then\n  BIN=gosec\nelse\n  BIN=./bin/gosec\nfi\n"$BIN" ./...\n'
                ),
            },
            at=(
                ".github/workflows/ci.yml:6",
                ".github/workflows/ci.yml:7",
                ".github/workflows/ci.yml:8",
                "lint.sh:8",
            ),
            fixed={
                ".github/workflows/ci.yml": _HEAD
                + "      - run: go run github.com/mgechev/revive@v1.9.0 ./...\n      - run: go tool staticcheck -f json ./...\n      - run: ./lint.sh\n",
                "lint.sh": (
                    '#!/bin/sh\nset -e\nif command -v gosec; then\n  BIN=gosec\nelse\n  BIN=./bin/gosec\nfi\n"$BIN" ./...\n'
                ),
            },
            title="a program of another module, and one of two places",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: bundle exec rake standard\n",
                "Rakefile": 'require "standard/rake"\n',
            },
            at=(".github/workflows/ci.yml:6", "Rakefile:1"),
            title="a task that comes with what is loaded",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: ./lint.ps1\n",
                "lint.ps1": 'Invoke-Expression "mypy src"\nInvoke-ScriptAnalyzer -Path . -Recurse | Format-Table\n',
            },
            at=(".github/workflows/ci.yml:6", "lint.ps1:1", "lint.ps1:2"),
            title="a command in a string of PowerShell, and objects laid out as a table",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    _HEAD.replace(
                        "    steps:", '    strategy:\n      matrix:\n        py: ["3.13", "3.14"]\n    steps:'
                    )
                    + "      - run: tox run -e ${{ matrix.py }}\n"
                ),
                "tox.toml": 'env_list = ["3.13", "3.14", "lint"]\n[env_run_base]\ncommands = [["mypy", "src"]]\n[env.lint]\ncommands = [["flake8"]]\n',
            },
            at=(".github/workflows/ci.yml:9", "tox.toml:3"),
            title="what the environments share that the matrix names",
        ),
        Bad(
            {
                ".github/workflows/pr.yml": "on: pull_request\njobs:\n  all:\n    uses: ./.github/workflows/all.yml\n",
                ".github/workflows/all.yml": (
                    "on: workflow_call\njobs:\n  each:\n    strategy:\n      matrix:\n        env: [types, unit]\n"
                    "    uses: ./.github/workflows/tox.yml\n    with:\n      env: ${{ matrix.env }}\n"
                ),
                ".github/workflows/tox.yml": (
                    "on: {workflow_call: {inputs: {env: {type: string}}}}\njobs:\n  tox:\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - run: tox run\n        env:\n          TOXENV: ${{ inputs.env }}\n"
                ),
                "tox.ini": "[testenv:types]\ncommands = mypy src\n[testenv:fmt]\ncommands = ruff check .\n",
            },
            at=(".github/workflows/tox.yml:6", "tox.ini:2"),
            title="an environment that another workflow's matrix hands in",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + '      - run: "$(composer global config bin-dir --absolute)/roave-backward-compatibility-check"\n'
            },
            at=(".github/workflows/ci.yml:6",),
            title="a check for breaks of the interface, from Composer's own folder",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: golangci/golangci-lint-action@v8\n      - run: ./validate.sh\n",
                "validate.sh": "#!/bin/sh\nset -e\ngolangci-lint run\n",
            },
            because="the same linter has annotated its findings a step before",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: poe lint --output-format=github\n",
                "pyproject.toml": '[tool.poe.tasks]\nlint = "ruff check"\n',
            },
            because="the task runner hands its options through",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: ibiqlik/action-yamllint@v3\n        with: {format: github}\n"
            },
            because="its input asks for annotations",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: make test ONLY_UNIT=1\n",
                "Makefile": "test:\n\tshellcheck *.sh\n",
            },
            because="the call turns parts of the Makefile off",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: ruff check --output-format=github\n"},
            because="annotations",
        ),
        Good(
            {".gitlab-ci.yml": "lint:\n  script:\n    - npx eslint --format gitlab .\n    - mdl --json docs\n"},
            because="formats for machines",
        ),
        Good(
            {".gitlab-ci.yml": 'lint:\n  script:\n    - errors=$(go vet ./... 2>&1)\n    - test -z "$errors"\n'},
            because="its text is taken up",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: ./lint.ps1\n",
                "lint.ps1": (
                    'Invoke-ScriptAnalyzer . | ForEach-Object { "::error file=$($_.ScriptPath)::$($_.Message)" }\n'
                    "$found = Invoke-ScriptAnalyzer -Path src\nInvoke-ScriptAnalyzer tools | ConvertTo-Sarif -FilePath a.sarif\n"
                ),
            },
            because="its objects are printed as annotations, looked at and written as SARIF",
        ),
        Good({".gitlab-ci.yml": "lint:\n  script:\n    - npx standard\n"}, because="it has one format only"),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: black --check .\n      - run: tflint -v && cargo clippy --version\n"
            },
            because="a formatter has no such format, and what a program answers about itself is no lint",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - uses: golangci/golangci-lint-action@v6\n"},
            because="the action annotates",
        ),
        Good({".github/workflows/ci.yml": _HEAD + "      - run: npx oxlint\n"}, because="oxlint sees GitHub by itself"),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: vendor/bin/phpstan analyse\n"},
            because="phpstan sees GitHub by itself",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: vendor/bin/roave-backward-compatibility-check --format=github-actions\n"
            },
            because="the check for breaks of the interface writes annotations",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - uses: ./.github/actions/rust\n      - run: cargo clippy\n",
                ".github/actions/rust/action.yml": (
                    "runs:\n  using: composite\n  steps:\n    - shell: bash\n      run: echo '::add-matcher::.github/rust.json'\n"
                ),
            },
            because="an action of the repository's own has the forge read the linter's lines",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: r7kamura/rubocop-problem-matchers-action@v1\n      - run: bundle exec cookstyle\n"
            },
            because="the action before has the forge read the linter's lines",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + '      - run: nox -s types\n      - run: ruff check --output-format="$FORM"\n',
                "noxfile.py": (
                    "import nox\n\n\n@nox.session\ndef types(session):\n    form = 'github' if CI else 'concise'\n"
                    "    session.run('ty', 'check', f'--output-format={form}')\n"
                ),
            },
            because="a variable holds the format: one for people, another for machines",
        ),
        Good({"Makefile": "lint:\n\truff check .\n"}, because="at a terminal the text is right"),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag each linter of a job that speaks to eyes only, where it stands; what one call starts is told there together."""
    if hands_over(job, "lint", repository):
        return
    tier = Tier.PEDANTIC if one_off(job, repository) else None
    by_call: dict[int, list[Silence]] = {}
    told: set[Place] = set()
    for silence in silences(job, frozenset({"lint", "typecheck"}), repository):
        if silence.by.place not in told:
            told.add(silence.by.place)
            by_call.setdefault(id(silence.through), []).append(silence)
    for step in job.steps:
        advice = untold(step.action, "lint")
        if advice and step.action is not None:
            message = f"`{step.action.name}` prints its findings for eyes only; {advice}"
            yield Hit(place=step.place, message=message, unit=job.unit, tier=tier)
    for found in by_call.values():
        for place, message, fix in _told_at(found, job, repository):
            yield Hit(place=place, message=message, unit=job.unit, tier=tier, fix=fix)


MANY = 12
"""Linters behind one call from which on the call alone is told."""


def _told_at(found: list[Silence], job: Job, repository: Repository) -> Iterator[tuple[Place, str, Fix | None]]:
    """Where CI starts the linters, and where each stands: either may be the place to mend."""
    if found[0].by is found[0].through:
        advice = f"prints its findings for eyes only; {found[0].how.advice}"
        fix = _fix(found[0], job, repository) if len(found) == 1 else None
        yield found[0].by.place, f"`{as_written(found[0].by, repository)}` {advice}", fix
        return
    call = as_written(found[0].through, repository, 40)
    names = ", ".join(dict.fromkeys(silence.by.program for silence in found))
    prints = "print their" if "," in names else "prints its"
    advice = f"findings for eyes only; {found[0].how.advice}"
    yield found[0].through.place, f"`{call}` runs {names}, which {prints} {advice}", None
    for silence in found if len(found) <= MANY else ():
        written = as_written(silence.by, repository)
        advice = f"prints its findings for eyes only; {silence.how.advice}"
        yield silence.by.place, f"`{written}`, which CI runs by `{call}`, {advice}", None


def _fix(silence: Silence, job: Job, repository: Repository) -> Fix | None:
    insert = silence.how.insert
    if (
        not insert
        or silence.by is not silence.through
        or "--" in silence.by.texts()
        or "composer exec" in silence.by.wrappers
        or {"docker run", "podman run"} & set(silence.by.wrappers)  # whose image may or may not name the program
    ):
        return None
    if "github" in insert and repository.pipeline_of(job).system != "github":
        return None
    place = after_program if silence.by.program == "staticcheck" else at_end  # Go's flags stand before the operands
    return place(silence.by, insert, repository)
