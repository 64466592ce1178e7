"""A compose service runs in an image that is another one tomorrow."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.project import ToolSetting
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.pinning.own_images import built_here
from agentlint.judgements.pinning.own_project import own_slug
from agentlint.judgements.pinning.versions import image_floats
from agentlint.judgements.running.scope import aside
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="REP809",
    name="floating-service-image",
    category=Category.REPRODUCIBILITY,
    summary="A compose file runs a service in an image with no tag or with `latest`.",
    why="The database or broker of the tests is another version tomorrow, and a failure names no cause.",
    remediation="Name a version of the image, better a digest.",
    severity=Severity.MINOR,
    cost=Cost(seconds=10),
    station=Station.SET_UP,
    references=("https://docs.docker.com/reference/compose-file/services/#image",),
    bad=(
        Bad({"compose.yaml": "services:\n  db:\n    image: postgres\n"}, at=("compose.yaml:3",)),
        Bad(
            {"compose.yaml": "services:\n  s3:\n    image: minio/minio:${MINIO_TAG:-latest}\n"},
            at=("compose.yaml:3",),
            title="what is taken where nobody says otherwise",
        ),
        Bad(
            {
                "compose.yaml": "services:\n  app:\n    build:\n      context: .\n      args:\n        BUILDIMAGE: ghcr.io/a/many:latest\n"
                "  other:\n    build:\n      context: .\n      args:\n        - BASE_IMAGE=node:latest\n        - TAG=latest\n"
            },
            at=("compose.yaml:6", "compose.yaml:11"),
            title="the base that a build is given",
        ),
        Bad(
            {
                "docker-compose.yml": "services:\n  web:\n    image: nginx:1.27\n",
                "metrics.yml": "services:\n  metrics:\n    image: prom/prometheus\n",
                "test/stack.base.yml": "services:\n  web:\n    image: nginx\n    ports: ['80:80']\n",
                "stores/mongodb/mongodb.yml": "# laid over it\n\nservices: # of the store\n  db:\n    image: 'mongo'\n",
            },
            at=("metrics.yml:3", "stores/mongodb/mongodb.yml:5", "test/stack.base.yml:3"),
            title="files of other names",
        ),
        Bad({"docker-compose.yml": "services:\n  cache:\n    image: redis:latest\n"}, at=("docker-compose.yml:3",)),
        Bad(
            {
                "net/compose-store.yaml": "services:\n  a:\n    image: acme/orders:latest\n",
                "k8s/up.sh": "#!/bin/sh\n$CLI pull $REGISTRY/orders:$V\nkind load docker-image $REGISTRY/orders:$V\n",
            },
            at=("net/compose-store.yaml:3",),
            title="an image that a script pulls before it loads it into a cluster",
        ),
    ),
    good=(
        Good({"compose.yaml": "services:\n  db:\n    image: postgres:16.3\n"}, because="a version"),
        Good(
            {
                "compose.yaml": "services:\n  app:\n    build:\n      context: .\n      args:\n        BASE_IMAGE: node:22.1\n        IMAGE_TAG: latest\n"
            },
            because="a version, and the label of what is built",
        ),
        Good(
            {"compose.yaml": "services:\n  app:\n    image: app\n    build: .\n"},
            because="the image is built here; the name is only its label",
        ),
        Good(
            {
                "config/services.yaml": "services:\n  _defaults:\n    autowire: true\n  App\\Mailer:\n    class: App\\Mailer\n",
                "ci/test.yaml": "steps:\n  - image: golang:1.23\nservices:\n  db:\n    image: postgres\n",
                "deploy/app.yaml": "name: shop\nservices:\n  - name: web\n    image: {registry: a, repository: nginx}\n",
                "tests/fixtures/one.yml": "services:\n  db:\n    image: postgres\n",
            },
            because="a framework's services, a pipeline, a list for a host, and the input of a test",
        ),
        Good({"compose.yaml": "services:\n  db:\n    image: postgres:${PG:-16}\n"}, because="a variable decides"),
        Good(
            {
                "compose.yaml": "services:\n  s3:\n    image: minio/minio:${TAG:-latest}\n",
                ".env": "TAG=RELEASE.2026-01-31\n",
            },
            because="the file of variables beside it names the version",
        ),
        Good(
            {
                "compose.yaml": "services:\n  app:\n    image: acme/app\n",
                "Makefile": "image:\n\tdocker build -t acme/app .\n",
                "Dockerfile": "FROM alpine:3.20\n",
            },
            because="the repository builds that image itself",
        ),
    ),
)


_NAMES_IMAGE = lazily(r"image|^base|_base$|^from$", re.IGNORECASE)
_NAMED = lazily(r"compose[^/]*\.ya?ml$", re.IGNORECASE)
_FULL_NAME = lazily(r"[\w.-]+(?:[/:][\w.-]+)+")


_DEFAULT = lazily(r"\$\{(\w+):?-([\w./:@-]*)\}")


def _by_default(setting: ToolSetting, repository: Repository) -> str:
    """The image that a service runs in unless somebody says otherwise (`redis:${TAG:-latest}`), which `.env` may do beside it.

    An image of this repository's owner is left to who sets the variable. Source: docs.docker.com/reference/compose-file/interpolation.
    """
    variables = _DEFAULT.findall(setting.value)
    if not variables:
        return setting.value
    beside = repository.text(posixpath.join(posixpath.dirname(setting.place.path), ".env"))
    image = _DEFAULT.sub(lambda match: match[2], setting.value)
    owner = own_slug(repository).partition("/")[0].replace("-", "")
    ours = owner and owner in image.lower().replace("-", "").split("/")[:-1]
    return "" if ours or any(f"{name}=" in beside for name, _ in variables) else image


def check(setting: ToolSetting, repository: Repository) -> Iterator[Hit]:
    """Flag `image` of services that are not built from this repository, and the images that builds are told to begin with."""
    if setting.tool == "compose" and not _NAMED.search(setting.place.path) and aside(setting.place.path):
        return  # what a test reads, or others' code
    argument = setting.key.partition(".build.args.")[2]
    if setting.tool == "compose" and argument:
        if _NAMES_IMAGE.search(argument) and _FULL_NAME.fullmatch(setting.value) and image_floats(setting.value):
            if not built_here(setting.value, repository):
                yield Hit(place=setting.place, message=f"the build begins with `{setting.value}`; name a version")
        return
    if setting.tool != "compose" or not setting.key.endswith(".image"):
        return
    image = _by_default(setting, repository)
    if image_floats(image) is not True or built_here(setting.value, repository) or built_here(image, repository):
        return
    service = setting.key.removesuffix(".image")
    if not any(
        other.tool == "compose" and other.key == f"{service}.build" and other.place.path == setting.place.path
        for other in repository.project.settings
    ):
        yield Hit(place=setting.place, message=f"`{image}` is another image tomorrow; name a version")
