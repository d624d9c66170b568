"""What one thing counted adds to an indicator: one over its denominator."""

from __future__ import annotations

import numpy as np
import pandas as pd

#: (units of the numerator per 1 of the denominator's quantity, quantity in ``context.csv``).
DENOMINATORS = {
    "population_10k": (10_000.0, "population"),
    "population_1k": (1_000.0, "population"),
    "firms_1k": (1_000.0, "firms"),
    "manufacturing_firms_1k": (1_000.0, "manufacturing_firms"),
    "new_firms_100": (100.0, "new_firms"),
    "communes": (1.0, "communes"),
}


def unit_size(denominator: str, context: pd.DataFrame) -> tuple[float, float, float] | None:
    """Return what one counted thing adds to an indicator: point, low, high.

    None where the denominator is not in the data.

    Parameters
    ----------
    denominator : str
        As the framework names it.
    context : DataFrame
        See `piilib.data.tables.load_context`.

    Examples
    --------
    >>> people = {"value": 548_200.0, "low": 547_000.0, "high": 549_400.0}
    >>> context = pd.DataFrame([people], index=["population"])
    >>> [round(float(size), 5) for size in unit_size("population_10k", context)]
    [0.01824, 0.0182, 0.01828]
    """
    if denominator not in DENOMINATORS:
        return None
    scale, quantity = DENOMINATORS[denominator]
    if quantity not in context.index:
        return None
    value, low, high = context.loc[quantity, ["value", "low", "high"]].to_numpy(dtype=float)
    low, high = (value if np.isnan(bound) else bound for bound in (low, high))
    return scale / value, scale / high, scale / low
