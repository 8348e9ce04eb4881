"""Judges: what reads an answer."""
