"""`assessor compare`: two ways of grading, on the same answers."""
