"""Scripts of services that are no pipeline."""

from __future__ import annotations

import pytest

from agentlint.engine.audit import audit_files


@pytest.mark.parametrize(
    ("path", "text", "programs"),
    [
        (
            ".readthedocs.yaml",
            "build:\n  jobs:\n    install:\n      - pip install uv\n    build:\n      html:\n        - make html\n",
            ["pip", "make"],
        ),
        (
            "snapcraft.yaml",
            "parts:\n  app:\n    plugin: python\n    override-build: |\n      snapcraftctl build\n      pip install x\n",
            ["snapcraftctl", "pip"],
        ),
        (
            "buildspec.yml",
            "phases:\n  install:\n    commands:\n      - npm ci\n  build:\n    commands: [npm test]\n",
            ["npm", "npm"],
        ),
        (".gitpod.yml", "tasks:\n  - init: make\n    command: npm start\n", ["make", "npm"]),
    ],
)
def test_commands_of_hosted_scripts(path: str, text: str, programs: list[str]) -> None:
    repository = audit_files({path: text.encode()}).repository
    assert [command.program for command in repository.commands] == programs
    assert not repository.pipelines
