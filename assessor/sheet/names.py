"""Headers in the platforms' languages, and how a header is compared."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence


def find_column(header: Sequence[str], names: Iterable[str]) -> int | None:
    """Return the first column whose folded header is among `names`."""
    wanted = set(names)
    for place, title in enumerate(header):
        if fold_header(title) in wanted:
            return place
    return None


def fold_header(title: str) -> str:
    """Return a header as it is compared: case, spaces, accents' forms and apostrophes folded."""
    plain = title.replace("\u2019", "'").replace("\ufeff", "").replace("\u200b", "")
    return " ".join(unicodedata.normalize("NFC", plain).casefold().split())


# Header names by what they mean, casefolded, in the languages that platforms and people write.
NAMES: Mapping[str, frozenset[str]] = {
    "student": frozenset(
        {"student_id", "studentid", "student id", "student", "id", "sid", "uid", "user_id"}
        | {"userid", "user id", "username", "user name", "login", "email", "e-mail"}
        | {"email address", "matrikelnummer", "identifier", "id number", "student number"}
        | {"matriculation number", "adresse e-mail", "correo", "e-mail-adresse", "teilnehmer"}
    ),
    "answer": frozenset(
        {"answer", "response", "answer_text", "student_answer", "essay", "answertext"}
        | {"response_text", "student_response", "student answer", "student response"}
        | {"antwort", "réponse", "reponse", "respuesta", "risposta", "resposta", "antwoord"}
        | {"svar", "odpowiedź", "odpowiedz", "vastaus", "ответ", "回答", "答案", "解答", "답변"}
    ),
    # Less telling: taken where none of the others is there.
    "text": frozenset(
        {"text", "submission", "submission_text", "body", "content", "value", "solution"}
        | {"free_text", "freetext", "text entry", "texteingabe", "texte", "texto", "testo"}
    ),
    "name": frozenset({"name", "full name", "student name", "vollständiger name", "nom complet"}),
    "attempt": frozenset({"attempt", "attempt #", "versuch", "tentative", "intento"}),
    "question": frozenset({"question", "question_id", "frage"}),
    "choice": frozenset({"choice", "option", "auswahl"}),
}


# What columns of questions and answers are called, with a number behind it or alone.
WORDS: Mapping[str, frozenset[str]] = {
    "question": frozenset(
        {"question", "frage", "pregunta", "domanda", "vraag", "pergunta", "questão", "fråga"}
        | {"spørsmål", "spørgsmål", "pytanie", "questió", "вопрос", "otázka", "kysymys"}
    ),
    "answer": frozenset(
        {"answer", "response", "antwort", "réponse", "respuesta", "risposta", "resposta", "svar"}
        | {"antwoord", "odpowiedź", "respons", "ответ", "回答", "odpověď", "vastaus", "răspuns"}
        | {"válasz"}
    ),
}

# The Moodle worksheet's headers, folded, in the languages of which samples or strings are known
# (en, de, fr, es, ca, it, nl, pt, sv, pl).
WORKSHEET: Mapping[str, frozenset[str]] = {
    "identifier": frozenset(
        {"identifier", "id", "identifiant", "identificador", "identificatie", "identificativo"}
        | {"identificador único", "identifierare", "identyfikator", "id-nummer"}
    ),
    "full_name": frozenset(
        {"full name", "vollständiger name", "nom complet", "nombre completo", "cognome/nome"}
        | {"nome completo", "volledige naam", "fullständigt namn", "pełna nazwa", "nom"}
        | {"cognome e nome", "nom et prénom", "apellidos y nombre", "name"}
    ),
    "status": frozenset(
        {"status", "statut", "estado", "estatus", "estat", "stato", "situação", "état"}
    ),
    "grade": frozenset(
        {"grade", "bewertung", "note", "calificación", "qualificació", "valutazione", "cijfer"}
        | {"nota", "avaliação", "betyg", "ocena", "beoordeling", "évaluation"}
    ),
    "maximum_grade": frozenset(
        {"maximum grade", "bestwertung", "note maximale", "calificación máxima"}
        | {"qualificació màxima", "voto massimo", "maximumcijfer", "nota máxima"}
        | {"valutazione massima", "punteggio massimo", "maximale cijfer", "maximum cijfer"}
        | {"avaliação máxima", "hoogste cijfer", "maxbetyg", "maksymalna ocena", "note maximum"}
    ),
    "can_change": frozenset(
        {"grade can be changed", "bewertung kann geändert werden", "la note peut être modifiée"}
        | {"la calificación puede ser cambiada", "es pot canviar la qualificació"}
        | {"la valutazione può essere modificata", "cijfer kan gewijzigd worden"}
        | {"a nota pode ser alterada", "a avaliação pode ser alterada", "note modifiable"}
        | {"cijfer kan veranderd worden", "la calificación puede modificarse"}
        | {"la qualificació es pot canviar", "nota pode ser alterada"}
    ),
    "last_modified_grade": frozenset(
        {"last modified (grade)", "zuletzt geändert (bewertung)", "dernière modification (note)"}
        | {"última modificación (calificación)", "darrera modificació (qualificació)"}
        | {"ultima modifica (valutazione)", "laatst gewijzigd (cijfer)"}
        | {"última modificação (nota)", "última modificação (avaliação)"}
        | {"senast ändrad (betyg)", "laatst bewerkt (cijfer)"}
    ),
    "online_text": frozenset(
        {"online text", "texteingabe online", "texte en ligne", "texto en línea", "text en línia"}
        | {"testo online", "online tekst", "texto online", "onlinetext", "onlinetekst"}
        | {"online-text", "tekst online", "online-tekst", "textindsendelse", "texto em linha"}
    ),
    "feedback": frozenset(
        {"feedback comments", "feedback als kommentar", "commentaires", "feedback par commentaires"}
        | {"comentarios de retroalimentación", "comentaris de retroacció", "feedback-kommentare"}
        | {"commenti di feedback", "commento", "feedback commenti", "feedback opmerkingen"}
        | {"feedback als opmerkingen", "comentários de feedback", "comentários", "comentarios"}
        | {"commentaires de feedback", "comentaris", "feedback als commentaar"}
    ),
}
