"""How people call the parts of a rubric, in the languages of marking guides.

The words stand in `words.toml`, as `fold_header` folds a title; each pattern is matched without
regard to case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assessor.wordlists import names_in, sets_of, word_lists

_LISTS = word_lists("assessor.intake")

# Capitals alone for what would be a word or a letter otherwise: BE, VP, P.
UNIT = (
    r"(?:points?|pts?\b\.?|marks?|mks?\b\.?|credits?|punkten?|punkte?|pkte?\b\.?|punt(?:os?|en)?|ptos?\b\.?"
    r"|pontos?|punti|(?-i:BE|VP|RP|WP|P|p)(?![^\W\d_])\.?)(?![^\W\d_])"
)

# What a column of a rubric is called.
TITLES = sets_of(_LISTS["titles"])
# What a column is called that says more of full credit, and one of people.
MORE, STUDENTS = (frozenset(names_in(_LISTS["beside"][each])) for each in ("more", "students"))
# What a level is called that gives all of the points, some or none.
FULL, PARTIAL, NONE = (names_in(_LISTS["levels"][each]) for each in ("full", "partial", "none"))
LEVELISH = re.compile(
    r"\b(?:exemplary|excellent|outstanding|advanced|distinguished|proficient|good|satisfactory"
    r"|developing|adequate|basic|fair|beginning|emerging|poor|weak|missing|inadequate|needs"
    r"|competent|accomplished|mastery|novice|approaching|exceeds?|meets?|below|unsatisfactory"
    r"|full|partial|partly|none|absent|complete|incomplete|no credit|not met|met|level \w+|strong"
    r"|sehr gut|gut|befriedigend|ausreichend|mangelhaft|ungenügend|voll|teilweise|fehlt|stufe \w+"
    r"|très bien|bien|moyen|insuffisant|excelente|sobresaliente|notable|bueno|buena|regular"
    r"|insuficiente|suficiente|deficiente|aceptable|básico|muy bien|satisfaisant|passable"
    r"|niveau \w+|nivel \w+|superior|ok|okay|hervorragend|erfüllt|nicht erfüllt|in ansätzen)\b",
    re.IGNORECASE,
)

TOTAL = re.compile(
    r"^[\W_]*(?:[Σ∑]|(?:grand |sub[- ]?|overall |total )?totals?\b|total(?:e|es)?\b|sum(?:me)?\b"
    r"|(?:zwischen|gesamt)summe|gesamt(?:punkt\w*)?\b|insgesamt|max(?:imum|imal|\.)?(?!\w)"
    r"|(?:sous-total|somme)\b|suma\b|m[aá]ximo\b|out of\b|maximale?\b|subtotal\b|höchst\w*\b"
    r"|full (?:credit|marks)(?= (?:is|are)\b|:)|overall score|points possible|zusammen\b|not (?:above|more than|over)(?= \d)|(?:(?:this|the) (?:question|task|part|answer) is )?worth\b|puntuación (?:total|máxima)|note maximale|possible)",
    re.IGNORECASE,
)
# The points from which a scheme takes off: `Start with 10 points`.
START = re.compile(
    r"^\W*(?:(?:start|begin)(?:s|ning|ing)?|everyone starts|anfangs|ausgehend|on part|partir)"
    r" (?:with|from|at|von|de)\b",
    re.IGNORECASE,
)
ACCEPT = re.compile(
    r"^[\W_]*(?:also accept|accept(?:able|ed)?(?: answers?)?(?: also)?|allow|acc?\.|auch richtig"
    r"|akzeptier(?:e|en|t)|auch|accepter|accepté|aceptar|se acepta|(?-i:A))\s*[:=–—]\s*",
    re.IGNORECASE,
)
ACCEPT_BARE = re.compile(
    r"^[\W_]*(?:also accept|accept|allow|accepter|aceptar|akzeptieren)\s+", re.IGNORECASE
)
REJECT = re.compile(
    r"^[\W_]*(?:reject|(?:do not|don't|dont) (?:accept|allow|credit)|not enough|nicht (?:akzeptieren"
    r"|ausreichend|genug)|ne pas accepter|refuser|rechazar|no (?:se )?acepta(?:r)?|(?-i:R|DNA))"
    r"\s*[:=–—]\s*",
    re.IGNORECASE,
)
REJECT_BARE = re.compile(
    r"^[\W_]*(?:reject|(?:do not|don't|dont) (?:accept|allow|credit)|nicht akzeptieren"
    r"|ne pas accepter|no aceptar|rechazar|refuser)\s+",
    re.IGNORECASE,
)
IGNORE = re.compile(
    r"^[\W_]*(?:ignore|ignorier(?:e|en)|ignorer|ignorar|neutral|(?-i:I))\s*(?:[:=–—]\s*|\s)",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r"^[\W_]*(?:note|notes|n\.?b\.?|hint|remark|comments?|guidance|hinweise?|anmerkung(?:en)?|remarque"
    r"|nota|observaci[oó]n|ecf|ora|owtte|examiner'?s? note|info(?:rmation)?|due|grader|ta)\b\s*[:–—]",
    re.IGNORECASE,
)
OR = re.compile(r"^[\W_]*(?:or|oder|ou|o|either|entweder|soit)[\W_]*$", re.IGNORECASE)
COUNTS: Mapping[str, int] = {
    word: int(number) for number, text in _LISTS["counts"].items() for word in names_in(text)
}
_COUNT = "|".join(sorted(COUNTS, key=len, reverse=True))
ANY = re.compile(
    rf"\b(?:(?:any|beliebige|irgend|choose|max(?:imum|imal|\.)?(?: of)?|best|best of)\s+"
    rf"(?P<a>{_COUNT})\b(?!\s*(?:marks?|points?|punkte?|pts?|puntos?)(?![^\W\d_])(?!\s*(?:\(|:|from\b|of\b)))"
    rf"|(?:answer|select|pick|attempt|discuss)\s+(?:any\s+)?(?P<e>{_COUNT})\s+(?:of|from|parts?|questions?)\b"
    rf"|(?P<b>{_COUNT})\s+(?:from|of the following|of these|von|aus|der folgenden|parmi|de los"
    rf"|de las|de entre|entre|tra|dei seguenti)\b"
    rf"|(?:up to|at most|no more than|bis zu|jusqu'à|hasta)\s+(?P<d>{_COUNT})\s+(?:of|from|among|von|aus|parmi|de)\b"
    rf"|(?:parmi les suivants|al menos)\s+(?P<c>{_COUNT})\b)",
    re.IGNORECASE,
)
EACH = re.compile(
    r"\b(?:each|every|per|jeweils|je|pro|chacune?|par|cada|por|chaque|ciascuno)\b", re.IGNORECASE
)
SCALE = re.compile(
    r"\b(?:holistic(?:ally)?|scale|bands?|levels?|whole answer|whole response|overall|single score"
    r"|ganzheitlich\w*|gesamteindruck|gesamte antwort|skala|stufen?|global\w*|holísti\w*|échelle"
    r"|escala|niveaux?|nivel(?:es)?|score the)\b",
    re.IGNORECASE,
)
BONUS = re.compile(r"\b(?:bonus|extra credit|zusatzpunkte?)\b", re.IGNORECASE)
SECTION_OFF = re.compile(
    r"^[\W_]*(?:deductions?|penalt(?:y|ies)|abzüge?|punktabzüge?|pénalités?|penalizaci(?:ón|ones)"
    r"|descuentos|malus|common (?:errors|mistakes)|errors that cost|negative(?: points)?|mistakes"
    r"|fehler|minuspunkte|points (?:are )?(?:taken off|deducted|lost)[^:\d]*|take off(?: points)?(?: for| if| when)?)[\W_]*$",
    re.IGNORECASE,
)
# What a rubric is called above its points, with or without what it is for.
SCHEME = re.compile(
    r"^[\W_]*(?:rubrics?|musterlösung|lösung und|(?:the )?mark(?:ing)?[ -](?:scheme|guide|key)|(?:grading|scoring) (?:rubric|guide|scheme|key|criteria)\w*"
    r"|answer key|model answer|bewertung(?:sraster|sbogen|skriterien|sschema)?|erwartungshorizont|barème"
    r"|grille|solution (?:to|for|of)|corrigé|critères|criterios de|rúbrica|pauta|solución|lösung(?:shinweise)?|beoordeling)\b",
    re.IGNORECASE,
)
QUESTION = re.compile(
    r"^[\W_]*(?:(?:question|frage|aufgabe|pregunta|exercice|ejercicio|task|problem|prompt|domanda)"
    r"\s*(?:no\.?|nr\.?|n°|#)?\s*(\d+|[IVX]+)\b(?P<part>\s*\(?[a-h]\)?(?![^\W\d_])|\s*[a-h]\b)?"
    r"|q\.?\s*(\d+)(?P<qpart>\s*\(?[a-h]\)?(?![^\W\d_]))?)",
    re.IGNORECASE,
)
FIELDS: Mapping[str, str] = {
    word: field for field, text in _LISTS["fields"].items() for word in names_in(text)
}
# Words of marks and their conditions, which no description keeps.
FORMAL = frozenset(names_in(_LISTS["running_text"]["formal"]))
# Words of so many descriptions that two which share one need not belong together.
COMMON = frozenset(names_in(_LISTS["running_text"]["common"]))
# Keys of JSON, YAML and XML, by what stands there; of several the first counts.
KEYS = {meaning: names_in(text) for meaning, text in _LISTS["keys"].items()}
