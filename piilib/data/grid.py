"""Tables of a document as a grid of cells, each with its place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One cell of a document's table.

    Attributes
    ----------
    text : str
        What a reader sees, NFC, stripped; inner line breaks as single spaces. A number of a
        workbook as its cell shows it, with a decimal point (canonical: "1255.81"), and
        ``numeric`` True; a date as ISO.
    place : str
        "Sheet1!B7", "bảng 2, hàng 3, cột 4", "dòng 5, cột 3" (csv).
    numeric : bool
        True where the file stores a number (its text needs no Vietnamese reading).
    merged : bool
        True where the cell repeats the text of the merged area that it belongs to, and is not
        its first cell.
    """

    text: str
    place: str
    numeric: bool = False
    merged: bool = False


@dataclass(frozen=True)
class Grid:
    """A table: rectangular rows of cells (ragged rows are padded with empty cells).

    Attributes
    ----------
    name : str
        "Sheet1", "bảng 2".
    rows : tuple of tuple of Cell
        All rows of one length.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
