"""Settings that a page for developers says stand in a file that does not hold them, and well-known configurations that are gone."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end, line_start
from agentlint.files.source import Place, Span
from agentlint.judgements.absences.absent_files import made_by_build
from agentlint.judgements.pages.documented import is_about_this, is_for_developers
from agentlint.judgements.pages.documented_options import program_sources
from agentlint.judgements.pages.gone_names import shown_in_fences
from agentlint.judgements.pages.mentions import judged_documents, text_of

_FILE = r"(?:[\w.-]{1,60}/){0,6}[\w.-]{1,60}\.(?:toml|cfg|ini|ya?ml|json|py|rb|gradle|kts|xml|mk|cmake|properties|go|rs|[cm]?[jt]s|sh)|(?:[\w.-]{1,60}/){0,6}(?:Makefile|Dockerfile|Rakefile|Gemfile|justfile|\.\w{2,20}rc)"
_KEY = r"[A-Za-z_$][\w.:-]{2,60}"
_IN = r"(?: (?:\w+|`\w+`)){0,3}? (?:in|inside|within|of|from) (?:the )?(?:file )?\[?"
_HELD = lazily(
    rf"\b(?:[Ss]ee|[Uu]pdat(?:e|ing)|[Bb]ump(?:ing)?|[Cc]hang(?:e|ing)|[Ee]dit(?:ing)?|[Mm]odify(?:ing)?|[Ii]ncrement|[Aa]djust|[Cc]heck|[Ee]xtend|[Uu]ncomment)(?: also| out)?(?: the| its)?(?: \w+)? `{{1,2}}(?P<key>{_KEY})(?:\(\))?`{{1,2}}{_IN}`{{1,2}}(?P<file>{_FILE})`{{1,2}}"
    rf"|`{{1,2}}(?P<held>{_KEY})(?:\(\))?`{{1,2}}(?: \w+)? (?:is|are) (?:defined|declared|set|listed|configured|specified|kept){_IN}`{{1,2}}(?P<holder>{_FILE})`{{1,2}}"
    r"|#[^\n`]{0,120}\b[Ss]ee (?P<plain>[a-z]+(?:_[a-z]+)+) in (?P<plain_file>(?:[\w-]+/)*[\w-]+\.(?:toml|cfg|ini|ya?ml|json|py))\b"
)


_GIVEN = lazily(
    rf"`(?P<name>[A-Za-z_]\w{{5,60}})(?:\(\))?`[^`\n]{{0,60}}?\b(?:available|provided|defined|exported|implemented|declared) (?:via|in|from|by|through) `(?P<file>{_FILE})`"
)
"""A function that pages tell to call, and the file that is to bring it."""
_PROSE = lazily(r"\.(?:md|rst|adoc|txt)$", re.IGNORECASE)


def absent_helpers(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Functions that are said to come from a file, which neither it nor any other source has; and where the page's code calls them."""
    for page in _pages(repository):
        text = text_of(page, repository)
        for match in _GIVEN.finditer(text) if "`" in text else ():
            path = _path_of(match["file"], page, repository)
            source = repository.read(path) if path else None
            if source is None or _holds(source.text, match["name"]) or _EXAMPLE.search(_line(text, match)):
                continue
            if any(
                match["name"] in other.text for other in program_sources(repository) if not _PROSE.search(other.path)
            ):
                continue
            yield Place(page, Span(*match.span("name"))), match["name"], path
            for span in shown_in_fences(match["name"], text):
                yield Place(page, span), match["name"], path


def absent_settings(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Names that are said to stand in a file (see `python_files` in `pyproject.toml`), with the file that has no such word."""
    for page in _pages(repository):
        text = text_of(page, repository)
        if "`" not in text and "#" not in text:
            continue
        for match in _HELD.finditer(text):
            group = next(name for name in ("key", "held", "plain") if match[name])
            path = _path_of(match["file"] or match["holder"] or match["plain_file"], page, repository)
            source = repository.read(path) if path else None
            if source is None or _holds(source.text, match[group]) or _EXAMPLE.search(_line(text, match)):
                continue
            yield Place(page, Span(match.start(group), match.end(group))), match[group], path


_EXAMPLE = lazily(
    r"e\.g\.|for example|such as|your|\bthen add\b|if (?:it|you|there)|would|no longer|remov|deprecat", re.IGNORECASE
)


def _path_of(written: str, page: str, repository: Repository) -> str:
    """The one file that is meant; "" where none or several may be."""
    paths = repository.project.paths
    for folder in ("", posixpath.dirname(page)):
        path = posixpath.normpath(posixpath.join(folder, written))
        if path in paths:
            others = [other for other in paths if other.endswith("/" + path)]
            return path if "/" in written or len(others) < MOST_NAMESAKES else ""
    found = [path for path in paths if path.endswith("/" + posixpath.normpath(written))]
    return found[0] if len(found) == 1 else ""


MOST_NAMESAKES = 2


def _holds(text: str, key: str) -> bool:
    last = re.split(r"[.:]", key.rstrip(".:"))[-1].lower()
    lowered = text.lower()
    return last in lowered or last.replace("-", "_") in lowered or last.replace("_", "-") in lowered


_PYTHON = ("pyproject.toml",)
_WORKFLOWS = (".github/workflows/",)
CONFIGURATIONS = {
    "tox.ini": ("pyproject.toml", "tox.toml", "noxfile.py"),
    "setup.py": _PYTHON,
    "setup.cfg": _PYTHON,
    "pytest.ini": _PYTHON,
    "mypy.ini": _PYTHON,
    ".flake8": _PYTHON,
    ".pylintrc": _PYTHON,
    ".coveragerc": _PYTHON,
    ".isort.cfg": _PYTHON,
    "Pipfile": _PYTHON,
    "Pipfile.lock": ("uv.lock", "poetry.lock", "pdm.lock"),
    "poetry.lock": ("uv.lock", "pdm.lock"),
    ".travis.yml": _WORKFLOWS,
    "appveyor.yml": _WORKFLOWS,
    ".appveyor.yml": _WORKFLOWS,
    ".circleci/config.yml": _WORKFLOWS,
    ".cirrus.yml": _WORKFLOWS,
    "azure-pipelines.yml": _WORKFLOWS,
    ".eslintrc": ("eslint.config.", ".eslintrc.", "biome.json", ".oxlintrc.json"),
    ".eslintrc.js": ("eslint.config.", ".eslintrc.", "biome.json", ".oxlintrc.json"),
    ".eslintrc.json": ("eslint.config.", ".eslintrc.", "biome.json", ".oxlintrc.json"),
    ".eslintrc.cjs": ("eslint.config.", ".eslintrc.", "biome.json", ".oxlintrc.json"),
    "tslint.json": ("eslint.config.", ".eslintrc.", "biome.json"),
    ".babelrc": ("babel.config.",),
    "jest.config.js": ("vitest.config.", "jest.config.", "vite.config."),
    "jest.config.ts": ("vitest.config.", "jest.config.", "vite.config."),
    "karma.conf.js": ("vitest.config.", "jest.config.", "web-test-runner.config."),
    "webpack.config.js": ("vite.config.", "rollup.config.", "webpack.config."),
    "rollup.config.js": ("vite.config.", "tsup.config.", "rollup.config.", "tsdown.config."),
    "yarn.lock": ("package-lock.json", "pnpm-lock.yaml", "bun.lock"),
    "package-lock.json": ("yarn.lock", "pnpm-lock.yaml", "bun.lock"),
    "Gruntfile.js": ("package.json",),
    "gulpfile.js": ("package.json",),
    "lerna.json": ("pnpm-workspace.yaml", "nx.json", "turbo.json"),
    "Gopkg.toml": ("go.mod",),
    "glide.yaml": ("go.mod",),
    "build.gradle": ("build.gradle.kts",),
    "settings.gradle": ("settings.gradle.kts",),
    "Makefile": ("justfile", "Taskfile.yml", "Taskfile.yaml", "CMakeLists.txt"),
}
"""Files that programs look for by name, and what at the root of a repository has most often taken their place."""
_CONFIGURATION = lazily(
    r"(?<![\w/.*<{$-])(?:"
    + "|".join(map(re.escape, sorted(CONFIGURATIONS, key=len, reverse=True)))
    + r")(?![\w/*-]|\.\w)"
)
_DOUBT = lazily(
    r"\bno\b|\bnot\b|n't\b|\bnone\b|without|never|avoid|ignor|delet|remov|no longer|deprecat|instead|formerly|used to|rather|legacy|\bold\b|previous|migrat|replac|\bwas\b|\bwere\b"
    r"|your|\bif\b|\bor\b|e\.g\.|example|such as|\blike\b|\bcreat|generat|\bnew\b|\bwrite\b|optional|upstream|other|each|any\b|detect|support|user|downstream|would|may\b|can\b|commit|→|->|https?:",
    re.IGNORECASE,
)


def absent_configurations(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Well-known configurations that developers' pages name, where none is left and something else has taken their place."""
    paths = repository.project.paths
    names = {posixpath.basename(path) for path in paths}
    for page in _pages(repository):
        text = text_of(page, repository)
        told: set[str] = set()
        for match in _CONFIGURATION.finditer(text):
            written = match[0]
            if written in told or posixpath.basename(written) in names or _DOUBT.search(_line(text, match)):
                continue
            now = next(
                (path for head in CONFIGURATIONS[written] for path in sorted(paths) if path.startswith(head)), None
            )
            if now is not None and not made_by_build(written, repository):
                told.add(written)
                yield Place(page, Span(match.start(), match.end())), written, now


def _pages(repository: Repository) -> Iterator[str]:
    """The pages that speak to who works on this repository."""
    return (page for page in judged_documents(repository) if is_about_this(page) and is_for_developers(page))


def _line(text: str, match: re.Match[str]) -> str:
    """The paragraph's lines next to the words found: a sentence is often broken over them."""
    start = line_start(text, max(0, line_start(text, match.start()) - 1))
    end = line_end(text, match.end())
    return text[max(start, match.start() - 200) : min(end, match.end() + 200)]
