"""Levers by the agency that leads them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from piilib.analysis.levers import levers
from piilib.analysis.whatif import Anchor
from piilib.data.sheet import Sheet


def agencies(table: Sheet | Anchor | pd.DataFrame, data: str | Path | None = None) -> pd.DataFrame:
    """Sum levers by lead agency.

    Parameters
    ----------
    table : Sheet, Anchor or DataFrame
        The last: what `levers` returned.

    Returns
    -------
    DataFrame
        Index: lead agency, the largest net gain first. ``indicators`` it leads, ``levers`` among
        them, and for one step on each lever: ``gain``, ``net``, ``effort``,
        ``gain_per_effort``; ``best``: its best lever.

    Examples
    --------
    >>> import piilib as pii
    >>> sheet = pii.load_sheet("cao-bang", 2024)
    >>> table = pii.levers(sheet, draws=100)
    >>> who = pii.agencies(table)
    >>> int(who["indicators"].sum()), bool(who["levers"].sum() == table["eligible"].sum())
    (52, True)
    >>> who["net"].is_monotonic_decreasing
    True
    """
    frame = table if isinstance(table, pd.DataFrame) else levers(table, data=data)
    rows = {}
    for lead, group in frame.groupby("lead", sort=False):
        usable = group[group["eligible"]]
        total = usable["effort"].sum()
        rows[lead] = {
            "indicators": len(group),
            "levers": len(usable),
            "gain": usable["gain"].sum(),
            "net": usable["net"].sum(),
            "effort": total,
            "gain_per_effort": usable["net"].sum() / total if total > 0 else np.nan,
            "best": usable.index[0] if len(usable) else "",
        }
    return pd.DataFrame.from_dict(rows, orient="index").sort_values("net", ascending=False)
