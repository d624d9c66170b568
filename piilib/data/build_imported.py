"""Documents that ``pii import`` wrote below ``data/raw``, put into the processed tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from piilib.data.read import read_rows

Rows = list[dict[str, object]]

#: Who the ``source.yml`` of such a folder names.
IMPORTER = "pii import"
#: What a document replaces whole: a province's sheet of a year, its plan, a unit's score …
BLOCKS: dict[str, tuple[str, ...]] = {
    "sheets": ("province", "year"),
    "plan": ("province",),
    "goals": ("province",),
    "scoreboard": ("key", "year"),
    "pillars": ("key", "year", "code"),
}


def with_imported(
    name: str, rows: Iterable[dict[str, object]], sources: Sequence[tuple[Path, dict[str, Any]]]
) -> Rows:
    """Put the rows of imported documents in the place of those they replace, or after them.

    Parameters
    ----------
    name : str
        The processed table.
    rows : iterable of dict
        What the table holds without imported documents.
    sources : sequence of (folder, contents of its source.yml)
        Of two documents about the same thing the one of the later date (the folder's name) holds.

    Returns
    -------
    list of dict
        Unchanged where no document has this table.

    Raises
    ------
    DataError
        If a table of a document cannot be read.

    Examples
    --------
    >>> with_imported("sheets", [{"province": "cao-bang"}], [])
    [{'province': 'cao-bang'}]
    """
    found = list(rows)
    block = BLOCKS.get(name)
    if block is None:
        return found
    for folder in sorted(_folders(sources), key=lambda folder: (folder.name, folder.parent.name)):
        path = folder / f"{name}.csv"
        if path.is_file():
            found = _over(found, [dict(row) for row in read_rows(path, block)], block)
    return found


def _folders(sources: Sequence[tuple[Path, dict[str, Any]]]) -> list[Path]:
    return [folder for folder, about in sources if about["transcribed_by"] == IMPORTER]


def _over(rows: Rows, new: Rows, block: Sequence[str]) -> Rows:
    replaced = {_key(row, block) for row in new}
    return [*(row for row in rows if _key(row, block) not in replaced), *new]


def _key(row: dict[str, object], block: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row[column]) for column in block)
