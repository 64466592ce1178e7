"""CI builds an image from nothing, for its machine has no layers and none are imported."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job, Step
from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.judgements.keeping.caching import Fetch, fetches, kept, lasting_machine, machine_of_an_image
from agentlint.judgements.keeping.compose_builds import STARTED
from agentlint.judgements.keeping.earthly import builds_anew
from agentlint.judgements.keeping.layers import (
    baked_with_cache,
    bare_task,
    base_asked_for,
    built_again,
    image_of_command,
    image_of_step,
    worth_layers,
)
from agentlint.judgements.running.local_steps import built_image
from agentlint.judgements.running.occasions import only_now_and_then, rare, rare_command
from agentlint.judgements.running.patterns import option_matching
from agentlint.judgements.running.scope import as_written
from agentlint.rule import Bad, Category, Cost, Fix, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.edits import with_input

_HEAD = "on: pull_request\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
_BUILD_ACTIONS = {
    "docker/build-push-action": ("cache-from", "cache-to"),
    "docker/bake-action": ("set",),
    "elgohr/publish-docker-github-action": ("cache",),
    "mr-smithers-excellent/docker-build-push": ("enableBuildKit",),
    "redhat-actions/buildah-build": ("layers", "extra-args"),
    "plugin:plugin-docker-buildx": ("cache_images", "cache_from", "cache_to"),
    "plugin:docker-buildx": ("cache_images", "cache_from", "cache_to"),
    "plugin:docker": ("cache_from",),
    "plugin:kaniko": ("enable_cache", "cache_repo"),
    "depot/build-push-action": (),
}
"""Ready-made image builds and the inputs that bring layers; empty: it keeps them by itself."""

_EARTHFILE = (
    "VERSION 0.8\nFROM golang:1.23\ntest:\n    COPY go.mod go.sum ./\n    RUN go mod download\n    COPY . .\n"
    "    RUN apt-get update && apt-get install -y libpq-dev\n    RUN go test ./... -json > report.json\n"
)
RULE = Rule(
    id="CAC204",
    name="image-build-without-cache",
    category=Category.NO_CACHE,
    summary="CI builds a container image and imports no layers from an earlier build.",
    why=(
        "A hosted machine's layer store is empty, so each run builds every layer, unchanged ones too; an imported cache took "
        "such builds from 12 minutes to 2 to 4 (E24)."
    ),
    remediation="Import and export the layer cache: `cache-from: type=gha` and `cache-to: type=gha,mode=max`, or a registry.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=60, source="E24"),
    station=Station.CI,
    evidence=("E24",),
    references=("https://docs.docker.com/build/cache/backends/",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: docker/build-push-action@v6\n      - uses: docker/build-push-action@v6\n        with: {push: true}\n"
                + "      - uses: docker/build-push-action@v6\n        id: tool\n        with: {target: tool}\n"
            },
            at=(".github/workflows/ci.yml:7", ".github/workflows/ci.yml:10"),
            fixed={
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: docker/build-push-action@v6\n      - uses: docker/build-push-action@v6\n        with: {push: true}\n"
                + "      - uses: docker/build-push-action@v6\n        id: tool\n"
                + '        with: {cache-from: type=gha, cache-to: "type=gha,mode=max", target: tool}\n'
            },
            title="once for each image: a second build of the same finds the first one's layers",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: docker/setup-buildx-action@v3\n      - uses: docker/build-push-action@v6\n        with:\n"
                + "          tags: app\n"
            },
            at=(".github/workflows/ci.yml:8",),
            fixed={
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: docker/setup-buildx-action@v3\n      - uses: docker/build-push-action@v6\n        with:\n"
                + "          cache-from: type=gha\n          cache-to: type=gha,mode=max\n          tags: app\n"
            },
        ),
        Bad(
            {".github/workflows/ci.yml": _HEAD + "      - run: docker build -t app .\n"},
            at=(".github/workflows/ci.yml:7",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    "build:\n  image: docker:27\n  services: [docker:27-dind]\n  script:\n    - docker buildx build -t app .\n"
                )
            },
            at=(".gitlab-ci.yml:5",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: make image\n",
                ".github/workflows/more.yml": _HEAD + "      - run: make image\n",
                "Makefile": "image:\n\tdocker build -t app .\n",
            },
            at=("Makefile:2",),
            title="in a target, told once for all jobs that call it",
        ),
        Bad(
            {
                ".buildkite/pipeline.yml": "agents: {provider: gcp, image: family/core-ubuntu}\nsteps:\n  - command: .buildkite/run.sh\n",
                ".buildkite/run.sh": "#!/bin/sh\nset -e\ndocker build -t app .\n",
            },
            at=(".buildkite/run.sh:3",),
            title="a machine that is started from an image for the one job",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: |\n          docker build --build-arg V=3 -t three .\n          docker build --build-arg V=2 -t two .\n",
                "Dockerfile": "ARG V\nFROM python:${V}\nRUN apt-get update && apt-get install -y zsh\n",
            },
            at=(".github/workflows/ci.yml:8", ".github/workflows/ci.yml:9"),
            title="twice from one file, on two bases that share no layer",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - uses: ./.github/actions/lint\n",
                ".github/actions/lint/Dockerfile": "FROM debian\nRUN apt-get update && apt-get install -y shellcheck\n",
            },
            at=(".github/workflows/ci.yml:3",),
            title="an action whose image is built before each run",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: earthly --ci +test\n",
                "Earthfile": _EARTHFILE,
            },
            at=(".github/workflows/ci.yml:7",),
            title="the layers of an Earthfile",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: ./publish.sh\n",
                "publish.sh": "#!/bin/sh\nset -e\ndocker build -t app .\ndocker build -t app:plot -f Dockerfile.plot .\n",
                "Dockerfile": "FROM debian\nRUN apt-get update && apt-get install -y git\n",
                "Dockerfile.plot": "FROM app\nRUN pip install plotly pandas\n",
            },
            at=("publish.sh:3", "publish.sh:4"),
            title="each image that a script builds",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: docker/build-push-action@v6\n        with:\n          platforms: linux/amd64,linux/arm64\n"
                + "          cache-from: type=gha\n          cache-to: type=gha,mode=max\n"
                + "      - uses: docker/build-push-action@v6\n        with: {platforms: linux/amd64, load: true}\n"
            },
            because="to load the image takes its layers from the builder that the step before has filled",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: earthly --ci --remote-cache=ghcr.io/team/app:cache +test\n",
                "Earthfile": _EARTHFILE,
            },
            because="Earthly finds its layers in a registry",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: earthly --ci +test\n",
                "Earthfile": _EARTHFILE + "    SAVE IMAGE --push ghcr.io/team/app:1\n",
            },
            because="`--ci` reads the inline cache of the image that is pushed",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: earthly --sat ci +test\n",
                "Earthfile": _EARTHFILE,
            },
            because="a runner that keeps the layers",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - uses: ./.github/actions/lint\n",
                ".github/actions/lint/action.yml": "runs:\n  using: docker\n  image: docker://koalaman/shellcheck:v0.10.0\n",
                ".github/actions/lint/Dockerfile": "FROM debian\nRUN apt-get update && apt-get install -y shellcheck\n",
            },
            because="the action names a published image",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: docker/build-push-action@v6\n        with:\n          tags: app\n"
                + "          cache-from: type=gha\n          cache-to: type=gha,mode=max\n"
            },
            because="layers are imported and exported",
        ),
        Good(
            {
                ".gitlab-ci.yml": "image:\n  script:\n    - docker build --cache-from $CI_REGISTRY_IMAGE:latest -t app .\n"
            },
            because="layers come from the registry",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: docker build -t tool .\n",
                "Dockerfile": "FROM alpine:3.20\nRUN apk add --no-cache git\nCOPY tool /usr/bin/\n",
            },
            because="a copy and one small package are built as fast as a cache is fetched",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: DOCKER_BUILDKIT=0 docker build -t app .\n"},
            because="the classic builder has no cache to export",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: docker build -t app .\n",
                "Dockerfile": "FROM golang:1.25\nARG REF=main\n"
                "RUN git clone --depth=1 https://x.org/app.git --branch=${REF} /app\nRUN cd /app && go mod download\nRUN cd /app && make build\n",
            },
            because="the first layer holds a branch's newest sources, which a kept layer would not",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - if: env.image-exists != 'true'\n        run: docker build -t app .\n"
            },
            because="it builds only where the registry has none of these contents",
        ),
        Good(
            {"Makefile": "image:\n\tdocker build -t app .\n"},
            because="no CI job builds it: a developer's machine keeps its layers",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD.replace("ubuntu-latest", "self-hosted")
                + "      - run: docker build -t app .\n"
            },
            because="a machine of one's own keeps its layers",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag each image build of a hosted job that has no imported layers."""
    if lasting_machine(job) and not machine_of_an_image(job, repository):
        return
    tier = Tier.PEDANTIC if rare(job, repository, costly=True) else None
    built: set[tuple[str, ...]] = set()
    for step in (*job.steps, *job.inner_steps):
        if (
            not built_again(step, built)
            and (_bare_action(step) or bare_task(step, repository))
            and not baked_with_cache(step, repository)
            and worth_layers(image_of_step(step, repository))
            and not any("docker" in cache.what for cache in job.caches)
        ):
            yield Hit(
                place=step.place,
                message=f"`{step.action.name if step.action else ''}` in job `{job.id}` builds every layer anew; {_advice(step)}",
                unit=job.unit,
                tier=tier or (Tier.PEDANTIC if only_now_and_then(step.condition) else None),
                fix=_fix(step, repository),
            )
    anew = next((step for step in job.steps if _built_anew(step, repository)), None)
    if anew is not None and anew.action is not None:
        yield Hit(
            place=job.place,
            message=f"job `{job.id}` builds the image of `{anew.action.name}` before each run; publish it and name its tag",
            unit=job.unit,
            tier=tier,
        )
    yield from _by_commands(job, tier, repository)
    yield from _by_earthly(job, tier, repository)


def _built_anew(step: Step, repository: Repository) -> bool:
    """True for a local action whose image the runner builds, packages and all, each time."""
    image = built_image(step, repository)
    instructions = [one for stage in image.stages for one in stage.instructions] if image is not None else []
    return any(
        {"install", "add"} & set(c.texts()) for one in instructions if one.keyword == "RUN" for c in one.commands
    )


def _by_commands(job: Job, tier: Tier | None, repository: Repository) -> Iterator[Hit]:
    told: set[Place] = set()
    built_here: set[tuple[str, str]] = set()  # a second build of the same file finds the first one's layers
    baked = False
    for fetch in fetches(job, repository):
        if (
            fetch.how.what != "docker"
            or fetch.how is STARTED
            or _stands(fetch, job) in told
            or kept(fetch, job, repository)
        ):
            continue
        if option_matching(fetch.by, fetch.how.disabled_by):
            continue  # told by the rule on caches that are turned off
        if "0" in {known.get("DOCKER_BUILDKIT") for known in (fetch.by.environment, fetch.through.environment)}:
            continue  # the classic builder, which is asked for here, can export no layers
        image = image_of_command(fetch.by, repository)
        if not worth_layers(image) or (
            image is not None and (image.path, base_asked_for(fetch.by, image)) in built_here
        ):
            continue
        if image is not None:
            built_here.add((image.path, base_asked_for(fetch.by, image)))
        if "bake" in fetch.by.texts():
            if baked:
                continue  # it goes on from the layers that the same builder has made in this job
            baked = True
        told.add(_stands(fetch, job))
        built = as_written(fetch.by, repository, 60)
        by = "" if fetch.by is fetch.through else f"`{as_written(fetch.through, repository, 40)}` runs "
        yield Hit(
            place=_stands(fetch, job),
            message=f"{by}`{built}`, which builds every layer anew on a fresh machine; {fetch.how.advice}",
            unit=job.unit,
            tier=tier or (Tier.PEDANTIC if _now_and_then(fetch, job, repository) else None),
        )


def _now_and_then(fetch: Fetch, job: Job, repository: Repository) -> bool:
    """True by the conditions of the build itself or of what calls it."""
    return any(rare_command(one, job, repository, costly=True) for one in (fetch.through, fetch.by))


def _by_earthly(job: Job, tier: Tier | None, repository: Repository) -> Iterator[Hit]:
    """Flag the first call of Earthly's targets; later ones find its layers."""
    for command in job.commands:
        if builds_anew(command, job, repository):
            built = as_written(command, repository, 60)
            yield Hit(
                place=command.place,
                message=f"`{built}` builds every layer anew on a fresh machine; use --remote-cache, or a runner that keeps them",
                unit=job.unit,
                tier=tier or (Tier.PEDANTIC if rare_command(command, job, repository, costly=True) else None),
            )
            return


def _stands(fetch: Fetch, job: Job) -> Place:
    """Where it is mended: in the script or the target that builds, whichever jobs call it."""
    return fetch.by.place if fetch.through.place.path == job.place.path else fetch.through.place


_ADVICE = {
    "devcontainers/ci": "publish the image and name it as `imageName` or `cacheFrom`",
    "task:docker": "pull the last image and give `arguments: --cache-from`, or build with buildx in a script",
    "docker/build-push-action": "add cache-from and cache-to (type=gha or type=registry)",
    "docker/bake-action": "set `*.cache-from` and `*.cache-to` (type=gha) under `set:`",
    "elgohr/publish-docker-github-action": "set `cache: true`, which takes the layers of the last published image",
    "mr-smithers-excellent/docker-build-push": "it can import none, so build with docker/build-push-action and its cache-from and cache-to",
    "redhat-actions/buildah-build": "set `layers: true` and hand --cache-from and --cache-to to `extra-args`",
    "plugin:plugin-docker-buildx": "name `cache_images`",
    "plugin:docker-buildx": "name `cache_images`",
    "plugin:docker": "name the last image in `cache_from`",
    "plugin:kaniko": "set `enable_cache: true`",
}
"""What to set, in the inputs that the build step really has."""


def _advice(step: Step) -> str:
    return _ADVICE[step.action.name.lower()] if step.action is not None else ""


def _bare_action(step: Step) -> bool:
    if step.action is None:
        return False
    inputs = _BUILD_ACTIONS.get(step.action.name.lower())
    return bool(inputs) and not any(_is_set(step, name) for name in inputs or ())


def _is_set(step: Step, name: str) -> bool:
    setting = step.action.inputs.get(name) if step.action else None
    return setting is not None and bool(setting.value.strip()) and (name != "set" or "cache" in setting.value)


def _fix(step: Step, repository: Repository) -> Fix | None:
    if step.action is None or step.action.name.lower() != "docker/build-push-action":
        return None
    first = with_input(
        step, "cache-to", "type=gha,mode=max", repository, "import and export layers through GitHub's cache"
    )
    second = with_input(step, "cache-from", "type=gha", repository, "")
    if first is None or second is None or first.edits[0].text.lstrip().startswith("with:"):
        return None
    edit = first.edits[0]
    return Fix(first.title, (type(edit)(edit.path, edit.span, second.edits[0].text + edit.text),))
