"""How the number of cores is written where a command stands: a recipe, a batch file and a runner of macOS each say it otherwise."""

from __future__ import annotations

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lines import line_start

CORES = "$(nproc)"
_BATCH, _POWER, _MAC = "%NUMBER_OF_PROCESSORS%", "$env:NUMBER_OF_PROCESSORS", "$(sysctl -n hw.ncpu)"
_MAKEFILES = ("makefile", ".mk", ".mak", "makefile.am", "makefile.in")


def in_own_words(advice: str, command: Command, repository: Repository) -> str:
    """The advice with the number of cores as the shell of this command reads it."""
    return advice.replace(CORES, _cores(command, repository)) if CORES in advice else advice


def _cores(command: Command, repository: Repository) -> str:
    path = command.place.path.lower()
    if path.endswith(_MAKEFILES):
        return f"${CORES}"  # make itself takes a single dollar away
    if path.endswith((".bat", ".cmd")):
        return _BATCH
    if path.endswith((".ps1", ".psm1")):
        return _POWER
    job = repository.job_of(command)
    if job is None:
        return CORES
    if repository.pipeline_of(job).system == "appveyor" and "ubuntu" not in job.runner and "macos" not in job.runner:
        return _on_appveyor(command, repository)
    step = repository.step_of(command)
    shell = step.shell if step is not None else ""
    if "pwsh" in shell or "powershell" in shell or ("windows" in job.runner and not shell):
        return _POWER
    if "cmd" in shell:
        return _BATCH
    return _MAC if "macos" in job.runner else CORES


def _on_appveyor(command: Command, repository: Repository) -> str:
    """A bare line goes to cmd and one under `ps:` to PowerShell (www.appveyor.com/docs/build-configuration)."""
    text = repository.text(command.place.path)
    line = text[line_start(text, command.place.span.start) : command.place.span.start]
    if any(name in line for name in ("ps:", "pwsh:")):
        return _POWER
    return CORES if "sh:" in line or "bash" in line else _BATCH
