"""Learning platforms by their interfaces: grades put where they belong, and read back."""

from __future__ import annotations

from collections.abc import Callable

from assessor.errors import InputError
from assessor.platforms import canvas, moodle
from assessor.platforms.as_told import AsTold
from assessor.platforms.base import Address, PlatformClient
from assessor.platforms.connection import PlatformConnection, check_site

# Where a token is looked for.
VARIABLES = {"canvas": canvas.VARIABLE, "moodle": moodle.VARIABLE}
_SAMPLES = {
    "canvas": "https://canvas.example.edu/courses/12/assignments/345",
    "moodle": "https://moodle.example.edu/mod/assign/view.php?id=678",
}


# Whether two comments of a platform say the same.
SAME_COMMENT: dict[str, Callable[[str, str], bool]] = {
    "canvas": canvas.same_text,
    "moodle": moodle.same_markup,
}


def address_of(url: str, platform: str = "") -> Address:
    """Return the assignment whose page has this address. Raises InputError with samples."""
    known = {"canvas": canvas.address_of, "moodle": moodle.address_of}
    for name in [platform] if platform else known:
        found = known[name](url)
        if found is not None:
            check_site(found.site)
            return found
    samples = " or ".join(_SAMPLES[name] for name in ([platform] if platform else _SAMPLES))
    raise InputError(
        f"{url!r}: is not the address of an assignment's page; it looks like {samples}: "
        "copy it from the browser"
    )


def open_platform(address: Address, token: str) -> PlatformClient:
    """Return the platform's interface for one assignment; nothing is asked yet."""
    if address.platform == "canvas":
        wire = PlatformConnection(site=address.site, headers={"authorization": f"Bearer {token}"})
        return AsTold(canvas.Canvas(address, wire))
    return AsTold(moodle.Moodle(address, PlatformConnection(site=address.site), token))
