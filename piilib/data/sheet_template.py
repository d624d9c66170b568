"""A sheet to fill in: a province's own 52 values between the national bounds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from piilib.data.lookup import data_dir
from piilib.data.provinces import provinces, resolve
from piilib.data.read import new_file, read_rows, write_rows
from piilib.data.sheet import COLUMNS, OPTIONAL
from piilib.data.tables import basis_of
from piilib.errors import DataError

#: What helps the person who fills it in; the reader passes over these columns.
_HELP = ("name", "unit")


def sheet_template(
    province: str, year: int, data: str | Path | None = None
) -> list[dict[str, str]]:
    """Make a sheet to fill in.

    Parameters
    ----------
    province : str
        Key or any spelling.
    year : int
        The edition.
    data : path, optional
        The data folder.

    Returns
    -------
    list of dict
        A row for each of the 52 indicators, 16 sub-pillars, 7 pillars and the index: the columns
        of a sheet (see `piilib.load_sheet`) and the name and unit of the indicator. The national
        lowest and highest stand where any published sheet of that year prints them. Scores of
        groups may be left empty.

    Raises
    ------
    DataError
        If the province is unknown, or is no unit of that year.
    """
    folder = data_dir(data)
    key = resolve(province, folder)
    if key not in provinces(basis_of(year), folder).index:
        raise DataError(f"{key!r} in {year}", "a unit of that year")
    bounds = _published_bounds(year, folder)
    rows = []
    for node in read_rows(folder / "framework.csv", ["code", "level", "name_vi", "unit_vi"]):
        if node["level"] == "subindex":
            continue
        known = bounds.get(node["code"], {})
        rows.append(
            {
                **dict.fromkeys((*COLUMNS, *OPTIONAL), ""),
                "province": key,
                "year": str(year),
                "code": node["code"],
                "lowest": known.get("lowest", ""),
                "highest": known.get("highest", ""),
                "name": node["name_vi"],
                "unit": node["unit_vi"],
            }
        )
    return rows


def _published_bounds(year: int, folder: Path) -> dict[str, Mapping[str, str]]:
    """Return the national bounds as printed in the published sheets of the year."""
    found: dict[str, Mapping[str, str]] = {}
    for row in read_rows(folder / "sheets.csv", COLUMNS, OPTIONAL):
        if row["year"] == str(year):
            found.setdefault(row["code"], row)
    return found


def write_sheet_template(
    path: str | Path, province: str, year: int, data: str | Path | None = None
) -> Path:
    """Write `sheet_template` as CSV or, by the ending .xlsx, as a workbook; never over a file.

    Raises
    ------
    DataError
        If the file is there already, its folder is not, or openpyxl is missing for a workbook.
    """
    rows = sheet_template(province, year, data)
    columns = [*COLUMNS, *_HELP, *OPTIONAL]
    with new_file(path) as waiting:
        if waiting.suffix.lower() == ".xlsx":
            _workbook(waiting, columns, rows)
        else:
            write_rows(waiting, columns, rows)
    return Path(path)


def _workbook(path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    try:
        from openpyxl import Workbook
        from openpyxl.styles import Font, PatternFill
    except ImportError:
        expected = "pip install 'piilib[office]', or a .csv"
        raise DataError("no writer of Excel files", expected) from None
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "PII"
    sheet.append(columns)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    fill = PatternFill("solid", fgColor="FFF4CC")
    for line, row in enumerate(rows, 2):
        for place, name in enumerate(columns, 1):
            cell = sheet.cell(line, place)
            text = row[name]
            if name in ("value", "lowest", "highest"):
                decimals = len(text.partition(".")[2]) if text else 2
                cell.number_format = "0." + "0" * decimals if decimals else "0"
                cell.value = float(text) if text else None
                if name == "value":
                    cell.fill = fill
            else:
                cell.value = int(text) if name == "year" else text or None
    for letter, width in zip("ABCDEFGH", (14, 7, 8, 12, 12, 12, 60, 18), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "D2"
    book.save(path)
