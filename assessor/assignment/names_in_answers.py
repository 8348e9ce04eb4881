"""Names, ids and addresses of the class in its answers: told before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assessor.assignment.answers_file import read_class
from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.judge_choice import JudgeChoice
from assessor.assignment.person import NOBODY
from assessor.assignment.standing import Standing
from assessor.engine.session import Job
from assessor.errors import AssessorError, ConfigError, InputError
from assessor.manifest import Command
from assessor.privacy import class_people, counted
from assessor.submission import Submission

SHOWN = 8
# Under what a run keeps how names were treated, and how it is called where they are covered.
PII, MASK, WARN = "pii", "mask", "warn"


def heed_names(
    place: ClassFolder,
    choice: JudgeChoice,
    job: Job,
    everybody: Sequence[Submission],
    asked: Sequence[Submission] = (),
) -> tuple[Job, str]:
    """Return the job, with them covered where --pii says so, and how many hold them, in words.

    `everybody` is the whole class, `asked` those whose answers are sent (else the job's). Where
    nothing is sent there is nothing to heed: "". Raises InputError for `refuse`.
    """
    if not (choice.host or choice.own or job.by_file):
        return job, ""
    return heed_wish(place.config.run.pii, job, everybody, asked)


def heed_wish(
    wish: str, job: Job, everybody: Sequence[Submission], asked: Sequence[Submission] = ()
) -> tuple[Job, str]:
    """Do what `heed_names` does, by `wish` and whoever is asked."""
    if wish == MASK and job.worded:
        raise ConfigError(
            "--feedback llm sends quotes of the answers as they are, and --pii mask covers names "
            "in what is sent: leave one of them out"
        )
    people = class_people(everybody, job.rubrics)
    found, said = counted(people, asked or job.distinct()), ""
    if found:
        answers, places = len(found), sum(found.values())
        hold = "answer holds" if answers == 1 else "answers hold"
        what = (
            f"{answers} {hold} names, ids or e-mail addresses of the class "
            f"({places} place{'s' * (places > 1)})"
        )
        if wish == "refuse":
            listed = ", ".join(list(found)[:SHOWN]) + (" …" if answers > SHOWN else "")
            raise InputError(
                f"{what}, and nothing was sent (--pii refuse): {listed}; take them out of the "
                "file, or use --pii mask"
            )
        done = "covered in what is sent; the files keep the student's own words"
        if wish == WARN:
            done = "sent as they are written (--pii mask covers them, --pii refuse stops)"
        said = f"{what}: {done}."
    if wish != MASK:
        return job, said
    return replace(job, conceal=people.conceal, command=job.command.but(**{PII: MASK})), said


def everybody_of(place: ClassFolder, standing: Standing) -> tuple[Submission, ...]:
    """Return who was graded, and whoever else the class's file names: asked something else, say.

    Where the file is gone or cannot be read any more, only those who were graded are known.
    """
    graded = tuple(each.submission for each in standing.outcomes)
    try:
        nobody_asked = replace(place, person=NOBODY)
        read = read_class(nobody_asked, standing.answers, list(standing.rubrics))
    except AssessorError:
        return graded
    return (*graded, *read.submissions)


def wish_again(place: ClassFolder, before: Command) -> str:
    """Return how names are treated where a class is read again: covered where they were before."""
    return MASK if before.pii == MASK else place.config.run.pii
