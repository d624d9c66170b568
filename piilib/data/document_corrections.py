"""What is to be read where a document misprints: given with the import, never guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from piilib.data.document_cells import Entry
from piilib.data.grid import Cell
from piilib.data.read import read_rows
from piilib.errors import DataError

#: By code, then by column and year ("highest_2023"), what is to be read; or a CSV file.
Corrections: TypeAlias = Mapping[str, Mapping[str, str]] | str | Path


@dataclass(frozen=True)
class Correction:
    """One cell that is read otherwise than it is printed.

    Attributes
    ----------
    code, column : str
        The node; "highest_2023", "value_2024", "target_2026" ….
    read_as : str
        What is to be read, printed as the document prints its numbers.
    printed : str or None
        What stands in the document, if it is to be checked.
    reason : str
        Why; may be empty where the import gives one reason for all.
    """

    code: str
    column: str
    read_as: str
    printed: str | None = None
    reason: str = ""


def load_corrections(given: Corrections | None) -> list[Correction]:
    """Return the corrections of a mapping, or of a CSV ``code,column,printed,read_as,reason``.

    Raises
    ------
    DataError
        If the file lacks a column or a row lacks its reason.

    Examples
    --------
    >>> load_corrections({"3.2.2": {"own_2023": "0,16"}})[0].column
    'value_2023'
    """
    if given is None:
        return []
    if isinstance(given, str | Path):
        rows = read_rows(given, ["code", "column", "printed", "read_as", "reason"])
        for row in rows:
            if not row["reason"]:
                raise DataError(
                    "no reason",
                    "why the cell is read so",
                    file=given,
                    row=int(row["_row"]),
                    column="reason",
                )
        return [
            Correction(r["code"], _column(r["column"]), r["read_as"], r["printed"], r["reason"])
            for r in rows
        ]
    if not all(isinstance(columns, Mapping) for columns in given.values()):
        raise DataError(
            "corrections that are no mapping of columns",
            "such as {'3.2.2': {'highest_2023': '100,00', 'lowest_2023': '0,16'}}",
        )
    return [
        Correction(code, _column(column), str(text))
        for code, columns in given.items()
        for column, text in columns.items()
    ]


def _column(name: str) -> str:
    role, _, year = name.strip().rpartition("_")
    return f"value_{year}" if role == "own" else name.strip()


def apply_corrections(
    entries: Sequence[Entry], corrections: Sequence[Correction]
) -> tuple[list[Entry], list[tuple[Correction, Entry]]]:
    """Read some cells otherwise than they are printed.

    Returns
    -------
    entries : list of Entry
        All cells, the corrected ones with what is to be read.
    made : list of (Correction, Entry)
        Each correction with the cell as it was printed.

    Raises
    ------
    DataError
        If a correction is of no cell of the document, or of one that prints something else.

    Examples
    --------
    >>> entry = Entry("3.2.2", "highest", 2023, "", Cell("0,16", "C30"))
    >>> entries, _ = apply_corrections([entry], [Correction("3.2.2", "highest_2023", "100,00")])
    >>> entries[0].cell
    Cell(text='100,00', place='C30', numeric=False, merged=False)
    """
    places = {(entry.code, f"{entry.column}_{entry.year}"): i for i, entry in enumerate(entries)}
    corrected, made = list(entries), []
    for one in corrections:
        i = places.get((one.code, one.column))
        if i is None:
            raise DataError(
                f"a correction of {one.column!r} of {one.code!r}",
                "a cell of the document, named by its code and by its column and year, such as "
                "'highest_2023'",
                column="correction",
            )
        entry = entries[i]
        if one.printed is not None and one.printed != entry.cell.text:
            raise DataError(
                f"{entry.cell.text!r} in {entry.cell.place} ({one.code}, {one.column})",
                f"{one.printed!r}, which the correction says is printed there",
                column="correction",
            )
        corrected[i] = replace(entry, cell=Cell(one.read_as, entry.cell.place))
        made.append((one, entry))
    return corrected, made
