"""The engine: files to facts, facts through rules to findings."""
