"""What the documents of a repository say, and whether it still holds."""
