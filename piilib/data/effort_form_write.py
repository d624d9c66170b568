"""Write the form in which an analyst gives difficulties, steps, lags and costs."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from piilib.data.effort_form_file import COLUMNS, GUIDE, GUIDE_NAME, HEAD, USES, form_lines
from piilib.data.lookup import data_dir
from piilib.data.provinces import resolve
from piilib.data.read import new_file
from piilib.errors import DataError

_FIRST = len(HEAD) + 2  # line of the headings


def write_effort_form(
    path: str | Path,
    lang: str = "vi",
    province: str | None = None,
    year: int | None = None,
    data: str | Path | None = None,
) -> Path:
    """Write a form for effort: 52 indicators with their defaults, and empty cells beside them.

    Parameters
    ----------
    path : path
        A new file; .xlsx makes a workbook with a second sheet that explains the scale 1-5 and the
        columns, .csv the form alone.
    lang : {"vi", "en"}
        Words of the form. Its headings end in the column's key in brackets, by which
        `read_effort_form` reads it in either language.
    province, year : optional
        Whose denominators tell what one thing counted (an application, an organisation …) adds to
        its indicator; without them the analyst has to write that beside a cost.
    data : path, optional
        The data folder.

    Returns
    -------
    Path
        The file. Never over another one; whole, or not at all.

    Raises
    ------
    DataError
        If the file is there already, its folder is not, its ending is another, the province is
        unknown or stands without a year, or openpyxl is missing for a workbook.

    Examples
    --------
    >>> import tempfile, piilib as pii
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pii.write_effort_form(f"{folder}/form.csv", "en", "cao-bang", 2024)
    ...     lines = path.read_text(encoding="utf-8-sig").splitlines()
    >>> lines[0], len(lines)
    ('Form for the effort of improving each PII indicator [effort_form]', 60)
    """
    folder = data_dir(data)
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in (".xlsx", ".csv"):
        raise DataError(f"the file name {path.name!r}", "one that ends in .xlsx or .csv")
    lines = form_lines(folder, lang, resolve(province, folder) if province else "", year)
    with new_file(path) as waiting:
        if ending == ".xlsx":
            _workbook(waiting, lines, lang)
        else:
            with waiting.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(lines)
    return path


def _workbook(path: Path, lines: list[list[str]], lang: str) -> None:
    try:
        from openpyxl import Workbook
    except ImportError:
        expected = "pip install 'piilib[office]', or a .csv"
        raise DataError("no writer of Excel files", expected) from None
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "PII"
    _cells(sheet, lines)
    _looks(sheet, len(lines))
    _choices(sheet, len(lines), lang)
    _guide(book.create_sheet(GUIDE_NAME[lang]), lang)
    book.save(path)


def _cells(sheet: Any, lines: list[list[str]]) -> None:
    numbers = {i for i, column in enumerate(COLUMNS, 1) if column.number}
    for line, cells in enumerate(lines, 1):
        for place, text in enumerate(cells, 1):
            if line < _FIRST and text.isdecimal():
                value: object = int(text)  # the year
            elif line > _FIRST and place in numbers and text:
                value = float(text)
            else:
                value = text or None
            sheet.cell(line, place).value = value


def _looks(sheet: Any, last: int) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    yellow, grey = PatternFill("solid", fgColor="FFF4CC"), PatternFill("solid", fgColor="E8EAED")
    sheet["A1"].font = Font(bold=True, size=14)
    for line in range(2, _FIRST):
        sheet.cell(line, 2).fill = yellow
    for place, column in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
        heading = sheet.cell(_FIRST, place)
        heading.font, heading.fill = Font(bold=True), grey
        heading.alignment = Alignment(wrap_text=True, vertical="top")
        for line in range(_FIRST + 1, last + 1):
            cell = sheet.cell(line, place)
            cell.alignment = Alignment(wrap_text=column.width > 20, vertical="top")
            if column.own:
                cell.fill = yellow
    sheet.column_dimensions["A"].width = 30
    sheet.freeze_panes = sheet.cell(_FIRST + 1, 3)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _choices(sheet: Any, last: int, lang: str) -> None:
    """Offer 1 to 5 in the cells of the own difficulty, and the units of effort in ``use``."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    keys = [column.key for column in COLUMNS]
    letter = get_column_letter(keys.index("own_difficulty") + 1)
    words = [names[0 if lang == "vi" else 1] for names in USES.values()]
    use = f"B{2 + [key for key, *_ in HEAD].index('use')}"
    fault = {"vi": "Chọn một giá trị trong danh sách.", "en": "Choose a value of the list."}
    for choices, cells in (
        ("1,2,3,4,5", f"{letter}{_FIRST + 1}:{letter}{last}"),
        (",".join(words), use),
    ):
        rule = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
        rule.showErrorMessage, rule.error = True, fault[lang]
        rule.add(cells)
        sheet.add_data_validation(rule)


def _guide(sheet: Any, lang: str) -> None:
    from openpyxl.styles import Alignment, Font

    for line, (name, text) in enumerate(GUIDE[lang], 1):
        sheet.cell(line, 1).value, sheet.cell(line, 2).value = name, text or None
        sheet.cell(line, 2).alignment = Alignment(wrap_text=True, vertical="top")
        if not text:
            sheet.cell(line, 1).font = Font(bold=True)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 36, 100
