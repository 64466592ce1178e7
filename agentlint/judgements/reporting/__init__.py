"""Whether a run tells its result to a machine, and whether a failure ends it."""
