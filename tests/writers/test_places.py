"""Where to look when no judge reads: likely sentences, and answers that are alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from assessor.assignment.single_answer import make_submission
from assessor.candidates import Guide, sentences_of
from assessor.rubric import Rubric, load_rubric
from assessor.submission import Submission
from assessor.writers.places import groups_csv, places_csv

RUBRIC = """\
title: Photosynthesis
language: LANG
question: Why does a plant in the dark lose mass?
key_points:
  - {id: respiration, points: 2, description: RESPIRATION, accepted: [burns its sugar]}
  - {id: no_light, points: 1, description: without light nothing makes up for the loss}
"""


def rubric(language: str = "en", respiration: str = "respiration uses up stored sugars") -> Rubric:
    text = RUBRIC.replace("LANG", language).replace("RESPIRATION", respiration)
    return load_rubric(text, "plants.yaml")


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def answers(*texts: str) -> Sequence[Submission]:
    return [make_submission(f"S{n}", text) for n, text in enumerate(texts)]


def test_the_likely_sentence_comes_first_whatever_its_inflection() -> None:
    """Stems and runs of letters find it; the others may follow, below."""
    text = (
        "Plants are green. It respires and so it is using the sugar that was stored! I like moss."
    )
    found = Guide(rubric(), [text]).places(text)

    assert found[0].cell == "respiration"
    assert found[0].sentence == "It respires and so it is using the sugar that was stored!"
    assert all(each.sentence in text and 0 < each.score <= 1 for each in found)


def test_an_accepted_phrasing_is_found_in_other_languages_too() -> None:
    """A German answer is read with German stems."""
    german = rubric("de", "durch Atmung werden gespeicherte Zucker verbraucht")
    text = "Pflanzen sind toll. Bei der Atmung verbraucht sie den gespeicherten Zucker."
    (first, *_) = Guide(german, [text]).places(text)

    assert first.sentence.startswith("Bei der Atmung")
    assert first.score > 0.5


def test_what_every_answer_says_counts_for_little() -> None:
    """Words of the question stand everywhere and single nothing out."""
    common = ["The plant in the dark has no light."] * 9
    guide = Guide(rubric(), [*common, "Sugar is burnt."])
    (loud, *_) = (p for p in guide.places("Sugars are used up.") if p.cell == "respiration")
    dull = [p.score for p in guide.places(common[0]) if p.cell == "no_light"]

    assert loud.score > max(dull, default=0)


def test_sentences_of_scripts_without_spaces_are_told_apart() -> None:
    """Full stops of other scripts end a sentence."""
    assert sentences_of("植物は呼吸する。糖が減る。") == ("植物は呼吸する。", "糖が減る。")
    assert sentences_of("…\n!!\n") == ()


def test_equal_and_nearly_equal_answers_are_grouped() -> None:
    """A group says how alike its answers are; what is unlike stands in none."""
    one = "It respires and uses up its sugar, and without light nothing makes up for it."
    found = rows(
        groups_csv({"answer": rubric()}, answers(one, "Moss.", one + "!", "No idea.", "No idea."))
    )

    assert [(each["group"], each["likeness"], each["student_id"]) for each in found] == [
        ("1", "nearly equal", "S0"),
        ("1", "nearly equal", "S2"),
        ("2", "equal", "S3"),
        ("2", "equal", "S4"),
    ]


def test_no_cell_of_the_file_runs_in_a_spreadsheet() -> None:
    """A sentence that begins like a formula is guarded."""
    found = rows(places_csv({"answer": rubric()}, answers("=sugar() burns its sugar")))

    assert {each["sentence"][0] for each in found} == {"'"}
