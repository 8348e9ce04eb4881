"""Synced and network folders keep what people read; the database goes where it is safe."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import closing
from pathlib import Path, PurePosixPath

import pytest

from assessor.ambient import real
from assessor.store import Store, open_store
from assessor.store.place import unfit
from tests.store.build import ask, reply, store_in

MOUNTS = r"""
/dev/sda1 / ext4 rw,relatime 0 0
server:/home /home nfs4 rw,vers=4.2 0 0
/dev/sdb1 /home/kim/local ext4 rw 0 0
//server/share /mnt/my\040class cifs rw 0 0
tmpfs /run tmpfs rw 0 0
C:\134 /mnt/c 9p rw,aname=drvfs 0 0
gvfsd /media/remote fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        ("/srv/class/.assessor", ""),
        ("/home/kim/class/.assessor", "a network folder (nfs4)"),
        ("/home/kim/local/class/.assessor", ""),
        ("/homework/.assessor", ""),
        ("/mnt/my class/.assessor", "a network folder (cifs)"),
        ("/mnt/c/Users/kim/.assessor", "a network folder (9p)"),
        ("/media/remote/x", "a network folder (fuse.sshfs)"),
        ("//server/share/x", "a network folder"),
        ("/srv/Dropbox/x", "the synced folder 'Dropbox'"),
        ("/srv/Dropbox (Personal)/x", "the synced folder 'Dropbox (Personal)'"),
        ("/srv/OneDrive - University of X/x", "the synced folder 'OneDrive - University of X'"),
        ("/srv/Google Drive/x", "the synced folder 'Google Drive'"),
        ("/srv/Library/CloudStorage/Box-Box/x", "the synced folder 'CloudStorage'"),
        ("/srv/Library/Mobile Documents/x", "the synced folder 'Mobile Documents'"),
        ("/srv/iCloud Drive/x", "the synced folder 'iCloud Drive'"),
        ("/srv/Nextcloud/x", "the synced folder 'Nextcloud'"),
        ("/srv/dropboxes/x", ""),
        ("/srv/my onedrive notes/x", ""),
    ],
)
def test_unfit_folders_are_known(folder: str, why: str) -> None:
    """Network file systems and the folders of sync programs are found; their like is not."""
    assert unfit(Path(PurePosixPath(folder)), MOUNTS) == why


def test_in_a_synced_folder_the_database_stands_elsewhere(tmp_path: Path) -> None:
    """The database is among the user's data, the notes say so, decisions stay in place."""
    folder = tmp_path / "Dropbox" / "week4" / ".assessor"
    with closing(open_store(folder, real(), data_home=tmp_path / "data")) as store:
        store.record_export("canvas", "Quiz 4", {})
        where = store.place.database

        assert where is not None
        assert where.is_relative_to(tmp_path / "data")
        assert {path.name for path in folder.iterdir()} == {"decisions.jsonl", "database-id"}
        assert store.notes == (
            f"{folder} is in the synced folder 'Dropbox', where a database can be damaged: "
            f"it is kept in {where}",
        )
        assert where.parent.stat().st_mode & 0o777 == 0o700


def test_without_a_better_place_the_database_stays(tmp_path: Path) -> None:
    """Where the user's data is no safer, the database needs no shared memory, and it is said."""
    folder = tmp_path / "Dropbox" / ".assessor"
    home = tmp_path / "OneDrive"
    for _ in range(2):
        with closing(open_store(folder, real(), data_home=home)) as store:
            store.record([ask()], [reply()])

            assert store.place.database == folder / "store.db"
            assert store.database.rows("PRAGMA journal_mode") == [("delete",)]
            assert "use this store from one machine at a time" in store.notes[0]
    assert not home.exists()


def test_each_synced_folder_has_its_own_database(tmp_path: Path) -> None:
    """Two classes in one synced folder do not share a database, and each finds its own again."""
    homes = []
    for name in ("a", "b", "a"):
        folder = tmp_path / "Dropbox" / name / ".assessor"
        with closing(open_store(folder, real(), data_home=tmp_path / "data")) as store:
            homes.append(store.place.database)

    assert homes[0] == homes[2] != homes[1]


def test_a_folder_moved_into_a_synced_place_brings_its_database_along(tmp_path: Path) -> None:
    """What was paid for before the move is still known after it."""
    with store_in(tmp_path / "here") as store:
        store.record([ask()], [reply()])
    (tmp_path / "OneDrive").mkdir()
    (tmp_path / "here").rename(tmp_path / "OneDrive" / "here")

    with store_in(tmp_path / "OneDrive" / "here") as store:
        assert store.usable_replies(["k1"]) == {"k1": reply()}
        assert store.verify() == ()


def synced(folder: Path, data: Path) -> Store:
    return open_store(folder / ".assessor", real(), data_home=data)


def test_the_database_of_a_synced_folder_follows_it(tmp_path: Path) -> None:
    """Moved, what was paid for is known; at the old place a new class begins with nothing."""
    old, new = tmp_path / "Dropbox" / "a", tmp_path / "Dropbox" / "Übung 2"
    with closing(synced(old, tmp_path / "data")) as store:
        store.record([ask()], [reply()])
    old.rename(new)

    with closing(synced(new, tmp_path / "data")) as store:
        assert store.usable_replies(["k1"]) == {"k1": reply()}
        assert len(store.notes) == 1
    with closing(synced(old, tmp_path / "data")) as store:
        assert store.usable_replies(["k1"]) == {}


def test_a_copy_of_a_synced_folder_has_a_database_of_its_own(tmp_path: Path) -> None:
    """It begins with what was known, and neither writes into the other."""
    old, new = tmp_path / "Dropbox" / "a", tmp_path / "Dropbox" / "b"
    with closing(synced(old, tmp_path / "data")) as store:
        store.record([ask()], [reply()])
    shutil.copytree(old, new)

    with closing(synced(new, tmp_path / "data")) as store:
        assert store.usable_replies(["k1"]) == {"k1": reply()}
        assert store.verify() == ()
        store.record_export("canvas", "Quiz 4", {})
    with closing(synced(old, tmp_path / "data")) as store:
        assert store.history() == ()
        assert store.usable_replies(["k1"]) == {"k1": reply()}


@pytest.mark.parametrize("gone", [False, True])
def test_no_folder_has_another_classs_database_by_its_path(tmp_path: Path, gone: bool) -> None:
    """Who shares a synced folder knows where my other classes stand, and may write any id there."""
    mine, theirs = tmp_path / "Dropbox" / "mine", tmp_path / "Dropbox" / "theirs"
    with closing(synced(mine, tmp_path / "data")) as store:
        store.record([ask()], [reply()])
    path = (mine / ".assessor").resolve()
    guessed = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    (theirs / ".assessor").mkdir(parents=True)
    (theirs / ".assessor" / "database-id").write_text(guessed, encoding="utf-8")
    if gone:
        mine = mine.rename(tmp_path / "Dropbox" / "moved")

    with closing(synced(theirs, tmp_path / "data")) as store:
        assert store.usable_replies(["k1"]) == {}
    with closing(synced(mine, tmp_path / "data")) as store:
        assert store.usable_replies(["k1"]) == {"k1": reply()}


def test_on_another_machine_it_is_said_once_that_the_runs_are_not_here(tmp_path: Path) -> None:
    """Decisions come along with the folder; the line says what to do."""
    folder = tmp_path / "Dropbox" / "a"
    with closing(synced(folder, tmp_path / "data")) as store:
        store.record_export("canvas", "Quiz 4", {})
    notes = []
    for _ in range(2):
        with closing(synced(folder, tmp_path / "other machine")) as store:
            notes.append(" ".join(store.notes))
            assert len(store.history()) == 1
    with closing(synced(folder, tmp_path / "data")) as store:
        assert "not here" not in " ".join(store.notes)

    assert "go on with assessor grade" in notes[0]
    assert "not here" not in notes[1]


def test_the_users_data_folder_is_the_default(tmp_path: Path) -> None:
    """Without a data folder named, the platform's own is used."""
    folder = tmp_path / "Nextcloud" / ".assessor"
    with closing(open_store(folder, real())) as store:
        where = store.place.database

    assert where is not None
    assert where.is_relative_to(tmp_path / "data-home" / "assessor" / "stores")
