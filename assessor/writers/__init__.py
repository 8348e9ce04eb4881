"""Writers: files for people and for platforms."""
