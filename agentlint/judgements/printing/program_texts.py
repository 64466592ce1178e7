"""The texts of a repository's own programs, for questions that need no grammar: a line says what it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agentlint.adapters.code.source import is_test_code
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.judgements.running.scope import aside

_LANGUAGES = {
    "py": "py", "js": "js", "mjs": "js", "cjs": "js", "ts": "js", "mts": "js", "cts": "js", "rb": "rb", "rake": "rb", "gemspec": "rb",
    "go": "go", "rs": "rs", "pl": "pl", "pm": "pl", "php": "php",
}  # fmt: skip
_NAMES = {"Rakefile": "rb", "Thorfile": "rb", "Dangerfile": "rb"}
_SHEBANG = lazily(r"#!\s*\S*?(?:env\s+(?:-S\s+)?)?(python|node|bun|deno|ruby|perl|php)[\d.]*\b")
_INTERPRETED = {"python": "py", "node": "js", "bun": "js", "deno": "js", "ruby": "rb", "perl": "pl", "php": "php"}
_LARGEST = 400_000


@dataclass(frozen=True, slots=True)
class ProgramText:
    """One source file: `language` is "py", "js", "rb", "go", "rs", "pl" or "php"; `tested` marks tests and examples.

    Windows' line ends are a blank and a line end in `text`: its places are those of the file.
    """

    path: str
    language: str
    text: str
    tested: bool


@remembered
def program_texts(repository: Repository) -> tuple[ProgramText, ...]:
    """Every source file of the repository's own, in the order of their paths."""
    return tuple(_read(repository))


def _read(repository: Repository) -> Iterator[ProgramText]:
    for path in repository.judged:
        name = path.rsplit("/", 1)[-1]
        ending = name.rpartition(".")[2] if "." in name.lstrip(".") else ""
        language = _LANGUAGES.get(ending, "") or _NAMES.get(name, "")
        if (
            (ending and not language and ending != "sh")
            or name.endswith((".d.ts", ".min.js"))
            or aside(path)
            or "/_vendor/" in path
        ):
            continue
        text = repository.text(path).replace("\r\n", " \n")
        if not language and (match := _SHEBANG.match(text[:120])):
            language = _INTERPRETED[match[1]]
        if language and text and len(text) < _LARGEST:
            yield ProgramText(path, language, text, is_test_code(path, ""))


def heads_above(text: str, at: int, limit: int = 200) -> Iterator[str]:
    """The lines that a place stands under, by their indentation, from the nearest outwards."""
    start = line_start(text, at)
    own = text[start:at]
    indent = len(own) - len(own.lstrip())
    for _ in range(limit):
        if indent == 0 or start == 0:
            return
        end = start - 1
        start = line_start(text, end)
        line = text[start:end]
        bare = line.strip()
        depth = len(line) - len(line.lstrip())
        if bare and depth < indent:
            indent = depth
            yield bare
