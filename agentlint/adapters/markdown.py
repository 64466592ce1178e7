"""Documentation that developers and agents follow: the commands in its fenced blocks, and what they are for."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from dataclasses import replace

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.adapters.purposes import purpose_of, repository_command
from agentlint.adapters.shell import read_shell
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.markdown import Fence, MarkdownDocument, command_text, read_markdown
from agentlint.documents.markup import read_asciidoc, read_rst
from agentlint.facts.command import Command
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Shown
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.files.source import SourceFile, Span

_FOR_DEVELOPERS = lazily(
    r"^(?:AGENTS?|CLAUDE|GEMINI|CONTRIBUTING|DEVELOP\w*|HACKING|BUILD\w*|TESTING|WARP|JULES|copilot-instructions|\.cursorrules|\.windsurfrules)\b",
    re.IGNORECASE,
)
_DEVELOPMENT_HEADING = lazily(
    r"develop|contribut|build|compil|hack|test|lint|format|checks?\b|from source|local(?:ly)?\b|set.?up|bootstrap|continuous|coverage|docs?\b|pre-?commit"
    r"|prerequisit|requirements|dependenc|workspace|monorepo|release",
    re.IGNORECASE,
)
_USAGE_HEADING = lazily(
    r"usage|example|quick.?start|install(?:ation|ing)?$|getting started|how to use|synopsis|tutorial|demo",
    re.IGNORECASE,
)
_FIRST_WORD = lazily(r"(?:sudo\s+)?(?:[A-Z_][A-Z0-9_]*=\S*\s+)*(?:\./)?([\w.+-]+)")
KNOWN_WORDS = frozenset(
    "make npm npx yarn pnpm bun node deno pip pip3 pipx python python3 pytest tox nox uv poetry pdm hatch cargo rustup go gradle"
    " gradlew mvn mvnw cmake ctest ninja meson bazel docker docker-compose podman git cd mkdir cp mv rm export source curl wget bundle"
    " rake rspec rubocop gem composer php phpunit just task mise asdf pre-commit apt apt-get brew dnf yum apk pacman bash sh sudo"
    " ruff black mypy flake8 eslint prettier tsc jest vitest playwright mix elixir dotnet swift flutter dart sbt lein terraform"
    " kubectl helm turbo nx lerna virtualenv conda mamba pixi golangci-lint configure bats shellcheck".split()
)
"""Programs that make a line of a block without a language a command."""


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The commands that a document tells its reader to run."""
    found = Gathering(file)
    own = bool(_FOR_DEVELOPERS.match(posixpath.basename(file.path)))
    for fence in _read(file).fences:
        text = command_text(fence)
        if text is not None and (fence.language or _commands_only(text.text)):
            _fence(found, fence, text, own)
    return found.facts()


def _read(file: SourceFile) -> MarkdownDocument:
    """The document, by its suffix."""
    if file.path.endswith((".rst", ".rest")):
        return read_rst(file.text)
    if file.path.endswith((".adoc", ".asciidoc")):
        return read_asciidoc(file.text)
    if "```" not in file.text and "~~~" not in file.text:
        return MarkdownDocument()
    return read_markdown(file.text)


def _commands_only(text: str) -> bool:
    """True when each line of a block without a language begins with a known program."""
    lines = [line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    words = [match.group(1) if (match := _FIRST_WORD.match(line.strip())) else "" for line in lines]
    return bool(lines) and all(
        word in KNOWN_WORDS or line.strip().startswith("./") or lines[at - 1].endswith("\\")
        for at, (word, line) in enumerate(zip(words, lines, strict=True))
    )


def _fence(found: Gathering, fence: Fence, text: EmbeddedText, own: bool) -> None:
    """One block: a line of it is what is shown; its commands belong to a unit for each purpose."""
    line = found.file.position(fence.span.start).line
    reading = read_shell(text, found.path, "", dialect="bash", directory="")
    purposes = _purposes(fence, reading.commands, own)
    for command, purpose in zip(reading.commands, purposes, strict=True):
        name = f"{fence.heading or 'commands'} (line {line})" + (f": {purpose}" if purpose else "")
        if purpose or own:
            unit = found.unit(UnitKind.DOCUMENTED, name, fence.span, documented=True)
            found.commands.append(replace(command, unit=unit))
    _shown(found, fence, text, reading.commands, purposes, line)


def _purposes(fence: Fence, commands: tuple[Command, ...], own: bool) -> list[str]:
    """What each command is for; "" where it shows how the product is used."""
    development = own or any(map(_DEVELOPMENT_HEADING.search, fence.headings[1:] or fence.headings))
    usage = not own and bool(_USAGE_HEADING.search(fence.heading)) and not _DEVELOPMENT_HEADING.search(fence.heading)
    cloned = any(command.program == "git" and "clone" in command.texts()[:2] for command in commands)
    found = []
    for command in commands:
        purpose = purpose_of(command)
        if repository_command(command):
            found.append(purpose)
        else:
            found.append(purpose if (development and not usage) or cloned else "")
    return found


def _shown(
    found: Gathering, fence: Fence, text: EmbeddedText, commands: tuple[Command, ...], purposes: list[str], line: int
) -> None:
    """The lines of a block, each with the purpose of its commands."""
    by_start = sorted((command.place.span.start, purpose) for command, purpose in zip(commands, purposes, strict=True))
    at = 0
    joined: tuple[int, str] | None = None
    for piece in text.text.split("\n"):
        start, content = joined if joined is not None else (at, "")
        content = content + piece
        at += len(piece) + 1
        joined = (start, content + "\n") if piece.endswith("\\") else None
        stripped = content.strip()
        if joined is not None or not stripped or stripped.startswith("#"):
            continue
        lead = len(content) - len(content.lstrip())
        span = text.outer_span(Span(start + lead, start + lead + len(stripped)))
        here = [
            found for _, found in by_start[bisect_left(by_start, (span.start,)) : bisect_left(by_start, (span.end,))]
        ]
        purpose = next(filter(None, here), "")
        name = f"{fence.heading or 'commands'} (line {line})" + (f": {purpose}" if purpose else "")
        unit = found.unit(UnitKind.DOCUMENTED, name, fence.span, documented=True)
        found.shown.append(Shown(stripped, found.place(span), unit, fence.heading, purpose))
