"""Steps of GitHub jobs and composite actions: scripts, shells, ready-made actions, what they keep and hand over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from agentlint.adapters.ci.common import (
    Gathering,
    Shell,
    condition_guard,
    environment,
    number,
    settings,
    texts,
    version_number,
)
from agentlint.adapters.ci.edges import OPAQUE
from agentlint.adapters.ci.github_matrix import NO_LEGS, Legs
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.yaml import YamlNode
from agentlint.facts.checkout import below_checkout
from agentlint.facts.command import EMPTY, Command, Guard
from agentlint.facts.pipeline import Action, Cache, Setting, Step
from agentlint.files.lines import line_end
from agentlint.files.source import Place
from agentlint.programs.actions import actions

_FLAGS = re.compile(r"(?:^|\s)-([a-zA-Z]+)\b")
_ON_WINDOWS = re.compile(r"^[^|!]*\b(?:matrix\.[\w.-]+|runner\.os)\s*==\s*'windows[^'|]*'[^|]*$", re.IGNORECASE)
_BASH = Shell("bash", errexit=True, pipefail=True)
_SHELLS = {
    "": Shell("bash", errexit=True, pipefail=False),
    "bash": _BASH,
    "sh": Shell("sh", errexit=True, pipefail=False),
    "pwsh": Shell("pwsh", errexit=True, pipefail=False),
    "powershell": Shell("pwsh", errexit=True, pipefail=False),
    "cmd": Shell("cmd", errexit=False, pipefail=False),
    "python": Shell("python", errexit=True, pipefail=False),
    "msys2": _BASH,
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What holds for a step from outside: of the job, its workflow, or the composite action's caller."""

    unit: str
    environment: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    inputs: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    shell: str = ""
    directory: str = ""
    windows: bool = False
    container: bool = False
    legs: Legs = NO_LEGS
    swallowed: bool = False
    package_manager: str = ""


_BASHES = frozenset({"msys2", "micromamba-shell", "wsl-bash", "cpa.sh"})
"""Commands that a step's set-up brings and that run a script in bash.
Sources: READMEs of msys2/setup-msys2, mamba-org/setup-micromamba, Vampire/setup-wsl, cross-platform-actions/action."""
_SYSTEMS = frozenset(
    "freebsd openbsd netbsd dragonflybsd omnios solaris openindiana midnightbsd tribblix haiku ghostbsd".split()
)
"""Virtual machines of vmactions, which are shells of that name once they run; `alpine.sh` of jirutka/setup-alpine is known by its
ending."""


def shell_of(name: str, around: Surroundings) -> Shell:
    """How GitHub runs a script: `bash -e` unless the shell is named, which adds pipefail; pwsh on Windows."""
    if not name:
        if around.windows:
            return _SHELLS["pwsh"]
        return _SHELLS["sh"] if around.container else _SHELLS[""]
    if name in _SHELLS:
        return _SHELLS[name]
    name = name.replace("\\", "/").replace(".exe", "")
    program = name.split()[0].rsplit("/", 1)[-1] if name.split() else ""
    if program in _BASHES:
        return _BASH
    if program in _SYSTEMS or program.endswith((".sh", "-sh")):
        return Shell("sh", errexit=False)
    if program in ("pwsh", "powershell", "cmd", "python"):
        return _SHELLS[program]
    inner = next((word for word in ("bash", "zsh", "sh", "fish") if re.search(rf"(?:^|[\s/]){word}(?:\s|$)", name)), "")
    if inner:
        flags = "".join(match.group(1) for match in _FLAGS.finditer(name))
        return Shell("sh" if inner == "sh" else "bash", errexit="e" in flags, pipefail="pipefail" in name)
    if "python" in name:
        return _SHELLS["python"]
    if "${{" in name:
        return _SHELLS[""]
    return _SHELLS["python"]


def read_steps(node: YamlNode | None, around: Surroundings, gathering: Gathering) -> tuple[Step, ...]:
    """All steps of a list."""
    return tuple(
        _read_step(index, child, together, around, gathering)
        for index, (child, together) in enumerate(step_nodes(node))
    )


def step_nodes(node: YamlNode | None) -> Iterator[tuple[YamlNode, int]]:
    """The steps of a list, those of `parallel:` groups included, each with the number of what it runs together with.

    A `background: true` step runs beside those after it, up to the first that waits for it or ends it.
    Source: docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsbackground.
    """
    groups, around, running = 0, 0, set[str]()
    for child in node.children if node is not None and node.is_list else ():
        if not child.is_map:
            continue
        parallel = child.get("parallel")
        if parallel is not None and parallel.is_list:
            groups += 1
            yield from ((inner, groups) for inner in parallel.children if inner.is_map)
            continue
        running -= {*texts(child.get("wait")), *texts(child.get("cancel"))}
        if child.get("wait-all") is not None:
            running.clear()
        background = child.get("background")
        if background is not None and background.truth is True:
            if not running:
                around = groups = groups + 1
            running.add(child.value("id") or str(child.span.start))
        yield child, around if running else 0


def _read_step(index: int, node: YamlNode, together: int, around: Surroundings, gathering: Gathering) -> Step:
    tolerated = node.get("continue-on-error")
    background = node.get("background")
    step = Step(
        index=index,
        place=Place(gathering.path_of(node), node.here),
        name=node.value("name") or node.value("id"),
        condition=node.value("if"),
        continue_on_error=tolerated is not None and tolerated.truth is True,
        timeout_minutes=number(node.get("timeout-minutes")),
        shell=node.value("shell") or around.shell,
        environment=environment(node.get("env"), around.environment),
        together=together,
    )
    uses, run = node.get("uses"), node.get("run")
    if uses is not None and uses.is_scalar and uses.text:
        action = read_action(uses, node.get("with"), around)
        given = _scripts_of(action, node, step, around, gathering)
        return replace(step, action=action, commands=given, gate=bool({"gate"} & actions().roles(action)))
    if run is not None and run.is_scalar:
        step = _with_script(step, node, run, around, gathering)
    if background is not None and background.truth is True:
        step = replace(step, commands=tuple(replace(command, background=True) for command in step.commands))
    return step


def _with_script(step: Step, node: YamlNode, run: YamlNode, around: Surroundings, gathering: Gathering) -> Step:
    if not step.shell and _ON_WINDOWS.search(step.condition):
        around = replace(around, windows=True)
    given = {"env": step.environment, "inputs": around.inputs}
    text = around.legs.fill(run.embedded(), given)
    directory = clean_directory(node.value("working-directory") or around.directory)
    of_legs = around.legs.written(text.text) if gathering.path_of(run) == gathering.path else ()
    read = (
        gathering.script(
            one,
            around.unit,
            shell_of(around.legs.fill_text(step.shell, given), around),
            path=gathering.path_of(run),
            environment=step.environment,
            directory=directory,
            step=step.index,
            guards=_guards(node),
            swallowed=around.swallowed or (step.continue_on_error and not _is_looked_at(node, gathering)),
        )
        for one in ([value.embedded() for value in of_legs] or [text])
    )
    return replace(step, script=text.text, commands=tuple(command for commands in read for command in commands))


def _is_looked_at(node: YamlNode, gathering: Gathering) -> bool:
    """True for a step whose outcome an expression of the file reads (`steps.first.outcome == 'failure'`), as tries in a row do."""
    name = node.value("id")
    text = gathering.files.get(gathering.path_of(node), "")
    return bool(name) and re.search(rf"\bsteps\.{re.escape(name)}\.(?:outcome|conclusion)\b", text) is not None


def _guards(node: YamlNode) -> tuple[Guard, ...]:
    condition = node.get("if")
    return condition_guard(condition.text, condition.span) if condition is not None and condition.is_scalar else ()


def clean_directory(directory: str) -> str | None:
    """A working directory relative to the root; None where an expression stands in it."""
    below = below_checkout(directory)
    directory = directory if below is None else below
    if "$" in directory or directory.startswith(("/", "~")):
        return None
    parts = [part for part in directory.split("/") if part not in ("", ".")]
    return None if ".." in parts else "/".join(parts)


_USUAL_SCRIPT_INPUTS = (
    "run",
    "script",
    "command",
    "commands",
    "cmd",
    "install-command",
    "build-command",
    "test-command",
)
"""What actions that no table knows call the shell text they run."""
_OF_WHEELS = re.compile(r"CIBW_(?:BEFORE_(?:ALL|BUILD|TEST)|TEST_COMMAND)(?:_(?:LINUX|MACOS|ANDROID|IOS))?\Z")
"""Variables that hold what cibuildwheel runs; those of Windows are for another shell. Source: cibuildwheel.pypa.io/en/stable/options."""
_SHELL_TEXT = re.compile(
    r"(?:\s*#[^\n]*\n)*\s*(?:(?:sudo|set|cd|export|bash|sh|make|cmake|npm|npx|pnpm|yarn|bun|node|go|cargo|rustup|python3?|pip3?|uv|poetry|tox|nox"
    r"|pytest|docker|podman|gradle|mvn|dotnet|composer|php|bundle|rake|gem|apt-get|apt|dnf|yum|apk|brew|pkg|curl|wget|git|echo)\s|\./|\.\\|\w+/[\w./-]+\.sh\b)"
)
"""By its first words a line of shell, and neither one word of an action's own (`command: deploy`) nor JavaScript."""


def _scripts_of(
    action: Action, node: YamlNode, step: Step, around: Surroundings, gathering: Gathering
) -> tuple[Command, ...]:
    """Commands that an action runs: out of its inputs (a retry, a virtual machine), or the program of its name."""
    given = node.get("with")
    found: list[Command] = []
    for source, text in _texts_of(action, node, given):
        found.extend(
            gathering.script(
                around.legs.fill(text, {"env": step.environment, "inputs": around.inputs}),
                around.unit,
                _SHELLS["sh"],
                path=gathering.path_of(source),
                environment=step.environment,
                directory=clean_directory(given.value("working-directory") if given is not None else ""),
                step=step.index,
                guards=_guards(node),
                swallowed=around.swallowed or (step.continue_on_error and not _is_looked_at(node, gathering)),
            )
        )
    return tuple(found)


def _texts_of(action: Action, node: YamlNode, given: YamlNode | None) -> Iterator[tuple[YamlNode, EmbeddedText]]:
    """The shell texts that an action runs, each with the node it stands in."""
    entry, uses = actions().of(action), node.get("uses")
    if entry is not None and entry.runs_program and uses is not None and "@" in uses.text:
        end = uses.text.index("@")
        yield uses, uses.embedded().slice(uses.text.rindex("/", 0, end) + 1, end)
    variables = node.get("env") if action.name == "pypa/cibuildwheel" else None
    for variable, told in variables.pairs() if variables is not None else ():
        if _OF_WHEELS.match(variable) and told.is_scalar and not told.is_null:
            yield told, told.embedded()
    for name in entry.script_inputs if entry is not None else _USUAL_SCRIPT_INPUTS:
        value = given.get(name) if given is not None else None
        if value is None or not value.is_scalar or value.is_null:
            continue
        if entry is not None or _SHELL_TEXT.match(value.text):
            yield value, value.embedded()


def read_action(uses: YamlNode, given: YamlNode | None, around: Surroundings) -> Action:
    """What a `uses:` names; the version told from a comment behind a commit hash where there is one."""
    text = uses.text.strip()
    inputs = settings(given, lower=True)
    names = {"env": around.environment, "inputs": around.inputs}
    inputs = {
        name: replace(setting, value=around.legs.fill_text(setting.value, names)) for name, setting in inputs.items()
    }
    if text.startswith("docker://"):
        name, _, version = text.removeprefix("docker://").partition(":")
        return Action("docker://" + name.lower(), version, version_number(version), "", inputs)
    if text.startswith("$/"):
        text = "./" + text[2:]
    if text.startswith("."):
        local = clean_directory(text) or ""
        return Action(text.lower(), "", None, local, inputs)
    name, _, version = text.partition("@")
    return Action(name.lower(), version, version_number(version, comment_behind(uses)), "", inputs)


def comment_behind(node: YamlNode) -> str:
    """The comment on the line of a node, "" if none."""
    end = line_end(node.source, node.span.end)
    rest = node.source[node.span.end : end][:200]
    return rest.partition("#")[2]


@dataclass(frozen=True, slots=True)
class Handed:
    """What the steps of a job keep and hand over."""

    caches: tuple[Cache, ...] = ()
    artifacts_out: tuple[str, ...] = ()
    artifacts_in: tuple[str, ...] = ()
    reports: bool = False

    def plus(self, other: Handed) -> Handed:
        """Both together."""
        return Handed(
            self.caches + other.caches,
            self.artifacts_out + other.artifacts_out,
            self.artifacts_in + other.artifacts_in,
            self.reports or other.reports,
        )


NOTHING_HANDED = Handed()


def handed_over(step: Step, package_manager: str) -> Handed:
    """What one ready-made step keeps and hands over."""
    action = step.action
    if action is None:
        return Handed()
    known = actions()
    roles = known.roles(action)
    return Handed(
        known.caches(action, step.place.span, package_manager),
        _artifact_names(action.inputs, "artifact") if "upload-artifact" in roles else (),
        _artifact_names(action.inputs, OPAQUE) if "download-artifact" in roles else (),
        bool("test-report" in roles),
    )


def _artifact_names(inputs: Mapping[str, Setting], default: str) -> tuple[str, ...]:
    for name in ("name", "pattern"):
        if name in inputs and inputs[name].value.strip():
            return (inputs[name].value.strip(),)
    return (default,)
