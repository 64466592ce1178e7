"""Images of a language that a documented command works on this checkout with, and that are older than the manifest lets in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.pages.documented import is_about_this
from agentlint.judgements.pages.mentions import judged_documents, mentions
from agentlint.judgements.pages.named_versions import asked_versions, is_below

_IMAGES = {
    "golang": "go",
    "python": "python",
    "node": "node",
    "rust": "rust",
    "php": "php",
    "ruby": "ruby",
    "elixir": "elixir",
}
"""The official images that are tagged by the version of their language. Source: hub.docker.com/_/NAME."""
_IMAGE = lazily(
    r"(?:(?:docker\.io/|public\.ecr\.aws/docker/)?library/|docker\.io/)?(golang|python|node|rust|php|ruby|elixir):v?(\d+(?:\.\d+){0,2})(?:-[\w.-]+)?"
)
_PROGRAMS = frozenset({"docker", "podman", "nerdctl"})
_BUILDERS = frozenset({"docker", "podman", "nerdctl", "buildah", "earthly", "docker-compose"})
_ARGUMENT = lazily(
    r"[\"']?(GO(?:LANG)?|PYTHON|NODE(?:JS)?|RUST|PHP|RUBY|ELIXIR)(?:_BASE|_IMAGE|_TAG|_VERSION|_VER|_BASE_IMAGE|_IMAGE_TAG)?=v?(\d+\.\d+(?:\.\d+)?)(?:-[\w.-]+)?[\"']?"
)
"""A build argument that chooses the version of a language."""
_CHECKOUT = lazily(
    r"^[\"']?(?:\$\(?\{?(?:pwd|PWD|CURDIR)\b|`pwd`|\.{1,2}/?:|%cd%|src=\.|.*(?:source|src)=[\"']?(?:\$|\.))"
)
"""How a command hands this checkout to a container."""


def images_too_old(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Where a page runs an image on this checkout that cannot build it: place, image, the version asked for."""
    asked = asked_versions(repository)
    for path in judged_documents(repository) if asked else ():
        if not is_about_this(path):
            continue
        for mention in mentions(path, repository):
            chosen = _argument(mention.command)
            if chosen is not None and is_below(chosen[1], asked.get(chosen[0], "0.0")):
                yield mention.command.place, chosen[2], asked[chosen[0]]
            found = _image(mention.command)
            language = _IMAGES[found[1]] if found is not None else ""
            if found is not None and language in asked and is_below(found[2], asked[language]):
                yield mention.command.place, found[0], asked[language]


def _image(command: Command) -> re.Match[str] | None:
    """The image of a language that a `run` is given together with this checkout."""
    words = command.texts()
    if command.program not in _PROGRAMS or words[:1] != ("run",) or not any(map(_CHECKOUT.search, words)):
        return None
    if any("GOTOOLCHAIN=" in word and "local" not in word for word in words):
        return None  # the image's Go fetches the one that go.mod asks for
    return next((found for word in words if (found := _IMAGE.fullmatch(word))), None)


def _argument(command: Command) -> tuple[str, str, str] | None:
    """The language, version and word of a build argument; not of Go, whose images fetch the version that go.mod asks for."""
    if command.program not in _BUILDERS:
        return None
    for before, word in pairwise(("", *command.texts())):
        match = _ARGUMENT.fullmatch(word.removeprefix("--build-arg="))
        if match is not None and (before == "--build-arg" or word.startswith("--build-arg=")):
            language = match[1].lower().removesuffix("js")
            return None if language.startswith("go") else (language, match[2], match[0])
    return None
