"""What kind a file is: one table, asked by name, path, suffix and shebang. The first entry that fits wins.

A new kind is one entry here and one adapter module; nothing else branches on kinds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agentlint.files import prefilters

_A = "agentlint.adapters."


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file.

    `names` are whole base names, `suffixes` ends of base names, `globs` patterns of the whole path (`*` stays within a
    folder, a leading `**/` means any folder), `shebangs` interpreters. `adapter` is the module that makes facts of it
    ("" when the file is only known to be there). `prefilter`: bytes without a match give no facts, so the adapter is
    not asked. `context`: its facts bear on the judgement of other files, so it is read even when only those are asked
    for.
    """

    name: str
    adapter: str = ""
    names: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    globs: tuple[str, ...] = ()
    shebangs: tuple[str, ...] = ()
    prefilter: re.Pattern[bytes] | None = None
    context: bool = True


LOCK_FILES = tuple(
    """
    package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock poetry.lock
    uv.lock pdm.lock Pipfile.lock pylock.toml pixi.lock conda-lock.yml Cargo.lock go.sum Gemfile.lock
    composer.lock mix.lock pubspec.lock Package.resolved packages.lock.json gradle.lockfile paket.lock
    Podfile.lock flake.lock shard.lock rebar.lock stack.yaml.lock cabal.project.freeze buildscript-gradle.lockfile
    Manifest.toml renv.lock conan.lock .terraform.lock.hcl
    """.split()
)

KINDS: tuple[Kind, ...] = (
    Kind("lock-file", names=LOCK_FILES, globs=("**/requirements*.lock",)),
    # Continuous integration
    Kind("github-workflow", _A + "ci.github", globs=(".github/workflows/*.yml", ".github/workflows/*.yaml")),
    Kind("github-action", _A + "ci.github", names=("action.yml", "action.yaml")),
    Kind(
        "gitlab-ci",
        _A + "ci.gitlab",
        suffixes=(".gitlab-ci.yml", ".gitlab-ci.yaml"),
        globs=(".gitlab/ci/**/*.yml", ".gitlab/**/*.yml"),
    ),
    Kind("circleci", _A + "ci.circleci", globs=(".circleci/*.yml", ".circleci/*.yaml")),
    Kind(
        "azure-pipelines",
        _A + "ci.azure",
        globs=(
            "**/azure-pipeline*.yml",
            "**/azure-pipeline*.yaml",
            "**/*azure-pipelines.yml",
            "**/*azure-pipelines.yaml",
            ".azure-pipelines/**/*.yml",
            ".azure/**/*.yml",
            ".ado/**/*.yml",
            "azure-pipelines/**/*.yml",
            "**/.vsts-*.yml",
            "eng/pipelines/**/*.yml",
            ".pipelines/**/*.yml",
        ),
    ),
    Kind("jenkinsfile", _A + "ci.jenkins", suffixes=(".jenkinsfile",), globs=("**/Jenkinsfile*",)),
    Kind("buildkite", _A + "ci.buildkite", globs=(".buildkite/**/*.yml", ".buildkite/**/*.yaml", "buildkite.yml")),
    Kind(
        "appveyor",
        _A + "ci.appveyor",
        globs=(
            *("appveyor.yml", ".appveyor.yml", "appveyor.yaml", "ci/appveyor.yml", ".ci/appveyor.yml"),
            *("appveyor.*.yml", ".appveyor.*.yml", "appveyor-*.yml", ".appveyor-*.yml", ".appveyor/*.yml"),
        ),
    ),
    Kind("travis", _A + "ci.travis", globs=(".travis.yml", ".travis.yaml")),
    Kind("bitbucket", _A + "ci.bitbucket", globs=("bitbucket-pipelines.yml",)),
    Kind(
        "woodpecker",
        _A + "ci.woodpecker",
        globs=(".woodpecker.yml", ".woodpecker.yaml", ".woodpecker/**/*.yml", ".woodpecker/**/*.yaml"),
    ),
    Kind("drone", _A + "ci.drone", globs=(".drone.yml", ".drone.yaml")),
    Kind("cirrus", _A + "ci.cirrus", globs=(".cirrus.yml", ".cirrus.yaml")),
    Kind("harness", _A + "ci.harness", globs=(".harness/**/*.yml", ".harness/**/*.yaml")),
    Kind("semaphore", _A + "ci.semaphore", globs=(".semaphore/**/*.yml", ".semaphore/**/*.yaml")),
    Kind(
        "sourcehut",
        _A + "ci.sourcehut",
        globs=("**/.build.yml", "**/.build.yaml", "**/.builds/*.yml", "**/.builds/*.yaml"),
    ),
    # Build files and task runners
    Kind(
        "makefile",
        _A + "makefile",
        names=("Makefile", "makefile", "GNUmakefile", "BSDmakefile"),
        suffixes=(".mk", ".mak"),
        globs=("**/Makefile.*",),
    ),
    Kind(
        "dockerfile",
        _A + "dockerfile",
        names=("Dockerfile", "Containerfile", "dockerfile"),
        suffixes=(".Dockerfile", ".dockerfile", ".Containerfile"),
        globs=(
            *("**/Dockerfile.*", "**/Dockerfile-*", "**/Dockerfile_*", "**/Containerfile.*", "**/Containerfile-*"),
            *("**/dockerfile.*", "**/dockerfile-*", "**/dockerfile_*"),
        ),
    ),
    Kind("earthfile", _A + "earthfile", names=("Earthfile",)),
    Kind(
        "compose",
        _A + "compose",
        globs=("**/docker-compose*.yml", "**/docker-compose*.yaml", "**/compose*.yml", "**/compose*.yaml"),
    ),
    Kind("devcontainer", _A + "devcontainer", names=("devcontainer.json", ".devcontainer.json")),
    Kind("package-json", _A + "package_json", names=("package.json",)),
    Kind("justfile", _A + "justfile", names=("justfile", "Justfile", ".justfile", "JUSTFILE"), suffixes=(".just",)),
    Kind(
        "taskfile",
        _A + "taskfile",
        globs=("**/Taskfile*.yml", "**/Taskfile*.yaml", "**/taskfile*.yml", "**/taskfile*.yaml"),
    ),
    Kind("rakefile", _A + "rakefile", names=("Rakefile", "rakefile", "Rakefile.rb"), suffixes=(".rake",)),
    Kind("gemfile", _A + "gemfile", names=("Gemfile", "gems.rb"), suffixes=(".gemspec",)),
    Kind("gradle", _A + "gradle", suffixes=(".gradle", ".gradle.kts")),
    Kind("gradle-properties", _A + "gradle", names=("gradle.properties", "gradle-wrapper.properties")),
    Kind("maven", _A + "maven", names=("pom.xml",), globs=(".mvn/*",)),
    Kind("cmake", _A + "cmake", names=("CMakeLists.txt",), suffixes=(".cmake",)),
    Kind("cmake-presets", _A + "cmake", names=("CMakePresets.json", "CMakeUserPresets.json")),
    Kind("cargo", _A + "cargo", names=("Cargo.toml",), globs=("**/.cargo/config.toml", "**/.cargo/config")),
    Kind("nextest", _A + "cargo", globs=("**/.config/nextest.toml",)),
    Kind("go-mod", _A + "go_mod", names=("go.mod", "go.work")),
    Kind("composer", _A + "composer", names=("composer.json",)),
    Kind("turbo", _A + "turbo", names=("turbo.json",)),
    Kind("nx", _A + "nx", names=("nx.json", "project.json", "lerna.json")),
    Kind("npmrc", _A + "npmrc", names=(".npmrc", ".yarnrc", ".yarnrc.yml", "pnpm-workspace.yaml")),
    Kind(
        "jest-config",
        _A + "js_settings",
        globs=(
            "**/jest.config.*",
            "**/jest-*.config.*",
            "**/vitest.config.*",
            "**/vitest.workspace.*",
            "**/vite.config.*",
            "**/playwright.config.*",
            "**/cypress.config.*",
            "**/cypress.json",
            "**/karma.conf.*",
            "**/.mocharc*",
            "**/wdio.conf.*",
        ),
    ),
    Kind("sbt", _A + "sbt", names=("build.sbt", "plugins.sbt")),
    Kind(
        "tool-settings",
        _A + "tool_settings",
        names=(".mega-linter.yml", ".mega-linter.yaml", ".golangci.yml", ".golangci.yaml"),
    ),
    Kind("bazelrc", _A + "bazel", names=(".bazelrc", "ci.bazelrc")),
    Kind(
        "tool-versions",
        _A + "mise",
        names=(
            *(
                "mise.toml",
                ".mise.toml",
                "mise.local.toml",
                ".tool-versions",
                ".nvmrc",
                ".node-version",
                ".python-version",
            ),
            *(
                ".ruby-version",
                ".go-version",
                ".java-version",
                ".terraform-version",
                ".php-version",
                ".bazelversion",
                ".sdkmanrc",
            ),
        ),
    ),
    Kind("rust-toolchain", _A + "cargo", names=("rust-toolchain.toml",)),
    # Python's own
    Kind("pyproject", _A + "pyproject", names=("pyproject.toml",)),
    Kind(
        "hosted-scripts",
        _A + "hosted_scripts",
        names=tuple(
            ".readthedocs.yml .readthedocs.yaml readthedocs.yml snapcraft.yaml snapcraft.yml buildspec.yml buildspec.yaml"
            " .gitpod.yml .gitpod.yaml .packit.yaml .packit.yml packagecore.yaml packagecore.yml lima.yaml lima.yml"
            " cloud-init.yaml cloud-init.yml cloud-config.yaml cloud-config.yml user-data.yaml user-data.yml".split()
        ),
    ),
    Kind("vagrantfile", _A + "vagrantfile", names=("Vagrantfile",)),
    Kind("hatch", _A + "hatch", names=("hatch.toml",)),
    Kind("tox-ini", _A + "tox", names=("tox.ini", "tox.toml"), globs=("**/tox.*.ini", "**/tox-*.ini")),
    Kind("setup-cfg", _A + "setup_cfg", names=("setup.cfg",)),
    Kind(
        "pytest-ini",
        _A + "setup_cfg",
        names=("pytest.ini", ".pytest.ini", "pytest.toml", ".coveragerc", "mypy.ini", ".mypy.ini"),
    ),
    Kind(
        "requirements",
        _A + "requirements",
        globs=(
            "**/requirements*.txt",
            "**/requirements*.in",
            "**/requirements/*.txt",
            "**/requirements/*.in",
            "**/requirements*.pip",
            "**/requirements/*.pip",
            "**/requirements.d/*.txt",
            "**/reqs/*.txt",
            "**/constraints*.txt",
            "**/*-requirements.txt",
            "**/*_requirements.txt",
        ),
    ),
    Kind("pipfile", _A + "requirements", names=("Pipfile",)),
    Kind(
        "conda",
        _A + "conda",
        names=("environment.yml", "environment.yaml", "pixi.toml"),
        globs=("**/recipe/meta.yaml",),
    ),
    Kind("pre-commit", _A + "pre_commit", names=(".pre-commit-config.yaml", ".pre-commit-config.yml")),
    Kind("lefthook", _A + "lefthook", names=("lefthook.yml", "lefthook.yaml", ".lefthook.yml")),
    Kind("setup-py", _A + "setup_py", names=("setup.py",)),
    Kind("noxfile", _A + "nox", names=("noxfile.py",)),
    # Source
    Kind(
        "python",
        _A + "python",
        suffixes=(".py", ".pyw"),
        shebangs=("python", "python2", "python3", "pypy", "uv"),
        prefilter=prefilters.PYTHON,
        context=False,
    ),
    Kind(
        "shell",
        _A + "shell",
        names=("PKGBUILD", ".envrc", ".bashrc", ".profile"),
        suffixes=(".sh", ".bash", ".zsh", ".ksh", ".bats"),
        globs=(".husky/*", ".githooks/*", "git-hooks/*", ".git-hooks/*"),
        shebangs=("sh", "bash", "zsh", "dash", "ksh", "ash", "bats"),
    ),
    Kind("powershell", _A + "powershell", suffixes=(".ps1", ".psm1"), shebangs=("pwsh", "powershell")),
    Kind("batch", _A + "batch", suffixes=(".bat", ".cmd")),
    Kind("fish", _A + "fish", suffixes=(".fish",), shebangs=("fish",)),
    Kind(
        "javascript",
        _A + "javascript",
        suffixes=(".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx"),
        shebangs=("node", "deno", "bun", "zx"),
        prefilter=prefilters.JAVASCRIPT,
        context=False,
    ),
    Kind("go", _A + "go", suffixes=(".go",), prefilter=prefilters.GO, context=False),
    Kind(
        "ruby",
        _A + "ruby",
        names=("Fastfile", "Capfile", "Thorfile", "Dangerfile"),
        suffixes=(".rb", ".thor"),
        shebangs=("ruby",),
        prefilter=prefilters.RUBY,
        context=False,
    ),
    Kind("java", _A + "source_patterns", suffixes=(".java",), prefilter=prefilters.JAVA, context=False),
    Kind("php", _A + "source_patterns", suffixes=(".php",), shebangs=("php",), prefilter=prefilters.PHP, context=False),
    Kind("csharp", _A + "source_patterns", suffixes=(".cs",), prefilter=prefilters.CSHARP, context=False),
    Kind("rust", _A + "source_patterns", suffixes=(".rs",), prefilter=prefilters.RUST, context=False),
    *(
        Kind(
            name,
            _A + "plain_questions",
            suffixes=suffixes,
            shebangs=shebangs,
            prefilter=prefilters.PLAIN,
            context=False,
        )
        for name, suffixes, shebangs in (
            ("kotlin", (".kt", ".kts"), ("kotlin",)),
            ("scala", (".scala", ".sc"), ("scala", "amm")),
            ("groovy", (".groovy",), ("groovy",)),
            ("swift", (".swift",), ("swift",)),
            ("dart", (".dart",), ("dart",)),
            ("perl", (".pl", ".pm"), ("perl",)),
            ("lua", (".lua",), ("lua", "luajit")),
            ("r", (".R", ".r"), ("Rscript", "r")),
            ("julia", (".jl",), ("julia",)),
            ("elixir", (".ex", ".exs"), ("elixir",)),
            ("d", (".d",), ("rdmd",)),
            ("haskell", (".hs",), ("runhaskell", "stack", "cabal")),
            ("tcl", (".tcl",), ("tclsh", "wish")),
            ("crystal", (".cr",), ("crystal",)),
            ("nim", (".nim",), ("nim",)),
            ("fsharp", (".fs", ".fsx"), ()),
            ("visual-basic", (".vb",), ()),
        )
    ),
    *(
        Kind(name, _A + "plain_questions", suffixes=suffixes, prefilter=prefilters.NATIVE, context=False)
        for name, suffixes in (("c", (".c",)), ("cpp", (".cc", ".cpp", ".cxx", ".c++")))
    ),
    Kind(
        "markdown",
        _A + "markdown",
        names=("AGENTS.md", "CLAUDE.md", "GEMINI.md", ".cursorrules", ".windsurfrules"),
        globs=(
            "README*",
            "CONTRIBUTING*",
            "DEVELOPMENT*",
            "DEVELOPING*",
            "HACKING*",
            "INSTALL*",
            "BUILD*.md",
            "BUILDING*",
            "docs/README*",
            "docs/CONTRIBUTING*",
            "docs/contributing*",
            "docs/DEVELOPMENT*",
            "docs/development*",
            "docs/INSTALL*",
            "docs/install*",
            "docs/dev*/**/*.md",
            ".github/CONTRIBUTING*",
            ".github/README*",
            ".github/copilot-instructions.md",
            ".github/instructions/*.md",
            ".cursor/rules/*",
            "*/README.md",
            "packages/*/README.md",
        ),
    ),
    # Told by what stands in it: Azure's pipelines and templates have no name of their own, and compose files may have any.
    Kind("yaml", _A + "yaml_file", suffixes=(".yml", ".yaml"), prefilter=prefilters.YAML, context=False),
)
"""The table. Lock files stand first, since some would pass for something else by their suffix."""
