"""How tall the words and tables of a slide are, so that it is filled and never overfull."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from piilib.report.briefing_letters import lines_of, text_width
from piilib.report.briefing_text import Text
from piilib.report.table import Column, Table

#: Size of a slide in CSS pixels; 96 of them are an inch of the PowerPoint file.
WIDTH, HEIGHT = 1280, 720
#: Width and height of what stands below the title and above the foot.
BODY_WIDTH, BODY_HEIGHT = 1180, 490
#: Heights of the row of cards, of a line of text and of a table's; what a row adds to its lines.
CARDS, LINE, ROW_LINE, ROW_GAP = 118, 34, 22, 11
#: Sizes of the type of text, of a table, of its note and of a title: usual and long.
TYPE, TABLE_TYPE, NOTE_TYPE, TITLE, LONG_TITLE = 24, 18, 14, 31, 26
#: How much larger type may be on a slide with little on it, the largest first.
SCALES = (1.22, 1.1, 1.0)
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
    least, wants, size = [], [], TABLE_TYPE * scale
    for column in table.columns:
        cells = [cell_text(table, row, column) for row in table.rows]
        words = [text_width(word, size) for text in cells for word in text.split()]
        words += [text_width(word, size, True) for word in column.heading.split()]
        least.append((max(words, default=size) + 20) / BODY_WIDTH)
        longest = max((len(line) for text in cells for line in text.split("\n")), default=1)
        wants.append(max(longest**0.75, 0.25 * len(column.heading)))
    spare = max(0.0, 1.0 - sum(least))
    shares = [low + spare * want / sum(wants) for low, want in zip(least, wants, strict=True)]
    return [share / sum(shares) for share in shares]


def cell_text(table: Table, row: Mapping[Any, Any], column: Column) -> str:
    """Write a cell without markup."""
    cell = table.cell(row, column)
    return Markup(cell).striptags() if column.format == "html" else str(cell)


def title_size(title: str) -> float:
    """Size of the type in which a title takes two lines at most.

    Examples
    --------
    >>> title_size("Một câu ngắn"), title_size("Một câu dài " * 15)
    (31, 26)
    """
    return TITLE if title_lines(title, TITLE) <= 2 else LONG_TITLE


def title_lines(title: str, size: float) -> int:
    """Estimate how many lines a title takes."""
    return lines_of(title, BODY_WIDTH, size, True)


def texts_height(said: Sequence[Text], width: float, scale: float = 1.0) -> float:
    """Estimate the height of a slide's text, its cards included."""
    rest = sum(
        lines_of(one.text, width - 30, TYPE * scale) * LINE * scale + 12
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
    return [
        max(
            lines_of(text, wide, TABLE_TYPE * scale, place == 0)
            for text, wide in zip(row, widths, strict=True)
        )
        * ROW_LINE
        * scale
        + ROW_GAP
        for place, row in enumerate(rows)
    ]


def note_height(table: Table, scale: float = 1.0) -> float:
    """Estimate the height of a table's caption and of its note."""
    caption = lines_of(table.caption, BODY_WIDTH, TABLE_TYPE * scale, True) * 25 * scale + 5
    if not table.note:
        return caption
    return caption + lines_of(table.note, BODY_WIDTH, NOTE_TYPE * scale) * 20 * scale + 10


def even(rows: Sequence[float], first: float, later: float) -> list[tuple[int, int]]:
    """Places of cuts into as few parts as fit, each as full as the others as far as can be.

    Examples
    --------
    >>> even([10, 10, 10, 10], 30, 30), even([10, 10], 30, 30), even([], 30, 30)
    ([(0, 2), (2, 4)], [(0, 2)], [(0, 0)])
    >>> even([10] * 9, 80, 80)
    [(0, 4), (4, 9)]
    """
    count, size = len(_greedy(rows, first, later)), len(rows)
    ends = [0.0]
    for height in rows:
        ends.append(ends[-1] + height)
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [0])}
    for part in range(count):
        limit = first if part == 0 else later
        found: dict[int, tuple[float, list[int]]] = {}
        for start, (cost, cuts) in best.items():
            for end in range(start + 1, size + 1):
                tall = ends[end] - ends[start]
                if tall > limit and end > start + 1:
                    break
                worth = cost + (tall / limit) ** 2
                if end not in found or worth < found[end][0]:
                    found[end] = (worth, [*cuts, end])
        best = found
    return list(pairwise(best[size][1])) if size else [(0, 0)]


def _greedy(rows: Sequence[float], first: float, later: float) -> list[tuple[int, int]]:
    cuts, used, limit = [0], 0.0, first
    for i, height in enumerate(rows):
        if used + height > limit and i > cuts[-1]:
            cuts.append(i)
            used, limit = 0.0, later
        used += height
    return list(zip(cuts, [*cuts[1:], len(rows)], strict=True))
