"""The look of a worksheet: headings, frozen panes, widths, print set-up, words around a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Final

from piilib.errors import DataError
from piilib.report.excel_cells import put
from piilib.report.numbers import Lang

__all__ = ["CONTENTS", "Look", "above", "below", "body", "frame", "headings", "look", "merged"]

#: Name of the first worksheet.
CONTENTS: Final[dict[Lang, str]] = {"vi": "Mục lục", "en": "Contents"}
_LINE: Final = 15.0  # points that a line of text takes
_LETTER: Final = 5.3  # points that a letter's width of a column takes
_UPRIGHT: Final = (523.0, 690.0)  # points of an upright page that a table has for itself
_LYING: Final = (770.0, 450.0)
_SMALLEST: Final = 0.8  # type on an upright page, as a share of its size
_FEWER: Final = 1.25  # as many pages are drawn onto one
_A4: Final = 9
_FONT: Final = "Calibri"


@dataclass(frozen=True)
class Look:
    """Fonts, fills and borders of a workbook.

    Attributes
    ----------
    title, bold, link, mark, note : openpyxl.styles.Font
    head, given, live, guess : openpyxl.styles.PatternFill
        Of headings; of cells to type in; of formulas; of what is inferred.
    border : openpyxl.styles.Border
    """

    title: Any
    bold: Any
    link: Any
    mark: Any
    note: Any
    head: Any
    given: Any
    live: Any
    guess: Any
    border: Any


def look() -> Look:
    """Make the styles of a workbook.

    Raises
    ------
    DataError
        If openpyxl is not installed.

    Examples
    --------
    >>> look().bold.b
    True
    """
    try:
        from openpyxl.styles import Border, Font, PatternFill, Side
    except ImportError:
        raise DataError("no writer of Excel files", "pip install 'piilib[office]'") from None
    line = Side(style="thin", color="C5CCD3")
    fill = {
        name: PatternFill("solid", fgColor=colour)
        for name, colour in (
            ("head", "E4E7EB"),
            ("given", "FFF4CC"),
            ("live", "E6F2FA"),
            ("guess", "FCE4D6"),
        )
    }
    return Look(
        title=Font(name=_FONT, bold=True, size=14),
        bold=Font(name=_FONT, bold=True, size=11),
        link=Font(name=_FONT, color="0B5394", underline="single", size=11),
        mark=Font(name=_FONT, bold=True, color="B00020", size=11),
        note=Font(name=_FONT, color="52606D", size=11),
        border=Border(left=line, right=line, top=line, bottom=line),
        **fill,
    )


def merged(sheet: Any, line: int, columns: int, text: str, font: Any) -> None:
    """Write a text across columns, in a row that is high enough for it.

    The widths of the columns must be set.
    """
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    letters = [get_column_letter(i) for i in range(1, columns + 1)]
    wide = sum(sheet.column_dimensions[letter].width for letter in letters)
    cell = sheet.cell(line, 1)
    put(cell, text)
    cell.font = font
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    scale = (font.sz or 11) / 11
    lines = sum(math.ceil(len(part) * scale / wide) or 1 for part in text.split("\n"))
    sheet.row_dimensions[line].height = _LINE * scale * lines + 3
    if columns > 1:
        sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=columns)


def above(
    sheet: Any, kit: Look, columns: int, title: str, lang: Lang, simulated: str, line: int = 2
) -> None:
    """Write the title, and in ``line`` and the one below it the way back and the mark."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    merged(sheet, 1, columns, title, kit.title)
    back = sheet.cell(line, 1)
    back.value, back.font = f"← {CONTENTS[lang]}", kit.link
    back.hyperlink = Hyperlink(ref=back.coordinate, location=f"'{CONTENTS[lang]}'!A1")
    back.font = kit.link
    if simulated:
        put(sheet.cell(line + 1, 1), simulated)
        sheet.cell(line + 1, 1).font = kit.mark


def headings(sheet: Any, kit: Look, line: int, texts: Sequence[str]) -> None:
    """Write the headings, wrapped, in a row that is high enough; widths must be set."""
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    most = 1
    for place, text in enumerate(texts, 1):
        cell = sheet.cell(line, place)
        put(cell, text)
        cell.font, cell.fill, cell.border = kit.bold, kit.head, kit.border
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        wide = sheet.column_dimensions[get_column_letter(place)].width - 2
        most = max(most, _wrapped(text, wide))
    sheet.row_dimensions[line].height = _LINE * most + 4


def _wrapped(text: str, wide: float, scale: float = 1.12) -> int:
    """Count the lines of a text that breaks between words."""
    lines, room = 1, wide
    for word in text.split():
        need = len(word) * scale
        if need > room and room < wide:
            lines, room = lines + 1, wide
        if need > wide:
            lines, need = lines + int(need // wide), need % wide
        room -= need + scale
    return lines


def body(sheet: Any, kit: Look, first: int, last: int, sides: Sequence[str]) -> None:
    """Draw the lines of a table's cells, align them, and make its rows high enough.

    Widths and values must be set. ``sides`` are "left", "right" or "center", one a column; texts
    wrap.
    """
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    wide = [sheet.column_dimensions[get_column_letter(i + 1)].width for i in range(len(sides))]
    ways = {side: Alignment(vertical="top", horizontal=side) for side in set(sides)}
    text = {
        side: Alignment(vertical="top", horizontal=side, wrap_text=True, indent=side == "left")
        for side in set(sides)
    }
    made: dict[object, Any] = {}  # a style is dear to look up, and few differ
    for line in range(first, last + 1):
        most = 1
        for place, side in enumerate(sides):
            cell = sheet.cell(line, place + 1)
            words = isinstance(cell.value, str) and cell.data_type == "s"
            key = (*(cell._style or ()), words, side)
            if key not in made:
                cell.border, cell.alignment = kit.border, (text if words else ways)[side]
                made[key] = copy(cell._style)
            cell._style = copy(made[key])
            if words:
                most = max(most, _wrapped(cell.value, wide[place] - 2.5, 0.92))
        sheet.row_dimensions[line].height = _LINE * most + 1


def below(sheet: Any, kit: Look, line: int, columns: int, texts: Sequence[str]) -> None:
    """Write notes below a table, one row each; an empty one is left out."""
    for place, text in enumerate(filter(None, texts)):
        merged(sheet, line + place, columns, text, kit.note)


def frame(
    sheet: Any, line: int, last: int, columns: int, beside: int, lang: Lang, simulated: str
) -> None:
    """Freeze headings and names, add the filter, and set the sheet up for paper (A4).

    Parameters
    ----------
    sheet : openpyxl worksheet
    line : int
        Row of the headings.
    last : int
        Last row of the table.
    columns : int
    beside : int
        Columns that stay at the left.
    lang : {"vi", "en"}
    simulated : str
        Mark for the head of every printed page.
    """
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = sheet.cell(line + 1, beside + 1)
    sheet.auto_filter.ref = f"A{line}:{get_column_letter(columns)}{max(last, line)}"
    sheet.print_title_rows = f"{line}:{line}"
    paper(sheet, lang, simulated)


def paper(sheet: Any, lang: Lang, simulated: str) -> None:
    """Set a sheet up for paper: A4, upright where narrow, as wide as the page, pages numbered.

    Widths and heights must be set. Where a last page would hold a few rows only, they are drawn
    onto the page before.
    """
    wide = _LETTER * sum(column.width for column in sheet.column_dimensions.values())
    upright = wide <= _UPRIGHT[0] / _SMALLEST
    sheet.page_setup.orientation = "portrait" if upright else "landscape"
    sheet.page_setup.paperSize = _A4
    room, long = _UPRIGHT if upright else _LYING
    given = {i: row.height for i, row in sheet.row_dimensions.items()}
    heights = [given.get(i) or _LINE for i in range(1, sheet.max_row + 1)]
    pages = sum(heights) * min(1.0, room / wide) / long
    whole = max(1, math.floor(pages + 0.2))
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = whole if pages <= _FEWER * whole else 0  # 0: as many as needed
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    for side in ("left", "right", "top", "bottom"):
        setattr(sheet.page_margins, side, 0.5 if side in ("left", "right") else 0.7)
    sheet.oddFooter.center.text = "Trang &P/&N" if lang == "vi" else "Page &P of &N"
    sheet.oddHeader.center.text = simulated or None
