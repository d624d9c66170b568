"""Numbers, dates and lists as a Vietnamese or an English reader writes them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

__all__ = ["Lang", "date", "interval", "listing", "number", "percent"]

Lang: TypeAlias = Literal["vi", "en"]

MISSING: Final = "–"
MINUS: Final = "\u2212"

_LOCALE: Final[dict[str, str]] = {"vi": "vi_VN", "en": "en_GB"}
_TO: Final[dict[str, str]] = {"vi": " đến ", "en": " to "}
_DATE: Final[dict[str, str]] = {"vi": "dd/MM/yyyy", "en": "d MMMM yyyy"}


def number(x: float | None, decimals: int = 2, lang: Lang = "vi", *, signed: bool = False) -> str:
    """Write a number with a fixed count of decimals.

    Parameters
    ----------
    x : float or None
        The number; None and NaN give an en dash, "not known".
    decimals : int
        Digits after the decimal sign, zeros kept. A tie is rounded to the even digit.
    lang : {"vi", "en"}
        "vi" writes 1.234,50 and "en" 1,234.50.
    signed : bool
        Put a plus sign before a positive number, as for a gain. A number that rounds to zero
        has no sign at all.

    Returns
    -------
    str
        The number; a negative one has a true minus sign (U+2212), not a hyphen.

    Examples
    --------
    >>> number(23.95)
    '23,95'
    >>> number(0.135, 3, "en", signed=True)
    '+0.135'
    >>> number(-0.001)
    '0,00'
    """
    if x is None or math.isnan(x):
        return MISSING
    return _sign(x, format_decimal(abs(x), _pattern(decimals), _locale(lang)), signed)


def percent(p: float | None, decimals: int = 0, lang: Lang = "vi", *, signed: bool = False) -> str:
    """Write a share or a probability between 0 and 1 as a percentage.

    Parameters
    ----------
    p : float or None
        The share: 0.76 is 76 %. None and NaN give an en dash.
    decimals : int
        Digits after the decimal sign.
    lang : {"vi", "en"}
        Language.
    signed : bool
        Put a plus sign before a positive share.

    Returns
    -------
    str
        The percentage, without a space before the sign in either language.

    Examples
    --------
    >>> percent(0.765, 1)
    '76,5%'
    """
    if p is None or math.isnan(p):
        return MISSING
    return _sign(p, format_percent(abs(p), _pattern(decimals) + "%", _locale(lang)), signed)


def counted(lang: Lang, count: int, vi: str, en: str) -> str:
    """Write "3 đơn vị", "3 units" or "1 unit"; `en` is the singular of a regular noun.

    Examples
    --------
    >>> counted("en", 2, "chỉ số", "indicator"), counted("vi", 1, "chỉ số", "indicator")
    ('2 indicators', '1 chỉ số')
    """
    noun = vi if lang == "vi" else en + ("" if count == 1 else "s")
    return f"{number(count, 0, lang)} {noun}"


def interval(low: float | None, high: float | None, decimals: int = 2, lang: Lang = "vi") -> str:
    """Write an interval.

    Parameters
    ----------
    low, high : float or None
        The bounds. One that is None, NaN or infinite is unknown: the other then stands alone
        behind "≥" or "≤".
    decimals : int
        Digits after the decimal sign.
    lang : {"vi", "en"}
        Language.

    Returns
    -------
    str
        "0,20–0,24"; with a negative bound "−0,10 đến 0,24", because a dash beside a minus sign
        is misread; an en dash alone if neither bound is known. Bounds that print alike are both
        written: the quantity is still known only to its last digit.

    Examples
    --------
    >>> interval(0.2, 0.24)
    '0,20–0,24'
    >>> interval(-0.1, 0.24, lang="en")
    '−0.10 to 0.24'
    >>> interval(0.11, None)
    '≥ 0,11'
    """
    first, last = (MISSING if _open(x) else number(x, decimals, lang) for x in (low, high))
    if first == last == MISSING:
        return MISSING
    if last == MISSING:
        return f"≥ {first}"
    if first == MISSING:
        return f"≤ {last}"
    return f"{first}{_TO[lang] if MINUS in first + last else '–'}{last}"


def date(d: dt.date, lang: Lang = "vi") -> str:
    """Write a date.

    Parameters
    ----------
    d : datetime.date
        The day.
    lang : {"vi", "en"}
        Language.

    Returns
    -------
    str
        "05/09/2026" in Vietnamese, "5 September 2026" in English.
    """
    return format_date(d, _DATE[lang], locale=_locale(lang))


def listing(items: Iterable[str], lang: Lang = "vi") -> str:
    """Join words as in a sentence.

    Parameters
    ----------
    items : iterable of str
        The words, in order.
    lang : {"vi", "en"}
        Language.

    Returns
    -------
    str
        "a, b và c" or "a, b and c"; an empty string for no items.
    """
    return format_list(list(items), locale=_locale(lang))


def _locale(lang: Lang) -> str:
    if lang not in _LOCALE:
        raise ValueError(f"lang is {lang!r}; expected 'vi' or 'en'")
    return _LOCALE[lang]


def _pattern(decimals: int) -> str:
    """Return the CLDR pattern of a number with so many decimals."""
    return "#,##0." + "0" * decimals if decimals else "#,##0"


def _sign(x: float, text: str, signed: bool) -> str:
    """Put the sign of `x` before the text of its magnitude, unless that text is a zero."""
    if not text.strip("0.,%"):
        return text
    if x < 0:
        return MINUS + text
    return "+" + text if signed else text


def _open(x: float | None) -> bool:
    return x is None or not math.isfinite(x)
