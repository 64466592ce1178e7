"""Sleeps and gates: time that passes by guess or for a person."""
