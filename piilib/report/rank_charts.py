"""Charts of ranks of a user's own index: how uncertain they are, and how they changed."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from piilib.errors import DataError
from piilib.report.chart import OKABE_ITO, Chart, figure, style
from piilib.report.index_words import (
    drawn_of,
    finished,
    fit,
    label_rows,
    note_rows,
    numeric,
    quantity,
    rank_axis,
    say,
    simulated,
    some,
)
from piilib.report.numbers import Lang, counted, percent
from piilib.report.words import COLOURS

__all__ = ["rank_change_chart", "rank_interval_chart"]

#: Rows that one chart holds.
_MOST = 80
_INK: Final = "#1f2933"


@style()
def rank_interval_chart(
    intervals: pd.DataFrame,
    nominal: pd.Series,
    probability: float = 0.9,
    *,
    places: int | None = None,
    top: int | None = None,
    lang: Lang = "vi",
    source: str | None = None,
    kind: str | None = None,
    key: str = "rank-intervals",
) -> Chart:
    """Draw every unit's rank with the interval in which it lies under other choices.

    Parameters
    ----------
    intervals : DataFrame
        Index: unit. Columns ``low``, ``median``, ``high`` (ranks).
    nominal : Series
        The rank of each of these units under the method itself.
    probability : float
        Of the intervals.
    places : int, optional
        A rank counts as uncertain where the interval spans more places; a tenth of the units if
        not given, at least 1.
    top : int, optional
        A unit is firmly among so many where its whole interval is; ten, or a fifth of the units
        where that is less.
    lang, source, kind, key
        As for every chart of an index.

    Returns
    -------
    Chart
        A row a unit, best nominal rank first: interval, median (line) and nominal rank (dot). At
        most 80 rows; the title counts all units.

    Raises
    ------
    DataError
        If a column or a unit is missing, a rank is missing, the median is outside its interval,
        or `probability` is not between 0 and 1.
    """
    if not 0 < probability < 1:
        raise DataError(f"probability={probability}", "a number between 0 and 1")
    table = _ranks_with_intervals(intervals, nominal)
    places = max(1, round(len(table) / 10)) if places is None else places
    top = max(1, min(10, len(table) // 5)) if top is None else top
    shown = table.iloc[:_MOST]
    fig = figure(8, 1.25 + 0.2 * len(shown))
    axes = fig.subplots()
    rows = np.arange(len(shown))
    axes.hlines(rows, shown["low"], shown["high"], color=OKABE_ITO[5], linewidth=6)
    axes.plot(shown["median"], rows, "|", color=_INK, ms=9, mew=1.6)
    axes.plot(shown["nominal"], rows, "o", color=COLOURS["bad"], ms=5)
    label_rows(axes, [str(unit) for unit in shown.index], 170, 9.5)
    note_rows(axes, [_span(row, lang) for _, row in shown.iterrows()], 90, 9.5)
    rank_axis(axes, shown.to_numpy(), lang)
    axes.set_xlabel(axes.get_xlabel() + drawn_of(len(shown), len(table), lang))
    likely = percent(probability, 0 if round(100 * probability) == 100 * probability else 1, lang)
    words = (
        say(lang, f"khoảng {likely}", f"{likely} interval"),
        say(lang, "trung vị", "median"),
        say(lang, "hạng theo phương pháp", "rank by the method"),
    )
    fig.legend(
        [
            Line2D([], [], color=OKABE_ITO[5], linewidth=6),
            Line2D([], [], color=_INK, marker="|", linestyle="", ms=9, mew=1.6),
            Line2D([], [], color=COLOURS["bad"], marker="o", linestyle="", ms=5),
        ],
        words,
        loc="outside upper left",
        ncols=3,
    )
    return finished(
        fig,
        lang,
        key=key,
        title=_interval_title(table, places, top, likely, lang),
        alt=_interval_alt(table, len(shown), likely, lang),
        source=source,
        kind=simulated(lang) if kind is None else kind,
    )


def _ranks_with_intervals(intervals: pd.DataFrame, nominal: pd.Series) -> pd.DataFrame:
    """Return low, median, high and nominal, the best nominal rank first."""
    table = numeric(intervals, ["low", "median", "high"], "rank intervals")
    apart = [unit for unit in table.index if unit not in nominal.index]
    if apart:
        raise DataError(f"no nominal rank of {apart[0]!r}", "one for each unit with an interval")
    table["nominal"] = nominal.loc[table.index].astype(float)
    if table.isna().any(axis=None):
        unit = table.index[table.isna().any(axis=1)][0]
        raise DataError(f"a missing rank of {unit!r}", "units that have ranks (drop the others)")
    bad = (table["low"] > table["median"]) | (table["median"] > table["high"])
    if bad.any():
        raise DataError(
            f"a median outside the interval of {table.index[bad][0]!r}", "low ≤ median ≤ high"
        )
    return table.sort_values(["nominal", "median"], kind="stable")


def _span(row: pd.Series, lang: Lang) -> str:
    if row["low"] == row["high"]:
        return quantity(row["low"], lang)
    return f"{quantity(row['low'], lang)}–{quantity(row['high'], lang)}"


def _interval_title(table: pd.DataFrame, places: int, top: int, likely: str, lang: Lang) -> str:
    width = table["high"] - table["low"]
    of, wide = len(table), int((width > places).sum())
    if of == 1:
        unit = table.index[0]
        return say(lang, f"Chỉ có một đơn vị ({unit})", f"There is only one unit ({unit})")
    if not width.any():
        return say(
            lang,
            f"Không hạng nào dao động trong khoảng {likely} của {of} đơn vị",
            f"No rank varies within the {likely} intervals of the {of} units",
        )
    steps = counted(lang, places, "bậc", "place")
    head = say(
        lang,
        f"Hạng của {wide}/{of} đơn vị dao động quá {steps}",
        f"The ranks of {wide} of {of} units are uncertain by more than {steps}",
    )
    firm = table.index[table["high"] <= top]
    who = some(firm, lang, "đơn vị", "unit") if len(firm) else say(lang, "không đơn vị nào", "none")
    verb = "is" if len(firm) == 1 else "are"
    first = (
        say(lang, f"{top} hạng đầu", f"top {top}") if top > 1 else say(lang, "hạng nhất", "first")
    )
    tail = say(
        lang,
        f"{who} chắc chắn ở {first}",
        f"{who} {verb} firmly {'in the ' if top > 1 else ''}{first}",
    )
    return f"{head}; {tail} ({likely})"


def _interval_alt(table: pd.DataFrame, drawn: int, likely: str, lang: Lang) -> str:
    width = table["high"] - table["low"]
    widest = table.index[int(np.argmax(width.to_numpy()))]
    median = quantity(float(width.median()), lang)
    span = _span(table.loc[widest], lang)
    best = "; ".join(f"{unit} {_span(row, lang)}" for unit, row in table.iloc[:5].iterrows())
    part = "" if drawn == len(table) else say(lang, f" (vẽ {drawn})", f" ({drawn} drawn)")
    units = counted(lang, len(table), "đơn vị", "unit") + part
    return say(
        lang,
        f"Khoảng hạng {likely} của {units}: rộng trung vị {median} bậc, rộng nhất {widest} "
        f"({span}). Đứng đầu: {best}.",
        f"{likely} rank intervals of {units}: median width {median} places, widest {widest} "
        f"({span}). At the top: {best}.",
    )


@style()
def rank_change_chart(
    table: pd.DataFrame,
    first: str,
    second: str,
    *,
    top: int = 20,
    lang: Lang = "vi",
    source: str | None = None,
    kind: str | None = None,
    key: str = "rank-changes",
) -> Chart:
    """Draw the largest moves between two rankings.

    Parameters
    ----------
    table : DataFrame
        Index: unit. Columns ``rank_<first>``, ``rank_<second>`` and ``rank_change`` (places moved
        up: the first rank minus the second). Units without one of the ranks are left out.
    first, second : str
        Names of the rankings, as in the columns.
    top : int
        Units drawn at most.
    lang, source, kind, key
        As for every chart of an index.

    Returns
    -------
    Chart
        A row a unit, the largest move first: a ring at its first rank, a dot at its second.

    Raises
    ------
    DataError
        If a column is missing, no unit has both ranks, or ``rank_change`` is not their difference.
    """
    columns = [f"rank_{first}", f"rank_{second}", "rank_change"]
    values = numeric(table, columns, "rank changes").dropna().set_axis(["old", "new", "up"], axis=1)
    if values.empty or top < 1:
        raise DataError("no unit with both ranks" if values.empty else f"top={top}", "one or more")
    wrong = values.index[~np.isclose(values["old"] - values["new"], values["up"])]
    if len(wrong):
        raise DataError(
            f"the rank change {values.at[wrong[0], 'up']:g} of {wrong[0]!r}",
            f"rank_{first} minus rank_{second} (positive: moved up)",
        )
    order = values["up"].abs().sort_values(ascending=False, kind="stable").index
    shown = values.loc[order[:top]]
    fig = figure(8, 1.4 + 0.27 * len(shown))
    axes = fig.subplots()
    _moves(axes, shown, lang)
    fig.legend(
        [
            Line2D([], [], **_RING),
            Line2D([], [], color=COLOURS["accent"], marker="o", linestyle="-", ms=7),
            Line2D([], [], color=COLOURS["bad"], marker="o", linestyle="-", ms=7),
        ],
        [
            fit(first, 440),
            fit(say(lang, f"lên hạng: {second}", f"moved up: {second}"), 440),
            fit(say(lang, f"xuống hạng: {second}", f"moved down: {second}"), 440),
        ],
        loc="outside upper left",
        ncols=3 if len(first) + 2 * len(second) < 40 else 1,
    )
    return finished(
        fig,
        lang,
        key=key,
        title=_change_title(values, first, second, lang),
        alt=_change_alt(values, shown, first, second, lang),
        source=source,
        kind=kind,
    )


_RING: Final[dict[str, Any]] = {
    "marker": "o",
    "linestyle": "",
    "ms": 7,
    "markerfacecolor": "white",
    "markeredgecolor": "#52606d",
    "markeredgewidth": 1.5,
}


def _moves(axes: Axes, shown: pd.DataFrame, lang: Lang) -> None:
    rows = np.arange(len(shown))
    colours = [
        COLOURS["accent"] if up > 0 else COLOURS["bad"] if up < 0 else COLOURS["muted"]
        for up in shown["up"]
    ]
    axes.hlines(rows, shown["old"], shown["new"], colors=colours, linewidth=2.4)
    axes.plot(shown["old"], rows, **_RING)
    axes.scatter(shown["new"], rows, c=colours, s=52, zorder=3)
    label_rows(axes, [str(unit) for unit in shown.index], 160)
    note_rows(axes, [_move(row, lang) for _, row in shown.iterrows()], 120)
    rank_axis(axes, shown[["old", "new"]].to_numpy(), lang)


def _move(row: pd.Series, lang: Lang) -> str:
    old, new = quantity(row["old"], lang), quantity(row["new"], lang)
    return f"{quantity(row['up'], lang, signed=True)} ({old} → {new})"


def _change_title(values: pd.DataFrame, first: str, second: str, lang: Lang) -> str:
    moved, of = int((values["up"] != 0).sum()), len(values)
    if not moved:
        return say(
            lang,
            f"Không đơn vị nào đổi hạng giữa {first} và {second}",
            f"No unit changes rank between {first} and {second}",
        )
    size = values["up"].abs()
    furthest = values.loc[size == size.max(), "up"]
    head = say(
        lang,
        f"{first} → {second}: {moved}/{of} đơn vị đổi hạng",
        f"{first} → {second}: {moved} of {counted(lang, of, 'đơn vị', 'unit')} "
        f"{'changes' if moved == 1 else 'change'} rank",
    )
    return f"{head}; {_furthest(furthest, lang)}"


def _furthest(up: pd.Series, lang: Lang) -> str:
    """Say who moved furthest, and which way where that is the same for all of them."""
    who, size = some(up.index, lang, "đơn vị", "unit"), abs(float(up.iloc[0]))
    places = quantity(size, lang) + say(lang, " bậc", " place" if size == 1 else " places")
    if (up > 0).all():
        way = say(lang, "lên ", "up ")
    else:
        way = say(lang, "xuống ", "down ") if (up < 0).all() else ""
    each = "" if len(up) == 1 else say(lang, "mỗi đơn vị ", " each")
    return say(
        lang,
        f"xa nhất: {who}, {each}{way}{places}",
        f"furthest: {who}, {way}{places}{each}",
    )


def _change_alt(
    values: pd.DataFrame, shown: pd.DataFrame, first: str, second: str, lang: Lang
) -> str:
    up, down = int((values["up"] > 0).sum()), int((values["up"] < 0).sum())
    rows = "; ".join(f"{unit} {_move(row, lang)}" for unit, row in shown.iloc[:8].iterrows())
    return say(
        lang,
        f"Hạng {first} và {second} của {len(values)} đơn vị: {up} lên, {down} xuống. {rows}.",
        f"Ranks {first} and {second} of {counted(lang, len(values), 'đơn vị', 'unit')}: {up} up, "
        f"{down} down. {rows}.",
    )
