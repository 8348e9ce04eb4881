"""`assessor export`: give the grades back."""
