"""Tools and services through which a page says that the work runs, and of which the repository has nothing left."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_of
from agentlint.files.source import Place, Span
from agentlint.judgements.absences.absent_tools import tool_is_known
from agentlint.judgements.pages.documented import is_about_this, is_for_developers
from agentlint.judgements.pages.mentions import judged_documents, outside_fences, text_of

_TOOLS = {
    "dapper": "Dockerfile.dapper",
    "vagrant": "Vagrantfile",
    "earthly": "Earthfile",
    "bors": "bors.toml",
    "tilt": "Tiltfile",
    "skaffold": "skaffold.yaml",
}
"""Tools that read a file of one name, from each one's own manual: without it they do nothing."""
_SERVICES = {
    "travis": ".travis.yml",
    "circleci": ".circleci/config.yml",
    "appveyor": "appveyor.yml",
    "cirrus": ".cirrus.yml",
    "azure": "azure-pipelines.yml",
}
"""Services that run what a file of the repository tells them. Source: each service's reference of its configuration."""
_SAID = lazily(
    r"\b(?:run|runs|running|built|builds?|tested|tests?|passe[sd]|checked|checks?|stand up|stands up|started|starts|provision\w*|verif\w+|merged|executed|linted)\b[^.\n]{0,80}?\b(?:via|through|using|with|by|on)[ \t\n]+(?:the |our )?[`*\[]*"
    r"(?P<name>Dapper|Vagrant|Earthly|[Bb]ors|Tilt|Skaffold|Travis(?:[- ]?CI)?|Circle ?CI|App[Vv]eyor|Cirrus[- ]?CI|Azure (?:Pipelines|DevOps))\b"
    r"|\b[Vv]ia[ \t]+(?P<via>Dapper|Vagrant|Earthly)\b"
    r"|(?P<runs>Travis(?:[- ]?CI)?|Circle ?CI|App[Vv]eyor|Cirrus[- ]?CI|Bors|bors|Azure Pipelines)\]?(?:\([^)\s]*\))? (?:will |automatically |then |also )*(?:runs?|builds?|tests?|checks?|verif(?:y|ies)|merges?|executes?)\b"
)
_NOT_NOW = lazily(
    r"no longer|used to|formerly|\bwas\b|\bwere\b|migrat|moved|instead|deprecat|remov|previous|\byour\b|\bif you\b|optional|example|e\.g\.|such as|can also|\bnot\b|n't\b|or any\b|like\b",
    re.IGNORECASE,
)


def dropped_tools(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Where a page says so: the place, the tool as written, the file that is not there."""
    told: set[tuple[str, str]] = set()
    for page in judged_documents(repository):
        text = text_of(page, repository)
        if not is_about_this(page) or not _MARK.search(text):
            continue
        for match in _SAID.finditer(outside_fences(text)):
            group = next(name for name in ("name", "via", "runs") if match[name])
            key = (
                re.sub(r"[- ]?(?:ci|pipelines|devops)$", "", match[group].lower().replace("circle ci", "circleci"))
                or ""
            )
            key = "circleci" if key == "circle" else key
            service = key in _SERVICES
            if (page, key) in told or (service and not is_for_developers(page)) or _is_had(key, repository):
                continue
            if not _NOT_NOW.search(line_of(text, match.start(), match.end())):
                told.add((page, key))
                span = Span(match.start(group), match.end(group))
                yield Place(page, span), match[group], (_SERVICES | _TOOLS)[key]


_MARK = lazily(r"Dapper|Vagrant|Earthly|[Bb]ors|Tilt|Skaffold|Travis|Circle ?CI|App[Vv]eyor|Cirrus|Azure (?:Pip|Dev)")


def _is_had(key: str, repository: Repository) -> bool:
    """True where any path or setting bears the tool's name, in whatever spelling."""
    if any(key in path.lower() for path in repository.project.paths):
        return True
    mark = (_SERVICES | _TOOLS)[key].lower()
    return any(path.lower().endswith(mark) for path in repository.project.paths) or tool_is_known(key, repository)
