"""The levels of a plan's goals beside one another, how far its targets are, and a proposal."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.analysis.audit import feasibility
from piilib.analysis.plan import target_scores
from piilib.index.scoring import method_framework
from piilib.report.block import Html, paragraphs
from piilib.report.numbers import interval
from piilib.report.plan_section import missing
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Estimate, Table
from piilib.report.words import at_bounds, kind, label, n, source, sources


def levels_table(d: Diagnostic) -> Table | Html:
    """Tabulate every group's goal beside what its children's goals and targets imply."""
    if missing(d) is not None:
        return paragraphs("")
    assert d.sheet is not None
    assert d.plan is not None
    plain, official = (
        target_scores(d.sheet, d.plan, method_framework(d.year, method, d.folder))
        for method in ("reversed", "official")
    )
    goal, share = d.plan.table["target"], d.fw.shares()
    means = {
        node: float(sum(goal.get(child, np.nan) * share[child] for child in children))
        for node, children in d.fw.groups
    }
    nodes = [node for node, _ in reversed(d.fw.groups) if node in d.plan.table.index]
    rows = [
        {
            "node": label(d, node, short=True),
            "now": d.sheet.table["value"].get(node, np.nan),
            "goal": goal[node],
            "text": d.plan.table["target_text"].get(node, np.nan),
            "children": means[node] if d.fw.table.at[node, "level"] == "pillar" else np.nan,
            "implied": Estimate(None, *sorted((plain[node], official[node]))),
        }
        for node in sorted(nodes, key=lambda node: list(d.fw.table.index).index(node))
    ]
    return Table(
        key="levels-table",
        caption=d.say(
            "Bốn cấp mục tiêu của từng nhóm, cạnh nhau",
            "Four levels of goals, group by group",
        ),
        columns=(
            Column("node", d.say("Trụ cột, nhóm", "Pillar, sub-pillar")),
            Column("now", str(d.year), "number"),
            Column("goal", d.say("Mục tiêu (phụ lục)", "Goal (appendix)"), "number"),
            Column("text", d.say("Mục tiêu (phần lời)", "Goal (text)"), "number"),
            Column("children", d.say("Cộng từ nhóm", "From sub-pillars"), "number"),
            Column("implied", d.say("Cộng từ chỉ số", "From indicators"), "estimate", 1),
        ),
        rows=rows,
        source=sources(d, "sheet", "plan"),
        kind=kind(d, "plan"),
        lang=d.lang,
        note=d.say(
            f"Cộng từ chỉ số: điểm nếu đạt mọi mục tiêu chỉ số, {at_bounds(d)}, giới hạn trong "
            "0–100, từ cách tính không trần đến có trần suy luận.",
            f"From indicators: score if every indicator target is met, {at_bounds(d)}, limited to "
            "0–100, from the method without caps to that with inferred caps.",
        ),
    )


_VERDICTS = {
    "reachable": ("trong tầm", "reachable"),
    "beyond the pace": ("quá nhịp độ", "beyond the pace"),
    "above the best": ("trên mức tốt nhất nước", "above the country's best"),
    "harmful": ("làm giảm điểm", "harmful"),
    "no change": ("bằng hiện trạng", "no change"),
    "below reached": ("dưới mức đã đạt", "below what was reached"),
    "no value": ("chưa có số liệu", "no value"),
}


def feasibility_text(d: Diagnostic) -> Html:
    """Count targets by verdict."""
    if missing(d) is not None:
        return paragraphs("")
    counts = _feasible(d)["verdict"].value_counts()
    said = ", ".join(
        f"{counts[key]} {d.say(*words)}" for key, words in _VERDICTS.items() if key in counts
    )
    total = int(counts.sum())
    return paragraphs(
        d.say(
            f"Trong {total} mục tiêu chỉ số: {said}. Nhịp độ: nhiều nhất 2 bước một năm (3 với số "
            "đếm) trong những năm còn lại sau độ trễ của số liệu.",
            f"Of {total} indicator targets: {said}. Pace: at most 2 steps a year (3 for counts) in "
            "the years left after the lag of the data.",
        )
    )


def _feasible(d: Diagnostic) -> pd.DataFrame:
    assert d.plan is not None
    return feasibility(d.plan, d.sheets, data=d.folder, base=d.base)


def feasibility_table(d: Diagnostic) -> Table | Html:
    """Tabulate each target against the country's best and against typical yearly progress."""
    if missing(d) is not None:
        return paragraphs("")
    rows = [
        {
            **row.to_dict(),
            "node": label(d, str(code), short=True),
            "verdict": d.say(*_VERDICTS[str(row["verdict"])]),
        }
        for code, row in _feasible(d).iterrows()
    ]
    return Table(
        key="feasibility-table",
        caption=d.say(
            "Từng mục tiêu so với mức tốt nhất cả nước và với nhịp tiến bộ thông thường",
            "Each target against the country's best and against typical progress",
        ),
        columns=(
            Column("node", d.say("Chỉ số", "Indicator")),
            Column("value", str(d.year), "number"),
            Column("target", d.say("Mục tiêu", "Target"), "number"),
            Column("best", d.say("Tốt nhất nước", "Country's best"), "number"),
            Column("best_year", d.say("Năm", "Year")),
            Column("steps_needed", d.say("Cần (bước)", "Needs (steps)"), "number", 1),
            Column("steps_possible", d.say("Kịp (bước)", "Time for (steps)"), "number", 0),
            Column("reachable", d.say("Trong tầm", "Within reach"), "number"),
            Column("verdict", d.say("Nhận xét", "Verdict")),
        ),
        rows=rows,
        source=source(d, "plan"),
        kind=kind(d, "judgement"),
        lang=d.lang,
        note=d.say(
            "Một bước: một năm tiến bộ thông thường (effort.csv). Tốt nhất nước: năm so sánh được.",
            "A step: a year of typical progress (effort.csv). Country's best: of a year that "
            "compares.",
        ),
    )


def proposal_text(d: Diagnostic) -> Html:
    """Say what the corrected proposal changes, and what it adds up to."""
    if missing(d) is not None:
        return paragraphs("")
    table = d.proposal
    own = table.loc[[c for c in table.index if c in d.fw.indicators]]
    changed = int(own["changed"].sum())
    return paragraphs(
        d.say(
            f"Bản đề nghị giữ tinh thần kế hoạch, sửa {changed} trên {len(own)} mục tiêu: mục tiêu "
            "làm giảm điểm thì giữ mức hiện nay; vượt mức tốt nhất nước, mức trần hoặc nhịp độ thì "
            "cắt về mức đó; dưới mức đã đạt thì nâng thêm một bước; chưa rõ đơn vị thì chưa sửa và "
            "chưa tính điểm; còn lại giữ nguyên.",
            f"The proposal keeps the plan's spirit and changes {changed} of {len(own)} targets: a "
            "harmful one holds today's value; what is beyond the country's best, the cap or the "
            "pace is cut to it; what is below what was reached goes a step above it; one whose "
            "unit is not settled is left and no points are counted for it; the rest stays.",
        ),
        proposal_worth(d),
        d.say(
            "Điểm bỏ bớt là điểm chỉ có trên giấy vào năm đó; mục tiêu dài hơn vẫn đặt được cho "
            "các năm sau.",
            "What is given up stood on paper only for that year; longer aims can still be set for "
            "later ones.",
        ),
    )


def proposal_worth(d: Diagnostic) -> str:
    """Say what all new targets come to, beside all old ones."""
    root = d.proposal.loc[d.fw.root]
    new, old = (_reached(d, root, name) for name in ("gain", "old_gain"))
    return d.say(
        f"Đạt mọi mục tiêu của bản đề nghị: {new} điểm {at_bounds(d)}; mọi mục tiêu của kế hoạch, "
        f"trên giấy: {old}.",
        f"Meeting every target of the proposal: {new} points {at_bounds(d)}; every one of the "
        f"plan, on paper: {old}.",
    )


def _reached(d: Diagnostic, root: pd.Series, name: str) -> str:
    """Write the score that a gain leads to, with its interval."""
    middle, low, high = (root["value"] + root[f"{name}{end}"] for end in ("", "_low", "_high"))
    return f"{n(d, middle)} ({interval(low, high, 2, d.lang)})"


def proposal_table(d: Diagnostic) -> Table | Html:
    """Tabulate the corrected targets, why, and what each change gives."""
    if missing(d) is not None:
        return paragraphs("")
    table = d.proposal
    rows = [
        {**row.to_dict(), "node": label(d, str(code), short=True)}
        for code, row in table.iterrows()
        if code in d.fw.indicators
    ]
    return Table(
        key="proposal-table",
        caption=d.say(
            f"Bản mục tiêu đề nghị cho {_year(d)}", f"Corrected proposal of targets for {_year(d)}"
        ),
        columns=(
            Column("node", d.say("Chỉ số", "Indicator")),
            Column("value", str(d.year), "number"),
            Column("old", d.say("Kế hoạch", "Plan"), "number"),
            Column("target", d.say("Đề nghị", "Proposed"), "number"),
            Column("reason", d.say("Lý do", "Reason")),
            Column("gain", d.say("Điểm PII", "PII points"), "signed"),
            Column("given_up", d.say("So với kế hoạch", "Against the plan"), "signed"),
        ),
        rows=rows,
        source=source(d, "plan"),
        kind=kind(d, "judgement"),
        lang=d.lang,
        note=d.say(
            f"Điểm PII {at_bounds(d)}, trung vị. So với kế hoạch: âm là điểm chỉ có trên giấy, "
            "dương là phần mất mát tránh được; – là chưa tính.",
            f"PII points {at_bounds(d)}, median. Against the plan: negative where points stood on "
            "paper only, positive where a loss is avoided; – where none are counted.",
        ),
    )


def proposal_groups(d: Diagnostic) -> Table | Html:
    """Tabulate the goals of groups that the corrected targets come to."""
    if missing(d) is not None:
        return paragraphs("")
    table = d.proposal
    rows = [
        {**row.to_dict(), "node": label(d, str(code), short=True)}
        for code, row in table.iterrows()
        if code not in d.fw.indicators
    ]
    return Table(
        key="proposal-groups",
        caption=d.say(
            "Mục tiêu nhóm, trụ cột và PII theo bản đề nghị",
            "Goals of sub-pillars, pillars and the PII by the proposal",
        ),
        columns=(
            Column("node", d.say("Trụ cột, nhóm", "Pillar, sub-pillar")),
            Column("value", str(d.year), "number"),
            Column("old", d.say("Kế hoạch", "Plan"), "number"),
            Column("target", d.say("Đề nghị (≥)", "Proposed (≥)"), "number"),
        ),
        rows=rows,
        source=source(d, "plan"),
        kind=kind(d, "judgement"),
        lang=d.lang,
        note=d.say(
            f"Điểm mà các mục tiêu chỉ số đề nghị đạt tới, {at_bounds(d)}, mỗi điểm tính từ điểm "
            "công bố của nó và làm tròn xuống: trung bình các nhóm có thể lệch 0,01.",
            f"Scores that the proposed indicator targets come to, {at_bounds(d)}, each from its "
            "own published score and rounded down: means of the groups may differ by 0.01.",
        ),
    )


def _year(d: Diagnostic) -> int:
    assert d.plan is not None
    return d.plan.year
