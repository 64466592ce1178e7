"""Which words of which documents may tell how the tests of this repository are run.

A page of an example tells of the example, the manual of a library tells its users how to test what they build with it, and a
sentence that mentions `npm test` in passing tells nobody anything.
"""

from __future__ import annotations

import posixpath
import re

from agentlint.documents.code_in_text import Form
from agentlint.facts.command import Command
from agentlint.facts.project_summary import LANGUAGES, is_test
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_around, line_start
from agentlint.judgements.pages.mentions import Mention, text_of

_OF_OTHERS = lazily(
    r"(?:^|/)(?:examples?|_examples|samples?|demos?|tutorials?|blog|changelogs?|archive|legacy|starters?|boilerplates?|playgrounds?|dotfiles)/"
    r"|(?:^|/)(?:UPGRAD|MIGRAT|RELEASES?\.|WHATSNEW|issues_closed)[^/]*$",
    re.IGNORECASE,
)
_FOR_WORK = lazily(
    r"(?:^|/)\.[\w-]+/|test|spec\b|(?:^|/)t/|contrib|develop|hack|agents|claude|gemini|copilot|build|install|maintain|(?:^|[/_-])(?:dev|ci|scripts?|tools?|qa|community|internals?|meta|project)(?:[/_.-]|guide)",
    re.IGNORECASE,
)
_MANUAL = lazily(r"^(?:docs?|documentation|website|site|guides?|manual)/", re.IGNORECASE)
SUITE = lazily(
    r"develop|contribut|hacking|building|from source|run(?:ning)? (?:the |all |unit |our |its )*tests?|(?:unit|the) tests|test ?suite|check the|tests?$",
    re.IGNORECASE,
)
_IN_PASSING = lazily(
    r"\bnormal(?:ly)?\b|as usual|instead of|\bby default\)|such as|similar to|\byour (?:own |unit )?(?:tests?|app|project|package)\b|\blike\b",
    re.IGNORECASE,
)
_IN_SUITE = lazily(r"(?:[^/]+/)?(?:tests?|specs?|t|testing)/", re.IGNORECASE)
_SETTING = lazily(r"""["'][\w:.-]+["']\s*:\s*["'][^"'\n]*$""")
"""A line of a settings file that is shown."""


def tells_of_all(path: str, repository: Repository) -> bool:
    """True for a page that may speak for the whole repository: at the top, among the documents, beside the tests."""
    if _OF_OTHERS.search(path):
        return False
    folder = posixpath.dirname(path)
    if not folder or _holds_the_tests(folder, repository):
        return True
    if _IN_SUITE.match(folder):
        return False  # a page of one part of the tests
    return bool(_MANUAL.match(path) or _FOR_WORK.search(path))


def _holds_the_tests(folder: str, repository: Repository) -> bool:
    """True where at least half of the test files stand below the folder."""
    known = repository.memory("paths of tests")
    if known is None:
        found = [
            path for path in repository.project.paths if is_test(path, LANGUAGES.get(posixpath.splitext(path)[1], ""))
        ]
        known = repository.remember("paths of tests", tuple(found))
    assert isinstance(known, tuple)
    return bool(2 * sum(path.startswith(folder + "/") for path in known) >= len(known))


def is_manual(path: str) -> bool:
    """True for a page of a manual that is not named for who works on the repository."""
    return bool(_MANUAL.match(path)) and not _FOR_WORK.search(_MANUAL.sub("", path))


def is_meant(mention: Mention, repository: Repository) -> bool:
    """True for a command that the reader is told to run here, as far as the words around it tell."""
    text, span = text_of(mention.path, repository), mention.piece.span
    line = line_around(text, span.start, span.end) if mention.piece.form is Form.INLINE else ""
    if any(re.match(r"\[[\w. -]+\]$|\[\w", word) for word in mention.command.texts()) or _IN_PASSING.search(line):
        return False
    if _names_absent_script(mention.command, repository):
        return False
    if is_manual(mention.path) and mention.command.program not in {"make", "ninja", "meson", "ctest", "rake"}:
        return bool(SUITE.search(mention.piece.heading or heading_before(text, span.start)))
    return True


def said_in_passing(text: str, start: int, end: int) -> bool:
    """True where the line around these words speaks of a command without telling to run it."""
    from_here = max(line_start(text, start), start - 200)
    return bool(_IN_PASSING.search(line_around(text, start, end)) or _SETTING.search(text, from_here, end))


_HEADING = lazily(r"^(?:#{1,6}[ \t]+([^\n]*)|([^\n]+)\n[=\-~^*+]{3,}[ \t\r]*$)", re.MULTILINE)


def heading_before(text: str, at: int) -> str:
    """The heading of the section in which a place stands; "" at the top."""
    found = _HEADING.findall(text[:at])
    return (found[-1][0] or found[-1][1]) if found else ""


_TEST_SCRIPT = lazily(r"(?:^|/)[\w.-]*test[\w.-]*\.(?:py|js|mjs|cjs|ts|rb|pl|php|sh)$", re.IGNORECASE)


def _names_absent_script(command: Command, repository: Repository) -> bool:
    """`node test.js` where no file has that name: the reader's own."""
    words = (command.program_path, *command.texts()[:1])
    written = next((word for word in words if _TEST_SCRIPT.search(word) and "*" not in word), "")
    name = posixpath.basename(written.partition("::")[0])
    return bool(name) and name not in repository.paths_by_name
