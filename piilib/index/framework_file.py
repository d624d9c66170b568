"""Read a framework of one's own from CSV or Excel, and make one to fill in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from piilib.data.panel import load_panel
from piilib.data.read import free_place, number, write_rows
from piilib.data.workbook import spreadsheet
from piilib.errors import DataError
from piilib.index.framework import REQUIRED, Framework

#: Columns of a framework that may be filled in.
NAMES = ("name_vi", "name_en", "unit", "level")


def load_framework(path: str | Path) -> Framework:
    """Read a framework from a CSV or Excel file.

    Parameters
    ----------
    path : path
        Columns ``code, parent, weight, direction`` and, where wanted, ``name_vi, name_en, unit,
        level`` or any others. A row a node; the index itself has no parent. `framework_template`
        makes one to fill in.

    Returns
    -------
    Framework

    Raises
    ------
    DataError
        With file, row and column, if the file or the tree is faulty.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import pandas as pd
    >>> import piilib as pii
    >>> table = pii.framework_template(pd.DataFrame({"a": [1, 2], "b": [3, 5]}))
    >>> with TemporaryDirectory() as folder:
    ...     table.to_csv(f"{folder}/framework.csv", index=False)
    ...     fw = pii.load_framework(f"{folder}/framework.csv")
    >>> fw.root, fw.indicators
    ('INDEX', ('a', 'b'))
    """
    path = Path(path)
    rows = spreadsheet(path, REQUIRED, NAMES)
    for row in rows:
        for name in ("weight", "direction"):
            number(row, name, path)
    table = pd.DataFrame(rows)
    for name in ("weight", "direction"):
        table[name] = pd.to_numeric(table[name])
    try:
        return Framework.from_frame(table.drop(columns="_row"))
    except DataError as error:
        raise DataError(error.found, error.expected, file=path, column=error.column) from None


def framework_template(panel: pd.DataFrame | None = None) -> pd.DataFrame:
    """Make a framework to fill in: every column of a panel, all in one group.

    It can be used as it stands: equal weights, more is better everywhere. Add a row for each
    group, name it as the parent of its members, set directions and weights.

    Parameters
    ----------
    panel : DataFrame, optional
        Units × indicators. Without it: the tree of the PII, as an example of groups.

    Returns
    -------
    DataFrame
        Columns ``code, parent, weight, direction, name_vi, name_en, unit, level``.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [1, 2], "b": [3, 5]}, index=["x", "y"])
    >>> pii.framework_template(panel)[["code", "parent", "weight", "direction", "level"]]
        code parent weight direction      level
    0  INDEX             1         1      index
    1      a  INDEX      1         1  indicator
    2      b  INDEX      1         1  indicator
    """
    columns = [*REQUIRED, *NAMES]
    if panel is None:
        official = Framework.official(inferred=False).table.reset_index()
        return _blank(official.reindex(columns=columns))
    codes = [str(code) for code in panel.columns]
    root = next(name for name in ("INDEX", "INDEX_0", "INDEX_1") if name not in codes)
    rows = [(root, "", 1, 1), *((code, root, 1, 1) for code in codes)]
    table = pd.DataFrame(rows, columns=list(REQUIRED)).reindex(columns=columns)
    table["level"] = ["index", *["indicator"] * len(codes)]
    return _blank(table)


def _blank(table: pd.DataFrame) -> pd.DataFrame:
    """Put empty text where there is nothing."""
    return table.astype(object).where(table.notna(), "")


def write_framework_template(path: str | Path, panel: str | Path | None = None) -> Path:
    """Write `framework_template` as CSV, never over a file.

    Raises
    ------
    DataError
        If the file is there already, or the panel is faulty.
    """
    table = framework_template(None if panel is None else load_panel(panel))
    path = free_place(path)
    write_rows(path, list(table.columns), table.to_dict("records"))
    return path
