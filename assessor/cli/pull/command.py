"""`assessor pull`: fetch an assignment's submissions into a file that `grade` reads."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import Any

import click

from assessor.cli import Exit
from assessor.cli.export.site import open_site
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace, common_options, leave_out, open_workplace
from assessor.errors import InputError, PlatformError
from assessor.platforms import address_of
from assessor.platforms.base import Address, Platform, Pulled
from assessor.readers.files.limits import MOST_BYTES
from assessor.readers.pulled import MANIFEST
from assessor.writers.files import write_file

_MOST_FILES = 30


@click.command("pull")
@click.argument("url")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write (a zip).")
@click.option("--key-file", type=click.Path(path_type=Path), help="A file with the token alone.")
@common_options
def command(**options: Any) -> int:
    """Fetch the submissions of the assignment whose page has the address URL (Canvas, Moodle).

    The token stands in ASSESSOR_CANVAS_TOKEN or ASSESSOR_MOODLE_TOKEN, or in --key-file. It goes
    to the host in URL and to no other. Nothing is changed on the platform.
    """
    leave_out(["run_id", "store"], "here, since no run is looked at")
    workplace = open_workplace(options, {})
    address = address_of(options["url"])
    out = options["out"] or Path(f"{address.platform}-{address.assignment}.zip")
    if out.is_dir():
        raise InputError(f"{out}: is a folder; name the file to write with --out")
    platform = open_site(workplace, address, "", options["key_file"])
    try:
        data, counts = _fetched(workplace, platform, address)
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
            f"{counts['files']} files)"
        )
    )
    if counts["not_fetched"]:
        words = f"! {counts['not_fetched']} files could not be fetched: their answers say so"
        screen.print(words, style="yellow")
    screen.print(plain(f"Next: assessor check {out}, then assessor grade {out} --rubric RUBRIC"))
    return Exit.DONE


def _fetched(
    workplace: Workplace, platform: Platform, address: Address
) -> tuple[bytes, dict[str, int]]:
    """Return the zip, and how many handed in, did not, and how many files there are."""
    counts: Counter[str] = Counter()
    students = []
    data = io.BytesIO()
    title = "submission"
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as opened:
        for each in platform.submissions():
            title = platform.title or title
            counts["handed_in" if each.attempt else "nothing"] += 1
            names = _files(platform, each, opened, counts) if each.attempt else []
            students.append(
                {
                    "user": each.user,
                    "name": each.name,
                    "attempt": each.attempt,
                    "when": each.when,
                    "text": each.text,
                    "files": names,
                    "link": bool(each.link),
                }
            )
        manifest = {
            "address": {
                "platform": address.platform,
                "site": address.site,
                "course": address.course,
                "assignment": address.assignment,
            },
            "title": title,
            "at": workplace.ambient.now().isoformat(timespec="seconds"),
            "students": students,
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        opened.writestr(zipfile.ZipInfo(MANIFEST), text)
    if not students:
        raise InputError(f"{address.words}: nobody is in it for this token; check the address")
    told = ("handed_in", "nothing", "files", "not_fetched")
    return data.getvalue(), {name: counts[name] for name in told}


def _files(
    platform: Platform, pulled: Pulled, opened: zipfile.ZipFile, counts: Counter[str]
) -> list[str]:
    """Write a student's files under names of our own, and return those."""
    names = []
    for number, each in enumerate(pulled.files[:_MOST_FILES], start=1):
        suffix = PurePosixPath(each.name).suffix.lower()
        suffix = suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else ""
        name = f"files/{re.sub(r'[^0-9A-Za-z-]', '_', pulled.user)}-{number}{suffix}"
        try:
            content = platform.download(each)
        except (PlatformError, InputError):
            # An empty file is unreadable, and a person will look: nobody's work is passed over.
            content = b""
            counts["not_fetched"] += 1
        if len(content) > MOST_BYTES:
            content = b""
            counts["not_fetched"] += 1
        opened.writestr(zipfile.ZipInfo(name), content)
        names.append(name)
        counts["files"] += 1
    return names
