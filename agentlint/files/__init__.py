"""The walk, the kinds of files, and a file's bytes and lines. Knows nothing of formats."""
