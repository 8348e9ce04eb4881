"""Whether the endpoint is usable and how, and whether the store is well: `check judge`."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from assessor.assets import shipped_rubrics
from assessor.assignment.canary_trial import canary_command, canary_notes
from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.host_consent import key_for, need_consent, without_keys
from assessor.assignment.judge_check_replies import JudgeUse, look_at_class, look_at_replies
from assessor.assignment.judge_choice import JudgeChoice, priced, through
from assessor.assignment.judge_findings import CheckLine, CheckState, CheckTrouble, Findings
from assessor.assignment.named_files import find_rubric
from assessor.assignment.rubric_matching import wishes_of
from assessor.config import OPENAI_URL, endpoint_of
from assessor.counting import plural
from assessor.errors import AssessorError, ConfigError, JudgeError, StoreError
from assessor.hosts import way_of, ways_of
from assessor.judges.backends import BACKENDS, USUAL
from assessor.judges.endpoints import find_local_servers, list_contexts
from assessor.rubric import Rubric

LITTLE_SPACE = 200_000_000


async def check_judge(place: ClassFolder, about: JudgeUse) -> Findings:
    """Look at store, disk and judge; send no student's text. Raises what names no rubric."""
    rubric = _rubric(place, about)
    findings = Findings()
    _look_at_store(place, findings)
    settled = await _find_endpoint(place, findings)
    if settled is not None:
        await _look_at_endpoint(settled, rubric, about, findings)
    return findings


def _look_at_store(place: ClassFolder, findings: Findings) -> None:
    if not _has_store(place):
        own = place.folder / ".assessor"
        findings.add("store", CheckState.GOOD, f"none here yet; the first run makes {own}")
        _look_at_disk(place.folder, findings)
        return
    try:
        with place.open_store() as store:
            for note in store.notes:
                findings.add("store", CheckState.WEAK, note)
            damage = store.verify()
            where = store.database.where
            kept = store.usage_of().replies
            unanswered = store.asks_without_reply()
    except StoreError as error:
        findings.trouble = CheckTrouble.STORE
        found, _, to_do = str(error).partition("; ")
        findings.add("store", CheckState.BAD, found, to_do)
        return
    if damage:
        findings.trouble = CheckTrouble.STORE
        findings.add("store", CheckState.BAD, damage[0], "see `assessor runs verify`")
    else:
        lost = f", {unanswered} asks without one" if unanswered else ""
        findings.add(
            "store",
            CheckState.GOOD,
            f"{where}: healthy, {plural(kept, 'reply', 'replies')} kept{lost}",
        )
    _look_at_disk(Path(where) if Path(where).exists() else place.folder, findings)


def _has_store(place: ClassFolder) -> bool:
    return bool(place.store_named) or (place.folder / ".assessor").exists()


def _look_at_disk(folder: Path, findings: Findings) -> None:
    free = shutil.disk_usage(folder).free
    findings.facts["free_disk_bytes"] = free
    state = CheckState.GOOD if free >= LITTLE_SPACE else CheckState.WEAK
    to_do = "" if free >= LITTLE_SPACE else "free some space; a full disk stops a run (exit 4)"
    findings.add("disk", state, f"{free / 1e9:.1f} GB free", to_do)


async def _find_endpoint(place: ClassFolder, findings: Findings) -> ClassFolder | None:
    """Return the class with the endpoint to look at: as it is set, or a server found here.

    A server that was found gets no key that lies in the environment for somebody else.
    """
    settings = place.config.judge
    use = settings.use.partition(":")[0]
    if use in BACKENDS and not BACKENDS[use].needs_model:
        findings.add("judge", CheckState.GOOD, f"{settings.use}: nothing to reach, nothing is sent")
        return None
    base_url = endpoint_of(settings, place.environ)
    if use in BACKENDS or settings.base_url or settings.model or base_url != OPENAI_URL:
        return place
    servers = await find_local_servers(place.ambient)
    findings.facts["local_servers"] = [
        {"name": each.name, "base_url": each.base_url, "models": list(each.models)}
        for each in servers
    ]
    for each in servers:
        models = ", ".join(each.models[:6]) or "no model loaded"
        use_it = f"--judge openai --base-url {each.base_url} --model MODEL"
        findings.add("here", CheckState.GOOD, f"{each.name} at {each.base_url}: {models}", use_it)
    if not servers:
        findings.trouble = findings.trouble or CheckTrouble.INPUT
        to_do = "name one: --base-url URL --model MODEL, or [judge] in assessor.toml"
        found = "none is set, and no Ollama, LM Studio or llama.cpp answers on this machine"
        findings.add("judge", CheckState.BAD, found, to_do)
        return None
    first = servers[0]
    model = first.models[0] if first.models else ""
    found_here = settings.model_copy(update={"base_url": first.base_url, "model": model})
    config = place.config.model_copy(update={"judge": found_here})
    return replace(place, config=config, environ=without_keys(place))


async def _look_at_endpoint(
    place: ClassFolder, rubric: Rubric, about: JudgeUse, findings: Findings
) -> None:
    settings = place.config.judge
    need_consent(place)
    way = way_of(place.config, place.environ)
    choice = JudgeChoice(backend=settings.use or USUAL, model=settings.model, base_url=way.url)
    key = key_for(place, way)
    sent = f"with the key in {way.variable}" if key else "no key is sent"
    sent += through(choice.base_url)
    findings.facts |= {"endpoint": choice.base_url, "key_sent": bool(key)}
    try:
        contexts = await list_contexts(choice.base_url, key, place.ambient)
    except JudgeError as error:
        if error.code in {"connection", "bad_key", "no_access"}:
            findings.fail("endpoint", error, f" ({sent})")
            return
        contexts = {}
        findings.add(
            "endpoint", CheckState.WEAK, f"{choice.host}: reached; it lists no models ({sent})"
        )
    else:
        findings.add("endpoint", CheckState.GOOD, f"{choice.host}: reached ({sent})")
    choice = _look_at_model(choice, contexts, findings)
    if not choice.model:
        return
    await _look_at_replicas(place, choice, findings)
    choice = priced(settings, choice)
    context = contexts.get(choice.model)
    before = len(findings.lines)
    taken = await look_at_replies(place, choice, rubric, context, findings)
    if key and all(each.name != "request" for each in findings.lines):
        accepted = CheckLine(name="key", state=CheckState.GOOD, found=f"{way.variable}: accepted")
        findings.lines.insert(before, accepted)
    if taken is not None:
        look_at_class(place, choice, about, findings, taken)
        _look_at_tricks(place, choice, about, findings)


async def _look_at_replicas(place: ClassFolder, choice: JudgeChoice, findings: Findings) -> None:
    """Say of each further address of judge.base_urls whether the same model is there."""
    for way in ways_of(place.config, place.environ)[1:]:
        try:
            models = await list_contexts(way.url, key_for(place, way), place.ambient)
        except JudgeError as error:
            findings.fail("replica", error)
            continue
        state = CheckState.GOOD if choice.model in models else CheckState.BAD
        listed = ", ".join(sorted(models)[:6]) or "no model"
        to_do = "" if choice.model in models else f"serve {choice.model} there, or leave it out"
        findings.add("replica", state, f"{way.url}: reached, with {listed}", to_do)
        if to_do:
            findings.trouble = findings.trouble or CheckTrouble.INPUT


def _look_at_tricks(
    place: ClassFolder, choice: JudgeChoice, about: JudgeUse, findings: Findings
) -> None:
    """Say whether known tricks were tried on this model; that is one further step."""
    again = canary_command(place, choice, about.answers, about.rubrics, about.typed)
    notes: tuple[str, ...] = ("",)
    if findings.trouble is not CheckTrouble.STORE and _has_store(place):
        with place.open_store() as store:
            notes = canary_notes(store, choice, again)
    if not notes:
        findings.add(
            "tricks", CheckState.GOOD, "known tricks were tried on this model: it is steady"
        )
    elif "swayed" in notes[0]:
        findings.add("tricks", CheckState.WEAK, notes[0])
    else:
        findings.add("tricks", CheckState.WEAK, "known tricks were not tried on this model yet")
        findings.then = again


def _look_at_model(
    choice: JudgeChoice, contexts: dict[str, int | None], findings: Findings
) -> JudgeChoice:
    listed = ", ".join(sorted(contexts)[:12]) or "none"
    if not choice.model and len(contexts) == 1:
        choice = replace(choice, model=next(iter(contexts)))
    findings.facts |= {"model": choice.model, "models": sorted(contexts)}
    if not choice.model:
        findings.trouble = findings.trouble or CheckTrouble.INPUT
        findings.add("model", CheckState.BAD, "none is named", f"choose with --model: {listed}")
    elif choice.model in contexts:
        findings.add("model", CheckState.GOOD, f"{choice.model}: in the endpoint's list")
    elif contexts:
        to_do = f"there are {listed}"
        findings.add("model", CheckState.WEAK, f"{choice.model}: not in the endpoint's list", to_do)
    return choice


def _rubric(place: ClassFolder, about: JudgeUse) -> Rubric:
    """Return the rubric to try the judge with: the one named, the assignment's, or a shipped one.

    Raises RubricError or InputError for one that is named and cannot be read.
    """
    if about.rubrics:
        return wishes_of(place, about.rubrics)[0].rubric
    named = [each.rubric for each in place.config.question]
    for name in (*named, *shipped_rubrics()):
        try:
            return find_rubric(name, place.folder)[0]
        except AssessorError:
            continue
    raise ConfigError("no rubric can be read to try the judge with; see `assessor rubric list`")
