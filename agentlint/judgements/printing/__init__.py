"""What the programs of a repository print, and for whom."""
