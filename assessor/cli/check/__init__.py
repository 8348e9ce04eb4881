"""`assessor check`: a file, a rubric or a judge before it is used."""
