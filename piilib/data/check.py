"""Check files and list everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from piilib.data.lookup import data_dir
from piilib.data.schema import findings
from piilib.data.sheet import load_sheet, sheets_in
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
    return [*found, *_in_sheets(where / "sheets.csv", where, where)]


def check_sheets(paths: Iterable[Path]) -> list[str]:
    """List the first finding of every sheet in some CSV files."""
    folder = data_dir()
    return [line for path in paths for line in _in_sheets(path, folder, path)]


def _in_sheets(path: Path, folder: Path, data: Path) -> Iterator[str]:
    try:
        sheets = sheets_in(path, folder)
    except DataError as error:
        yield str(error)
        return
    for key, year in sheets:
        try:
            load_sheet(key, year, data)
        except DataError as error:
            yield str(error)
