"""The table's entries on caches, cores and reports: complete, and in the language that their readers know."""

from __future__ import annotations

import pytest

from agentlint.judgements.running.patterns import split
from agentlint.programs import Program, table

PROGRAMS = sorted({program.name: program for program in table().programs.values()}.items())


@pytest.mark.parametrize(("name", "program"), PROGRAMS)
def test_entry_names_its_source(name: str, program: Program) -> None:
    assert program.source, f"{name} should say where it is documented"


@pytest.mark.parametrize(("name", "program"), PROGRAMS)
def test_every_fault_has_its_remedy(name: str, program: Program) -> None:
    for fetching in program.fetches:
        assert fetching.what, name
        assert fetching.advice, name
        assert fetching.seconds > 0, name
    for reporting in program.reports:
        assert reporting.always or reporting.none or reporting.advice, name
    for parallelism in program.parallelism:
        assert parallelism.default in {"serial", "parallel"}, name
        assert parallelism.advice or parallelism.default == "parallel", name
        assert not parallelism.test_suite or parallelism.language, name


@pytest.mark.parametrize(("name", "program"), PROGRAMS)
def test_settings_name_tool_and_key(name: str, program: Program) -> None:
    patterns = [pattern for aspect in program.parallelism for pattern in (*aspect.settings, *aspect.serial_settings)]
    patterns += [pattern for aspect in program.reports for pattern in aspect.settings]
    for pattern in patterns:
        tool, colon, key = split(pattern)[0].partition(":")
        assert all((tool, colon, key)), f"{name}: {pattern} should be tool:key"
