"""What an improvement costs: in difficulty-weighted years, or in million VND."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from piilib.data.effort_tables import YEARS, effort_unit
from piilib.types import Array

#: Below this share of the way left to go, progress gets no dearer.
FLOOR = 0.05


def effort(
    start: Array | float,
    end: Array | float,
    step: Array | float,
    difficulty: Array | float,
    span: Array | float,
    gamma: float = 1.0,
) -> Array:
    """Effort of raising an indicator's score, in difficulty-weighted years.

    ``difficulty × ∫ |dx|/step × [max(1 − u₀, 0.05) / max(1 − u, 0.05)]^γ``: the first step
    costs its difficulty, progress gets dearer beyond where the unit stands, and the
    integral is finite. The smallest spend is one whole step.

    Parameters
    ----------
    start, end : array
        u₀ and u: score/100 now and then, in the good direction and *not* clipped at 1.
    step : array
        One year of typical progress, in the indicator's unit.
    difficulty : array
        1 (a decision of one department) to 5 (structure of the economy).
    span : array
        Distance between the goalposts (to the cap where there is one), in the indicator's
        unit.
    gamma : float
        How fast progress gets dearer; 0 makes effort proportional.

    Returns
    -------
    array
        0 where nothing is moved. A large value means years of work of a hard kind.
    """
    start, end = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    here = np.maximum(1.0 - start, FLOOR)
    integral = here**gamma * (_cost(end, gamma) - _cost(start, gamma))
    steps = np.asarray(span / np.asarray(step, dtype=float) * integral)
    whole = np.where(steps > 0, np.maximum(steps, 1.0), 0.0)
    return np.asarray(difficulty * whole, dtype=float)


class Prices(NamedTuple):
    """The smallest purchase of each indicator, its price, and how fast progress gets dearer.

    Attributes
    ----------
    size : array, shape (indicators,)
        In the indicator's unit: one step, or with costs in money one natural unit.
    price : array, shape (indicators,)
        Difficulty-weighted years, or million VND; NaN where no cost is known.
    gamma : float
        1 for years; 0 for money, for the cost of a natural unit does not change.
    """

    size: Array
    price: Array
    gamma: float


def prices(table: pd.DataFrame, codes: Sequence[str]) -> Prices:
    """Take the arguments of `effort` from a table of efforts, whatever its unit.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"step": [4.0], "difficulty": [80.0], "natural_size": [1.0]}
    >>> table = pd.DataFrame(row, index=["1.1.1"])
    >>> prices(table, ["1.1.1"])
    Prices(size=array([4.]), price=array([80.]), gamma=1.0)
    >>> prices(table.assign(effort_unit="million VND"), ["1.1.1"])
    Prices(size=array([1.]), price=array([20.]), gamma=0.0)
    """
    columns = (table.loc[codes, name] for name in ("step", "difficulty"))
    step, difficulty = (column.to_numpy(dtype=float) for column in columns)
    if effort_unit(table) == YEARS:
        return Prices(step, difficulty, gamma_of(table))
    size = table.loc[codes, "natural_size"].to_numpy(dtype=float)
    return Prices(size, difficulty * size / step, gamma_of(table))


def gamma_of(table: pd.DataFrame) -> float:
    """Tell how fast progress gets dearer: 1 in years, 0 in money, which is linear."""
    return 1.0 if effort_unit(table) == YEARS else 0.0


def _cost(u: Array, gamma: float) -> Array:
    """Antiderivative of max(1 − u, FLOOR)^−γ, continuous at u = 1 − FLOOR."""
    left = np.maximum(1.0 - u, FLOOR)
    curved = -np.log(left) if gamma == 1.0 else left ** (1.0 - gamma) / (gamma - 1.0)
    beyond = np.maximum(u - (1.0 - FLOOR), 0.0) * FLOOR**-gamma
    return np.asarray(curved + beyond)
