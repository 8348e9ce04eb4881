"""assessor grades short written answers against a rubric, with a quote beside every credit."""
