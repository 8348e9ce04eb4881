"""A table as it was read: text cells, its dialect, headers in the platforms' languages, HTML.

What readers and writers share. The rules are those that made one reader pass every sample export:
sniff bytes and not names, keep every cell as text, keep duplicate headers, and refuse what is torn.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from assessor.errors import SubmissionError

DELIMITERS = (",", ";", "\t", "|")

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A delimited file as text: `rows` includes the header; `lines` is the line of each record."""

    file: str
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    encoding: str
    bom: bool
    delimiter: str
    line_end: str

    @property
    def header(self) -> tuple[str, ...]:
        """The first record."""
        return self.rows[0]

    def records(self, header: int = 0) -> Iterable[tuple[int, tuple[str, ...]]]:
        """Yield (record number from 1, cells) below the header row, padded to its width."""
        width = len(self.rows[header])
        for number in range(header + 1, len(self.rows)):
            row = self.rows[number]
            if any(cell.strip() for cell in row):
                yield number + 1, row + ("",) * (width - len(row))


def parse_table(data: bytes, file: str, encoding: str | None = None) -> Table:
    """Return a delimited file as a table of text cells.

    Bytes are decoded by their BOM, else as strict UTF-8, else as cp1252. The delimiter is the one
    that gives the widest header record. Raises SubmissionError with the line of what is torn.
    """
    text, used, bom = decode(data, file, encoding)
    if not text.strip():
        raise SubmissionError(f"{file}: is empty; export it again")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise SubmissionError(f"{file}:{line}: holds a NUL character; export it again as CSV")
    delimiter = max(DELIMITERS, key=lambda each: _width(text, each))
    rows, lines = _records(text, delimiter, file)
    return Table(
        file=file,
        rows=tuple(rows),
        lines=tuple(lines),
        encoding=used,
        bom=bom,
        delimiter=delimiter,
        line_end="\r\n" if "\r\n" in text else "\n",
    )


def decode(data: bytes, file: str, encoding: str | None = None) -> tuple[str, str, bool]:
    """Return the text, the encoding's name and whether it began with a BOM."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(name), name, True
            except UnicodeDecodeError as error:
                raise SubmissionError(f"{file}: torn {name} at byte {error.start}") from error
    for name in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            return data.decode(name), name, False
        except (UnicodeDecodeError, LookupError):
            continue
    raise SubmissionError(f"{file}: neither UTF-8 nor Windows text; save it as UTF-8")


def _width(text: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader(io.StringIO(text), delimiter=delimiter)))
    except (csv.Error, StopIteration):
        return 0


def _records(text: str, delimiter: str, file: str) -> tuple[list[tuple[str, ...]], list[int]]:
    # The default limit of 131,072 characters would refuse a whole class for one long answer.
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    start = 1
    try:
        for row in reader:
            rows.append(tuple(row))
            lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        last = repr(rows[-1][0]) if rows and rows[-1] else "the header"
        raise SubmissionError(
            f"{file}:{start}: broken quoting in the record after {last} ({error}); "
            "a quote is not closed or not doubled: correct that cell or export again"
        ) from error
    return rows, lines


@dataclass(slots=True, kw_only=True)
class RawTable:
    """A table whose every byte is kept: cells are replaced one by one, the rest stays."""

    table: Table
    pieces: list[list[str]]
    ends: list[str]

    def put(self, row: int, column: int, text: str) -> None:
        """Replace one cell (`row` counts from 0 with the header), quoted as PHP's fputcsv does."""
        cells = self.pieces[row]
        cells += [""] * (column + 1 - len(cells))
        cells[column] = quoted(text, self.table.delimiter)

    def encode(self) -> bytes:
        """Return the file."""
        text = "".join(
            self.table.delimiter.join(cells) + end
            for cells, end in zip(self.pieces, self.ends, strict=True)
        )
        return _with_bom(text, self.table)


def parse_raw(data: bytes, file: str) -> RawTable:
    """Return a table together with the raw text of each cell. Raises SubmissionError."""
    table = parse_table(data, file)
    text, _, _ = decode(data, file)
    pieces: list[list[str]] = []
    ends: list[str] = []
    cell = re.compile(
        rf'("(?:[^"]|"")*"|[^{re.escape(table.delimiter)}\r\n]*)'
        rf"({re.escape(table.delimiter)}|\r\n|\n|\r|\Z)"
    )
    place, row = 0, list[str]()
    while place < len(text) or row:
        match = cell.match(text, place)
        if match is None:
            raise SubmissionError(f"{file}: quotes stand within a cell; export it again")
        row.append(match.group(1))
        place = match.end()
        if match.group(2) != table.delimiter:
            pieces.append(row)
            ends.append(match.group(2))
            row = []
    if len(pieces) != len(table.rows):
        raise SubmissionError(f"{file}: holds blank lines within; export it again")
    return RawTable(table=table, pieces=pieces, ends=ends)


def quoted(text: str, delimiter: str) -> str:
    """Return a cell as PHP's fputcsv writes it: quoted where it holds a space or worse."""
    if any(each in text for each in (delimiter, '"', "\n", "\r", "\t", " ")):
        return '"' + text.replace('"', '""') + '"'
    return text


def encode_rows(rows: Iterable[Sequence[str]], like: Table) -> bytes:
    """Return rows in the dialect of another table, quoted only where that is needed."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=like.delimiter, lineterminator=like.line_end)
    writer.writerows(rows)
    return _with_bom(text.getvalue(), like)


def _with_bom(text: str, like: Table) -> bytes:
    return (("\ufeff" if like.bom else "") + text).encode(like.encoding)


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


_TAGS = frozenset(
    {"p", "br", "div", "span", "ul", "ol", "li", "b", "i", "u", "em", "strong", "a", "table"}
    | {"tr", "td", "th", "tbody", "thead", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "code"}
    | {"blockquote", "sub", "sup", "img", "hr", "font", "center", "s", "del", "ins", "small"}
    | {"big", "script", "style", "template", "section", "article"}
)
_BLOCKS = frozenset(
    {"p", "div", "ul", "ol", "li", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre"}
    | {"blockquote", "hr", "section", "article", "center"}
)
_UNSEEN = frozenset({"script", "style", "template", "head", "title", "noscript"})
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "wbr", "col", "area"})
_TAG = re.compile(r"<(?:/?([a-zA-Z][a-zA-Z0-9]*)(?:\s[^<>]*)?/?|!--.*?--)>", re.DOTALL)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|opacity\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)


def is_html(text: str) -> bool:
    """Return whether a real tag occurs: `reward(x) < reward(y)` is text."""
    return any(
        match.group(1) is None or match.group(1).lower() in _TAGS for match in _TAG.finditer(text)
    )


def html_to_text(text: str) -> str:
    """Return the text that a person would read; what markup hides is left out."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            if not self._hidden and tag in {"br", "hr"}:
                self.parts.append("\n")
            return
        if self._hidden or tag in _UNSEEN or _hides(attrs):
            self._hidden.append(tag)
            return
        if tag in _BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag in self._hidden:
                while self._hidden and self._hidden.pop() != tag:
                    pass
            return
        if tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data.replace("\u00a0", " "))

    def _break(self) -> None:
        if self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append("\n")


def _hides(attrs: Sequence[tuple[str, str | None]]) -> bool:
    for name, value in attrs:
        if name == "hidden" or (name == "aria-hidden" and value == "true"):
            return True
        if name == "style" and value and _HIDING.search(value):
            return True
    return False


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
