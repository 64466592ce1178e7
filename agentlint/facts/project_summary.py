"""From the facts of single files and the list of paths to what is declared about the project as a whole."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Manifest, Project, Shown, ToolSetting

LOCK_FILES = frozenset(
    "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock poetry.lock uv.lock pdm.lock"
    " Pipfile.lock pylock.toml pixi.lock conda-lock.yml Cargo.lock go.sum Gemfile.lock gems.locked composer.lock mix.lock"
    " pubspec.lock Package.resolved packages.lock.json gradle.lockfile buildscript-gradle.lockfile paket.lock Podfile.lock"
    " flake.lock shard.lock rebar.lock stack.yaml.lock cabal.project.freeze renv.lock conan.lock .terraform.lock.hcl".split()
)

AGENT_DOCUMENTS = frozenset(
    "AGENTS.md AGENT.md CLAUDE.md CLAUDE.local.md GEMINI.md CONVENTIONS.md .cursorrules .windsurfrules .clinerules .goosehints"
    " copilot-instructions.md .aider.conf.yml .rules JULES.md WARP.md".split()
)
_AGENT_FOLDERS = (".cursor/rules/", ".github/instructions/", ".clinerules/", ".windsurf/rules/", ".claude/", ".agents/", ".junie/")

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

_TEST_NAMES = re.compile(
    r"^(?:test_.+\.py|.+_tests?\.py|tests\.py|.+_test\.go|.+[._-](?:test|spec|e2e|cy)\.[cm]?[jt]sx?|.+\.(?:test-d|bench)\.ts"
    r"|.*Tests?\.(?:java|kt|groovy|scala)|Test[A-Z].*\.(?:java|kt)|.*(?:IT|TestCase|Spec|Suite)\.(?:java|kt|groovy|scala)"
    r"|.+_(?:spec|test)\.rb|test_.+\.rb|.+Test\.php|.+\.phpt|.+Tests?\.(?:cs|fs|vb)|.+_test\.(?:exs|dart|rs|c|cc|cpp|cxx|lua|erl|clj|zig)"
    r"|test_.+\.(?:c|cc|cpp|cxx|lua|zig|jl)|.+Tests?\.swift|.+\.bats|.+\.[Tt]ests\.ps1|.+\.t|.+Test\.(?:cc|cpp|cxx)|tests?\.(?:rs|c|cc|cpp))$"
)
_TEST_FOLDERS = frozenset({"test", "tests", "spec", "specs", "__tests__", "t", "testing", "unittest", "unittests", "e2e"})
_FOLDER_LANGUAGES = frozenset({"rust", "c", "javascript", "shell", "perl", "lua", "elixir", "dotnet", "julia", "r", "php"})
_FOLDER_NOT_TESTS = re.compile(r"^(?:conftest|__init__|setup|helpers?|utils?|fixtures?|mocks?|common|mod|bootstrap|index|support|globals?)\b", re.I)

_LEFT_OUT = frozenset(
    "node_modules vendor vendored _vendor third_party third-party thirdparty 3rdparty external extern deps fixtures fixture"
    " __fixtures__ testdata test-data test_data __snapshots__ snapshots __mocks__ examples example dist build target .git"
    " .tox .nox .venv venv site-packages bower_components Godeps Pods generated corpus data resources samples".split()
)


def summarise(paths: Iterable[str], facts: Mapping[str, FileFacts]) -> Project:
    """The project: manifests, settings and shown commands of all files, lock files and counts from the paths."""
    every = frozenset(paths)
    manifests: list[Manifest] = []
    settings: list[ToolSetting] = []
    shown: list[Shown] = []
    for path in sorted(facts, key=_nearness):
        manifests.extend(facts[path].manifests)
        settings.extend(facts[path].settings)
        shown.extend(facts[path].shown)
    tests: dict[str, int] = {}
    sources: dict[str, int] = {}
    for path in every:
        language = LANGUAGES.get(posixpath.splitext(path)[1], "")
        if not language or not _counts(path):
            continue
        kind = tests if is_test(path, language) else sources
        kind[language] = kind.get(language, 0) + 1
    return Project(
        manifests=tuple(manifests),
        lock_files=tuple(sorted((p for p in every if posixpath.basename(p) in LOCK_FILES), key=_nearness)),
        settings=tuple(settings),
        shown=tuple(shown),
        test_files=dict(sorted(tests.items())),
        source_files=dict(sorted(sources.items())),
        agent_documents=tuple(sorted(filter(is_agent_document, every), key=_nearness)),
        paths=every,
    )


def _nearness(path: str) -> tuple[int, str]:
    """Order of paths: those nearer the root first, so that "the first setting" is the project's own."""
    return path.count("/"), path


def is_agent_document(path: str) -> bool:
    """True for a file that tells an agent how to work here."""
    if path.startswith(_AGENT_FOLDERS):
        return path.endswith((".md", ".mdc"))
    return posixpath.basename(path) in AGENT_DOCUMENTS


def _counts(path: str) -> bool:
    """False for vendored code, fixtures and samples."""
    folders = path.split("/")[:-1]
    return _LEFT_OUT.isdisjoint(folders) and not path.endswith((".min.js", ".d.ts", "_pb2.py", ".pb.go", ".generated.cs"))


def is_test(path: str, language: str) -> bool:
    """True for a file that holds tests, by its name and, where names do not tell, by its folder."""
    folders, _, name = path.rpartition("/")
    if _TEST_NAMES.match(name):
        return True
    if language not in _FOLDER_LANGUAGES or _TEST_FOLDERS.isdisjoint(folders.split("/")):
        return False
    return not _FOLDER_NOT_TESTS.match(name) and not name.endswith((".h", ".hpp", ".hh"))
