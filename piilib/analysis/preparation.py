"""Making a panel ready: missing values, and units with too few values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from piilib.analysis.nodes import members
from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.panel import checked_panel
from piilib.types import Array

METHODS = ("mean", "median", "group", "group_median", "regression", "none")


def impute(
    panel: pd.DataFrame,
    fw: Framework,
    method: str = "mean",
    *,
    groups: pd.Series | None = None,
) -> pd.DataFrame:
    """Fill what is missing, each indicator by itself or from its group; see `imputed_cells`.

    Parameters
    ----------
    panel : DataFrame
        Units × indicator codes, NaN where missing; denominated already, where it is to be.
    fw : Framework
    method : str
        ``"mean"``, ``"median"``: of the indicator's values present. ``"group"``,
        ``"group_median"``: of those of the unit's group. ``"regression"``: ordinary least squares,
        with an intercept, on those other indicators of the same group of the framework that the
        unit has, fitted over the units that have all of them and the indicator. ``"none"``.
    groups : Series, optional
        Group of each unit (a region, say), for the two group methods.

    Returns
    -------
    DataFrame
        As the panel. A cell stays missing where nothing can fill it: an indicator, or a group,
        with no value at all; a regression without a predictor, with collinear ones, or fitted on
        fewer units than its coefficients and one more.

    Raises
    ------
    DataError
        If the method is unknown, the panel does not fit the framework, or a unit has no group.

    Notes
    -----
    A filled value is a guess without error bars: means narrow the spread and weaken correlations;
    a regression strengthens them, and may leave the range of the values seen (nothing is clipped),
    which moves the bounds of a min-max. Look at the cells that were filled.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [1, None, 3], "b": [1, 3, 5]}, index=["x", "y", "z"])
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> pii.impute(panel, fw)  # the mean of 1 and 3
         a    b
    x  1.0  1.0
    y  2.0  3.0
    z  3.0  5.0
    """
    if method not in METHODS:
        raise DataError(f"the method {method!r}", ", ".join(map(repr, METHODS)))
    values = checked_panel(panel, fw)
    if method == "none":
        return values
    if method == "regression":
        return _by_regression(values, fw)
    statistic = "median" if method.endswith("median") else "mean"
    if method in ("group", "group_median"):
        return values.fillna(values.groupby(_labels(groups, values.index)).transform(statistic))
    return values.fillna(values.agg(statistic))


def _labels(groups: pd.Series | None, units: pd.Index) -> pd.Series:
    if groups is None:
        raise DataError("no groups", "groups=Series, the group of each unit")
    if groups.index.duplicated().any():
        unit = groups.index[groups.index.duplicated()][0]
        raise DataError(f"the unit {unit!r} twice in groups", "each unit once")
    labels = groups.reindex(units)
    if labels.isna().any():
        raise DataError(f"no group of {units[labels.isna()][0]!r}", "a group for every unit")
    return labels


def _by_regression(values: pd.DataFrame, fw: Framework) -> pd.DataFrame:
    filled = values.copy()
    for code in values.columns:
        siblings = [
            other
            for other in fw.children(str(fw.table.at[code, "parent"]))
            if other != code and other in values.columns
        ]
        lacking = values.loc[values[code].isna(), siblings]
        for seen, same in lacking.groupby(list(lacking.notna().to_numpy().T)) if siblings else ():
            have = [other for other, is_there in zip(siblings, seen, strict=True) if is_there]
            filled.loc[same.index, code] = _predict(values[[code, *have]], same[have].to_numpy())
    return filled


def _predict(table: pd.DataFrame, at: Array) -> Array:
    """Least-squares predictions of the first column from the others; NaN where not determined."""
    complete = table.dropna().to_numpy()
    y, x = complete[:, 0], complete[:, 1:]
    n, k = x.shape
    if k == 0 or n < k + 2 or np.any(x.min(axis=0) == x.max(axis=0)):
        return np.full(len(at), np.nan)
    centre, spread = x.mean(axis=0), x.std(axis=0)
    design = np.column_stack([np.ones(n), (x - centre) / spread])
    coefficients, _, rank, _ = np.linalg.lstsq(design, y, rcond=1e-10)
    if rank < k + 1:
        return np.full(len(at), np.nan)
    return np.asarray(coefficients[0] + (at - centre) / spread @ coefficients[1:], dtype=float)


def imputed_cells(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """List the cells that were missing before and are not after.

    Parameters
    ----------
    before, after : DataFrame
        What `impute` was given and what it gave; the columns may be in another order.

    Returns
    -------
    DataFrame
        A row a cell, by unit and then by indicator as in ``after``: ``unit``, ``indicator``,
        ``value``.

    Raises
    ------
    DataError
        If the units or indicators differ, or a value that was there is another now.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [1, None, 3], "b": [1, 3, 5]}, index=["x", "y", "z"])
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> pii.imputed_cells(panel, pii.impute(panel, fw))
      unit indicator  value
    0    y         a    2.0
    """
    for axis, what in ((0, "units"), (1, "indicators")):
        if set(before.axes[axis]) != set(after.axes[axis]):
            raise DataError(f"two panels of different {what}", "one panel before and after")
    old = before.loc[after.index, after.columns].astype(float)
    for unit, code in zip(*np.nonzero((old.notna() & (old != after)).to_numpy()), strict=True):
        raise DataError(
            f"another value of {after.index[unit]!r} after than before",
            "a panel in which only missing values were filled",
            column=str(after.columns[code]),
        )
    rows = [
        (after.index[i], after.columns[j], float(after.iat[i, j]))
        for i, j in zip(*np.nonzero((old.isna() & after.notna()).to_numpy()), strict=True)
    ]
    return pd.DataFrame(rows, columns=["unit", "indicator", "value"]).astype({"value": float})


@dataclass(frozen=True)
class Screening:
    """Which units have enough values.

    Attributes
    ----------
    panel : DataFrame
        The units kept × indicators.
    table : DataFrame
        Index: every unit. ``available``: share of the indicators present, 0–1;
        ``available_<code>``: the same beneath each node of the level; ``zeros``: share of the
        values present that are 0; ``kept``; ``reason`` why not, or "".
    """

    panel: pd.DataFrame
    table: pd.DataFrame


def screen(
    panel: pd.DataFrame,
    fw: Framework,
    min_share: float = 0.65,
    min_share_group: float | None = None,
    *,
    group_level: str | int | None = None,
    max_share_zeros: float | None = None,
) -> Screening:
    """Leave out the units of which too little is known.

    Parameters
    ----------
    panel : DataFrame
        Units × indicator codes, NaN where missing; before `impute`, which leaves nothing to see.
    fw : Framework
    min_share : float
        A unit with less than this share of its indicators present is left out, 0–1.
    min_share_group : float, optional
        The same beneath every node of ``group_level``. Any small number, 0.01 say, leaves out the
        units that lack a whole group.
    group_level : str or int, optional
        None: ``"pillar"`` where the framework has such a level, else the nodes just below the
        index.
    max_share_zeros : float, optional
        A unit of whose values more than this share are 0 is left out.

    Returns
    -------
    Screening

    Raises
    ------
    DataError
        If the panel does not fit the framework, a share is not within 0–1 or the level is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [1, None, 3], "b": [1, 3, 0]}, index=["x", "y", "z"])
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> pii.screen(panel, fw, min_share=0.65).table[["available", "zeros", "kept"]]
       available  zeros   kept
    x        1.0    0.0   True
    y        0.5    0.0  False
    z        1.0    0.5   True
    """
    for name, share in (
        ("min_share", min_share),
        ("min_share_group", min_share_group),
        ("max_share_zeros", max_share_zeros),
    ):
        if share is not None and not 0 <= share <= 1:
            raise DataError(f"{name}={share}", "a share between 0 and 1")
    values = checked_panel(panel, fw)
    there = values.notna()
    table = pd.DataFrame({"available": there.sum(axis=1) / values.shape[1]})
    nodes = _screened_nodes(fw, group_level)
    for node in nodes:
        codes = members(fw, node, "indicator") or [node]
        table[f"available_{node}"] = there[codes].sum(axis=1) / len(codes)
    table["zeros"] = (values == 0).sum(axis=1) / there.sum(axis=1).where(there.any(axis=1))
    table["reason"] = [
        _reason(row, nodes, min_share, min_share_group, max_share_zeros)
        for _, row in table.iterrows()
    ]
    table.insert(table.columns.get_loc("reason"), "kept", table["reason"] == "")
    return Screening(values[table["kept"]], table)


def _screened_nodes(fw: Framework, level: str | int | None) -> tuple[str, ...]:
    if level is not None:
        return fw.at_level(level)
    if "level" in fw.table.columns and (fw.table["level"] == "pillar").any():
        return fw.at_level("pillar")
    return fw.children(fw.root)


def _reason(
    row: pd.Series,
    nodes: tuple[str, ...],
    least: float,
    least_group: float | None,
    most_zeros: float | None,
) -> str:
    said = []
    if row["available"] < least:
        said.append(f"{row['available']:.0%} of the indicators, less than {least:.0%}")
    for node in nodes:
        share = row[f"available_{node}"]
        if least_group is not None and share < least_group:
            said.append(f"{share:.0%} of {node}, less than {least_group:.0%}")
    if most_zeros is not None and row["zeros"] > most_zeros:
        said.append(f"{row['zeros']:.0%} of the values are 0, more than {most_zeros:.0%}")
    return "; ".join(said)
