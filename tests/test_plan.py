"""What is asked under which key, and what it costs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from assessor.plan import (
    CellAbout,
    Keys,
    Price,
    Tokens,
    cell_key,
    cost_of,
    estimate_tokens,
    request_key,
)
from assessor.prompt import Ask, isolated_ask, joint_ask
from assessor.verdict import Pass
from tests.prompt.build import asking, rubric, submission

JUDGE: dict[str, object] = {"backend": "openai", "model": "m", "endpoint": "http://a"}
ASK = isolated_ask(asking(), "respiration", Pass.NEUTRAL, submission("It breathes."))
ABOUT = CellAbout(shown="shown:1", answer_digest="answer:1", family="judge.v9")
PRICE = Price(
    input=Decimal(2), cached=Decimal("0.5"), cache_written=Decimal("2.5"), output=Decimal(8)
)


def changed(**values: object) -> Ask:
    return replace(ASK, **values)  # type: ignore[arg-type]  # one field after another


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(changed(prompt="judge-isolated.v9 prompt:sha256:1"), id="prompt"),
        pytest.param(changed(shown="shown:2"), id="rubric parts shown"),
        pytest.param(changed(cells=("no_light",)), id="cell"),
        pytest.param(changed(asked=Pass.STRICT), id="pass"),
        pytest.param(changed(answer_digest="answer:2"), id="answer"),
        pytest.param(changed(schema={"type": "object"}), id="schema"),
        pytest.param(changed(repair="Once more."), id="reason of a repair"),
    ],
)
def test_another_request_has_another_key(other: Ask) -> None:
    """All that decides a reply is in the key: none is served for another."""
    assert request_key(other, JUDGE) != request_key(ASK, JUDGE)


@pytest.mark.parametrize("name", ["backend", "model", "endpoint", "parameters"])
def test_another_judge_has_another_key(name: str) -> None:
    """Model, endpoint and parameters decide a reply, and a reading."""
    other = JUDGE | {name: "another"}

    assert request_key(ASK, other) != request_key(ASK, JUDGE)
    assert cell_key("c", "neutral", ABOUT, other) != cell_key("c", "neutral", ABOUT, JUDGE)


@pytest.mark.parametrize("answer", ["It breathes.", "", 'Says "answer" \\ \u2028 \x00'])
@pytest.mark.parametrize("asked", Pass)
def test_a_request_is_named_without_being_written(answer: str, asked: Pass) -> None:
    """Whoever only counts gets the very key under which the request goes out."""
    ours = asking()
    cells = ours.rubric.cells
    here = submission(answer)
    alone = isolated_ask(ours, cells[0], asked, submission("Another."))
    both = joint_ask(ours, cells, asked, submission("Another."), repair="Once more.")

    assert Keys(alone, JUDGE).about(here.answer_digest) == request_key(
        isolated_ask(ours, cells[0], asked, here), JUDGE
    )
    assert Keys(both, JUDGE).about(here.answer_digest) == request_key(
        joint_ask(ours, cells, asked, here, repair="Once more."), JUDGE
    )


def test_the_key_is_the_same_in_every_store() -> None:
    """The nonce in the message is another in each, and no part of it."""
    assert request_key(changed(user="another nonce"), JUDGE) == request_key(ASK, JUDGE)


@pytest.mark.parametrize(
    ("cell", "asked", "about"),
    [
        pytest.param("d", "neutral", ABOUT, id="cell"),
        pytest.param("c", "strict", ABOUT, id="pass"),
        pytest.param("c", "neutral", replace(ABOUT, shown="shown:2"), id="rubric parts shown"),
        pytest.param("c", "neutral", replace(ABOUT, answer_digest="answer:2"), id="answer"),
        pytest.param("c", "neutral", replace(ABOUT, family="judge.v10"), id="prompt family"),
    ],
)
def test_another_reading_has_another_key(cell: str, asked: str, about: CellAbout) -> None:
    """A reading under other words, of another answer or in another pass serves for none."""
    assert cell_key(cell, asked, about, JUDGE) != cell_key("c", "neutral", ABOUT, JUDGE)


@pytest.mark.parametrize(
    ("tokens", "dollars"),
    [
        pytest.param(Tokens(), "0", id="nothing"),
        pytest.param(Tokens(input=1_000_000), "2", id="fresh"),
        pytest.param(Tokens(output=1_000_000), "8", id="output"),
        pytest.param(Tokens(input=1_000_000, cached=1_000_000), "0.5", id="cached once"),
        pytest.param(Tokens(input=1_000_000, cache_written=1_000_000), "2.5", id="written"),
        pytest.param(
            Tokens(input=1_000_000, cached=400_000, cache_written=100_000, output=10_000),
            "1.53",
            id="all kinds",
        ),
        pytest.param(Tokens(input=100, cached=300), "0.00015", id="more cached than there is"),
    ],
)
def test_every_token_is_paid_once(tokens: Tokens, dollars: str) -> None:
    """Cached and written tokens are part of the input and not paid as fresh ones again."""
    assert cost_of(tokens, PRICE) == Decimal(dollars)


def test_tokens_add_up_kind_by_kind() -> None:
    """What two replies used is what a run used."""
    one = Tokens(input=1, cached=20, cache_written=300, output=4000)

    assert one + one == Tokens(input=2, cached=40, cache_written=600, output=8000)


def test_an_estimate_grows_with_the_words_and_with_the_cells() -> None:
    """Four bytes a token; a joint reply takes more than one cell's, and less than one for each."""
    longer = isolated_ask(asking(), "respiration", Pass.NEUTRAL, submission("It breathes." * 100))
    joint = joint_ask(
        asking("judge-joint.v2"), rubric().cells, Pass.NEUTRAL, submission("It breathes.")
    )
    alone, long, together = map(estimate_tokens, (ASK, longer, joint))

    assert long.input - alone.input == pytest.approx(99 * 12 / 4, abs=1)
    assert long.output == alone.output < together.output < len(joint.cells) * alone.output
    assert (alone.cached, alone.cache_written) == (0, 0)


def test_an_estimate_counts_bytes_and_not_letters() -> None:
    """A Chinese answer takes more tokens than its letters."""
    chinese = isolated_ask(asking(), "respiration", Pass.NEUTRAL, submission("光" * 400))
    latin = isolated_ask(asking(), "respiration", Pass.NEUTRAL, submission("a" * 400))

    assert estimate_tokens(chinese).input - estimate_tokens(latin).input == 200
