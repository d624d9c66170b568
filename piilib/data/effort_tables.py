"""Tables of efforts: the defaults, an analyst's own scores, and costs in million VND."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from piilib.data.effort_form import EffortForm, by_indicator, read_effort_form
from piilib.data.effort_form_cells import is_effort_form
from piilib.data.lookup import data_dir
from piilib.data.read import Row, number
from piilib.data.sheet import framework_codes
from piilib.data.workbook import spreadsheet
from piilib.errors import DataError

EFFORT_KINDS = (
    "index",
    "index-survey",
    "index-exam",
    "count-flow",
    "count-stock",
    "share",
    "amount",
    "growth",
    "excluded",
)
#: Kinds that are never recommended: growth returns to its mean by itself.
NEVER_LEVERS = ("growth", "excluded")
YEARS, MILLION_VND = "years", "million VND"
_COLUMNS = ("code", "kind", "step", "difficulty", "lag_years", "reason_vi", "reason_en")
#: Columns of a form that go into each kind of table, and what they are called there.
_SCORES = {"own_difficulty": "difficulty", "own_step": "step", "own_lag": "lag_years"}
_COSTS = {"cost": "cost", "own_step": "step", "own_lag": "lag_years", "lead_time": "lead_time"}
_OPTIONAL = ("step_unit_vi", "step_unit_en", "effort_unit", "natural_size", "own", "who", "date")


def load_effort(path: str | Path | None = None, data: str | Path | None = None) -> pd.DataFrame:
    """Read a table of efforts: the defaults, a table of one's own, or a form filled in.

    Parameters
    ----------
    path : path, optional
        A user's own table, or a form (see `write_effort_form`) as CSV or workbook; the default is
        ``effort.csv`` of the data folder. A form is `cost_table` where only costs are filled in,
        or its ``use`` says million VND; else `own_scores`.
    data : path, optional
        The data folder.

    Returns
    -------
    DataFrame
        Index: indicator code. Columns ``kind``, ``step`` (one year of typical progress beyond
        the common drift, in the indicator's unit), ``step_unit_vi``, ``step_unit_en``,
        ``difficulty`` (1-5; million VND a step where ``effort_unit`` says so, NaN without a cost),
        ``lag_years``, ``reason_vi``, ``reason_en``, ``effort_unit`` ("years": difficulty-weighted
        years, or "million VND"), ``natural_size`` (with costs: the smallest thing bought, in the
        indicator's unit), ``own`` (what an analyst gave: "difficulty", "step", "lag_years",
        "cost", "lead_time", "reason"), ``who`` and ``date`` of those rows.

    Raises
    ------
    DataError
        If a code is unknown, repeated or missing, a kind is unknown, a step is not
        positive, a difficulty is outside 1-5 or a reason is missing; if a form has both own scores
        and costs and does not say which counts.

    Examples
    --------
    >>> import piilib as pii
    >>> efforts = pii.load_effort()
    >>> len(efforts), efforts.at["7.1.1", "kind"], efforts.at["6.1.1", "kind"]
    (52, 'growth', 'count-flow')
    """
    folder = data_dir(data)
    if path and is_effort_form(path):
        return effort_table(read_effort_form(path, folder), folder)
    file = Path(path) if path else folder / "effort.csv"
    rows = spreadsheet(file, _COLUMNS, _OPTIONAL)
    needed = [c for c, level in framework_codes(folder).items() if level == "indicator"]
    by_indicator(((row["code"], int(row["_row"])) for row in rows), file, needed)
    efforts = {row["code"]: _effort_row(row, file) for row in rows}
    table = pd.DataFrame.from_dict(efforts, orient="index").loc[needed]
    effort_unit(table)
    return table


def effort_table(form: EffortForm, data: str | Path | None = None) -> pd.DataFrame:
    """Turn a form into the table that it asks for: `cost_table` or `own_scores`.

    Raises
    ------
    DataError
        If it has both own difficulties and costs and does not say which counts.
    """
    return cost_table(form, data) if _in_money(form) else own_scores(form, data)


def _in_money(form: EffortForm) -> bool:
    """Tell whether a form is to be read as a table of costs."""
    costs = bool(form.table["cost"].notna().any())
    scores = bool(form.table["own_difficulty"].notna().any())
    if costs and scores and not form.use:
        raise DataError(
            "own difficulties and costs, and an empty cell 'use'",
            "'years' (năm) or 'million VND' (triệu đồng) there",
            file=form.file,
        )
    return form.use == MILLION_VND or (costs and not form.use)


def _effort_row(row: Row, file: Path) -> dict[str, object]:
    step, difficulty = number(row, "step", file)[0], number(row, "difficulty", file)[0]
    lag, size = number(row, "lag_years", file)[0], number(row, "natural_size", file)[0]
    unit = row["effort_unit"] or YEARS
    money, bought = unit == MILLION_VND, not np.isnan(difficulty)
    if money:
        hard = (difficulty > 0 or not bought, "million VND a step, more than 0, or empty")
    else:
        hard = (1 <= difficulty <= 5, "a number from 1 to 5")
    checks = {
        "kind": (row["kind"] in EFFORT_KINDS, f"one of {', '.join(EFFORT_KINDS)}"),
        "step": (step > 0, "a positive number"),
        "effort_unit": (unit in (YEARS, MILLION_VND), f"{YEARS!r} or {MILLION_VND!r}"),
        "difficulty": hard,
        "natural_size": (size > 0 or not (money and bought), "what one natural unit adds"),
        "lag_years": (lag >= 0, "a number of years, 0 or more"),
        "reason_vi": (bool(row["reason_vi"]), "a reason"),
        "reason_en": (bool(row["reason_en"]), "a reason"),
    }
    for column, (good, expected) in checks.items():
        if not good:
            raise DataError(
                repr(row[column]), expected, file=file, row=int(row["_row"]), column=column
            )
    texts = {name: row[name] for name in (*_COLUMNS[1:], *_OPTIONAL)}
    numbers = {"step": step, "difficulty": difficulty, "lag_years": lag, "natural_size": size}
    return {**texts, **numbers, "effort_unit": unit}


def effort_unit(table: pd.DataFrame) -> str:
    """Tell in what a table of efforts, or of levers, counts effort.

    Parameters
    ----------
    table : DataFrame
        As `load_effort` or `levers` gives it; without a column ``effort_unit`` it is "years".

    Returns
    -------
    str
        "years" (difficulty-weighted years) or "million VND".

    Raises
    ------
    DataError
        If both stand in it, or something else.

    Examples
    --------
    >>> import piilib as pii
    >>> pii.effort_unit(pii.load_effort())
    'years'
    """
    if "effort_unit" not in table.columns or table.empty:
        return YEARS
    found = list(dict.fromkeys(table["effort_unit"]))
    if len(found) > 1:
        units = " and ".join(repr(unit) for unit in found)
        raise DataError(f"efforts in {units}", "one unit of effort for all indicators")
    if found[0] not in (YEARS, MILLION_VND):
        raise DataError(f"efforts in {found[0]!r}", f"{YEARS!r} or {MILLION_VND!r}")
    return str(found[0])


def own_scores(form: EffortForm | str | Path, data: str | Path | None = None) -> pd.DataFrame:
    """Table of efforts with an analyst's own difficulties, steps and lags.

    Parameters
    ----------
    form : EffortForm or path
        What was left empty keeps its default.
    data : path, optional
        The data folder.

    Returns
    -------
    DataFrame
        As `load_effort`: difficulty-weighted years. Rows with an own figure say so in ``own``, have
        ``who`` and ``date``, and the analyst's reason in both languages (a note where none was
        given: the default's reason would not fit).

    Raises
    ------
    DataError
        As `read_effort_form`.

    Examples
    --------
    >>> import tempfile, piilib as pii
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pii.write_effort_form(f"{folder}/form.csv", "en")
    ...     text = path.read_text(encoding="utf-8-sig")
    ...     text = text.replace("[who],", "[who],Người chấm A")
    ...     text = text.replace("[date],", "[date],5/11/2026")
    ...     _ = path.write_text(text, encoding="utf-8")
    ...     table = pii.own_scores(path)
    >>> table.equals(pii.load_effort())  # nothing was filled in
    True
    """
    form = form if isinstance(form, EffortForm) else read_effort_form(form, data)
    table, given = load_effort(data=data), form.table
    for own, column in _SCORES.items():
        table[column] = given[own].where(given[own].notna(), table[column])
    return _signed(table, form, _SCORES)


def cost_table(form: EffortForm | str | Path, data: str | Path | None = None) -> pd.DataFrame:
    """Table of efforts in million VND, from the costs of a form.

    Parameters
    ----------
    form : EffortForm or path
        Cost of one natural unit, what that unit adds to the indicator, and the lead time (the lag
        where empty). Own steps of the form are used too.
    data : path, optional
        The data folder.

    Returns
    -------
    DataFrame
        As `load_effort` with ``effort_unit`` "million VND": ``difficulty`` = cost × step /
        natural_size, million VND for a step, NaN where no cost was given: such an indicator is no
        lever ("no cost"). Costs are linear, and the smallest purchase is one natural unit.

    Raises
    ------
    DataError
        As `read_effort_form`; if no cost is given.

    Examples
    --------
    >>> import tempfile, piilib as pii
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pii.write_effort_form(f"{folder}/form.csv", "en", "cao-bang", 2024)
    ...     text = path.read_text(encoding="utf-8-sig")
    ...     text = text.replace("[who],", "[who],Người chấm A")
    ...     text = text.replace("[date],", "[date],5/11/2026")
    ...     _ = path.write_text(text, encoding="utf-8")
    ...     form = pii.read_effort_form(path)
    >>> form.table.loc["1.1.1", "cost"] = 20.0  # as if filled in: 20 million VND a point
    >>> table = pii.cost_table(form)
    >>> pii.effort_unit(table), float(table.at["1.1.1", "difficulty"])  # a step is 4 points
    ('million VND', 80.0)
    """
    form = form if isinstance(form, EffortForm) else read_effort_form(form, data)
    given = form.table
    if given["cost"].isna().all():
        raise DataError("no cost", "million VND for at least one indicator", file=form.file)
    table = own_scores(form, data)
    table["difficulty"] = given["cost"] * table["step"] / given["natural_size"]
    table["lag_years"] = given["lead_time"].where(given["lead_time"].notna(), table["lag_years"])
    table["effort_unit"] = MILLION_VND
    table["natural_size"] = given["natural_size"].where(given["cost"].notna())
    return _signed(table, form, _COSTS)


def _signed(table: pd.DataFrame, form: EffortForm, names: dict[str, str]) -> pd.DataFrame:
    """Say in every row with an own figure which it is, whose, and why."""
    reason = form.table["own_reason"]
    own = pd.Series("", index=table.index)
    for key, name in names.items():
        own += np.where(form.table[key].notna(), f" {name}", "")
    table["own"] = (own + np.where(reason != "", " reason", "")).str.strip()
    mine = table["own"] != ""
    table["who"] = np.where(mine, form.who, "")
    table["date"] = np.where(mine, form.date.isoformat(), "")
    silent = {"reason_vi": f"{form.who} chấm, không ghi lý do.",
              "reason_en": f"Scored by {form.who}; no reason given."}  # fmt: skip
    for column, note in silent.items():
        table[column] = table[column].where(~mine, reason.where(reason != "", note))
    return table
