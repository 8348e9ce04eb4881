"""Writers: files for people and for platforms."""

from __future__ import annotations

from collections.abc import Mapping

from assessor.writers import (
    blackboard,
    brightspace,
    canvas,
    canvas_rubric,
    gradescope,
    gradescope_rubric,
    moodle,
    moodle_gradebook,
    parquet,
    prairielearn,
    sakai,
    xlsx,
)
from assessor.writers.base import Document, Export

# One row per platform that takes its own file back, filled in.
EXPORTS: Mapping[str, Export] = {
    "moodle": Export(
        sample="the grading worksheet",
        recognises=moodle.recognises,
        find=moodle.find,
        write=moodle.write,
        feedback=True,
    ),
    "moodle-gradebook": Export(
        sample="the gradebook's export as plain text (CSV), grades as Real",
        recognises=moodle_gradebook.recognises,
        find=moodle_gradebook.find,
        write=moodle_gradebook.write,
        feedback=True,
        worth=moodle_gradebook.worth,
    ),
    "canvas": Export(
        sample="the gradebook's export",
        recognises=canvas.recognises,
        find=canvas.find,
        write=canvas.write,
    ),
    "brightspace": Export(
        sample="the grades export with points",
        recognises=brightspace.recognises,
        find=brightspace.find,
        write=brightspace.write,
    ),
    "blackboard": Export(
        sample="the Grade Center's download",
        recognises=blackboard.recognises,
        find=blackboard.find,
        write=blackboard.write,
    ),
    "sakai": Export(
        sample="the assignment's 'Download all' zip, its grades.csv, or the gradebook's export",
        recognises=sakai.recognises,
        find=sakai.find,
        write=sakai.write,
        feedback=True,
    ),
    "prairielearn": Export(
        sample="the …_submissions_for_manual_grading.csv",
        recognises=prairielearn.recognises,
        find=prairielearn.find,
        write=prairielearn.write,
        feedback=True,
    ),
}

# One row per file that is made of our own data alone.
DOCUMENTS: Mapping[str, Document] = {
    "prairielearn": Document(
        name="prairielearn.csv", write=prairielearn.document, notes=prairielearn.notes
    ),
    "gradescope": Document(
        name="gradescope-autograder.zip", write=gradescope.document, notes=gradescope.notes
    ),
    "canvas-rubric": Document(
        name="canvas-rubric.csv",
        write=canvas_rubric.document,
        holds_grades=False,
        notes=canvas_rubric.notes,
    ),
    "gradescope-rubric": Document(
        name="gradescope-rubric.txt",
        write=gradescope_rubric.document,
        holds_grades=False,
        notes=gradescope_rubric.notes,
    ),
    "xlsx": Document(name="grades.xlsx", write=xlsx.document),
    "parquet": Document(name="grades.parquet", write=parquet.document, needs="pyarrow"),
    "parquet-key-points": Document(
        name="key_points.parquet", write=parquet.key_points, needs="pyarrow"
    ),
}

__all__ = ["DOCUMENTS", "EXPORTS"]
