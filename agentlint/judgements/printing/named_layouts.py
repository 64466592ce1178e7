"""The name that a printed block goes by and the place where it stands: both tell what it answers."""

from __future__ import annotations

import posixpath
import re
from itertools import islice

from agentlint.files.lazily import lazily
from agentlint.judgements.printing.layouts import Layout
from agentlint.judgements.printing.program_texts import heads_above

_SUFFIX = lazily(r"(?<=[a-z])_?(?:[Cc]ommand|[Cc]md|[Ff]unc|[Aa]ction|[Hh]andler|_main)$")
"""What a function's name says of its part in a program, behind what it is for."""
_ANY_COMMAND = lazily(
    r"^(?:_?run|execute|exec|call|handle|handler|invoke|perform|process|action|do|cmd|command|index|mod|main|__init__|__invoke)(?:Async|_async|Core|Impl|Internal)?$",
    re.IGNORECASE,
)
"""What every command calls the function that it runs, or its file: the name above it tells which command it is."""


def name_of(layout: Layout, path: str) -> str:
    """The name that a block goes by: that of its function, of its file or of the folder of a command."""
    stem = posixpath.basename(path).partition(".")[0]
    name = _SUFFIX.sub("", layout.function)
    if not name or (_ANY_COMMAND.match(name) and name != "main"):
        if layout.padded and name:
            return name  # columns are an answer whatever the command is called
        name = _SUFFIX.sub("", stem)
        if _ANY_COMMAND.match(name) and not layout.listed:
            name = posixpath.basename(posixpath.dirname(path))
    return name


_SHEBANG = lazily(r"#!")


def ends_script(layout: Layout, text: str, dialect: str) -> bool:
    """True for a table with its head in the body of a script: it is what the script ends in."""
    return layout.function in {"", "main"} and layout.lines > 1 and bool(_SHEBANG.match(text)) and dialect != "sh"


def is_all_of_it(layout: Layout, text: str, dialect: str) -> bool:
    """True for a table with its head, or with a row for each of many, in what a program, or one command of it, runs: `main`, `call`, the body of the file."""
    of_each = any(_EACH.match(head) for head in islice(heads_above(text, layout.span.start), 2))
    if dialect == "sh" or (layout.lines < 2 and not of_each):
        return False
    return bool(_ANY_COMMAND.match(layout.function)) if layout.function else dialect in _WITHOUT_MAIN


_EACH = lazily(r"(?:for|foreach)\b")
_WITHOUT_MAIN = frozenset({"cs", "js"})
"""Languages whose programs are often nothing but the body of a file."""
