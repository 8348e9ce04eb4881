"""Hand-ins as files."""
