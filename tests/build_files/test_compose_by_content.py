"""Compose files of any name are known by what stands in them."""

from __future__ import annotations

import pytest

from agentlint.engine.audit import audit_files

_READ = [
    "services:\n  db:\n    image: mongo:7\n",
    "# a stack\nversion: '3'\nservices:\n  web: {build: .}\n",
    '"services":\n  web:\n    "build":\n      context: .\n',
    "name: x\nservices: # all\n  a:\n    extends: {file: b.yml}\n  b:\n    image: nginx:1.27\n",
]
_NOT_READ = [
    "apiVersion: v1\nkind: List\nservices:\n  db:\n    image: mongo\n",
    "jobs:\n  a:\n    services:\n      db:\n        image: mongo\n",
    "steps: []\nservices:\n  db:\n    image: mongo\n",
    "services:\n  - name: web\n    image: mongo\n",
    "services:\n  app.mailer:\n    class: Mailer\n    arguments:\n      image: x\n",
    "- hosts: all\n  vars:\n    image: x\n",
    "services:\n",
    "services:\n  {% for a in b %}\n  db:\n    image: mongo\n",
    "services:\n  db:\n    image: [\n",
]


@pytest.mark.parametrize("text", _READ)
def test_compose_files(text: str) -> None:
    audit = audit_files({"ops/stores.yml": text.encode()})
    assert any(one.tool == "compose" for one in audit.repository.project.settings)


@pytest.mark.parametrize("text", _NOT_READ)
def test_other_files(text: str) -> None:
    audit = audit_files({"ops/stores.yml": text.encode()})
    assert not audit.repository.project.settings
    assert not audit.errors


def test_services_run_commands_and_builds() -> None:
    files = {
        "ops/e2e.yaml": "services:\n  e2e:\n    build: {context: .., dockerfile: e2e.Dockerfile}\n    command: make e2e\n",
        "Makefile": "up:\n\tdocker compose -f ops/e2e.yaml up --build\n",
    }
    repository = audit_files({path: text.encode() for path, text in files.items()}).repository
    assert repository.graph.edges["Makefile#target:up"] == ("ops/e2e.yaml#service:e2e",)
    assert [one.program for one in repository.commands_by_unit["ops/e2e.yaml#service:e2e"]] == ["make"]


@pytest.mark.parametrize(
    ("call", "reached"),
    [
        ("docker compose run --rm -e A=1 tests", {"pytest", "redis-server"}),
        ("docker compose up -d", {"pytest", "redis-server", "eslint"}),
        ("docker-compose -p x build lint", {"eslint"}),
    ],
)
def test_a_call_starts_the_service_that_it_names_and_what_that_needs(call: str, reached: set[str]) -> None:
    compose = (
        "services:\n  tests:\n    image: x\n    command: pytest\n    depends_on: [cache]\n"
        "  lint:\n    image: x\n    command: eslint .\n  cache:\n    image: redis\n    command: redis-server\n"
    )
    files = {"compose.yaml": compose, "ci.sh": f"#!/bin/sh\n{call}\n"}
    repository = audit_files({path: text.encode() for path, text in files.items()}).repository
    (command,) = (command for command in repository.commands if command.place.path == "ci.sh")
    programs = {
        one.program for unit in repository.started_by(command) for one in repository.commands_by_unit.get(unit, ())
    }
    assert programs == reached
