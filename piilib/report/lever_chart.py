"""Charts of levers: gain against effort of one step, and along the whole way."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from piilib.analysis.curves import gain_curves
from piilib.report.block import Html, paragraphs
from piilib.report.chart import OKABE_ITO, Chart, draw, figure, number_ticks, style
from piilib.report.lever_section import best
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import (
    COLOURS,
    at_bounds,
    gain_label,
    kind,
    label,
    lot,
    n,
    per_unit,
    source,
    spent,
    unit,
)
from piilib.types import Array

#: Years of effort up to which curves are drawn, and curves drawn.
_FAR, _CURVES = 25.0, 6
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


@style()
def curves_chart(d: Diagnostic) -> Chart | Html:
    """Draw what years of effort on one indicator alone give, for the first levers."""
    if d.levers is None or d.base is None or best(d).empty:
        return paragraphs("")
    codes = [str(code) for code in best(d, _CURVES).index]
    curves, far = gain_curves(d.base, codes, points=60), _FAR * lot(d)
    fig = figure(8, 4.6)
    axes = fig.subplots()
    ends = []
    for code, colour in zip(codes, OKABE_ITO, strict=False):
        curve = curves.loc[code]
        effort, net = _up_to(curve["effort"], curve["net"], far)
        axes.plot(effort, net, color=colour)
        if effort[-1] < far:
            axes.plot(effort[-1], net[-1], "o", color=colour, markersize=6)
        ends.append((float(effort[-1]), float(net[-1]), code))
    _label_ends(axes, ends, far)
    axes.set_xlim(0, far * 1.12)
    axes.set_ylim(0)
    axes.set_xlabel(
        d.say(
            f"Công sức dồn vào một chỉ số ({unit(d)}); chấm: đã tới mức cao nhất",
            f"Effort on one indicator alone ({unit(d)}); dot: its best is reached",
        )
    )
    axes.set_ylabel(gain_label(d))
    number_ticks(axes.xaxis, lang=d.lang)
    number_ticks(axes.yaxis, lang=d.lang)
    _, most, first = max(ends, key=lambda end: end[1])
    return draw(
        fig,
        key="curves",
        title=d.say(
            f"Trong {len(codes)} đòn bẩy đầu, dồn {n(d, far, 0)} {spent(d)} vào một chỉ số thì "
            f"{first} cho nhiều nhất ({n(d, most, signed=True)})",
            f"Of the first {len(codes)} levers, {n(d, far, 0)} {spent(d)} on one indicator "
            f"give most on {first} ({n(d, most, signed=True)})",
        ),
        alt=d.say("Điểm tăng ở cuối mỗi đường: ", "Gain at the end of each curve: ")
        + "; ".join(f"{code}: {n(d, y, signed=True)} ({n(d, x, 0)})" for x, y, code in ends),
        source=source(d),
        kind=kind(d, "judgement"),
    )


def _up_to(effort: pd.Series, net: pd.Series, far: float) -> tuple[Array, Array]:
    """Cut a curve at the edge of the chart, and where the score cannot rise any more."""
    x, y = effort.to_numpy(dtype=float), net.to_numpy(dtype=float)
    full = int(np.argmax(y >= y.max() - 1e-6)) + 1
    x, y = x[:full], y[:full]
    if x[-1] <= far:
        return x, y
    inside = x < far
    return np.append(x[inside], far), np.append(y[inside], np.interp(far, x, y))


def _label_ends(axes: Axes, ends: list[tuple[float, float, str]], far: float) -> None:
    """Write each curve's code at its end, one above another where ends are close."""
    top = max(y for _, y, _ in ends) * 1.05
    placed: list[tuple[float, float]] = []
    paper = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1}
    for x, y, code in sorted(ends, key=lambda end: end[1]):
        low = max((v + 0.055 * top for u, v in placed if abs(u - x) < 0.12 * far), default=0.0)
        at = max(y, low)
        axes.text(x + 0.014 * far, at, code, fontsize=10, va="center", bbox=paper)
        placed.append((x, at))


def reach_table(d: Diagnostic) -> Table | Html:
    """Tabulate how far the next goal and the best are on the first levers, and what they give."""
    if d.levers is None or d.base is None or best(d).empty:
        return paragraphs("")
    codes = [str(code) for code in best(d).index]
    last = gain_curves(d.base, codes, points=2).groupby("code").last()
    rate = f"{per_unit(d).lower()}, {d.say(f'mốc {d.year}', f'{d.year} bounds')}"
    curves = d.say(
        " Đường điểm–công sức tính vượt xu hướng chung: nơi khoảng hẹp lại, cần ít công sức hơn.",
        " The curves are net of drift: where the range narrowed, all points come for less effort.",
    )
    return Table(
        key="reach-table",
        caption=d.say(
            f"{len(codes)} đòn bẩy đầu: mục tiêu và mức cao nhất còn cách bao xa ({at_bounds(d)})",
            f"The first {len(codes)} levers: how far the goal and the best are ({at_bounds(d)})",
        ),
        columns=(
            Column("name", d.say("Chỉ số", "Indicator")),
            Column("first", d.say("Bước đầu: ", "First step: ") + rate, "number", 3),
            Column("target", d.say("Mục tiêu", "Goal"), "number"),
            Column("to_goal", d.say("Số bước tới mục tiêu", "Steps to the goal"), "number", 1),
            Column("goal_rate", d.say("Tới mục tiêu: ", "To the goal: ") + rate, "number", 3),
            Column("value", d.say("Cao nhất", "Best"), "number"),
            Column("steps", d.say("Số bước tới cao nhất", "Steps to the best"), "number", 1),
            Column("effort", d.say("Công sức tới cao nhất", "Effort to the best"), "number", 0),
            Column("gain", d.say("Điểm PII khi cao nhất", "PII points at the best"), "signed"),
            Column("best_rate", d.say("Tới cao nhất: ", "To the best: ") + rate, "number", 3),
            Column("shows", d.say("Thể hiện ở PII", "Shows in PII"), align="right"),
        ),
        rows=[_reach(d, code, last.loc[code]) for code in codes],
        source=source(d, "plan" if d.plan is not None else "sheet"),
        kind=kind(d, "judgement"),
        lang=d.lang,
        note=d.say(
            "Một bước là một năm tiến bộ thông thường. Mục tiêu: của kế hoạch; – hoặc ô trống là "
            "không có, hoặc không cao hơn hiện nay. Cao nhất: của cả nước, hoặc mức trần; điểm tính"
            f" riêng từng chỉ số. Thể hiện ở: lần công bố đầu tiên nếu làm trong năm {d.year + 1}.",
            "A step is a year of typical progress. Goal: the plan's target; – or an empty cell "
            "where there is none, or none beyond today's value. Best: the country's, or the cap; "
            f"points of each alone. Shows in: first edition if the work is done in {d.year + 1}.",
        )
        + (curves if d.before is not None else ""),
    )


def _reach(d: Diagnostic, code: str, end: pd.Series) -> dict[str, object]:
    assert d.levers is not None
    row = d.levers.loc[code]
    towards = float(d.fw.table.at[code, "direction"])
    way = towards * (float(row["target"]) - float(row["value"]))
    ahead = way > 1e-9
    return {
        **end.to_dict(),
        "name": label(d, code, short=True),
        "first": lot(d) * row["gain"] / row["effort"],
        "target": row["target"] if ahead else np.nan,
        "to_goal": way / float(row["step"]) if ahead else np.nan,
        "goal_rate": lot(d) * row["target_gain"] / row["target_effort"] if ahead else np.nan,
        "best_rate": lot(d) * float(end["gain"]) / float(end["effort"]),
        "shows": str(d.year + 1 + int(row["lag_years"])),
    }
