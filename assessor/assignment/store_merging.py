"""Make one store of several: a class that was graded by several drivers, each its own part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from assessor.ambient import Ambient
from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.spoken_lines import SpokenLine
from assessor.counting import plural
from assessor.errors import InputError, StoreError
from assessor.store import RunStatus, Store, open_store
from assessor.store.merge import MergedIn
from assessor.store.place import DATABASE
from assessor.trust.records import AuditPlan
from assessor.trust.units import is_drawn_as_ours

MEMORY = ".assessor"


def merge_stores(place: ClassFolder, others: Sequence[Path]) -> list[tuple[Path, MergedIn]]:
    """Take in what other stores hold, in the order given; return what came of each.

    All are looked at before anything is written: each must be whole, not in use and without a
    batch under way, and have graded by the same rubrics, prompts, judge and method. Raises
    InputError and StoreError.
    """
    with ExitStack() as opened:
        own = opened.enter_context(place.open_store())
        stores = [(folder, opened.enter_context(_open(folder, place.ambient))) for folder in others]
        held: list[Store] = []
        try:
            for folder, store in [(place.folder, own), *stores]:
                if store.database.where in {each.database.where for each in held}:
                    raise InputError(f"{folder}: is named twice; a store is not merged with itself")
                store.acquire_lease("merge")
                held.append(store)
            _check(own, stores)
            return [(folder, own.take_in(store)) for folder, store in stores]
        finally:
            for store in held:
                store.release_lease()


def merged_lines(taken: Sequence[tuple[Path, MergedIn]]) -> Iterator[SpokenLine]:
    """Yield what came of a merge, store by store, and what to do with it."""
    for folder, each in taken:
        yield SpokenLine(
            f"{folder}: {plural(each.asks, 'request')} with "
            f"{plural(each.replies, 'reply', 'replies')} and "
            f"{plural(each.decisions, 'decision')} by people: taken in."
        )
        if each.kept:
            yield SpokenLine(
                f"{each.kept} of them are on answers that were decided otherwise here: what "
                "stood here stands, and theirs is in the record of these answers."
            )
        if each.unreleased:
            others = plural(each.unreleased, "answer was", "answers were")
            yield SpokenLine(
                f"{others} released unread there, and not as they are read here: that "
                "releases nothing here."
            )
        if each.exports:
            them = plural(each.exports, "export or push is", "exports and pushes are")
            yield SpokenLine(
                f"{them} recorded there and not taken over: what was added to a column from "
                "there (--add-to-existing) is not known here, so look before you add."
            )
    yield SpokenLine(
        "Next: assessor grade with the whole class in one file, the same rubric, judge and "
        "method; what was read is not asked again."
    )


def _open(folder: Path, ambient: Ambient) -> Store:
    memory = folder / MEMORY if (folder / MEMORY).is_dir() else folder
    if not (memory / DATABASE).is_file():
        raise InputError(f"{folder}: no store is there; name a folder that was graded in")
    return open_store(memory, ambient)


def _check(own: Store, stores: Sequence[tuple[Path, Store]]) -> None:
    """Raise where a store is not whole, or not like the others: all problems at once."""
    known_here = {each.id for each in own.kept(AuditPlan)}
    problems = [
        f"{folder}: {line}; mend that first ('assessor runs verify' there)"
        for folder, store in stores
        for line in store.verify()
    ]
    problems += [
        f"{folder}: audit {each.number} there was not drawn as one is; its order or its share of "
        "the doubt was chosen by hand, so that nothing rests on it"
        for folder, store in stores
        for each in store.kept(AuditPlan)
        if each.id not in known_here and not is_drawn_as_ours(each)
    ]
    if problems:
        raise StoreError("\n".join(problems))
    problems = [
        f"{folder}: a batch is under way there; collect it first (the same grade command)"
        for folder, store in stores
        if any(each.is_under_way for each in store.batches())
    ]
    known = [("this store", made) for made in [_made_by(own)] if made]
    for folder, store in stores:
        made = _made_by(store)
        if not made:
            problems.append(f"{folder}: nothing was graded to its end there")
            continue
        for name, first in known[:1]:
            problems += [
                f"{folder}: {line} than {name}; grade both alike, or keep them apart"
                for line in _unlike(first, made)
            ]
        known.append((str(folder), made))
    if problems:
        raise InputError(*problems)


def _made_by(store: Store) -> Mapping[str, object]:
    """Return what decided the readings of the last run that came to its end."""
    runs = [each for each in store.runs() if each.status is RunStatus.DONE]
    if not runs:
        return {}
    manifest = runs[-1].manifest
    judge = manifest.judge
    return {
        **{f"rubric of {each.question!r}": each.digest for each in manifest.questions},
        "prompts": manifest.prompts,
        "judge": (judge.backend, judge.model_asked, judge.parameters),
        "second judge": manifest.strong,
        "method": manifest.method.used,
    }


def _unlike(first: Mapping[str, object], other: Mapping[str, object]) -> Iterator[str]:
    for name in first:
        if name in other and first[name] != other[name]:
            yield f"another {name}"
