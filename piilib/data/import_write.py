"""Write what a document holds into the data: tidy tables beside a ``source.yml``."""

from __future__ import annotations

import datetime
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import yaml

from piilib import __version__
from piilib.data.document import Document, read_document
from piilib.data.document_corrections import Corrections
from piilib.data.document_numbers import fold
from piilib.data.document_plan import GOAL_COLUMNS, PLAN_COLUMNS, goal_rows, plan_rows
from piilib.data.document_scoreboard import (
    BOARD_COLUMNS,
    PILLAR_COLUMNS,
    board_rows,
    pillar_rows,
)
from piilib.data.document_sheet import sheet_rows
from piilib.data.import_changes import CORRECTION_COLUMNS, corrections_of
from piilib.data.lookup import SHIPPED, data_dir
from piilib.data.provinces import provinces
from piilib.data.read import harmless as harmless
from piilib.data.read import write_rows
from piilib.data.sheet import COLUMNS, OPTIONAL, load_sheet
from piilib.errors import DataError

Rows = list[dict[str, object]]

_DAY = re.compile(r"ngày\s+([0-9]{1,2})\s+tháng\s+([0-9]{1,2})\s+năm\s+(20[0-9]{2})", re.IGNORECASE)


def import_document(
    path: str | Path,
    *,
    to: str | Path | None = None,
    province: str | None = None,
    year: int | None = None,
    kind: str | None = None,
    data: str | Path | None = None,
    dry_run: bool = False,
    corrections: Corrections | None = None,
    reason: str = "",
    source: str | None = None,
    publisher: str = "not stated",
    title: str | None = None,
    date: str | None = None,
    address: str | None = None,
    licence: str = "not stated",
) -> list[Path]:
    r"""Read a document and write it into the data, whole or not at all.

    Parameters
    ----------
    path, province, year, kind, data, corrections
        See `read_document`.
    to : path, optional
        The folder whose ``raw/<source>/<date>/`` is written; made where it is not there. The data
        folder unless given.
    dry_run : bool
        Check everything and write nothing.
    reason : str
        Why the document is read otherwise than printed, or otherwise than the data so far; asked
        for where it is.
    source : str, optional
        The name of the folder; the province and the file's name unless given.
    publisher, title, date, address, licence : str, optional
        For ``source.yml``. The title is that of the document, or the file's name; the date is that
        of the title ("ngày 28 tháng 10 năm 2025"), or today.

    Returns
    -------
    list of Path
        The files written, or that would be: ``sheets.csv``, ``plan.csv`` and ``goals.csv``, or
        ``scoreboard.csv`` and ``pillars.csv``, in the columns of the processed tables;
        ``corrections.csv`` with old values and reasons; ``source.yml``.

    Raises
    ------
    DataError
        As `read_document`; if the folder is there already, or values differ from the data, or from
        what is printed, and no reason is given. Nothing is written then.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import piilib as pii
    >>> text = "Tỉnh,Điểm số 2024,Xếp hạng 2024\nHà Nội,\"60,76\",1\n"
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "board.csv").write_text(text, encoding="utf-8")
    ...     files = pii.import_document(f"{folder}/board.csv", to=folder, date="2025-01-31")
    ...     [file.relative_to(folder).as_posix() for file in files]
    ['raw/board/2025-01-31/scoreboard.csv', 'raw/board/2025-01-31/source.yml']
    """
    document = read_document(
        path, province=province, year=year, kind=kind, data=data, corrections=corrections
    )
    return import_read(
        document,
        to=to,
        data=data,
        dry_run=dry_run,
        reason=reason,
        source=source,
        publisher=publisher,
        title=title,
        date=date,
        address=address,
        licence=licence,
    )


def import_read(
    document: Document,
    *,
    to: str | Path | None = None,
    data: str | Path | None = None,
    dry_run: bool = False,
    reason: str = "",
    source: str | None = None,
    publisher: str = "not stated",
    title: str | None = None,
    date: str | None = None,
    address: str | None = None,
    licence: str = "not stated",
) -> list[Path]:
    """Write a document that was read; see `import_document`."""
    about = {
        "publisher": publisher,
        "title": title or " ".join(document.titles) or document.file.name,
        "date": _date(date, document),
        "address": address,
        "licence": licence,
    }
    folder = _folder(document, to, data, source, str(about["date"]))
    if folder.exists():
        raise DataError(
            f"a folder {str(folder)!r}", "a new --source or --date: nothing is replaced"
        )
    tables = document_rows(document, str(address or document.file.name), data)
    changed = corrections_of(document, folder.parents[1], data, reason)
    if changed:
        tables["corrections"] = (CORRECTION_COLUMNS, changed)
    names = [*(f"{name}.csv" for name in tables), "source.yml"]
    if not dry_run:
        _write(folder, tables, document, about)
    return [folder / name for name in names]


def _date(given: str | None, document: Document) -> str:
    """Return the date of the document: given, printed in its title, or today."""
    if given is not None:
        try:
            return datetime.date.fromisoformat(given).isoformat()
        except ValueError:
            raise DataError(f"the date {given!r}", "a date such as 2025-10-28") from None
    found = {match for text in document.titles for match in _DAY.findall(text)}
    if len(found) == 1:
        day, month, year = (int(part) for part in found.pop())
        try:
            return datetime.date(year, month, day).isoformat()
        except ValueError:
            pass  # a misprinted date in a title dates nothing
    return datetime.date.today().isoformat()


def _folder(
    document: Document,
    to: str | Path | None,
    data: str | Path | None,
    source: str | None,
    date: str,
) -> Path:
    """Return the folder that is to be made, ``<to>/raw/<source>/<date>``."""
    if to is None:
        tables = data_dir(data)
        if tables == SHIPPED:
            raise DataError("no data folder of your own", "a folder to write to, to= (--to)")
        root = tables.parent if tables.name == "processed" else tables
    else:
        root = Path(to)
    unit = _unit(document)
    stem = re.sub(r"[^a-z0-9]+", "-", fold(document.file.stem)).strip("-") or "document"
    name = source or (stem if not unit or stem.startswith(unit) else f"{unit}-{stem}")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise DataError(f"the source {name!r}", "small letters, digits and hyphens")
    return root / "raw" / name / date


def _unit(document: Document) -> str:
    """Return the one province of a document; empty where it has several."""
    units = {sheet.unit for sheet in document.sheets} | (
        {document.plan.unit} if document.plan else set()
    )
    return units.pop() if len(units) == 1 else ""


def document_rows(
    document: Document, address: str, data: str | Path | None = None
) -> dict[str, tuple[Sequence[str], Rows]]:
    """Return the processed tables of a document: columns and rows by name."""
    reads = list(document.read)
    tables: dict[str, tuple[Sequence[str], Rows]] = {}
    if document.plan is not None:
        tables["plan"] = (PLAN_COLUMNS, plan_rows(document.plan, reads.pop(0)))
        if goals := goal_rows(document.plan):
            tables["goals"] = (GOAL_COLUMNS, goals)
    if document.sheets:
        rows = [
            row
            for sheet, read in zip(document.sheets, reads, strict=True)
            for row in sheet_rows(sheet, read)
        ]
        tables = {"sheets": ((*COLUMNS, *OPTIONAL), rows), **tables}
    if (board := document.scoreboard) is not None:
        names = dict(provinces(board.basis, data)["name_vi"])
        tables["scoreboard"] = (BOARD_COLUMNS, board_rows(board, reads[0], address, names))
        if rows := pillar_rows(board, reads[0], address):
            tables["pillars"] = (PILLAR_COLUMNS, rows)
    return tables


def document_summary(document: Document, first: int = 5) -> str:
    """Say in plain text what was understood: kind, province, years, columns, first rows, notes."""
    cells = document.cells
    keys = list(dict.fromkeys(cells["key"]))
    years = sorted({int(year) for year in cells["year"]} - {0})
    head = [
        f"kind      {document.kind}",
        f"province  {keys[0] if len(keys) == 1 else f'{len(keys)} provinces'}",
        f"years     {', '.join(map(str, years))}",
    ]
    shown = document.columns.assign(year=document.columns["year"].replace(0, ""))
    parts = ["\n".join(head), shown.to_string(index=False), _first_rows(document, first)]
    if len(document.corrections):
        parts.append(document.corrections.drop(columns="reason").to_string(index=False))
    if document.notes:
        parts.append("\n".join(f"note: {note}" for note in document.notes))
    return "\n\n".join(parts)


def _first_rows(document: Document, first: int) -> str:
    """Show the first nodes, or the first provinces, with a column for each that was read."""
    row = "key" if document.kind == "scoreboard" else "code"
    cells = document.cells[~document.cells["column"].isin(["lead", "coordinating"])]
    cells = cells[cells["code"] == "PII"] if row == "key" else cells
    names = cells["column"] + " " + cells["year"].astype(str)
    table = cells.assign(name=names).pivot_table(
        index=row, columns="name", values="value", aggfunc="first", sort=False, fill_value=""
    )
    return str(table.head(first).rename_axis(None, axis=1).to_string())


def _write(
    folder: Path,
    tables: Mapping[str, tuple[Sequence[str], Iterable[Mapping[str, object]]]],
    document: Document,
    about: Mapping[str, object],
) -> None:
    """Write all files in a folder that takes its name when it is complete."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".pii-") as scratch:
            staged = Path(scratch) / folder.name
            staged.mkdir()
            for name, (columns, rows) in tables.items():
                safe = ({key: harmless(cell) for key, cell in row.items()} for row in rows)
                write_rows(staged / f"{name}.csv", columns, safe)
            _check_written(staged, document)
            text = yaml.safe_dump(_sidecar(staged, document, about), allow_unicode=True, width=100)
            (staged / "source.yml").write_text(text, encoding="utf-8", newline="\n")
            os.rename(staged, folder)
    except OSError as error:
        raise DataError(
            f"{error.strerror}: {str(folder)!r}", "a folder that can be written, to= (--to)"
        ) from None


def _check_written(staged: Path, document: Document) -> None:
    """Read the sheets back before they take their place."""
    for sheet in document.sheets:
        again = load_sheet(sheet.unit, sheet.year, staged / "sheets.csv")
        if not again.table.equals(sheet.table):
            raise DataError("a sheet that reads back otherwise", "the values of the document")


def _sidecar(staged: Path, document: Document, about: Mapping[str, object]) -> dict[str, object]:
    files = {path.name: _digest(path) for path in sorted(staged.iterdir())}
    return {
        **about,
        "date": datetime.date.fromisoformat(str(about["date"])),
        "transcribed": datetime.date.today(),
        "transcribed_by": "pii import",
        "version": __version__,
        "input": {"name": document.file.name, "sha256": _digest(document.file)},
        "notes": "\n".join(document.notes),
        "files": files,
    }


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
