"""Worksheets of an .xlsx or .xlsm workbook as grids.

The parts are read here rather than by openpyxl: one pass gives a cell's stored value, its formula
and its number format together, only cells that hold something take memory (a workbook formatted
down to row 1,048,576 is common), and the process that reads starts in a fifth of a second.
Macros, links to other workbooks, charts, pictures and comments are never looked at. Hidden sheets,
rows and columns are read like the others.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from piilib.data.grid import Grid
from piilib.data.grid_cells import Found, check_count, clean, expand, letters, make_grid
from piilib.data.grid_guard import (
    Archive,
    attribute,
    local,
    main_part,
    parse_xml,
    related,
    walk_xml,
)
from piilib.data.grid_number import BUILT_IN, shown
from piilib.errors import DataError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WHOLE = re.compile(r"[0-9]{1,7}")
_MAX_AREAS = 100_000
_LAST_COLUMN = 16_384
_DAMAGED = "a workbook that its program saved; open it there and save it again"


@dataclass
class _Book:
    """What the sheets of a workbook share."""

    texts: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    from_1904: bool = False


def read_workbook(archive: Archive) -> list[Grid]:
    """Read every worksheet that holds a text.

    Parameters
    ----------
    archive : Archive
        A checked .xlsx or .xlsm.

    Returns
    -------
    list of Grid
        In the workbook's order, places as "Sheet1!B7". Numbers as `piilib.data.grid_number.shown`
        writes them; formulas as the value that was last computed; TRUE, FALSE and errors such as
        #N/A as these words.

    Raises
    ------
    DataError
        If a part is missing or damaged, a cell is, or a formula was never computed.
    """
    part = main_part(archive) or "xl/workbook.xml"
    root, links = parse_xml(archive, part), related(archive, part)
    book = _Book(from_1904=_from_1904(root))
    for kind, target in links.values():
        if kind == "sharedStrings":
            book.texts = _shared(archive, target)
        elif kind == "styles":
            book.formats = _formats(parse_xml(archive, target))
    grids = []
    for name, target in _worksheets(root, links):
        grid = _worksheet(archive.read(target), target, name, book)
        if grid is not None:
            grids.append(grid)
    return grids


def _from_1904(root: Element) -> bool:
    settings = (element for element in root.iter() if local(element.tag) == "workbookPr")
    return any(element.get("date1904") in ("1", "true", "on") for element in settings)


def _worksheets(root: Element, links: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Give the name and the part of each worksheet; sheets of another kind hold a chart."""
    for element in root.iter():
        if local(element.tag) == "sheet":
            kind, target = links.get(attribute(element, "id") or "", ("", ""))
            name = clean(element.get("name") or "")
            if kind == "worksheet":
                yield name, target
            elif not kind:
                raise DataError(f"the sheet {name!r} and no content of it", _DAMAGED)


def _text(element: Element) -> str:
    """Join the runs of a text; how it is pronounced (rPh, in Japanese files) is left out."""
    parts = []
    for child in element:
        if local(child.tag) == "t":
            parts.append(child.text or "")
        elif local(child.tag) == "r":
            parts += [run.text or "" for run in child if local(run.tag) == "t"]
    text = "".join(parts)
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return clean(text)


def _shared(archive: Archive, part: str) -> list[str]:
    texts, root = [], None
    for event, element in walk_xml(archive.read(part), part):
        if root is None:
            root = element
        if event == "end" and local(element.tag) == "si":
            texts.append(_text(element))
            root.clear()
    return texts


def _formats(styles: Element) -> list[str]:
    """Return the number format of each style that a cell can have."""
    own: dict[int, str] = {}
    used: list[int] = []
    for group in styles:
        if local(group.tag) == "numFmts":
            own |= {_whole(x.get("numFmtId")): x.get("formatCode") or "" for x in group}
        elif local(group.tag) == "cellXfs":
            used = [_whole(x.get("numFmtId")) for x in group]
    return [own.get(key) or BUILT_IN.get(key, "General") for key in used]


def _whole(text: str | None) -> int:
    return int(text) if text and _WHOLE.fullmatch(text) else 0


# --- a worksheet ----------------------------------------------------------------------------------


def _worksheet(data: bytes, part: str, name: str, book: _Book) -> Grid | None:
    found: dict[tuple[int, int], Found] = {}
    areas: list[tuple[int, int, int, int]] = []
    row = column = 0
    holder: Element | None = None
    for event, element in walk_xml(data, part):
        tag = local(element.tag)
        if event == "start":
            if tag == "sheetData":
                holder = element
            elif tag == "row":
                row, column = _row_number(element, row, name), 0
        elif tag == "c":
            row, column = _cell_place(element, row, column, name)
            _keep(found, (row, column), _cell(element, row, column, name, book), name)
            element.clear()
        elif tag == "row" and holder is not None:
            holder.clear()
        elif tag == "mergeCell":
            areas.append(_area(element, name))
            if len(areas) > _MAX_AREAS:
                raise DataError(f"{name}: more than {_MAX_AREAS:,} merged areas", _DAMAGED)
    return make_grid(name, expand(found, areas), lambda i, j: f"{name}!{letters(j)}{i}")


def _keep(
    found: dict[tuple[int, int], Found], key: tuple[int, int], cell: Found, name: str
) -> None:
    """Keep a cell that holds a text; a second content for one cell is refused."""
    if not cell.text:
        return
    if key in found:
        raise DataError(f"the cell {name}!{letters(key[1])}{key[0]} twice", _DAMAGED)
    found[key] = cell
    check_count(len(found), name)


def _row_number(element: Element, before: int, name: str) -> int:
    given = element.get("r")
    if given is None:
        return before + 1
    if not _WHOLE.fullmatch(given) or int(given) == 0:
        raise DataError(f"{name}: a row numbered {given[:20]!r}", _DAMAGED)
    return int(given)


def _cell_place(element: Element, row: int, before: int, name: str) -> tuple[int, int]:
    given = element.get("r")
    if given is None:
        return row, before + 1
    return _place(given, name)


def _place(given: str, name: str) -> tuple[int, int]:
    """Read "B7" as (7, 2)."""
    match = _PLACE.fullmatch(given)
    column = 0
    for letter in match[1] if match else "":
        column = column * 26 + ord(letter) - 64
    if match is None or column > _LAST_COLUMN:
        raise DataError(f"{name}: a cell named {given[:20]!r}", _DAMAGED)
    return int(match[2]), column


def _area(element: Element, name: str) -> tuple[int, int, int, int]:
    first, _, last = (element.get("ref") or "").partition(":")
    top, left = _place(first, name)
    bottom, right = _place(last or first, name)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def _cell(element: Element, row: int, column: int, name: str, book: _Book) -> Found:
    """Read a cell by its type (ECMA-376 part 1, 18.18.11)."""
    kind = element.get("t", "n")
    parts = {local(child.tag): child for child in element}
    stored = parts["v"].text or "" if "v" in parts else ""
    place = f"{name}!{letters(column)}{row}"
    if kind == "inlineStr":
        return Found(_text(parts["is"])) if "is" in parts else Found("")
    if not stored.strip():
        if "f" in parts and kind != "str":
            raise DataError(
                f"a formula in {place} whose value was never computed",
                "a workbook that Excel or LibreOffice has computed and saved, or the value itself",
            )
        return Found("")
    if kind == "s":
        return Found(_shared_text(stored, book, place))
    if kind == "n":
        return _number(stored, element, book, place)
    if kind == "b":
        return Found("TRUE" if stored.strip() == "1" else "FALSE")
    return Found(clean(stored))


def _shared_text(stored: str, book: _Book, place: str) -> str:
    number = stored.strip()
    if not _WHOLE.fullmatch(number) or int(number) >= len(book.texts):
        raise DataError(f"a text in {place} that the workbook lacks", _DAMAGED)
    return book.texts[int(number)]


def _number(stored: str, element: Element, book: _Book, place: str) -> Found:
    value = float(stored) if _NUMBER.fullmatch(stored.strip()) else math.nan
    if not math.isfinite(value):
        raise DataError(f"{stored[:30]!r} stored as a number in {place}", _DAMAGED)
    style = _whole(element.get("s"))
    code = book.formats[style] if style < len(book.formats) else "General"
    return Found(*shown(value, code, book.from_1904))
