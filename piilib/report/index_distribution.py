"""Chart of the treatment of a user's own data: distributions before and after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.method import Result
from piilib.index.moments import skewness
from piilib.report.chart import Chart, figure, number_ticks, style
from piilib.report.index_words import finished, fit, node_label, say, some
from piilib.report.numbers import Lang, counted, listing, number
from piilib.report.words import COLOURS
from piilib.types import Array

__all__ = ["distribution_chart"]

#: Small multiples that a page still holds.
_MOST = 12


@style()
def distribution_chart(
    panel: pd.DataFrame,
    result: Result,
    codes: Sequence[str] | None = None,
    *,
    fw: Framework | None = None,
    lang: Lang = "vi",
    source: str | None = None,
    kind: str | None = None,
    key: str = "distribution",
) -> Chart:
    """Draw indicators before and after treatment, and name the units whose values it moved.

    Parameters
    ----------
    panel : DataFrame
        Units × indicators, as it was scored.
    result : Result
    codes : sequence of str, optional
        Indicators to draw; those that the treatment changed if not given.
    fw : Framework, optional
        For the names of the indicators.
    lang, source, kind, key
        As for every chart of an index.

    Returns
    -------
    Chart
        A row an indicator: its histogram before and after, points that were moved as dots. At
        most twelve rows, of the indicators with the largest |skewness| before; the title says so.
        Where nothing changed, the most skewed indicators.

    Raises
    ------
    DataError
        If panel and result are not of the same units and indicators, or a code is unknown.
    """
    before, after = _same(panel, result)
    asked = list(before.columns) if codes is None else [str(code) for code in codes]
    unknown = [code for code in asked if code not in before.columns]
    if unknown or not asked:
        raise DataError(f"the indicator {unknown[0]!r}" if unknown else "no codes", "its codes")
    moved = ((before != after) & before.notna()).loc[:, asked]
    changed = [code for code in asked if moved[code].any()]
    drawn = _most_skewed(before, asked if codes is not None else changed or asked)
    fig = _before_and_after(before[drawn], after[drawn], moved, result, fw, lang)
    return finished(
        fig,
        lang,
        key=key,
        title=_treatment_title(moved, result, len(drawn), codes is not None, lang),
        alt=_treatment_alt(drawn, moved, result, lang),
        source=source,
        kind=kind,
    )


def _same(panel: pd.DataFrame, result: Result) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return values before and after, aligned."""
    after = result.treated
    before = panel.set_axis([str(code) for code in panel.columns], axis=1)
    for what, mine, theirs in (
        ("indicator", before.columns, after.columns),
        ("unit", before.index, after.index),
    ):
        apart = [name for name in theirs if name not in mine]
        if apart or mine.duplicated().any():
            raise DataError(
                f"a panel without the {what} {apart[0]!r}" if apart else f"a {what} twice",
                "the panel that the result was made of",
            )
    return before.loc[after.index, list(after.columns)].astype(float), after.astype(float)


def _most_skewed(before: pd.DataFrame, codes: Sequence[str]) -> list[str]:
    """Return at most twelve of the codes, in their order."""
    skew = pd.Series({code: abs(skewness(before[code].to_numpy())) for code in codes}).fillna(0.0)
    large = set(skew.sort_values(ascending=False, kind="stable").index[:_MOST])
    return [code for code in codes if code in large]


def _before_and_after(
    before: pd.DataFrame,
    after: pd.DataFrame,
    moved: pd.DataFrame,
    result: Result,
    fw: Framework | None,
    lang: Lang,
) -> Figure:
    fig = figure(8, 0.7 + 0.98 * before.shape[1])
    grid = fig.subplots(before.shape[1], 2, squeeze=False)
    for row, code in enumerate(before.columns):
        points = _single(result, code)
        whose = moved[code].to_numpy() & points
        both = [before[code].to_numpy(), after[code].to_numpy()]
        span = [*both[0], *both[1]] if points else None
        for axes, values in zip(grid[row], both, strict=True):
            _histogram(axes, values, whose, span, lang)
        text = node_label(fw, code, lang) + ": " + _what_happened(code, moved, result, lang)
        # The words run over both histograms, so the layout makes room for their height alone.
        grid[row][0].set_title(" ", fontsize=10, pad=4)
        words = grid[row][0].annotate(
            fit(text, 530, 10),
            (0, 1),
            (0, 4),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=10,
        )
        words.set_in_layout(False)
    for axes, text in zip(
        grid[-1],
        (say(lang, "Trước xử lý", "Before treatment"), say(lang, "Sau xử lý", "After treatment")),
        strict=True,
    ):
        axes.set_xlabel(text, fontweight="bold")
    return fig


def _single(result: Result, code: str) -> bool:
    """Whether the treatment moved single points, rather than every value."""
    return str(result.treatment_report.at[code, "applied"]) in ("none", "cap", "winsorise")


def _histogram(
    axes: Axes, values: Array, whose: Array, span: Sequence[float] | None, lang: Lang
) -> None:
    known = values[np.isfinite(values)]
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(False)
    if not known.size:
        axes.set_xticks([])
        return
    ends = known if span is None else np.asarray([x for x in span if np.isfinite(x)])
    low, high = float(ends.min()), float(ends.max())
    pad = 0.04 * (high - low) or max(abs(low), 1.0) * 0.05
    bins = np.linspace(low, high, 25) if high > low else np.array([low - pad / 2, low + pad / 2])
    axes.hist(known, bins=bins.tolist(), color=COLOURS["accent"], alpha=0.55)
    points = values[whose & np.isfinite(values)]
    if points.size:
        axes.plot(points, np.zeros(len(points)), "o", color=COLOURS["bad"], ms=6, clip_on=False)
    axes.set_xlim(low - pad, high + pad)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    number_ticks(axes.xaxis, lang=lang)
    axes.tick_params(axis="x", labelsize=9)


def _what_happened(code: str, moved: pd.DataFrame, result: Result, lang: Lang) -> str:
    count = int(moved[code].sum())
    if not count:
        return say(lang, "không đổi", "unchanged")
    if not _single(result, code):
        rule = str(result.treatment_report.at[code, "applied"])
        return say(lang, f"biến đổi mọi giá trị ({rule})", f"every value transformed ({rule})")
    units = [str(unit) for unit in moved.index[moved[code]]]
    if len(units) > 5:
        units = [*units[:4], say(lang, f"{count - 4} đơn vị khác", f"{count - 4} others")]
    return say(lang, "dời ", "moved ") + listing(units, lang)


def _treatment_title(
    moved: pd.DataFrame, result: Result, drawn: int, chosen: bool, lang: Lang
) -> str:
    changed = [code for code in moved.columns if moved[code].any()]
    of = moved.shape[1]
    which = say(lang, " được chọn", " chosen") if chosen else ""
    nouns = counted(lang, of, "chỉ số", "indicator") + which
    if not changed:
        head = say(
            lang,
            f"Xử lý ngoại lệ không đổi giá trị nào của {nouns}",
            f"Treatment changed no value of the {nouns}",
        )
    else:
        head = say(
            lang,
            f"Xử lý ngoại lệ thay đổi {len(changed)}/{nouns}: ",
            f"Treatment changed {len(changed)} of {nouns}: ",
        ) + _how_much(moved[changed], result, lang)
    shown = of if chosen else len(changed) or of
    if drawn == shown:
        return head
    return head + say(lang, f" (vẽ {drawn} chỉ số lệch nhất)", f" (the {drawn} most skewed drawn)")


def _how_much(moved: pd.DataFrame, result: Result, lang: Lang) -> str:
    single = moved[[code for code in moved.columns if _single(result, code)]]
    whole = moved.shape[1] - single.shape[1]
    parts = []
    if single.shape[1]:
        points = counted(lang, int(single.to_numpy().sum()), "giá trị", "value")
        units = single.index[single.any(axis=1)]
        whose = some(units, lang, "đơn vị", "unit")
        parts.append(say(lang, f"dời {points} của {whose}", f"{points} of {whose} moved"))
    if whole:
        parts.append(
            say(
                lang,
                f"biến đổi toàn bộ {whole} chỉ số",
                f"{counted(lang, whole, 'chỉ số', 'indicator')} transformed as a whole",
            )
        )
    return "; ".join(parts)


def _treatment_alt(drawn: list[str], moved: pd.DataFrame, result: Result, lang: Lang) -> str:
    rows = []
    for code in drawn:
        old, new = (
            number(float(result.treatment_report.at[code, f"skewness_{when}"]), 2, lang)
            for when in ("before", "after")
        )
        what = _what_happened(code, moved, result, lang)
        rows.append(
            f"{code}: {what}" + say(lang, f", độ lệch {old} → {new}", f", skewness {old} → {new}")
        )
    return say(
        lang, "Phân bố trước và sau xử lý. ", "Distributions before and after. "
    ) + "; ".join(rows)
