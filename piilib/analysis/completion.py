"""Scores and ranks of every unit, given what was published: draws, intervals, and the facts."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy

from piilib.analysis.completion_facts import Fact, published_facts, regional_change
from piilib.analysis.completion_run import Draws, Settings, sample, solutions
from piilib.analysis.completion_system import System, rank
from piilib.analysis.convergence import rank_rhat
from piilib.data.cache import kept
from piilib.data.lookup import data_dir
from piilib.data.provinces import provinces
from piilib.data.tables import basis_of
from piilib.errors import DataError
from piilib.types import Array

YEARS = (2023, 2024, 2025)


@dataclass(frozen=True)
class Completion:
    """Draws of every unit's score and rank, given the published facts of a ranking.

    Attributes
    ----------
    year : int
    scores, ranks : DataFrame
        Draws × units (keys). Ranks: 1 is the highest.
    prior : str
        What is assumed where nothing was published, in a sentence.
    facts : DataFrame
        A fact a row: ``year``, ``fact``, ``kind``, ``used``, ``satisfied`` (draws in which it
        holds; NaN where it is not used), ``note``, ``address``.
    joint : dict of int to DataFrame
        Scores of every year that was drawn, row by row of the same draw.
    chain : Series
        Chain of each draw.

    Examples
    --------
    >>> import piilib as pii
    >>> c = pii.complete_scoreboard(2025, draws=100)
    >>> c.interval("ha-noi", of="ranks"), c.probability("ha-noi", at_most=1)
    ((1.0, 1.0), 1.0)
    """

    year: int
    scores: pd.DataFrame
    ranks: pd.DataFrame
    prior: str
    facts: pd.DataFrame
    joint: dict[int, pd.DataFrame] = field(repr=False)
    chain: pd.Series = field(repr=False)
    _convergence: pd.DataFrame = field(repr=False)
    _published: pd.DataFrame = field(repr=False)

    def interval(
        self, unit: str | float = 0.9, level: float | None = None, of: str = "scores"
    ) -> pd.DataFrame | tuple[float, float]:
        """Interval that holds a unit's score with a given probability.

        Parameters
        ----------
        unit : str, optional
            Without it, a table of all units.
        level : float
            Between 0 and 1; 0.9 unless given.
        of : {"scores", "ranks"}

        Returns
        -------
        (float, float), or DataFrame with the columns ``low``, ``median``, ``high``
            Score points, or ranks; quantiles of the draws, equal tails.
        """
        if not isinstance(unit, str):
            unit, level = "", float(unit if level is None else level)
        level = 0.9 if level is None else level
        if not 0.0 < level < 1.0:
            raise DataError(f"level={level}", "a probability between 0 and 1")
        if of not in ("scores", "ranks"):
            raise DataError(f"of={of!r}", "'scores' or 'ranks'")
        table = self.scores if of == "scores" else self.ranks
        if unit:
            known = table[self._known(unit)]
            return float(known.quantile((1 - level) / 2)), float(known.quantile((1 + level) / 2))
        ends = table.quantile([(1 - level) / 2, 0.5, (1 + level) / 2]).T
        return ends.set_axis(["low", "median", "high"], axis=1)

    def probability(self, unit: str, at_most: int) -> float:
        """Share of draws in which a unit's rank is ``at_most`` or better."""
        return float((self.ranks[self._known(unit)] <= at_most).mean())

    @property
    def summary(self) -> pd.DataFrame:
        """By unit: what was published, and the draws.

        Columns ``score`` and ``rank`` as published (NaN where not), ``published`` (whether the
        score was), ``median``, ``low``, ``high`` (90 %), ``rank_low``, ``rank_high`` (90 %),
        ``rhat``, ``ess``: rank-normalised split R-hat of the chains (below 1.05 where they agree)
        and effective number of the draws kept, of the score.
        """
        ends, places = self.interval(0.9), self.interval(0.9, of="ranks")
        assert isinstance(ends, pd.DataFrame)
        assert isinstance(places, pd.DataFrame)
        table = self._published[["score", "rank"]].copy()
        table["published"] = table["score"].notna()
        table[["median", "low", "high"]] = ends[["median", "low", "high"]]
        table[["rank_low", "rank_high"]] = places[["low", "high"]]
        table[["rhat", "ess"]] = self._convergence.loc[self.year][["rhat", "ess"]]
        return table

    @property
    def convergence(self) -> pd.DataFrame:
        """R-hat and effective size of every score of every year drawn: index year, unit."""
        return self._convergence

    @property
    def standard_error(self) -> pd.Series:
        """Monte-Carlo standard error of each unit's mean score: sd/√(effective draws), points."""
        size = self._convergence.loc[self.year]["mean_ess"]
        return self.scores.std() / np.sqrt(size)

    def _known(self, unit: str) -> str:
        if unit not in self.scores.columns:
            raise DataError(f"the unit {unit!r}", f"the key of a unit ranked in {self.year}")
        return unit


def complete_scoreboard(
    year: int,
    draws: int = 1000,
    seed: int | np.random.Generator = 0,
    *,
    tau: float = 2.25,
    prior: str = "joint",
    data: str | Path | None = None,
    executor: Executor | None = None,
    settings: Settings | None = None,
) -> Completion:
    """Draw every unit's score from what was published, by Markov chain Monte Carlo.

    Parameters
    ----------
    year : int
        2023 or 2024 (63 units), 2025 (34).
    draws : int
    seed : int or Generator
        One seed gives identical results, whatever the executor.
    tau : float
        Standard deviation of a unit's yearly change about its region's, score points.
    prior : {"joint", "flat"}
        ``"joint"``: 2023 flat between its lowest and highest published score, 2024 = 2023 +
        change of the regional mean + N(0, tau²), both years drawn together. ``"flat"``: the year
        alone, flat between its lowest and highest published score. 2025 stands alone in either:
        flat from the lowest score published in any year to the year's highest.
    data : path, optional
        The data folder.
    executor : concurrent.futures.Executor, optional
        Where blocks of chains run; by default in this process.
    settings : Settings, optional
        How long chains run, for up to 1,000 draws; with more draws, longer in proportion.

    Returns
    -------
    Completion

    Raises
    ------
    DataError
        For an unknown year or prior; where facts contradict each other, with a minimal set of
        those that do.

    Notes
    -----
    Facts are hard: every draw satisfies every one. A published score is uniform within its rounding
    (± 0.005, ± 0.05 where it was derived from a change printed to one decimal); a regional mean is
    taken to be the simple mean of its units, ± 0.005. Units that no fact tells apart have the same
    distribution. `Completion.summary` shows R-hat and effective sizes, which are to be looked at.
    What was drawn is kept on this machine and found again while neither data, code nor settings
    change; see `piilib.data.cache`.

    Examples
    --------
    >>> import piilib as pii
    >>> c = pii.complete_scoreboard(2025, draws=200)
    >>> c.prior.split(":")[0]
    '2025'
    >>> c.ranks["ha-noi"].unique().tolist()
    [1]
    """
    if year not in YEARS:
        raise DataError(f"year={year!r}", f"one of {', '.join(map(str, YEARS))}")
    if prior not in ("joint", "flat"):
        raise DataError(f"prior={prior!r}", "'joint' or 'flat'")
    if not isinstance(draws, int | np.integer) or draws < 1:
        raise DataError(f"draws={draws!r}", "a whole number of 1 or more")
    if not tau > 0:
        raise DataError(f"tau={tau!r}", "a number of score points above 0")
    system, unused, said = read_system(year, tau, prior, data)
    chosen = settings or (Settings() if system.linked else SINGLE)
    entropy = int(seed.integers(2**63)) if isinstance(seed, np.random.Generator) else int(seed)
    longer = round(chosen.sweeps * max(1.0, draws / 1000))
    chosen = replace(chosen, sweeps=longer, least=max(chosen.least, draws))
    parts = [*_inputs(data), np.__version__, system.years, tau, prior, chosen, entropy]
    compute = partial(_sampled, system, chosen, entropy, executor)
    arrays: dict[str, Any] = kept("completion", parts, compute)
    found = Draws(**arrays)
    return _completion(year, system, found, int(draws), unused, said)


def _inputs(data: str | Path | None) -> list[Path]:
    """Files that a completion rests on: the tables, and the code that draws."""
    folder = data_dir(data)
    tables = [folder / f"{name}.csv" for name in ("scoreboard", "regions", "facts", "provinces")]
    return [*tables, *sorted(Path(__file__).parent.glob("completion*.py"))]


def _sampled(
    system: System, settings: Settings, entropy: int, executor: Executor | None
) -> dict[str, Array]:
    for_starts, for_chains = np.random.SeedSequence(entropy).spawn(2)
    starts = solutions(system, settings.starts, for_starts, executor)
    return vars(sample(system, starts, for_chains, settings, executor))


#: One year alone mixes within a few sweeps.
SINGLE = Settings(chains=128, melt=10, burn=20, sweeps=100, jumps=20)


def read_system(
    year: int, tau: float = 2.25, prior: str = "joint", data: str | Path | None = None
) -> tuple[System, pd.DataFrame, str]:
    """Read the facts and state the prior: the system, the facts not used, the sentence."""
    units = provinces(basis_of(year), data)
    years = (2023, 2024) if prior == "joint" and year in (2023, 2024) else (year,)
    facts, unused = published_facts(years, data)
    ends = {one: _ends(facts, one) for one in years}
    bounds = [ends[one] if one == years[0] else (0.0, 100.0) for one in years]
    if len(years) == 2:
        change = regional_change(facts, years, units["region_key"].to_dict()).to_numpy()
        said = (
            f"{years[0]}: flat on [{bounds[0][0]:.2f}, {bounds[0][1]:.2f}]; {years[1]}: the score "
            f"of {years[0]} + the change of the regional mean ({change.min():+.2f} to "
            f"{change.max():+.2f}) + N(0, {tau:g}²)"
        )
        system = System.of(list(units.index), years, facts, bounds, change, tau)
        return system, unused, said
    if year == 2025:
        lowest = min(_ends(published_facts((one,), data)[0], one)[0] for one in YEARS)
        bounds = [(lowest, bounds[0][1])]
    said = f"{year}: flat on [{bounds[0][0]:.2f}, {bounds[0][1]:.2f}], independent units"
    if year == 2025:
        lowest_known = ends[year][0]
        said += (
            f"; the lower end is the lowest score published in any year, on the scale of 63 units, "
            f"as nothing is published below {lowest_known:.2f}: the intervals of the units without "
            "a rank are wide, and hardly more than this prior"
        )
    return System.of(list(units.index), years, facts, bounds), unused, said


def _ends(facts: Sequence[Fact], year: int) -> tuple[float, float]:
    """Lowest and highest published score of a year, with their rounding."""
    scores = [fact for fact in facts if fact.kind == "score" and fact.year == year]
    if not scores:
        raise DataError(f"no published score of {year}", "at least the lowest and the highest")
    return min(fact.low for fact in scores), max(fact.high for fact in scores)


def _completion(
    year: int, system: System, found: Draws, draws: int, unused: pd.DataFrame, said: str
) -> Completion:
    """Choose the draws kept, evenly over groups and sweeps, and label them."""
    if len(found.states) < draws:
        raise DataError(
            f"{len(found.states)} states for {draws} draws",
            "fewer draws, or Settings of more sweeps",
        )
    chosen = found.spaced(draws)
    units = pd.Index(system.units, name="key")
    joint = {
        one: pd.DataFrame(chosen.states[:, y], columns=units) for y, one in enumerate(system.years)
    }
    ranks = rank(chosen.states[:, system.years.index(year)])
    return Completion(
        year=year,
        scores=joint[year],
        ranks=pd.DataFrame(ranks.astype(int), columns=units),
        prior=said,
        facts=_fact_table(system, chosen.states, unused),
        joint=joint,
        chain=pd.Series(chosen.chain, name="chain"),
        _convergence=_converged(system, found, chosen),
        _published=_published(system, year),
    )


def _published(system: System, year: int) -> pd.DataFrame:
    """Return published scores and ranks; NaN where none."""
    table = pd.DataFrame(
        np.nan, index=pd.Index(system.units, name="key"), columns=["score", "rank"]
    )
    for fact in system.facts:
        exact = fact.kind == "rank" and not fact.group and fact.low == fact.high
        if fact.year == year and (fact.kind == "score" or exact):
            table.loc[fact.units[0], fact.kind] = round((fact.low + fact.high) / 2, 6)
    return table


def _fact_table(system: System, kept: Array, unused: pd.DataFrame) -> pd.DataFrame:
    ranks = rank(kept)
    rows = [
        {
            "year": fact.year,
            "fact": str(fact),
            "kind": fact.kind,
            "used": True,
            "satisfied": float(system.holds(fact, kept, ranks).sum()),
            "note": fact.note,
            "address": fact.address,
        }
        for fact in system.facts
    ]
    rest = {"kind": "", "used": False, "satisfied": np.nan, "address": ""}
    rows += unused.rename(columns={"reason": "note"}).assign(**rest).to_dict("records")
    return pd.DataFrame(rows)


def _converged(system: System, found: Draws, kept: Draws) -> pd.DataFrame:
    """R-hat between groups of chains, over all states; effective sizes of the draws kept."""
    rhat = rank_rhat(found.by_group())
    places = scipy.stats.rankdata(kept.states, axis=0)
    columns = {"rhat": rhat, "ess": kept.effective(places), "mean_ess": kept.effective(kept.states)}
    index = pd.MultiIndex.from_product([system.years, system.units], names=["year", "unit"])
    return pd.DataFrame({name: value.ravel() for name, value in columns.items()}, index=index)
