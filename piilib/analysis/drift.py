"""The common drift: how the national bounds moved in a year, and may move again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.data.sheet import Sheet
from piilib.index.framework import Framework

#: A moved range narrower than this share of the present one is not believed.
_NARROWEST = 0.4


def bound_drift(
    before: Sheet | None, now: Sheet, fw: Framework, kinds: pd.Series, years: int = 1
) -> pd.DataFrame:
    """Move the national bounds by their last yearly change, where that means something.

    Parameters
    ----------
    before, now : Sheet
        Sheets of two consecutive years; ``before`` may be None.
    fw : Framework
        Columns ``definition_changed_2024`` and ``cap`` are read where present.
    kinds : Series
        Kind of effort by indicator; growth rates are not moved.
    years : int
        Years ahead.

    Returns
    -------
    DataFrame
        Index: indicator. ``low_shift``, ``high_shift`` in the indicator's unit; ``moved``;
        ``reason`` why not: "one year only", "definition", "growth", "same data", "same bounds",
        "own bound" (the bound is the unit's own value), "cap" (the upper bound is an inferred cap
        and stays; the lower one may have moved), "crossing" (the moved bounds would cross or
        nearly so), or "".
    """
    rows = {}
    for code in fw.indicators:
        rows[code] = _shift(code, before, now, fw, str(kinds[code]), years)
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["low_shift", "high_shift", "moved", "reason"]
    )


def _shift(
    code: str, before: Sheet | None, now: Sheet, fw: Framework, kind: str, years: int
) -> tuple[float, float, bool, str]:
    still = (0.0, 0.0, False)
    if before is None or now.year - before.year != 1:
        return (*still, "one year only")
    row = fw.table.loc[code]
    if str(row.get(f"definition_changed_{now.year}", "")) == "true":
        return (*still, "definition")
    if kind == "growth":
        return (*still, "growth")
    old, new = before.table.loc[code], now.table.loc[code]
    low = years * float(new["lowest"] - old["lowest"])
    high = years * float(new["highest"] - old["highest"])
    if low == 0.0 and high == 0.0:
        return (*still, "same data" if new["value"] == old["value"] else "same bounds")
    # A bound that is the unit's own value moves with the unit, not with the country.
    low = 0.0 if new["value"] == new["lowest"] and new["value"] != 0.0 else low
    high = 0.0 if new["value"] == new["highest"] else high
    cap = float(row.get("cap", np.nan))
    capped = not np.isnan(cap)
    if capped:
        high = 0.0
    if low == 0.0 and high == 0.0:
        return (*still, "cap" if capped else "own bound")
    top = cap if capped else float(new["highest"])
    span = top - float(new["lowest"])
    if span + high - low < _NARROWEST * span:
        return (*still, "crossing")
    return low, high, True, "cap" if capped else ""
