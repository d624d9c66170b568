"""Normalisation: from treated values to scores on one scale."""

from __future__ import annotations

import numpy as np

from piilib.types import Array


def minmax(
    values: Array, low: Array, high: Array, direction: Array | int = 1, *, clip: bool = False
) -> Array:
    """Score values between goalposts: 0 at the worse, 100 at the better.

    Parameters
    ----------
    values : array
        Treated values; NaN stays NaN.
    low, high : array
        Goalposts, broadcastable to ``values``. Where they are equal no score can be given
        and the result is NaN.
    direction : array or int
        +1 where more is better, −1 where less is better.
    clip : bool
        Limit the scores to [0, 100]; for fixed goalposts and caps.

    Returns
    -------
    array
        ``100 (x − low) / (high − low)``, or 100 minus that where the direction is −1.

    References
    ----------
    OECD/JRC (2008), *Handbook on Constructing Composite Indicators*, step 5.
    """
    width = np.subtract(high, low)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(width > 0, 100.0 * ((values - low) / width), np.nan)
    score = np.where(np.asarray(direction) < 0, 100.0 - score, score)
    return np.clip(score, 0.0, 100.0) if clip else score
