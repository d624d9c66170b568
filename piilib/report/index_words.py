"""What the charts of a user's own index share: words, names, labels that fit, checked tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator

from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.report.chart import Chart, draw, number_ticks
from piilib.report.numbers import Lang, counted, listing, number
from piilib.types import Array

#: Size of type of what stands right of a row.
_SMALL = 9.5


def say(lang: Lang, vi: str, en: str) -> str:
    """Return the words of the reader's language; `DataError` for another than "vi" or "en"."""
    if lang not in ("vi", "en"):
        raise DataError(f"the language {lang!r}", "'vi' or 'en'")
    return vi if lang == "vi" else en


def some(items: Iterable[object], lang: Lang, vi: str, en: str, most: int = 3) -> str:
    """Name the items if they are few, else count them by the noun `vi` or `en`."""
    words = [str(item) for item in items]
    return listing(words, lang) if len(words) <= most else counted(lang, len(words), vi, en)


def quantity(x: float, lang: Lang, decimals: int = 1, *, signed: bool = False) -> str:
    """Write a rank or another number that is mostly whole, with decimals only where it is not."""
    return number(x, 0 if float(x).is_integer() else decimals, lang, signed=signed)


def drawn_of(drawn: int, of: int, lang: Lang) -> str:
    """Say how many rows of a chart are drawn, where that is not all."""
    words = say(lang, f"; vẽ {drawn} trên {of} dòng", f"; {drawn} of {of} rows drawn")
    return words if drawn < of else ""


def tied(values: pd.Series, x: float) -> list[str]:
    """Return the labels whose value is `x` but for the rounding of floats."""
    return [str(label) for label in values.index[np.isclose(values, x, rtol=1e-9, atol=1e-12)]]


def node_name(fw: Framework | None, code: str, lang: Lang) -> str:
    """Return a node's short or full name in the language, else in the other, else its code."""
    other = "en" if lang == "vi" else "vi"
    for name in (f"short_{lang}", f"name_{lang}", "name", f"short_{other}", f"name_{other}"):
        if fw is not None and code in fw.table.index and name in fw.table.columns:
            text = fw.table.at[code, name]
            if isinstance(text, str) and text.strip():
                return " ".join(text.split())
    return code


def node_label(fw: Framework | None, code: str, lang: Lang) -> str:
    """Return a node's code and its name, once where they are the same."""
    name = node_name(fw, code, lang)
    return name if name == code else f"{code} {name}"


def fit(text: str, points: float, size: float = 10.5, *, bold: bool = False) -> str:
    """Shorten a label with "…" until it is no wider than `points`, and make it safe to draw.

    Matplotlib reads what stands between two dollar signs as a formula; they are escaped here.
    """
    words = " ".join(text.split())
    if text_width(words, size, bold=bold) <= points:
        return words.replace("$", r"\$")
    short, long = 0, len(words)
    while long - short > 1:
        middle = (short + long) // 2
        if text_width(words[:middle].rstrip() + "…", size, bold=bold) <= points:
            short = middle
        else:
            long = middle
    return (words[:short].rstrip() + "…").replace("$", r"\$")


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a line of text, in points."""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


def label_rows(axes: Axes, labels: Sequence[str], points: float = 190, size: float = 10) -> None:
    """Write a label left of each row, the first row on top."""
    axes.set_yticks(range(len(labels)), [fit(text, points, size) for text in labels])
    axes.tick_params(axis="y", labelsize=size, length=0)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(False, axis="y")


def note_rows(axes: Axes, notes: Sequence[str], points: float = 150, size: float = _SMALL) -> None:
    """Write a note right of each row."""
    for row, text in enumerate(notes):
        axes.text(
            1.015,
            row,
            fit(text, points, size),
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=size,
        )


def rank_axis(axes: Axes, ranks: Array, lang: Lang) -> None:
    """Give an axis of ranks whole numbers, from 1 where the first rank is on it."""
    low, high = float(ranks.min()), float(ranks.max())
    pad = max(0.5, 0.03 * (high - low))
    axes.set_xlim(low - min(pad, 0.8), high + pad)
    locator = MaxNLocator(8, integer=True, steps=[1, 2, 5, 10])
    ticks = [float(tick) for tick in locator.tick_values(low, high) if low <= tick <= high]
    if low <= 1 and len(ticks) > 1:
        apart = ticks[-1] - ticks[-2]
        ticks = [1.0, *(tick for tick in ticks if tick > 1 + apart / 2)]
    axes.set_xticks(ticks or [low])
    number_ticks(axes.xaxis, 0, lang)
    axes.set_xlabel(say(lang, "Hạng (1 là cao nhất)", "Rank (1 is the highest)"))


def finished(
    fig: Figure,
    lang: Lang,
    *,
    key: str,
    title: str,
    alt: str,
    source: str | None,
    kind: str | None,
) -> Chart:
    """Turn the figure into a chart, with the words for a user's own panel where none are given."""
    if kind is None:
        kind = say(lang, "Bảng số liệu của người dùng", "The user's own panel")
    if source is None:
        source = say(
            lang, "Tính bằng piilib từ bảng số liệu đã cho", "Computed by piilib from the panel"
        )
    return draw(fig, key=key, title=title, alt=alt, source=source, kind=kind)


def simulated(lang: Lang) -> str:
    """Return the words for figures that rest on random draws of a user's own panel."""
    return say(lang, "Bảng số liệu của người dùng; mô phỏng", "The user's own panel; simulated")


def numeric(table: pd.DataFrame, columns: Sequence[str], what: str) -> pd.DataFrame:
    """Return the columns as floats.

    Raises
    ------
    DataError
        If the table has no row, a row twice, lacks a column, or a column is not of numbers.
    """
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise DataError(
            f"a table of {what} with the columns {', '.join(map(str, table.columns))}",
            f"also {', '.join(missing)}",
        )
    if table.empty:
        raise DataError(f"a table of {what} without a row", "one row or more")
    if table.index.duplicated().any():
        raise DataError(
            f"{str(table.index[table.index.duplicated()][0])!r} twice in the {what}", "each once"
        )
    for name in columns:
        if not pd.api.types.is_numeric_dtype(table[name]):
            raise DataError(f"a column of {table[name].dtype}", "numbers", column=str(name))
    return table[list(columns)].astype(float)
