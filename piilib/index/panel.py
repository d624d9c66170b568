"""A panel, checked against its framework."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.errors import DataError
from piilib.index.framework import Framework


def checked_panel(panel: pd.DataFrame, fw: Framework) -> pd.DataFrame:
    """Return a panel's numbers, one column an indicator in tree order.

    Parameters
    ----------
    panel : DataFrame
        Units × indicator codes, numbers, NaN where missing.
    fw : Framework

    Returns
    -------
    DataFrame
        Floats, columns as in ``fw.indicators``.

    Raises
    ------
    DataError
        If an indicator's column is missing, unknown or repeated, a unit stands twice, or a cell
        is not a finite number.
    """
    columns = [str(name) for name in panel.columns]
    twice = [code for code in columns if columns.count(code) > 1]
    if twice:
        raise DataError(f"the column {twice[0]!r} twice", "each indicator once")
    missing = [code for code in fw.indicators if code not in columns]
    unknown = [code for code in columns if code not in fw.indicators]
    if missing or unknown:
        raise DataError(
            f"a panel without {missing[:5]}" if missing else f"the columns {unknown[:5]}",
            f"the {len(fw.indicators)} indicators of the framework as columns",
        )
    if panel.index.duplicated().any():
        unit = panel.index[panel.index.duplicated()][0]
        raise DataError(f"the unit {unit!r} twice", "each unit once")
    ordered = panel.set_axis(columns, axis=1)[list(fw.indicators)]
    if all(isinstance(kind, np.dtype) and kind.kind in "fiu" for kind in ordered.dtypes):
        numbers = ordered.astype(float)
        if not np.isinf(numbers.to_numpy()).any():
            return numbers
    return pd.DataFrame({code: _numbers(ordered[code]) for code in ordered.columns}, ordered.index)


def _numbers(cells: pd.Series) -> pd.Series:
    """Return a column as floats, or name the first cell that is not a finite number."""
    column = pd.to_numeric(cells, errors="coerce").astype(float)
    bad = column.isna() & cells.notna() | np.isinf(column.fillna(0.0))
    if bad.any():
        unit = cells.index[bad][0]
        raise DataError(repr(cells.at[unit]), f"a number for {unit!r}", column=str(cells.name))
    return column
