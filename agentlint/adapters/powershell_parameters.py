"""Parameters of the functions of a PowerShell script: whether its own calls leave one so that a question behind it is put.

A parameter of the script itself is given by whoever runs it. One of a function is given by the calls of that function, and a
question that waits for `$ExitCode -ne 0` is answered by nobody where the script calls `Exit-Script -ExitCode 1`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from agentlint.documents.powershell import Block, PowerStatement, PowerWord

_FUNCTION = re.compile(r"function\s+(?:\w+:)?([\w-]+)", re.IGNORECASE)
_DECLARED = re.compile(r"(?:^|\])\$(\w+)")
_COMPARES = re.compile(r"-[ic]?(?:eq|ne|gt|lt|ge|le|like|match|in|contains)\b", re.IGNORECASE)
_FALSE = frozenset({"", "$false", "$null", "0", "''", '""'})
_CONSTANTS = frozenset({"$true", "$false", "$null"})


def function_around(blocks: Sequence[Block]) -> str:
    """The name of the function that these blocks stand in, in small letters; "" outside of one."""
    found = (_FUNCTION.match(block.header) for block in reversed(blocks))
    return next((match[1].lower() for match in found if match is not None), "")


class Parameters:
    """The parameters of each function of a script with their defaults, and the calls of those functions."""

    def __init__(self, statements: Iterable[PowerStatement]) -> None:
        self._of: dict[str, dict[str, str]] = {}
        self._calls: dict[str, list[list[PowerWord]]] = {}
        statements = list(statements)
        for statement in statements:
            if statement.blocks and statement.blocks[-1].header == "param":
                function = function_around(statement.blocks)
                self._of.setdefault(function, {}).update(_declared(statement.words))
        for statement in statements if len(self._of) > ("" in self._of) else ():
            for index, word in enumerate(statement.words):
                if word.text.lower() in self._of and not word.quoted:
                    self._calls.setdefault(word.text.lower(), []).append(statement.words[index + 1 :])

    @property
    def names(self) -> set[str]:
        """All parameters, of the script and of its functions."""
        return {name for parameters in self._of.values() for name in parameters}

    def is_left(self, function: str, name: str, header: str, missing: bool) -> bool:
        """True where a call in the script leaves a function's parameter so that a branch on it is taken.

        `missing`: the branch is taken where the parameter is empty or false.
        """
        if not function or name not in self._of.get(function, {}):
            return False
        compares = not missing and _COMPARES.search(header) is not None
        return any(self._leaves(call, function, name, missing, compares) for call in self._calls.get(function, ()))

    def _leaves(self, call: Sequence[PowerWord], function: str, name: str, missing: bool, compares: bool) -> bool:
        given = _given(call, name, list(self._of[function]).index(name))
        value = self._of[function][name] if given is None else given
        if given is not None and "$" in given and given.lower() not in _CONSTANTS:
            return False
        if given is None and any(word.text.startswith("@") for word in call):
            return False
        if compares:
            return given is not None
        return (value.lower() in _FALSE) is missing


def _declared(words: Sequence[PowerWord]) -> dict[str, str]:
    """The parameters that a statement of a `param` block declares, with their defaults."""
    found: dict[str, str] = {}
    for index, word in enumerate(words):
        for match in _DECLARED.finditer(word.text):
            default = words[index + 1 : index + 3]
            has_default = len(default) == 2 and default[0].text == "="
            found[match[1].lower()] = (default[1].text or '""') if has_default else ""
    return found


def _given(call: Sequence[PowerWord], name: str, position: int) -> str | None:
    """What a call gives for a parameter, by its name or by its place; None where it gives nothing."""
    placed: list[str] = []
    skip = False
    for index, word in enumerate(call):
        text = word.text
        if skip:
            skip = False
        elif text.startswith("-") and not word.quoted and len(text) > 1 and text[1].isalpha():
            following = call[index + 1].text if index + 1 < len(call) else "-"
            skip = not following.startswith("-")
            if name.startswith(text[1:].rstrip(":").lower()):
                return following if skip else "$true"
        else:
            placed.append(text or '""')
    return placed[position] if position < len(placed) else None
