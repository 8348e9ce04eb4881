"""A table as it was read: text cells, its dialect, headers in the platforms' languages, HTML.

What readers and writers share. The rules are those that made one reader pass every sample export:
sniff bytes and not names, keep every cell as text, keep duplicate headers, and refuse what is torn.
"""

from __future__ import annotations

from assessor.sheet.file_bytes import FileBytes
from assessor.sheet.html_text import (
    has_picture,
    html_to_text,
    is_html,
    visible,
    without_pictures,
)
from assessor.sheet.names import find_column, fold_header
from assessor.sheet.raw import RawTable, csv_text, encode_rows, parse_raw, quoted
from assessor.sheet.table import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Table,
    decode,
    encoding_of,
    is_linked,
    number_in,
    parse_table,
    score_in,
    start_of,
    table_of,
)
from assessor.sheet.to_fill_in import JUDGE, WHY, columns_of, heading_of, meaning_of
from assessor.sheet.word_lists import NAMES, WORDS

__all__ = [
    "JUDGE",
    "LONGEST_CELL",
    "MOST_COLUMNS",
    "NAMES",
    "WHY",
    "WORDS",
    "FileBytes",
    "RawTable",
    "Table",
    "columns_of",
    "csv_text",
    "decode",
    "encode_rows",
    "encoding_of",
    "find_column",
    "fold_header",
    "has_picture",
    "heading_of",
    "html_to_text",
    "is_html",
    "is_linked",
    "meaning_of",
    "number_in",
    "parse_raw",
    "parse_table",
    "quoted",
    "score_in",
    "start_of",
    "table_of",
    "visible",
    "without_pictures",
]
