"""An imported folder laid over the tables in hand, as one whole folder of tables."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from pathlib import Path

from piilib.data.cache import cache_folder, content_key
from piilib.data.read import Row, read_rows, write_rows

#: Tables that `pii import` writes, and what says whose rows they are.
OWNERS = {
    "sheets": ("province", "year"),
    "plan": ("province",),
    "goals": ("province",),
    "scoreboard": ("year",),
    "pillars": ("key", "year", "code"),
}
SIDECAR = "source.yml"


def is_imported(folder: Path) -> bool:
    """Tell whether a folder is one that `pii import` wrote."""
    return (folder / SIDECAR).is_file() and any(_given(folder))


def _given(folder: Path) -> list[str]:
    return [name for name in OWNERS if (folder / f"{name}.csv").is_file()]


def overlay_folder(folder: Path, tables: Path) -> Path:
    """Lay an imported folder over the other tables, once on this machine, and say where.

    Parameters
    ----------
    folder : Path
        What `piilib.import_document` wrote.
    tables : Path
        The folder of processed tables.

    Returns
    -------
    Path
        A folder with every table. Rows of the provinces and years that were imported stand in the
        place of those in hand; all else is a copy. Neither folder is changed.
    """
    inputs = [*sorted(tables.glob("*.csv")), *sorted(folder.glob("*.csv")), folder / SIDECAR]
    key = content_key([*inputs, Path(__file__), str(tables.resolve())])
    kept = cache_folder()
    place = (kept or Path(tempfile.mkdtemp(prefix="pii-"))) / f"imported-{key}"
    if (place / SIDECAR).is_file():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".pii-") as staged:
        made = Path(staged) / place.name
        shutil.copytree(tables, made)
        for name in _given(folder):
            _lay(folder / f"{name}.csv", made / f"{name}.csv", OWNERS[name])
        shutil.copy(folder / SIDECAR, made / SIDECAR)
        try:
            os.replace(made, place)
        except OSError:  # another process has just put it there
            if not (place / SIDECAR).is_file():
                raise
    return place


def _lay(new: Path, table: Path, owner: tuple[str, ...]) -> None:
    """Put the rows of one file in the place of those of the same owner."""
    with table.open(encoding="utf-8-sig", newline="") as file:
        columns = next(csv.reader(file))
    rows = read_rows(new, [], columns)
    owners = {_owner(row, owner) for row in rows}
    others = [row for row in read_rows(table, columns) if _owner(row, owner) not in owners]
    write_rows(table, columns, [*others, *rows])


def _owner(row: Row, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in columns)
