"""From a notebook's pieces to slides: one a heading, a long table carried on to the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from piilib.report.briefing_fit import (
    BODY_HEIGHT,
    BODY_WIDTH,
    CHART,
    LARGE,
    even,
    note_height,
    row_heights,
    texts_height,
)
from piilib.report.briefing_text import Text, said_in, texts
from piilib.report.chart import Chart
from piilib.report.html_blocks import Grid, blocks, plain, prose
from piilib.report.numbers import Lang
from piilib.report.pieces import Piece
from piilib.report.table import Align, Column, Table

__all__ = ["Slide", "deck", "is_roomy", "sources_line"]


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
    part, parts : int
        Which slide of how many that carry one long table on.
    """

    kicker: str
    title: str
    texts: tuple[Text, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    part: int = 1
    parts: int = 1

    @property
    def sources(self) -> list[str]:
        """Kind of data and source of every figure and table, each once."""
        shown: list[Chart | Table] = [*self.charts, *self.tables]
        return list(dict.fromkeys(f"{one.kind} · {one.source}" for one in shown))

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
    return slides


def _slide(kicker: str, pieces: Sequence[Piece], lang: Lang) -> Slide:
    said: list[Text] = []
    charts: list[Chart] = []
    tables: list[Table] = []
    points: list[str] = []
    notes: list[str] = []
    for piece in pieces:
        if isinstance(piece.shown, Chart):
            charts.append(piece.shown)
        elif isinstance(piece.shown, Table):
            tables.append(piece.shown)
        elif piece.shown is None:
            said.append(Text("heading" if piece.level else "p", plain(prose(piece.text))))
        else:
            found, spoken, rest = _parted(str(piece.shown))
            points += found
            notes += spoken
            tables += [_grid(one, lang) for one in blocks(rest) if isinstance(one, Grid)]
            said += [t for one in blocks(rest) if not isinstance(one, Grid) for t in said_in(one)]
    return Slide(kicker, " ".join(points), tuple(said), tuple(charts), tuple(tables), tuple(notes))


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
    for i, tables in enumerate(pages, 1):
        changed = replace(slide, tables=tuple(tables), part=i, parts=len(pages))
        yield changed if i == 1 else replace(changed, texts=(), charts=())


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


def is_roomy(slide: Slide) -> bool:
    """Whether a slide without a chart has room for larger type.

    Examples
    --------
    >>> is_roomy(Slide("", "A", texts=(Text("li", "ngắn"),)))
    True
    """
    tall = texts_height(slide.texts, BODY_WIDTH, LARGE)
    for table in slide.tables:
        tall += sum(row_heights(table, LARGE)) + note_height(table, LARGE)
    return not slide.charts and slide.parts == 1 and tall < 0.88 * BODY_HEIGHT


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
_POINT: Final = re.compile(r'<p class="point">(.*?)</p>', re.DOTALL)
_NOTES: Final = re.compile(r'<aside class="notes">(.*?)</aside>', re.DOTALL)


def _parted(html: str) -> tuple[list[str], list[str], str]:
    """Return the points, the notes and the rest of what a cell shows."""
    points = [text.text for inside in _POINT.findall(html) for text in texts(inside)]
    notes = [text.text for inside in _NOTES.findall(html) for text in texts(inside)]
    return points, notes, _POINT.sub("", _NOTES.sub("", html))
