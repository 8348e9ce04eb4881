"""Tests of rulings: borders found, questions put, what follows."""
