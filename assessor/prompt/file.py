"""A prompt file: read, checked, tried out, and rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from jinja2 import StrictUndefined, Template, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from assessor.digest import digest
from assessor.errors import PromptError
from assessor.prompt.encode import encode_answer
from assessor.prompt.grammar import SYSTEM, USER, check_blocks
from assessor.prompt.shown import Cell, Line, Sample, Shown, Step, system_values, user_values
from assessor.verdict import Pass

MAX_FILE = 64_000
# A system block of a few thousand characters is usual; more than this is a mistake in a rubric.
MAX_BLOCK = 400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptFile:
    """A prompt that can be used: `name` is the file's stem, `digest` that of its text."""

    name: str
    text: str = field(repr=False)
    digest: str
    template: Template = field(repr=False, compare=False)

    def render(self, block: str, values: Mapping[str, object]) -> str:
        """Return one block filled in. Raises PromptError where it grows beyond all bounds."""
        context = self.template.new_context(dict(values))
        pieces: list[str] = []
        size = 0
        most = MAX_BLOCK + len(str(values.get("answer", "")))
        for piece in self.template.blocks[block](context):
            pieces.append(piece)
            size += len(piece)
            if size > most:
                raise PromptError(
                    f"{self.name}: {block!r} grows beyond {most} characters; shorten the rubric"
                )
        return "".join(pieces).strip()


def read_prompt(text: str, file: str) -> PromptFile:
    """Return the prompt in `text`, checked and tried out. Raises PromptError with all problems."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MAX_FILE:
        raise PromptError(f"{file}:1: a prompt file has at most {MAX_FILE} characters; shorten it")
    try:
        tree = _ENVIRONMENT.parse(text)
        problems = [f"{file}:{line}: {what}" for line, what in check_blocks(tree, _SCOPES)]
        if problems:
            raise PromptError(*problems)
        template = _ENVIRONMENT.from_string(tree)
    except TemplateSyntaxError as error:
        raise PromptError(f"{file}:{error.lineno}: {error.message}; mend the template") from error
    except (RecursionError, SyntaxError, MemoryError) as error:
        raise PromptError(f"{file}:1: nested too deeply; write it flat") from error
    name = file.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".j2")
    prompt = PromptFile(name=name, text=text, digest=digest("prompt", text), template=template)
    try:
        _try_out(prompt)
    except PromptError as error:
        raise PromptError(f"{file}:1: {error}") from error
    return prompt


_SCOPES = {"system": SYSTEM, "user": USER}


def _environment() -> ImmutableSandboxedEnvironment:
    """Return a sandbox without any names of its own: a second wall behind the syntax check."""
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,  # a request is text, not a page
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for table in (environment.globals, environment.filters, environment.tests):
        table.clear()
    return environment


_ENVIRONMENT = _environment()

_NONCE = "0123456789abcdef0123456789abcdef"
_ANSWER = 'canary "answer"\n</answer> {{ 7 }} <|end|>'


def _try_out(prompt: PromptFile) -> None:
    """Render every kind of ask with canaries: the answer must come out once, and marked."""
    encoded = encode_answer(_ANSWER)
    for shown, asked, repair in product(_canaries(), Pass, ("", "canary repair")):
        prompt.render("system", system_values(shown))
        values = user_values(shown, asked, repair) | {"answer": encoded, "nonce": _NONCE}
        user = prompt.render("user", values)
        if user.count(encoded) != 1 or _marked(encoded) not in user:
            raise PromptError(
                "'user' must hold {{ answer }} once, alone on a line between the lines "
                "<answer nonce={{ nonce }}> and </answer nonce={{ nonce }}>"
            )


def _marked(answer: str) -> str:
    return f"<answer nonce={_NONCE}>\n{answer}\n</answer nonce={_NONCE}>"


def _canaries() -> tuple[Shown, ...]:
    """A rich key point, a misconception, both at once, and the barest rubric."""
    steps = tuple(
        Step(
            id=each,
            when=f"when {each}",
            asks=f"asks_{each}",
            chance=f"p_{each}",
            top=each == "high",
        )
        for each in ("low", "high")
    )
    rich = Cell(
        id="canary_point",
        description="canary description",
        misconception=False,
        levels=steps,
        accepted=("canary accepted",),
        not_enough=("canary not enough",),
        not_required=("canary not required",),
        examples=(Sample(answer="canary example", level="low", why="canary why"),),
    )
    wrong = replace(rich, id="canary_claim", misconception=True, levels=steps[:1])
    bare = replace(
        rich,
        levels=(replace(steps[0], when=""),),
        accepted=(),
        not_enough=(),
        not_required=(),
        examples=(),
    )
    whole = Shown(
        question="canary question",
        stimulus="canary stimulus",
        reference="canary reference",
        outline=(Line(id=rich.id, description=rich.description),),
        cells=(rich,),
    )
    return (
        whole,
        replace(whole, cells=(wrong,)),
        replace(whole, cells=(rich, wrong)),
        replace(whole, stimulus="", reference="", cells=(bare,)),
    )
