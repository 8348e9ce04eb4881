"""One-line faults in the heart of grading: each must be caught by the tests of its room.

    python -m tests.mutants [PART OF A FILE'S NAME …]

Copies the package and its tests aside, puts in one fault after another, and runs the tests that
hold that file. A fault that no test sees is named, and the exit code is 1. To add one, add a row:
the file, the words (once in the file) and what stands there instead.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
# What a fault may make endless is caught, too.
SECONDS = 60
WORKERS = 2

# The tests that hold a file; simulations of minutes are left to the suite.
TESTS = {
    "evidence.py": ("tests/test_evidence.py",),
    "finding.py": ("tests/test_finding.py",),
    "scoring.py": ("tests/scoring/test_score.py", "tests/scoring/test_choice.py"),
    "distribution.py": ("tests/scoring/test_distribution.py",),
    "reply.py": ("tests/test_reply.py",),
    "json_in_prose.py": ("tests/test_json_in_prose.py",),
    "queue.py": ("tests/test_queue.py", "-k", "not shipped"),
    "plan.py": ("tests/test_plan.py",),
    "statistics/audit.py": (
        "tests/statistics/test_audit.py",
        "-k",
        "not false_certificates and not repeated_audits and not anytime_bound_holds",
    ),
    "trust/audit_standing.py": ("tests/trust/test_audit.py",),
}


@dataclass(frozen=True)
class Mutant:
    """One fault: `old`, which stands once in `file`, becomes `new`."""

    file: str
    old: str
    new: str

    @property
    def name(self) -> str:
        """The fault in one line."""
        return f"{self.file}: {self.old!r} -> {self.new!r}"


def _rows(file: str, *pairs: tuple[str, str]) -> tuple[Mutant, ...]:
    return tuple(Mutant(file, old, new) for old, new in pairs)


MUTANTS = (
    *_rows(
        "evidence.py",
        ("LEAST_CHARACTERS = 3", "LEAST_CHARACTERS = 2"),
        ("< LEAST_CHARACTERS and not whole", "< LEAST_CHARACTERS"),
        ("_FOLDED.get(c, c) for c in", "c for c in"),
        ("return cluster.lower()", "return cluster"),
        ("shown).casefold()\n", "shown)\n"),
        ('if each == " " and characters and', 'if each == "" and characters and'),
        ('        return " "\n', "        return shown\n"),
        ("if not _cuts(visible.text, start) and", "if"),
        (" and not _cuts(visible.text, end):", ":"),
        ("quote=quote, near=_nearest(", "quote=quote, span=_nearest("),
        ("in (wanted, wanted.strip(_WRAPPERS)):", "in (wanted,):"),
        ("if not wanted or not has_substance(wanted):", "if not wanted:"),
        ("visible.text.find(wanted, start + 1)", "-1"),
        ("unicodedata.combining(answer[end]):", "False:"),
        ("for c in cluster if not is_invisible(c))", "for c in cluster)"),
        ("return not (_is_unspaced(before) or _is_unspaced(after))", "return True"),
    ),
    *_rows(
        "finding.py",
        ("GIVEN_WORDS = 5", "GIVEN_WORDS = 7"),
        ("(0.03, 0.97)", "(0.0001, 0.9999)"),
        ("tuple(each for each in verdicts if each.strong) or tuple(verdicts)", "tuple(verdicts)"),
        (
            "each.withdrawn for each in deciding) >= len",
            "each.withdrawn for each in deciding) > len",
        ),
        ("if verdict.level in at_least and not", "if verdict.level != ABSENT and not"),
        ("in at_least and not verdict.withdrawn:", "in at_least:"),
        (
            "return verdict.level != ABSENT and not verdict.withdrawn",
            "return verdict.level != ABSENT",
        ),
        ("return claims(verdict) and not evidence_of(", "return not evidence_of("),
        ("return URGENT_EVIDENCE", "return URGENT_FLAG - 1"),
        ("len(saying) < len(deciding)", "len(saying) < 1"),
        ("if not all(found):", "if not any(found):"),
        ("tuple(dict.fromkeys(found))[:2]", "tuple(dict.fromkeys(found))[:1]"),
        ("near = any(each.near is not None", "near = any(each.near is None"),
        ("for each in deciding if each.level == level), deciding[0])", "for each in deciding))"),
        ("< GIVEN_WORDS or locate(span.text, cell.given).span is None)", "< 999)"),
        ("itertools.accumulate(scores, min)", "scores"),
        ("ordered[len(ordered) // 2]", "ordered[-1]"),
        ("any(higher and not lower", "any(lower and not higher"),
        ("(*reasons, ReasonCode.LEFT_OUT)", "(ReasonCode.LEFT_OUT,)"),
    ),
    *_rows(
        "scoring.py",
        ("for _ in rubric.key_points:", "for _ in rubric.key_points[:1]:"),
        ("if any(held[needed] == ABSENT", "if all(held[needed] == ABSENT"),
        ("order[min(limit, order.index", "order[max(limit, order.index"),
        ("key=lambda cell: -kept[cell]", "key=lambda cell: kept[cell]"),
        ("ranked[group.count :]", "ranked[group.count + 1 :]"),
        ("max(points, Decimal(0))", "points"),
        ('step + Decimal("0.5"))', 'step + Decimal("0.4"))'),
        ("== PRESENT and each.effect is Effect.DEDUCT", "== PRESENT"),
        ("_with_caps(rubric, _with_requires(rubric, levels))", "_with_requires(rubric, levels)"),
        ("return min(steps * step, rubric.scoring.max_points)", "return steps * step"),
    ),
    *_rows(
        "distribution.py",
        ("itertools.accumulate(finding.probabilities, min)", "finding.probabilities"),
        ("if abs(gap) > tolerance)", "if abs(gap) >= tolerance)"),
        ("float(abs(gap)) * chance", "float(gap) * chance"),
        ("for needed in each.requires]", "for needed in each.requires[:0]]"),
        ("if m.effect is Effect.CAP]", "if m.effect is Effect.DEDUCT]"),
        (
            "for pair in itertools.pairwise(group.of)]",
            "for pair in itertools.pairwise(group.of[:1])]",
        ),
        ("<= MOST_COMBINATIONS:", "<= 2 ** 40:"),
        ("+ chance * other", "+ chance"),
        ("/ self._scale + chosen", "/ self._scale"),
    ),
    *_rows(
        "reply.py",
        ("if not isinstance(value, bool):", "if not isinstance(value, bool | str):"),
        ("if isinstance(value, bool) or not isinstance", "if not isinstance"),
        ("if 0 <= value <= 100 else None", "if not (value > 100 or value < 0) else None"),
        ("float(value) / 100", "float(value)"),
        ("if len(value) > MAX_QUOTES:", "if len(value) > 3:"),
        ("if not set(found) <= set(wanted):", "if False:"),
        ("withdrawn=_truth(found[WITHDRAWN], WITHDRAWN)", "withdrawn=False"),
        ("met=_truth(found[each.asks], each.asks)", "met=found.get(each.chance, 0) >= 50"),
    ),
    *_rows(
        "json_in_prose.py",
        ("if isinstance(found, _Twice):", "if False:"),
        ('raise InvalidReply("the reply holds two different verdicts")', "return first"),
        ("if any(value == found and _is_quoted", "if any(False and _is_quoted"),
        ("    if is_open:\n", "    if False:\n"),
        ("if len(spelled) > 1:", "if False:"),
    ),
    *_rows(
        "queue.py",
        ("math.floor(budget * readable + 1e-9)", "math.ceil(budget * readable)"),
        ("readable + 1e-9)", "readable)"),
        ('digest("place", candidate.key)', "candidate.key"),
        ("-round(risk.differs, _DIGITS)", "-round(risk.expected, _DIGITS)"),
        ("-round(risk.expected, _DIGITS)", "0.0"),
        ("-round(risk.differs, _DIGITS)", "-risk.differs"),
        ("candidates if not each.outside)", "candidates)"),
        ("not each.mandatory and each.for_risk]", "not each.mandatory]"),
        ("if each.decided][:free]", "if each.decided][:0]"),
        ("max(0, places - len(mandatory))", "places"),
        ("if rank is None or candidate.decided:", "if rank is None:"),
        ("if not any(map(is_mandatory, reasons)):", "if True:"),
        ("if each != ReasonCode.RISK)", ")"),
        ("self.mandatory > self.places", "self.mandatory >= self.places + 2"),
        ("start=1)", "start=0)"),
        ("ReasonCode.LEFT_OUT in each.reasons\n        or any(", "any("),
        ("1.0 if is_open else 0.0", "1.0"),
    ),
    *_rows(
        "plan.py",
        ('"prompt": ask.prompt,', ""),
        ('"shown": ask.shown,', ""),
        ('"cells": ask.cells,', ""),
        ('"schema": ask.schema,', ""),
        ('"repair": ask.repair,', ""),
        ('"pass": asked,', ""),
        ('"shown": about.shown,', ""),
        ('"answer": about.answer_digest,', ""),
        ('"family": about.family,', ""),
        ('"pass": ask.asked.value,', ""),
        ('"answer": ask.answer_digest,', ""),
        ("max(0, tokens.input - tokens.cached - tokens", "max(0, tokens.input - tokens"),
        ("max(0, tokens.input", "(tokens.input"),
        ("+ tokens.cached * price.cached", ""),
        ("cached=self.cached + other.cached", "cached=self.cached"),
    ),
    *_rows(
        "statistics/audit.py",
        ("if self.errors > self.tolerated:", "if self.errors > self.tolerated + 1:"),
        ("null = self.tolerated + 1", "null = self.tolerated"),
        ("float(delta * 0.8 * 0.2 **", "float(delta * 0.2 **"),
        ("capital * (assumed / chance if wrong", "capital * (1 if wrong"),
        ("> PLAN_SHARE * alpha * (count + 1)", "> alpha * (count + 1)"),
        ("key=lambda place: (risks[place], place)", "key=lambda place: (-risks[place], place)"),
        ("greatest, self.errors, -1", "greatest - 1, self.errors, -1"),
    ),
    *_rows(
        "trust/audit_standing.py",
        (
            "given.setdefault((*each.key, each.answer_digest), each)",
            "given[(*each.key, each.answer_digest)] = each",
        ),
        ("if each.source == DecisionSource.AUDIT:", "if True:"),
        ("> plan.tolerance", ">= plan.tolerance"),
        ("is_overtaken=standing.plan.frozen != frozen", "is_overtaken=False"),
        ("or test.standing is not AuditState.CONTINUE:", ":"),
    ),
)


def _source(file: str) -> str:
    return (ROOT / "assessor" / file).read_text(encoding="utf-8")


def misplaced() -> list[str]:
    """Return the faults whose words do not stand in their file exactly once."""
    return [each.name for each in MUTANTS if _source(each.file).count(each.old) != 1]


def main(wanted: list[str]) -> int:
    """Try the faults; 0 when every one was caught."""
    if lost := misplaced():
        print("These stand not once in their file; mend their rows:", *lost, sep="\n  ")
        return 1
    chosen = [each for each in MUTANTS if not wanted or any(part in each.file for part in wanted)]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        places = [_laid_out(Path(folder) / str(n)) for n in range(min(WORKERS, len(chosen)))]
        for file in dict.fromkeys(each.file for each in chosen):
            if not _passes(places[0], file):
                print(f"the tests of {file} fail without any fault; mend them first")
                return 1
        missed = _missed(places, chosen)
    seconds = time.monotonic() - began
    print(f"{len(chosen) - len(missed)} of {len(chosen)} faults caught in {seconds:.0f} s")
    for each in missed:
        print(f"  not caught: {each.name}")
    return 1 if missed else 0


def _missed(places: list[Path], chosen: list[Mutant]) -> list[Mutant]:
    """Run the faults, as many at a time as there are places."""
    missed: list[Mutant] = []
    waiting = list(chosen)
    running: dict[int, tuple[Mutant, multiprocessing.process.BaseProcess, float]] = {}
    while waiting or running:
        for number, place in enumerate(places):
            if number not in running and waiting:
                each = waiting.pop(0)
                _put(place, each, each.new)
                running[number] = (each, _started(place, each.file), time.monotonic())
            elif number in running:
                each, process, began = running[number]
                process.join(0.05)
                if process.is_alive() and time.monotonic() - began < SECONDS:
                    continue
                if process.is_alive():
                    process.kill()
                    process.join()
                if process.exitcode == 0:
                    missed.append(each)
                _put(place, each, each.old)
                del running[number]
    return missed


def _laid_out(place: Path) -> Path:
    """Copy what the tests need: the package, the tests, and what the package ships."""
    unused = shutil.ignore_patterns("__pycache__", "fixtures", "browser", "crash", "servers")
    shutil.copytree(ROOT / "assessor", place / "assessor", ignore=unused)
    shutil.copytree(ROOT / "tests", place / "tests", ignore=unused)
    for name in ("rubrics", "prompts", "examples", "pyproject.toml"):
        (place / name).symlink_to(ROOT / name)
    return place


def _put(place: Path, mutant: Mutant, words: str) -> None:
    """Write the file anew, in another second than before so that no compiled one is taken."""
    path = place / "assessor" / mutant.file
    text = _source(mutant.file)
    path.write_text(text.replace(mutant.old, words), encoding="utf-8")
    later = path.stat().st_mtime + (10 if words == mutant.new else 20)
    os.utime(path, (later, later))


def _passes(place: Path, file: str) -> bool:
    process = _started(place, file, keep=True)
    process.join()
    return process.exitcode == 0


def _started(place: Path, file: str, *, keep: bool = False) -> multiprocessing.process.BaseProcess:
    """Run the tests of a file in a fork, which need not import the libraries again."""
    process = multiprocessing.get_context("fork").Process(target=_run, args=(place, file, keep))
    process.start()
    return process


def _run(place: Path, file: str, keep: bool) -> None:
    import pytest

    sys.dont_write_bytecode = not keep
    for name in [each for each in sys.modules if each.split(".")[0] in {"assessor", "tests"}]:
        del sys.modules[name]
    sys.path.insert(0, str(place))
    os.chdir(place)
    quiet = ["-q", "-x", "-p", "no:cacheprovider", "--hypothesis-profile=few"]
    quiet += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = pytest.main([*quiet, "--rootdir", str(place), *TESTS[file]])
    if keep and code:
        print(said.getvalue()[-3000:], file=sys.stderr)
    sys.stdout.flush()
    os._exit(int(code))


def _warm_up() -> None:
    """Import once what every fork needs."""
    import hypothesis  # noqa: F401
    import jinja2  # noqa: F401
    import numpy  # noqa: F401
    import pydantic  # noqa: F401
    import pytest  # noqa: F401
    import ruamel.yaml  # noqa: F401
    import scipy.stats  # noqa: F401


if __name__ == "__main__":
    _warm_up()
    sys.exit(main(sys.argv[1:]))
