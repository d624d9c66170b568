"""How tall the words and tables of a slide are, so that it is filled and never overfull."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from piilib.report.briefing_text import Text
from piilib.report.table import Column, Table

#: Size of a slide in CSS pixels; 96 of them are an inch of the PowerPoint file.
WIDTH, HEIGHT = 1280, 720
#: Width and height of what stands below the title and above the foot.
BODY_WIDTH, BODY_HEIGHT = 1180, 490
#: Heights of the row of cards, of a line of text (24 px type) and of a table's (18 px type).
CARDS, LINE, ROW_LINE, ROW_GAP = 118, 34, 22, 11
#: Width of a letter of text and of a table, in pixels, on the generous side.
LETTER, SMALL_LETTER = 12.6, 9.0
#: Width of a letter of the widest words of a table: those of its head are bold.
WIDE_LETTER = 13.0
#: How much larger type is on a slide with little on it.
LARGE = 1.22
#: Height that a chart wants where it stands above other things.
CHART = 330
#: Width of a chart that has text beside it.
BESIDE = 760


def column_shares(table: Table, scale: float = 1.0) -> list[float]:
    """Share of a table's width that each column wants: by its longest word and its text.

    Examples
    --------
    >>> from piilib.report.table import Column
    >>> columns = (Column("a", "Mã"), Column("b", "Nội dung"))
    >>> rows = [{"a": "1", "b": "một câu dài hơn hẳn mã của nó"}]
    >>> a, b = column_shares(Table("t", "Bảng", columns, rows, "", ""))
    >>> a < 0.3 < b
    True
    """
    least, wants = [], []
    for column in table.columns:
        cells = [cell_text(table, row, column) for row in table.rows]
        words = [word for text in (*cells, column.heading) for word in text.split()]
        least.append((max(map(len, words), default=1) * WIDE_LETTER * scale + 18) / BODY_WIDTH)
        longest = max((len(line) for text in cells for line in text.split("\n")), default=1)
        wants.append(max(longest**0.75, 0.25 * len(column.heading)))
    spare = max(0.0, 1.0 - sum(least))
    shares = [low + spare * want / sum(wants) for low, want in zip(least, wants, strict=True)]
    return [share / sum(shares) for share in shares]


def cell_text(table: Table, row: Mapping[Any, Any], column: Column) -> str:
    """Write a cell without markup."""
    cell = table.cell(row, column)
    return Markup(cell).striptags() if column.format == "html" else str(cell)


def lines_of(text: str, width: float, letter: float) -> int:
    """Estimate how many lines a text takes, on the generous side."""
    return sum(max(1, math.ceil(len(part) * letter / width)) for part in text.split("\n"))


def texts_height(said: Sequence[Text], width: float, scale: float = 1.0) -> float:
    """Estimate the height of a slide's text, its cards included."""
    rest = sum(
        lines_of(one.text, width - 30, LETTER * scale) * LINE * scale + 12
        for one in said
        if one.kind != "card"
    )
    return rest + (CARDS if any(one.kind == "card" for one in said) else 0)


def beside_scale(said: Sequence[Text]) -> float:
    """Scale of the type with which text fits beside a chart: 1, 7/8 or 3/4.

    Examples
    --------
    >>> beside_scale([Text("li", "ngắn")]), beside_scale([Text("li", "một câu dài " * 60)])
    (1.0, 0.75)
    """
    room = BODY_HEIGHT - 20 - (CARDS if any(one.kind == "card" for one in said) else 0)
    rest = [one for one in said if one.kind != "card"]
    wide = BODY_WIDTH - BESIDE - 24
    return next((s for s in (1.0, 0.875) if texts_height(rest, wide, s) < room), 0.75)


def row_heights(table: Table, scale: float = 1.0) -> list[float]:
    """Estimate the height of the head and of every row of a table that fills the slide."""
    widths = [share * BODY_WIDTH - 16 for share in column_shares(table, scale)]
    rows = [[column.heading for column in table.columns]]
    rows += [[cell_text(table, row, column) for column in table.columns] for row in table.rows]
    letter, line = SMALL_LETTER * scale, ROW_LINE * scale
    return [
        max(lines_of(text, w, letter) for text, w in zip(row, widths, strict=True)) * line + ROW_GAP
        for row in rows
    ]


def note_height(table: Table, scale: float = 1.0) -> float:
    """Estimate the height of a table's caption and of its note."""
    note = lines_of(table.note, BODY_WIDTH, 7.6 * scale) * 20 * scale + 4 if table.note else 0.0
    return 30.0 * scale + note


def even(rows: Sequence[float], first: float, later: float) -> list[tuple[int, int]]:
    """Places of cuts into as few parts as fit, their heights as alike as can be.

    Examples
    --------
    >>> even([10, 10, 10, 10], 30, 30), even([10, 10], 30, 30), even([], 30, 30)
    ([(0, 2), (2, 4)], [(0, 2)], [(0, 0)])
    """
    whole = _greedy(rows, first, later)
    for share in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        found = _greedy(rows, share * first, share * later)
        if len(found) == len(whole):
            return found
    return whole


def _greedy(rows: Sequence[float], first: float, later: float) -> list[tuple[int, int]]:
    cuts, used, limit = [0], 0.0, first
    for i, height in enumerate(rows):
        if used + height > limit and i > cuts[-1]:
            cuts.append(i)
            used, limit = 0.0, later
        used += height
    return list(zip(cuts, [*cuts[1:], len(rows)], strict=True))
