"""The neutral model: what a repository does, in one language for all its dialects. Knows nothing of rules."""
