"""The anatomy of a rule and of what it reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from agentlint.files.source import Place, Span


class Category(str, Enum):
    """The nine categories, by their exact names in every output."""

    INTERACTIVE = "interactive"
    BROWSER_AUTH = "browser-auth"
    NO_CACHE = "no-cache"
    SERIAL = "serial"
    HUMAN_OUTPUT = "human-output"
    WAIT = "wait"
    FEEDBACK = "feedback"
    AGENT_CONTEXT = "agent-context"
    REPRODUCIBILITY = "reproducibility"


class Severity(str, Enum):
    """How bad it is, worst first."""

    BLOCKER = "blocker"
    MAJOR = "major"
    MINOR = "minor"
    INFO = "info"


class Confidence(str, Enum):
    """How sure the matcher is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Tier(str, Enum):
    """Who sees it: everybody, or those who asked for `--pedantic`."""

    DEFAULT = "default"
    PEDANTIC = "pedantic"


class Station(str, Enum):
    """The stations of the loop, in order."""

    SET_UP = "set-up"
    BUILD = "build"
    CHECK = "check"
    TEST = "test"
    CI = "ci"
    DELIVER = "deliver"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one instance costs a visit of its station: seconds, or the chance that it blocks for good.

    `basis` is "estimate" or "measured"; `source` names the evidence.
    """

    seconds: float = 0.0
    blocks: bool = False
    basis: str = "estimate"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `span` of `path` by `text`; an empty span inserts."""

    path: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A mending: `safe` only where behaviour for a person at a terminal stays what they would want."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule's `check` yields. The engine adds category, station, reach, line and column.

    Everything but place and message defaults to the rule's own. `unit` is the unit the fact belongs to: give it, for
    reach and station come from it.
    """

    place: Place
    message: str
    unit: str = ""
    severity: Severity | None = None
    confidence: Confidence | None = None
    tier: Tier | None = None
    cost: Cost | None = None
    station: Station | None = None
    remediation: str = ""
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Bad:
    """A small tree that is flagged, and where: `at` holds "path:line" for each finding, in order of path and line.

    `fixed` maps paths to their text after the fix (safe or not); leave it empty for a rule or case without one.
    """

    files: Mapping[str, str]
    at: tuple[str, ...]
    fixed: Mapping[str, str] | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Good:
    """A near miss: a small tree that is not flagged, and why it is fine."""

    files: Mapping[str, str]
    because: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's whole truth but its matcher. `name` is a slug of words; `id` its code (prefix of the category).

    `programs` narrows a rule on commands to these programs (the engine indexes by it); empty: all commands.
    `evidence` names entries of the evidence table ("E37"). `aliases` are earlier names.
    """

    id: str
    name: str
    category: Category
    summary: str
    why: str
    remediation: str
    severity: Severity
    bad: tuple[Bad, ...]
    good: tuple[Good, ...]
    confidence: Confidence = Confidence.HIGH
    tier: Tier = Tier.DEFAULT
    cost: Cost = Cost()
    station: Station | None = None
    programs: frozenset[str] = frozenset()
    evidence: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    since: str = "0.1.0"
    aliases: tuple[str, ...] = ()
