"""How wide words and columns are on paper, how large a table's type, and whether the page turns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from piilib.report.html_blocks import Cell, Grid, Runs, plain
from piilib.report.word_parts import room

__all__ = ["Layout", "layout", "layouts", "measure", "unbroken"]

_WIDTHS: Final = {
    **dict.fromkeys(" .,:;|/'", 0.26),
    **dict.fromkeys("ijlt()[]fI-", 0.32),
    **dict.fromkeys("srz“”‘’", 0.42),
    **dict.fromkeys("mwMW%", 0.80),
    **dict.fromkeys("−+≤≥=×τσγ", 0.57),
}
#: Words, or a command with its options, which is one.
_ATOM: Final = re.compile(r"pii [a-z]+(?: [a-z]+)?(?: --[a-z-]+ [^\s-]\S*)+|\S+")
_TEXT: Final = 13 * 20  # size of the text's type, in twentieths of a point
_INDENT: Final = 567  # of its first line
_SURE: Final = 0.97  # share of a line that words measured here are sure to fill at most
_BOLD: Final = 1.08
_PADDING: Final = 190  # of a cell, both sides and its line, in twentieths of a point
_LONGEST: Final = 8.5  # ems beyond which a word, an address, may be broken
_STEPS: Final = 60
#: Across or upright, the size of type in points, and how many lines a row may have in the mean, the
#: best first. A page laid across holds no more of a table than an upright one, and both changes
#: leave part of a page empty: it is for tables whose words an upright page would cut.
_CHOICES: Final = (
    (False, 11, 2.6),
    (False, 10, 4.6),
    (False, 9, 4.6),
    (True, 10, 3.0),
    (True, 9, np.inf),
)
_TIGHT: Final = 0.95  # share of the width that longest words may take in the smallest type
_FEW: Final = 60  # lines, about a page, of a table for which no page is turned


@dataclass(frozen=True)
class Layout:
    """How a table is set.

    Attributes
    ----------
    across : bool
        On a page laid across.
    points : int
        Size of its type.
    widths : tuple of int
        Of the columns, in twentieths of a point.
    lines : tuple of int
        About how many lines each row has, the head first.
    """

    across: bool
    points: int
    widths: tuple[int, ...]
    lines: tuple[int, ...] = ()


def measure(text: str) -> float:
    """Estimate the width of words in Times New Roman, in ems.

    Examples
    --------
    >>> measure("23,95") == 4 * 0.5 + 0.26
    True
    """
    letters = unicodedata.normalize("NFD", text)
    return sum(_letter(x) for x in letters if not unicodedata.combining(x))


def _letter(x: str) -> float:
    return _WIDTHS.get(x, 0.72 if x.isupper() else 0.5)


def unbroken(runs: Runs) -> Runs:
    """Begin a line before a command that would else be broken, at one of its hyphens.

    A hyphen that does not break would be another letter: the command could not be copied.

    Parameters
    ----------
    runs : tuple of Run
        A paragraph of the text.

    Returns
    -------
    tuple of Run
        The same words, a line break in the place of the space before such a command.

    Examples
    --------
    >>> from piilib.report.html_blocks import prose
    >>> unbroken(prose("Do pii report --province cao-bang."))[0].text
    'Do pii report --province cao-bang.'
    """
    text, width, at = plain(runs), room(False)[0] * _SURE, float(_INDENT)
    for atom in _ATOM.finditer(text):
        word, start = measure(atom[0]) * _TEXT, atom.start()
        if at + word > width:
            if " --" in atom[0] and start and word <= width:
                text = f"{text[: start - 1]}\n{text[start:]}"
            at = 0.0
        at += word + measure(" ") * _TEXT
    ends = list(accumulate(len(run.text) for run in runs))
    return tuple(
        replace(run, text=text[end - len(run.text) : end])
        for run, end in zip(runs, ends, strict=True)
    )


def layout(grid: Grid) -> Layout:
    """Choose page, size of type and widths of columns, so that no word or number is cut.

    A table stands upright, in 11 down to 9 points, where no word is broken and its rows are not
    tall; else across.

    Parameters
    ----------
    grid : Grid

    Returns
    -------
    Layout

    Examples
    --------
    >>> from piilib.report.html_blocks import Run
    >>> cells = (Cell((Run("Trụ cột"),)), Cell((Run("2024"),)))
    >>> layout(Grid("a", "A", cells, (cells,), "", "", "")).points
    11
    """
    return layouts([grid])[0]


def layouts(grids: Sequence[Grid]) -> list[Layout]:
    """Choose as `layout` does, but alike for tables with the same head.

    Parameters
    ----------
    grids : sequence of Grid

    Returns
    -------
    list of Layout
        One for each table, in order.

    Examples
    --------
    >>> layouts([])
    []
    """
    families: dict[tuple[str, ...], list[int]] = {}
    for at, grid in enumerate(grids):
        families.setdefault(tuple(plain(cell.runs) for cell in grid.head), []).append(at)
    found: dict[int, Layout] = {}
    for members in families.values():
        found |= zip(members, _family([grids[at] for at in members]), strict=True)
    return [found[at] for at in range(len(grids))]


def _family(grids: Sequence[Grid]) -> list[Layout]:
    """Set tables of one head as if they were one table."""
    rows = [grids[0].head, *(row for grid in grids for row in grid.rows)]
    whole = np.array([[_whole(c, place == 0) for c in row] for place, row in enumerate(rows)])
    need = np.array([[_need(c, place == 0) for c in row] for place, row in enumerate(rows)])
    for across, points, most in _CHOICES:
        total = room(across)[0]
        least = need.max(axis=0) * points * 20 + _PADDING
        widths = _shared(whole * points * 20 + _PADDING, least, total)
        lines = np.ceil((whole * points * 20) / (widths - _PADDING)).max(axis=1)
        fits = least.sum() <= total * (_TIGHT if points == 9 else 1.0)
        few = lines.sum() <= _FEW and points < 11
        if fits and (lines.mean() <= most or few):
            break
    one = Layout(across, points, _rounded(widths, total))
    return [replace(one, lines=part) for part in _divided(lines.astype(int).tolist(), grids)]


def _divided(lines: Sequence[int], grids: Sequence[Grid]) -> Iterator[tuple[int, ...]]:
    """Give each table the lines of its rows, below those of the head that all of them have."""
    start = 1
    for grid in grids:
        yield (lines[0], *lines[start : start + len(grid.rows)])
        start += len(grid.rows)


def _whole(cell: Cell, head: bool) -> float:
    return measure(plain(cell.runs)) * (_BOLD if head else 1.0)


def _need(cell: Cell, head: bool) -> float:
    """Return the width that a cell cannot do without: its longest word, or all of a number."""
    text = plain(cell.runs)
    if cell.figures and not head:
        return min(measure(text), _LONGEST)
    longest = max((measure(word) for word in text.split()), default=0.0)
    return min(longest * (_BOLD if head else 1.0), _LONGEST)


def _shared(
    whole: NDArray[np.float64], least: NDArray[np.float64], total: int
) -> NDArray[np.float64]:
    """Share what is left over the columns, each part where it makes the rows lowest."""
    widths = least * min(1.0, total / least.sum())
    part = (total - widths.sum()) / _STEPS
    for _ in range(_STEPS):
        wider = widths + part * np.eye(len(widths))
        heights = [_height(whole, each) for each in (widths, *wider)]
        best = int(np.argmin(heights[1:]))
        if heights[0] - heights[1 + best] < 1e-9:
            break
        widths = wider[best]
    return np.asarray(widths * (total / widths.sum()))


def _height(whole: NDArray[np.float64], widths: NDArray[np.float64]) -> float:
    lines = np.maximum(whole / widths, 1.0)
    return float(((lines**6).sum(axis=1) ** (1 / 6)).sum())


def _rounded(widths: Sequence[float] | NDArray[np.float64], total: int) -> tuple[int, ...]:
    first, *rest = (int(width) for width in widths)
    return (total - sum(rest), *rest) if first else tuple(rest)
