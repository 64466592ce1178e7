"""What a documented command is for, told from its program and words alone."""

from __future__ import annotations

from agentlint.facts.command import Command
from agentlint.files.lazily import lazily

_TEST = lazily(
    r"^(?:(?!testdata|test-?data)tests?.*|spec|e2e|coverage|cover|unit|integration|check-all|vitest|jest|bench)(?:[-_:./].*)?$"
    r"|.*(?<!la)tests?$|.*[-_:](?:e2e|spec)$|^run[-_]?tests?$"
)
_CHECK = lazily(
    r"^(?:lint|check|fmt|format|typecheck|type-check|types|style|vet|verify|validate|pre-?commit|clippy|analy[sz]e|audit|shellcheck"
    r"|ci|detekt|spotless\w*|ktlint\w*)(?:[-_:.].*)?$|.*(?:lint|check|[-_:]fmt|[-_:]format)$"
)
_BUILD = lazily(
    r"^(?:build|compile|dist|package|bundle|assemble|docs?|html|all|generate|codegen|release|wheel|image)(?:[-_:.].*)?$|.*[-_:]build$|^compile\w+$"
)
_SET_UP = lazily(
    r"^(?:install|setup|set-up|bootstrap|init|deps|dependencies|dev-setup|develop|prepare|sync|configure|env|venv|restore|get|download|hooks?)(?:[-_:.].*)?$"
)
_RUN = lazily(r"^(?:run|start|serve|dev|watch|up|server|preview|playground|shell|exec)(?:[-_:.].*)?$")
_WORDS = (("test", _TEST), ("check", _CHECK), ("set-up", _SET_UP), ("build", _BUILD), ("run", _RUN))

_PROGRAMS = {
    "test": "pytest py.test tox nox jest vitest mocha rspec phpunit ctest bats playwright cypress ava tap karma nextest pester coverage",
    "check": "ruff black flake8 mypy pyright pylint isort eslint prettier tsc rubocop golangci-lint gofmt shellcheck shfmt pre-commit prek"
    " biome stylelint clang-format clang-tidy codespell actionlint hadolint phpstan psalm staticcheck standardrb basedpyright",
    "build": "cmake ninja meson msbuild rollup webpack esbuild tsup gulp sphinx-build mkdocs",
    "set-up": "pip pip3 pipx apt apt-get brew dnf yum apk pacman zypper choco winget gem virtualenv conda mamba corepack nvm rustup pyenv asdf"
    " ./configure configure autoreconf autogen.sh bootstrap direnv mkcert volta fnm rbenv",
}
_BY_PROGRAM = {program: purpose for purpose, programs in _PROGRAMS.items() for program in programs.split()}
_VERBS = frozenset(
    "make npm pnpm yarn bun cargo go gradle gradlew mvn mvnw just task rake bazel uv poetry pdm hatch pixi rye mix dotnet swift flutter dart"
    " composer bundle mise turbo nx lerna docker docker-compose podman sbt lein stack cabal zig npx php ruby invoke inv deno wireit moon"
    " please buck2 pants ng vite next astro".split()
)
_SKIPPED = frozenset({"run", "run-script", "exec", "compose", "workspace", "--", "tool", "mod", "x"})
_SET_UP_VERBS = frozenset(
    {
        "ci",
        "i",
        "install",
        "add",
        "sync",
        "fetch",
        "download",
        "restore",
        "get",
        "deps.get",
        "lock",
        "tidy",
        "vendor",
        "update",
    }
)
_OWN = frozenset(
    "make just task rake tox nox gradlew mvnw mvn gradle ctest pre-commit prek hatch turbo nx lerna invoke inv pytest rspec phpunit bazel".split()
)


def purpose_of(command: Command) -> str:
    """ "set-up", "build", "check", "test", "run", or "" where it cannot be told."""
    program = command.program.lower()
    if program in {"python", "python3", "bash", "sh", "node", "ruby", "php"} or command.program_path.startswith(
        ("./", "scripts/", "bin/", "tools/", "script/")
    ):
        if program not in {"gradlew", "mvnw"}:
            return _script_purpose(command)
    if program in _BY_PROGRAM:
        return _BY_PROGRAM[program]
    if program == "git":
        return "set-up" if "clone" in command.texts()[:1] or "submodule" in command.texts()[:1] else ""
    if program in {"cd", "export", "source", ".", "cp", "mkdir", "echo", "ln", "mv", "touch"}:
        return "set-up" if program in {"source", ".", "cp"} else ""
    if program not in _VERBS:
        return ""
    operands = [
        word for word in command.texts() if not word.startswith("-") and "=" not in word and word not in _SKIPPED
    ]
    if not operands:
        return _bare(program)
    if program in {"cargo", "go", "dotnet", "swift", "zig"} and command.texts()[:1] == ("run",):
        return "run"
    if program == "docker" and operands[0] not in {"build", "buildx", "bake"}:
        return "run" if operands[0] in {"up", "start", "run"} or "run" in command.texts() else ""
    return _verb(program, operands)


def _bare(program: str) -> str:
    if program in {"yarn", "pnpm", "bun", "bundle"}:
        return "set-up"
    return "build" if program in {"make", "mvn", "mvnw", "gradle", "gradlew", "task", "just", "rake", "zig"} else ""


def _verb(program: str, operands: list[str]) -> str:
    """The purpose of the first word that tells one; Gradle's and Maven's goals count last to first."""
    if program not in {"make", "just", "task", "mvn", "mvnw"} and operands[0] in _SET_UP_VERBS:
        return "set-up"
    if program in {"mvn", "mvnw"}:
        return "test" if {"test", "verify", "integration-test"} & set(operands) else "build"
    for operand in operands[:4]:
        word = operand.rpartition(":")[2] if program in {"gradle", "gradlew"} else operand
        for form in (word.lower(), word.rpartition("/")[2].lower()):
            for purpose, pattern in _WORDS:
                if pattern.match(form):
                    return purpose
    return ""


def _script_purpose(command: Command) -> str:
    """By the name of the script that runs."""
    names = [name for name in (command.program_path, *command.texts()[:3]) if name != "setup.py"]
    for name in names:
        if name.startswith("-"):
            continue
        base = name.rpartition("/")[2].lower()
        stem = base.rpartition(".")[0] or base
        for purpose, pattern in _WORDS:
            if pattern.match(stem) or pattern.match(base):
                return purpose
        if base in _BY_PROGRAM:
            return _BY_PROGRAM[base]
    return "set-up" if "venv" in command.texts() else ""


def repository_command(command: Command) -> bool:
    """True for a command that makes sense only inside a checkout: `npm ci`, `make test`, `pip install -e .`."""
    program, words = command.program.lower(), command.texts()
    operands = [word for word in words if not word.startswith("-")]
    if program in _OWN:
        return True
    if program in {"pip", "pip3"} or (program == "uv" and words[:1] == ("pip",)):
        return any(
            word in {"-e", "--editable", "-r", "--requirement", ".", "--group"} or word.startswith((".[", "-r"))
            for word in words
        )
    if program in {"npm", "pnpm", "yarn", "bun"}:
        return (
            not operands
            or operands[0] in {"ci", "run", "test", "t", "lint", "build", "start", "dev"}
            or operands in (["install"], ["i"])
        )
    if program in {"bundle", "composer", "poetry", "uv", "pdm", "pixi", "rye", "mix"}:
        return operands[:1] in (["install"], ["sync"], ["exec"], ["run"], ["deps.get"], ["test"]) and (
            program != "composer" or len(operands) == 1
        )
    if program == "cargo":
        return operands[:1] != ["install"] and operands[:1] != ["add"] and bool(operands)
    if program == "go":
        return operands[:1] in (["build"], ["test"], ["vet"], ["generate"], ["mod"])
    if program == "cmake":
        return True
    return program in {"dotnet", "swift"} and operands[:1] in (["build"], ["test"], ["restore"])
