"""Scripts that a hosted service runs and that are no pipeline: documentation hosts, package builders, work spaces.

Each file's commands become a unit of the kind "job" without a pipeline around it: they run unattended, and nothing more is
known of their surroundings.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, yaml_root
from agentlint.documents.yaml import YamlNode
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile

_ANY = "*"
_PLACES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    ".readthedocs.yml": (("build", "commands"), ("build", "jobs", _ANY), ("build", "jobs", "build", _ANY)),
    "snapcraft.yaml": (
        ("parts", _ANY, "override-pull"),
        ("parts", _ANY, "override-build"),
        ("parts", _ANY, "override-prime"),
    ),
    "buildspec.yml": (("phases", _ANY, "commands"), ("phases", _ANY, "finally")),
    ".gitpod.yml": (("tasks", _ANY, "before"), ("tasks", _ANY, "init"), ("tasks", _ANY, "command")),
    ".packit.yaml": (("actions", _ANY),),
    "packagecore.yaml": (("commands", _ANY), ("packages", _ANY, "commands", _ANY)),
    "lima.yaml": (("provision", _ANY, "script"),),
    "cloud-init.yaml": (("bootcmd",), ("runcmd",)),
}
"""Where commands stand, by file. Sources: docs.readthedocs.com/platform/stable/config-file/v2.html, snapcraft.io/docs/override-build,
docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html,
gitpod.io/docs/classic/user/references/gitpod-yml, packit.dev/docs/configuration/actions,
github.com/BytePackager/packagecore, lima-vm.io/docs/templates, cloudinit.readthedocs.io/en/latest/reference/modules.html."""
_SPELLED = {
    ".readthedocs.yaml": ".readthedocs.yml",
    "readthedocs.yml": ".readthedocs.yml",
    "snapcraft.yml": "snapcraft.yaml",
    "buildspec.yaml": "buildspec.yml",
    ".gitpod.yaml": ".gitpod.yml",
    ".packit.yml": ".packit.yaml",
    "packagecore.yml": "packagecore.yaml",
    "lima.yml": "lima.yaml",
    "cloud-init.yml": "cloud-init.yaml",
    "cloud-config.yaml": "cloud-init.yaml",
    "cloud-config.yml": "cloud-init.yaml",
    "user-data.yaml": "cloud-init.yaml",
    "user-data.yml": "cloud-init.yaml",
}


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of one such file."""
    found = Gathering(file)
    root = yaml_root(found)
    name = posixpath.basename(file.path)
    places = _PLACES.get(_SPELLED.get(name, name), ())
    if root is None or not root.is_map:
        return found.facts()
    nodes = [node for place in places for node in _at(root, place)]
    unit = found.unit(UnitKind.JOB, name, file.whole) if nodes else ""
    for node in nodes:
        for line in node.children if node.is_list else (node,):
            if line.is_scalar and line.text:
                found.shell(line.embedded(), unit, dialect="bash", directory="", errexit=True)
    return found.facts()


def _at(node: YamlNode, place: tuple[str, ...]) -> Iterator[YamlNode]:
    """The nodes at the end of a path of keys; `*` stands for every key or element."""
    if not place:
        yield node
        return
    inner = [value for _, value in node.pairs()] or list(node.children) if place[0] == _ANY else [node.get(place[0])]
    for child in inner:
        if child is not None:
            yield from _at(child, place[1:])
