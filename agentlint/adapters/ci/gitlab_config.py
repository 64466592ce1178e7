"""A GitLab configuration put together: local includes, `extends`, `!reference`, defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from agentlint.adapters.ci.common import Gathering, open_yaml, texts
from agentlint.documents.yaml import YamlDocuments, YamlNode

_MAX_FILES = 150
_MAX_DEPTH = 12
_MAX_REFERENCES = 5000
GLOBAL = frozenset(
    {
        "default", "include", "stages", "types", "variables", "workflow", "image", "services", "cache", "before_script",
        "after_script", "spec",
    }
)  # fmt: skip
INHERITED = (
    "after_script", "artifacts", "before_script", "cache", "hooks", "id_tokens", "image", "interruptible", "retry",
    "services", "tags", "timeout",
)  # fmt: skip


@dataclass
class Config:
    """All top-level entries by name, own ones over included ones."""

    gathering: Gathering
    entries: dict[str, YamlNode] = field(default_factory=dict)
    keys: dict[str, YamlNode] = field(default_factory=dict)
    files: dict[str, None] = field(default_factory=dict)
    resolved: dict[str, YamlNode] = field(default_factory=dict)
    references: int = 0
    opaque: set[str] = field(default_factory=set)
    """Entries that extend something that is not in this tree."""

    def load(self, documents: YamlDocuments, path: str) -> None:
        """Take in a file, what it includes first."""
        self.files[path] = None
        root = main_document(documents)
        if root is None or not root.is_map:
            return
        for included in self._includes(root, path):
            if included in self.files or len(self.files) >= _MAX_FILES:
                continue
            file = self.gathering.tree.read(included)
            if file is None:
                continue
            self.files[included] = None
            self.load(open_yaml(file, self.gathering), included)
        for name, node in root.pairs():
            known = self.entries.get(name)
            self.entries[name] = merged(known, node) if known is not None else node

    def _includes(self, root: YamlNode, path: str) -> Iterator[str]:
        include = root.get("include")
        if include is None:
            return
        for item in include.children if include.is_list else (include,):
            local = item.text if item.is_scalar else item.value("local")
            if not local or "://" in local or "$" in local:
                continue
            local = local.lstrip("/")
            if "*" in local:
                yield from sorted(name for name in self.gathering.tree.paths if fnmatchcase(name, local))
            else:
                yield local

    def job(self, name: str, depth: int = 0) -> YamlNode | None:
        """An entry with what it extends merged in."""
        if name in self.resolved:
            return self.resolved[name]
        node = self.entries.get(name)
        if node is None or not node.is_map or depth > _MAX_DEPTH:
            return node
        result = node
        base: YamlNode | None = None
        for parent in texts(node.get("extends")):
            found = self.job(parent, depth + 1) if parent != name else None
            if parent in self.opaque or (parent not in self.entries and parent != name):
                self.opaque.add(name)
            if found is not None and found.is_map:
                base = found if base is None else merged(base, found)
        if base is not None:
            result = merged(base, node)
        self.resolved[name] = result
        return result

    def setting(self, job: YamlNode, key: str) -> YamlNode | None:
        """A job's key, else what `default:` or the old global keys say."""
        own = job.get(key)
        if own is not None or key not in INHERITED:
            return own
        inherit = job.at("inherit", "default")
        if inherit is not None and (inherit.truth is False or (inherit.is_list and key not in texts(inherit))):
            return None
        default = self.entries.get("default")
        found = default.get(key) if default is not None else None
        return found if found is not None else self.entries.get(key)

    def lines(self, node: YamlNode | None, depth: int = 0) -> Iterator[YamlNode]:
        """The scalars of a script, lists opened and `!reference` followed."""
        if node is None or depth > _MAX_DEPTH:
            return
        if node.tag == "!reference":
            self.references += 1
            if self.references <= _MAX_REFERENCES:
                yield from self.lines(self.reference(node), depth + 1)
        elif node.is_list:
            for child in node.children:
                yield from self.lines(child, depth + 1)
        elif node.is_scalar and not node.is_null:
            yield node

    def reference(self, node: YamlNode) -> YamlNode | None:
        """What a `!reference [job, key, ...]` stands for."""
        path = texts(node)
        if not path:
            return None
        found = self.job(path[0])
        for key in path[1:]:
            found = found.get(key) if found is not None else None
        return found

    def resolve(self, node: YamlNode | None) -> YamlNode | None:
        """The node, or what it refers to."""
        for _ in range(_MAX_DEPTH):
            if node is None or node.tag != "!reference":
                return node
            node = self.reference(node)
        return None

    def flattened(self, node: YamlNode | None, depth: int = 0) -> Iterator[YamlNode]:
        """The entries of a list (of rules) with references to lists opened."""
        node = self.resolve(node)
        if node is None or depth > _MAX_DEPTH:
            return
        self.references += 1
        for child in node.children:
            if (child.is_list or child.tag == "!reference") and self.references < _MAX_REFERENCES:
                yield from self.flattened(child, depth + 1)
            elif child.is_map:
                yield child


def main_document(documents: YamlDocuments) -> YamlNode | None:
    """The configuration; a header with `spec:` stands before it as a document of its own."""
    found = [document for document in documents.documents if document.is_map]
    if len(found) > 1 and found[0].get("spec") is not None:
        return found[1]
    return found[0] if found else None


def merged(base: YamlNode, over: YamlNode, depth: int = 0) -> YamlNode:
    """Two maps as GitLab merges them: keys of `over` win, maps within maps are merged, lists are replaced."""
    if not base.is_map or not over.is_map or depth > _MAX_DEPTH:
        return over
    below: Mapping[str, tuple[YamlNode, YamlNode]] = {key.text: (key, value) for key, value in base.items}
    items: list[tuple[YamlNode, YamlNode]] = []
    for key, value in over.items:
        found = below.get(key.text)
        if found is not None and found[1].is_map and value.is_map:
            value = merged(found[1], value, depth + 1)
        items.append((key, value))
    names = {key.text for key, _ in over.items}
    items.extend(pair for name, pair in below.items() if name not in names)
    return replace(over, items=tuple(items))
