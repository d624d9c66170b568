"""Everything a diagnostic report rests on, computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from piilib.analysis.audit import audit, corrected_plan
from piilib.analysis.completion import YEARS, Completion, complete_scoreboard
from piilib.analysis.demonstration_folder import demonstration_folder
from piilib.analysis.levers import levers
from piilib.analysis.outlook_result import RankOutlook
from piilib.analysis.pillar_completion import PillarCompletion, complete_pillars
from piilib.analysis.plan import stated_goal
from piilib.analysis.portfolio import best_of, frontier_of, least_of
from piilib.analysis.portfolio_problem import Problem, portfolio_problem
from piilib.analysis.portfolio_rank import least_for_rank
from piilib.analysis.portfolio_result import Portfolio
from piilib.analysis.rank_outlook import rank_outlook
from piilib.analysis.whatif import Anchor, anchor, sheet_before
from piilib.data.effort_tables import effort_unit
from piilib.data.lookup import data_dir, is_simulated
from piilib.data.provinces import provinces, resolve
from piilib.data.sheet import Sheet, load_sheet, sheet_years
from piilib.data.tables import (
    Plan,
    Scoreboard,
    basis_of,
    has_plan,
    load_effort,
    load_plan,
    load_scoreboard,
    load_table,
)
from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.own_scores import with_scores
from piilib.index.reconcile import reconcile
from piilib.report.numbers import Lang

#: The edition that a rank outlook starts from.
BASE_YEAR = 2024
#: Years of effort of the portfolio that is shown for any province.
BUDGET = 10.0
#: Million VND of the same portfolio where efforts are costs.
MONEY = 1000.0
#: Chance with which the portfolio for a rank is to reach it.
CONFIDENCE = 0.8


@dataclass(frozen=True)
class Diagnostic:
    """A province, a year and a language, with what is in hand about them.

    Attributes
    ----------
    key, year, lang : str, int, str
    sheet, before : Sheet or None
        The province's sheet of the year and of the year before.
    plan : Plan or None
    scoreboard : Scoreboard
    later : Scoreboard or None
        The edition after, where one has been published.
    base : Anchor or None
    levers : DataFrame or None
    fw : Framework
        With treatments where they are inferred for the year, else the bare tree.
    names : DataFrame
        Index: province key; official names.
    agencies : DataFrame
        Index: an agency's Vietnamese name; its names in both languages, full and short.
    folder : Path
        Where the tables were read.
    data : str
        What the reader asked for ("published" or a path).
    seed, draws : int
    """

    key: str
    year: int
    lang: Lang
    sheet: Sheet | None
    before: Sheet | None
    plan: Plan | None
    scoreboard: Scoreboard
    later: Scoreboard | None
    base: Anchor | None
    levers: pd.DataFrame | None
    fw: Framework
    names: pd.DataFrame
    agencies: pd.DataFrame
    folder: Path
    data: str
    effort_file: str
    seed: int
    draws: int

    @cached_property
    def completion(self) -> Completion:
        """Draws of every unit's score in the year, read once."""
        return complete_scoreboard(self.year, data=self.folder)

    @cached_property
    def completed(self) -> pd.Series | None:
        """The row of `Completion.summary`; None where the province's score was published."""
        if self.year not in YEARS or not np.isnan(self.scoreboard.table.at[self.key, "score"]):
            return None
        if self.sheet is not None and "PII" not in self.sheet.recomputed:
            return None
        row: pd.Series = self.completion.summary.loc[self.key]
        return row

    @cached_property
    def pillars(self) -> PillarCompletion | None:
        """Draws of the pillar scores; None with a sheet, or where the index is not drawn."""
        if self.sheet is not None or self.year not in YEARS:
            return None
        return complete_pillars(self.completion, data=self.folder)

    @cached_property
    def outlooks(self) -> dict[str, RankOutlook]:
        """Rank outlook by scenario, "nothing" and "plan"; empty but for a report of 2024."""
        if self.simulated or self.year != BASE_YEAR:
            return {}
        settings: dict[str, Any] = {"seed": self.seed, "completion": self.completion}
        settings |= {"draws": self.draws, "data": self.folder}
        found = {"nothing": rank_outlook(self.base or self.key, **settings)}
        if self.plan is not None and self.base is not None:
            found["plan"] = rank_outlook(self.base, plan=self.plan, **settings)
        return found

    @cached_property
    def reconciled(self) -> dict[str, pd.DataFrame]:
        """The sheet's scores recomputed, with inferred caps and without; see `reconcile`."""
        assert self.sheet is not None
        return {m: reconcile(self.sheet, m, self.folder) for m in ("official", "reversed")}

    @cached_property
    def drivers(self) -> dict[str, pd.DataFrame]:
        """What each outlook rests on, by scenario; filled by the section that shows it."""
        return {}

    @property
    def budget(self) -> float:
        """Effort of the portfolio shown for any province, in its unit."""
        assert self.base is not None
        return BUDGET if effort_unit(self.base.effort) == "years" else MONEY

    @property
    def horizon(self) -> int:
        """The edition in which steps that are taken now are to show."""
        return self.year + 2

    @property
    def sheets(self) -> list[Sheet]:
        """The sheets in hand, oldest first."""
        return [sheet for sheet in (self.before, self.sheet) if sheet is not None]

    @cached_property
    def audit(self) -> pd.DataFrame:
        """What `audit` finds in the plan."""
        assert self.plan is not None
        settings: dict[str, Any] = {"data": self.folder, "base": self.base, "seed": self.seed}
        return audit(self.plan, self.sheets, lang=self.lang, **settings)

    @cached_property
    def proposal(self) -> pd.DataFrame:
        """Targets that can be met, in the spirit of the plan; see `corrected_plan`."""
        assert self.plan is not None
        return corrected_plan(
            self.plan, self.sheets, lang=self.lang, data=self.folder, base=self.base, seed=self.seed
        )

    @cached_property
    def problem(self) -> Problem:
        """Levers and menu of steps that all portfolios choose from."""
        assert self.base is not None
        choices: dict[str, Any] = {"year": self.horizon, "plan": self.plan, "data": self.folder}
        return portfolio_problem(self.base, self.levers, **choices)

    @cached_property
    def portfolios(self) -> dict[str, Portfolio]:
        """Best steps for the "budget", for the plan's score "goal" and for its "rank" goal.

        Empty without a sheet; a goal that the plan does not state is left out.
        """
        if self.base is None:
            return {}
        found = {"budget": best_of(self.problem, self.budget)}
        if self.plan is None:
            return found
        score, rank = (stated_goal(self.plan, what) for what in ("score", "rank"))
        if not np.isnan(score):
            found["goal"] = least_of(self.problem, score)
        nothing = self.outlooks.get("nothing")
        if nothing is None or stated_goal(self.plan, "rank", "of") != 34:
            return found
        if nothing.unit == self.key and nothing.facts["share_of_unit"] == 1.0:
            found["rank"] = least_for_rank(self.problem, int(rank), CONFIDENCE, nothing)
        return found

    @cached_property
    def frontier(self) -> pd.DataFrame:
        """Best portfolios from no effort to all that the pace allows; see `frontier`."""
        return frontier_of(self.problem, points=13)

    @property
    def rank_portfolio_outlook(self) -> RankOutlook:
        """Rank outlook where every step of the portfolio for the rank goal succeeds."""
        outlook = self.portfolios["rank"].outlook
        assert outlook is not None
        return outlook

    @property
    def scenarios(self) -> dict[str, RankOutlook]:
        """The outlooks, and the "portfolio" for the rank goal if every step of it succeeds."""
        more = {"portfolio": self.rank_portfolio_outlook} if "rank" in self.portfolios else {}
        return self.outlooks | more

    @property
    def simulated(self) -> bool:
        """Whether the tables are simulated."""
        return is_simulated(self.folder)

    def say(self, vi: str, en: str) -> str:
        """Return the text in the report's language."""
        return vi if self.lang == "vi" else en

    @property
    def name(self) -> str:
        """The province's official name in the report's language."""
        return self.province(self.key)

    def province(self, key: str) -> str:
        """Name a province in the report's language."""
        return str(self.names.at[key, f"name_{self.lang}"])

    def agency(self, name: str, *, short: bool = False) -> str:
        """Name an agency in the report's language; a name that is not known stays as it is."""
        if not name:
            return self.say("(chưa phân công)", "(none named)")
        column = f"{'short' if short else 'name'}_{self.lang}"
        return str(self.agencies.at[name, column]) if name in self.agencies.index else name

    def node(self, code: str, *, short: bool = False) -> str:
        """Name a node of the framework in the report's language."""
        kind = "short" if short else "name"
        return str(self.fw.table.at[code, f"{kind}_{self.lang}"])


def prepare(
    province: str,
    year: int,
    lang: Lang = "vi",
    data: str = "published",
    effort: str = "",
    draws: int = 10_000,
    seed: int = 0,
) -> Diagnostic:
    """Read and compute everything that a province's diagnostic needs.

    Parameters
    ----------
    province : str
        Key or any spelling.
    year : int
        The edition of the index.
    lang : {"vi", "en"}
    data : str
        ``"published"``, ``"demo"`` (simulated), or the path of a data folder or CSV of sheets.
    effort : str
        Path of an own table of efforts; empty for the default.
    draws, seed : int

    Returns
    -------
    Diagnostic
        What is not in hand is None; the report then says what is missing and how to supply it.
    """
    if lang not in ("vi", "en"):
        raise DataError(f"the language {lang!r}", "'vi' or 'en'")
    source = named_data(data)
    if source is not None and not source.exists():
        raise DataError(f"no file or folder {data!r}", "'published' or an existing path")
    folder = data_dir(source if source is not None and source.is_dir() else None)
    key = resolve(province, folder)
    names = provinces(basis_of(year), folder)
    if key not in names.index:
        merged = provinces(63, folder).at[key, "merged_into"]
        raise DataError(f"{key!r} in {year}", f"a unit of that year; it is part of '{merged}'")
    board = load_scoreboard(year, folder)
    sheet = before = base = table = None
    efforts = load_effort(effort or None, folder)
    if year in sheet_years(key, source):
        sheet = load_sheet(key, year, source)
        before = sheet_before(sheet, source)
        base = anchor(sheet, effort=efforts, seed=seed, data=source)
        sheet = base.sheet
        if before and (sheet.recomputed or with_scores(before, base.fw).recomputed):
            before = None  # recomputed scores of two years are no published change
    plan = load_plan(key, folder) if has_plan(key, folder) else None
    if base is not None:
        table = levers(base, draws=draws, seed=seed, plan=plan, data=folder)
    return Diagnostic(
        key=key,
        year=year,
        lang=lang,
        sheet=sheet,
        before=before,
        plan=plan,
        scoreboard=board,
        later=_later(year, folder),
        base=base,
        levers=table,
        fw=base.fw if base is not None else Framework.official(year, inferred=False, data=folder),
        names=names,
        agencies=load_table("agencies", folder)
        .drop_duplicates("name_vi")
        .set_index("name_vi", drop=False),
        folder=folder,
        data=data,
        effort_file=effort,
        seed=seed,
        draws=draws,
    )


def named_data(data: str) -> Path | None:
    """Where the data are that a reader names: None for "published", made for "demo", else a path.

    Examples
    --------
    >>> named_data("published") is None
    True
    """
    if data == "demo":
        return demonstration_folder()
    return None if data == "published" else Path(data)


def _later(year: int, folder: Path) -> Scoreboard | None:
    try:
        return load_scoreboard(year + 1, folder)
    except DataError:
        return None
