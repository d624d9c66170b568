"""What a count is divided by: today, and by the plan's year."""

from __future__ import annotations

import numpy as np

from piilib.analysis.audit.case import Case
from piilib.analysis.calibration import DENOMINATORS, unit_size


def later_base(case: Case, code: str) -> tuple[float, float, int] | None:
    """Return a denominator today, its latest other value to the plan's year, and that year.

    None where the indicator has none, it is not in the data or it moves too little to matter
    (`Limits.denominator`).
    """
    quantity = DENOMINATORS.get(str(case.fw.table.loc[code].get("denominator", "")))
    return None if quantity is None else _later(case, quantity[1])


def _later(case: Case, quantity: str) -> tuple[float, float, int] | None:
    year = case.now.year
    today = case.context(year)
    if quantity not in today.index:
        return None
    now = float(today.at[quantity, "value"])
    for later in range(case.plan.year, year, -1):
        table = case.context(later)
        if quantity in table.index:
            then = float(table.at[quantity, "value"])
            moved = abs(then / now - 1.0) >= case.limits.denominator
            return (now, then, later) if moved else None
    return None


def same_count(case: Case, code: str) -> float:
    """Today's value behind the print: of the whole number of things, where one fits."""
    row = case.fw.table.loc[code]
    size = unit_size(str(row["denominator"]), case.context(case.now.year))
    drawn = case.base.calibration.value[:, case.base.column[code]]
    if str(row.get("counted", "")) != "true" or size is None:
        return case.value(code)
    return float(np.median(np.round(drawn / size[0])) * size[0])


def on_later_base(case: Case, code: str, value: float) -> str:
    """Say what a value comes to on the later denominator; empty where that stays."""
    found = later_base(case, code)
    if found is None or np.isnan(value):
        return ""
    now, then, _ = found
    behind = same_count(case, code) if value == case.value(code) else value
    there = case.n(behind * now / then, 3)
    return case.say(
        f"tính trên mẫu số cũ {case.n(now)}; trên {case.n(then)} là {there}",
        f"on the old denominator {case.n(now)}; on {case.n(then)} it is {there}",
    )
