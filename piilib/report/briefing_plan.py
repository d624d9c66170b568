"""Slides on the plan: what it adds up to, its dearest errors, and what effort buys instead."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.analysis.plan import plan_levels, plan_total
from piilib.analysis.portfolio_result import Portfolio
from piilib.report.audit_section import audit_table, audit_text, severity_word
from piilib.report.block import Html, bullets
from piilib.report.briefing_levers import named
from piilib.report.briefing_text import point, speaker, texts
from piilib.report.chart import Chart
from piilib.report.numbers import listing, percent
from piilib.report.outlook_section import expected_score, goal_of
from piilib.report.plan_section import missing as no_plan_or_sheet
from piilib.report.plan_section import plan_chart, plan_text
from piilib.report.portfolio_section import portfolio_text
from piilib.report.prepare import CONFIDENCE, Diagnostic
from piilib.report.table import Column, Estimate, Table
from piilib.report.words import kind, label, measure, n, source, spent, unit

#: Errors that are to be mended first, and other findings beside them.
DEAREST, OTHERS = 3, 1


def plan(d: Diagnostic) -> Html:
    """Say what the goals of each level add up to, and what meeting them is worth on paper."""
    chart = plan_chart(d)
    if not isinstance(chart, Chart):
        return Html()
    said = [one.text for one in texts(plan_text(d))]
    worth = [part.rstrip(".") + "." for part in said[1].split(". ")]
    return Html("\n").join(
        [
            point(chart.title),
            bullets([*worth, *_basis(d), *_lowering(d)]),
            speaker(*said, d.say("Nguồn: ", "Source: ") + chart.source + "."),
        ]
    )


def _basis(d: Diagnostic) -> list[str]:
    """Say why meeting the targets is not the last bar of the chart, where it is not."""
    if d.base is None or d.plan is None or d.sheet is None:
        return []
    gain = plan_total(d.base, d.plan)["gain"][0]
    bar = float(plan_levels(d.sheet, d.plan)["indicators_official"])
    makes = d.sheet.score + gain
    if not abs(makes - bar) >= 0.05:
        return []
    return [
        d.say(
            f"Điểm hiện nay cộng phần tăng ấy là {n(d, makes)} (trung vị các hiệu chỉnh); "
            f"{n(d, bar)} trên hình tính thẳng từ mục tiêu.",
            f"Today's score plus that gain makes {n(d, makes)} (median of the calibrations); the "
            f"{n(d, bar)} in the chart comes straight from the targets.",
        )
    ]


def _lowering(d: Diagnostic) -> list[str]:
    codes = d.audit.loc[d.audit["rule"] == "PA103", "code"].drop_duplicates().tolist()
    if not codes:
        return []
    names = listing([label(d, str(code), short=True) for code in codes], d.lang)
    return [d.say(f"Mục tiêu làm giảm điểm: {names}.", f"Targets that lower the score: {names}.")]


def errors(d: Diagnostic) -> Html:
    """Count the findings of the audit."""
    if no_plan_or_sheet(d) is not None or d.audit.empty:
        return Html()
    counts = d.audit["severity"].value_counts()
    parts = [
        f"{counts[name]} {severity_word(d, name, int(counts[name]))}"
        for name in ("error", "warning", "note")
        if name in counts
    ]
    return Html("\n").join(
        [
            point(
                d.say(
                    f"Soát xét kế hoạch: {listing(parts, d.lang)}",
                    f"Audit of the plan: {listing(parts, d.lang)}",
                )
                + _sooner(d)
            ),
            speaker(
                *(one.text for one in texts(audit_text(d))),
                d.say("Nguồn: ", "Source: ") + source(d, "plan") + ".",
            ),
        ]
    )


def errors_table(d: Diagnostic) -> Table | Html:
    """Tabulate the dearest finding of each of the first indicators.

    Examples
    --------
    >>> from piilib.report.prepare import prepare
    >>> str(errors_table(prepare("lang-son", 2024, "en")))  # nothing without a sheet
    ''
    """
    full = audit_table(d)
    if not isinstance(full, Table):
        return Html()
    first = to_mend(d)
    others = _others(d, first)
    first = pd.concat([first, others])
    rows = [
        {
            "node": d.say("Cả kế hoạch", "The plan")
            if row["code"] == d.fw.root
            else label(d, str(row["code"]), short=True),
            "severity": severity_word(d, str(row["severity"]), 1),
            "message": row["message"],
            "points": Estimate(row["pii_points"], row["pii_low"], row["pii_high"]),
            "mend": row["mend"],
        }
        for _, row in first.iterrows()
    ]
    return Table(
        key="dearest",
        caption=_caption(d, len(rows) - len(others), len(others)),
        columns=(
            Column("node", d.say("Chỗ", "Place")),
            Column("severity", d.say("Mức", "Severity")),
            Column("message", d.say("Phát hiện", "Finding")),
            Column("points", d.say("Điểm PII", "PII points"), "estimate", narrow=0.02),
            Column("mend", d.say("Đề nghị sửa", "Suggested change")),
        ),
        rows=rows,
        source=full.source,
        kind=full.kind,
        lang=d.lang,
        note=full.note,
    )


def to_mend(d: Diagnostic) -> pd.DataFrame:
    """Return the dearest error of each of the first indicators: what is to be mended first."""
    wrong = d.audit[(d.audit["severity"] == "error") & (d.audit["code"] != d.fw.root)]
    return wrong.sort_values("pii_points", kind="stable").drop_duplicates("code").head(DEAREST)


def _others(d: Diagnostic, first: pd.DataFrame) -> pd.DataFrame:
    """Return the dearest findings of other places, which are no errors."""
    other = d.audit[(d.audit["severity"] != "error") & ~d.audit["code"].isin(first["code"])]
    dear = other[other["pii_points"] < 0]
    other = (other if dear.empty else dear).sort_values("pii_points", kind="stable")
    return other.drop_duplicates("code").head(OTHERS)


def _sooner(d: Diagnostic) -> str:
    codes = to_mend(d)["code"].tolist()
    if not codes:
        return ""
    names = listing(codes, d.lang)
    return d.say(f"; sửa trước hết {names}", f"; to mend first: {names}")


def _caption(d: Diagnostic, errors: int, others: int) -> str:
    """Head the table: errors to mend first, then what else weighs most."""
    of = d.say(f"trong {len(d.audit)} phát hiện", f"of {len(d.audit)} findings")
    wrong = severity_word(d, "error", errors)
    rest = d.say("phát hiện khác", "other finding" + ("" if others == 1 else "s"))
    parts = [
        d.say(f"{errors} {wrong} nặng nhất", f"the {errors} gravest {wrong}") if errors else "",
        d.say(f"{others} {rest} nhiều điểm nhất", f"{others} {rest} with most points at stake")
        if others
        else "",
    ]
    text = listing([part for part in parts if part], d.lang) + f", {of}"
    return text[:1].upper() + text[1:]


def portfolio(d: Diagnostic) -> Html:
    """Say what the budget buys and what the goal costs."""
    if not d.portfolios or d.portfolios["budget"].table.empty:
        return Html()
    found = d.portfolios["budget"]
    text = d.say(
        f"{n(d, d.budget, 0)} {spent(d)} mua được {n(d, found.net, signed=True)} điểm",
        f"{n(d, d.budget, 0)} {spent(d)} buy {n(d, found.net, signed=True)} points",
    ) + _goal_price(d)
    steps = named(d, map(str, found.table.index))
    prices = [one.text for one in texts(portfolio_text(d))]
    return Html("\n").join(
        [
            point(text),
            bullets(
                [
                    d.say(
                        f"Với ngân sách ấy, làm trước: {steps}.",
                        f"For that budget, first: {steps}.",
                    )
                ]
            ),
            speaker(*prices, d.say("Nguồn: ", "Source: ") + source(d) + "."),
        ]
    )


def _goal_price(d: Diagnostic) -> str:
    goal = d.portfolios.get("goal")
    if goal is None:
        return ""
    target = n(d, goal.target)
    if goal.status != "optimal":
        return d.say(
            f"; mục tiêu {target} điểm không đạt được đến PII {d.horizon}",
            f"; the goal of {target} points is not attainable by PII {d.horizon}",
        )
    return d.say(
        f"; mục tiêu {target} điểm cần {n(d, goal.effort, 1)} {spent(d)}",
        f"; the goal of {target} points takes {n(d, goal.effort, 1)} {spent(d)}",
    )


def portfolio_choices(d: Diagnostic) -> Table | Html:
    """Tabulate the best portfolios: for the budget, for the score and for the rank.

    Examples
    --------
    >>> from piilib.report.prepare import prepare
    >>> str(portfolio_choices(prepare("lang-son", 2024, "en")))  # nothing without a sheet
    ''
    """
    if not d.portfolios or d.portfolios["budget"].table.empty:
        return Html()
    return Table(
        key="portfolio-choices",
        caption=d.say(
            f"Danh mục tốt nhất đến PII {d.horizon}", f"Best portfolios by PII {d.horizon}"
        ),
        columns=(
            Column("name", d.say("Danh mục", "Portfolio")),
            Column("effort", d.say(f"Công sức ({unit(d)})", f"Effort ({unit(d)})"), "number", 1),
            Column("indicators", d.say("Số chỉ số", "Indicators"), "number", 0),
            Column("net", d.say(f"Điểm, {measure(d)}", f"Points, {measure(d)}"), "signed"),
            Column("ends", d.say("Khoảng 90%", "90% interval"), "interval"),
            Column("score", d.say("Thành điểm", "Score reached"), "number"),
            Column("status", d.say("Đạt được", "Attainable")),
        ),
        rows=[_choice(d, name, found) for name, found in d.portfolios.items()],
        source=source(d),
        kind=kind(d, "judgement"),
        lang=d.lang,
        note=d.say(
            f"Khoảng chỉ gồm làm tròn và mức trần. Thang {d.scoreboard.basis} địa phương của PII "
            f"{d.year}.",
            f"Intervals hold rounding and caps only. Scale of {d.scoreboard.basis} units of PII "
            f"{d.year}.",
        )
        + _reached(d),
    )


def _reached(d: Diagnostic) -> str:
    """Say on what basis the scores reached stand, and how the outlook's differ from it."""
    assert d.sheet is not None
    text = d.say(
        f" Thành điểm: điểm PII {d.year} ({n(d, d.sheet.score)}) cộng điểm tăng",
        f" Score reached: the PII {d.year} score ({n(d, d.sheet.score)}) plus the points",
    )
    if not d.outlooks or goal_of(d) is None:
        return text + "."
    year, nothing = d.outlooks["nothing"].year, n(d, expected_score(d.outlooks["nothing"]))
    return text + d.say(
        f"; điểm ở trang triển vọng là điểm kỳ vọng năm {year} (không làm gì thêm cũng khoảng "
        f"{nothing}).",
        f"; scores of the rank outlook are those expected in {year} (about {nothing} by doing "
        "nothing more).",
    )


def _choice(d: Diagnostic, name: str, found: Portfolio) -> dict[str, object]:
    limit, level = f"{n(d, d.budget, 0)} {spent(d)}", percent(CONFIDENCE, 0, d.lang)
    names = {
        "budget": d.say(f"Ngân sách {limit}", f"Budget of {limit}"),
        "goal": d.say(f"Đạt {n(d, found.target)} điểm", f"Reach {n(d, found.target)} points"),
        "rank": d.say(
            f"Hạng ≤ {goal_of(d)}/34, xác suất {level}",
            f"Rank ≤ {goal_of(d)} of 34, probability {level}",
        ),
    }
    ends = None if np.isnan(found.net_low) else (found.net_low, found.net_high)
    return {
        "name": names[name],
        "effort": found.effort,
        "indicators": len(found.table),
        "net": found.net,
        "ends": ends,
        "score": found.score,
        "status": d.say("có", "yes") if found.status == "optimal" else d.say("không", "no"),
    }
