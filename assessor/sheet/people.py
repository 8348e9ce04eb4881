"""How the platforms' languages call who answered, when, and with what result.

English, German, French, Spanish, Catalan, Italian, Dutch, Portuguese, the Scandinavian languages,
Polish: folded as `fold_header` does. A reader takes the meanings that its platform has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assessor.sheet.names import fold_header
from assessor.sheet.table import Table


def columns(header: Sequence[str], *names: str) -> dict[str, int | None]:
    """Return where each meaning stands in a header, None where it does not stand."""
    folded = [fold_header(title) for title in header]
    return {
        name: next((place for place, title in enumerate(folded) if title in PEOPLE[name]), None)
        for name in names
    }


def full_name(cells: Sequence[str], places: Mapping[str, int | None]) -> str:
    """Return a row's name: the column that has the whole of it, else first and last."""
    full = places.get("name")
    if full is not None and cells[full].strip():
        return cells[full].strip()
    parts: Iterable[int | None] = (places.get("first"), places.get("last"))
    return " ".join(cells[part].strip() for part in parts if part is not None).strip()


def address_column(table: Table) -> int | None:
    """Return the first column whose cells are e-mail addresses, whatever it is called."""
    rows = table.first(100)
    for place in range(len(table.header)):
        given = [cells[place].strip() for cells in rows if cells[place].strip()]
        if given and sum("@" in cell and " " not in cell for cell in given) * 2 > len(given):
            return place
    return None


PEOPLE: Mapping[str, frozenset[str]] = {
    "email": frozenset(
        {
            "email address",
            "emailaddress",
            "e-mail address",
            "email",
            "e-mail",
            "e-mail-adresse",
            "email-adresse",
        }
        | {"e-mailadresse", "emailadresse", "mail", "mailadresse", "adresse de courriel"}
        | {"adresse e-mail", "adresse email", "courriel", "adresse électronique", "correo"}
        | {"correo electrónico", "dirección de correo", "dirección de correo electrónico"}
        | {"dirección email", "dirección de email", "adreça electrònica", "correu electrònic"}
        | {"indirizzo email", "indirizzo e-mail", "indirizzo di posta elettronica"}
        | {"posta elettronica", "e-mailadres", "emailadres", "endereço de email"}
        | {"endereço de e-mail", "correio eletrónico", "adres e-mail", "adres email"}
        | {"e-postadress", "e-postadresse", "e-post", "nutzername (e-mail)", "email_address"}
        | {
            "email id",
            "respondentemail",
            "respondent_email",
            "sähköposti",
            "e-posta adresi",
            "student email",
            "user email",
            "mail address",
        }
        | {"电子邮件地址", "メールアドレス", "عنوان البريد الإلكتروني", "adreça de correu"}
    ),
    "first": frozenset(
        {"first name", "firstname", "given name", "vorname", "prénom", "nombre", "nome"}
        | {"nombre(s)", "voornaam", "förnamn", "fornavn", "imię", "nom de pila", "first"}
        | {"nom propi", "primeiro nome", "first_name"}
        | {"名", "الاسم الأول"}
    ),
    "last": frozenset(
        {"last name", "lastname", "surname", "family name", "nachname", "familienname", "nom"}
        | {"nom de famille", "apellido", "apellidos", "apellido(s)", "cognom", "cognoms", "cognome"}
        | {"achternaam", "apelido", "apelidos", "sobrenome", "último nome", "efternamn"}
        | {"etternavn", "efternavn", "nazwisko", "last", "last_name", "apelido(s)"}
        | {"姓", "الاسم الأخير", "apelido"}
    ),
    "name": frozenset(
        {"name", "full name", "fullname", "student name", "vollständiger name", "nom complet"}
        | {"nombre completo", "nome completo", "volledige naam", "naam", "display name", "student"}
        | {"learner", "learner name", "participant", "namn", "navn", "cognome/nome", "your name"}
        | {"cognome e nome", "nome e cognome", "nombre y apellidos", "apellidos y nombre"}
        | {"imię i nazwisko", "vor- und nachname", "vorname und nachname", "full_name"}
        | {"nom et prénom", "prénom et nom", "nom i cognoms", "anzeigename", "first and last name"}
        | {"first name / surname", "first name / last name", "last name / first name"}
        | {
            "nachname / vorname",
            "nom / prénom",
            "vorname / nachname",
            "prénom / nom",
            "nombre / apellido(s)",
        }
        | {"ihr name", "dein name", "votre nom", "tu nombre", "what is your name?", "student_name"}
    ),
    "username": frozenset(
        {"username", "user name", "login", "login name", "user", "benutzername", "anmeldename"}
        | {"nutzername", "nom d'utilisateur", "identifiant"}
        | {"nombre de usuario", "usuario", "nome utente", "gebruikersnaam", "nome de usuário"}
        | {"nome de utilizador", "nom d'usuari", "användarnamn", "brukernavn", "brugernavn"}
        | {"nazwa użytkownika", "sis login id", "netid", "net id", "user_name", "kennung"}
    ),
    "number": frozenset(
        {"id number", "idnumber", "student id", "student number", "student no", "sid", "matricola"}
        | {"matrikelnummer", "matrikelnr", "matrikelnr.", "matrikel-nr.", "id-nummer", "id nummer"}
        | {"numéro d'identification", "numéro d'étudiant"}
        | {"numéro étudiant", "número de id", "número id", "número de identificación"}
        | {"número de identificação", "número de estudiante", "número de aluno", "numero id"}
        | {
            "numero di matricola",
            "codice identificativo",
            "studentnummer",
            "nombre d'identificació",
        }
        | {"sis user id", "sis_id", "sisid", "matriculation number", "student id number"}
        | {"matrícula", "matricula", "studentnr", "studentnr.", "student nr", "indeks", "学号"}
        | {"学籍番号", "nr albumu", "numéro de matricule", "matricule", "code étudiant"}
        | {"org defined id", "orgdefinedid", "numer albumu", "número de matrícula", "nia"}
        | {"idナンバ", "رقم المُعرَّف", "nummer (id)", "número de identificação (id)"}
    ),
    "attempt": frozenset(
        {"attempt", "attempt #", "attempt number", "attempts", "versuch", "versuchs-nr."}
        | {"versuch #", "tentative", "intento", "n.º de intento", "tentativo", "poging"}
        | {"tentativa", "intent", "försök", "forsøk", "submission number", "versuchsnummer"}
        | {"tentative nº", "tentativa n.º", "poging nr.", "attempt no", "attempt no."}
    ),
    "started": frozenset(
        {"started", "started on", "start time", "begonnen", "begonnen am", "commencé le"}
        | {"commencé", "comenzado el", "empezado el", "comenzado", "iniciado", "iniciado em"}
        | {"iniciada em", "iniziato", "iniziato il", "gestart op", "begonnen op", "gestart"}
        | {"começado em", "començat", "començat el", "attempt start", "startzeit", "start date"}
        | {"heure de début", "hora de inicio", "ora di inizio", "begintijd", "hora de início"}
        | {"starttid", "starttidspunkt", "startdatum", "påbegynt", "påbörjad", "rozpoczęto"}
        | {"开始于", "開始日時", "بدأ", "iniciada"}
    ),
    "completed": frozenset(
        {"completed", "completion time", "submitted", "beendet", "abgeschlossen", "terminé"}
        | {"finalizado", "completado", "completato", "terminato", "voltooid", "completo"}
        | {"concluída em", "terminada em", "terminado", "finalitzat", "completat", "attempt end"}
        | {"fertigstellungszeit", "heure de fin", "hora de finalización", "ora di completamento"}
        | {"tijd van voltooien", "hora de conclusão", "submission time", "submission date"}
        | {"submitted at", "date submitted", "date/time response submitted", "recorded date"}
        | {"slutförandetid", "fullført", "slutfört", "ukończono", "submit date", "abgabezeit"}
        | {"recordeddate", "end date", "enddate", "timestamp", "zeitstempel", "horodateur"}
        | {"horodatage", "marca temporal", "marca de temps", "informazioni cronologiche"}
        | {"tijdstempel", "carimbo de data/hora", "tidsstämpel", "tidsstempel"}
        | {"sygnatura czasowa", "cronologia", "submitted_at", "abgegeben am"}
        | {"完成", "受験完了", "تم", "terminada", "completada"}
    ),
    "status": frozenset(
        {"status", "state", "statut", "état", "estado", "estatus", "estat", "stato", "tilstand"}
        | {"状态", "ステータス", "الحالة", "situação"}
    ),
    "duration": frozenset(
        {"duration", "time taken", "dauer", "verbrauchte zeit", "durée", "temps utilisé"}
        | {"duración", "tiempo requerido", "durata", "tempo impiegato", "duur", "gebruikte tijd"}
        | {"verstreken tijd", "duração", "tempo utilizado", "tempo empregado", "durada"}
        | {"temps emprat", "temps requerit", "tidsbruk", "använd tid"}
        | {"考试时长", "継続時間", "الفترة", "tijdsduur", "tempo gasto"}
    ),
    "score": frozenset(
        {"score", "total score", "total points", "grade", "points", "punkte", "punktzahl"}
        | {"gesamtpunktzahl", "summe der punkte", "note", "total des points", "score total"}
        | {"puntuación", "puntuación total", "puntos totales", "puntos", "punteggio"}
        | {"punteggio totale", "totale punti", "punti totali", "totaal aantal punten", "punten"}
        | {"pontuação", "pontuação total", "total de pontos", "calificación", "puntuació"}
        | {"final score", "overallscore", "overall score", "totalt antal poäng", "bewertung"}
        | {
            "totaalscore",
            "totaalaantal punten",
            "gesamtergebnis",
            "ergebnis",
            "poängsumma",
            "resultat",
        }
    ),
    "section": frozenset(
        {"section", "sections", "group", "groups", "gruppe", "gruppen", "groupe", "grupo", "gruppo"}
        | {"groep", "class", "klasse", "kurs", "course", "cours", "curso", "corso", "institution"}
        | {"department", "institut", "abteilung", "tutorial", "seminar", "seminargruppe"}
    ),
}
