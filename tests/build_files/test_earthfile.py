"""Earthfiles: targets, what they call, and what they run where."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from agentlint.documents.earthfile import read_earthfile
from agentlint.engine.audit import audit_files
from agentlint.facts.repository import Repository
from agentlint.judgements.running.scope import in_container

_TEXT = """\
VERSION 0.8
IMPORT ./lib AS lib
FROM python:3.12
WORKDIR /src

# Install what the tests need
deps:
    COPY requirements.txt .
    CACHE /root/.cache/pip
    RUN pip install \\
        # the pinned list
        -r requirements.txt

test:
    FROM +deps
    ARG IMAGE=postgres:16.3
    COPY . .
    IF [ "$CI" = "true" ]
        RUN make ci
    ELSE
        RUN --secret TOKEN=+secrets/token --mount type=cache,target=/x make local
    END
    WITH DOCKER --load app:test=+image --pull $IMAGE
        RUN ["docker", "run", "app:test"]
    END
    RUN --push ./release.sh
    RUN --interactive bash

image:
    FROM ./base+image
    COPY +deps/site /site
    DO lib+SETUP
    GIT CLONE --branch v1 https://example.org/a.git a
    SAVE IMAGE --push team/app:1

format:
    LOCALLY
    RUN ruff format .
"""


def _repository(**more: str) -> Repository:
    files = {"Earthfile": _TEXT, **more}
    return audit_files({path: text.encode() for path, text in files.items()}).repository


def _shown(repository: Repository, unit: str) -> list[str]:
    return [" ".join((one.program, *one.texts())) for one in repository.commands_by_unit.get(unit, ())]


def test_commands_of_targets() -> None:
    repository = _repository()
    assert _shown(repository, "Earthfile#target:deps") == ["pip install -r requirements.txt"]
    assert _shown(repository, "Earthfile#target:test")[:2] == ["make ci", "make local"]
    assert "bash" not in {one.program for one in repository.commands}
    assert _shown(repository, "Earthfile#target:image") == [
        "git clone --depth=1 --branch=v1 https://example.org/a.git a"
    ]
    assert _shown(repository, "Earthfile#target:format") == ["ruff format ."]


def test_only_local_targets_run_on_the_machine() -> None:
    local = {one.program for one in _repository().commands if not in_container(one)}
    assert local == {"ruff"}


def test_branches_and_pushes_are_guarded() -> None:
    guards = {one.texts(): [guard.text for guard in one.guards] for one in _repository().commands}
    assert guards[("ci",)] == ['[ "$CI" = "true" ]']
    assert guards[("local",)] == ['else [ "$CI" = "true" ]'] or guards[("local",)] == ["else"]
    assert guards[()] == ["--push"]


def test_targets_call_each_other_and_jobs_call_them() -> None:
    repository = _repository(
        **{
            "base/Earthfile": "image:\n    FROM alpine:3.20\n",
            "lib/Earthfile": "SETUP:\n    FUNCTION\n    RUN apk add git\n",
            ".build.yml": "image: archlinux\ntasks:\n  - a: earthly --ci +test\n  - b: earthly -a ./base+image/x .\n",
        }
    )
    edges = repository.graph.edges
    assert set(edges["Earthfile#target:test"]) == {"Earthfile#target:deps", "Earthfile#target:image"}
    assert set(edges["Earthfile#target:image"]) == {
        "base/Earthfile#target:image", "Earthfile#target:deps", "lib/Earthfile#target:SETUP",
    }  # fmt: skip
    assert edges["Earthfile#target:deps"] == ("Earthfile#target:base",)
    assert set(edges[".build.yml#job:build"]) == {"Earthfile#target:test", "base/Earthfile#target:image"}


def test_recipes_are_stages() -> None:
    (image,) = _repository().images
    stages = {stage.name: stage for stage in image.stages}
    assert stages["base"].base == "python:3.12"
    assert not stages["base"].base_is_stage
    assert stages["test"].base_is_stage
    run = next(one for one in stages["deps"].instructions if one.keyword == "RUN")
    assert run.flags == ("--mount=type=cache,target=/root/.cache/pip",)


def test_a_line_that_is_no_instruction_is_named() -> None:
    document = read_earthfile("test:\n    run make\n")
    assert [error.message for error in document.errors] == ["not an instruction"]


def test_rules_reach_into_targets() -> None:
    job = "image: archlinux\ntasks:\n  - a: earthly --ci +test\n"
    text = "test:\n    FROM node:22.9\n    COPY . .\n    RUN npm ci\n    RUN ./tests.sh\n    RUN pytest\n"
    script = "#!/bin/sh\nset -e\nnpm install\ngo test ./...\n"
    audit = audit_files({".build.yml": job.encode(), "Earthfile": text.encode(), "tests.sh": script.encode()})
    found = {(one.rule, one.path, one.line) for one in audit.findings}
    assert ("OUT401", "Earthfile", 6) in found
    assert ("CAC205", "Earthfile", 3) in found
    assert not {rule for rule, path, _ in found if path == ".build.yml"} - {"OUT401"}


def test_a_clone_at_a_tag_is_held() -> None:
    audit = audit_files({"Earthfile": _TEXT.encode()})
    assert not [one for one in audit.findings if one.rule in {"REP808", "CAC214", "FBK610"}]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*_TEXT.splitlines(), "END", "ELSE", "a:", "RUN \\", "RUN [", "FROM", "\\", "GIT CLONE", "DO +"]
        )
    )
)
def test_nothing_raises(lines: list[str]) -> None:
    text = "\n".join(lines)
    audit_files({"Earthfile": text.encode()})
    for target in read_earthfile(text).targets:
        for line in target.lines:
            assert 0 <= line.span.start <= line.span.end <= len(text)


def test_many_open_blocks_take_linear_time() -> None:
    document = read_earthfile("a:\n" + "    IF x\n" * 5000 + "    RUN make\n")
    assert len(document.targets[0].lines[-1].under) <= 20
