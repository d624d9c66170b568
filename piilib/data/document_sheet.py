"""The sheets of a document: one province's values and national bounds, a table for each year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path

import pandas as pd

from piilib.data.document_cells import Entry
from piilib.data.document_codes import Tree
from piilib.data.document_numbers import canonical, column_style, rank_and_of
from piilib.data.read import Row, number
from piilib.data.sheet import VALUES, Sheet
from piilib.errors import DataError


@dataclass(frozen=True)
class Read:
    """A cell that was read.

    Attributes
    ----------
    entry : Entry
        What it is and where it stands.
    text : str
        Its number with a decimal point; empty where it says that there is none.
    """

    entry: Entry
    text: str

    @property
    def said(self) -> str:
        """The cell in words, for a message."""
        of = " ".join(filter(None, (self.entry.unit, self.entry.code)))
        return f"{self.entry.cell.text!r} in {self.entry.cell.place} ({of})"


Cells = dict[tuple[str, str], Read]
#: What may stand in a row of ranks or in a column of ranks: the empty one gives way.
_ALSO_A_COLUMN = ("rank", "of", "target_rank")


def read_numbers(entries: Sequence[Entry], tree: Tree) -> list[Read]:
    """Read the numbers of all cells, each by the decimal mark of its column.

    Raises
    ------
    DataError
        If a cell is no number, can mean two, or has a % sign where the indicator is no percentage.

    Examples
    --------
    >>> from piilib.data.document_codes import load_tree
    >>> from piilib.data.grid import Cell
    >>> cells = [Cell("1.255,81", "B2"), Cell("n/a", "B3")]
    >>> rows = [Entry(c, "value", 2024, "", cell) for c, cell in zip(["5.2.2", "3.2.2"], cells)]
    >>> [read.text for read in read_numbers(rows, load_tree())]
    ['1255.81', '']
    """
    groups: dict[tuple[str, int | None], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.column, entry.year), []).append(entry)
    read = {}
    for (column, year), group in groups.items():
        target = column == "target"
        style = column_style((entry.cell for entry in group), target=target)
        words = f"{column} {year}" if year else column
        for entry in group:
            _refuse_percent(entry, tree)
            text = canonical(entry.cell, style, target=target, column=words)
            read[id(entry)] = Read(entry, text)
    return [read[id(entry)] for entry in entries]


def _refuse_percent(entry: Entry, tree: Tree) -> None:
    if "%" in entry.cell.text and entry.code not in tree.percent:
        raise DataError(
            f"{entry.cell.text!r} in {entry.cell.place}",
            f"a number without %: {entry.code} is no percentage",
            column=entry.column,
        )


def each_once(read: Iterable[Read], *, what: str = "code") -> Cells:
    """Index cells by node and column; refuse a node that stands twice.

    Raises
    ------
    DataError
        Naming both cells.

    Examples
    --------
    >>> from piilib.data.grid import Cell
    >>> entry = Entry("1.1.1", "value", 2024, "", Cell("45,28", "B2"))
    >>> list(each_once([Read(entry, "45.28")]))
    [('1.1.1', 'value')]
    """
    found: Cells = {}
    for one in read:
        key = (one.entry.unit if what == "province" else one.entry.code, one.entry.column)
        if key in found and key[1] in _ALSO_A_COLUMN and not one.text:
            continue
        if key in found and (key[1] not in _ALSO_A_COLUMN or found[key].text):
            raise DataError(
                f"{key[0]!r} a second time: {one.entry.cell.place} "
                f"(first {found[key].entry.cell.place})",
                f"each {what} once for a year",
                column=what,
            )
        found[key] = one
    return found


def build_sheet(
    unit: str, year: int, entries: Sequence[Entry], tree: Tree, source: str, file: Path
) -> tuple[Sheet, list[Read]]:
    """Check the cells of one province and year and make its sheet.

    Parameters
    ----------
    unit : str
        The province's key.
    year : int
        The edition.
    entries : sequence of Entry
        The cells of that province and year.
    tree : Tree
        The official tree.
    source : str
        The document's title.
    file : Path
        The document.

    Returns
    -------
    sheet : Sheet
        As `piilib.load_sheet` would read it.
    read : list of Read
        Its cells.

    Raises
    ------
    DataError
        If a code stands twice, an indicator or a bound is missing, highest is below lowest, a
        value is outside its bounds or a score outside 0-100; the cell is named.
    """
    ranks = [entry for entry in entries if entry.column in ("rank", "of")]
    read = read_numbers([entry for entry in entries if entry.column in VALUES], tree)
    cells = each_once([*read, *(_rank_cell(e) for e in ranks if e.code == "PII")])
    _check_complete(cells, tree, unit, year)
    if not any(cells[code, "value"].text for code in tree.indicators):
        place = cells[tree.indicators[0], "value"].entry.cell.place
        found = f"no value of any indicator ({unit} {year}), the first cell {place} empty"
        raise DataError(found, "the province's own values", column=f"value {year}")
    codes = [c for c in tree.levels if any((c, column) in cells for column in VALUES)]
    values, halves = {}, {}
    for code in codes:
        row = {column: cells[code, column] for column in VALUES if (code, column) in cells}
        pairs = {column: _number(row[column]) for column in row}
        _check_range(code, row, {c: v for c, (v, _) in pairs.items()}, tree, year)
        values[code] = [pairs.get(column, (float("nan"),) * 2)[0] for column in VALUES]
        halves[code] = [pairs.get(column, (float("nan"),) * 2)[1] for column in VALUES]
    rank, of = _rank(cells)
    sheet = Sheet(
        unit=unit,
        year=year,
        table=pd.DataFrame.from_dict(values, orient="index", columns=list(VALUES)),
        half=pd.DataFrame.from_dict(halves, orient="index", columns=list(VALUES)),
        rank=rank,
        of=of,
        source=source,
        file=file,
    )
    return sheet, list(cells.values())


def _rank_cell(entry: Entry) -> Read:
    text, of = rank_and_of(entry.cell)
    return Read(entry, f"{text}/{of}" if of else text)


def _rank(cells: Cells) -> tuple[int | None, int | None]:
    rank, of = cells.get(("PII", "rank")), cells.get(("PII", "of"))
    first, _, second = (rank.text if rank else "").partition("/")
    second = second or (of.text if of else "")
    if first and second and int(first) > int(second) and rank:
        raise DataError(rank.said, f"a rank from 1 to {second}", column="rank")
    return int(first) if first else None, int(second) if second else None


def _number(read: Read) -> tuple[float, float]:
    row: Row = {"x": read.text, "_row": "0"}
    return number(row, "x", Path())


def _check_complete(
    cells: Mapping[tuple[str, str], Read], tree: Tree, unit: str, year: int
) -> None:
    for column in VALUES:
        missing = [code for code in tree.indicators if (code, column) not in cells]
        if missing:
            raise DataError(
                f"no {column} of {', '.join(missing[:8])}{' …' if len(missing) > 8 else ''} "
                f"({unit} {year})",
                f"a row for each of the {len(tree.indicators)} indicators, with the value, the "
                "national lowest and the national highest",
                column=f"{column} {year}",
            )


def _check_range(
    code: str, row: Mapping[str, Read], numbers: Mapping[str, float], tree: Tree, year: int
) -> None:
    """Refuse what no sheet can say: bounds that are empty or reversed, values beyond them."""
    for column, value in numbers.items():
        if tree.levels[code] == "indicator":
            if column != "value" and isnan(value):
                expected = f"the national {column} of {code}"
                raise DataError(row[column].said, expected, column=f"{column} {year}")
        elif not (isnan(value) or 0 <= value <= 100):
            expected = f"a score of {code} on 0-100"
            raise DataError(row[column].said, expected, column=f"{column} {year}")
    value, lowest, highest = (numbers.get(column, float("nan")) for column in VALUES)
    mend = "if the document misprints it, say what is to be read instead: corrections="
    if highest < lowest:
        high, low = row["highest"].entry.cell.text, row["lowest"].entry.cell.text
        raise DataError(
            f"the highest {row['highest'].said} below the lowest {row['lowest'].said}",
            f"lowest ≤ highest; {mend}{{'{code}': {{'highest_{year}': '{low}', "
            f"'lowest_{year}': '{high}'}}}} (--corrections FILE)",
            column=f"highest {year}",
        )
    if value < lowest or value > highest:
        bounds = " and ".join(row[c].said for c in ("lowest", "highest") if c in row)
        raise DataError(
            row["value"].said,
            f"a value between {bounds}; {mend}{{'{code}': {{'value_{year}': …}}}} "
            "(--corrections FILE)",
            column=f"value {year}",
        )


def sheet_rows(sheet: Sheet, read: Iterable[Read]) -> list[dict[str, object]]:
    """Write a sheet as the rows of ``sheets.csv``: ``province, year, code, value, lowest …``.

    Numbers keep the decimals that the document prints.
    """
    cells = each_once(read)
    rows = []
    for code in sheet.table.index:
        top = code == "PII"
        rows.append(
            {
                "province": sheet.unit,
                "year": sheet.year,
                "code": code,
                **{c: cells[code, c].text if (code, c) in cells else "" for c in VALUES},
                "rank": sheet.rank if top and sheet.rank is not None else "",
                "of": sheet.of if top and sheet.of is not None else "",
                "source": sheet.source,
            }
        )
    return rows
