"""Pages that open offline: the report of a class, and a feedback page per student."""
