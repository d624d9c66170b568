"""The first screen: one page for a vice-chair."""

from __future__ import annotations

import numpy as np

from piilib.analysis.change import node_changes
from piilib.analysis.plan import plan_table, stated_goal
from piilib.report.block import Html, bullets, cards, notice, paragraphs
from piilib.report.completed import completed_rank, completed_score
from piilib.report.lever_section import PROPOSED, best, short_table
from piilib.report.numbers import counted, listing
from piilib.report.outlook_section import chance_sentence
from piilib.report.plan_section import goals_apart, levels_sentence, rank_goal, scale_note
from piilib.report.prepare import Diagnostic
from piilib.report.profile import known_scores, own_rank, recomputed_text
from piilib.report.simulated import simulated_notice
from piilib.report.words import at_bounds, n, no_sheet, pillars, weighted


def first_screen(d: Diagnostic) -> Html:
    """Everything that must be known before a decision: position, change, levers, plan, chance."""
    parts = [simulated_notice(d.lang, d.simulated), cards(_cards(d)), bullets(_messages(d))]
    if d.sheet is None:
        parts.append(no_sheet(d))
    else:
        parts.append(Html(short_table(d)._repr_html_()))
        parts.append(_decisions(d))
    return Html("\n").join(parts)


def _cards(d: Diagnostic) -> list[tuple[str, str, str]]:
    score = float(known_scores(d).get(d.key, np.nan))
    rank, of = own_rank(d)
    items = [
        (
            d.say(f"Điểm PII {d.year}", f"PII score {d.year}"),
            n(d, score),
            _compare(d, score)
            if score == score
            else d.say("chưa công bố", "not published") + _estimated(d),
        ),
        (
            d.say(f"Xếp hạng {d.year}", f"Rank {d.year}"),
            f"{rank}/{of}" if rank else "–",
            _old_rank(d) or _estimated_rank(d),
        ),
    ]
    if d.plan is not None:
        goal = stated_goal(d.plan, "score")
        items.append(
            (
                d.say(f"Mục tiêu {d.plan.year}", f"Goal for {d.plan.year}"),
                rank_goal(d) or (f"≥ {n(d, goal)}" if goal == goal else "–"),
                (
                    d.say(f"và ≥ {n(d, goal)} điểm", f"and ≥ {n(d, goal)} points")
                    if goal == goal and rank_goal(d)
                    else ""
                ),
            )
        )
    items.append(_next_edition(d))
    return items


def _estimated(d: Diagnostic) -> str:
    """Give the interval that the published facts leave, and the one that the values give."""
    score = completed_score(d)
    estimate = d.say(f"; ước lượng {score}", f"; estimated {score}") if score else ""
    return f"{estimate}.{recomputed_text(d)}"


def _estimated_rank(d: Diagnostic) -> str:
    rank = completed_rank(d)
    return d.say(f"ước lượng {rank}", f"estimated {rank}") if rank else ""


def _compare(d: Diagnostic, score: float) -> str:
    if d.before is None or "PII" in d.before.recomputed:
        return ""
    change = n(d, score - d.before.score, signed=True)
    return d.say(
        f"{change} so với {d.before.year} ({n(d, d.before.score)})",
        f"{change} on {d.before.year} ({n(d, d.before.score)})",
    )


def _old_rank(d: Diagnostic) -> str:
    if d.before is None or d.before.rank is None:
        return ""
    return f"{d.before.year}: {d.before.rank}/{d.before.of}"


def _next_edition(d: Diagnostic) -> tuple[str, str, str]:
    """Say whether this unit's own result of the next edition is in hand."""
    year = d.year + 1
    title = d.say(f"Kết quả PII {year}", f"PII {year} result")
    if d.later is None:
        return title, "–", d.say("chưa có trong dữ liệu", "not in the data")
    if d.key in d.later.table.index and d.later.table.loc[d.key, ["score", "rank"]].notna().any():
        row = d.later.table.loc[d.key]
        rank = "–" if np.isnan(row["rank"]) else f"{row['rank']:.0f}/{d.later.basis}"
        return title, n(d, row["score"]), d.say(f"hạng {rank}", f"rank {rank}")
    return (
        title,
        d.say("chưa có", "none"),
        d.say(
            "đã công bố, nhưng kết quả của tỉnh chưa có trong dữ liệu",
            "released, but this province's result is not in the data",
        ),
    )


def _messages(d: Diagnostic) -> list[str]:
    messages = [
        text for text in (_change(d), _levers(d), _standing(d), _plan(d), _chance(d)) if text
    ]
    return messages


def _change(d: Diagnostic) -> str:
    if d.sheet is None or d.before is None:
        return ""
    changes = node_changes(d.before, d.sheet)["change"].loc[pillars(d)]
    up, down = str(changes.idxmax()), str(changes.idxmin())
    parts = []
    if changes[up] > 0:
        parts.append(
            d.say(
                f"tăng nhiều nhất: {d.node(up)} ({n(d, changes[up], signed=True)})",
                f"largest rise: {d.node(up)} ({n(d, changes[up], signed=True)})",
            )
        )
    if changes[down] < 0:
        parts.append(
            d.say(
                f"giảm nhiều nhất: {d.node(down)} ({n(d, changes[down], signed=True)})",
                f"largest fall: {d.node(down)} ({n(d, changes[down], signed=True)})",
            )
        )
    rising, count = int((changes > 0).sum()), len(changes)
    parts.insert(
        0,
        d.say(
            f"Thay đổi từ {d.before.year}: {rising}/{count} trụ cột tăng điểm",
            f"Since {d.before.year}: {rising} of {count} pillars rose",
        ),
    )
    return "; ".join(parts) + "."


def _levers(d: Diagnostic) -> str:
    if d.levers is None or best(d).empty:
        return ""
    first = best(d, PROPOSED)
    gain, net = (n(d, first[c].sum(), signed=True) for c in ("gain", "net"))
    cost = n(d, first["effort"].sum(), 1)
    drift = d.say(f" ({net} khi vượt xu hướng chung)", f" ({net} net of the common drift)")
    drift = drift if d.before is not None else ""
    return d.say(
        f"{len(first)} đòn bẩy dưới đây, mỗi đòn bẩy tiến một bước, cho khoảng {gain} điểm PII "
        f"{at_bounds(d)}{drift}, tốn {cost} {weighted(d)}.",
        f"The {len(first)} levers below, one step each, give about {gain} index points "
        f"{at_bounds(d)}{drift} for {cost} {weighted(d)}.",
    )


def _standing(d: Diagnostic) -> str:
    """Say what standing still costs if the country's bounds move on as they did."""
    if d.levers is None or d.before is None:
        return ""
    cost = float(d.levers["standing"].sum())
    return d.say(
        "Nếu tỉnh đứng yên còn mốc cả nước dịch chuyển thêm một năm như năm qua: "
        f"{n(d, cost, signed=True)} điểm PII.",
        "If the province stands still while the country's bounds move on by a year like the last: "
        f"{n(d, cost, signed=True)} index points.",
    )


def _plan(d: Diagnostic) -> str:
    if d.plan is None or d.sheet is None or d.base is None or d.levers is None:
        return ""
    harmful = plan_table(d.base, d.plan, d.levers)["harmful"]
    codes = [str(code) for code in harmful.index[harmful]]
    risk = (
        d.say(
            f" Mục tiêu {', '.join(codes)} có thể làm giảm điểm.",
            f" The target of {', '.join(codes)} may lower the score.",
        )
        if codes
        else ""
    )
    return levels_sentence(d) + risk


def _chance(d: Diagnostic) -> str:
    goal = rank_goal(d)
    if not goal:
        return ""
    if said := chance_sentence(d):
        return said
    return d.say(
        f"Khả năng đạt mục tiêu {goal}: báo cáo này không tính xác suất. {scale_note(d)}",
        f"Chance of the goal {goal}: this report gives no probability. {scale_note(d)}",
    ).strip()


def _decisions(d: Diagnostic) -> Html:
    """List what a leader can decide on this page."""
    assert d.levers is not None
    items = [
        d.say(
            f"{d.agency(str(lead))} đưa một bước của {listing(list(map(str, codes)), d.lang)} vào"
            " chương trình năm tới.",
            f"{d.agency(str(lead))} puts one step of {listing(list(map(str, codes)), d.lang)} into"
            " next year's programme.",
        )
        for lead, codes in best(d, PROPOSED).groupby("lead", sort=False).groups.items()
        if lead
    ]
    review = plan_review(d)
    return Html("\n").join([_heading(d), bullets([*items, review] if review else items)])


def plan_review(d: Diagnostic) -> str:
    """Say what in the plan should be looked at again, if anything should."""
    if d.plan is None or d.base is None or d.levers is None:
        return ""
    table = plan_table(d.base, d.plan, d.levers)
    found = [
        (
            int(table["above_highest"].sum()),
            ("mục tiêu", "target"),
            ("cao hơn mức cao nhất cả nước", "above the country's highest"),
        ),
        (
            int(table["harmful"].sum()),
            ("mục tiêu", "target"),
            ("làm giảm điểm", "that would cost points"),
        ),
        (
            len(goals_apart(d)),
            ("mục tiêu trụ cột", "pillar goal"),
            ("khác trung bình các nhóm", "unlike the mean of the sub-pillars"),
        ),
    ]
    parts = [
        f"{counted(d.lang, count, *noun)} {d.say(*rest)}" for count, noun, rest in found if count
    ]
    if not parts:
        return ""
    return d.say(
        f"Rà lại kế hoạch: {listing(parts, d.lang)}.",
        f"Review the plan: {listing(parts, d.lang)}.",
    )


def _heading(d: Diagnostic) -> Html:
    return Html("<h3>{}</h3>").format(d.say("Đề nghị quyết định", "Decisions proposed"))


def warning(d: Diagnostic) -> Html:
    """Say how the page may and may not be used; nothing where it recommends nothing."""
    if d.sheet is None:
        return paragraphs("")
    return Html("\n").join([_recomputed(d), _inferred(d)])


def _recomputed(d: Diagnostic) -> Html:
    """Say which scores on the page were not published, where some were not."""
    assert d.sheet is not None
    groups = sorted(d.sheet.recomputed - {"IN", "OUT"})
    if not groups:
        return Html()
    return notice(
        d.say(
            f"{len(groups)} điểm nhóm, trụ cột hoặc điểm chung không có trong phiếu: các trang sau "
            "dùng điểm tính lại từ giá trị chỉ số, không phải điểm công bố. Mức trần suy luận từ "
            "phiếu của Cao Bằng có thể không đúng với tỉnh khác.",
            f"{len(groups)} scores of sub-pillars, pillars or the index are not in the sheet: what "
            "follows uses scores recomputed from the values, not published ones. The caps are "
            "inferred from the sheet of Cao Bằng and may be wrong for another province.",
        ),
        "warning",
    )


def _inferred(d: Diagnostic) -> Html:
    return notice(
        d.say(
            "Cách tính chính thức được suy luận từ phiếu số liệu, công sức là giả định; kết quả ở "
            "đây là căn cứ để thảo luận, không thay cho thẩm định của cơ quan chủ trì.",
            "The official method is inferred from the sheet and efforts are assumptions; what "
            "stands here is a basis for discussion and does not replace the lead agencies' "
            "appraisal.",
        )
    )
