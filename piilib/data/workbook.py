"""Read a table from a CSV file or from the first sheet of an Excel workbook."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from piilib.data.grid_guard import open_archive
from piilib.data.read import Row, check_header, make_row, read_rows
from piilib.errors import DataError


def spreadsheet(
    path: Path, columns: Sequence[str], optional: Sequence[str], *, as_shown: bool = False
) -> list[Row]:
    """Read a CSV or the first sheet of a workbook; either way the same faults are named.

    Parameters
    ----------
    path, columns, optional
        See `piilib.data.read.read_rows`.
    as_shown : bool
        Numbers of a workbook with the decimals that its cells show, as a printed figure has them;
        else as they are stored.
    """
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return read_rows(path, columns, optional)
    lines = _workbook(path, as_shown)
    if len(lines) < 2:
        raise DataError(f"{len(lines)} row(s)", "a header and at least one row", file=path)
    (_, header), *body = lines
    check_header(header, columns, optional, path)
    return [make_row(header, cells, optional, path, line) for line, cells in body]


def open_book(path: Path, *, values: bool = True) -> Any:
    """Open an Excel file, what it would inflate to being bounded first.

    Parameters
    ----------
    path : Path
    values : bool
        The values that formulas last had, else the formulas.

    Raises
    ------
    DataError
        If there is no such file, it is no workbook or a hostile one, or openpyxl is missing.
    """
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise DataError(
            f"{path.name!r} and no reader of Excel files", "pip install 'piilib[office]', or a CSV"
        ) from None
    if not path.is_file():
        raise DataError(f"no file {str(path)!r}", "an existing CSV or Excel file")
    data = path.read_bytes()
    try:
        if zipfile.is_zipfile(io.BytesIO(data)):
            open_archive(data)
    except DataError as error:
        raise DataError(error.found, error.expected, file=path) from None
    try:
        return load_workbook(io.BytesIO(data), data_only=values)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise DataError(
            f"a file that is no workbook ({error})", "an .xlsx file", file=path
        ) from None


def _workbook(path: Path, as_shown: bool) -> list[tuple[int, list[str]]]:
    """Return the first sheet's rows that are not empty, each with its number."""
    book = open_book(path)
    sheet: Any = book.worksheets[0]
    merged = sorted(str(area) for area in sheet.merged_cells.ranges)
    if merged:
        raise DataError(f"merged cells {merged[0]}", "one value in each cell", file=path)
    lines = [
        (i, [_text(cell, as_shown) for cell in row]) for i, row in enumerate(sheet.iter_rows(), 1)
    ]
    lines = [(i, cells) for i, cells in lines if any(cells)]
    width = max((len(cells) - _empty_end(cells) for _, cells in lines), default=0)
    return [(i, cells[:width]) for i, cells in lines]


def _empty_end(cells: Sequence[str]) -> int:
    """Count the empty cells at the end of a row."""
    return next((i for i, cell in enumerate(reversed(cells)) if cell), len(cells))


def _text(cell: Any, as_shown: bool) -> str:
    """Write a cell as a CSV would have it."""
    value, shown = cell.value, re.fullmatch(r"#?,?#*0(\.(0+))?", str(cell.number_format))
    if value is None:
        return ""
    if as_shown and shown and isinstance(value, int | float) and not isinstance(value, bool):
        return format(value, f".{len(shown[2] or '')}f")
    return format(value, ".15g") if isinstance(value, float) else str(value).strip()
