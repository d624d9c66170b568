"""Values of a page's table as a spreadsheet holds them: the same printed number, but a number."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from markupsafe import Markup

from piilib.data.read import harmless
from piilib.report.numbers import MINUS, Lang, number, percent
from piilib.report.table import Column, Estimate, Table

__all__ = ["number_format", "parts", "put", "split", "typed"]

#: Asks for a language's decimal sign where the program can (LibreOffice); Excel takes the system's.
_LOCALE: Final[dict[Lang, str]] = {"vi": "[$-42A]", "en": "[$-809]"}
#: Numbers that stand in a column of text. A code such as 1.1 is none: English asks for a sign or
#: for two decimals.
_IN_TEXT: Final[dict[Lang, re.Pattern[str]]] = {
    "vi": re.compile(rf"[+{MINUS}]?[0-9]{{1,3}}(\.?[0-9]{{3}})*,[0-9]+"),
    "en": re.compile(
        rf"[+{MINUS}][0-9]{{1,3}}(,?[0-9]{{3}})*\.[0-9]+|[0-9]{{1,3}}(,?[0-9]{{3}})*\.[0-9]{{2,}}"
    ),
}
_WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,5}")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TAG: Final = re.compile(r"<[^>]*>")
#: No cell of a workbook holds more.
_LONGEST: Final = 32_767

Stored = float | int | str | None


def number_format(decimals: int, lang: Lang, *, signed: bool = False, share: bool = False) -> str:
    """Return the number format that shows a number as the page prints it.

    Parameters
    ----------
    decimals : int
    lang : {"vi", "en"}
    signed : bool
        A plus sign before positive numbers.
    share : bool
        As a percentage.

    Examples
    --------
    >>> number_format(2, "vi")
    '[$-42A]#,##0.00;[$-42A]"−"#,##0.00'
    >>> number_format(0, "en", share=True)
    '[$-809]#,##0%;[$-809]"−"#,##0%'
    """
    plain = "#,##0" + ("." + "0" * decimals if decimals else "") + ("%" if share else "")
    at = _LOCALE[lang]
    if signed:
        return f'{at}+{plain};{at}"{MINUS}"{plain};{at}{plain}'
    return f'{at}{plain};{at}"{MINUS}"{plain}'


def parts(table: Table, column: Column) -> tuple[str, ...]:
    """Name the columns of a worksheet that hold a column of a page.

    Examples
    --------
    >>> columns = [Column("a", "A", "interval"), Column("b", "B", "estimate")]
    >>> table = Table("x", "X", columns, [{"b": Estimate(None, 0.2, 0.3)}], "", "")
    >>> [parts(table, column) for column in columns]  # no row of b has a value
    [('low', 'high'), ('low', 'high')]
    """
    if column.format == "interval":
        return ("low", "high")
    if column.format != "estimate":
        return ("value",)
    found = (row.get(column.key) for row in table.rows)
    known = any(x is not None and x[0] is not None and x[0] == x[0] for x in found)
    return ("value", "low", "high") if known else ("low", "high")


def split(table: Table, row: Mapping[Any, Any], column: Column) -> list[tuple[Stored, str]]:
    """Return the cells of a value: low and high of an interval, three of an estimate, else one.

    Returns
    -------
    list of (value, number format)
        The format is empty for a text. None is an empty cell: where the page has an en dash for
        an unknown number.

    Examples
    --------
    >>> table = Table("x", "X", [Column("b", "B", "interval", 1)], [{"b": (0.25, None)}], "", "")
    >>> [value for value, _ in split(table, table.rows[0], table.columns[0])]
    [0.2, None]
    """
    value = row.get(column.key)
    if column.format == "interval":
        ends = (None, None) if value is None else value
        return [typed(end, column, table.lang) for end in ends]
    if column.format == "estimate":
        found = Estimate(None) if value is None else Estimate(*value)
        ends = [typed(end, column, table.lang) for end in found[1:]]
        gain = typed(found.value, replace(column, format="signed"), table.lang)
        return [gain, *ends] if "value" in parts(table, column) else ends
    if column.format == "html":
        return [(_plain(table.cell(row, column)), "")]
    return [typed(value, column, table.lang)]


def typed(value: Any, column: Column, lang: Lang) -> tuple[Stored, str]:
    """Return what a cell stores, and its number format (empty for a text).

    A number keeps its whole precision, unless a spreadsheet would round it to other digits than
    the page (a tie): then the printed one is stored.

    Parameters
    ----------
    value : object
        Of a column that is no interval and no HTML; one end of an interval.
    column : Column
    lang : {"vi", "en"}

    Examples
    --------
    >>> typed(0.12345, Column("a", "A", "number"), "vi")[0], typed("+0,24", Column("a", "A"), "vi")
    (0.12345, (0.24, '[$-42A]+#,##0.00;[$-42A]"−"#,##0.00;[$-42A]#,##0.00'))
    >>> typed(0.125, Column("a", "A", "number"), "vi")[0]  # a spreadsheet would show 0,13
    0.12
    """
    if column.format == "text":
        return _typed_text(value, lang)
    if value is None or not math.isfinite(value):
        return None, ""
    share, decimals = column.format == "percent", column.digits(value)
    shown = _as_printed(float(value), decimals, share)
    if not round(shown * (100 if share else 1), decimals):  # the page's zero has no sign
        plain = number_format(decimals, lang, share=share).partition(";")[0]
        return shown, f"{plain};{plain}"
    return shown, number_format(decimals, lang, signed=column.format == "signed", share=share)


def _typed_text(value: Any, lang: Lang) -> tuple[Stored, str]:
    if value is None or value != value:
        return "–", ""
    text = str(value)
    if _WHOLE.fullmatch(text):
        return int(text), "0"
    if _IN_TEXT[lang].fullmatch(text):
        point = "," if lang == "vi" else "."
        decimals = len(text.partition(point)[2])
        plain = text.replace("." if lang == "vi" else ",", "").replace(point, ".")
        found, signed = float(plain.replace(MINUS, "-")), text.startswith("+")
        if number(found, decimals, lang, signed=signed) == text:
            return found, number_format(decimals, lang, signed=signed)
    return text, ""


def _as_printed(value: float, decimals: int, share: bool) -> float:
    """Return the value, or what the page prints where a spreadsheet would show something else."""
    written = percent(value, decimals, "en") if share else number(value, decimals, "en")
    printed = Decimal(written.rstrip("%").replace(",", "").replace(MINUS, "-"))
    exact = Decimal(f"{value:.15g}") * (100 if share else 1)  # what a spreadsheet rounds
    shown = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if abs(shown) == abs(printed):
        return value
    return float(printed / 100 if share else printed)


def _plain(html: Markup | str) -> str:
    return " ".join(Markup(_TAG.sub(" ", html)).unescape().split())


def put(cell: Any, value: Stored, shape: str = "") -> None:
    """Write a value; a text stays a text, also one that begins as a formula does.

    Parameters
    ----------
    cell : openpyxl cell
    value : float, int, str or None
    shape : str
        The number format.
    """
    if isinstance(value, str):
        value = _CONTROL.sub(" ", value)[:_LONGEST]
        cell.value = value
        if cell.data_type != "s":
            cell.data_type = "s"
        cell.quotePrefix = harmless(value) != value or value.startswith(("=", "+", "-", "@"))
        return
    cell.value = value
    if shape:
        cell.number_format = shape
