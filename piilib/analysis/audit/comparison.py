"""Whether two years of an indicator are the same measurement."""

from __future__ import annotations

import numpy as np

from piilib.analysis.audit.case import Case, cell_of
from piilib.data.sheet import Sheet

_COLUMNS = ("value", "lowest", "highest")
#: Factors by which a unit is usually rewritten: ratio to percent, to per mille, thousands.
_FACTORS = (10.0, 100.0, 1000.0, 0.1, 0.01, 0.001)
#: A lowest value this far up the old range speaks of another definition.
_RAISED = 0.8


def half_of(sheet: Sheet, code: str, column: str) -> float:
    """Half a unit of the last printed decimal; 0 where it is not known."""
    half = float(sheet.half.at[code, column]) if code in sheet.half.index else np.nan
    return 0.0 if np.isnan(half) else half


def rescaled_by(old: Sheet, new: Sheet, code: str) -> float:
    """Factor by which value, lowest and highest were all rewritten; 1 where they were not.

    Within the rounding of the printed numbers; the highest must be more than its rounding, and
    two of the three other than 0, so that a coincidence is not taken for a change of unit.
    """
    before = [cell_of(old, code, c) for c in _COLUMNS]
    now = [cell_of(new, code, c) for c in _COLUMNS]
    if np.isnan([*before, *now]).any() or sum(x != 0 for x in before) < 2:
        return 1.0
    was, is_now = ([half_of(sheet, code, c) for c in _COLUMNS] for sheet in (old, new))
    for factor in _FACTORS:
        slack = [b * factor + n + 1e-9 for b, n in zip(was, is_now, strict=True)]
        gaps = [abs(b * factor - n) for b, n in zip(before, now, strict=True)]
        telling = abs(now[2] - before[2]) > 2 * (was[2] + slack[2])
        if telling and all(gap <= most for gap, most in zip(gaps, slack, strict=True)):
            return factor
    return 1.0


def reused(old: Sheet, new: Sheet, code: str) -> bool:
    """Tell whether value, lowest and highest are printed alike in both years, or rescaled."""
    cells = [(cell_of(old, code, c), cell_of(new, code, c)) for c in _COLUMNS]
    if np.isnan(cells).any():
        return False
    return all(a == b for a, b in cells) or rescaled_by(old, new, code) != 1.0


def bounds_ratio(old: Sheet, new: Sheet, code: str) -> float:
    """Factor between the highest values, or between the spans, whichever is further from 1.

    Taken at the end of the rounding that lies nearest to 1; always 1 or more. A large value means
    that something else was measured, or an outlier came in.
    """
    found = 1.0
    for name in ("highest", "span"):
        doubt = sum(half_of(sheet, code, c) for sheet in (old, new) for c in _COLUMNS[1:])
        small, large = sorted(_size(sheet, code, name) for sheet in (old, new))
        if small > 0 and not np.isnan([small, large]).any():
            found = max(found, (large - doubt) / (small + doubt))
    return float(found)


def _size(sheet: Sheet, code: str, name: str) -> float:
    highest = cell_of(sheet, code, "highest")
    return highest if name == "highest" else highest - cell_of(sheet, code, "lowest")


def raised_floor(old: Sheet, new: Sheet, code: str) -> bool:
    """Tell whether the country's lowest now stands near, or above, its highest of before."""
    low, high = (cell_of(old, code, c) for c in ("lowest", "highest"))
    span = high - low
    return bool(span > 0 and (cell_of(new, code, "lowest") - low) / span >= _RAISED)


def changes(case: Case, old: Sheet, code: str) -> tuple[str, ...]:
    """Name what speaks of a change of unit or definition between a sheet and the latest.

    Returns
    -------
    tuple of str
        "factor", "ratio", "floor" (seen in the bounds), "known" (marked in the framework); empty
        where the two years can be compared.
    """
    return case.once(("changes", old.year, code), lambda: _changes(case, old, code))


def _changes(case: Case, old: Sheet, code: str) -> tuple[str, ...]:
    new = case.now
    if code not in old.table.index or code not in new.table.index:
        return ()
    seen = []
    if rescaled_by(old, new, code) != 1.0:
        seen.append("factor")
    elif bounds_ratio(old, new, code) >= case.limits.ratio:
        seen.append("ratio")
    if raised_floor(old, new, code):
        seen.append("floor")
    row = case.fw.table.loc[code]
    years = range(old.year + 1, new.year + 1)
    if any(str(row.get(f"definition_changed_{year}", "")) == "true" for year in years):
        seen.append("known")
    return tuple(seen)


def comparable(case: Case, code: str) -> list[Sheet]:
    """Sheets whose figures of an indicator may be set beside those of the latest, it included."""
    return [s for s in case.sheets if s is case.now or not changes(case, s, code)]


def best_of(case: Case, code: str) -> tuple[float, int]:
    """Best bound of the country in any comparable year, and that year."""
    return case.once(("best", code), lambda: _best_of(case, code))


def _best_of(case: Case, code: str) -> tuple[float, int]:
    column = "highest" if case.good(code) > 0 else "lowest"
    pairs = [(cell_of(s, code, column), s.year) for s in comparable(case, code)]
    pairs = [pair for pair in pairs if not np.isnan(pair[0])] or [(np.nan, case.now.year)]
    return max(pairs) if case.good(code) > 0 else min(pairs)


def reached_in(case: Case, code: str) -> tuple[float, int]:
    """Best value of the unit itself in any comparable year, and that year."""
    return case.once(("reached", code), lambda: _reached_in(case, code))


def _reached_in(case: Case, code: str) -> tuple[float, int]:
    pairs = [(cell_of(s, code), s.year) for s in comparable(case, code)]
    pairs = [pair for pair in pairs if not np.isnan(pair[0])] or [(np.nan, case.now.year)]
    return max(pairs) if case.good(code) > 0 else min(pairs)


def written_in_old_unit(case: Case, code: str) -> float:
    """Factor of a change of unit where the target still stands in the old one; else 1.

    The target lies within the printed range of the old unit, and so would its conversion within
    that of the new one.
    """
    if case.before is None or code not in case.targets:
        return 1.0
    factor, target = rescaled_by(case.before, case.now, code), case.targets[code]
    if factor == 1.0:
        return 1.0
    half = half_of(case.before, code, "highest")
    low, high = (cell_of(case.before, code, c) for c in ("lowest", "highest"))
    return factor if low - half <= target <= high + half else 1.0
