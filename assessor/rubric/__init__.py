"""The marking guide: its types, its file, its faults."""
