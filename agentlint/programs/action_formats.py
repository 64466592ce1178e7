"""The table of ready-made CI steps whose result is for eyes unless an input says otherwise: `action-formats.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agentlint.facts.pipeline import Action

FORMS_FOR_EYES = frozenset(
    {"", "text", "table", "cli", "tty", "default", "colored", "standard", "human", "pretty", "false"}
)


@dataclass(frozen=True, slots=True)
class ActionFormat:
    """How one ready-made step could tell a machine. `kind`: "lint", "audit" or "test"; `since`: a major version.

    `commands`: for a step that runs the command of its input `command`, those by which it is of this kind.
    """

    kind: str
    inputs: tuple[str, ...]
    data: tuple[str, ...]
    advice: str
    source: str
    since: int = 0
    commands: frozenset[str] = frozenset()

    def speaks_to_machines(self, action: Action) -> bool:
        """True when an input asks for a form that is not for eyes, or the version is one that did so by itself."""
        if self.commands and self._command(action) not in self.commands:
            return True
        if action.version_number is not None and action.version_number < self.since:
            return True
        values = {name: setting.value for name, setting in action.inputs.items()}
        if any(values.get(name, "").strip().lower() not in FORMS_FOR_EYES for name in self.inputs):
            return True
        return any(part.lower() in text.lower() for part in self.data for pair in values.items() for text in pair)

    def _command(self, action: Action) -> str:
        given = action.inputs.get("command")
        return "".join(given.value.split()[:1]) if given is not None else ""


@cache
def action_formats() -> dict[tuple[str, str], ActionFormat]:
    """The table as shipped, by the step's name and the kind of its result; `*/name` stands for anybody's."""
    import tomli

    data = tomli.loads((Path(__file__).parent / "action-formats.toml").read_text(encoding="utf-8"))
    return {
        (name, raw["kind"]): ActionFormat(
            raw["kind"],
            tuple(raw.get("inputs", ())),
            tuple(raw.get("data", ())),
            raw["advice"],
            raw["source"],
            raw.get("since", 0),
            frozenset(raw.get("commands", ())),
        )
        for raw in data["action"]
        for name in raw["names"]
    }


def untold(action: Action | None, kind: str) -> str:
    """How a ready-made step of this kind, whose result is for eyes only, could tell a machine; "" for any other."""
    if action is None:
        return ""
    name = action.name.lower().partition(":latest")[0]
    of_anybody = f"*/{name.rpartition('/')[2]}"
    entry = action_formats().get((name, kind)) or action_formats().get((of_anybody, kind))
    if entry is None or entry.speaks_to_machines(action):
        return ""
    return entry.advice
