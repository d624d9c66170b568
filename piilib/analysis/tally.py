"""Counts of ranks: from scores of many draws to how often each unit had each rank."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from piilib.errors import DataError
from piilib.index.ranking import TIE, lowest_of_ties
from piilib.types import Array

#: Up to so many units every rank is counted; beyond, bins of ranks and what was asked.
DENSE = 2_000
_BINS = 1_000
Counts = npt.NDArray[np.integer]


@dataclass
class Tally:
    """How often each unit had each rank, or a rank in each bin.

    Attributes
    ----------
    counts : array of int, shape (units, bins)
    width : int
        Ranks in a bin; 1 unless there are more than 2,000 units.
    asked : dict
        k to counts of rank ≤ k, shape (units,), where that cannot be read off the bins.
    """

    counts: Counts
    width: int
    asked: dict[int, Counts]

    @classmethod
    def empty(cls, units: int, draws: int, at_most: tuple[int, ...]) -> Tally:
        """Return a tally of no draws yet, in the smallest integers that can hold all."""
        width = 1 if units <= DENSE else -(-units // _BINS)
        kind = np.min_scalar_type(draws)
        asked = () if width == 1 else at_most
        return cls(
            np.zeros((units, -(-units // width)), dtype=kind),
            width,
            {k: np.zeros(units, dtype=np.int64) for k in asked},
        )

    def add(self, other: Tally) -> None:
        """Add the counts of other draws."""
        self.counts += other.counts
        for k, counts in self.asked.items():
            counts += other.asked[k]

    def slim(self) -> None:
        """Keep the counts in the smallest integers that hold them, to be sent or put away."""
        kind = np.min_scalar_type(int(self.counts.max(initial=0)))
        self.counts = self.counts.astype(kind, copy=False)

    def _dense(self) -> Counts:
        if self.width > 1:
            raise DataError(
                f"every rank of {len(self.counts)} units",
                f"at most {DENSE} units; probability(unit, at_most=k) with k given to "
                "simulate_ranks(…, at_most=[k]), or interval()",
            )
        return self.counts

    def totals(self) -> Array:
        """Draws in which each unit had a rank."""
        return np.asarray(self.counts.sum(axis=1, dtype=np.int64), dtype=float)

    def shares(self) -> Array:
        """Share of draws with each rank, shape (units, ranks); NaN for a unit never ranked."""
        counts = self._dense()
        with np.errstate(invalid="ignore"):
            return np.asarray(counts / self.totals()[:, None])

    def errors(self) -> Array:
        """Monte-Carlo standard error of `shares`."""
        return _error(self._dense().astype(float), self.totals()[:, None])

    def at_most(self, unit: int, k: int) -> tuple[float, float]:
        """P(rank ≤ k) of one unit, and its standard error."""
        units = len(self.counts)
        total = float(self.counts[unit].sum(dtype=np.int64))
        if k >= units or k < 1:
            count = total if k >= units else 0.0
        elif k in self.asked:
            count = float(self.asked[k][unit])
        elif k % self.width == 0:
            count = float(self.counts[unit, : k // self.width].sum(dtype=np.int64))
        else:
            raise DataError(
                f"P(rank ≤ {k}), which was not counted",
                f"a multiple of {self.width}, or simulate_ranks(…, at_most=[{k}])",
            )
        if total == 0:
            return np.nan, np.nan
        return count / total, float(_error(np.array(count), np.array(total)))

    def quantile(self, q: float, *, upper: bool) -> Array:
        """Quantile of every unit's rank, type 7; of bins their outer edge.

        Parameters
        ----------
        q : float
        upper : bool
            With bins, the last rank of the bin instead of the first.
        """
        total = self.totals()
        cumulative = self.counts.cumsum(axis=1, dtype=np.int64)
        place = (total - 1.0) * q
        below, above = (self._order(cumulative, f(place)) for f in (np.floor, np.ceil))
        ranked = below + (place - np.floor(place)) * (above - below)
        if self.width > 1:
            ends = above * self.width if upper else (below - 1) * self.width + 1
            ranked = np.minimum(ends, len(self.counts))
        return np.where(total > 0, ranked, np.nan)

    def quantile_error(self, q: float) -> Array:
        """Return the standard error of `quantile`: half the spread between q ± √(q(1 − q)/n)."""
        total = self.totals()
        wide = np.sqrt(q * (1 - q) / np.maximum(total, 1))
        cumulative = self.counts.cumsum(axis=1, dtype=np.int64)
        low, high = (
            self._order(cumulative, np.rint((total - 1.0) * np.clip(q + side * wide, 0, 1)))
            for side in (-1, 1)
        )
        return np.where(total > 0, (high - low) * self.width / 2.0, np.nan)

    @staticmethod
    def _order(cumulative: Counts, place: Array) -> Array:
        """Bin (from 1) of the draw at a place (from 0) when each unit's draws are sorted."""
        return np.asarray((cumulative <= place[:, None]).sum(axis=1) + 1.0)


def _error(count: Array, total: Array) -> Array:
    p = (count + 1.0) / (total + 2.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.sqrt(p * (1.0 - p) / total))


def tally(score: Array, into: Tally) -> None:
    """Rank units in every draw and add to the counts.

    Parameters
    ----------
    score : array, shape (draws, units)
        NaN where a unit has none; it then has no rank either.
    into : Tally
    """
    order = np.argsort(-score, axis=1)
    if not _any_tie(score):
        return _add(into, order, np.arange(score.shape[1]), None)
    ranked = np.take_along_axis(score, order, axis=1)
    missing = np.isnan(ranked[:, -1])
    gap = (ranked[:, :-1] - ranked[:, 1:]).min(axis=1, initial=np.inf)
    tied = ~(gap > TIE * np.maximum(np.abs(ranked[:, 0]), np.abs(ranked[:, -1])))
    place = np.tile(np.arange(score.shape[1]), (len(score), 1))
    place[tied] = lowest_of_ties(ranked[tied])
    _add(into, order, place, ranked if missing.any() else None)


def _any_tie(score: Array) -> bool:
    """Tell whether two scores of one draw may be a tie, or one is missing."""
    ranked = np.sort(score, axis=1)
    largest = max(abs(float(ranked[:, 0].min())), abs(float(ranked[:, -1].max())))
    return not bool(((ranked[:, 1:] - ranked[:, :-1]) > TIE * largest).all())


def _add(into: Tally, order: Counts, place: Counts, ranked: Array | None) -> None:
    units, bins = into.counts.shape
    place_in = place if into.width == 1 else place // into.width
    known = slice(None) if ranked is None else ~np.isnan(ranked)
    if order.size < into.counts.size:  # few draws of many units: touch only what is counted
        flat = (order * bins + place_in)[known].ravel()
        np.add.at(into.counts.reshape(-1), flat, into.counts.dtype.type(1))
    else:
        flat = (order + place_in * units)[known].ravel()
        counted = np.bincount(flat, minlength=units * bins).reshape(bins, units)
        into.counts += counted.T.astype(into.counts.dtype)
    for k, counts in into.asked.items():
        hit = np.broadcast_to(place < k, order.shape)
        hit = hit if ranked is None else hit & ~np.isnan(ranked)
        counts += np.bincount(order[hit], minlength=units)
