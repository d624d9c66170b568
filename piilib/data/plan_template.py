"""A plan and a scoreboard to fill in: the forms that `piilib.import_document` reads back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from piilib.data.lookup import data_dir
from piilib.data.provinces import provinces, resolve
from piilib.data.read import new_file, read_rows, write_rows
from piilib.data.tables import basis_of
from piilib.errors import DataError

_PLAN = ("province", "year", "code", "name", "unit", "target", "lead", "coordinating")
_BOARD = ("key", "name", "year", "score", "rank")
_FILLED_IN = ("target", "lead", "coordinating", "score", "rank")
_WIDTHS = {"name": 60, "unit": 18, "lead": 30, "coordinating": 30}


def plan_template(province: str, year: int, data: str | Path | None = None) -> list[dict[str, str]]:
    """Make a plan to fill in.

    Parameters
    ----------
    province : str
        Key or any spelling.
    year : int
        The year that the targets are for.
    data : path, optional
        The data folder.

    Returns
    -------
    list of dict
        A row for the index and every pillar, sub-pillar and indicator: ``province, year, code,
        name, unit`` and, empty, ``target, lead, coordinating``.

    Raises
    ------
    DataError
        If the province is unknown, or is no unit of that year.

    Examples
    --------
    >>> rows = plan_template("Cao Bằng", 2026)
    >>> len(rows), rows[3]["code"], rows[3]["target"]
    (76, '1.1.1', '')
    """
    folder = data_dir(data)
    key = resolve(province, folder)
    if key not in provinces(basis_of(year), folder).index:
        raise DataError(f"{key!r} in {year}", "a unit of that year")
    return [
        {
            **dict.fromkeys(_PLAN, ""),
            "province": key,
            "year": str(year),
            "code": node["code"],
            "name": node["name_vi"],
            "unit": node["unit_vi"],
        }
        for node in read_rows(folder / "framework.csv", ["code", "level", "name_vi", "unit_vi"])
        if node["level"] != "subindex"
    ]


def scoreboard_template(year: int, data: str | Path | None = None) -> list[dict[str, str]]:
    """Make a scoreboard to fill in: a row for each ranked unit of that year.

    Examples
    --------
    >>> len(scoreboard_template(2024)), len(scoreboard_template(2025))
    (63, 34)
    """
    if not 2000 <= year <= 2100:
        raise DataError(f"the year {year}", "a year such as 2024")
    units = provinces(basis_of(year), data)
    return [
        {**dict.fromkeys(_BOARD, ""), "key": str(key), "name": str(name), "year": str(year)}
        for key, name in units["name_vi"].items()
    ]


def write_plan_template(
    path: str | Path, province: str, year: int, data: str | Path | None = None
) -> Path:
    """Write `plan_template` as CSV or, by the ending .xlsx, as a workbook; never over a file.

    Raises
    ------
    DataError
        If the file is there already, its folder is not, or openpyxl is missing for a workbook.
    """
    return _write(path, _PLAN, plan_template(province, year, data))


def write_scoreboard_template(path: str | Path, year: int, data: str | Path | None = None) -> Path:
    """Write `scoreboard_template` as CSV or as a workbook; as `write_plan_template`."""
    return _write(path, _BOARD, scoreboard_template(year, data))


def _write(path: str | Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> Path:
    with new_file(path) as waiting:
        if waiting.suffix.lower() == ".xlsx":
            _workbook(waiting, columns, rows)
        else:
            write_rows(waiting, columns, rows)
    return Path(path)


def _workbook(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    try:
        from openpyxl import Workbook
        from openpyxl.styles import Font, PatternFill
        from openpyxl.utils import get_column_letter
    except ImportError:
        expected = "pip install 'piilib[office]', or a .csv"
        raise DataError("no writer of Excel files", expected) from None
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "PII"
    sheet.append(list(columns))
    for row in rows:
        sheet.append([int(row[c]) if c == "year" else row[c] or None for c in columns])
    fill = PatternFill("solid", fgColor="FFF4CC")
    for place, name in enumerate(columns, 1):
        sheet.cell(1, place).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(name, 14)
        for line in range(2, len(rows) + 2):
            if name in _FILLED_IN:
                sheet.cell(line, place).fill = fill
            if name == "code":  # as text, so that 1.1 stays a code
                sheet.cell(line, place).number_format = "@"
    sheet.freeze_panes = f"{get_column_letter(columns.index('year') + 2)}2"
    book.save(path)
