"""Calls of a function from other files: a question in a helper is answered where every caller answers it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from agentlint.adapters.code.callers import MAX_MENTIONS, with_callers
from agentlint.adapters.code.calls import call_of
from agentlint.adapters.code.conditions import guards_of
from agentlint.documents.code import CodeTree, read_code
from agentlint.facts.command import ANSWERING, Guard, GuardKind
from agentlint.files.lazily import lazily

if TYPE_CHECKING:
    from agentlint.adapters.context import TreeContext

MAX_FILES = 1500
"""Files looked through for callers, the nearest first."""
MAX_PARSED = 30
_SUFFIXES = {
    "javascript": (".js", ".mjs", ".cjs", ".jsx", ".tsx", ".ts", ".mts", ".cts"),
    "typescript": (".js", ".mjs", ".cjs", ".jsx", ".tsx", ".ts", ".mts", ".cts"),
    "go": (".go",), "ruby": (".rb",), "java": (".java",), "php": (".php",), "csharp": (".cs",), "rust": (".rs",),
    "python": (".py",),
}  # fmt: skip
NOT_CALLERS = lazily(
    r"(?:^|/)(?:node_modules|vendor|dist|build|tests?|spec|__tests__|testdata)/|(?:^|/)test_[^/]*\.py$|_test\.(?:go|py)$|\.(?:test|spec)\.|\.d\.ts$|\.min\.js$"
)
_PACKAGES = frozenset("term terminal gopass speakeasy survey readline prompter".split())
COMMON = frozenset(
    "main run init new get set call apply render start stop execute handle next close open read write test".split()
)


def guard_of_callers_elsewhere(context: TreeContext, path: str, own: CodeTree, dialect: str, name: str) -> Guard | None:
    """A guard under which every call of this function in other files stands; None where one has none or there are none."""
    if len(name) < 4 or name in COMMON:
        return None
    plain = name.encode("ascii", "replace")
    wanted = re.compile(rb"(?<![\w$])" + re.escape(plain) + rb"\s?\(")
    first: Guard | None = None
    parsed = 0
    for other in near(context, path, _SUFFIXES[dialect]):
        file = context.read(other)
        if file is None or plain not in file.data or not wanted.search(file.data):
            continue
        parsed += 1
        tree = _parse(dialect, other, file.data) if parsed <= MAX_PARSED else None
        if tree is None:
            return None
        for guard in _guards(tree, name, _qualified(own, path, other, name) if dialect == "go" else ""):
            if guard is None:
                return None
            first = first or guard
    return Guard(GuardKind.INTERACTIVE_CALLER, first.text, first.span) if first is not None else None


def _parse(dialect: str, path: str, data: bytes) -> CodeTree | None:
    if dialect in {"javascript", "typescript"}:
        dialect = "typescript" if path.endswith((".ts", ".mts", ".cts")) else "javascript"
    return read_code(dialect, data.decode("utf-8", "surrogateescape"))


def near(context: TreeContext, path: str, suffixes: tuple[str, ...]) -> list[str]:
    """The other sources that may call a function of `path`, those with the longest common folder first."""
    parts = posixpath.dirname(path).split("/")

    def distance(other: str) -> tuple[int, str]:
        common = 0
        for own, its in zip(parts, other.split("/"), strict=False):
            if own != its:
                break
            common += 1
        return -common, other

    found = [
        other for other in context.paths if other.endswith(suffixes) and other != path and not NOT_CALLERS.search(other)
    ]
    return sorted(found, key=distance)[:MAX_FILES]


def _qualified(own: CodeTree, path: str, other: str, name: str) -> str:
    """How another Go file calls a function: by its bare name in the same package, else with the package's name."""
    if re.search(rf"(?m)^func \([^()\n]{{1,80}}\) {re.escape(name)}\(", own.text):
        return f".{name}"
    if posixpath.dirname(path) == posixpath.dirname(other):
        return name
    package = re.search(r"(?m)^package (\w+)", own.text)
    return f"{package[1]}.{name}" if package else name


def _is_meant(written: str, callee: str) -> bool:
    """A method is called on anything but the packages that have a function of that name."""
    if not callee.startswith("."):
        return written == callee
    return written.endswith(callee) and written.removesuffix(callee) not in _PACKAGES


def _guards(tree: CodeTree, name: str, callee: str) -> Iterator[Guard | None]:
    """For each call of the function, the guard it stands under, or None. `callee`: how it must be written."""
    for match in islice(re.finditer(rf"(?<![\w$]){re.escape(name)}(?![\w$])", tree.text), MAX_MENTIONS):
        leaf = tree.leaf(match.start())
        if not leaf.type.endswith(("identifier", "name")):
            continue
        call = call_of(tree, leaf)
        if call is not None and (not callee or _is_meant(call.callee, callee)):
            guards = with_callers(tree, guards_of(tree, call.node, call.above), call.above)
            yield next((guard for guard in reversed(guards) if guard.kind in ANSWERING), None)
