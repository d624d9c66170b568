"""Tables of an HTML page as grids, by the parser of the standard library."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from piilib.data.grid import Grid
from piilib.data.grid_cells import MAX_COLUMNS, MAX_GRIDS, MAX_ROWS, Spanned, clean, spread
from piilib.data.grid_text import decode
from piilib.errors import DataError

_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{1,30})", re.IGNORECASE
)
_WHOLE = re.compile(r"[0-9]{1,6}")
_UNSEEN = frozenset({"script", "style", "template", "noscript", "object", "select", "textarea"})
#: Elements that do not break a line; all others do.
_INLINE = re.compile(
    "a|abbr|b|bd[io]|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|nobr|o:p|q|s|samp|small|span|"
    "strike|strong|su[bp]|tt|u|var|wbr"
)
_MAX_DEPTH = 50


def read_html(data: bytes) -> list[Grid]:
    """Read every table that holds a text.

    Parameters
    ----------
    data : bytes
        The whole page: UTF-8, UTF-16, or what its ``<meta charset>`` says.

    Returns
    -------
    list of Grid
        Named "bảng 1", "bảng 2" in the order in which they begin (tables without a text are
        counted); places as "bảng 2, hàng 3, cột 4". The text of a table inside a cell stands in
        its own grid only. Nothing is taken for a number, nothing is fetched or run.

    Raises
    ------
    DataError
        If the page is no text, or has more tables, or tables deeper in each other, than a page
        for reading has.

    Examples
    --------
    >>> grid = read_html(b"<table><tr><td colspan=2>a<tr><td>b<td>c</table>")[0]
    >>> [[cell.text for cell in row] for row in grid.rows]
    [['a', 'a'], ['b', 'c']]
    """
    declared = _CHARSET.search(data[:4096])
    reader = _Reader()
    reader.feed(decode(data, declared[1].decode("ascii") if declared else ""))
    reader.close()
    found = (spread(f"bảng {i}", table.spanned()) for i, table in enumerate(reader.tables, 1))
    return [grid for grid in found if grid is not None]


class _Table:
    """A table while it is read: rows of cells, each a list of pieces of text with its spans."""

    def __init__(self) -> None:
        self.rows: list[list[tuple[list[str], int, int]]] = []
        self.in_row = self.in_cell = False

    def open_row(self) -> None:
        self.rows.append([])
        self.in_row, self.in_cell = True, False

    def open_cell(self, rows: int, columns: int) -> None:
        if not self.in_row:
            self.open_row()
        self.rows[-1].append(([], rows, columns))
        self.in_cell = True

    def add(self, text: str) -> None:
        if self.in_cell:
            self.rows[-1][-1][0].append(text)

    def spanned(self) -> list[list[Spanned]]:
        return [
            [Spanned(clean("".join(text)), rows, columns) for text, rows, columns in row]
            for row in self.rows
        ]


class _Reader(HTMLParser):
    """Collects tables; end tags that HTML lets one leave out are supplied."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self.open: list[_Table] = []
        self.unseen = ""
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.unseen:
            self.depth += tag == self.unseen
        elif tag in _UNSEEN:
            self.unseen, self.depth = tag, 1
        elif tag == "table":
            self._begin()
        elif self.open:
            table = self.open[-1]
            if tag == "tr":
                table.open_row()
            elif tag in ("td", "th"):
                given = dict(attrs)
                rows = _span(given.get("rowspan"), MAX_ROWS, MAX_ROWS)
                table.open_cell(rows, _span(given.get("colspan"), MAX_COLUMNS, 1))
            elif not _INLINE.fullmatch(tag):
                table.add("\n")

    def _begin(self) -> None:
        self.open.append(_Table())
        self.tables.append(self.open[-1])
        if len(self.tables) > MAX_GRIDS or len(self.open) > _MAX_DEPTH:
            raise DataError(
                f"more than {MAX_GRIDS:,} tables, or {_MAX_DEPTH} in each other",
                "a page with fewer tables; copy those you need into a workbook",
            )

    def handle_endtag(self, tag: str) -> None:
        if self.unseen:
            self.depth -= tag == self.unseen
            self.unseen = self.unseen if self.depth else ""
        elif self.open:
            table = self.open[-1]
            if tag == "table":
                self.open.pop()
            elif tag in ("td", "th"):
                table.in_cell = False
            elif tag in ("tr", "tbody", "thead", "tfoot"):
                table.in_row = table.in_cell = False
            elif not _INLINE.fullmatch(tag):
                table.add("\n")

    def handle_data(self, data: str) -> None:
        if self.open and not self.unseen:
            self.open[-1].add(data)


def _span(given: str | None, most: int, for_zero: int) -> int:
    """Read a rowspan or colspan; zero rows means all that follow."""
    text = (given or "").strip()
    number = int(text) if _WHOLE.fullmatch(text) else 1
    return min(number, most) if number else for_zero
