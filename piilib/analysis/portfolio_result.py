"""A portfolio: the choice it is made from, its table and its totals."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from piilib.analysis.outlook_result import RankOutlook
from piilib.analysis.portfolio_effects import effects, total_effect
from piilib.analysis.portfolio_problem import NOTHING, Problem
from piilib.analysis.portfolio_solve import Solution, relaxed


@dataclass(frozen=True)
class Portfolio:
    """Steps chosen on several indicators, and what they give together.

    Points are index points, efforts difficulty-weighted years. Totals come from the anchored
    what-if of all steps together (median and 90 % interval over the calibrations), not from a sum;
    the interval holds the rounding and the caps, not the doubt about steps and difficulties.

    Attributes
    ----------
    table : DataFrame
        Index: indicator, the best ``net / effort`` first. ``value`` as printed; ``to``: value at
        the end at the sheet year's bounds; ``needed``: the same where the bounds drift on;
        ``steps``: typical years of `load_effort`; ``units``: things more, ``count``: things in all
        at the end (NaN where nothing is counted, or no one whole number is known); ``effort``;
        ``gain``, ``gain_low``, ``gain_high`` at the bounds of the sheet's year; ``net``,
        ``net_low``, ``net_high`` beyond the common drift; ``net_per_effort``; ``lead``;
        ``lag_years``; ``every_year``: has to be repeated every year; ``cap_unknown``: the gain is
        known from below only; ``lumpy``: things counted.
    status : str
        "optimal", or "not attainable": then the steps are the most that can be reached.
    effort, gain, gain_low, gain_high, net, net_low, net_high : float
    score : float
        Index score reached net of the drift: published + ``net``.
    score_at_bounds : float
        Index score reached at the bounds of the sheet's year: published + ``gain``.
    target, missing : float
        Score asked for (NaN where a budget was), and by how much it is missed (0 if reached). Where
        a rank was asked for: the score that a portfolio with this one's spread needs for it.
    budget : float
        Budget asked for; NaN where a score was, or none was given.
    prices : Series
        Shadow prices, index points for one more year of effort: "total", then every agency that
        has a budget (one more year in each year). From the linear relaxation, where steps can be
        divided, at the budget or else at the effort found.
    calendar : DataFrame
        Effort by lead agency and year of work. Where no yearly budget decides it the first
        step of each year comes first.
    menu : DataFrame
        All steps that there were to choose from (`step_menu`), with ``taken`` (0 to 1).
    by : str
        "net" or "gain": what was made large.
    gap : float
        Relative distance from the best that could still exist: large where the search was cut.
    agencies : tuple of str
        Every agency that leads an indicator, also one without a step to take.
    target_rank : int or None
        Rank asked for among the 34 units; None where a score or a budget was.
    confidence : float
        Probability with which the rank was to be reached; NaN without a rank.
    probability, probability_low, probability_high, probability_error : float
        Probability of the rank with this portfolio, simulated again with the spread of its gain, if
        every step succeeds: pooled over the law of tau; its range over the taus of the outlook;
        Monte-Carlo standard error of the pooled one. The range is the larger doubt. NaN without a
        rank.
    outlook : RankOutlook or None
        The outlook in which the portfolio's gain is made.

    Examples
    --------
    >>> import piilib as pii
    >>> sheet = pii.load_sheet("cao-bang", 2024)
    >>> found = pii.best_portfolio(pii.anchor(sheet, draws=20), 3.0)
    >>> found.effort <= 3.0, found.status, found.table["lead"].tolist()
    (True, 'optimal', ['Sở Khoa học và Công nghệ'])
    """

    table: pd.DataFrame
    status: str
    effort: float
    gain: float
    gain_low: float
    gain_high: float
    net: float
    net_low: float
    net_high: float
    score: float
    score_at_bounds: float
    target: float
    missing: float
    budget: float
    prices: pd.Series = field(repr=False)
    calendar: pd.DataFrame = field(repr=False)
    menu: pd.DataFrame = field(repr=False)
    by: str = "net"
    gap: float = 0.0
    agencies: tuple[str, ...] = field(default=(), repr=False)
    target_rank: int | None = None
    confidence: float = math.nan
    probability: float = math.nan
    probability_low: float = math.nan
    probability_high: float = math.nan
    probability_error: float = math.nan
    outlook: RankOutlook | None = field(default=None, repr=False)

    @property
    def reached(self) -> float:
        """Index score in the measure that was made large."""
        return self.score if self.by == "net" else self.score_at_bounds


def made_of(
    problem: Problem,
    solution: Solution,
    *,
    budget: float | None = None,
    target: float = math.nan,
) -> Portfolio:
    """Tabulate a choice and carry it through the anchored what-if.

    Parameters
    ----------
    problem : Problem
    solution : Solution
    budget : float, optional
        What was asked for; NaN is stored where none was.
    target : float
        Index score that was asked for, NaN if none.
    """
    menu = problem.menu.assign(taken=solution.taken)
    table, total = _allocations(problem, solution, menu)
    effort = float(table["effort"].sum())
    score, at_bounds = (problem.published + float(total[name]) for name in ("net", "gain"))
    reached = score if problem.by == "net" else at_bounds
    missing = 0.0 if math.isnan(target) else max(target - reached, 0.0)
    limit = effort if not math.isnan(target) else budget
    _, prices = relaxed(problem.menu, limit, problem.yearly, value=problem.by)
    return Portfolio(
        table=table,
        status="optimal" if missing <= NOTHING else "not attainable",
        effort=effort,
        gain=float(total["gain"]),
        gain_low=float(total["gain_low"]),
        gain_high=float(total["gain_high"]),
        net=float(total["net"]),
        net_low=float(total["net_low"]),
        net_high=float(total["net_high"]),
        score=score,
        score_at_bounds=at_bounds,
        target=target,
        missing=missing,
        budget=math.nan if budget is None else float(budget),
        prices=prices,
        calendar=_calendar(problem, solution),
        menu=menu,
        by=problem.by,
        gap=solution.gap,
        agencies=tuple(problem.agencies),
    )


def point_of(problem: Problem, solution: Solution, budget: float) -> dict[str, float]:
    """Total of a choice for a budget, as `made_of` has it, without its table.

    Returns
    -------
    dict
        ``budget``, ``effort``; ``net``, ``gain`` with ``_low`` and ``_high``; ``score``,
        ``score_at_bounds``; ``indicators`` (how many it moves) and ``price`` of one more year.
    """
    bought = problem.bought(solution)
    total = total_effect(problem.base, bought)
    effort = float(problem.menu["effort"].to_numpy(dtype=float) @ solution.taken)
    _, prices = relaxed(problem.menu, budget, problem.yearly, value=problem.by)
    return {
        "budget": budget,
        "effort": effort,
        **total,
        "score": problem.published + total["net"],
        "score_at_bounds": problem.published + total["gain"],
        "indicators": len(bought),
        "price": float(prices["total"]),
    }


def _allocations(
    problem: Problem, solution: Solution, menu: pd.DataFrame
) -> tuple[pd.DataFrame, pd.Series]:
    """Table of a portfolio, and its total by the anchored what-if."""
    base, taken = problem.base, menu[menu["taken"] > 0]
    each = taken.groupby("code", sort=False)
    bought = problem.bought(solution)
    together = effects(base, bought)
    table = problem.facts.loc[list(bought), ["value"]].copy()
    table = table.join(_ends(problem, bought))
    table["effort"] = (taken["effort"].astype(float) * taken["taken"]).groupby(taken["code"]).sum()
    table = table.join(together)
    table["net_per_effort"] = table["net"] / table["effort"]
    table = table.join(problem.facts[["lead", "lag_years", "every_year", "cap_unknown"]])
    table["lumpy"] = each["lumpy"].first().astype(bool)
    table.index.name = None
    order = table["net_per_effort"].sort_values(ascending=False, kind="stable").index
    return table.loc[order], together.loc[base.fw.root]


def _ends(problem: Problem, bought: dict[str, float]) -> pd.DataFrame:
    """Where the indicators end: ``to``, ``needed``, ``steps``, ``units``, ``count``."""
    base, facts = problem.base, problem.facts.loc[list(bought)]
    rows = {}
    for code, amount in bought.items():
        i, row = base.column[code], facts.loc[code]
        towards = float(base.calibration.direction[i])
        now = float(np.median(base.calibration.value[:, i]))
        room = float(np.median(base.calibration.high[:, i] - base.calibration.value[:, i]))
        if towards < 0:
            room = float(np.median(base.calibration.value[:, i] - base.calibration.low[:, i]))
        to = now + towards * min(amount, room)
        # What `levers` says is needed for one step, less that step, only keeps pace.
        pace = float(row["needed"]) - now - towards * float(row["step"])
        counted = str(base.fw.table.loc[code].get("counted", "")) == "true"
        units = amount / float(row["natural_size"]) if counted else math.nan
        rows[code] = {
            "to": to,
            "needed": to + pace,
            "steps": amount / float(row["step"]),
            "units": units,
            "count": float(row["count"]) + units,
        }
    columns = ["to", "needed", "steps", "units", "count"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _calendar(problem: Problem, solution: Solution) -> pd.DataFrame:
    menu, first = problem.menu, problem.base.sheet.year + 1
    years = range(first, first + solution.calendar.shape[1])
    spent = solution.calendar * menu["effort"].to_numpy(dtype=float)[:, None]
    frame = pd.DataFrame(spent, columns=list(years)).groupby(menu["lead"].to_numpy()).sum()
    return frame[frame.sum(axis=1) > 0]
