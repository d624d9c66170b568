"""Numbers as documents print them: which decimal mark a column uses, and what a cell says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from piilib.data.grid import Cell
from piilib.data.read import MISSING_MARKS, NUMBER
from piilib.errors import DataError

#: The decimal mark of a column; "" where no cell of it decides.
Style = Literal["comma", "point", ""]

#: Full-width forms, every minus sign and every blank, as a keyboard writes them.
_PLAIN_SIGNS: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0x2212, 0xFE63, 0x2010, 0x2011), "-"),
    **dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD), ""),
}
#: What Vietnamese tables print where there is no value, folded.
_ABSENT = frozenset(
    {mark.casefold() for mark in MISSING_MARKS}
    | {"n.a", "n.a.", "#n/a", "..", "…", "chua co", "khong co", "chua co so lieu"}
    | {"khong co so lieu", "khong ap dung", "none", "nan", "null"}
)
_FOOTNOTES = re.compile(r"(\s*(\*+|[†‡]+|\([0-9]{1,2}\)|\[[0-9]{1,2}\]|[¹²³⁰⁴-⁹]+))+$")
_BOUND = re.compile(
    r"^(≥|≤|>=|<=|>|<|trên|dưới|đạt|tối thiểu|tối đa|ít nhất|at least|at most)\s*", re.IGNORECASE
)
_GROUPED = re.compile(r"-?[1-9][0-9]{0,2}( [0-9]{3})+[.,][0-9]+")
_WRITTEN = {
    "comma": re.compile(r"-?([1-9][0-9]{0,2}(\.[0-9]{3})+|[0-9]+)(,[0-9]+)?"),
    "point": re.compile(r"-?([1-9][0-9]{0,2}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?"),
}


@lru_cache(maxsize=16_384)
def tidy(text: str) -> str:
    r"""Write a cell's text with plain blanks, digits and minus signs, in composed Unicode.

    Examples
    --------
    >>> tidy("\u2212１２,5\u00a0%")
    '-12,5 %'
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_PLAIN_SIGNS).split())


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """Lower a text and drop its diacritics, underscores read as blanks: what headings compare.

    Examples
    --------
    >>> fold("Giá trị_Thấp NHẤT")
    'gia tri thap nhat'
    """
    plain = unicodedata.normalize("NFD", tidy(text.replace("_", " ")).casefold().replace("đ", "d"))
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def is_missing(text: str) -> bool:
    """Tell whether a cell says that there is no value ("n/a", "–", nothing).

    Examples
    --------
    >>> is_missing("–"), is_missing("0,00")
    (True, False)
    """
    return fold(text) in _ABSENT


def bare(text: str, *, target: bool = False) -> str:
    """Return the number of a cell without footnote marks, a plus sign or, of a target, "≥".

    An en dash that touches a digit is read as a minus sign: office programs make it of a hyphen.

    Examples
    --------
    >>> bare("1.255,81 (1)*"), bare("≥ 30,00", target=True)
    ('1.255,81', '30,00')
    """
    text = _FOOTNOTES.sub("", tidy(text))
    if target:
        text = _BOUND.sub("", text)
    text = re.sub(r"^[–+](?=[0-9])", lambda sign: "-" if sign[0] == "–" else "", text)
    text = re.sub(r"\s*%$", "", text)
    return text.replace(" ", "") if _GROUPED.fullmatch(text) else text


def mark_of(number: str) -> str:
    """Tell the decimal mark of a bare number.

    Returns
    -------
    str
        "comma" or "point"; "" for a whole number; "either" for such as "1.255", which means one
        thing or the other; "none" where it is no number.

    Examples
    --------
    >>> [mark_of(number) for number in ("1.255,81", "45.28", "1.255", "0.125", "63", "x")]
    ['comma', 'point', 'either', 'point', '', 'none']
    """
    if re.fullmatch(r"-?[0-9]+", number):
        return ""
    styles = [style for style, form in _WRITTEN.items() if form.fullmatch(number)]
    return "none" if not styles else styles[0] if len(styles) == 1 else "either"


def column_style(cells: Iterable[Cell], *, target: bool = False) -> Style:
    """Tell the decimal mark of a column from the cells that can be read in one way only.

    Raises
    ------
    DataError
        If some cells have a decimal comma and others a decimal point; a cell of the fewer is named.

    Examples
    --------
    >>> column_style([Cell("1.255", "A1"), Cell("35,49", "A2")])
    'comma'
    """
    found: dict[str, list[Cell]] = {"comma": [], "point": []}
    for cell in cells:
        mark = mark_of(bare(cell.text, target=target))
        if mark in found and not cell.numeric:
            found[mark].append(cell)
    comma, point = found["comma"], found["point"]
    if comma and point:
        few, many = sorted((point, comma), key=len)
        raise DataError(
            f"{few[0].text!r} in {few[0].place}",
            f"one decimal mark in the column, as in {many[0].text!r} ({many[0].place})",
        )
    return "comma" if comma else "point" if point else ""


def canonical(cell: Cell, style: Style, *, target: bool = False, column: str | None = None) -> str:
    """Write a cell's number with a decimal point and as many decimals as it prints.

    Parameters
    ----------
    cell : Cell
        The cell.
    style : {"comma", "point", ""}
        The decimal mark of its column, see `column_style`.
    target : bool
        Whether "≥", "trên" and the like may stand before the number.
    column : str, optional
        What the column is, for the message.

    Returns
    -------
    str
        ``"1255.81"``; empty where the cell says that there is no value.

    Raises
    ------
    DataError
        If the cell is no number, or can mean two numbers and its column does not decide.

    Examples
    --------
    >>> canonical(Cell("1.255", "bảng 1, hàng 2, cột 3"), "comma")
    '1255'
    >>> canonical(Cell("1.255", "bảng 1, hàng 2, cột 3"), "point")
    '1.255'
    """
    if is_missing(cell.text):
        return ""
    number = bare(cell.text, target=target)
    mark = mark_of(number)
    if cell.numeric and mark != "none":
        style = "point"
    elif mark == "either" and not style:
        raise _two_readings(cell, number, column)
    elif not style and mark in ("comma", "point"):
        style = "comma" if mark == "comma" else "point"
    form = _WRITTEN[style or "comma"]
    if not form.fullmatch(number):
        raise DataError(f"{cell.text!r} in {cell.place}", "a number", column=column)
    thousands, decimal = (".", ",") if style != "point" else (",", ".")
    plain = number.replace(thousands, "").replace(decimal, ".")
    if not re.fullmatch(NUMBER, plain):
        raise DataError(f"{cell.text!r} in {cell.place}", "at most 15 digits", column=column)
    return plain


def _two_readings(cell: Cell, number: str, column: str | None) -> DataError:
    joined = re.sub(r"[.,]", "", number)
    readings = f"{joined} or {number.replace(',', '.')}"
    return DataError(
        f"{cell.text!r} in {cell.place}, which may be {readings}",
        "a number with two decimals, or another cell of the column that shows its decimal mark",
        column=column,
    )


def rank_and_of(cell: Cell, *, target: bool = False) -> tuple[str, str]:
    """Read a rank such as "63/63", "≤ 30/34" or "7"; both empty where there is none.

    Raises
    ------
    DataError
        If the cell is no rank.

    Examples
    --------
    >>> rank_and_of(Cell("≤ 30/34", "A1"), target=True)
    ('30', '34')
    """
    if is_missing(cell.text):
        return "", ""
    text = bare(cell.text, target=target).casefold().removeprefix("thứ ").replace(" trên ", "/")
    found = re.fullmatch(r"([0-9]{1,3})(?:\.0*)?(?: ?/ ?([0-9]{1,3}))?", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2] or found[1]):
        raise DataError(
            f"{cell.text!r} in {cell.place}", "a rank such as 30 or 30/34", column="rank"
        )
    return str(int(found[1])), str(int(found[2])) if found[2] else ""
