"""The class as the reviewer has it: what stands, what is next, and each word written at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from assessor.ambient import Ambient
from assessor.assist import alike
from assessor.candidates import Guide
from assessor.engine.blind import BlindWork, audit_standing, blind_work
from assessor.manifest import Manifest
from assessor.review.decision_keys import same
from assessor.review.entry import ReviewEntry, Seat, entry_id, entry_of
from assessor.review.filters import OF_PEOPLE, Filters, arrange, choose
from assessor.review.highlights import SHOWN
from assessor.rubric import Rubric
from assessor.store import Deed, Event, OutcomeRecord, PointsChange, Store
from assessor.submission import Key
from assessor.trust.audit_standing import AuditStanding
from assessor.trust.records import AuditPlan, TuningSample, frozen_digest
from assessor.verdict import DecisionSource, Override, Release

# A longer gap between two decisions was a pause, not work.
LONGEST_LOOK = 300.0
LEAST_LOOKS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMaterial:
    """One run as the store holds it; `answers` is the name of the answers file."""

    run: str
    rubrics: Mapping[str, Rubric]
    outcomes: tuple[OutcomeRecord, ...]
    manifest: Manifest
    answers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewProgress:
    """How far a list is done; `seconds_left` is None until there is a pace."""

    done: int
    total: int
    seconds_left: float | None = None


class ClassState:
    """Holds a class in memory; the store is asked only for what changed."""

    def __init__(
        self,
        store: Store,
        load: Callable[[], ReviewMaterial],
        seat: Seat,
        ambient: Ambient,
    ) -> None:
        self.store = store
        self.seat = seat
        # Taken before anything is read: what is written meanwhile is seen at the next refresh.
        self._mark = self._now_written()
        self.material = load()
        self.entries: tuple[ReviewEntry, ...] = ()
        self.like: Mapping[str, str] = {}
        self.changed = False
        self._load = load
        self._ambient = ambient
        self._places: dict[str, int] = {}
        self._releases: Mapping[Key, Release] = {}
        self._mine: list[tuple[str, str]] = []
        self._groups: dict[str, str] = {}
        self._looks: list[float] = []
        self._guides: dict[str, Guide] = {}
        self._looked = ambient.monotonic()
        self._read()
        self._recall()

    @property
    def as_of(self) -> tuple[int, str]:
        """What was written last when this was read; while it is the same, so is the class."""
        return self._mark

    def refresh(self) -> None:
        """Take in what another window, grader or run wrote meanwhile."""
        now = self._now_written()
        if now[1] != self._mark[1]:
            self.material = self._load()
            self._guides.clear()
        if now != self._mark:
            self._read()
            self._mark = now

    def entry(self, entry_id: str) -> ReviewEntry | None:
        """Return one answer, or None."""
        place = self._places.get(entry_id)
        return None if place is None else self.entries[place]

    def find(self, student: str) -> ReviewEntry | None:
        """Return the first answer of the student of this id, else of this name."""
        wanted = student.casefold()
        for name in ("student_id", "name"):
            for each in self.entries:
                value: str = getattr(each.outcome.submission, name)
                if wanted and value.casefold() == wanted:
                    return each
        return None

    def list_for(self, wish: Filters) -> tuple[ReviewEntry, ...]:
        """Return the answers that a wish is about; blind, those drawn, where some were."""
        if not self.seat.blind:
            return choose(self.entries, wish, self.like)
        work = self.blind_work()
        if work is None and self.was_drawn:
            return ()
        if work is None:
            readable = [each for each in self.entries if each.is_readable]
            only = wish.only if wish.only in OF_PEOPLE else ""
            return choose(readable, Filters(show="all", part=wish.part, only=only), self.like)
        waiting = (self.entry(entry_id(part.key)) for part in work.waiting)
        return tuple(each for each in waiting if each is not None)

    def blind_work(self) -> BlindWork | None:
        """Return what was drawn to be graded blind and still waits; None where nothing was."""
        audit, sample = self.audit(), self.store.newest(TuningSample)
        if not self.seat.apart or sample is None or (audit is not None and audit.is_open):
            return blind_work(self.store, audit)
        # Of graders apart each grades the whole sample: where they differ is what it is for.
        left = []
        for unit in sample.units:
            entries = [self.entry(entry_id(part.key)) for part in unit.parts]
            if any(each is not None and not each.is_done for each in entries):
                left.append(unit)
        return BlindWork(
            source=DecisionSource.TUNING,
            waiting=tuple(part for unit in left for part in unit.parts),
            done=len(sample.units) - len(left),
            planned=len(sample.units),
        )

    @property
    def was_drawn(self) -> bool:
        """Whether answers of this class were ever drawn to be graded blind."""
        return bool(self.store.newest(TuningSample) or self.store.newest(AuditPlan))

    def audit(self) -> AuditStanding | None:
        """Return where the newest audit stands; None without one."""
        material = self.material
        grades = [each.grade for each in self.entries]
        frozen = frozen_digest(material.manifest)
        return audit_standing(self.store, material.rubrics, grades, frozen)

    def release(self, words: Sequence[Release]) -> None:
        """Write down that these grades may go out."""
        if event := self.store.release(words, who=self.seat.who):
            self._mine.append((event, ""))
        self.changed = True
        self.refresh()

    def follow_points(
        self, change: PointsChange, decisions: Sequence[tuple[ReviewEntry, Override]]
    ) -> None:
        """Keep a change of points, with the decisions whose levels earn other points now.

        They stay those of whoever made them. Raises StaleDecision, with nothing written, where one
        of these answers was decided on meanwhile.
        """
        if change.points:
            self._mine.append((self._follow(decisions, "changed", change)[-1], ""))
        self.refresh()

    def points_back(self, event: Event, decisions: Sequence[tuple[ReviewEntry, Override]]) -> None:
        """Keep that a change of points was taken back: what stood before it stands again.

        A decision that followed the change is taken back; one that was made since follows the level
        that it gives. One that was never touched stays.
        """
        followed = set(event.change.followed) if event.change is not None else set()
        history = [each.id for each in self.store.history()]
        since = set(history[history.index(event.id) :])
        words = self.store.words([entry.key for entry in self.entries])
        behind = {
            entry.key: next((e.id for e in reversed(words[entry.key]) if e.new == entry.mine), "")
            for entry in self.entries
        }
        for event_id in filter(followed.__contains__, behind.values()):
            self.store.undo(event_id, who=self.seat.who)
        made_since = [each for each in decisions if behind[each[0].key] in since]
        self._follow(made_since, "changed back")
        self.store.take_back(event.id, who=self.seat.who)
        self.refresh()

    def take_back(self, event: Event) -> None:
        """Take a release back."""
        self.store.take_back(event.id, who=self.seat.who)
        self.changed = True
        self.refresh()

    def _follow(
        self,
        decisions: Sequence[tuple[ReviewEntry, Override]],
        what: str,
        change: PointsChange | None = None,
    ) -> tuple[str, ...]:
        why = f"points of the rubric {what} by {self.seat.who or 'the owner'}"
        words = [(replace(word, reason=why), entry.newest) for entry, word in decisions]
        by = "" if change is None else self.seat.who
        followed = self.store.decide_together(words, who=by, change=change)
        self.changed = True
        return followed

    def progress(self, listed: Sequence[ReviewEntry]) -> ReviewProgress:
        """Return how far a list is done, and how long the rest will take at this pace."""
        done, total = sum(each.is_done for each in listed), len(listed)
        work = self.blind_work() if self.seat.blind else None
        if work is not None:
            done, total = work.done, work.planned
        left = None
        if len(self._looks) >= LEAST_LOOKS:
            left = median(self._looks) * (total - done)
        return ReviewProgress(done=done, total=total, seconds_left=left)

    def say(
        self, entry: ReviewEntry, word: Override, seen: str, *, together: bool = False
    ) -> ReviewEntry:
        """Write a word down at once and return the answer as it stands then.

        What says nothing new is not written. `together`: it stands above other graders' words.
        Raises StaleDecision where the reviewer had not seen the newest word.
        """
        if same(entry.mine, word) and seen == entry.seen:
            return entry
        word = replace(word, grader=self.seat.name, source=self._source(entry, word))
        apart = self.seat.apart and not together
        event = self.store.decide(word, seen=seen, apart=apart, who=self.seat.who)
        self.changed = True
        self._mine.append((event, entry.id))
        was_done = entry.is_done
        entry = self._reread(entry)
        if (
            entry.is_done
            and not was_done
            and word.source not in {DecisionSource.DRAFT, DecisionSource.SETTLED}
        ):
            self._note_look()
        return entry

    def say_together(self, words: Sequence[tuple[ReviewEntry, Override]]) -> None:
        """Write decisions down that one key made of a group; they are undone as one.

        Nothing is written where one of the answers was changed meanwhile: raises StaleDecision.
        """
        group, seat, why = self._ambient.new_id(), self.seat, f"decided in a group of {len(words)}"
        told = [
            (replace(word, grader=seat.name, reason=word.reason or why), entry.seen)
            for entry, word in words
        ]
        events = self.store.decide_together(told, apart=seat.apart, who=seat.who, group=group)
        for event, (entry, _) in zip(events, words, strict=True):
            self._mine.append((event, entry.id))
            self._groups[event] = group
            self._reread(entry, written=len(words))
        self.changed = True
        self.look()

    def undo(self) -> ReviewEntry | None:
        """Take back this seat's latest word, wherever it was; return its answer, None for none.

        What one key decided of a group goes back as one.

        A release and other points (`latest_for_all`) are not taken back from here.
        """
        while self.latest_for_all() is None and self._mine:
            group = self._groups.get(self._mine[-1][0], "")
            taken = [self._take_back_latest()]
            while group and self._mine and self._groups.get(self._mine[-1][0]) == group:
                taken.append(self._take_back_latest())
            if found := [each for each in taken if each is not None]:
                return found[-1]
        return None

    def _take_back_latest(self) -> ReviewEntry | None:
        """Take back the latest word that this seat remembers, where it stands still."""
        event, place = self._mine.pop()
        entry = self.entry(place)
        if entry is None or all(
            each.id != event for each in self.store.words([entry.key])[entry.key]
        ):
            return None
        self.store.undo(event, who=self.seat.who)
        self.changed = True
        return self._reread(entry)

    def latest_for_all(self) -> Event | None:
        """Return this seat's latest deed where it is about many answers: a release, other points.

        It is taken back where it was done, with its numbers before one's eyes.
        """
        while self._mine and not self._mine[-1][1]:
            standing = self.store.standing_deeds(Deed.RELEASE, Deed.POINTS)
            found = next((each for each in standing if each.id == self._mine[-1][0]), None)
            if found is not None:
                return found
            self._mine.pop()
        return None

    def give_equals(self, entry: ReviewEntry) -> int:
        """Give a decision to every open answer that is word for word the same; return how many."""
        if entry.mine is None or not entry.is_done:
            return 0
        count = 0
        for other in self.group_of(entry):
            submission = other.outcome.submission
            if other.is_done or submission.answer_digest != entry.outcome.submission.answer_digest:
                continue
            word = replace(
                entry.mine,
                student_id=submission.student_id,
                question=submission.question,
                attempt=submission.attempt,
                source=DecisionSource.REVIEW,
                reason=f"word for word the same as answer {entry.number}",
            )
            count += self.say(other, word, other.seen).is_done
        return count

    def places(self, entry: ReviewEntry) -> Mapping[str, Sequence[tuple[int, int]]]:
        """Return where to look for each key point, where nobody but people reads."""
        if self.seat.blind or not entry.by_hand:
            return {}
        question = entry.outcome.submission.question
        if question not in self._guides:
            answers = [each.answer for each in self.entries if each.key[1] == question]
            self._guides[question] = Guide(entry.rubric, answers)
        text = entry.answer[:SHOWN]
        places: dict[str, list[tuple[int, int]]] = {}
        for found in self._guides[question].places(text):
            start = text.find(found.sentence)
            places.setdefault(found.cell, []).append((start, start + len(found.sentence)))
        return places

    def look(self) -> None:
        """Start the clock for the answer that is shown now."""
        self._looked = self._ambient.monotonic()

    def group_of(self, entry: ReviewEntry) -> tuple[ReviewEntry, ...]:
        """Return the answers that are equal or nearly equal to this one, without it."""
        group = self.like.get(entry.id)
        if group is None:
            return ()
        return tuple(
            each for each in self.entries if self.like.get(each.id) == group and each.id != entry.id
        )

    def _source(self, entry: ReviewEntry, word: Override) -> DecisionSource:
        """Return where a word comes in: what was drawn to be graded blind is told apart."""
        if not self.seat.blind or word.source == DecisionSource.DRAFT:
            return word.source
        if entry.mine is not None and entry.mine.source in {
            DecisionSource.AUDIT,
            DecisionSource.TUNING,
        }:
            return entry.mine.source
        work = self.blind_work()
        drawn = work is not None and entry.key in {part.key for part in work.waiting}
        return work.source if work is not None and drawn else word.source

    def _awaited(self) -> frozenset[Key]:
        """Return the answers of which an open audit waits for a blind grade, at a blind seat."""
        audit = self.audit() if self.seat.blind else None
        waiting = audit.waiting if audit is not None else ()
        return frozenset(part.key for unit in waiting for part in unit.parts)

    def _note_look(self) -> None:
        now = self._ambient.monotonic()
        if now - self._looked < LONGEST_LOOK:
            self._looks.append(now - self._looked)
        self._looked = now

    def _now_written(self) -> tuple[int, str]:
        return (self.store.last_event(), self.store.last_outcome())

    def _read(self) -> None:
        material = self.material
        words = self.store.words([each.submission.key for each in material.outcomes])
        self._releases = {each.key: each for each in self.store.releases()}
        entries = []
        for outcome in material.outcomes:
            key = outcome.submission.key
            rubric = material.rubrics[outcome.submission.question]
            entries.append(entry_of(outcome, rubric, words[key], self._release(outcome), self.seat))
        self.entries = tuple(entries)
        for place, each in enumerate(entries if (drawn := self._awaited()) else ()):
            if each.key in drawn and each.mine is not None:
                release, said = self._release(each.outcome), words[each.key]
                entries[place] = entry_of(
                    each.outcome, each.rubric, said, release, self.seat, drawn=True
                )
        groups = _alike(entries)
        self.like = {each: group[0] for group in groups for each in group}
        self.entries = arrange(entries, tuple(material.rubrics), groups)
        self._places = {each.id: place for place, each in enumerate(self.entries)}

    def _reread(self, entry: ReviewEntry, written: int = 1) -> ReviewEntry:
        event, outcome = self._mark
        if self.store.last_event() == event + written:
            # Anything more is somebody else's word, and the next refresh takes it in.
            self._mark = (event + written, outcome)
        words = self.store.words([entry.key])[entry.key]
        release = self._release(entry.outcome)
        drawn = entry.key in self._awaited()
        fresh = entry_of(entry.outcome, entry.rubric, words, release, self.seat, drawn=drawn)
        fresh = replace(fresh, number=entry.number)
        place = self._places[entry.id]
        self.entries = (*self.entries[:place], fresh, *self.entries[place + 1 :])
        return fresh

    def _release(self, outcome: OutcomeRecord) -> Release | None:
        """Return the release of this very text."""
        release = self._releases.get(outcome.submission.key)
        if release is None or release.answer_digest != outcome.submission.answer_digest:
            return None
        return release

    def _recall(self) -> None:
        """Find this seat's words of earlier evenings, so that they can be taken back, too."""
        known = {each.key: each.id for each in self.entries}
        # What came in as a file is not taken back key by key.
        sources = {
            DecisionSource.REVIEW,
            DecisionSource.DRAFT,
            DecisionSource.SECOND,
            DecisionSource.SETTLED,
            *((DecisionSource.AUDIT, DecisionSource.TUNING) if self.seat.blind else ()),
        }
        deeds = () if self.seat.blind else (Deed.RELEASE, Deed.POINTS)
        for event in self.store.history(Deed.OVERRIDE, *deeds):
            if event.who != self.seat.who:
                continue
            word = event.new
            if event.deed in deeds:
                self._mine.append((event.id, ""))
            elif word is not None and word.source in sources and word.key in known:
                self._mine.append((event.id, known[word.key]))
                self._groups |= {event.id: event.group} if event.group else {}


def _alike(entries: Sequence[ReviewEntry]) -> tuple[tuple[str, ...], ...]:
    """Return groups of ids whose answers to the same question are equal or nearly equal."""
    texts: dict[str, dict[str, str]] = {}
    same_text: dict[tuple[str, str], list[str]] = {}
    for each in entries:
        if each.is_readable:
            submission = each.outcome.submission
            equal = same_text.setdefault((submission.question, submission.answer_digest), [])
            if not equal:
                texts.setdefault(submission.question, {})[each.id] = submission.answer
            equal.append(each.id)
    equals = {ids[0]: ids for ids in same_text.values()}
    groups = [
        tuple(member for leader in group for member in equals.pop(leader))
        for of_question in texts.values()
        for group in alike(of_question)
    ]
    return (*groups, *(tuple(ids) for ids in equals.values() if len(ids) > 1))
