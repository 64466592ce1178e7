"""Calls of scripts by their path."""

from __future__ import annotations

import re

from agentlint.facts.command import Command
from agentlint.facts.script_paths import paths_meant
from agentlint.facts.unit import UnitKind
from agentlint.facts.unit_index import UnitIndex
from agentlint.files.lazily import lazily


def by_path(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """The script that the command's own path names, and the function that its first argument picks."""
    written = command.program_path or command.program
    if "/" not in written and "." not in written:
        return ()
    for path in paths_meant(written, command):
        found = index.entry(path)
        if found:
            return (*found, *_dispatched(path, command.texts(), index))
    return ()


_HANDLER = lazily(r"_*(?:run|cmd|command|do|task|ci|action|handle|sub|target|job|step)_", re.IGNORECASE)


def _dispatched(path: str, words: tuple[str, ...], index: UnitIndex) -> tuple[str, ...]:
    """The function of a script that its first argument names (`ci.sh lint` and `_run_lint`), as such scripts dispatch."""
    wanted = words[0].replace("-", "_") if words and words[0][:1].isalpha() else ""
    if not wanted:
        return ()
    return tuple(
        unit
        for unit in index.of_kind(path, UnitKind.FUNCTION)
        if _HANDLER.sub("", index.units[unit].name.replace("-", "_"), count=1) == wanted
        or index.units[unit].name.replace("-", "_") == wanted
    )


SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh"})
POWERSHELLS = frozenset({"pwsh", "powershell"})
"""Programs that run a script by its path, of either family."""
_READS_ONLY = {
    **dict.fromkeys(SHELLS, lazily(r"-[A-Za-z]*n[A-Za-z]*\Z|noexec\Z")),
    "perl": lazily(r"-[wWtT]*c\Z"),
    "ruby": lazily(r"-[wW]*c\Z"),
    "php": lazily(r"-l\Z|--syntax-check\Z"),
}
"""Options with which an interpreter reads a program and does not run it. Source: each one's manual page."""
_OTHER_PROGRAM = {**dict.fromkeys(SHELLS, frozenset({"-c"})), **dict.fromkeys(POWERSHELLS, frozenset({"-c"}))}
"""Options behind which the program stands itself; others' are `-c`, `-m` and `-e`."""
_WITH_VALUE = {
    **dict.fromkeys(SHELLS, lazily(r"[-+][A-Za-z]*[oO]\Z|--(?:rcfile|init-file)\Z")),
    **dict.fromkeys(("python", "python3"), lazily(r"-[WXQ]\Z")),
    **dict.fromkeys(("perl", "ruby"), lazily(r"-I\Z")),
    "php": lazily(r"-[dc]\Z"),
    **dict.fromkeys(
        POWERSHELLS,
        lazily(r"-(?:ex\w*|ep|inp\w*|out\w*|w|wi\w*|wd|wo\w*|v|version|config\w*|settings\w*)\Z", re.IGNORECASE),
    ),
}
"""Options whose value is the next word."""


def interpreter(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """The script that an interpreter is given (`bash ci/run.sh lint`), unless it is only to read it (`bash -n`)."""
    reads_only = _READS_ONLY.get(command.program)
    with_value = _WITH_VALUE.get(command.program)
    ends = _OTHER_PROGRAM.get(command.program, _ENDS)
    value = False
    for at, word in enumerate(command.arguments):
        option = word.text.startswith(("-", "+"))
        if option or value:
            if (option and word.text in ends) or (reads_only is not None and reads_only.match(word.text)):
                return ()
            value = option and with_value is not None and bool(with_value.match(word.text))
            continue
        for path in paths_meant(word.text, command):
            found = index.entry(path)
            if found:
                rest = command.arguments[at + 1 :]
                return (*found, *_dispatched(path, tuple(one.text for one in rest), index))
        return ()
    return ()


_ENDS = frozenset({"-c", "-m", "-e"})
