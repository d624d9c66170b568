"""Where the tables of a document begin and end, and which rows are headings, titles and data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from piilib.data.document_headings import LABELS, VALUES, Column, column_of, exact_role, is_heading
from piilib.data.document_numbers import bare, fold, is_missing, mark_of, tidy
from piilib.data.grid import Cell, Grid
from piilib.errors import DataError

Line = tuple[Cell, ...]

_CODE = re.compile(r"[1-7](\.[1-9]){1,2}\.?")
_MANGLED = re.compile(
    r"[1-7][.,][1-9]0?|[1-7],[1-9],[1-9]|20[0-9]{2}-[0-9]{2}-[0-9]{2}([ T].*)?"
    r"|[0-9]{1,2}/[0-9]{1,2}(/[0-9]{2,4})?"
)
_CODED_NAME = re.compile(
    r"((tru cot|nhom chi so|chi so|pillar|sub-?pillar|indicator)\s+)?[1-7](\.[1-9]){0,2}[.:]?\s+\D"
)
_RANK = re.compile(r"[0-9]{1,3} ?/ ?[0-9]{1,3}")
_YEAR = re.compile(r"20[0-9]{2}(\.0*)?")
#: A heading has at most so many rows.
_DEEPEST = 3


@dataclass(frozen=True)
class Part:
    """A table, or the piece of one that stands on one page.

    Attributes
    ----------
    name : str
        The grid's.
    columns : tuple of Column
        All of them, in the order of the grid.
    rows : list of tuple of Cell
        The rows below the heading that are neither blank nor numbers of columns.
    titles : tuple of str
        What stands above the heading.
    """

    name: str
    columns: tuple[Column, ...]
    rows: list[Line] = field(default_factory=list)
    titles: tuple[str, ...] = ()

    def of(self, *roles: str) -> list[Column]:
        """Return the columns of some roles."""
        return [column for column in self.columns if column.role in roles]


def lay_out(grids: Sequence[Grid], data: str | Path | None = None) -> tuple[list[Part], list[str]]:
    """Find the tables of a document.

    Parameters
    ----------
    grids : sequence of Grid
        As they stand in the file. A table without a heading of its own and as wide as the one
        before it continues that one (a page break).
    data : path, optional
        The data folder, for the names of provinces.

    Returns
    -------
    parts : list of Part
        A piece for every heading, and for every continuation.
    notes : list of str
        What was passed over.

    Raises
    ------
    DataError
        If a grid holds coded rows and no heading says what its columns are.

    Examples
    --------
    >>> texts = ["Tỉnh Cao Bằng", "", ""], ["Mã", "Cao nhất", "Năm 2024"], ["1.1.1", "52,5", "45"]
    >>> rows = tuple(tuple(Cell(text, f"R{i}") for text in row) for i, row in enumerate(texts))
    >>> (part,), _ = lay_out([Grid("bảng 1", rows)])
    >>> [column.role for column in part.columns], len(part.rows), part.titles
    (['code', 'highest', 'value'], 1, ('Tỉnh Cao Bằng',))
    """
    parts: list[Part] = []
    notes: list[str] = []
    for grid in grids:
        found, above = _parts_of(grid, data)
        if found:
            parts += [_by_cells(part) for part in found]
            continue
        coded = [row for row in grid.rows if has_code(row)]
        before = next((part for part in reversed(parts) if part.columns), None)
        if before and _continues(grid, before):
            rows = [row for row in grid.rows if _says_something(row)]
            parts.append(Part(grid.name, before.columns, rows))
            notes.append(f"{grid.name}: continues the table before it, whose heading holds")
        elif len(coded) > 1 and any(is_number(cell) for row in coded for cell in row[1:]):
            raise DataError(
                f"rows of codes from {coded[0][0].place} on, below no heading",
                "headings that say what each column is (cao nhất, thấp nhất, của tỉnh, mục tiêu…)",
            )
        elif above:
            notes.append(f"{grid.name}: no table of indicators, passed over")
            if parts or len(grids) > 1:
                parts.append(Part(grid.name, (), [], tuple(above)))
    return parts, notes


def _continues(grid: Grid, before: Part) -> bool:
    """Whether a table without a heading is as wide as another and has codes or figures like it."""
    if not grid.rows or len(grid.rows[0]) != len(before.columns):
        return False
    figures = [column.index for column in before.of(*VALUES)]
    return any(has_code(row) or any(is_number(row[i]) for i in figures) for row in grid.rows)


def _parts_of(grid: Grid, data: str | Path | None) -> tuple[list[Part], list[str]]:
    """Cut a grid at its headings; return also the texts above the first."""
    parts: list[Part] = []
    loose: list[Line] = []
    i = 0
    while i < len(grid.rows):
        depth = _heading_depth(grid.rows, i) if _may_head(grid.rows[i], parts) else 0
        if not depth:
            if not parts:
                loose.append(grid.rows[i])
            elif _says_something(grid.rows[i]):
                parts[-1].rows.append(grid.rows[i])
            i += 1
            continue
        above = parts[-1].rows if parts else loose
        block = list(grid.rows[i : i + depth])
        if above and depth < _DEEPEST and _is_super(above[-1]):
            block.insert(0, above.pop())
        titles = () if parts else tuple(_texts(loose))
        parts.append(Part(grid.name, _columns(block, data), [], titles))
        i += depth
    return parts, _texts(loose)


def _by_cells(part: Part) -> Part:
    """Let the cells decide where a heading means one thing or another.

    "Địa phương" heads the province's own values as well as names of provinces, "Chỉ số PII" the
    names of indicators as well as the scores.
    """
    columns = []
    for column in part.columns:
        cells = [row[column.index] for row in part.rows if row[column.index].text]
        numbers = sum(is_number(cell) for cell in cells)
        worded = sum(tidy(cell.text)[0].isalpha() and not is_missing(cell.text) for cell in cells)
        if column.role == "province" and 2 * numbers > len(cells):
            column = replace(column, role="value")
        elif column.role == "value" and not column.years and 2 * worded > len(cells):
            column = replace(column, role="name" if not part.of("name") else "")
        columns.append(column)
    return replace(part, columns=tuple(columns))


def _texts(rows: Sequence[Line]) -> list[str]:
    """Return the different texts of some rows."""
    return list(dict.fromkeys(tidy(cell.text) for row in rows for cell in row if cell.text))


def _heading_depth(rows: Sequence[Line], start: int) -> int:
    """Count the rows of the heading that begins here; 0 where none does."""
    if not _is_heading_row(rows[start]):
        return 0
    depth = 1
    while (
        depth < _DEEPEST
        and start + depth < len(rows)
        and _is_subheading(rows[start + depth], rows[start : start + depth])
    ):
        depth += 1
    return depth


def is_number(cell: Cell) -> bool:
    """Tell whether a cell holds a number that is no year, or a rank such as 63/63.

    Examples
    --------
    >>> is_number(Cell("≥ 30,00", "A1")), is_number(Cell("2024", "A1"))
    (True, False)
    """
    text = bare(cell.text, target=True)
    numeric = mark_of(text) != "none" or _RANK.fullmatch(text)
    return bool(numeric) and not _YEAR.fullmatch(text)


def _has_figures(row: Line) -> bool:
    """Whether a number or a mark of absence stands in a row: no heading has one."""
    return any(cell.text and (is_number(cell) or is_missing(cell.text)) for cell in row)


def has_code(row: Line) -> bool:
    """Tell whether a cell of a row looks like a code, or like a name that begins with one.

    Examples
    --------
    >>> has_code((Cell("Trụ cột 1. Thể chế", "A1"),)), has_code((Cell("STT", "A1"),))
    (True, False)
    """
    folded = [fold(cell.text) for cell in row]
    return any(_CODE.fullmatch(text) or _CODED_NAME.match(text) for text in folded)


def _may_head(row: Line, parts: Sequence[Part]) -> bool:
    """Whether a row below a heading repeats enough of it to be one: a row of texts is not."""
    if not parts:
        return True
    known = {
        fold(text)
        for part in parts
        for column in part.columns
        for text in column.heading.split(" / ")
    }
    distinct = _distinct(row)
    labels = {exact_role(text) for text in distinct} & {"stt", "code", "province"}
    return bool(labels) or len(distinct & known) >= 2


def _distinct(row: Line) -> set[str]:
    return {fold(cell.text) for cell in row if cell.text}


def _is_heading_row(row: Line) -> bool:
    """Whether two of its texts are those of headings, and none is a code or a number."""
    if _has_figures(row) or any(_CODE.fullmatch(text) for text in _distinct(row)):
        return False
    found = {text for text in _distinct(row) if is_heading(text)}
    pillars = {text for text in found if re.match(r"tru cot|pillar", text)}
    return len(found - pillars) >= 2 and (not has_code(row) or len(found) > 2)


def _is_subheading(row: Line, above: Sequence[Line]) -> bool:
    """Whether a row belongs to the heading above it: nothing new stands in its first columns."""
    if has_code(row) or _has_figures(row) or not _distinct(row):
        return False
    for i, cell in enumerate(row):
        over = [line[i].text for line in above if line[i].text]
        known = not cell.text or cell.merged or cell.text in over
        if any(exact_role(text) in LABELS for text in over) and not known:
            return False
    return any(is_heading(text) for text in _distinct(row))


def _is_super(row: Line) -> bool:
    """Whether a row above a heading belongs to it: headings that leave the first column free."""
    if has_code(row) or _has_figures(row) or row[0].text:
        return False
    return any(is_heading(text) for text in _distinct(row))


def _columns(block: Sequence[Line], data: str | Path | None) -> tuple[Column, ...]:
    columns = []
    for i in range(len(block[0])):
        stack = [_heading(block, r, i) for r in range(len(block))]
        texts = [tidy(text) for text in dict.fromkeys(stack) if text]
        last = next((row[i] for row in reversed(block) if row[i].text), block[-1][i])
        columns.append(column_of(i, texts, last.place, data))
    return tuple(columns)


def _heading(block: Sequence[Line], r: int, i: int) -> str:
    """Return a heading; a super-heading also reaches over the empty cells to its right."""

    def below(column: int) -> list[str]:
        return [row[column].text for row in block[r + 1 :] if row[column].text]

    text = block[r][i].text
    if text or not below(i):
        return text
    for left in range(i - 1, -1, -1):
        over = block[r][left].text
        if over:
            return over if any(text != over for text in below(left)) else ""
    return ""


def _says_something(row: Line) -> bool:
    return any(cell.text for cell in row) and not _counts_columns(row)


def _counts_columns(row: Line) -> bool:
    """Whether a row only numbers the columns: (1) (2) (3), or A B 1 2 3."""
    texts = [fold(cell.text).strip("() ") for cell in row if cell.text and not cell.merged]
    texts = [re.sub(r"\s*=.*", "", text) for text in texts]
    whole = [int(text) for text in texts if re.fullmatch(r"[0-9]{1,2}", text)]
    letters = [text for text in texts if re.fullmatch(r"[a-d]", text)]
    if len(whole) < 3 or len(whole) + len(letters) != len(texts):
        return False
    return all(b - a == 1 for a, b in pairwise(whole))


def label_columns(part: Part, parts: Sequence[Part]) -> tuple[list[int], list[int], list[int]]:
    """Return the columns of codes, of running numbers and of names.

    Running numbers are those of a column headed STT, or without a heading, in which a whole
    number stands twice or exceeds 7 anywhere in the document, or that holds no code at all.

    Examples
    --------
    >>> heads = [column_of(0, ["STT"], "A1"), column_of(1, ["Chỉ số"], "B1")]
    >>> rows = [(Cell(str(i), f"A{i}"), Cell("x", f"B{i}")) for i in range(1, 9)]
    >>> part = Part("x", tuple(heads), rows)
    >>> label_columns(part, [part])
    ([], [0], [1])
    """
    first = min((c.index for c in part.columns if c.role in VALUES), default=len(part.columns))
    codes: list[int] = []
    numbers: list[int] = []
    names: list[int] = []
    for column in part.columns:
        bare_left = not column.role and not column.heading and column.index < first
        if column.role == "name" or bare_left:
            names.append(column.index)
        if column.role in ("code", "stt") or bare_left:
            where = numbers if _runs(column, parts) else codes
            where.append(column.index)
    return codes, numbers, names


def _runs(column: Column, parts: Sequence[Part]) -> bool:
    """Whether a column holds running numbers, seen over all pieces of the table."""
    texts = [
        tidy(row[other.index].text)
        for part in parts
        for other in part.columns
        if (other.role, other.heading) == (column.role, column.heading)
        for row in part.rows
        if not row[other.index].merged
    ]
    whole = [text for text in texts if re.fullmatch(r"[0-9]+", text)]
    coded = any(_CODE.fullmatch(text) or _MANGLED.fullmatch(text) for text in texts)
    if column.role == "code" or coded:
        return len(whole) != len(set(whole)) or any(int(text) > 7 for text in whole)
    return True
