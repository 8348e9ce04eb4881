"""PDF by its text layer: PDFium gives the characters, and a drawing of the page says which show.

White letters, letters under a picture, off the page, without ink or too small to read leave no
mark in the drawing: they are hidden text. A page that is one picture (a scan) is not read, even
where a scanner laid an unseen text over it: nobody sees that text.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import pypdfium2 as pdfium  # type: ignore[import-untyped]  # ships no types
import pypdfium2.raw as raw  # type: ignore[import-untyped]  # ships no types

from assessor.readers.files.parsed_text import Page, UnreadableFile

_MOST_PAGES = 300
_MOST_PIXELS = 6_000_000
_SCALE = 1.5
# Points; smaller letters cannot be read.
_TINY = 3.0
# Grey levels between ink and ground that a person tells apart.
_CONTRAST = 24
# Points across, to know how a page lies.
_FAR = 10_000.0
# How many letters of a word are looked at before it is taken for hidden.
_LETTERS = 3
# What stands for a cut word and for letters without a meaning.
_MARKS = frozenset({"\x02", "\ufffe", "\0"})
_NO_INK = frozenset({raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP})


def read(data: bytes) -> Page:
    """Return the text layer of a PDF. Raises UnreadableFile."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise UnreadableFile("locked", "is locked with a password") from None
        raise UnreadableFile("torn", "is damaged or was not uploaded whole") from None
    page = Page(kind="pdf")
    number = len(document)
    scans = 0
    for place in range(min(number, _MOST_PAGES)):
        try:
            scans += _read_page(document[place], page)
        except pdfium.PdfiumError:
            page.left_out["damaged page"] += 1
    if number > _MOST_PAGES:
        page.left_out[f"page after the {_MOST_PAGES}th"] += number - _MOST_PAGES
    page.left_out["page that is a picture"] += scans
    _notes(document, page, number)
    return page


def _notes(document: pdfium.PdfDocument, page: Page, number: int) -> None:
    comments = 0
    for place in range(min(number, _MOST_PAGES)):
        sheet = document[place]
        for each in range(raw.FPDFPage_GetAnnotCount(sheet)):
            mark = raw.FPDFPage_GetAnnot(sheet, each)
            comments += raw.FPDFAnnot_GetSubtype(mark) in {
                raw.FPDF_ANNOT_TEXT,
                raw.FPDF_ANNOT_FREETEXT,
                raw.FPDF_ANNOT_POPUP,
            }
            raw.FPDFPage_CloseAnnot(mark)
    page.left_out["comment"] += comments
    if raw.FPDFDoc_GetAttachmentCount(document):
        page.left_out["attached file"] += raw.FPDFDoc_GetAttachmentCount(document)
    if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        page.notes.append("holds scripts, which were not run")


def _read_page(sheet: pdfium.PdfPage, page: Page) -> bool:
    """Read one page and return whether it is a scan: a picture and no text that shows."""
    layer = sheet.get_textpage()
    count = layer.count_chars()
    pictures = sum(1 for _ in sheet.get_objects([raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    if not count:
        return pictures > 0
    letters = [chr(raw.FPDFText_GetUnicode(layer, place)) for place in range(count)]
    shown = _shown(_Drawing(sheet), layer, letters)
    inked = [seen for seen, letter in zip(shown, letters, strict=True) if letter.strip()]
    if pictures and not any(inked):
        return True
    page.left_out["picture"] += pictures
    _write(page, letters, shown)
    return False


def _shown(drawing: _Drawing, layer: pdfium.PdfTextPage, letters: Sequence[str]) -> list[bool]:
    """Return for each letter whether a person sees it; a word is looked at by its first letters."""
    shown: list[bool] = []
    seen, looked_at = True, 0
    for place, letter in enumerate(letters):
        if not letter.strip():
            looked_at = 0
        elif looked_at < _LETTERS:
            # A word is hidden where none of its first letters leaves a mark.
            seen = drawing.shows(layer, place) or (looked_at > 0 and seen)
            looked_at = _LETTERS if seen else looked_at + 1
            if seen:
                for back in range(place - 1, max(-1, place - _LETTERS), -1):
                    if not letters[back].strip():
                        break
                    shown[back] = True
        shown.append(seen)
    return shown


def _write(page: Page, letters: Sequence[str], shown: Sequence[bool]) -> None:
    hidden, run = False, list[str]()
    for letter, seen in zip(letters, shown, strict=True):
        # A space is seen as what stands around it.
        if letter.strip() and seen is hidden:
            page.text("".join(run), hidden=hidden)
            run, hidden = [], not seen
        if letter in {"\r", "\n"}:
            page.text("".join(run), hidden=hidden)
            run = []
            if letter == "\n":
                page.line()
        elif letter not in _MARKS:
            run.append(letter)
        elif letter == "\x02":
            # A word that was cut at the end of a line.
            run.append("-")
    page.text("".join(run), hidden=hidden)
    page.line()


class _Drawing:
    """The page as grey pixels, to see whether a letter left a mark where it should stand."""

    def __init__(self, sheet: pdfium.PdfPage) -> None:
        width, height = sheet.get_size()
        scale = min(_SCALE, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
        bitmap = sheet.render(scale=scale, grayscale=True, may_draw_forms=False)
        self._width, self._height = bitmap.width, bitmap.height
        self._stride, self._pixels = bitmap.stride, bytes(bitmap.buffer)
        # The page may be turned or cut: PDFium says where three points of it come to lie.
        (self._x0, self._y0), (x1, y1), (x2, y2) = (
            _at(sheet, bitmap, *point) for point in ((0, 0), (_FAR, 0), (0, _FAR))
        )
        self._right = ((x1 - self._x0) / _FAR, (y1 - self._y0) / _FAR)
        self._up = ((x2 - self._x0) / _FAR, (y2 - self._y0) / _FAR)

    def shows(self, layer: pdfium.PdfTextPage, place: int) -> bool:
        """Return whether a person sees letter number `place`."""
        if raw.FPDFText_IsGenerated(layer, place) == 1:
            return True
        size = raw.FPDFText_GetFontSize(layer, place)
        matrix = raw.FS_MATRIX()
        if raw.FPDFText_GetMatrix(layer, place, matrix):
            size *= max(abs(matrix.d), abs(matrix.b), abs(matrix.a), abs(matrix.c))
        if 0 < size < _TINY:
            return False
        text = raw.FPDFText_GetTextObject(layer, place)
        if text and raw.FPDFTextObj_GetTextRenderMode(text) in _NO_INK:
            return False
        return self._is_marked(layer, place)

    def _is_marked(self, layer: pdfium.PdfTextPage, place: int) -> bool:
        left, bottom, right, top = layer.get_charbox(place)
        if right - left < 0.2 or top - bottom < 0.2:
            return True
        corners = [self._at(x, y) for x in (left, right) for y in (bottom, top)]
        x0, x1 = min(x for x, _ in corners), max(x for x, _ in corners)
        y0, y1 = min(y for _, y in corners), max(y for _, y in corners)
        if x1 < 0 or y1 < 0 or x0 >= self._width or y0 >= self._height:
            return False
        rows = [
            self._pixels[
                y * self._stride + max(0, x0) : y * self._stride + min(self._width, x1 + 1)
            ]
            for y in range(max(0, y0), min(self._height, y1 + 1))
        ]
        box = b"".join(rows)
        if not box:
            return False
        if max(box) - min(box) < _CONTRAST:
            # A full block of ink may fill its whole box.
            return min(box) < 128 and self._ink(layer, place) < 128
        white = self._ink(layer, place) > 245
        return not (white and sum(each > 230 for each in box) > 0.6 * len(box))

    def _at(self, x: float, y: float) -> tuple[int, int]:
        return (
            int(self._x0 + x * self._right[0] + y * self._up[0]),
            int(self._y0 + x * self._right[1] + y * self._up[1]),
        )

    @staticmethod
    def _ink(layer: pdfium.PdfTextPage, place: int) -> int:
        """Return how light a letter's own ink is, 0 to 255."""
        parts = [ctypes.c_uint() for _ in range(4)]
        if not raw.FPDFText_GetFillColor(layer, place, *parts):
            return 0
        return sum(each.value for each in parts[:3]) // 3


def _at(sheet: pdfium.PdfPage, bitmap: pdfium.PdfBitmap, x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(sheet, 0, 0, bitmap.width, bitmap.height, 0, x, y, across, down)
    return across.value, down.value
