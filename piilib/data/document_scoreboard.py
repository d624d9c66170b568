"""The scoreboard of a document: provinces with their scores and ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.data.document_cells import Entry
from piilib.data.document_codes import Tree
from piilib.data.document_headings import Column
from piilib.data.document_layout import Line, Part, is_number
from piilib.data.document_numbers import rank_and_of, tidy
from piilib.data.document_sheet import Cells, Read, each_once, read_numbers
from piilib.data.provinces import provinces, resolve
from piilib.data.tables import Scoreboard, basis_of
from piilib.errors import DataError

#: The columns of ``scoreboard.csv`` and of ``pillars.csv``.
BOARD_COLUMNS = ("key", "province_vi", "year", "score", "rank", "status", "quote", "address")
PILLAR_COLUMNS = ("key", "year", "code", "score", "rank", "status", "address")


def board_entries(
    parts: Sequence[Part], data: str | Path | None = None
) -> tuple[list[Entry], list[str]]:
    """Read the rows of provinces.

    Returns
    -------
    entries : list of Entry
        Columns "value" and "rank"; ``unit`` is the province, ``code`` the index or a pillar.
    notes : list of str
        Rows passed over.

    Raises
    ------
    DataError
        If a row of figures is of no known province, or two columns could both be the score.

    Examples
    --------
    >>> from piilib.data.document_headings import column_of
    >>> from piilib.data.grid import Cell
    >>> heads = tuple(column_of(i, [t], "") for i, t in enumerate(["Tỉnh", "Điểm 2024"]))
    >>> entries, _ = board_entries([Part("", heads, [(Cell("Hà Nội", "A2"), Cell("60,76", "B2"))])])
    >>> entries[0].unit, entries[0].cell.text
    ('ha-noi', '60,76')
    """
    entries: list[Entry] = []
    notes: list[str] = []
    for part in (part for part in parts if part.of("province")):
        columns = _columns(part)
        where = part.of("province")[0].index
        for row in part.rows:
            unit = _unit(row, where, columns, data)
            if unit is None:
                first = next(cell for cell in row if cell.text)
                notes.append(f"row {first.text[:40]!r} ({first.place}): passed over")
                continue
            year = _year(part, row)
            for column in columns:
                stated = year if year is not None else column.year
                cell = row[column.index]
                entries.append(Entry(column.node or "PII", column.role, stated, unit, cell))
    return entries, notes


def _year(part: Part, row: Line) -> int | None:
    columns = part.of("year")
    text = tidy(row[columns[0].index].text) if columns else ""
    return int(text) if len(text) == 4 and text.isdecimal() else None


def _columns(part: Part) -> list[Column]:
    kept: dict[tuple[str, str, int | None], Column] = {}
    for column in part.of("value", "rank"):
        key = (column.role, column.node, column.year)
        if key in kept:
            raise DataError(
                f"{kept[key].heading!r} in {kept[key].place} and {column.heading!r} in "
                f"{column.place}, which could both be the {column.role}",
                "one such column; delete the other, or say in its heading what it is",
                column=column.role,
            )
        kept[key] = column
    return list(kept.values())


def _unit(row: Line, where: int, columns: Sequence[Column], data: str | Path | None) -> str | None:
    cell = row[where]
    try:
        return resolve(tidy(cell.text), data)
    except DataError as error:
        if any(is_number(row[column.index]) for column in columns):
            raise DataError(
                f"{cell.text!r} in {cell.place}", error.expected, column="province"
            ) from None
    return None


def build_board(
    year: int,
    entries: Sequence[Entry],
    tree: Tree,
    source: str,
    data: str | Path | None = None,
) -> tuple[Scoreboard, list[Read]]:
    """Check the scores and ranks of a year and make its scoreboard.

    Parameters
    ----------
    year : int
        The edition.
    entries : sequence of Entry
        The cells of that year.
    tree : Tree
        The official tree.
    source : str
        The document's title.
    data : path, optional
        The data folder.

    Returns
    -------
    board : Scoreboard
        As `piilib.load_scoreboard` would read it.
    read : list of Read
        Its cells.

    Raises
    ------
    DataError
        If a province stands twice or is no unit of that year, a score is outside 0-100, a rank
        beyond the number of units, or a better score has a worse rank; the cell is named.
    """
    units = provinces(basis_of(year), data)
    scores = read_numbers([entry for entry in entries if entry.column == "value"], tree)
    ranks = [Read(e, rank_and_of(e.cell)[0]) for e in entries if e.column == "rank"]
    tables: dict[str, Cells] = {}
    for node in dict.fromkeys(entry.code for entry in entries):
        here = [one for one in (*scores, *ranks) if one.entry.code == node]
        tables[node] = _by_unit(here, units, year)
        _check_order(tables[node], list(units.index))
    top = tables.get("PII", {})
    table = pd.DataFrame(
        {
            "score": [_value(top, unit, "value") for unit in units.index],
            "rank": [_value(top, unit, "rank") for unit in units.index],
            "status": ["published" if _has(top, unit) else np.nan for unit in units.index],
            "address": [source if _has(top, unit) else np.nan for unit in units.index],
        },
        index=units.index,
    )
    pillars = [
        {
            "key": unit,
            "code": node,
            "score": _value(cells, unit, "value"),
            "rank": _value(cells, unit, "rank"),
            "address": source,
        }
        for node, cells in tables.items()
        for unit in units.index
        if node != "PII" and _has(cells, unit)
    ]
    columns = ["key", "code", "score", "rank", "address"]
    board = Scoreboard(year, basis_of(year), table, pd.DataFrame(pillars, columns=columns))
    return board, [one for cells in tables.values() for one in cells.values()]


def _has(cells: Cells, unit: str) -> bool:
    return any(cells[unit, c].text for c in ("value", "rank") if (unit, c) in cells)


def _value(cells: Cells, unit: str, column: str) -> float:
    read = cells.get((unit, column))
    return float(read.text) if read and read.text else float("nan")


def _by_unit(read: Sequence[Read], units: pd.DataFrame, year: int) -> Cells:
    """Index cells by province and column, each checked by itself."""
    for one in read:
        if one.entry.unit not in units.index:
            raise DataError(
                f"{one.entry.unit!r} in the row of {one.entry.cell.place}",
                f"one of the {len(units)} units of {year}",
                column="province",
            )
        score = one.entry.column == "value"
        if one.text and not 0 <= float(one.text) <= (100 if score else len(units)):
            expected = "a score on 0-100" if score else f"a rank up to {len(units)}"
            raise DataError(one.said, expected, column="score" if score else "rank")
    return each_once(read, what="province")


def _check_order(cells: Cells, units: Sequence[str]) -> None:
    """Refuse a better score with a worse rank: a sign of columns or rows that were mixed up."""
    both = [
        (float(cells[unit, "rank"].text), -float(cells[unit, "value"].text), unit)
        for unit in units
        if all((unit, c) in cells and cells[unit, c].text for c in ("value", "rank"))
    ]
    for (rank, less, unit), (worse, more, other) in pairwise(sorted(both)):
        if worse > rank and more < less:
            score, second = cells[other, "value"], cells[unit, "value"]
            raise DataError(
                f"{score.said} ranked {worse:.0f}, above {second.said} ranked {rank:.0f}",
                "scores that fall as the ranks rise",
                column="score",
            )


def board_rows(
    board: Scoreboard, read: Sequence[Read], source: str, names: Mapping[str, str]
) -> list[dict[str, object]]:
    """Write a scoreboard as the rows of ``scoreboard.csv``; decimals as the document prints."""
    return [
        {"province_vi": names[str(row["key"])], "quote": "", **row}
        for row in _rows(board, read, source)
        if row["code"] == "PII"
    ]


def pillar_rows(board: Scoreboard, read: Sequence[Read], source: str) -> list[dict[str, object]]:
    """Write the scores of pillars as the rows of ``pillars.csv``."""
    return [row for row in _rows(board, read, source) if row["code"] != "PII"]


def _rows(board: Scoreboard, read: Sequence[Read], source: str) -> list[dict[str, object]]:
    texts: dict[tuple[str, str], dict[str, str]] = {}
    for one in read:
        if one.text:
            texts.setdefault((one.entry.code, one.entry.unit), {})[one.entry.column] = one.text
    return [
        {
            "key": unit,
            "year": board.year,
            "code": code,
            "score": found.get("value", ""),
            "rank": found.get("rank", ""),
            "status": "published",
            "address": source,
        }
        for (code, unit), found in texts.items()
    ]
