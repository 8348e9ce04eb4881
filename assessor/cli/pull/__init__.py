"""`assessor pull`: an assignment's submissions, fetched."""
