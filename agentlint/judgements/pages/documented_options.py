"""Options that documents name and the repository's own programs do not take."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.documents.code_in_text import Form
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, SourceFile, Span
from agentlint.judgements.pages.documented import is_about_this, is_only_spoken_of
from agentlint.judgements.pages.mentions import documents, judged_documents, mentions, text_of
from agentlint.judgements.pages.spelling import extra_letter, letters_swapped

MOST_FILES = 3000
MOST_CHARACTERS = 400_000

_SOURCE = lazily(
    r"\.(?:py|go|rs|js|mjs|cjs|ts|mts|tsx|rb|sh|bash|zsh|fish|c|h|cc|cpp|hpp|java|kt|kts|scala|php|pl|pm|cs|fs|swift|d|vala|lua|nim|zig|hs|ml|ex|exs|clj|ps1"
    r"|toml|yml|yaml|json|cfg|ini|mk|cmake|1|txt|in|gradle|nix|adoc|rst|md|bats)$|(?:^|/)[^/.]+$"
)
_LONG = lazily(r"(?<![\w-])--([a-z][a-z0-9]*(?:-[a-z0-9]+)+)(?![\w-])")
_DEFINED = lazily(r"[\"'](?:--)?([a-z][a-z0-9]*(?:-[a-z0-9]+)+)(?:[=,\s][^\"'\n]{0,40})?[\"']")


def misspelt_options(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Long options in the front page that no other file knows, with the option of almost the same name that the code defines."""
    pages = [
        path
        for path in judged_documents(repository)
        if re.fullmatch(r"README(?:\.\w+)?|docs?/[^/]+\.\w+", path, re.IGNORECASE)
    ]
    named = {
        (path, Span(match.start(), match.end()), match[1])
        for path in pages[:20]
        for match in _LONG.finditer(text_of(path, repository))
    }
    unknown = _in_no_file({name for _, _, name in named}, repository)
    defined = sorted(_defined(repository)) if unknown else []
    for path, span, name in sorted(named, key=lambda item: (item[0], item[1].start)):
        meant = next((other for other in defined if name in unknown and _is_slip(name, other)), None)
        if meant is not None:
            yield Place(path, span), name, meant


def _in_no_file(names: set[str], repository: Repository) -> set[str]:
    """Those that no file but the documents holds, in any spelling that code gives an option."""
    left = set(names)
    for source in program_sources(repository):
        if not left:
            break
        text = source.text
        left -= {name for name in left if name in text or name.replace("-", "_") in text or _camel(name) in text}
    return left


def program_sources(repository: Repository) -> Iterator[SourceFile]:
    """The files that may define or read what documents name: everything but the documents."""
    pages = set(documents(repository))
    paths = [path for path in repository.ordered_paths if _SOURCE.search(path) and path not in pages]
    for path in paths[:MOST_FILES]:
        source = repository.read(path)
        if source is not None and len(source.data) <= MOST_CHARACTERS:
            yield source


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(part.capitalize() for part in rest)


def _is_slip(written: str, defined: str) -> bool:
    """True for two names that differ in an ending's s, or in one letter or two that changed places."""
    if written == defined or abs(len(written) - len(defined)) > 1 or min(len(written), len(defined)) < 8:
        return False
    if len(written) == len(defined):
        return letters_swapped(written, defined)
    at = extra_letter(written, defined)
    return at is not None and max(written, defined, key=len)[at].isalpha()


def _defined(repository: Repository) -> set[str]:
    """Names that stand in code as strings of their own, as options do where they are defined."""
    return {name for source in program_sources(repository) for name in _DEFINED.findall(source.text)}


_LISTED = lazily(r"^[ \t]*[-*+] +`(?P<option>-{1,2}\w[\w-]*)(?:[ =][^`\n]*)?`", re.MULTILINE)
_TAKES = lazily(r"\bgetopts?\b|\$(?:@|\*|#|\{?[1-9@*#])|\bshift\b|\bargv\b|BASH_ARGV|\bset --")


def options_of_bare_scripts(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Options that the front page lists for "the script", where the only script takes no argument at all."""
    page = next(
        (path for path in documents(repository) if re.fullmatch(r"README(?:\.\w+)?", path, re.IGNORECASE)), None
    )
    text = text_of(page, repository) if page else ""
    if page is None or not re.search(r"\bscript\b", text) or not _LISTED.search(text):
        return
    scripts = [path for path in repository.project.paths if path.endswith((".sh", ".bash"))]
    named = [path for path in scripts if posixpath.basename(path) in text]
    source = repository.read(named[0]) if len(named) == 1 and len(scripts) <= 3 else None
    if source is None or _takes_arguments(source.text):
        return
    for match in _LISTED.finditer(text):
        if re.search(
            r"\bscript\b[^.]*\boptions?\b|\boptions?\b[^.]*\bscript\b",
            text[max(0, match.start() - 500) : match.start()],
            re.DOTALL,
        ):
            yield Place(page, Span(match.start("option"), match.end("option"))), match["option"], named[0]


def _takes_arguments(text: str) -> bool:
    """True where the script looks at its arguments outside of functions, or hands them on."""
    depth_free = re.sub(
        r"^(?:function )?[\w-]+ ?\(\) ?\{.*?^\}|^(?:function )?[\w-]+ ?\(\) ?\{[^\n]*\}$",
        "",
        text,
        flags=re.MULTILINE | re.DOTALL,
    )
    return bool(_TAKES.search(re.sub(r"'[^'\n]*'", "", depth_free))) or "getopt" in text


_CALL_OPTION = lazily(r"--?[a-zA-Z][\w-]*")
_HANDS_ON = lazily(
    r"\"?\$[{(]?[@*]|parse_known_args|REMAINDER|sys\.argv\[|\bclick\b|typer|fire\.|docopt|absl|import \*|parents=|optparse|addoption"
)


def options_not_taken(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Options with which a document calls a script of the repository that parses its own and does not know them."""
    for path in filter(is_about_this, judged_documents(repository)):
        for mention in mentions(path, repository):
            command = mention.command
            words = (command.program_path, *command.texts())
            script = next(
                (at for at, word in enumerate(words[:2]) if posixpath.normpath(word) in repository.project.paths), None
            )
            if script is None or command.opaque:
                continue
            name = posixpath.normpath(words[script])
            source = repository.read(name)
            if source is None or not _parses_all(name, source.text) or "/.." in name:
                continue
            for word in command.arguments[script:]:
                option = word.text.split("=")[0]
                if _CALL_OPTION.fullmatch(option) and not _knows(option, source.text):
                    if mention.piece.form is not Form.INLINE or not is_only_spoken_of(
                        mention.piece, text_of(path, repository)
                    ):
                        yield mention.command.place, option, name


def _parses_all(path: str, text: str) -> bool:
    """True for a script whose own text names every option it takes: argparse or getopts and case, and nothing handed on."""
    if path.endswith(".py"):
        return (
            "ArgumentParser(" in text
            and ".add_argument(" in text
            and not _HANDS_ON.search(text)
            and "parse_args" in text
        )
    if not path.endswith((".sh", ".bash")):
        return False
    return (
        bool(re.search(r"\bcase\s+[\"']?\$\{?1|getopts", text))
        and not re.search(r"^\s*(?:\.|source)\s", text, re.MULTILINE)
        and not re.search(r"(?:exec|python3?|docker|\w+\.sh|\./\S+) [^\n]*\"?\$(?:@|\*|\{@)", text)
    )


def _knows(option: str, text: str) -> bool:
    if re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text) or option in {"--help", "-h"}:
        return True
    if option.startswith("--"):  # argparse takes the beginning of a name
        return re.search(rf"(?<![\w-]){re.escape(option)}[\w-]", text) is not None
    clustered = re.findall(r"getopts\s+[\"']?:?([\w:]+)", text)
    return len(option) > 2 or any(option[1] in letters for letters in clustered)
