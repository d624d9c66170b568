"""Charts of how a user's own index is built: its tree, its treatment, what each part gives."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.method import Result
from piilib.report.chart import OKABE_ITO, Chart, figure, number_ticks, style
from piilib.report.index_correlation import correlation_chart
from piilib.report.index_distribution import distribution_chart
from piilib.report.index_words import (
    finished,
    fit,
    label_rows,
    node_label,
    note_rows,
    numeric,
    say,
    some,
    tied,
)
from piilib.report.numbers import Lang, counted, listing, number, percent
from piilib.report.words import COLOURS

__all__ = ["contributions_chart", "correlation_chart", "distribution_chart", "framework_chart"]

#: Parts of a bar that can still be told apart by their colours.
_PARTS = 7
_INK = "#1f2933"


@style()
def framework_chart(
    fw: Framework,
    *,
    weights: Mapping[str, float] | None = None,
    lang: Lang = "vi",
    source: str | None = None,
    kind: str | None = None,
    key: str = "framework",
) -> Chart:
    """Draw the tree with the share of the index that every node carries.

    Parameters
    ----------
    fw : Framework
        Names are its columns ``short_vi``, ``name_vi`` …, in the language if there are any.
    weights : mapping, optional
        Weights by node that replace the framework's.
    lang : {"vi", "en"}
    source, kind : str, optional
        As printed under the chart.
    key : str
        Its id on the page.

    Returns
    -------
    Chart
        A row a node, indented by depth; bars for indicators, whose effective weights sum to
        100 %, and a bold figure for groups.
    """
    effective = fw.effective_weights(weights)
    share = _node_weights(fw, effective)
    fig = figure(8, 0.75 + 0.205 * len(share))
    left, axes = fig.subplots(1, 2, width_ratios=[2, 1], sharey=True)
    _tree(left, fw, lang)
    for row, (code, weight) in enumerate(share.items()):
        group = bool(fw.children(str(code)))
        if group:
            for one in (left, axes):
                one.axhspan(row - 0.5, row + 0.5, color="#eef1f4", linewidth=0, zorder=0)
        else:
            axes.barh(row, 100 * weight, height=0.68, color=COLOURS["accent"])
        axes.text(
            0.0 if group else 100 * weight,
            row,
            f" {percent(weight, 2, lang)}",
            va="center",
            fontsize=9.5,
            fontweight="bold" if group else "normal",
        )
    axes.set_xlim(0, 130 * float(effective.max()))
    axes.set_ylim(len(share) - 0.5, -0.5)
    axes.tick_params(axis="y", left=False, labelleft=False)
    axes.grid(False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(4))
    number_ticks(axes.xaxis, lang=lang)
    axes.set_xlabel(say(lang, "Trọng số thực (%)", "Effective weight (%)"))
    return finished(
        fig,
        lang,
        key=key,
        title=_framework_title(effective, lang),
        alt=_framework_alt(fw, share, effective, lang),
        source=source,
        kind=say(lang, "Khung chỉ số", "Framework") if kind is None else kind,
    )


def _node_weights(fw: Framework, effective: pd.Series) -> pd.Series:
    """Share of the index that every node carries: the sum over the indicators beneath it."""
    total = dict.fromkeys(map(str, fw.table.index), 0.0)
    for code, weight in effective.items():
        for node in (str(code), *fw.ancestors(str(code))):
            total[node] += float(weight)
    return pd.Series(total)


def _tree(axes: Axes, fw: Framework, lang: Lang) -> None:
    """Write the names of the nodes, indented by their depth."""
    axes.axis("off")
    room = 365.0
    axes.set_xlim(0, room)
    depths = {str(code): len(fw.ancestors(str(code))) for code in fw.table.index}
    step = min(14.0, 90.0 / max(1, *depths.values()))
    for row, (code, depth) in enumerate(depths.items()):
        group = bool(fw.children(code))
        text = fit(node_label(fw, code, lang), room - depth * step - 6, 9.5, bold=group)
        weight = "bold" if group else "normal"
        axes.text(4 + depth * step, row, text, va="center", fontsize=9.5, fontweight=weight)


def _framework_title(effective: pd.Series, lang: Lang) -> str:
    low, high, count = float(effective.min()), float(effective.max()), len(effective)
    least, most = percent(low, 2, lang), percent(high, 2, lang)
    if count == 1:
        return say(lang, "Chỉ số chung là một chỉ số duy nhất", "The index is a single indicator")
    if np.isclose(low, high, rtol=1e-9):
        return say(
            lang,
            f"{count} chỉ số có trọng số thực bằng nhau: {most} mỗi chỉ số",
            f"The {count} indicators carry the same effective weight: {most} each",
        )
    heaviest = some(tied(effective, high), lang, "chỉ số", "indicator")
    times = high / low if low > 0 else np.nan
    many = number(times, 1, lang)
    tail = say(lang, f", gấp {many} lần", f", {many} times as much") if times >= 1.05 else ""
    return say(
        lang,
        f"Trọng số thực của {count} chỉ số: từ {least} đến {most} ({heaviest}){tail}",
        f"Effective weights of {count} indicators run from {least} to {most} ({heaviest}){tail}",
    )


def _framework_alt(fw: Framework, share: pd.Series, effective: pd.Series, lang: Lang) -> str:
    tops = listing(
        [f"{node_label(fw, c, lang)} {percent(share[c], 2, lang)}" for c in fw.children(fw.root)],
        lang,
    )
    low, high = (percent(float(x), 2, lang) for x in (effective.min(), effective.max()))
    levels, count = fw.levels[fw.root], len(effective)
    head = say(
        lang,
        f"Cây {levels} cấp với {count} chỉ số; trọng số thực từ {low} đến {high}.",
        f"Tree of {counted(lang, levels, 'cấp', 'level')} with "
        f"{counted(lang, count, 'chỉ số', 'indicator')}; effective weights from {low} to {high}.",
    )
    return head + (say(lang, f" Dưới gốc: {tops}.", f" Below the root: {tops}.") if tops else "")


@style()
def contributions_chart(
    result: Result,
    fw: Framework,
    top: int = 20,
    *,
    weights: Mapping[str, float] | None = None,
    lang: Lang = "vi",
    source: str | None = None,
    kind: str | None = None,
    key: str = "contributions",
) -> Chart:
    """Draw what each node just below the root gives to the index of the leading units.

    Parameters
    ----------
    result : Result
        Its top level an arithmetic mean.
    fw : Framework
    top : int
        Units drawn, the highest first.
    weights : mapping, optional
        Those of the method, where it had any.
    lang, source, kind, key
        See `framework_chart`.

    Returns
    -------
    Chart
        A bar a unit, its parts share × score of the child (the shares of the children that the
        unit has sum to 1); they add up to the index. Beyond seven children the smallest are one
        part, "others".

    Raises
    ------
    DataError
        If the parts do not add up to the index (the top level is no arithmetic mean, or the
        weights are others), the root has no children, no unit has an index, or `top` is below 1.
    """
    if top < 1:
        raise DataError(f"top={top}", "1 or more")
    index, parts = _contributions(result, fw, weights)
    drawn = index.sort_values(ascending=False, kind="stable").index[:top]
    shown = _merged(parts.loc[drawn], fw, lang)
    fig = figure(8, 1.1 + 0.27 * len(drawn) + 0.12 * shown.shape[1])
    axes = fig.subplots()
    _stack(axes, shown)
    label_rows(axes, [str(unit) for unit in drawn], 150)
    note_rows(axes, [number(x, 2, lang) for x in index[drawn]], 80)
    axes.axvline(0, color=_INK, linewidth=0.8)
    axes.set_xlabel(
        say(lang, "Phần đóng góp; bên phải: chỉ số", "Weighted contribution; right: the index")
    )
    axes.xaxis.set_major_locator(MaxNLocator(7))
    number_ticks(axes.xaxis, lang=lang)
    colours = _colours(shown.shape[1])
    fig.legend(
        [Patch(color=colour) for colour in colours],
        [" " + fit(str(name), 225) for name in shown.columns],
        loc="outside upper left",
        ncols=2,
    )
    return finished(
        fig,
        lang,
        key=key,
        title=_contributions_title(index, parts.loc[drawn], fw, lang),
        alt=_contributions_alt(index[drawn], parts, fw, lang),
        source=source,
        kind=kind,
    )


def _contributions(
    result: Result, fw: Framework, weights: Mapping[str, float] | None
) -> tuple[pd.Series, pd.DataFrame]:
    """Index and weighted parts of every unit that has an index."""
    children = list(fw.children(fw.root))
    if not children:
        raise DataError(f"the root {fw.root!r} without children", "a tree of two levels or more")
    scores = numeric(result.scores, [fw.root, *children], "scores").dropna(subset=[fw.root])
    if scores.empty:
        raise DataError(f"no unit with a score of {fw.root!r}", "one unit or more")
    share = fw.shares(weights)[children]
    present = scores[children].notna() * share
    parts = (scores[children] * share).div(present.sum(axis=1), axis=0).fillna(0.0)
    index, total = scores[fw.root], parts.sum(axis=1)
    scale = float(scores.abs().max().max())
    wrong = index.index[~np.isclose(total, index, rtol=1e-9, atol=1e-9 * max(scale, 1e-12))]
    if len(wrong):
        raise DataError(
            f"the index {index[wrong[0]]:.6g} of {wrong[0]!r}, to which its weighted parts do not "
            f"add up ({total[wrong[0]]:.6g})",
            "an arithmetic mean at the top level, and the weights of the method in `weights`",
        )
    return index, parts


def _merged(parts: pd.DataFrame, fw: Framework, lang: Lang) -> pd.DataFrame:
    """Name the parts; beyond seven, put the smallest into one."""
    kept = list(parts.columns)
    if len(kept) > _PARTS:
        size = parts.abs().mean().sort_values(ascending=False, kind="stable")
        large = set(size.index[: _PARTS - 1])
        kept = [code for code in kept if code in large]
    shown = parts[kept].set_axis([node_label(fw, str(code), lang) for code in kept], axis=1)
    rest = parts.shape[1] - len(kept)
    if rest:
        other = say(lang, f"{rest} phần khác", f"{rest} others")
        shown[other] = parts.drop(columns=kept).sum(axis=1)
    return shown


def _colours(count: int) -> list[str]:
    return [*OKABE_ITO[: _PARTS - 1], COLOURS["muted"]][:count]


def _stack(axes: Axes, shown: pd.DataFrame) -> None:
    """Draw positive parts rightwards from 0 and negative ones leftwards."""
    rows = np.arange(len(shown))
    right, left = np.zeros(len(shown)), np.zeros(len(shown))
    for colour, name in zip(_colours(shown.shape[1]), shown.columns, strict=True):
        part = shown[name].to_numpy()
        start = np.where(part >= 0, right, left)
        axes.barh(
            rows, part, left=start, color=colour, edgecolor="white", linewidth=0.6, height=0.72
        )
        right, left = right + np.maximum(part, 0), left + np.minimum(part, 0)


def _contributions_title(index: pd.Series, parts: pd.DataFrame, fw: Framework, lang: Lang) -> str:
    """Say who leads, and which part is the largest in how many of the units drawn."""
    best = number(float(index.max()), 2, lang)
    first = tied(index, float(index.max()))
    leaders = some(first, lang, "đơn vị", "unit")
    alone = len(first) == 1
    if len(index) == 1:
        head = say(lang, f"{leaders} đạt {best}", f"{leaders} scores {best}")
    elif len(first) == len(index):
        head = say(lang, f"Mọi đơn vị cùng đạt {best}", f"Every unit scores {best}")
    else:
        verb = "leads" if alone else "lead"
        head = say(lang, f"{leaders} dẫn đầu ({best})", f"{leaders} {verb} ({best})")
    return f"{head}; {_largest(parts, fw, lang)}"


def _largest(parts: pd.DataFrame, fw: Framework, lang: Lang) -> str:
    """Say which part is the largest, and in how many units; ties of parts count for none."""
    if parts.shape[1] == 1:
        name = node_label(fw, str(parts.columns[0]), lang)
        return say(lang, f"toàn bộ từ {name}", f"all of it from {name}")
    peak = np.isclose(parts, parts.max(axis=1).to_numpy()[:, None], rtol=1e-9, atol=1e-12)
    wins = pd.Series((peak & (peak.sum(axis=1) == 1)[:, None]).sum(axis=0), parts.columns)
    most, of = int(wins.max()), len(parts)
    if most == 0:
        return say(lang, "không phần nào lớn nhất", "no part is larger than all others")
    names = listing([node_label(fw, c, lang) for c in wins.index[wins == most]], lang)
    if of == 1:
        return say(lang, f"{names} là phần lớn nhất", f"{names} is the largest part")
    each = (wins == most).sum() > 1
    return say(
        lang,
        f"{names}{' đều' if each else ''} là phần lớn nhất ở {most}/{of} đơn vị được vẽ",
        f"{names} {'are each' if each else 'is'} the largest part in {most} of the "
        f"{counted(lang, of, 'đơn vị', 'unit')} drawn",
    )


def _contributions_alt(drawn: pd.Series, parts: pd.DataFrame, fw: Framework, lang: Lang) -> str:
    low, high = (number(float(x), 2, lang) for x in (drawn.min(), drawn.max()))
    mean = parts.loc[drawn.index].mean()
    means = "; ".join(f"{node_label(fw, c, lang)} {number(x, 2, lang)}" for c, x in mean.items())
    return say(
        lang,
        f"Thanh chồng của {len(drawn)} đơn vị có chỉ số cao nhất, từ {high} đến {low}. "
        f"Đóng góp trung bình: {means}.",
        f"Stacked bars of the {counted(lang, len(drawn), 'đơn vị', 'unit')} with the highest "
        f"index, from {high} to {low}. Mean contributions: {means}.",
    )
