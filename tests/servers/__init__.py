"""Loopback servers that tests play against."""
