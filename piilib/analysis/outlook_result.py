"""Result of a rank outlook: draws of the rank, probabilities, and the score that a rank needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.analysis.outlook_change import TauFit
from piilib.analysis.outlook_drivers import driver_table
from piilib.analysis.outlook_futures import MERGERS, Futures, Outcome, check_merge, least
from piilib.analysis.outlook_progress import Progress
from piilib.errors import DataError
from piilib.types import Array

POOLED = "pooled"


@dataclass(frozen=True)
class RankOutlook:
    """Draws of a unit's rank among the 34 units in a later year.

    Scores stand on the *63-unit scale of 2024*, merged, the change common to all units taken out.

    Attributes
    ----------
    unit : str
        Key among the 34 units.
    year : int
    scenario : {"nothing", "plan", "gain"}
    merge : {"mean", "population", "worst"}
        Weighting of merged units used unless another is asked for.
    taus : tuple of float
        Standard deviations of a yearly change that are shown side by side.
    tau_fit : TauFit
        Its law given the published pairs of scores, over which ``"pooled"`` results are taken.
    facts : Series
        What the outlook rests on: ``base_year`` (2025 where the unit's own result of 2025 is in
        hand), ``result_score``, ``result_rank``, ``start``, ``common_change`` and
        ``expected_change`` (points a year; the latter beyond the former), ``steps``, ``pairs``,
        ``pairs_top_13``, ``pairs_near_30`` (competitors within four places of rank 30 with two
        published scores), ``completions``, ``effective_completions``, ``share_of_unit``.
    progress : Progress or None
        Of the plan's targets.

    Examples
    --------
    >>> import piilib as pii
    >>> outlook = pii.rank_outlook("ha-noi", 2026, draws=500)
    >>> outlook.probability(at_most=3) > 0.9, float(outlook.facts["result_rank"])
    (True, 1.0)
    """

    unit: str
    year: int
    scenario: str
    merge: str
    taus: tuple[float, ...]
    tau_fit: TauFit = field(repr=False)
    facts: pd.Series = field(repr=False)
    progress: Progress | None = field(repr=False)
    _futures: Futures = field(repr=False)
    _data: str | Path | None = field(repr=False)
    _kept: dict[tuple[str, str], Outcome] = field(default_factory=dict, init=False, repr=False)

    @property
    def gain(self) -> Array:
        """Index points gained in each draw, net of the common drift; shape (draws,)."""
        return self._futures.gain

    @property
    def expected(self) -> pd.Series:
        """Expected score in each draw, own noise left out (under the pooled tau)."""
        return pd.Series(self._outcome(self.merge, None).expected, name="expected")

    @property
    def scores(self) -> pd.DataFrame:
        """Draws × (each tau, ``"pooled"``): the unit's score, own noise included."""
        return pd.DataFrame({name: found.score for name, found in self._each()})

    @property
    def ranks(self) -> pd.DataFrame:
        """Draws × (each tau, ``"pooled"``): the unit's rank; ties take the lowest number."""
        return pd.DataFrame({name: found.ranks() for name, found in self._each()})

    @property
    def distribution(self) -> pd.DataFrame:
        """Probability of each rank (index: 1 to 34), for each tau and ``"pooled"``."""
        units = len(self._futures.change)
        table = {
            name: np.bincount(found.ranks(), minlength=units + 1)[1:] / len(self.gain)
            for name, found in self._each()
        }
        return pd.DataFrame(table, index=pd.RangeIndex(1, units + 1, name="rank"))

    def probability(
        self,
        at_most: int = 30,
        *,
        score: float | None = None,
        tau: float | None = None,
        merge: str | None = None,
    ) -> float:
        """Probability that the rank is `at_most` or better.

        Parameters
        ----------
        at_most : int
        score : float, optional
            An expected score instead of the one drawn (merged 63-unit scale).
        tau : float, optional
            One of `taus`; by default pooled over the fitted law of tau.
        merge : str, optional
        """
        return float(self._outcome(merge, tau).hits(self._rank(at_most), score).mean())

    def chances(self, at_most: int | Sequence[int] = 30) -> pd.DataFrame:
        """P(rank ≤ k) under every tau and merger weighting, beside its Monte-Carlo error.

        Returns
        -------
        DataFrame
            Index: ``merge``, ``at_most``, ``tau`` (its text, or "pooled"). ``probability``;
            ``standard_error`` of the simulation; ``effective_size``: independent draws that would
            have that error. Draws that share a completion are dependent: the variance between
            completions is divided by their effective number, the rest by the number of draws. The
            spread over tau is the larger of the two errors, and not of this kind.
        """
        rows = {}
        for merge in MERGERS:
            for k in [at_most] if isinstance(at_most, int | np.integer) else at_most:
                for name, found in self._each(merge):
                    hits = found.hits(self._rank(k))
                    error = self._futures.standard_error(hits)
                    share = float(hits.mean())
                    size = share * (1 - share) / error**2 if error > 0 else np.nan
                    rows[merge, int(k), name] = (share, error, size)
        index = pd.MultiIndex.from_tuples(rows, names=["merge", "at_most", "tau"])
        columns = ["probability", "standard_error", "effective_size"]
        return pd.DataFrame(list(rows.values()), index, columns)

    def curve(self, at_most: int = 30, scores: Sequence[float] | None = None) -> pd.DataFrame:
        """P(rank ≤ k) at given expected scores.

        Parameters
        ----------
        at_most : int
        scores : sequence of float, optional
            Merged 63-unit scale; by default every half point from 20 to 45.

        Returns
        -------
        DataFrame
            Index: ``score``. A column for each tau, and ``"pooled"``.
        """
        at = pd.Index(np.arange(20.0, 45.5, 0.5) if scores is None else scores, name="score")
        needed = {name: np.sort(found.needed(self._rank(at_most))) for name, found in self._each()}
        table = {
            name: np.searchsorted(sorted_, at.to_numpy(dtype=float), side="right") / len(sorted_)
            for name, sorted_ in needed.items()
        }
        return pd.DataFrame(table, index=at)

    def needed_score(
        self,
        rank: int = 30,
        confidence: float = 0.8,
        *,
        tau: float | None = None,
        merge: str | None = None,
    ) -> float:
        """Return the least *expected* score that gives a rank with a probability.

        Own noise is in it, so it lies above the score that is needed in the end. It is exact in the
        draws: the quantile of (rank-th best of the others − own noise).

        Returns
        -------
        float
            Points of the merged 63-unit scale of 2024; −inf where any score does, inf where even
            100 does not (not attainable). ``probability(rank, score=needed)`` is `confidence` or
            more, and less at 0.01 below it. A unit that does nothing is expected at
            ``facts["start"] + facts["steps"] × facts["expected_change"]``.
        """
        found = least(self._outcome(merge, tau).needed(self._rank(rank)), confidence)
        return found if found <= 100.0 else np.inf

    def needed_gain(
        self,
        rank: int = 30,
        confidence: float = 0.8,
        *,
        tau: float | None = None,
        merge: str | None = None,
    ) -> float:
        """Gain, beyond that of the scenario, with which the rank is reached with a probability.

        Negative where the scenario reaches it more often. Points of the merged 63-unit scale.
        """
        found = self._outcome(merge, tau)
        return least(found.needed(self._rank(rank)) - found.expected, confidence)

    def on_34(self, score: float, level: float = 0.9) -> pd.Series:
        """34-unit score of 2025 that corresponds to a merged 63-unit score.

        Returns
        -------
        Series
            ``low``, ``median``, ``high``, ``extrapolated``: see `ScaleMap.interval`.

        Raises
        ------
        DataError
            Where no result on the 34-unit scale is in the data.
        """
        scale = self._outcome(None, None).scale
        if scale is None:
            raise DataError("no published result of 34 units", "two or more, with their ranks")
        return scale.interval(score, level)

    def drivers(self, rank: int = 30, n: int = 2048, seed: int = 0) -> pd.DataFrame:
        """Tell which assumption matters most.

        Returns
        -------
        DataFrame
            Index: ``tau``, ``merge``, ``shrinkage``, ``completion``, ``own_noise``,
            ``others_noise``, and ``progress``, ``progress_sd`` for a plan. ``first_order``,
            ``total_order`` with ``_low``, ``_high`` (95 %): Sobol' indices of the margin (score
            less the rank-th best other); large where the assumption or chance moves it most.
            ``p_low``, ``p_high``: P(rank ≤ k) at the two ends of the assumption, all else as in the
            outlook; ``ends`` names them. NaN where the factor is chance alone.
        """
        return driver_table(
            self._futures,
            self.tau_fit,
            self.progress,
            self.merge,
            self.taus,
            self._rank(rank),
            n,
            seed,
            self._data,
        )

    def _rank(self, rank: int) -> int:
        units = len(self._futures.change)
        if not isinstance(rank, int | np.integer) or not 1 <= rank <= units:
            raise DataError(f"rank {rank!r}", f"a whole number from 1 to {units}")
        return int(rank)

    def _each(self, merge: str | None = None) -> list[tuple[str, Outcome]]:
        labels = [*((f"{tau:g}", tau) for tau in self.taus), (POOLED, None)]
        return [(name, self._outcome(merge, tau)) for name, tau in labels]

    def _outcome(self, merge: str | None, tau: float | None) -> Outcome:
        chosen = self.merge if merge is None else check_merge(merge)
        if tau is not None and tau not in self.taus:
            raise DataError(f"tau={tau!r}", f"one of {', '.join(map(str, self.taus))}")
        key = chosen, POOLED if tau is None else f"{tau!r}"
        if key not in self._kept:
            self._kept[key] = self._futures.outcome(chosen, tau)
        return self._kept[key]
