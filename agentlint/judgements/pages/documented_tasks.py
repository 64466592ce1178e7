"""Tasks that documents name for a script of the repository that chooses by its first word, and refuses words it does not know."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from agentlint.documents.code_in_text import Form
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.pages.documented import is_about_this, is_only_spoken_of
from agentlint.judgements.pages.mentions import Mention, judged_documents, mentions, text_of

_CHOICE = lazily(r"^case[ \t]+\"?\$\{?1(?::-[^}\n]*)?\}?\"?[ \t]+in\b(?P<arms>.*?)^esac\b", re.MULTILINE | re.DOTALL)
_FUNCTION = lazily(
    r"^(?:function[ \t]+)?[\w-]+[ \t]*(?:\(\))?[ \t]*\{[ \t]*\n.*?^\}|^[\w-]+[ \t]*\(\)[ \t]*\{[^\n]*\}[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_ARGUMENT = lazily(r"\$\{?[1@*#]|\bshift\b|\bgetopts\b")
_ARM = lazily(r"^[ \t]*\(?(?P<labels>[^\s()#;][^()\n;]*?)[ \t]*\)", re.MULTILINE)
_REFUSES = lazily(
    r"^[ \t]*\(?\*[ \t]*\)(?:(?!;;).)*\b(?:false|exit [1-9]|return [1-9]|usage|die|fail\w*)\b", re.MULTILINE | re.DOTALL
)
_TASK = lazily(r"[a-z][a-z0-9]*(?:[-_:][a-z0-9]+)*")


def tasks_not_known(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Where a page calls such a script, the word that it does not know, and the script."""
    for path in filter(is_about_this, judged_documents(repository)):
        for mention in mentions(path, repository):
            called = _called(mention, repository)
            if called is None:
                continue
            script, task = called
            labels = _labels(script, repository)
            if not labels or any(fnmatchcase(task, label) for label in labels):
                continue
            if mention.piece.form is not Form.INLINE or not is_only_spoken_of(mention.piece, text_of(path, repository)):
                yield mention.command.place, task, script


def _called(mention: Mention, repository: Repository) -> tuple[str, str] | None:
    """The script of this repository that a command starts from the root, and the first word it is given."""
    command = mention.command
    words = (command.program_path, *command.texts())
    if command.opaque or command.directory:
        return None
    for at, word in enumerate(words[:2]):
        script = posixpath.normpath(word)
        if script in repository.project.paths and "/" in word and at + 1 < len(words):
            return (script, words[at + 1]) if _TASK.fullmatch(words[at + 1]) else None
    return None


def _labels(script: str, repository: Repository) -> tuple[str, ...]:
    """The words that the script knows; none where more than its one choice looks at what it is given, or a stranger passes."""
    text = repository.text(script)
    found = list(_CHOICE.finditer(text)) if "case" in text and text.startswith("#!") else []
    if len(found) != 1 or _REFUSES.search(found[0]["arms"]) is None:
        return ()
    outside = text[: found[0].start()] + text[found[0].end() :]
    if _ARGUMENT.search(_FUNCTION.sub("", outside)):
        return ()
    named = (
        label.strip().strip("\"'") for arm in _ARM.finditer(found[0]["arms"]) for label in arm["labels"].split("|")
    )
    return tuple(label for label in named if label != "*")
