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
        | {"問題", "试题", "題目", "سؤال", "السؤال", "питання", "soru", "ερώτηση", "שאלה", "문제"}
        | {"întrebare", "kérdés", "vprašanje", "pitanje", "galdera", "pregunta núm.", "câu hỏi"}
    ),
    "answer": frozenset(
        {"answer", "response", "antwort", "réponse", "respuesta", "risposta", "resposta", "svar"}
        | {"antwoord", "odpowiedź", "respons", "ответ", "回答", "odpověď", "vastaus", "răspuns"}
        | {
            "válasz",
            "risposta data",
            "الاستجابة",
            "відповідь",
            "yanıt",
            "απάντηση",
            "תגובה",
            "응답",
        }
        | {"odgovor", "erantzuna", "trả lời", "відповіді", "отклик", "cevap", "답변", "回應"}
    ),
}
