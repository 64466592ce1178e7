"""Files and folders that a command is given to read, by its options and its operands, and that are not there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import pairwise

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.absences.places_meant import Meant, all_folders

_READING_OPTIONS = {
    "docker": ("-f", "--file"),
    "docker-compose": ("-f", "--file"),
    "podman": ("-f", "--file"),
    "conda": ("-f", "--file"),
    "mamba": ("-f", "--file"),
    "micromamba": ("-f", "--file"),
    "jest": ("-c", "--config"),
    "vitest": ("-c", "--config"),
    "mocha": ("--config", "--file"),
    "playwright": ("-c", "--config"),
    "eslint": ("-c", "--config"),
    "prettier": ("--config",),
    "webpack": ("-c", "--config"),
    "rollup": ("-c", "--config"),
    "tsc": ("-p", "--project", "-b"),
    "pytest": ("-c", "--rootdir"),
    "mypy": ("--config-file",),
    "pylint": ("--rcfile",),
    "flake8": ("--config",),
    "ruff": ("--config",),
    "cargo": ("--manifest-path",),
    "kubectl": ("-f", "--filename"),
    "helm": ("-f", "--values"),
    "mkdocs": ("-f", "--config-file"),
    "alembic": ("-c",),
    "phpunit": ("-c", "--configuration"),
    "golangci-lint": ("-c", "--config"),
    "goreleaser": ("-f", "--config"),
    "tox": ("-c",),
    "nox": ("-f", "--noxfile"),
    "ctest": ("--test-dir",),
}  # fmt: skip
"""Options after which a program reads a file; each is in the program's own `--help`."""
_FOLDER_OPTIONS = {
    "npm": ("--prefix", "-C"),
    "yarn": ("--cwd",),
    "pnpm": ("-C", "--dir"),
    "terraform": ("-chdir",),
    "uv": ("--directory", "--project"),
    "poetry": ("-C", "--directory"),
    "go": ("-C",),
}
_READ = lazily(
    r"(?:\./)?(?:[\w.@+-]+/)+[\w.@+-]+\.(?:py|[cm]?[jt]sx?|go|rb|sh|bash|php|pl|java|kt|sln|slnx|csproj|fsproj|ya?ml|toml|json|ini|cfg|cmake|mk|tf|ipynb|lua|exs?|bats|ps1|nix|dart|swift)"
)
_READERS = lazily(
    r"(?:python[\d.]*|py|node|ruby|perl|php|bash|sh|zsh|source|\.|pwsh|powershell|bun|deno|tsx|ts-node|go|pytest|py\.test|jest|vitest|mocha|ava|playwright|cypress|bats|rspec|phpunit|dotnet|msbuild"
    r"|ansible-playbook|ansible-lint|kubectl|helm|yamllint|shellcheck|nix-build|nix-shell|elixir|mix|dart|flutter|swift|julia|Rscript|lua|busted|streamlit|uvicorn|flask|jupyter|nbconvert|terraform|packer|k6|locust"
    r"|prove|behave|robot|chmod|head|tail|less|more|vim|vi|nano|code|open)"
)
_SOLUTION = lazily(r"[\w.-]+\.(?:sln|slnx|csproj|fsproj)")
_TEST_CALLS = lazily(r"t|test(?:[:\-]\w+)*|(?:unit|integration|e2e)(?:[:\-]\w+)*|vitest|jest|mocha|pytest|spec")


def _hands_on(command: Command) -> bool:
    """True for a call that hands the paths behind it to a test runner: `yarn test x`, `npm test -- x`, `tox -e py -- x`."""
    words = [word for word in command.texts() if word not in {"run", "exec", "-s", "--silent"}]
    if command.program in {"npm", "yarn", "pnpm", "bun"}:
        return bool(words) and bool(_TEST_CALLS.fullmatch(words[0]))
    return command.program in {"tox", "nox"} and "--" in words


_WRITES = lazily(
    r"-o|--out\w*|--output[\w-]*|--junit[\w-]*|--report[\w-]*|--log[\w-]*|--save[\w-]*|--coverage[\w-]*|--dest\w*|-d|--target[\w-]*|--export[\w-]*|--write[\w-]*|-v|--volume|--mount"
)


def read_by_options(command: Command) -> Iterator[str]:
    """Files that options or the very form of the command give it to read."""
    building = {"build", "compose", "buildx"} & set(command.texts()[:2])
    for name in _READING_OPTIONS.get(command.program, ()):
        value = command.value_of(name)
        if value and re.search(r"[./]", value) and not (command.program in {"docker", "podman"} and not building):
            yield value
    if command.program in {"dotnet", "msbuild"}:
        yield from (word for word in command.texts() if _SOLUTION.fullmatch(word))
    if command.program == "ansible-playbook":
        yield from (word for word in command.texts()[:1] if word.endswith((".yml", ".yaml")))
    if command.program == "go" and command.texts()[:1] == ("run",):
        yield from (word for word in command.texts()[1:2] if re.fullmatch(r"[\w/]+\.go", word))


def operands_read(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    """The paths of files that this command reads, beyond the script that it runs."""
    known = all_folders(repository)
    yield from read_by_options(command)
    if command.program in {"make", "gmake"} and meant.for_developers:
        yield from _handed_to_make(command, meant, known)
    if not (_READERS.fullmatch(command.program) or _hands_on(command)):
        return
    for before, word in pairwise(("", *command.texts())):
        plain = word.split("::")[0]
        if _READ.fullmatch(plain) and not _WRITES.fullmatch(before):
            top = plain.removeprefix("./").split("/")[0]
            if any(path in known for path in meant.candidates(top)):
                yield plain


_GIVEN_TO_MAKE = lazily(r"(?!\w*(?:DIR|OUT|OUTPUT|DEST|PREFIX|TARGET|LOG|REPORT|RESULT)\w*=)[A-Z]\w*=(?P<path>[^=]+)")


def _handed_to_make(command: Command, meant: Meant, known: frozenset[str]) -> Iterator[str]:
    """Files that variables of make name, below a folder that is there: `make run JOB=tests/job.json`."""
    for word in command.texts():
        given = _GIVEN_TO_MAKE.fullmatch(word)
        if given is not None and _READ.fullmatch(given["path"]):
            top = given["path"].removeprefix("./").split("/")[0]
            if any(path in known for path in meant.candidates(top)):
                yield given["path"]


_FOLDER = lazily(r"(?:\./)?(?:[\w.-]+/)+[\w-]+/?")
_ENTERED = lazily(r"(?:\./)?(?:[\w.-]+/)+[\w-]+(?:\.[\w-]+)*/?")
"""What is gone into is a folder, dots or none: `test/Library.Tests`."""


def folders_read(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    """Folders in which a command works, by an option or an operand below a folder that is there."""
    words = command.texts()
    for name in _FOLDER_OPTIONS.get(command.program, ()):
        value = command.value_of(name) or next(
            (word[len(name) + 1 :] for word in words if word.startswith(name + "=")), ""
        )
        if value and not value.startswith("-"):
            yield value
    known = all_folders(repository)
    if command.program in {"pytest", "py.test", "cd", "pushd", "helm"}:
        folder = _ENTERED if command.program in {"cd", "pushd"} else _FOLDER
        for before, word in pairwise(("", *words)):
            if folder.fullmatch(word) and not before.startswith("-"):
                top = word.removeprefix("./").split("/")[0]
                if any(path in known for path in meant.candidates(top)):
                    yield word.rstrip("/")


_COMPOSE_FILE = lazily(r"(?:^|/)(?:docker-)?compose[\w.-]*\.ya?ml$")
_DOCKER_FILE = lazily(r"(?:^|/)(?:Dockerfile|Containerfile)$")


def build_file(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    """`docker build .` where no Dockerfile stands, `docker compose up` where there is no compose file at all."""
    words = command.texts()
    if command.program not in {"docker", "podman", "docker-compose"} or command.option("-f", "--file") is not None:
        return
    paths = repository.project.paths
    if command.program == "docker-compose" or words[:1] == ("compose",):
        if {"up", "build", "run"} & set(words[:3]) and not any(map(_COMPOSE_FILE.search, paths)):
            yield "a compose file"
        return
    context = words[-1] if words[:1] == ("build",) or words[:2] == ("buildx", "build") else ""
    if re.fullmatch(r"\.|(?:\./)?(?:[\w-]+/)*[\w-]+/?", context) and not words[-2].startswith("-"):
        folders = meant.candidates(context)
        known = [path for path in folders if path == "." or path in all_folders(repository)]
        if known and not any(_DOCKER_FILE.search(path) and (posixpath.dirname(path) or ".") in known for path in paths):
            yield f"a Dockerfile in `{context}`"


_VENV_MADE = lazily(r"(-m venv|virtualenv|uv venv|conda create)\b([^\n]*)")
_ACTIVATED = lazily(r"(?:\./)?([\w.-]+)/(?:bin|Scripts)/activate(?:\.\w+)?")


def other_environment(command: Command, fence: str) -> str | None:
    """The virtual environment that is switched on where the lines above it make another one; None where they agree."""
    if command.program not in {"source", "."} or not command.arguments:
        return None
    match = _ACTIVATED.fullmatch(command.arguments[0].text)
    made: set[str] = set()
    for program, rest in _VENV_MADE.findall(fence):
        made |= {".venv"} if program == "uv venv" else set()
        made |= {posixpath.basename(word.rstrip("/")) for word in rest.split() if not word.startswith("-")}
    return match[1] if match is not None and made and match[1] not in made else None
