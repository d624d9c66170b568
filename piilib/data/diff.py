"""What differs between two data folders: table by table, row by row, value by value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from piilib.data.lookup import data_dir, is_simulated
from piilib.data.read import NUMBER, Row, read_rows
from piilib.errors import DataError

#: Columns of every table of differences.
COLUMNS = ("table", "change", "key", "column", "old", "new")
#: What makes a row of a table the same row in another edition.
KEYS: dict[str, tuple[str, ...]] = {
    "agencies": ("spelling",),
    "context": ("province", "year", "quantity"),
    "corrections": ("province", "year", "code", "column"),
    "decisions": ("province", "part", "stt"),
    "definitions": ("code",),
    "effort": ("code",),
    "facts": ("year", "unit", "scope", "kind"),
    "framework": ("code",),
    "goals": ("province", "place", "what"),
    "indicators": ("key", "year", "code"),
    "invited": ("province", "agency", "role"),
    "names": ("spelling",),
    "panel": ("unit", "year"),
    "pillars": ("key", "year", "code"),
    "plan": ("province", "year", "code"),
    "provinces": ("basis", "key"),
    "regions": ("region_key", "year"),
    "scoreboard": ("key", "year"),
    "sheets": ("province", "year", "code"),
    "sources": ("source", "date"),
    "tiles": ("basis", "column", "row"),
    "treatments": ("code", "year"),
}
_PLAIN = re.compile(NUMBER)
#: table, change, key, column, old, new
Difference = tuple[str, str, str, str, str, str]
Keyed = dict[str, dict[str, str]]


def diff_tables(old: str | Path, new: str | Path) -> pd.DataFrame:
    """Compare two data folders by value, whatever the order of their rows and columns.

    Parameters
    ----------
    old, new : path
        Folders with processed tables, or with a folder ``processed`` of them.

    Returns
    -------
    DataFrame
        A row a difference, tables by name, rows in the order of the files; empty where all is
        equal. ``table``; ``change``: ``"table added"``, ``"table removed"``, ``"column added"``,
        ``"column removed"``, ``"added"``, ``"removed"`` (a row: each of its values that is not
        empty stands here), ``"changed"``, or ``"precision"`` (the same number printed with
        other decimals, which matters: a printed number is read as ± half a unit of its last
        digit); ``key``: what names the row, ``"province=cao-bang, year=2024, code=1.1.1"``, with
        ``"#2"`` where a second row has the same; ``column``; ``old`` and ``new``: the cells as
        text.

    Raises
    ------
    DataError
        If a folder holds no tables, a table cannot be read, or one folder is simulated and the
        other is not.

    Notes
    -----
    A table without a known key (one that was added by hand) is compared as a set of whole rows.

    Examples
    --------
    >>> from piilib.data.lookup import data_dir
    >>> len(diff_tables(data_dir(), data_dir()))
    0
    """
    before, after = _tables(old), _tables(new)
    refuse_mixed(before, after)
    files = [{path.stem: path for path in sorted(f.glob("*.csv"))} for f in (before, after)]
    found: list[Difference] = []
    for name in sorted({**files[0], **files[1]}):
        found += _of_table(name, files[0].get(name), files[1].get(name))
    return table_of(found)


def table_of(found: Iterable[Difference]) -> pd.DataFrame:
    """Return differences as a table with the columns that all such tables have, all text."""
    return pd.DataFrame(list(found), columns=list(COLUMNS), dtype=str)


def refuse_mixed(old: Path, new: Path) -> None:
    """Refuse to compare what is simulated with what was published."""
    if is_simulated(old) != is_simulated(new):
        raise DataError(
            f"simulated tables in {str(old if is_simulated(old) else new)!r} only",
            "two folders of published data, or two simulated ones",
        )


def key_text(**parts: object) -> str:
    """Name a row: ``key_text(province="cao-bang", year=2024)``.

    Examples
    --------
    >>> key_text(province="cao-bang", year=2024)
    'province=cao-bang, year=2024'
    """
    return ", ".join(f"{name}={part}" for name, part in parts.items())


def key_parts(key: str) -> dict[str, str]:
    """Take `key_text` apart again, as far as it is made of names without commas.

    Examples
    --------
    >>> key_parts("province=cao-bang, year=2024")
    {'province': 'cao-bang', 'year': '2024'}
    """
    return dict(re.findall(r"(?:^|, )(\w+)=([^,]*)", key))


def _tables(folder: str | Path) -> Path:
    if not Path(folder).is_dir():
        raise DataError(f"no folder {str(folder)!r}", "a data folder")
    return data_dir(folder)


def _of_table(name: str, old: Path | None, new: Path | None) -> Iterator[Difference]:
    if old is None or new is None:
        yield name, "table added" if old is None else "table removed", "", "", "", ""
    before, after = _rows(name, old), _rows(name, new)
    columns = [_columns(rows) for rows in (before, after)]
    if old is not None and new is not None:
        for kind, these, those in (("removed", *columns), ("added", *reversed(columns))):
            for column in these:
                if column not in those:
                    yield name, f"column {kind}", "", column, "", ""
    for key, row in before.items():
        yield from _of_row(name, key, row, after.get(key))
    for key, row in after.items():
        if key not in before:
            yield from _of_row(name, key, None, row)


def _of_row(
    name: str, key: str, old: Mapping[str, str] | None, new: Mapping[str, str] | None
) -> Iterator[Difference]:
    before, after = old or {}, new or {}
    pairs = {c: (before.get(c, ""), after.get(c, "")) for c in dict.fromkeys((*before, *after))}
    parted = {column: pair for column, pair in pairs.items() if pair[0] != pair[1]}
    whole = "added" if old is None else "removed" if new is None else ""
    if whole and not parted:
        yield name, whole, key, "", "", ""
    for column, pair in parted.items():
        yield name, whole or _kind(*pair), key, column, *pair


def _kind(old: str, new: str) -> str:
    numbers = _PLAIN.fullmatch(old) and _PLAIN.fullmatch(new)
    return "precision" if numbers and float(old) == float(new) else "changed"


def _rows(name: str, path: Path | None) -> Keyed:
    """Read a table: the cells of every row that are not its key, by its key."""
    if path is None:
        return {}
    rows = [{c: cell for c, cell in row.items() if c != "_row"} for row in _read(path)]
    known = KEYS.get(name, ())
    if not known or (rows and not set(known) <= rows[0].keys()):
        known = tuple(rows[0]) if rows else ()
    met: Counter[str] = Counter()
    keyed = {}
    for row in rows:
        key = key_text(**{column: row.pop(column) for column in known})
        met[key] += 1
        keyed[key if met[key] == 1 else f"{key} #{met[key]}"] = row
    return keyed


def _read(path: Path) -> list[Row]:
    """Read a table; one with a header alone has no rows, and that is no fault here."""
    lines = path.read_bytes().split(b"\n", 1)
    if len(lines) == 2 and lines[0].strip() and not lines[1].strip():
        return []
    return read_rows(path, [])


def _columns(rows: Keyed) -> list[str]:
    return list(next(iter(rows.values()), {}))
