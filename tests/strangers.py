"""A file that belongs to somebody else, for root and for everybody else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assessor import disk

OTHER = 12345


def give_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make `path` another user's: truly as root, else by what the system says of its owner.

    Who may not give files away sees every other file as theirs and this one as another's.
    """
    if os.geteuid() == 0:
        os.chown(path, OTHER, -1)
        return
    inode, of_status = path.stat().st_ino, disk._foreign

    def foreign(status: os.stat_result) -> str:
        if status.st_ino != inode:
            return of_status(status)
        return f"belongs to another user (uid {OTHER}, you are {status.st_uid})"

    monkeypatch.setattr(disk, "_foreign", foreign)
