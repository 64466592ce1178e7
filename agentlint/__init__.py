"""agentlint: an agent-readiness audit linter."""

__version__ = "0.1.0"
