"""Environment variables that a script cannot do without."""

from __future__ import annotations

from agentlint.adapters.shell.expand import Outer
from agentlint.adapters.shell.names import is_system
from agentlint.adapters.shell.sink import Sink
from agentlint.adapters.shell.summary import Summary
from agentlint.documents.shell import Part
from agentlint.facts.interface import EnvironmentRead
from agentlint.files.source import Place

MAX_READS = 500


def note_environment_read(part: Part, summary: Summary, sink: Sink, outer: Outer, unit: str) -> None:
    """Note an upper-case variable that comes from outside: required for `${X:?}`, optional with a default."""
    name = part.name
    if not name.isupper() or len(name) < 2 or is_system(name) or not name.replace("_", "").isalnum():
        return
    origins = summary.origins.get(name, ())
    if any(name not in origin.names for origin in origins):
        return
    required = part.operator in {":?", "?"}
    if not required and part.operator not in {":-", "-", ":=", "="}:
        return
    known = sink.environment_reads.get(name)
    if (known is None and len(sink.environment_reads) < MAX_READS) or (known and required and not known.required):
        sink.environment_reads[name] = EnvironmentRead(name, required, Place(sink.path, outer(part.span)), unit)
