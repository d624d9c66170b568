"""Ranks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.types import Array

#: Scores closer than this share of the largest are a tie: what sums of thirds lose to rounding.
TIE = 1e-12


def ranks(scores: pd.DataFrame) -> pd.DataFrame:
    """Rank units within each column: 1 is the highest score, from unrounded scores.

    Ties take the lowest number (1, 2, 2, 4); a missing score has no rank. Scores that differ by
    less than 10⁻¹² of the largest are a tie, as they differ by arithmetic alone.

    Examples
    --------
    >>> import pandas as pd
    >>> ranks(pd.DataFrame({"T": [50.0, 90.0, 50.0, 10.0, None]}))["T"].tolist()
    [2.0, 1.0, 2.0, 4.0, nan]
    """
    values = scores.to_numpy(dtype=float).T
    order = np.argsort(-values, axis=1)
    ranked = np.take_along_axis(values, order, axis=1)
    place = np.empty_like(values)
    np.put_along_axis(place, order, lowest_of_ties(ranked) + 1.0, axis=1)
    place[np.isnan(values)] = np.nan
    return pd.DataFrame(place.T, index=scores.index, columns=scores.columns)


def lowest_of_ties(ranked: Array) -> Array:
    """Return the place, from 0, of scores that are sorted downwards along the last axis."""
    if not ranked.shape[-1]:
        return ranked
    largest = np.nanmax(np.abs(ranked), axis=-1, keepdims=True, initial=0.0)
    new = np.ones(ranked.shape, dtype=bool)
    new[..., 1:] = ~(ranked[..., :-1] - ranked[..., 1:] <= TIE * largest)
    place = np.where(new, np.arange(ranked.shape[-1]), 0)
    return np.asarray(np.maximum.accumulate(place, axis=-1))
