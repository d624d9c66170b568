"""Provinces: keys, every spelling, regions and the merger of July 2025."""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from piilib.data.lookup import data_dir
from piilib.data.read import Row, file_state, read_rows
from piilib.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

_PREFIX = re.compile(r"^(tinh|thanh-pho|tp)-")


def key_of(name: str) -> str:
    """Turn a province's name into its key.

    đ becomes d, diacritics are dropped, words are joined by hyphens and "tỉnh",
    "thành phố" and "TP" in front are left out: ``"TP. Hồ Chí Minh"`` gives
    ``"ho-chi-minh"``.

    Examples
    --------
    >>> key_of("TP. Hồ Chí Minh"), key_of("Đắk Lắk")
    ('ho-chi-minh', 'dak-lak')
    """
    plain = unicodedata.normalize("NFD", name.strip().lower().replace("đ", "d"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _PREFIX.sub("", re.sub(r"[^a-z0-9]+", "-", plain).strip("-"))


def provinces(basis: int = 63, data: str | Path | None = None) -> pd.DataFrame:
    """List the provinces.

    Parameters
    ----------
    basis : {63, 34}
        63 provinces until June 2025, 34 since.
    data : path, optional
        The data folder.

    Returns
    -------
    DataFrame
        Index: key. Columns ``name_vi``, ``name_en``, ``region_key``, ``region_vi``,
        ``region_en``, ``merged_into`` (63: the key of the unit it belongs to since July
        2025), ``members`` (34: keys joined by ";").

    Examples
    --------
    >>> import piilib as pii
    >>> len(pii.provinces()), len(pii.provinces(34))
    (63, 34)
    >>> pii.provinces(34).at["bac-ninh", "members"]
    'bac-ninh;bac-giang'
    >>> pii.provinces(63).at["cao-bang", "name_vi"]
    'Cao Bằng'
    """
    return _table(basis, data, file_state(data_dir(data) / "provinces.csv")).copy()


@lru_cache(maxsize=8)
def _table(basis: int, data: str | Path | None, state: object) -> pd.DataFrame:
    """Read the table once for each state of its file."""
    import pandas as pd  # names and keys are wanted where nothing else needs it

    table = pd.DataFrame(_rows(basis, data)).drop(columns=["_row", "basis"])
    return table.set_index("key")


def _rows(basis: int, data: str | Path | None) -> list[Row]:
    if basis not in (63, 34):
        raise DataError(f"basis={basis}", "63 or 34")
    path = data_dir(data) / "provinces.csv"
    rows = read_rows(path, ["basis", "key", "name_vi", "name_en", "region_key"])
    return [row for row in rows if row["basis"] == str(basis)]


def basis_of(year: int) -> int:
    """Return the number of ranked units: 63 to the edition of 2024, 34 from 2025."""
    return 63 if year <= 2024 else 34


def province_names(basis: int = 63, data: str | Path | None = None) -> dict[str, dict[str, str]]:
    """List the provinces' names in both languages by key, without pandas.

    Examples
    --------
    >>> province_names(34)["cao-bang"]
    {'vi': 'Cao Bằng', 'en': 'Cao Bang'}
    """
    return {row["key"]: {"vi": row["name_vi"], "en": row["name_en"]} for row in _rows(basis, data)}


@lru_cache(maxsize=8)
def _spellings(folder: Path) -> dict[str, str]:
    rows = read_rows(folder / "names.csv", ["key", "spelling"])
    return {_fold(row["spelling"]): row["key"] for row in rows}


def _fold(name: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", name)).strip().casefold()


def resolve(name: str, data: str | Path | None = None) -> str:
    """Find the key of a province however it is spelt.

    Parameters
    ----------
    name : str
        A key, an official name, a name without diacritics, in English or abbreviated.
    data : path, optional
        The data folder.

    Returns
    -------
    str
        The key.

    Raises
    ------
    DataError
        If there is no such province; the message suggests the nearest.

    Examples
    --------
    >>> import piilib as pii
    >>> [pii.resolve(name) for name in ("TP. Hồ Chí Minh", "Tỉnh Cao Bằng", "Dak Lak")]
    ['ho-chi-minh', 'cao-bang', 'dak-lak']
    """
    spellings = _spellings(data_dir(data))
    known = set(spellings.values())
    guesses = [spellings.get(_fold(name))]
    if not re.search(r"[/\\]", name):  # a path is no spelling, even if its words are
        guesses.append(key_of(name))
    for guess in guesses:
        if guess in known:
            return str(guess)
    near = difflib.get_close_matches(key_of(name), sorted(known), n=1, cutoff=0.6)
    hint = f"a province's key; did you mean '{near[0]}'?" if near else "a province's key"
    raise DataError(f"no province {name!r}", hint)


def resolve_cell(row: Row, column: str, path: Path, data: str | Path | None = None) -> str:
    """Find the key of the province in a cell; a `DataError` names the cell."""
    try:
        return resolve(row[column], data)
    except DataError as error:
        raise DataError(
            error.found, error.expected, file=path, row=int(row["_row"]), column=column
        ) from None
