"""How wide the columns of a table are on paper, how large its type, and whether the page turns."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from piilib.report.html_blocks import Cell, Grid, plain
from piilib.report.word_parts import room

__all__ = ["Layout", "layout", "measure"]

_WIDTHS: Final = {
    **dict.fromkeys(" .,:;|/'", 0.26),
    **dict.fromkeys("ijlt()[]fI-", 0.32),
    **dict.fromkeys("srz“”‘’", 0.42),
    **dict.fromkeys("mwMW%", 0.80),
    **dict.fromkeys("−+≤≥=×τσγ", 0.57),
}
_BOLD: Final = 1.08
_PADDING: Final = 190  # of a cell, both sides and its line, in twentieths of a point
_LONGEST: Final = 8.5  # ems beyond which a word, an address, may be broken
_STEPS: Final = 60
#: Across or upright, and the size of type in points, the best first.
_CHOICES: Final = ((False, 11), (False, 10), (True, 11), (True, 10), (True, 9))
_MEAN_LINES: Final = 2.6  # of a row that is not tall
_FEW: Final = 45  # lines of a table for which no page is turned


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
    lines : int
        About how many lines it has, its head included.
    """

    across: bool
    points: int
    widths: tuple[int, ...]
    lines: int = 0


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


def layout(grid: Grid) -> Layout:
    """Choose page, size of type and widths of columns, so that no word or number is cut.

    A table stands upright in 11 or 10 points where no word is broken and its rows are not tall;
    else across, in 11 down to 9.

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
    rows = [grid.head, *grid.rows]
    whole = np.array([[_whole(c, place == 0) for c in row] for place, row in enumerate(rows)])
    need = np.array([[_need(c, place == 0) for c in row] for place, row in enumerate(rows)])
    found = Layout(True, 9, ())
    for across, points in _CHOICES:
        total = room(across)[0]
        least = need.max(axis=0) * points * 20 + _PADDING
        fits = least.sum() <= total
        widths = _shared(whole * points * 20 + _PADDING, least, total)
        lines = np.ceil((whole * points * 20) / (widths - _PADDING)).max(axis=1)
        found = Layout(across, points, _rounded(widths, total), int(lines.sum()))
        few = lines.sum() <= _FEW and (points < 11 or across)
        if fits and (lines.mean() <= _MEAN_LINES or few):
            break
    return found


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
