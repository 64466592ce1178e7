"""CI starts a compose service whose image is built first, from nothing."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.judgements.keeping.caching import fetches, kept, lasting_machine, machine_of_an_image
from agentlint.judgements.keeping.compose_builds import STARTED, started_image
from agentlint.judgements.keeping.layers import worth_layers
from agentlint.judgements.running.occasions import rare_command
from agentlint.judgements.running.scope import as_written
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

_HEAD = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
_IMAGE = "FROM python:3.12\nRUN apt-get update && apt-get install -y libpq-dev\nCOPY . .\nRUN pip install -r requirements.txt\n"
_SERVICES = "services:\n  db: {image: postgres}\n  web:\n    build: {context: .}\n  tests:\n    image: python:3\n    depends_on: [web]\n"

RULE = Rule(
    id="CAC223",
    name="service-built-without-cache",
    category=Category.NO_CACHE,
    summary="CI starts a compose service with `build:`, whose image it builds first and for which it imports no layers.",
    why=(
        "`docker compose run` and `up` build what the machine has no image of. A hosted machine never has one, so that each run "
        "builds every layer; an imported cache took such builds from 12 minutes to 2 to 4 (E24)."
    ),
    remediation=(
        "Name `cache_from` and `cache_to` (type=gha or type=registry) under the service's `build`, build with docker/bake-action and "
        "its cache first, or publish the image and name it."
    ),
    severity=Severity.MAJOR,
    cost=Cost(seconds=60, source="E24"),
    station=Station.CI,
    evidence=("E24",),
    references=("https://docs.docker.com/reference/compose-file/build/#cache_from",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: docker compose -f ci/compose.yml up -d db\n"
                + "      - run: docker compose -f ci/compose.yml run -e CI=1 tests make test\n",
                "ci/compose.yml": _SERVICES,
                "ci/Dockerfile": _IMAGE,
            },
            at=(".github/workflows/ci.yml:8",),
            title="a service that is started has another of that file built first",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: docker-compose up -d\n",
                "docker-compose.yml": _SERVICES,
                "Dockerfile": _IMAGE,
            },
            at=(".github/workflows/ci.yml:7",),
            title="all services of the file compose finds by itself",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: docker compose up -d db\n",
                "compose.yaml": _SERVICES,
                "Dockerfile": _IMAGE,
            },
            because="the service that is started is pulled",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: docker compose up -d\n",
                "compose.yaml": _SERVICES.replace(
                    "{context: .}", "{context: ., cache_from: ['type=gha'], cache_to: ['type=gha']}"
                ),
                "Dockerfile": _IMAGE,
            },
            because="the service names its cache",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: docker compose run web make test\n",
                "compose.yaml": _SERVICES.replace("  web:\n", "  web:\n    image: registry.example.org/web\n"),
                "Dockerfile": _IMAGE,
            },
            because="compose asks the registry for a named image before it builds it",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: docker/bake-action@v6\n        with: {files: compose.yaml, load: true, set: '*.cache-from=type=gha'}\n"
                + "      - run: docker compose up -d\n",
                "compose.yaml": _SERVICES,
                "Dockerfile": _IMAGE,
            },
            because="the images have been built with a cache before",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag each command of a hosted job that starts a service whose image it has to build first."""
    if lasting_machine(job) and not machine_of_an_image(job, repository):
        return
    told: set[Place] = set()
    built: set[str] = set()
    for fetch in fetches(job, repository):
        image = started_image(fetch.by, repository) if fetch.how is STARTED else None
        if image is None or image.path in built or not worth_layers(image) or kept(fetch, job, repository):
            continue
        built.add(image.path)
        place = fetch.by.place if fetch.through.place.path == job.place.path else fetch.through.place
        if place in told:
            continue
        told.add(place)
        by = "" if fetch.by is fetch.through else f"`{as_written(fetch.through, repository, 40)}` runs "
        seldom = any(rare_command(one, job, repository, costly=True) for one in (fetch.through, fetch.by))
        yield Hit(
            place=place,
            message=f"{by}`{as_written(fetch.by, repository, 90)}`, which builds {image.path} from nothing; {STARTED.advice}",
            unit=job.unit,
            tier=Tier.PEDANTIC if seldom else None,
        )
