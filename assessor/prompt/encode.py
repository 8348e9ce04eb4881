"""A student's text as data: one JSON string that no server can take for its own markup."""

from __future__ import annotations

import json
import re
import unicodedata

from assessor.digest import keyed_nonce
from assessor.submission import is_invisible

# What can open a control token of a chat template: `<|im_start|>`, `</s>`, `<<SYS>>`, `[INST]`,
# `[|user|]`, `]~b]`, `>>TITLE<<`. `a < b`, `[1]` and `[ ]` stay readable. The wide and small forms
# are here because some tokenisers fold them (NFKC) before they look for control tokens.
_OPENERS = re.compile(r"[<＜﹤](?=\S)|[\[［﹇](?![\s\d])|\](?=[~<])|[>＞﹥](?=[>＞﹥])")  # noqa: RUF001


def encode_answer(answer: str) -> str:
    """Return `answer` as a JSON string from which `json.loads` gives it back exactly.

    Letters of every script stay readable. Characters that leave no mark, and those that could
    open a control token of a chat template, are written as their escapes.
    """
    quoted = json.dumps(answer, ensure_ascii=False)
    marked = _OPENERS.sub(lambda found: _escape(found[0]), quoted)
    return marked.translate(_ESCAPES)


def derive_nonce(secret: bytes, about: object, answer: str) -> str:
    """Return the nonce of an ask: foretold by nobody, and not to be found in `answer`."""
    turn = 0
    while (nonce := keyed_nonce(secret, [about, turn])) in answer:
        turn += 1
    return nonce


def _is_hidden(character: str) -> bool:
    if character.isascii():
        return character == "\x7f"
    return is_invisible(character) or unicodedata.category(character) in {"Zl", "Zp"}


def _escape(character: str) -> str:
    return json.dumps(character)[1:-1] if not character.isascii() else f"\\u{ord(character):04x}"


class _Escapes(dict[int, str]):
    """How each character is written, looked up once: `str.translate` does the rest in C."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = _escape(character) if _is_hidden(character) else character
        return self[code]


_ESCAPES = _Escapes()
