"""A person's work is safe: nothing overwritten, nothing counted that nobody said."""
