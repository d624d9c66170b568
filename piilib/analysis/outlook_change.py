"""Yearly change of every unit's score: what is expected, and the noise about it.

A unit's change is its region's, shrunk halfway to the national mean, plus noise. The common part of
all changes moves every unit alike and leaves ranks alone: it is taken out here, so that scores of a
later year stand on the 63-unit scale of 2024. `common_change` says how large it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.analysis.merger import merger_weights
from piilib.data.provinces import provinces
from piilib.data.tables import load_scoreboard, load_table
from piilib.errors import DataError
from piilib.types import Array

#: Years of the last two rankings of 63 units.
YEARS = (2023, 2024)
#: First ranking of 34 units: the change up to it has twice the variance.
MERGER_YEAR = 2025
#: Share of the way from the region's change to the national mean change.
SHRINKAGE = 0.5
#: Degrees of freedom of the noise.
FREEDOM = 5
#: Scale of the half-normal law of tau before the pairs are seen, score points: hardly informative.
WEAK = 5.0


@dataclass(frozen=True)
class TauFit:
    """What the published pairs of scores say about the noise of a yearly change.

    Attributes
    ----------
    grid, weights : array, shape (points,)
        Values of tau (score points) and their probabilities.
    pairs : DataFrame
        See `published_changes`.
    """

    grid: Array = field(repr=False)
    weights: Array = field(repr=False)
    pairs: pd.DataFrame = field(repr=False)

    def quantile(self, share: float | Array) -> Array:
        """Quantiles of tau, score points."""
        return np.asarray(np.interp(share, self.weights.cumsum(), self.grid))

    @property
    def median(self) -> float:
        """Median of tau, score points; large where changes are hard to foresee."""
        return float(self.quantile(0.5))

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Interval with equal tails, score points."""
        low, high = self.quantile(np.array([(1 - level) / 2, (1 + level) / 2]))
        return float(low), float(high)


def published_changes(data: str | Path | None = None) -> pd.DataFrame:
    """List the units whose scores were published in both 2023 and 2024.

    Returns
    -------
    DataFrame
        Index: unit. ``before``, ``after`` (scores), ``rank`` (of 2024; NaN where not published),
        ``change``, ``expected`` (the region's, shrunk halfway to the national mean), ``residual``:
        change less expected, score points.

    Examples
    --------
    >>> pairs = published_changes()
    >>> len(pairs), int((pairs["rank"] <= 13).sum()), float(pairs.at["cao-bang", "change"].round(2))
    (13, 12, 1.77)
    """
    before, after = (load_scoreboard(year, data).table for year in YEARS)
    table = pd.DataFrame(
        {"before": before["score"], "after": after["score"], "rank": after["rank"]}
    )
    table = table.dropna(subset=["before", "after"])
    table["change"] = table["after"] - table["before"]
    table["expected"] = shrunk_change(data=data)[table.index]
    table["residual"] = table["change"] - table["expected"]
    return table


def shrunk_change(shrinkage: float = SHRINKAGE, data: str | Path | None = None) -> pd.Series:
    """Return the expected yearly change of the 63 provinces: the region's, shrunk.

    Shrunk towards the mean change of all provinces.

    Parameters
    ----------
    shrinkage : float
        0: the region's own change; 1: the national mean of all provinces.
    data : path, optional

    Returns
    -------
    Series
        By province, score points a year.

    Examples
    --------
    >>> change = shrunk_change()
    >>> change[["cao-bang", "ha-noi"]].round(2).tolist()  # regions: -0.16 and -2.40; all: -1.55
    [-0.86, -1.98]
    """
    if not 0.0 <= shrinkage <= 1.0:
        raise DataError(f"shrinkage={shrinkage}", "a share between 0 and 1")
    region = _of_region(data)
    return region + shrinkage * (float(region.mean()) - region)


def _of_region(data: str | Path | None) -> pd.Series:
    """Change of each province's regional mean; the others' mean where a region's is not known."""
    table = load_table("regions", data)
    wanted = table[table["year"].isin([str(year) for year in YEARS])]
    means = wanted.set_index(["year", "region_key"])["score"]
    before, after = (pd.to_numeric(means.get(str(year), means[:0])) for year in YEARS)
    region = provinces(63, data)["region_key"].map(after - before)
    if region.isna().all():
        raise DataError("no region with a mean of both years", "means of 2023 and 2024")
    return region.fillna(region.mean())


def common_change(data: str | Path | None = None) -> float:
    """Mean yearly change of all provinces, score points: what is taken out of every change.

    Examples
    --------
    >>> round(common_change(), 2)
    -1.55
    """
    return float(shrunk_change(1.0, data).mean())


def expected_change(shrinkage: float = SHRINKAGE, data: str | Path | None = None) -> pd.Series:
    """Return the expected yearly change of the 34 units beyond the common one.

    A merged unit's is the mean of its members'.

    Returns
    -------
    Series
        By unit, score points a year; positive where the unit gains on the country.

    Examples
    --------
    >>> float(expected_change()["cao-bang"].round(2))
    0.7
    """
    change = shrunk_change(shrinkage, data) - common_change(data)
    unit = merger_weights(data)["unit"]
    return change.groupby(unit.reindex(change.index)).mean().reindex(provinces(34, data).index)


def fit_tau(pairs: pd.DataFrame, weak: float = WEAK) -> TauFit:
    """Fit the standard deviation of a yearly change about what is expected.

    Parameters
    ----------
    pairs : DataFrame
        Column ``residual``, score points; see `published_changes`.
    weak : float
        Scale of the half-normal law before the pairs are seen.

    Returns
    -------
    TauFit

    Notes
    -----
    Half-normal law × normal likelihood of the residuals, on a grid. So few pairs tell the standard
    deviation, not the shape: noise is then drawn from a t law of that same standard deviation.

    Examples
    --------
    >>> fit = fit_tau(published_changes())
    >>> round(fit.median, 1), [round(end, 1) for end in fit.interval(0.95)]
    (2.3, [1.6, 3.7])
    """
    residual = pairs["residual"].to_numpy(dtype=float)
    if not len(residual) or np.isnan(residual).any():
        raise DataError(f"{len(residual)} pairs of scores", "at least one, without gaps")
    grid = np.linspace(0.0, 4.0 * weak, 4001)[1:]
    normal: Array = -((residual[:, None] / grid) ** 2) / 2 - np.log(grid)  # less a constant
    log = normal.sum(axis=0) - (grid / weak) ** 2 / 2
    weights = np.exp(log - log.max())
    return TauFit(grid, weights / weights.sum(), pairs)


def noise(
    years: tuple[int, ...], draws: int, units: int, rng: np.random.Generator, freedom: int = FREEDOM
) -> Array:
    """Noise of each year's change in units of tau; shape (years, draws, units).

    A t law of variance 1, of variance 2 in the merger year.

    Parameters
    ----------
    years : tuple of int
        The editions that the changes lead to.
    draws, units : int
    rng : Generator
    freedom : int
        Degrees of freedom, more than 2.
    """
    unit = float(np.sqrt((freedom - 2) / freedom))
    size = np.array([np.sqrt(2.0) if year == MERGER_YEAR else 1.0 for year in years])
    drawn: Array = unit * size[:, None, None] * rng.standard_t(freedom, (len(size), draws, units))
    return drawn
