"""Levers: the chart of gain against effort, the tables, one more unit, the agencies."""

from __future__ import annotations

import datetime
from pathlib import Path

import pandas as pd
from babel.dates import format_date

from piilib.analysis.change import indicator_changes
from piilib.analysis.levers import TOP
from piilib.report.block import Html, bullets, paragraphs
from piilib.report.numbers import listing
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Estimate, Table
from piilib.report.words import (
    at_bounds,
    costs,
    kind,
    label,
    lot,
    n,
    needs_sheet,
    net_column,
    one_lot,
    per_unit,
    source,
    step_text,
    unit,
)

#: Levers of the first screen, which are those proposed for decision.
PROPOSED = 5


def best(d: Diagnostic, count: int = TOP) -> pd.DataFrame:
    """Return the first recommended levers."""
    assert d.levers is not None
    usable = d.levers[d.levers["eligible"] & (d.levers["net"] > 0)]
    return usable.head(count)


def levers_text(d: Diagnostic) -> Html:
    """Explain the order, and say how far it can be trusted."""
    if d.levers is None:
        return needs_sheet(d)
    if best(d).empty:
        return paragraphs(
            d.say(
                "Không còn chỉ số nào mà một bước tiến làm tăng điểm PII.",
                "No indicator is left on which a step would raise the PII.",
            )
        )
    return paragraphs(_how_counted(d), _first_ten(d))


def _how_counted(d: Diagnostic) -> str:
    text = _effort_model(d)
    if d.before is None:
        return text + d.say(
            "Chỉ có số liệu một năm nên chưa biết xu hướng chung: mọi điểm tăng tính"
            f" {at_bounds(d)}.",
            f"With one year only the common drift is not known: all gains are {at_bounds(d)}.",
        )
    return text + d.say(
        f"Điểm được tính hai cách: {at_bounds(d)}, và sau khi mốc cả nước dịch chuyển thêm một năm"
        " như năm vừa qua (vượt xu hướng chung): tỉnh theo kịp mức chung rồi tiến thêm một bước;"
        " cách này có thể cho số lớn hơn khi khoảng thấp nhất–cao nhất hẹp lại. Thứ tự theo cách"
        " thứ hai.",
        f"Gains stand twice: {at_bounds(d)}, and after the country's bounds have moved on by"
        " another year like the last (net of the common drift): the province keeps pace and makes"
        " one step more, which can be worth more where the range has narrowed. The order follows"
        " the second.",
    )


def _effort_model(d: Diagnostic) -> str:
    """Say what effort is counted in, and who judged it where that is known."""
    assert d.base is not None
    by = (Path(d.effort_file).name or "effort.csv") + _judged(d)
    step = d.say(
        " Một bước là một năm tiến bộ thông thường, vượt trên mức tăng chung của cả nước. ",
        " One step is a year of typical progress beyond the common drift. ",
    )
    if costs(d):
        return (
            d.say(
                f"Công sức tính bằng triệu đồng theo bảng chi phí {by}; chỉ số chưa có "
                "chi phí thì không so sánh.",
                f"Effort is counted in million VND by the cost table {by}; indicators "
                "without a cost are not compared.",
            )
            + step
        )
    return (
        d.say(
            "Công sức tính bằng năm quy đổi: số năm tiến bộ thông thường nhân với độ khó 1–5 (giả "
            f"định trong {by}, sửa được).",
            "Effort is counted in difficulty-weighted years: years of typical progress times a"
            f" difficulty of 1–5 (assumed in {by}, which can be edited).",
        )
        + step
    )


def _judged(d: Diagnostic) -> str:
    """Name who filled in the form of efforts, and when; empty for a table without them."""
    assert d.base is not None
    who, date = (str(d.base.effort[c].iloc[0]) if c in d.base.effort else "" for c in _BY)
    if not who:
        return ""
    day = format_date(
        datetime.date.fromisoformat(date), "long", "vi" if d.lang == "vi" else "en_GB"
    )
    return d.say(f" do {who} chấm ngày {day}", f", judged by {who} on {day}")


_BY = ("who", "date")


def _first_ten(d: Diagnostic) -> str:
    assert d.levers is not None
    first = best(d)
    gain, cost = n(d, first["net"].sum(), signed=True), n(d, first["effort"].sum(), 1)
    sure = [str(c) for c in d.levers.index[d.levers["group"] == "A"]]
    robust = [str(c) for c in d.levers.index[d.levers["robust"] & d.levers["eligible"]]]
    none = d.say("không có", "none")
    error = n(d, 100 * float(d.levers["p_top_error"].max()), 1)
    return d.say(
        f"{len(first)} đòn bẩy đầu, mỗi đòn bẩy một bước: {gain} điểm PII, {cost} {unit(d)}. Nhóm"
        f" A: {listing(sure, d.lang) or none}. Vững ở cả ba mức nghi ngờ:"
        f" {listing(robust, d.lang) or none}. Nhóm A là khi xác suất thuộc mười chỉ số tốt nhất từ"
        f" 70%, B từ 40%, C thấp hơn (sai số mô phỏng tối đa {error} điểm phần trăm); trong cùng"
        " nhóm không nên phân hạng hơn kém.",
        f"The first {len(first)} levers, one step each: {gain} index points for {cost} weighted"
        f" years. Group A: {listing(sure, d.lang) or none}. Robust at all three strengths of doubt:"
        f" {listing(robust, d.lang) or none}. Group A is a probability of being among the best ten"
        f" of at least 70%, B from 40%, C below (simulation error at most {error} percentage"
        " points); within a group the data do not support an order.",
    )


def short_table(d: Diagnostic, count: int = PROPOSED) -> Table | Html:
    """Tabulate the best levers for the first screen."""
    if d.levers is None or best(d).empty:
        return paragraphs("")
    rows = [_lever_row(d, str(code)) for code in best(d, count).index]
    return Table(
        key="five-levers",
        caption=d.say(
            f"{len(rows)} đòn bẩy cho nhiều điểm PII nhất trên {one_lot(d)}",
            f"The {len(rows)} levers that give most PII for {one_lot(d)}",
        ),
        columns=(
            Column("name", d.say("Chỉ số", "Indicator")),
            Column(
                "gain", d.say(f"Điểm PII (mốc {d.year})", f"PII points ({d.year} bounds)"), "signed"
            ),
            *net_column(d),
            Column(
                "effort",
                d.say(f"Công sức ({unit(d)})", f"Effort ({unit(d)})"),
                "number",
                decimals=1,
            ),
            Column("group", d.say("Nhóm", "Group")),
            Column("ask", d.say("Một bước đòi hỏi", "What one step asks")),
            Column("lead", d.say("Chủ trì", "Lead")),
        ),
        rows=rows,
        source=source(d),
        kind=kind(d, "judgement"),
        lang=d.lang,
        note=past_record(d, count),
    )


def past_record(d: Diagnostic, count: int = TOP) -> str | None:
    """Name the levers that hardly gained on the country last year, though a step assumes it."""
    if d.before is None or d.sheet is None:
        return None
    past = indicator_changes(d.before, d.sheet)
    past = past[past["comparable"]]
    net = past["own"] + past["bounds"]
    names = [
        f"{code} ({n(d, net[code], 1, signed=True)})"
        for code in best(d, count).index
        if code in net.index and net[code] < 1.0
    ]
    if not names:
        return None
    return d.say(
        "Một bước là tiến bộ vượt mức tăng chung của cả nước. Năm vừa qua, so với cả nước, các đòn"
        f" bẩy sau lùi hoặc tiến chưa tới 1 điểm chỉ số: {', '.join(names)}.",
        "A step is progress beyond the common drift. Last year, against the country, these levers"
        f" lost ground or gained less than 1 point of the indicator's score: {', '.join(names)}.",
    )


def _lever_row(d: Diagnostic, code: str) -> dict[str, object]:
    assert d.levers is not None
    row = d.levers.loc[code]
    return {
        **row.to_dict(),
        "gain_per_effort": lot(d) * row["gain_per_effort"],
        "name": label(d, code, short=True),
        "lead": d.agency(row["lead"], short=True),
        "ask": step_text(d, code),
        "bounds": Estimate(row["gain"], row["gain_low"], row["gain_high"]),
        "marks": lever_marks(row),
    }


def lever_marks(row: pd.Series) -> str:
    """Letters of what must be known about a lever; `_legend` explains them."""
    marks = {
        "N": bool(row["every_year"]),
        "K": not row["measured_yearly"],
        "M": bool(row["cap_unknown"]),
        "T": bool(row["capped"]),
        "C": bool(row["bound_moves"]),
    }
    return ", ".join(mark for mark, holds in marks.items() if holds)


def marks_legend(d: Diagnostic) -> str:
    """Explain the letters of `lever_marks`."""
    return d.say(
        "N: phải làm lại mỗi năm; K: không đo hằng năm; M: chưa rõ mức trần, số điểm là tối thiểu; "
        "T: trần suy luận; C: tỉnh đang ở cận của cả nước.",
        "N: must be repeated every year; K: not measured yearly; M: cap unknown, the gain is a "
        "minimum; T: inferred cap; C: the unit is itself a national bound.",
    )


def levers_table(d: Diagnostic) -> Table | Html:
    """Tabulate every indicator that can be a lever."""
    if d.levers is None:
        return paragraphs("")
    usable = d.levers[d.levers["eligible"]]
    return Table(
        key="levers-table",
        caption=d.say(
            f"Đòn bẩy: một bước trên từng chỉ số, {at_bounds(d)}",
            f"Levers: one step on each indicator, {at_bounds(d)}",
        ),
        columns=(
            Column("name", d.say("Chỉ số", "Indicator")),
            Column("lead", d.say("Chủ trì", "Lead")),
            Column("ask", d.say("Một bước", "One step")),
            Column(
                "bounds",
                d.say(f"Điểm PII, mốc {d.year} (90%)", f"PII points, {d.year} bounds (90%)"),
                "estimate",
                decimals=3,
                narrow=0.004,
            ),
            *net_column(d, decimals=3),
            Column("effort", d.say("Công sức", "Effort"), "number", decimals=1),
            Column("gain_per_effort", f"{per_unit(d)}, {basis(d)}", "number", decimals=3),
            Column("p_top", d.say("Trong 10 đầu", "In best ten"), "percent", decimals=0),
            Column("group", d.say("Nhóm", "Group")),
            Column("lag_years", d.say("Trễ", "Lag"), "number", decimals=0),
            Column("marks", d.say("Ghi chú", "Notes")),
        ),
        rows=[_lever_row(d, str(code)) for code in usable.index],
        source=source(d),
        kind=kind(d, "judgement"),
        lang=d.lang,
        note=d.say(
            f"Trong ngoặc: khoảng 90% trên 200 hiệu chỉnh của phiếu số liệu, {at_bounds(d)}. Công"
            f" sức: {unit(d)}. Trong 10 đầu: xác suất thuộc mười chỉ số tốt nhất. Trễ: số năm đến"
            " khi chỉ số thể hiện. ",
            f"In brackets: 90% interval over 200 calibrations of the sheet, {at_bounds(d)}. Effort:"
            f" {unit(d)}. In best ten: probability of being among the best ten. Lag: years"
            " until the indicator shows it. ",
        )
        + marks_legend(d),
    )


def basis(d: Diagnostic) -> str:
    """Say in a heading on what basis points for effort stand: the one that orders the levers."""
    if d.before is None:
        return d.say(f"mốc {d.year}", f"{d.year} bounds")
    return d.say("vượt xu hướng chung", "net of drift")


def not_levers(d: Diagnostic) -> Html:
    """List what is never recommended, and why."""
    if d.levers is None:
        return paragraphs("")
    reasons = {
        "growth": d.say(
            "tốc độ tăng, tự trở về mức trung bình", "growth rates return to their mean"
        ),
        "excluded": d.say(
            "loại trừ (chiều suy luận, hoặc ngoài tầm tay của tỉnh)",
            "excluded (inferred direction, or out of the province's hands)",
        ),
        "nothing to gain": d.say(
            "đã ở mức cao nhất: không còn gì để tăng, chỉ có thể mất",
            "at the highest already: nothing to gain, much to lose",
        ),
        "no value": d.say("chưa có số liệu", "no value"),
        "no cost": d.say("chưa có chi phí trong bảng", "no cost in the table"),
    }
    items = []
    for reason, text in reasons.items():
        codes = sorted(d.levers.index[d.levers["why_not"] == reason])
        if codes:
            names = listing([label(d, str(code), short=True) for code in codes], d.lang)
            items.append(f"{names}: {text}.")
    return Html(
        paragraphs(d.say("Không có trong danh sách đòn bẩy:", "Not among the levers:"))
        + bullets(items)
    )
