"""From the merged 63-unit scale to the 34-unit scale: a monotone map of order statistics.

The two scales have other bounds and are never mixed. All that joins them is order: the unit that
stands k-th among the merged scores corresponds to the score published for rank k of 2025. Between
published ranks the map is linear; beyond them its slope is an assumption, and the result is marked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from piilib.errors import DataError
from piilib.types import Array

#: Places apart that two published ranks must be for the slope between them to be used beyond.
_APART = 5
_TINY = 1e-12


@dataclass(frozen=True)
class ScaleMap:
    """A monotone map for each draw.

    Attributes
    ----------
    ranks : array, shape (knots,)
        Published ranks, ascending.
    merged : array, shape (draws, knots)
        Score on the merged 63-unit scale of the unit that stands there; falls with the rank.
    published : array, shape (knots,)
        Score published for that rank, 34-unit scale.
    below, above : array, shape (draws,)
        Slope beyond the lowest and the highest published rank, points per point.
    """

    ranks: Array
    merged: Array
    published: Array
    below: Array
    above: Array

    def to_34(self, score: float | Array) -> Array:
        """Carry scores (one, or one a draw) to the 34-unit scale; shape (draws,)."""
        return self._through(score, self.merged, self.published, self.below, self.above)

    def to_63(self, score: float | Array) -> Array:
        """Carry scores of the 34-unit scale back; shape (draws,)."""
        return self._through(score, self.published, self.merged, 1 / self.below, 1 / self.above)

    def _through(
        self, score: float | Array, x: Array, y: Array, below: Array, above: Array
    ) -> Array:
        """Follow the line through the knots: the lowest, and what each segment above it adds."""
        x, y = (np.broadcast_to(knots, self.merged.shape) for knots in (x, y))
        at = np.asarray(score, dtype=float)
        result = y[:, -1] + below * np.minimum(at - x[:, -1], 0.0)
        for k in range(x.shape[1] - 1):
            width = np.maximum(x[:, k] - x[:, k + 1], _TINY)
            share = np.clip((at - x[:, k + 1]) / width, 0.0, 1.0)
            result = result + share * (y[:, k] - y[:, k + 1])
        return np.asarray(result + above * np.maximum(at - x[:, 0], 0.0))

    def interval(self, score: float, level: float = 0.9) -> pd.Series:
        """34-unit score that corresponds to a merged 63-unit score.

        Returns
        -------
        Series
            ``low``, ``median``, ``high`` (points, 34-unit scale; equal tails), ``extrapolated``:
            share of draws in which the score lies beyond the published ranks.
        """
        if not 0.0 < level < 1.0:
            raise DataError(f"level={level}", "a probability between 0 and 1")
        found = np.quantile(self.to_34(score), [(1 - level) / 2, 0.5, (1 + level) / 2])
        beyond = (score < self.merged[:, -1]) | (score > self.merged[:, 0])
        return pd.Series([*found, beyond.mean()], ["low", "median", "high", "extrapolated"])


def fit_scale(field: Array, ranks: Array, scores: Array, share: Array) -> ScaleMap:
    """Fit the map to published ranks and scores.

    Parameters
    ----------
    field : array, shape (draws, units)
        Scores of all units on the merged 63-unit scale in the year that was published.
    ranks, scores : array, shape (knots,)
        What was published, 34-unit scale.
    share : array, shape (draws,)
        Between 0 and 1: where the slope beyond the published ranks lies between 1 (the spacing of
        the merged scale) and the slope between the two nearest published ranks that stand five
        places apart or more.

    Returns
    -------
    ScaleMap

    Raises
    ------
    DataError
        With fewer than two published ranks, or scores that do not fall with the rank.

    Examples
    --------
    >>> import numpy as np
    >>> field = np.array([[50.0, 40.0, 30.0]])
    >>> scale = fit_scale(field, np.array([1, 2]), np.array([60.0, 45.0]), np.array([0.0]))
    >>> scale.to_34(45.0).tolist(), scale.to_34(38.0).tolist(), scale.to_63(52.5).tolist()
    ([52.5], [43.0], [45.0])
    """
    order = np.argsort(ranks, kind="stable")
    ranks, scores = np.asarray(ranks, dtype=int)[order], np.asarray(scores, dtype=float)[order]
    if len(ranks) < 2:
        raise DataError(f"{len(ranks)} published ranks with a score", "two or more")
    if (np.diff(ranks) <= 0).any() or (np.diff(scores) >= 0).any():
        raise DataError("published scores that do not fall with the rank", "a ranking by score")
    merged = -np.sort(-field, axis=1)[:, ranks - 1]
    low = int(np.flatnonzero(ranks <= max(ranks[-1] - _APART, ranks[0]))[-1])
    high = int(np.flatnonzero(ranks >= min(ranks[0] + _APART, ranks[-1]))[0])
    below = _slope(merged, scores, low, len(ranks) - 1, share)
    above = _slope(merged, scores, 0, high, share)
    return ScaleMap(ranks.astype(float), merged, scores, below, above)


def _slope(merged: Array, scores: Array, first: int, last: int, share: Array) -> Array:
    width = np.maximum(merged[:, first] - merged[:, last], _TINY)
    seen = (scores[first] - scores[last]) / width
    return np.asarray(1.0 + share * (np.minimum(seen, 10.0) - 1.0))
