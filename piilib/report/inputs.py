"""What a report rests on: the contents of tables, hashed, of one province where that is enough.

Every table of the data folder concerns every report, but for those with a column ``province``
(sheets, plans, goals, context, decisions, corrections): of these a report rests on its own
province's rows alone. A report whose province has no sheet of the year is also held by what other
provinces' sheets print of pillars and sub-pillars, from which its pillars are completed; the
overview reads no sheet. Everything in a demonstration is drawn from all that was published.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

from piilib.data.lookup import MARKER, data_dir
from piilib.data.provinces import resolve
from piilib.errors import DataError
from piilib.report.job import Job, source_of

#: Hexadecimal digits of a hash that are kept.
DIGITS: Final = 32

Cells: TypeAlias = tuple[str, ...]
#: Time and size of a file: while they stand, it is not read again.
State: TypeAlias = tuple[int, int]


def inputs_of(job: Job) -> dict[str, str]:
    """Hash everything in the data that a report rests on.

    Parameters
    ----------
    job : Job

    Returns
    -------
    dict
        From the name of a table (and "others' sheets", where they matter) to the first 32 digits
        of its sha256. Two reports of one job with equal inputs, code and libraries are equal.

    Raises
    ------
    DataError
        If the data, or an own table of efforts, are not there.

    Examples
    --------
    >>> found = inputs_of(Job("diagnostic", "cao-bang", 2024, "vi"))
    >>> "sheets.csv" in found, "others' sheets" in found
    (True, False)
    """
    if job.data == "demo":
        source_folder = data_dir(job.data_dir or None)
        return {path.name: _whole(path, _state(path)) for path in _tables(source_folder)}
    folder, source = source_of(job)
    found = {path.name: own_digest(path, job.province) for path in _tables(folder)}
    if job.effort:
        effort = Path(job.effort)
        found["effort.csv"] = _whole(effort, _state(effort))
    found.pop("sheets.csv", None)
    if job.kind == "overview":
        return found
    every = folder / "sheets.csv"
    sheets = source if source is not None and source.is_file() else every
    own = sheet_digest(sheets, job.province, job.year, folder)
    found[sheets.name] = own or "none"
    if own is None:
        found["others' sheets"] = _group_scores(every, _state(every))
    return found


def own_digest(path: Path, province: str) -> str:
    """Hash a table: the province's rows where it has a column ``province``, else all of it.

    Rows are hashed as CSV with the header first and line ends of one character.

    Examples
    --------
    >>> from piilib.data.lookup import data_dir
    >>> own_digest(data_dir() / "plan.csv", "ha-noi") == own_digest(data_dir() / "plan.csv", "hue")
    True
    """
    by_province = _own_digests(path, _state(path))
    if by_province is None:
        return _whole(path, _state(path))
    return by_province.get(province, by_province[""])


def sheet_digest(path: Path, province: str, year: int, folder: Path | None = None) -> str | None:
    """Hash a province's sheets of a year and of the years before it.

    Parameters
    ----------
    path : Path
        A CSV file of sheets; of a file of another kind all is hashed.
    province : str
        The key; the file may have any spelling of the name.
    year : int
    folder : Path, optional
        The data folder with the spellings.

    Returns
    -------
    str or None
        None where the file has no sheet of the province for that year.

    Examples
    --------
    >>> from piilib.data.lookup import data_dir
    >>> sheet_digest(data_dir() / "sheets.csv", "ha-noi", 2024) is None
    True
    """
    by_province = _sheets(path, _state(path), folder)
    if by_province is None:
        return _whole(path, _state(path))
    header, *own = by_province.get(province, [()])
    when = header.index("year") if own else 0
    if not any(row[when] == str(year) for row in own):
        return None
    return _hashed([header, *(row for row in own if row[when] <= str(year))])


@lru_cache(maxsize=8)
def _group_scores(path: Path, state: State) -> str:
    """Hash what all sheets print of nodes above the indicators."""
    table = _read(path, state)
    if table is None or "code" not in table[0]:
        return _whole(path, state)
    code = table[0].index("code")
    return _hashed(row for row in table if row[code].count(".") < 2)


@lru_cache(maxsize=64)
def _own_digests(path: Path, state: State) -> dict[str, str] | None:
    """Hash the rows of each province; by "" the header alone. None: no column ``province``."""
    table = _read(path, state)
    if table is None or "province" not in table[0]:
        return None
    column = table[0].index("province")
    own: dict[str, list[Cells]] = {"": [table[0]]}
    for row in table[1:]:
        own.setdefault(row[column], [table[0]]).append(row)
    return {province: _hashed(rows) for province, rows in own.items()}


@lru_cache(maxsize=8)
def _sheets(path: Path, state: State, folder: Path | None) -> dict[str, list[Cells]] | None:
    """Group the rows of a file of sheets by the province's key, the header before each."""
    table = _read(path, state)
    if table is None or not {"province", "year"} <= set(table[0]):
        return None
    column = table[0].index("province")
    keys: dict[str, str] = {}
    own: dict[str, list[Cells]] = {}
    for row in table[1:]:
        name = row[column]
        if name not in keys:
            keys[name] = _key(name, folder)
        own.setdefault(keys[name], [table[0]]).append(row)
    return own


def _tables(folder: Path) -> list[Path]:
    marker = folder / MARKER
    return [*sorted(folder.glob("*.csv")), *([marker] if marker.is_file() else [])]


def _key(name: str, folder: Path | None) -> str:
    try:
        return resolve(name, folder)
    except DataError:
        return name  # an error of the report that reads the row


def _state(path: Path) -> State:
    try:
        found = path.stat()
    except OSError as error:
        raise DataError(f"{error.strerror}: {str(path)!r}", "a file that can be read") from error
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=256)
def _whole(path: Path, _state: State) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:DIGITS]
    except OSError as error:
        raise DataError(f"{error.strerror}: {str(path)!r}", "a file that can be read") from error


def _hashed(rows: Iterable[Cells]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return hashlib.sha256(text.getvalue().encode()).hexdigest()[:DIGITS]


@lru_cache(maxsize=64)
def _read(path: Path, _state: State) -> tuple[Cells, ...] | None:
    """Read the cells of a CSV file; None for what is no CSV file with even rows."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = tuple(tuple(row) for row in csv.reader(io.StringIO(text, newline="")) if row)
    except (OSError, UnicodeDecodeError, csv.Error):
        return None
    even = bool(rows) and all(len(row) == len(rows[0]) for row in rows)
    return rows if even else None
