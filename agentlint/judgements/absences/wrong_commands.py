"""Documented commands with a slip in them: an expansion that no shell knows, a subcommand or variable misspelt by a letter or two."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.documents.code_in_text import CodePiece, Form
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.pages.documented import is_about_this, is_of_others
from agentlint.judgements.pages.documented_options import program_sources
from agentlint.judgements.pages.mentions import Mention, judged_documents, mentions, own_names, pieces_of, text_of
from agentlint.judgements.pages.spelling import extra_letter, letters_swapped, unlike_letters

_NO_EXPANSION = lazily(r"(?<!\\)\$\{(?:\.{0,2}/|~/|https?:)[^}\s'\"]*\}")
_NO_NAMES = ("${.", "${/", "${~", "${http")
_SHELLS = frozenset({"", "sh", "bash", "zsh", "shell", "console", "shell-session", "shellsession", "terminal"})


def impossible_expansions(repository: Repository) -> Iterator[tuple[Place, str]]:
    """`${./data.json}` in a command: every shell ends with "bad substitution"."""
    for page in judged_documents(repository):
        text = text_of(page, repository)
        if is_of_others(page) or not any(start in text for start in _NO_NAMES):
            continue
        for piece in pieces_of(page, repository):
            if piece.form is not Form.FENCE or piece.dialect != "bash" or piece.language not in _SHELLS:
                continue
            for match in _NO_EXPANSION.finditer(piece.text.text):
                span = piece.text.outer_span(Span(match.start(), match.end()))
                yield Place(page, span), match[0]


_SET = lazily(r"^[ \t]*(?:[$>] )?(?:export |env )?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)=\S", re.MULTILINE)
_ANY = lazily(r"(?<![A-Za-z0-9_])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![A-Za-z0-9_])")
SHORTEST = 14
"""Shorter names differ in a letter by intention."""


def misspelt_variables(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Variables that a documented command sets by a name no program has, next to one on the same page that programs read."""
    found: list[tuple[Place, str, frozenset[str]]] = []
    for page in judged_documents(repository):
        text = text_of(page, repository)
        if is_of_others(page) or not is_about_this(page) or "=" not in text:
            continue
        named = frozenset(_ANY.findall(text))
        for match in _SET.finditer(text):
            like = (
                frozenset(name for name in named if _is_slip(_singular(match[1]), _singular(name)))
                if len(match[1]) >= SHORTEST
                else ()
            )
            if like:
                found.append((Place(page, Span(match.start(1), match.end(1))), match[1], frozenset(like)))
    if not found:
        return
    asked = {name for _, written, like in found for name in (written, *like)}
    known = {name for source in program_sources(repository) for name in asked if name in source.text}
    for place, written, like in found:
        meant = sorted(like & known)
        if meant and written not in known:
            yield place, written, meant[0]


def _singular(name: str) -> str:
    return re.sub(r"S(?=_|$)", "", name)


_SUBCOMMANDS = lazily(
    r"\bUse:\s*[\"`]([a-z][\w-]+)|\badd_parser\(\s*[\"']([a-z][\w-]+)|\.command\(\s*(?:name=)?[\"']([a-z][\w-]+)"
    r"|\.command\([^)\n]*\)\n(?:@[^\n]*\n)*(?:async )?def ([a-z]\w+)|\bCommand::new\(\"([a-z][\w-]+)\"|\bSubCommand::with_name\(\"([a-z][\w-]+)\""
)
_ENUM = lazily(
    r"#\[derive\([^)]*\bSubcommand\b[^)]*\)\][^{;]{0,400}?\benum \w+[^{]{0,60}\{(.*?)^\}", re.DOTALL | re.MULTILINE
)
_VARIANT = lazily(r"^[ \t]+([A-Z][A-Za-z0-9]+)[ \t]*[({,\n]", re.MULTILINE)
_RENAMED = lazily(r"\b(?:name|alias|visible_alias)[ \t]*=[ \t]*\"([a-z][\w-]+)\"|\baliases[ \t]*=[ \t]*\[([^\]]*)\]")
_MARKS = ("Subcommand", "Use:", "add_parser(", ".command(", "Command::new(", "with_name(")
FEWEST = 4
INDENT = 40
"""Characters by which a line may begin before the code in it does."""


def misspelt_subcommands(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """`tool volumes crate` where the repository's own program has `volumes create` and nothing like `crate`."""
    own = _own_programs(repository)
    line = re.compile(
        rf"^[ \t]*(?:[$>] )?(?:{'|'.join(map(re.escape, sorted(own)))})[ \t]+([a-z][a-z \t-]*)", re.MULTILINE
    )
    slips: dict[str, bool] = {}
    for page in judged_documents(repository) if own else ():
        text = text_of(page, repository)
        if is_of_others(page) or not any(name in text for name in own):
            continue
        calls = [m.start() for m in line.finditer(text) if _has_slip(m[1].split()[:2], slips, repository)]
        if not calls or not any(_holds(piece, calls) for piece in pieces_of(page, repository)):
            continue
        for mention in mentions(page, repository):
            if mention.command.program in own and not mention.command.wrappers:
                yield from _of_mention(mention, repository)


def _holds(piece: CodePiece, places: list[int]) -> bool:
    """False for a call that is but a line of running text."""
    return piece.form is not Form.INLINE and any(
        piece.span.start - INDENT <= place < piece.span.end for place in places
    )


def _has_slip(words: list[str], told: dict[str, bool], repository: Repository) -> bool:
    """`told` keeps the answers: pages call the same subcommands again and again."""
    known = _subcommands(repository)
    word = next((word for word in words if word not in known), "")
    if word not in told:
        told[word] = len(word) >= FEWEST and any(
            _may_be(word, name) for name in known if word[0] in name[:2] and abs(len(name) - len(word)) < 2
        )
    return told[word]


def _of_mention(mention: Mention, repository: Repository) -> Iterator[tuple[Place, str, str]]:
    known = _subcommands(repository)
    if len(known) < FEWEST:
        return
    for word in mention.command.arguments[:2]:
        if word.text in known:
            continue
        meant = [name for name in sorted(known) if len(word.text) >= FEWEST and _may_be(word.text, name)]
        if meant and re.fullmatch(r"[a-z][a-z-]+", word.text):
            yield mention.command.place, word.text, meant[0]
        return


def _own_programs(repository: Repository) -> frozenset[str]:
    """The names of the programs that the repository builds."""
    paths = repository.project.paths
    built = {match[1] for path in paths if (match := re.fullmatch(r"(?:.*/)?(?:src/bin/([\w-]+)\.rs)", path))}
    built |= {match[1] for path in paths if (match := re.fullmatch(r"cmd/([\w-]+)/main\.go", path))}
    return frozenset(name for name in built | own_names(repository) if len(name) > 2)


@remembered
def _subcommands(repository: Repository) -> frozenset[str]:
    """All subcommands that sources declare, by the ways of clap, cobra, argparse, click and commander."""
    found: set[str] = set()
    for source in program_sources(repository):
        text = source.text
        if not any(mark in text for mark in _MARKS):
            continue
        found |= {name.replace("_", "-") for match in _SUBCOMMANDS.finditer(text) for name in match.groups() if name}
        for body in _ENUM.findall(text):
            found |= {re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower() for name in _VARIANT.findall(body)}
            found |= {
                word for match in _RENAMED.finditer(body) for word in re.findall(r"[a-z][\w-]+", match[1] or match[2])
            }
    return frozenset(found)


def _may_be(written: str, meant: str) -> bool:
    """As `_is_slip`, but for another letter: `remote` is an operand, and no `remove`."""
    if abs(len(written) - len(meant)) > 1:
        return False
    other = len(written) == len(meant) and sorted(written) != sorted(meant)
    return not other and _is_slip(written, meant)


def _is_slip(written: str, meant: str) -> bool:
    """True for two names one letter apart, or with two letters next to each other in another order; a plural is none."""
    plural = written.lower() + "s" == meant.lower() or meant.lower() + "s" == written.lower()
    if written == meant or plural or abs(len(written) - len(meant)) > 1:
        return False
    if re.sub(r"\d", "", written) != written or re.sub(r"\d", "", meant) != meant:
        return False
    if len(written) == len(meant):
        unlike = unlike_letters(written, meant)
        return letters_swapped(written, meant) or (len(unlike) == 1 and 0 < unlike[0] < len(written) - 1)
    return bool(extra_letter(written, meant))
