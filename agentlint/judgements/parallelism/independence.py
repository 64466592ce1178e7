"""Which pieces of work do not wait for each other's results: a lint, a type check and a test of the same sources."""

from __future__ import annotations

import re
from collections.abc import Iterable

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job, Need, Pipeline
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_of, line_start
from agentlint.judgements.running.names import role_of_call, role_of_job
from agentlint.judgements.running.roles import CHECKING, DELIVERING, FEEDBACK, command_roles, delivers, job_roles
from agentlint.programs.actions import actions

_GROUP = {"lint": "lint", "format": "lint", "typecheck": "type check", "test": "test"}
_NO_OPS = frozenset({"echo", "exit", "true", "false", ":", "printf", "", "test", "[", "[["})
_GATHERING = frozenset({"re-actors/alls-green"})
"""Ready-made steps that only look how the jobs before went."""
_FAR = 50
"""Jobs looked at behind a job that only gathers others."""


def groups(roles: Iterable[str]) -> frozenset[str]:
    """The independent kinds of feedback among these roles."""
    return frozenset(_GROUP[role] for role in roles if role in _GROUP)


def work_of(command: Command, repository: Repository) -> frozenset[str]:
    """What a command does; where nothing of it is known, what the name of the called script or target says."""
    roles = command_roles(command, repository)
    if roles & ((FEEDBACK | DELIVERING) - {"coverage"}):
        return roles
    named = role_of_call(command, repository)
    return roles | {named} if named else roles


def one_kind(command: Command, repository: Repository) -> str:
    """The one kind of feedback a command gives; "" where it gives none or several."""
    found = groups(work_of(command, repository))
    return next(iter(found)) if len(found) == 1 else ""


def work_of_job(job: Job, repository: Repository) -> frozenset[str]:
    """What a job does, its own name being asked last."""
    roles = set(job_roles(job, repository))
    for command in job.commands:
        roles |= work_of(command, repository)
    if not roles & ((FEEDBACK | DELIVERING) - {"coverage"}):
        named = role_of_job(job, frozenset(roles))
        roles |= {named} if named else set()
    return frozenset(roles)


def needlessly_after(need: Need, job: Job, pipeline: Pipeline, repository: Repository) -> Job | None:
    """The job that `job` waits for though nothing comes from it and both only tell whether the change is good."""
    earlier = pipeline.job(need.job)
    if earlier is None or delivers(job, repository) or _gathers_reports(job):
        return None
    after = work_of_job(job, repository) | ({"lint"} if _compares(job) else set())
    if not after & (FEEDBACK - {"coverage"}) or not groups(after) | after & {"build"}:
        return None
    if _only_gathers(earlier):
        behind = _gathered(earlier, pipeline)
        silent = not need.carries - {"status"} and not any(_hands_on(one, job, repository) for one in behind)
        return earlier if silent and any(_hands_nothing(need, one, job, repository) for one in behind) else None
    idle = _hands_nothing(need, earlier, job, repository) or _outputs_unread(need, earlier, job, repository)
    return earlier if idle else None


def _gathers_reports(job: Job) -> bool:
    """True for a job that closes what the legs before it have each sent to a service: Coveralls' `parallel-finished`."""
    return any(step.action is not None and "parallel-finished" in step.action.inputs for step in job.steps)


def _compares(job: Job) -> bool:
    """True for a job that makes something afresh and fails where it differs from what is committed."""
    return any(
        (
            command.program == "git"
            and command.texts()[:1] == ("diff",)
            and {"--exit-code", "--quiet"} & set(command.texts())
        )
        or command.program in {"diff", "cmp"}
        for command in job.commands
    ) and not any(_SENDS.search(step.script) for step in job.steps)


_OUTPUTS = lazily(r"^[ \t]+outputs:[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_LETS_THROUGH = lazily(
    r"auth|permi|approv|gate|allow|trust|secur|guard|verif|valid|check|should|skip|duplicat|cancel|label|wait|lock|safe|member|access",
    re.IGNORECASE,
)


def _outputs_unread(need: Need, earlier: Job, job: Job, repository: Repository) -> bool:
    """True for an earlier job that is there for its outputs alone, of which this one reads none."""
    if need.carries or need.implicit or earlier.condition or earlier.caches or earlier.artifacts_out or earlier.calls:
        return False
    used = (step.action.name for step in earlier.steps if step.action is not None)
    told = (earlier.id, earlier.name, *(name for name in used if not name.startswith("actions/")))
    if earlier.gate or earlier.deployment or _LETS_THROUGH.search(" ".join(told)):
        return False
    if work_of_job(earlier, repository) & (FEEDBACK | DELIVERING):
        return False
    return bool(_OUTPUTS.search(_text_of(earlier, repository))) and not re.search(
        rf"needs(?:\.{re.escape(earlier.id)}\b|\[|\.\*|\))", _text_of(job, repository)
    )


def empty_handed(need: Need, job: Job, pipeline: Pipeline, repository: Repository) -> bool:
    """True for a need of which it is seen that nothing comes along it, whatever the earlier job does."""
    earlier = pipeline.job(need.job)
    if earlier is None or need.carries or need.implicit or earlier.caches or earlier.gate:
        return False
    return not (
        earlier.deployment
        or (earlier.artifacts_out and job.artifacts_in)
        or delivers(earlier, repository)
        or any(_SENDS.search(step.script) for step in earlier.steps)
        or _OUTPUTS.search(_text_of(earlier, repository))
    )


def _text_of(job: Job, repository: Repository) -> str:
    source = repository.read(job.place.path)
    return source.text[job.place.span.start : job.place.span.end] if source is not None else ""


def _hands_nothing(need: Need, earlier: Job, job: Job, repository: Repository) -> bool:
    """True for an earlier job of checks, tests or a build kept to itself, which gives `job` nothing."""
    if _checks_elsewhere(earlier) and need.carries <= {"artifact"}:
        return not (earlier.gate or earlier.deployment or delivers(earlier, repository))
    if earlier.deployment or not _brings_nothing(need, earlier, job, repository) or _hands_on(earlier, job, repository):
        return False
    if need.implicit and (_fetches_by_hand(job, repository) if _by_hand(job, repository) else earlier.artifacts_out):
        return False
    before = work_of_job(earlier, repository)
    if before & (CHECKING | {"test"}):
        return True
    if "build" in before:
        fresh = _of_a_fresh_image(earlier, repository) if need.implicit else not job.artifacts_in
        return fresh and all(_keeps_its_build(one, job) for one in (earlier, *_jobs_called(earlier, repository)))
    if before <= _READIES and "install" in before and not need.implicit:
        return (
            not earlier.caches and not job.artifacts_in and _keeps_its_build(earlier, job)
        )  # what is fetched for itself is gone with its machine
    return bool(before & FEEDBACK)


_READIES = frozenset({"install", "set-up", "checkout", "cache"})


def _of_a_fresh_image(job: Job, repository: Repository) -> bool:
    """True for a job of GitLab in a container of its own: another job finds of it what it declares as artifacts or cache."""
    return repository.pipeline_of(job).system == "gitlab" and bool(job.container) and not job.artifacts_out


def _by_hand(job: Job, repository: Repository) -> bool:
    """True on Buildkite, where a step gets what another made only if it asks for it; GitLab hands on what earlier stages made."""
    return repository.pipeline_of(job).system == "buildkite"


_STORES = frozenset({"artifact", "meta-data"})


def _fetches_by_hand(job: Job, repository: Repository) -> bool:
    """True for a step that asks Buildkite's agent for artifacts or data of others, itself or in a script; or that may, unseen."""
    if job.artifacts_in or any(step.action is not None and "artifact" in step.action.name for step in job.steps):
        return True
    if job.calls or not job.steps:
        return True
    return any(
        command.program == "buildkite-agent" and not _STORES.isdisjoint(command.texts()[:1])
        for command in (*job.commands, *repository.reached_from(job.unit))
    )


_SENDS = lazily(r"\bpush\b|--push|upload|\bscp\b|rsync|aws s3|gsutil|gh release|cachix|save", re.IGNORECASE)


def _keeps_its_build(earlier: Job, job: Job) -> bool:
    """True for a build on a fresh machine that is gone with it: no artifact taken, no cache, nothing sent anywhere."""
    if not earlier.hosted or _unseen(earlier) or _unseen(job):
        return False
    if not all(cache.what and cache.what <= _DOWNLOADED for cache in earlier.caches):
        return False
    if any(_SENDS.search(step.script) for step in earlier.steps):
        return False
    known = ("actions/checkout", "actions/setup-", "actions/upload-artifact")
    used = [step.action for step in (*earlier.steps, *earlier.inner_steps) if step.action is not None]
    return all(action.name.startswith(known) or actions().roles(action) == {"set-up"} for action in used)


_DOWNLOADED = frozenset(
    {"pip", "uv", "poetry", "pipenv", "pdm", "npm", "yarn", "pnpm", "bun", "bundler", "gem", "composer", "nuget"}
)
"""Caches of packages as they were fetched, which hold nothing of what a job builds."""


def _jobs_called(job: Job, repository: Repository) -> tuple[Job, ...]:
    """The jobs of the workflow of this repository that a job calls: what they keep, it keeps."""
    called = job.calls.removeprefix("./")
    return tuple(
        one for pipeline in repository.pipelines if called and pipeline.path == called for one in pipeline.jobs
    )


def _unseen(job: Job) -> bool:
    """True for a job whose steps stand in another repository."""
    return bool(job.calls) and "@" in job.calls


_CHECK_ALONE = lazily(
    r"(?:.*[-_])?(?:soundness|\w*lint|linters?|linting|fmt|format|formatting|prettier|pre-?commit|shellcheck|spell-?check\w*|typos|style)(?:[-_].*)?",
    re.IGNORECASE,
)
_MAKES_MORE = lazily(r"build|test|package|bundle|generat|prepare|setup|ci(?![a-z])|all(?![a-z])", re.IGNORECASE)


def _checks_elsewhere(job: Job) -> bool:
    """True for a workflow of another repository whose file is named for one check (`soundness.yml`): it makes nothing to take."""
    name = job.calls.partition("@")[0].rpartition("/")[2].removesuffix(".yml").removesuffix(".yaml")
    return _unseen(job) and _CHECK_ALONE.fullmatch(name) is not None and _MAKES_MORE.search(name) is None


def _hands_on(earlier: Job, job: Job, repository: Repository) -> bool:
    """True for a job whose end is waited for with good reason: a gate, a delivery, the maker of what `job` takes."""
    return earlier.gate or delivers(earlier, repository) or bool(earlier.artifacts_out and job.artifacts_in)


def _only_gathers(job: Job) -> bool:
    """True for a job that does nothing but stand for those it waits for."""
    return (
        bool(job.needs)
        and not job.calls
        and all(
            step.action.name in _GATHERING
            if step.action is not None
            else all(command.program in _NO_OPS for command in step.commands)
            for step in job.steps
        )
    )


def _gathered(job: Job, pipeline: Pipeline) -> tuple[Job, ...]:
    """The working jobs behind a gathering one; empty where one of them cannot be seen."""
    waiting, seen, found = list(job.needs), {job.id}, []
    while waiting and len(seen) < _FAR:
        other = pipeline.job(waiting.pop().job)
        if other is None:
            return ()
        if other.id in seen:
            continue
        seen.add(other.id)
        if _only_gathers(other):
            waiting.extend(other.needs)
        else:
            found.append(other)
    return tuple(found)


_SUCCEEDED = lazily(
    r"(?:\$\{\{)?\s*(?:needs\.[\w-]+\.result\s*==\s*'success'|success\(\))(?:\s*&&\s*needs\.[\w-]+\.result\s*==\s*'success')*\s*(?:\}\})?"
)
"""A condition that says what holds of every need anyway."""


def _brings_nothing(need: Need, earlier: Job, job: Job, repository: Repository) -> bool:
    """True when nothing is handed on; a shared workspace carries nothing out of a job that only checks or tests."""
    if not need.carries or (need.carries == {"status"} and _SUCCEEDED.fullmatch(job.condition.strip())):
        return True
    if need.carries != {"workspace"} or not work_of_job(earlier, repository) & (CHECKING | {"test"}):
        return False
    return all(_leaves_nothing(command, repository) for command in earlier.commands)


_SYSTEM_PACKAGES = frozenset({"apk", "apt-get", "apt", "dnf", "yum", "pacman", "zypper"})


def _leaves_nothing(command: Command, repository: Repository) -> bool:
    """True for a check or test, and for packages of the step's own container: neither changes the workspace."""
    roles = work_of(command, repository)
    return command.program in _SYSTEM_PACKAGES or roles <= CHECKING | {"test", "coverage"}


def only_reports(job: Job) -> bool:
    """True for a job that runs whatever happened before, to say how it went."""
    return "always()" in job.condition or "failure()" in job.condition or "!cancelled()" in job.condition


_MEANT = lazily(
    r"#.*\b(?:before|unless|wast\w+|spend\w*|save\w*|saving|resources?|quota|minutes|expensive|costly|heavy|slow\w*|fail[- ]?fast|only if"
    r"|kick|first|avoid|rate|limits?|conflicts?|serial\w*|sequential\w*|one (?:at a time|after)|shared?|same time|concurren\w+"
    r"|(?:not|n't|never|without)\b.*\bparallel)\b",
    re.IGNORECASE,
)


_HURRIES = lazily(r"(?:don'?t|do not|not|no need to|without) wait", re.IGNORECASE)


def is_meant(need: Need, job: Job, earlier: Job, repository: Repository) -> bool:
    """True where a comment at the need, or above a gathering job, tells why the order is wanted."""
    source = repository.read(job.place.path)
    if source is None:
        return False
    text = source.text
    places = [need.span.start if need.span.end > need.span.start else job.place.span.start]
    if _only_gathers(earlier):
        places.append(earlier.place.span.start)
    return any(_MEANT.search(line) and not _HURRIES.search(line) for at in places for line in _lines_at(text, at))


def _lines_at(text: str, at: int) -> list[str]:
    """The line of an offset, and the comment lines right above it or above the line before it (`needs:` above a list)."""
    start = line_start(text, at)
    found = [line_of(text, at)]
    above = text[:start].splitlines()[-6:]
    if above and above[-1].rstrip().endswith(":") and not above[-1].lstrip().startswith("#"):
        found.append(above.pop())
    while above and above[-1].lstrip().startswith("#"):
        found.append(above.pop())
    return found


_COMMON_SECRET = lazily(
    r"GITHUB_TOKEN|CODECOV|COVERALLS|SONAR|SNYK|TURBO|NX_|CACHIX|NPM|PERCY|CHROMATIC|DOCKER|REGISTRY|APP_",
    re.IGNORECASE,
)
_SECRET = lazily(r"secrets\.(\w+)")


def shares_outside(job: Job, earlier: Job) -> bool:
    """True where both work with the same secret: an account or zone outside that two at once may disturb."""
    return bool(_secrets(job) & _secrets(earlier))


def _secrets(job: Job) -> frozenset[str]:
    texts = [*job.environment.values(), *(value for step in job.steps for value in step.environment.values())]
    return frozenset(name for text in texts for name in _SECRET.findall(text) if not _COMMON_SECRET.search(name))
