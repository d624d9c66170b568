"""A scenario's figures, fast enough for a slider, and the scenarios that are ready."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from piilib.analysis.effort import effort as effort_of
from piilib.analysis.effort import prices
from piilib.analysis.portfolio import best_of
from piilib.analysis.portfolio_result import Portfolio
from piilib.analysis.whatif import (
    QUANTILES,
    Anchor,
    new_values,
    published_scores,
    score_changes,
)
from piilib.errors import DataError
from piilib.report.lever_section import best
from piilib.report.prepare import Diagnostic
from piilib.types import Array


def scenario(base: Anchor, changes: Mapping[str, float]) -> pd.DataFrame:
    """Evaluate a scenario as `what_if` does, in a few milliseconds, with what it costs.

    Parameters
    ----------
    base : Anchor
    changes : mapping
        Indicator code to its new value, in the indicator's own unit.

    Returns
    -------
    DataFrame
        Index: the changed indicators, then every node above them; the index's row alone where
        nothing is changed. Columns of `piilib.what_if` (score points), and ``effort``: of each
        changed indicator, and of the index, their sum, in the unit of the anchor's efforts; 0 for
        a change for the worse, NaN on the nodes between and where no cost is known.

    Raises
    ------
    DataError
        If a code is not an indicator or has no value, or a value is not a number.

    Examples
    --------
    >>> import piilib as pii
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=20)
    >>> effect = scenario(base, {"6.1.1": 0.5})
    >>> effect.loc["PII", ["published", "new", "gain", "effort"]].round(2).tolist()
    [23.95, 27.51, 3.56, 129.01]
    """
    tried = new_values(base, changes)
    columns = [base.column[code] for code in changes]
    drawn = base.calibration
    now, after = drawn.scores(), drawn.scores(tried)
    if columns and np.isnan(now[:, columns]).any():
        empty = next(c for c in changes if np.isnan(now[:, base.column[c]]).any())
        raise DataError(
            f"a change of {empty}, which has no value in {base.sheet.year}",
            "an indicator with a published value",
        )
    here, moved = after - now, np.where(np.isnan(now), np.nan, 0.0)
    moved[:, columns] = base.moved_scores(tried)[:, columns] - now[:, columns]
    spent = np.median(efforts(base, tried)[:, columns], axis=0)
    table = _table(base, list(changes), score_changes(base, np.concatenate([here, moved])))
    table["effort"] = pd.Series(spent, index=list(changes), dtype=float).reindex(table.index)
    table.loc[base.fw.root, "effort"] = float(np.nansum(spent))
    return table


def efforts(base: Anchor, tried: Array) -> Array:
    """Effort of coming from the calibrated values to others; shape (draws, indicators).

    Beyond the attainable best nothing is bought.
    """
    drawn = base.calibration
    span = drawn.high - drawn.low
    with np.errstate(invalid="ignore"):
        start, end = ((x - drawn.low) / span for x in (drawn.value, tried))
    start, end = (np.where(drawn.direction < 0, 1.0 - u, u) for u in (start, end))
    size, price, gamma = prices(base.effort, list(base.fw.indicators))
    return effort_of(start, np.minimum(end, np.maximum(start, 1.0)), size, price, span, gamma)


def _table(base: Anchor, codes: list[str], changes: dict[str, Array]) -> pd.DataFrame:
    """Tabulate changes of scores, the draws net of the drift after those at the year's bounds."""
    nodes = codes + _above(base, codes)
    known = published_scores(base)
    now = np.median(base.calibration.scores(), axis=0)
    at = np.array([known[c] if c in known else now[base.column[c]] for c in nodes])
    drawn = np.nan_to_num(np.stack([changes[node] for node in nodes]))
    here, net = np.split(drawn, 2, axis=1)
    low, gain, high = np.quantile(here, QUANTILES, axis=1)
    net_low, middle, net_high = np.quantile(net, QUANTILES, axis=1)
    columns = {"published": at, "new": at + gain}
    columns |= {"gain": gain, "gain_low": low, "gain_high": high}
    columns |= {"net": middle, "net_low": net_low, "net_high": net_high}
    return pd.DataFrame(columns, index=nodes)


def _above(base: Anchor, codes: list[str]) -> list[str]:
    """Return the nodes above some indicators, the index last and always there."""
    found = {base.fw.root, *codes}
    for node, children in base.fw.groups:
        if found.intersection(children):
            found.add(node)
    return [node for node, _ in base.fw.groups if node in found]


def presets(d: Diagnostic) -> dict[str, dict[str, float]]:
    """Give the ready scenarios: "today", the "plan" where there is one, and the best "portfolio".

    The portfolio is the best for the budget of the report; its values are those at which it ends
    at the bounds of the sheet's year.
    """
    assert d.sheet is not None
    found: dict[str, dict[str, float]] = {"today": {}}
    known = d.sheet.table["value"].loc[list(d.fw.indicators)].dropna().index
    if d.plan is not None:
        target = d.plan.table["target"].reindex(known).dropna()
        found["plan"] = {str(code): float(x) for code, x in target.items()}
    ends = budget_portfolio(d).table["to"]
    found["portfolio"] = {str(code): float(x) for code, x in ends.items()}
    return {name: changes for name, changes in found.items() if changes or name == "today"}


def budget_portfolio(d: Diagnostic) -> Portfolio:
    """Find the best portfolio for the budget of the report, and no other: that takes seconds."""
    return best_of(d.problem, d.budget)


def first_levers(d: Diagnostic) -> list[str]:
    """Return the indicators that stand there at the start: the ten best levers."""
    return [str(code) for code in best(d).index]
