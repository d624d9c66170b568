"""What changed since the year before: own progress, and the bounds that moved."""

from __future__ import annotations

import pandas as pd

from piilib.data.sheet import Sheet
from piilib.index.scoring import method_framework, sheet_scores, value_scores


def node_changes(before: Sheet, now: Sheet) -> pd.DataFrame:
    """Tabulate published scores of two years and their difference, every published node."""
    codes = [c for c in now.table.index if c in before.table.index]
    level = method_framework(now.year, "plain").table["level"]
    codes = [c for c in codes if level[c] != "indicator"]
    frame = pd.DataFrame(
        {"before": before.table.loc[codes, "value"], "now": now.table.loc[codes, "value"]}
    )
    frame["change"] = frame["now"] - frame["before"]
    return frame


def indicator_changes(before: Sheet, now: Sheet, method: str = "official") -> pd.DataFrame:
    """Split each indicator's change of score into own progress and moved bounds.

    Parameters
    ----------
    before, now : Sheet
    method : {"official", "reversed", "plain"}

    Returns
    -------
    DataFrame
        Index: indicator. ``before``, ``now`` (values); ``score_before``, ``score_now`` (at each
        year's own bounds); ``own`` = score of the new value at the old bounds −
        old score; ``bounds`` = the rest: what the country's movement added or took; ``weight``
        (index points of a score point); ``comparable`` (definition unchanged and both values
        present). A positive ``own`` with a negative ``bounds`` means that others moved too.
    """
    old, new = (method_framework(s.year, method) for s in (before, now))
    codes = list(new.indicators)
    frozen = value_scores(now.table.loc[codes, "value"], before, old)
    first, last = sheet_scores(before, old)[codes], sheet_scores(now, new)[codes]
    changed = new.table.loc[codes].get(f"definition_changed_{now.year}", pd.Series("", codes))
    values = before.table.loc[codes, "value"], now.table.loc[codes, "value"]
    comparable = (changed != "true") & values[0].notna() & values[1].notna()
    return pd.DataFrame(
        {
            "before": values[0],
            "now": values[1],
            "score_before": first,
            "score_now": last,
            "own": frozen - first,
            "bounds": last - frozen,
            "weight": new.effective_weights(),
            "comparable": comparable,
        }
    )
