"""Gain against effort on one indicator alone: curves, and how far goal and best are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from piilib.analysis.curves import gain_curves
from piilib.report.block import Html, paragraphs
from piilib.report.chart import OKABE_ITO, Chart, draw, figure, number_ticks, style
from piilib.report.lever_section import best
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import (
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
            f"Công sức dồn vào một chỉ số ({unit(d)}); chấm: đã có hết số điểm",
            f"Effort on one indicator alone ({unit(d)}); dot: all its points are had",
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
