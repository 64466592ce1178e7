"""Tests of everything shell."""
