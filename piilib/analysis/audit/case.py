"""Everything that the rules of an audit look at, gathered once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from piilib.analysis.audit.finding import written
from piilib.analysis.plan import target_scores
from piilib.analysis.whatif import Anchor, anchor
from piilib.data.lookup import data_dir
from piilib.data.read import read_rows
from piilib.data.sheet import Sheet
from piilib.data.tables import Plan, load_context
from piilib.errors import DataError
from piilib.index.check import is_finite, read_number, shown
from piilib.index.framework import INFERRED_YEARS, Framework
from piilib.index.scoring import method_framework

_TEXTS = ("lead", "coordinating", "lead_text")
T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """Thresholds of the rules.

    Attributes
    ----------
    jump : float
        A target so many times today's value is a jump.
    pace, pace_counts : int
        Most steps of typical progress in a year; the second for counts.
    leap : float
        Score points that an indicator's own score may gain in a year before its data are doubted.
    ratio : float
        Bounds that change by this factor between two years speak of a new definition.
    overshoot : float
        Score points by which a group's targets may exceed its goal.
    apart : float
        Index points by which the stated goal may differ from what a level adds up to.
    denominator : float
        Share by which a denominator may change.
    """

    jump: float = 3.0
    pace: int = 2
    pace_counts: int = 3
    leap: float = 40.0
    ratio: float = 3.0
    overshoot: float = 15.0
    apart: float = 0.5
    denominator: float = 0.1

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not (is_finite(value) and value > 0):
                raise DataError(f"the threshold {name}={shown(value)}", "a number above 0")
        if self.jump <= 1 or self.ratio <= 1:
            raise DataError("a threshold jump or ratio of 1 or less", "a factor above 1")


@dataclass(frozen=True)
class Case:
    """A plan beside the sheets that it starts from.

    Attributes
    ----------
    plan : Plan
        Its table holds every node of the tree, in tree order.
    sheets : tuple of Sheet
        Ascending years; the last is the one that the what-if is anchored on.
    base : Anchor
    limits : Limits
    lang : {"vi", "en"}
    folder : Path
        The data folder.
    memo : dict
        What was worked out already; see `once`.
    """

    plan: Plan
    sheets: tuple[Sheet, ...]
    base: Anchor
    limits: Limits
    lang: str
    folder: Path
    memo: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """Work something out once for this case."""
        if key not in self.memo:
            self.memo[key] = make()
        found: T = self.memo[key]
        return found

    @property
    def now(self) -> Sheet:
        """The latest sheet."""
        return self.sheets[-1]

    @property
    def before(self) -> Sheet | None:
        """The sheet before the latest, if there is one."""
        return self.sheets[-2] if len(self.sheets) > 1 else None

    @property
    def fw(self) -> Framework:
        """The tree, with what is inferred of the method."""
        return self.base.fw

    @cached_property
    def targets(self) -> dict[str, float]:
        """Target of every indicator that has one."""
        column = self.plan.table["target"].reindex(list(self.fw.indicators)).dropna()
        return {str(code): float(x) for code, x in column.items()}

    def chosen(self, says: Callable[[Case, str], bool]) -> list[str]:
        """List the indicators with a target of which something can be said, tree order."""
        return [code for code in self.targets if says(self, code)]

    @cached_property
    def implied(self) -> tuple[pd.Series, pd.Series]:
        """Score of every node if all indicator targets are met: without caps, and with them."""
        plain, official = (
            target_scores(self.now, self.plan, fw) for fw in self.frameworks(self.now.year)
        )
        return plain, official

    @cached_property
    def agencies(self) -> pd.DataFrame:
        """Spellings of agencies with their usual names and notes."""
        return self.optional("agencies").set_index("spelling")

    def optional(self, name: str) -> pd.DataFrame:
        """Read a processed table that a data folder may do without; its rows for this unit."""
        return self.once(("table", name), lambda: self._optional(name))

    def _optional(self, name: str) -> pd.DataFrame:
        path = self.folder / f"{name}.csv"
        if not path.is_file():
            return pd.DataFrame(columns=["province", "spelling", "name_vi", "note"])
        table = pd.DataFrame(read_rows(path, [])).drop(columns="_row")
        return table[table["province"] == self.plan.unit] if "province" in table else table

    def say(self, vi: str, en: str) -> str:
        """Choose the language."""
        return vi if self.lang == "vi" else en

    def n(self, x: float, decimals: int | None = None, *, signed: bool = False) -> str:
        """Write a number in the language."""
        return written(x, self.lang, decimals, signed=signed)

    def cell(self, code: str, column: str) -> str:
        """Text of a cell of the plan; empty where the plan has no such column."""
        if column not in self.plan.table.columns:
            return ""
        found = self.plan.table.at[code, column]
        return "" if pd.isna(found) else str(found)

    def figure(self, code: str, column: str) -> float:
        """Return the number in a cell of the plan; NaN where the plan has no such column."""
        if column not in self.plan.table.columns:
            return np.nan
        return float(self.plan.table.at[code, column])

    def value(self, code: str, column: str = "value") -> float:
        """Cell of the latest sheet."""
        return cell_of(self.now, code, column)

    def good(self, code: str) -> int:
        """+1 where more is better, −1 where less is."""
        return int(self.fw.table.at[code, "direction"])

    def appendix(self, code: str) -> str:
        """Place of a node in the appendix."""
        return self.say(f"Phụ lục, {code}", f"Appendix, {code}")

    def text(self, code: str, column: str = "place_text") -> str:
        """Place of a node in the plan's text."""
        place = self.cell(code, column) or self.say("phần lời", "text")
        return f"{place}, {code}"

    def goal(self, what: str) -> pd.Series | None:
        """Return the stated goal of a kind, None where it is not stated."""
        rows = self.plan.goals
        if "what" not in rows.columns or not (rows["what"] == what).any():
            return None
        return rows[rows["what"] == what].iloc[0]

    def stated(self, what: str, column: str = "value") -> float:
        """Return a stated goal as a number; NaN where it is not stated, or not as a number."""
        row = self.goal(what)
        found = "" if row is None else str(row.get(column, ""))
        return read_number(found) if found else np.nan

    def context(self, year: int) -> pd.DataFrame:
        """Return the unit's denominators of a year; see `load_context`."""
        unit, folder = self.plan.unit, self.folder
        return self.once(("context", year), lambda: load_context(unit, year, folder))

    def frameworks(self, year: int) -> tuple[Framework, Framework]:
        """Return the tree of a year without caps and with them; where none were inferred, alike."""
        return self.once(("framework", year), lambda: self._frameworks(year))

    def _frameworks(self, year: int) -> tuple[Framework, Framework]:
        if year == self.now.year:
            fw = self.fw
        elif year in INFERRED_YEARS:
            fw = method_framework(year, "official", self.folder)
        else:
            fw = _without_caps(self.fw)
        return _without_caps(fw), fw

    def span(self, low: float, high: float, decimals: int | None = None) -> str:
        """Write a range, or one number where both ends print alike."""
        first, last = (self.n(x, decimals) for x in (low, high))
        return first if first == last else f"{first}–{last}"

    def at_bounds(self) -> str:
        """Say at which bounds the points stand."""
        year = self.now.year
        return self.say(f"ở mốc {year}", f"at {year} bounds")


def _without_caps(fw: Framework) -> Framework:
    return Framework(fw.table.assign(cap=np.nan, cap_low=np.nan, cap_high=np.nan))


def cell_of(sheet: Sheet, code: str, column: str = "value") -> float:
    """Cell of a sheet; NaN where it has no such row."""
    return float(sheet.table.at[code, column]) if code in sheet.table.index else np.nan


def make_case(
    plan: Plan,
    sheets: Sheet | Sequence[Sheet],
    limits: Limits,
    lang: str,
    data: str | Path | None,
    base: Anchor | None = None,
    draws: int = 200,
    seed: int = 0,
) -> Case:
    """Check what was given and anchor the latest sheet.

    Raises
    ------
    DataError
        If there is no sheet, two of a year, one of another unit than the plan's, an anchor of
        another sheet, a code that is not in the tree, a language that is not known.
    """
    if lang not in ("vi", "en"):
        raise DataError(f"the language {lang!r}", "'vi' or 'en'")
    given = _checked(plan, sheets)
    is_folder = data is not None and Path(data).is_dir()
    folder = data_dir(data if is_folder else None)
    if base is None:
        fw = _framework(given[-1].year, folder)
        base = anchor(given[-1], draws=draws, seed=seed, data=data, framework=fw)
    elif (base.sheet.unit, base.sheet.year) != (plan.unit, given[-1].year):
        raise DataError(
            f"an anchor of {base.sheet.unit} {base.sheet.year}", f"one of {given[-1].year}'s sheet"
        )
    return Case(_whole_tree(plan, base.fw), given, base, limits, lang, folder)


def _framework(year: int, folder: Path) -> Framework:
    """Directions and caps of the year; directions alone where no caps were inferred."""
    if year in INFERRED_YEARS:
        return method_framework(year, "official", folder)
    return method_framework(max(INFERRED_YEARS), "reversed", folder)


def _checked(plan: Plan, sheets: Sheet | Sequence[Sheet]) -> tuple[Sheet, ...]:
    given = [sheets] if isinstance(sheets, Sheet) else sorted(sheets, key=lambda one: one.year)
    if not given:
        raise DataError("no sheet", f"one sheet or more of {plan.unit}")
    for one in given:
        if one.unit != plan.unit:
            raise DataError(f"a sheet of {one.unit}", f"sheets of {plan.unit}, as the plan")
    years = [one.year for one in given]
    if len(set(years)) < len(years):
        raise DataError(f"sheets of the years {', '.join(map(str, years))}", "one sheet a year")
    return tuple(given)


def _whole_tree(plan: Plan, fw: Framework) -> Plan:
    """Give the plan's table every node and its usual columns."""
    if "target" not in plan.table.columns:
        raise DataError("a plan without targets", "a column 'target'", column="target")
    for code in plan.table.index:
        if code not in fw.table.index:
            raise DataError(f"the code {code!r} in the plan", "a code of the framework")
    table = plan.table.reindex(fw.table.index)
    if "target_text" not in table.columns:
        table["target_text"] = np.nan
    for name in table.columns.difference(["target", "target_text"]):
        if table[name].dtype == object or pd.api.types.is_string_dtype(table[name]):
            table[name] = table[name].fillna("")
    for name in _TEXTS:
        if name not in table.columns:
            table[name] = ""
    goals = plan.goals if isinstance(plan.goals, pd.DataFrame) else pd.DataFrame()
    return replace(plan, table=table, goals=goals)
