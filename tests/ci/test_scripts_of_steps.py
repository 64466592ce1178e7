"""Shell text that a ready-made step of a maker nobody knows is given to run."""

from __future__ import annotations

import pytest

from agentlint.engine.audit import audit_files

_WORKFLOW = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: maker/step@v1\n        with:\n          %s\n"


@pytest.mark.parametrize(
    ("given", "programs", "directory"),
    [
        ("run: go test ./...", ["go"], ""),
        ("run: |\n            # all of it\n            npm ci\n            npm test", ["npm", "npm"], ""),
        ("script: ./ci/run.sh\n          working-directory: app", ["run.sh"], "app"),
        ("command: deploy", [], ""),
        ("script: |\n            const found = await github.rest.issues.get({})\n            return found", [], ""),
        ("name: go test ./...", [], ""),
    ],
)
def test_what_an_unknown_step_runs(given: str, programs: list[str], directory: str) -> None:
    repository = audit_files({".github/workflows/ci.yml": (_WORKFLOW % given).encode()}).repository
    commands = repository.pipelines[0].jobs[0].commands
    assert [command.program for command in commands] == programs
    assert all(command.directory == directory for command in commands)


@pytest.mark.parametrize(
    ("step", "reaches"),
    [
        ("uses: pypa/cibuildwheel@v3.1.0", True),
        ("run: python -m cibuildwheel --output-dir out", True),
        ("run: pipx run cibuildwheel --print-build-identifiers", False),
        ("uses: pypa/build@v1", False),
    ],
)
def test_wheels_are_tested_by_what_the_settings_say(step: str, reaches: bool) -> None:
    files = {
        ".github/workflows/ci.yml": f"on: push\njobs:\n  wheels:\n    runs-on: ubuntu-latest\n    steps:\n      - {step}\n",
        "pyproject.toml": '[tool.cibuildwheel]\ntest-command = "cd {project} && ci/test.sh"\n',
        "ci/test.sh": "pytest tests\n",
    }
    repository = audit_files({path: text.encode() for path, text in files.items()}).repository
    reached = repository.reached_from(repository.pipelines[0].jobs[0].unit)
    assert ("pytest" in {command.program for command in reached}) is reaches


def test_wheels_are_built_by_what_the_variables_say() -> None:
    step = (
        "      - uses: pypa/cibuildwheel@v3.1.0\n        env:\n          CIBW_BEFORE_ALL_LINUX: yum install -y zlib-devel\n"
        "          CIBW_TEST_COMMAND: pytest {project}/tests\n          CIBW_BEFORE_BUILD_WINDOWS: copy a b\n          CIBW_SKIP: pp*\n"
    )
    workflow = f"on: push\njobs:\n  wheels:\n    runs-on: ubuntu-latest\n    steps:\n{step}"
    repository = audit_files({".github/workflows/ci.yml": workflow.encode()}).repository
    commands = repository.pipelines[0].jobs[0].commands
    assert [command.program for command in commands] == ["cibuildwheel", "yum", "pytest"]


def test_a_value_of_the_matrix_that_is_the_script_stands_where_it_is_written() -> None:
    """Each value of its own leg, included ones too; a value that is put together elsewhere is none."""
    text = (
        "on: push\njobs:\n  t:\n    runs-on: x\n    timeout-minutes: 9\n    strategy:\n      matrix:\n        do: [make a, make b]\n"
        "        include:\n          - do: 'make c'\n          - do: ${{ inputs.other }}\n    steps:\n      - run: ${{ matrix.do }}\n"
    )
    audit = audit_files({".github/workflows/ci.yml": text.encode()})
    job = audit.repository.pipelines[0].jobs[0]
    found = [(one.texts(), text[one.place.span.start : one.place.span.end], one.step) for one in job.commands]
    assert found == [(("a",), "make a", 0), (("b",), "make b", 0), (("c",), "make c", 0)]
