"""Adapters: one document in, facts out. One module for each kind of file, found through the table of kinds."""
