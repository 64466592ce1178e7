"""Variables without which scripts, Makefiles and build programs end, read from their lines."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.pages.documented_options import program_sources
from agentlint.judgements.pages.project_documents import all_documents_text
from agentlint.judgements.printing.program_texts import program_texts
from agentlint.judgements.running.scope import aside

MOST_FILES = 1500
LARGEST = 200_000
_NAME = r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"
_SHELL = lazily(
    r"\.(?:sh|bash)$|(?:^|/)(?:scripts?|bin|tools|hack|ci|utils?|tests?|dev|\.ci|\.buildkite)/(?:[\w.-]+/)*[\w-]+$"
)
_CALLED_BY_OTHERS = lazily(
    r"(?:^|/)(?:old[\w-]*|legacy|archive|packag\w*|debian|rpm|snap|recipes?|hooks?|rootfs|etc|overlays?|templates?|charts?|data|testdata|fixtures?|spkg[\w-]*|conda)/|entry-?point|(?:pre|post)(?:inst|rm)\b|(?:^|/)spkg-",
    re.IGNORECASE,
)
"""Scripts that a packager, a container or a hook calls, which sets what they need."""
_BUILD = lazily(
    r"\.cake$|(?:^|/)(?:build|buildSrc|_build)/(?:.*/)?[^/]*\.(?:cs|kts?|fs|fsx)$|(?:^|/)build\.(?:csx|fsx|cs)$|\.gradle(?:\.kts)?$"
)
_MAKE = lazily(r"(?:^|/)(?:GNUmakefile|[Mm]akefile|[^/]+\.mk)$")


def required_variables(repository: Repository, is_told: Callable[[str], bool]) -> tuple[tuple[Place, str], ...]:
    """Each variable that some script cannot do without, where it is first needed; not what another file gives a value.

    `is_told` says which need no look into all files: they are named somewhere, or systems set them.
    """
    found: list[tuple[Place, str]] = []
    texts = [
        (path, finder, text)
        for path in [path for path in repository.judged if not aside(path)][:MOST_FILES]
        if (finder := _finder(path)) is not None and (text := repository.text(path)) and len(text) < LARGEST
    ]
    sourced = _sourced_by_scripts(repository).union(*(_SOURCED.findall(text) for _, _, text in texts))
    for path, finder, text in texts:
        if posixpath.basename(path) in sourced:
            continue  # whoever takes it in may have set anything
        seen: set[str] = set()
        for name, at in finder(text, repository):
            if name not in seen and not _OF_BUILDS.match(name) and not _is_commented(name, text) and not is_told(name):
                seen.add(name)
                found.append((Place(path, Span(at, at + len(name))), name))
    given = _given_elsewhere({name for _, name in found}, repository) if found else set()
    return tuple((place, name) for place, name in found if name not in given)


def _sourced_by_scripts(repository: Repository) -> set[str]:
    """The names of files that scripts take in, whatever those are called and wherever they stand."""
    paths = {unit.place.path for unit in repository.units.values() if unit.kind is UnitKind.SCRIPT}
    return {name for path in sorted(paths)[:MOST_FILES] for name in _SOURCED.findall(repository.text(path))}


Finder = Callable[[str, Repository], Iterator[tuple[str, int]]]


def _finder(path: str) -> Finder | None:
    if _MAKE.search(path):
        return _of_makefile
    if _BUILD.search(path):
        return _of_build
    return _of_shell if _SHELL.search(path) and not _CALLED_BY_OTHERS.search(path) else None


_AZURE = ("azure-pipelines", ".azure", "ci/azure", "pipelines/")
_SERVICES: dict[str, str | tuple[str, ...]] = {
    "CIRRUS_": ".cirrus.",
    "TRAVIS_": ".travis.yml",
    "CIRCLE_": ".circleci/",
    "APPVEYOR_": ("appveyor.yml", ".appveyor.yml"),
    "DRONE_": (".drone.", ".woodpecker"),
    "BITBUCKET_": "bitbucket-pipelines",
    "BUILDKITE_": (".buildkite", "buildkite"),
    "SEMAPHORE_": ".semaphore/",
    "BUILD_BINARIESDIRECTORY": _AZURE,
    "BUILD_SOURCESDIRECTORY": _AZURE,
    "BUILD_ARTIFACTSTAGINGDIRECTORY": _AZURE,
    "BUILD_STAGINGDIRECTORY": _AZURE,
    "SYSTEM_DEFAULTWORKINGDIRECTORY": _AZURE,
    "AGENT_TEMPDIRECTORY": _AZURE,
}
"""Services that set variables in their jobs, and how the paths begin that configure them: without those, nobody sets any."""


def is_of_absent_service(name: str, repository: Repository) -> bool:
    """True for a variable of a CI service that this repository does not use (any more)."""
    start = next((heads for prefix, heads in _SERVICES.items() if name.startswith(prefix)), None)
    return start is not None and not any(path.startswith(start) for path in repository.project.paths)


_NOUNSET = lazily(r"^[ \t]*set [^\n#]*(?:-[a-z]*u[a-z]*\b|-o nounset)|^#![^\n]*sh -[a-z]*u", re.MULTILINE)
_SOURCED = lazily(r"^[ \t]*(?:\.|source)[ \t]+[\"']?(?:[^\s\"';&|#]*/)?([\w.-]+)[\"']?(?=[\s;&|#]|$)", re.MULTILINE)
_OF_BUILDS = lazily(
    r"(?:MESON|CMAKE|SNAP\w*|DEB|RPM|SAGE|FLATPAK|NIX|PODS|XCODE|GRADLE|MAVEN|NINJA|ANDROID|INSTALL|RUST|HOMEBREW)_|(?:SRCROOT|BUILT_PRODUCTS_DIR|TARGET_BUILD_DIR|PROJECT_DIR|SRC_DIR)$"
)
"""Variables that the programs which call such scripts set."""
_SHEBANG = lazily(r"#![^\n]*\b(?:ba|da|z|k)?sh\b")
_SOURCES = lazily(r"^[ \t]*(?:\.|source)[ \t]+\S|\beval\b|\benvsubst\b", re.MULTILINE)
_PLAIN = lazily(rf"\$(?:({_NAME}|TMPDIR)(?![A-Za-z0-9_])|\{{({_NAME}|TMPDIR)\}})")
"""`TMPDIR` is set by macOS, and by hardly any Linux."""
_EMPTY = lazily(rf"-z [\"']?\$\{{?({_NAME})(?::-)?\}}?[\"']? \]\]?[^\n]*(?:\n[^\n]*){{0,4}}?\bexit [1-9]")
_IN_ADDRESS = lazily(
    rf"https?://(?:[\w.-]+:)?\$\{{?({_NAME})\}}?(?::[\w.-]+)?@|(?:\b|_)://[\w.-]*\$\{{?[\w]+\}}?:\$\{{?({_NAME})\}}?@"
)
"""A token or password in an address, without which the other side refuses."""
_TESTS_BEFORE = r"-[nz] [\"']?\$\{{?{name}\b|\bif\b[^\n]*\b{name}\b|\$\{{{name}[:+?=-]|-v {name}\b"
_SELF_DEFAULT = lazily(rf"^[ \t]*(?:export |readonly )?({_NAME})=[\"']?\$\{{\1:?-\}}[\"']?[ \t]*$", re.MULTILINE)
"""`X="${X:-}"`: what keeps `set -u` quiet gives the variable no value."""
_QUOTED = lazily(r"'[^'\n]*'|^[ \t]*#[^\n]*|<<-?[ \t]*(['\"])(\w+)\1[^\n]*\n.*?^[ \t]*\2$", re.MULTILINE | re.DOTALL)


def _of_shell(text: str, repository: Repository) -> Iterator[tuple[str, int]]:
    """What `set -u` ends the script for, and what the script itself ends without."""
    if "$" not in text or not _SHEBANG.match(text) or _SOURCES.search(text):
        return
    bare = _QUOTED.sub(lambda match: " " * len(match[0]), text)
    own = _SELF_DEFAULT.sub(lambda match: " " * len(match[0]), bare)
    for match in _EMPTY.finditer(bare):
        asked_for = text[match.start() : match.end()].count(match[1]) > 1  # the message names it
        if (not asked_for or is_of_absent_service(match[1], repository)) and not _is_assigned(match[1], own):
            yield match[1], match.start(1)
    for match in _IN_ADDRESS.finditer(bare) if "@" in bare else ():
        name = match[1] or match[2]
        if not _is_assigned(name, own) and not re.search(_TESTS_BEFORE.format(name=name), text):
            yield name, match.start(1 if match[1] else 2)
    start = _NOUNSET.search(bare)
    if start is None or re.search(r"\bset \+(?:[a-z]*u|o nounset)", bare):
        return
    for match in _PLAIN.finditer(bare, start.end()):
        name = match[1] or match[2]
        if not _is_assigned(name, bare) and not re.search(rf"\$\{{{name}[:+?=-]|-v {name}\b", text):
            yield name, match.start(1 if match[1] else 2)


def _is_assigned(name: str, text: str) -> bool:
    return bool(
        re.search(
            rf"(?<![\w$]){name}\+?=|\$\{{{name}:?=|\b(?:read|for|mapfile|readarray|getopts|printf -v|declare|local|typeset|unset|select)\b[^\n;|]*\b{name}\b|\$\{{!{name}",
            text,
        )
    )


_THROWN = lazily(
    rf"(?:EnvironmentVariable|GetEnvironmentVariable|getenv|environmentVariable)\(\s*[\"']({_NAME})[\"']\s*\)(?:\s*(?:\?\?|\?:)\s*(?:throw|error)|!!|;?\s*\n?\s*if ?\([^\n]{{0,80}}\)\s*\{{?\s*throw\b)"
)


def _of_build(text: str, _: Repository) -> Iterator[tuple[str, int]]:
    """What a build program throws without."""
    yield from ((match[1], match.start(1)) for match in _THROWN.finditer(text))


_GUARDED = lazily(
    rf"^([\w.-]+)[ \t]*::?(?!=)[^\n#=]*?\b((?:env|guard|check|require|ensure|check-env|assert|need)-)({_NAME})\b",
    re.MULTILINE,
)


def _of_makefile(text: str, repository: Repository) -> Iterator[tuple[str, int]]:
    """What targets that documents tell to make wait for by a rule that ends without it: `deploy: env-STACK_NAME`."""
    for match in _GUARDED.finditer(text):
        rule = re.compile(rf"^{re.escape(match[2])}%[ \t]*:", re.MULTILINE)
        told = re.compile(rf"\bmake (?:[\w.-]+ )*{re.escape(match[1])}(?![\w-])")
        if (
            rule.search(text)
            and told.search(all_documents_text(repository))
            and not _is_assigned_in_make(match[3], text)
        ):
            yield match[3], match.start(3)


def _is_assigned_in_make(name: str, text: str) -> bool:
    return bool(re.search(rf"^[ \t]*(?:export )?{name}[ \t]*[:?+]?=", text, re.MULTILINE))


def _is_commented(name: str, text: str) -> bool:
    """True where a comment or a text for the reader names the variable."""
    return bool(
        re.search(
            rf"^[ \t]*(?:#|//|\*)[^\n]*\b{name}\b|##[^\n]*\b{name}\b|[Uu]sage[^\n]*\b{name}\b", text, re.MULTILINE
        )
    )


def is_given_by_code(name: str, repository: Repository) -> bool:
    """True where a program of this repository gives the variable a value: its own, or for the one that it starts."""
    given = re.compile(
        rf"(?<![\w$]){name}[\"']?\]?[ \t]*(?::(?!:)|=(?!=))|[sS]etenv\(\s?[\"']{name}\b|\.env\(\s?\"{name}\""
    )
    return any(name in program.text and given.search(program.text) for program in program_texts(repository))


def _given_elsewhere(names: set[str], repository: Repository) -> set[str]:
    """Those that another file gives a value, or hands on by name."""
    given: set[str] = set()
    pattern = re.compile(
        rf"(?<![\w$])({'|'.join(sorted(names))})[\"']?\]?[ \t]*(?:=(?!=|[\"']?\$\{{[A-Z]\w*:?-\}})|:(?!=-|-\}}))|(?:-e|--env|passenv[^\n]*|ENV|ARG|export) ({'|'.join(sorted(names))})\b"
    )
    for source in program_sources(repository):
        if any(name in source.text for name in names):
            given.update(match[1] or match[2] for match in pattern.finditer(source.text))
    return given
