"""Dividing indicators by a measure of size, as people, firms or communes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from piilib.errors import DataError
from piilib.index.check import is_finite, shown
from piilib.index.framework import Framework
from piilib.index.panel import checked_panel


def denominate(
    panel: pd.DataFrame,
    fw: Framework,
    denominators: pd.DataFrame | Mapping[str, pd.Series],
    *,
    scale: float | Mapping[str, float] = 1.0,
    by: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Divide indicators by a measure of size, so that large and small units can be compared.

    Parameters
    ----------
    panel : DataFrame
        Units × indicator codes, NaN where missing.
    fw : Framework
        Its column ``denominator`` names the denominator of each indicator; empty: not divided.
    denominators : DataFrame or mapping
        Units × denominators, or {denominator: values by unit}; other units may be there too.
    scale : float or mapping, optional
        What the quotients are multiplied by (1000: per thousand), for all or by indicator.
    by : mapping, optional
        {indicator: denominator} instead of the framework's column.

    Returns
    -------
    DataFrame
        As the panel; a missing value stays missing.

    Raises
    ------
    DataError
        If no denominators are named, one is not in ``denominators``, a unit is missing there, or
        the denominator of a value that is present is missing, 0 or negative.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"patents": [5, 30]}, index=["x", "y"])
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> people = pd.DataFrame({"people": [1000, 2000]}, index=["x", "y"])
    >>> pii.denominate(panel, fw, people, scale=1000, by={"patents": "people"})
       patents
    x      5.0
    y     15.0
    """
    values = checked_panel(panel, fw)
    named = _named(fw, by)
    table = _sizes(denominators, sorted(set(named.values())), values.index)
    factors = scale if isinstance(scale, Mapping) else dict.fromkeys(named, scale)
    for code, factor in factors.items():
        if code not in named:
            raise DataError(f"a scale for {code!r}", "indicators that have a denominator")
        if not (is_finite(factor) and factor > 0):
            raise DataError(f"the scale {shown(factor)} of {code!r}", "a number above 0")
    for code, name in named.items():
        size = table[name]
        wrong = values[code].notna() & ~((size > 0) & np.isfinite(size))
        if wrong.any():
            unit = wrong.index[wrong][0]
            raise DataError(
                f"{size[unit]} for {unit!r}", f"a number above 0, to divide {code!r}", column=name
            )
        values[code] = values[code] / size.where(values[code].notna()) * factors.get(code, 1.0)
    return values


def _named(fw: Framework, by: Mapping[str, str] | None) -> dict[str, str]:
    if by is None:
        if "denominator" not in fw.table.columns:
            raise DataError("a framework without the column 'denominator'", "it, or by={…}")
        column = fw.table.loc[list(fw.indicators), "denominator"].fillna("").astype(str)
        return {str(code): name for code, name in column.items() if name}
    unknown = [code for code in by if code not in fw.indicators]
    if unknown:
        raise DataError(f"a denominator of {unknown[0]!r}", "codes of indicators")
    return dict(by)


def _sizes(
    denominators: pd.DataFrame | Mapping[str, pd.Series], names: list[str], units: pd.Index
) -> pd.DataFrame:
    table = pd.DataFrame(denominators)
    absent = [name for name in names if name not in table.columns]
    if absent:
        raise DataError(
            f"no denominator {absent[0]!r}", f"a column of it beside {', '.join(map(str, table))}"
        )
    twice = table.index[table.index.duplicated()]
    lacking = units[~units.isin(table.index)]
    if len(twice) or len(lacking):
        found = f"the unit {twice[0]!r} twice" if len(twice) else f"no unit {lacking[0]!r}"
        raise DataError(f"{found} among the denominators", "each unit of the panel once")
    return table.loc[units, names].apply(pd.to_numeric, errors="coerce").astype(float)
