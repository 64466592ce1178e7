"""A ready-made CI step is taken from a branch."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.pipeline import Action, Job
from agentlint.facts.repository import Repository
from agentlint.files.source import Place, Span
from agentlint.judgements.pinning.own_project import is_own
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

_BRANCHES = frozenset("main master head trunk develop dev devel next edge nightly volatile canary latest".split())
_NO_VERSION = re.compile(r"[A-Za-z/_-]+\Z")
"""A reference of a whole workflow that holds no digit is no release and no commit."""
_BY_BRANCH = frozenset({"dtolnay/rust-toolchain", "actions-rust-lang/setup-rust-toolchain"})
"""Actions whose reference names a tool chain and not a version of the action; `master` names none, and moves."""

RULE = Rule(
    id="REP813",
    name="floating-action",
    category=Category.REPRODUCIBILITY,
    summary="A ready-made CI step (an action, an orb, a plugin, a called workflow) is taken from a branch.",
    why="A push to somebody else's branch changes the next run of this repository, and no commit here says what changed.",
    remediation="Name a release, better a commit with the release in a comment, and let an update bot move it.",
    severity=Severity.MINOR,
    cost=Cost(seconds=10),
    station=Station.CI,
    references=(
        "https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions",
        "https://circleci.com/docs/orb-concepts/#orb-versions",
    ),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: example/lint-action@master\n"
                )
            },
            at=(".github/workflows/ci.yml:7",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: example/formatter@stable\n"
                )
            },
            at=(".github/workflows/ci.yml:7",),
            title="a reference without a number moves, whatever it is called",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    uses: example/team/.github/workflows/lint.yml@prime\n"
                )
            },
            at=(".github/workflows/ci.yml:4",),
            title="a workflow of another repository",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          repository: team/data\n"
                )
            },
            at=(".github/workflows/ci.yml:7",),
            title="another repository at whatever its branch holds today",
        ),
        Bad(
            {
                ".buildkite/pipeline.yml": "steps:\n  - command: ./build\n    plugins:\n      - team/report:\n          dir: out\n"
            },
            at=(".buildkite/pipeline.yml:4",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n      - uses: ./.github/actions/rust\n  test:\n    runs-on: ubuntu-latest\n"
                    "    timeout-minutes: 9\n    steps:\n      - uses: ./.github/actions/rust\n"
                ),
                ".github/actions/rust/action.yml": (
                    "inputs:\n  toolchain:\n    default: '1.80'\nruns:\n  using: composite\n  steps:\n    - uses: dtolnay/rust-toolchain@master\n"
                    "      with:\n        toolchain: ${{ inputs.toolchain }}\n"
                ),
            },
            at=(".github/actions/rust/action.yml:7",),
            title="in a composite action that two jobs call",
        ),
        Bad(
            {
                ".github/workflows/nightly.yml": (
                    "name: Nightly\non: pull_request\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          repository: org/io\n          ref: develop\n"
                    "          path: io\n      - run: ./build all\n"
                )
            },
            at=(".github/workflows/nightly.yml:7",),
            title="a proposed change waits for it, whatever its name",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/nightly.yml": (
                    "name: Nightly\non: workflow_dispatch\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          repository: org/io\n          ref: develop\n"
                    "          path: io\n      - run: ./build all\n"
                )
            },
            because="a nightly build puts today's heads together",
        ),
        Good(
            {
                ".github/workflows/docs.yml": (
                    "on: push\njobs:\n  docs:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - uses: actions/checkout@v4\n"
                    "        with: {repository: x/site, path: site}\n      - run: cd site && git commit -am docs && git push\n"
                )
            },
            because="the branch is what the job adds to",
        ),
        Good(
            {
                ".github/workflows/docs.yml": (
                    "on: push\njobs:\n  docs:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - uses: actions/checkout@v4\n"
                    "        with: {repository: x/site, path: site, token: '${{ secrets.SITE }}'}\n      - run: curl -s https://x.example/update.sh | bash\n"
                )
            },
            because="with a key to write: the job adds to the branch",
        ),
        Good(
            {
                ".drone.yml": "kind: pipeline\nname: publish\nsteps:\n  - name: docker\n    image: plugins/docker:20\n    settings:\n      repo: x/y\n"
            },
            because="a tag of an image",
        ),
        Good(
            {
                ".buildkite/pipeline.yml": (
                    "steps:\n  - command: ./build\n    plugins:\n      - team/report#v1.2.0:\n          dir: out\n      - ./.buildkite/own\n"
                )
            },
            because="a release, and a plugin of this repository",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n        with:\n          repository: team/data\n          ref: v1.2\n"
                )
            },
            because="another repository at a tag",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: example/lint-action@v3\n      - uses: example/publish@release/v1\n"
                )
            },
            because="a major tag, and the branch of one major version, are how their authors publish compatible releases",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: dtolnay/rust-toolchain@stable\n      - uses: dtolnay/rust-toolchain@1.80.0\n"
                    "      - uses: dtolnay/rust-toolchain@4be9e76fd7c4901c61fb841f559994984270fce7 # master\n        with:\n          toolchain: 1.80.0\n"
                )
            },
            because="its reference names a tool chain; with an input for that, a commit of its branch is what holds",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: ./.github/actions/main\n"
                )
            },
            because="an action of this repository has no version of its own",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag steps and called workflows whose version is a branch's name."""
    called, _, version = job.calls.partition("@")
    if called.count("/") > 2 and version and (version.lower() in _BRANCHES or _NO_VERSION.match(version)):
        yield _hit(called, version, job.place, job, repository)
    for step in (*job.steps, *job.inner_steps):
        action = step.action
        if action is None or action.local:
            continue
        if action.name in _BY_BRANCH and action.version not in {"master", "main"}:
            continue
        if (
            action.name == "actions/checkout"
            and _head_of_another(action, repository)
            and not (_adds_to(action, job, repository) or _tries_heads(job, repository))
        ):
            other = action.inputs["repository"]
            yield Hit(
                place=step.place,
                message=f"`{other.value.strip()}` is checked out at the head of a branch; name a tag or a commit as `ref`",
                unit=job.unit,
            )
        if _is_image(action, job, repository):
            continue  # rules on images judge it
        if (
            action.name.startswith("plugin:")
            and not action.version
            and _is_unversioned_plugin(step.place, job, repository)
        ):
            yield Hit(
                place=step.place,
                message=f"`{action.name.removeprefix('plugin:')}` is taken from its default branch; name a release behind `#`",
                unit=job.unit,
            )
        elif _moves(action):
            yield _hit(action.name, action.version, step.place, job, repository)


def _is_image(action: Action, job: Job, repository: Repository) -> bool:
    """True for an image at `latest`, and for a plugin of Drone's kind, which has a tag where others have a branch."""
    if action.name.startswith("docker:"):
        return action.version == "latest"
    return action.name.startswith("plugin:") and repository.pipeline_of(job).system in _PLUGINS_ARE_IMAGES


_PLUGINS_ARE_IMAGES = frozenset({"drone", "woodpecker", "harness"})


def _adds_to(action: Action, job: Job, repository: Repository) -> bool:
    """True for a job that pushes, itself or in its scripts, or holds a key to write with: it adds to the branch it checks out."""
    reached = repository.reached_from(job.unit)
    if any(command.program == "git" and command.texts()[:1] == ("push",) for command in reached):
        return True
    other = action.inputs["repository"].value
    return any(
        _WRITE_KEYS & set(step.action.inputs) and step.action.inputs["repository"].value == other
        for step in job.steps
        if step.action is not None and "repository" in step.action.inputs
    )


_WRITE_KEYS = frozenset({"token", "ssh-key"})
"""A public repository is read without either."""


_OF_HEADS = re.compile(
    r"(?<![a-z])(?:nightly|canary|snapshots?|upstream|downstream|bleeding[-_ ]edge|ecosystem)(?![a-z])", re.IGNORECASE
)


def _tries_heads(job: Job, repository: Repository) -> bool:
    """True for what builds today's heads together by its name, and for no change that somebody waits for."""
    pipeline = repository.pipeline_of(job)
    if pipeline.triggers.for_changes:
        return False
    return bool(_OF_HEADS.search(f"{pipeline.path.rpartition('/')[2]} {pipeline.name} {job.id}"))


def _is_unversioned_plugin(place: Place, job: Job, repository: Repository) -> bool:
    """True for a Buildkite plugin of another repository with no `#version` behind its name, or with a branch there."""
    source = repository.read(place.path) if repository.pipeline_of(job).system == "buildkite" else None
    if source is None:
        return False
    written = source.text[place.span.start : place.span.end].lstrip("- \t\"'").split("\n")[0]
    version = written.partition("#")[2].rstrip(":~ \t\"'").lower()
    return (not version or version in _BRANCHES) and "$" not in written and not written.startswith((".", "/"))


def _moves(action: Action) -> bool:
    """True for a reference without any number: the name of a branch, or of a tag that is moved with each release."""
    version = action.version
    if not version or "$" in version or "{" in version:
        return False
    return version.startswith("dev:") or not any(letter.isdigit() for letter in version)


def _head_of_another(action: Action, repository: Repository) -> bool:
    other, ref = action.inputs.get("repository"), action.inputs.get("ref")
    if other is None or "${{" in other.value or is_own(f"github.com/{other.value.strip()}", repository):
        return False
    return ref is None or ref.value.strip().strip("'\"").removeprefix("refs/heads/").lower() in {*_BRANCHES, "stable"}


def _hit(name: str, version: str, place: Place, job: Job, repository: Repository) -> Hit:
    return Hit(
        place=_reference(place, version, repository),
        message=f"`{name}@{version}` moves with each push; name a release",
        unit=job.unit,
    )


def _reference(place: Place, version: str, repository: Repository) -> Place:
    """The line that names the branch; the whole step or job where that is not found."""
    source = repository.read(place.path)
    start, end = place.span.start, place.span.end
    at = source.text.find(f"@{version}", start, end) if source is not None else -1
    if source is None or at < 0:
        return place
    line = max(source.text.rfind("\n", start, at) + 1, start)
    indent = len(source.text[line:at]) - len(source.text[line:at].lstrip())
    return Place(place.path, Span(line + indent, at + 1 + len(version)))
