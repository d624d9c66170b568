"""Simulated futures of all units: starting scores, yearly changes, and what was published since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from piilib.analysis.merger import merge_scores
from piilib.analysis.outlook_scale import ScaleMap, fit_scale
from piilib.errors import DataError
from piilib.types import Array, Flags

#: How the score of a merged unit follows from its members'.
MERGERS = ("mean", "population", "worst")
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Published:
    """Results of the first ranking of 34 units that are in hand.

    Attributes
    ----------
    position : array, shape (known,)
        Columns of the units whose score and rank were published.
    ranks, scores : array, shape (known,)
        34-unit scale.
    own : float
        Score of the unit that is looked at; NaN where it is not in hand.
    """

    position: Whole
    ranks: Array
    scores: Array
    own: float = np.nan


@dataclass(frozen=True)
class Outcome:
    """The unit and the others in the year looked at, points of the merged 63-unit scale.

    Attributes
    ----------
    expected, disturbance : array, shape (draws,)
        The unit's expected score and its own noise.
    others : array, shape (draws, units − 1)
    scale : ScaleMap or None
        Map to the 34-unit scale; None where no result was published.
    """

    expected: Array
    disturbance: Array
    others: Array = field(repr=False)
    scale: ScaleMap | None = field(repr=False)

    @property
    def score(self) -> Array:
        """The unit's score, own noise included."""
        return self.expected + self.disturbance

    def ranks(self) -> Whole:
        """Rank of the unit: 1 + the number of others above it."""
        above: Whole = (self.others > self.score[:, None]).sum(axis=1)
        return above + 1

    def hits(self, at_most: int, score: float | None = None) -> Flags:
        """Draws in which the rank is `at_most` or better, the expected score given or as drawn."""
        expected = self.expected if score is None else score
        return np.asarray(expected >= self.needed(at_most))

    def needed(self, rank: int) -> Array:
        """Return the expected score that gives `rank`: the rank-th best other less own noise."""
        count = self.others.shape[1]
        if rank > count:
            return np.full(len(self.expected), -np.inf)
        place = count - rank
        return np.asarray(np.partition(self.others, place, axis=1)[:, place] - self.disturbance)


def simulate(
    start: Array,
    change: Array,
    noise: Array,
    tau: Array,
    gain: Array,
    own: int,
    published: Published | None = None,
    share: Array | None = None,
    *,
    gain_on_34: bool = False,
) -> Outcome:
    """Carry scores of 2024 forward, year by year.

    Parameters
    ----------
    start : array, shape (draws, units)
        Merged scores of 2024.
    change : array, shape (units,) or (draws, units)
        Expected yearly change.
    noise : array, shape (years, draws, units)
        In units of tau.
    tau, gain : array, shape (draws,)
        Score points.
    own : int
        Column of the unit that is looked at.
    published : Published, optional
        Results of the first of the years: they replace simulated scores, through the map of order
        statistics; only the noise of the years after it is left to those units.
    share : array, shape (draws,)
        See `fit_scale`.
    gain_on_34 : bool
        Whether the gain is in points of the 34-unit scale (the unit's own result must be in hand).
    """
    years = len(noise)
    field = start + change + tau[:, None] * noise[0]
    scale = None
    if published is not None:
        slopes = np.full(len(start), 0.5) if share is None else share
        scale = fit_scale(field, published.ranks, published.scores, slopes)
        for position, score in zip(published.position, published.scores, strict=True):
            field[:, position] = scale.to_63(float(score))
    later = tau[:, None] * noise[1:].sum(axis=0)
    others = np.delete(field + (years - 1) * change + later, own, axis=1)
    own_change = change[..., own]
    if scale is not None and published is not None and not np.isnan(published.own):
        result = published.own + gain if gain_on_34 else published.own
        expected = scale.to_63(result) + (years - 1) * own_change
        expected = expected if gain_on_34 else expected + gain
        return Outcome(expected, later[:, own], others, scale)
    expected = start[:, own] + years * own_change + gain
    return Outcome(expected, tau * noise[:, :, own].sum(axis=0), others, scale)


@dataclass(frozen=True)
class Futures:
    """Everything drawn for an outlook, before a merger weighting and a tau are chosen.

    Attributes
    ----------
    starts : mapping of str to array, shape (completions, units)
        Merged scores of 2024 by merger weighting.
    pick : array, shape (draws,)
        Completion that each draw starts from.
    change : array, shape (units,)
    noise : array, shape (years, draws, units)
    tau, gain, share : array, shape (draws,)
        Tau from its fitted law; the others as in `simulate`.
    own : int
    published : Published or None
    gain_on_34 : bool
    size : float
        Effective number of completions.
    """

    starts: Mapping[str, Array]
    pick: Whole
    change: Array
    noise: Array
    tau: Array
    gain: Array
    share: Array
    own: int
    published: Published | None = None
    gain_on_34: bool = False
    size: float = np.inf

    def outcome(self, merge: str, tau: float | None = None) -> Outcome:
        """Simulate with one tau, or with a tau for each draw from its fitted law."""
        size = self.tau if tau is None else np.full(len(self.pick), tau)
        return simulate(
            self.starts[merge][self.pick],
            self.change,
            self.noise,
            size,
            self.gain,
            self.own,
            self.published,
            self.share,
            gain_on_34=self.gain_on_34,
        )

    def standard_error(self, hits: Flags) -> float:
        """Monte-Carlo standard error of the share of hits.

        Draws that start from one completion are not independent: the variance between completions
        is divided by their effective number, what is left by the number of draws.
        """
        share = float(hits.mean())
        spread, total = share * (1.0 - share), len(hits)
        count = np.bincount(self.pick)
        count = count[count > 0]
        groups = len(count)
        if groups == total or groups == 1:
            return float(np.sqrt(spread / min(self.size, total) if groups > 1 else spread / total))
        means = np.bincount(self.pick, hits)[np.unique(self.pick)] / count
        several = count > 1
        noise = np.mean((means * (1.0 - means))[several] / (count[several] - 1))
        between = float(np.clip(np.var(means, ddof=1) - noise, 0.0, spread))
        return float(np.sqrt(between / min(self.size, groups) + (spread - between) / total))


def merged_starts(
    scores: pd.DataFrame, own: str, data: str | Path | None = None
) -> dict[str, Array]:
    """Merge by each weighting; "worst" puts the others highest and the unit itself lowest."""
    equal, population = (merge_scores(scores, how, data) for how in ("equal", "population"))
    worst = merge_scores(scores, "worst-high", data)
    worst[own] = merge_scores(scores, "worst-low", data)[own]
    tables = dict(zip(MERGERS, (equal, population, worst), strict=True))
    return {name: table.to_numpy(dtype=float) for name, table in tables.items()}


def check_merge(merge: str) -> str:
    """Return a merger weighting, or say which there are."""
    if merge not in MERGERS:
        raise DataError(f"merge={merge!r}", f"one of {', '.join(MERGERS)}")
    return merge


def least(needed: Array, confidence: float) -> float:
    """Return the smallest of the values that a share `confidence` of them do not exceed."""
    if not 0.0 < confidence < 1.0:
        raise DataError(f"confidence={confidence!r}", "a probability between 0 and 1")
    total = len(needed)
    count = max(int(np.ceil(confidence * total - 1e-9)), 1)
    count += count / total < confidence  # a share that rounding took for a whole number
    return float(np.partition(needed, count - 1)[count - 1])
