"""Images that a variable holds: the assignments that name them, which are the lines to change."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.source import Place, Span
from agentlint.judgements.pinning.installs import floating_image, image_variable, unpinned_packages

_ASSIGNMENT = r"^[ \t]*(?:(?:export|local|readonly|declare|typeset)[ \t]+(?:-\w+[ \t]+)*)?"
_IMAGE = r"[\"']?(?:\$\{\w+:?-)?(?P<image>[a-z0-9][\w.:-]*(?:/[\w.:-]+)*)\}?[\"']?[ \t]*(?:#.*)?\r?$"
"""An image, also as what is taken where the caller names none (`${IMAGE:-alpine}`)."""


def where_named(image: str, command: Command, repository: Repository) -> Place:
    """The assignment of the variable that stands for an image, where the same file makes it; else the command."""
    source = repository.read(command.place.path)
    written = source.text[command.place.span.start : command.place.span.end] if source is not None else image
    if source is None or image in written:
        return command.place
    assigned = re.compile(rf"{_ASSIGNMENT}(\w+)=[\"']?{re.escape(image)}[\"']?", re.MULTILINE)
    for match in assigned.finditer(source.text, 0, command.place.span.start):
        if re.search(rf"\$\{{?{match[1]}\b", written):
            return Place(command.place.path, Span(match.start(), match.end()))
    return _variable_of_make(image, command, repository) or command.place


def _variable_of_make(image: str, command: Command, repository: Repository) -> Place | None:
    """The variable of a makefile that names the image, alone or at the end of a whole command; it may stand in another's value."""
    unit = repository.units.get(command.unit)
    text = repository.text(command.place.path)
    if unit is None or unit.kind is not UnitKind.TARGET or image not in text:
        return None
    given = re.compile(
        rf"^[ ]*(?:export[ \t]+)?[A-Za-z_][\w.-]*[ \t]*[:?+]{{0,2}}=[^\n#]*?(?<![\w./:-]){re.escape(image)}(?![\w./:-])",
        re.MULTILINE,
    )
    found = given.search(text)
    return Place(command.place.path, Span(found.start(), found.end())) if found is not None else None


def assigned_images(variable: str, command: Command, repository: Repository) -> Iterator[tuple[str, Place]]:
    """The images that the branches of a script may have given a variable before this command, each at its assignment."""
    source = repository.read(command.place.path)
    if source is None or f"{variable}=" not in source.text:
        return
    given = re.compile(rf"{_ASSIGNMENT}{re.escape(variable)}={_IMAGE}", re.MULTILINE)
    for match in given.finditer(source.text, 0, command.place.span.start):
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        yield match["image"], Place(command.place.path, Span(start, match.end("image")))


def floating_images_run(command: Command, repository: Repository) -> Iterator[tuple[str, Place]]:
    """The floating images that are run, each where it is named: at an assignment, of which branches may hold several."""
    named = unpinned_packages(command)
    for image in named:
        yield image, where_named(image, command, repository)
    variable = "" if named else image_variable(command)
    for image, place in assigned_images(variable, command, repository) if variable else ():
        if floating_image(image):
            yield image, place
