"""Rules on goals: groups against their parts, levels, ranks and years (PA201 to PA208)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from piilib.analysis.audit.case import Case
from piilib.analysis.audit.consequence import node_weight
from piilib.analysis.audit.finding import Finding, Points
from piilib.analysis.audit.targets import goes_wrong, is_above_best, leaps
from piilib.analysis.plan import implied_by, target_scores

#: A goal printed with two decimals.
_ROUNDING = 0.005 + 1e-9
#: Share of the rise on paper that a few jumps must carry to be worth a finding.
_FEW = 1 / 3


def apart_from_children(case: Case) -> Iterator[Finding]:
    """PA201: a group's goal differs from the mean of its children's goals."""
    share = case.fw.shares()
    for node, children in reversed(case.fw.groups):
        goal = case.figure(node, "target")
        goals = [case.figure(child, "target") for child in children]
        if any(child in case.base.column for child in children) or np.isnan([goal, *goals]).any():
            continue
        mean = float(sum(share[c] * x for c, x in zip(children, goals, strict=True)))
        if abs(mean - goal) <= _ROUNDING:
            continue
        points = node_weight(case, node) * (mean - goal)
        more = mean > goal
        yield Finding(
            "PA201",
            "warning",
            node,
            case.appendix(node),
            case.n(goal, 2),
            case.n(mean, 2),
            case.say(
                f"Mục tiêu {case.n(goal, 2)} khác trung bình mục tiêu các nhóm của nó"
                f" ({case.n(mean, 2)}): các nhóm cộng lại {'cao' if more else 'thấp'} hơn.",
                f"The goal {case.n(goal, 2)} differs from the mean of its groups' goals"
                f" ({case.n(mean, 2)}): the groups add up to {'more' if more else 'less'}.",
            ),
            case.say(
                f"Ghi {case.n(mean, 2)}, hoặc chỉnh mục tiêu các nhóm.",
                f"Write {case.n(mean, 2)}, or adjust the groups' goals.",
            ),
            Points(points, points, points),
            case.say("số học của cây chỉ số", "arithmetic of the tree"),
        )


def missed_if_all_met(case: Case) -> Iterator[Finding]:
    """PA202: a group's goal is missed even if all its indicator targets are met."""
    for node, _ in reversed(case.fw.groups):
        goal, scores = case.figure(node, "target"), [float(part[node]) for part in case.implied]
        low, high = min(scores), max(scores)
        if np.isnan(goal) or not _has_targets(case, node) or low >= goal - _ROUNDING:
            continue
        both = high < goal - _ROUNDING
        weight = node_weight(case, node)
        implied = case.span(low, high, 1)
        yield Finding(
            "PA202",
            "error" if both else "warning",
            node,
            case.appendix(node),
            case.n(goal, 2),
            implied,
            case.say(
                f"Đạt mọi mục tiêu chỉ số cũng chỉ được {implied} điểm, mục tiêu là"
                f" {case.n(goal)}.",
                f"Meeting every indicator target gives {implied} points only, the goal is"
                f" {case.n(goal)}.",
            )
            if both
            else case.say(
                f"Đạt mọi mục tiêu chỉ số được {implied} điểm tùy cách tính: một trong hai cách"
                f" hụt mục tiêu {case.n(goal)}.",
                f"Meeting every indicator target gives {implied} points, as the method may be: one"
                f" of the two misses the goal of {case.n(goal)}.",
            ),
            case.say(
                "Hạ mục tiêu nhóm, hoặc nâng mục tiêu chỉ số còn trong tầm.",
                "Lower the group's goal, or raise targets that are within reach.",
            ),
            Points(
                weight * ((low + high) / 2 - goal),
                weight * (low - goal),
                weight * (high - goal),
            ),
            _two_methods(case),
        )


def _has_targets(case: Case, node: str) -> bool:
    return any(node in case.fw.ancestors(code) for code in case.targets)


def _two_methods(case: Case) -> str:
    return case.say(
        f"{case.at_bounds()}; từ cách tính không trần đến có trần suy luận",
        f"{case.at_bounds()}; from no caps to inferred caps",
    )


def level_scores(case: Case) -> dict[str, float]:
    """Index score that the goals of each level come to; levels without goals are left out."""
    plain, official = (float(part[case.fw.root]) for part in case.implied)
    found = {"stated": case.stated("score")}
    for level in ("pillar", "subpillar"):
        found[level] = implied_by(level, case.plan, case.fw)
    if case.targets:
        found |= {"plain": plain, "official": official}
    return {name: x for name, x in found.items() if not np.isnan(x)}


def levels_apart(case: Case) -> Iterator[Finding]:
    """PA203: the stated goal against what the goals of each level add up to."""
    levels = level_scores(case)
    stated = levels.pop("stated", np.nan)
    gaps = [x - stated for x in levels.values()]
    if np.isnan(stated) or not gaps or max(abs(gap) for gap in gaps) <= case.limits.apart:
        return
    words = {
        "pillar": ("các trụ cột", "pillar goals"),
        "subpillar": ("các nhóm", "sub-pillar goals"),
        "plain": ("các chỉ số, không trần", "indicator targets, no caps"),
        "official": ("các chỉ số, có trần suy luận", "indicator targets, inferred caps"),
    }
    listed = "; ".join(f"{case.say(*words[k])} {case.n(x, 2)}" for k, x in levels.items())
    short = min(gaps) < -case.limits.apart
    yield Finding(
        "PA203",
        "error" if short else "warning",
        case.fw.root,
        _goal_place(case, "score"),
        case.n(stated, 2),
        listed,
        case.say(
            f"Kế hoạch nêu {case.n(stated, 2)} điểm; cộng từ {listed}.",
            f"The plan states {case.n(stated, 2)} points; it adds up to: {listed}.",
        ),
        case.say(
            "Chọn một con số và tính ngược ra mục tiêu các cấp dưới.",
            "Choose one figure and derive the goals of the lower levels from it.",
        ),
        Points(float(np.median(gaps)), min(gaps), max(gaps)),
        case.say(
            f"chênh lệch giữa các cấp và con số nêu ra, {case.at_bounds()}",
            f"differences of the levels from the stated figure, {case.at_bounds()}",
        ),
    )


def _goal_place(case: Case, what: str) -> str:
    row = case.goal(what)
    place = "" if row is None else str(row.get("place", ""))
    return place if case.lang == "vi" else place.replace("Phụ lục", "Appendix")


def overshoot(case: Case) -> Iterator[Finding]:
    """PA204: the indicator targets of a group go far beyond its goal, under either method."""
    for node, children in reversed(case.fw.groups):
        goal = case.figure(node, "target")
        low, high = sorted(float(part[node]) for part in case.implied)
        if not all(child in case.base.column for child in children) or np.isnan(goal):
            continue
        if not _has_targets(case, node) or low - goal < case.limits.overshoot:
            continue
        weight = node_weight(case, node)
        implied = case.span(low, high, 1)
        yield Finding(
            "PA204",
            "note",
            node,
            case.appendix(node),
            case.n(goal, 2),
            implied,
            case.say(
                f"Các mục tiêu chỉ số cho {implied} điểm, vượt xa mục tiêu nhóm {case.n(goal)}:"
                " nhóm hoặc chỉ số chưa được tính cùng nhau.",
                f"The indicator targets give {implied} points, far beyond the group's goal"
                f" {case.n(goal)}: group and indicators were not worked out together.",
            ),
            case.say("Tính lại hai cấp cùng nhau.", "Work out the two levels together."),
            Points(
                weight * ((low + high) / 2 - goal), weight * (low - goal), weight * (high - goal)
            ),
            _two_methods(case),
        )


def rank_goals(case: Case) -> Iterator[Finding]:
    """PA205: a rank and a number of places that agree from one start only."""
    rank, of, places = case.stated("rank"), case.stated("rank", "of"), case.stated("places")
    if np.isnan([rank, places]).any():
        return
    start, basis = case.now.rank, case.now.of
    same_scale = np.isnan(of) or basis is None or of == basis
    if same_scale and (start is None or start - places == rank):
        return
    needed = case.n(rank + places)
    scale = "" if np.isnan(of) else f"/{case.n(of)}"
    here = "–" if start is None else f"{start}/{basis}"
    yield Finding(
        "PA205",
        "warning",
        case.fw.root,
        _goal_place(case, "places"),
        case.say(f"tăng {case.n(places)} bậc", f"up {case.n(places)} places"),
        f"≤ {case.n(rank)}{scale}",
        case.say(
            f"Hạng ≤ {case.n(rank)}{scale} và tăng {case.n(places)} bậc chỉ khớp nhau nếu xuất phát"
            f" từ hạng {needed}{scale}; hiện nay là {here}.",
            f"Rank ≤ {case.n(rank)}{scale} and up {case.n(places)} places agree only from rank"
            f" {needed}{scale}; today it is {here}.",
        ),
        case.say("Nêu một mục tiêu hạng, trên một thang.", "State one goal of rank, on one scale."),
    )


def one_year_only(case: Case) -> Iterator[Finding]:
    """PA206: targets for one year of a plan of several."""
    row = case.goal("period of the plan")
    years = (
        [] if row is None else [int(x) for x in re.findall(r"20\d\d", str(row.get("printed", "")))]
    )
    if len(years) < 2 or years[-1] <= case.plan.year:
        return
    yield Finding(
        "PA206",
        "warning",
        case.fw.root,
        case.say("Phụ lục", "Appendix"),
        str(case.plan.year),
        f"{years[0]}–{years[-1]}",
        case.say(
            f"Kế hoạch cho giai đoạn {years[0]}–{years[-1]} nhưng chỉ có mục tiêu năm"
            f" {case.plan.year}.",
            f"The plan is for {years[0]}–{years[-1]} but has targets for {case.plan.year} only.",
        ),
        case.say(
            f"Thêm mục tiêu từng năm đến {years[-1]}.", f"Add targets for each year to {years[-1]}."
        ),
    )


def on_few_jumps(case: Case) -> Iterator[Finding]:
    """PA207: much of the rise on paper rests on targets that other rules doubt."""
    doubted = [
        code
        for code in case.targets
        if any(says(case, code) for says in (is_above_best, leaps, goes_wrong))
    ]
    if not doubted:
        return
    held = _held(case, doubted)
    all_met = [float(part[case.fw.root]) for part in case.implied]
    nothing = _held(case, list(case.targets))
    parts = [
        (a - h) / (a - x) if a > x else 0.0 for a, h, x in zip(all_met, held, nothing, strict=True)
    ]
    if max(parts) < _FEW:
        return
    low, high = sorted(held)
    gaps = sorted(h - a for h, a in zip(held, all_met, strict=True))
    figures = case.span(low, high, 1)
    met = case.span(min(all_met), max(all_met), 1)
    yield Finding(
        "PA207",
        "warning",
        case.fw.root,
        case.say("Phụ lục", "Appendix"),
        figures,
        met,
        case.say(
            f"Giữ nguyên {len(doubted)} chỉ số có mục tiêu bị nghi ngờ ({', '.join(doubted)}) thì"
            f" tổng từ {met} còn {figures}.",
            f"With the {len(doubted)} indicators of doubted targets held ({', '.join(doubted)}) the"
            f" total falls from {met} to {figures}.",
        ),
        case.say(
            "Chia rủi ro cho nhiều mục tiêu vừa tầm.", "Spread the risk over targets within reach."
        ),
        Points(sum(gaps) / 2, gaps[0], gaps[-1]),
        _two_methods(case),
    )


def _held(case: Case, codes: list[str]) -> list[float]:
    """Index score, without and with caps, with some indicators left at today's value."""
    table = case.plan.table.copy()
    table.loc[codes, "target"] = [case.value(code) for code in codes]
    plan = replace(case.plan, table=table)
    scores = (target_scores(case.now, plan, fw) for fw in case.frameworks(case.now.year))
    return [float(part[case.fw.root]) for part in scores]


def empty_ranks(case: Case) -> Iterator[Finding]:
    """PA208: the appendix has a column of ranks to reach, and nothing in it."""
    if "rank_target" not in case.plan.table.columns:
        return
    rows = case.plan.table["target"].notna()
    if not rows.any() or case.plan.table.loc[rows, "rank_target"].notna().any():
        return
    yield Finding(
        "PA208",
        "note",
        case.fw.root,
        case.say("Phụ lục", "Appendix"),
        "0",
        str(int(rows.sum())),
        case.say(
            f"Cột thứ hạng phấn đấu để trống ở cả {int(rows.sum())} dòng.",
            f"The column of ranks to reach is empty in all {int(rows.sum())} rows.",
        ),
        case.say("Điền hoặc bỏ cột.", "Fill the column or leave it out."),
    )


RULES = (
    apart_from_children,
    missed_if_all_met,
    levels_apart,
    overshoot,
    rank_goals,
    one_year_only,
    on_few_jumps,
    empty_ranks,
)
