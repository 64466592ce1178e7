"""Environment, directory, loops, units."""

from __future__ import annotations

import pytest

from agentlint.facts.unit import UnitKind, unit_id
from tests.shell.support import in_script, reading, script, the

ENVIRONMENT: list[tuple[str, dict[str, str]]] = [
    ("A=1 probe", {"A": "1"}),
    ("export A=1\nprobe", {"A": "1"}),
    ("A=1; export A; probe", {"A": "1"}),
    ("A=1; probe", {}),
    ("export A=1; unset A; probe", {}),
    ("set -a; A=1; probe", {"A": "1"}),
    ("declare -x A=1; probe", {"A": "1"}),
    ("export A=1; A=2; probe", {"A": "2"}),
    ("env A=1 probe", {"A": "1"}),
    ("sudo A=1 probe", {"A": "1"}),
    ("export A=$(x); probe", {"A": "$A"}),
    ("(export A=1); probe", {}),
    ("if x; then export A=1; fi; probe", {}),
    ("export A=1\nf() { probe; }\nf", {"A": "1"}),
    ("f() { export A=1; probe; }\nf", {"A": "1"}),
    ("A=1 bash -c 'probe'", {"A": "1"}),
]


@pytest.mark.parametrize(("text", "expected"), ENVIRONMENT)
def test_environment(text: str, expected: dict[str, str]) -> None:
    assert the(text).environment == expected


def test_environment_from_outside_is_merged() -> None:
    assert the("A=2 probe", environment={"A": "1", "B": "1"}).environment == {"A": "2", "B": "1"}


DIRECTORIES = [
    ("cd sub && probe", "sub"),
    ("cd sub\ncd deeper\nprobe", "sub/deeper"),
    ("cd sub\ncd ..\nprobe", ""),
    ("(cd sub); probe", ""),
    ("(cd sub && probe)", "sub"),
    ('cd "$X"; probe', None),
    ("cd ..; probe", None),
    ("cd /tmp; probe", None),
    ("pushd sub; probe", "sub"),
    ("pushd sub; popd; probe", ""),
    ("cd a; pushd b; pushd c; popd; probe", "a/b"),
    ("pushd a; pushd b; pushd; probe", "a"),
    ("pushd a; pushd +1; probe", None),
    ("popd; probe", None),
    ("if x; then pushd a; else pushd b; fi; popd; probe", ""),
    ("D=sub; cd $D; probe", "sub"),
    ("if x; then cd a; fi; probe", None),
]


@pytest.mark.parametrize(("text", "expected"), DIRECTORIES)
def test_directory(text: str, expected: str | None) -> None:
    assert the(text).directory == expected


ENDS = [
    ("cd ../web/app; probe", "web/app"),
    ("cd ../web; cd app; probe", "web/app"),
    ("pushd ../web/; pushd ../api; probe", "api"),
    ("pushd ../web; popd; pushd ../api; probe", "api"),
    ('cd "$TOP/web/app"; probe', "web/app"),
    ('cd "$TOP/web"; probe', ""),
    ('cd "$TMPDIR/web/app"; probe', "/app"),
    ('cd "$X"; cd app; probe', ""),
    ("cd /srv/web/app; probe", ""),
    ("cd sub; probe", ""),
    ("if x; then cd ../a; else cd ../b; fi; probe", ""),
]


@pytest.mark.parametrize(("text", "expected"), ENDS)
def test_end_of_an_unknown_directory(text: str, expected: str) -> None:
    assert the(text).directory_end == expected


SCRIPT_DIRECTORIES = [
    ('cd "$(dirname "$0")"\nprobe', "scripts"),
    ('cd "$(dirname "$0")/.."\nprobe', ""),
    ('cd "$(dirname "${BASH_SOURCE[0]}")/../web" || exit\nprobe', "web"),
    ("cd `dirname $0`\nprobe", "scripts"),
    ('cd "${0%/*}"\nprobe', "scripts"),
]


@pytest.mark.parametrize(("text", "expected"), SCRIPT_DIRECTORIES)
def test_directory_of_a_script(text: str, expected: str) -> None:
    assert in_script(text).directory == expected


def test_loops_and_background() -> None:
    assert the("for x in a; do probe; done").in_loop
    assert the("until probe; do sleep 1; done").in_loop
    assert not the("for x in a; do y; done; probe").in_loop
    assert the("probe &").background


def test_functions_are_units_of_a_script() -> None:
    found = script("install() { probe; }\nmain() { install; }\nmain\n")
    names = {unit.name: unit for unit in found.units}
    assert set(names) == {"scripts/run.sh", "install", "main"}
    inside = unit_id("scripts/run.sh", UnitKind.FUNCTION, "install")
    assert [c.unit for c in found.commands if c.program == "probe"] == [inside]
    assert names["main"].calls == (inside,)
    assert names["scripts/run.sh"].calls == (names["main"].id,)


def test_functions_stay_in_the_unit_of_a_step() -> None:
    assert {command.unit for command in reading("f() { probe; }\nf").commands} == {"unit"}


def test_required_variables() -> None:
    found = script('a "${TOKEN:?needed}" "${OTHER:-x}" "$HOME"\nMINE=1\nb "${MINE:-2}"\n').environment_reads
    assert [(read.name, read.required) for read in found] == [("TOKEN", True), ("OTHER", False)]


def test_shebang_flags() -> None:
    from agentlint.facts.command import Status

    assert in_script("#!/bin/bash -e\nprobe\nlast\n").status is Status.COUNTED


@pytest.mark.parametrize("line", ['eval "options=\\${$var-}"', 'eval "end=\\${#${name}[@]}"', "eval isset=\\${$var+x}"])
def test_code_that_names_a_variable_first_is_no_error(line: str) -> None:
    """What `eval` is given is code only when the name is put in."""
    from agentlint.engine.audit import audit_files

    script = f"#!/bin/bash\nf() {{\n  local var=$1\n  {line}\n}}\nf x\n"
    assert not audit_files({"x.sh": script.encode()}).errors
