"""The ceiling: what an infinitely fast model could still gain, and what each remedy gives back. Knows no reporters."""

from agentlint.ceiling.bounds import Bounds, Ceiling, Scope, ceiling_of
from agentlint.ceiling.path import Node, PathReport, critical_path

__all__ = ["Bounds", "Ceiling", "Node", "PathReport", "Scope", "ceiling_of", "critical_path"]
