"""The other processed tables: scoreboards, plans, context, sources (efforts: `effort_tables`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.data.effort_tables import EFFORT_KINDS as EFFORT_KINDS
from piilib.data.effort_tables import NEVER_LEVERS as NEVER_LEVERS
from piilib.data.effort_tables import load_effort as load_effort
from piilib.data.lookup import data_dir
from piilib.data.provinces import basis_of as basis_of
from piilib.data.provinces import provinces, resolve
from piilib.data.read import Row, number, read_rows, whole
from piilib.data.sheet import framework_codes
from piilib.errors import DataError

#: Columns of a plan that not every table of plans has: numbers, then texts.
_PLAN_NUMBERS = ("rank_target", "score_text", "rank_text")
_PLAN_TEXTS = (
    "place_text",
    "name",
    "name_text",
    "name_lead_text",
    "review_text",
    "place_lead_text",
)


@dataclass(frozen=True)
class Scoreboard:
    """Published index scores and ranks of one year.

    Attributes
    ----------
    year, basis : int
        The edition; 63 or 34 ranked units.
    table : DataFrame
        Index: key of every unit. Columns ``score``, ``rank`` (NaN where not published),
        ``status``, ``address``.
    pillars : DataFrame
        One published figure a row: ``key``, ``code``, ``score``, ``rank``, ``address``.

    Examples
    --------
    >>> import piilib as pii
    >>> board = pii.load_scoreboard(2024)
    >>> board.basis, board.table[["score", "rank"]].loc["cao-bang"].tolist()
    (63, [23.95, 63.0])
    """

    year: int
    basis: int
    table: pd.DataFrame
    pillars: pd.DataFrame


@dataclass(frozen=True)
class Plan:
    """A province's plan.

    Attributes
    ----------
    unit : str
        The province's key.
    year : int
        The year the targets are for.
    table : DataFrame
        Index: code. Columns ``target`` (appendix), ``target_text`` (the plan's text; NaN where
        silent), ``lead``, ``coordinating``, ``lead_text``. Where the document was read in full
        also: ``rank_target`` (the appendix's column of ranks), ``score_text`` and ``rank_text``
        (scores and ranks that the text asks for), ``place_text``, ``place_lead_text`` (sections of
        the text), ``name`` (appendix), ``name_text``, ``name_lead_text``, ``review_text``
        (agencies that review data). Several agencies, places or names are parted by "; ".
    goals : DataFrame
        Stated goals: ``place``, ``what``, ``printed``, and where read ``value``, ``of``,
        ``agency``.
    source : str
        The document.

    Examples
    --------
    >>> import piilib as pii
    >>> plan = pii.load_plan("cao-bang")
    >>> plan.unit, plan.year
    ('cao-bang', 2026)
    >>> plan.goals.set_index("what").loc[["score", "rank"], "value"].tolist()
    ['30.00', '30']
    """

    unit: str
    year: int
    table: pd.DataFrame
    goals: pd.DataFrame
    source: str


def load_scoreboard(year: int, data: str | Path | None = None) -> Scoreboard:
    """Read what was published of a year's ranking; units without a figure stand as NaN.

    Examples
    --------
    >>> import piilib as pii
    >>> scores = {year: pii.load_scoreboard(year).table["score"] for year in (2024, 2025)}
    >>> {year: (len(score), float(score.max())) for year, score in scores.items()}
    {2024: (63, 60.76), 2025: (34, 65.68)}
    """
    folder = data_dir(data)
    path = folder / "scoreboard.csv"
    rows = [
        row
        for row in read_rows(path, ["key", "year", "score", "rank", "status", "address"])
        if whole(row, "year", path) == year
    ]
    units = provinces(basis_of(year), data).index
    _each_once(rows, "key", path, units)
    if not rows:
        years = sorted({row["year"] for row in read_rows(path, ["year"])})
        raise DataError(f"no scoreboard for {year}", f"one of {', '.join(years)}", file=path)
    table = pd.DataFrame(
        {
            "key": [row["key"] for row in rows],
            "score": [number(row, "score", path)[0] for row in rows],
            "rank": [_float(whole(row, "rank", path)) for row in rows],
            "status": [row["status"] for row in rows],
            "address": [row["address"] for row in rows],
        }
    ).set_index("key")
    return Scoreboard(year, basis_of(year), table.reindex(units), _pillars(folder, year))


def _pillars(folder: Path, year: int) -> pd.DataFrame:
    path = folder / "pillars.csv"
    rows = [
        row
        for row in read_rows(path, ["key", "year", "code", "score", "rank", "address"])
        if whole(row, "year", path) == year
    ]
    return pd.DataFrame(
        {
            "key": [row["key"] for row in rows],
            "code": [row["code"] for row in rows],
            "score": [number(row, "score", path)[0] for row in rows],
            "rank": [_float(whole(row, "rank", path)) for row in rows],
            "address": [row["address"] for row in rows],
        }
    )


def _each_once(
    rows: Iterable[Row], column: str, path: Path, known: Collection[str] | None = None
) -> None:
    """Refuse a second row of the same thing, and a thing that is not among the known ones."""
    lines: dict[str, str] = {}
    for row in rows:
        cell, line = row[column], row["_row"]
        if cell in lines:
            found = f"{cell!r} a second time (first in row {lines[cell]})"
            raise DataError(found, "each once", file=path, row=int(line), column=column)
        if known is not None and cell not in known:
            where = "provinces.csv" if column == "key" else "framework.csv"
            expected = f"one of the {len(known)} {column}s of {where} that belong here"
            raise DataError(repr(cell), expected, file=path, row=int(line), column=column)
        lines[cell] = line


def _float(value: int | None) -> float:
    return np.nan if value is None else float(value)


def load_plan(province: str, data: str | Path | None = None) -> Plan:
    """Read a province's plan, in both its versions (text and appendix).

    Examples
    --------
    >>> import piilib as pii
    >>> pii.load_plan("cao-bang").table.loc[["1.1.1"], ["target", "lead"]]
           target                      lead
    code
    1.1.1    60.0  Sở Khoa học và Công nghệ
    """
    folder = data_dir(data)
    key = resolve(province, data)
    path = folder / "plan.csv"
    columns = ["province", "year", "code", "target", "target_text", "lead", "coordinating"]
    rows = [r for r in read_rows(path, [*columns, "lead_text", "source"]) if r["province"] == key]
    if not rows:
        raise DataError(f"no plan of {key!r}", "a province whose plan is in the data", file=path)
    _each_once(rows, "code", path, framework_codes(folder))
    table = pd.DataFrame(
        {
            "code": [row["code"] for row in rows],
            "target": [number(row, "target", path)[0] for row in rows],
            "target_text": [number(row, "target_text", path)[0] for row in rows],
            "lead": [row["lead"] for row in rows],
            "coordinating": [row["coordinating"] for row in rows],
            "lead_text": [row["lead_text"] for row in rows],
            **{
                name: [number(row, name, path)[0] for row in rows]
                for name in _PLAN_NUMBERS
                if name in rows[0]
            },
            **{name: [row[name] for row in rows] for name in _PLAN_TEXTS if name in rows[0]},
        }
    ).set_index("code")
    goals_path = folder / "goals.csv"
    goals = pd.DataFrame(read_rows(goals_path, ["province", "place", "what", "printed"]))
    goals = goals[goals["province"] == key].drop(columns=["_row", "province"])
    year = whole(rows[0], "year", path)
    return Plan(key, year or 0, table, goals.reset_index(drop=True), rows[0]["source"])


def has_plan(province: str, data: str | Path | None = None) -> bool:
    """Tell whether a province's plan is in the data."""
    key = resolve(province, data)
    path = data_dir(data) / "plan.csv"
    return any(row["province"] == key for row in read_rows(path, ["province"]))


def load_context(province: str, year: int, data: str | Path | None = None) -> pd.DataFrame:
    """Read a province's denominators of a year (population, firms, communes …).

    Returns
    -------
    DataFrame
        Index: quantity. Columns ``value``, ``low``, ``high``, ``status``, ``source``; empty
        where nothing is in hand.
    """
    path = data_dir(data) / "context.csv"
    key = resolve(province, data)
    columns = ["province", "year", "quantity", "value", "low", "high", "status", "source"]
    rows = [
        row
        for row in read_rows(path, columns)
        if row["province"] == key and row["year"] == str(year)
    ]
    _each_once(rows, "quantity", path)
    return pd.DataFrame(
        {
            "value": [number(row, "value", path)[0] for row in rows],
            "low": [number(row, "low", path)[0] for row in rows],
            "high": [number(row, "high", path)[0] for row in rows],
            "status": [row["status"] for row in rows],
            "source": [row["source"] for row in rows],
        },
        index=pd.Index([row["quantity"] for row in rows], name="quantity"),
    )


def load_table(name: str, data: str | Path | None = None) -> pd.DataFrame:
    """Read a processed table as text, without interpretation (``"regions"``, ``"sources"`` …)."""
    path = data_dir(data) / f"{name}.csv"
    return pd.DataFrame(read_rows(path, [])).drop(columns="_row")


def agency_name(name: str, data: str | Path | None = None) -> str:
    """Return the usual name of an agency that documents spell in several ways."""
    rows = read_rows(data_dir(data) / "agencies.csv", ["spelling", "name_vi"])
    return next((str(row["name_vi"]) for row in rows if row["spelling"] == name), name)
