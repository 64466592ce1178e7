"""SourceHut builds: each manifest is one virtual machine whose tasks run one after the other."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from dataclasses import replace

from agentlint.adapters.ci.common import Gathering, Shell, environment, open_yaml, texts
from agentlint.adapters.ci.systems import system
from agentlint.adapters.context import TreeContext
from agentlint.documents.yaml import YamlNode
from agentlint.facts.command import Command
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.pipeline import Job, Pipeline, Step, Triggers
from agentlint.files.source import Place, SourceFile

_SHELL = Shell("bash", errexit=True, pipefail=False)
"""Each task is a script with `set -e` on. Source: man.sr.ht/builds.sr.ht/manifest.md, tasks."""
_ENTERED = re.compile(r"^[ \t]*cd[ \t]+[\"']?(?:~/|\$\{?HOME\}?/)?([\w.-]+)", re.MULTILINE)
_HEAD = "refs/heads/"


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a build manifest."""
    gathering = Gathering(file.path, tree)
    root = open_yaml(file, gathering).root
    if root is None or not root.is_map or root.get("tasks") is None:
        return gathering.facts()
    defaults = system("sourcehut")
    job = _job(root, file, gathering)
    return gathering.facts(
        (
            Pipeline(
                system="sourcehut",
                path=file.path,
                place=job.place,
                triggers=_triggers(root),
                jobs=(job,) if job.steps else (),
                cancel=defaults.cancel,
                cancel_settable=defaults.cancel_settable,
                default_clone_depth=defaults.clone_depth,
            ),
        )
    )


def _triggers(root: YamlNode) -> Triggers:
    """Pushes to the hosted repository and patches sent to its list; `submitter` turns the first off, or names the refs.

    What a manifest calls `triggers` is what is done after the build.
    """
    pushes = root.at("submitter", "git.sr.ht")
    enabled = pushes.get("enabled") if pushes is not None else None
    if enabled is not None and enabled.truth is False:
        return Triggers(frozenset({"manual"}))
    refs = texts(pushes.get("allow-refs")) if pushes is not None else ()
    return Triggers(
        frozenset({"push", "pull-request"}),
        branches=tuple(ref.removeprefix(_HEAD) for ref in refs if ref.startswith(_HEAD)),
    )


def _job(root: YamlNode, file: SourceFile, gathering: Gathering) -> Job:
    """The build: its tasks are the steps."""
    defaults = system("sourcehut")
    place = Place(file.path, file.whole)
    name = posixpath.basename(file.path).lstrip(".").rpartition(".")[0]
    job = Job(
        id=name,
        unit=gathering.unit(name, place),
        place=place,
        name=name,
        timeout_default_minutes=defaults.timeout,
        timeout_settable=defaults.timeout_settable,
        runner=root.value("image"),
        cacheable=False,  # each build is a new machine, and nothing of it is there for the next one
        environment=_environment(root.get("environment")),
        artifacts_out=texts(root.get("artifacts")),
    )
    tasks = root.get("tasks")
    named = [pair for task in (tasks.children if tasks is not None else ()) for pair in task.pairs()]
    scripts = [(name, node) for name, node in named if node.is_scalar and not node.is_null]
    checkout = _checkout(root, [node.text for _, node in scripts])
    steps = [_step(at, *task, job, checkout, gathering) for at, task in enumerate(scripts)]
    return replace(job, steps=tuple(steps))


def _environment(node: YamlNode | None) -> dict[str, str]:
    """The variables of all tasks; a list becomes an array of the shell, of which a command sees the first word."""
    found = dict(environment(node, system("sourcehut").environment))
    for name, value in node.pairs() if node is not None else ():
        if value.is_list:
            found[name] = next(iter(texts(value)), "")
    return found


def _checkout(root: YamlNode, scripts: list[str]) -> str:
    """The folder of this repository beside the others that are cloned: the one that tasks enter most, else the first."""
    sources = [text.partition("#")[0].rstrip("/") for text in texts(root.get("sources"))]
    names = [re.split(r"[/:]", source)[-1].removesuffix(".git") for source in sources]
    entered = Counter(name for script in scripts for name in _ENTERED.findall(script) if name in names)
    return entered.most_common(1)[0][0] if entered else next(iter(names), "")


def _step(index: int, name: str, node: YamlNode, job: Job, checkout: str, gathering: Gathering) -> Step:
    """A task, which begins in the home folder, beside the clones."""
    text = node.embedded()
    commands = gathering.script(text, job.unit, _SHELL, environment=job.environment, step=index)
    return Step(
        index=index,
        place=Place(gathering.path, node.entry),
        name=name,
        script=text.text,
        environment=job.environment,
        commands=tuple(_from_root(command, checkout) for command in commands),
    )


def _from_root(command: Command, checkout: str) -> Command:
    """The command with its folder told from the repository's root, and not from the home folder."""
    folder = (command.directory or "").split("/")
    return replace(command, directory="/".join(folder[1:])) if checkout and folder[0] == checkout else command
