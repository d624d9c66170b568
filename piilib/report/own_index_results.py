"""Tables of results of a user's own index: ranks, what drives them, what else they could be."""

from __future__ import annotations

from piilib.analysis.comparison import agreement, trends
from piilib.report.block import Html, paragraphs
from piilib.report.index_words import simulated
from piilib.report.numbers import number
from piilib.report.own_index import OwnIndex
from piilib.report.own_index_tables import MOST, own_table
from piilib.report.own_index_text import missing
from piilib.report.robustness_charts import factor_word
from piilib.report.table import Table


def ranking_table(s: OwnIndex) -> Table | Html:
    """List the ranking with the interval of each rank and the chance of the first places."""
    if not s.panels:
        return missing(s)
    table = s.intervals
    order = s.result.ranks[s.fw.root].sort_values(kind="stable").index[:MOST]
    rows = [
        {
            "rank": table.at[unit, "nominal"],
            "unit": str(unit),
            "score": s.result.scores.at[unit, s.fw.root],
            "interval": (table.at[unit, "low"], table.at[unit, "high"]),
            "error": table.loc[unit, ["low_error", "high_error"]].max(),
            "share": s.ranks.probability(unit, s.top),
            "share_error": 100 * s.ranks.probability_error(unit, s.top),
        }
        for unit in order
    ]
    cut = len(s.panel) - len(rows)
    return own_table(
        s,
        "ranking",
        s.say("Xếp hạng và độ chắc của nó", "The ranking and how far it holds"),
        [
            ("unit", s.say("Đơn vị", "Unit"), "text", 0),
            ("rank", s.say("Hạng", "Rank"), "number", 0),
            ("score", s.say("Điểm", "Score"), "number", 2),
            ("interval", s.say("Khoảng 90% của hạng", "90% interval of the rank"), "interval", 0),
            ("error", s.say("± mô phỏng", "± simulation"), "number", 2),
            ("share", s.say(f"P(hạng ≤ {s.top})", f"P(rank ≤ {s.top})"), "percent", 1),
            ("share_error", s.say("± điểm %", "± points"), "number", 2),
        ],
        rows,
        kind=simulated(s.lang),
        note=s.say(
            f"± là một sai số chuẩn Monte-Carlo, {number(s.draws, 0, s.lang)} lần rút."
            + (f" Còn {cut} đơn vị không in ở đây." if cut else ""),
            f"± is one Monte-Carlo standard error, {number(s.draws, 0, s.lang)} draws."
            + (f" {cut} more units are not printed here." if cut else ""),
        ),
    )


def sobol_table(s: OwnIndex) -> Table | Html:
    """Sobol' indices of both targets with their errors."""
    if not s.panels:
        return missing(s)
    rows = [
        {
            "target": s.say("mọi đơn vị", "all units") if target == "mean_rank_change" else s.unit,
            "factor": factor_word(factor, s.lang),
            **({} if row["constant"] else row.to_dict()),
        }
        for target in ("mean_rank_change", "rank")
        for factor, row in s.sobol(target).iterrows()
    ]
    return own_table(
        s,
        "sobol",
        s.say("Chỉ số Sobol' và sai số chuẩn", "Sobol' indices with standard errors"),
        [
            ("factor", s.say("Lựa chọn", "Choice"), "text", 0),
            ("target", s.say("Hạng của", "Ranks of"), "text", 0),
            ("first_order", s.say("Bậc một", "First order"), "number", 3),
            ("first_order_error", "±", "number", 3),
            ("total_order", s.say("Toàn phần", "Total"), "number", 3),
            ("total_order_error", "±", "number", 3),
        ],
        rows,
        kind=simulated(s.lang),
        note=s.say(
            "Mọi đơn vị: trung bình độ dời hạng so với phương pháp gốc. Gạch ngang: kết quả không "
            "đổi dù chọn thế nào. Ước lượng có sai số nên có thể nhỏ hơn 0 hoặc lớn hơn 1.",
            "All units: the mean absolute move from the nominal rank. A dash: the result is the "
            "same whatever is chosen. Estimates have errors, and may lie below 0 or above 1.",
        ),
    )


def agreement_table(s: OwnIndex) -> Table | Html:
    """Say how alike the ranking is under each single other choice."""
    if not s.panels:
        return missing(s)
    if len(s.others) < 2:
        return paragraphs(
            s.say(
                "Chưa nêu lựa chọn khác để so sánh (các tham số other_…).",
                "No other choice is given to compare with (parameters other_…).",
            )
        )
    table = agreement(s.others)
    first = next(iter(s.others))
    return own_table(
        s,
        "agreement",
        s.say("So với phương pháp gốc", "Against the nominal method"),
        [
            ("b", s.say("Thay bằng", "Instead"), "text", 0),
            ("spearman", s.say("Tương quan hạng", "Rank correlation"), "number", 3),
            ("mean_change", s.say("Dời hạng trung bình", "Mean change of rank"), "number", 2),
            ("largest_change", s.say("nhiều nhất", "largest"), "number", 0),
            ("largest_unit", s.say("đơn vị", "unit"), "text", 0),
            ("moved", s.say("Số đơn vị dời", "Units that move"), "number", 0),
        ],
        table[table["a"] == first].to_dict("records"),
    )


def trend_table(s: OwnIndex) -> Table | Html:
    """Slope of each unit over the years, where the panel has several."""
    if len(s.panels) < 2:
        return Html()
    table = trends({int(year): result for year, result in s.years.items()})
    rows = [{"unit": str(unit), **row.to_dict()} for unit, row in table.iloc[:MOST].iterrows()]
    return own_table(
        s,
        "trends",
        s.say("Xu hướng qua các năm", "Trends over the years"),
        [
            ("unit", s.say("Đơn vị", "Unit"), "text", 0),
            ("first", s.say("Năm đầu", "First"), "number", 2),
            ("last", s.say("Năm cuối", "Last"), "number", 2),
            ("slope", s.say("Điểm mỗi năm", "Points a year"), "signed", 2),
            ("slope_error", s.say("± sai số chuẩn", "± standard error"), "number", 2),
            ("rank_slope", s.say("Bậc mỗi năm", "Places a year"), "signed", 2),
        ],
        rows,
        note=s.say(
            "Điểm so với các đơn vị khác trong cùng năm; chỉ so được qua các năm khi cận cố định.",
            "Scores are relative to the other units of the year; across years they compare only "
            "where goalposts are fixed.",
        ),
    )
