"""Statistics: pure functions over grades of people and judges."""
