"""What a portfolio is chosen from: the sheet, its levers, the menu of steps and the limits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import pandas as pd

from piilib.analysis.levers import anchored, levers
from piilib.analysis.portfolio_solve import Solution, best_choice, least_choice
from piilib.analysis.portfolio_steps import step_menu
from piilib.analysis.whatif import Anchor, published_scores
from piilib.data.sheet import Sheet
from piilib.data.tables import Plan, agency_name, has_plan, load_plan
from piilib.errors import DataError
from piilib.index.check import is_finite, shown

#: Index points by which a score may be missed and still be reached.
NOTHING = 1e-9


class Choices(TypedDict, total=False):
    """Keyword arguments that every portfolio takes; `best_portfolio` describes them."""

    year: int
    agency_budgets: Mapping[str, float] | None
    exclude: Collection[str]
    whole_steps: bool
    max_pace: int
    max_pace_counts: int
    effort: pd.DataFrame | str | Path | None
    plan: Plan | None
    by: str
    seed: int
    data: str | Path | None


@dataclass(frozen=True)
class Problem:
    """What there is to choose from, and for what; made once, it serves several portfolios.

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
    year : int
        Edition in which the steps must show.
    seed : int
    data : str, Path or None
    """

    base: Anchor
    facts: pd.DataFrame
    menu: pd.DataFrame
    yearly: dict[str, float]
    by: str
    whole_steps: bool
    plan: Plan | None
    year: int
    seed: int
    data: str | Path | None

    @property
    def published(self) -> float:
        """Index score of the sheet."""
        return published_scores(self.base)[self.base.fw.root]

    @property
    def agencies(self) -> list[str]:
        """Every agency that leads an indicator, also one without a step to take."""
        return sorted(set(self.facts["lead"]))

    def bought(self, solution: Solution) -> dict[str, float]:
        """Progress of each indicator that a choice moves, in its unit and in the good direction."""
        wanted = self.menu["size"].to_numpy(dtype=float) * solution.taken
        total = pd.Series(wanted).groupby(self.menu["code"].to_numpy(), sort=False).sum()
        return {str(code): float(amount) for code, amount in total.items() if amount > 0}

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


def portfolio_problem(
    sheet: Sheet | Anchor,
    facts: pd.DataFrame | None = None,
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
) -> Problem:
    """Read the sheet, its levers and the menu once, for `best_of`, `least_of`, `frontier_of`.

    Parameters
    ----------
    sheet : Sheet or Anchor
    facts : DataFrame, optional
        What `levers` returned for the same anchor and plan; computed where it is not given.
    year, agency_budgets, exclude, whole_steps, max_pace, max_pace_counts, effort, plan
        As for `best_portfolio`.
    by, seed, data
        As for `best_portfolio`.

    Raises
    ------
    DataError
        If a number is out of range, or an indicator or agency is unknown.

    Examples
    --------
    >>> import piilib as pii
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=20)
    >>> made = portfolio_problem(base, year=2026)
    >>> made.published, made.menu["code"].nunique(), len(made.agencies)
    (23.95, 30, 13)
    """
    for number, name in ((max_pace, "max_pace"), (max_pace_counts, "max_pace_counts")):
        check_whole(number, name, 1)
    if by not in ("net", "gain"):
        raise DataError(f"by={by!r}", "'net' or 'gain'")
    folder = data if data is not None and Path(data).is_dir() else None
    base = anchored(sheet, effort, seed, data)
    check_whole(year, "year", base.sheet.year + 1)
    if plan is None and has_plan(base.sheet.unit, folder):
        plan = load_plan(base.sheet.unit, folder)
    if facts is None:  # a single redraw: the probabilities of `levers` are not read
        facts = levers(base, draws=1, seed=seed, plan=plan, data=data)
    menu = step_menu(
        base,
        facts,
        year - base.sheet.year,
        max_pace=max_pace,
        max_pace_counts=max_pace_counts,
        exclude=_excluded(exclude, base),
    )
    yearly = _yearly(agency_budgets or {}, facts, folder)
    return Problem(base, facts, menu, yearly, by, whole_steps, plan, int(year), seed, data)


def _excluded(exclude: Collection[str], base: Anchor) -> set[str]:
    left = {exclude} if isinstance(exclude, str) else set(exclude)
    unknown = sorted(str(code) for code in left if code not in base.column)
    if unknown:
        raise DataError(f"{unknown[0]!r} among the excluded", "codes of indicators")
    return left


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
