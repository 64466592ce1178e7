"""Test modules that a page has Python run as programs, and that only define their tests: nothing runs, and the call succeeds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.pages.documented import is_about_this
from agentlint.judgements.pages.mentions import judged_documents, mentions, text_of

_CALL = lazily(
    r"(?:^|[\s;&|(`])python[\d.]*(?:[ \t]+-[A-Zabdisuvx]\w*)*[ \t]+(?:-m[ \t]+(?P<module>[\w.]+)|(?P<file>[\w./-]+\.py))(?=\s|$|[;&|)`])"
)
_TESTS = lazily(r"^(?:async )?def test_\w+\(|^class \w*Test\w*\b|^class \w+\([^)\n]*TestCase\b", re.MULTILINE)
_RUNS = lazily(
    r"__main__|^(?!(?:from|import|def|class|async|pytestmark)\b|@)(?:[\w.]+\(|(?:if|for|while|with|try|print|raise|assert|exec)\b[^\n]*:?|[\w., ]+ = [\w.]*(?:main|run\w*)\()",
    re.MULTILINE,
)
"""A part for being called, or anything that does work where it stands at the margin."""


def idle_modules(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Each such call, with the module; the text of a page is looked at first."""
    for page in judged_documents(repository):
        text = text_of(page, repository) if is_about_this(page) else ""
        if "python" not in text or not any(map(_named_as_test, _CALL.finditer(text))):
            continue
        for mention in mentions(page, repository):
            place = mention.command.place
            written = text[place.span.start : place.span.end]
            match = _CALL.search(written)
            path = _file_of(match, mention.command.directory or "", repository) if match is not None else ""
            if match is not None and path and _only_defines(repository.text(path)):
                yield place, written, (match["module"] or path.removesuffix(".py").replace("/", "."))


def _named_as_test(match: re.Match[str]) -> bool:
    return "test" in (match["module"] or match["file"])


def _file_of(match: re.Match[str], directory: str, repository: Repository) -> str:
    """The test module of this repository that the call names; "" for none."""
    if not _named_as_test(match):
        return ""
    plain = match["module"].replace(".", "/") + ".py" if match["module"] else match["file"].removeprefix("./")
    folders = [directory + "/"] if directory else ["", "src/"]
    return next((folder + plain for folder in folders if folder + plain in repository.project.paths), "")


def _only_defines(text: str) -> bool:
    return bool(_TESTS.search(text)) and not _RUNS.search(text)
