"""The whole history is fetched and nothing looks at it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.pipeline import Job, Setting
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_of, line_start
from agentlint.files.source import Place
from agentlint.judgements.running.history import uses_history
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.yaml_edits import without_line

RULE = Rule(
    id="FBK602",
    name="unused-history",
    category=Category.FEEDBACK,
    summary="A job fetches the whole history and nothing in it looks past the newest commit.",
    why="Every run downloads every commit ever made before the first command starts; on an old repository that is minutes.",
    remediation="Leave `fetch-depth` at its default of 1; where only names are needed, use `filter: blob:none`.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=15),
    station=Station.CI,
    evidence=("E3",),
    references=("https://github.com/actions/checkout#usage",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: ./build all\n"
                )
            },
            at=(".github/workflows/ci.yml:7",),
            fixed={
                ".github/workflows/ci.yml": "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n      - run: ./build all\n"
            },
        ),
        Bad(
            {".gitlab-ci.yml": "variables:\n  GIT_DEPTH: 0\ntest:\n  timeout: 5m\n  script:\n    - ./build all\n"},
            at=(".gitlab-ci.yml:2",),
        ),
        Bad(
            {
                ".github/workflows/release.yml": (
                    "on: workflow_dispatch\njobs:\n  msi:\n    runs-on: windows-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: ./build msi\n"
                    "      - uses: softprops/action-gh-release@v2\n"
                )
            },
            at=(".github/workflows/release.yml:7",),
            fixed={
                ".github/workflows/release.yml": "on: workflow_dispatch\njobs:\n  msi:\n    runs-on: windows-latest\n    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n      - run: ./build msi\n      - uses: softprops/action-gh-release@v2\n"
            },
            title="an upload to a release looks at no commit",
        ),
        Bad(
            {
                ".github/workflows/site.yml": (
                    "on: workflow_dispatch\njobs:\n  list:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: python tools/list.py\n"
                    "      - uses: someone/github-action-push-to-another-repository@v1\n"
                ),
                "tools/list.py": "print(open('data.json').read())\n",
            },
            at=(".github/workflows/site.yml:7",),
            fixed={
                ".github/workflows/site.yml": "on: workflow_dispatch\njobs:\n  list:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n      - run: python tools/list.py\n      - uses: someone/github-action-push-to-another-repository@v1\n"
            },
            title="what is pushed goes to a clone of another repository",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: ./tools/hello.ps1\n        shell: pwsh\n"
                ),
                "tools/hello.ps1": '# git log is not asked\ngit config core.autocrlf true\nWrite-Host "hello"\n',
            },
            at=(".github/workflows/ci.yml:7",),
            fixed={
                ".github/workflows/ci.yml": "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n      - run: ./tools/hello.ps1\n        shell: pwsh\n"
            },
            title="a script that sets git up and looks at no commit",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0 # all history for all tags\n"
                    "      - run: |\n          tar xf tool.tar.gz\n          cd tool\n          ./setup.sh\n      - run: pytest --junitxml=r.xml\n"
                ),
            },
            at=(".github/workflows/ci.yml:7",),
            fixed={
                ".github/workflows/ci.yml": "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          tar xf tool.tar.gz\n          cd tool\n          ./setup.sh\n      - run: pytest --junitxml=r.xml\n"
            },
            title="the script comes out of an archive, and the remark gives no reason",
        ),
        Bad(
            {
                ".github/workflows/book.yml": (
                    "on: workflow_dispatch\njobs:\n  pages:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: mdbook build\n"
                ),
                "Cargo.toml": '[package]\nname = "x"\n\n[dependencies]\npbr = "1"\nvergen = "8"\n',
                "book.toml": '[book]\ntitle = "x"\n',
            },
            at=(".github/workflows/book.yml:7",),
            fixed={
                ".github/workflows/book.yml": (
                    "on: workflow_dispatch\njobs:\n  pages:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n      - run: mdbook build\n"
                )
            },
            title="a book is made, and not the program whose version git tells",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/book.yml": (
                    "on: workflow_dispatch\njobs:\n  pages:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: mdbook build\n"
                ),
                "book.toml": "[preprocessor.last-changed]\n",
            },
            because="each page tells when it was changed",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0 # required for composer to detect the root version\n"
                    "      - run: composer install\n"
                ),
                "composer.json": '{"name": "a/b"}\n',
            },
            because="the remark says what the history is for",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n"
                    "          path: lib\n      - run: |\n          cd lib/tools\n          ./pack.sh\n"
                ),
                "tools/pack.sh": "#!/bin/sh\nset -e\necho $(git rev-list HEAD --count) > number\n",
            },
            because="the script counts the commits of the checkout, which lies in a folder of its own",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n"
                    "      - run: cargo run -- --latest\n"
                ),
                "Cargo.toml": '[package]\nname = "teller"\nversion = "1.0.0"\n[dependencies]\ngit2 = "0.19"\n',
            },
            because="the program that is built here reads commits itself",
        ),
        Good(
            {
                ".github/workflows/cd.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n"
                    "      - uses: orhun/git-cliff-action@v4\n"
                ),
            },
            because="the notes are made of the commits",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: ./tools/version.ps1\n        shell: pwsh\n"
                ),
                "tools/version.ps1": '$n = [Int32]::Parse((git rev-list --count "v1..HEAD")) + 1\n"version $n" | Out-File VERSION\n',
            },
            because="a script of PowerShell counts the commits",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: dotnet build App.sln\n"
                ),
                "src/App.csproj": '<Project><Target Name="V"><Exec Command="pwsh -File tools/version.ps1" /></Target></Project>\n',
                "tools/version.ps1": "(git rev-list --count HEAD) | Out-File VERSION\n",
            },
            because="the project file runs a script that counts the commits",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: $(composer global config bin-dir --absolute)/roave-backward-compatibility-check\n"
                ),
            },
            because="the check compares with the last tag",
        ),
        Good(
            {
                ".github/workflows/commits.yml": (
                    "on: workflow_dispatch\njobs:\n  commits:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - uses: crate-ci/committed@v1\n"
                )
            },
            because="the messages of all commits of a branch are checked",
        ),
        Good(
            {
                ".github/workflows/version.yml": (
                    "on: workflow_dispatch\njobs:\n  version:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n"
                    "      - uses: cycjimmy/semantic-release-action@v5\n"
                )
            },
            because="the next version is made of all commits since the last",
        ),
        Good(
            {
                ".github/workflows/image.yml": (
                    "on: workflow_dispatch\njobs:\n  image:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n"
                    "      - run: ./shared/find-image.sh base\n"
                )
            },
            because="the script comes from elsewhere, and what it looks at is not seen",
        ),
        Good(
            {
                ".github/workflows/backport.yml": (
                    "on: workflow_dispatch\njobs:\n  carry:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: bundle exec rake carry:v1\n"
                )
            },
            because="a backport takes commits from one branch to another",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: git describe --tags\n"
                )
            },
            because="git describe needs the history",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: gh pr create -B main -H dev --fill\n"
                )
            },
            because="the text of the request is written from the commits",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: ./build all\n"
                ),
                "pyproject.toml": '[build-system]\nrequires = ["setuptools", "setuptools-scm"]\n[project]\nname = "x"\ndynamic = ["version"]\n',
            },
            because="the build takes its version from the tags",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: ./gradlew build\n"
                ),
                "lib/build.gradle.kts": 'val v = exec { commandLine("git", "describe", "--tags") }\n',
            },
            because="a build file below asks git for the version",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: python tools/update.py\n"
                ),
                "tools/update.py": 'import subprocess\n\nsubprocess.run(["git", "push", "-u", "origin", "b"])\n',
            },
            because="the program that the job runs works on branches",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - uses: org/pull-request@v1\n        with: {get_diff: true}\n"
                ),
            },
            because="the step compares branches",
        ),
        Good(
            {
                "bitbucket-pipelines.yml": (
                    "image: cakebuild/cake:sdk-8.0\nclone:\n  depth: full\npipelines:\n  default:\n    - step:\n"
                    "        max-time: 9\n        script:\n          - ./build.sh --target=Test\n"
                ),
                "build.sh": '#!/bin/sh\nset -e\ndotnet tool restore\ndotnet cake "$@"\n',
                "GitVersion.yml": "next-version: 6.0.0\n",
            },
            because="GitVersion counts the commits since the last tag",
        ),
        Good(
            {
                ".github/workflows/quality.yml": (
                    "on: workflow_dispatch\njobs:\n  code:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n"
                    "      - uses: actions/setup-java@v4\n        with: {distribution: zulu, java-version: 25, cache: maven}\n"
                    "      - run: ./mvnw $MAVEN_ARGS verify sonar:sonar -Dsonar.organization=x\n"
                ),
            },
            because="the analysis asks git who wrote which line",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n      - run: ./build all\n"
                )
            },
            because="the default is a depth of one",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag a step or setting that asks for depth 0 in a job that does not look back."""
    pipeline = repository.pipeline_of(job)
    for step in job.steps:
        action = step.action
        depth = action.inputs.get("fetch-depth") or action.inputs.get("fetchDepth") if action is not None else None
        if depth is None or depth.value.strip() != "0" or _says_why(step.place.path, depth, repository):
            continue
        if not uses_history(job, repository):
            asked = Place(step.place.path, depth.span)
            fix = without_line(asked, "leave the depth at its default", repository)
            yield Hit(place=step.place, message=_message("fetch-depth: 0"), unit=job.unit, fix=fix)
    first = pipeline.jobs[0].id if pipeline.jobs else ""
    if pipeline.clone_depth == 0 and pipeline.clone_depth_span is not None and job.id == first:
        if not any(uses_history(other, repository) for other in pipeline.jobs):
            place = Place(pipeline.path, pipeline.clone_depth_span)
            yield Hit(place=place, message=_message("a clone depth of 0"), unit=job.unit)


_REASON = lazily(
    r"#(?![^\n]*\b(?:not|no longer|if)\b)[^\n]*\b(?:need(?:ed|s)?|require[sd]?|necessary|otherwise|because|so that)\b"
    r"[^\n]*\b(?:versions?|tags?|describe|changelogs?|blame|diffs?|compar\w+|merge[- ]base|authors?|dates?)\b",
    re.IGNORECASE,
)
"""A remark that says what older commits are wanted for, and not only that all are fetched."""


def _says_why(path: str, depth: Setting, repository: Repository) -> bool:
    """True where the line of the setting, or the remark above it, tells what the history is needed for."""
    text = repository.text(path)
    start = line_start(text, depth.span.start)
    above = line_of(text, start - 1).strip() if start else ""
    return any(_REASON.search(line) for line in (line_of(text, start), above if above.startswith("#") else ""))


def _message(setting: str) -> str:
    return f"`{setting}` fetches the whole history and nothing here uses it; leave the depth at its default"
