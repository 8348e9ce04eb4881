#!/usr/bin/env python3
"""Grade one answer in a GitHub Classroom run and hand its points to the grading reporter.

Writes `status` (graded, proposed or pending) and `result` (the reporter's JSON in base64) to
GITHUB_OUTPUT and a few lines for the student to GITHUB_STEP_SUMMARY.
"""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

RESULTS = Path("results.json")
# Pushes of the answer that are graded; later ones are kept and not graded: no oracle.
LIMIT = int(os.environ.get("LIMIT", "3"))
PATIENCE = 600


def append(variable, text):
    with open(os.environ[variable], "a", encoding="utf-8") as file:
        file.write(text + "\n")


def pushes(answer):
    """How many commits changed the answer, or runs there were; 0 where there is no history.

    A history can be written anew, the number of this workflow's runs in the repository cannot.
    """
    runs = int(os.environ.get("GITHUB_RUN_NUMBER", "0"))
    command = ["git", "rev-list", "--count", "HEAD", "--", answer]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True)
        return max(runs, int(said.stdout))
    except (OSError, ValueError, subprocess.SubprocessError):
        return runs


def graded(answer):
    """Return the result; pending where there is none."""
    try:
        subprocess.run(
            [
                "assessor",
                "grade",
                "--answer-file",
                answer,
                "--store",
                "memory",
                "--only",
                "submission",
                "--results",
                str(RESULTS),
            ],
            timeout=PATIENCE,
            check=False,
        )
        return json.loads(RESULTS.read_text(encoding="utf-8"))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        print(f"{type(error).__name__}: {error}")
        return {"status": "pending", "reasons": ["stopped:runner"]}


def report(result):
    """Return the grading reporter's form of a result."""
    points = result["grade"]
    test = {"name": "answer", "status": "pass", "score": points, "max_score": result["max_points"]}
    return {"version": 1, "status": "pass", "max_score": result["max_points"], "tests": [test]}


def main(answer):
    RESULTS.unlink(missing_ok=True)
    if LIMIT and pushes(answer) > LIMIT:
        append("GITHUB_OUTPUT", "status=pending")
        append("GITHUB_STEP_SUMMARY", f"Only the first {LIMIT} versions are graded.")
        return
    result = graded(answer)
    if result["status"] == "graded" and result["grade"] is None:
        # Held: Classroom would show the points at once, so that a proposal is not reported.
        append("GITHUB_OUTPUT", "status=proposed")
        append("GITHUB_STEP_SUMMARY", "Your answer was read. Your instructor gives out the grade.")
        return
    append("GITHUB_OUTPUT", f"status={result['status']}")
    if result["status"] != "graded":
        append("GITHUB_STEP_SUMMARY", "A person will look at this answer. There is no grade yet.")
        return
    text = json.dumps(report(result)).encode()
    append("GITHUB_OUTPUT", f"result={base64.b64encode(text).decode()}")
    append("GITHUB_STEP_SUMMARY", "Graded. The points are with your instructor.")


if __name__ == "__main__":
    main(sys.argv[1])
