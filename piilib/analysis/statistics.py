"""What each indicator of a panel looks like, before anything is done to it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.errors import DataError
from piilib.index import moments
from piilib.index.framework import Framework
from piilib.index.panel import checked_panel
from piilib.types import Array

#: Units tied at an extreme are named up to here, and counted beyond.
_MOST_NAMED = 3
#: Rules that find outliers, and how far a value may lie.
_THRESHOLDS = {"iqr": 1.5, "zscore": 3.0}
_MEASURES = ("n", "missing", "zeros", "unique")


def statistics(
    panel: pd.DataFrame,
    fw: Framework,
    *,
    skew: float = 2.0,
    kurtosis: float = 3.5,
    min_share: float = 0.65,
    max_share_same: float = 0.5,
) -> pd.DataFrame:
    """Describe every indicator of a panel.

    Parameters
    ----------
    panel : DataFrame
        Units × indicator codes, NaN where missing. Values as given: directions do not matter here.
    fw : Framework
    skew, kurtosis : float
        An indicator has outliers where |skewness| > ``skew`` **and** excess kurtosis > ``kurtosis``
        (the rule of COINr's ``get_stats``; the rule by which `Method` treats them passes at
        |skewness| < 2 *or* kurtosis < 3.5, so the two differ at equality alone).
    min_share : float
        The least share of units with a value, 0–1.
    max_share_same : float
        The largest share of the values present that may be one and the same, 0–1.

    Returns
    -------
    DataFrame
        Index: indicator, tree order. ``n`` (values present), ``missing``, ``share_missing`` (of
        the units), ``mean``, ``median``, ``sd`` (divisor n − 1), ``min``, ``max``, ``q25``, ``q75``
        (type 7, linear between order statistics), all in the indicator's unit; ``skewness`` (large:
        a long tail of high values) and ``kurtosis`` (large: a few values far from the rest), type
        2; ``zeros``, ``share_zeros``, ``unique`` (distinct values), ``share_unique`` and
        ``share_same`` (the most frequent value), shares being of the values present; ``lowest``
        and ``highest`` (the units there; where more than three are tied, how many); and the flags
        ``outlier``, ``many_missing``, ``many_same``.

    Raises
    ------
    DataError
        If the panel does not fit the framework or a share is not within 0–1.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [1, 3, None, 5], "b": [0, 0, 0, 4]}, index=list("wxyz"))
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> pii.statistics(panel, fw)[["n", "missing", "mean", "sd", "share_same", "highest"]]
               n  missing  mean   sd  share_same highest
    indicator
    a          3        1   3.0  2.0    0.333333       z
    b          4        0   1.0  2.0    0.750000       z
    """
    values = checked_panel(panel, fw)
    if not len(values):
        raise DataError("a panel without units", "at least one row")
    for name, share in (("min_share", min_share), ("max_share_same", max_share_same)):
        if not 0 <= share <= 1:
            raise DataError(f"{name}={share}", "a share between 0 and 1")
    table = pd.DataFrame.from_dict(
        {code: _describe(values[code]) for code in values.columns}, orient="index"
    ).astype(dict.fromkeys(_MEASURES, int))
    table.index.name = "indicator"
    table["outlier"] = (table["skewness"].abs() > skew) & (table["kurtosis"] > kurtosis)
    table["many_missing"] = table["n"] / len(values) < min_share
    table["many_same"] = table["share_same"] > max_share_same
    return table


def _describe(column: pd.Series) -> dict[str, object]:
    present = column.dropna()
    n, counts = len(present), present.value_counts()
    low, high = present.min(), present.max()
    each = max(n, 1) if n else np.nan
    return {
        "n": n,
        "missing": len(column) - n,
        "share_missing": (len(column) - n) / len(column),
        "mean": present.mean(),
        "median": present.median(),
        "sd": present.std(ddof=1),
        "min": low,
        "max": high,
        "q25": present.quantile(0.25),
        "q75": present.quantile(0.75),
        "skewness": moments.skewness(present.to_numpy()),
        "kurtosis": moments.kurtosis(present.to_numpy()),
        "zeros": int((present == 0).sum()),
        "share_zeros": (present == 0).sum() / each,
        "unique": len(counts),
        "share_unique": len(counts) / each,
        "share_same": counts.max() / each,
        "lowest": _units(present.index[present == low]),
        "highest": _units(present.index[present == high]),
    }


def _units(names: pd.Index) -> str:
    if len(names) > _MOST_NAMED:
        return f"{len(names)} units"
    return ", ".join(map(str, names))


def outliers(
    panel: pd.DataFrame,
    fw: Framework,
    rule: str = "iqr",
    *,
    threshold: float | None = None,
) -> pd.DataFrame:
    """List the single values that lie far from the rest of their indicator.

    Parameters
    ----------
    panel : DataFrame
        Units × indicator codes, NaN where missing.
    fw : Framework
    rule : str
        ``"iqr"``: beyond the quartiles (type 7) by more than ``threshold`` × the interquartile
        range (Tukey 1977). Where half the values are one and the same the range is 0 and every
        other value is listed. ``"zscore"``: farther from the mean than ``threshold`` standard
        deviations (divisor n − 1); no value of n can lie farther than (n − 1)/√n, so with 10
        units or fewer nothing lies beyond 3.
    threshold : float, optional
        1.5 for ``"iqr"``, 3 for ``"zscore"``.

    Returns
    -------
    DataFrame
        A row a value, by indicator in tree order, then by unit as in the panel: ``unit``,
        ``indicator``, ``value``, ``rule``, ``side`` ("low" or "high"), and the bounds ``lower``
        and ``upper`` in the indicator's unit. None found: no rows.

    Raises
    ------
    DataError
        If the rule is unknown, the threshold is not above 0 or the panel does not fit the
        framework.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [1, 2, 3, 4, 100]}, index=list("vwxyz"))  # quartiles 2 and 4
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> pii.outliers(panel, fw)
      unit indicator  value rule  side  lower  upper
    0    z         a  100.0  iqr  high   -1.0    7.0
    """
    if rule not in _THRESHOLDS:
        raise DataError(f"the rule {rule!r}", " or ".join(map(repr, _THRESHOLDS)))
    limit = _THRESHOLDS[rule] if threshold is None else threshold
    if not limit > 0:
        raise DataError(f"the threshold {limit}", "a number above 0")
    values = checked_panel(panel, fw)
    rows: list[tuple[object, ...]] = []
    for code in values.columns:
        present = values[code].dropna()
        lower, upper = _bounds(present.to_numpy(), rule, limit)
        for unit, value in present[(present < lower) | (present > upper)].items():
            side = "low" if value < lower else "high"
            rows.append((unit, code, value, rule, side, lower, upper))
    columns = ["unit", "indicator", "value", "rule", "side", "lower", "upper"]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype(dict.fromkeys(("value", "lower", "upper"), float))


def _bounds(present: Array, rule: str, limit: float) -> tuple[float, float]:
    if len(present) < 2:
        return -np.inf, np.inf
    if rule == "zscore":
        centre, reach = present.mean(), limit * present.std(ddof=1)
        return float(centre - reach), float(centre + reach)
    q25, q75 = np.quantile(present, [0.25, 0.75])
    return float(q25 - limit * (q75 - q25)), float(q75 + limit * (q75 - q25))
