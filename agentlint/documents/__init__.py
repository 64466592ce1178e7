"""One reader for each format: exact spans, and a broken corner hides nothing else. Knows no good or bad."""
