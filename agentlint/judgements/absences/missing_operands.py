"""Documented calls of the repository's own scripts that lack what the script ends without."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.documents.code_in_text import Form
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end
from agentlint.files.source import Place
from agentlint.judgements.absences.operands_needed import Parser, fewest_words, lacking, parser_of
from agentlint.judgements.pages.documented import is_of_others
from agentlint.judgements.pages.mentions import Mention, judged_documents, mentions, text_of

_SCRIPT = lazily(r"(?<![\w/.-])(?:\./)?(?:[\w.-]+/)*[\w-][\w.-]*\.(?:py|sh|bash)(?![\w/])")
_SUFFIX = lazily(r"\.(?:py|sh|bash)(?![\w/])")
_HEAD = lazily(r"(?<![\w/.-])[\w./-]+\Z")
LONGEST = 120
_INTERPRETERS = frozenset({"python", "python3", "py", "bash", "sh", "zsh"})
_SEVERAL = lazily(r"[$<>{}*?|…\[\]]|\.\.\.")
"""What may stand for any number of words."""
_TO_FILL_IN = lazily(r"<[^<>\n]+>|\.\.\.|…")
"""`<the-tag>`, which a shell would read as a file to take input from."""
_HELP = frozenset({"-h", "--help", "--version", "-V", "help", "-"})
_HARMLESS = ("env", "sudo", "time", "uv", "poetry", "pipenv", "pdm", "hatch", "rye")
"""Wrappers that hand a script the words behind it, and no more."""


def missing_operands(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Calls in blocks of documents, each with what it lacks."""
    for page in judged_documents(repository):
        text = text_of(page, repository)
        if is_of_others(page) or not (".py" in text or "sh" in text):
            continue
        named = {path for word in _scripts_in(text) if (path := _path(word, page, repository))}
        if not any(_needs(path, repository) for path in sorted(named)):
            continue
        for mention in mentions(page, repository):
            found = _of(mention, repository)
            if found is not None:
                yield mention.command.place, found


def _scripts_in(text: str) -> set[str]:
    """Read backwards from the suffixes, which are rarer than words."""
    found = set()
    for match in _SUFFIX.finditer(text):
        head = _HEAD.search(text, max(0, match.start() - LONGEST), match.start())
        if head is not None:
            found.add(head[0] + match[0])
    return found


def _path(word: str, page: str, repository: Repository) -> str:
    """The script of this repository that a page's word means: from the root, or from where the page stands."""
    for folder in ("", posixpath.dirname(page)):
        path = posixpath.normpath(posixpath.join(folder, word))
        if path in repository.project.paths and ("/" in word or folder):
            return path
    return ""


def _of(mention: Mention, repository: Repository) -> str | None:
    command = mention.command
    if mention.piece.form is Form.INLINE or command.opaque or command.directory is None:
        return None
    if any(not wrapper.startswith(_HARMLESS) for wrapper in command.wrappers):
        return None
    words = [command.program_path, *command.texts()]
    if command.program in _INTERPRETERS or re.fullmatch(r"python3\.\d+", command.program):
        words = words[1:]
    path = _path(words[0], mention.path, repository) if words and _SCRIPT.fullmatch(words[0]) else ""
    rest = words[1:]
    if not path or not _HELP.isdisjoint(rest) or any(_SEVERAL.search(word) for word in rest):
        return None
    start = command.place.span.start
    if _TO_FILL_IN.search(text_of(mention.path, repository), start, line_end(text_of(mention.path, repository), start)):
        return None
    needs = _needs(path, repository)
    if isinstance(needs, Parser):
        return lacking(rest, needs, words[0])
    if needs and len(rest) < needs:
        return f"`{words[0]}` needs {needs} operand{'s' if needs > 1 else ''}" + (
            f", and is given {len(rest)}" if rest else ""
        )
    return None


@remembered
def _needs(path: str, repository: Repository) -> Parser | int:
    """What a script cannot be called without; 0 where nothing, or nothing that we can tell."""
    source = repository.read(path)
    text = source.text if source is not None else ""
    parser = parser_of(text) if path.endswith(".py") else None
    return parser or fewest_words(path, text)
