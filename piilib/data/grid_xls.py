"""Worksheets of an old .xls workbook as grids, by xlrd."""

from __future__ import annotations

import io
import math
from typing import Any

from piilib.data.grid import Grid
from piilib.data.grid_cells import Found, check_count, clean, expand, letters, make_grid
from piilib.data.grid_number import shown
from piilib.errors import DataError

_SAVE = "a workbook that opens in Excel or LibreOffice; save it as .xlsx there"


def read_xls(data: bytes) -> list[Grid]:
    """Read every worksheet that holds a text.

    Parameters
    ----------
    data : bytes
        The whole file, Excel 2.0 to 2003.

    Returns
    -------
    list of Grid
        As `piilib.data.grid_excel.read_workbook` gives them. Formulas have the value that was last
        computed.

    Raises
    ------
    DataError
        If the workbook is damaged or has a password, or xlrd is not installed.
    """
    try:
        import xlrd
    except ImportError:
        raise DataError("no reader of .xls files", "pip install 'piilib[office]'") from None
    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
        return [grid for sheet in book.sheets() if (grid := _sheet(book, sheet)) is not None]
    except (DataError, MemoryError):
        raise
    except Exception as error:  # xlrd lets every kind of error through where a file is damaged
        if "encrypted" in str(error).lower():
            raise DataError(
                "a workbook with a password", "a file saved without a password"
            ) from None
        raise DataError(
            f"a damaged workbook ({str(error)[:80] or type(error).__name__})", _SAVE
        ) from None


def _sheet(book: Any, sheet: Any) -> Grid | None:
    found: dict[tuple[int, int], Found] = {}
    name = clean(sheet.name)
    for i in range(sheet.nrows):
        for j in range(sheet.row_len(i)):
            cell = _cell(book, sheet, i, j)
            if cell.text:
                found[i + 1, j + 1] = cell
        check_count(len(found), name)
    areas = [(top + 1, left + 1, low, right) for top, low, left, right in sheet.merged_cells]
    return make_grid(name, expand(found, areas), lambda i, j: f"{name}!{letters(j)}{i}")


def _cell(book: Any, sheet: Any, i: int, j: int) -> Found:
    import xlrd

    kind, value = sheet.cell_type(i, j), sheet.cell_value(i, j)
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        if not math.isfinite(value):
            raise DataError(f"{value} stored in {clean(sheet.name)}!{letters(j + 1)}{i + 1}", _SAVE)
        style = book.xf_list[sheet.cell_xf_index(i, j)]
        return Found(
            *shown(value, book.format_map[style.format_key].format_str, book.datemode == 1)
        )
    if kind == xlrd.XL_CELL_TEXT:
        return Found(clean(value))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return Found("TRUE" if value else "FALSE")
    if kind == xlrd.XL_CELL_ERROR:
        return Found(xlrd.error_text_from_code.get(value, "#ERR"))
    return Found("")
