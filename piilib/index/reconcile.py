"""Do the published scores follow from the published values? Interval arithmetic decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.data.sheet import Sheet
from piilib.index.aggregation import arithmetic
from piilib.index.framework import Framework
from piilib.index.interval import score_interval
from piilib.index.scoring import caps, method_framework, sheet_scores

#: Exact ties of decimal bounds must count as overlap.
_SLACK = 1e-9


#: Ways to read a printed figure that is 0, or level with the lowest: `score_interval`'s options.
READINGS: Mapping[str, Mapping[str, bool]] = {
    "adopted": {},
    "not negative": {"clamp": True},
    "not pinned": {"pin": False},
}


def indicator_intervals(sheet: Sheet, fw: Framework, reading: str = "adopted") -> pd.DataFrame:
    """Interval of each indicator's score that the printed figures allow (``low``, ``high``)."""
    codes = list(fw.indicators)
    table, half = sheet.table.loc[codes], sheet.half.loc[codes]
    direction = fw.table.loc[codes, "direction"].to_numpy(dtype=float)
    low, high = score_interval(table, half, direction, caps(fw), **READINGS[reading])
    return pd.DataFrame({"low": low, "high": high}, index=codes)


def reconcile(
    sheet: Sheet,
    method: str = "official",
    data: str | Path | None = None,
    *,
    reading: str = "adopted",
) -> pd.DataFrame:
    """Compare every published score with what the published figures below it give.

    A sub-pillar is recomputed from its indicators' values; a pillar and the index from the
    *published* scores of the level below, so that each row tests one step of the method.

    Parameters
    ----------
    sheet : Sheet
    method : {"official", "plain", "reversed"}
        See `method_framework`. "official" fits all sub-pillars of Cao Bằng in 2023 and 2024
        by construction: 32, of which 20 with no free number.
    data : path, optional
    reading : {"adopted", "not negative", "not pinned"}
        How printed figures are read: as `piilib.index.interval` says; with all values held at 0 or
        more; with no unit taken for the lowest because it is printed level with it.

    Returns
    -------
    DataFrame
        Index: node, the index first. ``published``; ``recomputed`` (from the printed numbers
        taken as exact); ``residual`` = recomputed − published (a large value means that the
        method or a figure is not the official one); ``low``, ``high`` (what rounding allows
        the recomputed score to be); ``fits`` (the published score ± its own rounding
        overlaps that interval); ``free_numbers`` (fitted caps used in it).

    Examples
    --------
    >>> import piilib as pii
    >>> sheet = pii.load_sheet("cao-bang", 2024)
    >>> plain = pii.reconcile(sheet, "plain")
    >>> groups = [node for node in plain.index if node.count(".") == 1]
    >>> len(groups), int(plain.loc[groups, "fits"].sum())
    (16, 8)
    >>> plain.loc[["PII"], ["published", "low", "recomputed", "high", "fits"]].round(3)
         published     low  recomputed    high  fits
    PII      23.95  23.944      23.949  23.954  True
    """
    fw = method_framework(sheet.year, method, data)
    scores = sheet_scores(sheet, fw)
    bounds = indicator_intervals(sheet, fw, reading)
    share = fw.shares()
    rows = {}
    for node, published in _published_nodes(sheet, fw).items():
        leaves = _published_below(node, sheet, fw)
        low, high, point = _node_interval(node, leaves, fw, share, bounds, scores, sheet)
        half = float(sheet.half.at[node, "value"])
        rows[node] = {
            "published": published,
            "recomputed": point,
            "residual": point - published,
            "low": low,
            "high": high,
            "fits": low - half - _SLACK <= published <= high + half + _SLACK,
            "free_numbers": _free_numbers(node, fw) if leaves is None else 0,
        }
    columns = ["published", "recomputed", "residual", "low", "high", "fits", "free_numbers"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).astype({"fits": bool})


def _published_nodes(sheet: Sheet, fw: Framework) -> dict[str, float]:
    known = [node for node in sheet.table.index if node not in sheet.recomputed]
    nodes = [node for node in fw.table.index if fw.children(node) and node in known]
    found = {node: float(sheet.table.at[node, "value"]) for node in nodes}
    return {node: value for node, value in found.items() if not np.isnan(value)}


def _published_below(node: str, sheet: Sheet, fw: Framework) -> dict[str, float] | None:
    """Return the published scores from which a node is recomputed; None if from its indicators."""
    if all(child in fw.indicators for child in fw.children(node)):
        return None
    found: dict[str, float] = {}
    for child in fw.children(node):
        if child in sheet.table.index and not np.isnan(sheet.table.at[child, "value"]):
            found[child] = float(sheet.table.at[child, "value"])
        else:
            found.update(_published_below(child, sheet, fw) or {})
    return found


def _node_interval(
    node: str,
    leaves: dict[str, float] | None,
    fw: Framework,
    share: pd.Series,
    bounds: pd.DataFrame,
    scores: pd.Series,
    sheet: Sheet,
) -> tuple[float, float, float]:
    if leaves is None:
        children = list(fw.children(node))
        weight = share[children].to_numpy()
        ends = [float(arithmetic(bounds[c][children].to_numpy(), weight)) for c in ("low", "high")]
        return ends[0], ends[1], float(scores[node])
    half = {code: float(sheet.half.at[code, "value"]) for code in leaves}
    point, low, high = (
        _mean_below(node, {c: v + sign * half[c] for c, v in leaves.items()}, fw, share)
        for sign in (0, -1, 1)
    )
    return low, high, point


def _mean_below(node: str, known: dict[str, float], fw: Framework, share: pd.Series) -> float:
    if node in known:
        return known[node]
    children = list(fw.children(node))
    values = np.array([_mean_below(child, known, fw, share) for child in children])
    return float(arithmetic(values, share[children].to_numpy()))


def _free_numbers(node: str, fw: Framework) -> int:
    with_cap = pd.Series(~np.isnan(caps(fw)), index=fw.indicators)
    return int(with_cap[list(fw.children(node))].sum())


def fit_counts(
    sheets: Sequence[Sheet], data: str | Path | None = None, reading: str = "adopted"
) -> dict[str, int]:
    """Count the sub-pillar scores that each method fits over several years.

    Returns
    -------
    dict
        ``total``; ``plain``; ``reversed`` (no free number); ``official`` (with fitted caps). A
        count of "official" is never told without that of "reversed" beside it.

    Examples
    --------
    >>> import piilib as pii
    >>> fit_counts([pii.load_sheet("cao-bang", year) for year in (2023, 2024)])
    {'total': 32, 'plain': 18, 'reversed': 20, 'official': 32}
    """
    counts = {"total": 0, "plain": 0, "reversed": 0, "official": 0}
    for sheet in sheets:
        for method in ("plain", "reversed", "official"):
            table = reconcile(sheet, method, data, reading=reading)
            groups = table.loc[[node for node in table.index if str(node).count(".") == 1]]
            counts[method] += int(groups["fits"].sum())
        counts["total"] += len(groups)
    return counts
