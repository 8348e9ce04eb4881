"""What Moodle's language packs call the columns and states of its exports: data, nothing else.

Folded as `fold_header` does. A language that is missing here is read by the build of the file
(`worksheet`, `gradebook`); a line here makes it surer. One line per meaning: English, German,
French, Spanish, Catalan, Italian, Dutch, Portuguese, Japanese, Chinese, Arabic, then others.
"""

from __future__ import annotations

from collections.abc import Mapping

# The worksheet's columns.
WORKSHEET: Mapping[str, frozenset[str]] = {
    "identifier": frozenset(
        {"identifier", "id", "identifiant", "identificador", "identificatie", "identificativo"}
        | {"identificador único", "identifierare", "identyfikator", "id-nummer", "标识符"}
        | {"المُعرَّف", "识别码", "識別字", "идентификатор", "ідентифікатор", "tanımlayıcı"}
    ),
    "full_name": frozenset(
        {"full name", "vollständiger name", "nom complet", "nombre completo", "cognome/nome"}
        | {"nome completo", "volledige naam", "fullständigt namn", "pełna nazwa", "nom"}
        | {"cognome e nome", "nom et prénom", "apellidos y nombre", "name", "nome"}
        | {"フルネーム", "全名", "ًالاسم كاملا", "الاسم الكامل", "полное имя", "повне ім'я"}
    ),
    "status": frozenset(
        {"status", "statut", "estado", "estatus", "estat", "stato", "situação", "état"}
        | {"ステータス", "状态", "狀態", "الحالة", "статус", "stav", "durum", "tila", "stan"}
    ),
    "grade": frozenset(
        {"grade", "bewertung", "note", "calificación", "qualificació", "valutazione", "cijfer"}
        | {"nota", "avaliação", "betyg", "ocena", "beoordeling", "évaluation", "評点", "成绩"}
        | {"成績", "الدرجة", "оценка", "оцінка", "karakter", "arvosana", "hodnocení", "not"}
    ),
    "maximum_grade": frozenset(
        {"maximum grade", "bestwertung", "note maximale", "calificación máxima"}
        | {"qualificació màxima", "voto massimo", "maximumcijfer", "nota máxima"}
        | {"valutazione massima", "punteggio massimo", "maximale cijfer", "maximum cijfer"}
        | {"avaliação máxima", "hoogste cijfer", "maxbetyg", "maksymalna ocena", "note maximum"}
        | {"maximaal cijfer", "最大評点", "最高分", "أعلى تقدير", "максимальная оценка"}
    ),
    "can_change": frozenset(
        {"grade can be changed", "bewertung kann geändert werden", "la note peut être modifiée"}
        | {"la calificación puede ser cambiada", "es pot canviar la qualificació"}
        | {"la valutazione può essere modificata", "la valutazione può essere cambiata"}
        | {"cijfer kan gewijzigd worden", "het cijfer kan gewijzigd worden"}
        | {"a nota pode ser alterada", "a avaliação pode ser alterada", "note modifiable"}
        | {"cijfer kan veranderd worden", "la calificación puede modificarse"}
        | {"la qualificació es pot canviar", "nota pode ser alterada", "a nota pode ser alterada."}
        | {"評点変更可", "允许更改成绩", "يمكن تغيير الدرجة"}
    ),
    "last_modified_submission": frozenset(
        {"last modified (submission)", "zuletzt geändert (abgabe)"}
        | {"dernière modification (travail remis)", "última modificación (entrega)"}
        | {"darrera modificació (tramesa)", "ultima modifica (consegna)"}
        | {"laatst gewijzigd (inzending)", "última modificação (envio)"}
        | {"última atualização (submissão)", "最終更新日時 (提出)", "上次修改（作业）"}
        | {"آخر تعديل (التسليم)"}
    ),
    "last_modified_grade": frozenset(
        {"last modified (grade)", "zuletzt geändert (bewertung)", "dernière modification (note)"}
        | {"última modificación (calificación)", "darrera modificació (qualificació)"}
        | {"ultima modifica (valutazione)", "laatst gewijzigd (cijfer)"}
        | {"última modificação (nota)", "última modificação (avaliação)"}
        | {"senast ändrad (betyg)", "laatst bewerkt (cijfer)", "laatst gewijzigd (beoordeling)"}
        | {"última atualização (avaliação)", "最終更新日時 (評定)", "上次修改（评分）"}
        | {"آخر تعديل (التقدير)"}
    ),
    "online_text": frozenset(
        {"online text", "texteingabe online", "texte en ligne", "texto en línea", "text en línia"}
        | {"testo online", "online tekst", "texto online", "onlinetext", "onlinetekst"}
        | {"online-text", "tekst online", "online-tekst", "textindsendelse", "texto em linha"}
        | {"オンラインテキスト", "在线文本", "線上文字", "نص في وضع متصل.", "текст онлайн"}
    ),
    "feedback": frozenset(
        {"feedback comments", "feedback als kommentar", "commentaires", "feedback par commentaires"}
        | {"comentarios de retroalimentación", "comentaris de retroacció", "feedback-kommentare"}
        | {"commenti di feedback", "commento", "feedback commenti", "feedback opmerkingen"}
        | {"feedback als opmerkingen", "comentários de feedback", "comentários", "comentarios"}
        | {"commentaires de feedback", "comentaris", "feedback als commentaar", "commenti"}
        | {"comentaris de retroacció.", "feedback tekstvak", "フィードバックコメント"}
        | {"反馈意见", "تعليقات الإفادة"}
    ),
}

# What the cell of a status begins with.
SUBMITTED = (
    "submitted", "zur bewertung abgegeben", "remis pour évaluation", "enviado para calificar",
    "s'ha tramès per qualificar", "consegnato per la valutazione", "opdracht ingestuurd",
    "ingestuurd", "submetido para avaliação", "enviado para avaliação", "評定のために提出済み",
    "已提交请评分", "مسلمة للتقييم", "entregado para", "inskickad", "överlämnad", "przesłane",
    "отправлено для оценивания", "ответы для оценки", "palautettu", "odesláno",
)  # fmt: skip
NO_SUBMISSION = (
    "no submission", "keine abgabe", "nicht abgegeben", "aucun", "pas de remise",
    "pas de travail remis", "sin entrega", "no entregado", "no hay entrega", "no s'ha tramès",
    "sense tramesa", "cap tramesa", "nessuna consegna", "non consegnato", "geen inzending",
    "geen ingestuurde opdracht", "niets ingestuurd", "nenhum envio", "nenhuma submissão",
    "sem envio", "não submetido", "ingen inlämning", "ingen besvarelse", "brak", "提出なし",
    "没有作业", "لا تسليم", "nouveau travail", "nova submissão", "nueva entrega",
)  # fmt: skip
DRAFT = (
    "draft", "entwurf", "brouillon", "borrador", "esborrany", "bozza", "concept",
    "trabalho em curso", "rascunho", "下書き", "草稿", "مسودة", "utkast", "kladde", "черновик",
    "чернетка", "taslak", "luonnos", "wersja robocza", "koncept", "piszkozat",
)  # fmt: skip
REOPENED = (
    "reopened", "wieder geöffnet", "erneut geöffnet", "wiedereröffnet", "rouvert", "ré-ouvert",
    "réouvert", "reabierto", "reabierta", "reobert", "riaperta", "riaperto", "heropend",
    "reaberto", "reaberta", "再開", "再オープン", "重新打开", "已重新打开", "أُعيد فتحه",
    "återöppnad", "genåbnet",
    "gjenåpnet", "ponownie otwarte", "открыто повторно", "yeniden açıldı",
)  # fmt: skip

# The state of a quiz attempt that was not handed in.
UNFINISHED = frozenset(
    {"in progress", "never submitted", "overdue", "abandoned", "not started"}
    | {"in bearbeitung", "nie abgegeben", "überfällig", "abgebrochen", "en cours"}
    | {"jamais envoyée", "jamais remis", "en curso", "nunca enviado", "no s'ha tramès mai"}
    | {"in svolgimento", "non inviato", "mai inviato", "bezig", "nooit ingestuurd"}
    | {"em progresso", "nunca submetidas", "em andamento", "nunca enviada", "進行中", "未送信"}
    | {"进行中", "从未提交", "قيد التنفيذ", "غير مسلمة أبداً", "pågående", "aldrig inskickad"}
)

# "Yes" in "can be changed": whatever else stands there keeps a row shut.
YES = frozenset(
    {"yes", "ja", "oui", "sí", "si", "sì", "sim", "tak", "kyllä", "ano", "áno", "igen", "da", "так"}
    | {"да", "\u03bd\u03b1\u03b9", "evet", "はい", "是", "是的", "예", "نعم", "כן", "بله", "हाँ"}
    | {"có", "ใช่", "ya", "jah", "jā", "taip", "já", "bai", "oes", "tá", "oo", "bəli", "иә", "ha"}
)

NO = frozenset(
    {
        "no",
        "nein",
        "non",
        "nee",
        "não",
        "nie",
        "nej",
        "nei",
        "ei",
        "ne",
        "nem",
        "нет",
        "ні",
        "hayır",
    }
    | {"いいえ", "否", "不", "لا", "아니요", "όχι", "לא", "không", "tidak", "nu", "ez", "nincs"}
)

# What stands before the number in an identifier.
PARTICIPANT = frozenset(
    {"participant", "teilnehmer/in", "teilnehmer", "teilnehmer*in", "teilnehmerin", "deelnemer"}
    | {
        "participante",
        "partecipante",
        "参加者",
        "参与人",
        "参与者",
        "المشارك",
        "مشارك",
        "deltagare",
    }
    | {"deltager", "deltaker", "uczestnik", "участник", "учасник", "katılımcı", "osallistuja"}
    | {"účastník", "résztvevő", "participante/a", "συμμετέχων", "משתתף", "참가자", "udeleženec"}
    | {"sudionik", "partaide", "người tham gia", "dalyvis", "dalībnieks", "osaleja", "peserta"}
)

# The brackets behind a gradebook's item.
REAL = frozenset(
    {"real", "punkte", "brut", "numérico", "valor real", "reale", "absoluut", "punteggio", "reëel"}
    | {"実データ", "分数", "حقيقي", "valeur", "wert", "echt", "réel", "reel", "reala", "faktisk"}
    | {"rzeczywista", "значение", "gerçek", "실점수", "原始分數"}
)
FEEDBACK = frozenset(
    {"feedback", "rückmeldung", "retroalimentación", "retroacció", "commentaires", "フィードバック"}
    | {"反馈", "回饋", "الإفادة", "återkoppling", "informacja zwrotna", "отзыв", "palaute"}
    | {"comentário", "comentários", "terugkoppeling", "tilbakemelding", "geri bildirim"}
)
LAST_DOWNLOAD = frozenset(
    {"last downloaded from this course", "zuletzt aus diesem kurs geladen"}
    | {"zuletzt von diesem kurs heruntergeladen", "dernier téléchargement depuis ce cours"}
    | {"última descarga de este curso", "última descarga desde este curso"}
    | {"ultimo scaricamento da questo corso", "scaricamento più recente da questo corso"}
    | {"laatst gedownload van deze cursus", "laatst gedownload van deze curus"}
    | {"último download deste curso", "última transferência desta disciplina"}
    | {"última exportação desta disciplina", "darrera descàrrega des d'aquest curs"}
    | {"このコースからの最新ダウンロード日時", "最近从本课程下载的"}
    | {"آخر ما تم تنزيله من هذا المساق"}
)
