"""What Azure fills in before a shell reads a script, and steps handed to templates of other repositories."""

from __future__ import annotations

import pytest

from agentlint.engine.audit import audit_files


def test_macros_are_no_command_substitutions() -> None:
    text = "variables:\n  region: eu\nsteps:\n  - bash: cd $(Build.SourcesDirectory) && ./run.sh $(region) $(pwd)\n"
    commands = audit_files({"azure-pipelines.yml": text.encode()}).repository.commands
    assert [command.program for command in commands] == ["cd", "pwd", "run.sh"]
    assert commands[-1].directory == ""


def test_steps_handed_to_a_foreign_template_are_read() -> None:
    text = (
        "trigger: [main]\nextends:\n  template: base.yml@templates\n  parameters:\n    groups:\n      - name: one\n"
        "        testSteps:\n          - script: npm install\n    buildSteps:\n      - script: npm pack\n"
    )
    repository = audit_files({"azure-pipelines.yml": text.encode()}).repository
    assert [command.texts() for command in repository.commands] == [("install",), ("pack",)]
    assert not any(job.timeout_settable for job in repository.pipelines[0].jobs)


def test_a_template_is_told_of_where_it_is_put_in_whatever_folder_it_stands_in() -> None:
    root = (
        "trigger: [main]\npool:\n  vmImage: ubuntu-latest\njobs:\n  - job: test\n    steps:\n      - task: UseDotNet@2\n"
        "      - template: /eng/ci/steps/restore.yml@self\n"
    )
    files = {
        "eng/ci/build.yml": root,
        "eng/ci/steps/restore.yml": "steps:\n  - task: NuGetRestore@1\n  - script: dotnet build\n",
    }
    repository = audit_files({path: text.encode() for path, text in files.items()}).repository
    assert [(pipeline.path, [job.id for job in pipeline.jobs]) for pipeline in repository.pipelines] == [
        ("eng/ci/build.yml", ["test"])
    ]


@pytest.mark.parametrize(
    ("task", "inputs", "called", "words"),
    [
        (
            "PowerShell@2",
            "filePath: $(Build.SourcesDirectory)/eng/test.ps1\n      arguments: -Fast yes",
            "eng/test.ps1",
            ("-Fast", "yes"),
        ),
        ("PowerShell@2", "targetType: filePath\n      filePath: eng\\test.ps1", "eng/test.ps1", ()),
        (
            "Bash@3",
            "filePath: eng/test.sh\n      arguments: '--all \"$(kind)\"'",
            "eng/test.sh",
            ("./eng/test.sh", "--all", "$(kind)"),
        ),
        ("AzureCLI@2", "scriptType: pscore\n      scriptPath: ./eng/test.ps1", "eng/test.ps1", ()),
        ("PythonScript@0", "scriptPath: eng/test.py", "eng/test.py", ("./eng/test.py",)),
        ("PowerShell@2", "targetType: inline\n      filePath: eng/test.ps1", "", ()),
        ("PowerShell@2", "filePath: $(Pipeline.Workspace)/drop/test.ps1", "", ()),
    ],
)
def test_a_task_runs_a_file(task: str, inputs: str, called: str, words: tuple[str, ...]) -> None:
    pipeline = f"variables:\n  kind: a\nsteps:\n  - task: {task}\n    inputs:\n      {inputs}\n"
    files = {
        "azure-pipelines.yml": pipeline,
        "eng/test.ps1": "dotnet test\n",
        "eng/test.sh": "dotnet test\n",
        "eng/test.py": "import subprocess\nsubprocess.run(['dotnet', 'test'])\n",
    }
    repository = audit_files({path: text.encode() for path, text in files.items()}).repository
    job = repository.pipelines[0].jobs[0]
    assert [command.place.path for command in repository.reached_from(job.unit) if command.program == "dotnet"] == (
        [called] if called else []
    )
    assert [command.texts() for command in job.commands] == ([words] if called else [])


def test_a_template_fetches_and_keeps_artifacts() -> None:
    jobs = (
        "      - job: merge\n        templateContext:\n          inputs:\n          - input: pipelineArtifact\n            artifactName: tool\n"
        "          outputs:\n          - output: pipelineArtifact\n            artifactName: all\n          - output: nuget\n"
    )
    pipeline = (
        "extends:\n  template: v1/Official.yml@templates\n  parameters:\n    stages:\n    - stage: a\n      jobs:\n"
        + jobs
    )
    job = audit_files({"azure-pipelines.yml": pipeline.encode()}).repository.pipelines[0].jobs[0]
    assert [step.action.name for step in job.steps if step.action is not None] == [
        "task:downloadpipelineartifact",
        "task:publishpipelineartifact",
    ]
    assert (job.artifacts_in, job.artifacts_out) == (("tool",), ("all",))
