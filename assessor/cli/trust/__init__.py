"""`assessor trust`: how far the grades can be trusted."""
