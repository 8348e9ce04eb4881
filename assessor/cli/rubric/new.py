"""`assessor rubric new`: a rubric file from what people have."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import click

from assessor.cli import Exit
from assessor.cli.judging import can_ask, choose_judge, judge_for
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace, read_bytes
from assessor.drafting import draft_ask, parse_draft
from assessor.errors import ConfigError, InputError, SubmissionError
from assessor.judges.base import Judge
from assessor.pasted import read_pasted
from assessor.readers import ReadOptions, read_answers
from assessor.readers.base import QuestionKind
from assessor.readers.tables import XLS, ZIP, read_tables
from assessor.rubric import load_rubric
from assessor.rubric.lint import lint
from assessor.rubric.write import Draft, DraftPoint, rubric_text
from assessor.sheet.table import decode
from assessor.tuning import sentences
from assessor.writers.files import write_file
from assessor.writers.results import points_text

DEFAULT_FILE = "rubric.yaml"
TITLE_WORDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for on the command line."""

    said: Draft
    files: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    draft: bool = False
    out: Path | None = None


async def new_rubric(workplace: Workplace, wanted: Wanted) -> int:
    """Gather a rubric, say what was not understood, and write it. Raises InputError."""
    out = wanted.out
    if out is not None and out.exists() and not workplace.common.yes:
        raise InputError(f"{out}: is there already; choose another --out, or add --yes")
    draft = _gathered(workplace, wanted)
    if wanted.draft and _earning(draft):
        raise InputError(
            "--draft proposes key points, and some are given: leave it out, or leave them out"
        )
    if wanted.draft:
        draft = draft.with_(await _drafted(workplace, draft))
    draft = _completed(draft, out)
    text = rubric_text(draft)
    rubric = load_rubric(text, str(out or DEFAULT_FILE))
    weak = lint(text, str(out or DEFAULT_FILE))
    if out is not None:
        write_file(out, text.encode())
    if workplace.common.as_json:
        print_json(
            {
                "rubric": text,
                "id": rubric.id,
                "out": None if out is None else str(out),
                "max_points": float(rubric.scoring.max_points),
                "key_points": len(rubric.key_points),
                "misconceptions": len(rubric.misconceptions),
                "not_understood": list(draft.notes),
                "warnings": len(weak),
            }
        )
        return Exit.DONE
    if out is None:
        click.echo(text, nl=False)
    screen = console(as_json=out is None)
    screen.print(
        plain(
            f"{counted(len(rubric.key_points), 'key point')}, "
            f"{points_text(rubric.scoring.max_points)} points"
            + (f", in {out}" if out is not None else "")
        ),
        style="bold",
    )
    for each in rubric.key_points if out is not None else ():
        screen.print(plain(f"  {points_text(each.points):>4}  {each.description}", 150))
    for note in draft.notes:
        screen.print(plain(f"! {note}", 200), style="yellow")
    name = out or DEFAULT_FILE
    if weak:
        places = counted(len(weak), "place")
        screen.print(plain(f"{places} could judge badly: assessor check {name}"))
    screen.print(plain(f"To grade with it: assessor grade ANSWERS --rubric {name}"))
    return Exit.DONE


def _gathered(workplace: Workplace, wanted: Wanted) -> Draft:
    draft = wanted.said
    if wanted.points:
        draft = draft.with_(read_pasted("\n".join(wanted.points), "--point"))
    for file in wanted.files:
        draft = draft.with_(_from_stdin() if file == "-" else _from_file(Path(file)))
    if wanted.files or wanted.points:
        return draft
    if not sys.stdin.isatty() and not (draft.reference or wanted.draft):
        return draft.with_(_from_stdin())
    return _asked_for(draft, draft_wanted=wanted.draft) if can_ask(workplace) else draft


def _from_stdin() -> Draft:
    return read_pasted(sys.stdin.read(), "what was pasted")


def _from_file(path: Path) -> Draft:
    """Return what a file says: the question of an export, else key points."""
    data = read_bytes(path)
    try:
        read = read_answers(data, str(path), ReadOptions())
        written = [each.text for each in read.questions if each.kind is QuestionKind.WRITTEN]
    except SubmissionError:
        read, written = None, []
    if read is not None and read.format not in {"plain", "jsonl"} and written:
        question = re.sub(r"^\s*\d+:\s*", "", written[0]).strip()
        others = [each[:60] for each in written[1:]]
        notes = (f"{path}: has other questions, left out: {'; '.join(others)}",) if others else ()
        return Draft(question=question, notes=notes)
    if data.startswith((ZIP, XLS)):
        return _from_workbook(path, data)
    text, _, _ = decode(data, str(path))
    return read_pasted(text, str(path))


def _from_workbook(path: Path, data: bytes) -> Draft:
    """Return what the first sheet with key points says. Raises InputError for a document."""
    if path.suffix.casefold() in {".docx", ".doc", ".odt", ".pages"}:
        raise InputError(f"{path}: is a document; copy the table in it and paste it (--from -)")
    drafts = []
    for table in read_tables(data, str(path)):
        rows = ("\t".join(" ".join(cell.split()) for cell in row) for row in table.rows)
        drafts.append(read_pasted("\n".join(rows), str(path)))
    return next((each for each in drafts if _earning(each)), drafts[0] if drafts else Draft())


def _asked_for(draft: Draft, *, draft_wanted: bool) -> Draft:
    """Ask a person at the terminal for what is missing."""
    question = draft.question or click.prompt("The question", err=True)
    reference = draft.reference or click.prompt(
        "One good answer (Enter: none)", default="", show_default=False, err=True
    )
    draft = replace(draft, question=question, reference=reference)
    if draft_wanted or _earning(draft):
        return draft
    click.echo(
        "Paste the key points, such as '2 points: mentions …', or a table; "
        "an empty line ends. (Empty at once: each sentence of the good answer becomes one.)",
        err=True,
    )
    lines: list[str] = []
    for line in sys.stdin:
        if not line.strip():
            break
        lines.append(line)
    return draft.with_(read_pasted("".join(lines), "what was pasted")) if lines else draft


def _earning(draft: Draft) -> bool:
    return any(not each.wrong for each in draft.points)


def _completed(draft: Draft, out: Path | None) -> Draft:
    """Fill in what can be derived. Raises InputError for what only a person can say."""
    if not draft.question:
        notes = "".join(f"\n{note}" for note in draft.notes)
        raise InputError(
            "what was asked is missing: give --question TEXT, or --from an export whose header "
            f"holds it{notes}"
        )
    if not _earning(draft):
        points = tuple(
            DraftPoint(description=each.strip(" ."), points=Decimal(1))
            for each in sentences(draft.reference)
        )
        if not points:
            notes = "".join(f"\n{note}" for note in draft.notes)
            raise InputError(
                "no key point was found: give lines such as '2 points: mentions …' (--from FILE, "
                "--point, or pasted), a --reference answer to take them from, or --draft to have a "
                f"judge propose some{notes}"
            )
        note = "each sentence of the reference answer became a key point worth 1: mend the file"
        draft = replace(draft, points=(*points, *draft.points), notes=(*draft.notes, note))
    title = draft.title or (out.stem.replace("-", " ").replace("_", " ") if out else "")
    if not title:
        words = draft.question.split()
        title = " ".join(words[:TITLE_WORDS]) + ("…" if len(words) > TITLE_WORDS else "")
    return replace(draft, title=title)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 place, 2 places."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


async def _drafted(workplace: Workplace, draft: Draft) -> Draft:
    """Have a judge propose key points; question and reference answer are sent, nothing else."""
    if not draft.question:
        raise InputError("--draft needs the question: give --question TEXT")
    choice = await choose_judge(workplace)
    if choice.backend != "openai":
        raise ConfigError("--draft needs a judge that writes: --judge openai")
    if not workplace.config.judge.use and not click.confirm(
        f"Send the question and the reference answer to {choice.host}, model {choice.model}?",
        err=True,
    ):
        raise ConfigError("nothing was sent; write the key points by hand with --point")
    return await drafted_by(judge_for(workplace, choice), draft)


async def drafted_by(judge: Judge, draft: Draft) -> Draft:
    """Return what a judge proposes for a question and reference. Raises JudgeError."""
    try:
        await judge.prepare()
        reply = await judge.ask(draft_ask(draft.question, draft.reference))
    finally:
        await judge.close()
    found = parse_draft(reply.text)
    note = f"drafted by {reply.model}: read every line, it is your rubric"
    return replace(found, notes=(*found.notes, note))
