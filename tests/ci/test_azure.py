"""What Azure fills in before a shell reads a script, and steps handed to templates of other repositories."""

from __future__ import annotations

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
