"""`assessor rulings`: the judge asks the instructor."""
