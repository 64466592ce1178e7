"""Pipeline, Job, Step: continuous integration in one language for all systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from agentlint.facts.command import EMPTY, Command
from agentlint.files.source import NOWHERE, Place, Span


class Cancel(Enum):
    """Whether a newer push stops the older run."""

    YES = "yes"
    NO = "no"
    """The file could say so and does not."""
    EXPLICITLY_NOT = "explicitly not"
    """The file says that runs are kept (`cancel-in-progress: false`): the author's choice."""
    DEFAULT = "by default"
    """The system does it unless told otherwise."""
    ELSEWHERE = "elsewhere"
    """Set outside the file (project settings): the file cannot tell."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A scalar of the file with its place: a step's input, a key's value. `key_span` is where its key stands."""

    value: str
    span: Span
    key_span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Triggers:
    """What starts a pipeline. `events` in neutral words: "push", "pull-request", "tag", "schedule", "manual",
    "release", "called" (reusable workflow), "other"."""

    events: frozenset[str] = frozenset()
    path_filtered: bool = False
    """The pipeline as a whole starts only for changes in certain paths (or ignores some)."""
    branches: tuple[str, ...] = ()
    place: Place | None = None
    superseded: bool = True
    """A newer push to a proposed change starts it again, so that the older run's answer is no longer wanted."""

    @property
    def for_changes(self) -> bool:
        """True when a proposed or pushed change starts it (not only a tag, a schedule or a person)."""
        return bool(self.events & {"push", "pull-request"})


@dataclass(frozen=True, slots=True)
class Matrix:
    """A job's fan-out. `size` is the number of legs where it can be counted, else None."""

    size: int | None
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    max_parallel: int | None = None
    max_parallel_span: Span | None = None
    fail_fast: bool | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """One edge: this job starts after `job`. `carries` says what flows along it: any of "artifact", "output",
    "cache", "image", "status" (the later job deploys or gates on the result), "workspace"; empty: nothing is passed on."""

    job: str
    carries: frozenset[str] = frozenset()
    span: Span = NOWHERE
    implicit: bool = False
    """Comes from stage order and not from a written `needs`."""


@dataclass(frozen=True, slots=True)
class Cache:
    """Something kept between runs. `what` holds neutral names where known ("npm", "pip", "go", "cargo", "gradle",
    "maven", "docker", "ccache", "playwright", "pre-commit", ...), `paths` and `key` as written."""

    what: frozenset[str]
    paths: tuple[str, ...] = ()
    key: str = ""
    span: Span = NOWHERE
    by_default: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """A step that calls something ready-made: a GitHub action, an orb command, an Azure task, a plugin.

    `name` is neutral and lower case ("actions/setup-node", "docker/build-push-action", "orb:node/install",
    "task:Cache", "plugin:docker-compose"); `version` as written ("v4", a SHA, ""). `version_number` is the major
    version where it can be told (a comment `# v4.1.0` behind a SHA counts), else None.
    `local` is the repository path of a composite action or template of this repository, else "".
    """

    name: str
    version: str = ""
    version_number: int | None = None
    local: str = ""
    inputs: Mapping[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a job, in order. A `run:` step has `commands`; an action step has `action`; never both."""

    index: int
    place: Place
    name: str = ""
    action: Action | None = None
    commands: tuple[Command, ...] = ()
    script: str = ""
    """The run block's text as the shell sees it."""
    condition: str = ""
    continue_on_error: bool = False
    timeout_minutes: float | None = None
    shell: str = ""
    environment: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    gate: bool = False
    """Waits for a person (Jenkins `input`, ManualValidation)."""
    together: int = 0
    """Steps of one job with the same number run at the same time; 0: by itself, after the one before."""


@dataclass(frozen=True, slots=True)
class JobImage:
    """A container image that a job runs in, or beside which it runs (`service`), with the place that names it."""

    name: str
    place: Place
    service: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `id` is its key in the file; `place` spans from its key to its last line."""

    id: str
    unit: str
    place: Place
    name: str = ""
    steps: tuple[Step, ...] = ()
    needs: tuple[Need, ...] = ()
    stage: str = ""
    matrix: Matrix | None = None
    timeout_minutes: float | None = None
    """As written in the file, inherited defaults included; None: not set."""
    timeout_default_minutes: float | None = None
    """What the system does when it is not set; None: no limit at all."""
    timeout_settable: bool = True
    """False for jobs that cannot take one (a GitHub job that calls a reusable workflow)."""
    no_output_limit: bool = False
    """The system ends a job without output after some minutes, so that a hang is bounded."""
    runner: str = ""
    """Label or image of the machine as written ("ubuntu-latest", "self-hosted", "macos-14")."""
    hosted: bool = True
    """A fresh machine for each run (no state is left from the last one)."""
    cacheable: bool = True
    """The system has a way to keep files from one run to the next."""
    container: str = ""
    services: tuple[str, ...] = ()
    images: tuple[JobImage, ...] = ()
    """Images named in this repository's files, each at the line that names it (an `extends` or anchor's own line)."""
    environment: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    deployment: str = ""
    """The deployment environment's name (GitHub `environment:`, GitLab `environment:`)."""
    condition: str = ""
    continue_on_error: bool = False
    caches: tuple[Cache, ...] = ()
    """Written caches, and those an action of this job makes (with `by_default` where nobody asked)."""
    artifacts_out: tuple[str, ...] = ()
    artifacts_in: tuple[str, ...] = ()
    reports: bool = False
    """The job hands test reports to the system (GitLab artifacts:reports, store_test_results, junit step, publish tasks)."""
    calls: str = ""
    """Path of the reusable workflow or child pipeline it calls, if of this repository; the reference otherwise."""
    gate: bool = False
    """Starts only when a person says so (`when: manual`, `type: approval`, `block:`)."""
    blocking_gate: bool = False
    """The gate stops later jobs too."""
    gate_span: Span | None = None
    path_filtered: bool = False
    cancel: Cancel | None = None
    """Where this is a job's own setting; None: the pipeline's holds."""
    parallelism: int | None = None
    """Copies that split the work (CircleCI parallelism, GitLab parallel: N, Buildkite parallelism)."""
    retries: int = 0
    inner_steps: tuple[Step, ...] = ()
    """Ready-made steps inside the composite actions of this repository that its steps call, at the places that name them."""
    inner_units: tuple[str, ...] = ()
    """The units of those composite actions, whose commands run in this job."""

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands of all its steps, in order."""
        return tuple(command for step in self.steps for command in step.commands)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One pipeline or workflow file as its system reads it. `place` is the whole file."""

    system: str
    """"github", "gitlab", "circleci", "azure", "jenkins", "buildkite", "travis", "bitbucket", "woodpecker",
    "drone", "cirrus", "harness", "appveyor", "sourcehut", "semaphore"."""
    path: str
    place: Place
    name: str = ""
    triggers: Triggers = field(default_factory=Triggers)
    jobs: tuple[Job, ...] = ()
    cancel: Cancel = Cancel.NO
    cancel_settable: bool = True
    """False where the file cannot say it (project settings)."""
    reusable: bool = False
    """Only called by others; triggers and cancel are the caller's."""
    environment: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    default_clone_depth: int | None = None
    """Commits fetched when nothing is said; 0 is the whole history, None not known."""
    clone_depth: int | None = None
    """As written in the file for all jobs; 0 is the whole history."""
    clone_depth_span: Span | None = None

    def job(self, identifier: str) -> Job | None:
        """The job with this id."""
        return next((job for job in self.jobs if job.id == identifier), None)
