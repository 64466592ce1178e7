"""Commands that documents name, in whatever form: fences of any kind, indented blocks, running text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from agentlint.adapters.markdown import KNOWN_WORDS
from agentlint.adapters.shell import read_shell
from agentlint.documents.code_in_text import CodePiece, Form, code_pieces
from agentlint.documents.embedded import EmbeddedText
from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Span

LARGEST_DOCUMENT = 1_000_000
MOST_DOCUMENTS = 400

_DOCUMENT = lazily(
    r"(?:^|/)(?:[^/]*\.(?:md|mdx|mdc|markdown|mkd|mkdn|mdown|rst|rest|adoc|asciidoc|rdoc|textile|org|pod)|(?:README|INSTALL|HACKING|TESTING|BUILD|BUILDING|CONTRIBUTING"
    r"|DEVELOP\w*|MAINTAIN\w*)(?:\.txt)?|\.cursorrules|\.windsurfrules|\.clinerules)$",
    re.IGNORECASE,
)
_NO_DOCUMENT = lazily(
    r"(?:^|/)(?:node_modules|vendor|vendored|_vendor|third_?party|third-party|3rdparty|external|extern|deps|Pods|Carthage|fixtures?|testdata|test-data|site-packages"
    r"|templates?|skeletons?|archetypes?|dist|\.git|\.venv|venv|_templates)/|(?:^|/)(?:CHANGE|HISTORY|NEWS|RELEASE[-_]?NOTES|LICEN[CS]E)[^/]*$"
    r"|(?:^|/)(?:ISSUE_TEMPLATE|PULL_REQUEST_TEMPLATE|cookiecutter)[^/]*|\{\{",
    re.IGNORECASE,
)
_ASSIGNMENTS = lazily(r"^(?:sudo\s+|env\s+)?(?:[A-Z_][A-Z0-9_]*=\S*\s+)*")
_MORE_WORDS = KNOWN_WORDS | frozenset(
    "py.test ava tap unittest prove perl rebar3 stack cabal busted meteor ember ng expo pwsh powershell Invoke-Pester Invoke-Build dotnet"
    " drone act gitlab-runner circleci molecule ansible-test kitchen R Rscript julia crystal dune opam nimble dub zig forge hardhat truffle"
    " xcodebuild fastlane pod bin/test bin/rspec invoke inv doit fab pants buck buck2 please waf scons b2 xmake premake nextest gotestsum ginkgo"
    " mage earthly dagger bundle rails bin/rails standard rubocop mvnw.cmd gradlew.bat build.cmd build.bat b m mach x.py tap-spec lerna rush moon"
    " phpcs pest testbench behat codecept atoum infection psalm phpstan pixi rye hatch poe source clj clojure lein boot erl emacs eask eldev cask"
    " vusted nvim vim jasmine karma cypress playwright testcafe nightwatch web-test-runner wtr borp c8 nyc tape qunit mocha deno nimble ant sbt bloop"
    " docker-compose podman-compose kustomize skaffold tilt garden vagrant packer nix nix-build nix-shell guix bb luarocks".split()
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One command of a document, with the piece of code it stands in and the directory its author seems to mean."""

    command: Command
    path: str
    piece: CodePiece
    position: int
    """Its place among the commands of the piece."""


def is_document(path: str) -> bool:
    """True for a text that tells people or agents how to work with this repository."""
    return bool(_DOCUMENT.search(path)) and not _NO_DOCUMENT.search(path)


@remembered
def judged_documents(repository: Repository) -> tuple[str, ...]:
    """The documents that findings may stand in: those asked for by name, where some were."""
    wanted = frozenset(repository.judged)
    pages = filter(wanted.__contains__, documents(repository))
    return tuple(
        path
        for path in pages
        if not (
            _is_of_another_time(path, repository)
            or _is_of_another_project(path, repository)
            or _is_handed_out(path, repository)
        )
    )


_PLANS = lazily(
    r"(?:^|[/_.-])(?:plans?|planning|proposals?|rfcs?|adrs?|prds?|roadmaps?|triage|initiatives?|moderni[sz]ation|post-?mortems?|decisions?|retros?"
    r"|retrospectives?|investigations?|spikes?|backlog|designs(?=/)|audits?|progress)(?=[/_.-]|$)|[\w-]-design\.\w+$",
    re.IGNORECASE,
)
_STATE = lazily(
    r"^[ \t>*_-]*status[ \t*_]*:[ \t*_]*(?:draft|proposed|accepted|rejected|superseded|completed?|done|in progress|implemented|planned|under review)",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD = 2000
"""Characters at the top of a document in which it tells what state it is in."""


def _is_of_another_time(path: str, repository: Repository) -> bool:
    """True for plans, designs with a state and records of decisions: what they name is gone, or not there yet, and meant to be."""
    return bool(_PLANS.search(path) or _STATE.search(text_of(path, repository)[:_HEAD]))


_HEADED = lazily(r"^#[ \t]+[^\n]{0,100}?\b(?:in|into|for|of|to|on) (?P<name>[A-Z][\w.-]+)\b[^\n]{0,40}$", re.MULTILINE)


def _is_of_another_project(path: str, repository: Repository) -> bool:
    """True for a page on work in another repository, which its title names and its first lines give the address of."""
    head = text_of(path, repository)[:_HEAD]
    title = _HEADED.search(head)
    if title is None or title["name"].lower() in own_names(repository):
        return False
    return re.search(rf"(?:github|gitlab)\.com/[\w.-]+/{re.escape(title['name'])}\b", head, re.IGNORECASE) is not None


_SKILL = lazily(r"((?:^|.*/)skills)/[^/]+/")
_HANDED_OUT = lazily(
    r"\bskills\b[^.]{0,80}\b(?:synced|copied|distributed|installed|shared)\b|\b(?:synced|copied|distributed) (?:in)?to\b[^.]{0,40}\brepositor(?:y|ies)\b"
    r"|\bdownstream (?:repositor(?:y|ies)|projects?)\b|\bskills add\b",
    re.IGNORECASE,
)


def _is_handed_out(path: str, repository: Repository) -> bool:
    """True for a skill whose folder says that other repositories get it: what it names is to be found there."""
    skill = _SKILL.match(path)
    return skill is not None and _HANDED_OUT.search(text_of(f"{skill[1]}/README.md", repository)) is not None


@remembered
def own_names(repository: Repository) -> frozenset[str]:
    """The names under which this repository is known: its manifests', its front page's title, the address its badges show."""
    names = {manifest.name.rsplit("/", 1)[-1].lower() for manifest in repository.project.manifests if manifest.name}
    for path in documents(repository)[:12]:
        text = text_of(path, repository)
        if "/" not in path:
            addresses = re.findall(
                r"(?:github|gitlab|bitbucket)\.\w+[/:][\w.-]+/([\w.-]+?)(?:\.git)?(?=[/)\s\"'>]|$)", text
            )
            names |= (
                {max(set(addresses), key=lambda name: (addresses.count(name), name)).lower()} if addresses else set()
            )
            title = re.search(r"^#\s+(\S+)\s*$|^(\S+)\n[=#*]{3,}", text, re.MULTILINE)
            names |= {(title[1] or title[2]).lower()} if title else set()
    return frozenset(names)


_FOR_WORK = lazily(
    r"(?:^|/)(?:README|AGENTS?|CLAUDE|GEMINI|copilot-|CONTRIBUT|DEVELOP|HACKING|TESTING|BUILD|INSTALL|MAINTAIN|RELEASING)[^/]*$",
    re.IGNORECASE,
)
"""Pages that tell how to work here, by their names."""


@remembered
def documents(repository: Repository) -> tuple[str, ...]:
    """The documents of the repository, those near the root first; of very many, those that tell how to work here before others."""
    found = list(filter(is_document, repository.paths_from_root))
    chosen = frozenset(sorted(found, key=lambda path: not _FOR_WORK.search(path))[:MOST_DOCUMENTS])
    return tuple(path for path in found if path in chosen)


def text_of(path: str, repository: Repository) -> str:
    """The text of a document; "" where it is too large to be one."""
    source = repository.read(path)
    return source.text if source is not None and len(source.data) <= LARGEST_DOCUMENT else ""


_FENCED = lazily(r"^[ \t]*(```|~~~)[^\n]*\n.*?(?:^[ \t]*\1|\Z)|<!--.*?(?:-->|\Z)", re.MULTILINE | re.DOTALL)


def outside_fences(text: str) -> str:
    """A text whose fences and comments are blanks: what is found in it stands at the same place as in the page."""
    return _FENCED.sub(lambda fence: " " * len(fence[0]), text)


@remembered
def pieces_of(path: str, repository: Repository) -> tuple[CodePiece, ...]:
    """The pieces of code of a document, in order."""
    found = sorted(code_pieces(text_of(path, repository), path), key=lambda piece: piece.span.start)
    return tuple(found)


@remembered
def mentions(path: str, repository: Repository) -> tuple[Mention, ...]:
    """All commands that one document names, in order."""
    pieces = pieces_of(path, repository)
    return tuple(found for piece in pieces for found in _of_piece(piece, path))


def _of_piece(piece: CodePiece, path: str) -> Iterator[Mention]:
    if piece.form is not Form.FENCE and not _is_command(piece.text.text, piece.form):
        return
    text = _with_slashes(piece.text) if piece.dialect == "bash" else piece.text
    told = bool(piece.language) and piece.dialect in {"bash", "pwsh", "cmd"} and piece.language != "text"
    for position, command in enumerate(read_shell(text, path, "", dialect=piece.dialect, directory="").commands):
        if piece.form is Form.FENCE and not told and not _known(command.program_path or command.program):
            continue
        yield Mention(replace(command, unit=""), path, piece, position)


def _is_command(code: str, form: Form) -> bool:
    """True for loose code that reads as a command: a known program with words behind it, or a script that is run."""
    rest = _ASSIGNMENTS.sub("", code)
    first, _, others = rest.partition(" ")
    if "](" in code or code.endswith((":", ",")) or re.search(r"[=(]$|^\w+\(", first):
        return False
    if form is Form.INDENTED and re.search(r"[a-z]{3,} [a-z]+ [a-z]+ [a-z]+ .*[.,]$", code):
        return False
    return _known(first) and bool(others or form is Form.INLINE or first.startswith("./") or first in _ALONE)


_ALONE = frozenset(
    {
        "make",
        "tox",
        "nox",
        "pytest",
        "rake",
        "just",
        "scons",
        "rspec",
        "ctest",
        "ninja",
        "phpunit",
        "cargo",
        "yarn",
        "mvn",
        "sbt",
    }
)
_SCRIPT = lazily(
    r"^(?:\.{1,2}[\\/])?(?:[\w.@+-]+[\\/])*[\w.@+-]+\.(?:sh|bash|py|ps1|bat|cmd|pl|rb|js|mjs|ts|bats|php|t)$|^\.{1,2}[\\/][\w./\\-]+$"
)


def _known(word: str) -> bool:
    base = posixpath.basename(word.replace("\\", "/"))
    return (
        word in _MORE_WORDS
        or bool(_SCRIPT.match(word))
        or (("/" in word) and base in _MORE_WORDS)
        or bool(re.match(r"(?:script|scripts|bin|tools|hack|ci|vendor/bin|dev)/[\w.-]+$", word))
        or bool(re.match(r"(?:python|pip|pypy|ruby|node|gcc|clang)[\d.]*$", word))
    )


def _with_slashes(text: EmbeddedText) -> EmbeddedText:
    r"""`.\build.ps1` as a shell of Unix would write it: the same length, so that places stay."""
    changed = re.sub(
        r"(?<![\w\\])\.\\(?=\w)|(?<=\w)\\(?=\w+\.(?:ps1|bat|cmd|exe|py)\b)",
        lambda m: m[0].replace("\\", "/"),
        text.text,
    )
    return EmbeddedText(changed, text.segments)


def span_of(mention: Mention) -> Span:
    """Where the command stands in its document."""
    return mention.command.place.span
