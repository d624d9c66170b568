"""Rules on single targets: out of range, harmful, standing still, or leaping (PA101 to PA109)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from piilib.analysis.audit.case import Case
from piilib.analysis.audit.comparison import best_of, reached_in
from piilib.analysis.audit.consequence import (
    attainable,
    beyond_reach,
    difference,
    gain,
    reach,
    reach_condition,
    steps_possible,
    time_left,
)
from piilib.analysis.audit.denominator import on_later_base
from piilib.analysis.audit.finding import Finding, Points
from piilib.analysis.audit.scale import scale_end
from piilib.analysis.audit.targets import (
    falls_short,
    goes_wrong,
    is_above_best,
    leaps,
    proposed,
    starts_at_zero,
    steps_needed,
)


def above_highest(case: Case) -> Iterator[Finding]:
    """PA101: a target beyond the best of the country in every comparable year."""
    for code in case.chosen(is_above_best):
        target, (best, year) = case.targets[code], best_of(case, code)
        end = scale_end(case, code)
        also = case.say(", đúng mức tối đa của thang đo", ", the very end of the scale")
        yield Finding(
            "PA101",
            "error",
            code,
            case.appendix(code),
            case.n(target),
            f"≤ {case.n(best)}" if case.good(code) > 0 else f"≥ {case.n(best)}",
            case.say(
                f"Mục tiêu {case.n(target)} vượt mức tốt nhất cả nước ({case.n(best)}, năm {year})"
                f"{also if target == end else ''}: phần vượt không thêm điểm.",
                f"The target {case.n(target)} is beyond the country's best ({case.n(best)}, {year})"
                f"{also if target == end else ''}: the excess adds no points.",
            ),
            _mend(case, code),
            beyond_reach(case, code),
            reach_condition(case, code),
        )


def beyond_scale(case: Case) -> Iterator[Finding]:
    """PA102: a target beyond the end of the indicator's own scale."""
    for code, target in case.targets.items():
        end = scale_end(case, code)
        if np.isnan(end) or target <= end + 1e-9:
            continue
        yield Finding(
            "PA102",
            "error",
            code,
            case.appendix(code),
            case.n(target),
            f"≤ {case.n(end)}",
            case.say(
                f"Mục tiêu {case.n(target)} vượt mức tối đa {case.n(end)} của thang đo.",
                f"The target {case.n(target)} is beyond the end of the scale, {case.n(end)}.",
            ),
            _mend(case, code),
            beyond_reach(case, code),
            reach_condition(case, code),
        )


def harmful(case: Case) -> Iterator[Finding]:
    """PA103: a target that moves an indicator the wrong way, less being better."""
    for code in case.chosen(goes_wrong):
        target, value = case.targets[code], case.value(code)
        yield Finding(
            "PA103",
            "error",
            code,
            case.appendix(code),
            case.n(target),
            f"≤ {case.n(value)}",
            case.say(
                f"Mục tiêu tăng từ {case.n(value)} lên {case.n(target)}, nhưng chỉ số này được suy"
                " luận là càng thấp càng tốt: đạt mục tiêu là mất điểm.",
                f"The target goes up from {case.n(value)} to {case.n(target)}, but less is inferred"
                " to be better of this indicator: meeting it loses points.",
            ),
            case.say(
                f"Giữ không quá {case.n(value)}; hỏi cơ quan chủ quản về chiều của chỉ số.",
                f"Hold at {case.n(value)} or less; ask the publisher for the direction.",
            ),
            gain(case, code, target),
            case.say(
                f"{case.at_bounds()}; chiều của chỉ số là suy luận từ điểm công bố, chưa được xác"
                " nhận",
                f"{case.at_bounds()}; the direction is inferred from published scores, not"
                " confirmed",
            ),
        )


def above_cap(case: Case) -> Iterator[Finding]:
    """PA104: a target beyond the inferred cap, where a score is 100 already."""
    for code, target in case.targets.items():
        row = case.fw.table.loc[code]
        cap, low, high = (float(row.get(c, np.nan)) for c in ("cap", "cap_low", "cap_high"))
        if np.isnan(cap) or target <= cap + 1e-9:
            continue
        interval = case.span(low, high)
        yield Finding(
            "PA104",
            "warning",
            code,
            case.appendix(code),
            case.n(target),
            f"≤ {case.n(cap)} ({interval})",
            case.say(
                f"Mục tiêu {case.n(target)} vượt mức trần suy luận {case.n(cap)} (khoảng"
                f" {interval}): từ mức trần trở lên điểm đã là 100.",
                f"The target {case.n(target)} is beyond the inferred cap {case.n(cap)} (range"
                f" {interval}): from the cap on the score is 100 already.",
            ),
            _mend(case, code),
            difference(case, code, cap, target),
            case.say(
                f"{case.at_bounds()}; mức trần là suy luận, chưa công bố",
                f"{case.at_bounds()}; the cap is inferred, not published",
            ),
        )


def no_improvement(case: Case) -> Iterator[Finding]:
    """PA105: a target that prints as today's value."""
    for code, target in case.targets.items():
        if target != case.value(code):
            continue
        best = target == attainable(case, code)
        yield Finding(
            "PA105",
            "note" if best else "warning",
            code,
            case.appendix(code),
            case.n(target),
            case.say(f"tốt hơn {case.n(target)}", f"better than {case.n(target)}"),
            case.say(
                f"Mục tiêu bằng hiện trạng {case.n(target)}"
                + (", vốn đã là mức tốt nhất cả nước." if best else ": không thêm điểm."),
                f"The target equals today's value {case.n(target)}"
                + (", the country's best already." if best else ": it adds no points."),
            ),
            case.say("Ghi rõ là giữ vững.", "Say that it is to be held.")
            if best or reach(case, code) == target
            else case.say(
                f"Đặt cao hơn, chẳng hạn {case.n(reach(case, code))}, hoặc ghi rõ là giữ vững.",
                f"Set more, such as {case.n(reach(case, code))}, or say that it is to be held.",
            ),
            Points(0.0, 0.0, 0.0),
            case.say(
                f"{case.at_bounds()}; nếu các tỉnh khác tiến thì đứng yên là mất điểm",
                f"{case.at_bounds()}; where others move on, standing still loses points",
            ),
        )


def below_reached(case: Case) -> Iterator[Finding]:
    """PA106: a target worse than what was reached in a comparable year; groups by their scores."""
    for code in case.chosen(falls_short):
        target, (value, year) = case.targets[code], reached_in(case, code)
        yield _below(case, code, target, value, year, difference(case, code, target, value))
    for node, _ in case.fw.groups:
        at_top = node == case.fw.root
        target = case.stated("score") if at_top else case.figure(node, "target")
        value = case.value(node)
        if target < value - 1e-9:
            yield _below(case, node, target, value, case.now.year, Points())


def _below(
    case: Case, code: str, target: float, value: float, year: int, points: Points
) -> Finding:
    return Finding(
        "PA106",
        "error",
        code,
        case.appendix(code),
        case.n(target),
        f"≥ {case.n(value)}" if case.good(code) > 0 else f"≤ {case.n(value)}",
        case.say(
            f"Mục tiêu {case.n(target)} kém mức đã đạt năm {year} ({case.n(value)}).",
            f"The target {case.n(target)} is worse than what was reached in {year}"
            f" ({case.n(value)}).",
        ),
        case.say(
            f"Đặt tốt hơn {case.n(value)} ít nhất một bước.",
            f"Set at least a step better than {case.n(value)}.",
        ),
        points,
        case.say(
            f"{case.at_bounds()}; so với giữ mức đã đạt",
            f"{case.at_bounds()}; against holding what was reached",
        )
        if not np.isnan(points.middle)
        else "",
    )


def jump(case: Case) -> Iterator[Finding]:
    """PA107: a target of `Limits.jump` times today's value or more."""
    for code in case.chosen(leaps):
        target, value = case.targets[code], case.value(code)
        times = case.n(target / value, 1)
        yield Finding(
            "PA107",
            "warning",
            code,
            case.appendix(code),
            case.n(target),
            f"< {case.n(case.limits.jump)} × {case.n(value)}",
            case.say(
                f"Mục tiêu gấp {times} lần hiện nay ({case.n(value)} lên {case.n(target)}).",
                f"The target is {times} times today's value ({case.n(value)} to {case.n(target)}).",
            ),
            _mend(case, code),
            beyond_reach(case, code),
            reach_condition(case, code),
        )


def from_nothing(case: Case) -> Iterator[Finding]:
    """PA108: a target from a value of zero or less, of which no multiple can be stated."""
    for code in case.chosen(starts_at_zero):
        target, value = case.targets[code], case.value(code)
        yield Finding(
            "PA108",
            "warning",
            code,
            case.appendix(code),
            case.n(target),
            case.say("căn cứ cho mức khởi điểm", "grounds for the start"),
            case.say(
                f"Mục tiêu {case.n(target)} xuất phát từ {case.n(value)}: chưa có kết quả nào để"
                " làm căn cứ.",
                f"The target {case.n(target)} starts from {case.n(value)}: nothing has been"
                " reached yet to build on.",
            ),
            _mend(case, code),
            beyond_reach(case, code),
            reach_condition(case, code),
        )


def beyond_pace(case: Case) -> Iterator[Finding]:
    """PA109: a target further than the usual pace allows, where no other rule has said so."""
    said_by = (is_above_best, goes_wrong, leaps, starts_at_zero)
    for code, target in case.targets.items():
        needed, possible = steps_needed(case, code), steps_possible(case, code)
        if np.isnan(needed) or needed <= possible + 1e-9:
            continue
        if any(says(case, code) for says in said_by):
            continue
        yield Finding(
            "PA109",
            "warning",
            code,
            case.appendix(code),
            case.n(target),
            case.say(
                f"trong tầm {case.n(reach(case, code))}", f"within {case.n(reach(case, code))}"
            ),
            case.say(
                f"Mục tiêu cần {case.n(needed, 1)} bước thường niên; thời gian còn lại cho phép:"
                f" {time_left(case, code)}.",
                f"The target takes {case.n(needed, 1)} yearly steps; there is time for"
                f" {time_left(case, code)}.",
            ),
            _mend(case, code),
            beyond_reach(case, code),
            reach_condition(case, code),
        )


def _mend(case: Case, code: str) -> str:
    """Say what the corrected plan would write instead."""
    value, reason = proposed(case, code).value, proposed(case, code).reason
    if reason == "unit":
        return case.say("Làm rõ đơn vị của mục tiêu trước.", "Settle the target's unit first.")
    if reason == "kept" or np.isnan(value):
        return case.say("Nêu căn cứ của mục tiêu.", "Give the grounds of the target.")
    base = on_later_base(case, code, value)
    written = f"{case.n(value)} ({base})" if base else case.n(value)
    if value == case.value(code):
        return case.say(
            f"Giữ {written} cho năm {case.plan.year}; đặt mục tiêu dài hơn cho các năm sau.",
            f"Hold {written} for {case.plan.year}; set the longer goal for later years.",
        )
    return case.say(
        f"Đặt {written} cho năm {case.plan.year}, phần còn lại cho các năm sau.",
        f"Set {written} for {case.plan.year}, and the rest for later years.",
    )


RULES = (
    above_highest,
    beyond_scale,
    harmful,
    above_cap,
    no_improvement,
    below_reached,
    jump,
    from_nothing,
    beyond_pace,
)
