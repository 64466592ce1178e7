"""Sessions of nox and hooks of pre-commit that a command names and their configuration does not have."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily

_CHOOSES = lazily(r"-[rRvN]*s\Z|--sessions?\Z")
"""`-s`, alone or behind switches in one word (`-rs`). Source: nox.thea.codes/en/stable/usage.html."""
_SESSION = lazily(r"@(?:[\w.]+\.)?(?:nox_)?session\b")
_MADE = lazily(
    r"\bsession\((?!self|\))[^\n]*\)\(|^from (?!nox\b|__future__)[\w.]+ import \*|\bnox\.session\(\)?\(", re.MULTILINE
)
"""Sessions that are made in a way which is not followed here."""
_PYTHON = lazily(r"-(?:(?:py|pypy)?-?\d[\w.]*|\$.*)\Z")


def absent_sessions(command: Command, paths: list[str], repository: Repository) -> Iterator[str]:
    """What stands behind `nox -s`, where these noxfiles define no such session; a tag is chosen by `-t` alone."""
    known = {name for path in paths for name in _sessions(path, repository) or ("*",)}
    for name in _chosen(command) if "*" not in known else ():
        bare = _PYTHON.sub("", name.partition("(")[0])
        if not {name, bare, bare.replace("-", "_"), bare.replace("_", "-")} & known:
            yield f"the session `{name}` of nox"


def _chosen(command: Command) -> Iterator[str]:
    taking = False
    for word in command.texts():
        option, equals, value = word.partition("=")
        if word == "--":
            return
        if word.startswith("-"):
            taking = _CHOOSES.match(option) is not None
            word = value if taking and equals else ""
        if taking and word:
            yield from (name for name in word.split(",") if re.fullmatch(r"[A-Za-z][\w.-]*(?:\(.*\))?", name))


def _sessions(path: str, repository: Repository) -> frozenset[str]:
    """The names that a noxfile defines; none where some may be made in another way."""
    text = repository.text(path)
    found = {
        unit.name for unit in repository.units.values() if unit.kind is UnitKind.ENVIRONMENT and unit.place.path == path
    }
    whole = _MADE.search(text) is None and len(_SESSION.findall(text)) == len(found)
    # The function's own name stands in the text too, and is taken where the session has another.
    return frozenset(found | set(re.findall(r"^def (\w+)\(", text, re.MULTILINE))) if whole else frozenset()


_VALUES = frozenset(
    "-c --config --color --files --hook-stage --stage --from-ref --source -s --to-ref --origin -o --commit-msg-filename"
    " --prepare-commit-message-source --commit-object-name --remote-name --remote-url --remote-branch --local-branch"
    " --checkout-type --post-checkout --is-squash-merge --rewrite-command --pre-rebase-upstream --pre-rebase-branch".split()
)
"""The options of `pre-commit run` that take a value. Source: pre-commit.com/#pre-commit-run."""


def absent_hook(command: Command, paths: list[str], repository: Repository) -> Iterator[str]:
    """`pre-commit run NAME` where no configuration has a hook by that id or alias."""
    words = command.texts()
    texts = [repository.text(path) for path in paths]
    if words[:1] != ("run",) or command.program != "pre-commit" or not any(texts):
        return
    skip = several = False
    for word in words[1:]:
        several = word == "--files" or (several and not word.startswith("-"))
        if skip or several:
            skip = False
        elif word.startswith("-"):
            skip = word in _VALUES
        elif re.fullmatch(r"[a-z][\w.-]*", word):
            held = re.compile(rf"\b(?:id|alias)[\"']?:[ \t]*[\"']?{re.escape(word)}(?![\w-])")
            if not any(held.search(text) for text in texts):
                yield f"the hook `{word}` of {posixpath.basename(paths[0])}"
            return
