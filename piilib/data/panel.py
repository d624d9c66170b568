"""Read a panel of one's own, from CSV or Excel."""

from __future__ import annotations

import re
from math import isfinite
from pathlib import Path

import pandas as pd

from piilib.data.read import NUMBER, Row, number
from piilib.data.workbook import spreadsheet
from piilib.errors import DataError

#: A panel of several years has a column of this name.
YEAR = "year"
#: A column of this name, filled in every row, says that the figures are simulated.
SIMULATED = "simulated"


def load_panel(path: str | Path, year: int | None = None) -> pd.DataFrame:
    """Read a panel from a CSV or Excel file.

    Parameters
    ----------
    path : path
        The first column names the units, every other is an indicator, headed by its code. A
        column ``year`` may stand among them; a unit then has a row for each year. Decimal points
        in CSV; an empty cell where there is no value. A column ``simulated`` is no indicator: it
        marks the panel (``attrs["simulated"]``) and every page made from it.
    year : int, optional
        Which year, where the file has several; the last unless given.

    Returns
    -------
    DataFrame
        Units × indicators; NaN where a cell is empty.

    Raises
    ------
    DataError
        With file, row and column, if a cell is not a number, a unit stands twice, or the year is
        not there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import pandas as pd
    >>> import piilib as pii
    >>> table = pd.DataFrame({"unit": ["x", "y"], "a": [1, None]})
    >>> with TemporaryDirectory() as folder:
    ...     table.to_csv(f"{folder}/panel.csv", index=False)
    ...     panel = pii.load_panel(f"{folder}/panel.csv")
    >>> panel
            a
    unit
    x     1.0
    y     NaN
    """
    panels = load_panels(path)
    if year is None:
        year = max(panels)
    if year not in panels:
        known = ", ".join(str(known) for known in sorted(panels) if known)
        raise DataError(f"no year {year}", known or f"a column '{YEAR}'", file=Path(path))
    return panels[year]


def load_panels(path: str | Path) -> dict[int, pd.DataFrame]:
    """Read every year of a panel, earliest first; one without a column ``year`` is year 0.

    Raises
    ------
    DataError
        As `load_panel`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"unit": ["x", "y", "x"], "year": [2023, 2023, 2024], "a": [1, 2, 3]})
    >>> with TemporaryDirectory() as folder:
    ...     panel.to_csv(f"{folder}/panel.csv", index=False)
    ...     panels = pii.load_panels(f"{folder}/panel.csv")
    >>> {year: panel["a"].to_dict() for year, panel in panels.items()}
    {2023: {'x': 1.0, 'y': 2.0}, 2024: {'x': 3.0}}
    """
    path = Path(path)
    rows = spreadsheet(path, (), ())
    unit, *codes = (name for name in rows[0] if name not in (YEAR, SIMULATED, "_row"))
    if not codes:
        raise DataError(f"one column, {unit!r}", "the units and an indicator", file=path, row=1)
    if "" in codes:
        raise DataError("a column without a heading", "an indicator's code", file=path, row=1)
    dated = YEAR in rows[0]
    found: dict[int, dict[str, dict[str, float]]] = {}
    for row in rows:
        line = int(row["_row"])
        if not row[unit]:
            raise DataError("no name", "the unit of this row", file=path, row=line, column=unit)
        panel = found.setdefault(_year(row, path) if dated else 0, {})
        if row[unit] in panel:
            raise DataError(
                f"{row[unit]!r} again", "each unit once a year", file=path, row=line, column=unit
            )
        panel[row[unit]] = {code: _value(row, code, path) for code in codes}
    panels = {
        year: pd.DataFrame.from_dict(found[year], orient="index", columns=codes).rename_axis(unit)
        for year in sorted(found)
    }
    if SIMULATED in rows[0]:
        for panel in panels.values():
            panel.attrs[SIMULATED] = rows[0][SIMULATED] or SIMULATED
    return panels


def _value(row: Row, code: str, path: Path) -> float:
    """Read a number, also as programs write a very small or large one (1e-05)."""
    if re.fullmatch(rf"{NUMBER}[eE][+-]?[0-9]{{1,3}}", row[code]) and isfinite(float(row[code])):
        return float(row[code])
    return number(row, code, path)[0]


def _year(row: Row, path: Path) -> int:
    text = row[YEAR].removesuffix(".0")
    if not (text.isdecimal() and len(text) == 4):
        raise DataError(repr(row[YEAR]), "a year", file=path, row=int(row["_row"]), column=YEAR)
    return int(text)
