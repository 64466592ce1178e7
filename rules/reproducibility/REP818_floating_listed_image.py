"""A file that lists containers for a tool or a cluster names an image that is another one tomorrow."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.pinning.own_images import built_here
from agentlint.judgements.pinning.versions import image_floats
from agentlint.judgements.running.scope import aside
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="REP818",
    name="floating-listed-image",
    category=Category.REPRODUCIBILITY,
    summary="A manifest of a cluster, a build service or a test tool names an image with no tag or with `latest`.",
    why="What is started for a test or built upon is another program tomorrow, and no commit here says what changed.",
    remediation="Name a version of the image, better a digest.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=10),
    station=Station.SET_UP,
    references=(
        "https://kubernetes.io/docs/concepts/containers/images/#image-names",
        "https://docs.cloud.google.com/build/docs/build-config-file-schema#name",
        "https://tox-docker.readthedocs.io/en/latest/configuration.html",
        "https://docs.earthly.dev/docs/earthfile#from",
        "https://goreleaser.com/customization/ko/",
    ),
    bad=(
        Bad(
            {
                "action.yml": "name: x\nruns:\n  using: docker\n  image: docker://ghcr.io/other/checker:latest\n",
                "Jenkinsfile": (
                    'pipeline {\n  agent {\n    kubernetes {\n      yaml """\nkind: Pod\nspec:\n  containers:\n    - name: maven\n'
                    '      image: maven:latest\n"""\n    }\n  }\n}\n'
                ),
            },
            at=("Jenkinsfile:9", "action.yml:4"),
            title="the image of an action, and the pod of a pipeline",
        ),
        Bad(
            {
                "k8s/app.yml": (
                    "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n"
                    "        - name: db\n          image: example/db\n"
                )
            },
            at=("k8s/app.yml:8",),
        ),
        Bad(
            {"images/cloudbuild.yaml": "steps:\n- name: gcr.io/team/builder:latest\n  entrypoint: make\n"},
            at=("images/cloudbuild.yaml:2",),
        ),
        Bad({"tox.ini": "[testenv]\ndocker = redis\n[docker:redis]\nimage = redis\n"}, at=("tox.ini:4",)),
        Bad({"Earthfile": "VERSION 0.8\nFROM alpine\nbuild:\n    FROM +deps\n    RUN make\n"}, at=("Earthfile:2",)),
        Bad(
            {".goreleaser.yaml": "kos:\n  - base_image: 'cgr.dev/chainguard/static:latest'\n"},
            at=(".goreleaser.yaml:2",),
        ),
        Bad(
            {"test/stack.base.yml": "services:\n{% for one in all %}\n  web:\n    image: nginx\n{% endfor %}\n"},
            at=("test/stack.base.yml:4",),
            title="a compose file that is yet to be filled in",
        ),
        Bad({"qodana.yml": "version: '1.0'\nlinter: example/inspect-dotnet:latest\n"}, at=("qodana.yml:2",)),
        Bad({".gitpod.yml": "image: gitpod/workspace-go\ntasks:\n  - init: go test ./...\n"}, at=(".gitpod.yml:1",)),
        Bad(
            {".devcontainer/devcontainer.json": '{\n  "image": "example/tools:latest"\n}\n'},
            at=(".devcontainer/devcontainer.json:2",),
        ),
        Bad(
            {
                "Jenkinsfile": "node {\n  docker.image('node:latest').inside { sh 'true' }\n}\n",
                ".buildkite/pipeline.yml": "steps:\n  - command: ./build\n    plugins:\n      - docker#v5.0.0:\n          image: node\n",
            },
            at=("Jenkinsfile:2", ".buildkite/pipeline.yml:5"),
        ),
    ),
    good=(
        Good(
            {
                "docker-compose.yml": "services:\n  web:\n    image: nginx:1.27\n",
                "posts/first.yml": "title: First\nimage: pictures/first\n",
            },
            because="a picture",
        ),
        Good(
            {
                "k8s/app.yml": (
                    "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n"
                    "        - image: example/db:16.3\n        - image: $IMAGE\n        - image: {{ .Values.image }}\n"
                )
            },
            because="a version, and names that are filled in",
        ),
        Good(
            {
                "README.md": "# x\n\nhttps://github.com/team/shop\n",
                "k8s/app.yml": "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: ghcr.io/team/shop:latest\n",
            },
            because="the image of this repository itself",
        ),
        Good(
            {"cloudbuild.yaml": "steps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, .]\n"},
            because="the service's own builders, which are named so by its documentation",
        ),
        Good(
            {"Earthfile": "build:\n    FROM ./lib+base\n    FROM alpine:3.20\n    FROM DOCKERFILE .\n"},
            because="targets, and a version",
        ),
        Good(
            {"qodana.yaml": "linter: qodana-jvm\n", "sub/qodana.yaml": "linter: jetbrains/qodana-jvm:2025.2\n"},
            because="no container, and a version",
        ),
        Good(
            {"docs/page.yml": "kind: page\nimage: cover\n"},
            because="a picture",
        ),
    ),
)

_IMAGE = r"[\"']?(?P<image>[\w./:@-]+)[\"']?[ \t]*(?:#.*)?\r?$"
_KEY = lazily(rf"^[ \t]*(?:-[ \t]+)?image:[ \t]+{_IMAGE}", re.MULTILINE)
_STEP = lazily(rf"^[ \t]*-[ \t]+name:[ \t]+{_IMAGE}", re.MULTILINE)
_OPTION = lazily(rf"^image[ \t]*=[ \t]*{_IMAGE}", re.MULTILINE)
_FROM = lazily(rf"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*{_IMAGE}", re.MULTILINE)
_BASE = lazily(rf"^[ \t]*(?:-[ \t]+)?base_image:[ \t]+{_IMAGE}", re.MULTILINE)
_GROOVY = lazily(r"\bdocker\.image\([ \t]*[\"'](?P<image>[\w./:@-]+)[\"'][ \t]*\)(?=\.(?:inside|withRun|pull|run))")
_WITHIN = lazily(r"\bwithDockerContainer\([ \t]*(?:\[?image:[ \t]*)?[\"'](?P<image>[\w./:@-]+)[\"']")
"""Source: www.jenkins.io/doc/pipeline/steps/docker-workflow."""
_TEMPLATE = lazily(r"\bcontainerTemplate\([^)\n]*?\bimage:[ \t]*[\"'](?P<image>[\w./:@-]+)[\"']")
"""Source: plugins.jenkins.io/kubernetes (Container Configuration)."""
_ACTION = lazily(rf"^[ \t]+image:[ \t]+[\"']?docker://{_IMAGE}", re.MULTILINE)
"""Source: docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#runsimage."""
_BUILD_ARGUMENT = lazily(r"--build-arg=\w*(?:IMAGE|BASE)\w*=(?P<image>[\w./@-]+:[\w.-]+)", re.IGNORECASE)
_TOX_SECTION = lazily(r"^\[docker:[^\]\n]*\][^\[]*", re.MULTILINE)
_MANIFEST = lazily(r"^apiVersion:", re.MULTILINE)
_SERVICES = lazily(r"^services:", re.MULTILINE)
_LIKELY = lazily(
    r"k8s|kube|deploy|manifest|docker|compose|stack|swarm|service|pod|argo|tekton|skaffold|knative|openshift|minikube|kind|\.base\.ya?ml$|molecule",
    re.IGNORECASE,
)
_READ_ELSEWHERE = lazily(
    r"^\.(?!tekton/)|/\.|(^|/)(docker-)?compose[^/]*\.ya?ml$|(^|/)(charts?|templates|helm)/|(^|/)values[^/]*\.ya?ml$|(^|/)src/test/",
    re.I,
)
_WORKSPACE = lazily(r"^image:[ \t]*['\"]?(?P<image>[\w./:@-]+)", re.MULTILINE)
"""The image of a workspace. Source: www.gitpod.io/docs/references/gitpod-yml#image."""
_INSPECTION = lazily(r"^(?:linter|image):[ \t]*['\"]?(?P<image>[\w.-]+/[\w./-]+(?::[\w.-]+)?)", re.MULTILINE)
"""The container that inspects; a bare name is a linter without one. Source: www.jetbrains.com/help/qodana/qodana-yaml.html."""
_BUILDERS = lazily(
    r"^(?:gcr\.io|[\w-]+-docker\.pkg\.dev)/cloud-builders/[\w-]+$|^bash$|^gcr\.io/google\.com/cloudsdktool/[\w-]+$"
)
_LARGE = 400_000


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag each such line."""
    for path in repository.judged:
        base = posixpath.basename(path)
        if base == "Earthfile":
            yield from _lines(path, _FROM, repository)
        elif re.match(r"cloudbuild[\w.-]*\.(ya?ml|json)$", base):
            yield from _lines(path, _STEP, repository)
        elif re.match(r"\.?goreleaser[\w.-]*\.ya?ml$", base):
            yield from _lines(path, _BASE, repository)
            yield from _lines(path, _BUILD_ARGUMENT, repository)
        elif base.startswith("Jenkinsfile") or base.endswith(".jenkinsfile"):
            yield from _lines(path, _GROOVY, repository)
            yield from _lines(path, _WITHIN, repository)
            yield from _pods(path, repository)
        elif base in {"action.yml", "action.yaml"}:
            yield from _lines(path, _ACTION, repository)
        elif path.startswith(".buildkite/") and base.endswith((".yml", ".yaml")) and "docker" not in base:
            yield from _lines(path, _KEY, repository)
        elif base in {"qodana.yaml", "qodana.yml"}:
            yield from _lines(path, _INSPECTION, repository)
        elif base in {".gitpod.yml", ".gitpod.yaml"}:
            yield from _lines(path, _WORKSPACE, repository)
        elif base == "tox.ini":
            yield from _tox(path, repository)
        elif base.endswith((".yml", ".yaml")) and _LIKELY.search(path) and not _READ_ELSEWHERE.search(path):
            yield from _listed(path, repository)
    for setting in repository.project.settings:
        if setting.tool == "devcontainer" and setting.key == "image" and _floating(setting.value, repository):
            yield _hit(setting.place, setting.value)


def _listed(path: str, repository: Repository) -> Iterator[Hit]:
    """Manifests of a cluster, and what is to become a compose file; those that are one are told of as such."""
    known = repository.facts.get(path)
    if known is not None and any(setting.tool == "compose" for setting in known.settings):
        return
    text = _text(path, repository)
    if "image:" in text and not aside(path) and (_MANIFEST.search(text) or _SERVICES.search(text)):
        yield from _lines(path, _KEY, repository)


def _pods(path: str, repository: Repository) -> Iterator[Hit]:
    """The containers of a pod that a Jenkins pipeline writes down for its Kubernetes plugin."""
    text = _text(path, repository)
    if "containers:" in text and "kind: Pod" in text:
        yield from _lines(path, _KEY, repository)
    if "containerTemplate" in text:
        yield from _lines(path, _TEMPLATE, repository)


def _tox(path: str, repository: Repository) -> Iterator[Hit]:
    """The containers that the plugin tox-docker starts."""
    text = _text(path, repository)
    for section in _TOX_SECTION.finditer(text) if "[docker:" in text else ():
        for match in _OPTION.finditer(text, section.start(), section.end()):
            if _floating(match["image"], repository):
                yield _hit(Place(path, Span(match.start(), match.end())), match["image"])


def _lines(path: str, pattern: re.Pattern[str], repository: Repository) -> Iterator[Hit]:
    if aside(path):
        return
    for match in pattern.finditer(_text(path, repository)):
        if _floating(match["image"], repository):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield _hit(Place(path, Span(start, match.end())), match["image"])


def _hit(place: Place, image: str) -> Hit:
    return Hit(place=place, message=f"`{image}` is another image tomorrow; name a version")


def _text(path: str, repository: Repository) -> str:
    source = repository.read(path)
    return source.text if source is not None and len(source.data) < _LARGE else ""


def _floating(image: str, repository: Repository) -> bool:
    named = image_floats(image) is True and image != "DOCKERFILE" and not image.startswith((".", "/", "-"))
    return named and _BUILDERS.match(image) is None and not built_here(image, repository)
