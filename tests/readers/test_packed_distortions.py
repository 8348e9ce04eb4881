"""Zips of hand-ins and JSON, put through what people and programs do to them.

Right, or refused with the words that help: never a wrong student, never a silent blank, nobody gone
without a word.
"""

from __future__ import annotations

import io
import json
import random
import unicodedata
import zipfile
from collections.abc import Callable
from functools import cache

import pytest

from assessor.errors import SubmissionError
from assessor.readers import Answers, ReadOptions, read_answers
from assessor.submission import InputState

CLASS = {
    "7001": ("Ann", "Bee", "A plant in the dark respires, and uses up the sugar that it stored."),
    "7002": ("Zoë", "Müller", "Ohne Licht kein Zucker: über Nacht wird er wieder veratmet – ganz."),
    "7003": ("Cid", "O'Dee", "Nothing makes up for the loss, since photosynthesis has stopped."),
}
Files = dict[str, bytes]
HELPS = ("export", "download", "--", "add", "put", "mend", "save", "unpack", "name", "remove")


def page(text: str) -> bytes:
    return f"<!DOCTYPE html><html><body><p>{text}</p></body></html>".encode()


def moodle() -> Files:
    return {
        f"{first} {last}_{key}_assignsubmission_onlinetext/onlinetext.html": page(text)
        for key, (first, last, text) in CLASS.items()
    }


def canvas() -> Files:
    return {
        f"{(last + first).lower()}_{key}_90{key}_answer.html": page(text)
        for key, (first, last, text) in CLASS.items()
    }


def brightspace() -> Files:
    return {
        f"{key}-67890 - {first} {last} - Oct 14, 2026 6-03 PM - answer.txt": text.encode()
        for key, (first, last, text) in CLASS.items()
    }


def blackboard() -> Files:
    return {
        f"Essay 1_{key}_attempt_2026-10-15-08-00-00.txt": (
            f"Name: {first} {last} ({key})\nAssignment: Essay 1\n\nSubmission Field:\n"
            f"<p>{text}</p>\n\nComments:\nThere are no student comments for this assignment.\n"
        ).encode()
        for key, (first, last, text) in CLASS.items()
    }


def gradescope() -> Files:
    listed = "".join(f"submission_{k}:\n  :submitters:\n  - :sid: '{k}'\n" for k in CLASS)
    return {
        "e/submission_metadata.yml": listed.encode(),
        **{f"e/submission_{k}/answer.txt": text.encode() for k, (_, _, text) in CLASS.items()},
    }


def sakai() -> Files:
    rows = "".join(f'"{k}","{k}","{b}","{a}","","Oct 1"\n' for k, (a, b, _) in CLASS.items())
    head = '"Essay","SCORE_GRADE_TYPE"\n\n"Display ID","ID","Last Name","First Name","grade",'
    return {
        "Essay/grades.csv": (head + '"Submission date"\n' + rows).encode(),
        **{
            f"Essay/{last}, {first}({key})/Submission text.html": page(text)
            for key, (first, last, text) in CLASS.items()
        },
    }


def packed(files: Files, *, comment: bytes = b"", stored: bool = False) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", 0 if stored else zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
        opened.comment = comment
    return data.getvalue()


def renamed(change: Callable[[str], str]) -> Callable[[Files], bytes]:
    return lambda files: packed({change(name): content for name, content in files.items()})


def rewritten(change: Callable[[bytes], bytes]) -> Callable[[Files], bytes]:
    """Change what students wrote, and leave the platform's own lists alone."""
    return lambda files: packed({n: c if _listed(n) else change(c) for n, c in files.items()})


def _listed(name: str) -> bool:
    return name.endswith((".yml", ".csv"))


def beside(**more: bytes) -> Callable[[Files], bytes]:
    added = {n.replace("__", "/").replace("_dot_", "."): c for n, c in more.items()}
    return lambda files: packed({**files, **added})


def shuffled(files: Files) -> bytes:
    names = list(files)
    random.Random(4).shuffle(names)
    return packed({name: files[name] for name in names})


def with_folders(files: Files) -> bytes:
    folders = {name.rsplit("/", 1)[0] + "/": b"" for name in files if "/" in name}
    return packed({**folders, **files})


def in_old_code_page(files: Files) -> bytes:
    """Names as old programs write them: bytes of a code page, without a mark that says so."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as opened:
        for name, content in files.items():
            opened.writestr(_stand_in(name, files), content)
    made = data.getvalue()
    for name in files:
        made = made.replace(_stand_in(name, files).encode(), name.encode("cp437", "replace"))
    return made


def _stand_in(name: str, files: Files) -> str:
    """A name of ASCII as long as another one in bytes."""
    return f"{list(files).index(name)}".ljust(len(name.encode("cp437", "replace")), "~")


def last_is_empty(files: Files) -> bytes:
    return packed({**files, [n for n in files if not _listed(n)][-1]: b""})


def last_is_gone(files: Files) -> bytes:
    gone = [n for n in files if not _listed(n)][-1]
    return packed({name: content for name, content in files.items() if name != gone})


def first_stands_twice(files: Files) -> bytes:
    data = io.BytesIO()
    name = next(n for n in files if not _listed(n))
    with zipfile.ZipFile(data, "w") as opened:
        for each, content in files.items():
            opened.writestr(each, content)
        with pytest.warns(UserWarning, match="Duplicate"):
            opened.writestr(name, page("Something else that nobody can tell from the first one."))
    return data.getvalue()


def locked(files: Files) -> bytes:
    made = bytearray(packed(files, stored=True))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := made.find(mark, start)) >= 0:
            made[start + place] |= 1
            start += 4
    return bytes(made)


ZIPS: dict[str, Callable[[Files], bytes]] = {
    "shuffled": shuffled,
    "stored": lambda files: packed(files, stored=True),
    "with a comment": lambda files: packed(files, comment=b"made by a program"),
    "with entries for folders": with_folders,
    "behind a program that unpacks it": lambda files: b"MZ" + b"\0" * 500 + packed(files),
    "a folder more": renamed(lambda name: f"class/{name}"),
    "two folders more": renamed(lambda name: f"downloads/class 4/{name}"),
    "a mac's resource forks": lambda files: packed(
        files | {f"__MACOSX/._{name.rsplit('/', 1)[-1]}": b"\0\x05\x16\x07" for name in files}
    ),
    "a finder's notes": beside(_dot_DS_Store=b"\0\0\0\1Bud1"),
    "a windows preview": beside(Thumbs_dot_db=b"\xd0\xcf\x11\xe0" + b"\0" * 512),
    "a desktop.ini": beside(desktop_dot_ini=b"[.ShellClassInfo]\r\n"),
    "backslashes": renamed(lambda name: name.replace("/", "\\")),
    "taken-apart accents": renamed(lambda name: unicodedata.normalize("NFD", name)),
    "an old code page": in_old_code_page,
    "loud endings": renamed(
        lambda name: (
            name if _listed(name) else name[: name.rindex(".")] + name[name.rindex(".") :].upper()
        )
    ),
    "utf-16": rewritten(lambda text: text.decode().encode("utf-16")),
    "utf-8 with a mark": rewritten(lambda text: b"\xef\xbb\xbf" + text),
    "windows lines": rewritten(lambda text: text.replace(b"\n", b"\r\n")),
    "old mac lines": rewritten(lambda text: text.replace(b"\n", b"\r")),
    "windows accents": rewritten(lambda text: text.decode().encode("cp1252")),
    "blanks around": rewritten(lambda text: text + b"\n \n\t\n"),
    "nobody's note": beside(README_dot_txt=b"These are the answers of week four, as downloaded."),
    "a teacher's list": beside(grades_dot_csv=b"name,points\nAnn,2\n"),
    "one is empty": last_is_empty,
    "one is gone": last_is_gone,
    "one stands twice": first_stands_twice,
    "a zip in a zip": lambda files: packed({"class.zip": packed(files)}),
    "locked": locked,
    "torn at the end": lambda files: packed(files)[:-200],
    "torn in the middle": lambda files: packed(files)[:150] + packed(files)[190:],
}

JSONS: dict[str, Callable[[], str | bytes]] = {}


def as_json(make: Callable[[], str | bytes]) -> Callable[[], str | bytes]:
    JSONS[make.__name__] = make
    return make


def objects(student: str = "student_id", answer: str = "answer") -> list[dict[str, object]]:
    return [{student: key, answer: text} for key, (_, _, text) in CLASS.items()]


@as_json
def on_one_line() -> str:
    return json.dumps(objects())


@as_json
def escaped_and_indented() -> str:
    return json.dumps(objects(), ensure_ascii=True, indent=4)


@as_json
def keys_turned_round() -> str:
    return json.dumps([dict(reversed(list(each.items()))) for each in objects()])


@as_json
def lines() -> str:
    return "\n".join(json.dumps(each) for each in objects())


@as_json
def lines_with_blank_ones_between() -> str:
    return "\n\n".join(json.dumps(each) for each in objects()) + "\n\n"


@as_json
def lines_of_windows() -> str:
    return "\r\n".join(json.dumps(each) for each in objects())


@as_json
def lines_with_commas() -> str:
    return ",\n".join(json.dumps(each) for each in objects())


@as_json
def with_a_mark() -> bytes:
    return b"\xef\xbb\xbf" + json.dumps(objects(), ensure_ascii=False).encode()


@as_json
def in_utf_16() -> bytes:
    return json.dumps(objects(), ensure_ascii=False).encode("utf-16")


@as_json
def in_windows_bytes() -> bytes:
    return json.dumps(objects(), ensure_ascii=False).encode("cp1252")


@as_json
def under_a_key() -> str:
    return json.dumps({"course": "B1", "count": 3, "results": objects()})


@as_json
def under_two_keys() -> str:
    return json.dumps({"meta": {"page": 1}, "data": {"items": objects()}})


@as_json
def numbers_as_ids() -> str:
    return json.dumps([{**each, "student_id": int(str(each["student_id"]))} for each in objects()])


@as_json
def more_keys() -> str:
    return json.dumps([{**each, "late": False, "tries": 1, "seen": None} for each in objects()])


@as_json
def keys_in_german() -> str:
    return json.dumps(objects("Matrikelnummer", "Antwort"))


@as_json
def keys_in_capitals() -> str:
    return json.dumps(objects("STUDENT_ID", "ANSWER"))


@as_json
def one_key_left_out() -> str:
    return json.dumps([*objects()[:2], {"student_id": "7003"}])


@as_json
def one_null() -> str:
    return json.dumps([*objects()[:2], {"student_id": "7003", "answer": None}])


@as_json
def one_student_twice() -> str:
    return json.dumps([*objects(), {"student_id": "7001", "answer": "Something else, later on."}])


@as_json
def one_nameless() -> str:
    return json.dumps([*objects(), {"student_id": "", "answer": "Whose is this one, then?"}])


@as_json
def answers_by_student() -> str:
    return json.dumps({key: text for key, (_, _, text) in CLASS.items()})


@as_json
def answers_in_objects_by_student() -> str:
    return json.dumps({key: {"answer": text} for key, (_, _, text) in CLASS.items()})


@as_json
def rows_below_a_header() -> str:
    return json.dumps([["student_id", "answer"], *[list(each.values()) for each in objects()]])


@as_json
def columns() -> str:
    listed = objects()
    return json.dumps({key: [each[key] for each in listed] for key in listed[0]})


@as_json
def columns_by_number() -> str:
    listed = objects()
    return json.dumps({key: {str(n): e[key] for n, e in enumerate(listed)} for key in listed[0]})


@as_json
def columns_of_unlike_length() -> str:
    return json.dumps({"student_id": list(CLASS), "answer": ["It respires all night long."]})


@as_json
def a_comma_too_many() -> str:
    return json.dumps(objects())[:-1] + ",]"


@as_json
def single_quotes() -> str:
    return str(objects())


@as_json
def torn() -> str:
    return json.dumps(objects())[:-40]


@as_json
def with_a_comment() -> str:
    return "// of week four\n" + json.dumps(objects())


@as_json
def two_lists() -> str:
    return json.dumps(objects()) + json.dumps(objects())


@as_json
def with_a_number_that_is_none() -> str:
    return json.dumps([{**each, "score": float("nan")} for each in objects()])


@pytest.mark.parametrize("distortion", ZIPS)
@pytest.mark.parametrize(
    "platform",
    [moodle, canvas, brightspace, blackboard, gradescope, sakai],
    ids=lambda p: p.__name__,
)
def test_a_distorted_zip_is_right_or_refused(
    platform: Callable[[], Files], distortion: str
) -> None:
    """Nobody has another's answer, is blank without a word, or is gone without one."""
    known = _sample(platform)

    got = _read(ZIPS[distortion](platform()), "class.zip")

    assert not _wrong(got, known, distortion)


@pytest.mark.parametrize("distortion", JSONS)
def test_distorted_json_is_right_or_refused(distortion: str) -> None:
    """As the zips; what is no JSON is never guessed at."""
    known = _read(on_one_line(), "class.json")
    assert isinstance(known, Answers)

    got = _read(JSONS[distortion](), "class.json")

    assert not _wrong(got, known, distortion)


@cache
def _sample(platform: Callable[[], Files]) -> Answers:
    known = _read(packed(platform()), "class.zip")
    assert isinstance(known, Answers)
    assert _answers(known) == {key: text for key, (_, _, text) in CLASS.items()}
    return known


def _read(data: bytes | str, file: str) -> Answers | str:
    """What was read, or the words of the refusal."""
    try:
        raw = data.encode() if isinstance(data, str) else data
        return read_answers(raw, file, ReadOptions())
    except SubmissionError as error:
        return str(error)


def _student(said: str) -> str:
    return next((key for key in CLASS if key in said), said)


def _answers(read: Answers) -> dict[str, str]:
    return {
        _student(each.student_id): each.answer
        for each in read.submissions
        if each.state is InputState.ANSWERED
    }


def _wrong(got: Answers | str, known: Answers, distortion: str) -> list[str]:
    if isinstance(got, str):
        first = got.splitlines()[0]
        helps = first.startswith("class.") and any(word in got.casefold() for word in HELPS)
        return [] if helps else [f"the refusal helps nobody: {got}"]
    told = bool(set(got.warnings) - set(known.warnings))
    wrong, seen = [], set()
    for each in got.submissions:
        student = _student(each.student_id)
        seen.add(student)
        if each.state is InputState.ANSWERED:
            if student not in CLASS:
                wrong.append(f"{each.student_id} is no student: {each.answer[:40]}")
            elif CLASS[student][2] != each.answer.strip() and not told:
                wrong.append(f"{student} has {each.answer[:60]!r}, without a word")
            for other, (_, _, text) in CLASS.items():
                if other != student and text in each.answer:
                    wrong.append(f"{student} has the answer of {other}")
        elif each.state is InputState.BLANK and distortion not in EMPTY and not told:
            wrong.append(f"{student} is blank, without a word")
    gone = CLASS.keys() - seen
    if gone and distortion != "one is gone" and not told:
        wrong.append(f"gone without a word: {sorted(gone)}")
    return wrong


# Where a student truly wrote nothing.
EMPTY = {"one is empty", "one is gone", "one_null", "one_key_left_out"}
