"""A CI job runs in an image that is another one tomorrow."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.pipeline import Action, Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.pinning.official_images import DISTRIBUTIONS, OFFICIAL_IMAGES
from agentlint.judgements.pinning.own_images import built_here
from agentlint.judgements.pinning.versions import image_floats, is_generated
from agentlint.judgements.running.legs import all_values
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="REP805",
    name="floating-job-image",
    category=Category.REPRODUCIBILITY,
    summary="A CI job runs in a container image, or beside one, with no tag or with `latest`.",
    why="The tool chain changes between two runs of the same commit.",
    remediation="Name a version of the image, better a digest.",
    severity=Severity.MINOR,
    cost=Cost(seconds=10),
    station=Station.CI,
    bad=(
        Bad(
            {
                ".gitlab-ci.yml": "variables:\n  BUILDER: golang:latest\ntest:\n  image: $BUILDER\n  timeout: 5m\n  script:\n    - ./build all\n",
                "bitbucket-pipelines.yml": (
                    "image: node:22.1\ndefinitions:\n  services:\n    db:\n      image: postgres\npipelines:\n  default:\n"
                    "    - step:\n        services: [db]\n        script:\n          - ./test\n"
                ),
            },
            at=(".gitlab-ci.yml:2", "bitbucket-pipelines.yml:5"),
            title="a variable holds the image, and a service that steps share",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  image:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: docker/setup-buildx-action@v3\n        with:\n          driver-opts: image=moby/buildkit:master\n"
                )
            },
            at=(".github/workflows/ci.yml:9",),
            title="what builds the images",
        ),
        Bad(
            {".gitlab-ci.yml": "test:\n  image: python:latest\n  timeout: 5m\n  script:\n    - ./build all\n"},
            at=(".gitlab-ci.yml:2",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    container: fedora\n    timeout-minutes: 9\n"
                    "    steps:\n      - run: ./build all\n"
                )
            },
            at=(".github/workflows/ci.yml:5",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    "variables:\n  PGUSER: ci\n.base:\n  image: python:3.12\n  services:\n    - postgres\n  timeout: 5m\n"
                    "test:\n  extends: .base\n  script:\n    - ./build all\n"
                )
            },
            at=(".gitlab-ci.yml:6",),
        ),
        Bad(
            {
                "azure-pipelines.yml": (
                    "resources:\n  containers:\n    - container: tools\n      image: ubuntu:latest\njobs:\n  - job: a\n"
                    "    timeoutInMinutes: 9\n    container: tools\n    steps:\n      - script: ./build all\n"
                )
            },
            at=("azure-pipelines.yml:4",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: docker/setup-qemu-action@v3\n        with:\n          image: tonistiigi/binfmt:latest\n"
                )
            },
            at=(".github/workflows/ci.yml:9",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: docker://example/normalize\n"
                )
            },
            at=(".github/workflows/ci.yml:7",),
            title="an image as a step",
        ),
        Bad(
            {
                ".drone.yml": "kind: pipeline\nname: publish\nsteps:\n  - name: docker\n    image: plugins/docker:linux-arm\n    settings:\n      repo: x/y\n"
            },
            at=(".drone.yml:5",),
            title="a tag that names the machine and no version",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    strategy:\n      matrix:\n"
                    "        job:\n          - target: arm\n            image: quay.io/x/manylinux_arm\n          - {target: x86, image: quay.io/x/build:1.2}\n"
                    "    steps:\n      - run: docker run --rm ${{ matrix.job.image }} ./build all\n"
                )
            },
            at=(".github/workflows/ci.yml:10",),
            title="an image that a leg names",
        ),
        Bad(
            {
                ".github/workflows/wheels.yml": (
                    "on: workflow_dispatch\njobs:\n  wheels:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: pypa/cibuildwheel@v3.4.1\n        env:\n          CIBW_MANYLINUX_X86_64_IMAGE: manylinux2014\n"
                    "          CIBW_MANYLINUX_AARCH64_IMAGE: quay.io/pypa/manylinux_2_28_aarch64:2025.06.28-1\n"
                    "          CIBW_MANYLINUX_RISCV64_IMAGE: quay.io/pypa/manylinux_2_39_riscv64\n"
                )
            },
            at=(".github/workflows/wheels.yml:11",),
            title="the image in which cibuildwheel builds, by its full name; an alias is pinned by its release",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    strategy:\n      matrix:\n        arch:\n          - { name: X64, python: x86_64 }\n"
                    "        os: [manylinux_2_28]\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n"
                    "    container: quay.io/pypa/${{ matrix.os }}_${{ matrix.arch.python }}\n    steps:\n      - run: ./build all\n"
                )
            },
            at=(".github/workflows/ci.yml:11",),
            title="a name that a matrix fills in, with no tag in any of its parts",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    strategy:\n      matrix:\n        arch:\n          - { name: X64, python: 'x86_64:2025.01.01-1' }\n"
                    "        os: [manylinux_2_28]\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n"
                    "    container: quay.io/pypa/${{ matrix.os }}_${{ matrix.arch.python }}\n    steps:\n      - run: ./build all\n"
                )
            },
            because="a leg brings the tag",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  sign:\n    strategy:\n      matrix: ${{ fromJSON(needs.release.outputs.subjects) }}\n"
                    "    uses: org/flows/.github/workflows/sign.yml@v2.1.0\n    with:\n      image: ghcr.io/${{ matrix.image }}\n"
                )
            },
            because="the leg names the image, of which only the registry is written here",
        ),
        Good(
            {".gitlab-ci.yml": "alpine:\n  image: alpine:latest\n  timeout: 5m\n  script:\n    - ./build all\n"},
            because="whether it works on that distribution as it is today is what the job tries",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: docker://example/normalize:2.1\n"
                )
            },
            because="an image as a step, with its version",
        ),
        Good(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  services:\n    - mcr.microsoft.com/mssql/server:2019-latest\n  script:\n    - ./build all\n"
            },
            because="the fixes of one release, as `postgres:16` takes them",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    strategy:\n      matrix:\n        include:\n          - image: fedora:latest\n"
                    "            runner: ubuntu-latest\n          - image: team/base\n    runs-on: ${{ matrix.runner }}\n    timeout-minutes: 9\n"
                    "    name: on ${{ matrix.image }}\n    container: ${{ matrix.image }}:1.2\n    steps:\n      - run: ./build all\n"
                )
            },
            because="the tag stands where the leg's name is put in",
        ),
        Good(
            {
                ".github/workflows/san.yml": (
                    "on: workflow_dispatch\njobs:\n  sanitizers:\n    name: package (ubuntu-latest, R-devel, ASAN)\n"
                    "    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    container: example/r-debug\n    steps:\n      - run: ./all\n"
                )
            },
            because="what is under development is what the job tries",
        ),
        Good(
            {".gitlab-ci.yml": "test:\n  image: python:3.12\n  timeout: 5m\n  script:\n    - ./build all\n"},
            because="a version",
        ),
        Good(
            {".gitlab-ci.yml": "test:\n  image: $IMAGE\n  timeout: 5m\n  script:\n    - ./build all\n"},
            because="a variable",
        ),
        Good(
            {".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - ./build all\n"}, because="the runner's own image"
        ),
    ),
)


_IMAGE_INPUTS = ("image", "container-image", "docker-image", "docker_image")


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag floating containers of jobs and of the services beside them, at the lines that name them."""
    for image in job.images:
        if (
            (image_floats(image.name) is True or _is_without_a_tag(image.name, job, repository))
            and not built_here(image.name, repository)
            and image.name not in {"docker", "default"}
            and not _is_what_is_tried(image.name, job)
            and not is_generated(image.place.path, repository)
        ):
            verb = "is helped by" if image.service else "runs in"
            yield Hit(
                place=image.place,
                message=f"job `{job.id}` {verb} `{image.name}`, another image tomorrow; name a version",
                unit=job.unit,
            )
    yield from _of_variables(job, repository)
    yield from _of_wheels(job, repository)
    yield from _of_legs(job, repository)
    yield from _of_steps(job, repository)


def _of_steps(job: Job, repository: Repository) -> Iterator[Hit]:
    """Steps that are an image, or that are told one to run or to build by."""
    for step in job.steps:
        as_step = _docker_action(step.action) if step.action is not None else ""
        if as_step and image_floats(as_step) is True and not built_here(as_step, repository):
            yield Hit(
                place=_line_of(step.place, "docker://", repository),
                message=f"a step of job `{job.id}` is `{as_step}`, another image tomorrow; name a version",
                unit=job.unit,
            )
        if step.action is None:
            continue
        driver = step.action.inputs.get("driver-opts")
        chosen = _OF_DRIVER.search(driver.value) if driver is not None else None
        if driver is not None and chosen is not None and image_floats(chosen[1]) is True:
            message = f"a step of job `{job.id}` builds by `{chosen[1]}`, another image tomorrow; name a version"
            yield Hit(place=step.place._replace(span=driver.span), message=message, unit=job.unit)
        for name in _IMAGE_INPUTS:
            setting = step.action.inputs.get(name)
            if setting is not None and ":" in setting.value and image_floats(setting.value) is True:
                yield Hit(
                    place=step.place._replace(span=setting.span),
                    message=f"a step of job `{job.id}` runs `{setting.value.strip()}`, another image tomorrow; name a version",
                    unit=job.unit,
                )


_OF_DRIVER = lazily(r"(?:^|[\s,])image=([\w./:@-]+)")
"""Source: github.com/docker/setup-buildx-action#inputs (driver-opts)."""
_VARIABLE = lazily(r"\$\{?(\w+)\}?\Z")


def _of_variables(job: Job, repository: Repository) -> Iterator[Hit]:
    """Images that a variable of the pipeline holds (`image: $BUILD_IMAGE`), each where its value stands."""
    for image in job.images:
        variable = _VARIABLE.match(image.name)
        value = job.environment.get(variable[1], "") if variable is not None else ""
        if variable is None or image_floats(value) is not True or built_here(value, repository):
            continue
        text = repository.text(image.place.path)
        given = re.search(
            rf"^[ \t]+{variable[1]}:[ \t]*[\"']?{re.escape(value)}[\"']?[ \t]*(?:#.*)?\r?$", text, re.MULTILINE
        )
        if given is not None and not _is_what_is_tried(value, job):
            start = given.start() + len(given[0]) - len(given[0].lstrip())
            yield Hit(
                place=Place(image.place.path, Span(start, given.end())),
                message=f"jobs run in `{value}`, another image tomorrow; name a version",
                unit=job.unit,
            )


_OF_WHEELS = lazily(
    r"^[ \t]*(?P<name>CIBW_(?:MANYLINUX|MUSLLINUX)_\w+_IMAGE):[ \t]*[\"']?(?P<image>[\w.-]+/[\w./:@-]+)[\"']?[ \t]*(?:#.*)?\r?$",
    re.MULTILINE,
)
"""The image in which cibuildwheel builds; a bare name (`manylinux2014`) is an alias that its release pins.
Source: cibuildwheel.pypa.io/en/stable/options/#linux-image."""


def _of_wheels(job: Job, repository: Repository) -> Iterator[Hit]:
    """Images of cibuildwheel that the job names in full, without a version."""
    text = repository.text(job.place.path)
    for match in _OF_WHEELS.finditer(text, job.place.span.start, job.place.span.end) if "CIBW_" in text else ():
        if image_floats(match["image"]) is True and not built_here(match["image"], repository):
            yield Hit(
                place=Place(job.place.path, Span(match.start("name"), match.end())),
                message=f"job `{job.id}` builds wheels in `{match['image']}`, another image tomorrow; name a version",
                unit=job.unit,
            )


_DEVELOPED = lazily(r"(?<![\w-])[A-Za-z]+-devel(?![\w-])|\bbleeding[- ]edge\b|\brolling\b")
"""Names such as `R-devel`: what becomes the next release of a language, from day to day."""


def _is_what_is_tried(image: str, job: Job) -> bool:
    """True where a job bears the name of the distribution it runs in, or says that it tries what is under development: that it
    works on today's is what the job finds out."""
    name = image.rpartition("/")[2].partition(":")[0]
    if _DEVELOPED.search(f"{job.id} {job.name}"):
        return True
    return name in DISTRIBUTIONS and name in f"{job.id} {job.name}".lower()


_OF_MATRIX = lazily(r"\$\{\{\s*matrix\.(?:[\w-]+\.)*([\w-]+)\s*\}\}")


def _is_without_a_tag(image: str, job: Job, repository: Repository) -> bool:
    """True for a name whose parts the legs of a matrix fill in, none of them with a tag (`example/${{ matrix.os }}_arm`)."""
    rest = _OF_MATRIX.sub("", image)
    if rest == image or "/" not in rest or "$" in rest or "@" in rest or ":" in rest.rpartition("/")[2]:
        return False
    parts = [all_values(name, job, repository) for name in _OF_MATRIX.findall(image)]
    return all(values and not any(set(":$@") & set(value) for value in values) for values in parts)


_AXIS = lazily(
    r"(?:^[ \t]*(?:-[ \t]+)?|[{,][ \t]*)(?P<key>(?:docker[-_]?)?(?:image|container)(?:[-_]image)?):[ \t]*[\"']?(?P<image>[a-z0-9][\w./:-]*)",
    re.MULTILINE,
)
_USED_AS_IMAGE = lazily(
    r"(?:\b(?:image|container):[ \t]*[\"']?|\bdocker[ \t]+(?:image[ \t]+)?pull[ \t]+(?:-\S+[ \t]+)*[\"']?)"
    r"\$\{\{[ \t]*matrix\.(?!(?:docker[-_]?)?(?:image|container)(?:[-_]image)?\b)([\w-]+)[ \t]*\}\}[\"']?[ \t]*\r?$",
    re.MULTILINE,
)
_NAMED_AXIS = (
    r"(?:^[ \t]*(?:-[ \t]+)?|[{{,][ \t]*)(?P<key>{}):[ \t]*[\"']?(?P<image>[a-z0-9][\w./:-]*)[\"']?[ \t]*(?:\r?$|[,}}])"
)
"""A value that a leg gives under another name (`db: postgres:latest`), where the job takes it as an image."""
_RUNS_IMAGES = lazily(r"\b(?:container|image):|\b(?:docker|podman)[ \t]+(?:container[ \t]+)?(?:run|create|pull)\b")


def _of_legs(job: Job, repository: Repository) -> Iterator[Hit]:
    """Images that the legs of a matrix name and the job runs by `${{ matrix.image }}`; a distribution is what a leg tries."""
    source = repository.read(job.place.path) if job.matrix is not None else None
    text = source.text[job.place.span.start : job.place.span.end] if source is not None else ""
    if "matrix." not in text or not _RUNS_IMAGES.search(text):
        return
    used = set(_USED_AS_IMAGE.findall(text))
    named = re.compile(_NAMED_AXIS.format("|".join(sorted(used))), re.MULTILINE) if used else None
    for match in (*_AXIS.finditer(text), *(named.finditer(text) if named is not None else ())):
        image = match["image"]
        uses = re.findall(rf"matrix\.(?:[\w-]+\.)?{re.escape(match['key'])}\s*\}}\}}(.?)", text)
        bare = image.partition(":")[0]
        if (
            not uses
            or ":" in uses
            or text[match.end() : match.end() + 1] in {"$", "{", "<"}  # the rest of the name is worked out
            or not ("/" in image or bare in OFFICIAL_IMAGES)
            or bare.rpartition("/")[2] in DISTRIBUTIONS
        ):
            continue
        if image_floats(image) is True and not built_here(image, repository):
            start = job.place.span.start + match.start("key")
            yield Hit(
                place=Place(job.place.path, Span(start, job.place.span.start + match.end())),
                message=f"a leg of job `{job.id}` runs `{image}`, another image tomorrow; name a version",
                unit=job.unit,
            )


def _docker_action(action: Action) -> str:
    """The image of `uses: docker://image:tag`; "" for any other step."""
    image = action.name.removeprefix("docker://") if action.name.startswith("docker://") else ""
    return f"{image}:{action.version}" if image and action.version else image


def _line_of(place: Place, word: str, repository: Repository) -> Place:
    """The line of a step that holds a word; the whole step where it is not found."""
    source = repository.read(place.path)
    at = source.text.find(word, place.span.start, place.span.end) if source is not None else -1
    if source is None or at < 0:
        return place
    end = source.text.find("\n", at)
    return Place(place.path, Span(at, end if end >= 0 else place.span.end))
