"""Which work could run at once, and which does."""
