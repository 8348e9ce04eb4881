"""`assessor runs`: what is in the store."""
