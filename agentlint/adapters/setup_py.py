"""setup.py: the dependencies and scripts it names in so many words. Parsed, never run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from agentlint.adapters import python
from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, with_source
from agentlint.adapters.python_requirements import requirement
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.python_places import Offsets
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Dependency
from agentlint.files.source import SourceFile

_PROGRAM = re.compile(r"\binput\(|getpass|subprocess|os\.system|environ|getenv|\bsleep\(|click|prompt")
"""Without these a setup.py only declares, and the costlier reader is not asked."""
_LISTS = {"install_requires": "runtime", "tests_require": "test", "setup_requires": "build"}


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a setup.py: its manifest, and what it does as a program."""
    own = manifest(file)
    return with_source(own, python.facts(file, tree)) if _PROGRAM.search(file.text) else own


def manifest(file: SourceFile) -> FileFacts:
    """What a setup.py declares; a file that does not parse declares nothing."""
    found = Gathering(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(file.text.encode("utf-8", "replace"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found.facts()
    call = next((node for node in ast.walk(module) if isinstance(node, ast.Call) and _is_setup(node)), None)
    if call is None:
        return found.facts()
    constants = _constants(module)
    given = {
        keyword.arg: constants.get(_name(keyword.value), keyword.value) for keyword in call.keywords if keyword.arg
    }
    offsets = Offsets(file.text)
    dependencies = [d for key, group in _LISTS.items() for d in _dependencies(offsets, given.get(key), group)]
    extras = given.get("extras_require")
    if isinstance(extras, ast.Dict):
        for key, value in zip(extras.keys, extras.values, strict=True):
            group = str(key.value) if isinstance(key, ast.Constant) else ""
            dependencies.extend(_dependencies(offsets, constants.get(_name(value), value), group))
    name = given.get("name")
    found.manifest(
        "python",
        name=str(name.value) if isinstance(name, ast.Constant) else "",
        dependencies=dependencies,
        package_manager="setuptools",
        entry_points=[text.split("=")[0].strip() for text in _scripts(given.get("entry_points"))],
    )
    return found.facts()


def _is_setup(node: ast.Call) -> bool:
    function = node.func
    return _name(function) == "setup" or (isinstance(function, ast.Attribute) and function.attr == "setup")


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _constants(module: ast.Module) -> dict[str, ast.expr]:
    """Top-level names with what is assigned to them."""
    return {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _dependencies(offsets: Offsets, node: ast.AST | None, group: str) -> Iterator[Dependency]:
    """The requirement strings of a list."""
    for item in node.elts if isinstance(node, (ast.List, ast.Tuple)) else ():
        if isinstance(item, ast.Constant) and isinstance(item.value, str):
            span = offsets.span(item)
            found = requirement(EmbeddedText.at(item.value, span.start + 1), group)
            if found is not None:
                yield Dependency(found.name, found.constraint, group, span)


def _scripts(node: ast.AST | None) -> Iterator[str]:
    """The console scripts of `entry_points`."""
    if not isinstance(node, ast.Dict):
        return
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and key.value in {"console_scripts", "gui_scripts"}:
            for item in value.elts if isinstance(value, (ast.List, ast.Tuple)) else ():
                if isinstance(item, ast.Constant) and isinstance(item.value, str):
                    yield item.value
