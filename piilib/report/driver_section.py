"""What the rank outlook rests on most: Sobol' indices and the chance at each assumption's ends."""

from __future__ import annotations

import pandas as pd

from piilib.report.block import Html, paragraphs
from piilib.report.numbers import percent
from piilib.report.outlook_section import goal_of, scenario_name
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import n, source

#: Rank whose margin is taken apart where no plan states one.
_RANK = 30


def drivers_text(d: Diagnostic) -> Html:
    """Say what moves the margin most, and which assumption moves the chance most."""
    if not d.outlooks:
        return paragraphs("")
    return paragraphs(*(_sentence(d, name) for name in d.outlooks))


def _drivers(d: Diagnostic, name: str) -> pd.DataFrame:
    if name not in d.drivers:
        n = 2048 if d.draws >= 10_000 else 256
        d.drivers[name] = d.outlooks[name].drivers(_rank(d), n, d.seed)
    return d.drivers[name]


def _rank(d: Diagnostic) -> int:
    goal = goal_of(d)
    return _RANK if goal is None or goal >= 34 else goal


def _sentence(d: Diagnostic, name: str) -> str:
    table = _drivers(d, name)
    most = str(table["total_order"].idxmax())
    assumed = table.loc[[str(c) for c in table.index if c not in _CHANCE]].dropna(subset=["p_low"])
    swing = (assumed["p_high"] - assumed["p_low"]).abs()
    first = str(swing.idxmax())
    ends = sorted(assumed.loc[first, ["p_low", "p_high"]].astype(float))
    low, high = (percent(x, 0, d.lang) for x in ends)
    share = n(d, float(table.at[most, "total_order"]))
    return d.say(
        f"{scenario_name(d, name)}: khoảng cách tới hạng {_rank(d)} phụ thuộc nhiều nhất vào "
        f"{_word(d, most)} (chỉ số Sobol' toàn phần {share}); trong các giả định, {_word(d, first)}"
        f" làm xác suất đổi nhiều nhất, từ {low} đến {high}.",
        f"{scenario_name(d, name)}: the distance to rank {_rank(d)} rests most on "
        f"{_word(d, most)} (total Sobol' index {share}); of the assumptions, {_word(d, first)} "
        f"moves the chance most, from {low} to {high}.",
    )


#: Factors that are chance, not assumptions: what happens, not what we think.
_CHANCE = ("completion", "own_noise", "others_noise", "progress")


def _word(d: Diagnostic, factor: str) -> str:
    return {
        "tau": d.say("mức biến động τ", "the size of fluctuation τ"),
        "merge": d.say("cách gộp điểm các tỉnh", "how scores of merged provinces are joined"),
        "shrinkage": d.say("xu hướng riêng của vùng", "the region's own trend"),
        "completion": d.say("điểm chưa công bố của tỉnh khác", "unpublished scores of others"),
        "own_noise": d.say("biến động riêng của tỉnh", "the province's own fluctuation"),
        "others_noise": d.say("biến động của các tỉnh khác", "the others' fluctuation"),
        "progress": d.say("mức hoàn thành kế hoạch", "how much of the plan is reached"),
        "progress_sd": d.say("độ tản của mức hoàn thành", "the spread of what is reached"),
    }[factor]


def _ends(d: Diagnostic, factor: str, ends: object) -> str:
    words = {
        "merge": d.say("xấu nhất, trung bình", "worst, mean"),
        "shrinkage": d.say("của vùng, của cả nước", "region's, country's"),
        "own_noise": d.say("không có, có", "without, with"),
    }
    if factor in words:
        return words[factor]
    if not isinstance(ends, str):
        return "–"
    return "; ".join(n(d, float(x)) for x in ends.split(","))


def drivers_table(d: Diagnostic) -> Table | Html:
    """Tabulate the share of every factor, and the chance at the two ends of each assumption."""
    if not d.outlooks:
        return paragraphs("")
    rank, name = _rank(d), next(reversed(d.outlooks))
    rows = [
        {
            "factor": _word(d, str(factor)),
            "first": row["first_order"],
            "total": row["total_order"],
            "interval": (row["total_order_low"], row["total_order_high"]),
            "ends": _ends(d, str(factor), row["ends"]),
            "low": row["p_low"],
            "high": row["p_high"],
        }
        for factor, row in _drivers(d, name)
        .sort_values("total_order", ascending=False, kind="stable")
        .iterrows()
    ]
    return Table(
        key="drivers-table",
        caption=d.say(
            f"{scenario_name(d, name)}: điều gì quyết định khoảng cách tới hạng {rank}",
            f"{scenario_name(d, name)}: what decides the distance to rank {rank}",
        ),
        columns=(
            Column("factor", d.say("Yếu tố", "Factor")),
            Column("first", d.say("Bậc nhất", "First order"), "number"),
            Column("total", d.say("Toàn phần", "Total"), "number"),
            Column("interval", d.say("Khoảng 95%", "95% interval"), "interval"),
            Column("ends", d.say("Hai đầu giả định", "Ends of the assumption")),
            Column("low", d.say("P ở đầu thứ nhất", "P at the first"), "percent", 0),
            Column("high", d.say("P ở đầu thứ hai", "P at the second"), "percent", 0),
        ),
        rows=rows,
        source=source(d, "scoreboard"),
        kind=d.say(
            "Bảng xếp hạng đã công bố; mô phỏng", "Published scoreboard; simulated by Monte Carlo"
        ),
        lang=d.lang,
        note=d.say(
            "Bậc nhất, toàn phần: chỉ số Sobol'; lớn là yếu tố làm khoảng cách (điểm của tỉnh trừ "
            f"điểm của địa phương hạng {rank}) thay đổi nhiều. P: xác suất đạt hạng khi giả "
            "định ở mỗi đầu, các yếu tố khác giữ nguyên; – là yếu tố ngẫu nhiên, không phải giả "
            "định.",
            "Sobol' indices; large where the factor moves the margin (own score less that of rank "
            f"{rank}) much. P: chance of the rank at each end of an assumption, all else as in the "
            "outlook; – where the factor is chance and no assumption.",
        ),
    )
