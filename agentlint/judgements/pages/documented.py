"""Documented commands that name what the repository does not have."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cache

from agentlint.adapters.purposes import repository_command
from agentlint.documents.code_in_text import CodePiece, Form
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end, line_of, line_start
from agentlint.judgements.absences.absent import absent
from agentlint.judgements.absences.absent_operands import other_environment
from agentlint.judgements.absences.absent_tools import absent_from_environment, absent_tool
from agentlint.judgements.absences.places_meant import Meant, all_folders, folders_of
from agentlint.judgements.pages.mentions import Mention, judged_documents, mentions, own_names, text_of

NEAR_CHARACTERS = 1200
SENTENCE_CHARACTERS = 120

_FOR_DEVELOPERS = lazily(
    r"^(?:DOCUMENTATION|ARCHITECTURE|INTERNALS|CODEBASE)\.\w+$|(^|/)(?:AGENTS?|CLAUDE|GEMINI|copilot-instructions|CONTRIBUTING|DEVELOPMENT|DEVELOPING|DEVELOPERS?|HACKING|BUILDING|COMPILING|TESTING|MAINTAIN(?:ERS?|ING)|RELEASING|PUBLISHING|RELEASE[_-](?:PROCESS|TESTING|GUIDE|CHECKLIST|INSTRUCTIONS|STEPS|PROCEDURE)|WARP|JULES)"
    r"[^/]*$|^\.cursor/rules/|^(?:tests?|spec)/README|^docs?/(?:.*/)?(?:contribut|develop|hacking|building|testing|(?:how[-_]?to[-_]?)?run(?:ning)?[-_]?tests?)[^/]*(?:/|$)"
    r"|^\.(?:agents?|claude|github)/(?:skills|agents|instructions|commands|references)/"
    r"|^\.(?:agents?|claude)/(?:docs/|rules/)?[^/]+\.mdc?$|^\.(?:windsurf|roo|amazonq|continue|augment|trae|kiro)/(?:rules[\w-]*|steering)/|^\.(?:clinerules|junie)/"
    r"|^(?:docs?(?:[-_](?!old|archive|legacy|v?\d)\w+)?|documentation|wiki|guide|book|site|website|manual)/(?:.*/)?(?:\d+[-_])?(?:for[-_])?"
    r"(?:dev(?:el)?|dev-?guide|devdocs|contribut\w*|developers?|development|maintain\w*|hacking|internals?)(?:[-_](?:guides?|docs?|notes))?(?:/|\.\w+$)",
    re.IGNORECASE,
)
_OTHERS_PAGES = lazily(
    r"(?:^|/)\.codex/AGENTS|(?:^|/)(?:versioned_docs|version-overrides|\.config|dot_\w+|examples?|samples?|demos?|website|site|blog|i18n|translations?|tutorials?|archive|legacy|plugins?|playground|benchmarks?|bench|starters?|boilerplates?"
    r"|skills|[a-z]{2}[-_][A-Z]{2}|(?:ja|zh|ko|de|fr|es|pt|ru|it|tr|uk|pl|vi|fa|em|he))/|-template/|\.(?:ja|zh|ko|de|fr|es|pt|ru)(?:-\w+)?\.md$"
)
_OF_AGENTS = lazily(r"^\.(?:agents?|claude|github)/(?:skills|commands)/")
"""Where a repository keeps what agents that work on it shall know."""
_OTHER_PROJECT = lazily(
    r"git clone (?:-\S+ (?:\d+ )?)*(\S+)|\b[Cc]lone (?:(?:the |that |their )?(?:\w+ )?(?:repo(?:sitory)?|project)\b[^\n]{0,20})?[<`(]?(https?://[^\s>)`]+)|\b(?:npm|yarn|pnpm|bun) (?:init|create) (?!-y)\S|\bnpx (?:--yes |-y )?create-|\b(?:cargo|rails|dotnet|django-admin) (?:new|startproject)"
    r"|\bcookiecutter\b|\bcopier copy\b|\b(?:curl|wget) [^\n]*\.(?:tar|tgz|zip)"
)
_NOT_MEANT = lazily(
    r"no longer|removed|deprecat|instead of|legacy|previous|formerly|used to|e\.g\.|for example|for instance|such as|\blike\b|would|your (?:own )?(?:project|app|repo|plugin)"
    r"|creat|generat|sav(?:e|ing)|\badd\b|\bnew\b|\bwrite\b|rename|\bmoved\b|download|optional|does not exist|doesn't exist|there(?: is|'s| are) no|not yet|hypothetical|don't|do not|never|rather than|not (?:even )?(?:read|use|need|require|touch|load|ship)s?\b|if (?:you|there|it)",
    re.IGNORECASE,
)


@cache
def is_for_developers(path: str) -> bool:
    """True for documents written for who works on the repository: AGENTS, CLAUDE, CONTRIBUTING, ..."""
    return bool(_FOR_DEVELOPERS.search(path))


@remembered
def stale_mentions(repository: Repository) -> tuple[tuple[Mention, str], ...]:
    """Commands of the documents about this repository, each with what it names and is not there."""
    found = [item for path in judged_documents(repository) if is_about_this(path) for item in _stale(path, repository)]
    return tuple(found)


@cache
def is_of_others(path: str) -> bool:
    """True for pages of examples, translations, archives: what they say is not held against this tree."""
    return bool(_OTHERS_PAGES.search(_OF_AGENTS.sub("", path)))


def is_about_this(path: str) -> bool:
    """True for pages on this repository: those for who works on it, and READMEs."""
    if is_of_others(path):
        return False
    return is_for_developers(path) or posixpath.basename(path).upper().startswith(("README", "INSTALL", "BUILD"))


def _stale(path: str, repository: Repository) -> Iterator[tuple[Mention, str]]:
    text = text_of(path, repository)
    here = posixpath.dirname(path)
    for mention in mentions(path, repository):
        if not _concerns(mention, repository) or _elsewhere(mention, text, repository):
            continue
        directory = mention.command.directory
        folders = folders_of(path, text, directory, repository)
        if directory is None or (
            directory and directory not in all_folders(repository) and not _own_folder(directory, repository)
        ):
            continue
        missing = absent(
            mention.command,
            Meant(folders, bool(here) and not here.startswith((".github", "doc")), is_for_developers(path)),
            repository,
        ) or _amiss(mention, repository)
        if (
            missing is not None
            and missing.startswith("a ")
            and not is_for_developers(path)
            and not missing.startswith(("a conf", "a Dockerfile", "a Makefile" if here else "a Dockerfile"))
        ):
            continue
        if missing == "a Makefile" and not is_for_developers(path):
            if not _is_told_to_run(mention, text) or _is_handed_on(mention, text, repository):
                continue
        if missing is not None and missing.startswith("a Dockerfile") and "Dockerfile" in text:
            continue  # the page speaks of one that the reader writes
        if missing == "a configuration of pre-commit" and _offers_hooks(text, repository):
            continue  # the reader's own repository gets it
        if missing is not None and "`bin/" in missing and "binstubs" in text:
            continue  # Bundler writes them
        if missing is not None and _is_of_workspace(missing, text, repository):
            continue
        if missing is not None and not _spoken_of(mention, missing, text):
            yield mention, missing


_IN_WORKSPACES = lazily(
    r"\b(?:[Ff]rom|[Ii]n|[Ii]nside|[Ww]ithin) (?:the|each|every|that|its|any) (?:\w+ )?(?:workspace|package|app)(?:'s)? (?:director(?:y|ies)|folder|root)\b"
)


def _is_of_workspace(missing: str, text: str, repository: Repository) -> bool:
    """True for a script that a workspace has, on a page that sends its reader into the workspaces."""
    script = re.fullmatch(r"the script `([^`]+)` of .*package\.json", missing)
    if script is None or not _IN_WORKSPACES.search(text):
        return False
    written = re.compile(rf'"{re.escape(script[1])}"\s*:')
    return any(written.search(repository.text(path)) for path in repository.paths_by_name.get("package.json", ()))


_SHOWN_HOOKS = lazily(r"^[ \t>]*-[ \t]+repo:[ \t]+\S+\s+rev:", re.MULTILINE)


def _offers_hooks(text: str, repository: Repository) -> bool:
    """True where the repository offers hooks to others, or the page shows what a reader writes to use some."""
    return ".pre-commit-hooks.yaml" in repository.project.paths or _SHOWN_HOOKS.search(text) is not None


def _amiss(mention: Mention, repository: Repository) -> str | None:
    """What the page itself shows to be amiss: a tool that nothing sets up, another environment than it makes."""
    if not is_for_developers(mention.path):
        return None
    other = other_environment(mention.command, mention.piece.text.text)
    if other:
        return f"the environment `{other}`"
    return absent_from_environment(mention.command, repository) or absent_tool(
        mention.command, repository, text_of(mention.path, repository)[: mention.piece.span.start][-60:]
    )


def _concerns(mention: Mention, repository: Repository) -> bool:
    """True for a command that is meant for a checkout of this repository."""
    command = mention.command
    if mention.piece.form is Form.INLINE and not command.arguments and not _is_run(mention, repository):
        return False
    if mention.piece.form is Form.INLINE and not command.arguments and "/" in command.program_path.removeprefix("./"):
        top = command.program_path.removeprefix("./").split("/")[0]
        return top in all_folders(repository) or top.endswith(("-master", "-main"))
    if is_for_developers(mention.path) or repository_command(command):
        return True
    if command.program in {"docker", "podman"} and "build" in command.texts()[:2] and command.texts()[-1:] == (".",):
        return True  # of what stands here, even on a page for users
    if any(_is_deep(word, repository) for word in command.texts()):
        return True
    written = command.program_path if "/" in command.program_path else next(iter(command.texts()), "")
    top, _, rest = written.removeprefix("./").partition("/")
    beside = posixpath.join(posixpath.dirname(mention.path), top)
    return written == "setup.py" or (
        bool(rest) and (not {top, beside}.isdisjoint(all_folders(repository)) or top.endswith(("-master", "-main")))
    )


def _is_deep(word: str, repository: Repository) -> bool:
    """True for a path whose first two folders are this repository's: no reader's own has those."""
    parts = word.removeprefix("./").split("/")
    return len(parts) > 2 and "/".join(parts[:2]) in all_folders(repository)


_RUNS = lazily(r"\b(?:runs?|running|execut\w+|invok\w+|us(?:e|es|ing)|type|call|launch\w*|start\w*)\b", re.IGNORECASE)


def _is_run(mention: Mention, repository: Repository) -> bool:
    """False for the bare name of a program in a sentence that does not say to run it."""
    written = mention.command.program_path
    if "/" in written.removeprefix("./") or ("/" in written and is_for_developers(mention.path)):
        return True
    line = line_of(text_of(mention.path, repository), mention.piece.span.start)
    return bool(_RUNS.search(line)) or not re.sub(r"[^\w]", "", line.replace(mention.piece.text.text, ""))


def _is_told_to_run(mention: Mention, text: str) -> bool:
    """False for a command that a sentence is about (`make test` runs one job), and does not tell to run."""
    start = mention.piece.span.start
    return mention.piece.form is not Form.INLINE or bool(_RUNS.search(text, line_start(text, start), start))


def _is_handed_on(mention: Mention, text: str, repository: Repository) -> bool:
    """True where the page shows this project's own program start the command (`watch -i target make test`): it is the reader's."""
    own = "|".join(re.escape(name) for name in sorted(own_names(repository)) if name)
    shown = rf"^[ \t>]*(?:[$%#] )?(?:{own}) [^\n]*(?<![\w-]){re.escape(mention.piece.text.text.strip())}(?![\w-])"
    return bool(own) and re.search(shown, text, re.MULTILINE | re.IGNORECASE) is not None


def _elsewhere(mention: Mention, text: str, repository: Repository) -> bool:
    """True shortly behind a line of the same document that goes into another project."""
    start = mention.command.place.span.start
    if mention.piece.form is Form.INLINE:
        line = line_of(text, start)
        other = _IN_REPOSITORY.search(line)
        if "submodule" in line or _IN_THAT.search(line):
            return True
        if other is not None and other[1].lower() not in own_names(repository):
            return True
        other = _IN_CHECKOUT.search(line)
        if other is not None and not _is_here(other[1].lower(), repository):
            return True
    for match in _OTHER_PROJECT.finditer(text, max(0, start - NEAR_CHARACTERS), start):
        fetched = match[0].startswith(("curl", "wget"))
        if fetched and _ANEW.search(text, match.end(), start):
            continue
        address = match[1] or match[2]
        if address is None or not _is_own(address, repository):
            return True
    return False


_IN_REPOSITORY = lazily(
    r"\b(?:[Ii]n|of|from|to) (?:the |our )?[`*\[]*[\w.-]+/([\w.-]+)[`*\]]*(?:\([^)\s]*\))? repo(?:sitory)?\b"
)
"""A sentence on what is done in a repository that it names."""
_IN_THAT = lazily(
    r"\b(?:in|from) (?:that|another|(?:the|an)other) (?:repo(?:sitory)?|project|checkout|clone)\b", re.IGNORECASE
)
_IN_CHECKOUT = lazily(
    r"\b(?:[Ii]n|[Ff]rom|[Ww]ithin|[Ii]nside) (?:the|your) [`*]*([A-Z][\w.-]+)[`*]* (?:code|sources?|repo(?:sitory)?|project) ?(?:director(?:y|ies)|folder|tree|checkout|root)\b"
)
"""A sentence on what is done in the checkout of a project that it names."""
_ANEW = lazily(r"^(?:#{1,6} |[=-]{4,}$)|\bclone (?:this|the) repo", re.MULTILINE | re.IGNORECASE)
"""Where a page begins to speak of something else."""


def _is_here(name: str, repository: Repository) -> bool:
    """True for a name of this repository, of a part of it, or of a folder near its root."""
    known = own_names(repository)
    parts = {part for own in known for part in re.split(r"[-_.]", own)}
    near = {posixpath.basename(folder).lower() for folder in all_folders(repository) if folder.count("/") < _NEAR_ROOT}
    return name in known | parts | near


_NEAR_ROOT = 2
"""Folders further down may be called after what they speak with."""


def _is_own(url: str, repository: Repository) -> bool:
    return posixpath.basename(url.rstrip("/")).removesuffix(".git").lower() in own_names(repository)


def _own_folder(directory: str, repository: Repository) -> bool:
    """True for the folder into which a clone of this repository goes."""
    return directory.split("/")[0].lower() in own_names(repository)


def _spoken_of(mention: Mention, missing: str, text: str) -> bool:
    """True where the text before it makes or gives the thing, or the sentence says that it is only an example."""
    start = mention.command.place.span.start
    name = posixpath.basename(missing.split("`")[1].rstrip("/")) if "`" in missing else ""
    if missing.startswith(("the file", "the folder")) and _is_made_before(
        name, text[max(0, start - NEAR_CHARACTERS) : start]
    ):
        return True
    if missing.startswith("the test") and _TO_BE_WRITTEN.search(mention.piece.heading + "\n" + mention.piece.text.text):
        return True
    if mention.piece.form is Form.INLINE:
        copied = mention.command.program == "cp"  # what is new is the copy
        return is_only_spoken_of(mention.piece, text, files=missing.startswith("the f") and not copied)
    before = text[max(0, mention.piece.span.start - SENTENCE_CHARACTERS) : mention.piece.span.start]
    said = re.sub(r"\n?[^\n]*\Z", "", before).rstrip()
    said = re.split(r"\n[ \t\r]*\n", said)[-1]
    return bool(missing.startswith("the file") and _NOT_MEANT.search(said))


_TO_BE_WRITTEN = lazily(
    r"^[^\n]*\bexample (?:workflow|session|cycle|of)\b|\b(?:failing|new) tests?\b|#\s*RED\b|\bTDD\b", re.IGNORECASE
)
"""A walk through work that is yet to be done: its tests need not be there."""
_MAKES = lazily(
    r">|^\s*(?:#|//|--|<!--)\s*(?:in |file:? )?[\w./-]+\s*(?:-->)?\s*$|\b(?:cat|tee|touch|mkdir|cp|mv|ln|curl|wget|git|unzip|tar|clone|virtualenv|venv|init|new)\b|creat|generat|\bsav|download|\bwrite|\badd\b|\bmake\b"
    r"|\bput\b|\bcop(?:y|ies)|extract|produc|called|named|following|content|\byour\b|\ba (?:file|script|folder|directory)\b|example|e\.g\.|such as|:[ \t]*$",
    re.IGNORECASE,
)


def _is_made_before(name: str, before: str) -> bool:
    """True where a line above makes, fetches or shows what bears the name; a heading that only names it does not."""
    # `Source x.sh:` right above the command announces the command, and not what stands in the file.
    before = _ANNOUNCES.sub("", before)
    return any(
        _MAKES.search(line) and not line.lstrip().startswith(("#!", "#include"))
        for line in before.split("\n")
        if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", line)
    )


_ANNOUNCES = lazily(r":[ \t]*(?=\n\s*(?:(?:```|~~~)\w*[ \t]*\n)?[ \t]*(?:\$ )?\Z)")


_PAST = lazily(
    r"no longer|removed|deprecat|instead of|formerly|used to|your (?:own )?(?:project|app|repo|plugin)", re.IGNORECASE
)


def is_only_spoken_of(piece: CodePiece, text: str, *, files: bool = True) -> bool:
    """True where the sentence around a piece of code says that it is an example, or past, or yet to be made."""
    if _DIALOGUE.search(piece.heading):
        return True
    start, end = piece.span.start, piece.span.end
    first = line_start(text, start)
    after = min(line_end(text, end), end + SENTENCE_CHARACTERS)
    if not _BEGINS.match(text, first) and _WRAPS.search(text, max(0, first - SENTENCE_CHARACTERS), first):
        first = line_start(text, first - 1)
    before = _ADDED_TO.sub(" ", text[max(first, start - SENTENCE_CHARACTERS) : start])
    sentence = before + " " + text[end:after]
    return bool((_NOT_MEANT if files else _PAST).search(sentence))


_DIALOGUE = lazily(r"^\W*(?:user|human|prompt|customer|developer|person)\b[^\n:]{0,20}:\W*[\"“'‘`]", re.IGNORECASE)
"""A heading that quotes what a person asks for: what follows is an answer made up for a project made up."""
_WRAPS = lazily(r"[a-z,][ ]?\r?\n\Z")
"""A line that breaks off within its sentence: what it says belongs to the next."""
_BEGINS = lazily(r"[ \t]*(?:[-*+|>#]|\d+[.)])[ \t]")
"""An item of a list, a row, a heading: no sentence goes on into it."""
_ADDED_TO = lazily(
    r"\b[Aa]dd(?:ing)? (?!an? |new |your |the (?:file|folder))(?:(?!\bnew\b|\bfiles?\b|\byour\b|[.,;:])[^\n]){0,60}\b(?:in|to) [`(]*$"
)
"""What is added to a file needs the file: `add it to getFunctions() in src/functions.ts`."""
