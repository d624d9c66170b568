"""The cheapest choice of steps whose what-if, not the sum of its parts, brings the points."""

from __future__ import annotations

import numpy as np

from piilib.analysis.portfolio_effects import total_draws
from piilib.analysis.portfolio_problem import NOTHING, Problem
from piilib.analysis.portfolio_solve import Solution

#: Rounds in which a choice is mended until its what-if arrives.
_ROUNDS = 12


def points_of(problem: Problem, solution: Solution) -> float:
    """Index points of a choice: median of the anchored what-if, in the measure that is made large.

    Examples
    --------
    >>> import piilib as pii
    >>> from piilib.analysis.portfolio_problem import portfolio_problem
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=50)
    >>> problem = portfolio_problem(base)
    >>> points_of(problem, problem.best(0.0)), round(points_of(problem, problem.best(10.0)), 2)
    (0.0, 0.85)
    """
    gain, net = total_draws(problem.base, problem.bought(solution))
    return float(np.median(net if problem.by == "net" else gain))


def least_solution(problem: Problem, needed: float) -> Solution | None:
    """Choose the steps of least effort that bring some index points; None if none do.

    The sum of the parts is asked for more or less until the what-if of all of them arrives, as
    every calibration is carried through whole and nodes are clipped.

    Parameters
    ----------
    problem : Problem
    needed : float
        Index points, in the measure that is made large.

    Examples
    --------
    >>> import piilib as pii
    >>> from piilib.analysis.portfolio_problem import portfolio_problem
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=50)
    >>> problem = portfolio_problem(base)
    >>> points_of(problem, least_solution(problem, 1.05)) >= 1.05, least_solution(problem, 36.05)
    (True, None)
    """
    best = problem.best(None)
    if needed - points_of(problem, best) > NOTHING:
        return None
    cost = problem.menu["effort"].to_numpy(dtype=float)
    parts = problem.menu[problem.by].to_numpy(dtype=float)
    asked = max(needed, 0.0)
    for _ in range(_ROUNDS):
        solution = problem.least(asked)
        if solution is None:
            break
        together = points_of(problem, solution)
        if needed - together <= NOTHING and cost @ solution.taken < cost @ best.taken:
            best = solution
        tried, asked = asked, max(needed - (together - float(parts @ solution.taken)), 0.0)
        if abs(asked - tried) < NOTHING:
            break
    return best
