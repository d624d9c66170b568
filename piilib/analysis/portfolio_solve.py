"""The best choice from a menu of steps, and what one more year of effort is worth.

Whole steps and one budget: exactly (`portfolio_exact`). Budgets by agency and year, or parts of
steps: mixed-integer programming; shadow prices: linear programming (both HiGHS, in SciPy).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, hstack, vstack

from piilib.analysis.portfolio_exact import Chain, Places, least_for, most_for
from piilib.types import Array

#: Relative gap at which HiGHS stops: for one budget, and where agencies have their own.
GAP = 1e-6
GAP_BY_YEAR = 1e-4
#: Of two choices worth the same the cheaper is taken: index points per year of effort.
_THRIFT = 1e-5


@dataclass(frozen=True)
class Solution:
    """What is taken from a menu.

    Attributes
    ----------
    taken : array, shape (steps,)
        1 taken, 0 not; between them for a part of a step.
    calendar : array, shape (steps, years)
        The same by year of work. A step of an agency with a yearly budget may be spread over the
        years that its lag leaves.
    gap : float
        Relative distance from the best that could still exist.
    """

    taken: Array
    calendar: Array
    gap: float


@dataclass(frozen=True)
class _Programme:
    """Variables and constraints ``matrix @ x ≤ limit``, and whose budget each of these is.

    First whether each step is taken, then, where its lead agency has a yearly budget, which share
    of it is done in each year: ``step`` and ``year`` of those. ``owner``: "total", an agency or "".
    """

    steps: int
    step: Places
    year: Places
    matrix: csr_array
    limit: Array
    owner: list[str]

    def spread(self, taken: Array) -> Array:
        """Lengthen what belongs to the steps by noughts for their shares by year."""
        return np.concatenate([taken, np.zeros(len(self.step))])


def best_choice(
    menu: pd.DataFrame,
    budget: float | None = None,
    yearly: Mapping[str, float] | None = None,
    *,
    value: str = "net",
    whole_steps: bool = True,
) -> Solution:
    """Choose the steps that give most index points for a budget.

    Parameters
    ----------
    menu : DataFrame
        As `step_menu` gives it; the columns ``code``, ``number``, ``lead``, ``lumpy``, ``a_year``,
        ``years``, ``pace``, ``first``, ``effort`` and ``value`` are read. An indicator's steps
        stand together and in order.
    budget : float, optional
        Difficulty-weighted years in all; None: no limit.
    yearly : mapping, optional
        The same for the work that an agency leads, in each year of work.
    value : str
        Column that is made as large as possible.
    whole_steps : bool
        False: beyond the first step of an indicator, parts of steps may be taken, but never of
        things counted.

    Returns
    -------
    Solution

    Examples
    --------
    >>> import pandas as pd
    >>> menu = pd.DataFrame(
    ...     {"code": ["a", "a", "b"], "number": [1, 2, 1], "lead": "x", "lumpy": False,
    ...      "a_year": 1, "years": 1, "pace": 2, "first": [True, False, True],
    ...      "effort": [2.0, 4.0, 3.0], "net": [1.0, 1.0, 0.9]}
    ... )
    >>> [best_choice(menu, budget).taken.tolist() for budget in (4, 5, 6)]
    [[1.0, 0.0, 0.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]
    """
    if len(menu) == 0:
        return Solution(np.zeros(0), np.zeros((0, 1)), 0.0)
    if whole_steps and not yearly:
        limit = math.inf if budget is None else budget
        return _counted(menu, most_for(_chains(menu, value), limit))
    made = _programme(menu, budget, yearly or {})
    gain, cost = (menu[name].to_numpy(dtype=float) for name in (value, "effort"))
    found = _solve(menu, made, _THRIFT * cost - gain, whole_steps)
    assert found is not None  # taking nothing is always allowed
    return found


def least_choice(
    menu: pd.DataFrame,
    wanted: float,
    yearly: Mapping[str, float] | None = None,
    *,
    value: str = "net",
    whole_steps: bool = True,
) -> Solution | None:
    """Choose the steps that give the index points wanted for least effort; None if none do.

    Parameters
    ----------
    menu, yearly, value, whole_steps
        As for `best_choice`.
    wanted : float
        Index points.

    Examples
    --------
    >>> import pandas as pd
    >>> menu = pd.DataFrame(
    ...     {"code": ["a", "b"], "number": 1, "lead": "x", "lumpy": False, "a_year": 1,
    ...      "years": 1, "pace": 2, "first": True, "effort": [2.0, 3.0], "net": [1.0, 0.9]}
    ... )
    >>> least_choice(menu, 1.5).taken.tolist(), least_choice(menu, 2.0)
    ([1.0, 1.0], None)
    """
    if len(menu) == 0:
        return None if wanted > 0 else Solution(np.zeros(0), np.zeros((0, 1)), 0.0)
    if whole_steps and not yearly:
        numbers = least_for(_chains(menu, value), wanted)
        return None if numbers is None else _counted(menu, numbers)
    made = _programme(menu, None, yearly or {})
    gain, cost = (menu[name].to_numpy(dtype=float) for name in (value, "effort"))
    row, limit = _one_row(made.spread(-gain), -wanted)
    made = replace(
        made,
        matrix=csr_array(vstack([made.matrix, row])),
        limit=np.concatenate([made.limit, limit]),
        owner=[*made.owner, ""],
    )
    return _solve(menu, made, cost, whole_steps)


def relaxed(
    menu: pd.DataFrame,
    budget: float | None = None,
    yearly: Mapping[str, float] | None = None,
    *,
    value: str = "net",
) -> tuple[float, pd.Series]:
    """Solve the linear relaxation (steps divisible) and price one more year of each budget.

    Parameters
    ----------
    menu, budget, yearly, value
        As for `best_choice`.

    Returns
    -------
    (float, Series)
        Index points of the relaxation, never less than those of `best_choice`; and shadow prices,
        its dual values: "total", then the agencies. Index points that one more difficulty-weighted
        year in the budget would give (for an agency: one more in each year), for a small change.
        0: that budget does not bind. A large price: what holds the portfolio back.

    Examples
    --------
    >>> import pandas as pd
    >>> menu = pd.DataFrame(
    ...     {"code": ["a", "b"], "number": 1, "lead": "x", "lumpy": False, "a_year": 1,
    ...      "years": 1, "pace": 2, "first": True, "effort": [2.0, 3.0], "net": [1.0, 0.9]}
    ... )
    >>> points, price = relaxed(menu, 3.0)
    >>> round(points, 6), round(float(price["total"]), 6)  # a, and a third of b: 0.9 / 3 a year
    (1.3, 0.3)
    """
    names = ["total", *(yearly or {})]
    prices = pd.Series(0.0, index=names)
    if len(menu) == 0:
        return 0.0, prices
    made = _programme(menu, budget, yearly or {})
    gain = made.spread(menu[value].to_numpy(dtype=float))
    done = linprog(
        -gain,
        A_ub=made.matrix,  # type: ignore[call-overload]  # sparse ones are taken too
        b_ub=made.limit,
        bounds=(0.0, 1.0),
        method="highs",
    )
    for owner, marginal in zip(made.owner, done.ineqlin.marginals, strict=True):
        if owner:
            prices[owner] -= marginal
    return float(-done.fun), prices + 0.0


def _chains(menu: pd.DataFrame, value: str) -> list[Chain]:
    if menu.empty:
        return []
    place = pd.factorize(menu["code"])[0]
    order = np.argsort(place, kind="stable")
    cuts = np.flatnonzero(np.diff(place[order])) + 1
    effort, points = (
        np.split(menu[name].to_numpy(dtype=float)[order], cuts) for name in ("effort", value)
    )
    return list(zip(effort, points, strict=True))


def _counted(menu: pd.DataFrame, numbers: list[int]) -> Solution:
    """Take so many steps of each indicator."""
    lengths = menu.groupby("code", sort=False).size().to_numpy()
    within = np.concatenate([np.arange(n) for n in lengths])
    taken = (within < np.repeat(numbers, lengths)).astype(float)
    return Solution(taken, _usual_calendar(menu, taken), 0.0)


def _programme(menu: pd.DataFrame, budget: float | None, yearly: Mapping[str, float]) -> _Programme:
    step, year = _dated(menu, yearly)
    order, one = _in_order(menu)
    blank = csr_array((len(menu), len(step)))
    parts: list[tuple[csr_array, Array]] = [(csr_array(hstack([order, blank])), one)]
    parts += _shares(menu, step, year)
    owners = [""] * sum(len(limit) for _, limit in parts)
    cost = menu["effort"].to_numpy(dtype=float)
    lead = menu["lead"].to_numpy()[step]
    for agency, most in yearly.items():
        for when in np.unique(year[lead == agency]):
            spent = np.where((lead == agency) & (year == when), cost[step], 0.0)
            parts.append(_one_row(np.concatenate([np.zeros(len(menu)), spent]), most))
            owners.append(agency)
    if budget is not None and math.isfinite(budget):
        parts.append(_one_row(np.concatenate([cost, np.zeros(len(step))]), budget))
        owners.append("total")
    matrix = csr_array(vstack([matrix for matrix, _ in parts]))
    limit = np.concatenate([limit for _, limit in parts])
    return _Programme(len(menu), step, year, matrix, limit, owners)


def _one_row(row: Array, limit: float) -> tuple[csr_array, Array]:
    return csr_array(row[None, :]), np.array([float(limit)])


def _work_years(menu: pd.DataFrame) -> Places:
    years: Array = menu["years"].to_numpy(dtype=float)
    return np.asarray(np.ceil(years - 1e-9), dtype=np.intp)


def _dated(menu: pd.DataFrame, yearly: Mapping[str, float]) -> tuple[Places, Places]:
    """Step and year of every share of a step that an agency with a yearly budget leads."""
    dated = np.flatnonzero(menu["lead"].isin(list(yearly)).to_numpy())
    years = _work_years(menu)[dated]
    step = np.repeat(dated, years).astype(np.intp)
    before = np.repeat(np.cumsum(years) - years, years)
    return step, (np.arange(len(step)) - before).astype(np.intp)


def _in_order(menu: pd.DataFrame) -> tuple[csr_array, Array]:
    """No step before the one below it."""
    n = len(menu)
    start = (menu["code"] != menu["code"].shift()).to_numpy()
    later = np.flatnonzero(~start)
    rows, columns = np.concatenate([np.arange(n), later]), np.concatenate([np.arange(n), later - 1])
    sign = np.concatenate([np.ones(n), -np.ones(len(later))])
    return csr_array((sign, (rows, columns)), shape=(n, n)), start.astype(float)


def _shares(menu: pd.DataFrame, step: Places, year: Places) -> list[tuple[csr_array, Array]]:
    """Shares of a step add up to it; one step a year at the plain price, the pace's rest dearer."""
    if len(step) == 0:
        return []
    n, m = len(menu), len(step)
    here = np.unique(step)
    summed = csr_array((np.ones(m), (np.searchsorted(here, step), np.arange(m))))
    whole = csr_array((np.ones(len(here)), (np.arange(len(here)), here)), shape=(len(here), n))
    none = np.zeros(len(here))
    each = menu.iloc[step].reset_index(drop=True)
    group = each.assign(when=year).groupby(["code", "first", "when"], sort=False).ngroup()
    number = group.to_numpy()
    room = np.where(each["first"], each["a_year"], each["pace"] - each["a_year"]).astype(float)
    limit = np.zeros(int(number.max()) + 1)
    limit[number] = room
    slots = csr_array((np.ones(m), (number, n + np.arange(m))), shape=(len(limit), n + m))
    return [
        (csr_array(hstack([-whole, summed])), none),
        (csr_array(hstack([whole, -summed])), none),
        (slots, limit),
    ]


def _solve(menu: pd.DataFrame, made: _Programme, cost: Array, whole_steps: bool) -> Solution | None:
    whole = np.full(len(menu), whole_steps)
    whole |= menu["lumpy"].to_numpy(dtype=bool) | (menu["number"] == 1).to_numpy()
    done = milp(
        made.spread(cost),
        integrality=made.spread(whole.astype(float)).astype(int),
        bounds=Bounds(0.0, 1.0),
        constraints=LinearConstraint(made.matrix, -np.inf, made.limit),
        # Presolving finds nothing in chains of steps, and takes most of the time.
        options={
            "mip_rel_gap": GAP if len(made.step) == 0 else GAP_BY_YEAR,
            "presolve": False,
        },
    )
    if done.x is None:
        return None
    taken, shares = done.x[: made.steps], done.x[made.steps :]
    taken = np.abs(np.where(whole, np.round(taken), np.clip(taken, 0.0, 1.0)))
    calendar = _usual_calendar(menu, taken)
    calendar[made.step] = 0.0
    calendar[made.step, made.year] = np.clip(shares, 0.0, 1.0) * (taken[made.step] > 0)
    return Solution(taken, calendar, float(done.mip_gap or 0.0))


def _usual_calendar(menu: pd.DataFrame, taken: Array) -> Array:
    """Years of work where no budget decides them: one step a year, then a second round."""
    plain = menu["a_year"].to_numpy(dtype=np.intp)
    rest = np.maximum(menu["pace"].to_numpy(dtype=np.intp) - plain, 1)
    first = menu["first"].to_numpy(dtype=bool)
    before = menu["first"].astype(int).groupby(menu["code"]).transform("sum").to_numpy()
    number = menu["number"].to_numpy(dtype=np.intp) - 1
    year = np.where(first, number // plain, (number - before) // rest)
    years = _work_years(menu)
    calendar = np.zeros((len(menu), int(years.max())))
    calendar[np.arange(len(menu)), np.clip(year, 0, years - 1)] = taken
    return calendar
