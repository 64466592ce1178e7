"""A build or a pipeline takes somebody else's sources or templates from the head of a branch."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end
from agentlint.files.source import Place, Span
from agentlint.judgements.pinning.build_contexts import moving_contexts
from agentlint.judgements.pinning.moving_addresses import LATEST
from agentlint.judgements.pinning.own_project import is_own
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_HEADS = r"(?:origin/|refs/heads/)?(?:main|master|HEAD|head|develop|trunk)"
_WRAP = lazily(rf"^[ \t]*revision[ \t]*=[ \t]*{_HEADS}\s*?$", re.MULTILINE)
_CMAKE = lazily(
    rf"^[ \t]*(?:[A-Za-z]\w*\([^#\n]*://[^#\n]*[ \t])?GIT_TAG[ \t]+[\"']?(?:{_HEADS}|(?:origin/)?(?:devel|next))[\"']?[ \t]*\)?[ \t]*(?:#.*)?\r?$"
    rf"|^[ \t]*CPM\w*Package\([ \t]*[\"'][^\"'#\s]+#{_HEADS}[\"'].*$"
    r"|^[ \t]*URL[ \t]+\S+/archive/refs/heads/\S+.*$",
    re.MULTILINE,
)
"""`FetchContent`, `ExternalProject` and CPM at a branch. Sources: cmake.org/cmake/help/latest/module/FetchContent.html,
github.com/cpm-cmake/CPM.cmake#usage."""
_REMOTE = lazily(
    rf"^[ \t-]*remote:[ \t]*['\"]?https://\S+?/(?:raw/|[\w.-]+/)(?:refs/heads/)?{_HEADS}/\S+.*$", re.MULTILINE
)
"""Source: docs.gitlab.com/ci/yaml/#includeremote."""
_LIBRARY = lazily(
    rf"^[ \t]*(?:@Library\([ \t]*\[?[^\n]*|library[ (]+(?:identifier:[ \t]*)?)[\"'][\w./-]+@{_HEADS}[\"'].*$",
    re.MULTILINE,
)
"""Source: www.jenkins.io/doc/book/pipeline/shared-libraries/#library-versions."""
_ORB = lazily(r"^[ \t]+[\w-]+:[ \t]*['\"]?[\w-]+/[\w-]+@(?:volatile|dev:[\w.-]+)['\"]?[ \t]*(?:#.*)?\r?$", re.MULTILINE)
"""Source: circleci.com/docs/guides/orbs/use/orb-concepts (Semantic versioning)."""
_COMPONENT = lazily(rf"^[ \t-]*component:[ \t]*['\"]?\S+@(?:{_HEADS}|~latest)['\"]?[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_DECLARED = lazily(
    r"^[ \t]*(?:FetchContent_Declare|ExternalProject_Add)[ \t]*\((?P<body>[^()]*)\)", re.MULTILINE | re.IGNORECASE
)
_BAZEL = lazily(
    rf"^[ \t]*(?:branch[ \t]*=[ \t]*[\"']{_HEADS}[\"']|.*https?://[^\"'\s]+/archive/(?:refs/heads/)?(?:main|master)\.(?:zip|tar\.gz)).*$",
    re.MULTILINE,
)
_WEST = lazily(rf"^[ \t-]*revision:[ \t]*{_HEADS}[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_SWIFT = lazily(r"^[ \t]*\.package\([^)\n]*\bbranch:?[ \t(]*\"[^\"]+\".*$", re.MULTILINE)
_ADDED = lazily(r"(?:https?://[^#?\s]+\.git|git@[^#?\s]+|https://sh\.rustup\.rs)/?$")
_PROJECT = lazily(r"^(?P<indent>[ \t]*)(?P<dash>-[ \t]+)?project:[ \t]*\S+.*$", re.MULTILINE)
_REF = lazily(r"^[ \t]*(?:-[ \t]+)?ref:[ \t]*(?P<ref>\S+)", re.MULTILINE)

RULE = Rule(
    id="REP815",
    name="floating-source",
    category=Category.REPRODUCIBILITY,
    summary="Sources or CI templates of another project are taken from the head of a branch.",
    why="Each push to that branch changes this build or pipeline, and no commit here says what changed.",
    remediation="Name a tag or a commit, and let an update bot move it.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=10),
    station=Station.BUILD,
    references=(
        "https://mesonbuild.com/Wrap-dependency-system-manual.html",
        "https://cmake.org/cmake/help/latest/module/ExternalProject.html#git",
        "https://docs.gitlab.com/ci/yaml/#includeproject",
        "https://docs.gitlab.com/ci/components/#component-versions",
    ),
    bad=(
        Bad(
            {
                "CMakeLists.txt": (
                    'CPMAddPackage("gh:x/y#master")\nFetchContent_Declare(z GIT_REPOSITORY https://github.com/z/z GIT_TAG main)\n'
                ),
                ".gitlab-ci.yml": "include:\n  - remote: https://gitlab.com/x/ci/-/raw/main/lint.yml\n",
                "Jenkinsfile": "@Library('shared@master') _\n",
                ".circleci/config.yml": "version: 2.1\norbs:\n  aws: circleci/aws-cli@volatile\n",
            },
            at=("CMakeLists.txt:1", "CMakeLists.txt:2", ".gitlab-ci.yml:2", "Jenkinsfile:1", ".circleci/config.yml:3"),
            title="in one line, and what CI systems take in",
        ),
        Bad(
            {"subprojects/x.wrap": "[wrap-git]\nurl = https://github.com/x/x.git\nrevision = main\n"},
            at=("subprojects/x.wrap:3",),
        ),
        Bad(
            {
                "CMakeLists.txt": "include(FetchContent)\nFetchContent_Declare(x\n  GIT_REPOSITORY https://github.com/x/x\n  GIT_TAG origin/master\n)\n"
            },
            at=("CMakeLists.txt:4",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "include:\n  - project: team/templates\n    file: lint.yml\n  - component: gitlab.com/team/c@main\n"
            },
            at=(".gitlab-ci.yml:2", ".gitlab-ci.yml:4"),
        ),
        Bad(
            {
                "azure-pipelines.yml": (
                    "trigger: [main]\nresources:\n  repositories:\n    - repository: templates\n      type: github\n      name: team/templates\n"
                    "      ref: refs/heads/main\r\nsteps:\n  - script: ./build all\n"
                )
            },
            at=("azure-pipelines.yml:7",),
        ),
        Bad(
            {
                "Dockerfile": "FROM alpine:3.20\nADD https://github.com/x/y/archive/master.tar.gz /y\nADD https://github.com/x/z.git /z\n",
                "cmake/deps.cmake": "FetchContent_Declare(\n  x\n  GIT_REPOSITORY https://github.com/x/x\n)\n",
                "WORKSPACE": 'git_repository(\n    name = "x",\n    branch = "main",\n)\n',
                "west.yml": "manifest:\n  projects:\n    - name: zephyr\n      revision: main\n",
                "Package.swift": 'let p = Package(dependencies: [\n  .package(url: "https://example.org/x", branch: "main"),\n])\n',
            },
            at=("Dockerfile:2", "Dockerfile:3", "WORKSPACE:3", "Package.swift:2", "cmake/deps.cmake:3", "west.yml:4"),
            title="images, CMake without a tag, Bazel, Zephyr and Swift",
        ),
        Bad(
            {
                "Dockerfile": "FROM alpine:3.20\nADD --link https://example.org/data/vendors.db /vendors.db\n",
                "build/build.ps1": '$url = "https://example.org/tool/latest/tool.exe"\nInvoke-WebRequest $url -OutFile tool.exe\n',
            },
            at=("Dockerfile:2", "build/build.ps1:1"),
            title="a file with no version and no checksum, and an address kept in a variable",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  image:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: docker/build-push-action@v6\n        with:\n          context: https://github.com/x/y.git\n"
                    "      - run: docker build -t z https://github.com/x/z.git#main:image\n"
                ),
                "compose.yaml": "services:\n  a:\n    build: https://github.com/x/y.git\n  b:\n    build:\n      context: https://github.com/x/z.git#dev\n",
            },
            at=(".github/workflows/ci.yml:9", ".github/workflows/ci.yml:10", "compose.yaml:3", "compose.yaml:6"),
            title="an image that is built from somebody else's repository",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  image:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: docker/build-push-action@v6\n        with:\n          context: https://github.com/x/y.git#v1.2:image\n"
                    "      - uses: docker/build-push-action@v6\n        with:\n          context: https://github.com/${{ github.repository }}.git\n"
                    "      - run: docker build --label url=https://github.com/x/y.git https://github.com/x/y.git?ref=v1.2\n"
                ),
            },
            because="a tag, and this repository itself",
        ),
        Good(
            {
                "azure-pipelines.yml": (
                    "trigger: none\nresources:\n  repositories:\n    - repository: self\n      type: git\n      ref: refs/heads/main\n"
                    "steps:\n  - script: ./build all\n"
                )
            },
            because="the pipeline's own sources",
        ),
        Good(
            {
                "Dockerfile": (
                    "FROM alpine:3.20\nADD https://github.com/x/y.git#v1.2 /y\nADD https://example.org/y-1.2.tar.gz /z\nADD . /app\nADD tarball_latest.tar.gz /tmp/\nADD https://github.com/x/y/commits/master.atom /dev/null\n"
                ),
                "CMakeLists.txt": "FetchContent_Declare(y\n  URL https://example.org/y-1.2.tar.gz\n)\n",
            },
            because="a tag, and releases by name",
        ),
        Good(
            {
                "Dockerfile": "FROM alpine:3.20\nADD --checksum=sha256:24454f830cdd571e2c4ad15481119c43b3cafd48 https://example.org/vendors.db /x\n",
                "build/build.ps1": '$page = "https://example.org/tool/latest/notes.html"\nWrite-Host "See $page"\n',
            },
            because="the checksum refuses another file; the address is only shown",
        ),
        Good(
            {"subprojects/x.wrap": "[wrap-git]\nurl = https://github.com/x/x.git\nrevision = 1.4.2\n"}, because="a tag"
        ),
        Good(
            {"CMakeLists.txt": "FetchContent_Declare(x GIT_REPOSITORY https://github.com/x/x GIT_TAG v1.2)\n"},
            because="a tag",
        ),
        Good(
            {
                ".gitlab-ci.yml": "include:\n  - project: team/templates\n    ref: v3\n    file: lint.yml\n  - component: gitlab.com/team/c@1.2\n"
            },
            because="versions",
        ),
        Good(
            {".gitlab-ci.yml": "include:\n  - local: ci/lint.yml\nbuild:\n  trigger:\n    project: team/deploy\n"},
            because="a file of this repository, and a downstream pipeline, which is no template",
        ),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag each line that names a branch's head, or a template with no version."""
    yield from _added(repository)
    for address, place in moving_contexts(repository):
        if not is_own(address, repository):
            yield _hit(place.path, *place.span, address)
    pipelines = {pipeline.path for pipeline in repository.pipelines if pipeline.system == "azure"}
    for path in repository.judged:
        base = path.rsplit("/", 1)[-1]
        if path.endswith(".wrap"):
            yield from _lines(path, _WRAP, repository)
        elif base == "CMakeLists.txt" or path.endswith(".cmake"):
            yield from _lines(path, _CMAKE, repository)
            yield from _undecided(path, repository)
        elif base in {"WORKSPACE", "WORKSPACE.bazel", "MODULE.bazel"} or path.endswith(".bzl"):
            yield from _lines(path, _BAZEL, repository)
        elif path.endswith((".ps1", ".psm1")) and _BUILDS.search(path):
            yield from _kept_addresses(path, repository)
        elif base == "west.yml":
            yield from _lines(path, _WEST, repository)
        elif base == "Package.swift" and "Package.resolved" not in repository.project.paths:
            yield from _lines(path, _SWIFT, repository)
        elif base.startswith("Jenkinsfile") or base.endswith(".jenkinsfile"):
            yield from _lines(path, _LIBRARY, repository)
        elif path.startswith(".circleci/") and not _MAKES_ORBS.intersection(repository.paths_by_name):
            yield from _lines(path, _ORB, repository)
        elif path in pipelines:
            yield from _templates(path, repository)
        elif base.startswith(".gitlab-ci") and base.endswith((".yml", ".yaml")):
            yield from _lines(path, _COMPONENT, repository)
            yield from _lines(path, _REMOTE, repository)
            yield from _includes(path, repository)


def _added(repository: Repository) -> Iterator[Hit]:
    """`ADD` of an address that moves, and of a repository without `#ref`."""
    for image in repository.images:
        for stage in image.stages:
            for instruction in stage.instructions:
                if instruction.keyword != "ADD" or instruction.arguments[-1:] == ("/dev/null",):
                    continue  # the latter keeps nothing: it only asks whether the layers below are stale
                for address in instruction.arguments[:-1]:
                    moves = (
                        ("://" in address and LATEST.search(address))
                        or _ADDED.match(address)
                        or _is_unversioned(address, instruction.flags)
                    )
                    if moves and not is_own(address, repository):
                        yield _hit(image.path, instruction.place.span.start, instruction.place.span.end, address)


_VERSION = lazily(r"\d+\.\d|[0-9a-f]{12,}|/v?\d+/|\d{4}-\d\d|\$")


def _is_unversioned(address: str, flags: tuple[str, ...]) -> bool:
    """True for a file by an address without any version, and with no checksum that would tell another one."""
    fetched = address.startswith(("https://", "http://")) and not any(flag.startswith("--checksum") for flag in flags)
    return fetched and not _VERSION.search(address) and not address.endswith((".asc", ".gpg", ".key", ".pub"))


_BUILDS = lazily(
    r"(?:^|[/._-])(?:build|ci|eng|tools?|scripts?|init|bootstrap|setup|install|appveyor|azure)", re.IGNORECASE
)
_DOWNLOADS = lazily(
    r"Invoke-WebRequest|\biwr\b|DownloadFile|Start-BitsTransfer|Invoke-RestMethod|\bcurl\b", re.IGNORECASE
)
_KEPT = lazily(
    r"^[ \t]*(?:\[\w.]+\])?(?:\$[\w:]+[ \t]*=[ \t]*|\(?New-Object [\w.]+\)?\.DownloadFile\([ \t]*)[\"'](?P<url>https?://[^\"'\n]+)[\"'].*$",
    re.MULTILINE | re.IGNORECASE,
)


def _kept_addresses(path: str, repository: Repository) -> Iterator[Hit]:
    """PowerShell that keeps the address of the newest release in a variable and downloads from it, or hands it to a WebClient."""
    source = repository.read(path)
    if source is None or _DOWNLOADS.search(source.text) is None:
        return
    for match in _KEPT.finditer(source.text):
        if (
            LATEST.search(match["url"])
            and "$" not in match["url"]
            and "api.github.com" not in match["url"]
            and not is_own(match["url"], repository)
        ):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield _hit(path, start, match.end(), match["url"])


def _undecided(path: str, repository: Repository) -> Iterator[Hit]:
    """A declaration by FetchContent or ExternalProject that names a repository and no tag: its default is `master`."""
    source = repository.read(path)
    for match in _DECLARED.finditer(source.text) if source is not None else ():
        if "GIT_REPOSITORY" in match["body"] and "GIT_TAG" not in match["body"] and not match[0].startswith("#"):
            start = match.start("body") + match["body"].index("GIT_REPOSITORY")
            text = source.text if source is not None else ""
            end = line_end(text, start)
            yield _hit(path, start, end, text[start:end])


_REPOSITORY = lazily(r"^(?P<indent>[ \t]*)-[ \t]+repository:[ \t]*\S+.*$", re.MULTILINE)
_MOVING_REF = lazily(rf"^[ \t]*ref:[ \t]*['\"]?{_HEADS}['\"]?[ \t]*(?:#.*)?\r?$", re.MULTILINE)


_MAKES_ORBS = frozenset({"@orb.yml", "orb.yml"})
"""In a repository that makes orbs, the build of the day is its own."""
_OWN = lazily(r"[ \t]*-[ \t]+repository:[ \t]*['\"]?self\b")


def _templates(path: str, repository: Repository) -> Iterator[Hit]:
    """Azure's `resources: repositories:` with a branch as their `ref`."""
    source = repository.read(path)
    for match in _REPOSITORY.finditer(source.text) if source is not None else ():
        text = source.text if source is not None else ""
        element = _element(text[match.start() :], len(match["indent"]) + 1)
        moving = _MOVING_REF.search(element)
        if moving is not None and not _OWN.match(match[0]):
            start = match.start() + moving.start()
            yield _hit(path, start, match.start() + moving.end(), moving[0].strip())


def _lines(path: str, pattern: re.Pattern[str], repository: Repository) -> Iterator[Hit]:
    source = repository.read(path)
    for match in pattern.finditer(source.text) if source is not None else ():
        yield _hit(path, match.start(), match.end(), match[0].strip(" -\t"))


def _hit(path: str, start: int, end: int, shown: str) -> Hit:
    return Hit(place=Place(path, Span(start, end)), message=f"`{shown[:80]}` moves; name a tag or a commit")


def _includes(path: str, repository: Repository) -> Iterator[Hit]:
    """`include: project:` elements with no `ref`, or one that is a branch."""
    source = repository.read(path)
    if source is None:
        return
    begin = re.search(r"^include:", source.text, re.MULTILINE)
    if begin is None:
        return
    over = re.compile(r"^[^\s#-]", re.MULTILINE).search(source.text, begin.end())
    end = over.start() if over is not None else len(source.text)
    for match in _PROJECT.finditer(source.text, begin.end(), end):
        column = len(match["indent"]) + len(match["dash"] or "")
        element = _element(source.text[match.start() : end], column if match["dash"] else 0)
        ref = _REF.search(element)
        if ref is None or re.fullmatch(_HEADS, ref["ref"].strip("'\"")):
            yield _hit(path, match.start(), match.end(), match[0].strip(" -\t"))


def _element(text: str, column: int) -> str:
    """The lines of one list element: the first, and those below it that stand at its column or deeper."""
    lines = text.split("\n")
    kept = lines[:1]
    for line in lines[1:]:
        if line.strip() and len(line) - len(line.lstrip()) < column:
            break
        kept.append(line)
    return "\n".join(kept)
