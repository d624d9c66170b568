"""What one more year of an agency's effort is worth, where it has no budget of its own too."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.analysis.portfolio_problem import NOTHING, Problem
from piilib.analysis.portfolio_result import Portfolio


def agency_prices(found: Portfolio | Problem) -> pd.Series:
    """Index points that one more year of each lead agency's effort gives, at the margin.

    All that the portfolio holds is kept, and one agency alone does more of its own work: what is
    left for it on the menu, within the pace and the lags. Of each indicator that it leads the next
    steps are looked at: one, or as many in a row as give most for their effort (a poor step may
    open a good one). The price is the points per year of effort of the best of these; a part of a
    step counts as that part. So it is the slope of the points that the agency could add, as long
    as its additional effort is not more than those steps ask for; beyond that a year gives less.

    Parameters
    ----------
    found : Portfolio or Problem
        For a problem, from which nothing is chosen yet, it is the price of the first steps.

    Returns
    -------
    Series
        Index: every agency that leads an indicator, the largest price first. Index points per unit
        of effort (net, or at the year's bounds for ``by="gain"``). 0: nothing that it leads can
        still be done in time. A large price: that agency's time is what the portfolio lacks most.

    Examples
    --------
    >>> import piilib as pii
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=50)
    >>> few, all_there_is = (pii.best_portfolio(base, budget) for budget in (3.0, None))
    >>> price = pii.agency_prices(few)
    >>> len(price), round(float(price["Sở Nội vụ"]), 2)
    (13, 0.09)
    >>> float(pii.agency_prices(all_there_is).max())
    0.0
    """
    menu, agencies = found.menu, list(found.agencies)
    taken = menu["taken"] if isinstance(found, Portfolio) else pd.Series(0.0, menu.index)
    left = (1.0 - taken.astype(float)).where(lambda share: share > NOTHING, 0.0)
    each = pd.DataFrame({"code": menu["code"], "lead": menu["lead"]})
    for name in ("effort", found.by):
        each[name] = (menu[name].astype(float) * left).groupby(menu["code"]).cumsum()
    some = each["effort"] > 0
    each["price"] = np.where(some, each[found.by] / each["effort"].where(some, 1.0), 0.0)
    price = each.groupby("lead")["price"].max().reindex(agencies, fill_value=0.0)
    return price.rename_axis(None).sort_values(ascending=False, kind="stable")
