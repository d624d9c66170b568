"""Portfolios: most index points for a budget of effort, least effort for a score or a rank."""

from __future__ import annotations

from typing import Unpack

import numpy as np
import pandas as pd

from piilib.analysis.outlook_result import RankOutlook
from piilib.analysis.portfolio_least import least_solution
from piilib.analysis.portfolio_plan import plan_point
from piilib.analysis.portfolio_problem import (
    Choices,
    Problem,
    check_amount,
    check_whole,
    portfolio_problem,
)
from piilib.analysis.portfolio_rank import check_confidence, least_for_rank
from piilib.analysis.portfolio_result import Portfolio, made_of, point_of
from piilib.analysis.whatif import Anchor
from piilib.data.sheet import Sheet
from piilib.errors import DataError
from piilib.index.check import is_finite, shown

#: Index score that is asked for where neither a score nor a rank is.
TARGET = 30.0


def best_portfolio(
    sheet: Sheet | Anchor, budget: float | None = 10.0, **choices: Unpack[Choices]
) -> Portfolio:
    """Most index points for a budget of effort.

    Parameters
    ----------
    sheet : Sheet or Anchor
        An `Anchor` brings its own calibration and efforts.
    budget : float, optional
        Difficulty-weighted years of effort in all, up to ``year``; None: no limit.
    year : int
        2026 unless given. Edition of the index in which the steps must show. An indicator whose
        data lag leaves no year stays where it is.
    agency_budgets : mapping, optional
        {lead agency: years of effort a year}; agencies not named have no limit of their own.
    exclude : collection of str, optional
        Indicators left alone.
    whole_steps : bool
        True unless given. False: beyond an indicator's first step, parts of steps too (never of
        things counted).
    max_pace, max_pace_counts : int
        Most steps a year, 2, and 3 for counts. The second and later of a year cost double.
    effort : DataFrame or path, optional
        Table of efforts (see `load_effort`).
    plan : Plan, optional
        Gives the lead agencies, as for `levers`.
    by : {"net", "gain"}
        What is made large: points beyond the common drift, or at the bounds of the sheet's year.
    seed : int
        Of the calibration, 0 unless given.
    data : path, optional

    Returns
    -------
    Portfolio

    Raises
    ------
    DataError
        If a number is out of range, or an indicator or agency is unknown.

    Examples
    --------
    >>> import piilib as pii
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=50)
    >>> chosen = pii.best_portfolio(base, 10)
    >>> chosen.table.index.tolist()
    ['1.1.1', '1.2.3', '3.1.2', '6.2.2', '6.2.1']
    >>> round(chosen.effort, 1), round(chosen.net, 2), round(chosen.gain, 2)
    (9.8, 0.85, 0.72)
    """
    check_amount(budget, "budget")
    return best_of(portfolio_problem(sheet, **choices), budget)


def best_of(problem: Problem, budget: float | None) -> Portfolio:
    """Most index points for a budget, from a problem that is made already; see `best_portfolio`."""
    check_amount(budget, "budget")
    return made_of(problem, problem.best(budget), budget=budget)


def least_effort(
    sheet: Sheet | Anchor,
    target_score: float | None = None,
    *,
    target_rank: int | None = None,
    confidence: float | None = None,
    outlook: RankOutlook | None = None,
    **choices: Unpack[Choices],
) -> Portfolio:
    """Least effort with which the index score, or the rank with a probability, is reached.

    Parameters
    ----------
    sheet : Sheet or Anchor
    target_score : float, optional
        Index score: of ``score`` (net of the common drift) with ``by="net"``, of
        ``score_at_bounds`` with ``by="gain"``; the median of the anchored what-if has to reach it.
        30.0 where neither a score nor a rank is given.
    target_rank : int, optional
        Rank among the 34 units in ``year``, instead of a score, when all others move too. The
        gain that it needs is `RankOutlook.needed_gain`; it is mended until the probability,
        simulated again with the gain of the portfolio and its spread, is `confidence` or more.
    confidence : float, optional
        Probability with which the rank is to be reached. None: 0.5, which is the rank beside the
        scores that the others are expected to have.
    outlook : RankOutlook, optional
        Of the same unit and year, doing nothing: ``rank_outlook(sheet, year)`` unless given. Its
        weighting of merged units and its law of tau hold.
    year, agency_budgets, exclude, whole_steps, max_pace, max_pace_counts, effort, plan
        As for `best_portfolio`.
    by, seed, data
        As for `best_portfolio`; a rank needs ``by="net"``. The seed is the default outlook's too.

    Returns
    -------
    Portfolio
        Where the target cannot be reached ``status`` is "not attainable", the steps are those with
        the best score that can be, and ``missing`` says by how much they miss; for a rank
        ``probability`` is then the largest that can be reached.

    Raises
    ------
    DataError
        As `best_portfolio`; for a score beside a rank, a confidence or an outlook without a rank, a
        rank that there is not, or an outlook of another unit, year or scenario.

    Examples
    --------
    >>> import piilib as pii
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=50)
    >>> modest, bold = (pii.least_effort(base, score) for score in (25.0, 60.0))
    >>> modest.status, len(modest.table), modest.score >= 25.0
    ('optimal', 4, True)
    >>> bold.status, round(bold.score + bold.missing, 2)
    ('not attainable', 60.0)
    >>> nothing = pii.rank_outlook(base, draws=1000)
    >>> ranked = [pii.least_effort(base, target_rank=30, confidence=p, outlook=nothing)
    ...           for p in (0.5, 0.8, 0.95)]
    >>> [found.status for found in ranked], ranked[0].effort < ranked[1].effort
    (['optimal', 'optimal', 'not attainable'], True)
    >>> ranked[1].probability >= 0.8 > ranked[2].probability - 0.1
    True
    """
    if target_rank is None:
        if confidence is not None or outlook is not None:
            raise DataError("a confidence or an outlook without a rank", "target_rank= too")
        score = _score(TARGET if target_score is None else target_score)
        return least_of(portfolio_problem(sheet, **choices), score)
    if target_score is not None:
        raise DataError("a target score and a target rank", "one of them")
    check_confidence(confidence)
    return least_for_rank(portfolio_problem(sheet, **choices), target_rank, confidence, outlook)


def _score(target: float) -> float:
    if not (is_finite(target) and 0 <= target <= 100):
        raise DataError(f"the target {shown(target)}", "an index score, 0 to 100")
    return float(target)


def least_of(problem: Problem, target_score: float) -> Portfolio:
    """Least effort for a score, from a problem that is made already; see `least_effort`."""
    score = _score(target_score)
    solution = least_solution(problem, score - problem.published)
    return made_of(problem, problem.best(None) if solution is None else solution, target=score)


def frontier(
    sheet: Sheet | Anchor, *, points: int = 25, **choices: Unpack[Choices]
) -> pd.DataFrame:
    """Best portfolios from no effort to all that the pace allows.

    Parameters
    ----------
    points : int
        Budgets, closer together where they are small.
    sheet, year, agency_budgets, exclude, whole_steps, max_pace, max_pace_counts, effort, plan
        As for `best_portfolio`.
    by, seed, data
        As for `best_portfolio`.

    Returns
    -------
    DataFrame
        One row a budget, rising. ``budget`` and ``effort`` (spent) in difficulty-weighted years;
        ``net``, ``net_low``, ``net_high``; ``score``; ``gain``, ``gain_low``, ``gain_high``;
        ``score_at_bounds``; ``indicators`` moved; ``price``: points for one more year of effort.
        ``attrs["plan"]``, where there is a plan: its targets as `plan_table` and `plan_total` see
        them, ``effort``, ``net``, ``gain`` with their intervals, ``score``, ``score_at_bounds``,
        ``indicators`` with something to do, and ``beyond``: those among them that ask for more
        than the pace and the lag allow, or that are no levers. Its effort counts the whole way to
        a target, of which the country's common drift is a part. ``within_effort``, ``within_net``,
        ``within_score``: its targets as far as pace and lag allow, on top of keeping pace, so that
        they compare with the frontier.

    Raises
    ------
    DataError
        As `best_portfolio`; or if there are fewer than two points.

    Examples
    --------
    >>> import piilib as pii
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=50)
    >>> table = pii.frontier(base, points=5)
    >>> table[["net", "effort"]].round(2).iloc[0].tolist(), table["net"].is_monotonic_increasing
    ([0.0, 0.0], True)
    """
    check_whole(points, "points", 2)
    return frontier_of(portfolio_problem(sheet, **choices), points)


def frontier_of(problem: Problem, points: int = 25) -> pd.DataFrame:
    """Best portfolios of a problem that is made already; see `frontier`."""
    check_whole(points, "points", 2)
    most = float(problem.menu["effort"].to_numpy(dtype=float) @ problem.best(None).taken)
    rows: list[dict[str, float]] = []
    for share in np.linspace(0.0, 1.0, points) ** 2:
        # Rounding must not keep the last step out of the last budget.
        row = point_of(problem, problem.best(most * share + 1e-9), most * share)
        if rows and row[problem.by] < rows[-1][problem.by]:  # the smaller one can be afforded too
            row = rows[-1] | {"budget": row["budget"], "price": row["price"]}
        rows.append(row)
    table = pd.DataFrame(rows).astype({"indicators": int})
    if problem.plan is not None:
        table.attrs["plan"] = plan_point(problem, problem.plan)
    return table
