"""One frozen Config: defaults < assessor.toml < ASSESSOR_* < flags."""

from __future__ import annotations

import difflib
import ipaddress
import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assessor.errors import ConfigError
from assessor.tiers import STANDARD, known_tier

OPENAI_HOST = "api.openai.com"
OPENAI_URL = f"https://{OPENAI_HOST}/v1"


_OPTION = re.compile(r"--[a-z-]+")
_HOST = re.compile(r"[a-z0-9._:-]+", re.ASCII)
# A host that is read as an address: its last part is a number, however it is written.
_NUMBER = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$", re.ASCII)
_SHARE = 'must be a share from 0% to 100%, such as "20%" or 0.2'


def _share(value: object) -> object:
    """Turn "25%" or 0.25 into a share of one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    text = str(value).strip()
    try:
        share = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError as error:
        raise ValueError(_SHARE) from error
    if not 0 <= share <= 1:
        raise ValueError(_SHARE)
    return share


def _decimal(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError("must be a number") from error


def _feedback(value: str) -> str:
    if value in {"full", "none"} or (value.startswith("after ") and value[len("after ") :].strip()):
        return value
    raise ValueError('must be "full", "none" or a date such as "after 2026-12-01"')


def _addresses(value: object) -> object:
    """Turn a list, or a variable's text with blanks or commas between, into a tuple.

    Raises ValueError for none: whoever names several means no other host.
    """
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    if isinstance(value, list) and not value:
        raise ValueError("names no address; give some, or leave it out")
    return tuple(value) if isinstance(value, list) else value


Share = Annotated[float, BeforeValidator(_share), Field(ge=0, le=1, allow_inf_nan=False)]
Money = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class AssignmentSettings(_Section):
    """What is graded: title, which attempt counts, the columns of a plain file."""

    title: str = ""
    attempt: Literal["latest", "first", "best", "all"] = "latest"
    student: str = ""
    answer: str = ""
    encoding: str = ""
    sheet_name: str = ""


class QuestionSettings(_Section):
    """One question: the column or text that names it in the export, and its rubric.

    `choice` names the export's choice question in front of it, where that is not the one before.
    """

    match: str = ""
    rubric: Text
    choice: str = ""


class PriceSettings(_Section):
    """Prices per million tokens, in the currency of the bill."""

    input: Money
    cached: Money | None = None
    output: Money


class StrongSettings(_Section):
    """The model that takes the second look, where there is one."""

    model: Text
    base_url: str = ""
    key_env: str = ""
    price: PriceSettings | None = None


class JudgeSettings(_Section):
    """Which judge reads, and how often. `timeout` is in seconds for a whole request.

    `tier` is what is paid for, one of `TIERS`.
    `base_urls` are addresses of one model, instead of `base_url`.
    `prompts` is a folder with prompts of one's own, which stand above the shipped ones.
    """

    use: str = ""
    model: str = ""
    base_url: str = ""
    base_urls: Annotated[tuple[Text, ...], BeforeValidator(_addresses)] = ()
    key_env: str = ""
    timeout: float = Field(default=120, gt=0, le=3600)
    tier: Annotated[str, BeforeValidator(known_tier)] = STANDARD
    method: Literal["auto", "careful", "quick"] = "auto"
    accept_unreliable: bool = False
    passes: Literal["unsure", "all"] = "unsure"
    second_look_cap: Share = 0.25
    strong: StrongSettings | None = None
    price: PriceSettings | None = None
    prompts: str = ""


class RunSettings(_Section):
    """How fast and how far a run may go: requests and tokens per minute, money, minutes.

    `engine` is what sends the requests: this process, or Ray's workers, of this machine or of the
    cluster at `ray_address`.
    """

    concurrency: int = Field(default=16, ge=1, le=256)
    rpm: int | None = Field(default=None, ge=1)
    tpm: int | None = Field(default=None, ge=1)
    max_cost: Money | None = None
    max_minutes: float | None = Field(default=None, gt=0)
    pii: Literal["mask", "warn", "refuse"] = "warn"
    engine: Literal["local", "ray"] = "local"
    ray_address: str = ""
    ray_workers: int | None = Field(default=None, ge=1, le=256)


class ReviewSettings(_Section):
    """How much of the class a person looks at, as a share of the readable answers."""

    budget: Share = 0.20


class PipelineSettings(_Section):
    """What becomes of one graded submission that no mandatory reason holds back.

    `feedback` is "full", "none" or "after DATE": whether a result tells more than its points, so
    that handing in again and again does not spell out the rubric.
    """

    release: Literal["hold", "unread"] = "hold"
    results: Literal["assessor", "gradescope"] = "assessor"
    feedback: Annotated[str, AfterValidator(_feedback)] = "full"


class ExportSettings(_Section):
    """What is known of one target; `points`: what its column is worth, if its file says not.

    `url` is the address of the assignment's page, for --push. `sentence` is for feedback pages:
    how a grade came about, and how to ask for another look.
    """

    column: str = ""
    url: str = ""
    scale: bool = False
    points: Money | None = None
    sentence: str = ""


class Config(_Section):
    """Everything that can be set; `sources` says where each value but a default came from."""

    assignment: AssignmentSettings = AssignmentSettings()
    question: tuple[QuestionSettings, ...] = ()
    judge: JudgeSettings = JudgeSettings()
    run: RunSettings = RunSettings()
    review: ReviewSettings = ReviewSettings()
    export: dict[str, ExportSettings] = Field(default_factory=dict)
    pipeline: PipelineSettings = PipelineSettings()
    sources: dict[str, str] = Field(default_factory=dict)


# The environment's names and the options' places: a dotted path into Config.
ENVIRONMENT: Mapping[str, str] = {
    "ASSESSOR_JUDGE": "judge.use",
    "ASSESSOR_MODEL": "judge.model",
    "ASSESSOR_BASE_URL": "judge.base_url",
    "ASSESSOR_BASE_URLS": "judge.base_urls",
    "ASSESSOR_KEY_ENV": "judge.key_env",
    "ASSESSOR_TIMEOUT": "judge.timeout",
    "ASSESSOR_METHOD": "judge.method",
    "ASSESSOR_TIER": "judge.tier",
    "ASSESSOR_PASSES": "judge.passes",
    "ASSESSOR_STRONG_MODEL": "judge.strong.model",
    "ASSESSOR_STRONG_BASE_URL": "judge.strong.base_url",
    "ASSESSOR_STRONG_KEY_ENV": "judge.strong.key_env",
    "ASSESSOR_CONCURRENCY": "run.concurrency",
    "ASSESSOR_RPM": "run.rpm",
    "ASSESSOR_TPM": "run.tpm",
    "ASSESSOR_MAX_COST": "run.max_cost",
    "ASSESSOR_MAX_MINUTES": "run.max_minutes",
    "ASSESSOR_PII": "run.pii",
    "ASSESSOR_ENGINE": "run.engine",
    "ASSESSOR_RAY_ADDRESS": "run.ray_address",
    "ASSESSOR_RAY_WORKERS": "run.ray_workers",
    "ASSESSOR_REVIEW_BUDGET": "review.budget",
}
# Options that are not called as their setting is.
_OPTIONS: Mapping[str, str] = {
    "judge.use": "--judge",
    "judge.strong.model": "--strong-model",
    "review.budget": "--review-budget",
}


def load_config(
    toml_text: str, environ: Mapping[str, str], flags: Mapping[str, object], file: str = ""
) -> Config:
    """Return the settings that hold; `flags` maps dotted paths to values, None where not given.

    Raises ConfigError with every problem at once.
    """
    where = file or "assessor.toml"
    try:
        merged: dict[str, object] = dict(tomllib.loads(toml_text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where}: not valid TOML ({error}); mend that line") from error
    if "sources" in merged:
        raise ConfigError(f"{where}: sources is not a setting; {_suggestion(['sources'])}")
    sources = {path: where for path in _leaves(merged)}
    for name, path in ENVIRONMENT.items():
        # Where there is no strong model, its endpoint says nothing.
        idle = path.startswith("judge.strong.") and not _has_strong(merged, environ, flags)
        if environ.get(name, "") and not idle:
            _put(merged, path, _native(path, environ[name]))
            sources[path] = name
    for path, value in flags.items():
        if value is not None:
            _put(merged, path, value)
            name = path.rpartition(".")[2].replace("_", "-")
            sources[path] = _OPTIONS.get(path, f"--{name}")
            if path == "judge.base_url" and not str(value).strip():
                # A shell's variable that is not set: whoever typed it meant one host, not the next.
                raise ConfigError(f"{sources[path]} is empty; give an address, or leave it out")
    _settle_addresses(merged, sources)
    merged["question"] = tuple(_as_list(merged.get("question")))
    merged["sources"] = sources
    try:
        return Config.model_validate(merged)
    except ValidationError as error:
        raise ConfigError(*(_problem(each, sources, where) for each in error.errors())) from error


def _settle_addresses(merged: Mapping[str, object], sources: dict[str, str]) -> None:
    """Leave of one address and of several what stands above the other. Raises ConfigError."""
    judge = merged.get("judge")
    if not isinstance(judge, dict) or not (judge.get("base_url") and judge.get("base_urls")):
        return
    one, several = (_height(sources.get(f"judge.{name}", "")) for name in ("base_url", "base_urls"))
    if one == several:
        raise ConfigError(
            f"{sources['judge.base_urls']}: base_url and base_urls are both set; keep base_urls "
            "for several addresses of one model, else base_url"
        )
    lower = "base_urls" if one > several else "base_url"
    del judge[lower]
    sources.pop(f"judge.{lower}", None)


def _height(source: str) -> int:
    return 0 if is_of_a_file(source) else 1 if source in ENVIRONMENT else 2


def is_of_a_file(source: str) -> bool:
    """Return whether a folder's file says it: whatever is no option and no variable of ours, whole.

    A folder may be called by anything that these begin with.
    """
    return bool(source) and source not in ENVIRONMENT and not _OPTION.fullmatch(source)


def endpoint_of(judge: JudgeSettings, environ: Mapping[str, str]) -> str:
    """Return the base URL that requests go to; of several the first."""
    if judge.base_urls and not judge.base_url:
        return judge.base_urls[0]
    return judge.base_url or environ.get("OPENAI_BASE_URL", "").strip() or OPENAI_URL


def host_of(url: str) -> str:
    """Return the host of a URL, with its port where one is named. Raises ConfigError."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise ConfigError(f"base_url {url!r} is no URL; give one such as {OPENAI_URL}") from error
    # What stands around brackets is passed over by one reader of addresses and not by another.
    written = parts.netloc.rpartition("@")[2].lower().removesuffix(port).rstrip(":")
    is_whole = written in {parts.hostname, f"[{parts.hostname}]"}
    if parts.scheme not in {"http", "https"} or not parts.hostname or not is_whole:
        raise ConfigError(f"base_url {url!r} is no URL; give one such as {OPENAI_URL}")
    if not _HOST.fullmatch(parts.hostname):
        # Who is asked whether this is the host they mean must see which one it is.
        raise ConfigError(
            f"base_url: the host {parts.hostname!a} has letters that may look like others; "
            "write those beyond a to z as the host's xn-- form"
        )
    if _NUMBER.search(parts.hostname) and not _is_ip(parts.hostname):
        # Some read 0177.0.0.1 as 127.0.0.1, others as 177.0.0.1, others not at all.
        raise ConfigError(
            f"base_url: {parts.hostname} ends in a number and is no address; write four numbers "
            "from 0 to 255 without zeros in front, or a name"
        )
    return written + port


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _leaves(tree: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def _has_strong(
    tree: Mapping[str, object], environ: Mapping[str, str], flags: Mapping[str, object]
) -> bool:
    judge = tree.get("judge")
    named = environ.get("ASSESSOR_STRONG_MODEL") or flags.get("judge.strong.model")
    return bool(named) or (isinstance(judge, dict) and "strong" in judge)


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _put(tree: dict[str, object], path: str, value: object) -> None:
    *sections, key = path.split(".")
    for section in sections:
        inner = tree.setdefault(section, {})
        if not isinstance(inner, dict):
            return
        tree = inner
    tree[key] = value


def _native(path: str, text: str) -> object:
    """Environment values are text and the sections are strict: counts and times become numbers."""
    if not path.startswith("run.") and path != "judge.timeout":
        return text
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _problem(error: Mapping[str, object], sources: Mapping[str, str], where: str) -> str:
    location = error["loc"]
    parts = [str(part) for part in location] if isinstance(location, tuple) else []
    place = sources.get(".".join(parts), where)
    said = _said(error, parts)
    if place != where:  # an option or a variable: its name says what is meant
        return f"{place} {said}"
    path = "".join(f"[{each}]" if each.isdigit() else f".{each}" for each in parts)
    return f"{where}: {path.removeprefix('.')} {said}"


def _said(error: Mapping[str, object], parts: list[str]) -> str:
    kind, given = str(error["type"]), error.get("input")
    if kind == "extra_forbidden":
        return f"is not a setting; {_suggestion(parts)}"
    if kind == "missing":
        return "is missing; add it"
    if kind == "string_too_short":
        return "is empty; fill it in or leave it out"
    if kind in _KINDS:
        return f"must be {_KINDS[kind]} (got {given!r})"
    message = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return f"{message.replace('should', 'must', 1)} (got {given!r})"


_KINDS = {
    "string_type": "text in quotes",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "decimal_type": "a number",
    "model_type": "a section of its own, such as [judge] or [[question]]",
    "dict_type": "sections, such as [export.canvas]",
}


def _suggestion(parts: list[str]) -> str:
    section: type[BaseModel] = Config
    for part in parts[:-1]:
        # Places in a list and names of targets are no fields: the section stays the same.
        field = section.model_fields.get(part)
        section = (_section_in(field.annotation) if field else None) or section
    names = sorted(set(section.model_fields) - {"sources"})
    close = difflib.get_close_matches(parts[-1], names, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known here: {', '.join(names)}"


def _section_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_section_in, get_args(annotation))), None)
