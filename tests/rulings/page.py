"""A class with open borders behind the review page, whose rubric is a text in memory."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assessor.assignment.run_manifest import manifest_of
from assessor.assignment.single_answer import make_submission
from assessor.engine.budget import Progress
from assessor.engine.session import Bench, open_session
from assessor.judges.schema_filler import cell_schemas, is_joint
from assessor.judges.scripted import Script, ScriptedJudge
from assessor.prompt import Ask
from assessor.review.class_routes import RulingTools, Tools
from assessor.review.class_state import ClassState
from assessor.review.weights import RubricFile
from assessor.rubric import Rubric, load_rubric
from assessor.store import Store
from assessor.submission import Submission
from tests.engine.build import grade, job, sentence
from tests.review.build import Visitor, tools_for
from tests.rulings.build import RUBRIC, class_of, rubric, script
from tests.servers.openai_server import Said, cell_fields


def graded_lake(store: Store) -> None:
    grade(replace(job(class_of()), rubrics={"answer": rubric()}), ScriptedJudge(script()), store)


def borders_in(visitor: Visitor) -> list[str]:
    """The borders that the page asks about, in order."""
    found = re.findall(r'value="pick (\w+) 0"', visitor.get("/rulings").text)
    return list(dict.fromkeys(found))


@dataclass
class Lake:
    """The class's rubric file, and its judge."""

    class_state: ClassState
    text: str = RUBRIC
    submissions: Callable[[], tuple[Submission, ...]] = class_of
    script: Script = field(default_factory=script)

    def find(self, _: Rubric) -> RubricFile | None:
        return RubricFile(text=self.text, target="lake.yaml", is_own=True)

    def write(self, _: RubricFile, text: str) -> None:
        self.text = text

    def tools(self) -> Tools:
        tools = RulingTools(
            costs=lambda _, __: "asks are counted", reader=self._reader, read_again=self._read_again
        )
        return replace(tools_for(self.class_state), files=self, rulings=tools)

    async def _reader(self) -> str:
        return "the scripted judge"

    async def _read_again(
        self, rubrics: Mapping[str, Rubric], watch: Callable[[Progress], None] | None = None
    ) -> Sequence[str]:
        store = self.class_state.store
        what = replace(job(self.submissions()), rubrics=rubrics)
        bench = Bench(
            judge=ScriptedJudge(self.script), strong=None, store=store, ambient=store.ambient
        )
        async with open_session(what, bench) as session:
            if watch is not None:
                watch(session.progress)
            await session.prepare()
            await session.rest()
            await session.settle()
            await session.finish(manifest_of(what, bench, session))
        await asyncio.sleep(0)
        return ("read again",)


# What five key points leave open, and words that settle each.
FIVE = ("place", "season", "method", "people", "weather")
_GAPS = {
    "place": "names a shore without saying which lake",
    "season": "speaks of winter only by its cold",
    "method": "wishes for counting and gives no means",
    "people": "mentions neighbours who do not count",
    "weather": "says rain and draws nothing from it",
}
FIVE_RUBRIC = (
    "title: Five\nid: five\nlanguage: en\nquestion: What is wrong with the count?\nkey_points:\n"
    + "".join(
        f"  - {{id: {cell}, points: {5 - n}, description: says something of the {cell}}}\n"
        for n, cell in enumerate(FIVE)
    )
)


def five_rubric(text: str = FIVE_RUBRIC) -> Rubric:
    return load_rubric(text, "lake.yaml")


def five_class() -> tuple[Submission, ...]:
    return tuple(
        make_submission(f"S{n:02}", f"{sentence(300 + n)} And so it is with the {FIVE[n % 5]}.")
        for n in range(20)
    )


def five_script(ask: Ask) -> str:
    """Unsure of the one key point that an answer speaks of, until the rubric says more of it."""
    said = {}
    for cell, schema in cell_schemas(ask).items():
        ruled = "Not enough" in ask.system or "Wordings that count" in ask.system
        speaks = f"with the {cell}." in ask.answer
        if speaks and not ruled:
            one = Said(level="full", quotes=(f"with the {cell}",), gap=_GAPS[cell])
            said[cell] = cell_fields(schema, replace(one, chances=(0.55,)))
        else:
            said[cell] = cell_fields(schema, Said(gap="not stated"))
    return json.dumps({"cells": said} if is_joint(ask) else said[ask.cells[0]])


def graded_five(store: Store) -> None:
    what = replace(job(five_class()), rubrics={"answer": five_rubric()})
    grade(what, ScriptedJudge(five_script), store)


def five_lake(class_state: ClassState) -> Lake:
    """The same with a rubric of five key points, each with an open border."""
    return Lake(class_state, FIVE_RUBRIC, five_class, five_script)
