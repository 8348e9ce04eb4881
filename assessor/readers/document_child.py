"""Run as a process of its own: a Word document on stdin, its text as HTML on stdout."""

from __future__ import annotations

import io
import sys

import mammoth  # type: ignore[import-untyped]  # ships no types

if sys.platform != "win32":  # which has no such limits
    import resource

_MOST_MEMORY = 2 << 30
_MOST_SECONDS = 45


def _main() -> None:
    if sys.platform != "win32":
        for what, most in (
            (resource.RLIMIT_AS, _MOST_MEMORY),
            (resource.RLIMIT_CPU, _MOST_SECONDS),
        ):
            try:
                resource.setrlimit(what, (most, resource.getrlimit(what)[1]))
            except (ValueError, OSError):  # macOS refuses to limit the address space
                continue
    found = mammoth.convert_to_html(
        io.BytesIO(sys.stdin.buffer.read()),
        convert_image=mammoth.images.img_element(lambda _: {"src": ""}),
    )
    sys.stdout.buffer.write(found.value.encode("utf-8", "replace"))


if __name__ == "__main__":
    _main()
