"""Colour or a progress bar is forced on where nobody looks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.calls_of_python import TOX_FILES
from agentlint.facts.pipeline import Job
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.reporting.set_variables import where_set
from agentlint.judgements.reporting.verdicts import checks_something
from agentlint.judgements.running.local_steps import commands_behind
from agentlint.judgements.running.patterns import option_matching, settings_matching
from agentlint.judgements.running.scope import as_written, carried_out, in_prose, one_off
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.edits import without_option

_FORCING = (
    "--color=always",
    "--colors=always",
    "--colors",
    "--color=yes",
    "--colour=always",
    "--force-color",
    "--ansi",
    "--progress=tty",
    "--progress-bar=on",
    "-Dstyle.color=always",
    "-Dorg.gradle.console=rich",
    "-Dorg.gradle.console=colored",
    "-Dsbt.color=always",
    "-fdiagnostics-color=always",
)
_VARIABLES = (
    "FORCE_COLOR",
    "CLICOLOR_FORCE",
    "PY_COLORS",
    "CARGO_TERM_COLOR",
    "MYPY_FORCE_COLOR",
    "PYTEST_ADDOPTS",
    "ANSIBLE_FORCE_COLOR",
    "RICHGO_FORCE_COLOR",
    "NPM_CONFIG_COLOR",
    "npm_config_color",
    "PRE_COMMIT_COLOR",
    "HSPEC_OPTIONS",
    "SPEC_OPTS",
    "GTEST_COLOR",
    "MOCHA_COLORS",
    "RUST_LOG_STYLE",
    "TOX_COLORED",
    "DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION",
)
_OPTIONS_IN = (
    "MAVEN_ARGS",
    "MAVEN_OPTS",
    "MAVEN_CLI_OPTS",
    "MAVEN_FLAGS",
    "MVN_ARGS",
    "MVN_OPTS",
    "MVN_FLAGS",
    "GRADLE_OPTS",
    "GRADLE_ARGS",
    "GRADLE_FLAGS",
    "JAVA_TOOL_OPTIONS",
    "SBT_OPTS",
    "CFLAGS",
    "CXXFLAGS",
    "CARGO_FLAGS",
    "CARGO_BUILD_FLAGS",
)
"""Variables that hold options of other kinds as well, and force colour by the one among them."""
_PLAIN = {
    "jest": ("--color",),
    "eslint": ("--color",),
    "mocha": ("--color", "-c"),
    "stylelint": ("--color",),
    "ava": ("--color",),
    "webpack": ("--color",),
    "tsc": ("--pretty",),
    "adb": ("--format=color", "-v=color"),
    "karma": ("--colors",),
    "govulncheck": ("-show~color", "--show~color"),
}
"""Options that force colour in one program and ask for it at a terminal only in others (rspec, git)."""
_ASKS_FIRST = {
    "phpunit": ("--colors",),
    "pest": ("--colors",),
    "paratest": ("--colors",),
    "ls": _FORCING,
    "fzf": _FORCING,
}
"""Programs where an option of that name looks for a terminal, or whose output is for a terminal by its nature."""
_HEAD = "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n"

RULE = Rule(
    id="OUT407",
    name="forced-colour",
    category=Category.HUMAN_OUTPUT,
    summary="A CI job forces colour codes or progress bars into its log.",
    why="Escape codes stand between an agent and the words it searches for, and cost it tokens; people may like the colours.",
    remediation="Leave the choice to the program: it sees that there is no terminal.",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    tier=Tier.PEDANTIC,
    cost=Cost(seconds=2, source="E34"),
    station=Station.CI,
    evidence=("E34",),
    bad=(
        Bad(
            {".github/workflows/ci.yml": _HEAD + "      - run: pytest --color=yes\n      - run: nox --force-color\n"},
            at=(".github/workflows/ci.yml:6", ".github/workflows/ci.yml:7"),
            fixed={".github/workflows/ci.yml": _HEAD + "      - run: pytest\n      - run: nox\n"},
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD.replace("    steps:", "    env:\n      FORCE_COLOR: 1\n    steps:")
                + "      - run: npm test\n"
            },
            at=(".github/workflows/ci.yml:3",),
        ),
        Bad(
            {".gitlab-ci.yml": "t:\n  script:\n    - pytest\n", "pytest.ini": "[pytest]\naddopts = -v --color=yes\n"},
            at=("pytest.ini:2",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "t:\n  script:\n    - tox -e py\n",
                "tox.ini": "[testenv]\npass_env = TERM\nset_env =\n    PY_COLORS = 1\ncommands = pytest --junitxml=r.xml\n",
            },
            at=("tox.ini:4",),
            title="by tox's settings",
        ),
        Bad(
            {
                ".gitlab-ci.yml": "t:\n  script:\n    - composer unit\n",
                "composer.json": '{"scripts": {"unit": "phpunit --colors=always"}}\n',
            },
            at=("composer.json:1",),
            fixed={"composer.json": '{"scripts": {"unit": "phpunit"}}\n'},
            title="by a script that CI runs",
        ),
        Bad(
            {".gitlab-ci.yml": "t:\n  script:\n    - phpstan analyse --ansi\n"},
            at=(".gitlab-ci.yml:3",),
            fixed={".gitlab-ci.yml": "t:\n  script:\n    - phpstan analyse\n"},
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\nenv:\n  FORCE_COLOR: 1\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: x\n"
                    "  b:\n    runs-on: ubuntu-latest\n    steps:\n      - run: y\n"
                )
            },
            at=(".github/workflows/ci.yml:3",),
            title="once for the whole workflow",
        ),
        Bad(
            {
                ".gitlab-ci.yml": "variables:\n  # read by people\n  FORCE_COLOR: '1'\ninclude: [ci/a.gitlab-ci.yml]\n",
                "ci/a.gitlab-ci.yml": "a:\n  script: [x]\nb:\n  script: [y]\n",
            },
            at=(".gitlab-ci.yml:3",),
            title="once, where the included jobs have it from",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: ansible-playbook main.yml\n        env:\n          ANSIBLE_FORCE_COLOR: '1'\n"
                '      - run: |\n          export CARGO_TERM_COLOR="always"\n          cargo test\n'
            },
            at=(".github/workflows/ci.yml:8", ".github/workflows/ci.yml:10"),
            title="for one step",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: cabal test all\n        env:\n          HSPEC_OPTIONS: --color\n"
            },
            at=(".github/workflows/ci.yml:8",),
            title="by a runner's own options",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\nenv:\n  MAVEN_ARGS: -B -ntp -Dstyle.color=always\njobs:\n  a:\n    runs-on: ubuntu-latest\n"
                    "    steps:\n      - run: mvn verify\n"
                )
            },
            at=(".github/workflows/ci.yml:3",),
            title="among the options of a variable",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\nenv:\n  CARGO_TERM_COLOR: always\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: cargo build\n"
                )
            },
            at=(".github/workflows/ci.yml:3",),
            title="as every template for Rust has it",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - uses: ./.github/actions/hooks\n",
                ".github/actions/hooks/action.yml": (
                    "runs:\n  using: composite\n  steps:\n    - run: pre-commit run --color=always --all-files\n      shell: bash\n"
                ),
            },
            at=(".github/actions/hooks/action.yml:4",),
            fixed={
                ".github/actions/hooks/action.yml": (
                    "runs:\n  using: composite\n  steps:\n    - run: pre-commit run --all-files\n      shell: bash\n"
                ),
            },
            title="in an action of the repository's own",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: make lint\n",
                "Makefile": "lint:\n\tgolangci-lint run --color=always --output.json.path=stdout\n",
            },
            at=("Makefile:2",),
            fixed={
                ".github/workflows/ci.yml": _HEAD + "      - run: make lint\n",
                "Makefile": "lint:\n\tgolangci-lint run --output.json.path=stdout\n",
            },
            title="in the recipe that CI calls",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _HEAD.replace(
                    "    steps:", "    env:\n      MAVEN_ARGS: -B -Dstyle.color=never\n    steps:"
                )
                + "      - run: mvn verify\n"
            },
            because="no colour among the options",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: pytest --junitxml=r.xml --color=auto\n"},
            because="the program decides",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD.replace("    steps:", "    env:\n      FORCE_COLOR: 0\n    steps:")
                + "      - run: npm test\n"
            },
            because="colour is forced off",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: phpunit --colors --log-junit r.xml\n"},
            because="PHPUnit's --colors looks for a terminal",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: ./x\n        env:\n          FORCE_COLOR: 0\n"},
            because="off for the step",
        ),
        Good(
            {
                ".gitlab-ci.yml": "t:\n  script:\n    - tox -e py\n",
                "tox.ini": "[testenv]\npass_env = FORCE_COLOR\nset_env =\n    PY_COLORS = {env:PY_COLORS:0}\n",
            },
            because="who runs it has the choice",
        ),
        Good({"Makefile": "test:\n\tpytest --color=always\n"}, because="a person's terminal"),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD.replace(
                    "    steps:", "    env:\n      CARGO_TERM_COLOR: never\n    steps:"
                )
                + "      - run: x\n"
            },
            because="no colour",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag a job for the variable that forces colour, else each command that does."""
    environments = [repository.pipeline_of(job).environment, job.environment]
    told = False
    for name in (*_VARIABLES, *_OPTIONS_IN):
        value = next((env[name] for env in reversed(environments) if name in env), "").lower()
        among = _COLOUR_OPTION.search(value)
        if among is None and (value not in {"1", "true", "always", "2", "3", "yes"} or name in _OPTIONS_IN):
            continue
        told = True
        place = where_set(name, job, repository)
        if place is job.place or job is repository.pipeline_of(job).jobs[0]:  # else told at the first job, for all
            logs = f"the log of `{job.id}`" if place is job.place else "the logs of this file's jobs"
            yield Hit(
                place=place,
                message=f"`{among[0] if among and name in _OPTIONS_IN else f'{name}={value}'}` puts colour codes into {logs}; drop it",
                unit=job.unit,
                tier=Tier.DEFAULT,
            )
    yield from _by_settings(job, repository)
    yield from _by_tox(job, repository)
    yield from _by_steps(job, repository)
    if not told:
        yield from _by_options(job, repository)


def _by_options(job: Job, repository: Repository) -> Iterator[Hit]:
    """The commands that a job sets going, in scripts and recipes too, with an option that forces colour."""
    seen: set[Place] = set()
    for own in (*job.commands, *(one for step in job.steps for one in commands_behind(step, repository))):
        for command in carried_out(own, repository):
            option = option_matching(command, (*_FORCING, *_PLAIN.get(command.program, ())))
            if not option or option in _ASKS_FIRST.get(command.program, ()) or command.place in seen:
                continue
            if in_prose(command, repository):
                continue
            seen.add(command.place)
            weighs = command.program in {"git", "nox", "tox"} or checks_something(command, repository)
            yield Hit(
                place=command.place,
                message=f"`{as_written(command, repository)}` puts colour codes into the log; drop `{option}`",
                unit=job.unit,
                tier=Tier.DEFAULT if weighs and not one_off(job, repository) else None,
                fix=without_option(command, option, repository),
            )


_SET_IN_STEP = lazily(
    rf"^[ \t]*(?:- )?(?:run:[ \t]*)?[\"']?(?:export |env |\$env:)?(?P<set>[\"']?(?P<name>{'|'.join(_VARIABLES)})[\"']?[ \t]*[:=][ \t]*"
    r"(?:[\"']?(?:1|2|3|true|yes|always)\b[\"']?|[^\n]*--colou?r(?:[= ](?:yes|always))?(?=[\s\"']|$)))",
    re.MULTILINE | re.IGNORECASE,
)


def _by_steps(job: Job, repository: Repository) -> Iterator[Hit]:
    """Variables that a step sets for itself, in its `env` or in its script."""
    if not _names_a_variable(job.place.path, repository):
        return
    text = repository.text(job.place.path)
    for step in job.steps:
        span = step.place.span
        for found in _SET_IN_STEP.finditer(text, span.start, span.end):
            yield Hit(
                place=Place(job.place.path, Span(*found.span("set"))),
                message=f"`{found['name']}` puts colour codes into the log of this step; drop it",
                unit=job.unit,
                tier=Tier.DEFAULT,
            )


@remembered
def _names_a_variable(path: str, repository: Repository) -> bool:
    text = repository.text(path)
    return any(name in text for name in _VARIABLES)


_SET_FOR_TOX = lazily(
    r"^[ \t]*(?:set_?env[ \t]*=[ \t]*)?(?P<set>\"?(?P<name>FORCE_COLOR|CLICOLOR_FORCE|PY_COLORS|MYPY_FORCE_COLOR|ANSIBLE_FORCE_COLOR|PRE_COMMIT_COLOR)\"?"
    r"[ \t]*=[ \t]*[\"']?(?:1|true|yes|always)\b[\"']?)",
    re.MULTILINE,
)


def _by_tox(job: Job, repository: Repository) -> Iterator[Hit]:
    """Variables that tox's own settings give every environment, whose output then holds colour codes in pipes too."""
    run = {one.program for own in job.commands for one in carried_out(own, repository)}
    if "tox" not in run:
        return
    for path in TOX_FILES:
        source = repository.read(path) if path in repository.project.paths else None
        for found in _SET_FOR_TOX.finditer(source.text) if source is not None else ():
            if found["name"] == "PRE_COMMIT_COLOR" and "prek" in run and "pre-commit" not in run:
                continue  # which reads PREK_COLOR
            yield Hit(
                place=Place(path, Span(*found.span("set"))),
                message=f"tox sets `{found['name']}`, which puts colour codes into every log; pass it on from outside instead",
                unit=job.unit,
                tier=Tier.DEFAULT,
            )


def _by_settings(job: Job, repository: Repository) -> Iterator[Hit]:
    """A runner's own settings that force colour on every run, this job's included."""
    run = {one.program for own in job.commands for one in carried_out(own, repository)}
    for program, pattern in _SETTINGS:
        for setting in settings_matching(repository.project, pattern) if program in run else ():
            yield Hit(
                place=setting.place,
                message=f"{program}'s own settings put colour codes into every log; leave the choice to it",
                unit=job.unit,
                tier=Tier.DEFAULT,
            )


_SETTINGS = (
    ("pytest", "pytest:addopts~--color=yes"),
    ("pytest", "pytest:addopts~--color=always"),
    ("mocha", "mocha:colors=true"),
    ("mocha", "mocha:color=true"),
)
_COLOUR_OPTION = lazily(
    r"--colou?r[= ](?:yes|always)|-dstyle\.color=always|--console[= ](?:rich|colored)|-dorg\.gradle\.console=(?:rich|colored)"
    r"|-dsbt\.color=(?:always|true)|-fdiagnostics-color=always"
)
"""Sources: maven.apache.org/examples/maven-3-lifecycle (style.color); Gradle's command line; sbt's reference; GCC's manual."""
