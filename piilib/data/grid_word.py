"""Tables of a .docx document as grids.

The document's XML is read here rather than by python-docx, which passes over tables in content
controls and knows nothing of tracked changes. Tables stand in the document's order, an inner one
after the table that holds it; one broken over pages by its author is several tables, with the
headings as often as they are printed. Numbers that Word writes by itself before a list's items are
not in the file and are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from piilib.data.grid import Grid
from piilib.data.grid_cells import MAX_COLUMNS, Found, check_count, clean, make_grid
from piilib.data.grid_guard import Archive, attribute, local, main_part, parse_xml
from piilib.errors import DataError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAX_DEPTH = 50
#: Deleted or moved away (tracked), commands of fields, drawings with their text boxes, and
#: descriptions of what holds them.
_UNSEEN = frozenset(
    {
        "del", "moveFrom", "instrText", "delText", "delInstrText", "drawing", "pict", "object",
        "txbxContent", "pPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "rt",
        "Fallback",
    }
)  # fmt: skip
_SIGNS = {
    "tab": " ", "ptab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-", "softHyphen": "",
}  # fmt: skip


def read_word(archive: Archive) -> list[Grid]:
    """Read every table that holds a text.

    Parameters
    ----------
    archive : Archive
        A checked .docx.

    Returns
    -------
    list of Grid
        Named "bảng 1", "bảng 2" in the order in which they begin (tables without a text are
        counted); places as "bảng 2, hàng 3, cột 4". The text of a table inside a cell stands in
        its own grid only. Tracked insertions are read, deletions and text boxes are not.

    Raises
    ------
    DataError
        If a part is missing or damaged, or tables are nested beyond reason.
    """
    root = parse_xml(archive, main_part(archive) or "word/document.xml")
    grids = []
    for number, table in enumerate(_tables(root, 0), 1):
        grid = _table(table, f"bảng {number}")
        if grid is not None:
            grids.append(grid)
    return grids


def _inside(element: Element) -> Iterator[Element]:
    """Give the children that a reader sees."""
    return (child for child in element if local(child.tag) not in _UNSEEN)


def _too_deep(depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise DataError(
            f"parts nested more than {_MAX_DEPTH} deep", "a document that Word saved; save it again"
        )


def _tables(element: Element, depth: int) -> Iterator[Element]:
    """Give the tables in an element, each before those inside it."""
    _too_deep(depth)
    for child in _inside(element):
        if local(child.tag) == "tbl":
            yield child
        yield from _tables(child, depth + 1)


def _parts(element: Element, wanted: str, depth: int = 0) -> Iterator[Element]:
    """Give the rows of a table, or the cells of a row, also those in content controls."""
    _too_deep(depth)
    for child in _inside(element):
        tag = local(child.tag)
        if tag == wanted:
            yield child
        elif tag != "tbl":
            yield from _parts(child, wanted, depth + 1)


def _setting(element: Element, group: str, name: str) -> Element | None:
    """Return a property of a row or cell: `group` is "trPr" or "tcPr"."""
    for child in element:
        if local(child.tag) == group:
            return next((x for x in child if local(x.tag) == name), None)
    return None


def _count(setting: Element | None, least: int) -> int:
    """Read a number of columns, bounded."""
    text = "" if setting is None else attribute(setting, "val") or ""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else least
    return min(max(number, least), MAX_COLUMNS + 1)


def _table(table: Element, name: str) -> Grid | None:
    found: dict[tuple[int, int], Found] = {}
    rows = (row for row in _parts(table, "tr") if _setting(row, "trPr", "del") is None)
    for i, row in enumerate(rows, 1):
        j = 1 + _count(_setting(row, "trPr", "gridBefore"), 0)
        for cell in _parts(row, "tc"):
            width = _count(_setting(cell, "tcPr", "gridSpan"), 1)
            first = _first(cell, found.get((i - 1, j)))
            for k in range(j, j + width):
                found[i, k] = first if k == j else first._replace(merged=True)
            j += width
            check_count(len(found), name)
    return make_grid(name, found, lambda i, j: f"{name}, hàng {i}, cột {j}")


def _first(cell: Element, above: Found | None) -> Found:
    """Read a cell; one that continues the cell above it repeats that text."""
    merge = _setting(cell, "tcPr", "vMerge")
    if merge is not None and attribute(merge, "val") in (None, "continue") and above is not None:
        return above._replace(merged=True)
    return Found(clean(_text(cell, 0)))


def _text(element: Element, depth: int) -> str:
    """Join the text of a cell's paragraphs, each followed by a space."""
    _too_deep(depth)
    parts = []
    for child in _inside(element):
        tag = local(child.tag)
        if tag == "t":
            parts.append(child.text or "")
        elif tag in _SIGNS:
            parts.append(_SIGNS[tag])
        elif tag == "r" and _hidden(child):
            continue
        elif tag != "tbl":
            parts.append(_text(child, depth + 1))
    if local(element.tag) == "p":
        parts.append("\n")
    return "".join(parts)


def _hidden(run: Element) -> bool:
    """Say whether a run is formatted as hidden."""
    setting = _setting(run, "rPr", "vanish")
    return setting is not None and attribute(setting, "val") not in ("0", "false", "off")
