"""Charts of the seminar slides, with the figures that PowerPoint draws them from itself."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from piilib.analysis.outlook_result import POOLED
from piilib.report.block import Html
from piilib.report.changes import change_chart
from piilib.report.chart import Chart, draw, figure, number_ticks, style
from piilib.report.lever_chart import levers_chart
from piilib.report.lever_section import best
from piilib.report.numbers import percent
from piilib.report.outlook_section import goal_of, outlook_chart, scenario_name
from piilib.report.plan_section import plan_chart
from piilib.report.prepare import Diagnostic
from piilib.report.profile import profile_chart
from piilib.report.words import COLOURS, gain_label, kind, n, pillars, source, unit

Form: TypeAlias = Literal["bar", "column", "scatter"]


@dataclass(frozen=True)
class Data:
    """What a chart is drawn from.

    Attributes
    ----------
    form : {"bar", "column", "scatter"}
        Bars lie, columns stand.
    categories : tuple of str
        The bars' names from the top, or the points' labels.
    series : tuple of (str, tuple of float)
        Name and heights of each series; of a scatter one, its second coordinates.
    colours : tuple of str
        Of each series.
    x : tuple of float
        First coordinates of the points; empty for bars.
    x_title, y_title : str
        Words along the axes.
    decimals : int
        With which the values are written.
    signed : bool
        Whether a plus sign stands before a positive value.
    suffix : str
        What follows a value: "%".
    inks : tuple of str
        Colour of each bar or point of a single series, where they differ.
    """

    form: Form
    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    colours: tuple[str, ...]
    x: tuple[float, ...] = ()
    x_title: str = ""
    y_title: str = ""
    decimals: int = 2
    signed: bool = False
    suffix: str = ""
    inks: tuple[str, ...] = ()


@dataclass(frozen=True)
class SlideChart(Chart):
    """A chart with its figures, of which PowerPoint makes one that can be edited.

    Attributes
    ----------
    data : Data or None
    """

    data: Data | None = None


def with_data(chart: Chart, data: Data) -> SlideChart:
    """Put the figures to a chart.

    Examples
    --------
    >>> chart = Chart("x", "Title", "In words.", "source", "kind", "<svg/>")
    >>> with_data(chart, Data("bar", ("a",), (("s", (1.0,)),), ("#000000",))).data.series
    (('s', (1.0,)),)
    """
    return SlideChart(**{f.name: getattr(chart, f.name) for f in fields(Chart)}, data=data)


def _axes(chart: Chart) -> Axes:
    assert chart.figure is not None
    axes: Axes = chart.figure.axes[0]
    return axes


def _bars(chart: Chart | Html, name: str, *, signed: bool = False) -> Chart | Html:
    """Read the lying bars of a chart of the diagnostic: one number for each name."""
    if not isinstance(chart, Chart):
        return Html()
    axes = _axes(chart)
    names = [label.get_text() for label in axes.get_yticklabels()]
    bars: list[Any] = list(axes.patches)
    values = [float(bar.get_width()) for bar in bars]
    inks = [to_hex(bar.get_facecolor()) for bar in bars]
    return with_data(
        chart,
        Data(
            "bar",
            tuple(names[::-1]),
            ((name, tuple(values[::-1])),),
            (COLOURS["accent"],),
            x_title=axes.get_xlabel(),
            signed=signed,
            inks=tuple(inks[::-1]) if len(set(inks)) > 1 else (),
        ),
    )


@style()
def pillars_chart(d: Diagnostic) -> Chart | Html:
    """Draw each pillar's score beside the country's highest; intervals where none is published.

    Examples
    --------
    >>> from piilib.report.prepare import prepare
    >>> pillars_chart(prepare("lang-son", 2024, "en")).key
    'pillar-intervals'
    """
    if d.sheet is None or d.sheet.recomputed & set(pillars(d)):
        found = profile_chart(d)
        return found if isinstance(found, Chart) else Html()
    table = d.sheet.table.loc[pillars(d)]
    names = [f"{code}. {d.node(str(code), short=True)}" for code in table.index]
    series = [(d.name, table["value"], COLOURS["accent"])]
    if table["highest"].notna().all():
        best_of = d.say("Cao nhất cả nước", "Highest of the country")
        series.append((best_of, table["highest"], COLOURS["muted"]))
    fig = figure(8, 4.9)
    axes = fig.subplots()
    place, thick = np.arange(len(names))[::-1], 0.8 / len(series)
    for i, (name, values, colour) in enumerate(series):
        y = place + (len(series) - 1) / 2 * thick - i * thick
        axes.barh(y, values, thick, color=colour, label=name)
        for at, x in zip(y, values, strict=True):
            axes.text(x + 1, at, n(d, x), va="center", fontsize=10)
    axes.set_yticks(place, names)
    axes.set_xlim(0, 108)
    axes.set_xlabel(d.say("Điểm (0–100)", "Score (0–100)"))
    number_ticks(axes.xaxis, lang=d.lang)
    fig.legend(loc="outside upper right", ncols=2)
    chart = draw(
        fig,
        key="pillars",
        title=d.say(
            f"Điểm bảy trụ cột của {d.name}, PII {d.year}",
            f"Scores of the seven pillars of {d.name}, PII {d.year}",
        ),
        alt="; ".join(
            f"{label}: " + "; ".join(f"{name} {n(d, values.iloc[i])}" for name, values, _ in series)
            for i, label in enumerate(names)
        ),
        source=source(d),
        kind=kind(d, "sheet"),
    )
    return with_data(
        chart,
        Data(
            "bar",
            tuple(names),
            tuple((name, tuple(map(float, values))) for name, values, _ in series),
            tuple(colour for _, _, colour in series),
            x_title=axes.get_xlabel(),
        ),
    )


def pillar_changes_chart(d: Diagnostic) -> Chart | Html:
    """Draw how many index points each pillar added or took; nothing without two years."""
    if d.sheet is None or d.before is None:
        return Html()
    name = d.say("Đóng góp, điểm PII", "Contribution, index points")
    return _bars(change_chart(d), name, signed=True)


def effort_chart(d: Diagnostic) -> Chart | Html:
    """Draw gain against effort of one step; the best ten are named, with group and chance."""
    chart = levers_chart(d)
    if not isinstance(chart, Chart):
        return Html()
    usable, top = best(d, 99), set(best(d).index)
    names = tuple(
        f"{code} {row['group']} {percent(row['p_top'], 0, d.lang)}" if code in top else ""
        for code, row in usable.iterrows()
    )
    (points,) = _axes(chart).collections
    gains = tuple(map(float, usable["net"]))
    return with_data(
        chart,
        Data(
            "scatter",
            names,
            ((d.say("Đòn bẩy", "Levers"), gains),),
            (COLOURS["accent"],),
            x=tuple(map(float, usable["effort"])),
            x_title=d.say(f"Công sức của một bước ({unit(d)})", f"Effort of one step ({unit(d)})"),
            y_title=gain_label(d),
            inks=tuple(map(to_hex, np.asarray(points.get_facecolor()))),
        ),
    )


def levels_chart(d: Diagnostic) -> Chart | Html:
    """Draw the index score that each level of the plan's goals implies."""
    return _bars(plan_chart(d), d.say("Điểm PII", "PII score"))


@style()
def chance_chart(d: Diagnostic) -> Chart | Html:
    """Draw the chance of the rank goal in each scenario; without a goal the ranks themselves."""
    if not d.outlooks:
        return Html()
    goal = goal_of(d)
    if goal is None:
        return _ranks(d)
    names = [scenario_name(d, name) for name in d.scenarios]
    chances = [100 * float(found.probability(goal)) for found in d.scenarios.values()]
    fig = figure(8, 3.6)
    axes = fig.subplots()
    axes.barh(names[::-1], chances[::-1], color=COLOURS["accent"], height=0.6)
    for y, x in enumerate(chances[::-1]):
        axes.text(x + 1, y, percent(x / 100, 0, d.lang), va="center")
    axes.set_xlim(0, 108)
    number_ticks(axes.xaxis, lang=d.lang)
    year = d.outlooks["nothing"].year
    what = d.say(
        f"Xác suất đạt hạng ≤ {goal}/34 năm {year} (%)",
        f"Chance of rank ≤ {goal} of 34 in {year} (%)",
    )
    axes.set_xlabel(d.say("Xác suất (%)", "Probability (%)"))
    said = (f"{x}: {percent(p / 100, 0, d.lang)}" for x, p in zip(names, chances, strict=True))
    ranks = outlook_chart(d)
    assert isinstance(ranks, Chart)
    chart = draw(
        fig,
        key="chance",
        title=what,
        alt="; ".join(said),
        source=ranks.source,
        kind=ranks.kind,
    )
    series = ((what, tuple(chances)),)
    data = Data("bar", tuple(names), series, (COLOURS["accent"],), decimals=0, suffix="%")
    return with_data(chart, data)


def _ranks(d: Diagnostic) -> Chart | Html:
    """Draw the distribution of the rank where there is no goal: standing columns."""
    chart = outlook_chart(d)
    if not isinstance(chart, Chart):
        return Html()
    axes = _axes(chart)
    shares = [
        (scenario_name(d, name), tuple(100 * float(p) for p in found.distribution[POOLED]))
        for name, found in d.scenarios.items()
    ]
    ranks = tuple(str(rank) for rank in d.outlooks["nothing"].distribution[POOLED].index)
    colours = (COLOURS["muted"], COLOURS["accent"], COLOURS["good"])[: len(shares)]
    data = Data(
        "column",
        ranks,
        tuple(shares),
        colours,
        x_title=axes.get_xlabel(),
        y_title=axes.get_ylabel(),
        decimals=0,
    )
    return with_data(chart, data)
