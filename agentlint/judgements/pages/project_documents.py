"""The documents of a repository: which there are, and what they tell."""

from __future__ import annotations

import re

from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

_FRONT_PAGES = (
    lazily(r"(?:\.github/|docs?/)?CONTRIBUTING(?:\.\w+)?", re.IGNORECASE),
    lazily(r"AGENTS?\.md"),
    lazily(r"CLAUDE\.md"),
    lazily(r"README(?:\.\w+)?", re.IGNORECASE),
    lazily(r"(?:\.github|docs?)/README(?:\.\w+)?", re.IGNORECASE),
    lazily(r"README[^/]*", re.IGNORECASE),
)


def developer_page(repository: Repository) -> str | None:
    """The document that tells everybody who works here what to do, agents or not; None where there is none."""
    near = [path for path in repository.paths_from_root if path.count("/") < 2]
    return next((path for pattern in _FRONT_PAGES for path in near if pattern.fullmatch(path)), None)


def documented(repository: Repository, purpose: str) -> bool:
    """True when some document shows a command for this purpose."""
    return any(shown.purpose == purpose for shown in repository.project.shown)


@remembered
def all_documents_text(repository: Repository) -> str:
    """The text of the documents and example settings that an agent may read, taken together."""
    parts = []
    for path in repository.ordered_paths:
        if _is_document(path):
            source = repository.read(path)
            if source is not None and len(source.data) < 1_000_000:
                parts.append(source.data.decode("utf-8", "replace"))
    return "\n".join(parts)


_DOCUMENT = lazily(
    r"(^|/)(\.env[^/]*|[^/]*\.env\.[^/]*|env\.(example|sample|template)|[^/]*\.(md|rst|mdx|adoc|txt)|README[^/]*|INSTALL[^/]*|HACKING[^/]*|TESTING[^/]*|(docker-)?compose[^/]*\.ya?ml"
    r"|app\.json|devcontainer\.json|\.envrc[^/]*)$",
    re.IGNORECASE,
)


def _is_document(path: str) -> bool:
    return bool(_DOCUMENT.search(path)) and "node_modules/" not in path and "CHANGELOG" not in path.upper()
