"""What a rule of the audit says: one finding, and the table of all of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

#: From what must be mended to what is good to know; also the order among equal costs.
SEVERITIES = ("error", "warning", "note")
COLUMNS = (
    "rule",
    "severity",
    "code",
    "place",
    "found",
    "expected",
    "message",
    "mend",
    "pii_points",
    "pii_low",
    "pii_high",
    "condition",
)


@dataclass(frozen=True)
class Points:
    """A consequence in index points; NaN where none can be stated.

    Attributes
    ----------
    middle, low, high : float
        Median and 90 % interval, or the values under two methods. Negative: what is lost, or
        counted on and not to be had; positive: what comes on top.

    Examples
    --------
    >>> Points(0.5, 0.4, 0.7).turned
    Points(middle=-0.5, low=-0.7, high=-0.4)
    """

    middle: float = math.nan
    low: float = math.nan
    high: float = math.nan

    @property
    def turned(self) -> Points:
        """The same with the other sign."""
        return Points(*(0.0 - x for x in (self.middle, self.high, self.low)))


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a plan, or worth a look.

    Attributes
    ----------
    rule : str
        Such as "PA101".
    severity : {"error", "warning", "note"}
    code : str
        Node of the index; the root for the plan as a whole.
    place : str
        Where in the documents.
    found, expected : str
        The figures.
    message, mend : str
        What is wrong and what to write instead, in the language asked for.
    points : Points
    condition : str
        What the points rest on; empty where there are none.
    """

    rule: str
    severity: str
    code: str
    place: str
    found: str
    expected: str
    message: str
    mend: str
    points: Points = Points()
    condition: str = ""


def findings_table(findings: Iterable[Finding], codes: Iterable[str]) -> pd.DataFrame:
    """Tabulate findings, the dearest first.

    Parameters
    ----------
    findings : iterable of Finding
    codes : iterable of str
        Tree order, for findings that cost the same.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`. Order: points lost (most first; gains and unknown points count 0), then
        severity, rule and tree order.

    Examples
    --------
    >>> cheap = Finding("PA105", "warning", "a", "p", "1", "2", "same", "raise it")
    >>> dear = Finding("PA103", "error", "b", "p", "1", "0", "harm", "hold", Points(-1, -1, -1))
    >>> findings_table([cheap, dear], ["a", "b"])["rule"].tolist()
    ['PA103', 'PA105']
    """
    place = {code: i for i, code in enumerate(codes)}

    def cost(one: Finding) -> tuple[float, int, str, int]:
        lost = 0.0 if math.isnan(one.points.middle) else min(one.points.middle, 0.0)
        order = place.get(one.code, len(place))
        return round(lost, 9), SEVERITIES.index(one.severity), one.rule, order

    rows = [_row(one) for one in sorted(findings, key=cost)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    numbers = ["pii_points", "pii_low", "pii_high"]
    return table.astype(dict.fromkeys(numbers, float))


def _row(one: Finding) -> tuple[object, ...]:
    texts = one.rule, one.severity, one.code, one.place, one.found, one.expected
    points = one.points.middle, one.points.low, one.points.high
    return (*texts, one.message, one.mend, *points, one.condition)


def written(x: float, lang: str, decimals: int | None = None, *, signed: bool = False) -> str:
    """Write a number as a reader of the language does.

    Parameters
    ----------
    x : float
    lang : {"vi", "en"}
        "vi" writes 1.234,5 and "en" 1,234.5; a minus sign is U+2212.
    decimals : int, optional
        Digits after the decimal sign; as many as are needed, four at most, unless given.
    signed : bool
        A plus sign before what is above zero.

    Examples
    --------
    >>> written(1255.81, "vi"), written(-0.3, "en", 2), written(0.5, "vi", 1, signed=True)
    ('1.255,81', '−0.30', '+0,5')
    """
    if math.isnan(x):
        return "–"
    if decimals is None:
        decimals = next((d for d in (0, 1, 2, 3) if abs(x - round(x, d)) < 1e-9), 4)
    text = format(abs(x), f",.{decimals}f")
    if lang == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    if not text.strip("0.,"):
        return text
    return ("−" if x < 0 else "+" if signed else "") + text
