"""`assessor rubric`: the rubric bench."""
