"""Chart of levers: gain against effort of one step on each indicator."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from piilib.report.block import Html, paragraphs
from piilib.report.chart import Chart, draw, figure, number_ticks, style
from piilib.report.lever_section import best
from piilib.report.prepare import Diagnostic
from piilib.report.words import (
    COLOURS,
    gain_label,
    kind,
    lot,
    n,
    per_unit,
    source,
    unit,
)

#: Size of a label, as shares of the chart's width (for a letter) and height.
_LETTER, _LINE = 0.0105, 0.042
#: So near a label another point would be taken for its own.
_NEAR = 0.022
_FAINT = 0.15


@style()
def levers_chart(d: Diagnostic) -> Chart | Html:
    """Draw gain against effort of one step: colour by P(best ten), iso-efficiency lines."""
    if d.levers is None or best(d).empty:
        return paragraphs("")
    usable, top = best(d, 99), best(d)
    fig = figure(8, 5.6)
    axes = fig.subplots()
    width, height = float(usable["effort"].max()) * 1.08, float(usable["net"].max()) * 1.15
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.scatter(
        usable["effort"],
        usable["net"],
        s=64,
        color=[_shade(p) for p in usable["p_top"]],
        edgecolor=COLOURS["accent"],
        linewidth=0.8,
        zorder=3,
    )
    _same_efficiency(d, axes, width, height)
    _name_points(d, axes, top, usable)
    axes.set_xlabel(
        d.say(
            f"Công sức của một bước ({unit(d)})",
            f"Effort of one step ({unit(d)})",
        )
    )
    axes.set_ylabel(gain_label(d))
    number_ticks(axes.xaxis, lang=d.lang)
    number_ticks(axes.yaxis, lang=d.lang)
    _strengths(d, axes)
    share = float(top["net"].sum() / usable["net"].sum())
    cost = float(top["effort"].sum() / usable["effort"].sum())
    return draw(
        fig,
        key="levers",
        title=d.say(
            f"{len(top)} đòn bẩy đầu cho {n(d, 100 * share, 0)}% số điểm của một bước khắp nơi với "
            f"{n(d, 100 * cost, 0)}% công sức",
            f"The first {len(top)} levers give {n(d, 100 * share, 0)}% of the gain of one step "
            f"everywhere for {n(d, 100 * cost, 0)}% of the effort",
        ),
        alt=d.say(
            "Điểm tăng, công sức một bước và xác suất trong 10 đầu: ",
            "Gain and effort of one step, and chance of the best ten: ",
        )
        + "; ".join(
            f"{code}: {n(d, row['net'], signed=True)} / {n(d, row['effort'], 1)} / "
            f"{n(d, 100 * row['p_top'], 0)}%"
            for code, row in top.iterrows()
        ),
        source=source(d),
        kind=kind(d, "judgement"),
    )


def _shade(chance: float) -> tuple[float, float, float]:
    """Mix the accent with white: the stronger, the likelier among the best ten."""
    strength = _FAINT + (1.0 - _FAINT) * float(np.nan_to_num(chance))
    ink = [int(COLOURS["accent"][i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (1.0 - strength * (1.0 - part) for part in ink)
    return red, green, blue


def _strengths(d: Diagnostic, axes: Axes) -> None:
    """Explain the strength of colour."""
    dots = [
        Line2D(
            [],
            [],
            linestyle="",
            marker="o",
            markersize=8,
            color=_shade(p),
            markeredgecolor=COLOURS["accent"],
            label=f"{n(d, 100 * p, 0)}%",
        )
        for p in (0.0, 0.5, 1.0)
    ]
    axes.legend(
        handles=dots,
        title=d.say("Xác suất trong 10 đầu", "Chance of the best ten"),
        loc="upper right",
        fontsize=10,
        title_fontsize=10,
        ncols=3,
    )


def _same_efficiency(d: Diagnostic, axes: Axes, width: float, height: float) -> None:
    """Draw lines along which a year of effort gives the same points."""
    for ratio in _ratios(lot(d) * height / width):
        slope = ratio / lot(d)
        end = min(width * 0.98, height * 0.97 / slope)
        axes.plot([0, end], [0, end * slope], color=COLOURS["light"], linewidth=1, zorder=0)
        axes.text(
            end,
            end * slope,
            f"{n(d, ratio, _decimals(ratio))} {per_unit(d).lower().replace('/ ', '/')}",
            fontsize=9,
            color="#555555",
            ha="right",
            va="bottom",
        )


def _ratios(steepest: float) -> list[float]:
    """Three round numbers of points for a unit of effort, about the diagonal of the chart.

    Examples
    --------
    >>> _ratios(0.063)
    [0.1, 0.05, 0.02]
    """
    ladder = [m * 10.0**k for k in range(-9, 4) for m in (1, 2, 5)]
    place = int(np.searchsorted(ladder, steepest * 2.0, side="right")) - 1
    return [round(ladder[i], 12) for i in (place, place - 1, place - 2)]


def _decimals(ratio: float) -> int:
    return max(2, -int(np.floor(np.log10(ratio))))


Box = tuple[float, float, float, float]


def _name_points(d: Diagnostic, axes: Axes, top: pd.DataFrame, points: pd.DataFrame) -> None:
    """Write code and agency beside the first points, where no other label or point stands."""
    (_, width), (_, height) = axes.get_xlim(), axes.get_ylim()
    dots = [(x / width, y / height) for x, y in zip(points["effort"], points["net"], strict=True)]
    taken: list[Box] = []
    for code, row in top.sort_values("net", ascending=False).iterrows():
        text = f"{code} {d.agency(str(row['lead']), short=True)}"
        x, y = float(row["effort"]) / width, float(row["net"]) / height
        box = _free_place(x, y, len(text) * _LETTER, taken, dots)
        taken.append(box)
        left, low, right, _ = box
        side = "left" if left >= x else "right"
        at = left if side == "left" else right
        middle = (low + _LINE / 2) * height
        if abs(middle - float(row["net"])) > 0.1 * _LINE * height:
            axes.plot(
                [row["effort"], at * width],
                [row["net"], middle],
                color="#9aa5b1",
                linewidth=0.6,
                zorder=1,
            )
        axes.text(at * width, middle, text, fontsize=9.5, va="center", ha=side)


def _free_place(
    x: float, y: float, long: float, taken: list[Box], dots: list[tuple[float, float]]
) -> Box:
    """Return the nearest box beside a point that covers least; all in shares of the chart."""
    found, least = (0.0, 0.0, 0.0, 0.0), np.inf
    for shift in (0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5):
        for right in (True, False):
            left = x + 0.014 if right else x - 0.014 - long
            low = y + shift * 0.9 * _LINE - _LINE / 2
            box = (left, low, left + long, low + _LINE)
            cost = abs(shift) + 0.4 * (not right) + 20.0 * (_outside(box) + _covers(box, taken))
            wide = (box[0] - _NEAR, box[1] - _NEAR / 2, box[2] + _NEAR, box[3] + _NEAR / 2)
            cost += 3.0 * sum(
                wide[0] < u < wide[2] and wide[1] < v < wide[3] for u, v in dots if (u, v) != (x, y)
            )
            if cost < least:
                found, least = box, cost
    return found


def _outside(box: Box) -> bool:
    return box[0] < 0.0 or box[1] < 0.005 or box[2] > 1.0 or box[3] > 0.99


def _covers(box: Box, others: list[Box]) -> int:
    return sum(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
        for other in others
    )
