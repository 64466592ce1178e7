"""Prompts through functions of the repository's own: a question stands where its words are, and not in the helper that puts it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from agentlint.adapters.code.calls import calls
from agentlint.adapters.code.source import Source
from agentlint.adapters.context import TreeContext
from agentlint.adapters.js_asks import find_asks
from agentlint.adapters.js_imports import imported
from agentlint.facts.interface import AskKind
from agentlint.files.prefilters import JAVASCRIPT

_OWN_MODULE = re.compile(r"\.{1,2}(?:/[\w.-]+)+")
_ENDINGS = ("", ".ts", ".js", ".mjs", ".tsx", ".mts", ".cjs", "/index.ts", "/index.js", "/index.mjs")
_HANDED_ON = re.compile(r"\bexport\s*(?:\*|\{[^}]{1,600}\})\s*from\s*[\"'](\.{1,2}/[\w./-]{1,100})[\"']")
MAX_HELPERS = 40
MAX_MODULES = 60
"""Modules of its own that one file loads and that are looked at."""


def find_all_asks(source: Source) -> None:
    """The questions of a file, those put through helpers included."""
    find_asks(source)
    _through_own_helpers(source)
    for name, (module, member) in list(imported(source.tree, _OWN_MODULE).items())[:MAX_MODULES]:
        for helper, kind in _helpers_for(source, module).items():
            if member == helper:
                _ask(source, name, kind)
            elif member in {"*", "default"}:
                _ask(source, f"{name}.{helper}", kind)


def _through_own_helpers(source: Source) -> None:
    """Calls of the file's own helpers, which may be helpers themselves."""
    done: set[str] = set()
    while (left := [name for name in source.helpers if name not in done]) and len(done) < MAX_HELPERS:
        done.update(left)
        for name in left:
            _ask(source, name, source.helpers[name])
            _ask(source, f"this.{name}", source.helpers[name])


def _ask(source: Source, callee: str, kind: AskKind) -> None:
    for call in calls(source.tree, re.compile(rf"(?<![\w.$]){re.escape(callee)}\s{{0,3}}[(<]")):
        if call.callee == callee:
            source.ask(call, kind)


def _helpers_for(source: Source, module: str) -> Mapping[str, AskKind]:
    path = _path_of(source.context, source.path, module)
    return _helpers_of(source.context, path) if path else MappingProxyType({})


def _path_of(context: TreeContext, path: str, module: str) -> str:
    """The file of the tree that a module's name means."""
    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(path), module))
    stem = re.sub(r"\.(?:js|mjs|cjs|jsx)$", "", wanted)
    return next((base + ending for base in (wanted, stem) for ending in _ENDINGS if base + ending in context.paths), "")


@lru_cache(maxsize=512)
def _helpers_of(context: TreeContext, path: str, depth: int = 0) -> Mapping[str, AskKind]:
    """The functions of a module that ask for their callers."""
    file = context.read(path)
    if file is None:
        return MappingProxyType({})
    found: dict[str, AskKind] = {}
    if JAVASCRIPT.search(file.data):
        source = Source.of(file, context, "typescript" if path.endswith(("ts", "tsx")) else "javascript", "javascript")
        if source is not None:
            source.only_helpers = True
            find_asks(source)
            _through_own_helpers(source)
            found.update(source.helpers)
    if depth < 1 and len(file.data) < 20_000 and b"export" in file.data:
        for inner in _handed_on(context, path, file.data.decode("utf-8", "replace")):
            found.update(_helpers_of(context, inner, depth + 1))
    return MappingProxyType(found)


def _handed_on(context: TreeContext, path: str, text: str) -> Iterator[str]:
    for match in list(_HANDED_ON.finditer(text))[:MAX_MODULES]:
        inner = _path_of(context, path, match[1])
        if inner:
            yield inner
