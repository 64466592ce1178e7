"""Versions of a language that documents say are enough, against what the manifests ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.documents.json import read_json
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_of, line_start
from agentlint.files.source import Place, Span
from agentlint.judgements.pages.documented import is_for_developers
from agentlint.judgements.pages.mentions import judged_documents, text_of

_NAMES = {"python": "Python", "node": "Node", "rust": "Rust", "go": "Go", "php": "PHP", "ruby": "Ruby"}
_WRITTEN = lazily(
    r"(?<![\w/.-])(?:(?P<python>c?python)|(?P<node>node(?:\.?js)?)|(?P<rust>rust(?:c)?|msrv)|(?P<go>go(?:lang)?)|(?P<php>php)|(?P<ruby>ruby))(?:\]\([^)\s]*\))?"
    r"[`*_]*(?:,?\s(?:version|v))?\s*(?P<sign>>=|≥|v)?\s?[`*_]*v?(?P<version>\d+(?:\.\d+){0,2})(?P<after>\+|[`*_]*\s{0,2}(?:\(?or|and)\s{1,2}(?:higher|later|newer|above|greater|up|better)|[`*_]* (?:at least|minimum))?",
    re.IGNORECASE,
)
_NEED = lazily(
    r"\b(?:requires?|requirements?|needs?|prerequisites?|must have|at least|minimum|install|supported on|works with|you(?:'ll| will) need)\b",
    re.IGNORECASE,
)
_NOT_NOW = lazily(
    r"\b(?:if (?!you (?:want|wish|would|are|build|prefer|plan|like))|for|when|until|before|since|drop\w*|no longer|previous\w*|older|last|legacy|support(?:s|ed)? (?:for|until)|was|were|e\.g\.|example|branch|version \d+\.x|backport|<|except|deprecated"
    r"|generics?|feature|introduced|added)\b|[\^~]\d",
    re.IGNORECASE,
)


def versions_too_low(repository: Repository) -> Iterator[tuple[Place, str, str, str]]:
    """Where a page says that a version is enough and the manifest asks for a higher one: place, language, said, asked."""
    asked = asked_versions(repository)
    if not asked:
        return
    for path in judged_documents(repository):
        if not (
            re.fullmatch(r"(?:docs?/)?(?:README|INSTALL\w*|BUILDING|DEVELOP\w*)(?:\.\w+)?", path, re.IGNORECASE)
            or (is_for_developers(path) and path.count("/") < 2)
        ):
            continue
        text = text_of(path, repository)
        for match in _WRITTEN.finditer(text):
            language = next(name for name in _NAMES if match[name])
            if language == "go" and not is_below(match["version"], "1.21"):
                continue  # from there on it fetches the version that go.mod asks for
            if language in asked and _is_requirement(match, text) and is_below(match["version"], asked[language]):
                yield Place(path, Span(match.start(), match.end())), _NAMES[language], match["version"], asked[language]


def _is_requirement(match: re.Match[str], text: str) -> bool:
    """True where the sentence says that this version or a newer one is enough."""
    line = line_of(text, match.start(), match.end())
    if line.lstrip().startswith(("|", "¹", "²", "³", "[^")) or len(line) > 400 or _NOT_NOW.search(line):
        return False
    bound = match["sign"] in {">=", "≥"} or match["after"]
    return bool((bound and "." in match["version"]) or (bound and match["node"])) and bool(
        _NEED.search(text[max(0, line_start(text, match.start()) - 200) : match.end()])
        or line.lstrip().startswith(("-", "*"))
    )


def is_below(said: str, asked: str) -> bool:
    left, right = ([int(part) for part in version.split(".")[:2]] for version in (said, asked))
    width = min(len(left), len(right))
    return left[:width] < right[:width]


def asked_versions(repository: Repository) -> dict[str, str]:
    """The lowest version of each language that the manifest at the top lets in."""
    found = {}
    compiled = not {"Cargo.toml", "go.mod", "CMakeLists.txt"}.isdisjoint(repository.project.paths)
    for language, (path, pattern) in _BOUNDS.items():
        source = repository.read(path) if path in repository.project.paths else None
        match = re.search(pattern, source.text, re.MULTILINE) if source is not None else None
        if language == "rust" and source is not None and match is None and "[workspace]" in source.text:
            found.update(_of_members(pattern, repository))
        if match and not (compiled and language == "python"):  # Python of its tools, or optional
            found[language] = match[1]
    source = repository.read("package.json") if "package.json" in repository.project.paths else None
    engines = read_json(source.text).root.get("engines") if source is not None else None
    wanted = engines.value("node") if engines is not None else ""
    bound = re.match(r"\s*(?:>=|\^|~)?\s*v?(\d+(?:\.\d+)*)", wanted)
    if bound and "<" not in wanted.split("||")[0].split(bound[1])[0]:
        found["node"] = bound[1]
    return found


def _of_members(pattern: str, repository: Repository) -> dict[str, str]:
    """The lowest version that a member of a workspace asks for, where the workspace itself says nothing."""
    paths = [path for path in repository.paths_by_name.get("Cargo.toml", ()) if 0 < path.count("/") <= DEEPEST_MEMBER]
    asked = [match[1] for path in paths if (match := re.search(pattern, repository.text(path), re.MULTILINE))]
    # One that others depend on alone, and that asks for little, says nothing of the rest.
    if not asked or len(asked) < len(paths) / 2:
        return {}
    return {"rust": min(asked, key=lambda version: [int(part) for part in version.split(".")])}


DEEPEST_MEMBER = 2
_BOUNDS = {
    "python": ("pyproject.toml", r"^(?:requires-python|python)\s*=\s*[\"'](?:>=|\^|~=)\s*(\d+\.\d+)"),
    "rust": ("Cargo.toml", r"^rust-version\s*=\s*\"(\d+\.\d+)"),
    "go": ("go.mod", r"^go (\d+\.\d+)"),
    "php": ("composer.json", r"\"php\":\s*\"(?:>=|\^|~)\s*(\d+\.\d+)"),
    "ruby": ("Gemfile", r"^ruby [\"'](?:>=|~>)\s*(\d+\.\d+)"),
    "elixir": ("mix.exs", r"^\s*elixir: \"(?:>=|~>)\s*(\d+\.\d+)"),
}
"""For each language the manifest and where it holds the lower bound."""
