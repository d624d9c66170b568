"""A panel that is scored, and what every unit can have of every indicator at frozen goalposts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from piilib.analysis.effort import prices
from piilib.analysis.panel_whatif import FIXED, FREEZABLE
from piilib.analysis.portfolio_curves import Curves
from piilib.data.effort_tables import NEVER_LEVERS, YEARS, effort_unit, load_effort
from piilib.errors import DataError
from piilib.index.aggregation import by_level
from piilib.index.check import is_finite, read_number, shown
from piilib.index.framework import Framework
from piilib.index.method import Method, Result
from piilib.index.normalisation import Normalisation, as_normalisation
from piilib.index.panel import checked_panel
from piilib.types import Array, Flags

#: Places on the scale of 0 to 1 that differ by less are one.
_SAME = 1e-9


@dataclass(frozen=True)
class Field:
    """A panel that is scored, and what can be had of it.

    Attributes
    ----------
    values : DataFrame
        Units × indicators.
    scores, ranks : Series
        Of the index, by unit.
    curves : Curves
    way : array, shape (indicators,)
        From u = 0 to u = 1 in the indicator's unit; below 0 where less is better.
    step : array, shape (indicators,)
    """

    values: pd.DataFrame
    scores: pd.Series
    ranks: pd.Series
    curves: Curves
    way: Array
    step: Array


def scored_field(
    panel: pd.DataFrame,
    fw: Framework,
    method: Method | None,
    effort: pd.DataFrame | str | Path | None,
    exclude: Collection[str],
    data: str | Path | None,
) -> Field:
    """Score a panel and price every indicator of every unit; see `least_effort_ranks`.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [0.0, 5, 10], "b": [0.0, 10, 4]}, index=["x", "y", "z"])
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> effort = pd.DataFrame({"kind": "index", "step": 1.0, "difficulty": [1.0, 2.0]}, ["a", "b"])
    >>> scored_field(panel, fw, None, effort, (), None).curves.price.round(2)  # years a point
    array([[0.2, 0.4],
           [0.2, inf],
           [inf, 0.4]])
    """
    method = method or Method()
    _refuse_method(method, fw)
    values = checked_panel(panel, fw)
    result = method.score(values, fw)
    table = effort if isinstance(effort, pd.DataFrame) else load_effort(effort, data)
    _check_effort(table, fw)
    low, high, width = _goalposts(result, fw, method)
    direction = fw.table.loc[list(fw.indicators), "direction"].to_numpy(dtype=float)
    start = (result.normalised.to_numpy(dtype=float) - width[0]) / (width[1] - width[0])
    worse = np.where(direction > 0, low, high)
    with np.errstate(invalid="ignore", divide="ignore"):
        place = direction * (values.to_numpy(dtype=float) - worse) / (high - low)
        can = (np.abs(place - start) <= _SAME) & (start < 1.0 - _SAME)
    size, price, gamma = prices(table, list(fw.indicators))
    weight = np.where(can, (width[1] - width[0]) * _weights(result, fw, method), 0.0)
    can &= _levers(table, fw, exclude) & np.isfinite(price) & (weight > 0)
    whole = np.where(np.isfinite(price), price * (high - low) / size, 0.0)
    curves = Curves(
        start=np.where(can, start, 0.0),
        weight=np.where(can, weight, 0.0),
        price=np.where(can, whole / np.where(can, weight, 1.0), np.inf),
        flat=np.full(weight.shape, gamma == 0.0),
    )
    step = table.loc[list(fw.indicators), "step"].to_numpy(dtype=float)
    scores, ranks = (frame[fw.root] for frame in (result.scores, result.ranks))
    return Field(values, scores, ranks, curves, (high - low) * direction, step)


def _refuse_method(method: Method, fw: Framework) -> None:
    """Refuse what is not linear in every value while the goalposts stand still."""
    for what, choice, good in (
        ("normalisation", method.normalisation, FREEZABLE),
        ("treatment", method.treatment, FIXED),
    ):
        for where, rule in _rules(choice):
            if rule not in good:
                expected = f"one with which goalposts can be frozen: {', '.join(good)}"
                raise DataError(f"the {what} {rule!r}{where}", expected)
    for mean in by_level(method.aggregation, fw):
        if mean.power != 1.0:
            raise DataError(f"the aggregation {mean.rule!r}", "arithmetic means at every level")


def _rules(choice: Any) -> list[tuple[str, str]]:
    """Every rule of a choice by its name, and of which indicator it is."""
    each = choice.items() if isinstance(choice, Mapping) else [("", choice)]
    return [(f" of {code!r}" if code else "", str(getattr(one, "rule", one))) for code, one in each]


def _levers(table: pd.DataFrame, fw: Framework, exclude: Collection[str]) -> Flags:
    left = {exclude} if isinstance(exclude, str) else set(exclude)
    unknown = sorted(str(code) for code in left if code not in fw.indicators)
    if unknown:
        raise DataError(f"{unknown[0]!r} among the excluded", "codes of indicators")
    kind = table.loc[list(fw.indicators), "kind"]
    return np.asarray(~kind.isin(NEVER_LEVERS) & ~kind.index.isin(left), dtype=bool)


def _goalposts(result: Result, fw: Framework, method: Method) -> tuple[Array, Array, Array]:
    """Lowest and highest in the indicator's unit, and the scores of the worse and the better."""
    treated = result.treated.to_numpy(dtype=float)
    empty = np.isnan(treated)
    low = np.where(empty, np.inf, treated).min(axis=0)
    high = np.where(empty, -np.inf, treated).max(axis=0)
    width = np.empty((2, len(fw.indicators)))
    for i, code in enumerate(fw.indicators):
        rule = _normalisation(method, code)
        width[:, i] = rule.range or (0.0, 100.0)
        if rule.rule == "goalposts" and not isinstance(rule.goalposts, str):
            given = rule.goalposts[code] if rule.goalposts is not None else _of_tree(fw, code)
            low[i], high[i] = given
    return low, high, width


def _normalisation(method: Method, code: str) -> Normalisation:
    choice = method.normalisation
    return as_normalisation(choice.get(code, "minmax") if isinstance(choice, Mapping) else choice)


def _of_tree(fw: Framework, code: str) -> tuple[float, float]:
    low, high = (read_number(fw.table.at[code, f"goalpost_{end}"]) for end in ("low", "high"))
    return low, high


def _weights(result: Result, fw: Framework, method: Method) -> Array:
    """Index points of one score point; shape (units, indicators), missing siblings left out."""
    share, there = fw.shares(method.weights), result.scores.notna()
    weight = {fw.root: there[fw.root].to_numpy(dtype=float)}
    for node, children in reversed(fw.groups):
        parts = there[list(children)].to_numpy(dtype=float) * share[list(children)].to_numpy()
        total = parts.sum(axis=1, keepdims=True)
        parts = parts / np.where(total > 0, total, 1.0) * weight[node][:, None]
        weight |= dict(zip(children, parts.T, strict=True))
    return np.stack([weight[code] for code in fw.indicators], axis=1)


def _check_effort(table: pd.DataFrame, fw: Framework) -> None:
    missing = [name for name in ("kind", "step", "difficulty") if name not in table.columns]
    missing += [code for code in fw.indicators if code not in table.index]
    if missing:
        raise DataError(f"efforts without {', '.join(missing[:5])}", "as `load_effort` gives them")
    for code in fw.indicators:
        step, difficulty = table.at[code, "step"], table.at[code, "difficulty"]
        bad = {"step": step} if not (is_finite(step) and step > 0) else {}
        if effort_unit(table) == YEARS and not (is_finite(difficulty) and difficulty > 0):
            bad["difficulty"] = difficulty
        for name, found in bad.items():
            raise DataError(f"the {name} {shown(found)} of {code}", "more than 0, a number")
