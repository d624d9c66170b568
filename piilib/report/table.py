"""Accessible HTML tables with numbers as the reader writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol, TypeAlias, cast

from markupsafe import Markup

from piilib.report.numbers import MISSING, Lang, interval, number, percent
from piilib.report.template import TEMPLATES

__all__ = ["Align", "Column", "Format", "Table"]

Format: TypeAlias = Literal["text", "number", "signed", "interval", "percent", "html"]
Align: TypeAlias = Literal["left", "right", "center"]

_FORMATS: Final = ("text", "number", "signed", "interval", "percent", "html")
_NUMERIC: Final = ("number", "signed", "interval", "percent")


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    key : str
        Where a row keeps the value.
    heading : str
        The head of the column.
    format : {"text", "number", "signed", "interval", "percent", "html"}
        How a value is written: "interval" wants a pair (low, high), "percent" a share between
        0 and 1, "html" a `markupsafe.Markup` (an `Html` of `piilib.report.block`), which alone
        is not escaped.
    decimals : int
        Digits after the decimal sign; 2 unless given.
    align : {"left", "right", "center"}, optional
        Right for numbers and left for the rest unless given.
    """

    key: str
    heading: str
    format: Format = "text"
    decimals: int = 2
    align: Align | None = None

    def __post_init__(self) -> None:
        """Refuse an unknown format where it is written, not where it is first used."""
        if self.format not in _FORMATS:
            raise ValueError(f"column {self.key!r}: format {self.format!r}, not of {_FORMATS}")

    @property
    def side(self) -> str:
        """The CSS classes of the column's cells."""
        align = self.align or ("right" if self.format in _NUMERIC else "left")
        return f"{align} figures" if self.format in _NUMERIC else align


@dataclass(frozen=True)
class Table:
    """A table with its caption and its source.

    Attributes
    ----------
    key : str
        Its id on the page: lower-case letters, digits and hyphens. No two tables of a page have
        the same.
    caption : str
        What the table shows.
    columns : sequence of Column
        The columns, in order.
    rows : sequence of mapping
        The rows, each from column key to value. A value that is absent, None or NaN is an en
        dash.
    source : str
        Where the data come from, as it is to be printed.
    kind : str
        The word for the kind of data that it rests on, as it is to be printed.
    lang : {"vi", "en"}
        The language of the numbers.
    note : str, optional
        A remark below the table.
    row_header : int
        The position of the column that names the row, for screen readers; the first unless given.
    """

    key: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[Any, Any]]
    source: str
    kind: str
    lang: Lang = "vi"
    note: str | None = None
    row_header: int = 0

    def __post_init__(self) -> None:
        """Refuse a table without a name."""
        if not re.fullmatch(r"[a-z][a-z0-9-]*", self.key):
            raise ValueError(f"table key {self.key!r}: expected a-z, 0-9 and '-', a letter first")
        if not self.caption.strip():
            raise ValueError(f"table {self.key!r} has an empty caption")

    def cell(self, row: Mapping[Any, Any], column: Column) -> str:
        """Write one value.

        Parameters
        ----------
        row : mapping
            A row.
        column : Column
            A column.

        Returns
        -------
        str
            The text of the cell; `markupsafe.Markup` where it is HTML.
        """
        value = row.get(column.key)
        match column.format:
            case "number" | "signed":
                signed = column.format == "signed"
                return number(value, column.decimals, self.lang, signed=signed)
            case "percent":
                return percent(value, column.decimals, self.lang)
            case "interval":
                low, high = (None, None) if value is None else value
                return interval(low, high, column.decimals, self.lang)
            case "html":
                return _markup(value, column)
            case _:
                return MISSING if value is None or value != value else str(value)

    def _repr_html_(self) -> str:
        return str(_MACRO.table(self)).strip()


def _markup(value: object, column: Column) -> Markup:
    if value is None:
        return Markup(MISSING)
    if not isinstance(value, Markup):
        raise TypeError(f"column {column.key!r} holds HTML and wants Markup, not {value!r}")
    return value


class _Macros(Protocol):
    def table(self, t: Table) -> Markup: ...


_MACRO: Final = cast(_Macros, TEMPLATES.get_template("table.html.j2").module)
