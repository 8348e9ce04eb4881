"""The wheel, installed away from the checkout, carries all that a person needs."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLE = "assessor/_data/examples/critique"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it as `pip install .` would, with what is installed already."""
    place = tmp_path_factory.mktemp("wheel")
    _run("-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT))
    (built,) = place.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_rubrics_prompts_examples_and_pages(wheel: Path) -> None:
    """Everything at the top level that the program reads, and nothing of the tests."""
    names = set(zipfile.ZipFile(wheel).namelist())

    for kind in ("rubrics", "prompts", "examples"):
        for path in (ROOT / kind).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"assessor/_data/{path.relative_to(ROOT).as_posix()}" in names
    for path in (ROOT / "assessor").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(ROOT).as_posix() in names
    assert not any(name.startswith("tests/") for name in names)


@pytest.mark.slow
def test_a_class_is_graded_by_the_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    """An empty environment, another folder: the command grades the sample class."""
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False)
    place = Path(_python(environment, "-c", "import sysconfig as s; print(s.get_path('purelib'))"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    # The packages that assessor needs are those of this environment; the package itself is not.
    own = next(Path(each) for each in sys.path if each.endswith("site-packages"))
    for each in own.iterdir():
        if "assessor" not in each.name and each.suffix != ".pth":
            (place / each.name).symlink_to(each)
    home = tmp_path / "class"
    home.mkdir()
    (home / "answers.csv").write_bytes((place / EXAMPLE / "answers.csv").read_bytes())

    grade = (
        *("-m", "assessor", "grade", "answers.csv"),
        *("--rubric", "critique-of-an-ai-alignment-strategy", "--judge", "recorded"),
    )
    printed = _python(environment, *grade, cwd=home)

    assert "60 submissions" in printed
    assert (home / "graded/answers/grades.csv").is_file()
    where = _python(environment, "-c", "import assessor; print(assessor.__file__)", cwd=home)
    assert str(environment) in where


def _python(environment: Path, *arguments: str, cwd: Path | None = None) -> str:
    return _run(*arguments, python=str(environment / "bin" / "python"), cwd=cwd)


def _run(*arguments: str, python: str = sys.executable, cwd: Path | None = None) -> str:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "ASSESSOR_"))}
    done = subprocess.run(
        [python, *arguments], capture_output=True, text=True, cwd=cwd, env=clean, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()
