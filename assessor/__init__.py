"""assessor grades short written answers against a rubric, with a quote beside every credit.

    import assessor

    rubric = assessor.load_rubric("critique-of-an-ai-alignment-strategy")
    answers = [assessor.make_submission("S1", "A finite set of labels never covers all cases.")]
    for grade in assessor.grade_class(rubric, answers, judge):
        ...

The names below are loaded when they are used, so that the command line does not pay for them. No
name is that of a module of the package: once imported, the module would stand in its place.
"""

from __future__ import annotations

import importlib

# Public name → the module that holds it.
_PUBLIC = {
    "Ask": "assessor.prompt",
    "Assignment": "assessor.assignment.operations",
    "AssessorError": "assessor.errors",
    "Config": "assessor.config",
    "Grade": "assessor.grade",
    "GradedCell": "assessor.grade",
    "Identity": "assessor.judges.base",
    "InputError": "assessor.errors",
    "Judge": "assessor.judges.base",
    "JudgeError": "assessor.errors",
    "JudgeReply": "assessor.judges.base",
    "Rubric": "assessor.rubric",
    "Run": "assessor.assignment.run_result",
    "ScriptedJudge": "assessor.judges.scripted",
    "State": "assessor.verdict",
    "StoreError": "assessor.errors",
    "Submission": "assessor.submission",
    "fill": "assessor.judges.scripted",
    "grade_class": "assessor.api",
    "grade_many": "assessor.api",
    "grade_one": "assessor.api",
    "load_config": "assessor.config",
    "load_rubric": "assessor.api",
    "make_submission": "assessor.assignment.single_answer",
    "open_assignment": "assessor.api",
    "openai_judge": "assessor.api",
    "read_submissions": "assessor.assignment.named_files",
    "recorded_judge": "assessor.api",
    "run_grading": "assessor.api",
}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'assessor' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return __all__
