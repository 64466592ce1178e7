"""The project as a whole: what all files declare together, and what their names alone tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Project
from agentlint.files.kinds import Kind

LANGUAGES: Mapping[str, str] = {
    ".py": "python", ".pyi": "python", ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".jsx": "javascript",
    ".ts": "javascript", ".tsx": "javascript", ".mts": "javascript", ".cts": "javascript", ".vue": "javascript",
    ".svelte": "javascript", ".go": "go", ".rs": "rust", ".java": "java", ".kt": "java", ".kts": "java", ".scala": "java",
    ".groovy": "java", ".rb": "ruby", ".php": "php", ".c": "c", ".cc": "c", ".cpp": "c", ".cxx": "c", ".h": "c", ".hpp": "c",
    ".hh": "c", ".m": "c", ".cs": "dotnet", ".fs": "dotnet", ".vb": "dotnet", ".ex": "elixir", ".exs": "elixir", ".dart": "dart",
    ".swift": "swift", ".sh": "shell", ".bash": "shell", ".bats": "shell", ".ps1": "powershell", ".hs": "haskell",
    ".lua": "lua", ".pl": "perl", ".r": "r", ".R": "r", ".jl": "julia", ".zig": "zig", ".ml": "ocaml", ".clj": "clojure",
}  # fmt: skip
"""Language by suffix, in the names that facts use."""

_TEST_NAME: Mapping[str, re.Pattern[str]] = {
    "python": re.compile(r"(?:test_.*|.*_tests?|tests?)\.py\Z"),
    "javascript": re.compile(r".*(?:\.|-|_)(?:test|spec|e2e|cy)\.[a-z]+\Z|.*\.(?:test|spec)-d\.ts\Z"),
    "go": re.compile(r".*_test\.go\Z"),
    "rust": re.compile(r"(?:tests?|.*_tests?|test_.*)\.rs\Z"),
    "java": re.compile(r"(?:Test.*|.*(?:Test|Tests|IT|Spec|TestCase|Suite))\.(?:java|kt|scala|groovy)\Z"),
    "ruby": re.compile(r"(?:.*_(?:spec|test)|test_.*)\.rb\Z"),
    "php": re.compile(r".*(?:Test|Cest|\.test)\.php\Z|.*\.phpt\Z"),
    "c": re.compile(r"(?:test.*|.*[-_.]tests?|.*Tests?)\.(?:c|cc|cpp|cxx|m)\Z", re.IGNORECASE),
    "dotnet": re.compile(r".*(?:Test|Tests|Spec|Specs|Facts)\.(?:cs|fs|vb)\Z"),
    "elixir": re.compile(r".*_test\.exs\Z"),
    "dart": re.compile(r".*_test\.dart\Z"),
    "swift": re.compile(r".*(?:Test|Tests|Spec)\.swift\Z"),
    "shell": re.compile(r".*\.bats\Z|(?:test[-_]?.*|.*[-_.]test)\.(?:sh|bash)\Z"),
    "powershell": re.compile(r".*\.Tests\.ps1\Z", re.IGNORECASE),
    "lua": re.compile(r".*_spec\.lua\Z"),
    "perl": re.compile(r".*\.t\Z"),
}
_TEST_FOLDER = re.compile(
    r"(?:^|/)(?:__tests__|tests?/integration|tests|src/test/(?:java|kotlin|scala|groovy)|spec|e2e)/"
)
_BY_FOLDER = frozenset({"rust", "java", "javascript", "c", "php"})
"""Languages whose test files are told by their folder too; elsewhere such folders hold helpers."""

_AGENT_DOCUMENT = re.compile(
    r"(?:.*/)?(?:AGENTS|CLAUDE|GEMINI)\.md\Z|(?:.*/)?\.(?:cursorrules|windsurfrules|clinerules)\Z|\.cursor/rules/.*\Z"
    r"|\.github/copilot-instructions\.md\Z|\.github/instructions/.*\.md\Z|\.junie/guidelines\.md\Z|(?:.*/)?CONVENTIONS\.md\Z"
)


def project_of(
    facts: Mapping[str, FileFacts], considered: Iterable[str], kinds: Mapping[str, Kind], paths: frozenset[str]
) -> Project:
    """Gather the project from the facts of its files and the names of all of them."""
    tests: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    documents: list[str] = []
    for path in considered:
        base = path[path.rfind("/") + 1 :]
        dot = base.rfind(".")
        language = LANGUAGES.get(base[dot:]) if dot > 0 else None
        if language is not None:
            (tests if _is_test(path, base, language) else sources)[language] += 1
        elif base.endswith((".md", "rules", ".mdc")) and _AGENT_DOCUMENT.match(path):
            documents.append(path)
    return Project(
        manifests=tuple(item for file in facts.values() for item in file.manifests),
        lock_files=tuple(path for path in considered if path in kinds and kinds[path].name == "lock-file"),
        settings=tuple(item for file in facts.values() for item in file.settings),
        shown=tuple(item for file in facts.values() for item in file.shown),
        test_files=dict(sorted(tests.items())),
        source_files=dict(sorted(sources.items())),
        agent_documents=tuple(documents),
        paths=paths,
    )


def _is_test(path: str, base: str, language: str) -> bool:
    pattern = _TEST_NAME.get(language)
    if pattern is not None and pattern.match(base):
        return True
    return language in _BY_FOLDER and _TEST_FOLDER.search(path) is not None
