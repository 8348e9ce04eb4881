"""Hand-ins as files: their text as a person sees it, by a process of its own with limits."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from types import TracebackType

from assessor.errors import SubmissionError
from assessor.readers.files.limits import MOST_BYTES, MOST_SECONDS, MOST_WAIT

_MOST_CHILDREN = 4
# Where a process's own seconds are limited, and by which signal it ends then.
_OUT_OF_TIME = int(getattr(signal, "SIGXCPU", 0))
_COUNTS = bool(_OUT_OF_TIME)
_MOMENT = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """What one file was read as: simple markup (plain text escaped), or why not.

    `left_out` says in words what was not read of it; `code` and `problem` are "" where it was read.
    """

    kind: str
    markup: str
    plain: bool
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    code: str = ""
    problem: str = ""


class FileReader:
    """Reads files, one after the other, each by a child process that a hostile one may end."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> FileReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def read(self, data: bytes, suffix: str) -> tuple[ReadFile, ...]:
        """Return what a file holds; a zip gives one entry per file in it, in their names' order.

        `suffix` is the end of its name, lower case (".docx"): all that is told of the name.
        """
        if len(data) > MOST_BYTES:
            return (_failed("too_large", f"is larger than {MOST_BYTES >> 20} MB"),)
        fresh = self._child is None
        got = self._ask(data, suffix)
        if not fresh and got[0].code in {"too_slow", "too_much_memory"}:
            # What others left behind in that process is not this file's fault.
            self._end()
            got = self._ask(data, suffix)
        if got[0].code in {"too_slow", "too_much_memory"}:
            self._end()
        return got

    def _ask(self, data: bytes, suffix: str) -> tuple[ReadFile, ...]:
        child = self._child = self._child or _start()
        assert child.stdin is not None and child.stdout is not None  # noqa: S101  # pipes
        slow = threading.Event()

        def stop() -> None:
            slow.set()
            child.kill()

        timer = threading.Timer(MOST_WAIT if _COUNTS else MOST_SECONDS, stop)
        timer.start()
        try:
            header = json.dumps({"suffix": suffix[:12], "size": len(data)}).encode()
            child.stdin.write(header + b"\n" + data)
            child.stdin.flush()
            line = child.stdout.readline()
        except OSError:
            line = b""
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            self._end(ended=True)
            if slow.is_set() or child.returncode == -_OUT_OF_TIME:
                return (_failed("too_slow", f"takes over {MOST_SECONDS} seconds to read"),)
            return (_failed("too_much_memory", "asks for more memory or time than any hand-in"),)
        return tuple(map(_file, json.loads(line)))

    def _end(self, *, ended: bool = False) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        # One that ended by itself keeps its reason; it may need a moment to be gone.
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=_MOMENT if child.poll() is None and ended else 0)
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue
        child.wait()


@contextmanager
def _readers(number: int) -> Iterator[SimpleQueue[FileReader]]:
    free: SimpleQueue[FileReader] = SimpleQueue()
    readers = [FileReader() for _ in range(number)]
    for each in readers:
        free.put(each)
    try:
        yield free
    finally:
        for each in readers:
            each.__exit__(None, None, None)


def read_files(files: Sequence[tuple[Callable[[], bytes], str]]) -> list[tuple[ReadFile, ...]]:
    """Return what each file (its bytes, the end of its name) was read as, in their order.

    The bytes are asked for when it is a file's turn, so that a class is never held whole.
    """
    number = max(1, min(_MOST_CHILDREN, os.cpu_count() or 1, len(files) // 3))
    with _readers(number) as free, ThreadPoolExecutor(number) as pool:

        def read(file: tuple[Callable[[], bytes], str]) -> tuple[ReadFile, ...]:
            reader = free.get()
            try:
                return reader.read(file[0](), file[1])
            except SubmissionError:
                return (_failed("torn", "is damaged or locked in its archive"),)
            finally:
                free.put(reader)

        return list(pool.map(read, files))


def _start() -> subprocess.Popen[bytes]:
    # Nothing of our environment is handed on: no key, no proxy. Windows needs its system folder.
    environment = {
        name: value
        for name, value in os.environ.items()  # noqa: TID251  # filtered here for the child
        if name in {"SYSTEMROOT", "PATH", "LD_LIBRARY_PATH"}
    }
    return subprocess.Popen(  # our own module, the file goes in as data
        [sys.executable, "-I", "-B", "-m", "assessor.readers.files.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


def _file(told: dict[str, object]) -> ReadFile:
    left_out = told["left_out"]
    counted = left_out.items() if isinstance(left_out, dict) else ()
    notes = told["notes"]
    return ReadFile(
        kind=str(told["kind"]),
        markup=str(told["markup"]),
        plain=bool(told["plain"]),
        left_out=tuple(_counted(number, what) for what, number in counted),
        notes=tuple(map(str, notes)) if isinstance(notes, list) else (),
        code=str(told["code"]),
        problem=str(told["problem"]),
    )


def _counted(number: int, what: str) -> str:
    if number == 1:
        return f"1 {what}"
    head, *rest = what.split(" ", 1)
    plural = what + "s"
    if rest and (head in {"output", "page"} or what.startswith("header")):
        plural = " ".join([f"{head}s", *rest])
    return f"{number} {plural}"


def _failed(code: str, problem: str) -> ReadFile:
    return ReadFile(kind="file", markup="", plain=True, code=code, problem=problem)
