"""How people call the parts of a rubric, in the languages of marking guides.

English, German, French, Spanish, with the commonest words of Italian, Portuguese and Dutch. Each
set holds folded titles (`fold_header`); each pattern is matched without regard to case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# Capitals alone for what would be a word or a letter otherwise: BE, VP, P.
UNIT = (
    r"(?:points?|pts?\b\.?|marks?|mks?\b\.?|credits?|punkten?|punkte?|pkte?\b\.?|punt(?:os?|en)?|ptos?\b\.?"
    r"|pontos?|punti|(?-i:BE|VP|RP|WP|P|p)(?![^\W\d_])\.?)(?![^\W\d_])"
)

TITLES: Mapping[str, frozenset[str]] = {
    "points": frozenset(
        {"points", "point", "pts", "pt", "p", "p.", "marks", "mark", "score", "credits", "credit"}
        | {"max", "max points", "max. points", "max marks", "max. marks", "maximum", "value"}
        | {"maximum points", "maximum marks", "max score", "points possible", "possible points"}
        | {
            "possible",
            "points available",
            "marks available",
            "available",
            "available marks",
            "pts possible",
        }
        | {"punkte", "punkt", "pkt", "pkt.", "be", "vp", "rp", "max. punkte", "maximale punkte"}
        | {"max. be", "höchstpunktzahl", "punktzahl", "erreichbare punkte", "mögliche punkte"}
        | {"rohpunkte", "soll", "puntos", "puntuación", "puntuación máxima", "puntaje", "ptos"}
        | {"valor", "puntos máximos", "puntos posibles", "nota máxima", "máximo", "barème"}
        | {"points max", "points maximum", "nombre de points", "note maximale", "note max"}
        | {"pontos", "pontuação", "punti", "punteggio", "punten", "maxscore", "maxmark", "/"}
        | {
            "rubric points",
            "range",
            "score range",
            "points range",
            "punktebereich",
            "number of points",
            "point value",
            "point values",
            "worth",
        }
    ),
    "weight": frozenset(
        {"weight", "weights", "weighting", "%", "percent", "percentage", "weight %", "weight (%)"}
        | {"weighting (%)", "% of grade", "share", "gewicht", "gewichtung", "gewichtung (%)"}
        | {"anteil", "anteil (%)", "prozent", "pondération", "poids", "coefficient", "coeff."}
        | {"coef.", "coef", "peso", "ponderación", "peso (%)", "porcentaje", "pourcentage"}
        | {"weighting %", "gewichtung %", "ponderación (%)", "pondération (%)", "wt", "wt.", "x"}
    ),
    "criterion": frozenset(
        {"criterion", "criteria", "criteria name", "criterion name", "key point", "key points"}
        | {"item", "items", "rubric item", "rubric", "name", "title", "aspect", "kriterium"}
        | {"kriterien", "aspekt", "aspekte", "teilaufgabe", "dimension", "category", "kategorie"}
        | {"criterio", "criterios", "critère", "critères", "aspecto", "indicador", "indicadores"}
        | {"critério", "critérios", "criteri", "trait", "component", "element", "rubric criteria"}
        | {"indicator", "indicators", "bewertungskriterium", "bewertungskriterien", "competency"}
        | {"objective", "objectif", "objectifs", "compétence", "competencia", "learning outcome"}
        | {"kompetenz", "domain", "feature", "topic", "catégorie", "categoría", "area", "skill"}
        | {"criterion title", "short name", "shortname", "what to look for", "descriptor"}
    ),
    "description": frozenset(
        {"description", "what", "text", "beschreibung", "expectation", "expectations"}
        | {"erwartung", "erwartungen", "requirement", "requirements", "answer element", "content"}
        | {"inhalt", "criteria description", "criterion description", "long description"}
        | {"erwartete leistung", "erwartete leistungen", "lösungserwartung", "lösung", "leistung"}
        | {"erwartungshorizont", "anforderung", "anforderungen", "descripción", "descripcion"}
        | {"what we look for", "we look for", "answer", "answers", "expected answer", "answer key"}
        | {"marking point", "marking points", "expected", "expected response", "respuesta"}
        | {"respuesta esperada", "réponse attendue", "réponses attendues", "attendus", "éléments"}
        | {"éléments de réponse", "élément de réponse", "contenu", "contenido", "details"}
        | {"detail", "statement", "scoring point", "evidence", "responses", "mark scheme"}
        | {"descripção", "descrição", "descrizione", "beschrijving", "the answer", "look for"}
        | {"schülerleistung", "prüfungsleistung", "die schülerin/der schüler", "der prüfling"}
        | {"idea", "ideas", "key idea", "assessment criteria", "solution", "criteria for award"}
    ),
    "number": frozenset(
        {"#", "no", "no.", "nr", "nr.", "number", "id", "ref", "q", "q.", "question", "part"}
        | {"item no", "aufgabe", "afb", "ao", "ao1", "lo", "bloom", "n°", "nº", "num", "num."}
        | {"núm", "sl. no", "coeff", "ptos."}
        | {"núm.", "numéro", "número", "question number", "question no", "section", "type"}
        | {"question no.", "teil", "anforderungsbereich", "assessment objective", "order", "step"}
        | {"tags", "tag", "code", "niveau taxonomique", "rang", "pos", "pos.", "sl. no.", "s.no"}
    ),
    "level": frozenset(
        {"level", "levels", "rating", "ratings", "rating name", "level name", "band", "bands"}
        | {"stufe", "stufen", "niveau", "niveaustufe", "niveaux", "nivel", "niveles", "grade"}
        | {"performance level", "rating title", "achievement level", "livello", "nível", "scale"}
        | {"level title", "performance", "notenstufe", "bewertungsstufe", "échelon", "skala"}
    ),
    "level_text": frozenset(
        {"descriptor", "level description", "rating description", "beschreibung der stufe"}
        | {"level descriptor", "descriptors", "descriptores", "descripteur", "descripteurs"}
    ),
    "accept": frozenset(
        {"accept", "accepted", "also accept", "allow", "acceptable answers", "acceptable"}
        | {"auch richtig", "akzeptieren", "akzeptabel", "accepter", "aceptar", "acc", "acc."}
        | {"accepted phrasings", "additional guidance: accept", "akzeptiert", "accepté"}
    ),
    "reject": frozenset(
        {"reject", "do not accept", "not enough", "don't accept", "rejected", "not accepted"}
        | {"nicht akzeptieren", "nicht ausreichend", "refuser", "ne pas accepter", "no aceptar"}
        | {"rechazar", "ignore", "do not allow", "not accept", "reicht nicht", "insuffisant"}
    ),
    "aside": frozenset(
        {"comment", "comments", "note", "notes", "bemerkung", "bemerkungen", "kommentar"}
        | {"commentaire", "commentaires", "remarque", "remarques", "comentario", "comentarios"}
        | {"observaciones", "anmerkung", "anmerkungen", "feedback", "grader", "marker", "your mark"}
        | {"awarded", "points awarded", "marks awarded", "score awarded", "earned", "points earned"}
        | {"erreicht", "erreichte punkte", "ist", "obtained", "obtenu", "obtenus", "obtenido"}
        | {"student score", "your score", "given", "mark given", "criterion score", "total"}
        | {"total points", "subtotal", "sum", "summe", "erzielt", "obtenidos", "points obtenus"}
        | {"points obtained", "puntos obtenidos", "note obtenue", "deine punkte", "teacher notes"}
        | {"criteria enable range", "self", "peer", "✓", "done", "met?", "marks obtained"}
    ),
}
# Detail beside a criterion that is neither level nor phrase: it says more of full credit.
MORE = frozenset(
    {"guidance", "additional guidance", "hinweis", "hinweise", "indicative content", "explanation"}
    | {"grader note", "indications", "orientaciones", "erläuterung", "précisions", "elaboration"}
)
FULL = (
    *("full", "full credit", "full marks", "complete", "voll", "volle punktzahl", "all", "erfüllt"),
    *("vollständig", "complet", "completo", "met", "yes", "ja", "oui", "sí", "total credit"),
)
PARTIAL = (
    *(
        "partial",
        "partial credit",
        "half",
        "partial marks",
        "half credit",
        "half marks",
        "partly",
        "teilweise",
    ),
    *("partly met", "halb", "teils", "partiel", "parcial", "en partie", "some", "partially met"),
)
NONE = (
    *("no credit", "none", "absent", "missing", "not met", "not enough", "keine", "zero", "no"),
    *("nicht erfüllt", "no marks", "nein", "non", "null", "absente", "ausente", "fehlt", "nul"),
    *("aucun", "ninguno", "not shown", "no points", "fail", "nothing", "not evident"),
)
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
    **dict.fromkeys(("one", "eine", "einen", "ein", "un", "une", "uno", "una", "1"), 1),
    **dict.fromkeys(("two", "zwei", "deux", "dos", "due", "duas", "dois", "twee", "2"), 2),
    **dict.fromkeys(("three", "drei", "trois", "tres", "tre", "três", "drie", "3"), 3),
    **dict.fromkeys(("four", "vier", "quatre", "cuatro", "quattro", "quatro", "4"), 4),
    **dict.fromkeys(("five", "fünf", "cinq", "cinco", "cinque", "vijf", "5"), 5),
    **dict.fromkeys(("six", "sechs", "seis", "sei", "zes", "6"), 6),
}
_COUNT = "|".join(sorted(COUNTS, key=len, reverse=True))
ANY = re.compile(
    rf"\b(?:(?:any|beliebige|irgend|choose|max(?:imum|imal|\.)?(?: of)?|best|best of)\s+"
    rf"(?P<a>{_COUNT})\b(?!\s*(?:marks?|points?|punkte?|pts?|puntos?)(?![^\W\d_])(?!\s*(?:\(|:|from\b|of\b)))"
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
    **dict.fromkeys(
        ("title", "titel", "titre", "título", "rubric", "name", "rubric name", "rubric title"),
        "title",
    ),
    **dict.fromkeys(
        (
            *("question", "frage", "q", "task", "aufgabe", "pregunta", "prompt", "questions"),
            *("consigne", "enunciado", "fragestellung", "question text"),
        ),
        "question",
    ),
    **dict.fromkeys(
        (
            *("reference", "reference answer", "model answer", "answer", "solution", "key"),
            *("musterlösung", "sample answer", "lösung", "respuesta", "erwartete antwort"),
            *("réponse modèle", "corrigé", "respuesta modelo", "example answer"),
        ),
        "reference",
    ),
    **dict.fromkeys(("language", "sprache", "langue", "idioma"), "language"),
}
# Words of marks and their conditions, which no description keeps.
FORMAL = frozenset(
    {"for", "the", "of", "an", "to", "is", "are", "in", "be", "and", "or", "if", "each", "per"}
    | {"with", "from", "by", "up", "at", "on", "not", "no", "none", "any", "all", "one", "two"}
    | {"three", "four", "five", "following", "award", "awarded", "give", "given", "earned"}
    | {"accept", "allow", "reject", "do", "max", "maximum", "total", "sum", "points", "available"}
    | {"best", "off", "lose", "deduct", "deducted", "take", "full", "half", "credit", "marks"}
    | {"when", "where", "either", "das", "der", "die", "und", "von", "wenn", "für", "je", "aus"}
    | {"folgenden", "abzug", "bei", "zwei", "drei", "les", "des", "la", "le", "du", "de", "sur"}
    | {"par", "pour", "si", "deux", "trois", "parmi", "chacune", "los", "las", "por", "cada"}
    | {"una", "dos", "tres", "se", "resta", "descuenta", "hasta", "entre", "que"}
)
# Words of so many descriptions that two which share one need not belong together.
COMMON = frozenset(
    {"that", "this", "with", "from", "which", "what", "when", "where", "than", "then", "says"}
    | {"states", "names", "gives", "uses", "explains", "shows", "answer", "dass", "eine", "einer"}
    | {"einem", "einen", "nennt", "sagt", "erklärt", "oder", "dans", "avec", "pour", "dont"}
    | {"donne", "para", "como", "nombra", "explica", "point", "points", "mark", "marks", "correct"}
    | {"criteria", "criterion", "kriterium", "critère", "criterio"}
)
