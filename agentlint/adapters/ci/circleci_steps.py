"""Steps of CircleCI jobs: run, built-in steps, commands of the file put in, orbs' commands as actions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from agentlint.adapters.ci.common import (
    Gathering,
    Shell,
    condition_guard,
    environment,
    minutes,
    named_action,
    settings,
    substitute,
    texts,
    written_cache,
)
from agentlint.adapters.ci.edges import OPAQUE
from agentlint.documents.yaml import YamlNode
from agentlint.facts.pipeline import Cache, Job, Step
from agentlint.files.source import Place

_MAX_DEPTH = 8
_MAX_STEPS = 1000
_PARAMETER = re.compile(r"<<\s*(?:parameters|matrix)\.([\w-]{1,80})\s*>>")
_BUILT_IN = frozenset(
    {
        "checkout", "setup_remote_docker", "save_cache", "restore_cache", "store_artifacts", "store_test_results",
        "persist_to_workspace", "attach_workspace", "add_ssh_keys", "deploy", "when", "unless",
    }
)  # fmt: skip


def read_parameters(node: YamlNode) -> dict[str, str]:
    """The defaults of a command's or job's parameters."""
    declared = node.get("parameters")
    if declared is None:
        return {}
    return {
        name: value.value("default")
        for name, value in declared.pairs()
        if (default := value.get("default")) is not None and default.is_scalar
    }


@dataclass(slots=True)
class _Work:
    """A job being read."""

    job: Job
    environment: Mapping[str, str]
    shell: str
    directory: str
    steps: list[Step] = field(default_factory=list)
    caches: list[Cache] = field(default_factory=list)
    out: list[str] = field(default_factory=list)
    into: list[str] = field(default_factory=list)
    reports: bool = False


@dataclass(slots=True)
class StepReader:
    """Reads steps of one configuration."""

    root: YamlNode
    gathering: Gathering

    def read(
        self,
        steps: YamlNode | None,
        job: Job,
        known: Mapping[str, str],
        parameters: Mapping[str, str],
        shell: str,
        directory: str,
    ) -> Job:
        """The job with its steps and what they keep and hand over."""
        work = _Work(job, known, shell, directory)
        self._walk(steps, work, parameters, "", 0)
        return replace(
            job,
            environment=known,
            steps=tuple(work.steps),
            caches=tuple(work.caches),
            artifacts_out=tuple(work.out),
            artifacts_in=tuple(work.into),
            reports=work.reports,
        )

    def _walk(
        self, steps: YamlNode | None, work: _Work, parameters: Mapping[str, str], condition: str, depth: int
    ) -> None:
        if steps is None or not steps.is_list or depth > _MAX_DEPTH:
            return
        for child in steps.children:
            if len(work.steps) >= _MAX_STEPS:
                return
            if child.is_list:
                self._walk(child, work, parameters, condition, depth + 1)
            elif child.is_scalar and child.text:
                self._named(child.text, child, None, work, parameters, condition, depth)
            for name, given in child.pairs():
                self._named(name, child, given, work, parameters, condition, depth)

    def _named(
        self,
        name: str,
        node: YamlNode,
        given: YamlNode | None,
        work: _Work,
        parameters: Mapping[str, str],
        condition: str,
        depth: int,
    ) -> None:
        if name in ("when", "unless") and given is not None:
            inner = given.get("condition")
            text = f"{name} {inner.text if inner is not None and inner.is_scalar else '...'}"
            self._walk(given.get("steps"), work, parameters, text, depth + 1)
            return
        command = self.root.at("commands", name)
        if command is not None and name not in _BUILT_IN:
            values = {**read_parameters(command)}
            for key, setting in settings(given).items():
                values[key] = _fill_text(setting.value, parameters)
            self._walk(command.get("steps"), work, values, condition, depth + 1)
            for _, inner_steps in given.pairs() if given is not None else ():
                if inner_steps.is_list and any(child.is_map for child in inner_steps.children):
                    self._walk(inner_steps, work, parameters, condition, depth + 1)
            return
        step = Step(
            index=len(work.steps),
            place=Place(self.gathering.path, node.here),
            name=given.value("name") if given is not None and given.is_map else name,
            condition=condition or (given.value("when") if given is not None else ""),
            environment=work.environment,
        )
        if name in ("run", "deploy") and given is not None:
            work.steps.append(self._run(step, given, work, parameters))
            return
        kind = name if name in _BUILT_IN else "orb:" + name
        inputs = settings(given) if given is not None and given.is_map else {}
        inputs = {key: replace(item, value=_fill_text(item.value, parameters)) for key, item in inputs.items()}
        work.steps.append(replace(step, action=named_action(kind, inputs=inputs)))
        self._note(name, given, work, step)

    def _run(self, step: Step, given: YamlNode, work: _Work, parameters: Mapping[str, str]) -> Step:
        command = given if given.is_scalar else given.get("command")
        if command is None or not command.is_scalar:
            return step
        known = environment(given.get("environment"), work.environment)
        directory = _fill_text(given.value("working_directory") or work.directory, parameters)
        shell = given.value("shell") or work.shell
        text = command.embedded()
        if "<<" in text.text:
            text = substitute(text, _PARAMETER, lambda match: _known(parameters.get(match.group(1))))
        limit = given.value("no_output_timeout")
        return replace(
            step,
            name=given.value("name") if given.is_map else "",
            script=text.text,
            shell=shell,
            environment=known,
            timeout_minutes=minutes(limit) if limit else None,
            commands=self.gathering.script(
                text,
                work.job.unit,
                _shell(shell),
                environment=known,
                directory=_relative(directory),
                step=step.index,
                guards=condition_guard(step.condition, command.span) if step.condition else (),
            ),
        )

    def _note(self, name: str, given: YamlNode | None, work: _Work, step: Step) -> None:
        """What a built-in step keeps and hands over."""
        if name in ("save_cache", "restore_cache") and given is not None:
            key = given.value("key") or next(iter(texts(given.get("keys"))), "")
            work.caches.append(written_cache(texts(given.get("paths")), key, step.place.span))
        elif (
            name == "setup_remote_docker"
            and given is not None
            and given.value("docker_layer_caching").lower() == "true"
        ):
            work.caches.append(Cache(frozenset({"docker"}), span=step.place.span))
        elif name == "persist_to_workspace":
            work.out.append(OPAQUE)
        elif name == "attach_workspace":
            work.into.append(OPAQUE)
        elif name == "store_test_results":
            work.reports = True
        elif "/" in name:
            self._note_orb(name, work, step)

    def _note_orb(self, name: str, work: _Work, step: Step) -> None:
        """Install commands of the well-known language orbs keep their package manager's cache."""
        orb, _, command = name.partition("/")
        what = _ORB_CACHES.get(orb)
        if what and (command.startswith(("install", "with-cache", "load", "with")) or command in ("restore", "test")):
            work.caches.append(Cache(frozenset(what), span=step.place.span, by_default=True))


_ORB_CACHES = {
    "node": ("npm", "yarn", "pnpm"),
    "python": ("pip", "poetry", "pipenv", "uv"),
    "ruby": ("bundler",),
    "go": ("go",),
    "rust": ("cargo",),
    "gradle": ("gradle",),
    "maven": ("maven",),
    "php": ("composer",),
    "cypress": ("cypress", "npm"),
}


def _known(value: str | None) -> str | None:
    return None if value is None or "<<" in value or "\n" in value else value


def _fill_text(text: str, parameters: Mapping[str, str]) -> str:
    if "<<" not in text:
        return text
    return _PARAMETER.sub(lambda match: parameters.get(match.group(1), match.group()), text)


def _relative(directory: str) -> str | None:
    if not directory or directory in ("~/project", ".", "~/repo"):
        return ""
    if directory.startswith(("/", "~", "$", "<")):
        return "" if directory.startswith("~/") else None
    return directory.removeprefix("./").rstrip("/")


def _shell(name: str) -> Shell:
    """`bash -eo pipefail` unless the shell is named."""
    if not name:
        return Shell("bash", errexit=True, pipefail=True)
    if "powershell" in name or "pwsh" in name:
        return Shell("pwsh")
    if "cmd" in name:
        return Shell("cmd", errexit=False)
    flags = "".join(re.findall(r"(?:^|\s)-([a-zA-Z]+)", name))
    dialect = "sh" if re.search(r"(?:^|/)sh(?:\s|$)", name) else "bash"
    return Shell(dialect, errexit="e" in flags, pipefail="pipefail" in name)
