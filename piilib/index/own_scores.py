"""Scores of a sheet whose group scores were not published, as intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from piilib.data.sheet import Sheet
from piilib.index.aggregation import up_the_tree
from piilib.index.framework import Framework
from piilib.index.interval import score_interval
from piilib.index.scoring import caps


def with_scores(sheet: Sheet, fw: Framework) -> Sheet:
    r"""Fill the group scores that were not published with what the values give.

    Parameters
    ----------
    sheet : Sheet
        Of its groups some or all have no published score.
    fw : Framework
        Directions and caps that are assumed; a cap counts as its whole interval.

    Returns
    -------
    Sheet
        The same where nothing is missing. Else ``value`` is the middle and ``half`` half the
        width of the interval that the printed values and the caps allow, and ``recomputed`` names
        these nodes. The interval does not hold the doubt about the method itself.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import piilib as pii
    >>> sheet = pii.load_sheet("cao-bang", 2024)
    >>> own = replace(sheet, table=sheet.table.loc[sheet.table.index.str.count(r"\.") == 2])
    >>> filled = with_scores(own, pii.Framework.official(2024))
    >>> bool(abs(filled.score - sheet.score) <= filled.half.at["PII", "value"])
    True
    """
    published = sheet.table["value"].reindex(fw.table.index)
    groups = [node for node, _ in fw.groups if np.isnan(published[node])]
    if not groups or set(groups) <= {"IN", "OUT"}:
        return sheet
    low, high = _bounds(sheet, fw)
    table, half = (frame.reindex(fw.table.index) for frame in (sheet.table, sheet.half))
    half.loc[groups] = half.loc[groups].fillna(0.0)
    for node in groups:
        table.at[node, "value"] = (low[node] + high[node]) / 2
        half.at[node, "value"] = (high[node] - low[node]) / 2
    return replace(sheet, table=table, half=half, recomputed=frozenset(groups))


def _bounds(sheet: Sheet, fw: Framework) -> tuple[pd.Series, pd.Series]:
    """Lowest and highest score of every node; a higher cap gives a lower score."""
    codes = list(fw.indicators)
    printed, half = sheet.table.loc[codes], sheet.half.loc[codes]
    direction = fw.table.loc[codes, "direction"].to_numpy(dtype=float)
    ends = []
    for end, column in ((0, "cap_high"), (1, "cap_low")):
        cap = caps(fw)
        if column in fw.table.columns:
            given = fw.table.loc[codes, column].to_numpy(dtype=float)
            cap = np.where(np.isnan(cap), np.nan, given)
        nodes = up_the_tree(score_interval(printed, half, direction, cap)[end], fw)
        ends.append(pd.Series({node: float(score) for node, score in nodes.items()}))
    return ends[0], ends[1]
