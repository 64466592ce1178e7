"""A CI job sets up whatever version of its language is newest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from agentlint.facts.pipeline import Action, Job, Setting
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.pinning.bazel_versions import SETS_UP_BAZEL, brings_newest_bazel
from agentlint.judgements.pinning.nightlies import moving_builds, nightly_by_reference
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_INPUTS = {
    "actions/setup-node": ("node-version", ("node-version-file",)),
    "actions/setup-python": ("python-version", ("python-version-file",)),
    "actions/setup-go": ("go-version", ("go-version-file",)),
    "actions/setup-java": ("java-version", ("java-version-file",)),
    "actions/setup-dotnet": ("dotnet-version", ("global-json-file",)),
    "gradle/actions/setup-gradle": ("gradle-version", ()),
    "gradle/gradle-build-action": ("gradle-version", ()),
    "task:nodetool": ("versionspec", ("versionfilepath",)),
    "task:usenode": ("version", ()),
    "task:usepythonversion": ("versionspec", ()),
    "task:gotool": ("version", ("gomodfilepath",)),
}
"""What tells the version, and the inputs that name a file instead. Sources: the actions' action.yml files, and
learn.microsoft.com/azure/devops/pipelines/tasks/reference (inputs of tasks are read in small letters)."""
_FLOATING = lazily(r"^(latest|current|node|stable|oldstable|\*|x|[23]\.x|[23]|>=?.*)$")

_NEWEST_GO = lazily(r"(?:\^1(?:\.\d+)*|1|1\.x)$")
"""Go has had one major version, so that `^1.20` is whatever is newest: welcome in a test, not in what is handed out."""
_EARLY = lazily(r"^jdk\.java\.net$|-ea$|^ea$|early[-_ ]?access")
"""Builds of a language before its release. Source: oracle-actions/setup-java README (`website: jdk.java.net`)."""
_RELEASES = lazily(r"release|publish", re.IGNORECASE)
_VERSION_INPUT = lazily(r"(^|[-_])version(-?spec)?$|version(?:toinstall)?$|^(rubygems|bundler)$", re.IGNORECASE)
_PHP_CHECKS = frozenset(
    "phpstan psalm phpcs phpcbf php-cs-fixer phpmd phan rector infection pint phpunit deptrac phpinsights easy-coding-standard ecs cs2pr"
    " parallel-lint phplint phpspec phpcpd churn composer-normalize composer-require-checker composer-unused"
    " composer-dependency-analyser wp-cli phpdoc".split()
)
"""Tools whose next release judges the same code otherwise; `phpstan:1.11` names one."""
_EXPRESSION = lazily(r"\$\{\{.*?\}\}")
_EXACT = lazily(r"[0-9a-f]{40}$|v?\d+\.\d+")
"""A commit or a full release, whose own table fixes what it installs."""
_NEWEST = frozenset({"latest", "latest-stable"})
_TOOL_ACTIONS: dict[str, tuple[str, ...]] = {
    "taiki-e/install-action": ("tool",),
    "taiki-e/cache-cargo-install-action": ("tool",),
    "actions-rs/install": ("crate",),
    "baptiste0928/cargo-install": ("crate",),
}
"""Actions that install what an input names, and the newest where neither `name@1.2` nor `version` says otherwise.
Sources: github.com/taiki-e/install-action#usage, github.com/baptiste0928/cargo-install#inputs."""
_NEWEST_BY_DEFAULT: dict[str, tuple[str, ...]] = {
    "oven-sh/setup-bun": ("bun-version", "bun-version-file", "bun-download-url"),
    "golangci/golangci-lint-action": ("version", "version-file", "install-mode"),
    "hashicorp/setup-terraform": ("terraform_version", "terraform_version_file"),
    "azure/setup-helm": ("version",),
    "azure/setup-kubectl": ("version",),
    "peaceiris/actions-hugo": ("hugo-version",),
    "snok/install-poetry": ("version",),
    "terraform-linters/setup-tflint": ("tflint_version",),
    "jaxxstorm/action-install-gh-release": ("tag",),
    "xampprocky/get-github-release": ("tag",),
    "earthly/actions-setup": ("version",),
    "opentofu/setup-opentofu": ("tofu_version", "tofu_version_file"),
    "hashicorp/setup-packer": ("version",),
    "dominikh/staticcheck-action": ("version",),
    "peaceiris/actions-mdbook": ("mdbook-version",),
    "quarto-dev/quarto-actions/setup": ("version",),
    "typst-community/setup-typst": ("typst-version", "version"),
    "aquasecurity/setup-trivy": ("version",),
    "jetli/wasm-pack-action": ("version",),
    "jetli/wasm-bindgen-action": ("version",),
    "jetli/trunk-action": ("version",),
    "medyagh/setup-minikube": ("minikube-version",),
    "moonrepo/setup-toolchain": ("moon-version", "proto-version"),
    "moonrepo/setup-moon-action": ("version",),
    "moonrepo/setup-proto": ("version",),
}
"""Actions that bring the newest release of their tool unless one of these inputs is given. Sources: their action.yml files."""

RULE = Rule(
    id="REP806",
    name="floating-runtime",
    category=Category.REPRODUCIBILITY,
    summary="A CI job sets up a language or a tool at a moving version such as `latest`.",
    why="On the day of a release every run of every branch changes its language, and failures name no cause.",
    remediation="Name the version, or the file that holds it (`node-version-file: .nvmrc`).",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=10),
    station=Station.SET_UP,
    references=("https://github.com/actions/setup-node#usage",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/setup-node@v4\n        with:\n          node-version: latest\n      - run: node x.js\n"
                )
            },
            at=(".github/workflows/ci.yml:9",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: earthly/actions-setup@v1\n      - run: earthly --ci +test\n"
                )
            },
            at=(".github/workflows/ci.yml:7",),
            title="the newest where no input says which",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/setup-python@v5\n        with:\n          python-version: 3.x\n      - run: python x.py\n"
                )
            },
            at=(".github/workflows/ci.yml:9",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: golangci/golangci-lint-action@v8\n        with:\n          version: latest\n"
                )
            },
            at=(".github/workflows/ci.yml:9",),
            title="a tool's own action",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: example/actions-hugo@v3\n        with:\n          hugo-version: 'latest'\n"
                    "      - uses: oven-sh/setup-bun@v2\n"
                    "      - uses: taiki-e/install-action@v2\n        with:\n          tool: nextest@0.9.70,cross\n"
                    "      - uses: moonrepo/setup-toolchain@v0\n"
                )
            },
            at=tuple(f".github/workflows/ci.yml:{line}" for line in (9, 10, 11, 14)),
            title="an input of another name, an action whose default is the newest, and a tool with no version",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: macos-15\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: maxim-lobanov/setup-xcode@v1\n        with:\n          xcode-version: latest-stable\n"
                    "      - uses: jaxxstorm/action-install-gh-release@v1\n        with:\n          repo: example/tool\n"
                )
            },
            at=(".github/workflows/ci.yml:9", ".github/workflows/ci.yml:10"),
            title="the newest Xcode of the image, and the newest release of a named project",
        ),
        Bad(
            {
                ".github/workflows/release.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/setup-go@v6\n        with:\n          go-version: '^1.20'\n          check-latest: true\n"
                    "      - uses: shivammathur/setup-php@v2\n        with:\n          tools: composer:v2, cs2pr, phpstan:1.11\n"
                )
            },
            at=(".github/workflows/release.yml:9", ".github/workflows/release.yml:11"),
            title="Go's one major version, and a tool without a version",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  fmt:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions-rs/toolchain@v1\n        with:\n          toolchain: nightly\n"
                    "      - uses: dtolnay/rust-toolchain@nightly\n"
                )
            },
            at=(".github/workflows/ci.yml:9", ".github/workflows/ci.yml:10"),
            title="what was built last night",
        ),
        Bad(
            {
                "azure-pipelines.yml": (
                    "trigger: [main]\njobs:\n  - job: a\n    timeoutInMinutes: 9\n    steps:\n      - task: DotNetCoreCLI@2\n        inputs:\n"
                    "          command: custom\n          custom: tool\n          arguments: install --tool-path . --prerelease sign\n"
                )
            },
            at=("azure-pipelines.yml:6",),
        ),
        Bad(
            {
                "azure-pipelines.yml": (
                    "pool:\n  vmImage: ubuntu-22.04\nsteps:\n  - task: NodeTool@0\n    inputs:\n      versionSpec: '*'\n"
                    "  - task: UsePythonVersion@0\n    inputs:\n      versionSpec: '3.x'\n  - script: make\n"
                )
            },
            at=("azure-pipelines.yml:6", "azure-pipelines.yml:9"),
            title="tasks of Azure Pipelines",
        ),
        Bad(
            {
                "MODULE.bazel": 'module(name = "x")\n',
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: bazel-contrib/setup-bazel@0.15.0\n        with:\n          bazelisk-version: 1.x\n      - run: bazel test //...\n"
                ),
            },
            at=(".github/workflows/ci.yml:7",),
            title="bazelisk is told its own version, and not Bazel's",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  next:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    continue-on-error: true\n    steps:\n"
                    "      - uses: actions-rs/toolchain@v1\n        with:\n          toolchain: nightly\n"
                )
            },
            because="a job that stops nobody tries what comes next",
        ),
        Good(
            {
                "MODULE.bazel": 'module(name = "x")\n',
                ".bazelversion": "8.1.0\n",
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: bazel-contrib/setup-bazel@0.15.0\n        with:\n          bazelisk-version: 1.x\n      - run: bazel test //...\n"
                ),
            },
            because="a file names Bazel's version",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  next:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: oracle-actions/setup-java@v1\n        with: {website: jdk.java.net, release: 27, version: latest}\n"
                    "      - run: ./mvnw verify\n"
                )
            },
            because="a Java that is not released yet is tried as new as it comes",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/setup-go@v6\n        with:\n          go-version: '^1.20'\n"
                )
            },
            because="a test with the newest Go of its one major version",
        ),
        Good(
            {
                ".prototools": 'moon = "1.41.0"\n',
                "package.json": '{"name": "x", "packageManager": "bun@1.2.3"}\n',
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: oven-sh/setup-bun@v2\n"
                    "      - uses: moonrepo/setup-toolchain@v0\n"
                    "      - uses: taiki-e/install-action@v2.41.3\n        with:\n          tool: cross\n"
                    "      - uses: taiki-e/install-action@v2\n        with:\n          tool: cross@0.2.5,mdbook@${{ env.MDBOOK }}\n"
                ),
            },
            because="a file names it, a full release of the action fixes its tools, and a version stands behind the tool",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/setup-node@v4\n        with:\n          node-version: 22\n      - run: node x.js\n"
                )
            },
            because="a major version moves only within itself",
        ),
        Good(
            {
                "azure-pipelines.yml": (
                    "pool:\n  vmImage: ubuntu-22.04\nsteps:\n  - task: NodeTool@0\n    inputs:\n      versionSpec: 22.x\n"
                    "  - task: NodeTool@0\n    inputs:\n      versionSource: fromFile\n      versionFilePath: .nvmrc\n"
                    "  - task: UsePythonVersion@0\n    inputs:\n      versionSpec: '3.12'\n  - script: make\n"
                )
            },
            because="a major version, and a file, of tasks of Azure Pipelines",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/setup-node@v4\n        with:\n          node-version-file: .nvmrc\n      - run: node x.js\n"
                )
            },
            because="a file names it",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    strategy:\n      matrix:\n"
                    "        node: [20, latest]\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n"
                    "          node-version: ${{ matrix.node }}\n      - run: node x.js\n"
                )
            },
            because="a matrix tries the newest beside fixed ones on purpose",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag set-up actions with a moving version, and those that bring the newest where none is named."""
    for step in (*job.steps, *job.inner_steps):
        if step.action is None or step.action.local:
            continue
        moving = _moving(step.action, _RELEASES.search(f"{job.place.path} {job.id}") is not None)
        for setting in (*moving, *moving_builds(step, job)):
            yield Hit(
                place=step.place._replace(span=setting.span),
                message=f"`{setting.value.strip()}` is another version tomorrow; name one, or the file that holds it",
                unit=job.unit,
            )
        if step.action.name in SETS_UP_BAZEL and brings_newest_bazel(job, repository):
            message = "bazelisk takes whatever Bazel is newest; commit a `.bazelversion`"
            yield Hit(place=step.place, message=message, unit=job.unit)
        if nightly_by_reference(step, job):
            message = "Rust is whatever was built last night; name its day (`nightly-2026-01-31`)"
            yield Hit(place=step.place, message=message, unit=job.unit)
        tool = _unversioned(step.action, repository)
        if tool:
            yield Hit(
                place=step.place,
                message=f"`{tool}` is installed at its newest version by this step; name one",
                unit=job.unit,
            )


def _moving(action: Action, for_release: bool) -> Iterator[Setting]:
    runtime = _INPUTS.get(action.name)
    if any(_EARLY.search(setting.value) for setting in action.inputs.values()):
        return  # what is tried before its release is taken as new as it comes
    for name, setting in action.inputs.items():
        if runtime is not None and name == runtime[0]:
            continue
        if _VERSION_INPUT.search(name) and setting.value.strip().strip("'\"") in _NEWEST:
            yield setting
    if runtime is None or any(name in action.inputs for name in runtime[1]):
        return
    written = action.inputs.get(runtime[0])
    value = written.value.strip().strip("'\"") if written is not None else ""
    floats = _FLOATING.match(value) or (for_release and action.name == "actions/setup-go" and _NEWEST_GO.match(value))
    if written is not None and floats and "\n" not in value:
        yield written


def _unversioned(action: Action, repository: Repository) -> str:
    """The tool that this step installs at its newest version, as no input says which; "" where one does."""
    if action.name in _TOOL_ACTIONS:
        held = action.name.startswith("taiki-e/") and (
            _EXACT.match(action.version) is not None or not any(letter.isdigit() for letter in action.version)
        )
        return "" if held else _unversioned_tools(action)
    if action.name == "task:dotnetcorecli":
        return _dotnet_tool(action)
    if action.name == "shivammathur/setup-php" and "tools" in action.inputs:
        named = [tool.strip() for tool in re.split(r"[,\n]", action.inputs["tools"].value)]
        return ", ".join(tool for tool in named if tool in _PHP_CHECKS)
    known = _NEWEST_BY_DEFAULT.get(action.name.lower())
    if known is None or any(name in action.inputs for name in known) or _told_by_a_file(action, repository):
        return ""
    if "repo" in action.inputs:
        return action.inputs["repo"].value.strip()  # it fetches a release of whichever project is named
    owner, _, name = action.name.partition("/")
    tool = name.rpartition("/")[2].removeprefix("setup-").removeprefix("install-").removesuffix("-action")
    return owner if tool in {"setup", "actions-setup", "toolchain"} else tool


def _dotnet_tool(action: Action) -> str:
    """Azure's `custom: tool` with `arguments: install --global x` and no version."""
    given = {name.lower(): setting.value.strip() for name, setting in action.inputs.items()}
    words = given.get("arguments", "").split()
    if given.get("custom") != "tool" or words[:1] != ["install"] or "--version" in words or "$" in " ".join(words):
        return ""
    names = [word for before, word in pairwise(words) if before not in {"--tool-path", "--add-source"}]
    return next((name for name in names if not name.startswith("-") and "@" not in name), "")


def _unversioned_tools(action: Action) -> str:
    if "version" in action.inputs:
        return ""
    written = next((action.inputs[name].value for name in _TOOL_ACTIONS[action.name] if name in action.inputs), "")
    tools = [tool.strip() for tool in re.split(r"[,\s]+", _EXPRESSION.sub("$", written)) if tool.strip()]
    return ", ".join(tool for tool in tools if "@" not in tool and "$" not in tool)


def _told_by_a_file(action: Action, repository: Repository) -> bool:
    """True where the action finds the version in a file of the repository by itself."""
    if action.name.startswith("moonrepo/"):
        return ".prototools" in repository.project.paths
    if action.name != "oven-sh/setup-bun":
        return False
    if not {".bun-version", ".tool-versions"}.isdisjoint(repository.project.paths):
        return True
    source = repository.read("package.json") if "package.json" in repository.project.paths else None
    return source is not None and re.search(r'"packageManager":\s*"bun@|"bun":\s*"', source.text) is not None
