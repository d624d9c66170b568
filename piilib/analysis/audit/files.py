"""Findings as text for a terminal, and as CSV, JSON and Excel."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import textwrap
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from piilib.analysis.audit.finding import COLUMNS, SEVERITIES, written
from piilib.data.read import harmless
from piilib.errors import DataError

#: Lines of a terminal are no longer.
WIDTH = 100
_NUMBERS = ("pii_points", "pii_low", "pii_high")
_HEADINGS = {
    "rule": ("Mã", "Rule"),
    "severity": ("Mức", "Severity"),
    "code": ("Chỉ số", "Node"),
    "place": ("Vị trí", "Place"),
    "found": ("Đang ghi", "Found"),
    "expected": ("Đối chiếu", "Expected"),
    "message": ("Nội dung", "What is wrong"),
    "mend": ("Đề xuất", "Mend"),
    "pii_points": ("Điểm PII", "PII points"),
    "pii_low": ("Thấp", "Low"),
    "pii_high": ("Cao", "High"),
    "condition": ("Điều kiện", "Condition"),
}
_SEVERITY = {
    "error": ("lỗi", "error"),
    "warning": ("cảnh báo", "warning"),
    "note": ("ghi chú", "note"),
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def _word(pair: tuple[str, str], lang: str) -> str:
    return pair[0] if lang == "vi" else pair[1]


def cells_wide(text: str) -> int:
    """Columns that a text takes in a terminal: combining marks none, wide signs two.

    Examples
    --------
    >>> cells_wide("điểm"), cells_wide(unicodedata.normalize("NFD", "điểm"))
    (4, 4)
    """
    signs = (c for c in text if not unicodedata.combining(c))
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in signs)


def _padded(text: str, width: int, right: bool = False) -> str:
    space = " " * max(width - cells_wide(text), 0)
    return space + text if right else text + space


def summary(table: pd.DataFrame, lang: str = "vi") -> str:
    """Count the findings by severity in a line.

    Examples
    --------
    >>> import pandas as pd
    >>> summary(pd.DataFrame({"severity": ["error", "note", "note"]}), "en")
    '3 findings: 1 error, 0 warnings, 2 notes. Points overlap and must not be added up.'
    """
    count = {name: int((table["severity"] == name).sum()) for name in SEVERITIES}
    if lang == "vi":
        listed = ", ".join(f"{n} {_SEVERITY[name][0]}" for name, n in count.items())
        return f"{len(table)} phát hiện: {listed}. Số điểm chồng lên nhau, không cộng lại được."
    listed = ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in count.items())
    few = "" if len(table) == 1 else "s"
    return f"{len(table)} finding{few}: {listed}. Points overlap and must not be added up."


def terminal(table: pd.DataFrame, lang: str = "vi", width: int = WIDTH) -> str:
    """Set findings as lines for a terminal, none longer than ``width``.

    Parameters
    ----------
    table : DataFrame
        What `audit` returned.
    lang : {"vi", "en"}
        Language of the headings; that of the messages is the table's.
    width : int

    Examples
    --------
    >>> import piilib as pii
    >>> plan, sheet = pii.load_plan("cao-bang"), pii.load_sheet("cao-bang", 2024)
    >>> text = terminal(pii.audit(plan, sheet, lang="en", draws=20), "en")
    >>> max(map(cells_wide, text.splitlines())) <= 100
    True
    """
    lines = [_line("rule", "severity", "code", "pii_points", lang)]
    indent = cells_wide(lines[0])
    lines[0] += _word(_HEADINGS["message"], lang)
    for _, row in table.iterrows():
        points = written(float(row["pii_points"]) + 0.0, lang, 2, signed=True)
        severity = _word(_SEVERITY[row["severity"]], lang)
        first = _fields(row["rule"], severity, row["code"], points)
        range_ = _range(row, lang)
        said = _wrapped(f"{row['place']}: {row['message']}{range_}", width - indent)
        said += _wrapped(f"→ {row['mend']}", width - indent)
        lines += [first + said[0], *(" " * indent + part for part in said[1:])]
    return "\n".join([*lines, "", *_wrapped(summary(table, lang), width)])


def _line(rule: str, severity: str, code: str, points: str, lang: str) -> str:
    return _fields(*(_word(_HEADINGS[name], lang) for name in (rule, severity, code, points)))


def _fields(rule: str, severity: str, code: str, points: str) -> str:
    left = f"{_padded(rule, 6)} {_padded(severity, 9)} {_padded(code, 7)}"
    return f"{left} {_padded(points, 10, right=True)}  "


def _wrapped(text: str, width: int) -> list[str]:
    composed = unicodedata.normalize("NFC", _CONTROL.sub(" ", text))
    return textwrap.wrap(composed, width, break_long_words=True) or [""]


def as_csv(table: pd.DataFrame, lang: str = "vi") -> str:
    """Write findings as CSV; texts that a spreadsheet would calculate are made harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in table[list(COLUMNS)].itertuples(index=False):
        writer.writerow(["" if _missing(cell) else harmless(cell) for cell in row])
    return out.getvalue()


def _missing(cell: object) -> bool:
    return isinstance(cell, float) and math.isnan(cell)


def as_json(table: pd.DataFrame, lang: str = "vi") -> str:
    """Write findings as a JSON list, unknown points as null."""
    rows = table[list(COLUMNS)].to_dict("records")
    clean = [{k: None if _missing(v) else v for k, v in row.items()} for row in rows]
    return json.dumps(clean, ensure_ascii=False, indent=1) + "\n"


def _range(row: pd.Series, lang: str) -> str:
    """Write the interval of the points, where it is one."""
    text = _points(row, lang)
    return f" [{text.partition(' (')[2][:-1]}]" if " (" in text else ""


def _points(row: pd.Series, lang: str) -> str:
    middle, low, high = (float(row[name]) for name in _NUMBERS)
    if math.isnan(middle):
        return "–"
    texts = [written(x + 0.0, lang, 2, signed=True) for x in (middle, low, high)]
    joined = _word((" đến ", " to "), lang).join(texts[1:])
    return texts[0] if texts[1] == texts[2] else f"{texts[0]} ({joined})"


def write_excel(table: pd.DataFrame, path: Path, lang: str = "vi") -> None:
    """Write findings as an Excel workbook, numbers as numbers.

    Raises
    ------
    DataError
        If openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
    except ImportError:
        raise DataError(
            "no writer of Excel files", "pip install 'piilib[office]', or another format"
        ) from None
    book = Workbook()
    sheet: Any = book.active
    sheet.title = _word(("Kiểm tra", "Audit"), lang)
    sheet.append([_word(_HEADINGS[name], lang) for name in COLUMNS])
    for row in table[list(COLUMNS)].itertuples(index=False):
        sheet.append([None if _missing(cell) else _plain(cell) for cell in row])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    for letter, wide in zip(
        "ABCDEFGHIJKL", (8, 10, 8, 24, 20, 24, 60, 44, 11, 9, 9, 44), strict=True
    ):
        sheet.column_dimensions[letter].width = wide
    for cells in sheet.iter_rows(min_row=2, min_col=9, max_col=11):
        for cell in cells:
            cell.number_format = "+0.00;-0.00;0.00"
    book.save(path)


def _plain(cell: object) -> object:
    return harmless(_CONTROL.sub(" ", cell)) if isinstance(cell, str) else cell


FORMATS: dict[str, Callable[[pd.DataFrame, str], str]] = {
    "table": lambda table, lang: terminal(table, lang) + "\n",
    "csv": as_csv,
    "json": as_json,
}
