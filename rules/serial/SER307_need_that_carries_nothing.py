"""A job waits for another that hands it nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.pipeline import Job, Need, Pipeline
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.parallelism.independence import (
    empty_handed,
    is_meant,
    needlessly_after,
    only_reports,
    shares_outside,
    work_of_job,
)
from agentlint.judgements.running.roles import FEEDBACK, delivers
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.yaml_edits import without_line

_LINT = "on: pull_request\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ruff check --output-format=github\n"
_TEST = "    runs-on: ubuntu-latest\n    steps:\n      - run: pytest --junitxml=report.xml\n"
_BUILD = "on: pull_request\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make all\n"
_ELSEWHERE = (
    "on: pull_request\njobs:\n  first:\n    uses: o/w/.github/workflows/CHECK.yml@v1\n"
    "  tests:\n    needs: first\n    uses: o/w/.github/workflows/test.yml@v1\n"
)
_VERSION = (
    "on: pull_request\njobs:\n  version:\n    runs-on: ubuntu-latest\n    outputs:\n      v: ${{ steps.v.outputs.v }}\n    steps:\n"
    '      - {id: v, run: echo "v=1" >> "$GITHUB_OUTPUT"}\n'
)

RULE = Rule(
    id="SER307",
    name="need-that-carries-nothing",
    category=Category.SERIAL,
    summary="A test, lint or build job needs another job of that kind, and nothing is passed on.",
    why=(
        "The jobs could run at once; in a chain the answer comes after the sum. Where the first fails, the agent mends it, "
        "pushes again and only then learns what the second had to say: two rounds in place of one (E15)."
    ),
    remediation="Drop the need; let both run at once, and gate only the delivery on both.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=120, source="E15"),
    station=Station.CI,
    evidence=("E15", "E5"),
    bad=(
        Bad(
            {".github/workflows/ci.yml": _LINT + "  test:\n    needs: lint\n" + _TEST},
            at=(".github/workflows/ci.yml:8",),
            fixed={
                ".github/workflows/ci.yml": "on: pull_request\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ruff check --output-format=github\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest --junitxml=report.xml\n"
            },
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    "lint:\n  script: [ruff check --output-format=gitlab]\n"
                    "test:\n  needs: [lint]\n  script: [pytest --junitxml=report.xml]\n"
                )
            },
            at=(".gitlab-ci.yml:4",),
            fixed={
                ".gitlab-ci.yml": "lint:\n  script: [ruff check --output-format=gitlab]\ntest:\n  script: [pytest --junitxml=report.xml]\n"
            },
        ),
        Bad(
            {
                ".circleci/config.yml": (
                    "version: 2.1\njobs:\n  lint:\n    docker: [{image: cimg/go:1.22}]\n    steps:\n      - run: golangci-lint run\n"
                    "  test:\n    docker: [{image: cimg/go:1.22}]\n    steps:\n      - run: gotestsum --junitfile r.xml\n"
                    "workflows:\n  ci:\n    jobs:\n      - lint\n      - test:\n          requires: [lint]\n"
                )
            },
            at=(".circleci/config.yml:16",),
        ),
        Bad(
            {
                ".woodpecker.yml": (
                    "steps:\n  test:\n    image: golang\n    commands:\n      - go test -json ./...\n  image:\n"
                    "    image: woodpeckerci/plugin-docker-buildx\n    depends_on: [test]\n    settings: {dry_run: true, repo: a/b}\n"
                )
            },
            at=(".woodpecker.yml:6",),
            title="a shared workspace that the tests do not change",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  quality:\n    uses: org/shared/.github/workflows/quality.yml@v1\n"
                    "  unit:\n    needs: quality\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm run unit\n"
                )
            },
            at=(".github/workflows/ci.yml:6",),
            fixed={
                ".github/workflows/ci.yml": "on: pull_request\njobs:\n  quality:\n    uses: org/shared/.github/workflows/quality.yml@v1\n  unit:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm run unit\n"
            },
            title="what both do is told by their names alone",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _LINT
                + "  basics:\n    needs: lint\n    runs-on: ubuntu-latest\n    steps:\n      - run: exit 0\n"
                + "  test:\n    needs: basics\n"
                + _TEST
            },
            at=(".github/workflows/ci.yml:13",),
            fixed={
                ".github/workflows/ci.yml": "on: pull_request\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ruff check --output-format=github\n  basics:\n    needs: lint\n    runs-on: ubuntu-latest\n    steps:\n      - run: exit 0\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest --junitxml=report.xml\n"
            },
            title="through a job that only gathers others",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _LINT
                + "  snapshot:\n    needs: lint\n    runs-on: ubuntu-latest\n    steps:\n"
                + "      - run: goreleaser release --snapshot --clean\n"
            },
            at=(".github/workflows/ci.yml:8",),
            fixed={
                ".github/workflows/ci.yml": "on: pull_request\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ruff check --output-format=github\n  snapshot:\n    runs-on: ubuntu-latest\n    steps:\n      - run: goreleaser release --snapshot --clean\n"
            },
            title="a dry run delivers nothing",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _LINT
                + "  test:\n    # do not waste the slow machines\n    needs: lint\n"
                + _TEST
            },
            at=(".github/workflows/ci.yml:9",),
            fixed={
                ".github/workflows/ci.yml": "on: pull_request\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ruff check --output-format=github\n  test:\n    # do not waste the slow machines\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest --junitxml=report.xml\n"
            },
            title="with the author's reason it is a matter of judgement: pedantic",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _LINT
                + "  test:\n    needs: lint\n    if: needs.lint.result == 'success'\n"
                + _TEST
            },
            at=(".github/workflows/ci.yml:8",),
            title="a condition that says what a need means anyway",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _LINT
                + "  tidy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./hack/is-vendored.sh\n"
                + "  test:\n    needs: [lint, tidy]\n"
                + _TEST
            },
            at=(".github/workflows/ci.yml:12",),
            title="beside a job of which only its end is waited for",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _LINT
                + "  test:\n    needs: lint\n"
                + _TEST
                + "      - uses: actions/attest-build-provenance@v3\n        if: startsWith(github.ref, 'refs/tags/')\n"
                + "        with: {subject-path: app}\n"
            },
            at=(".github/workflows/ci.yml:8",),
            fixed={
                ".github/workflows/ci.yml": "on: pull_request\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ruff check --output-format=github\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest --junitxml=report.xml\n      - uses: actions/attest-build-provenance@v3\n        if: startsWith(github.ref, 'refs/tags/')\n        with: {subject-path: app}\n"
            },
            title="a signature for a tag's build hands nothing out",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _VERSION
                + "  unit:\n"
                + _TEST
                + "  e2e:\n    needs: [unit, version]\n    env:\n      VERSION: ${{ needs.version.outputs.v }}\n"
                + _TEST
            },
            at=(".github/workflows/ci.yml:14",),
            title="one need gives an output in no time, and the tests beside it are waited for",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _VERSION
                + "  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ruff check --output-format=github\n"
                + "  test:\n    needs: [version, lint]\n    env:\n      VERSION: ${{ needs.version.outputs.v }}\n"
                + _TEST
            },
            at=(".github/workflows/ci.yml:14",),
            title="the linter is waited for beside the job that finds out what to run",
        ),
        Bad(
            {".github/workflows/ci.yml": _BUILD + "  test:\n    needs: build\n" + _TEST},
            at=(".github/workflows/ci.yml:8",),
            fixed={
                ".github/workflows/ci.yml": "on: pull_request\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make all\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest --junitxml=report.xml\n"
            },
            title="a build that is gone with its machine",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": "on: pull_request\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n"
                "      - uses: astral-sh/setup-uv@v7\n        with: {enable-cache: true}\n      - run: uv build\n"
                "  docs:\n    needs: build\n    runs-on: ubuntu-latest\n    steps:\n      - run: make docs\n"
            },
            at=(".github/workflows/ci.yml:10",),
            fixed={
                ".github/workflows/ci.yml": "on: pull_request\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: astral-sh/setup-uv@v7\n        with: {enable-cache: true}\n      - run: uv build\n  docs:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make docs\n"
            },
            title="a cache of packages holds nothing of the build",
        ),
        Bad(
            {".github/workflows/ci.yml": _VERSION + "  test:\n    needs: version\n" + _TEST},
            at=(".github/workflows/ci.yml:10",),
            fixed={
                ".github/workflows/ci.yml": 'on: pull_request\njobs:\n  version:\n    runs-on: ubuntu-latest\n    outputs:\n      v: ${{ steps.v.outputs.v }}\n    steps:\n      - {id: v, run: echo "v=1" >> "$GITHUB_OUTPUT"}\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest --junitxml=report.xml\n'
            },
            title="outputs that nobody reads here",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  unit:\n"
                    + _TEST
                    + "  test_success:\n    if: always()\n    needs: unit\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - if: needs.unit.result == 'success'\n        run: true\n      - if: needs.unit.result != 'success'\n        run: false\n"
                    "  sort:\n    needs: test_success\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - run: ./sort-classes.sh && git diff --exit-code\n"
                )
            },
            at=(".github/workflows/ci.yml:17",),
            fixed={
                ".github/workflows/ci.yml": "on: pull_request\njobs:\n  unit:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest --junitxml=report.xml\n  test_success:\n    if: always()\n    needs: unit\n    runs-on: ubuntu-latest\n    steps:\n      - if: needs.unit.result == 'success'\n        run: true\n      - if: needs.unit.result != 'success'\n        run: false\n  sort:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: ./sort-classes.sh && git diff --exit-code\n"
            },
            title="a check of what is made afresh, behind the job that gathers the tests",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  conventional:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - uses: webiny/action-conventional-commits@v1.3.0\n  unit-tests:\n    needs: conventional\n"
                    + _TEST
                )
            },
            at=(".github/workflows/ci.yml:9",),
            fixed={
                ".github/workflows/ci.yml": "on: pull_request\njobs:\n  conventional:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - uses: webiny/action-conventional-commits@v1.3.0\n  unit-tests:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest --junitxml=report.xml\n"
            },
            title="tests that wait for a look at the commits' messages",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  cookstyle:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - run: bundle exec cookstyle --format github\n  shfmt:\n    needs: cookstyle\n    runs-on: ubuntu-latest\n"
                    "    steps:\n      - uses: actions/checkout@v4\n"
                )
            },
            at=(".github/workflows/ci.yml:9",),
            fixed={
                ".github/workflows/ci.yml": "on: pull_request\njobs:\n  cookstyle:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: bundle exec cookstyle --format github\n  shfmt:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
            },
            title="a formatter, told by its job's name",
        ),
        Bad(
            {".github/workflows/ci.yml": _ELSEWHERE.replace("CHECK", "soundness")},
            at=(".github/workflows/ci.yml:6",),
            fixed={
                ".github/workflows/ci.yml": "on: pull_request\njobs:\n  first:\n    uses: o/w/.github/workflows/soundness.yml@v1\n  tests:\n    uses: o/w/.github/workflows/test.yml@v1\n"
            },
        ),
    ),
    good=(
        Good({".github/workflows/ci.yml": _ELSEWHERE.replace("CHECK", "lint-build")}, because="it may leave its build"),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  prepare:\n    uses: ./.github/workflows/prepare.yml\n"
                    "  test:\n    needs: prepare\n" + _TEST
                ),
                ".github/workflows/prepare.yml": (
                    "on: workflow_call\njobs:\n  tools:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - uses: actions/cache@v4\n        with: {path: tools, key: \"t-${{ hashFiles('build/**') }}\"}\n"
                    "      - run: make tools\n"
                ),
            },
            because="the called workflow leaves what it built in a cache",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _LINT + "  web:\n    needs: lint\n    uses: ./.github/workflows/web.yml\n",
                ".github/workflows/web.yml": "on: workflow_call\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n"
                "      - run: make all\n      - run: git commit -am built && git push\n",
            },
            because="what it builds is pushed, in the workflow that it calls",
        ),
        Good(
            {
                ".github/workflows/release.yml": _LINT.replace("pull_request", "release")
                + "  build:\n    needs: lint\n    runs-on: ubuntu-latest\n    steps:\n      - run: make all\n"
            },
            because="nothing of a release is built before the checks have passed",
        ),
        Good(
            {".github/workflows/ci.yml": _BUILD + "      - run: docker push a/b\n  test:\n    needs: build\n" + _TEST},
            because="what it built is sent to where the tests may find it",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _VERSION
                + "  test:\n    needs: version\n    env:\n      VERSION: ${{ needs.version.outputs.v }}\n"
                + _TEST
            },
            because="the output is read",
        ),
        Good({".github/workflows/ci.yml": _LINT + "  test:\n" + _TEST}, because="both run at once"),
        Good(
            {
                ".github/workflows/ci.yml": _BUILD
                + '      - uses: actions/cache@v4\n        with: {path: out, key: "o-${{ github.sha }}"}\n  test:\n    needs: build\n'
                + _TEST
            },
            because="what was built may lie in the cache",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python -m build\n"
                    "      - uses: actions/upload-artifact@v4\n        with: {name: dist, path: dist}\n"
                    "  test:\n    needs: build\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - uses: actions/download-artifact@v4\n        with: {name: dist}\n      - run: pytest --junitxml=r.xml\n"
                )
            },
            because="the tests take the built artifact",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _LINT
                + "  deploy:\n    needs: lint\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh\n"
            },
            because="a deploy follows its checks",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _LINT
                + "  done:\n    needs: lint\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo done\n"
            },
            because="a job that only says how it went",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  ui-test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n"
                    "      - uses: org/artifacts/save@v1\n  build:\n    needs: ui-test\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - uses: org/artifacts/restore@v1\n      - run: make build\n"
                )
            },
            because="another's steps carry files from one to the other",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  check-permissions:\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - run: ./may-run.sh\n  test:\n    needs: check-permissions\n"
                )
                + _TEST
            },
            because="the first decides whether the second may run",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _VERSION.replace(
                    "- {id: v,", "- {uses: fkirc/skip-duplicate-actions@v5}\n      - {id: v,"
                )
                + "  test:\n    needs: version\n"
                + _TEST
            },
            because="a step of the first stops runs that are not needed",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag a job once for the written needs that bring it nothing; beside a real need it is a matter of judgement."""
    pipeline = repository.pipeline_of(job)
    if only_reports(job) or not (pipeline.triggers.for_changes or pipeline.reusable) or _goes_out(job, repository):
        return
    written = [need for need in job.needs if not need.implicit]
    idle = [(need, needlessly_after(need, job, pipeline, repository)) for need in written]
    found = [(need, earlier) for need, earlier in idle if earlier is not None]
    if not found:
        return
    need = found[0][0]
    real = [one for one, earlier in idle if earlier is None and not empty_handed(one, job, pipeline, repository)]
    place = Place(job.place.path, need.span) if need.span.end > need.span.start else job.place
    alone = len(found) == len(job.needs) and "needs." not in _text(job, repository)
    names = ", ".join(f"`{earlier.id}`" for _, earlier in found)
    yield Hit(
        place=place,
        message=f"`{job.id}` waits for {names} and takes nothing from it; drop the need and let both run at once",
        unit=job.unit,
        tier=Tier.PEDANTIC
        if _may_be_wanted(found, job, repository) or not _holds_up(real, pipeline, repository)
        else None,
        fix=without_line(place, "drop the need", repository) if alone and place is not job.place else None,
    )


def _text(job: Job, repository: Repository) -> str:
    """The job as it is written: an expression in it may ask how a need ended."""
    return repository.text(job.place.path)[job.place.span.start : job.place.span.end]


def _holds_up(real: list[Need], pipeline: Pipeline, repository: Repository) -> bool:
    """True where the wait is that for the needless jobs: beside real needs, where those only find out what to run."""
    wanted = [earlier for need in real if (earlier := pipeline.job(need.job)) is not None]
    return all(not work_of_job(earlier, repository) & FEEDBACK and not earlier.needs for earlier in wanted)


_OUTWARD = lazily(r"(?:^|[/_.-])(?:deploy|publish|release|rollout|push)(?:$|[/_.-])", re.IGNORECASE)
_PUSHED = frozenset({"push", "push-to-registry"})


def _goes_out(job: Job, repository: Repository) -> bool:
    """True for a job whose work leaves the run, itself or by the workflow it calls: what is wrong must not get that far."""
    if _OUTWARD.search(job.calls.partition("@")[0].removesuffix(".yml").removesuffix(".yaml")):
        return True
    called = job.calls.removeprefix("./")
    inner = [one for pipeline in repository.pipelines if called and pipeline.path == called for one in pipeline.jobs]
    return any(delivers(one, repository) or _pushes(one) for one in (*inner, *([job] if not called else ())))


def _pushes(job: Job) -> bool:
    """True for a job that pushes a commit, a branch or an image."""
    for step in job.steps:
        if any(
            command.program in {"git", "docker", "podman"} and "push" in command.texts() for command in step.commands
        ):
            return True
        if step.action is not None and any(
            name in step.action.inputs and step.action.inputs[name].value.strip().lower() != "false" for name in _PUSHED
        ):
            return True
    return False


def _may_be_wanted(found: list[tuple[Need, Job]], job: Job, repository: Repository) -> bool:
    """True where a comment gives a reason for the order, or both jobs work on one thing outside."""
    return any(is_meant(need, job, earlier, repository) or shares_outside(job, earlier) for need, earlier in found)
