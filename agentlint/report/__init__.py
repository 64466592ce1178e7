"""Reporters: a finished audit in, text of one form out."""
