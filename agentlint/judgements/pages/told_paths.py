"""Files and folders that pages tell of in a form that says where they stand, and that stand elsewhere or nowhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.documents.code_in_text import CodePiece, Form
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end, line_start
from agentlint.files.source import Place
from agentlint.judgements.absences.absent_files import ends_somewhere, is_literal, made_by_build
from agentlint.judgements.absences.places_meant import all_folders, folders_of
from agentlint.judgements.pages.documented import is_about_this, is_for_developers, is_of_others, is_only_spoken_of
from agentlint.judgements.pages.gone_paths import heads_item
from agentlint.judgements.pages.ignored_paths import is_ignored
from agentlint.judgements.pages.mentions import judged_documents, mentions, pieces_of, text_of
from agentlint.judgements.pages.named_paths import LAYOUT_PAGES
from agentlint.judgements.pages.spelling import extra_letter, unlike_letters

_OF_THE_CODE = lazily(
    r"(?:docs?/)?(?:(?:dev\w*|internals?)/)?(?:ARCHITECTURE|INTERNALS|CODEBASE|CODE_?MAP|STRUCTURE|DESIGN)\.\w+",
    re.IGNORECASE,
)
_SHOUTED_PAGE = lazily(r"(?!CHANGE|HISTORY|NEWS|RELEASE|LICEN|TODO|ROADMAP|UPGRAD|MIGRAT)[A-Z][A-Z_-]{3,}\.(?:md|rst)")
_FROM_ROOT = lazily(r"\./(?:[\w.-]+/)+[\w.-]+/?|\./(?:[\w.-]+/)*[\w-]+\.[a-z]{1,4}")
_PLACEHOLDERS = lazily(r"(?:/[A-Z][A-Z0-9_]{2,})+/?$")
_MODULES = lazily(r"\b(?:import|require|from ['\"])\b|\bCI\b|\bsnippet", re.IGNORECASE)


def rooted_paths(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """`./tests/ref` on a page at the top, where the one such folder stands further down; with where it stands."""
    for page in judged_documents(repository):
        if "/" in page or not (is_about_this(page) and is_for_developers(page)):
            continue
        text = text_of(page, repository)
        for piece in pieces_of(page, repository) if "`./" in text else ():
            written = _PLACEHOLDERS.sub("", piece.text.text)
            if piece.form is not Form.INLINE or not _FROM_ROOT.fullmatch(written) or not is_literal(written):
                continue
            homes = _homes(posixpath.normpath(written), repository)
            line = text[line_start(text, piece.span.start) : piece.span.start]
            if len(homes) != 1 or _MODULES.search(line):
                continue
            now, near = (
                homes[0] + "/" + posixpath.normpath(written),
                text[max(0, piece.span.start - 400) : piece.span.end + 100],
            )
            inside = posixpath.basename(homes[0]) in near or re.search(rf"\bcd [^\n]*{re.escape(homes[0])}", text)
            if not inside and not is_only_spoken_of(piece, text, files=False):
                yield Place(page, piece.span), written, now


def _homes(plain: str, repository: Repository) -> list[str]:
    """The folders below which this path stands; none where it stands at the top, or its first part does."""
    folders = all_folders(repository)
    if plain.split("/")[0] in folders or plain in repository.project.paths:
        return []
    tail = "/" + plain
    known = repository.paths_by_name.get(posixpath.basename(plain), ()) if "." in plain else folders
    return sorted({path[: -len(tail)] for path in known if path.endswith(tail)})


_NAME = lazily(r"([\w-]+)\.(rs|py|go|rb|[cm]?[jt]sx?|java|kt|php|ex|exs|c|cpp|h|ya?ml|toml|json)")
_OF_TESTS = lazily(r"(?:^|/)(?:tests?|spec|fixtures?|testdata|examples?)/")
_TWINS = {
    "js": ("ts", "mjs", "cjs"),
    "ts": ("js", "mts"),
    "yml": ("yaml",),
    "yaml": ("yml",),
    "jsx": ("tsx",),
    "mjs": ("js", "ts"),
    "cjs": ("js", "ts"),
}


def renamed_files(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """ "the `config.rs` file", where that has become a folder of such files, or one in another dialect; with what it has become."""
    for page in judged_documents(repository):
        if not (is_about_this(page) and is_for_developers(page)):
            continue
        text = text_of(page, repository)
        for piece in pieces_of(page, repository) if "` file" in text else ():
            match = _NAME.fullmatch(piece.text.text) if piece.form is Form.INLINE else None
            if match is None or not text.startswith("` file", piece.span.end):
                continue
            if not all(map(_OF_TESTS.search, repository.paths_by_name.get(match[0], ()))):
                continue
            now = _what_it_became(match[1], match[2], repository)
            said = re.search(r"\b(?:the|our)\s+`?$", text[max(0, piece.span.start - 12) : piece.span.start])
            if now and said and is_literal(match[0]) and not is_only_spoken_of(piece, text):
                if not made_by_build(match[0], repository) and not is_ignored(match[0], repository):
                    yield Place(page, piece.span), match[0], now


def _what_it_became(stem: str, suffix: str, repository: Repository) -> str:
    twins = [path for other in _TWINS.get(suffix, ()) for path in repository.paths_by_name.get(f"{stem}.{other}", ())]
    if len(twins) == 1:
        return twins[0]
    if suffix not in {"rs", "py", "go", "rb", "ts", "js"}:
        return ""
    inside = [
        folder
        for folder in sorted(all_folders(repository))
        if posixpath.basename(folder) == stem
        and any(path.endswith("." + suffix) for path in repository.paths_by_folder.get(folder, ()))
    ]
    return inside[0] + "/" if len(inside) == 1 else ""


_PACKAGE = lazily(r"(?!v?\d)[a-z][\w-]*(?:/[\w-]+)+")
_CALLED_PACKAGE = lazily(r"`\*{0,2} (?:sub-?)?(?:packages?|modules?|director(?:y|ies)|folders?|crates?)\b")
_GONE_BY_RIGHT = lazily(
    r"no longer|remov|deprecat|formerly|used to|instead|renam|moved|\bnew\b|creat|\byours?\b|\bwas\b|\bwere\b|e\.g\.|example|such as|upstream|generat|\bwill\b|planned|future|\bnpm\b|\bgem\b",
    re.IGNORECASE,
)
FEWEST_KIN = 2


def gone_packages(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Packages in the headings of a page about the code, and such as it calls packages, where others of the page are there."""
    folders = all_folders(repository)
    for page in judged_documents(repository):
        if (
            is_of_others(page)
            or LAYOUT_PAGES.fullmatch(page)
            or not (_OF_THE_CODE.fullmatch(page) or is_for_developers(page))
        ):
            continue
        pieces = [
            piece
            for piece in pieces_of(page, repository)
            if piece.form is Form.INLINE and _PACKAGE.fullmatch(piece.text.text)
        ]
        if sum(piece.text.text in folders for piece in pieces) < FEWEST_KIN:
            continue
        text = text_of(page, repository)
        for piece in pieces:
            written = piece.text.text
            if ends_somewhere(written, repository) or written in folders or not is_literal(written, folders):
                continue
            if _is_told_as_package(piece, text, folders) and not is_ignored(written, repository):
                if not any(path.startswith(written + ".") for path in repository.project.paths):
                    yield Place(page, piece.span), written


def _is_told_as_package(piece: CodePiece, text: str, folders: frozenset[str]) -> bool:
    start, end = line_start(text, piece.span.start), line_end(text, piece.span.end)
    line = text[start:end]
    around = text[max(start, piece.span.start - 100) : min(start + len(line), piece.span.end + 60)]
    if _GONE_BY_RIGHT.search(around):
        return False
    if line.startswith("#"):
        return bool(re.search(r"(?:^#+ |: )`$", text[start : piece.span.start])) and piece.span.end + 1 >= start + len(
            line.rstrip()
        )
    return piece.text.text.split("/")[0] in folders and _CALLED_PACKAGE.match(text, piece.span.end) is not None


_IN_ROOT = lazily(
    r"\bfiles? (?:\w+ ){0,4}(?:in|at) the (?:project(?:'s)?|repository|repo(?:sitory)?'s|repo) root\b|\broot of (?:the|this) (?:project|repository|repo) (?:has|holds|contains)",
    re.IGNORECASE,
)
_BARE = lazily(r"[\w-]+(?:\.[\w-]+)*\.(?:md|rst|txt|py|sh|toml|ya?ml|json|cfg|ini|[cm]?[jt]s|rb|go)")
_OPTIONAL = lazily(
    r"optional|if (?:you|present|it)|\byour\b|ignored|git-?ignored|not (?:committed|tracked|checked)|local",
    re.IGNORECASE,
)


def gone_from_root(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Files that a table or list gives as standing at the top, wherever that page names them."""
    for page in judged_documents(repository):
        if is_of_others(page) or not (_SHOUTED_PAGE.fullmatch(page) or is_about_this(page)):
            continue
        text = text_of(page, repository)
        said = _IN_ROOT.search(text) if "root" in text else None
        if said is None:
            continue
        end = re.compile(r"^#|\n\r?\n(?![ \t]*[-*+|\d])[^\n]*[^:\s]\r?\n", re.MULTILINE).search(text, said.end() + 2)
        last = end.start() if end is not None else len(text)
        pieces = [piece for piece in pieces_of(page, repository) if piece.form is Form.INLINE]
        gone = {
            piece.text.text
            for piece in pieces
            if said.end() < piece.span.start < last and _is_gone_item(piece, text, repository)
        }
        told: set[int] = set()
        for piece in pieces:
            line = text.count("\n", 0, piece.span.start)
            if piece.text.text in gone and line not in told:
                told.add(line)
                yield Place(page, piece.span), piece.text.text


def _is_gone_item(piece: CodePiece, text: str, repository: Repository) -> bool:
    written = piece.text.text
    end = line_end(text, piece.span.end)
    if not heads_item(piece, text):
        return False
    if not _BARE.fullmatch(written) or written in repository.paths_by_name or not is_literal(written):
        return False
    if _OPTIONAL.search(text[piece.span.end : end]):
        return False
    return not made_by_build(written, repository) and not is_ignored(written, repository)


_SCRIPT = lazily(r"\./([\w.-]+\.(?:sh|bash|py|rb|pl|ps1))")
_LISTS = lazily(r"-r[ =](?:\./)?([\w.-]*requirements[\w.-]*\.txt)")


def twins_of_calls(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Calls in blocks: a script beside others that stand by the page, and a list of requirements that stands in the page's folder of scripts."""
    for page in judged_documents(repository):
        text = text_of(page, repository)
        if is_of_others(page) or not ("./" in text or "requirements" in text):
            continue
        here = posixpath.dirname(page)
        beside = set(map(posixpath.basename, repository.paths_by_folder.get(here, ())))
        scripts = set(_SCRIPT.findall(text)) if here else set()
        near = {name: _twin(name, beside) for name in scripts - beside} if scripts & beside else {}
        lists = {name: _list_of(name, page, text, repository) for name in set(_LISTS.findall(text))}
        near = {name: twin for name, twin in (near | lists).items() if twin}
        for mention in mentions(page, repository) if near else ():
            words = (mention.command.program_path, mention.command.value_of("-r", "--requirement") or "")
            if mention.piece.form is Form.INLINE or (mention.command.program not in {"pip", "pip3"} and words[1]):
                continue
            written = next((word for word in words if word.removeprefix("./") in near), "")
            if written and mention.command.directory == "":
                yield mention.command.place, written, near[written.removeprefix("./")]


def _twin(name: str, others: set[str]) -> str:
    """The one of these names that is this one but for a letter."""
    found = [
        other
        for other in sorted(others)
        if other.rpartition(".")[2] == name.rpartition(".")[2] and _one_apart(name, other)
    ]
    return found[0] if len(found) == 1 else ""


def _one_apart(left: str, right: str) -> bool:
    if len(left) == len(right):
        return len(unlike_letters(left, right)) == 1 and not re.search(r"\d", left)
    return extra_letter(left, right) is not None


def _list_of(name: str, page: str, text: str, repository: Repository) -> str:
    """Where the one list of requirements of this name stands, if the page is on the scripts of that folder and never goes there."""
    places = repository.paths_by_name.get(name, ())
    if len(places) != 1 or re.search(r"\bcd |git clone|\bdirectory\b|\bfolder\b|WORKDIR|COPY", text):
        return ""
    home = posixpath.dirname(places[0])
    if home in folders_of(page, text, None, repository) or page.startswith(home + "/"):
        return ""
    own = [path for path in repository.paths_by_folder.get(home, ()) if path.endswith((".py", ".sh"))]
    return places[0] if any(f"`{posixpath.basename(path)}`" in text for path in own) else ""
