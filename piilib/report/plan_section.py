"""The plan's targets beside what they would give."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.analysis.plan import plan_levels, plan_table, plan_total, stated_goal
from piilib.data.tables import basis_of
from piilib.report.block import Html, bullets, paragraphs
from piilib.report.chart import Chart, draw, figure, number_ticks, style
from piilib.report.numbers import interval, listing
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import (
    COLOURS,
    at_bounds,
    kind,
    label,
    lot,
    n,
    needs_sheet,
    net_column,
    no_plan,
    source,
    sources,
    unit,
    weighted,
)


def missing(d: Diagnostic) -> Html | None:
    """Say what is missing, if the plan cannot be placed beside a sheet."""
    if d.plan is None:
        return no_plan(d)
    return needs_sheet(d) if d.sheet is None else None


def levels_sentence(d: Diagnostic) -> str:
    """Say what the goals of each level add up to."""
    assert d.sheet is not None
    assert d.plan is not None
    levels = plan_levels(d.sheet, d.plan)
    goal = levels["stated"]
    stated = (
        d.say(f"nêu từ {n(d, goal)} điểm trở lên", f"states {n(d, goal)} points or more")
        if goal == goal
        else d.say("không nêu điểm", "states no score")
    )
    return d.say(
        f"Kế hoạch {d.plan.year} {stated}; mục tiêu các trụ cột cộng lại là "
        f"{n(d, levels['pillars'])}, các nhóm {n(d, levels['subpillars'])}, các chỉ số "
        f"{n(d, levels['indicators_plain'], 1)} (không trần) đến "
        f"{n(d, levels['indicators_official'], 1)} (có trần suy luận), {at_bounds(d)}.",
        f"The plan for {d.plan.year} {stated}; its pillar goals add up to "
        f"{n(d, levels['pillars'])}, its sub-pillar goals to {n(d, levels['subpillars'])}, its "
        f"indicator targets to {n(d, levels['indicators_plain'], 1)} (no caps) to "
        f"{n(d, levels['indicators_official'], 1)} (inferred caps), {at_bounds(d)}.",
    )


def plan_text(d: Diagnostic) -> Html:
    """Say what the plan adds up to, and which targets stand out."""
    empty = missing(d)
    if empty is not None:
        return empty
    assert d.base is not None
    assert d.plan is not None
    assert d.levers is not None
    table = plan_table(d.base, d.plan, d.levers)
    remarks = bullets(_remarks(d, table))
    return Html("\n").join([paragraphs(levels_sentence(d), _worth(d, table)), remarks])


#: Weighted years beyond which a target is far from a year or two of work.
_FAR = 10.0


def _worth(d: Diagnostic, table: pd.DataFrame) -> str:
    """Say what meeting every target is worth, on paper."""
    assert d.base is not None
    assert d.plan is not None
    gain, net = (
        f"{n(d, middle, 1, signed=True)} ({interval(low, high, 1, d.lang)})"
        for middle, low, high in plan_total(d.base, d.plan).values()
    )
    drift = d.say(
        f"; {net} nếu mốc cả nước dịch chuyển thêm một năm như năm vừa qua",
        f"; {net} if the country's bounds move on by a year like the last",
    )
    far, count = (
        int((table["target_effort"] > _FAR * lot(d)).sum()),
        int(table["target"].notna().sum()),
    )
    return d.say(
        f"Đạt mọi mục tiêu chỉ số: {gain} điểm PII {at_bounds(d)}{drift if d.before else ''} (trong"
        f" ngoặc: khoảng 90%). Đây là giá trị của mục tiêu trên giấy, chưa phải dự báo: {far} trên"
        f" {count} mục tiêu đòi hỏi hơn {n(d, _FAR * lot(d), 0)} {weighted(d)}.",
        f"Meeting every indicator target: {gain} index points"
        f" {at_bounds(d)}{drift if d.before else ''} (in brackets: 90% interval). This is what the"
        f" targets are worth on paper, no forecast: {far} of {count} targets ask for more than"
        f" {n(d, _FAR * lot(d), 0)} {weighted(d)}.",
    )


def _remarks(d: Diagnostic, table: pd.DataFrame) -> list[str]:
    remarks = []
    for code, row in table[table["harmful"]].iterrows():
        loss = interval(-row["target_gain_high"], -row["target_gain_low"], 2, d.lang)
        reversed_ = d.fw.table.at[code, "direction"] < 0
        condition = d.say(
            " nếu suy luận về chiều của chỉ số này là đúng (càng thấp càng tốt)",
            " if its inferred direction (lower is better) is right",
        )
        remarks.append(
            d.say(
                f"Mục tiêu {code} ({n(d, row['target'])}) làm giảm {loss} điểm"
                f" PII{condition if reversed_ else ''}.",
                f"The target of {code} ({n(d, row['target'])}) costs {loss}"
                f" index points{condition if reversed_ else ''}.",
            )
        )
    for flag, vi, en in (
        (
            "no_change",
            "Mục tiêu bằng hiện trạng (không tăng điểm)",
            "Targets equal to today's value (no gain)",
        ),
        (
            "above_highest",
            f"Mục tiêu cao hơn mức cao nhất cả nước năm {d.year}",
            f"Targets above the country's highest of {d.year}",
        ),
        (
            "above_cap",
            "Mục tiêu vượt mức trần suy luận: phần vượt không thêm điểm",
            "Targets above the inferred cap: the excess adds nothing",
        ),
    ):
        codes = [str(code) for code in table.index[table[flag]]]
        if codes:
            remarks.append(d.say(vi, en) + f": {listing(codes, d.lang)}.")
    apart = goals_apart(d)
    if apart:
        remarks.append(
            d.say(
                "Mục tiêu trụ cột khác trung bình mục tiêu các nhóm của nó:"
                f" {listing(apart, d.lang)}.",
                "Pillar goals that differ from the mean of their sub-pillar goals: "
                f"{listing(apart, d.lang)}.",
            )
        )
    return remarks


def goals_apart(d: Diagnostic) -> list[str]:
    """Pillars whose goal differs from the mean of their sub-pillar goals."""
    assert d.plan is not None
    target = d.plan.table["target"]
    share = d.fw.shares()
    found = []
    for node, children in d.fw.groups:
        if d.fw.table.at[node, "level"] == "pillar":
            mean = float(sum(target[child] * share[child] for child in children))
            if abs(mean - target[node]) > 0.005:
                found.append(f"{node} ({n(d, target[node])} / {n(d, mean)})")
    return found[::-1]


@style()
def plan_chart(d: Diagnostic) -> Chart | Html:
    """Draw the index score that each level of goals implies."""
    if missing(d) is not None:
        return paragraphs("")
    assert d.sheet is not None
    assert d.plan is not None
    levels = plan_levels(d.sheet, d.plan)
    names = {
        "now": d.say(f"Hiện nay ({d.year})", f"Today ({d.year})"),
        "stated": d.say("Kế hoạch nêu (≥)", "Stated (≥)"),
        "subpillars": d.say("Cộng từ mục tiêu nhóm", "From sub-pillar goals"),
        "pillars": d.say("Cộng từ mục tiêu trụ cột", "From pillar goals"),
        "indicators_plain": d.say("Từ mục tiêu chỉ số, không trần", "From targets, no caps"),
        "indicators_official": d.say("Từ mục tiêu chỉ số, có trần", "From targets, with caps"),
    }
    points = pd.Series({"now": d.sheet.score, **levels.to_dict()})[list(names)].dropna()
    points = points.iloc[::-1]
    fig = figure(8, 3.4)
    axes = fig.subplots()
    colours = [COLOURS["muted"] if key == "now" else COLOURS["accent"] for key in points.index]
    axes.barh([names[str(key)] for key in points.index], points, color=colours, height=0.66)
    for y, x in enumerate(points):
        axes.text(x + 0.6, y, n(d, x), va="center", fontsize=10.5)
    axes.set_xlim(0, float(points.max()) * 1.14)
    axes.set_xlabel(
        d.say(
            f"Điểm PII trên thang 63 tỉnh năm {d.year}",
            f"PII score on the 63-unit scale of {d.year}",
        )
    )
    number_ticks(axes.xaxis, lang=d.lang)
    implied = points.drop(["now", "stated"], errors="ignore")
    goal = levels["stated"]
    title = (
        d.say(
            f"Kế hoạch nêu {n(d, goal, 0)} điểm, nhưng cộng từ các cấp mục tiêu lại được từ "
            f"{n(d, implied.min(), 1)} đến {n(d, implied.max(), 1)}",
            f"The plan states {n(d, goal, 0)} points, but its goals add up to "
            f"{n(d, implied.min(), 1)} to {n(d, implied.max(), 1)}",
        )
        if goal == goal
        else d.say(
            f"Mục tiêu các cấp cộng lại được từ {n(d, implied.min(), 1)} đến "
            f"{n(d, implied.max(), 1)} điểm",
            f"The goals of each level add up to {n(d, implied.min(), 1)} to "
            f"{n(d, implied.max(), 1)} points",
        )
    )
    return draw(
        fig,
        key="plan",
        title=title,
        alt=d.say("Điểm PII theo từng cấp mục tiêu: ", "PII score by level of goals: ")
        + "; ".join(f"{names[str(key)]}: {n(d, x)}" for key, x in points.iloc[::-1].items()),
        source=sources(d, "sheet", "plan"),
        kind=kind(d, "plan"),
    )


def plan_targets(d: Diagnostic) -> Table | Html:
    """Tabulate every indicator target beside what it would give and cost."""
    if missing(d) is not None:
        return paragraphs("")
    assert d.base is not None
    assert d.plan is not None
    assert d.levers is not None
    table = plan_table(d.base, d.plan, d.levers)
    flags = {
        "harmful": d.say("làm giảm điểm", "lowers the score"),
        "no_change": d.say("bằng hiện trạng", "no change"),
        "above_highest": d.say("trên mức cao nhất nước", "above the highest"),
        "above_cap": d.say("trên mức trần", "above the cap"),
    }
    rows = []
    for code, row in table.iterrows():
        effort = row["target_effort"]
        rows.append(
            {
                **row.to_dict(),
                "name": label(d, str(code), short=True),
                "lead": d.agency(d.levers.at[code, "lead"], short=True),
                "effort": effort if effort == effort and effort > 0 else np.nan,
                "flags": "; ".join(text for flag, text in flags.items() if row[flag]),
            }
        )
    return Table(
        key="plan-targets",
        caption=d.say(
            f"Mục tiêu {d.plan.year} của từng chỉ số và giá trị của chúng ({at_bounds(d)})",
            f"Indicator targets for {d.plan.year} and what they are worth ({at_bounds(d)})",
        ),
        columns=(
            Column("name", d.say("Chỉ số", "Indicator")),
            Column("lead", d.say("Chủ trì", "Lead")),
            Column("value", str(d.year), "number"),
            Column("target", d.say("Mục tiêu", "Target"), "number"),
            Column("highest", d.say("Cao nhất nước", "Highest"), "number"),
            Column(
                "target_gain",
                d.say(f"Điểm PII, mốc {d.year}", f"PII points, {d.year} bounds"),
                "signed",
            ),
            *net_column(d, "target_net"),
            Column(
                "effort",
                d.say(f"Công sức ({unit(d)})", f"Effort ({unit(d)})"),
                "number",
                decimals=1,
            ),
            Column("flags", d.say("Ghi chú", "Notes")),
        ),
        rows=rows,
        source=source(d, "plan"),
        kind=kind(d, "judgement"),
        lang=d.lang,
        note=_target_note(d),
    )


def _target_note(d: Diagnostic) -> str:
    """Say what the net column holds, and on which scale the scores and the goal stand."""
    net = d.say(
        "Cột “vượt xu hướng chung” gồm cả phần mất đi nếu chỉ đứng yên. ",
        "“Net of drift” includes what standing still would lose. ",
    )
    return (net if d.before is not None else "") + scale_note(d)


def scale_note(d: Diagnostic) -> str:
    """Say that the goal's rank is on another scale, where it is; else nothing."""
    assert d.plan is not None
    of, basis = stated_goal(d.plan, "rank", "of"), basis_of(d.year)
    if not rank_goal(d) or int(of) == basis:
        return ""
    return d.say(
        f"Hạng {rank_goal(d)} thuộc thang {of:.0f} địa phương (từ PII 2025), không so trực tiếp với"
        f" điểm và hạng trên thang {basis} tỉnh.",
        f"Rank {rank_goal(d)} is on the scale of {of:.0f} units (since PII 2025) and cannot be"
        f" compared directly with scores and ranks of {basis}.",
    )


def rank_goal(d: Diagnostic) -> str:
    """Write the plan's stated rank, such as "≤ 30/34"; empty if there is none."""
    if d.plan is None:
        return ""
    rank, of = stated_goal(d.plan, "rank"), stated_goal(d.plan, "rank", "of")
    return f"≤ {rank:.0f}/{of:.0f}" if rank == rank and of == of else ""
