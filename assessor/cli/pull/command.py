"""`assessor pull`: fetch an assignment's submissions into a file that `grade` reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assessor.assignment.platform_site import pulled_from
from assessor.assignment.pulling import fetched
from assessor.cli.exit_codes import Exit
from assessor.cli.export.site import open_site
from assessor.cli.screen import console, plain, print_json, spoken
from assessor.cli.workplace import leave_out, open_workplace
from assessor.counting import plural
from assessor.errors import InputError
from assessor.platforms import address_of
from assessor.writers.files import write_file


def pull(options: Mapping[str, Any]) -> int:
    """Fetch the submissions of the assignment whose page has the address URL (Canvas, Moodle)."""
    leave_out(["run_id", "store"], "here, since no run is looked at")
    workplace = open_workplace(options, {})
    address = address_of(options["url"])
    out = options["out"] or Path(f"{address.platform}-{address.assignment}.zip")
    if out.is_dir():
        raise InputError(f"{out}: is a folder; name the file to write with --out")
    if out.exists() and pulled_from(out) != address:
        raise InputError(
            f"{out}: is there already and was not pulled from {address.words}; name another file "
            "with --out"
        )
    platform = open_site(workplace, address, "", options["key_file"])
    try:
        data, counts = fetched(workplace, platform, address)
    finally:
        platform.close()
    write_file(out, data)
    if workplace.common.as_json:
        print_json({"file": str(out), **counts})
        return Exit.DONE
    screen = console()
    screen.print(
        plain(
            f"Written: {out} ({counts['handed_in']} handed in, {counts['nothing']} nothing, "
            f"{plural(counts['files'], 'file')})"
        )
    )
    if counts["not_fetched"]:
        words = (
            f"! {plural(counts['not_fetched'], 'file')} could not be fetched: their answers say so"
        )
        screen.print(words, style="yellow")
    screen.print(spoken(f"Next: assessor check {out}, then assessor grade {out} --rubric RUBRIC"))
    return Exit.DONE
