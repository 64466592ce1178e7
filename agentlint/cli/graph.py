"""`agentlint graph`: the loop graph of a tree."""

from __future__ import annotations

from argparse import Namespace

from agentlint.cli.output import write
from agentlint.cli.settings import settings
from agentlint.cli.target import target_of
from agentlint.engine.audit import audit_tree
from agentlint.report.loop_graph import picture_of, render


def graph(options: Namespace) -> int:
    """Print or write the graph of the whole tree."""
    target = target_of(options.paths)
    audit = audit_tree(target.root, settings(options, target.root))
    write(render(picture_of(audit.repository), options.output_format), options.output_file)
    return 0
