#!/usr/bin/env python3
"""Grade what arrives in a folder: `inbox/STUDENT--N.txt` in, `outbox/STUDENT--N.json` out.

    python worker.py FOLDER [--once]

FOLDER holds assessor.toml (settings and the rubric's name). A submission is written into it under
another name and renamed into inbox/, so that no half of one is read. Several workers may share a
folder: a rename claims a submission. What a killed worker had claimed is graded again by the next
one that starts with --recover. Every submission gets a result: a grade, or `pending` with its
reason.
"""

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

# Submissions of a student that are graded; later ones are kept and not graded: no oracle.
LIMIT = int(os.environ.get("LIMIT", "3"))
PATIENCE = 600
PAUSE = 1.0


def claim(folder):
    """Return the oldest submission of the inbox, moved to where no other worker takes it.

    Each worker has its own place: what comes under one name twice is two submissions.
    """
    own = folder / "working" / f"{socket.gethostname()}-{os.getpid()}"
    own.mkdir(exist_ok=True)
    for path in sorted((folder / "inbox").glob("*.txt"), key=arrived):
        if path.is_dir() and not path.is_symlink():
            continue  # no submission, and it would stand in the way later
        try:
            return path.rename(own / path.name)
        except FileNotFoundError:
            continue  # another worker was faster
    own.rmdir()
    return None


def arrived(path):
    """When a submission came; a link's own time, and 0 for what another worker took meanwhile."""
    try:
        return path.lstat().st_mtime
    except FileNotFoundError:
        return 0.0


def pending(student, reason):
    return {
        "student_id": student,
        "status": "pending",
        "state": "ungraded",
        "grade": None,
        "proposed_grade": None,
        "reasons": [reason],
        "feedback": "",
        "key_points": [],
    }


def write(path, result):
    half = path.with_suffix(".half")
    half.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
    half.replace(path)


def grade(folder, submission):
    """Grade one claimed submission and leave its result in the outbox."""
    student = student_of(submission)
    # Whoever waits at the outbox sees a finished result only.
    target = submission.with_suffix(".json")
    before = sum(student_of(each) == student for each in (folder / "done").glob("*.txt"))
    if LIMIT and before >= LIMIT:
        write(target, pending(student, "resubmission_limit"))
    else:
        command = [
            sys.executable,
            "-P",  # no module is taken from the folder
            "-m",
            "assessor",
            "grade",
            "--store",
            "memory",
            "--only",
            student,
        ]
        # A link is not followed: assessor refuses it, and the result says so.
        command += ["--answer-file", str(submission.absolute()), "--results", str(target.resolve())]
        try:
            subprocess.run(command, cwd=folder, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            write(target, pending(student, "stopped:time"))
        if not target.is_file():
            write(target, pending(student, "stopped:worker"))
    target.replace(folder / "outbox" / target.name)
    submission.replace(aside(folder / "done" / submission.name))


def aside(path):
    """A name that nothing has yet: what comes twice under one name counts twice."""
    return path.with_stem(f"{path.stem}~{time.time_ns()}") if os.path.lexists(path) else path


def student_of(path):
    """Whose submission it is, also where it stands aside: an id may begin with another's."""
    stem = re.sub(r"~\d{15,}$", "", path.stem)
    return stem.rpartition("--")[0] or stem


def main():
    parser = argparse.ArgumentParser(description="Grade what arrives in a folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--once", action="store_true", help="stop when the inbox is empty")
    parser.add_argument("--recover", action="store_true", help="take up what a killed worker left")
    options = parser.parse_args()
    for name in ("inbox", "working", "outbox", "done"):
        (options.folder / name).mkdir(parents=True, exist_ok=True)
    if options.recover:
        for path in sorted((options.folder / "working").rglob("*.txt")):
            back = options.folder / "inbox" / path.name
            # A later one of the same name goes first; this one waits for the next --recover.
            if not os.path.lexists(back):
                path.rename(back)
    while True:
        submission = claim(options.folder)
        if submission is not None:
            grade(options.folder, submission)
        elif options.once:
            return
        else:
            time.sleep(PAUSE)


if __name__ == "__main__":
    main()
