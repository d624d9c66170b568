"""How alike indicators are, told from the published extremes of pillars and of the index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.data.lookup import data_dir
from piilib.data.sheet import framework_codes, load_sheet, sheets_in
from piilib.data.tables import load_scoreboard
from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.types import Array

#: Correlations of two indicators of one pillar that are tried.
GRID = np.linspace(0.0, 0.6, 25)
#: Shares of it that indicators of different pillars have in common.
SHARES = np.linspace(0.0, 1.0, 21)
QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Estimate:
    """A quantity told from one observed statistic, by simulation.

    Attributes
    ----------
    value, low, high : float
        The quantity under which the statistic would be the median, and the 90 % confidence
        interval: every quantity of which the statistic lies between the 5 and the 95 % quantile.
    observed : float
        The statistic.
    simulated : DataFrame
        Index: the quantity. Columns: quantiles (0.05, 0.5, 0.95) of the statistic.
    """

    value: float
    low: float
    high: float
    observed: float
    simulated: pd.DataFrame

    def draws(self, count: int, rng: np.random.Generator) -> Array:
        """Draw quantities that are spread as the estimate is uncertain, shape (count,)."""
        levels = rng.uniform(QUANTILES[0], QUANTILES[-1], count)
        return np.interp(levels, QUANTILES, [self.low, self.value, self.high])


@dataclass(frozen=True)
class CommonFactor:
    """How alike indicators are: one factor common to all, and one to each pillar.

    Attributes
    ----------
    within : Estimate
        Correlation of two indicators of one pillar; the statistic is the mean range (highest less
        lowest score) of the pillars, points.
    share : Estimate
        Part of it that two indicators of different pillars have too; the statistic is the range of
        the index over the mean range of the pillars. 1: one number says all about a province; 0:
        pillars have nothing in common.

    Examples
    --------
    >>> factor = common_factor(draws=40)
    >>> bool(0 < factor.within.low < factor.within.value < factor.within.high < 0.5)
    True
    >>> bool(0 < factor.share.low < factor.share.value <= factor.share.high <= 1)
    True
    """

    within: Estimate
    share: Estimate

    @property
    def between(self) -> tuple[float, float, float]:
        """Correlation of two indicators of different pillars, and its 90 % interval."""
        within = self.within.value
        low, value, high = (within * x for x in (self.share.low, self.share.value, self.share.high))
        return value, low, high

    def draws(self, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """Draw both correlations, within and between pillars, shape (count,) each."""
        within = self.within.draws(count, rng)
        return within, within * self.share.draws(count, rng)


def common_factor(
    years: Sequence[int] = (2023, 2024),
    draws: int = 200,
    seed: int | np.random.Generator = 0,
    *,
    units: int = 63,
    data: str | Path | None = None,
) -> CommonFactor:
    """Estimate how alike indicators are from published extremes of pillars and of the index.

    Parameters
    ----------
    years : sequence of int
        Years of which a sheet is in hand: it prints the country's highest and lowest score of
        every pillar. Several years are averaged and count as one observation, since they are
        the same provinces.
    draws : int
        Panels simulated for each correlation that is tried.
    seed : int or Generator
    units : int
        Ranked units.
    data : path, optional
        The data folder.

    Returns
    -------
    CommonFactor

    Raises
    ------
    DataError
        If no sheet of such a year is in hand.

    Notes
    -----
    Indicators that share nothing average out, so that scores lie close together; the more they
    share, the wider scores range: those of a pillar by what its own indicators share, those of the
    index by what all do. Panels units × indicators are drawn from normal variables with these two
    correlations, scored by min-max and plain means, and their ranges compared with the published
    ones. Real indicators are skewed and more alike within a sub-pillar; two numbers are a summary.
    """
    observed = np.array([_published_ranges(year, data) for year in years]).mean(axis=0)
    fw, rng = Framework.official(inferred=False, data=data), np.random.default_rng(seed)
    noise = _noise(fw, units, draws, rng)
    within = estimate(
        observed[0], _quantiles({rho: simulated_ranges(fw, noise, rho, rho)[0] for rho in GRID})
    )
    ratios = {}
    for share in SHARES:
        pillars, index = simulated_ranges(fw, noise, within.value, share * within.value)
        ratios[share] = index / pillars
    return CommonFactor(within, estimate(observed[1] / observed[0], _quantiles(ratios)))


def estimate(observed: float, simulated: pd.DataFrame) -> Estimate:
    """Find the quantities under which an observed statistic is not an extreme one.

    Parameters
    ----------
    observed : float
        The statistic; it must grow with the quantity.
    simulated : DataFrame
        As `Estimate.simulated`.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame([[30, 40, 50], [50, 60, 70]], index=[0.0, 0.2], columns=QUANTILES)
    >>> found = estimate(50.0, table)
    >>> found.low, found.value, found.high
    (0.0, 0.1, 0.2)
    """
    high, middle, low = (
        float(np.interp(observed, simulated[q], simulated.index)) for q in QUANTILES
    )
    return Estimate(middle, low, high, float(observed), simulated)


def _published_ranges(year: int, data: str | Path | None) -> tuple[float, float]:
    """Mean range of the pillars, and the range of the index, as published."""
    levels = pd.Series(framework_codes(data))
    bounds = national_bounds(year, data).loc[levels.index[levels == "pillar"]]
    index = load_scoreboard(year, data).table["score"]
    return float((bounds["highest"] - bounds["lowest"]).mean()), float(index.max() - index.min())


def national_bounds(year: int, data: str | Path | None = None) -> pd.DataFrame:
    """Lowest and highest of the country for every node, as the first sheet of a year prints them.

    Raises
    ------
    DataError
        If no sheet of the year is in hand.

    Examples
    --------
    >>> national_bounds(2024).loc["1"].tolist()
    [28.3, 77.59]
    """
    folder = data_dir(data)
    found = [unit for unit, of in sheets_in(folder / "sheets.csv", folder) if of == year]
    if not found:
        raise DataError(f"no sheet of {year}", "a sheet, which prints the national bounds")
    return load_sheet(found[0], year, folder).table[["lowest", "highest"]]


def _noise(fw: Framework, units: int, draws: int, rng: np.random.Generator) -> list[Array]:
    """Draw normal numbers: one for each unit, one for each of its pillars, one an indicator."""
    pillars = len(fw.at_level("pillar"))
    return [rng.standard_normal((draws, units, n)) for n in (1, pillars, len(fw.indicators))]


def simulated_ranges(
    fw: Framework, noise: Sequence[Array], within: float, between: float
) -> tuple[Array, Array]:
    """Simulate panels with two correlations: mean range of the pillars, and range of the index.

    Parameters
    ----------
    fw : Framework
    noise : sequence of array
        Standard normal numbers, shapes (draws, units, 1), (…, pillars), (…, indicators).
    within, between : float
        Correlation of two indicators of one pillar, and of different ones.

    Returns
    -------
    array, array, shape (draws,)
        Points.
    """
    one, each, own = noise
    shares = within_weights(fw, "pillar").to_numpy().T
    panels = np.sqrt(between) * one + np.sqrt(within - between) * each @ (shares.T > 0)
    panels = panels + np.sqrt(1.0 - within) * own
    lowest = panels.min(axis=1, keepdims=True)
    scaled = 100.0 * (panels - lowest) / (panels.max(axis=1, keepdims=True) - lowest)
    index = scaled @ fw.effective_weights().to_numpy()
    return np.ptp(scaled @ shares, axis=1).mean(axis=1), np.ptp(index, axis=1)


def _quantiles(statistics: Mapping[float, Array]) -> pd.DataFrame:
    rows = {float(value): np.quantile(found, QUANTILES) for value, found in statistics.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(QUANTILES))


def within_weights(fw: Framework, nodes: str | Sequence[str]) -> pd.DataFrame:
    """Weights that give nodes (a level's, or those named) from the indicators; rows sum to 1.

    Examples
    --------
    >>> import piilib as pii
    >>> within_weights(pii.Framework.official(2024), "pillar").loc["1", "1.1.1"].round(4)
    np.float64(0.1667)
    """
    effective = fw.effective_weights()
    nodes = list(fw.at_level(nodes) if isinstance(nodes, str) else nodes)
    table = pd.DataFrame(0.0, index=nodes, columns=list(fw.indicators))
    for code in fw.indicators:
        for node in (code, *fw.ancestors(code)):
            if node in table.index:
                table.at[node, code] = effective[code]
    return table.div(table.sum(axis=1), axis=0)
