"""Documented calls of npm that leave out `run`: `npm deploy`, where deploy is a script and no command of npm."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.pages.documented import is_about_this, is_of_others
from agentlint.judgements.pages.mentions import judged_documents, mentions, text_of

_COMMANDS = frozenset(
    "access adduser audit bugs cache ci completion config dedupe deprecate diff dist-tag docs doctor edit exec explain explore"
    " find-dupes fund get help help-search hook init install install-ci-test install-test link ll login logout ls org outdated"
    " owner pack ping pkg prefix profile prune publish query rebuild repo restart root run run-script sbom search set shrinkwrap"
    " star stars start stop team test token trust uninstall undeprecate unpublish unstar update version view whoami"
    " author home issues info show find add isntall in ins inst insta instal isnt isnta isntal install-clean isntall-clean ic"
    " clean-install clean-install-test cit it sit up upgrade udpate un unlink remove rm r rb list la ln i t tst s se x why create"
    " innit add-user ddp dist-tags hlep c rum urn v verison ogr bin".split()
)
"""Commands of npm and their aliases. Source: github.com/npm/cli/blob/latest/lib/utils/cmd-list.js."""
_CALL = lazily(r"\bnpm ([a-z][\w:-]+)")


def scripts_without_run(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Where pages call a script of the package.json beside them, or of the root's, as if npm had such a command."""
    for page in judged_documents(repository):
        text = text_of(page, repository) if is_about_this(page) and not is_of_others(page) else ""
        if "npm " not in text or not any(_is_unknown(match[1]) for match in _CALL.finditer(text)):
            continue
        for mention in mentions(page, repository):
            command = mention.command
            word = next(iter(command.texts()), "")
            if command.program == "npm" and not command.opaque and _is_unknown(word) and command.directory is not None:
                folder = command.directory or posixpath.dirname(page)
                if any(
                    _has_script(path, word, repository)
                    for path in (posixpath.join(folder, "package.json"), "package.json")
                ):
                    yield command.place, word


def _is_unknown(word: str) -> bool:
    """True for no command of npm, nor the beginning of one, which npm completes."""
    return re.fullmatch(r"[a-z][\w:-]+", word) is not None and not any(name.startswith(word) for name in _COMMANDS)


def _has_script(path: str, name: str, repository: Repository) -> bool:
    if path not in repository.project.paths:
        return False
    scripts = re.search(r'"scripts"\s*:\s*\{([^{}]*)\}', repository.text(path))
    return scripts is not None and re.search(rf'"{re.escape(name)}"\s*:', scripts[1]) is not None
