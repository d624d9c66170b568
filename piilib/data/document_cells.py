"""The cells of a document, each with the node, the column and the year that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from piilib.data.document_codes import RANK_ROW, Label, Tree, label_of, settle
from piilib.data.document_headings import DATED, VALUES, Column, provinces_in, years_in
from piilib.data.document_layout import Line, Part, is_number, label_columns
from piilib.data.document_numbers import is_missing, tidy
from piilib.data.grid import Cell
from piilib.data.provinces import resolve
from piilib.errors import DataError

#: Columns that a row's node gives text for.
_TEXTS = ("lead", "coordinating")


@dataclass(frozen=True)
class Entry:
    """One cell of a document and what it is.

    Attributes
    ----------
    code : str
        The node; a row of ranks belongs to "PII".
    column : str
        "value", "lowest", "highest", "rank", "of", "target", "target_rank", "lead",
        "coordinating" or "name".
    year : int or None
        None where the column needs none.
    unit : str
        The province of the row, where the table has a column of provinces.
    cell : Cell
        Where it stands and what it says.
    """

    code: str
    column: str
    year: int | None
    unit: str
    cell: Cell


def choose_province(
    parts: Sequence[Part], given: str | None, data: str | Path | None = None
) -> str | None:
    """Decide whose document it is: the heading of its own column, its titles, or what was given.

    Returns
    -------
    str or None
        The key; None where every row names its province, or nothing does.

    Raises
    ------
    DataError
        If several provinces are named and none was given, or another was given.

    Examples
    --------
    >>> choose_province([Part("PII tỉnh Cao Bằng", ())], None)
    'cao-bang'
    """
    key = resolve(given, data) if given else None
    own = {p for part in parts for c in part.of("value", "target") for p in c.provinces}
    titles = {
        p for part in parts for text in (part.name, *part.titles) for p in provinces_in(text, data)
    }
    for named, where in ((own, "headings"), (titles, "titles")):
        if named and key and key not in named:
            raise DataError(
                f"{', '.join(sorted(named))} in the {where}", f"{key!r}, which was asked for"
            )
    if key:
        return key
    named = own & titles or own or titles
    if own and titles and not own & titles:
        raise DataError(
            f"{', '.join(sorted(own))} in the headings and {', '.join(sorted(titles))} in the "
            "titles",
            "one province, or province= (--province) to say which",
        )
    if len(named) > 1:
        raise DataError(
            f"several provinces: {', '.join(sorted(named))}", "province= (--province) to say which"
        )
    return next(iter(named), None)


def date_columns(parts: Sequence[Part], year: int | None, kind: str | None = None) -> list[Part]:
    """Give every column that needs a year the one that its grid, its title or `year` states.

    A title dates the results only where the document has no targets, and the targets only where
    every result is dated by its heading: "Kế hoạch năm 2026" is not the year of the results in it.
    In the same way `year` dates the results, and the targets only where no result waits for it or
    where the plan alone is read.

    Examples
    --------
    >>> from piilib.data.document_headings import column_of
    >>> parts = [Part("2024", (column_of(0, ["Của tỉnh"], "A1"),))]
    >>> date_columns(parts, None)[0].columns[0].years
    (2024,)
    """
    columns = [column for part in parts for column in part.of(*DATED)]
    targets = [c for c in columns if c.role.startswith("target")]
    results = [c for c in columns if not c.role.startswith("target")]
    open_results = any(not c.years for c in results) and kind != "plan"
    dated: list[Part] = []
    titles: tuple[str, ...] = ()
    for part in parts:
        titles = part.titles or titles
        stated = years_in(part.name)
        above = years_in(" ".join(titles))
        made = []
        for column in part.columns:
            if column.role in DATED and not column.years and not part.of("year"):
                is_target = column in targets
                by_title = above if (not open_results if is_target else not targets) else ()
                mine = not (is_target and open_results)
                asked = (year,) if year is not None and mine else ()
                one = next((found for found in (stated, by_title, asked) if len(found) == 1), ())
                column = replace(column, years=one)
            made.append(column)
        dated.append(replace(part, columns=tuple(made)))
    return dated


def gather(
    parts: Sequence[Part], tree: Tree, province: str | None, data: str | Path | None = None
) -> tuple[list[Entry], list[str]]:
    """Read the rows of all tables.

    Parameters
    ----------
    parts : sequence of Part
        The tables, dated.
    tree : Tree
        The official tree.
    province : str, optional
        Whose columns are read, where headings name provinces.
    data : path, optional
        The data folder.

    Returns
    -------
    entries : list of Entry
        A cell each, empty ones too.
    notes : list of str
        Rows and columns passed over, codes mended.

    Raises
    ------
    DataError
        If a row with figures is about no known node, two columns could both be the one asked for,
        or a number stands in a merged cell.

    Examples
    --------
    >>> from piilib.data.document_codes import load_tree
    >>> from piilib.data.document_headings import column_of
    >>> heads = tuple(column_of(i, [text], "") for i, text in enumerate(["Mã", "Năm 2024"]))
    >>> row = (Cell("1.1.1", "A2"), Cell("45,28", "B2"))
    >>> entries, _ = gather([Part("", heads, [row])], load_tree(), None)
    >>> [(entry.code, entry.column, entry.year, entry.cell.place) for entry in entries]
    [('1.1.1', 'value', 2024, 'B2')]
    """
    entries: list[Entry] = []
    notes: list[str] = []
    for part in parts:
        if not part.columns:
            continue
        columns, passed = _chosen(part, province)
        notes += passed
        rows, passed = _labelled(part, parts, columns, tree)
        notes += passed
        for row, code in rows:
            unit, year = _row_unit(part, row, data), _row_year(part, row)
            entries += _row_entries(row, code, columns, unit, year)
    return entries, list(dict.fromkeys(notes))


def _chosen(part: Part, province: str | None) -> tuple[list[Column], list[str]]:
    """Keep the columns that are read; refuse two that could both be the same thing."""
    kept: dict[tuple[str, int | None], Column] = {}
    notes = []
    for column in part.columns:
        if column.role not in (*VALUES, *_TEXTS, "name"):
            if column.heading and column.role in ("", "?"):
                notes.append(f"column {column.heading!r} ({column.place}): passed over")
            continue
        if column.provinces and province and province not in column.provinces:
            notes.append(f"column {column.heading!r} ({column.place}): of another province")
            continue
        key = (column.role, column.year if column.role in VALUES else None)
        if key in kept and column.role != "name" and kept[key].node == column.node:
            raise DataError(
                f"{kept[key].heading!r} in {kept[key].place} and {column.heading!r} in "
                f"{column.place}, which could both be the {_words(column)}",
                "one such column; delete the other, or say in its heading what it is",
                column=column.role,
            )
        kept.setdefault(key, column)
    return list(kept.values()), notes


def _words(column: Column) -> str:
    return f"{column.role} of {column.year}" if column.year else column.role


def _labelled(
    part: Part, parts: Sequence[Part], columns: Sequence[Column], tree: Tree
) -> tuple[list[tuple[Line, str]], list[str]]:
    """Find the code of every row; pass over those that hold no figure."""
    kinds = label_columns(part, parts)
    found: list[tuple[Line, Label]] = []
    notes = []
    for row in part.rows:
        cells = [[row[i] for i in kind if not row[i].merged] for kind in kinds]
        label = label_of(cells[0], cells[1], cells[2], tree)
        if label is not None:
            found.append((row, label))
            continue
        first = next(cell for cell in row if cell.text)
        _refuse_figures(row, columns, first)
        notes.append(f"row {first.text[:40]!r} ({first.place}): passed over")
    codes = settle([label for _, label in found], tree)
    for (_, label), code in zip(found, codes, strict=True):
        if label.mended:
            notes.append(f"{label.cell.text!r} in {label.cell.place}: read as the code {code}")
    return [(row, code) for (row, _), code in zip(found, codes, strict=True)], notes


def _refuse_figures(row: Line, columns: Sequence[Column], first: Cell) -> None:
    """Refuse a row of figures that is about no node."""
    for column in columns:
        cell = row[column.index]
        if column.role in VALUES and cell.text and not cell.merged and cell is not first:
            raise DataError(
                f"{cell.text!r} in {cell.place}, in a row without a code ({first.text[:60]!r})",
                "a code or an official name of the framework in every row of figures",
                column="code",
            )


def _row_unit(part: Part, row: Line, data: str | Path | None) -> str:
    columns = part.of("province")
    if not columns or not row[columns[0].index].text:
        return ""
    cell = row[columns[0].index]
    try:
        return resolve(tidy(cell.text), data)
    except DataError as error:
        raise DataError(
            f"{cell.text!r} in {cell.place}", error.expected, column="province"
        ) from None


def _row_year(part: Part, row: Line) -> int | None:
    columns = part.of("year")
    if not columns:
        return None
    cell = row[columns[0].index]
    found = years_in(cell.text)
    if len(found) != 1:
        raise DataError(f"{cell.text!r} in {cell.place}", "a year such as 2024", column="year")
    return found[0]


def _row_entries(
    row: Line, code: str, columns: Sequence[Column], unit: str, year: int | None
) -> Iterable[Entry]:
    """Give the entries of one row."""
    special = code in ("PII", RANK_ROW)
    spread = _spread(row, columns) if special else {}
    for column in columns:
        cell = row[column.index]
        if column.role in VALUES:
            cell = spread.get(column.index, _unmerged(cell, special))
        role = column.role
        if role in _TEXTS and is_number(cell):
            _refuse_number(cell, column)
        if code == RANK_ROW:
            role = {"value": "rank", "target": "target_rank"}.get(role, role)
            if role not in ("rank", "target_rank") or not cell.text:
                continue
        stated = year if year is not None else column.year
        dated = stated if role in VALUES else None
        yield Entry("PII" if code == RANK_ROW else code, role, dated, unit, cell)


def _refuse_number(cell: Cell, column: Column) -> None:
    """Refuse a figure where an agency should stand: the cells of the row may be shifted."""
    raise DataError(
        f"{cell.text!r} in {cell.place}, under {column.heading!r}",
        "the name of an agency; are the cells of this row shifted?",
        column=column.role,
    )


def _unmerged(cell: Cell, special: bool) -> Cell:
    """Return a cell as it stands, empty where it repeats the text of a merged area."""
    if not cell.merged:
        return cell
    if not special and (is_number(cell) or (cell.text and is_missing(cell.text))):
        raise DataError(
            f"{cell.text!r} in {cell.place}, a cell merged with another",
            "one value in each cell; split the merged cells",
        )
    return Cell("", cell.place)


def _spread(row: Line, columns: Sequence[Column]) -> dict[int, Cell]:
    """Put a total that stands in one merged area over the columns of a year with the own value."""
    found: dict[int, Cell] = {}
    for area in _areas(row):
        first = row[area[0]]
        over = [column for column in columns if column.role in VALUES and column.index in area]
        if len(over) < 2 or not (is_number(first) or "/" in first.text):
            continue
        own = [column for column in over if column.role in ("value", "target")]
        if len(own) != 1 or len({column.year for column in over}) != 1:
            raise DataError(
                f"{first.text!r} in {first.place}, merged over {len(over)} columns",
                "a total below the column that it belongs to",
            )
        found |= {column.index: Cell("", row[column.index].place) for column in over}
        found[own[0].index] = Cell(first.text, first.place, first.numeric)
    return found


def _areas(row: Line) -> list[list[int]]:
    """Group the columns of a row by merged area."""
    areas: list[list[int]] = []
    for i, cell in enumerate(row):
        if areas and cell.merged and cell.text == row[areas[-1][0]].text:
            areas[-1].append(i)
        else:
            areas.append([i])
    return areas
