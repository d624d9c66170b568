"""Rank outlook: what rank a unit may come to hold when the others move too, and what it needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.analysis.completion import Completion, complete_scoreboard
from piilib.analysis.outlook_change import (
    MERGER_YEAR,
    TauFit,
    common_change,
    expected_change,
    fit_tau,
    noise,
    published_changes,
)
from piilib.analysis.outlook_futures import Futures, check_merge, merged_starts
from piilib.analysis.outlook_inputs import Entry, evidence, gains, read_entry, read_published
from piilib.analysis.outlook_result import RankOutlook
from piilib.analysis.whatif import Anchor
from piilib.data.provinces import provinces
from piilib.data.sheet import Sheet
from piilib.data.tables import Plan
from piilib.errors import DataError
from piilib.types import Array

#: Standard deviations of a yearly change shown side by side, score points.
TAUS = (1.5, 2.25, 3.3)


def rank_outlook(
    sheet: Sheet | Anchor | str,
    year: int = 2026,
    plan: Plan | None = None,
    draws: int = 10_000,
    seed: int | np.random.Generator = 0,
    *,
    scenario: str | None = None,
    gain: float | Array | None = None,
    taus: Sequence[float] = TAUS,
    merge: str = "mean",
    own_noise: bool = True,
    completion: Completion | None = None,
    data: str | Path | None = None,
) -> RankOutlook:
    """Simulate a unit's rank among the 34 units when all of them move.

    Parameters
    ----------
    sheet : Sheet, Anchor or str
        The unit; a key or a name suffices without a plan. A published score of 2024 on a sheet
        replaces the completed one; a sheet of 2025 is the unit's own result. An `Anchor`
        brings its own efforts, calibration and drift; a sheet's bounds are moved by the years that
        lie between.
    year : int
        2025 or later, after the unit's last result.
    plan : Plan, optional
        Its targets are reached in part: see `plan_progress`.
    draws : int
    seed : int or Generator
    scenario : {"nothing", "plan", "gain"}, optional
        By default "gain" where a gain is given, else "plan" where a plan is.
    gain : float or array, shape (draws,), optional
        Index points that the unit gains by then, net of the common drift; points of the scale of
        the sheet.
    taus : sequence of float
        Standard deviations of a yearly change, score points, shown side by side.
    merge : {"mean", "population", "worst"}
        Score of a merged unit: simple mean of its members; by population where that of all is in
        the data; "worst" for the unit: other merged units at their highest member, it at its
        lowest.
    own_noise : bool
        False leaves out the unit's own noise: for tests only, results are far too sure.
    completion : Completion, optional
        Of 2024; by default ``complete_scoreboard(2024)``, kept after the first time.
    data : path, optional
        The data folder, or a file of sheets that `sheet` was read from.

    Returns
    -------
    RankOutlook

    Raises
    ------
    DataError
        For an unknown unit, scenario or weighting; a year that is already published; a gain of
        another length; a plan without a sheet.

    Notes
    -----
    Merged score of 2024 (drawn by `complete_scoreboard`) + for each year the change of the unit's
    region, shrunk halfway to the national mean, + noise: a t law of 5 degrees of freedom with
    standard deviation tau, of twice the variance in the year of the merger. The national mean
    change is left out, as it moves all units alike (`facts["common_change"]`). A unit whose score
    and rank of 2025 were published restarts from there, carried to the merged 63-unit scale
    through the order statistics of the simulated scores of 2025. Gains of one member of a merged
    unit count by its share.

    Examples
    --------
    >>> import piilib as pii
    >>> sheet = pii.load_sheet("cao-bang", 2024)
    >>> nothing = pii.rank_outlook(sheet, draws=1000)
    >>> ahead = pii.rank_outlook(sheet, draws=1000, gain=5.0)
    >>> nothing.probability(at_most=30) < ahead.probability(at_most=30)
    True
    >>> needed = nothing.needed_score(rank=30, confidence=0.8)
    >>> nothing.probability(30, score=needed) >= 0.8 > nothing.probability(30, score=needed - 0.01)
    True
    """
    _check(draws, taus)
    check_merge(merge)
    source, data = data, data if data is not None and Path(data).is_dir() else None
    entry = read_entry(sheet, data)
    base_year = MERGER_YEAR - 1 if np.isnan(entry.score) else MERGER_YEAR
    if not isinstance(year, int | np.integer) or year <= base_year:
        raise DataError(f"year={year!r}", f"a year after {base_year}, the unit's last result")
    entropy = int(seed.integers(2**63)) if isinstance(seed, np.random.Generator) else int(seed)
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(entropy).spawn(5)]
    chosen, points, progress = gains(
        entry, plan, gain, scenario, year - base_year, draws, streams[0], data, source
    )
    found = completion or complete_scoreboard(MERGER_YEAR - 1, data=data)
    if found.year != MERGER_YEAR - 1:
        raise DataError(f"a completion of {found.year}", f"one of {MERGER_YEAR - 1}")
    fit = fit_tau(published_changes(data))
    change = expected_change(data=data)
    futures = _futures(entry, found, fit, change, points, year, streams[1:], own_noise, data)
    facts = evidence(entry, futures, fit, base_year, found, data)
    facts["common_change"] = common_change(data)
    chosen_taus = tuple(float(tau) for tau in taus)
    return RankOutlook(
        entry.unit, int(year), chosen, merge, chosen_taus, fit, facts, progress, futures, data
    )


def _check(draws: int, taus: Sequence[float]) -> None:
    if not isinstance(draws, int | np.integer) or draws < 1:
        raise DataError(f"draws={draws!r}", "a whole number of 1 or more")
    if not len(taus) or not all(tau > 0 for tau in taus):
        raise DataError(f"taus={taus!r}", "one or more numbers of score points above 0")


def _futures(
    entry: Entry,
    completion: Completion,
    fit: TauFit,
    change: pd.Series,
    points: Array,
    year: int,
    streams: Sequence[np.random.Generator],
    own_noise: bool,
    data: str | Path | None,
) -> Futures:
    units, draws = list(provinces(34, data).index), len(points)
    scores = completion.scores
    if not np.isnan(entry.start):
        scores = scores.assign(**{entry.member: entry.start})
    own = units.index(entry.unit)
    years = tuple(range(MERGER_YEAR, year + 1))
    drawn = noise(years, draws, len(units), streams[1])
    if not own_noise:
        drawn[:, :, own] = 0.0
    rows = np.resize(np.arange(len(scores)), draws)
    return Futures(
        starts=merged_starts(scores, entry.unit, data),
        pick=streams[0].permutation(rows),
        change=change[units].to_numpy(dtype=float),
        noise=drawn,
        tau=fit.quantile(streams[2].random(draws)),
        gain=points,
        share=streams[3].random(draws),
        own=own,
        published=read_published(entry, data),
        gain_on_34=not np.isnan(entry.score) and entry.year == MERGER_YEAR,
        size=float(completion.convergence.loc[completion.year]["ess"].min()),
    )
