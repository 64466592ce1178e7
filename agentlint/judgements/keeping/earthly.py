"""What a CI job that calls Earthly brings back of the layers of earlier runs."""

from __future__ import annotations

import re

from agentlint.facts.calls import called_units
from agentlint.facts.command import EARTHLY, Command
from agentlint.facts.image import Image
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.keeping.layers import worth_layers
from agentlint.judgements.running.patterns import option_matching

_BRINGS = ("--remote-cache", "--cache-from", "--sat", "--satellite", "--buildkit-host", "--org")
_INLINE = ("--ci", "--use-inline-cache")
_ELSEWHERE = lazily(
    r"EARTHLY_(?:TOKEN|SAT|SATELLITE|REMOTE_CACHE|CACHE_FROM|BUILDKIT_HOST|ORG)\b|earthly (?:sat|satellite|account|config)\b"
)
"""A runner or a cache that another line of the job chooses. Source: docs.earthly.dev, satellites; caching via a registry."""
_PUBLISHED = lazily(r"^[ \t]*SAVE IMAGE[ \t]+(?:--\S+[ \t]+)*--(?:push|cache-from)\b", re.MULTILINE)
"""Images in which inline caches can be, which `--ci` reads."""


def builds_anew(command: Command, job: Job, repository: Repository) -> bool:
    """True for an `earthly +target` whose layers are costly and of which no earlier run has left any."""
    if command.program != EARTHLY or option_matching(command, _BRINGS):
        return False
    image = _image(command, repository)
    if image is None or not worth_layers(image):
        return False
    if option_matching(command, _INLINE) and _PUBLISHED.search(repository.text(image.path)):
        return False
    return not any(_ELSEWHERE.search(text) for text in (repository.text(job.place.path), *command.environment))


def _image(command: Command, repository: Repository) -> Image | None:
    """The recipes of the Earthfile that the called targets stand in."""
    units = [
        repository.units[name] for name in called_units(command, repository.unit_index) if name in repository.units
    ]
    paths = {unit.place.path for unit in units}
    return next((image for image in repository.images if image.path in paths), None)
