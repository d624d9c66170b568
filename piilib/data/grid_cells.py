"""What the readers of all formats share: clean text, bounded tables, areas of merged cells."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from piilib.data.grid import Cell, Grid
from piilib.errors import DataError

#: Bounds of what is read from one file: the communes of the country times the indicators fit.
MAX_ROWS = 20_000
MAX_COLUMNS = 500
MAX_CELLS = 650_000
MAX_TEXT = 20_000_000
MAX_GRIDS = 2_000

#: A merged area with more cells than this counts only as far as other text reaches.
MAX_AREA = 10_000
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_DELETE = "delete what stands beyond the table, or split the file"


class Found(NamedTuple):
    """What a reader found in a cell, whose place is known to its table."""

    text: str
    numeric: bool = False
    merged: bool = False


class Spanned(NamedTuple):
    """A cell that covers some rows and columns, counted from where it stands."""

    text: str
    rows: int = 1
    columns: int = 1


def clean(text: str) -> str:
    r"""Write a text as a reader sees it: composed (NFC), on one line, no invisible characters.

    Parameters
    ----------
    text : str
        As the file has it.

    Returns
    -------
    str
        Spaces of any kind and line breaks are single spaces, none at the ends; control and format
        characters (soft hyphens, zero-width spaces, marks of direction) are gone.

    Examples
    --------
    >>> clean("  Tỷ\u00a0lệ\n(%)\u200b ")
    'Tỷ lệ (%)'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in _UNSEEN)
    return " ".join(text.split())


@lru_cache(maxsize=20_000)
def letters(column: int) -> str:
    """Write the number of a workbook's column (the first is 1) as its letters.

    Examples
    --------
    >>> letters(1), letters(27), letters(16384)
    ('A', 'AA', 'XFD')
    """
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def make_grid(
    name: str, found: Mapping[tuple[int, int], Found], place: Callable[[int, int], str]
) -> Grid | None:
    """Build a rectangular table from its cells that hold a text.

    Parameters
    ----------
    name : str
        The table's name.
    found : mapping
        (row, column), both from 1, to what stands there.
    place : function
        Writes a row and a column as a place for messages.

    Returns
    -------
    Grid or None
        From row 1 and column 1 to the last that holds a text; None if none does.

    Raises
    ------
    DataError
        If a text stands beyond 20,000 rows or 500 columns, or the table is too large.

    Examples
    --------
    >>> grid = make_grid("t", {(1, 2): Found("x")}, lambda row, column: f"{row}/{column}")
    >>> [[(cell.text, cell.place) for cell in row] for row in grid.rows]
    [[('', '1/1'), ('x', '1/2')]]
    """
    full = [key for key, cell in found.items() if cell.text]
    if not full:
        return None
    last, width = max(full)[0], max(column for _, column in full)
    for axis, (most, what) in enumerate(((MAX_ROWS, "rows"), (MAX_COLUMNS, "columns"))):
        far = next((key for key in full if key[axis] > most), None)
        if far is not None:
            found_at, expected = f"text in {place(*far)}", f"at most {most:,} {what} in a table"
            raise DataError(found_at, f"{expected}; {_DELETE}")
    check_count(last * width, name)
    nothing = Found("")
    return Grid(
        name,
        tuple(
            tuple(_cell(found.get((i, j), nothing), place(i, j)) for j in range(1, width + 1))
            for i in range(1, last + 1)
        ),
    )


def _cell(found: Found, place: str) -> Cell:
    return Cell(found.text, place, found.numeric, found.merged)


def check_count(cells: int, name: str) -> None:
    """Refuse a table with more cells than are read from one file."""
    if cells > MAX_CELLS:
        raise DataError(f"{name}: a table of {cells:,} cells", f"at most {MAX_CELLS:,}; {_DELETE}")


def check_size(grids: Iterable[Grid]) -> None:
    """Refuse a file whose tables hold too many cells, or too much text, in all.

    Merged areas count their text once for each cell.
    """
    cells = size = 0
    for number, grid in enumerate(grids, 1):
        if number > MAX_GRIDS:
            raise DataError(f"more than {MAX_GRIDS:,} tables", "a file of fewer tables; split it")
        cells += len(grid.rows) * len(grid.rows[0])
        check_count(cells, grid.name)
        size += sum(len(cell.text) for row in grid.rows for cell in row)
        if size > MAX_TEXT:
            raise DataError(
                f"{grid.name}: more than {MAX_TEXT:,} characters", "a smaller file; split it"
            )


def expand(
    found: dict[tuple[int, int], Found], areas: Iterable[tuple[int, int, int, int]]
) -> dict[tuple[int, int], Found]:
    """Repeat the text of merged areas of a workbook in all their cells.

    Parameters
    ----------
    found : dict
        (row, column) to what stands there.
    areas : iterable of tuple
        First row, first column, last row, last column of each area.

    Returns
    -------
    dict
        With the repeated cells. An area of more than 10,000 cells (a title merged over whole
        columns) is followed only as far as other text reaches.

    Examples
    --------
    >>> expand({(1, 1): Found("x")}, [(1, 1, 1, 2)])[1, 2]
    Found(text='x', numeric=False, merged=True)
    """
    last = max((row for row, _ in found), default=0)
    width = max((column for _, column in found), default=0)
    full, count = dict(found), len(found)
    for top, left, bottom, right in areas:
        first = found.get((top, left))
        if first is None:
            continue
        if (bottom - top + 1) * (right - left + 1) > MAX_AREA:
            bottom, right = min(bottom, max(last, top)), min(right, max(width, left))
        count += (bottom - top + 1) * (right - left + 1)
        check_count(count, "merged areas")
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    full[row, column] = first._replace(merged=True)
    return full


def spread(name: str, rows: Sequence[Sequence[Spanned]]) -> Grid | None:
    """Lay out the rows of a document's table, whose cells may cover several rows and columns.

    A cell takes the first free place of its row, as browsers do; what reaches beyond the last row
    is cut.

    Parameters
    ----------
    name : str
        "bảng 2": the places are "bảng 2, hàng 3, cột 4".
    rows : sequence
        The cells that begin in each row.

    Returns
    -------
    Grid or None
        None if no cell holds a text.

    Examples
    --------
    >>> grid = spread("bảng 1", [[Spanned("a", rows=2), Spanned("b")], [Spanned("c")]])
    >>> [[cell.text for cell in row] for row in grid.rows]
    [['a', 'b'], ['a', 'c']]
    >>> grid.rows[1][0]
    Cell(text='a', place='bảng 1, hàng 2, cột 1', numeric=False, merged=True)
    """
    found: dict[tuple[int, int], Found] = {}
    count = 0
    for i, row in enumerate(rows, 1):
        j = 1
        for cell in row:
            while (i, j) in found:
                j += 1
            last = min(i + cell.rows - 1, len(rows))
            count += (last - i + 1) * cell.columns
            check_count(count, name)
            for key in ((r, c) for r in range(i, last + 1) for c in range(j, j + cell.columns)):
                found.setdefault(key, Found(cell.text, merged=key != (i, j)))
    return make_grid(name, found, lambda i, j: f"{name}, hàng {i}, cột {j}")
