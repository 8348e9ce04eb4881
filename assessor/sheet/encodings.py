"""Which eight-bit encoding a text without a mark is in: said where it is sure, else not at all.

Each language's letters are tried in each encoding that it is written in. A wrong one shows letters
that no one language has, capitals within words, or rare letters everywhere. Letters stand in the
order of their frequency, which matters for alphabets that fill a whole code page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_WESTERN = {
    "German": "äüöß", "French": "éèàêçùâîôëïûœæüÿ«»", "Spanish": "óíáéñúü¿¡ªº",
    "Portuguese": "ãáçéíõóêâôúàü", "Italian": "èàòùìéî", "Dutch": "ëéïöüèçáó", "Swedish": "åäöé",
    "Danish": "åøæéö", "Icelandic": "áíðóéöþúæý", "Catalan": "óèéàíçòúïü·",
    "English": "éïêñöüèàç£", "Finnish": "äöå",
}  # fmt: skip
_CENTRAL = {
    "Polish": "ęłóąśżćńź", "Czech": "íáéěšýřčžůúťďňó", "Slovak": "áíéšýčžúťôľňďóäŕĺ",
    "Hungarian": "áéóöőíüúű", "Romanian": "ăîâşţ", "Croatian": "čšžćđ",
}  # fmt: skip
_RUSSIAN = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
_UKRAINIAN = "оаніивртсекулдмпзяьгбчйхжцюїєшфщґ"
_SERBIAN = "аоиеунтјрсвкмдплзгбчшжцљњђћџхф"
_BULGARIAN = "аиоентрсвлкдпмзуягбчъжшхцщюйфьэ"
_BY_CODE: dict[str, dict[str, str]] = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "iso8859-2": _CENTRAL,
    "cp1254": {"Turkish": "ıişğüöçâîİ"},
    "cp1257": {"Lithuanian": "ėšųžįąčęū", "Latvian": "āīēšūžņļķģč", "Estonian": "äõüöšž"},
    "mac_roman": {k: v for k, v in _WESTERN.items() if k != "English"},
    "cp1251": {
        "Russian": _RUSSIAN,
        "Ukrainian": _UKRAINIAN,
        "Serbian": _SERBIAN,
        "Bulgarian": _BULGARIAN,
    },
    "koi8-r": {"Russian": _RUSSIAN},
    "koi8-u": {"Ukrainian": _UKRAINIAN},
    "cp866": {"Russian": _RUSSIAN},
    "iso8859-5": {"Russian": _RUSSIAN, "Serbian": _SERBIAN},
    "cp1253": {"Greek": "αοιετσνηυρπκμλωςίόάγέδήθύχφβξζψώϊϋΐΰ"},
    "cp1255": {"Hebrew": "יוהלאתרבשמנםדחעקפגכזטסןצךףץ"},
    "cp1256": {
        "Arabic": "اليمونترهبسدعفقكحجشأةصطخضذثغىءئإآؤظ",
        "Persian": "اینردمهتوسکبشلخگزقفعپجآچحصضطغذثظژ",
    },
    "cp874": {"Thai": "านร่อก้เงมยลวดทสี์ิะัตปุบคหแจพช็ูขใไโผถึืศซำธฐฟภณญ"},
}
_SCRIPTS = {"cp1251", "koi8-r", "koi8-u", "cp866", "iso8859-5", "cp1253"} | {
    "cp1255", "cp1256", "cp874",
}  # fmt: skip
_COMMON = (
    "的一是在不了有和人这這中大为為上个個国國我以要他时時来來用们們生到作地于於出就分对對成会會可主"
    "发發年动動同也能下过過子说說产產种種面而方后後多定行学學法所得经經没沒有因光"
)
# Signs that every language's text may have; they say nothing of it.
_SIGNS = frozenset("\u00a0°€§“”„‚‘’«»–—…•·×±²³½¼¾µ©®™\u200e\u200f\u00ad،؛؟№")
_RUN = re.compile(r"[^\W\d_a-zA-Z]{4,}")
_FAULT = re.compile(r"[^\W\d_]{2,}")
# Without a vowel, or with the form that a letter has at the end of a word: no words.
_CYRILLIC = re.compile("[\u0400-\u04ff]{4,}")
_VOWEL = re.compile("[аеиоуыэюяёіїєјъ]", re.IGNORECASE)
_ENDS_EARLY = re.compile("[ךםןףץ][א-ת]|ς[α-ωά-ώ]")
_FEW, _SURE, _CLEAR, _PLAUSIBLE = 6, 0.95, 0.14, 0.75


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding, the language it would be and how well it fits, from 0 to 1."""

    encoding: str
    language: str
    fit: float


def guess(data: bytes) -> tuple[str | None, tuple[Guess, ...]]:
    """Return the encoding of a text that is no UTF-8, None where it is not sure; and what may fit.

    `data` needs at least one byte beyond ASCII.
    """
    sample = b"\n".join(line for line in data.splitlines() if not line.isascii())[:400_000]
    found = sorted(_guesses(sample), key=lambda each: -each.fit)
    western = next((each for each in found if each.encoding == "cp1252"), None)
    others = [each for each in found if each.encoding != "cp1252"]
    best = others[0].fit if others else 0.0
    fit = western.fit if western is not None else 0.0
    if fit >= max(_PLAUSIBLE, best - 0.02):
        return "cp1252", tuple(found)
    rivals = {each.encoding for each in others if each.fit > best - 0.05}
    enough = _high(sample) >= _FEW and best >= _SURE and best - fit >= _CLEAR
    if enough and _same(sample, rivals):
        return others[0].encoding, tuple(found)
    # A class of several languages, or names in it: no one language has all of the letters.
    mixed = western is not None and best < _PLAUSIBLE and _is_western(sample)
    return "cp1252" if mixed else None, tuple(found)


def _guesses(sample: bytes) -> Iterator[Guess]:
    for encoding, languages in _BY_CODE.items():
        text = _decoded(sample, encoding)
        if text is None:
            continue
        letters = [c for c in text if not c.isascii() and c not in _SIGNS]
        if not letters:
            yield Guess(encoding, "", 1.0)
            continue
        runs = sum(len(match[0]) for match in _RUN.finditer(text))
        faults = _faults(text, script=encoding in _SCRIPTS)
        for language, alphabet in languages.items():
            fit = sum(c.lower() in alphabet or c in alphabet for c in letters) / len(letters)
            if encoding in _SCRIPTS:
                fit *= _usual(letters, alphabet)
            else:
                # No language of Latin letters has four accents in a row, or lacks its usual ones.
                fit /= 2 if runs * 5 > len(letters) else 1
                told = {c.lower() for c in letters} & set(alphabet[:2])
                fit *= 1 if told else 0.85
            yield Guess(encoding, language, fit * (1 - faults))
    yield from _wide(sample)


def _is_western(sample: bytes) -> bool:
    """Return whether all letters are those of some Western language, and stand as theirs do."""
    text = _decoded(sample, "cp1252") or ""
    letters = [c for c in text if not c.isascii() and c not in _SIGNS]
    known = frozenset("".join(_WESTERN.values()))
    fits = sum(c.lower() in known for c in letters) >= 0.98 * len(letters)
    return fits and not any(map(_RUN.search, text.splitlines()))


def _usual(letters: list[str], alphabet: str) -> float:
    """Return 1 where the frequent letters are the frequent ones, less where rare ones are."""
    ranks = {letter: place for place, letter in enumerate(alphabet)}
    known = [ranks[c.lower()] for c in letters if c.lower() in ranks]
    weight = sum(1 - rank / len(alphabet) for rank in known) / max(len(known), 1)
    # In a text of any length the right alphabet weighs 0.65 to 0.8, a wrong one 0.3 to 0.6.
    return min(1.0, weight / 0.66)


def _faults(text: str, *, script: bool) -> float:
    """Return the share of words that no writer makes.

    A capital stands behind a small letter in them, or Latin letters among those of another script.
    """
    words = [word for word in _FAULT.findall(text) if not word.isascii()]
    shouted = sum(word.isupper() and len(word) > 3 for word in words)
    wrong = sum(
        any(a.islower() and b.isupper() and not b.isascii() for a, b in pairwise(word))
        or (script and any(c.isascii() for c in word))
        or (_CYRILLIC.fullmatch(word) is not None and _VOWEL.search(word) is None)
        or _ENDS_EARLY.search(word) is not None
        for word in words
    )
    return min(1.0, (wrong + shouted / 2) / len(words)) if words else 0.0


def _wide(sample: bytes) -> Iterator[Guess]:
    """Yield the encodings of East Asia that fit: two bytes make a sign there."""
    for encoding, language in (
        ("cp932", "Japanese"),
        ("euc_jp", "Japanese"),
        ("cp949", "Korean"),
        ("gb18030", "Chinese"),
        ("big5", "Chinese"),
    ):
        text = _decoded(sample, encoding)
        signs = [c for c in text or "" if not c.isascii()]
        if not signs:
            continue
        kana = sum("\u3040" <= c <= "\u30ff" for c in signs) / len(signs)
        hangul = sum("\uac00" <= c <= "\ud7a3" for c in signs) / len(signs)
        common = sum(c in _COMMON for c in signs) / len(signs)
        odd = sum("\uff61" <= c <= "\uff9f" or "\ue000" <= c <= "\uf8ff" for c in signs)
        fits = {"Japanese": kana > 0.15, "Korean": hangul > 0.9, "Chinese": common > 0.08}
        if fits[language] and odd * 20 < len(signs):
            yield Guess(encoding, language, 1 - _faults(text or "", script=True) / 2)


def _decoded(sample: bytes, encoding: str) -> str | None:
    try:
        return sample.decode(encoding)
    except UnicodeDecodeError as error:
        # The sample may end within a sign of two bytes.
        return None if error.start < len(sample) - 3 else sample[: error.start].decode(encoding)


def _same(sample: bytes, encodings: set[str]) -> bool:
    """Return whether all of these read the text alike, so that it matters not which is taken."""
    return len({_decoded(sample, each) for each in encodings}) == 1


def _high(sample: bytes) -> int:
    return sum(byte > 127 for byte in sample)
