"""`python -m assessor`."""

from __future__ import annotations

from assessor.cli import main

if __name__ == "__main__":
    main()
