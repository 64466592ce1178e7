"""Travis CI: one job, or a matrix of language versions and environments, or the jobs of stages."""

from __future__ import annotations

from dataclasses import replace

from agentlint.adapters.ci.common import (
    Gathering,
    Shell,
    environment,
    join_lines,
    open_yaml,
    scalars,
    texts,
    whole_number,
    written_cache,
)
from agentlint.adapters.ci.edges import with_flows
from agentlint.adapters.ci.systems import system
from agentlint.adapters.context import TreeContext
from agentlint.documents.yaml import YamlNode
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.pipeline import Cache, Job, Matrix, Need, Pipeline, Step, Triggers
from agentlint.files.source import Place, SourceFile

_PHASES = (
    "before_install", "install", "before_script", "script", "after_success", "after_failure", "after_script",
    "before_deploy", "after_deploy",
)  # fmt: skip
_AFTERWARDS = frozenset({"after_success", "after_failure", "after_script"})
_STRICT = Shell("bash", errexit=True, pipefail=False)
_LOOSE = Shell("bash", errexit=False, pipefail=False)
_LANGUAGE_KEYS = (
    "python", "node_js", "rvm", "php", "go", "rust", "jdk", "perl", "scala", "ghc", "elixir", "otp_release", "dart",
    "julia", "r", "compiler", "os", "arch", "xcode_sdk", "osx_image", "gemfile", "mono", "dotnet", "crystal", "d", "haxe",
    "smalltalk",
)  # fmt: skip
_NAMED_CACHES = {
    "npm": ("npm",), "yarn": ("yarn",), "bundler": ("bundler",), "pip": ("pip",), "cargo": ("cargo",),
    "ccache": ("ccache",), "cocoapods": ("cocoapods",), "packages": ("r",),
}  # fmt: skip
_MAX_JOBS = 300


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a .travis.yml."""
    gathering = Gathering(file.path, tree)
    root = open_yaml(file, gathering).root
    if root is None or not root.is_map:
        return gathering.facts()
    defaults = system("travis")
    depth = root.at("git", "depth")
    return gathering.facts(
        (
            Pipeline(
                system="travis",
                path=file.path,
                place=Place(file.path, file.whole),
                triggers=Triggers(frozenset({"push", "pull-request"}), branches=texts(root.at("branches", "only"))),
                jobs=with_flows(_jobs(root, gathering)),
                cancel=defaults.cancel,
                cancel_settable=defaults.cancel_settable,
                default_clone_depth=defaults.clone_depth,
                clone_depth=0 if depth is not None and depth.truth is False else whole_number(depth),
                clone_depth_span=depth.entry if depth is not None else None,
            ),
        )
    )


def _jobs(root: YamlNode, gathering: Gathering) -> tuple[Job, ...]:
    """The matrix of the whole file as one job, then each included job that says something of its own."""
    block = root.get("jobs") or root.get("matrix")
    include = block.get("include") if block is not None else None
    entries = [entry for entry in include.children if entry.is_map] if include is not None else []
    tolerated = block.get("allow_failures") if block is not None else None
    own = [entry for entry in entries if any(entry.get(phase) is not None for phase in _PHASES) or entry.get("stage")]
    matrix = _matrix(root, len(entries) - len(own), block)
    found: list[Job] = []
    if not own or matrix.axes or len(own) < len(entries):
        main = _job(root, root, "test", "test", gathering)
        found.append(replace(main, matrix=matrix if (matrix.size or 0) > 1 else None))
    for number, entry in enumerate(own[:_MAX_JOBS], 1):
        name = entry.value("name") or f"{entry.value('stage') or 'job'} {number}"
        stage = entry.value("stage") or (found[-1].stage if found else "test")
        job = _job(entry, root, name, stage, gathering)
        allowed = tolerated is not None and any(_same(entry, item) for item in tolerated.children)
        found.append(replace(job, continue_on_error=allowed))
    return _in_stages(tuple(found), root)


def _same(entry: YamlNode, pattern: YamlNode) -> bool:
    """True when an allow_failures entry speaks of this job."""
    wanted = [(key, value.text) for key, value in pattern.pairs() if value.is_scalar]
    return bool(wanted) and all(entry.value(key) == text for key, text in wanted)


def _in_stages(jobs: tuple[Job, ...], root: YamlNode) -> tuple[Job, ...]:
    """Jobs wait for all jobs of the stage before."""
    written = root.get("stages")
    order = [child.text or child.value("name") for child in written.children] if written is not None else []
    order.extend(dict.fromkeys(job.stage for job in jobs if job.stage not in order))
    used = [stage for stage in order if any(job.stage == stage for job in jobs)]
    made: list[Job] = []
    for job in jobs:
        at = used.index(job.stage)
        before = [earlier.id for earlier in jobs if at and earlier.stage == used[at - 1]]
        made.append(replace(job, needs=tuple(Need(name, implicit=True) for name in before)))
    return tuple(made)


def _matrix(root: YamlNode, included: int, block: YamlNode | None) -> Matrix:
    axes: dict[str, tuple[str, ...]] = {}
    for key in _LANGUAGE_KEYS:
        node = root.get(key)
        if node is not None and node.is_list and len(node.children) > 1:
            axes[key] = texts(node)
    env = root.get("env")
    rows = env.get("jobs") or env.get("matrix") if env is not None and env.is_map else env
    if rows is not None and rows.is_list and len(rows.children) > 1:
        axes["env"] = tuple(row.text for row in rows.children)
    size = 1
    for values in axes.values():
        size = min(size * max(len(values), 1), 10_000)
    excluded = block.get("exclude") if block is not None else None
    size -= len(excluded.children) if excluded is not None else 0
    return Matrix(max(size if axes else 0, 0) + included, axes)


def _job(node: YamlNode, root: YamlNode, name: str, stage: str, gathering: Gathering) -> Job:
    defaults = system("travis")
    place = Place(gathering.path, node.here)
    unit = gathering.unit(name, place)
    known = environment(_global(root), defaults.environment)
    runner = node.value("os") or root.value("os") or "linux"
    job = Job(
        id=name,
        unit=unit,
        place=place,
        name=name,
        stage=stage,
        timeout_default_minutes=defaults.timeout,
        timeout_settable=False,
        no_output_limit=True,
        runner=node.value("dist") or root.value("dist") or runner,
        services=texts(node.get("services") or root.get("services")),
        environment=environment(_own(node, root), known),
        condition=node.value("if"),
        caches=_caches(node.get("cache") or root.get("cache"), node.value("language") or root.value("language"), root),
        deployment="deploy" if node is not root and node.get("deploy") is not None else "",
    )
    return replace(job, steps=_steps(node, root, job, gathering))


def _global(root: YamlNode) -> YamlNode | None:
    env = root.get("env")
    return env.get("global") if env is not None and env.is_map and env.get("global") is not None else None


def _own(node: YamlNode, root: YamlNode) -> YamlNode | None:
    env = node.get("env")
    return None if node is root or env is None else env


def _steps(node: YamlNode, root: YamlNode, job: Job, gathering: Gathering) -> tuple[Step, ...]:
    """Phases in order. A failing line of `script` fails the job and does not stop the phase."""
    found: list[Step] = []
    for phase in _PHASES:
        lines = list(scalars(node.get(phase) or root.get(phase)))
        lines = [line for line in lines if line.text not in ("skip", "true", "ignore")]
        if lines:
            found.append(_phase(phase, lines, len(found), job, gathering))
    return tuple(found)


def _phase(phase: str, lines: list[YamlNode], index: int, job: Job, gathering: Gathering) -> Step:
    text = join_lines([line.embedded() for line in lines])
    span = lines[0].span
    for line in lines:
        if line.span.start >= span.start:
            span = span.cover(line.span)
    afterwards = phase in _AFTERWARDS
    return Step(
        index=index,
        place=Place(gathering.path, span),
        name=phase,
        script=text.text,
        continue_on_error=afterwards,
        environment=job.environment,
        commands=gathering.script(
            text,
            job.unit,
            _LOOSE if afterwards else _STRICT,
            environment=job.environment,
            step=index,
            swallowed=afterwards,
        ),
    )


def _caches(node: YamlNode | None, language: str, root: YamlNode) -> tuple[Cache, ...]:
    """Written caches; Travis keeps npm's by default since July 2019 (docs.travis-ci.com/user/caching, npm cache)."""
    found: list[Cache] = []
    off = node is not None and node.truth is False
    for part in (node.children if node.is_list else (node,)) if node is not None and not off else ():
        names = [part.text] if part.is_scalar else [key for key, value in part.pairs() if value.truth is not False]
        for name in names:
            if name in _NAMED_CACHES:
                found.append(Cache(frozenset(_NAMED_CACHES[name]), span=part.here))
        paths = texts(part.get("directories"))
        if paths:
            found.append(written_cache(paths, "", part.here))
    named = {name for cache in found for name in cache.what}
    off = off or (node is not None and node.is_map and (own := node.get("npm")) is not None and own.truth is False)
    if not off and language == "node_js" and "npm" not in named:
        found.append(Cache(frozenset({"npm"}), span=root.here, by_default=True))
    return tuple(found)
