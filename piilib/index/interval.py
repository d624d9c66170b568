"""Interval arithmetic on printed numbers.

A printed value means ± half a unit of its last decimal. ``lowest ≤ value ≤ highest`` is
imposed; nothing is clamped at 0; where a unit's value and the national lowest are printed
alike and are not 0 the unit *is* the lowest.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from piilib.types import Array


def is_the_lowest(value: Array, lowest: Array) -> npt.NDArray[np.bool_]:
    """Tell where a unit is read as the national lowest itself."""
    return np.asarray((value == lowest) & (value != 0.0))


def score_interval(
    printed: pd.DataFrame,
    half: pd.DataFrame,
    direction: Array,
    cap: Array,
    *,
    pin: bool = True,
    clamp: bool = False,
) -> tuple[Array, Array]:
    """Smallest and largest score that the printed figures allow.

    Parameters
    ----------
    printed : DataFrame
        Printed figures, columns ``value``, ``lowest``, ``highest``; NaN where missing.
    half : DataFrame
        Same shape: half a unit of the last printed decimal of each.
    direction : array
        +1 or −1.
    cap : array
        Upper limit set on values before scoring, NaN where there is none. It replaces the
        highest where it is below it.
    pin : bool
        Read a unit that is printed level with the national lowest as the lowest itself.
    clamp : bool
        Hold what is printed as 0 or more at 0 or more within its rounding.

    Returns
    -------
    low, high : array
        Scores in [0, 100]; NaN where the value is missing.
    """
    cap = np.where(np.isnan(cap), np.inf, cap)
    columns = ("value", "lowest", "highest")
    value, lowest, highest = (printed[c].to_numpy(dtype=float) for c in columns)
    half_value, half_lowest, half_highest = (half[c].to_numpy(dtype=float) for c in columns)
    below_value, below_lowest = value - half_value, lowest - half_lowest
    if clamp:
        below_value = np.where(value >= 0, np.maximum(below_value, 0.0), below_value)
        below_lowest = np.where(lowest >= 0, np.maximum(below_lowest, 0.0), below_lowest)
    smallest = _score(
        below_value,
        np.minimum(lowest + half_lowest, below_value),
        np.maximum(highest + half_highest, below_value),
        cap,
    )
    # The worst case within rounding also has lowest = value where the intervals touch.
    smallest = np.where(lowest + half_lowest >= below_value, 0.0, smallest)
    largest = _score(
        value + half_value,
        np.minimum(below_lowest, value + half_value),
        np.maximum(highest - half_highest, value + half_value),
        cap,
    )
    pinned = is_the_lowest(value, lowest) if pin else np.zeros(value.shape, dtype=bool)
    smallest = np.where(pinned, 0.0, smallest)
    largest = np.where(pinned, 0.0, largest)
    missing = np.isnan(value)
    smallest = np.where(missing, np.nan, np.clip(smallest, 0.0, 100.0))
    largest = np.where(missing, np.nan, np.clip(largest, 0.0, 100.0))
    reverse = direction < 0
    return (
        np.where(reverse, 100.0 - largest, smallest),
        np.where(reverse, 100.0 - smallest, largest),
    )


def _score(value: Array, lowest: Array, highest: Array, cap: Array) -> Array:
    top = np.minimum(highest, cap)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = 100.0 * (np.minimum(value, top) - lowest) / (top - lowest)
    return np.where(top > lowest, score, 0.0)
