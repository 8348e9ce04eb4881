"""What was drawn, frozen and fitted stays as it was."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from assessor.engine.blind import audit_standing, blind_work
from assessor.errors import StoreError
from assessor.trust.records import (
    AuditPlan,
    CalibrationFit,
    CrossFitted,
    FittedCurve,
    TuningSample,
)
from assessor.trust.units import number_of_audit
from tests.store.build import run, store_in
from tests.trust.build import blind, grade, names, part, plan, rubric, unit

RUBRICS = {"Q": rubric()}


def sample(name: str = "sample1") -> TuningSample:
    units = tuple(unit(student) for student in ("S1", "S2"))
    return TuningSample(id=name, at="2026-03-01", run="run1", seed=1, units=units)


def fit() -> CalibrationFit:
    return CalibrationFit(
        id="fit1",
        at="2026-03-01",
        run="run1",
        frozen="frozen:sha256:1",
        students=20,
        spread=1.5,
        curves=(FittedCurve(question="Q", cell="one", level=0, offset=0.1 + 0.2, slope=0.7),),
        tuning=(
            CrossFitted(
                student_id="S1",
                question="Q",
                attempt=1,
                answer_digest="answer:sha256:1",
                cell="one",
                probabilities=(0.9, 0.5),
            ),
        ),
    )


def test_records_come_back_as_they_were_kept(tmp_path: Path) -> None:
    """Each kind comes back whole and in order, the newest by itself."""
    frozen = plan([unit("S1")])
    with store_in(tmp_path) as store:
        for record in (sample(), frozen, fit(), sample("sample2")):
            store.keep(record)

        assert store.kept(TuningSample) == (sample(), sample("sample2"))
        assert store.newest(TuningSample) == sample("sample2")
        assert store.newest(AuditPlan) == frozen
        assert store.newest(CalibrationFit) == fit()
        assert store.verify() == ()


def test_an_audit_cannot_be_changed_afterwards(tmp_path: Path) -> None:
    """An id is used once, and a row that was edited shows in the chain."""
    with store_in(tmp_path) as store:
        store.keep(plan([unit("S1")]))
        with pytest.raises(StoreError, match="taken"):
            store.keep(plan([unit("S2")]))
        with pytest.raises(StoreError), store.database.write() as connection:
            connection.execute("UPDATE trust SET body = ''")
    path = next(tmp_path.rglob("store.db"))
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER trust_keeps_UPDATE")
    connection.execute("UPDATE trust SET body = replace(body, 'S1', 'S9')")
    connection.commit()
    connection.close()

    with store_in(tmp_path) as store:
        assert any("trust" in line for line in store.verify())


def test_a_forgotten_run_takes_its_samples_with_it_and_leaves_its_audits(tmp_path: Path) -> None:
    """An audit stays in the books until all is forgotten; the chain verifies either way."""
    with store_in(tmp_path) as store:
        drawn = plan([unit("S1")])
        store.start_run(run())
        store.keep(sample())
        store.keep(drawn)
        store.purge("run1")

        assert (store.newest(TuningSample), store.newest(AuditPlan)) == (None, drawn)
        assert store.verify() == ()

        store.purge()

        assert store.newest(AuditPlan) is None
        assert store.verify() == ()


def test_what_is_to_be_graded_blind_is_handed_out_in_order(tmp_path: Path) -> None:
    """The sample comes until it is graded; an audit that runs goes before it."""
    with store_in(tmp_path) as store:
        assert blind_work(store, None) is None
        store.keep(sample())
        store.decide(blind("S1", source="trust"))
        work = blind_work(store, None)

        assert work is not None
        assert (work.source, work.waiting, work.done) == ("trust", (part("S2"),), 1)

        hundred = names(100)
        store.keep(plan([unit(student) for student in hundred]))
        for student in hundred[:22]:
            store.decide(blind(student))
        grades = [grade(student) for student in hundred]
        audit = audit_standing(store, RUBRICS, grades, "frozen:sha256:1")
        work = blind_work(store, audit)

        assert work is not None
        assert (work.source, work.waiting[0], work.done) == ("audit", part("S022"), 22)

        store.decide(blind("S022"))
        audit = audit_standing(store, RUBRICS, grades, "frozen:sha256:1")
        work = blind_work(store, audit)

        assert audit is not None and audit.holds
        assert work is not None and work.source == "trust"


def test_an_audit_that_was_prepared_anew_before_a_grade_was_given_has_spent_nothing(
    tmp_path: Path,
) -> None:
    """What is graded then is graded in the newest one; a grade that one knew when it was prepared
    was no other one's alone."""
    units = [unit(student) for student in names(20)]
    with store_in(tmp_path) as store:
        store.keep(replace(plan(units), id="left"))
        store.keep(replace(plan(units[5:]), id="graded"))
        store.undo(store.decide(blind("S007")))
        store.keep(replace(plan(units), id="next", number=2))
        before_next = store.audits(before=store.kept(AuditPlan)[-1])
        store.decide(blind("S000"))
        after = audit_standing(store, RUBRICS, (), "frozen:sha256:1")

        assert [(each.id, draws) for each, draws in before_next] == [("left", 0), ("graded", 1)]
        assert [draws for _, draws in store.audits()] == [0, 1, 2]

    assert after is not None
    assert not after.is_doubled
    assert number_of_audit(before_next, units) == 2


def test_no_grade_that_lay_there_is_a_draw_of_an_audit(tmp_path: Path) -> None:
    """Decisions that came with a folder, undone so that the answers count as unread, certify
    nothing: neither those from before the audit nor those that a mirror brings."""
    units = [unit(student) for student in names(20)]
    with store_in(tmp_path / "elsewhere") as store:
        for each in units:
            store.undo(store.decide(blind(each.parts[0].student_id)))
    lines = next((tmp_path / "elsewhere").rglob("decisions.jsonl")).read_text("utf-8").splitlines()

    for name, is_first in (("before", True), ("after", False)):
        with store_in(tmp_path / name) as store:
            if is_first:
                store.rebuild_decisions(lines)
                store.undo(store.decide(blind("S000")))
            store.keep(plan(units))
            if not is_first:
                store.rebuild_decisions(lines)
            prepared = audit_standing(store, RUBRICS, (), "frozen:sha256:1")
            store.undo(store.decide(blind("S000", "0")))
            begun = audit_standing(store, RUBRICS, (), "frozen:sha256:1")

        assert prepared is not None
        assert prepared.draws == ()
        assert begun is not None
        assert [each.human for each in begun.draws] == [0]
