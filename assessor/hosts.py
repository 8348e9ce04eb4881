"""Which key goes to which host, and whose word that rests on.

A key goes to a host only where the user named the two: by an option, by a variable of the
environment, or by a yes that was given once. A folder's file alone, which may come from anybody,
names neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

from assessor.config import Config, JudgeSettings, endpoint_of, host_of, is_of_a_file
from assessor.errors import ConfigError
from assessor.wordlists import word_lists

OWN_KEY, STRONG_KEY, OPENAI_KEY = "ASSESSOR_API_KEY", "ASSESSOR_STRONG_API_KEY", "OPENAI_API_KEY"
OPENAI_ORIGIN = "https://api.openai.com"
PREFIX = "ASSESSOR_"
# The variables in which the hosts' own documentation has people keep their keys.
CUSTOMARY: Mapping[str, tuple[str, ...]] = {
    host: tuple(names) for host, names in word_lists("assessor")["customary_keys"].items()
}


# What comes along around a key: blanks of any kind, marks that are not seen, quotes of any kind.
_AROUND = (
    " \t\r\n\v\f\u00a0\u2007\u202f\u200b\u200c\u200d\u2060\ufeff"
    "\"'`\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"
)
_HERE = re.compile(r"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:/|$)")
_BEARER = "bearer "
# What an address shows as it is; all else by its number.
_PLAIN = "/%?:@!$&'()*+,;=-._~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where one judge's requests go: `origin` is scheme, host and port of `url`.

    `variable` names the variable whose key goes along, where it holds one. `file` is the folder's
    file where that alone names the two, so that a person must have agreed to it once; else "".
    """

    url: str
    origin: str
    variable: str
    file: str = ""

    @property
    def place(self) -> str:
        """What a person agrees to: behind one host, another path may be somebody else's."""
        return place_of(self.url)


def key_of(way: Way, environ: Mapping[str, str]) -> str | None:
    """Return the key that goes along, or None where there is none.

    Raises ConfigError for what was typed there and can be no key.
    """
    return clean_key(environ.get(way.variable, ""), way.variable) or None


def clean_key(typed: str, variable: str) -> str:
    """Return a key without what comes along when it is typed or pasted: blanks, quotes, Bearer.

    `variable` is where it stands. Raises ConfigError for what no request can carry, or what stands
    for a key in an example; the message shows nothing of it.
    """
    key = typed.strip(_AROUND)
    key = key[len(_BEARER) :].strip(_AROUND) if key.casefold().startswith(_BEARER) else key
    if not key:
        return ""
    why = ""
    if "…" in key or "..." in key or key[0] in "<[{":
        why = "holds the dots or brackets of an example, not a key"
    elif any(each.isspace() for each in key):
        why = "holds a blank or a line break in the middle"
    elif not key.isascii() or not key.isprintable():
        why = "holds a character that no request can carry (not ASCII)"
    if why:
        raise ConfigError(
            f"{variable}: {why}; copy the key once more from where it was made, and set it anew "
            "(it is not shown here)"
        )
    return key


def way_of(config: Config, environ: Mapping[str, str]) -> Way:
    """Return where the first judge's requests go; of several addresses the first.

    Raises ConfigError.
    """
    return _way_to(endpoint_of(config.judge, environ), config, environ)


def ways_of(config: Config, environ: Mapping[str, str]) -> tuple[Way, ...]:
    """Return where the first judge's requests go, each address once. Raises ConfigError.

    What holds for one host holds for each: its key's variable, and whose word it rests on.
    """
    judge = config.judge
    urls = () if judge.base_url else judge.base_urls
    ways = [_way_to(url, config, environ) for url in urls] or [way_of(config, environ)]
    return tuple({each.place: each for each in reversed(ways)}.values())[::-1]


def _way_to(url: str, config: Config, environ: Mapping[str, str]) -> Way:
    judge = config.judge
    origin = origin_of(url)
    check_variable(judge.key_env, origin, "judge.key_env")
    variable = _variable(judge.key_env, OWN_KEY, origin, judge, environ)
    way = Way(url=url, origin=origin, variable=variable)
    # Whoever has the stock client ask another host means that one, and its key lies there.
    is_usual = origin == OPENAI_ORIGIN and not _asks_another(environ)
    return _rest(config, way, "judge", OWN_KEY, way.place if is_usual else "")


def _asks_another(environ: Mapping[str, str]) -> bool:
    """Return whether OPENAI_BASE_URL names another host than OpenAI's, or none to be read."""
    named = environ.get("OPENAI_BASE_URL", "").strip()
    try:
        return bool(named) and origin_of(named) != OPENAI_ORIGIN
    except ConfigError:
        return True


def strong_way_of(config: Config, environ: Mapping[str, str]) -> Way | None:
    """Return where the second look's requests go; None without one. Raises ConfigError.

    On the first judge's host it has that judge's key. No key crosses to another host: there the
    second look has its own (`judge.strong.key_env`, else ASSESSOR_STRONG_API_KEY) or none.
    """
    judge, first = config.judge, way_of(config, environ)
    strong = judge.strong
    if strong is None:
        return None
    url = strong.base_url or first.url
    origin = origin_of(url)
    check_variable(strong.key_env, origin, "judge.strong.key_env")
    if place_of(url) == first.place and not strong.key_env:
        return Way(url=url, origin=origin, variable=first.variable, file=first.file)
    settings = judge.model_copy(update={"base_url": url})
    default = first.variable if origin == first.origin else STRONG_KEY
    variable = _variable(strong.key_env, default, origin, settings, environ)
    way = Way(url=url, origin=origin, variable=variable)
    # Whoever named another host for the class meant that: OpenAI's is one like any other then.
    named = first.place if origin != OPENAI_ORIGIN or first.origin != origin else way.place
    way = _rest(config, way, "judge.strong", default, "" if first.file else named)
    # The first judge's key rests on whatever it rests on there.
    return replace(way, file=way.file or first.file) if variable == first.variable else way


def check_variable(name: str, origin: str, setting: str) -> None:
    """Refuse a variable that is neither one of ours nor the host's own. Raises ConfigError."""
    host = urlsplit(origin).hostname or ""
    known = _customary(host)
    if not name or name.startswith(PREFIX) or name in known:
        return
    own = f", or be {' or '.join(known)}, which {host} has its keys in" if known else ""
    raise ConfigError(
        f"{setting} {name!r} is not read: a key's variable must begin with {PREFIX}{own}; "
        f"set {PREFIX}API_KEY, or {PREFIX}…_KEY and name that"
    )


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL, as one writes them. Raises ConfigError."""
    host = host_of(url)
    parts = urlsplit(url)
    usual = {"https": 443, "http": 80}[parts.scheme]
    if parts.port == usual:
        host = host.rpartition(":")[0]
    return f"{parts.scheme}://{host}"


def place_of(url: str) -> str:
    """Return a URL's origin and what follows it, in letters that hide nothing.

    Raises ConfigError.
    """
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return origin_of(url) + quote(parts.path.rstrip("/") + query, safe=_PLAIN)


def named_again(stored: str, own: str) -> str:
    """Return the address in a memory as a command to paste may name it: `own`, or this machine's.

    The memory may be anybody's, and an address that is typed is one's own word: any other is left
    to be filled in.
    """
    is_ours = stored.rstrip("/") == own.rstrip("/") or _HERE.match(stored)
    return stored if is_ours else "URL"


def _variable(
    named: str, default: str, origin: str, judge: JudgeSettings, environ: Mapping[str, str]
) -> str:
    """Return the variable of this host's key; OpenAI's own is for its host, and where it says."""
    own = named or default
    general = origin == OPENAI_ORIGIN or not (judge.base_url or judge.base_urls)
    stands_in = general and not environ.get(own, "").strip() and environ.get(OPENAI_KEY, "").strip()
    return OPENAI_KEY if stands_in else own


def _rest(config: Config, way: Way, section: str, default: str, named: str) -> Way:
    """Say whether host and variable of a way rest on a folder's file alone.

    `default` is the variable that needs no naming there: the other judge's does. `named` is the
    place that needs none.
    """
    sources = config.sources
    # Of the two settings of an address the one that holds it: an empty one names no host.
    several = section == "judge" and not config.judge.base_url
    host_from = sources.get(f"{section}.{'base_urls' if several else 'base_url'}", "")
    key_from = sources.get(f"{section}.key_env", "")
    usual = {default, OPENAI_KEY, *_customary(urlsplit(way.origin).hostname or "")}
    host_known = way.place == named or not is_of_a_file(host_from)
    key_known = way.variable in usual or not is_of_a_file(key_from)
    if host_known and key_known:
        return way
    file = host_from if not host_known else key_from
    return Way(url=way.url, origin=way.origin, variable=way.variable, file=file)


def _customary(host: str) -> tuple[str, ...]:
    """Return the host's own variables; those of a domain hold for what is below it."""
    return next(
        (names for each, names in CUSTOMARY.items() if host == each or host.endswith(f".{each}")),
        (),
    )
