"""A sheet: one unit's indicator values, the national bounds and its published scores."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import isnan
from pathlib import Path

import pandas as pd

from piilib.data.lookup import data_dir
from piilib.data.provinces import resolve, resolve_cell
from piilib.data.read import Row, number, read_rows, whole
from piilib.data.workbook import spreadsheet
from piilib.errors import DataError

COLUMNS = ("province", "year", "code", "value", "lowest", "highest")
OPTIONAL = ("rank", "of", "source")
VALUES = ("value", "lowest", "highest")


@dataclass(frozen=True)
class Sheet:
    """What a province really has for one year.

    Attributes
    ----------
    unit : str
        The province's key.
    year : int
        The edition of the index.
    table : DataFrame
        Index: every code that has a published figure, tree order. Columns ``value`` (an
        indicator's value in its own unit, or a node's score on 0-100), ``lowest`` and
        ``highest`` of the country; NaN where not published.
    half : DataFrame
        Same shape: half a unit of the last printed decimal, so that what was printed
        means the interval ``value ± half``.
    rank, of : int or None
        The unit's rank and the number of ranked units.
    source : str
        The document.
    file : Path or None
        The file it was read from.
    recomputed : frozenset of str
        Nodes whose scores were not published: their ``value`` ± ``half`` is what the values below
        give (see `piilib.index.own_scores`). Empty where only sub-indices lack theirs.

    Examples
    --------
    >>> import piilib as pii
    >>> sheet = pii.load_sheet("cao-bang", 2024)
    >>> sheet.score, sheet.rank, sheet.of
    (23.95, 63, 63)
    >>> sheet.table.loc["1.1.1"].tolist()
    [45.28, 25.16, 52.51]
    >>> sheet.half.loc["1.1.1"].tolist()
    [0.005, 0.005, 0.005]
    """

    unit: str
    year: int
    table: pd.DataFrame
    half: pd.DataFrame
    rank: int | None
    of: int | None
    source: str
    file: Path | None = None
    recomputed: frozenset[str] = frozenset()

    @property
    def score(self) -> float:
        """The published index score; NaN where there is none."""
        return float(self.table["value"].get("PII", float("nan")))


def framework_codes(data: str | Path | None = None) -> dict[str, str]:
    """Map every code of the official tree to its level, in tree order."""
    rows = read_rows(data_dir(data) / "framework.csv", ["code", "level"])
    return {row["code"]: row["level"] for row in rows}


def sheet_years(province: str, data: str | Path | None = None) -> list[int]:
    """List the years for which a province's sheet is in the data, ascending.

    Examples
    --------
    >>> sheet_years("cao-bang")
    [2023, 2024]
    """
    path, folder = _sheet_file(data)
    key = resolve(province, folder)
    return sorted(year for unit, year in sheets_in(path, folder) if unit == key)


def sheets_in(path: Path, folder: Path) -> dict[tuple[str, int], list[Row]]:
    """Group the rows of a CSV of sheets by province (its key) and year, in the file's order."""
    keys: dict[str, str] = {}
    found: dict[tuple[str, int], list[Row]] = {}
    for row in spreadsheet(path, COLUMNS, OPTIONAL, as_shown=True):
        name = row["province"]
        if name not in keys:
            keys[name] = resolve_cell(row, "province", path, folder)
        found.setdefault((keys[name], _year(row, path)), []).append(row)
    return found


def load_sheet(province: str, year: int, data: str | Path | None = None) -> Sheet:
    """Read and check one province's sheet.

    Parameters
    ----------
    province : str
        Its key or any spelling of its name.
    year : int
        The edition.
    data : path, optional
        A data folder, or one CSV file of sheets in the columns ``province, year, code,
        value, lowest, highest`` (decimal points, empty where there is no value).

    Returns
    -------
    Sheet

    Raises
    ------
    DataError
        If the province or the year is not there, or a row is wrong: an unknown, repeated or
        missing code, a decimal comma, "n/a", highest below lowest, a value outside
        [lowest, highest], a score outside 0-100. The message names file, row and column.

    Examples
    --------
    >>> import piilib as pii
    >>> [pii.load_sheet("Cao Bằng", year).score for year in (2023, 2024)]
    [22.18, 23.95]
    """
    path, folder = _sheet_file(data)
    key = resolve(province, folder)
    found = sheets_in(path, folder)
    if (key, year) not in found:
        years = ", ".join(str(y) for unit, y in sorted(found) if unit == key)
        expected = f"one of the years {years}" if years else f"rows of {key!r}"
        raise DataError(f"no sheet of {key!r} for {year}", expected, file=path)
    return _sheet(key, year, found[key, year], framework_codes(folder), path)


def _sheet_file(data: str | Path | None) -> tuple[Path, Path]:
    """Return the file of sheets and the folder of the other tables."""
    if data is not None and not Path(data).is_dir():
        return Path(data), data_dir()
    folder = data_dir(data)
    return folder / "sheets.csv", folder


def _year(row: Row, path: Path) -> int:
    year = whole(row, "year", path)
    if year is None or not 2000 <= year <= 2100:
        raise DataError(repr(row["year"]), "a year", file=path, row=int(row["_row"]), column="year")
    return year


def _unknown_code(row: Row, codes: Sequence[str], path: Path) -> DataError:
    near = difflib.get_close_matches(row["code"].upper(), codes, n=1, cutoff=0.5)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    return DataError(
        repr(row["code"]),
        f"a code of the framework{hint}",
        file=path,
        row=int(row["_row"]),
        column="code",
    )


def _sheet(key: str, year: int, rows: list[Row], codes: dict[str, str], path: Path) -> Sheet:
    lines: dict[str, int] = {}
    values, halves = {}, {}
    rank = of = None
    source = ""
    for row in rows:
        code = row["code"]
        if code not in codes:
            raise _unknown_code(row, list(codes), path)
        if code in lines:
            raise DataError(
                f"{code!r} of {key} {year} a second time (first in row {lines[code]})",
                "each code once for a province and year",
                file=path,
                row=int(row["_row"]),
                column="code",
            )
        lines[code] = int(row["_row"])
        pairs = [number(row, column, path) for column in VALUES]
        values[code] = [value for value, _ in pairs]
        halves[code] = [half for _, half in pairs]
        _check_range(row, values[code], codes[code], path)
        if code == "PII":
            rank, of = _rank(row, path)
            source = row["source"]
    _check_complete(codes, lines, key, year, path)
    order = [code for code in codes if code in lines]
    return Sheet(
        unit=key,
        year=year,
        table=pd.DataFrame.from_dict(values, orient="index", columns=list(VALUES)).loc[order],
        half=pd.DataFrame.from_dict(halves, orient="index", columns=list(VALUES)).loc[order],
        rank=rank,
        of=of,
        source=source or path.name,
        file=path,
    )


def _rank(row: Row, path: Path) -> tuple[int | None, int | None]:
    rank, of = whole(row, "rank", path), whole(row, "of", path)
    if rank is not None and not 1 <= rank <= (rank if of is None else of):
        raise DataError(
            f"rank {rank} of {row['of'] or '?'}",
            "a rank from 1 to the number of ranked units",
            file=path,
            row=int(row["_row"]),
            column="rank",
        )
    return rank, of


def _check_range(row: Row, cells: Sequence[float], level: str, path: Path) -> None:
    value, lowest, highest = cells
    fault = partial(DataError, file=path, row=int(row["_row"]))
    for column, cell in zip(VALUES, cells, strict=True):
        bound = column != "value"
        if level == "indicator":
            if bound and isnan(cell):
                expected = "the national lowest and highest of every indicator"
                raise fault("an empty cell", expected, column=column)
        elif not (0 <= cell <= 100 or isnan(cell)):
            expected = f"the published score of {row['code']} on 0-100"
            raise fault(repr(row[column]), expected, column=column)
    if highest < lowest:
        raise fault(
            f"highest {row['highest']} below lowest {row['lowest']} ({row['code']})",
            "lowest ≤ highest (are the two columns swapped?)",
            column="highest",
        )
    if value < lowest or value > highest:
        raise fault(
            f"{row['value']} ({row['code']})",
            f"a value between the lowest {row['lowest']} and the highest {row['highest']}",
            column="value",
        )


def _check_complete(
    codes: dict[str, str], lines: dict[str, int], key: str, year: int, path: Path
) -> None:
    """Every indicator must be there; scores of groups may not have been published."""
    needed = [code for code, level in codes.items() if level == "indicator"]
    missing = [code for code in needed if code not in lines]
    if missing:
        raise DataError(
            f"no row for {', '.join(missing[:8])}{' …' if len(missing) > 8 else ''} ({key} {year})",
            f"a row for each of the {len(needed)} indicators",
            file=path,
            column="code",
        )
