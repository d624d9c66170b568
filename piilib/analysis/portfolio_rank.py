"""Least effort for a rank with a probability, simulated again with the portfolio's own gain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from piilib.analysis.outlook_futures import least
from piilib.analysis.outlook_inputs import read_entry
from piilib.analysis.outlook_result import POOLED, RankOutlook
from piilib.analysis.portfolio_effects import total_draws
from piilib.analysis.portfolio_least import least_solution
from piilib.analysis.portfolio_problem import Problem
from piilib.analysis.portfolio_result import Portfolio, made_of
from piilib.analysis.portfolio_solve import Solution
from piilib.analysis.rank_outlook import rank_outlook
from piilib.errors import DataError
from piilib.index.check import is_finite, shown
from piilib.types import Array

#: Probability that is asked for where none is: the rank is as likely as not.
CONFIDENCE = 0.5
#: Rounds in which the score asked for is mended until the probability holds.
_ROUNDS = 10


@dataclass(frozen=True)
class RankGoal:
    """A rank with a probability, and the outlook in which it is to be reached.

    Attributes
    ----------
    outlook : RankOutlook
        Of the unit that does nothing.
    rank : int
    confidence : float
    share : float
        Share of the province in its unit: its gains count by so much.
    pick : array, shape (draws of the outlook,)
        Calibration whose gain each draw of the outlook takes; each is taken equally often.
    """

    outlook: RankOutlook
    rank: int
    confidence: float
    share: float
    pick: npt.NDArray[np.intp]

    def with_gain(self, points: Array) -> RankOutlook:
        """Return the same futures with index points gained in each; shape (calibrations,)."""
        drawn = self.share * points[self.pick]
        futures = replace(self.outlook._futures, gain=drawn)
        return replace(self.outlook, scenario="gain", _futures=futures)

    def probability(self, points: Array) -> float:
        """Probability of the rank with index points gained; shape (calibrations,)."""
        return self.with_gain(points).probability(self.rank)

    def needed(self, around: Array) -> float:
        """Least median gain with which the rank has its probability.

        Parameters
        ----------
        around : array, shape (calibrations,)
            Gain less its median: a gain that is not certain needs another median.

        Returns
        -------
        float
            Index points; −inf where any will do. Large where the rank is far.
        """
        short = self._short() / self.share
        return least(short - around[self.pick], self.confidence)

    def _short(self) -> Array:
        """Points by which the unit misses the rank in each draw, on the scale of its sheet."""
        futures, found = self.outlook._futures, self.outlook._outcome(None, None)
        score = found.needed(self.rank)
        if not futures.gain_on_34 or found.scale is None or futures.published is None:
            return score - found.expected
        own = futures.published.own
        return found.scale.to_34(score - (found.expected - found.scale.to_63(own))) - own


def check_confidence(confidence: float | None) -> float:
    """Return a probability between 0 and 1, or the one that stands for none."""
    if confidence is None:
        return CONFIDENCE
    if not (is_finite(confidence) and 0.0 < confidence < 1.0):
        raise DataError(f"confidence={shown(confidence)}", "a probability between 0 and 1")
    return float(confidence)


def least_for_rank(
    problem: Problem,
    target_rank: int,
    confidence: float | None = None,
    outlook: RankOutlook | None = None,
) -> Portfolio:
    """Least effort with which a rank has a probability; see `least_effort`.

    Parameters
    ----------
    problem : Problem
    target_rank : int
        Among the 34 units.
    confidence : float, optional
    outlook : RankOutlook, optional
        Of the same unit and year, doing nothing; made with the problem's seed unless given.

    Returns
    -------
    Portfolio

    Notes
    -----
    The gain that the rank needs if it were certain is the first score asked for. The portfolio for
    it has a gain with a spread (its calibrations), so the median that a gain *with that spread*
    needs is asked for next, until the answer stays. The draws of the outlook stay the same.

    Examples
    --------
    >>> import piilib as pii
    >>> from piilib.analysis.portfolio_problem import portfolio_problem
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=50)
    >>> nothing = pii.rank_outlook(base, draws=1000)
    >>> found = least_for_rank(portfolio_problem(base), 30, 0.5, nothing)
    >>> found.status, found.probability >= 0.5, found.missing
    ('optimal', True, 0.0)
    """
    goal = _goal(problem, target_rank, check_confidence(confidence), outlook)
    best = problem.best(None)
    gained = _net(problem, best)
    if goal.probability(gained) >= goal.confidence:
        best = _cheapest(problem, goal, best)
    return _told(problem, goal, best)


def _goal(problem: Problem, rank: int, confidence: float, outlook: RankOutlook | None) -> RankGoal:
    if problem.by != "net":
        raise DataError(f"by={problem.by!r} with a target rank", "by='net': all others move too")
    if outlook is None:
        outlook = rank_outlook(
            problem.base, problem.year, scenario="nothing", seed=problem.seed, data=problem.data
        )
    else:
        _check_outlook(outlook, problem)
    outlook.probability(rank)  # refuses a rank that there is not
    calibrations = len(problem.base.calibration.value)
    pick = np.resize(np.arange(calibrations), len(outlook.gain))
    pick = np.random.default_rng(problem.seed).permutation(pick)
    return RankGoal(outlook, int(rank), confidence, float(outlook.facts["share_of_unit"]), pick)


def _check_outlook(outlook: RankOutlook, problem: Problem) -> None:
    folder = problem.data if problem.data is not None and Path(problem.data).is_dir() else None
    unit = read_entry(problem.base, folder).unit
    found = (outlook.unit, outlook.year, outlook.scenario)
    if found != (unit, problem.year, "nothing"):
        of = "an outlook of {} for {}, scenario {!r}"
        raise DataError(of.format(*found), of.format(unit, problem.year, "nothing"))


def _net(problem: Problem, solution: Solution) -> Array:
    return total_draws(problem.base, problem.bought(solution))[1]


def _cheapest(problem: Problem, goal: RankGoal, best: Solution) -> Solution:
    """Ask for the median that the last choice's spread needs, until it is the one asked before."""
    cost = problem.menu["effort"].to_numpy(dtype=float)
    asked, tried = goal.needed(np.zeros(len(problem.base.calibration.value))), set[float]()
    while round(asked, 9) not in tried and len(tried) < _ROUNDS:
        tried.add(round(asked, 9))
        solution = least_solution(problem, max(asked, 0.0))
        if solution is None:
            break
        gained = _net(problem, solution)
        cheaper = cost @ solution.taken < cost @ best.taken
        if cheaper and goal.probability(gained) >= goal.confidence:
            best = solution
        asked = goal.needed(gained - np.median(gained))
    return best


def _told(problem: Problem, goal: RankGoal, solution: Solution) -> Portfolio:
    """Tabulate the portfolio with its probability, and the score that its spread needs."""
    gained = _net(problem, solution)
    target = problem.published + max(goal.needed(gained - np.median(gained)), 0.0)
    made, outlook = made_of(problem, solution, target=target), goal.with_gain(gained)
    chances = outlook.chances(goal.rank).loc[outlook.merge].loc[goal.rank]
    probability = float(chances.at[POOLED, "probability"])
    over = chances["probability"].drop(POOLED)
    reached = probability >= goal.confidence
    return replace(
        made,
        status="optimal" if reached else "not attainable",
        missing=0.0 if reached else made.missing,
        target_rank=goal.rank,
        confidence=goal.confidence,
        probability=probability,
        probability_low=float(over.min()),
        probability_high=float(over.max()),
        probability_error=float(chances.at[POOLED, "standard_error"]),
        outlook=outlook,
    )
