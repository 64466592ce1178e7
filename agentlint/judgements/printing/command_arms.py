"""Which command of a program a place belongs to, where one function holds several: `if args.list:`, `status)`, `Commands::Show =>`."""

from __future__ import annotations

from agentlint.files.lazily import lazily
from agentlint.judgements.printing.program_texts import heads_above

_ARM = lazily(
    r"\b(?:args?|argv|opts?|options|parsed|ns|namespace|matches|cli)(?:\.\w+)?\.\w+ ===? ['\"]([\w-]+)['\"]"
    r"|\bif \(?(?:args|argv|opts?|options|flags|arguments|parsed|ns|cli)\.(\w+)\)?\s*[:{]?$"
    r"|\b(?:cmd|command|action|subcommand|sub|mode|verb)\w{0,5} ===? ['\"]([\w-]+)['\"]"
    r"|^case ['\"]([\w-]+)['\"]|^when ['\"]([\w-]+)['\"]"
    r"|^(?:\w+::)*\w*(?:Cmd|[cC]ommands?|Action|Opts?)::(\w+)\b[^=]*=>"
    r"|^['\"]?-{0,2}([a-z][\w-]+)(?:['\"]?\s*\|[^()]*)?['\"]?\)(?:\s*#.*)?$"
)
"""The arm of a command, in the lines that a place stands under."""
_RUNS = lazily(r"\.action\(|\bAction:|\bRunE?:|\.handler\b|\bhandler:|\bhandler\(")
_DECLARED = lazily(r"\.command\(\s*['\"`]([\w:-]+)|\b(?:Name|Use|name|command):\s*['\"`]([\w:-]+)")
_CHAIN = 1500
"""Characters above the function that a command runs, in which it is declared."""


def command_of(text: str, at: int) -> str:
    """The name of the command whose arm or declaration a place stands in; "" where none is to be seen."""
    for head in heads_above(text, at):
        arm = _ARM.search(head)
        if arm is not None:
            return next(group for group in arm.groups() if group)
        if _RUNS.search(head):
            start = text.rfind(head, 0, at)
            declared = list(_DECLARED.finditer(text, max(0, start - _CHAIN), start + len(head)))
            if declared:
                return declared[-1][1] or declared[-1][2]
    return ""
