"""An assignment's submissions fetched from a platform into a file that is read like any other."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from dataclasses import asdict
from pathlib import PurePosixPath

from assessor.assignment.class_folder import ClassFolder
from assessor.errors import InputError, PlatformError
from assessor.platforms.base import Address, PlatformClient, Pulled
from assessor.readers.files.limits import MOST_BYTES
from assessor.readers.pulled import MANIFEST

_MOST_FILES = 30


def fetched(
    place: ClassFolder, platform: PlatformClient, address: Address
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
            "address": asdict(address),
            "title": title,
            "at": place.ambient.now().isoformat(timespec="seconds"),
            "students": students,
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        opened.writestr(zipfile.ZipInfo(MANIFEST), text)
    if not students:
        raise InputError(f"{address.words}: nobody is in it for this token; check the address")
    told = ("handed_in", "nothing", "files", "not_fetched")
    return data.getvalue(), {name: counts[name] for name in told}


def _files(
    platform: PlatformClient, pulled: Pulled, opened: zipfile.ZipFile, counts: Counter[str]
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
