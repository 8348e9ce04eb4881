"""Files that a person names: rubrics, sheets, texts; and what to do where one is wrong."""

from __future__ import annotations

import difflib
import re
import shlex
from pathlib import Path

from assessor.assets import folder as shipped_folder
from assessor.assets import shipped_rubrics
from assessor.disk import NotOurs, read_named
from assessor.errors import InputError, RubricError
from assessor.judges.recorded import Recording, read_recording
from assessor.readers import ReadOptions, read_answers
from assessor.rubric import Rubric, load_rubric
from assessor.submission import Submission
from assessor.writers.files import write_file

# Bytes of a file that is read whole: several times an export of 100,000 long answers.
MOST_OF_A_FILE = 1_000_000_000


def find_rubric(name: str, folder: Path) -> tuple[Rubric, str]:
    """Return a rubric and its text, by path (from here or the assignment) or shipped id.

    Raises RubricError that lists what there is.
    """
    for path in (Path(name), folder / name):
        if path.suffix in {".yaml", ".yml"} and path.exists():
            text = read_text(path)
            return load_rubric(text, str(path)), text
    shipped = shipped_rubrics()
    if name in shipped:
        text = read_text(shipped[name])
        return load_rubric(text, shipped[name].name), text
    if any(path.exists() for path in (Path(name), folder / name)):
        raise RubricError(
            f"rubric {name!r}: is no rubric, whose file ends in .yaml or .yml; to make one of it: "
            f"assessor rubric new --from {shlex.quote(name)} --out rubric.yaml"
        )
    own = sorted(each.name for end in ("*.yaml", "*.yml") for each in folder.glob(end))
    close = difflib.get_close_matches(name, [*own, *shipped], n=1)
    meant = f"did you mean {close[0]!r}? " if close else ""
    here = f"in this folder are {', '.join(own)}; " if own else ""
    raise RubricError(
        f"rubric {name!r}: no such file and no shipped rubric of that id; {meant}{here}"
        f"shipped are {', '.join(shipped)}; to make one "
        "of a marking guide: assessor rubric new --from GUIDE --out rubric.yaml"
    )


def rubrics_here(place: Path) -> tuple[dict[str, Rubric], list[str]]:
    """Return this folder's rubrics by file name, and what was said of files that look like one."""
    found: dict[str, Rubric] = {}
    unread: list[str] = []
    for path in sorted(each for end in ("*.yaml", "*.yml") for each in place.glob(end)):
        try:
            text = read_bytes(path).decode("utf-8-sig", "replace")
        except InputError as error:
            unread.append(str(error))
            continue
        if not re.search(r"^key_points\s*:", text, re.MULTILINE):
            continue
        try:
            found[path.name] = load_rubric(text, path.name)
        except RubricError as error:
            unread.append(
                f"{path.name} has faults: assessor check {path.name} ({error.problems[0]})"
            )
    return found, unread


def read_text(path: Path) -> str:
    """Return a text file's content. Raises InputError where it cannot be read as UTF-8."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from error


def read_bytes(path: Path) -> bytes:
    """Return a file's content. Raises InputError with what to do."""
    try:
        return read_named(path, MOST_OF_A_FILE)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; check the path") from error
    except IsADirectoryError as error:
        raise InputError(f"{path}: is a folder; name the file in it") from error
    except NotOurs as error:
        raise InputError(f"{path}: {error.strerror}; name another file") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check it") from error


def require_sheet_name(out: Path) -> None:
    """Refuse a file name that is neither CSV nor a workbook."""
    if out.suffix.lower() not in {".csv", ".xlsx"}:
        raise InputError(f"{out}: a sheet ends in .csv or .xlsx; name it so")


def write_sheet(out: Path, data: bytes) -> None:
    """Write a sheet to fill in; one that is there and says anything else is never written over."""
    if out.exists() and (out.is_dir() or read_bytes(out) != data):
        raise InputError(f"{out}: is there already and may hold a person's work; name another file")
    write_file(out, data)


def new_sheet(name: str, folder: Path = Path()) -> str:
    """Return a name for a sheet that is not there yet: this one, or one with a number.

    `folder` is where the command will be typed.
    """
    path = Path(name)
    names = (path, *(path.with_stem(f"{path.stem}-{number}") for number in range(2, 1000)))
    return str(next((each for each in names if not (folder / each).exists()), path))


def read_submissions(file: str | Path, *, student: str = "", answer: str = "") -> list[Submission]:
    """Return every attempt in an answers file. Raises SubmissionError."""
    path = Path(file)
    options = ReadOptions(student=student, answer=answer)
    return list(read_answers(read_bytes(path), str(path), options).submissions)


def recording(file: str = "") -> Recording:
    """Read recorded verdicts; answers that they name by student stand in answers.csv beside them.

    Raises InputError.
    """
    path = (
        Path(file) if file else shipped_folder("examples") / "critique" / "recorded_verdicts.jsonl"
    )
    text = read_text(path)
    beside = path.with_name("answers.csv")
    known = read_submissions(beside) if beside.is_file() else []
    return read_recording(text, {each.student_id: each.answer for each in known}, str(path))
