"""The published JSON Schema of the JSON report, made from the same enumerations that the report is."""

from __future__ import annotations

from enum import Enum
from typing import Any

from agentlint.report.json import SCHEMA_VERSION
from agentlint.rule.model import Category, Confidence, Severity, Station, Tier


def schema() -> dict[str, Any]:
    """The schema as plain data."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "agentlint report",
        "description": "Paths are relative to the audited root with forward slashes; lines and columns are 1-based.",
        **_object(
            schema_version={"const": SCHEMA_VERSION},
            tool=_object(name={"const": "agentlint"}, version=_TEXT),
            root={"const": "."},
            score=_score(),
            findings=_list(_finding()),
            errors=_list(_place(message=_TEXT)),
            notes=_list(_place(message=_TEXT)),
            files=_object(
                seen=_COUNT,
                read=_COUNT,
                skipped=_list(_object(path=_TEXT, reason=_TEXT, files={"type": "integer", "minimum": 1})),
            ),
            suppressed=_COUNT,
            baselined=_COUNT,
        ),
    }


_TEXT: dict[str, Any] = {"type": "string"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_LINE: dict[str, Any] = {"type": "integer", "minimum": 1}
_SHARE: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 1}
_SECONDS: dict[str, Any] = {"type": "number", "minimum": 0}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _one_of(kind: type[Enum]) -> dict[str, Any]:
    return {"enum": [item.value for item in kind]}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _place(**more: dict[str, Any]) -> dict[str, Any]:
    return _object(path={"type": "string", "minLength": 1, "not": {"pattern": r"^/|\\"}}, line=_LINE, **more)


def _span(**more: dict[str, Any]) -> dict[str, Any]:
    return _place(column=_LINE, end_line=_LINE, end_column=_LINE, **more)


def _finding() -> dict[str, Any]:
    fix = _object(title=_TEXT, safe={"type": "boolean"}, edits=_list(_span(text=_TEXT)))
    span = _span()["properties"]
    return _object(
        rule={"type": "string", "pattern": "^[A-Z]{2,8}[0-9]{2,5}$"},
        name=_TEXT,
        category=_one_of(Category),
        severity=_one_of(Severity),
        **span,
        message={"type": "string", "minLength": 1},
        remediation=_TEXT,
        station=_one_of(Station),
        reach=_SHARE,
        cost=_object(
            seconds=_SECONDS, blocks={"type": "boolean"}, basis={"enum": ["estimate", "measured"]}, source=_TEXT
        ),
        gain={"type": "number"},
        confidence=_one_of(Confidence),
        tier=_one_of(Tier),
        fingerprint={"type": "string", "pattern": "^[0-9a-f]{16}$"},
        verify=_TEXT,
        fix=_or_null(fix),
    )


def _score() -> dict[str, Any]:
    fault = _object(rule=_TEXT, closes=_SHARE, adds=_SECONDS, instances=_LINE)
    station = _object(
        station=_one_of(Station),
        assessed={"type": "boolean"},
        weight=_or_null(_SHARE),
        seconds=_or_null(_SECONDS),
        added_seconds=_or_null(_SECONDS),
        open=_or_null(_SHARE),
        flow=_or_null(_SHARE),
        share=_or_null(_SHARE),
        faults=_list(fault),
        **{"pass": _or_null(_SHARE)},
    )
    remedy = _object(rule=_TEXT, station=_one_of(Station), instances=_LINE, gain={"type": "number"})
    return _object(
        value=_or_null({"type": "number", "minimum": 0, "maximum": 100}),
        level=_or_null({"type": "integer", "minimum": 1, "maximum": 5}),
        level_name=_or_null(_TEXT),
        bottleneck=_or_null(_one_of(Station)),
        unattended_chance=_or_null(_SHARE),
        stations=_list(station),
        remedies=_list(remedy),
    )
