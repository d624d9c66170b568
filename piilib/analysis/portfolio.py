"""Portfolios: most index points for a budget of effort, and least effort for a score."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.analysis.plan import plan_table, plan_total
from piilib.analysis.portfolio_result import (
    NOTHING,
    Portfolio,
    Problem,
    check_amount,
    check_whole,
    made_of,
    set_up,
)
from piilib.analysis.whatif import Anchor
from piilib.data.sheet import Sheet
from piilib.data.tables import Plan
from piilib.errors import DataError
from piilib.index.check import is_finite, shown

#: Rounds in which a portfolio is mended until its what-if, not the sum of its parts, arrives.
_ROUNDS = 12


def best_portfolio(
    sheet: Sheet | Anchor,
    budget: float | None = 10.0,
    *,
    year: int = 2026,
    agency_budgets: Mapping[str, float] | None = None,
    exclude: Collection[str] = (),
    whole_steps: bool = True,
    max_pace: int = 2,
    max_pace_counts: int = 3,
    effort: pd.DataFrame | str | Path | None = None,
    plan: Plan | None = None,
    by: str = "net",
    seed: int = 0,
    data: str | Path | None = None,
) -> Portfolio:
    """Most index points for a budget of effort.

    Parameters
    ----------
    sheet : Sheet or Anchor
        An `Anchor` brings its own calibration and efforts.
    budget : float, optional
        Difficulty-weighted years of effort in all, up to ``year``; None: no limit.
    year : int
        Edition of the index in which the steps must show. An indicator whose data lag leaves no
        year stays where it is.
    agency_budgets : mapping, optional
        {lead agency: years of effort a year}; agencies not named have no limit of their own.
    exclude : collection of str, optional
        Indicators left alone.
    whole_steps : bool
        False: beyond an indicator's first step, parts of steps too (never of things counted).
    max_pace, max_pace_counts : int
        Most steps a year, the second for counts. The second and later of a year cost double.
    effort : DataFrame or path, optional
        Table of efforts (see `load_effort`).
    plan : Plan, optional
        Gives the lead agencies, as for `levers`.
    by : {"net", "gain"}
        What is made large: points beyond the common drift, or at the bounds of the sheet's year.
    seed : int
        Of the calibration.
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
    problem = set_up(
        sheet, year, agency_budgets, exclude, whole_steps, max_pace, max_pace_counts,
        effort, plan, by, seed, data,
    )  # fmt: skip
    return made_of(problem, problem.best(budget), budget=budget)


def least_effort(
    sheet: Sheet | Anchor,
    target_score: float = 30.0,
    *,
    year: int = 2026,
    agency_budgets: Mapping[str, float] | None = None,
    exclude: Collection[str] = (),
    whole_steps: bool = True,
    max_pace: int = 2,
    max_pace_counts: int = 3,
    effort: pd.DataFrame | str | Path | None = None,
    plan: Plan | None = None,
    by: str = "net",
    seed: int = 0,
    data: str | Path | None = None,
) -> Portfolio:
    """Least effort with which the index score reaches a target.

    Parameters
    ----------
    target_score : float
        Index score: of ``score`` (net of the common drift) with ``by="net"``, of
        ``score_at_bounds`` with ``by="gain"``; the median of the anchored what-if has to reach it.
    sheet, year, agency_budgets, exclude, whole_steps, max_pace, max_pace_counts, effort, plan
        As for `best_portfolio`.
    by, seed, data
        As for `best_portfolio`.

    Returns
    -------
    Portfolio
        Where the target cannot be reached ``status`` is "not attainable", the steps are those with
        the best score that can be, and ``missing`` says by how much they miss.

    Raises
    ------
    DataError
        As `best_portfolio`.

    Examples
    --------
    >>> import piilib as pii
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=50)
    >>> modest, bold = (pii.least_effort(base, score) for score in (25.0, 60.0))
    >>> modest.status, len(modest.table), modest.score >= 25.0
    ('optimal', 4, True)
    >>> bold.status, round(bold.score + bold.missing, 2)
    ('not attainable', 60.0)
    """
    if not (is_finite(target_score) and 0 <= target_score <= 100):
        raise DataError(f"the target {shown(target_score)}", "an index score, 0 to 100")
    problem = set_up(
        sheet, year, agency_budgets, exclude, whole_steps, max_pace, max_pace_counts,
        effort, plan, by, seed, data,
    )  # fmt: skip
    return _least(problem, float(target_score))


def frontier(
    sheet: Sheet | Anchor,
    *,
    points: int = 25,
    year: int = 2026,
    agency_budgets: Mapping[str, float] | None = None,
    exclude: Collection[str] = (),
    whole_steps: bool = True,
    max_pace: int = 2,
    max_pace_counts: int = 3,
    effort: pd.DataFrame | str | Path | None = None,
    plan: Plan | None = None,
    by: str = "net",
    seed: int = 0,
    data: str | Path | None = None,
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
        a target, of which the country's common drift is a part.

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
    problem = set_up(
        sheet, year, agency_budgets, exclude, whole_steps, max_pace, max_pace_counts,
        effort, plan, by, seed, data,
    )  # fmt: skip
    most = float(problem.menu["effort"].to_numpy(dtype=float) @ problem.best(None).taken)
    rows: list[dict[str, float]] = []
    for share in np.linspace(0.0, 1.0, points) ** 2:
        # Rounding must not keep the last step out of the last budget.
        row = _point(made_of(problem, problem.best(most * share + 1e-9), budget=most * share))
        if rows and row[by] < rows[-1][by]:  # the smaller portfolio can be afforded too
            row = rows[-1] | {"budget": row["budget"], "price": row["price"]}
        rows.append(row)
    table = pd.DataFrame(rows).astype({"indicators": int})
    if problem.plan is not None:
        table.attrs["plan"] = _plan_point(problem, problem.plan)
    return table


def _least(problem: Problem, target: float) -> Portfolio:
    """Ask the sum of the parts for more or less until the what-if of all of them arrives."""
    needed = target - problem.published
    most = made_of(problem, problem.best(None), target=target)
    if most.missing > NOTHING:
        return most
    found, asked, tried = most, max(needed, 0.0), 0.0
    for _ in range(_ROUNDS):
        solution = problem.least(asked)
        if solution is None:
            break
        portfolio = made_of(problem, solution, target=target)
        if portfolio.missing <= NOTHING and portfolio.effort < found.effort:
            found = portfolio
        together = portfolio.reached - problem.published
        parts = float(problem.menu[problem.by].to_numpy(dtype=float) @ solution.taken)
        tried, asked = asked, max(needed - (together - parts), 0.0)
        if abs(asked - tried) < NOTHING:
            break
    return found


def _point(portfolio: Portfolio) -> dict[str, float]:
    names = ["budget", "effort", "net", "net_low", "net_high", "score"]
    names += ["gain", "gain_low", "gain_high", "score_at_bounds"]
    row = {name: float(getattr(portfolio, name)) for name in names}
    return row | {
        "indicators": len(portfolio.table),
        "price": float(portfolio.prices["total"]),
    }


def _plan_point(problem: Problem, plan: Plan) -> dict[str, float]:
    base = problem.base
    table = plan_table(base, plan, problem.facts)
    total, point = plan_total(base, plan), {}
    for name in ("net", "gain"):
        point[name], point[f"{name}_low"], point[f"{name}_high"] = total[name]
    point["effort"] = float(table["target_effort"].sum())
    point["score"] = problem.published + point["net"]
    point["score_at_bounds"] = problem.published + point["gain"]
    asked = table["target_effort"] > 0
    point["indicators"] = int(asked.sum())
    most = problem.menu.groupby("code")["number"].max() * problem.menu.groupby("code")["size"].max()
    way = (table["target"] - table["value"]).abs()
    within = way <= most.reindex(table.index).fillna(0.0).astype(float) + NOTHING
    point["beyond"] = int((asked & ~within).sum())
    return point
