"""Charts of how far a user's own index depends on the choices made for it."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.report.chart import OKABE_ITO, Chart, figure, number_ticks, style
from piilib.report.index_words import (
    drawn_of,
    finished,
    label_rows,
    node_label,
    note_rows,
    numeric,
    quantity,
    say,
    simulated,
    some,
    tied,
)
from piilib.report.numbers import Lang, counted, interval, listing, number
from piilib.report.rank_charts import rank_change_chart, rank_interval_chart
from piilib.report.words import COLOURS

__all__ = ["leave_one_out_chart", "rank_change_chart", "rank_interval_chart", "sobol_chart"]

#: Rows that one chart holds.
_MOST = 80
_INK: Final = "#1f2933"
_FACTORS: Final = {
    "treatment": ("xử lý ngoại lệ", "treatment of outliers"),
    "normalisation": ("chuẩn hóa", "normalisation"),
    "aggregation": ("cách tổng hợp", "aggregation"),
    "weights": ("trọng số", "weights"),
    "leave_out": ("bỏ bớt chỉ số", "indicators left out"),
    "rounding": ("làm tròn số liệu", "rounding of the data"),
}


@style()
def sobol_chart(
    table: pd.DataFrame,
    *,
    of: str | None = None,
    lang: Lang = "vi",
    source: str | None = None,
    kind: str | None = None,
    key: str = "sensitivity",
) -> Chart:
    """Draw Sobol' indices: which of the choices drives the result.

    Parameters
    ----------
    table : DataFrame
        Index: factor. Columns ``first_order``, ``first_order_low``, ``first_order_high``,
        ``total_order``, ``total_order_low``, ``total_order_high`` and ``constant`` (bool: the
        result does not vary; its figures are not used).
    of : str, optional
        Whose rank or score it is; the title names it.
    lang, source, kind, key
        As for every chart of an index.

    Returns
    -------
    Chart
        Two bars a factor, the largest total effect first: the share of the variance that it
        explains alone, and with all its interactions.

    Raises
    ------
    DataError
        If a column is missing, or a figure of a factor that is not constant.
    """
    values, still = _ordered(table, lang)
    fig = figure(8, 1.5 + 0.55 * len(values))
    axes = fig.subplots()
    _sobol_bars(axes, values, still, lang)
    words = (
        say(lang, "riêng nó (bậc một)", "alone (first order)"),
        say(lang, "kể cả tương tác (toàn phần)", "with interactions (total)"),
    )
    fig.legend(
        [Line2D([], [], color=c, linewidth=8) for c in (OKABE_ITO[5], COLOURS["accent"])],
        words,
        loc="outside upper left",
        ncols=2,
    )
    return finished(
        fig,
        lang,
        key=key,
        title=_about(of, sobol_title(table, lang), lang),
        alt=_about(of, _sobol_alt(values, still, lang), lang),
        source=source,
        kind=simulated(lang) if kind is None else kind,
    )


def _ordered(table: pd.DataFrame, lang: Lang) -> tuple[pd.DataFrame, pd.Series]:
    """Check the figures; factors in words, the largest total effect first, and which are still."""
    names = [f"{order}_order{end}" for order in ("first", "total") for end in ("", "_low", "_high")]
    values = numeric(table, names, "Sobol' indices")
    constant = _constant(table)
    lost = values[~constant].isna().any(axis=1)
    if lost.any():
        raise DataError(f"a missing index of {lost.index[lost][0]!r}", "a number, or constant=True")
    values = values.where(~constant, 0.0).set_axis([factor_word(f, lang) for f in values.index])
    still = pd.Series(constant.to_numpy(), values.index)
    order = values["total_order"].where(~still, -np.inf).sort_values(ascending=False, kind="stable")
    return values.loc[order.index], still[order.index]


def _about(of: str | None, text: str, lang: Lang) -> str:
    """Put whose rank it is before a sentence."""
    return say(lang, f"Hạng của {of}: ", f"Ranks of {of}: ") + text if of else text


def _constant(table: pd.DataFrame) -> pd.Series:
    if "constant" not in table.columns:
        raise DataError("Sobol' indices without the column 'constant'", "True or False for each")
    return table["constant"].astype(bool)


def factor_word(name: object, lang: Lang) -> str:
    """Word a factor of the library in the reader's language; another stays as it is."""
    return say(lang, *_FACTORS.get(str(name), (str(name), str(name))))


def _sobol_bars(axes: Axes, values: pd.DataFrame, still: pd.Series, lang: Lang) -> None:
    rows = np.arange(len(values))
    for order, offset, colour in (
        ("first_order", -0.19, OKABE_ITO[5]),
        ("total_order", 0.19, COLOURS["accent"]),
    ):
        axes.barh(rows + offset, values[order], height=0.34, color=colour)
        low, high = values[f"{order}_low"], values[f"{order}_high"]
        axes.hlines(rows + offset, low, high, color=_INK, linewidth=1.4)
        for end in (low, high):
            axes.plot(end[~still], (rows + offset)[~still], "|", color=_INK, ms=6)
    label_rows(axes, list(values.index), 180)
    lines = [
        say(lang, "kết quả không đổi", "result constant")
        if still.iloc[i]
        else f"{number(row['total_order'], 2, lang)} "
        f"({interval(row['total_order_low'], row['total_order_high'], 2, lang)})"
        for i, (_, row) in enumerate(values.iterrows())
    ]
    note_rows(axes, lines, 150)
    axes.axvline(0, color=_INK, linewidth=0.8)
    ends = values.to_numpy()
    axes.set_xlim(min(0.0, float(ends.min()) * 1.05), max(1.0, float(ends.max()) * 1.03))
    axes.xaxis.set_major_locator(MaxNLocator(6))
    number_ticks(axes.xaxis, lang=lang)
    axes.set_xlabel(
        say(
            lang,
            "Phần phương sai của kết quả; bên phải: toàn phần",
            "Share of the variance of the result; right: total",
        )
    )


def sobol_title(table: pd.DataFrame, lang: Lang) -> str:
    """Name the choice with the largest total effect, so far as the intervals tell it apart."""
    everything, still = _ordered(table, lang)
    factors, values = len(everything), everything[~still]
    if values.empty:
        return say(
            lang,
            "Kết quả không đổi dù chọn thế nào",
            "The result is the same whatever is chosen",
        )
    first, low = str(values.index[0]), float(values["total_order_low"].iloc[0])
    share = number(float(values["total_order"].iloc[0]), 2, lang)
    if low <= 0:
        return say(
            lang,
            "Không lựa chọn nào có tác động phân biệt được với 0",
            "No choice has a largest effect that can be told from 0",
        )
    rivals = [str(name) for name in values.index[values["total_order_high"] >= low]]
    if first not in rivals:
        rivals.insert(0, first)
    if len(rivals) == 1:
        return say(
            lang,
            f"Kết quả phụ thuộc nhiều nhất vào {first} (tác động toàn phần {share})",
            f"The result depends most on {first} (total effect {share})",
        )
    if len(rivals) == factors:
        return say(
            lang,
            "Không phân biệt được lựa chọn nào tác động mạnh nhất: các khoảng chồng lên nhau",
            "Which choice matters most cannot be told: the intervals overlap",
        )
    names = listing(rivals, lang)
    return say(
        lang,
        f"Tác động mạnh nhất thuộc về một trong số {names}: các khoảng chồng lên nhau",
        f"The strongest effect is one of {names}: their intervals overlap",
    )


def _sobol_alt(values: pd.DataFrame, still: pd.Series, lang: Lang) -> str:
    words = []
    for i, (name, row) in enumerate(values.iterrows()):
        first, total = (number(row[f"{order}_order"], 2, lang) for order in ("first", "total"))
        figures = say(lang, f"{first} và {total}", f"{first} and {total}")
        words.append(f"{name}: {say(lang, 'không đổi', 'constant') if still.iloc[i] else figures}")
    head = say(
        lang, "Chỉ số Sobol' bậc một và toàn phần. ", "First-order and total Sobol' indices. "
    )
    return head + "; ".join(words) + "."


@style()
def leave_one_out_chart(
    table: pd.DataFrame,
    *,
    fw: Framework | None = None,
    lang: Lang = "vi",
    source: str | None = None,
    kind: str | None = None,
    key: str = "leave-one-out",
) -> Chart:
    """Draw how far ranks move when a node is left out.

    Parameters
    ----------
    table : DataFrame
        Units × removed node: nominal rank minus the new one, NaN where there is none.
    fw : Framework, optional
        For the names of the nodes.
    lang, source, kind, key
        As for every chart of an index.

    Returns
    -------
    Chart
        A bar a node, the largest mean absolute change first; beside it the largest single move.
        At most 80 bars.

    Raises
    ------
    DataError
        If the table is empty or not of numbers, a node stands twice, or no rank is known.
    """
    named = table.set_axis([str(code) for code in table.columns], axis=1)
    if named.columns.duplicated().any() or named.columns.empty:
        raise DataError("a node twice, or none", "a column for each node left out")
    moves = numeric(named, list(named.columns), "rank changes").abs().dropna(axis=1, how="all")
    if moves.columns.empty:
        raise DataError("no rank without a node", "one rank or more")
    mean = moves.mean().sort_values(ascending=False, kind="stable")
    shown = mean.iloc[:_MOST]
    fig = figure(8, 0.9 + 0.215 * len(shown))
    axes = fig.subplots()
    axes.barh(np.arange(len(shown)), shown, height=0.7, color=COLOURS["accent"])
    label_rows(axes, [node_label(fw, str(code), lang) for code in shown.index], 230, 9.5)
    note_rows(axes, [_largest_move(moves[code], x, lang) for code, x in shown.items()], 150)
    axes.set_xlim(0, float(shown.max()) * 1.04 or 1.0)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    number_ticks(axes.xaxis, lang=lang)
    axes.set_xlabel(
        say(
            lang,
            "Thay đổi hạng trung bình (bậc), tính theo giá trị tuyệt đối",
            "Mean absolute change of rank (places)",
        )
        + drawn_of(len(shown), len(mean), lang)
    )
    return finished(
        fig,
        lang,
        key=key,
        title=_left_out_title(mean, moves, fw, lang),
        alt=_left_out_alt(mean, moves, fw, lang),
        source=source,
        kind=kind,
    )


def _largest_move(moves: pd.Series, mean: float, lang: Lang) -> str:
    most = float(moves.max())
    text = number(mean, 2, lang)
    if not most:
        return text
    who = some(moves.index[moves == most], lang, "đơn vị", "unit", most=1)
    return f"{text} ({say(lang, 'tối đa', 'max')} {quantity(most, lang)}: {who})"


def _left_out_title(mean: pd.Series, moves: pd.DataFrame, fw: Framework | None, lang: Lang) -> str:
    of, most = len(mean), float(mean.max())
    if not most:
        return say(
            lang,
            f"Bỏ bất kỳ thành phần nào trong {of} cũng không đổi hạng đơn vị nào",
            f"Leaving out any one of {of} changes no rank",
        )
    first = tied(mean, most)
    who = some([node_label(fw, code, lang) for code in first], lang, "thành phần", "node")
    places = number(most, 2, lang)
    if of == 1:
        return say(
            lang,
            f"Bỏ {who}: hạng đổi trung bình {places} bậc",
            f"Leaving out {who} moves ranks by {places} places on average",
        )
    if len(first) == of:
        return say(
            lang,
            f"Bỏ thành phần nào cũng đổi hạng như nhau: trung bình {places} bậc",
            f"Leaving out any one moves ranks alike: by {places} places on average",
        )
    each = say(lang, "mỗi lần ", " each") if len(first) > 1 else ""
    peak = quantity(float(moves[first].max().max()), lang)
    return say(
        lang,
        f"Hạng đổi nhiều nhất khi bỏ {who}: {each}trung bình {places} bậc, tối đa {peak}",
        f"Ranks move most without {who}: by {places} places{each} on average, {peak} at most",
    )


def _left_out_alt(mean: pd.Series, moves: pd.DataFrame, fw: Framework | None, lang: Lang) -> str:
    head = "; ".join(
        f"{node_label(fw, str(code), lang)} {_largest_move(moves[code], x, lang)}"
        for code, x in mean.iloc[:5].items()
    )
    least = number(float(mean.min()), 2, lang)
    nodes = counted(lang, len(mean), "thành phần", "node")
    return say(
        lang,
        f"Thay đổi hạng trung bình khi bỏ từng thành phần, {nodes}, nhỏ nhất {least}. {head}.",
        f"Mean change of rank without each of {nodes}, the least {least}. {head}.",
    )
