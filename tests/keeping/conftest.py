"""A folder to type commands in, as for the command line's own tests."""

from __future__ import annotations

from tests.cli.conftest import canvas, plants, shell

__all__ = ["canvas", "plants", "shell"]
