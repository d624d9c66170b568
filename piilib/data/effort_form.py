"""A form for effort that an analyst has filled in: who, when, and what differs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from piilib.data.effort_form_cells import Cell, Line, amount, day, form_cells, key_of, same_number
from piilib.data.effort_form_file import COLUMNS, USES, default_rows
from piilib.data.lookup import data_dir
from piilib.data.provinces import resolve
from piilib.errors import DataError

_OWN = ("own_difficulty", "own_step", "own_lag", "own_size", "cost", "lead_time")
_KEPT = ("step", "difficulty", "lag_years", "natural_size")


@dataclass(frozen=True)
class EffortForm:
    """What an analyst wrote into a form for effort.

    Attributes
    ----------
    who, department : str
        Who filled it in; the department may be empty.
    date : date
        When.
    table : DataFrame
        Index: the 52 indicators. Columns ``own_difficulty`` (1-5), ``own_step`` (the indicator's
        unit), ``own_lag`` (years), ``natural_size`` (what one natural unit adds to the indicator:
        the analyst's figure, else the form's), ``cost`` (million VND a natural unit), ``lead_time``
        (years), all NaN where left empty; ``own_reason`` (text).
    file : Path
    use : str
        "years" or "million VND" where the form says which of them counts, else "".
    province : str
        Key of the province whose denominators the form rests on, or "".
    """

    who: str
    department: str
    date: date
    table: pd.DataFrame
    file: Path
    use: str = ""
    province: str = ""


def read_effort_form(path: str | Path, data: str | Path | None = None) -> EffortForm:
    """Read a form for effort that has been filled in.

    Parameters
    ----------
    path : path
        A workbook or CSV that `write_effort_form` made; the columns are known by the keys in
        their headings, whatever their order.
    data : path, optional
        The data folder with the defaults that the form was made from.

    Returns
    -------
    EffortForm

    Raises
    ------
    DataError
        Naming file, row and column: nobody's name, no date; a code that is unknown, missing or
        there twice; a difficulty that is no whole number from 1 to 5; a number that is none, is
        negative, or reads in two ways ("1.255"); a size or lead time without a cost, a cost without
        a size; a default cell that was changed.

    Examples
    --------
    >>> import tempfile, piilib as pii
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pii.write_effort_form(f"{folder}/form.csv", "en")
    ...     text = path.read_text(encoding="utf-8-sig")
    ...     text = text.replace("[who],", "[who],Người chấm A")
    ...     text = text.replace("[date],", "[date],5/11/2026")
    ...     _ = path.write_text(text, encoding="utf-8")
    ...     form = pii.read_effort_form(path)
    >>> form.who, form.date.isoformat(), int(form.table["own_difficulty"].count())
    ('Người chấm A', '2026-11-05', 0)
    """
    path, folder = Path(path), data_dir(data)
    lines = form_cells(path)
    start = next((i for i, (_, cells) in enumerate(lines) if key_of(cells[0]) == "code"), None)
    if start is None:
        raise DataError("no line of headings", "one that begins with [code]", file=path)
    head = {key_of(cells[0]): (line, [*cells, ""][1]) for line, cells in lines[:start]}
    who, when, use = _who(head, path), _when(head, path), _use(head, path)
    province, year = _place(head, path, folder)
    keys = _headings(lines[start], path)
    rows = [_by_key(keys, line, path) for line in lines[start + 1 :]]
    defaults = default_rows(folder, province, year)
    found = by_indicator(((str(row["code"]), line) for line, row in rows), path, defaults)
    known = dict(rows)
    table = {code: _row(known[found[code]], found[code], defaults[code], path) for code in defaults}
    return EffortForm(
        who=who,
        department=str(head.get("department", (0, ""))[1]),
        date=when,
        table=pd.DataFrame.from_dict(table, orient="index"),
        file=path,
        use=use,
        province=province,
    )


def by_indicator(
    codes: Iterable[tuple[str, int]], path: Path, needed: Collection[str]
) -> dict[str, int]:
    """Map every indicator to its line; each must be there once and no other code.

    Raises
    ------
    DataError
        Naming file and row.
    """
    lines: dict[str, int] = {}
    for code, line in codes:
        if code in lines:
            found = f"{code!r} a second time (first in row {lines[code]})"
            raise DataError(found, "each once", file=path, row=line, column="code")
        if code not in needed:
            expected = f"one of the {len(needed)} codes of framework.csv that belong here"
            raise DataError(repr(code), expected, file=path, row=line, column="code")
        lines[code] = line
    missing = [code for code in needed if code not in lines]
    if missing:
        expected = f"all {len(needed)} indicators"
        raise DataError(f"no row for {', '.join(missing)}", expected, file=path)
    return lines


Head = Mapping[str, tuple[int, Cell]]


def _who(head: Head, path: Path) -> str:
    line, name = head.get("who", (None, ""))
    if not (isinstance(name, str) and any(letter.isalpha() for letter in name)):
        found = "an empty cell" if name == "" else repr(name)
        raise DataError(found, "the name of who scores", file=path, row=line, column="who")
    return name


def _when(head: Head, path: Path) -> date:
    line, cell = head.get("date", (None, ""))
    try:
        found = day(cell)
    except ValueError:
        found = date.min
    if not 2000 <= found.year <= 2100:
        said = "an empty cell" if cell == "" else repr(cell)
        expected = "the day of the scores, as 5/11/2026"
        raise DataError(said, expected, file=path, row=line, column="date")
    return found


def _use(head: Head, path: Path) -> str:
    line, cell = head.get("use", (None, ""))
    for unit, words in USES.items():
        if str(cell).lower() in [word.lower() for word in words]:
            return unit
    if cell != "":
        choices = " or ".join(repr(word) for words in USES.values() for word in words)
        raise DataError(repr(cell), f"{choices}, or empty", file=path, row=line, column="use")
    return ""


def _place(head: Head, path: Path, folder: Path) -> tuple[str, int | None]:
    (line, name), (below, year) = (head.get(key, (None, "")) for key in ("province", "year"))
    if (name == "") != (year == ""):
        found = f"the province {name!r} and the year {year!r}"
        raise DataError(found, "both or neither", file=path, row=line)
    if name == "":
        return "", None
    try:
        number = float(year) if isinstance(year, str | float) else 0.0
    except ValueError:
        number = 0.0
    if not (2000 <= number <= 2100 and number == int(number)):
        raise DataError(repr(year), "a year", file=path, row=below, column="year")
    try:
        return resolve(str(name), folder), int(number)
    except DataError as error:
        raise DataError(
            error.found, error.expected, file=path, row=line, column="province"
        ) from None


def _headings(line: Line, path: Path) -> list[str]:
    row, cells = line
    keys = [key_of(cell) for cell in cells]
    missing = [column.key for column in COLUMNS if column.key not in keys]
    if missing:
        found = f"headings without {', '.join(missing)}"
        raise DataError(found, "the headings as the form had them", file=path, row=row)
    repeated = [key for key in keys if key and keys.count(key) > 1]
    if repeated:
        found = f"the column {repeated[0]!r} twice"
        raise DataError(found, "each column once", file=path, row=row)
    return keys


def _by_key(keys: list[str], line: Line, path: Path) -> tuple[int, dict[str, Cell]]:
    row, cells = line
    if any(cell != "" for cell in cells[len(keys) :]) or len(cells) < len(keys):
        found = f"{len(cells)} cells"
        expected = f"{len(keys)} as the headings (a number as 2,5 stands in quotes in a CSV)"
        raise DataError(found, expected, file=path, row=row)
    return row, {key: cell for key, cell in zip(keys, cells, strict=False) if key}


def _row(
    row: Mapping[str, Cell], line: int, default: Mapping[str, str], path: Path
) -> dict[str, object]:
    for key in _KEPT:
        if not same_number(row[key], default[key]):
            found = f"{row[key]!r} for {default['code']} in a column of defaults"
            expected = f"{default[key] or 'an empty cell'} as it was (own figures have columns"
            expected += " of their own; if the defaults are newer, make a new form)"
            raise DataError(found, expected, file=path, row=line, column=key)
    if row["kind"] != default["kind"]:
        expected = f"{default['kind']!r} as it was"
        raise DataError(repr(row["kind"]), expected, file=path, row=line, column="kind")
    own = {key: _number(row, key, line, path) for key in _OWN}
    _check_cost(own, row, line, path)
    size = own.pop("own_size")
    known = float(default["natural_size"]) if default["natural_size"] else float("nan")
    return {**own, "natural_size": known if pd.isna(size) else size, "own_reason": _text(row)}


def _text(row: Mapping[str, Cell]) -> str:
    reason = row["own_reason"]
    return f"{reason:g}" if isinstance(reason, float) else str(reason)


def _number(row: Mapping[str, Cell], key: str, line: int, path: Path) -> float:
    cell = row[key]
    if cell == "":
        return float("nan")
    try:
        found = amount(cell)
        if key == "own_difficulty" and found not in (1, 2, 3, 4, 5):
            raise ValueError("a whole number from 1 to 5, or an empty cell")
        if key in ("own_step", "own_size", "cost") and found == 0:
            raise ValueError("more than 0, or an empty cell")
        if key in ("own_lag", "lead_time") and found > 30:
            raise ValueError("a number of years, 30 at most")
    except ValueError as error:
        said = f"{cell:g}" if isinstance(cell, float) else repr(str(cell))
        found_at = f"{said} for {row['code']}"
        raise DataError(found_at, str(error), file=path, row=line, column=key) from None
    return found


def _check_cost(own: dict[str, float], row: Mapping[str, Cell], line: int, path: Path) -> None:
    if pd.isna(own["cost"]):
        for key in ("own_size", "lead_time"):
            if not pd.isna(own[key]):
                found = f"{own[key]:g} for {row['code']} and no cost"
                raise DataError(found, "a cost beside it", file=path, row=line, column=key)
    elif row["natural_size"] == "" and pd.isna(own["own_size"]):
        found = f"a cost for {row['code']} and nothing that says what it buys"
        expected = "how much one natural unit adds to the indicator, in its unit"
        raise DataError(found, expected, file=path, row=line, column="own_size")
