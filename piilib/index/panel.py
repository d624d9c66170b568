"""A panel, checked against its framework."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from piilib.errors import DataError
from piilib.index.check import is_finite, shown
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
        If there is no unit, an indicator's column is missing, unknown or repeated, a unit stands
        twice, or a cell is not a finite number: text (even "3.5"), a date, True or False are not.
        A row that is empty altogether is allowed: that unit gets no score and no rank.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> fw = pii.Framework.from_frame(pii.framework_template(pd.DataFrame({"a": []})))
    >>> checked_panel(pd.DataFrame({"a": ["1,5", 2]}, index=["x", "y"]), fw)
    Traceback (most recent call last):
        ...
    piilib.errors.DataError: column 'a': found '1,5'; expected a number for 'x', not text (with ...)
    """
    if not isinstance(panel, pd.DataFrame):
        raise DataError(
            f"a panel of type {type(panel).__name__}", "a DataFrame, units × indicators"
        )
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
    if not len(panel):
        raise DataError("a panel without units", "at least one row")
    if panel.index.duplicated().any():
        unit = panel.index[panel.index.duplicated()][0]
        raise DataError(f"the unit {unit!r} twice", "each unit once")
    ordered = panel.set_axis(columns, axis=1)[list(fw.indicators)]
    if all(isinstance(kind, np.dtype) and kind.kind in "fiu" for kind in ordered.dtypes):
        numbers = ordered.astype(float)
        if not np.isinf(numbers.to_numpy()).any():
            return numbers
    return pd.DataFrame(
        {code: numbers_of(ordered[code]) for code in ordered.columns}, ordered.index
    )


def numbers_of(cells: pd.Series) -> pd.Series:
    """Return a column as floats, or name the first cell that is not a finite number."""
    code, missing = str(cells.name), cells.isna()
    if cells.dtype.kind in "Mm":
        raise DataError(
            f"dates ({cells.dtype})", "numbers (a year, or a number of days)", column=code
        )
    for unit, cell in cells[~missing].items():
        if not is_finite(cell):
            raise DataError(shown(cell), f"a number for {unit!r}{_mend(cell)}", column=code)
    return cells.where(~missing, np.nan).astype(float)


def _mend(cell: Any) -> str:
    """Tell what to do about a cell that is not a number."""
    if isinstance(cell, str):
        point = re.sub(r"\s", "", cell).replace(".", "").replace(",", ".")
        comma = re.fullmatch(r"[+-]?\d+\.\d+", point) and "," in cell
        return f", not text (with a decimal point: {point})" if comma else ", not text"
    return ", not true or false (1 or 0)" if isinstance(cell, bool | np.bool_) else ""
