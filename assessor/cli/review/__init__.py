"""`assessor review`: the local page, and hand-graded sheets."""
