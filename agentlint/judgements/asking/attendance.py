"""Whether somebody is there: targets made for a person, steps that must end, machines that answer by themselves."""

from __future__ import annotations

import re

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.facts.unit import Unit, UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.running.scope import in_container
from agentlint.judgements.waiting.waiting import is_long_running_service
from agentlint.programs import table
from agentlint.programs.entries import When, has_any

_STAYS = lazily(
    r"(^|[-_:./ ])(shell|bash|zsh|console|repl|attach|debug|debugger|inspect|inspect-brk|inspector|devtools|gdb|pdb|ssh|psql|dbshell|dev|develop|devel|serve|watch|watcher|logs?"
    r"|tail|follow|monitor|edit|editor|tty|term|terminal|interactive|playground|live|preview|storybook|studio|open|browse|notebook|lab"
    r"|jupyter|tunnel|proxy|forward|port-forward|menuconfig|runserver|entrypoint|entry-point|docs-serve|login|ui|headed|auto|autobuild|auto-build)($|[-_:./ ])",
    re.IGNORECASE,
)
"""Names that say that somebody sits in front of it, or that it is meant to stay, whatever else they say."""
_MAY_STAY = lazily(
    r"(^|[-_:./ ])(sh|mysql|redis|sqlite|exec|enter|into|start|run|development|server|up|demo|play|view|show|connect|client|cli|gui|web"
    r"|emulator|simulator|launch|local|daemon|hot|reload|stats|top|help|man|compose|commit)($|[-_:./ ])",
    re.IGNORECASE,
)
"""Names that say so unless they say too that it has to end ("run-tests")."""
_MUST_END = lazily(
    r"(^|[-_:./ ])(tests?|check|checks|lint|build|ci|install|setup|set-up|bootstrap|verify|validate|coverage|fmt|format|typecheck|e2e"
    r"|compile|release|publish|deploy|prepare|postinstall|pre-?commit|clean|package|dist|provision|migrate|seed|unit|integration|spec)"
    r"($|[-_:./ ])",
    re.IGNORECASE,
)
_OF_A_SHELL = lazily(
    r"\.(?:plugin|theme)\.(?:zsh|bash|sh)$|\.zsh-theme$|(?:^|/)[._]?(?:zshrc|bashrc|zprofile|zlogin|bash_profile|bash_login|kshrc|cshrc)$"
    r"|(?:^|/)[._]?(?:bash_|zsh_)?aliases(?:\.(?:zsh|bash|sh))?$"
)
"""What an interactive shell loads: whoever types in it is there."""
_REACHED = 0.6
_SAYING = frozenset({"echo", "exit", "printf", "true", ":", "return"})


def _short(unit: Unit) -> str:
    if unit.kind in {UnitKind.SCRIPT, UnitKind.MODULE}:
        base = unit.name.rsplit("/", 1)[-1]
        return base.rsplit(".", 1)[0] if "." in base[1:] else base
    return unit.name


def for_a_person(command: Command, repository: Repository) -> bool:
    """True in a target, script or function whose name says that it opens a shell, shows logs or serves: a person's own tool."""
    unit = repository.units.get(command.unit)
    if unit is None or unit.kind in {UnitKind.JOB, UnitKind.HOOK}:
        return False
    if unit.kind is UnitKind.SERVICE or _OF_A_SHELL.search(command.place.path):
        return True
    if unit.kind is UnitKind.IMAGE_STAGE:
        return not only_at_build(command, repository)
    if unit.kind is UnitKind.FUNCTION:
        return bool(_STAYS.search(unit.name))
    return _stays(_short(unit))


def typed_by_name(command: Command, repository: Repository) -> bool:
    """True in a function that nothing here calls, where the files are for an interactive shell (dotfiles, its plugins)."""
    unit = repository.units.get(command.unit)
    if unit is None or unit.kind is not UnitKind.FUNCTION:
        return False
    known = repository.memory("files of a shell")
    if known is None:
        found = any(_OF_A_SHELL.search(path) for path in repository.project.paths)
        known = repository.remember("files of a shell", found)
    return known is True and not repository.graph.callers.get(unit.id)


_FUNCTION_HEAD = lazily(r"^[ \t]*(?:function[ \t]+([\w:.-]+)|([\w:.-]+)[ \t]*\(\))", re.MULTILINE)


def in_line_editor(command: Command, repository: Repository) -> bool:
    """True in a function that the shell's line editor calls at a key (`zle -N NAME`, `bind -x`): somebody has just typed.

    In fish it is a function that works on the line being typed (`commandline`).
    """
    source = repository.read(command.place.path)
    if source is not None and command.place.path.endswith(".fish"):
        start = max(source.text.rfind("\nfunction ", 0, command.place.span.start), 0)
        end = source.text.find("\nend", command.place.span.end)
        own = source.text[start : end if end >= 0 else len(source.text)]
        return re.search(r"(?m)(?:^|[\s(])commandline\b", own) is not None
    if source is None or not ("zle -N" in source.text or "bind -x" in source.text):
        return False
    heads = _FUNCTION_HEAD.findall(source.text, 0, command.place.span.start)
    if not heads:
        return False
    name = re.escape(heads[-1][0] or heads[-1][1])
    return re.search(rf"zle -N (?:\S+ )?{name}\b|bind -x [^\n]*\b{name}\b", source.text) is not None


def _stays(name: str) -> bool:
    return bool(_STAYS.search(name) or (_MAY_STAY.search(name) and not _MUST_END.search(name)))


def in_the_way(command: Command, repository: Repository) -> bool:
    """True when something waits for the command to end: a CI step, an image build, a test target, the script's next command."""
    unit = repository.units.get(command.unit)
    if unit is None or unit.kind is UnitKind.MODULE or is_long_running_service(command, repository):
        return False
    if unit.kind in {UnitKind.JOB, UnitKind.HOOK}:
        return True
    if unit.kind is UnitKind.IMAGE_STAGE:
        return only_at_build(command, repository)
    if _MUST_END.search(_short(unit)) and not _stays(_short(unit)):
        return True
    if unit.kind in {UnitKind.SCRIPT, UnitKind.FUNCTION} and _followed(command, repository):
        return "trap" not in {other.program for other in repository.commands_by_unit.get(command.unit, ())}
    return unit.kind is not UnitKind.SCRIPT and _called_by_a_job(unit, repository)


def _called_by_a_job(unit: Unit, repository: Repository) -> bool:
    callers = repository.graph.callers.get(unit.id, ())
    return (
        any((caller := repository.units.get(name)) is not None and caller.kind is UnitKind.JOB for name in callers)
        and repository.graph.reach(unit.id) >= _REACHED
    )


def _followed(command: Command, repository: Repository) -> bool:
    """True when other commands of the unit stand after this one and outside of it, on the same road."""
    own = [guard.span for guard in command.guards]
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other.place.span.start >= command.place.span.end and other.program not in {command.program, *_SAYING}:
            if not own or [guard.span for guard in other.guards][: len(own)] == own:
                return True
    return False


def opened_for_hands(command: Command, repository: Repository) -> bool:
    """True where a container ends in an editor and nothing waits for it: who asks for it wants to sit at it."""
    span = command.place.span
    inside = [
        other
        for other in repository.commands_by_unit.get(command.unit, ())
        if in_container(other) and other.place.path == command.place.path and other.place.span.within(span)
    ]
    if not inside or in_the_way(command, repository):
        return False
    last = max(inside, key=lambda other: other.program_span.start)
    return any(asking.kind == "editor" for asking in table().asking(table().meant(last)))


_FOR_HANDS = lazily(
    r"(^|[-_:./ ])(shell|bash|zsh|sh|console|repl|irb|iex|attach|debug|debugger|gdb|pdb|ssh|psql|dbshell|dev|develop|devel|edit|editor|tty|term"
    r"|terminal|interactive|exec|enter|into|connect|client|cli|login|tui|tmux|menuconfig)($|[-_:./ ])",
    re.IGNORECASE,
)
"""Names and commands of what is typed into, or may be."""
_SHELLS = frozenset({"sh", "bash", "zsh", "ash", "dash", "fish", "ksh"})
_WITH_A_SCRIPT = lazily(r"-[a-zA-Z]*c")
_ENDS_IN_A_SHELL = lazily(r"(?:^|[;&|]\s*|\bexec\s+)(?:/(?:usr/)?bin/)?(?:ba|z|a|da|k|fi)?sh\s*(?:-[il]+\s*)?;?\s*$")


def serves_at_a_port(command: Command, when: When, repository: Repository) -> bool:
    """True where a container is started to serve (`docker run -it -p 80:80 IMAGE`): a browser talks to it, and no terminal.

    Such a target stays as its name says, but it need not be given a terminal, without which an agent could start it.
    """
    own = when.with_own_options(command)
    if not has_any(own, ("-p", "--publish", "-P", "--publish-all"), attached=True):
        return False
    unit = repository.units.get(command.unit)
    if unit is None or unit.kind is UnitKind.SERVICE or _FOR_HANDS.search(_short(unit)):
        return False
    inner = command.texts()[len(own.arguments) + 1 :]
    if inner and inner[0].rsplit("/", 1)[-1] in _SHELLS:
        given = next((index for index, text in enumerate(inner) if _WITH_A_SCRIPT.fullmatch(text)), -1)
        return 0 < given < len(inner) - 1 and _ENDS_IN_A_SHELL.search(inner[given + 1]) is None
    return not _FOR_HANDS.search(" ".join(inner))


_SYSTEMS = frozenset("ubuntu debian alpine fedora centos busybox archlinux rockylinux almalinux amazonlinux".split())
"""Images whose own command is a shell. Source: their Dockerfiles on Docker Hub."""


def reads_its_terminal(command: Command, when: When) -> bool:
    """True where what a container is given a terminal for reads from it: a shell, a console; a test that is run there ends."""
    own = when.with_own_options(command)
    image, *inner = command.texts()[len(own.arguments) :] or ("",)
    if command.program not in {"docker", "podman", "nerdctl"}:
        return True
    if not inner:
        return image.partition(":")[0] in _SYSTEMS
    if inner[0].rsplit("/", 1)[-1] in _SHELLS:
        operands = [text for text in inner[1:] if not text.startswith("-")]
        return not operands or (
            _WITH_A_SCRIPT.fullmatch(inner[1]) is not None and _ENDS_IN_A_SHELL.search(operands[0]) is not None
        )
    return len(inner) == 1 and _FOR_HANDS.search(inner[0]) is not None


_TEST_OF_OUTPUT = lazily(r"\A(?:[^\n]*\n){0,12}?[ \t]*(?:#|//|;|REM\b|--)+[ \t]*RUN:[ \t]", re.IGNORECASE)
"""The directive by which lit, FileCheck's driver, and its like (littlecheck) start a file; they close its standard input."""


def run_by_checker(path: str, repository: Repository) -> bool:
    """True for a script that a test driver runs with empty input, and compares what it prints."""
    source = repository.read(path)
    return source is not None and _TEST_OF_OUTPUT.search(source.text) is not None


def only_at_build(command: Command, repository: Repository) -> bool:
    """True for a command of an image's RUN: it runs at build time, with empty input and no terminal."""
    unit = repository.units.get(command.unit)
    if unit is None or unit.kind is not UnitKind.IMAGE_STAGE:
        return False
    for image in repository.images:
        if image.path == command.place.path:
            for stage in image.stages:
                for instruction in stage.instructions:
                    if command.place.span.within(instruction.place.span):
                        return instruction.keyword == "RUN"
    return False


_OF_MACHINES = lazily(
    r"(?:^|[/_.-])(?:ci|cd|continuous[-_]integration|github|gha|actions?|workflows?|travis|appveyor|azure\w*|gitlab|runners?)(?:$|[/_.-])",
    re.IGNORECASE,
)
"""Paths of scripts that are there for CI's machines; any other script is run by people and on other machines too."""


def hosted_preset_holds(command: Command, preset: str, repository: Repository) -> bool:
    """True when all that runs the command are machines whose image answers already ("github-ubuntu")."""
    system, _, machine = preset.partition("-")
    job = repository.job_of(command)
    if job is not None:
        return _is_preset(job, system, machine, repository)
    unit = repository.units.get(command.unit)
    if unit is None:
        return False
    if system == "github" and unit.place.path.endswith(_ACTION_FILES):
        return True
    jobs = _jobs_above(unit.id, repository)
    return bool(jobs) and all(_is_preset(job, system, machine, repository) for job in jobs)


_ACTION_FILES = ("action.yml", "action.yaml")


def run_elsewhere_too(command: Command, repository: Repository) -> bool:
    """True in a script or recipe that people and other machines run as well: neither a job, an action nor its path says CI."""
    path = command.place.path
    return repository.job_of(command) is None and not path.endswith(_ACTION_FILES) and not _OF_MACHINES.search(path)


def _is_preset(job: Job, system: str, machine: str, repository: Repository) -> bool:
    if repository.pipeline_of(job).system != system or (job.container and "$" not in job.container) or not job.hosted:
        return False
    return machine in job.runner.lower() or "$" in job.runner or not job.runner


def _jobs_above(unit: str, repository: Repository) -> list[Job]:
    """The jobs from which alone the unit is reached; empty where something else calls it or nothing does."""
    jobs = {job.unit: job for pipeline in repository.pipelines for job in pipeline.jobs}
    seen: set[str] = set()
    waiting = [unit]
    found: list[Job] = []
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        if current in jobs:
            found.append(jobs[current])
            continue
        callers = repository.graph.callers.get(current, ())
        if not callers or repository.graph.start.get(current, 0.0) >= 0.9:
            return []
        waiting.extend(callers)
    return found
