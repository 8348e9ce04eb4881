"""The questions at the terminal: passages, number keys, one line where it depends."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.console import Console
from rich.text import Text

from assessor.assignment.ruled_class import keep_passed, not_read_yet
from assessor.assignment.standing import Standing, load_standing, spoken_of, spoken_of_json
from assessor.cli.exit_codes import Exit
from assessor.cli.rulings.following import follow, read_waiting, who
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.counting import plural
from assessor.engine.borders import Interview, gather_questions, tell_shown
from assessor.review.outlets import Files
from assessor.rubric import ABSENT
from assessor.rulings.borrowed import Borrowings
from assessor.rulings.change import problem_with
from assessor.rulings.question import BorderQuestion, Passage, borrowings_of
from assessor.rulings.ruling import RulingKind, Spoken
from assessor.store import Store

SKIP, DEPENDS = "s", "d"


async def rule_class(workplace: Workplace, *, pilot: bool = False) -> int:
    """Ask what is open, show what follows, and on yes read the ruled key points again."""
    with workplace.open_store() as store:
        standing = load_standing(workplace, store)
        waiting = not_read_yet(
            store, standing.run.id, standing.rubrics, Files(place=workplace).find
        )
        if waiting:
            return await read_waiting(workplace, store, standing, waiting)
        interview = gather_questions(store, standing.rubrics, standing.outcomes)
        screen = console(as_json=workplace.common.as_json)
        screen.print(plain(spoken_of(standing)), style="dim")
        if workplace.common.as_json:
            print_json(_as_json(standing, interview))
            return Exit.DONE
        if not interview.questions:
            _say_none(workplace, screen, interview, pilot=pilot)
            return Exit.DONE
        _introduce(screen, interview)
        if not workplace.person.is_there:
            tell_shown(store, interview.questions, standing.run.id, who())
            for number, each in enumerate(interview.questions, start=1):
                _show(screen, each, number, len(interview.questions))
            screen.print(
                plain(
                    workplace.carried(
                        "Next: answer them at a terminal (assessor rulings), or on the page "
                        "(assessor review)."
                    )
                )
            )
            return Exit.DONE
        said = _ask_all(store, standing, screen, interview.questions)
        return await follow(workplace, store, standing, said, pilot=pilot)


def _introduce(screen: Console, interview: Interview) -> None:
    count = len(interview.questions)
    points = sum(each.border.weight for each in interview.questions)
    screen.print(
        plain(
            f"{plural(count, 'question')} where the rubric does not say, "
            f"about {points:.1f} points in all. An answer that is shown here counts for no audit "
            "and no measure of agreement any more."
        )
    )


def _say_none(workplace: Workplace, screen: Console, interview: Interview, *, pilot: bool) -> None:
    ruled = f" {interview.settled} were decided before." if interview.settled else ""
    screen.print(plain(f"No border is open: there is nothing to ask.{ruled}"))
    following = "read the whole class: assessor grade ANSWERS --rubric RUBRIC"
    if not pilot:
        following = "see how far the grades can be trusted: assessor trust"
    screen.print(plain(workplace.carried(f"Next: {following}")))


def _ask_all(
    store: Store, standing: Standing, screen: Console, questions: Sequence[BorderQuestion]
) -> list[tuple[BorderQuestion, Spoken]]:
    """Put the questions one by one; what is decided is returned, what is passed over is kept."""
    said = []
    for number, asked in enumerate(questions, start=1):
        tell_shown(store, [asked], standing.run.id, who())
        _show(screen, asked, number, len(questions))
        rubric = standing.rubrics[asked.border.question]
        spoken = _ask(screen, asked, borrowings_of(rubric, answers_to(standing, asked)))
        if spoken.kind is RulingKind.SKIP:
            keep_passed(store, standing.run.id, rubric, asked, who())
        else:
            said.append((asked, spoken))
    return said


def _show(screen: Console, asked: BorderQuestion, number: int, count: int) -> None:
    border = asked.border
    screen.print()
    head = f"{number} of {count}  {border.cell}: {asked.about}"
    screen.print(plain(head, 0), style="bold")
    unclear = f": {asked.name}" if asked.name else ""
    screen.print(
        plain(
            f"  {plural(border.answers, 'answer')} between {border.lower} and {border.upper}, "
            f"about {border.weight:.1f} points{unclear}"
        )
    )
    for passage in asked.passages:
        screen.print(Text("    “").append_text(_marked(passage)).append("”"))
    screen.print(plain(f"  {_choices_text(asked)}"), style="cyan")


def _choices_text(asked: BorderQuestion) -> str:
    """Return the keys and what they say, in one line."""
    names = {ABSENT: "not made" if asked.is_wrong else "does not count"}
    told = [
        f"[{number}] {names.get(each, f'counts for {each}')}"
        for number, each in enumerate(asked.choices)
    ]
    return "   ".join([*told, f"[{DEPENDS}] depends", f"[{SKIP}] skip"])


def _marked(passage: Passage) -> Text:
    text = plain(passage.text[: passage.start])
    text.append_text(Text(plain(passage.text[passage.start : passage.end]).plain, style="bold"))
    return text.append_text(plain(passage.text[passage.end :]))


def _ask(screen: Console, asked: BorderQuestion, borrowed: Borrowings) -> Spoken:
    """Return what a person says to one question; words of a student are asked for anew."""
    keys = [str(number) for number in range(len(asked.choices))]
    while True:
        key = _key([*keys, DEPENDS, SKIP])
        if key == SKIP:
            return Spoken(kind=RulingKind.SKIP)
        if key == DEPENDS:
            spoken = Spoken(
                kind=RulingKind.DEPENDS,
                words=_line(f"{asked.border.upper} only if (Enter: back to the question)"),
            )
        else:
            level = asked.choices[int(key)]
            default = f"Enter: “{asked.name}”" if asked.name else "needed: there is no name yet"
            words = _line(f"For the rubric, in your own words ({default})")
            example = _line("An example in your own words (Enter: none)")
            spoken = Spoken(kind=RulingKind.LEVEL, level=level, words=words, example=example)
        problem = problem_with(asked, spoken, borrowed)
        if not problem:
            return spoken
        screen.print(plain(f"  {problem}"), style="yellow")
        screen.print(plain(f"  {_choices_text(asked)}"), style="cyan")


def answers_to(standing: Standing, asked: BorderQuestion) -> list[str]:
    """Return every answer of the class to the question that a border is of."""
    return [
        each.submission.answer
        for each in standing.outcomes
        if each.submission.question == asked.border.question
    ]


def _key(keys: Sequence[str]) -> str:
    """Return the key that was pressed, of these."""
    while True:
        click.echo("  > ", nl=False, err=True)
        key = click.getchar().lower()
        click.echo(key if key.isprintable() else "", err=True)
        if key in {"\x03", "\x04"}:
            raise click.Abort
        if key in keys:
            return key


def _line(question: str) -> str:
    said: str = click.prompt(f"  {question}", default="", show_default=False, err=True)
    return " ".join(said.split())


def _as_json(standing: Standing, interview: Interview) -> dict[str, object]:
    """Return the questions for a program: without any passage, so that nothing was shown."""
    return {
        **spoken_of_json(standing),
        "doubted": interview.doubted,
        "settled": interview.settled,
        "questions": [
            {
                "question": each.border.question,
                "cell": each.border.cell,
                "lower": each.border.lower,
                "upper": each.border.upper,
                "name": each.name,
                "answers": each.border.answers,
                "points": round(each.border.weight, 3),
            }
            for each in interview.questions
        ],
    }
