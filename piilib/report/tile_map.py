"""A map of squares: a tile a province, in a grid of our own, without a coastline."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize
from matplotlib.patches import Rectangle

from piilib.data.tables import load_table
from piilib.errors import DataError
from piilib.report.chart import Chart, draw, figure, style
from piilib.report.index_words import fit, say
from piilib.report.numbers import Lang, interval, number

_INK: Final = "#1f2933"
_EMPTY: Final = "#f5f7fa"
_WIDE, _HIGH = 0.92, 0.42


@style()
def tile_map(
    scores: pd.DataFrame,
    basis: int,
    *,
    title: str,
    alt: str,
    source: str,
    kind: str,
    lang: Lang = "vi",
    key: str = "tile-map",
    data: str | Path | None = None,
) -> Chart:
    """Draw every province as a square, coloured by its score.

    Parameters
    ----------
    scores : DataFrame
        Index: province key. Columns ``score`` (published, else NaN), ``low`` and ``high`` (the
        interval of one that was not; NaN where nothing is known).
    basis : {63, 34}
    title, alt, source, kind, key
        See `Chart`.
    lang : {"vi", "en"}
    data : path, optional
        The data folder.

    Returns
    -------
    Chart
        Published: a solid frame and the score. Not published: a dashed frame and the interval,
        coloured by its middle. Hoàng Sa and Trường Sa have the colours of Đà Nẵng and Khánh Hòa.

    Raises
    ------
    DataError
        If a province of the basis is missing.
    """
    tiles = load_table("tiles", data)
    tiles = tiles[tiles["basis"] == str(basis)].astype({"column": float, "row": float})
    if tiles.empty:
        raise DataError(f"basis={basis}", "63 or 34")
    missing = sorted(set(tiles["key"]) - set(scores.index))
    if missing:
        raise DataError(f"no row for {missing[0]!r}", f"every unit of the {basis}")
    middle = scores["score"].fillna((scores["low"] + scores["high"]) / 2)
    span = Normalize(float(middle.min()), float(middle.max()))
    colours = matplotlib.colormaps["YlGnBu"]
    columns, rows = tiles["column"].max() + 1, tiles["row"].max() + 1
    fig = figure(_WIDE * columns, _HIGH * rows + 0.5)
    axes = fig.subplots()
    for _, tile in tiles.iterrows():
        _tile(axes, tile, scores.loc[tile["key"]], middle[tile["key"]], span, colours, lang)
    axes.set_xlim(-0.02, columns + 0.02)
    axes.set_ylim(rows + 0.02, -0.02)
    axes.set_axis_off()
    _legend(axes, tiles, lang)
    return draw(fig, key=key, title=title, alt=alt, source=source, kind=kind)


def _tile(
    axes: Axes,
    tile: pd.Series,
    row: pd.Series,
    middle: float,
    span: Normalize,
    colours: Colormap,
    lang: Lang,
) -> None:
    known = not np.isnan(row["score"])
    # Half of the range of colours, so that dark type can be read on every one of them.
    colour = _EMPTY if np.isnan(middle) else colours(0.05 + 0.5 * float(span(middle)))
    axes.add_patch(
        Rectangle(
            (tile["column"] + 0.03, tile["row"] + 0.05),
            0.94,
            0.9,
            facecolor=colour,
            edgecolor=_INK,
            linewidth=1.2 if known else 0.8,
            linestyle="-" if known else (0, (3, 2)),
        )
    )
    label, under = str(tile[f"label_{lang}"]), _figures(row, lang)
    if tile["part"]:
        under = say(lang, "(Đà Nẵng)", "(Da Nang)")
        if tile["key"] == "khanh-hoa":
            under = say(lang, "(Khánh Hòa)", "(Khanh Hoa)")
    centre = tile["column"] + 0.5
    axes.text(centre, tile["row"] + 0.34, fit(label, 60, 8), ha="center", va="center", fontsize=8)
    axes.text(
        centre,
        tile["row"] + 0.7,
        under,
        ha="center",
        va="center",
        fontsize=8,
        fontweight="bold" if known and not tile["part"] else "normal",
    )


def _figures(row: pd.Series, lang: Lang) -> str:
    if not np.isnan(row["score"]):
        return number(row["score"], 2, lang)
    if np.isnan(row["low"]):
        return "?"
    return interval(row["low"], row["high"], 0, lang)


def _legend(axes: Axes, tiles: pd.DataFrame, lang: Lang) -> None:
    """Say under the islands what a frame means, where the grid is empty."""
    words = (
        say(lang, "Khung liền, số đậm:\nđã công bố", "Solid frame, bold:\npublished"),
        say(lang, "Khung đứt, khoảng:\nchưa công bố", "Dashed frame, interval:\nnot published"),
        say(lang, "Màu đậm hơn:\nđiểm cao hơn", "Darker: higher"),
    )
    top = 3.0 if tiles["row"].max() < 20 else 5.0
    for i, text in enumerate(words):
        axes.text(6.05, top + 1.5 * i, text, fontsize=8, va="center", color=_INK)
