"""Fixes: edits applied to texts, and texts written back to files."""
