"""Read a sheet, a plan or a scoreboard out of a document, with the cell of every value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import shorten

import pandas as pd

from piilib.data.document_cells import Entry, choose_province, date_columns, gather
from piilib.data.document_codes import Tree, load_tree
from piilib.data.document_corrections import (
    Correction,
    Corrections,
    apply_corrections,
    load_corrections,
)
from piilib.data.document_layout import Part, lay_out
from piilib.data.document_plan import build_plan
from piilib.data.document_scoreboard import board_entries, build_board
from piilib.data.document_sheet import Read, build_sheet
from piilib.data.document_tables import cell_table, column_table, correction_table
from piilib.data.grid import Grid
from piilib.data.grid_file import read_grids
from piilib.data.provinces import provinces
from piilib.data.sheet import VALUES, Sheet
from piilib.data.tables import Plan, Scoreboard, basis_of
from piilib.errors import DataError

KINDS = ("sheet", "plan", "scoreboard")


@dataclass(frozen=True)
class Document:
    r"""What a document holds.

    Attributes
    ----------
    kind : str
        "sheet", "plan" (a plan may hold sheets beside its targets) or "scoreboard".
    sheets : tuple of Sheet
        A sheet for each province and year.
    plan : Plan or None
        Its targets and agencies.
    scoreboard : Scoreboard or None
        Its scores and ranks of provinces.
    cells : DataFrame
        Every cell that was read, in the document's order: ``key`` (the province), ``code``,
        ``column``, ``year`` (0 where it needs none), ``value`` (canonical text, empty where there
        is no value), ``place``, ``printed``.
    columns : DataFrame
        The columns found: ``column``, ``year``, ``heading``, ``place``, ``values``, ``empty``.
    notes : tuple of str
        What was passed over, and codes that were mended.
    file : Path
        The document.
    titles : tuple of str
        The texts above its tables.
    corrections : DataFrame
        Cells read otherwise than printed: ``year``, ``code``, ``column``, ``old``, ``new``,
        ``place``, ``reason``.
    read : tuple of tuple of Read
        The cells of the plan, then of each sheet, or of the scoreboard, as they are written.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import piilib as pii
    >>> text = "Tỉnh,Điểm số 2024,Xếp hạng 2024\nHà Nội,\"60,76\",1\n"
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "board.csv").write_text(text, encoding="utf-8")
    ...     document = pii.read_document(f"{folder}/board.csv")
    >>> isinstance(document, pii.Document)
    True
    >>> document.kind, float(document.scoreboard.table.at["ha-noi", "score"])
    ('scoreboard', 60.76)
    >>> document.cells.loc[0, ["key", "value", "printed"]].tolist()
    ['ha-noi', '60.76', '60,76']
    """

    kind: str
    sheets: tuple[Sheet, ...]
    plan: Plan | None
    scoreboard: Scoreboard | None
    cells: pd.DataFrame
    columns: pd.DataFrame
    notes: tuple[str, ...]
    file: Path
    titles: tuple[str, ...] = ()
    corrections: pd.DataFrame = field(default_factory=pd.DataFrame)
    read: tuple[tuple[Read, ...], ...] = field(default=(), repr=False)


def read_document(
    path: str | Path,
    *,
    province: str | None = None,
    year: int | None = None,
    kind: str | None = None,
    data: str | Path | None = None,
    corrections: Corrections | None = None,
) -> Document:
    r"""Read a document: a workbook, a Word file, a CSV or a web page.

    Parameters
    ----------
    path : path
        The file. Its headings say what its columns are, in any order, in Vietnamese with or
        without diacritics or in English; codes stand in a column of their own or in the names.
    province : str, optional
        Whose document it is, where it does not say so.
    year : int, optional
        The year of columns that state none; where the document has several, the one to read.
    kind : {"sheet", "plan", "scoreboard"}, optional
        What to read out of it; all that is there unless given.
    data : path, optional
        The data folder.
    corrections : mapping or path, optional
        What is to be read where the document misprints:
        ``{"3.2.2": {"highest_2023": "100,00"}}``, or a CSV ``code,column,printed,read_as,reason``.

    Returns
    -------
    Document

    Raises
    ------
    DataError
        If anything is wrong or can be read in two ways; the message names the cell. Nothing is
        guessed.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import piilib as pii
    >>> text = "Mã,Mục tiêu 2026,Cơ quan chủ trì\n6.1.1,\"≥ 0,05\",Sở Khoa học và Công nghệ\n"
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "plan.csv").write_text(text, encoding="utf-8")
    ...     document = pii.read_document(f"{folder}/plan.csv", province="Cao Bằng")
    >>> document.kind, document.plan.year, float(document.plan.table.at["6.1.1", "target"])
    ('plan', 2026, 0.05)
    """
    file = Path(path)
    made = load_corrections(corrections)
    if kind is not None and kind not in KINDS:
        raise DataError(f"kind={kind!r}", f"one of {', '.join(KINDS)}")
    grids = read_grids(file)
    try:
        return document_of(
            grids, file, province=province, year=year, kind=kind, data=data, corrections=made
        )
    except DataError as error:
        if error.file is not None:
            raise
        raise DataError(error.found, error.expected, file=file, column=error.column) from None


def document_of(
    grids: Sequence[Grid],
    file: Path,
    *,
    province: str | None = None,
    year: int | None = None,
    kind: str | None = None,
    data: str | Path | None = None,
    corrections: Sequence[Correction] = (),
) -> Document:
    """Read the grids of a document; see `read_document`."""
    parts, notes = lay_out(grids, data)
    titles = tuple(dict.fromkeys(text for part in parts for text in part.titles))
    source = shorten(" ".join(titles), 200, placeholder=" …") or file.name
    tree = load_tree(data)
    board = _is_board(parts)
    if board if kind is None else kind == "scoreboard":
        return _scoreboard(parts, notes, tree, year, data, file, titles, source)
    key = choose_province(parts, province, data)
    parts = date_columns(parts, year, kind)
    entries, passed = gather(parts, tree, key, data)
    entries = _of_province(entries, key)
    entries, made = apply_corrections(entries, corrections)
    notes = [*notes, *passed]
    plan, plan_read = None, None
    if kind != "sheet" and any(e.column in ("target", "lead") and e.cell.text for e in entries):
        plan, plan_read = _plan(entries, tree, year, kind, source)
    built = []
    if kind != "plan":
        built = _sheets(entries, tree, year, source, file, notes, plan, data)
    if plan is None and not built:
        raise DataError(
            f"no table with {_sought(kind)}",
            "headings such as 'Cao nhất 2024', 'Thấp nhất 2024', 'Của tỉnh 2024', 'Mục tiêu 2026' "
            "above rows with codes, or provinces with their scores",
        )
    groups = [*([tuple(plan_read)] if plan_read else []), *(tuple(read) for _, read in built)]
    return Document(
        kind="plan" if plan else "sheet",
        sheets=tuple(sheet for sheet, _ in built),
        plan=plan,
        scoreboard=None,
        cells=cell_table(groups, made),
        columns=column_table(parts, groups),
        notes=tuple(notes),
        file=file,
        titles=titles,
        corrections=correction_table(made),
        read=tuple(groups),
    )


def _sought(kind: str | None) -> str:
    return {"plan": "targets or agencies", "sheet": "values and national bounds"}.get(
        kind or "", "values and bounds, targets, or scores of provinces"
    )


def _is_board(parts: Sequence[Part]) -> bool:
    """Whether the tables list provinces, and no nodes of the tree."""
    return any(part.of("province") and part.of("value", "rank") for part in parts) and not any(
        part.of("code", "lowest", "highest", "target") for part in parts
    )


def _of_province(entries: Sequence[Entry], key: str | None) -> list[Entry]:
    """Keep the rows of one province; give every row its province."""
    units = {entry.unit for entry in entries if entry.unit}
    if key and units and key not in units:
        raise DataError(f"rows of {', '.join(sorted(units))}", f"{key!r}, which was asked for")
    if not key and (not units or any(not entry.unit for entry in entries)):
        raise DataError("no province named", "province= (--province) to say whose document it is")
    return [
        Entry(e.code, e.column, e.year, e.unit or str(key), e.cell)
        for e in entries
        if not key or e.unit in ("", key)
    ]


def _plan(
    entries: Sequence[Entry], tree: Tree, year: int | None, kind: str | None, source: str
) -> tuple[Plan, list[Read]]:
    columns = ("target", "target_rank", "lead", "coordinating", "name")
    mine = [entry for entry in entries if entry.column in columns]
    units = sorted({entry.unit for entry in mine})
    if len(units) > 1:
        raise DataError(f"plans of {', '.join(units)}", "one province; say which by province=")
    stated = {entry.year for entry in mine if entry.column == "target"}
    years = sorted(found for found in stated if found is not None)
    if year in years:
        years = [year] if year is not None else years
    elif kind == "plan" and year is not None and years:
        raise DataError(f"targets for {years[0]}", f"{year}, which was asked for")
    if not years and year is not None and not stated:
        years = [year]
    if len(years) != 1:
        said = " and ".join(map(str, years)) or "no year"
        raise DataError(
            f"targets for {said}", "one year in the heading of the targets, or year= (--year)"
        )
    mine = [e for e in mine if e.year in (years[0], None) or not e.column.startswith("target")]
    return build_plan(units[0], years[0], mine, tree, source)


def _sheets(
    entries: Sequence[Entry],
    tree: Tree,
    year: int | None,
    source: str,
    file: Path,
    notes: list[str],
    plan: Plan | None,
    data: str | Path | None,
) -> list[tuple[Sheet, list[Read]]]:
    """Make the sheet of every province and year that has values and bounds."""
    mine = [e for e in entries if e.column in (*VALUES, "rank", "of")]
    undated = next((e for e in mine if e.year is None and e.column in VALUES), None)
    if undated:
        raise DataError(
            f"no year of the column {undated.column!r} of {undated.cell.place}",
            "a year in its heading, in the name of the sheet or in the title, or year= (--year)",
        )
    keys = sorted({(e.unit, e.year) for e in mine if e.column in VALUES and e.year is not None})
    if plan is not None and plan.year == year:
        year = None  # it says which targets are read
    if year is not None and keys and year not in {stated for _, stated in keys}:
        years = ", ".join(str(stated) for _, stated in keys)
        raise DataError(f"values of {years}", f"{year}, which was asked for")
    built = []
    for unit, stated in keys:
        here = [e for e in mine if (e.unit, e.year) == (unit, stated)]
        present = {e.column for e in here} & set(VALUES)
        if year not in (None, stated):
            notes.append(f"the values of {stated}: not asked for")
        elif plan is not None and len(present) == 1:
            notes.append(f"the {present.pop()} of {stated}: without the two others, no sheet")
        elif unit not in provinces(basis_of(stated), data).index:
            raise DataError(f"{unit!r} in {stated}", "a unit of that year")
        else:
            built.append(build_sheet(unit, stated, here, tree, source, file))
    return built


def _scoreboard(
    parts: Sequence[Part],
    notes: Sequence[str],
    tree: Tree,
    year: int | None,
    data: str | Path | None,
    file: Path,
    titles: tuple[str, ...],
    source: str,
) -> Document:
    parts = date_columns(parts, year)
    entries, passed = board_entries(parts, data)
    years = sorted({entry.year for entry in entries if entry.year is not None})
    if year is not None:
        years = [found for found in years if found == year]
    undated = next((e for e in entries if e.year is None), None)
    if len(years) != 1 or undated:
        found = f"no year of {undated.cell.place}" if undated else f"scores of the years {years}"
        raise DataError(found, "one year in the heading or the title, or year= (--year)")
    mine = [entry for entry in entries if entry.year == years[0]]
    if not any(entry.cell.text for entry in mine):
        raise DataError("no row of a province", "provinces with their scores or ranks")
    board, read = build_board(years[0], mine, tree, source, data)
    group = [tuple(read)]
    return Document(
        kind="scoreboard",
        sheets=(),
        plan=None,
        scoreboard=board,
        cells=cell_table(group, []),
        columns=column_table(parts, group),
        notes=(*notes, *passed),
        file=file,
        titles=titles,
        read=tuple(group),
    )
