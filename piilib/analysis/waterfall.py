"""A portfolio as a waterfall: from today's score through its steps to where they lead."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.analysis.portfolio_effects import total_draws
from piilib.analysis.portfolio_result import Portfolio
from piilib.analysis.whatif import Anchor, published_scores


def waterfall(base: Anchor, portfolio: Portfolio) -> pd.DataFrame:
    """Index score after each indicator of a portfolio, one after another.

    Parameters
    ----------
    base : Anchor
        What the portfolio was made from.
    portfolio : Portfolio

    Returns
    -------
    DataFrame
        Index: indicator, in the portfolio's order (most points for its effort first). ``start``,
        ``change`` and ``end``: index score before and after it and the difference, in the measure
        that the portfolio made large (`Portfolio.by`), median of the anchored what-if of all
        indicators so far. The first ``start`` is the published score, each ``start`` the ``end``
        before, and the last ``end`` the portfolio's score. ``effort`` in all so far.

    Examples
    --------
    >>> import piilib as pii
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=20)
    >>> chosen = pii.best_portfolio(base, 5)
    >>> steps = pii.waterfall(base, chosen)
    >>> float(steps["start"].iloc[0]), bool(abs(steps["end"].iloc[-1] - chosen.reached) < 1e-9)
    (23.95, True)
    """
    taken = portfolio.menu[portfolio.menu["taken"] > 0]
    amount = (taken["taken"].astype(float) * taken["size"].astype(float)).groupby(taken["code"])
    bought = amount.sum()
    published = published_scores(base)[base.fw.root]
    so_far: dict[str, float] = {}
    rows, score, spent = {}, published, 0.0
    for code in portfolio.table.index:
        so_far[str(code)] = float(bought[code])
        gain, net = total_draws(base, so_far)
        end = published + float(np.median(net if portfolio.by == "net" else gain))
        spent += float(portfolio.table.at[code, "effort"])
        rows[str(code)] = {"start": score, "change": end - score, "end": end, "effort": spent}
        score = end
    columns = ["start", "change", "end", "effort"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)
