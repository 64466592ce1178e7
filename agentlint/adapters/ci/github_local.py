"""What a GitHub job gets from files of its own repository: composite actions and reusable workflows it calls."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from agentlint.adapters.ci.common import Gathering
from agentlint.adapters.ci.edges import OPAQUE
from agentlint.adapters.ci.github_steps import (
    NOTHING_HANDED,
    Handed,
    Surroundings,
    handed_over,
    read_action,
    step_nodes,
)
from agentlint.documents.yaml import YamlNode, read_yaml
from agentlint.facts.pipeline import Action, Step
from agentlint.facts.unit import UnitKind, unit_id
from agentlint.files.source import Place, UndecodableFile

_MAX_DEPTH = 5
_PACKAGE_MANAGER = re.compile(r'"packageManager"\s*:\s*"([^"\n]{1,80})"')
_DEV_ENGINE = re.compile(r'"packageManager"\s*:\s*[\[{][^}\]]{0,200}?"name"\s*:\s*"([^"\n]{1,40})"')
COMPOSITE = "action"
"""Name of the unit that a composite action is."""


def composite_unit(path: str) -> str:
    """The unit id of a composite action's file."""
    return unit_id(path, UnitKind.FUNCTION, COMPOSITE)


def text_of(gathering: Gathering, path: str) -> str | None:
    """The text of another file of the tree, None where it cannot be read."""
    file = gathering.tree.read(path)
    if file is None:
        return None
    try:
        return file.text
    except UndecodableFile:
        return None


def declared_package_manager(gathering: Gathering) -> str:
    """The package manager that the root's package.json declares ("pnpm@9.1.0"), "" if none."""
    text = text_of(gathering, "package.json")
    if not text:
        return ""
    match = _PACKAGE_MANAGER.search(text) or _DEV_ENGINE.search(text)
    return match.group(1) if match else ""


@dataclass(frozen=True, slots=True)
class Local:
    """What a local action gives its caller."""

    handed: Handed = NOTHING_HANDED
    unit: str = ""
    steps: tuple[Step, ...] = ()
    """Its ready-made steps, those of the actions it calls in turn included."""
    units: tuple[str, ...] = ()


def expand(action: Action, step: Step, around: Surroundings, gathering: Gathering, depth: int = 0) -> Local:
    """What a composite action keeps and hands over, as if its steps stood in place of `step`."""
    for name in ("action.yml", "action.yaml"):
        path = f"{action.local}/{name}" if action.local else name
        text = text_of(gathering, path)
        if text is not None:
            break
    else:
        return Local()
    root = read_yaml(text).root
    steps = root.at("runs", "steps") if root is not None else None
    if root is None or steps is None or not steps.is_list:
        return Local()
    inside = replace(around, inputs=_inputs(root, action), package_manager=around.package_manager)
    handed, found = Handed(), Local(unit=composite_unit(path), units=(composite_unit(path),))
    for child, _ in step_nodes(steps):
        uses = child.get("uses")
        if uses is None or not uses.is_scalar or not uses.text:
            continue
        place = Place(path, child.here)
        inner = replace(
            step, action=read_action(uses, child.get("with"), inside), place=place, condition=child.value("if")
        )
        handed = handed.plus(handed_over(replace(inner, place=step.place), around.package_manager))
        found = replace(found, steps=(*found.steps, inner))
        if inner.action is not None and inner.action.name.startswith("./") and depth < _MAX_DEPTH:
            deeper = expand(inner.action, step, inside, gathering, depth + 1)
            handed = handed.plus(deeper.handed)
            found = replace(found, steps=(*found.steps, *deeper.steps), units=(*found.units, *deeper.units))
    return replace(found, handed=handed)


def _inputs(root: YamlNode, action: Action) -> dict[str, str]:
    """The inputs of a composite action: the caller's values over the defaults."""
    found: dict[str, str] = {}
    declared = root.get("inputs")
    for name, value in declared.pairs() if declared is not None else ():
        default = value.value("default")
        given = action.inputs.get(name.lower())
        found[name] = given.value if given is not None else default
    return found


def called_workflow(reference: str, gathering: Gathering) -> tuple[str, Handed, tuple[str, ...]]:
    """A `uses:` of a job: the path (or the reference as written), what may come of it, and the units it calls."""
    if reference.startswith("$/"):
        reference = "./" + reference[2:]
    if not reference.startswith("./"):
        return reference, Handed(artifacts_out=(OPAQUE,), artifacts_in=(OPAQUE,)), ()
    path = reference.removeprefix("./").partition("@")[0]
    text = text_of(gathering, path)
    if text is None:
        return path, Handed(artifacts_out=(OPAQUE,), artifacts_in=(OPAQUE,)), ()
    root = read_yaml(text).root
    jobs = root.get("jobs") if root is not None else None
    units = tuple(unit_id(path, UnitKind.JOB, name) for name, _ in jobs.pairs()) if jobs is not None else ()
    handed = Handed(
        artifacts_out=(OPAQUE,) if "upload-artifact" in text else (),
        artifacts_in=(OPAQUE,) if "download-artifact" in text else (),
        reports=False,
    )
    return path, handed, units
