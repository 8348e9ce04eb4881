"""The engine: one run over a class, bounded, resumable, cancellable."""
