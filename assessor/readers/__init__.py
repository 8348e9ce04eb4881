"""Readers: a platform export as it was downloaded, to submissions."""
