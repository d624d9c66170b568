"""What can be said of a single target, and what the corrected plan writes instead."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from piilib.analysis.audit.case import Case
from piilib.analysis.audit.comparison import (
    best_of,
    half_of,
    reached_in,
    written_in_old_unit,
)
from piilib.analysis.audit.consequence import attainable, reach, steps_possible


def is_above_best(case: Case, code: str) -> bool:
    """Tell whether a target is beyond the best of the country in every comparable year."""
    best, slack = best_of(case, code)[0], half_of(case.now, code, "highest")
    return bool(case.good(code) * (case.targets[code] - best) > slack + 1e-9)


def goes_wrong(case: Case, code: str) -> bool:
    """Tell whether more is asked of an indicator of which less is better."""
    return case.good(code) < 0 and case.targets[code] > case.value(code)


def falls_short(case: Case, code: str) -> bool:
    """Tell whether a target is worse than what the unit has reached in a comparable year."""
    if goes_wrong(case, code) or written_in_old_unit(case, code) != 1.0:
        return False
    return bool(case.good(code) * (reached_in(case, code)[0] - case.targets[code]) > 1e-9)


def leaps(case: Case, code: str) -> bool:
    """Tell whether a target is `Limits.jump` times a positive value of today, or more."""
    value = case.value(code)
    if not value > 0 or case.good(code) < 0:
        return False
    return bool(case.targets[code] / value >= case.limits.jump - 1e-9)


def starts_at_zero(case: Case, code: str) -> bool:
    """Tell whether an indicator is to rise from zero or below."""
    value = case.value(code)
    return bool(value <= 0 and case.targets[code] > value and case.good(code) > 0)


def steps_needed(case: Case, code: str) -> float:
    """Count the typical yearly steps from today's value to the target; large: a long way."""
    way = case.good(code) * (case.targets[code] - case.value(code))
    return float(max(way, 0.0) / float(case.base.effort.at[code, "step"])) if way == way else way


#: Why a target was changed or kept, in Vietnamese and English.
REASONS = {
    "kept": ("giữ nguyên", "kept"),
    "harmful": (
        "giữ mức hiện nay: mục tiêu cũ làm mất điểm",
        "hold today: the target would lose points",
    ),
    "best": ("cắt về mức tốt nhất cả nước", "cut to the country's best"),
    "cap": ("cắt về mức trần suy luận", "cut to the inferred cap"),
    "pace": ("cắt về mức đạt được theo nhịp thường", "cut to what the usual pace allows"),
    "no year left": (
        "giữ mức hiện nay: số liệu dùng cho năm đó đã đo xong",
        "hold today: the data used for that year are measured already",
    ),
    "below reached": ("nâng lên trên mức đã đạt một bước", "raised a step above what was reached"),
    "unit": (
        "cần làm rõ đơn vị trước: chưa sửa, chưa tính điểm",
        "the unit must be settled first: not changed, no points counted",
    ),
    "no value": ("chưa có giá trị để so, giữ nguyên", "no value to start from; kept"),
    "from the targets": ("tính từ các mục tiêu chỉ số mới", "from the new indicator targets"),
}


@dataclass(frozen=True)
class Proposed:
    """A new target and the code of its reason, one of `REASONS`."""

    value: float
    reason: str


def proposed(case: Case, code: str) -> Proposed:
    """Target that the corrected plan gives an indicator.

    In this order: a unit that is not settled or a missing value is left; a harmful target becomes
    today's value; one below what was reached goes a step above it; what lies beyond the attainable
    best, or beyond the pace, is cut to it; the rest is kept.
    """
    target, value = case.targets[code], case.value(code)
    if np.isnan(value):
        return Proposed(target, "no value")
    if written_in_old_unit(case, code) != 1.0:
        return Proposed(target, "unit")
    if goes_wrong(case, code):
        return Proposed(value, "harmful")
    reason = "kept"
    if falls_short(case, code):
        step = float(case.base.effort.at[code, "step"])
        target, reason = reached_in(case, code)[0] + case.good(code) * step, "below reached"
    best = attainable(case, code)
    if _less(case, code, best, target):
        capped = case.good(code) > 0 and best < case.value(code, "highest")
        target, reason = best, "cap" if capped else "best"
    at_pace = reach(case, code)
    if _less(case, code, at_pace, target):
        target, reason = at_pace, "pace" if steps_possible(case, code) else "no year left"
    return Proposed(target if reason == "kept" else _rounded(case, code, target), reason)


def _less(case: Case, code: str, one: float, other: float) -> bool:
    """Tell whether the first is less ambitious, by more than a rounding error."""
    return bool(case.good(code) * (other - one) > 1e-9)


def _rounded(case: Case, code: str, target: float) -> float:
    """Round towards today's value, to the printed decimals or as many more as the change needs."""
    value, half = case.value(code), half_of(case.now, code, "value")
    decimals = max(round(-math.log10(2 * half)), 0) if half > 0 else 2
    for digits in range(decimals, decimals + 3):
        scale = 10.0**digits
        whole = math.floor if target >= value else math.ceil
        near = whole(round(target * scale, 6)) / scale
        if abs(target - near) <= 0.2 * abs(target - value) + 1e-12:
            return float(near)
    return target
