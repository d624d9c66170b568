"""A number of a workbook, written as its cell shows it."""

from __future__ import annotations

import operator
import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import NamedTuple

#: Formats that a workbook names by number only (ECMA-376 part 1, 18.8.30).
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "m/d/yy h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)", 41: "#,##0;(#,##0)", 42: "#,##0;(#,##0)",
    43: "#,##0.00;(#,##0.00)", 44: "#,##0.00;(#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip

_TOKEN = re.compile(r'"[^"]*"?|\\.?|[_*].?|\[[^\]]*\]?|.', re.DOTALL)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)\]")
_COMPARE = {
    "<=": operator.le, ">=": operator.ge, "<>": operator.ne,
    "<": operator.lt, ">": operator.gt, "=": operator.eq,
}  # fmt: skip
_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)
_MAX_DECIMALS = 30
_LAST_DAY = 2_958_466  # 9999-12-31, and a day


class _Section(NamedTuple):
    """One of the up to four parts of a number format."""

    kind: str  # "general", "number", "date", "moment", "time" or "hidden"
    least: int = 0
    most: int = 0
    scale: int = 0  # powers of ten: +2 for each per cent sign, -3 for each comma at the end
    percent: str = ""
    condition: tuple[str, float] | None = None


def shown(value: float, code: str, from_1904: bool = False) -> tuple[str, bool]:
    """Write a stored number as a cell of this format shows it.

    Parameters
    ----------
    value : float
        The stored number, finite.
    code : str
        The number format: "General", "0.00", "#,##0", "0.0%", "dd/mm/yyyy".
    from_1904 : bool
        Whether the workbook counts days from 1904.

    Returns
    -------
    text : str
        A decimal point, no separators of thousands, the sign of the stored number, the digits that
        the format shows (rounded half away from zero, as Excel does). "General", fractions and
        powers of ten show 15 significant digits. A date in ISO form. Percentages as a Vietnamese
        document prints them, with a decimal comma: "12,5%". Words of the format are left out.
    numeric : bool
        False for dates and percentages.

    Examples
    --------
    >>> shown(30, "0.00"), shown(1255.81, "#,##0.0"), shown(0.125, "0.0%")
    (('30.00', True), ('1255.8', True), ('12,5%', False))
    >>> shown(45658, "dd/mm/yyyy")
    ('2025-01-01', False)
    """
    section = _choose(value, _sections(code))
    if section.kind in ("date", "moment", "time") and 0 <= value < _LAST_DAY:
        return _date(value, section.kind, from_1904), False
    if section.kind == "hidden":
        return "", False
    text = format(value, ".15g")
    if section.kind != "number":
        return _plain(Decimal(text)) if "e" in text else text, True
    exact = Decimal(text)
    scaled = _WIDE.scaleb(exact, section.scale)
    text = _plain(_WIDE.quantize(scaled, Decimal(1).scaleb(-section.most)))
    whole, _, decimals = text.partition(".")
    kept = decimals[: section.least] + decimals[section.least :].rstrip("0")
    text = f"{whole}.{kept}" if kept else whole
    text = text.removeprefix("-") if not text.strip("-0.") else text
    if section.percent:
        return text.replace(".", ",") + section.percent, False
    return text, True


def _plain(number: Decimal) -> str:
    """Write a number without a power of ten."""
    return format(number, "f")


def _choose(value: float, sections: tuple[_Section, ...]) -> _Section:
    """Return the section of the format that a value takes (ECMA-376 part 1, 18.8.31)."""
    if any(section.condition for section in sections):
        for section in sections:
            if section.condition is None or _COMPARE[section.condition[0]](
                value, section.condition[1]
            ):
                return section
        return _Section("general")
    if value < 0 and len(sections) > 1:
        return sections[1]
    if value == 0 and len(sections) > 2:
        return sections[2]
    return sections[0]


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    """Cut a format at its semicolons, those in quotes and brackets left out."""
    parts: list[list[str]] = [[]]
    for token in _TOKEN.findall(code[:1000] or "General"):
        if token == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    return tuple(_section(tokens) for tokens in parts)


def _section(tokens: list[str]) -> _Section:
    conditions = [match for token in tokens if (match := _CONDITION.fullmatch(token))]
    condition = (conditions[0][1], float(conditions[0][2])) if conditions else None
    elapsed = any(_ELAPSED.fullmatch(token) for token in tokens)
    bare = "".join(token for token in tokens if len(token) == 1)
    if "general" in bare.lower() or "@" in bare:
        return _Section("general", condition=condition)
    if elapsed or re.search("[ymdhs]", bare, re.IGNORECASE):
        hours = elapsed or re.search("[hs]", bare, re.IGNORECASE)
        day = not elapsed and re.search("[yd]", bare, re.IGNORECASE)
        kind = ("moment" if day else "time") if hours else "date"
        return _Section(kind, condition=condition)
    if not re.search("[0#?]", bare):
        return _Section("hidden" if not tokens else "general", condition=condition)
    if re.search("[0#?] */|/ *[0#?]|[0#?]E[+-]", bare, re.IGNORECASE):
        return _Section("general", condition=condition)
    return _number(bare, condition)


def _number(bare: str, condition: tuple[str, float] | None) -> _Section:
    whole, _, rest = bare.partition(".")
    digits = re.sub("[^0#?]", "", rest)[:_MAX_DECIMALS]
    least = len(digits.rstrip("#?"))
    commas = len(re.search("(,*)[^0#?,]*$", whole)[1])  # type: ignore[index]
    commas += len(re.search("(,*)[^0#?,]*$", rest)[1])  # type: ignore[index]
    percent = bare.count("%")
    return _Section(
        "number", least, len(digits), 2 * percent - 3 * commas, "%" * percent, condition
    )


def _date(value: float, kind: str, from_1904: bool) -> str:
    """Write a day number as a date; before March 1900 Excel counts a day that never was."""
    if kind == "time":
        seconds = round(value * 86_400)
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)
    early = not from_1904 and value < 60
    try:
        moment = start + timedelta(days=int(value) + early, seconds=round(value % 1 * 86_400))
    except OverflowError:
        return format(value, ".15g")
    return moment.date().isoformat() if kind == "date" else moment.isoformat()
