"""A CI step or job with a check is allowed to fail."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.pipeline import Job, Step
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.reporting.verdicts import step_verdict
from agentlint.judgements.running.local_steps import commands_behind
from agentlint.judgements.running.roles import delivers, job_roles
from agentlint.judgements.running.scope import one_off
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.comments import reason_for_tolerance
from agentlint.rule.yaml_edits import without_key

_HEAD = "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n"

RULE = Rule(
    id="OUT406",
    name="check-may-fail",
    category=Category.HUMAN_OUTPUT,
    summary="`continue-on-error` or `allow_failure` on a test, lint, type check or build.",
    why=(
        "The run is green whatever the check says. An agent that waits for green learns nothing, and a person has to open the log "
        "to see that it failed."
    ),
    remediation="Let it count; where a later step needs to run all the same, give that one `if: always()`.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=60, source="E14"),
    station=Station.CI,
    evidence=("E14",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: pytest --junitxml=r.xml\n        continue-on-error: true\n"
            },
            at=(".github/workflows/ci.yml:6",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - name: Run static analyzer\n        run: scripts/scan.sh -a\n        continue-on-error: true\n",
                "scripts/scan.sh": '#!/bin/sh\n"$TOOL" "$@"\n',
            },
            at=(".github/workflows/ci.yml:6",),
            fixed={
                ".github/workflows/ci.yml": "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Run static analyzer\n        run: scripts/scan.sh -a\n"
            },
            title="by what it is called",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: ./.github/actions/types\n        continue-on-error: true\n",
                ".github/actions/types/action.yml": "runs:\n  using: composite\n  steps:\n    - run: mypy src\n      shell: bash\n",
            },
            at=(".github/workflows/ci.yml:6",),
            title="behind an action of the repository's own",
        ),
        Bad(
            {".gitlab-ci.yml": "lint:\n  allow_failure: true\n  script:\n    - ruff check --output-format=gitlab\n"},
            at=(".gitlab-ci.yml:2",),
            fixed={".gitlab-ci.yml": "lint:\n  script:\n    - ruff check --output-format=gitlab\n"},
        ),
        Bad(
            {
                ".github/workflows/all.yml": (
                    "on: workflow_dispatch\njobs:\n  packages:\n    continue-on-error: true\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - name: Execute Tests\n        continue-on-error: true\n        run: nox --session all_packages\n"
                )
            },
            at=(".github/workflows/all.yml:7",),
            fixed={
                ".github/workflows/all.yml": "on: workflow_dispatch\njobs:\n  packages:\n    continue-on-error: true\n    runs-on: ubuntu-latest\n    steps:\n      - name: Execute Tests\n        run: nox --session all_packages\n"
            },
            title="a task of the repository, by what the step is called",
        ),
        Bad(
            {".gitlab-ci.yml": "unit:\n  script:\n    - python -m unittest\n  allow_failure:\n    exit_codes: 1\n"},
            at=(".gitlab-ci.yml:4",),
            title="the exit code that every failure has",
        ),
        Bad(
            {"azure-pipelines.yml": ("steps:\n  - script: npm run lint\n    continueOnError: true\n")},
            at=("azure-pipelines.yml:2",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: cargo test\n        if: matrix.rust != 'nightly' && !matrix.experimental\n        continue-on-error: true\n"
            },
            at=(".github/workflows/ci.yml:6",),
            fixed={
                ".github/workflows/ci.yml": "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: cargo test\n        if: matrix.rust != 'nightly' && !matrix.experimental\n"
            },
            title="the condition leaves the trials out",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/scan.yml": (
                    "on: pull_request\njobs:\n  scan:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    continue-on-error: true\n    steps:\n"
                    "      - run: semgrep --sarif -o r.sarif .\n      - uses: github/codeql-action/upload-sarif@v3\n"
                )
            },
            because="the findings are uploaded, and shown whatever the job's end is",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: pytest --junitxml=r.xml\n"}, because="its failure counts"
        ),
        Good(
            {".gitlab-ci.yml": "lint:\n  script:\n    - ruff check .\n  allow_failure: {exit_codes: [137]}\n"},
            because="a code of its own, for a machine that ran out of memory",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: codecov/codecov-action@v4\n        continue-on-error: true\n"
            },
            because="an upload, no check",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    continue-on-error: ${{ matrix.experimental }}\n"
                    "    strategy:\n      matrix:\n        experimental: [true, false]\n    steps:\n      - run: pytest --junitxml=r.xml\n"
                )
            },
            because="only the experimental leg may fail",
        ),
        Good(
            {
                "azure-pipelines.yml": (
                    "steps:\n  - script: pytest --junitxml=r.xml\n    displayName: Run tests\n"
                    "    condition: and(ne(variables['install'], 'true'), eq(variables['pip.pre'], 'true'))\n    continueOnError: true\n"
                )
            },
            because="by its condition it runs only where releases to come are tried",
        ),
        Good(
            {
                ".gitlab-ci.yml": (
                    "installer:\n  script:\n    - make test\n  # the mirrors of the packages are often out of step\n  allow_failure: true\n"
                )
            },
            because="the reason stands beside it",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - name: Download unit tests\n        run: scripts/get.sh\n        continue-on-error: true\n",
                "scripts/get.sh": '#!/bin/sh\n"$TOOL" "$@"\n',
            },
            because="it checks nothing",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      # may fail until issue 12 is mended upstream\n      - run: pytest --junitxml=r.xml\n        continue-on-error: true\n"
            },
            because="the reason stands above the step",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - id: t\n        run: pytest --junitxml=r.xml\n        continue-on-error: true\n"
                + "      - run: ./summary.sh\n      - if: steps.t.outcome == 'failure'\n        run: exit 1\n"
            },
            because="a later step looks at the outcome",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: ./.github/actions/hooks\n        continue-on-error: true\n      - run: git commit -a -m mended && git push\n",
                ".github/actions/hooks/action.yml": "runs:\n  using: composite\n  steps:\n    - run: pre-commit run -a\n      shell: bash\n",
            },
            because="what the hooks have mended is committed",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: pre-commit run -a\n        continue-on-error: true\n      - uses: autofix-ci/action@v1\n"
            },
            because="the next step hands the mended files back",
        ),
    ),
)


_TRIAL = lazily(
    r"rawhide|\bsid\b|tumbleweed|nightly|experimental|edge|\bbeta\b|canary|unstable|preview|\bnext\b|\bdev\b|trunk|allow.?fail|downstream"
    r"|ecosystem|bench|mutation|fuzz|\bperf|snapshot|\bdevel\b|pre-?release|[-_ ]rc\b|\balpha\b|\bhead\b|informational|advisory|optional"
    r"|non-?blocking|flaky|quarantine|may fail|can fail|\b(?:pip|npm|with|on)[ _-]?pre\b|\bpre[ _-](?:deps|versions?|wheels?)\b",
    re.IGNORECASE,
)
"""Jobs that try what is not released yet may fail by their purpose."""
_TRIED_WHERE = lazily(
    r"nightly|experimental|canary|unstable|preview|allow.?fail|pre-?release|\bpip.?pre\b|rawhide|['\"]next['\"]|['\"]tip['\"]",
    re.IGNORECASE,
)
_OTHERWISE = lazily(r"\bne\([^()]*\)|![ \t]*[\w.]+|[\w.\[\]']+[ \t]*!=[ \t]*['\"]?[\w.-]+", re.IGNORECASE)
"""Parts of a condition that leave such a leg out."""


def _of_trial(step: Step) -> bool:
    """True for a step that by its own condition runs only where something is tried that is not released yet."""
    return bool(_TRIED_WHERE.search(_OTHERWISE.sub("", step.condition)))


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag jobs and steps with checks that may fail."""
    trial = _TRIAL.search(job.id) or _TRIAL.search(job.name)
    tier = Tier.PEDANTIC if trial or delivers(job, repository) else None
    if job.continue_on_error:
        if reason_for_tolerance(job.place, repository):
            return
        roles = job_roles(job, repository)
        what = next((role for role in ("test", "lint", "typecheck", "build") if role in roles), "")
        what = what or (_said(job.name or job.id) if _runs_own_scripts(job.steps, repository) else "")
        if what and not job.gate and not _uploads_findings(job):
            yield Hit(
                place=_key_of_job(job, repository),
                message=f"job `{job.id}` may fail without anybody learning of its {what}; let it count",
                unit=job.unit,
                tier=tier or _of_nightly(job.name or job.id, job, repository),
                fix=without_key(job.place, _KEYS, "let it count", repository),
            )
        if what:
            return
    for step in job.steps:
        if step.continue_on_error and _of_trial(step):
            continue
        what = step_verdict(step, repository) if step.continue_on_error else ""
        if step.continue_on_error and not what and _runs_own_scripts((step,), repository):
            what = _said(step.name)
        if what and not (_looked_at(step, what, job, repository) or reason_for_tolerance(step.place, repository)):
            yield Hit(
                place=step.place,
                message=f"`{step.name or what}` may fail without anybody learning of the {what}; let it count",
                unit=job.unit,
                tier=Tier.PEDANTIC if _TRIAL.search(step.name) else tier or _of_nightly(step.name, job, repository),
                fix=without_key(step.place, _KEYS, "let it count", repository),
            )


_SAID = lazily(
    r"\b(?:(?P<test>(?:unit |e2e |integration )?tests?|code coverage|test suite)|(?P<lint>lint(?:er|ers|ing)?|static analy[sz]\w+|\w*analy[sz]er))$",
    re.IGNORECASE,
)
"""Names that end in what the step or job is for (`Run static analyzer`, `unit tests`)."""
_OTHER_WORK = lazily(
    r"install|set ?up|prepare|upload|download|build\b|show|print|summar|rerun|debug|fetch|wait|start|stop|clean",
    re.IGNORECASE,
)


def _said(name: str) -> str:
    found = _SAID.search(name.replace("-", " ").replace("_", " ").strip())
    if found is None or _OTHER_WORK.search(name):
        return ""
    return "test" if found["test"] else "lint"


def _of_nightly(name: str, job: Job, repository: Repository) -> Tier | None:
    """Where no change waits for the job, only what says by its name that it checks is meant to tell something."""
    return Tier.PEDANTIC if one_off(job, repository) and not _said(name) else None


def _runs_own_scripts(steps: tuple[Step, ...], repository: Repository) -> bool:
    """True where a step starts a script or a task of the repository, whose commands may be too tangled to tell what it checks."""
    return any(
        command.program in _RUNNERS
        or ("/" in command.program_path and command.program_path.removeprefix("./") in repository.project.paths)
        for step in steps
        for command in step.commands
    )


_RUNNERS = frozenset("nox tox make just task invoke inv poe hatch rake mage npm yarn pnpm bun gradlew mvnw ant".split())
"""Programs that run the tasks of a repository, by names of its own."""


_KEYS = ("continue-on-error", "allow_failure", "continueOnError")
_KEY = lazily(r"^([ \t]+)(?:continue-on-error|allow_failures?|continueOnError|failure)[ \t]*:[^\n#]*", re.MULTILINE)


def _key_of_job(job: Job, repository: Repository) -> Place:
    """The line of the job that lets it fail, which is the one to mend; the job where it is not written there."""
    source = repository.read(job.place.path)
    if source is None:
        return job.place
    found = min(
        _KEY.finditer(source.text, job.place.span.start, job.place.span.end), key=lambda one: len(one[1]), default=None
    )
    if found is None:
        return job.place
    start = found.end(1)
    return Place(job.place.path, Span(start, start + len(found[0][len(found[1]) :].rstrip())))


def _uploads_findings(job: Job) -> bool:
    """True where the findings go to the system by themselves, which shows them whatever the job's end is."""
    return any(
        step.action is not None and ("upload-sarif" in step.action.name or "sarif" in step.action.inputs)
        for step in job.steps
    )


def _looked_at(step: Step, what: str, job: Job, repository: Repository) -> bool:
    """True when a later step reads this step's outcome, or commits what a linter has mended."""
    source = repository.read(step.place.path)
    if source is None:
        return False
    text = source.text[step.place.span.start : job.place.span.end]
    if what == "lint" and _MENDED.search(text):
        return True
    if any(one.program in _MENDING for one in commands_behind(step, repository)) and "git commit" in text:
        return True
    return ".outcome" in text or ".conclusion" in text or "job.status" in text or bool(_SHOWN.search(text))


_SHOWN = lazily(r"\bcs2pr\b|reviewdog|upload-sarif|test-reporter|publish-unit-test-result")
"""What shows the findings at the change, whatever became of the step that made them."""
_MENDING = frozenset(
    "pre-commit prek black ruff isort prettier eslint gofmt rubocop php-cs-fixer rustfmt cargo".split()
)
"""Programs that mend files, and end with failure where they did."""
_MENDED = lazily(
    r"uses:[ \"']*(?:autofix-ci/action|stefanzweifel/git-auto-commit-action|EndBug/add-and-commit|pre-commit-ci/lite-action)",
    re.IGNORECASE,
)
"""Actions that hand back the files a formatter has changed, which ends with failure whenever it changes one."""
