"""Rust: Cargo.toml, .cargo/config.toml and nextest's configuration."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.documents.node import Node
from agentlint.documents.toml import read_toml
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Dependency
from agentlint.files.source import SourceFile

_GROUPS = {"dependencies": "runtime", "dev-dependencies": "dev", "build-dependencies": "build"}


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of one of Cargo's files."""
    found = Gathering(file)
    document = read_toml(file.text)
    found.faults(document.errors)
    root = document.root
    if file.path.endswith("nextest.toml"):
        found.flat_settings("nextest", root)
    elif file.path.endswith("Cargo.toml"):
        _manifest(found, root, tree)
    elif "rust-toolchain" in file.path:
        found.flat_settings("rust", root)
    else:
        found.flat_settings("cargo", root)
    return found.facts()


def _manifest(found: Gathering, root: Node, tree: TreeContext) -> None:
    package = root.get("package")
    workspace = root.get("workspace")
    members = workspace.get("members") if workspace is not None else None
    binaries = [item.value("name") for item in _children(root.get("bin"))]
    prefix = f"{found.directory}/" if found.directory else ""
    library = root.get("lib") is not None or f"{prefix}src/lib.rs" in tree.paths
    main = f"{prefix}src/main.rs" in tree.paths
    found.manifest(
        "rust",
        name=package.value("name") if package is not None else "",
        dependencies=list(_dependencies(root)),
        package_manager="cargo",
        entry_points=binaries or ([package.value("name")] if main and package is not None else []),
        application=(main or bool(binaries)) and not library,
        workspaces=members.texts() if members is not None else (),
    )
    found.flat_settings("cargo", root.get("profile"), "profile")
    for key in ("rust-version", "autotests"):
        node = package.get(key) if package is not None else None
        if node is not None and node.is_scalar:
            found.setting("cargo", key, node.text, node.entry)
    for test in _children(root.get("test")):
        harness = test.get("harness")
        if harness is not None:
            found.setting("cargo", f"test.{test.value('name')}.harness", harness.text, harness.entry)


def _children(node: Node | None) -> tuple[Node, ...]:
    return node.children if node is not None else ()


def _dependencies(root: Node) -> Iterator[Dependency]:
    """Of the package, of its targets, and of the workspace."""
    targets, workspace = root.get("target"), root.get("workspace")
    tables = [root, *(value for _, value in targets.pairs())] if targets is not None else [root]
    tables += [workspace] if workspace is not None else []
    for table in tables:
        for key, group in _GROUPS.items():
            entries = table.get(key)
            for name, value in entries.pairs() if entries is not None else ():
                yield Dependency(name, value.text if value.is_scalar else value.value("version"), group, value.entry)
