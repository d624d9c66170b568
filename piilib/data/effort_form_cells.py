"""Cells of a form that people fill in by hand: lines of a CSV or workbook, numbers, dates."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from piilib.data.effort_form_file import MARKER
from piilib.data.workbook import open_book
from piilib.errors import DataError

#: Text (composed, stripped), a number of a workbook, a date of a workbook.
Cell = str | float | date
Line = tuple[int, list[Cell]]

_PLAIN = re.compile(r"[0-9]{1,15}([.,][0-9]{1,15})?")
_EITHER = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_GROUPED = (
    re.compile(r"[1-9][0-9]{0,2}((\.[0-9]{3})+,[0-9]+|(\.[0-9]{3}){2,})"),
    re.compile(r"[1-9][0-9]{0,2}((,[0-9]{3})+\.[0-9]+|(,[0-9]{3}){2,})"),
)
_EXCEL = (".xlsx", ".xlsm")


def key_of(cell: Cell) -> str:
    """Return the key in brackets at the end of a heading; nothing where there is none.

    Examples
    --------
    >>> key_of("Độ khó tự chấm 1–5 [own_difficulty]"), key_of("1.1.1")
    ('own_difficulty', '')
    """
    found = re.search(r"\[([a-z_]+)\]$", cell) if isinstance(cell, str) else None
    return found[1] if found else ""


def amount(cell: Cell) -> float:
    """Read a number as a person types it: ``2,5`` and ``2.5`` alike.

    Raises
    ------
    ValueError
        If it is no number of 0 or more, or could be read in two ways (``1.255``: a little more
        than one, or a thousand and more?). The message says what was expected.

    Examples
    --------
    >>> amount("2,5"), amount("0.125"), amount("1.255,5"), amount(1.255)
    (2.5, 0.125, 1255.5, 1.255)
    >>> amount("1.255")
    Traceback (most recent call last):
    ValueError: a number that reads in one way: 1255, or 1.2550
    """
    if isinstance(cell, float):
        if not 0 <= cell < float("inf"):
            raise ValueError("a number, 0 or more")
        return cell
    if isinstance(cell, date):
        raise ValueError("a number, not a date (has the spreadsheet turned 2.5 into a day?)")
    if _EITHER.fullmatch(cell):
        whole, part = re.split("[.,]", cell)
        raise ValueError(f"a number that reads in one way: {whole}{part}, or {whole}.{part}0")
    if _PLAIN.fullmatch(cell):
        return float(cell.replace(",", "."))
    for form, thousands in zip(_GROUPED, ".,", strict=True):
        if form.fullmatch(cell):
            return float(cell.replace(thousands, "").replace(",", "."))
    raise ValueError("a number, 0 or more")


def same_number(cell: Cell, text: str) -> bool:
    """Tell whether a cell still holds a default, whichever mark a program writes for decimals."""
    if text == "" or cell == "":
        return cell == text
    if isinstance(cell, str):
        cell = cell.replace(",", ".")
        if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?", cell):
            return False
    if isinstance(cell, date):
        return False
    return abs(float(cell) - float(text)) <= 1e-5 * abs(float(text))


def day(cell: Cell) -> date:
    """Read a date: of a workbook, ``5/11/2026`` (day first) or ``2026-11-05``.

    Raises
    ------
    ValueError
        If it is none.

    Examples
    --------
    >>> day("5/11/2026").isoformat(), day("2026-11-05").isoformat()
    ('2026-11-05', '2026-11-05')
    """
    if isinstance(cell, date):
        return cell
    text = cell if isinstance(cell, str) else ""
    found = re.fullmatch(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})", text)
    parts = (found[4], found[3], found[1]) if found else tuple(text.split("-"))
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        raise ValueError(text)
    return date(*(int(part) for part in parts))


def is_effort_form(path: str | Path) -> bool:
    """Tell by its first cell whether a file is a form for effort; a file that is absent is none."""
    path = Path(path)
    if not path.is_file():
        return False
    if path.suffix.lower() in _EXCEL:
        return any(key_of(_cell(s.cell(1, 1).value)) == MARKER for s in open_book(path).worksheets)
    with path.open("rb") as file:
        start = unicodedata.normalize("NFC", file.read(2000).decode("utf-8-sig", "replace"))
    first = start.splitlines()[0] if start.strip() else ""
    return key_of(first.rstrip(",; ").strip('"')) == MARKER


def form_cells(path: Path) -> list[Line]:
    """Read the lines of a form that are not empty, each with its number.

    Raises
    ------
    DataError
        If the file is absent, is no form, is not UTF-8, or holds a formula without its value.
    """
    if not is_effort_form(path):
        found = f"{path.name!r}" if path.is_file() else f"no file {str(path)!r}"
        raise DataError(found, "a form that `write_effort_form` (pii template effort) made")
    lines = _of_workbook(path) if path.suffix.lower() in _EXCEL else _of_csv(path)
    return [(i, cells) for i, cells in lines if any(cell != "" for cell in cells)]


def _of_csv(path: Path) -> list[Line]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            "text that is not UTF-8", "a file saved as 'CSV UTF-8'", file=path
        ) from error
    heading = next((line for line in text.splitlines() if "[code]" in line), "")
    mark = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.reader(io.StringIO(text), delimiter=mark, strict=True)
    try:
        return [(reader.line_num, [_cell(cell) for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise DataError(str(error), "a CSV file", file=path, row=reader.line_num) from error


def _of_workbook(path: Path) -> list[Line]:
    pairs = zip(open_book(path).worksheets, open_book(path, values=False).worksheets, strict=True)
    values, formulas = next(p for p in pairs if key_of(_cell(p[0].cell(1, 1).value)) == MARKER)
    lines = []
    for row, typed in zip(values.iter_rows(), formulas.iter_rows(), strict=True):
        for cell, formula in zip(row, typed, strict=True):
            if cell.value is None and formula.value is not None:
                found = f"the formula {formula.value!r} without its value in {cell.coordinate}"
                raise DataError(found, "a value typed in", file=path, row=cell.row)
        lines.append((row[0].row, [_cell(cell.value) for cell in row]))
    return lines


def _cell(value: object) -> Cell:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return "" if value is None else unicodedata.normalize("NFC", str(value)).strip()
