"""Several models of effort: two analysts compared, and the levers that hold under all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd

from piilib.analysis.lever_doubt import DOUBTS, P_TOP
from piilib.analysis.levers import levers
from piilib.analysis.whatif import Anchor, anchor, check_effort
from piilib.data.effort_form import EffortForm
from piilib.data.effort_tables import YEARS, effort_table, effort_unit, load_effort
from piilib.data.sheet import Sheet
from piilib.errors import DataError
from piilib.types import Array

#: A table of efforts, or what one is read from.
Efforts: TypeAlias = pd.DataFrame | EffortForm | str | Path


@dataclass(frozen=True)
class EffortComparison:
    """Two tables of efforts side by side, and how far they agree.

    Attributes
    ----------
    table : DataFrame
        Index: indicator. ``first``, ``second``: difficulty (1-5, or million VND a step);
        ``difference`` = second − first; ``step_first``, ``step_second`` (the indicator's unit);
        ``lag_first``, ``lag_second`` (years); ``counted``: both have scored it, so that it counts
        for the agreement.
    counted : int
        Indicators that count.
    same : float
        Share of them with the same difficulty.
    difference : float
        Mean of second − first: large and positive where the second finds everything harder.
    kappa : float
        Cohen's kappa with quadratic weights: 1 is full agreement, 0 what chance would give; NaN
        for costs, and where nobody's scores vary.
    spearman : float
        Rank correlation of the difficulties; NaN where one does not vary.
    """

    table: pd.DataFrame
    counted: int
    same: float
    difference: float
    kappa: float
    spearman: float


def compare_efforts(
    first: Efforts, second: Efforts, data: str | Path | None = None
) -> EffortComparison:
    """Compare two analysts' difficulties, indicator by indicator.

    Parameters
    ----------
    first, second : DataFrame, EffortForm or path
        Tables as `load_effort` gives them, forms, or files of either. Of a form only the
        indicators whose difficulty (or cost) the analyst gave count for the agreement: defaults
        that both have kept are no agreement of theirs.
    data : path, optional
        The data folder.

    Returns
    -------
    EffortComparison

    Raises
    ------
    DataError
        If one is in years and the other in million VND, or the indicators are not the same.

    Notes
    -----
    κ = 1 − Σᵢ (xᵢ − yᵢ)² / n ÷ Σᵢ Σⱼ (xᵢ − yⱼ)² / n²: the observed over the expected squared
    distance (J. Cohen, "Weighted kappa", Psychological Bulletin 70, 1968).

    Examples
    --------
    >>> import piilib as pii
    >>> mine = pii.load_effort()
    >>> yours = mine.assign(difficulty=(mine["difficulty"] + 1).clip(upper=5))
    >>> both = pii.compare_efforts(mine, yours)
    >>> both.counted, round(both.difference, 2), round(both.kappa, 2)
    (52, 0.83, 0.65)
    """
    one, two = (_table(efforts, data) for efforts in (first, second))
    if effort_unit(one) != effort_unit(two):
        found = f"efforts in {effort_unit(one)} and in {effort_unit(two)}"
        raise DataError(found, "two tables in the same unit")
    if set(one.index) != set(two.index):
        odd = ", ".join(sorted({str(code) for code in set(one.index) ^ set(two.index)})[:5])
        raise DataError(f"{odd} in one of the tables only", "the same indicators in both")
    two = two.loc[one.index]
    table = pd.DataFrame(index=one.index)
    table["first"], table["second"] = (t["difficulty"].astype(float) for t in (one, two))
    table["difference"] = table["second"] - table["first"]
    for name, column in (("step", "step"), ("lag", "lag_years")):
        table[f"{name}_first"], table[f"{name}_second"] = one[column], two[column]
    table["counted"] = _scored(one) & _scored(two) & table["difference"].notna()
    x, y = (table.loc[table["counted"], name].to_numpy() for name in ("first", "second"))
    return EffortComparison(
        table=table,
        counted=len(x),
        same=float(np.mean(x == y)) if len(x) else np.nan,
        difference=float(np.mean(y - x)) if len(x) else np.nan,
        kappa=weighted_kappa(x, y) if effort_unit(one) == YEARS else np.nan,
        spearman=_spearman(x, y),
    )


def _table(efforts: Efforts, data: str | Path | None) -> pd.DataFrame:
    folder = data if data is not None and Path(data).is_dir() else None
    if isinstance(efforts, EffortForm):
        return effort_table(efforts, folder)
    return efforts if isinstance(efforts, pd.DataFrame) else load_effort(efforts, folder)


def _scored(table: pd.DataFrame) -> pd.Series:
    """Where a difficulty or cost is an analyst's own; everywhere in a table that says of none."""
    own = table.get("own", pd.Series("", index=table.index)).fillna("")
    if (own == "").all():
        return pd.Series(True, index=table.index)
    return own.str.split().map(lambda names: bool({"difficulty", "cost"} & set(names)))


def weighted_kappa(first: Array, second: Array) -> float:
    """Cohen's kappa with quadratic weights of two raters' scores; NaN where it is 0/0.

    Examples
    --------
    >>> weighted_kappa(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0]))
    1.0
    """
    if not len(first):
        return np.nan
    expected = np.mean((first[:, None] - second[None, :]) ** 2)
    return float(1.0 - np.mean((first - second) ** 2) / expected) if expected > 0 else np.nan


def _spearman(first: Array, second: Array) -> float:
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return np.nan
    ranks = pd.DataFrame({"first": first, "second": second}).rank()
    return float(ranks["first"].corr(ranks["second"]))


def robust_levers(
    sheet: Sheet | Anchor,
    efforts: Mapping[str, Efforts],
    draws: int = 10_000,
    seed: int = 0,
    data: str | Path | None = None,
) -> pd.DataFrame:
    """Levers that are among the best ten at every doubt and under every model of effort.

    Parameters
    ----------
    sheet : Sheet or Anchor
        An `Anchor` saves calibrating again; its own efforts count only where they are named.
    efforts : mapping
        Name of each model to its table of efforts (years or million VND), form or file.
    draws : int
        Redraws of step and difficulty, as for `levers`.
    seed : int
    data : path, optional

    Returns
    -------
    DataFrame
        Index: indicator, the surest first. For every model a column for each doubt, "<model>
        0.25", "<model> 0.5", "<model> 0.8": probability of being among the best ten (near 1: it
        hardly matters what is redrawn); NaN where the model has it as no lever, for instance
        without a cost. ``lowest`` of them and ``lowest_at``, its column (of a NaN: that one);
        ``robust``: ≥ 0.5 at all. A model that prices ten indicators or fewer puts each of them
        among its ten, so it only strikes out those that it does not price.

    Raises
    ------
    DataError
        If no model is given, a name is empty, or, with an `Anchor`, a model has other growth rates
        than the anchor's efforts (they settle which bounds drift).

    Examples
    --------
    >>> import piilib as pii
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=20)
    >>> mine = pii.load_effort()
    >>> hard = mine.copy()
    >>> hard.loc["1.1.1", "difficulty"] = 5.0
    >>> table = pii.robust_levers(base, {"default": mine, "mine": hard}, draws=300)
    >>> table.columns.tolist()[:4]
    ['default 0.25', 'default 0.5', 'default 0.8', 'mine 0.25']
    >>> bool(table.at["1.1.1", "default 0.5"] > 0.5), bool(table.at["1.1.1", "robust"])
    (True, False)
    """
    if not efforts or not all(isinstance(name, str) and name.strip() for name in efforts):
        raise DataError(f"the models {list(efforts)}", "{name: table of efforts}, at least one")
    parts = []
    for name, model in efforts.items():
        base = _under(sheet, name, _table(model, data), seed, data)
        chances = levers(base, draws=draws, seed=seed, data=data)[list(P_TOP)]
        names = {p: f"{name} {doubt:g}" for p, doubt in zip(P_TOP, DOUBTS, strict=True)}
        parts.append(chances.rename(columns=names).loc[list(base.fw.indicators)])
    return robust_at_all(pd.concat(parts, axis=1))


def _under(
    sheet: Sheet | Anchor, name: str, table: pd.DataFrame, seed: int, data: str | Path | None
) -> Anchor:
    """Return the anchor of a sheet, or the one given, with the efforts of a model."""
    if isinstance(sheet, Sheet):
        return anchor(sheet, effort=table, seed=seed, data=data)
    growing = [set(t.index[t["kind"] == "growth"]) for t in (sheet.effort, table)]
    if growing[0] != growing[1]:
        odd = ", ".join(sorted(growing[0] ^ growing[1]))
        raise DataError(f"{odd} as growth in one of {name!r} and the anchor", "the sheet instead")
    check_effort(table, sheet.fw)
    return replace(sheet, effort=table)


def robust_at_all(chances: pd.DataFrame) -> pd.DataFrame:
    """Add the lowest chance, where it stands, and whether all are at least a half.

    Parameters
    ----------
    chances : DataFrame
        Indicators × (model and doubt): probability of being among the best ten.

    Examples
    --------
    >>> chances = pd.DataFrame({"a 0.5": [0.4, 0.9], "b 0.5": [0.9, 0.5]}, index=["x", "y"])
    >>> robust_at_all(chances)[["lowest", "lowest_at", "robust"]]
       lowest lowest_at  robust
    y     0.5     b 0.5    True
    x     0.4     a 0.5   False
    """
    table = chances.copy()
    table["lowest"] = chances.min(axis=1, skipna=False)
    lowest = chances.fillna(-1.0).idxmin(axis=1)
    table["lowest_at"] = lowest.where(chances.notna().any(axis=1), "")
    table["robust"] = (chances >= 0.5).all(axis=1)
    return table.sort_values("lowest", ascending=False, kind="stable", na_position="last")
