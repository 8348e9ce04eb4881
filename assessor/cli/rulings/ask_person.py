"""The questions at the terminal: passages, number keys, one line where it depends."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.console import Console
from rich.text import Text

from assessor.assignment.ruled_class import keep_passed, never_written, not_read_yet
from assessor.assignment.ruling_words import (
    DEPENDS,
    SKIP,
    answers_to,
    border_words,
    choices_words,
    interview_json,
    introduction_of,
    nothing_to_ask,
)
from assessor.assignment.standing import Standing, load_standing, spoken_of
from assessor.cli.exit_codes import Exit
from assessor.cli.rulings.following import follow, read_waiting, who
from assessor.cli.screen import console, plain, print_json, spoken
from assessor.cli.workplace import Workplace
from assessor.engine.borders import gather_questions, tell_shown
from assessor.privacy import People, class_people
from assessor.review.outlets import Files
from assessor.rulings.borrowed import Borrowings
from assessor.rulings.change import problem_with
from assessor.rulings.question import BorderQuestion, Passage, borrowings_of
from assessor.rulings.ruling import RulingKind, Spoken
from assessor.store import Store


async def rule_class(workplace: Workplace, *, pilot: bool = False) -> int:
    """Ask what is open, show what follows, and on yes read the ruled key points again."""
    with workplace.open_store() as store:
        standing = load_standing(workplace, store)
        at = (store, standing.run.id, standing.rubrics, Files(place=workplace).find)
        if waiting := not_read_yet(*at):
            return await read_waiting(workplace, store, standing, waiting)
        interview = gather_questions(store, standing.rubrics, standing.outcomes)
        screen = console(as_json=workplace.common.as_json)
        screen.print(plain(spoken_of(standing)), style="dim")
        for line in never_written(*at):
            screen.print(spoken(workplace.carried(line)), style="yellow")
        if workplace.common.as_json:
            print_json(interview_json(standing, interview))
            return Exit.DONE
        if not interview.questions:
            for line in nothing_to_ask(workplace, interview, pilot=pilot):
                screen.print(spoken(line))
            return Exit.DONE
        screen.print(plain(introduction_of(interview)))
        if not workplace.person.is_there:
            tell_shown(store, interview.questions, standing.run.id, who())
            for number, each in enumerate(interview.questions, start=1):
                _show(screen, each, number, len(interview.questions))
            screen.print(
                spoken(
                    workplace.carried(
                        "Next: answer them at a terminal (assessor rulings), or on the page "
                        "(assessor review)."
                    )
                )
            )
            return Exit.DONE
        said = _ask_all(store, standing, screen, interview.questions)
        return await follow(workplace, store, standing, said, pilot=pilot)


def _ask_all(
    store: Store, standing: Standing, screen: Console, questions: Sequence[BorderQuestion]
) -> list[tuple[BorderQuestion, Spoken]]:
    """Put the questions one by one; what is decided is returned, what is passed over is kept."""
    said = []
    people = class_people([each.submission for each in standing.outcomes], standing.rubrics)
    for number, asked in enumerate(questions, start=1):
        tell_shown(store, [asked], standing.run.id, who())
        _show(screen, asked, number, len(questions))
        rubric = standing.rubrics[asked.border.question]
        borrowed = borrowings_of(rubric, answers_to(standing, asked))
        spoken = _ask(screen, asked, borrowed, people)
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
    screen.print(plain(f"  {border_words(asked)}"))
    for passage in asked.passages:
        screen.print(Text("    “").append_text(_marked(passage)).append("”"))
    screen.print(plain(f"  {choices_words(asked)}"), style="cyan")


def _marked(passage: Passage) -> Text:
    text = plain(passage.text[: passage.start])
    text.append_text(Text(plain(passage.text[passage.start : passage.end]).plain, style="bold"))
    return text.append_text(plain(passage.text[passage.end :]))


def _ask(screen: Console, asked: BorderQuestion, borrowed: Borrowings, people: People) -> Spoken:
    """Return what a person says to one question; words or names of a student are asked for anew."""
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
        problem = problem_with(asked, spoken, borrowed, people)
        if not problem:
            return spoken
        screen.print(plain(f"  {problem}"), style="yellow")
        screen.print(plain(f"  {choices_words(asked)}"), style="cyan")


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
