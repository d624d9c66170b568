"""Portfolio: what a budget of effort buys, and what a goal asks for."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from piilib.analysis.portfolio_prices import agency_prices
from piilib.analysis.portfolio_result import Portfolio
from piilib.report.block import Html, bullets, paragraphs
from piilib.report.chart import Chart, draw, figure, number_ticks, style
from piilib.report.numbers import interval, number, percent
from piilib.report.outlook_section import goal_of
from piilib.report.prepare import CONFIDENCE, Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import COLOURS, kind, label, lot, measure, n, one_lot, source, spent, unit


def portfolio_text(d: Diagnostic) -> Html:
    """Say what the budget buys, what the stated score asks for, and what the rank does."""
    if not d.portfolios:
        return paragraphs("")
    items = [_budget(d), _agencies(d), _goal(d), _rank(d), _plan(d)]
    items.append(
        d.say(
            f"Công sức tính bằng {unit(d)}, cho đến PII {d.horizon}; mỗi chỉ số tiến "
            "nhiều nhất 2 bước một năm (3 với số đếm), bước thứ hai trong năm đắt gấp đôi; chỉ số "
            f"mà số liệu không kịp vào PII {d.horizon} thì đứng yên. Điểm ở đây tính {measure(d)}, "
            f"trên thang {d.scoreboard.basis} tỉnh của PII {d.year}; khoảng chỉ gồm "
            "làm tròn và mức trần, chưa gồm độ ngờ về bước và độ khó.",
            f"Effort is in {unit(d)}, up to PII {d.horizon}; an indicator moves at "
            "most 2 steps a year (3 for counts), the second of a year at double price; one whose "
            f"data come too late for PII {d.horizon} stays where it is. Points are {measure(d)}, "
            f"on the {d.scoreboard.basis}-unit scale of PII {d.year}; intervals hold "
            "rounding and caps, not the doubt about steps and difficulty.",
        )
    )
    return bullets(item for item in items if item)


def _limit(d: Diagnostic) -> str:
    """Write the budget of the portfolio that is shown for any province."""
    return f"{n(d, d.budget, 0)} {spent(d)}"


def _bought(d: Diagnostic, found: Portfolio) -> str:
    """Write effort, gain with its interval, and the score reached."""
    ends = interval(found.net_low, found.net_high, 2, d.lang)
    return d.say(
        f"{n(d, found.effort, 1)} {spent(d)}, {len(found.table)} chỉ số, "
        f"{n(d, found.net, signed=True)} điểm ({ends}), thành {n(d, found.score)}",
        f"{n(d, found.effort, 1)} {spent(d)} on {len(found.table)} indicators, "
        f"{n(d, found.net, signed=True)} points ({ends}), making {n(d, found.score)}",
    )


def _budget(d: Diagnostic) -> str:
    found = d.portfolios["budget"]
    if found.table.empty:
        return d.say(
            f"Với {_limit(d)} không mua được bước nào.",
            f"{_limit(d)} buy no step.",
        )
    price = n(d, lot(d) * float(found.prices["total"]))
    return d.say(
        f"Ngân sách {_limit(d)}: tốt nhất là {_bought(d, found)}. Thêm {one_lot(d)} cho "
        f"thêm {price} điểm.",
        f"A budget of {_limit(d)}: best are {_bought(d, found)}. {one_lot(d).capitalize()} more "
        f"gives {price} points more.",
    )


#: Agencies whose price is told in words.
_PRICED = 3


def _agencies(d: Diagnostic) -> str:
    """Say what one more year of an agency's effort gives beyond the budget."""
    price = agency_prices(d.portfolios["budget"])
    first = price[price > 0].head(_PRICED)
    if first.empty:
        return ""
    said = "; ".join(
        f"{d.agency(str(name))} {n(d, lot(d) * x, signed=True)}" for name, x in first.items()
    )
    return d.say(
        f"Ngoài ngân sách ấy, thêm {one_lot(d)} của từng cơ quan cho (điểm PII): {said}.",
        f"Beyond that budget {one_lot(d)} more of an agency gives (index points): {said}.",
    )


def _goal(d: Diagnostic) -> str:
    found = d.portfolios.get("goal")
    if found is None:
        return ""
    target = n(d, found.target)
    if found.status != "optimal":
        return d.say(
            f"Mục tiêu {target} điểm: không đạt được đến PII {d.horizon}; làm tất cả những gì nhịp "
            f"độ cho phép được {n(d, found.score)}, còn thiếu {n(d, found.missing)}.",
            f"The goal of {target} points: not attainable by PII {d.horizon}; all that the pace "
            f"allows makes {n(d, found.score)}, {n(d, found.missing)} short.",
        )
    return d.say(
        f"Mục tiêu {target} điểm: ít nhất {_bought(d, found)}.",
        f"The goal of {target} points: at least {_bought(d, found)}.",
    )


def _rank(d: Diagnostic) -> str:
    """Say what the rank goal asks for, with the chance simulated again."""
    rank, found = goal_of(d), d.portfolios.get("rank")
    if rank is None or found is None:
        return ""
    level = percent(CONFIDENCE, 0, d.lang)
    chance = percent(found.probability, 0, d.lang)
    if found.status != "optimal":
        return d.say(
            f"Hạng ≤ {rank}/34 với xác suất {level}: không đạt được; nhịp độ cho phép nhiều nhất "
            f"{n(d, found.net, signed=True)} điểm, xác suất {chance}.",
            f"Rank ≤ {rank} of 34 with probability {level}: not attainable; the pace allows at most"
            f" {n(d, found.net, signed=True)} points, a probability of {chance}.",
        )
    low, high = (
        number(100 * x, 0, d.lang) for x in (found.probability_low, found.probability_high)
    )
    chance += d.say(f" ({low}–{high}% tùy τ)", f" ({low}–{high}% over τ)")
    return d.say(
        f"Hạng ≤ {rank}/34 với xác suất {level}: ít nhất {_bought(d, found)}; mô phỏng lại với danh"
        f" mục này: {chance}, nếu mọi bước đều đạt.",
        f"Rank ≤ {rank} of 34 with probability {level}: at least {_bought(d, found)}; simulated "
        f"again with this portfolio: {chance}, if every step succeeds.",
    )


def _plan(d: Diagnostic) -> str:
    point = d.frontier.attrs.get("plan")
    if point is None:
        return ""
    effort, asked = n(d, point["effort"], 0), int(point["indicators"])
    score, years = n(d, point["within_score"]), n(d, point["within_effort"], 0)
    best = n(d, float(np.interp(point["within_effort"], d.frontier["effort"], d.frontier["score"])))
    within = d.say(
        f"{years} {spent(d)}, thành {score} điểm; cùng công sức ấy danh mục tốt nhất được {best}",
        f"{years} {spent(d)}, making {score}; the best portfolio for as much makes {best}",
    )
    return d.say(
        f"Các chỉ tiêu của kế hoạch cộng lại cần khoảng {effort} {spent(d)}; {point['beyond']} "
        f"trên {asked} chỉ tiêu đòi hỏi nhiều hơn nhịp độ và độ trễ cho phép đến PII {d.horizon}, "
        f"hoặc không phải đòn bẩy. Phần kịp: {within}.",
        f"The plan's targets together ask for about {effort} {spent(d)}; {point['beyond']} of "
        f"{asked} ask for more than pace and lag allow by PII {d.horizon}, or are no levers. The "
        f"part that can be had: {within}.",
    )


@style()
def frontier_chart(d: Diagnostic) -> Chart | Html:
    """Draw the most points for every amount of effort, with the portfolios on it."""
    if not d.portfolios:
        return paragraphs("")
    table = d.frontier
    fig = figure(8, 4)
    axes = fig.subplots()
    axes.plot(table["effort"], table["score"], color=COLOURS["accent"], marker="o", markersize=4)
    names = {
        "budget": _limit(d),
        "goal": d.say("mục tiêu điểm", "score goal"),
        "rank": d.say("mục tiêu hạng", "rank goal"),
    }
    places: list[tuple[float, float]] = []
    for name, found in d.portfolios.items():
        if found.status != "optimal":
            continue
        axes.plot(found.effort, found.score, "D", color=COLOURS["bad"], markersize=7)
        below = sum(abs(found.score - y) < 0.5 for _, y in places)
        place = (8, -14 - 14 * below)
        axes.annotate(names[name], (found.effort, found.score), place, textcoords="offset points")
        places.append((found.effort, found.score))
    _plan_mark(d, axes)
    axes.set_xlabel(d.say(f"Công sức ({unit(d)})", f"Effort ({unit(d)})"))
    axes.set_ylabel(d.say(f"Điểm PII {d.horizon}, {measure(d)}", f"PII {d.horizon}, {measure(d)}"))
    number_ticks(axes.yaxis, lang=d.lang)
    number_ticks(axes.xaxis, lang=d.lang)
    half, last = _half_way(table), table.iloc[-1]
    return draw(
        fig,
        key="frontier",
        title=d.say(
            f"{n(d, half, 0)} trên {n(d, last['effort'], 0)} {spent(d)} mang lại một nửa của "
            f"{n(d, last['net'], signed=True)} điểm có thể đạt",
            f"{n(d, half, 0)} of {n(d, last['effort'], 0)} {spent(d)} bring half of the"
            f" {n(d, last['net'], signed=True)} points within reach",
        ),
        alt=d.say("Công sức và điểm: ", "Effort and score: ")
        + "; ".join(f"{n(d, row.effort, 0)}: {n(d, row.score)}" for row in table.itertuples()),
        source=source(d),
        kind=kind(d, "judgement"),
    )


def _plan_mark(d: Diagnostic, axes: Axes) -> None:
    """Mark what the plan's targets give as far as the pace allows."""
    point = d.frontier.attrs.get("plan")
    if point is None or point["within_effort"] <= 0:
        return
    x, y = point["within_effort"], point["within_score"]
    axes.plot(x, y, "s", color=COLOURS["good"], markersize=8)
    text = d.say("kế hoạch,\nphần kịp nhịp độ", "the plan,\nwithin the pace")
    axes.annotate(text, (x, y), (9, -9), textcoords="offset points", va="top")
    left, right = axes.get_xlim()
    axes.set_xlim(left, max(right, x + 0.3 * (right - left)))


def _half_way(table: pd.DataFrame) -> float:
    """Return the effort with which half of the largest gain is had."""
    return float(np.interp(table["net"].iloc[-1] / 2, table["net"], table["effort"]))


def chosen(d: Diagnostic) -> Portfolio | None:
    """Return the portfolio for the stated score where it can be had, else that for the budget."""
    goal = d.portfolios.get("goal")
    if goal is not None and goal.status == "optimal" and not goal.table.empty:
        return goal
    return d.portfolios.get("budget")


def portfolio_table(d: Diagnostic) -> Table | Html:
    """Tabulate the portfolio for the stated score where it can be had, else for the budget."""
    if not d.portfolios:
        return paragraphs("")
    found = chosen(d)
    assert found is not None
    reached = not np.isnan(found.target)
    rows = [
        {
            "node": label(d, str(code)),
            "value": row["value"],
            "needed": row["needed"],
            "steps": row["units"] if row["lumpy"] else row["steps"],
            "unit": d.say("đơn vị", "units") if row["lumpy"] else d.say("bước", "steps"),
            "effort": row["effort"],
            "net": row["net"],
            "lead": d.agency(str(row["lead"]), short=True),
            "marks": "N" if row["every_year"] else "",
        }
        for code, row in found.table.iterrows()
    ]
    what = n(d, found.target) if reached else ""
    return Table(
        key="portfolio-table",
        caption=d.say(
            f"Ít công sức nhất để đạt {what} điểm vào PII {d.horizon}",
            f"Least effort to reach {what} points in PII {d.horizon}",
        )
        if reached
        else d.say(
            f"Nhiều điểm nhất với {_limit(d)}, PII {d.horizon}",
            f"Most points for {_limit(d)}, PII {d.horizon}",
        ),
        columns=(
            Column("node", d.say("Chỉ số", "Indicator")),
            Column("value", d.say("Hiện nay", "Now"), "number"),
            Column("needed", d.say("Cần đạt", "Needed"), "number"),
            Column("steps", d.say("Tiến", "Moves"), "number", 1, whole=True),
            Column("unit", d.say("Tính bằng", "In")),
            Column("effort", d.say(f"Công sức ({unit(d)})", f"Effort ({unit(d)})"), "number", 1),
            Column("net", d.say(f"Điểm, {measure(d)}", f"Points, {measure(d)}"), "signed"),
            Column("lead", d.say("Chủ trì", "Lead")),
            Column("marks", d.say("Ghi chú", "Notes")),
        ),
        rows=rows,
        source=source(d),
        kind=kind(d, "judgement"),
        lang=d.lang,
        note=_table_note(d, found),
    )


def _table_note(d: Diagnostic, found: Portfolio) -> str:
    """Explain the columns, and give the totals: points of all rows together are no sum."""
    moved = d.say(
        "Cần đạt: khi mốc cả nước dịch chuyển thêm như năm vừa qua; nơi mốc đã hạ xuống, số này có"
        " thể thấp hơn hiện nay. ",
        "Needed: where the country's bounds move on as last year; where they fell, it can lie below"
        " today's value. ",
    )
    return (moved if d.before is not None else "") + d.say(
        "Đơn vị: một đơn, một doanh nghiệp…; bước: một năm tiến bộ thông thường, bước thứ hai trong"
        f" năm đắt gấp đôi. Điểm của từng dòng là khi làm riêng. Tổng: {_bought(d, found)}; điểm"
        " này là khi làm cùng nhau. N: phải làm lại mỗi năm.",
        "Units: one application, one firm…; steps: years of typical progress, the second of a year"
        " at double effort. Points of a row are those of that row alone. Total:"
        f" {_bought(d, found)}; these points are of all together. N: must be repeated every year.",
    )
