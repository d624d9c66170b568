"""What was read of a document, as tables: its cells, its columns, its corrections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from piilib.data.document_cells import Entry
from piilib.data.document_corrections import Correction
from piilib.data.document_layout import Part
from piilib.data.document_sheet import Read


def cell_table(
    groups: Iterable[Iterable[Read]], made: Sequence[tuple[Correction, Entry]]
) -> pd.DataFrame:
    """List every cell that was read; see `piilib.Document`."""
    printed = {(e.code, e.column, e.year): e.cell.text for _, e in made}
    rows = [
        {
            "key": one.entry.unit,
            "code": one.entry.code,
            "column": one.entry.column,
            "year": one.entry.year or 0,
            "value": one.text,
            "place": one.entry.cell.place,
            "printed": printed.get(
                (one.entry.code, one.entry.column, one.entry.year), one.entry.cell.text
            ),
        }
        for group in groups
        for one in group
        if one.entry.column != "name"
    ]
    columns = ["key", "code", "column", "year", "value", "place", "printed"]
    return pd.DataFrame(rows, columns=columns)


def column_table(parts: Sequence[Part], groups: Sequence[Sequence[Read]]) -> pd.DataFrame:
    """List the columns that were read, each once, with the heading that stands first."""
    counts: dict[tuple[str, int | None], list[int]] = {}
    for one in (one for group in groups for one in group if one.entry.column != "name"):
        count = counts.setdefault((one.entry.column, one.entry.year), [0, 0])
        count[0 if one.text else 1] += 1
    rows = []
    for (column, year), (values, empty) in counts.items():
        heads = [c for part in parts for c in part.of(column) if not c.years or year in c.years]
        heading, place = (heads[0].heading, heads[0].place) if heads else ("", "")
        rows.append((column, year or 0, heading, place, values, empty))
    return pd.DataFrame(rows, columns=["column", "year", "heading", "place", "values", "empty"])


def correction_table(made: Sequence[tuple[Correction, Entry]]) -> pd.DataFrame:
    """List the cells read otherwise than printed; see `piilib.Document`."""
    rows = [
        (e.year or 0, e.code, e.column, e.cell.text, c.read_as, e.cell.place, c.reason)
        for c, e in made
    ]
    columns = ["year", "code", "column", "old", "new", "place", "reason"]
    return pd.DataFrame(rows, columns=columns)
