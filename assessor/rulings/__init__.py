"""Rulings: where a judge was unsure because the rubric does not say, and what a person decides."""
