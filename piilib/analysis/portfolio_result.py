"""A portfolio: the choice it is made from, its table and its totals."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.analysis.levers import anchored, levers
from piilib.analysis.portfolio_solve import Solution, best_choice, least_choice, relaxed
from piilib.analysis.portfolio_steps import effects, step_menu
from piilib.analysis.whatif import Anchor, published_scores
from piilib.data.sheet import Sheet
from piilib.data.tables import Plan, agency_name, has_plan, load_plan
from piilib.errors import DataError
from piilib.index.check import is_finite, shown

#: A score missed by less is reached.
NOTHING = 1e-9


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
        Score asked for (NaN where a budget was), and by how much it is missed (0 if reached).
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

    @property
    def reached(self) -> float:
        """Index score in the measure that was made large."""
        return self.score if self.by == "net" else self.score_at_bounds


@dataclass(frozen=True)
class Problem:
    """What there is to choose from, and for what.

    Attributes
    ----------
    base : Anchor
    facts : DataFrame
        What `levers` returned.
    menu : DataFrame
        What `step_menu` returned.
    yearly : dict
        Budget a year by lead agency.
    by : str
        Column of the menu that is made large: "net" or "gain".
    whole_steps : bool
    plan : Plan or None
    """

    base: Anchor
    facts: pd.DataFrame
    menu: pd.DataFrame
    yearly: dict[str, float]
    by: str
    whole_steps: bool
    plan: Plan | None

    @property
    def published(self) -> float:
        """Index score of the sheet."""
        return published_scores(self.base)[self.base.fw.root]

    def best(self, budget: float | None) -> Solution:
        """Choose as `best_choice` does."""
        return best_choice(
            self.menu, budget, self.yearly, value=self.by, whole_steps=self.whole_steps
        )

    def least(self, wanted: float) -> Solution | None:
        """Choose as `least_choice` does."""
        return least_choice(
            self.menu, wanted, self.yearly, value=self.by, whole_steps=self.whole_steps
        )


def set_up(
    sheet: Sheet | Anchor,
    year: int,
    agency_budgets: Mapping[str, float] | None,
    exclude: Collection[str],
    whole_steps: bool,
    max_pace: int,
    max_pace_counts: int,
    effort: pd.DataFrame | str | Path | None,
    plan: Plan | None,
    by: str,
    seed: int,
    data: str | Path | None,
) -> Problem:
    """Read the sheet, its levers and the menu; the arguments are those of `best_portfolio`."""
    for number, name in ((max_pace, "max_pace"), (max_pace_counts, "max_pace_counts")):
        check_whole(number, name, 1)
    if by not in ("net", "gain"):
        raise DataError(f"by={by!r}", "'net' or 'gain'")
    folder = data if data is not None and Path(data).is_dir() else None
    base = anchored(sheet, effort, seed, data)
    check_whole(year, "year", base.sheet.year + 1)
    if plan is None and has_plan(base.sheet.unit, folder):
        plan = load_plan(base.sheet.unit, folder)
    facts = levers(base, draws=1, seed=seed, plan=plan, data=data)
    left = {exclude} if isinstance(exclude, str) else set(exclude)
    unknown = sorted(str(code) for code in left if code not in base.column)
    if unknown:
        raise DataError(f"{unknown[0]!r} among the excluded", "codes of indicators")
    menu = step_menu(
        base,
        facts,
        year - base.sheet.year,
        max_pace=max_pace,
        max_pace_counts=max_pace_counts,
        exclude=left,
    )
    yearly = _yearly(agency_budgets or {}, facts, folder)
    return Problem(base, facts, menu, yearly, by, whole_steps, plan)


def _yearly(
    budgets: Mapping[str, float], facts: pd.DataFrame, folder: str | Path | None
) -> dict[str, float]:
    known = sorted(set(facts["lead"]))
    yearly = {}
    for name, amount in budgets.items():
        agency = agency_name(name, folder)
        if agency not in known:
            raise DataError(f"a budget of {name!r}", f"a lead agency: {', '.join(known)}")
        check_amount(amount, f"budget of {name}")
        yearly[agency] = float(amount)
    return yearly


def check_amount(amount: float | None, name: str) -> None:
    """Refuse an amount of effort that is negative or no number."""
    if amount is not None and not (is_finite(amount) and amount >= 0):
        raise DataError(f"the {name} {shown(amount)}", "years of effort, 0 or more")


def check_whole(number: int, name: str, least: int) -> None:
    """Refuse what is not a whole number, or too small."""
    if not (is_finite(number) and float(number).is_integer() and number >= least):
        raise DataError(f"{name}={shown(number)}", f"a whole number, {least} or more")


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
    table, total = _allocations(problem, menu)
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
        **{str(name): float(number) for name, number in total.items()},
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
    )


def _allocations(problem: Problem, menu: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Table of a portfolio, and its total by the anchored what-if."""
    base, taken = problem.base, menu[menu["taken"] > 0]
    each = taken.groupby("code", sort=False)
    bought = each["taken"].sum()
    size = each["size"].first().astype(float)
    together = effects(base, {str(code): bought[code] * size[code] for code in bought.index})
    table = problem.facts.loc[bought.index, ["value"]].copy()
    table = table.join(_ends(problem, bought * size))
    table["effort"] = (taken["effort"].astype(float) * taken["taken"]).groupby(taken["code"]).sum()
    table = table.join(together)
    table["net_per_effort"] = table["net"] / table["effort"]
    table = table.join(problem.facts[["lead", "lag_years", "every_year", "cap_unknown"]])
    table["lumpy"] = each["lumpy"].first().astype(bool)
    table.index.name = None
    order = table["net_per_effort"].sort_values(ascending=False, kind="stable").index
    return table.loc[order], together.loc[base.fw.root]


def _ends(problem: Problem, wanted: pd.Series) -> pd.DataFrame:
    """Where the indicators end: ``to``, ``needed``, ``steps``, ``units``, ``count``."""
    base, facts = problem.base, problem.facts.loc[wanted.index]
    rows = {}
    for code, amount in wanted.items():
        i, row = base.column[str(code)], facts.loc[code]
        towards = float(base.calibration.direction[i])
        now = float(np.median(base.calibration.value[:, i]))
        room = float(np.median(base.calibration.high[:, i] - base.calibration.value[:, i]))
        if towards < 0:
            room = float(np.median(base.calibration.value[:, i] - base.calibration.low[:, i]))
        to = now + towards * min(float(amount), room)
        # What `levers` says is needed for one step, less that step, only keeps pace.
        pace = float(row["needed"]) - now - towards * float(row["step"])
        counted = str(base.fw.table.loc[code].get("counted", "")) == "true"
        units = float(amount) / float(row["natural_size"]) if counted else math.nan
        rows[code] = {
            "to": to,
            "needed": to + pace,
            "steps": float(amount) / float(row["step"]),
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
