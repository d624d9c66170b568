"""What an imported document changes: read otherwise than printed, or than in the data so far."""

from __future__ import annotations

from math import log10
from pathlib import Path

from piilib.data.document import Document
from piilib.data.lookup import data_dir
from piilib.data.sheet import VALUES, Sheet, load_sheet, sheets_in
from piilib.errors import DataError

Rows = list[dict[str, object]]

#: The columns of ``corrections.csv``.
CORRECTION_COLUMNS = ("against", "year", "code", "column", "old", "new", "place", "reason")


def corrections_of(
    document: Document, raw: Path, data: str | Path | None, reason: str
) -> list[dict[str, object]]:
    """List what is read otherwise than printed, and what differs from the data so far."""
    printed: Rows = [
        {"against": "document", **dict(row)} for row in document.corrections.to_dict("records")
    ]
    earlier = [row for sheet in document.sheets for row in _against_data(sheet, raw, data)]
    rows = [*printed, *earlier]
    for row in rows:
        row["reason"] = row.get("reason") or reason.strip()
    bare = [row for row in rows if not row["reason"]]
    if bare:
        first = bare[0]
        where = "is printed in the document" if first["against"] == "document" else "the data have"
        raise DataError(
            f"{len(bare)} value(s) read otherwise than {where}, the first {first['column']} "
            f"{first['year']} of {first['code']}: {first['old']!r}, now {first['new']!r}",
            "a reason for the correction, reason= (--reason)",
            file=document.file,
        )
    return rows


def _against_data(sheet: Sheet, raw: Path, data: str | Path | None) -> Rows:
    """List the values of a sheet that differ from those of the same province and year so far."""
    before = _earlier(sheet, raw, data)
    if before is None:
        return []
    rows: Rows = []
    for code in dict.fromkeys((*before.table.index, *sheet.table.index)):
        for column in VALUES:
            old, new = (_shown(one, code, column) for one in (before, sheet))
            if old != new:
                rows.append(
                    {
                        "against": "data",
                        "year": sheet.year,
                        "code": code,
                        "column": column,
                        "old": old,
                        "new": new,
                        "place": before.source,
                    }
                )
    return rows


def _earlier(sheet: Sheet, raw: Path, data: str | Path | None) -> Sheet | None:
    """Return the sheet of the same province and year: the last one imported, or the processed."""
    folder = data_dir(data)
    imported = sorted(raw.glob("*/*/sheets.csv"), key=lambda path: (path.parent.name, str(path)))
    for path in [*reversed(imported), folder / "sheets.csv"]:
        if path.is_file() and (sheet.unit, sheet.year) in sheets_in(path, folder):
            return load_sheet(sheet.unit, sheet.year, path)
    return None


def _shown(sheet: Sheet, code: str, column: str) -> str:
    """Write a value with the decimals that were printed."""
    if code not in sheet.table.index:
        return ""
    value, half = sheet.table.at[code, column], sheet.half.at[code, column]
    if value != value:
        return ""
    decimals = max(round(-log10(2 * half)), 0)
    return f"{value:.{decimals}f}"
