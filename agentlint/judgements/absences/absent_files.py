"""Files and folders that a command names and that are not there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import pairwise

from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.absences.absent_operands import folders_read, operands_read, read_by_options
from agentlint.judgements.absences.places_meant import DYNAMIC, Meant, all_folders
from agentlint.judgements.pages.mentions import own_names

_SUFFIXES = (".sh", ".py", ".js", ".mjs", ".cjs", ".ts", ".rb", ".pl", ".ps1", ".bash", ".zsh", ".php", ".bat", ".cmd")
_INTERPRETERS = lazily(r"^(?:bash|sh|zsh|source|\.|python[\d.]*|py|node|ruby|perl|php|pwsh|bun|tsx|ts-node)$")
_WRAPPED_SCRIPTS = {
    "gradlew": ("gradlew",),
    "mvnw": ("mvnw",),
    "gradlew.bat": ("gradlew.bat",),
    "mvnw.cmd": ("mvnw.cmd",),
}
_MADE = frozenset(
    "build dist target out node_modules _build vendor venv .venv env path your builddir cmake-build-debug cmake-build-release obj debug release tmp temp"
    " result .tox .nox output coverage htmlcov site generated gen lib64 foo bar foobar baz example my your-app my-app my-project myproject somewhere".split()
)
_PLACEHOLDER = lazily(
    r"(?:^|[/_.-])(?:foo|bar|baz|your|my|xxx+|some|example|sample|specific|particular|path)(?:[/_.-]|$)|^test_?(?:file|name|x)\b|(?:^|/)\d{3,}[.-]"
    r"|(?:^|/)(?:remote|module|plugin|package|component|feature|command|rule|page|file|name|backend|provider|template|class|service|crate|test|thing|something|new\w*)\.\w+$"
    r"|(?:^|[/_.-])(?:plugin|module|package|project|class|component|feature|provider|command|function|service|adapter|extension|rule|crate|driver|backend|addon|app|file|site|tool)[_-]?name\.\w+$",
    re.IGNORECASE,
)
_OWN_SCRIPT = lazily(
    r"(?:setup|manage|autogen|build|tests?|run|install|release|bootstrap(?!-vcpkg)|configure|make|start|ci|check|lint|format|update|gen|generate|requirements|dev|gradlew|mvnw"
    r"|docker-compose|compose|Dockerfile|\.env)(?![a-z])",
    re.IGNORECASE,
)
"""Names that scripts of a repository's own have."""
_BY_FOLDER = lazily(r"(?:\./)?(?:script|scripts|tools|hack|dev|bin|util|utils|ci|\.ci)/[a-z][\w-]*")
"""Scripts without a suffix, which by custom stand in such folders."""
_OF_APPLICATIONS = lazily(r"(?:\./)?bin/(?:rails|rake|dev|bundle|yarn|spring|console|phpunit|magento|\w*sql\w*)")
"""Programs that every application of a framework has: a page for users means theirs."""
_SAMPLE = lazily(r"[._-](?:example|sample|dist|template|tmpl)\b")
_YOURS = lazily(r"(?:^|[/_.-])(?:your|some)[A-Z]")
_SHOUTED = lazily(r"(?:^|[/_.-])(?:NAME|FILE|PATH|TEST|MODULE|VERSION|[A-Z]{1,3})(?:[/_.-]|$)")


def absent_files(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    """Files and folders that the command reads or runs, and the repository lacks."""
    options = frozenset(read_by_options(command))
    for written in dict.fromkeys((*_named(command), *operands_read(command, meant, repository))):
        sample = _SAMPLE.sub("", written) if command.program == "cp" else written
        sure = meant.for_developers and (written in options or command.program == "cp")
        if not is_literal(sample, all_folders(repository)) or _there(written, meant, repository, sure=sure):
            continue
        yield f"the file `{written}`"
    for folder in dict.fromkeys((*_folders(command), *folders_read(command, meant, repository))):
        if is_literal(folder, all_folders(repository)) and not any(
            path in all_folders(repository) or path == "." for path in meant.candidates(folder)
        ):
            if not ends_somewhere(folder, repository) and not folder.endswith(("_", "-")):
                yield f"the folder `{folder}`"
    twin = _entered_twin(command, meant, repository) if meant.for_developers else ""
    if twin:
        yield f"`{command.arguments[0].text}`, where `{twin}` stands,"


def _entered_twin(command: Command, meant: Meant, repository: Repository) -> str:
    """The folder that `cd docs` misses by its plural or a capital, as `doc` or `Docs`; "" where it is there or made."""
    written = command.arguments[0].text.rstrip("/") if command.program in {"cd", "pushd"} and command.arguments else ""
    if not _PLAIN_NAME.fullmatch(written) or len(command.arguments) != 1:
        return ""
    known = all_folders(repository)
    if not is_literal(written, known) or written.lower() in own_names(repository):
        return ""
    if known.intersection(meant.candidates(written)) or ends_somewhere(written, repository):
        return ""
    if made_by_build(written, repository):
        return ""
    forms = {written + "s", written.removesuffix("s"), written.lower(), written.capitalize()} - {written}
    twins = sorted(form for form in forms if known.intersection(meant.candidates(form)))
    return twins[0] if len(twins) == 1 else ""


_PLAIN_NAME = lazily(r"[A-Za-z]{3,}")


def _named(command: Command) -> Iterator[str]:
    """The files that this command needs to be there."""
    path = command.program_path
    first = command.arguments[0].text if command.arguments else ""
    if _INTERPRETERS.match(command.program):
        if first.endswith(_SUFFIXES) and not first.startswith("-") and "::" not in first:
            yield first
    elif (
        (path.endswith(_SUFFIXES) and ("/" in path))
        or (path.removeprefix("./") in _WRAPPED_SCRIPTS and path.startswith("./"))
        or (_BY_FOLDER.fullmatch(path) and not _OF_APPLICATIONS.fullmatch(path))
    ):
        yield path
    if command.program in {"pip", "pip3"} and (written := command.value_of("-r", "--requirement")):
        yield written
    if command.program == "cp" and _SAMPLE.search(first):
        yield first
    if command.program in {"pytest", "py.test"}:
        yield from (
            word.split("::")[0]
            for word in command.texts()
            if re.match(r"[\w./-]+\.py(?:::|$)", word) and not word.startswith("-")
        )


def _folders(command: Command) -> Iterator[str]:
    words = command.texts()
    if command.program == "go" and words[:1] in (("test",), ("run",), ("build",), ("vet",)):
        for before, word in pairwise(words):
            if word.startswith("./") and not word.endswith(".go") and not before.startswith("-"):
                yield word.removesuffix("...").rstrip("/")
    if command.program in {"pytest", "py.test"}:
        yield from (
            word.rstrip("/")
            for word in words
            if re.fullmatch(r"[\w.-]+(?:/[\w.-]+)*/", word) and not word.startswith("-")
        )


_MAY_BE_WRITTEN = frozenset({"release", "site", "env", "example", "path", "result", "debug"})
"""Names of folders that builds make in some repositories, and people write in others."""


def is_literal(written: str, folders: frozenset[str] = frozenset()) -> bool:
    """True for a path that stands for itself and is not made by a build or fetched; `folders` are known to be there."""
    if (
        not written
        or written.startswith(("/", "~", "..", "-", "http"))
        or DYNAMIC.search(written)
        or ":" in written
        or "\\" in written
    ):
        return False
    parts = written.removeprefix("./").lower().split("/")
    made = _MADE & set(parts)
    if made <= _MAY_BE_WRITTEN and posixpath.dirname(written.removeprefix("./")) in folders:
        made = frozenset()
    if any(part.startswith(("hello", "acme")) for part in parts) or _YOURS.search(written):
        return False
    return not (made or (_PLACEHOLDER.search(written) and _PLACEHOLDER.search(parts[-1])) or _SHOUTED.search(written))


def _there(written: str, meant: Meant, repository: Repository, *, sure: bool = False) -> bool:
    """`sure` where the name alone, without a folder, can only be a file of this repository."""
    paths = repository.project.paths
    archive = re.match(r"(?:\./)?[\w.-]+-(?:master|main|develop|trunk)/(.+)", written)
    plain = posixpath.normpath(archive[1] if archive else written)
    lowered = {path.lower() for path in meant.candidates(plain)} if plain.endswith((".ps1", ".bat", ".cmd")) else set()
    if any(path in paths or path in all_folders(repository) for path in meant.candidates(plain)) or any(
        path.lower() in lowered for path in paths if lowered
    ):
        return True
    if "/" not in plain and not meant.nested and not sure and not _OWN_SCRIPT.match(plain):
        return True  # `app.py`: as likely the reader's own as this repository's
    if archive or (meant.nested and "/" not in plain):
        return made_by_build(plain, repository)
    return ends_somewhere(plain, repository) or made_by_build(plain, repository)


def ends_somewhere(plain: str, repository: Repository) -> bool:
    """True where some path of the tree, or a folder of it, ends like this: the author stands somewhere inside."""
    tail = "/" + posixpath.normpath(plain)
    return any(path.endswith(tail) or (tail + "/") in path for path in repository.project.paths)


_BUILD_FILES = lazily(
    r"(?:^|/)(?:Makefile[^/]*|.*\.mk|CMakeLists\.txt|.*\.cmake|configure\.ac|package\.json|pyproject\.toml|setup\.(?:py|cfg)|meson\.build|.*\.gradle(?:\.kts)?|Dockerfile[^/]*"
    r"|\.gitignore|justfile|Taskfile\.ya?ml|\.gitmodules|Rakefile|BUILD(?:\.bazel)?)$",
    re.IGNORECASE,
)


def made_by_build(plain: str, repository: Repository) -> bool:
    """True where a build file or .gitignore names the file, or ignores its folder: it comes into being."""
    name = posixpath.basename(plain)
    if name in repository.paths_by_name:
        return False  # it is that one which the build files name
    top = plain.split("/")[0] + "/" if "/" in plain else name
    pattern = re.compile(
        rf"(?<![\w.-]){re.escape(name)}(?![\w-])|^/?{re.escape(top)}\s*$|submodule[^\n]*\n\s*path = {re.escape(top.rstrip('/'))}",
        re.MULTILINE,
    )
    return any(pattern.search(text) for text in _build_texts(repository))


@remembered
def _build_texts(repository: Repository) -> tuple[str, ...]:
    found = [path for path in repository.ordered_paths if _BUILD_FILES.search(path)][:300]
    return tuple(s.text for path in found if (s := repository.read(path)) is not None)
