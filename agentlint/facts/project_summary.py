"""From the facts of single files and the list of paths to what is declared about the project as a whole."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Project
from agentlint.files.kinds import LOCK_FILES
from agentlint.files.lazily import lazily

_LOCK_NAMES = frozenset(LOCK_FILES)

AGENT_DOCUMENTS = frozenset(
    "AGENTS.md AGENT.md CLAUDE.md CLAUDE.local.md GEMINI.md CONVENTIONS.md .cursorrules .windsurfrules .clinerules .goosehints"
    " copilot-instructions.md .aider.conf.yml .rules JULES.md WARP.md".split()
)
_IN_ANY_CASE = frozenset({"agents.md", "claude.md", "gemini.md"})
"""Names that mean nothing else however they are written."""
_AGENT_FOLDERS = (
    ".cursor/rules/",
    ".github/instructions/",
    ".clinerules/",
    ".windsurf/rules/",
    ".claude/",
    ".agents/",
    ".junie/",
)

LANGUAGES: Mapping[str, str] = {
    ".py": "python", ".pyx": "python", ".js": "javascript", ".jsx": "javascript", ".mjs": "javascript", ".cjs": "javascript",
    ".ts": "javascript", ".tsx": "javascript", ".mts": "javascript", ".cts": "javascript", ".vue": "javascript",
    ".svelte": "javascript", ".go": "go", ".rs": "rust", ".java": "java", ".kt": "java", ".groovy": "java", ".scala": "java",
    ".rb": "ruby", ".php": "php", ".c": "c", ".cc": "c", ".cpp": "c", ".cxx": "c", ".h": "c", ".hpp": "c", ".hh": "c", ".m": "c",
    ".cs": "dotnet", ".fs": "dotnet", ".vb": "dotnet", ".ex": "elixir", ".exs": "elixir", ".dart": "dart", ".swift": "swift",
    ".sh": "shell", ".bash": "shell", ".bats": "shell", ".zsh": "shell", ".ps1": "powershell", ".psm1": "powershell",
    ".lua": "lua", ".pl": "perl", ".pm": "perl", ".t": "perl", ".hs": "haskell", ".clj": "clojure", ".erl": "erlang",
    ".zig": "zig", ".jl": "julia", ".r": "r", ".R": "r", ".vim": "vim", ".ml": "ocaml", ".nim": "nim", ".cr": "crystal",
}  # fmt: skip
"""Languages by suffix; TypeScript counts as JavaScript and the JVM's languages as Java, as their build tools do."""

_TEST_NAMES = lazily(
    r"^(?:test_.+\.py|.+_tests?\.py|tests?\.py|.+_test\.go|.+[._-](?:test|spec|e2e|cy)\.[cm]?[jt]sx?|.+\.(?:test-d|bench)\.ts"
    r"|.*Tests?\.(?:java|kt|groovy|scala)|Test[A-Z].*\.(?:java|kt)|.*(?:IT|TestCase|Spec|Suite)\.(?:java|kt|groovy|scala)"
    r"|.+_(?:spec|test)\.rb|test_.+\.rb|.+Test\.php|.+\.phpt|.+Tests?\.(?:cs|fs|vb)|.+_test\.(?:exs|dart|rs|c|cc|cpp|cxx|lua|erl|clj|zig)"
    r"|test_.+\.(?:c|cc|cpp|cxx|lua|zig|jl)|.+Tests?\.swift|.+\.bats|.+\.[Tt]ests\.ps1|.+\.t|.+Test\.(?:cc|cpp|cxx)|tests?\.(?:rs|c|cc|cpp))$"
)
_TEST_FOLDERS = frozenset(
    {"test", "tests", "spec", "specs", "__tests__", "t", "testing", "unittest", "unittests", "e2e"}
)
_FOLDER_LANGUAGES = frozenset({"rust", "c", "javascript", "shell", "perl", "lua", "elixir", "julia", "r", "php"})
"""Languages whose test files are told by their folder too; elsewhere such folders hold helpers besides."""
_FOLDER_NOT_TESTS = lazily(
    r"^(?:conftest|__init__|setup|helpers?|utils?|fixtures?|mocks?|common|mod|bootstrap|index|support|globals?)\b", re.I
)

_JVM_TESTS = lazily(r"(?:^|/)src/(?:\w*[tT]est|functionalTest|it)/(?:java|kotlin|scala|groovy)/")
_JVM_PACKAGES = lazily(r"(?<=/)(?:java|kotlin|scala|groovy)/(?:com|org|io|net|de|dev|[a-z]{2})/.*/")
"""Folders that are parts of a package's name (`org.example.samples`), and so say nothing of what stands in them."""
_LEFT_OUT = frozenset(
    "node_modules vendor vendored _vendor third_party third-party thirdparty 3rdparty external extern deps fixtures fixture"
    " __fixtures__ testdata test-data test_data __snapshots__ snapshots __mocks__ examples example dist build target .git"
    " .tox .nox .venv venv site-packages bower_components Godeps Pods generated corpus data resources samples".split()
)


def summarise(paths: Iterable[str], facts: Mapping[str, FileFacts], *, every: frozenset[str] | None = None) -> Project:
    """The project: manifests, settings and shown commands of all files, lock files and counts from the paths.

    `paths` are those that count; `every` is all of the tree, where that is more.
    """
    counted = frozenset(paths)
    near = [facts[path] for path in sorted(facts, key=_nearness)]
    tests, sources = _files_by_language(counted)
    return Project(
        manifests=tuple(item for file in near for item in file.manifests),
        lock_files=tuple(sorted((p for p in counted if posixpath.basename(p) in _LOCK_NAMES), key=_nearness)),
        settings=tuple(item for file in near for item in file.settings),
        shown=tuple(item for file in near for item in file.shown),
        test_files=tests,
        source_files=sources,
        agent_documents=tuple(sorted(filter(is_agent_document, counted), key=_nearness)),
        paths=counted if every is None else every,
        left_out=frozenset() if every is None else every - counted,
    )


def _files_by_language(paths: Iterable[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Numbers of test files and of other source files."""
    tests: dict[str, int] = {}
    sources: dict[str, int] = {}
    for path in paths:
        language = LANGUAGES.get(posixpath.splitext(path)[1], "")
        if language and counts_as_source(path):
            kind = tests if is_test(path, language) else sources
            kind[language] = kind.get(language, 0) + 1
    return dict(sorted(tests.items())), dict(sorted(sources.items()))


def _nearness(path: str) -> tuple[int, str]:
    """Order of paths: those nearer the root first, so that "the first setting" is the project's own."""
    return path.count("/"), path


def is_agent_document(path: str) -> bool:
    """True for a file that tells an agent how to work here."""
    if path.startswith(_AGENT_FOLDERS):
        return path.endswith((".md", ".mdc"))
    name = posixpath.basename(path)
    return name in AGENT_DOCUMENTS or name.lower() in _IN_ANY_CASE


def counts_as_source(path: str) -> bool:
    """False for vendored code, fixtures and samples."""
    folders = _JVM_PACKAGES.sub("", path).split("/")[:-1]
    return _LEFT_OUT.isdisjoint(folders) and not path.endswith(
        (".min.js", ".d.ts", "_pb2.py", ".pb.go", ".generated.cs")
    )


def is_test(path: str, language: str) -> bool:
    """True for a file that holds tests, by its name and, where names do not tell, by its folder."""
    folders, _, name = path.rpartition("/")
    if _TEST_NAMES.match(name) or (language == "java" and _JVM_TESTS.search(path)):
        return True
    if language not in _FOLDER_LANGUAGES or _TEST_FOLDERS.isdisjoint(folders.split("/")):
        return False
    return not _FOLDER_NOT_TESTS.match(name) and not name.endswith((".h", ".hpp", ".hh"))
