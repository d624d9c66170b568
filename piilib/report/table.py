"""Accessible HTML tables with numbers as the reader writes them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, Protocol, TypeAlias, cast

from markupsafe import Markup

from piilib.report.numbers import MISSING, Lang, interval, number, percent
from piilib.report.template import TEMPLATES

__all__ = ["Align", "Column", "Estimate", "Format", "Table"]

Format: TypeAlias = Literal["text", "number", "signed", "interval", "estimate", "percent", "html"]
Align: TypeAlias = Literal["left", "right", "center"]

_FORMATS: Final = ("text", "number", "signed", "interval", "estimate", "percent", "html")
_NUMERIC: Final = ("number", "signed", "interval", "percent")


class Estimate(NamedTuple):
    """What a cell of an "estimate" column holds: a number and its interval.

    Attributes
    ----------
    value : float or None
        None where the interval alone is known.
    low, high : float or None
        None where there is no interval.
    """

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    key : str
        Where a row keeps the value.
    heading : str
        The head of the column.
    format : {"text", "number", "signed", "interval", "estimate", "percent", "html"}
        How a value is written: "interval" wants a pair (low, high); "estimate" an `Estimate`, and
        writes a signed number with its interval in brackets, or the interval alone; "percent" a
        share between 0 and 1; "html" a `markupsafe.Markup` (an `Html` of `piilib.report.block`),
        which alone is not escaped.
    decimals : int
        Digits after the decimal sign; 2 unless given.
    align : {"left", "right", "center"}, optional
        Right for numbers and left for the rest unless given.
    narrow : float
        The interval of an estimate is left out where it is narrower than this.
    whole : bool
        A whole number of a "number" column is written without decimals.
    """

    key: str
    heading: str
    format: Format = "text"
    decimals: int = 2
    align: Align | None = None
    narrow: float = 0.0
    whole: bool = False

    def __post_init__(self) -> None:
        """Refuse an unknown format where it is written, not where it is first used."""
        if self.format not in _FORMATS:
            raise ValueError(f"column {self.key!r}: format {self.format!r}, not of {_FORMATS}")

    @property
    def side(self) -> str:
        """The CSS classes of the column's cells."""
        right = self.format in _NUMERIC or self.format == "estimate"
        align = self.align or ("right" if right else "left")
        return f"{align} figures" if self.format in _NUMERIC else align

    def digits(self, value: float | None) -> int:
        """Return how many decimals a value is written with.

        Examples
        --------
        >>> steps = Column("steps", "Steps", "number", 1, whole=True)
        >>> steps.digits(2.0), steps.digits(1.8)
        (0, 1)
        """
        if not self.whole or value is None or not math.isfinite(value):
            return self.decimals
        return 0 if abs(value - round(value)) < 0.5 * 10.0**-self.decimals else self.decimals


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
                return number(value, column.digits(value), self.lang, signed=signed)
            case "percent":
                return percent(value, column.decimals, self.lang)
            case "interval":
                low, high = (None, None) if value is None else value
                return interval(low, high, column.decimals, self.lang)
            case "estimate":
                return _estimate(Estimate(None) if value is None else value, column, self.lang)
            case "html":
                return _markup(value, column)
            case _:
                return MISSING if value is None or value != value else str(value)

    def _repr_html_(self) -> str:
        return str(_MACRO.table(self)).strip()


def _estimate(found: Estimate, column: Column, lang: Lang) -> str:
    """Write "+0,23 (0,22–0,24)"; one number where the interval is narrow or prints as one."""
    value, low, high = (math.nan if x is None else float(x) for x in found)
    ends = interval(low, high, column.decimals, lang)
    if math.isnan(value):
        alike = number(low, column.decimals, lang)
        return alike if alike == number(high, column.decimals, lang) else ends
    text = number(value, column.decimals, lang, signed=True)
    if math.isnan(low) or math.isnan(high) or high - low < column.narrow:
        return text
    return f"{text} ({ends})"


def _markup(value: object, column: Column) -> Markup:
    if value is None:
        return Markup(MISSING)
    if not isinstance(value, Markup):
        raise TypeError(f"column {column.key!r} holds HTML and wants Markup, not {value!r}")
    return value


class _Macros(Protocol):
    def table(self, t: Table) -> Markup: ...


_MACRO: Final = cast(_Macros, TEMPLATES.get_template("table.html.j2").module)
