"""Regular expressions for rules that are compiled when they are first asked."""

from __future__ import annotations

from agentlint.files.lazily import lazily

__all__ = ["lazily"]
