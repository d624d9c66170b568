"""Read a panel of one's own, from CSV or Excel."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd

from piilib.data.read import NUMBER, Row, check_header, make_row, number, read_rows
from piilib.errors import DataError

#: A panel of several years has a column of this name.
YEAR = "year"


def load_panel(path: str | Path, year: int | None = None) -> pd.DataFrame:
    """Read a panel from a CSV or Excel file.

    Parameters
    ----------
    path : path
        The first column names the units, every other is an indicator, headed by its code. A
        column ``year`` may stand among them; a unit then has a row for each year. Decimal points
        in CSV; an empty cell where there is no value.
    year : int, optional
        Which year, where the file has several; the last unless given.

    Returns
    -------
    DataFrame
        Units × indicators; NaN where a cell is empty.

    Raises
    ------
    DataError
        With file, row and column, if a cell is not a number, a unit stands twice, or the year is
        not there.
    """
    panels = load_panels(path)
    if year is None:
        year = max(panels)
    if year not in panels:
        known = ", ".join(str(known) for known in sorted(panels) if known)
        raise DataError(f"no year {year}", known or f"a column '{YEAR}'", file=Path(path))
    return panels[year]


def load_panels(path: str | Path) -> dict[int, pd.DataFrame]:
    """Read every year of a panel, earliest first; one without a column ``year`` is year 0.

    Raises
    ------
    DataError
        As `load_panel`.
    """
    path = Path(path)
    rows = spreadsheet(path, (), ())
    unit, *codes = (name for name in rows[0] if name not in (YEAR, "_row"))
    if not codes:
        raise DataError(f"one column, {unit!r}", "the units and an indicator", file=path, row=1)
    if "" in codes:
        raise DataError("a column without a heading", "an indicator's code", file=path, row=1)
    dated = YEAR in rows[0]
    found: dict[int, dict[str, dict[str, float]]] = {}
    for row in rows:
        line = int(row["_row"])
        if not row[unit]:
            raise DataError("no name", "the unit of this row", file=path, row=line, column=unit)
        panel = found.setdefault(_year(row, path) if dated else 0, {})
        if row[unit] in panel:
            raise DataError(
                f"{row[unit]!r} again", "each unit once a year", file=path, row=line, column=unit
            )
        panel[row[unit]] = {code: _value(row, code, path) for code in codes}
    return {
        year: pd.DataFrame.from_dict(found[year], orient="index", columns=codes).rename_axis(unit)
        for year in sorted(found)
    }


def _value(row: Row, code: str, path: Path) -> float:
    """Read a number, also as programs write a very small or large one (1e-05)."""
    if re.fullmatch(rf"{NUMBER}[eE][+-]?[0-9]{{1,3}}", row[code]) and isfinite(float(row[code])):
        return float(row[code])
    return number(row, code, path)[0]


def _year(row: Row, path: Path) -> int:
    text = row[YEAR].removesuffix(".0")
    if not (text.isdecimal() and len(text) == 4):
        raise DataError(repr(row[YEAR]), "a year", file=path, row=int(row["_row"]), column=YEAR)
    return int(text)


def spreadsheet(path: Path, columns: Sequence[str], optional: Sequence[str]) -> list[Row]:
    """Read a CSV or the first sheet of a workbook; either way the same faults are named."""
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return read_rows(path, columns, optional)
    lines = _workbook(path)
    if len(lines) < 2:
        raise DataError(f"{len(lines)} row(s)", "a header and at least one row", file=path)
    (_, header), *body = lines
    check_header(header, columns, optional, path)
    return [make_row(header, cells, optional, path, line) for line, cells in body]


def _workbook(path: Path) -> list[tuple[int, list[str]]]:
    """Return the first sheet's rows that are not empty, each with its number."""
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise DataError(
            f"{path.name!r} and no reader of Excel files", "pip install 'piilib[office]', or a CSV"
        ) from None
    if not path.is_file():
        raise DataError(f"no file {str(path)!r}", "an existing CSV or Excel file")
    try:
        book = load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise DataError(
            f"a file that is no workbook ({error})", "an .xlsx file", file=path
        ) from None
    sheet: Any = book.worksheets[0]
    merged = sorted(str(area) for area in sheet.merged_cells.ranges)
    if merged:
        raise DataError(f"merged cells {merged[0]}", "one value in each cell", file=path)
    lines = [(i, list(map(_text, row))) for i, row in enumerate(sheet.values, 1)]
    lines = [(i, cells) for i, cells in lines if any(cells)]
    width = max((len(cells) - _empty_end(cells) for _, cells in lines), default=0)
    return [(i, cells[:width]) for i, cells in lines]


def _empty_end(cells: Sequence[str]) -> int:
    """Count the empty cells at the end of a row."""
    return next((i for i, cell in enumerate(reversed(cells)) if cell), len(cells))


def _text(cell: object) -> str:
    """Write a cell as a CSV would have it."""
    if cell is None:
        return ""
    return format(cell, ".15g") if isinstance(cell, float) else str(cell).strip()
