"""Do the intervals hold what they say? Published scores held back, and simulated scoreboards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy

from piilib.analysis.completion import read_system
from piilib.analysis.completion_facts import HALF, Fact
from piilib.analysis.completion_run import Settings, sample, solutions
from piilib.analysis.completion_system import Ranks, System, rank
from piilib.errors import DataError
from piilib.types import Array

REMOVALS = ("score", "score and rank", "score, rank and regional mean")
LEVELS = (0.5, 0.9)
#: Shorter chains than `complete_scoreboard`'s: enough for the ends of an interval.
SHORT = Settings(
    chains=48, blocks=1, starts=1, melt=15, burn=20, sweeps=60, jumps=50, price=3.0, least=300
)


def calibration_table(
    year: int = 2024,
    simulated: int = 500,
    seed: int = 0,
    *,
    removals: Sequence[str] = REMOVALS,
    tau: float = 2.25,
    data: str | Path | None = None,
    settings: Settings = SHORT,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Coverage and width of the intervals of completed scores.

    Parameters
    ----------
    year : int
        2023 or 2024.
    simulated : int
        Scoreboards drawn from the prior, with the same pattern of missing figures; 0 for none.
    seed : int
    removals : sequence of str
        What is held back of every published score, one unit at a time: see `REMOVALS`.
    tau : float
        As in `complete_scoreboard`.
    data : path, optional
        The data folder.
    settings : Settings
        How long chains run.
    executor : Executor, optional
        Where removals and scoreboards run.

    Returns
    -------
    DataFrame
        ``rests_on`` ("published" or "simulated"), ``removal``, ``level`` (0.5, 0.9), ``count``,
        ``coverage`` (share of true scores inside), ``low``, ``high`` (95 %: exact binomial for
        published ones, over scoreboards for simulated ones), ``median_width`` (points). Coverage
        near its level is good; with the score alone held back the rank gives most of it away, and
        that row is no calibration.

    Raises
    ------
    DataError
        For an unknown removal, or a year without the joint prior.

    Notes
    -----
    A simulated scoreboard: scores of the first year flat and independent, of the second by the
    prior; then the units that hold the ranks that were published have them published, with their
    scores where these were, and every other fact of the same kind is read off. A scoreboard is a
    draw of the prior and its facts a function of it, so that exact intervals cover at their level.

    Examples
    --------
    >>> calibration_table(2024, simulated=0, removals=())["coverage"].tolist()
    []
    """
    for one in removals:
        if one not in REMOVALS:
            raise DataError(f"removal {one!r}", f"one of {', '.join(REMOVALS)}")
    system, _, _ = read_system(year, tau, "joint", data)
    if not system.linked:
        raise DataError(f"year={year}", "2023 or 2024, which have the joint prior")
    for_starts, for_removals, for_boards = np.random.SeedSequence(seed).spawn(3)
    at = system.years.index(year)
    known = [fact for fact in system.facts if fact.kind == "score" and fact.year == year]
    tasks = [(fact, removal) for removal in removals for fact in known]
    rows = []
    if tasks:
        starts = solutions(system, settings.starts, for_starts)
        job = partial(_held_back, system, at, starts, settings)
        found = np.array(_map(executor, job, tasks, for_removals.spawn(len(tasks))))
        names = np.array([removal for _, removal in tasks])
        rows += [row for one in removals for row in _published_rows(one, found[names == one])]
    if simulated:
        board = partial(_simulated, system, at, settings)
        seeds = for_boards.spawn(simulated)
        rows += _simulated_rows(np.array(_map(executor, board, range(simulated), seeds)))
    columns = ["rests_on", "removal", "level", "count", "coverage", "low", "high", "median_width"]
    return pd.DataFrame(rows, columns=columns)


def _map(
    executor: Executor | None,
    job: Callable[[Any, np.random.SeedSequence], Any],
    tasks: Sequence[Any],
    seeds: Sequence[np.random.SeedSequence],
) -> list[Any]:
    """Run a job on every task with a seed of its own."""
    if executor is None:
        return [job(task, seed) for task, seed in zip(tasks, seeds, strict=True)]
    return list(executor.map(job, tasks, seeds))


def _held_back(
    system: System,
    at: int,
    starts: Array,
    settings: Settings,
    task: tuple[Fact, str],
    seed: np.random.SeedSequence,
) -> list[float]:
    """Return inside (0 or 1) and width at each level, one score held back."""
    fact, removal = task
    unit = fact.units[0]
    fewer = system.only([one for one in system.facts if not _removed(one, fact, removal)])
    if removal == REMOVALS[2]:
        fewer = replace(fewer, change=_unknown_change(system, fact))
    draws = sample(fewer, starts, seed, settings).states[:, at, system.units.index(unit)]
    return _inside(draws[:, None], np.array([(fact.low + fact.high) / 2])).ravel().tolist()


def _removed(fact: Fact, held: Fact, removal: str) -> bool:
    if fact.year != held.year:
        return False
    own = fact.units == held.units and fact.kind in ("score", "rank")
    if removal == "score":
        return own and fact.kind == "score"
    mean = fact.kind == "mean" and held.units[0] in fact.group
    return own or (mean and removal == REMOVALS[2])


def _unknown_change(system: System, held: Fact) -> Array:
    """Return the expected change where that of a unit's region is unknown: the others' mean."""
    own = np.zeros(len(system.units), dtype=bool)
    for fact in system.facts:
        if fact.kind == "mean" and held.units[0] in fact.group:
            own[system.places(fact)] = True
    return np.where(own, system.change[~own].mean(), system.change)


def _inside(draws: Array, truth: Array) -> Array:
    """Inside and width at each level, shape (units, 2 × levels)."""
    parts = []
    for level in LEVELS:
        low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
        parts += [(low <= truth) & (truth <= high), high - low]
    return np.array(parts, dtype=float).T


def simulate_facts(system: System, rng: np.random.Generator) -> tuple[Array, System]:
    """Draw a scoreboard from the prior and publish of it what was published of the real one.

    Parameters
    ----------
    system : System
        The real facts and the joint prior.
    rng : Generator

    Returns
    -------
    truth : array, shape (2, units)
    system : System
        The same prior, and facts of the same kinds read off ``truth``.
    """
    low, high = system.bounds[0]
    first = rng.uniform(low, high, len(system.units))
    second = first + system.change + system.tau * rng.standard_normal(len(first))
    truth = np.array([first, second])
    facts: list[Fact] = []
    for fact in system.facts:
        facts += _alike(fact, system, truth)
    return truth, system.only(list(dict.fromkeys(facts)))


def _alike(fact: Fact, system: System, truth: Array) -> list[Fact]:
    """Read off a simulated scoreboard what a real fact says of the real one."""
    year = system.years.index(fact.year)
    ranks = rank(truth)
    if fact.kind == "mean":
        mean = round(float(truth[year, system.places(fact)].mean()), 2)
        return [replace(fact, low=mean - HALF, high=mean + HALF)]
    if fact.kind == "stay":
        return _fallen(fact, system, ranks)
    if fact.kind == "rank" and fact.low == fact.high:
        group = system.places(fact)
        within = rank(truth[year, group])
        unit = system.units[int(group[np.flatnonzero(within == fact.low)[0]])]
        return [replace(fact, units=(unit,))]
    if fact.kind == "score":
        place = system.units.index(fact.units[0])
        own = int(system.rank_low[year, place])
        if own == system.rank_high[year, place]:  # its rank is known: who has it here
            place = int(np.flatnonzero(ranks[year] == own)[0])
        half = (fact.high - fact.low) / 2
        score = round(float(truth[year, place]), 2 if half < 0.01 else 1)
        return [replace(fact, units=(system.units[place],), low=score - half, high=score + half)]
    return []  # bands are read off with the units that fell


def _fallen(fact: Fact, system: System, ranks: Ranks) -> list[Fact]:
    """Name the units that left a band for the worse, and where they are."""
    since, year = system.years.index(fact.since), system.years.index(fact.year)
    best, worst = fact.band
    inside = (ranks[since] >= best) & (ranks[since] <= worst)
    names = []
    facts = []
    for i in np.flatnonzero(inside & (ranks[year] > fact.high)):
        names.append(system.units[i])
        ends = (fact.high + 1, 50.0) if ranks[year, i] <= 50 else (51.0, float(len(system.units)))
        facts.append(Fact(fact.since, "rank", (system.units[i],), (), best, worst))
        facts.append(Fact(fact.year, "rank", (system.units[i],), (), *ends))
    return [replace(fact, units=tuple(names)), *facts]


def _simulated(
    system: System, at: int, settings: Settings, number: int, seed: np.random.SeedSequence
) -> list[list[float]]:
    """Return mean coverage and median width at each level over the units without a score."""
    del number
    for_truth, for_chains = seed.spawn(2)
    truth, board = simulate_facts(system, np.random.default_rng(for_truth))
    draws = sample(board, truth[None], for_chains, settings).states[:, at]
    known = {
        fact.units[0]
        for fact in board.facts
        if fact.kind == "score" and fact.year == board.years[at]
    }
    missing = np.array([unit not in known for unit in board.units])
    found = _inside(draws[:, missing], truth[at, missing])
    rows = []
    for k in range(len(LEVELS)):
        rows.append(
            [
                float(found[:, 2 * k].mean()),
                float(np.median(found[:, 2 * k + 1])),
                float(missing.sum()),
            ]
        )
    return rows


def _published_rows(removal: str, found: Array) -> list[dict[str, object]]:
    rows = []
    for k, level in enumerate(LEVELS):
        inside = int(found[:, 2 * k].sum())
        ends = scipy.stats.binomtest(inside, len(found)).proportion_ci(0.95)
        rows.append(
            {
                "rests_on": "published",
                "removal": removal,
                "level": level,
                "count": len(found),
                "coverage": inside / len(found),
                "low": ends.low,
                "high": ends.high,
                "median_width": float(np.median(found[:, 2 * k + 1])),
            }
        )
    return rows


def _simulated_rows(found: Array) -> list[dict[str, object]]:
    """Pool scoreboards; the interval counts scoreboards, whose units are not independent."""
    rows = []
    for k, level in enumerate(LEVELS):
        cover = found[:, k, 0]
        error = 1.96 * cover.std(ddof=1) / np.sqrt(len(cover)) if len(cover) > 1 else np.nan
        rows.append(
            {
                "rests_on": "simulated",
                "removal": "as published",
                "level": level,
                "count": int(found[:, k, 2].sum()),
                "coverage": cover.mean(),
                "low": cover.mean() - error,
                "high": cover.mean() + error,
                "median_width": float(np.median(found[:, k, 1])),
            }
        )
    return rows
