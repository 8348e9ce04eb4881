"""What the first five answers show about the rest: too slow a method, empty probabilities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.run_job import JOINT_PROMPT, judging_prompt
from assessor.assignment.run_words import duration, money
from assessor.assignment.spoken_lines import GAP, SpokenLine, Tell, Tone
from assessor.counting import plural
from assessor.engine.session import Job, Session
from assessor.engine.settle import judged_proposal
from assessor.grade import Grade, grade_of
from assessor.method_choice import Method, as_before_words, method_words, unreliable_words
from assessor.submission import Submission
from assessor.sureness import numbers_words
from assessor.verdict import StopWhy

# Beyond this a person should know before they wait.
LONG_SECONDS = 20 * 60


def may_ask(place: ClassFolder, job: Job) -> bool:
    """Return whether a person may be asked for another method once the first answers are read."""
    person = place.person
    return job.method is Method.CAREFUL and person.is_there and not person.said_yes


def pilot_grades(job: Job, session: Session, shown: Sequence[Submission]) -> Iterator[Grade]:
    """Yield the first answers' grades as the judge proposes them."""
    for each in shown:
        rubric = job.rubrics[each.question]
        proposal = judged_proposal(rubric, each, session.judged[each.answer_key])
        yield grade_of(rubric, proposal, None, None)


def what_is_left(
    job: Job, session: Session, shown: Sequence[Submission], seconds: float
) -> Iterator[SpokenLine]:
    """Yield what the rest will take after the first answers, which took `seconds`."""
    left = session.progress.answers - len(shown)
    if left > 0 and all(_unreadable(session, each) for each in shown):
        yield GAP
        yield SpokenLine(
            "The judge's replies were of no use for any of these: it cannot fill in the form. "
            "Ctrl-C, and take a larger model; 'assessor check judge' tries one.",
            Tone.WARNING,
        )
    if left <= 0 or session.dispatcher.stop_why:
        return
    yield GAP
    if job.by_batch:
        yield SpokenLine(f"{plural(left, 'answer')} to go, by batches.")
        return
    if not session.progress.replied:
        yield SpokenLine(f"{plural(left, 'answer')} to go.")
        return
    estimate = seconds_left(session, job, seconds, left)
    cost = session.progress.cost / len(shown) * left
    price = f", about ${money(cost)}" if job.price is not None else ""
    lasts = "less than a second" if estimate < 1 else f"about {duration(estimate)}"
    yield SpokenLine(f"{plural(left, 'answer')} to go: {lasts}{price}.")
    if estimate > LONG_SECONDS:
        yield SpokenLine(
            "That is long. Ctrl-C stops cleanly, and the same command goes on where it was.",
            Tone.WARNING,
        )


def _unreadable(session: Session, answer: Submission) -> bool:
    missing = session.judged[answer.answer_key].missing
    return any(why == "judge:invalid_reply" for _, why in missing)


def seconds_left(session: Session, job: Job, seconds: float, answers: int) -> float:
    """Return how long `answers` more will take at the pace of the replies so far."""
    progress = session.progress
    if not progress.latencies or not progress.answers_done:
        return seconds
    requests = answers * progress.replied / progress.answers_done
    mean = sum(progress.latencies) / len(progress.latencies)
    return requests * mean / job.limits.concurrency


def advise(place: ClassFolder, tell: Tell, job: Job, session: Session, seconds: float) -> Job:
    """Say what the pilot showed, and return the job as it goes on.

    Where the careful method would take over twenty minutes at the pace of the first answers, a
    person at the terminal may take the quick one for the rest; elsewhere the line says how.
    """
    tell(said_of_the_judge(job, session))
    if session.dispatcher.stop_why or not session.progress.replied or job.by_batch:
        return job
    left = session.progress.answers - len(session.judged)
    careful = seconds_left(session, job, seconds, left)
    if job.method is not Method.CAREFUL or careful <= LONG_SECONDS:
        return job
    # One request per answer; the second looks stay what they are.
    cells = max(len(rubric.cells) for rubric in job.rubrics.values())
    quick = duration(careful / cells * 2)
    if not may_ask(place, job):
        words = f"--method quick asks once per answer and would take about {quick}."
        tell([SpokenLine(words, Tone.WARNING)])
        return job
    question = (
        f"The careful method takes about {duration(careful)} more. Go on with the quick one, "
        f"one request per answer, in about {quick}? It is a little stricter and less exact"
    )
    if not place.person.agrees(question):
        return job
    joint = judging_prompt(place.config, place.folder, JOINT_PROMPT)
    session.turn_quick(joint)
    return replace(job, joint=joint, method=Method.QUICK)


def said_of_the_judge(job: Job, session: Session) -> Iterator[SpokenLine]:
    """Yield what the first answers show of the judge and how it goes on."""
    both = session.both_ways
    if session.dispatcher.stop_why == StopWhy.UNRELIABLE and both is not None:
        yield SpokenLine(f"{unreliable_words(both)}.", Tone.TROUBLE)
        return
    if both is not None and both.is_unreliable:
        yield SpokenLine(f"{unreliable_words(both)}; so it does.", Tone.TROUBLE)
    elif both is not None:
        yield SpokenLine(method_words(both, session.method, len(job.answered())))
    elif session.as_before is not None:
        yield SpokenLine(as_before_words(session.method))
    if said := numbers_words(session.numbers):
        yield SpokenLine(said, Tone.WARNING)
