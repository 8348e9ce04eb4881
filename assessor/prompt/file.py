"""A prompt file: read, checked, tried out, and rendered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from jinja2 import StrictUndefined, Template, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from assessor.digest import digest
from assessor.errors import PromptError
from assessor.prompt.encode import encode_answer
from assessor.prompt.grammar import check_blocks
from assessor.prompt.vocabulary import JUDGING, Vocabulary

MAX_FILE = 64_000
# A system block of a few thousand characters is usual; more than this is a mistake in a rubric.
MAX_BLOCK = 400_000
_FAMILY = re.compile(r"\{#\s*family:\s*([\w.-]+)\s*#\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptFile:
    """A prompt that can be used: `name` is the file's stem, `digest` that of its text.

    `family` names the prompts that ask for the same reading in different layouts: a reading kept
    under one of them serves for the others. It stands in the file's first line; a file without
    one is a family of its own.
    """

    name: str
    text: str = field(repr=False)
    digest: str
    family: str
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


def read_prompt(text: str, file: str, vocabulary: Vocabulary = JUDGING) -> PromptFile:
    """Return the prompt in `text`, checked and tried out. Raises PromptError with all problems."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MAX_FILE:
        raise PromptError(f"{file}:1: a prompt file has at most {MAX_FILE} characters; shorten it")
    scopes = {"system": vocabulary.system, "user": vocabulary.user}
    try:
        tree = _ENVIRONMENT.parse(text)
        problems = [f"{file}:{line}: {what}" for line, what in check_blocks(tree, scopes)]
        if problems:
            raise PromptError(*problems)
        template = _ENVIRONMENT.from_string(tree)
    except TemplateSyntaxError as error:
        raise PromptError(f"{file}:{error.lineno}: {error.message}; mend the template") from error
    except (RecursionError, SyntaxError, MemoryError) as error:
        raise PromptError(f"{file}:1: nested too deeply; write it flat") from error
    except ValueError as error:  # Python's own, for a number of thousands of digits.
        raise PromptError(f"{file}:1: holds a number that is too long; take it out") from error
    name = file.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".j2")
    own = digest("prompt", text)
    declared = _FAMILY.match(text)
    family = declared[1] if declared else own
    prompt = PromptFile(name=name, text=text, digest=own, family=family, template=template)
    try:
        _try_out(prompt, vocabulary)
    except PromptError as error:
        raise PromptError(f"{file}:1: {error}") from error
    return prompt


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


def _try_out(prompt: PromptFile, vocabulary: Vocabulary) -> None:
    """Render every kind of ask with canaries: an answer must come out once, and marked."""
    encoded = encode_answer(_ANSWER)
    marked = f"<answer nonce={_NONCE}>\n{encoded}\n</answer nonce={_NONCE}>"
    for trial in vocabulary.trials:
        prompt.render("system", trial.system)
        if "answer" not in vocabulary.user:
            prompt.render("user", trial.user)
            continue
        user = prompt.render("user", {**trial.user, "answer": encoded, "nonce": _NONCE})
        if user.count(encoded) != 1 or marked not in user:
            raise PromptError(
                "'user' must hold {{ answer }} once, alone on a line between the lines "
                "<answer nonce={{ nonce }}> and </answer nonce={{ nonce }}>"
            )
