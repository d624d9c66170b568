"""Check files and list everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from piilib.data.lookup import data_dir
from piilib.data.provinces import key_of
from piilib.data.read import read_rows, whole
from piilib.data.schema import findings
from piilib.data.sheet import COLUMNS, OPTIONAL, load_sheet
from piilib.data.tables import load_effort
from piilib.errors import DataError


def check_tables(folder: Path | None = None) -> list[str]:
    """List every finding in the processed tables, the sheets and the efforts.

    Returns
    -------
    list of str
        One line a finding; empty where all is well.
    """
    where = data_dir(folder)
    found = findings(where)
    if found:
        return found
    try:
        load_effort(data=where)
    except DataError as error:
        found.append(str(error))
    return found + check_sheets([where / "sheets.csv"])


def check_sheets(paths: Iterable[Path]) -> list[str]:
    """List the first finding of every sheet in some CSV files."""
    found = []
    for path in paths:
        try:
            rows = read_rows(path, COLUMNS, OPTIONAL)
            pairs = {(row["province"], whole(row, "year", path)) for row in rows}
        except DataError as error:
            found.append(str(error))
            continue
        for province, year in sorted(pairs, key=str):
            try:
                load_sheet(key_of(province), year or 0, path)
            except DataError as error:
                found.append(str(error))
    return list(dict.fromkeys(found))
