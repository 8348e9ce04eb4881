"""Gradescope: evaluations (a person's rubric items) and the archive of submissions.

Evaluations carry no answers; they are human grades, and `hand_graded` reads them as such. The
archive maps folders to people by `submission_metadata.yml`, whose keys are Ruby symbols.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from assessor.counting import plural
from assessor.errors import SubmissionError
from assessor.readers.archive import Archive
from assessor.readers.base import Answers, QuestionKind, ReadOptions, first_filled
from assessor.readers.content import is_footer
from assessor.readers.entries import ArchiveEntry, EntriesFound, assemble
from assessor.readers.hand_in import Work, read_works
from assessor.sheet import Table, decode, fold_header, number_in
from assessor.sheet.people import columns, full_name
from assessor.submission import InputState

_LEAD = frozenset({"assignment submission id", "question submission id"})
_BEFORE_ITEMS = _LEAD | {
    *("first name", "last name", "name", "sid", "email", "sections", "score", "submission time")
}
_TRUE, _FALSE = "true", "false"
METADATA = "submission_metadata.yml"
_FOLDER = re.compile(r"(?:^|/)(submission_\d+)(?:/|\.|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What a person decided on one submission: each rubric item given or not, and the score.

    `keys` are the ids that name the student: e-mail address and student number.
    """

    keys: tuple[str, ...]
    row: int
    items: Mapping[str, bool]
    score: str
    comments: str
    grader: str


def recognise(table: Table) -> str:
    """Return why these are evaluations: both submission ids and items after the time."""
    titles = {fold_header(title) for title in table.header}
    return "a column per rubric item, filled true or false" if titles >= _LEAD else ""


def read(table: Table, options: ReadOptions) -> Answers:
    """Return who was evaluated; the key is the e-mail address."""
    found = EntriesFound(file=table.file, format="gradescope_evaluations", why=recognise(table))
    places = columns(table.header, "email", "number", "first", "last", "name")
    known = {each.row: each for each in evaluations(table)}
    for row, cells in table.records():
        if row not in known:
            found.skip(row, cells[0], "no student")
            continue
        found.entries.append(
            ArchiveEntry(
                student=known[row].keys[0],
                question="",
                raw="",
                row=row,
                name=full_name(cells, places),
                attempt=1,
                state=InputState.NO_ANSWERS,
            )
        )
    listed = ", ".join(repr(title) for title in _items(table))
    found.warnings.append(
        f"holds a person's grades and no answers ({listed}): give it to review --sheet or trust"
    )
    return assemble(found, ReadOptions(student=options.student))


def evaluations(table: Table) -> Iterator[Evaluation]:
    """Yield a person's decisions in an evaluations file; footer rows are left out."""
    places = columns(table.header, "email", "number")
    items = _items(table)
    titles = [fold_header(title) for title in table.header]
    score, comments, grader = (
        titles.index(name) if name in titles else None for name in ("score", "comments", "grader")
    )
    for row, cells in table.records():
        keys = [first_filled(cells, [places[name]]) for name in ("email", "number")]
        if is_footer(cells[0]) or not any(keys):
            continue
        yield Evaluation(
            keys=tuple(key for key in keys if key),
            row=row,
            items={
                title: fold_header(cells[place]) == _TRUE
                for title, place in items.items()
                if fold_header(cells[place]) in {_TRUE, _FALSE}
            },
            score=first_filled(cells, [score]),
            comments=first_filled(cells, [comments]),
            grader=first_filled(cells, [grader]),
        )


def _items(table: Table) -> dict[str, int]:
    """Return the rubric items: the columns that hold nothing but true and false."""
    rows = [cells for _, cells in table.records() if not is_footer(cells[0])]
    found = {}
    for place, title in enumerate(table.header):
        values = {fold_header(cells[place]) for cells in rows}
        if fold_header(title) not in _BEFORE_ITEMS and values and values <= {_TRUE, _FALSE}:
            found[title] = place
    return found


def is_archive(archive: Archive) -> bool:
    """Return whether an archive is Gradescope's export of submissions."""
    return archive.find(METADATA) is not None


def read_archive(archive: Archive, options: ReadOptions) -> Answers:
    """Return the texts of an archive of submissions; each member of a group has its own."""
    found = EntriesFound(
        file=archive.file, format="gradescope_submissions", why=f"the archive holds {METADATA}"
    )
    name = archive.find(METADATA) or METADATA
    people = _people(archive.read(name), f"{archive.file}: {name}")
    groups = sum(len(members) > 1 for members in people.values())
    if groups:
        found.warnings.append(
            f"{plural(groups, 'submission is', 'submissions are')} of several people: each "
            "has the text"
        )
    works = {folder: Work() for folder in people}
    for member in archive.names:
        match = _FOLDER.search(member)
        if match is not None and member != name and match[1] in works:
            works[match[1]].members.append(member)
    read = read_works(archive, works, found)
    for row, (folder, members) in enumerate(people.items(), start=1):
        for who in members:
            entry = ArchiveEntry(
                student=next(
                    (who[key] for key in ("email", "sid", "name") if who.get(key)),
                    f"row:{row}",
                ),
                question="submission",
                raw="",
                row=row,
                name=who.get("name", ""),
                when=who.get("created_at", ""),
                kind=QuestionKind.WRITTEN,
                score=number_in(who.get("score", "")),
            )
            found.entries.append(read[folder].fill(entry))
    return assemble(found, options)


def _people(data: bytes, where: str) -> dict[str, list[dict[str, str]]]:
    """Return the submitters of each folder; nodes are read and nothing is built of them."""
    text, _, _ = decode(data, where)
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except (YAMLError, RecursionError, ValueError) as error:
        raise SubmissionError(f"{where}: not valid YAML; export it again") from error
    people: dict[str, list[dict[str, str]]] = {}
    for folder, about in _pairs(root):
        shared = {key: node.value for key, node in _pairs(about) if isinstance(node, ScalarNode)}
        submitters = next((node for key, node in _pairs(about) if key == "submitters"), None)
        members = submitters.value if isinstance(submitters, SequenceNode) else []
        people[folder] = [
            {**shared, **{k: n.value for k, n in _pairs(member) if isinstance(n, ScalarNode)}}
            for member in members
            if isinstance(member, MappingNode)
        ]
    return people


def _pairs(node: Node | None) -> Iterator[tuple[str, Node]]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield str(key.value).removeprefix(":"), value
