"""Which platform, assignment and token: shown, and agreed to, before anything goes."""

from __future__ import annotations

from pathlib import Path

from assessor.assignment.platform_site import keep_site, need_site_consent, token_of
from assessor.cli.screen import console, plain
from assessor.cli.workplace import Workplace
from assessor.platforms import VARIABLES, open_platform
from assessor.platforms.base import Address, PlatformClient


def open_site(
    workplace: Workplace, address: Address, source: str, key_file: Path | None
) -> PlatformClient:
    """Return the platform, once its host is shown and agreed to. Raises ConfigError on a no.

    A host that only a file of the folder names gets no token before a person at a terminal said
    yes to it once; `--yes` is no answer to that.
    """
    token = token_of(workplace, VARIABLES[address.platform], key_file)
    screen = console(as_json=workplace.common.as_json)
    screen.print(plain(f"{address.platform.capitalize()}: {address.words}"), style="bold")
    need_site_consent(workplace, address, source)
    keep_site(workplace, address)
    return open_platform(address, token)
