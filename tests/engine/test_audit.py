"""The engine: suppressions, selection, names of findings, crashes, explicit files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agentlint.config import Config, ConfigError
from agentlint.engine import limit
from agentlint.engine.audit import Audit, audit_files, audit_tree
from agentlint.engine.running import Found, unique
from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.source import Place, Span
from agentlint.fix.applying import apply_fixes
from agentlint.rule import Bad, Category, Confidence, Edit, Fix, Good, Hit, Rule, Severity, Tier
from agentlint.rule.loaded import Check, LoadedRule
from agentlint.rule.registry import Registry


def wizard(command: Command, repository: Repository) -> Iterator[Hit]:
    at = command.program_span.end
    fix = Fix("add --yes", (Edit(command.place.path, Span(at, at), " --yes"),), safe=True)
    if command.option("--yes") is None:
        yield Hit(command.place, f"`{command.program}` asks", command.unit, fix=fix)


def crash(command: Command, repository: Repository) -> Iterator[Hit]:
    yield Hit(command.place, "before the crash", command.unit)
    raise LookupError("no such thing")


def rule(identifier: str, name: str, check: Check = wizard, tier: Tier = Tier.DEFAULT) -> LoadedRule:
    made = Rule(
        id=identifier,
        name=name,
        category=Category.INTERACTIVE,
        summary="s",
        why="w",
        remediation="r",
        severity=Severity.BLOCKER,
        bad=(Bad({"a.sh": "wizard\n"}, at=("a.sh:1",)),),
        good=(Good({"a.sh": "true\n"}, because="b"),),
        confidence=Confidence.HIGH,
        tier=tier,
        programs=frozenset({"wizard"}),
        aliases=("OLD1",) if identifier == "TST101" else (),
    )
    return LoadedRule(made, check, Command, "test", Path("x.py"))


REGISTRY = Registry((rule("TST101", "first-rule"), rule("TST202", "second-rule", tier=Tier.PEDANTIC)))


def audit(text: str, **config: object) -> Audit:
    return audit_files({"a.sh": text.encode()}, Config(strict=True, **config), REGISTRY)  # type: ignore[arg-type]


def lines(found: Audit) -> list[tuple[str, int]]:
    return [(finding.rule, finding.line) for finding in found.findings]


def test_place_of_a_finding() -> None:
    finding = audit("#!/bin/sh\n  wizard new\n").findings[0]
    assert (finding.start, finding.end) == ((2, 3), (2, 13))
    assert finding.verify == "agentlint check a.sh --select TST101"


@pytest.mark.parametrize(
    "text",
    [
        "wizard # agentlint: ignore[TST101] by hand only\n",
        "# agentlint: ignore[TST101] by hand only\nwizard\n",
        "# agentlint: ignore[first-rule] by name\nwizard\n",
        "# agentlint: ignore[OLD1] by an earlier name\nwizard\n",
        "# agentlint: ignore[TST101] by hand only\n# another comment\nwizard\n",
    ],
)
def test_suppression_holds(text: str) -> None:
    found = audit(text)
    assert not found.findings
    assert found.suppressed == 1
    assert not found.notes


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("wizard # agentlint: ignore[TST101]\n", "needs a reason"),
        ("wizard # agentlint: ignore because I say so\n", "names its rules"),
        ("# agentlint: ignore[TST101] too far up\ntrue\nwizard\n", "unused"),
        ("wizard # agentlint: ignore[TST202] another rule\n", "unused"),
    ],
)
def test_suppression_that_does_not_hold(text: str, note: str) -> None:
    found = audit(text)
    assert [item[0] for item in lines(found)] == ["TST101"]
    assert [note in item.message for item in found.notes] == [True]


def test_a_python_text_that_looks_like_a_comment_is_none() -> None:
    source = b'text = """\nwizard  # agentlint: ignore[TST101]\n"""\nother = 1  # agentlint: ignore[TST101] unused\n'
    found = audit_files({"a.py": source}, Config(strict=True), REGISTRY)
    assert [(note.line, "unused" in note.message) for note in found.notes] == [(4, True)]


def test_unused_is_said_only_of_rules_that_ran() -> None:
    assert not audit("true # agentlint: ignore[TST101] x\n", ignore=("TST101",)).notes


def test_pedantic_is_asked_for() -> None:
    assert lines(audit("wizard\n")) == [("TST101", 1)]
    assert lines(audit("wizard\n", pedantic=True)) == [("TST101", 1), ("TST202", 1)]
    assert lines(audit("wizard\n", select=("TST202",))) == [("TST202", 1)]
    assert lines(audit("wizard\n", select=("TST2",))) == []


def test_of_two_readings_of_one_place_the_weightier_is_kept() -> None:
    first = rule("TST101", "first-rule")
    place = Place("run.sh", Span(0, 6))
    hits = (Hit(place, "seldom", tier=Tier.PEDANTIC), Hit(place, "always"), Hit(place, "always again"))
    assert [item.hit.message for item in unique(Found(first, hit, "", ()) for hit in hits)] == ["always"]


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        ({"select": ("TST",)}, ["TST101"]),
        ({"select": ("interactive",), "ignore": ("TST1",)}, []),
        ({"select": ("TST101",), "ignore": ("TST",)}, ["TST101"]),
        ({"select": ("second-rule",), "extend_select": ("first-rule",)}, ["TST101", "TST202"]),
        ({"ignore": ("all",)}, []),
        ({"per_file_ignores": {"*.sh": ("TST",)}}, []),
        ({"per_file_ignores": {"sub/*.sh": ("TST",)}}, ["TST101"]),
    ],
)
def test_selection(config: dict[str, object], wanted: list[str]) -> None:
    assert [item[0] for item in lines(audit("wizard\n", **config))] == wanted


def test_an_unknown_rule_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'TST101'"):
        audit("wizard\n", select=("TST1O1",))


def test_fingerprints_stay_when_lines_move() -> None:
    before = [finding.fingerprint for finding in audit("wizard a\nwizard b\nwizard b\n").findings]
    after = [finding.fingerprint for finding in audit("#!/bin/sh\n\nwizard a\ntrue\n  wizard b\nwizard b\n").findings]
    assert before == after
    assert len(set(before)) == 3


def test_a_crash_costs_one_rule_on_one_file() -> None:
    registry = Registry((rule("TST101", "first-rule"), rule("TST303", "crashing-rule", crash)))
    files = {"a.sh": b"wizard\nwizard\n", "b.sh": b"true\n"}
    found = audit_files(files, Config(), registry)
    assert lines(found) == [("TST101", 1), ("TST303", 1), ("TST101", 2)]
    assert len(found.errors) == 1
    assert "TST303 (crashing-rule) of test crashed (LookupError: no such thing)" in found.errors[0].message
    assert "--ignore TST303" in found.errors[0].message
    with pytest.raises(LookupError):
        audit_files(files, Config(strict=True), registry)


def endless(command: Command, repository: Repository) -> Iterator[Hit]:
    yield Hit(command.place, "before the end", command.unit)
    while command.program:
        pass


def test_a_rule_that_never_ends_costs_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limit, "SECONDS", 0.05)
    registry = Registry((rule("TST101", "first-rule"), rule("TST303", "endless-rule", endless)))
    found = audit_files({"a.sh": b"wizard\n", "b.sh": b"wizard\n"}, Config(), registry)
    assert [finding.path for finding in found.findings if finding.rule == "TST101"] == ["a.sh", "b.sh"]
    assert [error.path for error in found.errors] == [".", "a.sh", "b.sh"]
    assert "TST303 took too long on 2 files; it was not asked for the others" in found.errors[0].message
    assert "TST303 (endless-rule) of test crashed (TooSlow: more than 0.05 seconds" in found.errors[1].message


def test_rules_that_all_hang_end_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What they share hangs: it is not tried for each of a hundred rules."""
    monkeypatch.setattr(limit, "SECONDS", 0.05)
    many = [rule(f"TST3{number:02}", f"endless-{number}", endless) for number in range(20)]
    found = audit_files({"a.sh": b"wizard\n"}, Config(), Registry(tuple(many)))
    assert [error.path for error in found.errors] == [".", "a.sh", "a.sh", "a.sh"]
    assert "TST300, TST301, TST302 took too long; the other rules were not asked" in found.errors[0].message


def test_explicit_files_are_judged_with_the_rest_for_context(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text("wizard\n")
    (tmp_path / "b.sh").write_text("wizard\n")
    (tmp_path / "Makefile").write_text("test:\n\t./a.sh\n")
    found = audit_tree(tmp_path, Config(strict=True), ["a.sh"], REGISTRY)
    assert [finding.path for finding in found.findings] == ["a.sh"]
    assert found.score is None
    assert found.findings[0].reach > 0.5


def test_fixes_go_in_together_and_settle() -> None:
    found = audit("wizard a\r\nwizard b\r\n")
    applied = apply_fixes(found.findings, found.source)
    assert applied.texts == {"a.sh": "wizard --yes a\r\nwizard --yes b\r\n"}
    assert not audit(applied.texts["a.sh"]).findings


def test_fixes_that_meet_are_skipped_and_said() -> None:
    found = audit("wizard\n")
    finding = found.findings[0]
    other = Fix("say --no", (Edit("a.sh", Span(0, 6), "wizard --no"),), safe=True)
    applied = apply_fixes([finding, replace(finding, fix=other)], found.source)
    assert applied.texts == {"a.sh": "wizard --yes\n"}
    assert [(item.fix, "same place" in why) for item, why in applied.skipped] == [(other, True)]


def test_same_input_same_result() -> None:
    files = {f"{name}.sh": b"wizard a\nwizard b\n" for name in "cab"}
    first, second = (audit_files(files, Config(strict=True), REGISTRY) for _ in range(2))
    assert first.findings == second.findings
    assert [finding.order for finding in first.findings] == sorted(finding.order for finding in first.findings)


def test_nothing_is_told_of_files_that_are_left_out_though_they_are_there() -> None:
    page = b"# Pod\n\nSee [how to help](CONTRIBUTING.md).\n"
    front = b"# x\n\nSee [the pod](Pods/README.md) and [that](Pods/GONE.md).\n"
    told = [
        finding
        for finding in audit_files({"README.md": front, "Pods/README.md": page}).findings
        if finding.rule == "CTX706"
    ]
    assert [(finding.path, finding.message) for finding in told] == [
        ("README.md", "`Pods/GONE.md` does not exist; correct or remove the link")
    ]
