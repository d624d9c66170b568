"""From a notebook's pieces to slides: one a heading, a long table carried on to the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from piilib.report.briefing_fit import (
    BODY_HEIGHT,
    BODY_WIDTH,
    CHART,
    SCALES,
    TITLE,
    even,
    note_height,
    row_heights,
    texts_height,
    title_lines,
)
from piilib.report.briefing_text import Text, said_in, texts
from piilib.report.chart import Chart
from piilib.report.html_blocks import Grid, blocks, plain, prose
from piilib.report.numbers import Lang, listing
from piilib.report.pieces import Piece
from piilib.report.table import Align, Column, Table

__all__ = ["Slide", "deck", "sources_line"]


@dataclass(frozen=True)
class Slide:
    """What one slide holds.

    Attributes
    ----------
    kicker : str
        The section, in small type above the title.
    title : str
        What the slide says.
    texts : tuple of Text
    charts : tuple of Chart
    tables : tuple of Table
    notes : tuple of str
        For the speaker: sources and method.
    rests : tuple of str
        Kind of data and source of the slide's own words.
    part, parts : int
        Which slide of how many that carry one long table on.
    scale : float
        How much larger than usual the type is, where there is room.
    """

    kicker: str
    title: str
    texts: tuple[Text, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    rests: tuple[str, ...] = ()
    part: int = 1
    parts: int = 1
    scale: float = 1.0

    @property
    def sources(self) -> list[str]:
        """Kind of data and source of every figure and table and of the words, each once."""
        shown: list[Chart | Table] = [*self.charts, *self.tables]
        return list(dict.fromkeys([*(f"{one.kind} · {one.source}" for one in shown), *self.rests]))

    @property
    def heading(self) -> str:
        """The section, with the number of the slide where a table is carried on."""
        return self.kicker + (f" ({self.part}/{self.parts})" if self.parts > 1 else "")


def deck(pieces: Sequence[Piece], *, title: str, lang: Lang = "vi") -> list[Slide]:
    """Cut pieces into slides at the headings of levels 1 and 2.

    Parameters
    ----------
    pieces : sequence of Piece
        What comes before the first heading stands on the title slide.
    title : str
        Of the title slide.
    lang : {"vi", "en"}

    Returns
    -------
    list of Slide
        The title slide first. A heading without anything to show is left out; a table that is too
        long for its slide is carried on to further ones, so that every slide fits its height.

    Examples
    --------
    >>> found = deck([Piece(2, "A"), Piece(0, "câu"), Piece(2, "B")], title="Bài")
    >>> [(slide.kicker, slide.title) for slide in found]
    [('', 'Bài'), ('', 'A')]
    """
    groups: list[tuple[str, list[Piece]]] = [("", [])]
    for piece in pieces:
        if piece.level in (1, 2):
            groups.append((piece.text, []))
        else:
            groups[-1][1].append(piece)
    first, *others = [_slide(kicker, inside, lang) for kicker, inside in groups]
    slides = [replace(first, kicker=first.title, title=title)]
    for slide in others:
        if slide.texts or slide.charts or slide.tables:
            slides += _pages(_titled(slide), lang)
    return [_pointing(slide, lang, last=slide is slides[-1]) for slide in slides]


def _slide(kicker: str, pieces: Sequence[Piece], lang: Lang) -> Slide:
    said: list[Text] = []
    charts: list[Chart] = []
    tables: list[Table] = []
    points: list[str] = []
    notes: list[str] = []
    rests: list[str] = []
    for piece in pieces:
        if isinstance(piece.shown, Chart):
            charts.append(piece.shown)
        elif isinstance(piece.shown, Table):
            tables.append(piece.shown)
        elif piece.shown is None:
            said.append(Text("heading" if piece.level else "p", plain(prose(piece.text))))
        else:
            (found, spoken, based), rest = _parted(str(piece.shown))
            points += found
            notes += spoken
            rests += based
            tables += [_grid(one, lang) for one in blocks(rest) if isinstance(one, Grid)]
            said += [t for one in blocks(rest) if not isinstance(one, Grid) for t in said_in(one)]
    return Slide(
        kicker,
        " ".join(points),
        tuple(said),
        tuple(charts),
        tuple(tables),
        tuple(notes),
        tuple(rests),
    )


def _titled(slide: Slide) -> Slide:
    """Give a slide without a point its heading as title."""
    return slide if slide.title else replace(slide, kicker="", title=slide.kicker)


def _pages(slide: Slide, lang: Lang) -> Iterator[Slide]:
    """Carry tables on to further slides; what else there is stays on the first."""
    taken = texts_height(slide.texts, BODY_WIDTH)
    if slide.charts:
        taken = float(CHART)
    pages: list[list[Table]] = [[]]
    room = BODY_HEIGHT - taken
    for table in slide.tables:
        for piece in _cut(table, room, lang):
            if piece[1] > room and (pages[-1] or (taken and len(pages) == 1)):
                pages.append([])
                room = float(BODY_HEIGHT)
            pages[-1].append(piece[0])
            room -= piece[1]
    parts = []
    for i, tables in enumerate(pages, 1):
        part = replace(slide, tables=tuple(tables), part=i, parts=len(pages))
        if len(pages) > 1:
            part = replace(part, title=_with_rows(slide.title, tables, lang))
        parts.append(part if i == 1 else replace(part, texts=(), charts=()))
    scale = min(map(_room, parts))
    yield from (replace(part, scale=scale) for part in parts)


def _with_rows(title: str, tables: Sequence[Table], lang: Lang) -> str:
    """Tell a slide from the others of its table: by the names of its rows, if they fit."""
    names = [table.cell(row, table.columns[0]) for table in tables for row in table.rows]
    if not names or title_lines(title, TITLE) > 1:
        return title
    wanted = (f"{title}: {listing(names, lang)}", f"{title}: {names[0]} – {names[-1]}")
    return next((one for one in wanted if title_lines(one, TITLE) <= 2), title)


def _cut(table: Table, room: float, lang: Lang) -> Iterator[tuple[Table, float]]:
    """Cut a table into parts that fit, the first into `room` if two rows of it do."""
    head, *rows = row_heights(table)
    extra = head + note_height(table)
    first = room if sum(rows[:2]) + extra <= room else float(BODY_HEIGHT)
    more = {"vi": "tiếp", "en": "continued"}[lang]
    for start, end in even(rows, first - extra, BODY_HEIGHT - extra):
        key = table.key if start == 0 else f"{table.key}-{start}"
        caption = table.caption if start == 0 else f"{table.caption} ({more})"
        part = replace(table, key=key, caption=caption, rows=table.rows[start:end])
        yield part, extra + sum(rows[start:end])


def _room(slide: Slide) -> float:
    """How much larger than usual the type can be; beside charts it cannot."""
    if slide.charts:
        return 1.0
    return next((s for s in SCALES if _height(slide, s) < 0.95 * BODY_HEIGHT), 1.0)


def _height(slide: Slide, scale: float) -> float:
    tall = texts_height(slide.texts, BODY_WIDTH, scale)
    return tall + sum(
        sum(row_heights(table, scale)) + note_height(table, scale) for table in slide.tables
    )


def sources_line(slide: Slide, lang: Lang) -> str:
    """Write the foot of a slide: what its figures rest on; empty where it has none.

    Examples
    --------
    >>> sources_line(Slide("", "A"), "vi")
    ''
    """
    word = {"vi": "Nguồn", "en": "Source"}[lang]
    return f"{word}: {'; '.join(slide.sources)}" if slide.sources else ""


def _grid(grid: Grid, lang: Lang) -> Table:
    """Make a table of one that stands in text, its cells as they are written."""
    columns = tuple(
        Column(f"c{i}", plain(cell.runs), align=_ALIGN[cell.align])
        for i, cell in enumerate(grid.head)
    )
    rows = [{f"c{i}": plain(cell.runs) for i, cell in enumerate(row)} for row in grid.rows]
    note = grid.note or None
    return Table(grid.key, grid.caption, columns, rows, grid.source, grid.kind, lang, note)


_ALIGN: Final[dict[str, Align]] = {"left": "left", "right": "right", "center": "center"}
_PARTS: Final = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r'<p class="point">(.*?)</p>',
        r'<aside class="notes">(.*?)</aside>',
        r'<p class="rests">(.*?)</p>',
    )
)


def _parted(html: str) -> tuple[list[list[str]], str]:
    """Return the points, the notes and the sources, and the rest of what a cell shows."""
    parts = []
    for pattern in _PARTS:
        parts.append([text.text for inside in pattern.findall(html) for text in texts(inside)])
        html = pattern.sub("", html)
    return parts, html


#: Where a report's addresses stand, and where those of the slides do, seen from others and there.
_ADDRESSES: Final[dict[Lang, tuple[str, str, str]]] = {
    "vi": ("địa chỉ ở mục Nguồn", "địa chỉ: ghi chú của trang cuối", "địa chỉ: ghi chú trang này"),
    "en": (
        "addresses under Sources",
        "addresses: notes of the last slide",
        "addresses: notes of this slide",
    ),
}


def _pointing(slide: Slide, lang: Lang, *, last: bool) -> Slide:
    """Point to the addresses where the slides have them; there is no section of sources."""
    there, elsewhere, here = _ADDRESSES[lang]

    def told(text: str) -> str:
        return text.replace(there, here if last else elsewhere)

    def moved(shown: Any) -> Any:
        return replace(shown, source=told(shown.source))

    return replace(
        slide,
        texts=tuple(replace(one, text=told(one.text)) for one in slide.texts),
        charts=tuple(map(moved, slide.charts)),
        tables=tuple(map(moved, slide.tables)),
        notes=tuple(map(told, slide.notes)),
        rests=tuple(map(told, slide.rests)),
    )
