"""Judges: what reads an answer. `backends` lists them."""
