"""Whether a block that a program prints is the answer that it was asked for: by the name it goes by, by its arm, by what it tells."""

from __future__ import annotations

import posixpath
import re

from agentlint.files.lazily import lazily
from agentlint.judgements.printing.command_arms import command_of
from agentlint.judgements.printing.data_forms import is_benchmark, tells_measures
from agentlint.judgements.printing.dialects import DIALECTS
from agentlint.judgements.printing.layouts import Layout
from agentlint.judgements.printing.named_layouts import ends_script, is_all_of_it, name_of

_LISTING = lazily(
    r"(?:^|[_\-.:]|(?<=[a-z0-9])(?=[A-Z]))(?:[Ll]ist(?:ing|s)?|ls|[Ss]how|[Ss]tatus|[Ss]tats?|[Ss]tatistics|[Ii]nfo|[Ss]ummary|[Ss]ummari[sz]e|[Rr]eport|[Dd]escribe"
    r"|[Ii]nspect|[Hh]istory|[Cc]ompare|[Dd]octor|[Oo]utdated|[Dd]iagnose|[Pp]rerequisites|[Oo]verview|[Dd]isplay|[Dd]iff|[Qq]uota|[Aa]nalyze|[Pp]rint_?(?:summary|table|results?|stats|report|status|info|list))"
    r"(?=$|[_\-.]|[A-Z])"
)
_PRINTS_MANY = lazily(r"^_?print_?[a-z_]{2,}[a-rt-z]s$")
_LISTS = lazily(r"^(?:list|show|print_?list)[a-z]{3,}$")
"""Programs in a folder of commands that say so in their names (`listusers`)."""
_NO_RESULT = lazily(
    r"(?:command|option|flag|arg(?:ument)?)s?(?:_?list)?$|usage|help|banner|welcome|header|footer|^(?:print_?|show_?)?version$|progress|prompt|config|debug|trace|_log\b|_log_|complet|menu|wizard|setup|install(?!ed)|assert|box|error|warn|fail|instruction|hint|tips?$|next_?steps|example",
    re.IGNORECASE,
)
_ASKED_FOR = lazily(r"^(?!.*(?:help|usage|(?:command|option|flag|arg)s?_list$))(?:.*_)?(?:status|list|show)(?:$|_)")
"""Stronger than the words for what is no result: `config_status` answers."""
_STEPS = lazily(
    r"(?<!\bis )(?<!\bnot )(?:[Ii]nstalling|[Dd]ownloading|[Bb]uilding|[Cc]hecking|[Ss]tarting|[Rr]unning|[Uu]pdating|[Cc]reating)\b"
)
_NO_LISTING = lazily(
    r"^(?:configure|edit)$|(?:^|[-_])(?:help|make|build|gen|generate|install|check|test|tests|bench|release|deploy)(?:$|[-_])|[a-z]Help$"
)
"""Files whose words are about what they do."""
_LISTER = lazily(r"_?(?:cmd_|do_)?list(?=[A-Z_]|$)")
_COMMAND = lazily(r"(?:cmd|do)_\w")

_FEW = 3
"""Labelled lines from which on a block is an answer wherever it stands; among commands two are."""


def answers(layout: Layout, path: str, text: str, dialect: str) -> bool:
    """True for a block that is the answer of a command: by the name it goes by, or columns where commands stand."""
    rules = DIALECTS[dialect]
    stem = posixpath.basename(path).partition(".")[0]
    name = name_of(layout, path)
    of_commands = bool(rules.folders.search(path)) and "/hooks/" not in path
    says = (
        bool(_LISTING.search(stem if name == "main" else name))
        or (layout.listed and bool(_PRINTS_MANY.search(name)))
        or (of_commands and bool(_LISTS.match(stem)))
    )
    if is_benchmark(path):
        measured = layout.padded or tells_measures(text[layout.span.start : layout.span.end])
        return measured and (dialect == "rb" or bool(rules.program.search(text))) and not _NO_RESULT.search(name)
    if dialect == "sh" and layout.lines >= _FEW and _tells_what_was_set_up(layout, text):
        return True
    if (
        dialect == "c"
        or (_NO_LISTING.search(stem) and not _LISTER.match(layout.function))
        or (_NO_RESULT.search(name) and not _ASKED_FOR.search(name))
    ):
        return False
    program = of_commands or bool(_COMMAND.match(layout.function)) or bool(rules.program.search(text))
    program = program and "/hooks/" not in path
    if layout.listed:
        return says and program and not _STEPS.search(text[layout.span.start : layout.span.end])
    if layout.padded and (
        of_commands or ends_script(layout, text, dialect) or (program and is_all_of_it(layout, text, dialect))
    ):
        return True
    if layout.lines < _FEW and not layout.padded and not of_commands:
        return False
    if not program:
        return False
    return says or _in_arm(layout, name, text)


_DONE = lazily(
    r"congratulations|\binstall\w* (?:(?:is|was|has been|have been) )?(?:now )?(?:success\w*|completed?|finished|done)|\bsuccessfully installed|\bhas been (?:successfully )?(?:installed|deployed|set up)",
    re.IGNORECASE,
)
_TO_REACH_IT = lazily(
    r"""["'][^"'$:=]{0,40}\b(?:ip|port|address|host(?:name)?|url|user(?:name)?|login|password|passwd|token|secret|key|domain)\b[^"'$:=]{0,30}[:=]""",
    re.IGNORECASE,
)
_ABOVE = 6
"""Lines above a block in which the script says that its work is done."""


def _tells_what_was_set_up(layout: Layout, text: str) -> bool:
    """True for the end of an installer: what it has set up, with the address, port or password by which to reach it."""
    block = text[layout.span.start : layout.span.end]
    if sum(1 for _ in _TO_REACH_IT.finditer(block)) < _FEW - 1:
        return False
    above = text[: layout.span.start].rsplit("\n", _ABOVE + 1)[1:]
    return any("echo" in line and _DONE.search(line) for line in above)


_MANY_COMMANDS = lazily(
    r"^(?:main|cli|run|command|execute|exec|setup|register\w*|_?main_?\w*|dispatch\w*|handle\w*|program|app)?$",
    re.IGNORECASE,
)


def _in_arm(layout: Layout, name: str, text: str) -> bool:
    """True for a block in the arm of a command that lists, where one function or file holds all commands."""
    if layout.function and not (_MANY_COMMANDS.match(name) or _MANY_COMMANDS.match(layout.function)):
        return False
    command = command_of(text, layout.span.start)
    return bool(command and _LISTING.search(command)) and not _NO_RESULT.search(command)
