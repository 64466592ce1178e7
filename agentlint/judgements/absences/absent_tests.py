"""Tests and options of test runners that a command names and the repository does not have."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import islice, pairwise

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.absences.absent_tools import tool_is_known
from agentlint.judgements.absences.places_meant import Meant

MOST_FILES = 3000
_STANDS_FOR = lazily(
    r"foo|bar|baz|xxx|some|your|my[A-Z_]|example|name|specific|particular|something|whatever|feature|function|method$|class$|case$|module|^test_?\w?$|^Tests?\w?$|thing|new|single|one$|abc|hello",
    re.IGNORECASE,
)
"""Names of tests that stand for the reader's."""


def absent_tests(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    """The test, the appraisal or the option of a plugin that this command asks for in vain."""
    if not meant.for_developers:
        return
    if command.program in {"pytest", "py.test", "tox", "nox", "poe"}:
        yield from _pytest_ids(command, meant, repository)
        yield from _plugin_option(command, repository)
    elif command.program == "go":
        yield from _go(command, meant, repository)
    elif command.program in {"mvn", "mvnw", "gradle", "gradlew"}:
        yield from _java(command, repository)
    elif command.program == "appraisal":
        yield from _appraisal(command, meant, repository)


def _pytest_ids(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    """`tests/test_x.py::TestA::test_b[one]` where the file has no such word."""
    for word in command.texts():
        path, _, rest = word.partition("::")
        there = next((name for name in meant.candidates(path) if name in repository.project.paths), None)
        source = repository.read(there) if rest and there is not None and path.endswith(".py") else None
        if (
            source is None
            or "import *" in source.text
            or re.search(r"class \w+\([^)]*(?:Base|Mixin|Suite|Tests?)\w*[,)]", source.text)
        ):
            continue
        for part in re.sub(r"\[.*", "", rest).split("::"):
            if part and not _STANDS_FOR.search(part) and not re.search(rf"\b{re.escape(part)}\b", source.text):
                yield f"the test `{part}` of {there}"
                break


_PLUGIN_OPTIONS = {
    "--cov": ("pytest-cov",),
    "--no-cov": ("pytest-cov",),
    "--cov-report": ("pytest-cov",),
    "-n": ("pytest-xdist", "xdist"),
    "-nauto": ("pytest-xdist", "xdist"),
    "--numprocesses": ("pytest-xdist", "xdist"),
    "--dist": ("pytest-xdist", "xdist"),
    "--reruns": ("pytest-rerunfailures",),
    "--timeout": ("pytest-timeout",),
    "--benchmark-only": ("pytest-benchmark",),
    "--benchmark-skip": ("pytest-benchmark",),
    "--random": ("pytest-random",),
    "--random-order": ("pytest-random-order",),
    "--html": ("pytest-html",),
    "--mypy": ("pytest-mypy",),
    "--flake8": ("pytest-flake8",),
    "--black": ("pytest-black",),
    "--isort": ("pytest-isort",),
    "--pylint": ("pytest-pylint",),
    "--snapshot-update": ("syrupy", "snapshottest", "pytest-snapshot"),
    "--mpl": ("pytest-mpl",),
    "--nbval": ("nbval",),
    "--nbmake": ("nbmake",),
    "--reuse-db": ("pytest-django",),
    "--create-db": ("pytest-django",),
    "--ds": ("pytest-django",),
    "--record-mode": ("pytest-recording", "pytest-vcr", "vcrpy"),
    "--headed": ("playwright",),
    "--testmon": ("pytest-testmon", "testmon"),
    "--picked": ("pytest-picked",),
    "--json-report": ("pytest-json-report",),
    "--inline-snapshot": ("inline-snapshot",),
}
"""Options that pytest has from a plugin alone: each plugin's own documentation."""


def _plugin_option(command: Command, repository: Repository) -> Iterator[str]:
    words = command.texts()
    if command.program in {"tox", "nox"}:
        words = words[words.index("--") + 1 :] if "--" in words else ()
    if command.program == "poe" and words[:1] != ("test",):
        return
    for word in words:
        option = word.split("=")[0]
        plugins = _PLUGIN_OPTIONS.get(option, ())
        if not plugins or any(tool_is_known(name, repository) for name in plugins) or _defines(option, repository):
            continue
        if tool_is_known("pytest", repository):
            yield f"a requirement that installs `{plugins[0]}`, which `{option}` needs,"


def _defines(option: str, repository: Repository) -> bool:
    """True where a module of the repository gives pytest an option of this name."""
    paths = (path for path in repository.ordered_paths if path.endswith(".py"))
    return any(
        "addoption" in source.text and option in source.text
        for path in islice(paths, MOST_FILES)
        if (source := repository.read(path)) is not None
    )


def _go(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    words = command.texts()
    if words[:2] == ("mod", "edit"):
        path = next((name for name in meant.candidates("go.mod") if name in repository.project.paths), "")
        source = repository.read(path) if path else None
        module = (command.value_of("-replace", "-dropreplace", "-droprequire") or "").split("=")[0].split("@")[0]
        if source is not None and "." in module.split("/")[0] and module not in source.text:
            yield f"the module `{module}` of {path}"
    if words[:1] != ("test",):
        return
    for before, word in pairwise(words):
        name = word.strip("'\"^$").split("/")[0] if before in {"-run", "--run"} else ""
        if re.fullmatch(r"(?:Test|Example|Fuzz)[A-Z]\w{3,}", name) and not _STANDS_FOR.search(name):
            if not _in_texts(name, "_test.go", repository):
                yield f"the test `{name}`"


def _in_texts(name: str, suffix: str, repository: Repository) -> bool:
    paths = (path for path in repository.ordered_paths if path.endswith(suffix))
    return any(
        name in source.text for path in islice(paths, MOST_FILES) if (source := repository.read(path)) is not None
    )


def _java(command: Command, repository: Repository) -> Iterator[str]:
    """`mvn -Dtest=QueueTest test`, `gradle test --tests QueueTest` where no file has the class's name."""
    words = command.texts()
    chosen = [word.removeprefix("-Dtest=") for word in words if word.startswith("-Dtest=")]
    chosen += [word for before, word in pairwise(words) if before == "--tests"]
    for written in chosen:
        name = re.sub(r"[#.](?![A-Z])\w+$", "", written.split("#")[0]).rpartition(".")[2]
        if not re.fullmatch(r"[A-Z]\w{2,}(?:Tests?|IT|Spec|TestCase)", name) or _STANDS_FOR.search(name):
            continue
        if not any(posixpath.basename(path).startswith(name + ".") for path in repository.project.paths):
            yield f"the test `{name}`"


_APPRAISAL_OWN = frozenset(
    {"install", "update", "generate", "list", "clean", "version", "help", "generate-install", "generate-update"}
)


def _appraisal(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    words = command.texts()
    path = next((name for name in meant.candidates("Appraisals") if name in repository.project.paths), "")
    source = repository.read(path) if path else None
    if source is None or not words or words[0] in _APPRAISAL_OWN or words[0].startswith("-") or "#{" in source.text:
        return
    names = re.findall(r"appraise\s*\(?\s*[\"']([^\"'\n]+)", source.text)
    if len(words) > 1 and names and words[0] not in names and re.search(r"\d", words[0]):
        yield f"the appraisal `{words[0]}` of {path}"
