"""One job lints, then type-checks, then tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.calls import called_units
from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job, Step
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.parallelism.independence import groups, one_kind, work_of
from agentlint.judgements.running.roles import command_roles, step_roles
from agentlint.judgements.running.scope import one_off
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier

_HEAD = "on: pull_request\njobs:\n  ci:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"

RULE = Rule(
    id="SER309",
    name="checks-in-one-job",
    category=Category.SERIAL,
    summary="One job runs lint, type check and tests as serial steps.",
    why=(
        "The steps do not need each other, yet each waits for the last, and the first failure hides what the others would have "
        "said: the agent learns one fault a push (E5, E15)."
    ),
    remediation="Give each check a job of its own, or run them at once in one step.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=45, source="E15"),
    station=Station.CI,
    evidence=("E5", "E15"),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: npm run lint\n      - run: npm run typecheck\n      - run: npm test\n"
            },
            at=(".github/workflows/ci.yml:3",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "ci:\n  script:\n    - ruff check --output-format=gitlab\n    - mypy -O json .\n    - pytest --junitxml=r.xml\n"
            },
            at=(".gitlab-ci.yml:1",),
        ),
        Bad(
            {
                ".builds/linux.yml": "image: archlinux\ntasks:\n  - lint: |\n      cargo clippy -- -D warnings\n  - test: |\n      cargo test\n"
            },
            at=(".builds/linux.yml:1",),
            title="the tasks of a build on SourceHut",
        ),
        Bad(
            {
                ".circleci/config.yml": (
                    "version: 2.1\njobs:\n  ci:\n    docker: [{image: cimg/node:22.0}]\n    steps:\n      - run: npx eslint -f json .\n"
                    "      - run: npx vitest run --reporter=junit\n      - run: npx tsc --noEmit\n"
                )
            },
            at=(".circleci/config.yml:3",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "ci:\n  script:\n    - make lint unit\n",
                "Makefile": "lint:\n\tgolangci-lint run --output.json.path=l.json\nunit:\n\tgo test -json ./...\n",
            },
            at=(".gitlab-ci.yml:1",),
            title="two targets of one call",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD.replace(
                    "    steps:", "    strategy:\n      matrix:\n        v: [1, 2, 3]\n    steps:"
                )
                + "      - run: ruff check .\n        if: matrix.v != 3\n      - run: pytest --junitxml=r.xml\n"
            },
            at=(".github/workflows/ci.yml:3",),
            title="left out on one leg only",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD.replace(
                    "    steps:", "    strategy:\n      matrix:\n        v: [1, 2, 3]\n    steps:"
                )
                + "      - run: |\n          ruff check .\n          pytest --junitxml=r.xml\n        if: matrix.v == 3\n"
            },
            at=(".github/workflows/ci.yml:3",),
            title="all of it in the one step of one leg",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: cargo fmt --check\n      - uses: actions-rs/cargo@v1\n        with: {command: test}\n"
                + "      - uses: actions-rs/cargo@v1\n        with: {command: clippy}\n"
            },
            at=(".github/workflows/ci.yml:3",),
            title="by an action that runs cargo",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: gofmt -l .\n      - run: revive ./...\n      - run: go vet ./...\n"
                + "      - run: staticcheck ./...\n      - run: go build ./...\n"
            },
            at=(".github/workflows/ci.yml:3",),
            title="checkers by the handful, and the build behind them",
        ),
        Bad(
            {".github/workflows/ci.yml": _HEAD + "      - run: ruff check .\n      - run: pytest --junitxml=r.xml\n"},
            at=(".github/workflows/ci.yml:3",),
            title="two kinds, one of them the tests",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  small:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - run: ./autogen.sh\n      - run: ./configure --enable-static --enable-unicode\n      - run: make -j4\n"
                    "      - run: make -j4 check\n"
                )
            },
            because="configure's options name what is built",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: npm ci\n      - parallel:\n          - run: npm run lint\n          - run: npx jest --ci --reporters=jest-junit\n"
            },
            because="the steps of a group run at once",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: npm run lint\n        id: lint\n        background: true\n      - run: npx jest --ci --reporters=jest-junit\n      - wait: lint\n"
            },
            because="the linter runs beside the tests",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: ruff check --fix .\n      - run: pytest --junitxml=r.xml\n"
            },
            because="what mends the sources comes before their tests",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: |\n          if npm run | grep -q cover; then\n            npx jest --ci --reporters=jest-junit\n"
                + "          elif npm run | grep -q check; then\n            npm run lint && npm run build\n          fi\n"
            },
            because="only one of the arms runs",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: npm run cover\n",
                "package.json": '{"scripts": {"cover": "tsc --noEmit && rollup -c && jest --ci --reporters=jest-junit"}}\n',
            },
            because="one script that builds what its tests need",
        ),
        Good({".github/workflows/ci.yml": _HEAD + "      - run: npm test\n"}, because="one kind of check"),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: npm run build\n      - run: npm test\n"},
            because="the tests need what was built",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: npm run lint\n      - run: npm publish\n"},
            because="a release job checks before it delivers",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  check:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n"
                    "        task: [lint, typecheck, test]\n    steps:\n      - run: npm run ${{ matrix.task }}\n"
                )
            },
            because="a matrix runs them at once",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag a job that gives several kinds of feedback in a row; without tests among them it is a matter of judgement."""
    kinds = _kinds(job, repository)
    if len(kinds) < 2 or one_off(job, repository) or _commits(job):
        return
    costly = ("test" in kinds and bool({"lint", "type check"} & set(kinds))) or len(kinds) > 2
    costly = costly or _many_checks(job, kinds, repository)
    yield Hit(
        place=_where(job),
        message=f"job `{job.id}` runs {', then '.join(kinds)} one after another; give each a job of its own{_or_together(job, repository)}",
        unit=job.unit,
        tier=None if costly else Tier.PEDANTIC,
        severity=None if costly else Severity.INFO,
    )


MANY = 4
"""Steps of checks from which on a job without tests is worth taking apart."""


def _many_checks(job: Job, kinds: tuple[str, ...], repository: Repository) -> bool:
    """True where several checks of two kinds stand in steps of their own, with or without a build behind them."""
    if kinds[0] not in {"lint", "type check"} or "test" in kinds:
        return False
    steps = [step for step in job.steps if any(one_kind(command, repository) for command in step.commands)]
    return len(steps) >= MANY


_COMMITS = lazily(r"autofix|auto-?commit|add-and-commit|create-pull-request|lite-action")


def _commits(job: Job) -> bool:
    """True for a job whose steps change one work tree that it then hands back: they are no checks."""
    return any(step.action is not None and _COMMITS.search(step.action.name) for step in job.steps)


def _or_together(job: Job, repository: Repository) -> str:
    system = repository.pipeline_of(job).system
    return {"github": ", or put them under `parallel:`", "sourcehut": ": a manifest under `.builds/`"}.get(system, "")


def _where(job: Job) -> Place:
    """The job; where all its steps come out of one template, they stand there."""
    paths = {step.place.path for step in job.steps}
    if len(paths) != 1 or job.place.path in paths:
        return job.place
    first, last = job.steps[0].place, job.steps[-1].place
    return Place(first.path, first.span.cover(last.span))


def _kinds(job: Job, repository: Repository) -> tuple[str, ...]:
    """Kinds of independent feedback in the order of the steps; a build counts only behind the tests."""
    found: dict[str, None] = {}
    turns: set[int] = set()
    for step in job.steps:
        if "always()" in step.condition:
            continue
        own = _without_later_arms(step, repository)
        kinds = [kind for command in own if not command.background for kind in _kinds_of(command, repository)]
        if _for_one_leg(step.condition) and len({*kinds} - {""}) < 2:
            continue  # a step that does several kinds by itself makes that leg as long as a job without a matrix
        if step.action is not None and "wrapper-validation" in step.action.name:
            continue
        if step.action is not None:
            roles = step_roles(step, repository)
            kinds = ["lint" if roles & {"lint", "format"} else "", "test" if "test" in roles else ""]
        found.update(dict.fromkeys(kind for kind in kinds if kind))
        if any(kinds):
            turns.add(step.together or -1 - step.index)
        if ("test" in found or len(turns) >= MANY) and not step.action:
            if any("build" in command_roles(c, repository) and not any(_kinds_of(c, repository)) for c in own):
                found["build"] = None
    return tuple(found) if len(turns) > 1 or not any(step.together for step in job.steps) else ()


_OTHER_ARM = lazily(r"^[ \t]*(?:elif|else)\b", re.MULTILINE)


def _without_later_arms(step: Step, repository: Repository) -> list[Command]:
    """The commands of a step without those of an `elif` or `else` behind an arm that is kept: only one of the arms runs."""
    text = repository.text(step.place.path) if any(command.guards for command in step.commands) else ""
    kept: list[Command] = []
    for command in step.commands:
        starts = {guard.span.start for guard in command.guards}
        if not any(
            one.guards
            and one.guards[0].span.start in starts
            and _OTHER_ARM.search(text, one.place.span.end, command.place.span.start)
            for one in kept[-MAX_ARM:]
        ):
            kept.append(command)
    return kept


MAX_ARM = 20
"""Commands looked back at."""


def _for_one_leg(condition: str) -> bool:
    """True for a step that a matrix picks out for some of its legs; one that a few legs leave out runs in the others."""
    return bool(_LEG.search(condition)) and not _MOST_LEGS.search(condition)


_LEG = lazily(r"\bmatrix\.")
_MOST_LEGS = lazily(r"^[^&|]*\bmatrix\.[\w.-]+\s*!=[^&|]*$")


def _kinds_of(command: Command, repository: Repository) -> tuple[str, ...]:
    """The kinds of feedback a command gives; of `make lint test` those of each target."""
    if (
        command.program in {"make", "gmake", "just", "task", "rake"}
        and command.option("-j", "--jobs", "-m", "--multitask") is None
    ):
        units = called_units(command, repository.unit_index)
        if len(units) > 1:
            return tuple(_one_of(groups(_roles_behind(unit, repository))) for unit in units)
    return (_main_kind(command, repository),)


def _roles_behind(unit: str, repository: Repository) -> frozenset[str]:
    """All that the commands behind a unit do."""
    return frozenset(role for reached in repository.reached_from(unit) for role in table().roles(reached))


def _main_kind(command: Command, repository: Repository) -> str:
    """The kind of feedback a command gives; of several, the tests, for they take the time."""
    if "--fix" in command.texts():
        return ""
    scripted = "/" in command.program_path and command.program not in _GENERAL
    return _one_of(groups(work_of(command, repository) if scripted else command_roles(command, repository)))


_GENERAL = frozenset({"make", "gmake", "just", "task", "rake"})
"""Programs whose targets' names say too little: `make check-programs` builds."""


def _one_of(found: frozenset[str]) -> str:
    return "test" if "test" in found else "lint" if len(found) > 1 else next(iter(found), "")
