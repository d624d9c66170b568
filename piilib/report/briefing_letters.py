"""How wide words are in the type of the slides (Arial and its like), and where lines break."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

__all__ = ["lines_of", "text_width"]

#: Widths of letters, as shares of the size of the type; diacritics add nothing.
_GROUPS: Final = (
    ("ijl", 0.22),
    ("I.,:;'’|!/\\ ft", 0.28),
    ('r()[]{}-"“”*°·', 0.34),
    ("sckvxyzJ", 0.50),
    ("mM", 0.84),
    ("wCDĐHNRU", 0.72),
    ("GOQ", 0.78),
    ("W", 0.95),
    ("%", 0.89),
    ("→—…", 1.0),
    ("ABEKPSVXY", 0.67),
    ("FLTZ", 0.61),
)
_WIDTHS: Final = {letter: width for letters, width in _GROUPS for letter in letters}
#: Every other letter and every digit; what bold type and another letter of the same kind add.
_USUAL, _BOLD, _SPARE = 0.56, 1.06, 1.015


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Estimate the width of a text set on one line, in the unit of `size`.

    Examples
    --------
    >>> round(text_width("iii", 10), 2) < round(text_width("mmm", 10), 2)
    True
    >>> text_width("trước", 10) == text_width("truoc", 10)
    True
    """
    base = unicodedata.normalize("NFD", text)
    share = sum(_WIDTHS.get(c, _USUAL) for c in base if not unicodedata.combining(c))
    return share * size * _SPARE * (_BOLD if bold else 1.0)


def lines_of(text: str, width: float, size: float, bold: bool = False) -> int:
    r"""Count the lines of a text that is broken between words, and within one that is too long.

    Examples
    --------
    >>> lines_of("một hai ba", 1000, 18), lines_of("một hai ba", 60, 18), lines_of("a\nb", 60, 18)
    (1, 2, 2)
    """
    return sum(_broken(part, width, size, bold) for part in text.split("\n"))


def _broken(text: str, width: float, size: float, bold: bool) -> int:
    lines, used, gap = 1, 0.0, text_width(" ", size, bold)
    for word in text.split():
        wide = text_width(word, size, bold)
        if used and used + gap + wide > width:
            lines, used = lines + 1, 0.0
        lines += int(wide // width)
        used += wide % width + (gap if used else 0.0)
    return lines
