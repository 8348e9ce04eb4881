"""Headers in the platforms' languages, and how a header is compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def find_column(header: Sequence[str], names: Iterable[str]) -> int | None:
    """Return the first column whose folded header is among `names`."""
    wanted = set(names)
    for place, title in enumerate(header):
        if fold_header(title) in wanted:
            return place
    return None


def fold_header(title: str) -> str:
    """Return a header as it is compared: case, spaces and no-break spaces folded."""
    return " ".join(title.replace("\u00a0", " ").replace("\ufeff", "").casefold().split())


# Header names by what they mean, casefolded, in the languages that platforms and people write.
NAMES: Mapping[str, frozenset[str]] = {
    "student": frozenset(
        {"student_id", "studentid", "student id", "student", "id", "sid", "uid", "user_id"}
        | {"userid", "user id", "username", "user name", "login", "email", "e-mail"}
        | {"email address", "matrikelnummer", "identifier", "id number", "student number"}
        | {"matriculation number", "adresse e-mail", "correo", "e-mail-adresse", "teilnehmer"}
    ),
    "answer": frozenset(
        {"answer", "response", "text", "answer_text", "submission", "student_answer", "essay"}
        | {"antwort", "réponse", "reponse", "respuesta", "risposta", "resposta", "antwoord"}
    ),
    "name": frozenset({"name", "full name", "student name", "vollständiger name", "nom complet"}),
    "attempt": frozenset({"attempt", "attempt #", "versuch", "tentative", "intento"}),
    "question": frozenset({"question", "question_id", "frage"}),
    "choice": frozenset({"choice", "option", "auswahl"}),
}


# The Moodle worksheet's headers, folded, in the languages of which samples or strings are known
# (en, de, fr, es, ca, it, nl, pt).
WORKSHEET: Mapping[str, frozenset[str]] = {
    "identifier": frozenset({"identifier", "id", "identifiant", "identificador", "identificatie"}),
    "full_name": frozenset(
        {"full name", "vollständiger name", "nom complet", "nombre completo", "cognome/nome"}
    ),
    "status": frozenset({"status", "statut", "estado", "estatus", "estat", "stato"}),
    "grade": frozenset(
        {"grade", "bewertung", "note", "calificación", "qualificació", "valutazione", "cijfer"}
        | {"nota"}
    ),
    "maximum_grade": frozenset(
        {"maximum grade", "bestwertung", "note maximale", "calificación máxima"}
        | {"qualificació màxima", "voto massimo", "maximumcijfer", "nota máxima"}
    ),
    "can_change": frozenset(
        {"grade can be changed", "bewertung kann geändert werden", "la note peut être modifiée"}
        | {"la calificación puede ser cambiada", "es pot canviar la qualificació"}
    ),
    "last_modified_grade": frozenset(
        {"last modified (grade)", "zuletzt geändert (bewertung)", "dernière modification (note)"}
        | {"última modificación (calificación)", "darrera modificació (qualificació)"}
        | {"ultima modifica (valutazione)", "laatst gewijzigd (cijfer)"}
    ),
    "online_text": frozenset(
        {"online text", "texteingabe online", "texte en ligne", "texto en línea", "text en línia"}
        | {"testo online", "online tekst", "texto online"}
    ),
    "feedback": frozenset(
        {"feedback comments", "feedback als kommentar", "commentaires", "feedback par commentaires"}
        | {"comentarios de retroalimentación", "comentaris de retroacció"}
    ),
}
