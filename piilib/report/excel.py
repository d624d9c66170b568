"""The tables behind a report as an Excel workbook, with the index recomputed by live formulas."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final
from xml.sax.saxutils import escape

from markupsafe import Markup

from piilib.report.block import Html
from piilib.report.chart import Chart
from piilib.report.excel_cells import parts, put, split
from piilib.report.excel_charts import behind, unit_of
from piilib.report.excel_formulas import Values, recompute
from piilib.report.excel_formulas_words import NAMES, titles
from piilib.report.excel_names import sheet_names
from piilib.report.excel_sheet import (
    CONTENTS,
    Look,
    above,
    below,
    body,
    frame,
    headings,
    look,
    merged,
    paper,
)
from piilib.report.numbers import Lang
from piilib.report.office_file import steady
from piilib.report.pieces import Piece
from piilib.report.prepare import Diagnostic
from piilib.report.simulated import MARKS, mark_in
from piilib.report.table import Column, Table
from piilib.report.words import kind, source

__all__ = ["to_xlsx"]

_LINE: Final = 4  # of a table's headings
_WIDEST: Final = 60
#: A text that is no longer never wraps.
_LONG: Final = 26
#: Width of a table above which its texts are wrapped, and the widths of a column that are tried.
_PAGE: Final = 185.0
_NARROWER: Final = (50.0, 44.0, 38.0, 32.0, 28.0)
_NOT: Final[dict[Lang, str]] = {
    "vi": "Soạn bằng piilib; không phải ấn phẩm của Bộ Khoa học và Công nghệ.",
    "en": "Prepared with piilib; not a publication of the Ministry of Science and Technology.",
}
_GUIDE: Final[dict[Lang, str]] = {
    "vi": "Mỗi bảng của báo cáo là một trang tính. Cột số chứa số thật, hiện làm tròn như trong"
    " báo cáo nhưng giữ các chữ số phía sau (riêng số nằm đúng giữa hai cách làm tròn thì lưu số"
    " đã in); khoảng ở đó tách thành cột “từ” và “đến”. Số trong cột chữ giữ như đã in. Dấu thập"
    " phân hiện theo cài đặt của máy. Ô trống trong cột số là dấu – của báo cáo: không có.",
    "en": "Every table of the report is a worksheet. Columns of numbers hold numbers, shown rounded"
    " as in the report with the further digits kept (but one right between two roundings is stored"
    " as printed); an interval there has a column “from” and one “to”. Numbers in a column of text"
    " are as printed. The decimal sign is that of your computer. An empty cell in a column of"
    " numbers is the report's dash: none.",
}
_HEADINGS: Final = (
    ("Trang tính", "Worksheet", 27),
    ("Nội dung", "Content", 62),
    ("Đơn vị", "Units", 30),
    ("Loại số liệu", "Kind of data", 48),
    ("Nguồn", "Source", 46),
)


def to_xlsx(
    pieces: Sequence[Piece],
    *,
    title: str,
    lang: Lang,
    d: Diagnostic | None = None,
    simulated: str = "",
) -> bytes:
    """Make a workbook of what a report shows.

    Parameters
    ----------
    pieces : sequence of Piece
        See `run_cells`.
    title : str
        Of the report.
    lang : {"vi", "en"}
    d : Diagnostic, optional
        What the report was prepared from. With a sheet, two worksheets recompute the index by
        formulas; and the figures behind some charts have worksheets of their own.
    simulated : str
        The mark of simulated data; empty for real data. A simulated ``d`` and the sources of
        simulated tables bring their own.

    Returns
    -------
    bytes
        An .xlsx file; the same bytes for the same report. First a list of contents, then the
        formulas, then a worksheet for each table, in the report's order.

    Raises
    ------
    DataError
        If openpyxl is not installed.

    Examples
    --------
    >>> from openpyxl import load_workbook
    >>> table = Table("scores", "Scores", [Column("a", "A", "number")], [{"a": 0.5}], "", "", "en")
    >>> data = to_xlsx([Piece(2, "Position"), Piece(shown=table)], title="Report", lang="en")
    >>> book = load_workbook(io.BytesIO(data))
    >>> book.sheetnames, book["1 Position"]["A5"].value
    (['Contents', '1 Position'], 0.5)
    """
    kit = look()
    from openpyxl import Workbook

    if (d is not None and d.simulated) or any(mark_in(t.source) for _, t in _tables(pieces, None)):
        simulated = simulated or MARKS[lang]
    book: Any = Workbook()
    first = book.worksheets[0]
    first.title = CONTENTS[lang]
    values = {} if d is None else recompute(book, d, simulated)
    listed = _listed_formulas(d, values)
    tables = list(_tables(pieces, d))
    for name, (_, table) in zip(sheet_names(tables), tables, strict=True):
        sheet = book.create_sheet(name)
        _table(sheet, kit, table, d, simulated)
        units = dict.fromkeys(filter(None, (unit_of(table, c, d) for c in table.columns)))
        listed.append((sheet.title, table.caption, "; ".join(units), table.kind, table.source))
    _contents(first, kit, title, lang, listed, _foot(pieces), simulated)
    book.properties.title, book.properties.creator = title, "piilib"
    book.properties.language = lang
    buffer = io.BytesIO()
    book.save(buffer)
    return steady(_with_values(buffer.getvalue(), book.sheetnames, values))


def _tables(pieces: Sequence[Piece], d: Diagnostic | None) -> Iterator[tuple[str, Table]]:
    """Give every table, and that behind a chart, with the heading above it."""
    section = ""
    for piece in pieces:
        if piece.level:
            section = piece.text
        elif isinstance(piece.shown, Table):
            yield section or piece.shown.caption, piece.shown
        elif isinstance(piece.shown, Chart):
            table = behind(piece.shown, d)
            if table is not None:
                yield section or table.caption, table


def _table(sheet: Any, kit: Look, table: Table, d: Diagnostic | None, simulated: str) -> None:
    rows = [[split(table, row, column) for column in table.columns] for row in table.rows]
    texts: list[str] = []
    sides: list[str] = []
    for place, column in enumerate(table.columns):
        heads = _heads(table, column, d)
        for part, text in enumerate(heads):
            cells = [row[place][part][0] for row in rows]
            _width(sheet, len(texts) + 1, text, cells)
            words = any(isinstance(cell, str) and cell != "–" for cell in cells)
            sides.append((column.align or "left") if words else "right")
            texts.append(text)
    _narrower(sheet, len(texts))
    above(sheet, kit, len(texts), table.caption, table.lang, simulated)
    headings(sheet, kit, _LINE, texts)
    last = _LINE + len(rows)
    for line, row in enumerate(rows, _LINE + 1):
        for place, (value, shape) in enumerate((pair for cell in row for pair in cell), 1):
            put(sheet.cell(line, place), value, shape)
    body(sheet, kit, _LINE + 1, last, sides)
    below(sheet, kit, last + 2, len(texts), [table.note or "", _origin(table)])
    frame(sheet, _LINE, last, len(texts), table.row_header + 1, table.lang, simulated)


def _heads(table: Table, column: Column, d: Diagnostic | None) -> list[str]:
    """Write a column's heading with its unit, once for each column that it becomes."""
    unit = unit_of(table, column, d)
    text = column.heading
    if unit and unit.lower() not in text.lower():
        text = f"{text} ({unit})"
    low, high = ("từ", "đến") if table.lang == "vi" else ("from", "to")
    ends = {"value": text, "low": f"{text}: {low}", "high": f"{text}: {high}"}
    return [ends[part] for part in parts(table, column)]


def _origin(table: Table) -> str:
    """Write where a table's data come from, as below it on the page."""
    text = ". ".join(part.rstrip(".") for part in (table.kind, table.source) if part)
    if not text:
        return ""
    return f"{'Nguồn' if table.lang == 'vi' else 'Source'}: {text}."


def _width(sheet: Any, place: int, heading: str, cells: Sequence[object]) -> None:
    from openpyxl.utils import get_column_letter

    texts = sorted(len(cell) for cell in cells if isinstance(cell, str)) or [0]
    most = min(texts[-1], max(_LONG, 2 * texts[len(texts) // 2]))  # a few long ones wrap
    word = max(map(len, heading.split()), default=0) * 1.15 + 4
    wide = max(11.0, word, min(most * 1.08 + 4, _WIDEST))
    sheet.column_dimensions[get_column_letter(place)].width = round(wide, 1)


def _narrower(sheet: Any, columns: int) -> None:
    """Wrap the texts of a table that is wide, or its type would be tiny on paper."""
    from openpyxl.utils import get_column_letter

    letters = [get_column_letter(place) for place in range(1, columns + 1)]
    wide = {letter: sheet.column_dimensions[letter].width for letter in letters}
    for most in _NARROWER:
        if sum(wide.values()) <= _PAGE:
            break
        wide = {letter: min(width, most) for letter, width in wide.items()}
    for letter, width in wide.items():
        sheet.column_dimensions[letter].width = width


_Listed = list[tuple[str, str, str, str, str]]


def _listed_formulas(d: Diagnostic | None, values: Values) -> _Listed:
    if d is None or d.sheet is None or not values:
        return []
    units = d.say("theo cột Đơn vị; điểm 0–100", "as in the column Unit; points 0–100")
    score = d.say("điểm 0–100", "points 0–100")
    return [
        (name, title, unit, kind(d, "inferred"), source(d))
        for name, title, unit in zip(NAMES[d.lang], titles(d), (units, score), strict=True)
    ]


def _contents(
    sheet: Any,
    kit: Look,
    title: str,
    lang: Lang,
    listed: _Listed,
    foot: Sequence[str],
    simulated: str,
) -> None:
    """Fill the first sheet: what the file is, and every worksheet with a link."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.hyperlink import Hyperlink

    wide = len(_HEADINGS)
    for place, (_, _, width) in enumerate(_HEADINGS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    opening = [(title, kit.title), (_NOT[lang], kit.bold), (_GUIDE[lang], kit.note)]
    if simulated:
        opening.insert(1, (simulated, kit.mark))
    for line, (text, font) in enumerate(opening, 1):
        merged(sheet, line, wide, text, font)
    top = len(opening) + 2
    headings(sheet, kit, top, [vi if lang == "vi" else en for vi, en, _ in _HEADINGS])
    for line, row in enumerate(listed, top + 1):
        for place, text in enumerate(row, 1):
            put(sheet.cell(line, place), text or None)
        link = sheet.cell(line, 1)
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{row[0]}'!A1")
        link.font = kit.link
    body(sheet, kit, top + 1, top + len(listed), ["left"] * wide)
    below(sheet, kit, top + len(listed) + 2, wide, [x for x in foot if x != _NOT[lang]])
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    sheet.print_title_rows = f"{top}:{top}"
    paper(sheet, lang, simulated)


def _foot(pieces: Sequence[Piece]) -> list[str]:
    """Return the paragraphs at the report's foot: versions, inputs, the command."""
    last = next((p.shown for p in reversed(pieces) if p.shown is not None), None)
    if not isinstance(last, Html):
        return []
    return [str(Markup(text).striptags()) for text in re.findall(r"<p>(.*?)</p>", last, re.DOTALL)]


_FORMULA: Final = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f>[^<]*</f>)<v\s*(?:/>|></v>)</c>')


def _with_values(data: bytes, names: Sequence[str], values: Values) -> bytes:
    """Put beside each formula what it gives, for programs that show a file without calculating."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            found = re.fullmatch(r"xl/worksheets/sheet([0-9]+)\.xml", part)
            known = values.get(names[int(found[1]) - 1]) if found else None
            if known:
                content = _FORMULA.sub(partial(_result, known), content.decode()).encode()
            new.writestr(part, content)
    return buffer.getvalue()


def _result(known: dict[str, float | str], cell: re.Match[str]) -> str:
    place, attributes, formula = cell.groups()
    value = known[place]
    if isinstance(value, str):
        return f'<c r="{place}"{attributes} t="str">{formula}<v>{escape(value)}</v></c>'
    return f'<c r="{place}"{attributes}>{formula}<v>{value!r}</v></c>'
