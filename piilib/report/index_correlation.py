"""Heat map of the correlations within a user's own index."""

from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.report.chart import Chart, figure, number_ticks, style
from piilib.report.index_words import finished, fit, node_label, numeric, say, text_width
from piilib.report.numbers import Lang, counted, listing, number
from piilib.types import Array

__all__ = ["correlation_chart"]

#: Nodes up to which a cell of the heat map is large enough for its number.
_WRITTEN = 15
#: Inches left free at either side, the gap between labels and cells in it.
_PAD = 0.15
#: Steps of the colours, from −1 to 1.
_SHADES = 41
_COLOURS = matplotlib.colormaps["RdBu"].resampled(_SHADES)


@style()
def correlation_chart(
    table: pd.DataFrame,
    fw: Framework,
    *,
    level: float = 0.05,
    lang: Lang = "vi",
    source: str | None = None,
    kind: str | None = None,
    key: str = "correlations",
) -> Chart:
    """Draw correlations as a heat map.

    Parameters
    ----------
    table : DataFrame
        Long, a row a pair: ``a``, ``b``, ``r`` and, if known, ``p``; or square, codes × codes.
    fw : Framework
        Gives order and names.
    level : float
        A pair with ``p`` of this or more is marked as not significant.
    lang, source, kind, key
        As for every chart of an index.

    Returns
    -------
    Chart
        The lower triangle where nodes are correlated with one another; a rectangle where nodes
        are correlated with those above them. A cross: not significant. White: not asked for.
        Grey: not defined. Up to 15 nodes the coefficients are written.

    Raises
    ------
    DataError
        If columns are missing, a code is unknown, a pair stands twice, r is outside −1 to 1, or
        a square table is not symmetric.
    """
    pairs = _pairs(table, fw)
    rows, columns = _sides(pairs, fw)
    fig = _heat_map(pairs, rows, columns, fw, level, lang)
    return finished(
        fig,
        lang,
        key=key,
        title=_correlation_title(pairs, level, lang),
        alt=_correlation_alt(pairs, level, fw, lang),
        source=source,
        kind=kind,
    )


def _pairs(table: pd.DataFrame, fw: Framework) -> pd.DataFrame:
    """Return a, b, r, p (NaN where not known) of each pair, whichever form was given."""
    if {"a", "b"} <= set(table.columns) and "a" not in table.index:
        pairs = pd.DataFrame({side: table[side].astype(str).tolist() for side in ("a", "b")})
        values = numeric(table.reset_index(drop=True), ["r"], "correlations")
        pairs["r"] = values["r"]
        pairs["p"] = table["p"].astype(float).tolist() if "p" in table.columns else np.nan
    else:
        pairs = _square(table)
    codes = [*pairs["a"], *pairs["b"]]
    unknown = [code for code in codes if code not in fw.table.index]
    if unknown:
        raise DataError(f"a correlation of {unknown[0]!r}", "codes of the framework")
    both = [frozenset(pair) for pair in zip(pairs["a"], pairs["b"], strict=True)]
    if len(set(both)) < len(both) or any(len(pair) == 1 for pair in both):
        raise DataError("a pair twice, or of a node with itself", "each pair of nodes once")
    if not both:
        raise DataError("correlations of no pair", "two nodes or more")
    if (pairs["r"].abs() > 1 + 1e-9).any():
        raise DataError(f"the correlation {pairs['r'].abs().max():.6g}", "−1 to 1", column="r")
    return pairs


def _square(table: pd.DataFrame) -> pd.DataFrame:
    codes = [str(code) for code in table.columns]
    matrix = numeric(table, list(table.columns), "correlations").to_numpy()
    if [str(code) for code in table.index] != codes:
        raise DataError(
            f"a table of correlations with the columns {', '.join(codes)}",
            "columns a, b, r and p, or the same codes down and across",
        )
    if not np.allclose(matrix, matrix.T, atol=1e-9, equal_nan=True):
        raise DataError("a square table that is not symmetric", "the correlation of a, b as b, a")
    down, across = np.tril_indices(len(codes), -1)
    return pd.DataFrame(
        {
            "a": [codes[i] for i in across],
            "b": [codes[i] for i in down],
            "r": matrix[down, across],
            "p": np.nan,
        }
    )


def _sides(pairs: pd.DataFrame, fw: Framework) -> tuple[list[str], list[str]]:
    """Return the codes down and across, tree order; the same ones for a triangle."""
    order = [str(code) for code in fw.table.index]
    a, b = set(pairs["a"]), set(pairs["b"])
    above = any(y in fw.ancestors(x) for x, y in zip(pairs["a"], pairs["b"], strict=True))
    if above and not a & b:
        return [c for c in order if c in a], [c for c in order if c in b]
    every = [code for code in order if code in a | b]
    return every, every


def _cells(pairs: pd.DataFrame, rows: list[str], columns: list[str]) -> dict[str, Array]:
    """Return r, p and whether the pair was asked for, as arrays of rows × columns."""
    down, across = ({code: i for i, code in enumerate(side)} for side in (rows, columns))
    cells = {name: np.full((len(rows), len(columns)), np.nan) for name in ("r", "p", "asked")}
    for a, b, r, p in pairs[["a", "b", "r", "p"]].itertuples(index=False):
        if rows is columns:
            a, b = sorted((a, b), key=down.__getitem__, reverse=True)
        place = down[a], across[b]
        cells["r"][place], cells["p"][place], cells["asked"][place] = r, p, 1.0
    return cells


def _heat_map(
    pairs: pd.DataFrame,
    rows: list[str],
    columns: list[str],
    fw: Framework,
    level: float,
    lang: Lang,
) -> Figure:
    cells = _cells(pairs, rows, columns)
    if rows is columns:
        cells = {name: values[1:, :-1] for name, values in cells.items()}
        rows, columns = rows[1:], columns[:-1]
    most = max(len(rows), len(columns))
    side = float(np.clip(7.6 / most, 0.185, 0.55))
    size = 10.0 if most <= 25 else 8.5
    labels = [fit(node_label(fw, code, lang), 190, size) for code in rows]
    feet = [fit(code, 110, size) for code in columns]
    left, below = (max(text_width(text, size) for text in texts) / 72 for texts in (labels, feet))
    width = max(6.4, left + side * len(columns) + 2 * _PAD)
    height = side * len(rows) + below + 1.15
    fig = figure(width, height)
    # The cells are squares of a known size, so everything is placed by hand.
    fig.set_layout_engine("none")
    start = (width - side * len(columns) + left) / 2
    axes = _place(fig, start, below + 1.05, side * len(columns), side * len(rows))
    _fill(axes, cells)
    scale = ScalarMappable(Normalize(-1, 1), _COLOURS)
    across = _place(fig, width / 2 - 2.2, 0.62, 4.4, 0.14)
    bar = fig.colorbar(scale, cax=across, orientation="horizontal")
    bar.set_ticks([-1, -0.5, 0, 0.5, 1])
    number_ticks(bar.ax.xaxis, 1, lang)
    bar.set_label(_key_text(cells, level, lang))
    bar.outline.set_visible(False)
    _name_cells(axes, labels, feet, size)
    _mark(axes, cells, level, side, most <= _WRITTEN, lang)
    return fig


def _place(fig: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Add axes at a place given in inches."""
    across, up = (float(size) for size in fig.get_size_inches())
    return fig.add_axes((left / across, bottom / up, width / across, height / up))


def _fill(axes: Axes, cells: dict[str, Array]) -> None:
    """Colour the cells, one path a colour: two thousand shapes of their own would be a megabyte."""
    shade = np.clip(((cells["r"] + 1) / 2 * _SHADES), 0, _SHADES - 1)
    for k in range(_SHADES):
        here = np.argwhere(np.floor(shade) == k)
        if len(here):
            square = [_square_path(float(j), float(i)) for i, j in here]
            path = Path.make_compound_path(*square)
            axes.add_patch(PathPatch(path, facecolor=_COLOURS(k), linewidth=0))
    for i, j in np.argwhere(np.isnan(cells["r"]) & (cells["asked"] == 1)):
        axes.add_patch(
            PathPatch(_square_path(float(j), float(i)), facecolor="#c4cad1", linewidth=0)
        )


def _square_path(x: float, y: float) -> Path:
    around = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    return Path([(x + 0.48 * right, y + 0.48 * down) for right, down in around], closed=True)


def _key_text(cells: dict[str, Array], level: float, lang: Lang) -> str:
    """Explain colours, crosses and grey, each only where it is there."""
    text = say(lang, "Hệ số tương quan", "Correlation")
    if (cells["p"] >= level).any():
        text += say(lang, "; × không có ý nghĩa (p ≥ ", "; × not significant (p ≥ ")
        text += number(level, 2 if round(level, 2) == level else 3, lang) + ")"
    if (np.isnan(cells["r"]) & (cells["asked"] == 1)).any():
        text += say(lang, "; xám: không tính được", "; grey: not defined")
    return text


def _name_cells(axes: Axes, labels: list[str], feet: list[str], size: float) -> None:
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xticks(range(len(feet)), feet)
    axes.tick_params(axis="both", labelsize=size, length=0)
    axes.tick_params(axis="x", labelrotation=90)
    axes.grid(False)
    axes.set_xlim(-0.5, len(feet) - 0.5)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _mark(
    axes: Axes, cells: dict[str, Array], level: float, side: float, written: bool, lang: Lang
) -> None:
    """Cross the pairs that are not significant; write the coefficients where there is room."""
    down, across = np.nonzero(cells["p"] >= level)
    corner, half = (0.36 if written else 0.0), 0.034 / side
    strokes = [
        Path([(x - half, y - turn * half), (x + half, y + turn * half)])
        for x, y in zip(across + corner, down - corner, strict=True)
        for turn in (1, -1)
    ]
    if strokes:
        crosses = Path.make_compound_path(*strokes)
        axes.add_patch(PathPatch(crosses, fill=False, edgecolor="#3e4c59", linewidth=0.9))
    if not written:
        return
    for i, j in np.argwhere(~np.isnan(cells["r"])):
        r = float(cells["r"][i, j])
        colour = "white" if abs(r) > 0.6 else "#1f2933"
        place, text = (float(j), float(i) + 0.08), number(r, 2, lang)
        axes.text(*place, text, ha="center", va="center", fontsize=9.5, color=colour)


def _correlation_title(pairs: pd.DataFrame, level: float, lang: Lang) -> str:
    known = pairs.dropna(subset=["r"])
    if known.empty:
        return say(lang, "Không cặp nào tính được tương quan", "No pair has a correlation")
    tested = bool(known["p"].notna().any())
    if len(known) == 1:
        one = known.iloc[0]
        text = say(lang, "Tương quan của ", "Correlation of ")
        text += f"{listing([one['a'], one['b']], lang)}: {number(one['r'], 2, lang)}"
        if not np.isnan(one["p"]):
            yes = one["p"] < level
            text += say(
                lang,
                f" ({'' if yes else 'không '}có ý nghĩa thống kê)",
                f" ({'' if yes else 'not '}significant)",
            )
        return text
    against = known[(known["r"] < 0) & ((known["p"] < level) | (not tested))]
    word = say(lang, " có ý nghĩa", " significantly") if tested else ""
    head = say(
        lang,
        f"{len(against)}/{len(known)} cặp tương quan âm{word}",
        f"{len(against)} of {len(known)} pairs are{word} negative",
    )
    return f"{head}; {_strongest(known, lang)}"


def _strongest(known: pd.DataFrame, lang: Lang) -> str:
    size = known["r"].abs()
    first = known[np.isclose(size, size.max(), rtol=1e-9, atol=1e-12)]
    if len(first) == len(known):
        return say(
            lang,
            f"mọi cặp mạnh như nhau, |r| = {number(size.max(), 2, lang)}",
            f"all are equally strong, |r| = {number(size.max(), 2, lang)}",
        )
    if len(first) > 1:
        return say(
            lang,
            f"mạnh nhất: {len(first)} cặp có |r| = {number(size.max(), 2, lang)}",
            f"strongest: {len(first)} pairs with |r| = {number(size.max(), 2, lang)}",
        )
    one = first.iloc[0]
    pair = listing([one["a"], one["b"]], lang)
    r = number(one["r"], 2, lang)
    return say(lang, f"mạnh nhất: {pair} (r = {r})", f"strongest: {pair} (r = {r})")


def _correlation_alt(pairs: pd.DataFrame, level: float, fw: Framework, lang: Lang) -> str:
    known = pairs.dropna(subset=["r"])
    weak = int((known["p"] >= level).sum())
    ordered = known.loc[known["r"].abs().sort_values(ascending=False, kind="stable").index[:3]]
    strong = "; ".join(
        f"{node_label(fw, a, lang)} – {node_label(fw, b, lang)}: {number(r, 2, lang)}"
        for a, b, r in ordered[["a", "b", "r"]].itertuples(index=False)
    )
    if known.empty:
        return say(
            lang,
            f"Bản đồ nhiệt của {len(pairs)} cặp, không cặp nào tính được.",
            f"Heat map of {counted(lang, len(pairs), 'cặp', 'pair')}, none of them defined.",
        )
    median = number(float(known["r"].median()), 2, lang)
    return say(
        lang,
        f"Bản đồ nhiệt tương quan của {len(known)} cặp, trung vị {median}; {weak} cặp không có ý "
        f"nghĩa. Mạnh nhất: {strong}.",
        f"Heat map of {counted(lang, len(known), 'cặp', 'correlation')}, median {median}; {weak} "
        f"not significant. Strongest: {strong}.",
    )
