"""Scores of one unit's values at the bounds of a sheet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from piilib.data.sheet import Sheet
from piilib.errors import DataError
from piilib.index.aggregation import up_the_tree
from piilib.index.framework import Framework
from piilib.index.normalisation import minmax
from piilib.types import Array

METHODS = ("plain", "reversed", "official")


def method_framework(year: int, method: str, data: str | Path | None = None) -> Framework:
    """Return the framework of a named method.

    Parameters
    ----------
    year : int
        The edition.
    method : {"official", "plain", "reversed"}
        ``"plain"``: min-max, every direction +1, no caps. ``"reversed"``: the same with the
        inferred directions (4.1.2 lower is better). ``"official"``: inferred directions and
        caps.
    """
    if method not in METHODS:
        raise DataError(f"the method {method!r}", f"one of {', '.join(METHODS)}")
    if method == "plain":
        return Framework.official(year, inferred=False, data=data)
    fw = Framework.official(year, inferred=True, data=data)
    if method == "official":
        return fw
    return Framework(fw.table.assign(cap=np.nan, cap_low=np.nan, cap_high=np.nan))


def caps(fw: Framework) -> Array:
    """Upper limits of the indicators, NaN where there is none."""
    if "cap" not in fw.table.columns:
        return np.full(len(fw.indicators), np.nan)
    return np.asarray(fw.table.loc[list(fw.indicators), "cap"], dtype=float)


def value_scores(values: pd.Series, sheet: Sheet, fw: Framework) -> pd.Series:
    """Score indicator values at the printed bounds (and caps) of a sheet's year.

    Parameters
    ----------
    values : Series
        Index: indicator; NaN where missing.
    sheet : Sheet
        Gives the national lowest and highest.
    fw : Framework

    Returns
    -------
    Series
        Scores clipped to [0, 100].
    """
    codes = list(fw.indicators)
    low, high = (sheet.table.loc[codes, c].to_numpy(dtype=float) for c in ("lowest", "highest"))
    top = np.fmin(high, caps(fw))
    direction = fw.table.loc[codes, "direction"].to_numpy()
    x = values.loc[codes].to_numpy(dtype=float)
    return pd.Series(minmax(x, low, top, direction, clip=True), index=codes)


def node_scores(scores: pd.Series, fw: Framework) -> pd.Series:
    """Aggregate indicator scores to every node of the tree."""
    nodes = up_the_tree(scores.loc[list(fw.indicators)].to_numpy(dtype=float), fw)
    return pd.Series({code: float(nodes[code]) for code in fw.table.index})


def sheet_scores(sheet: Sheet, fw: Framework) -> pd.Series:
    """Score a sheet's printed values, taken as exact, at every node up to the index."""
    return node_scores(value_scores(sheet.table["value"], sheet, fw), fw)
