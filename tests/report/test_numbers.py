"""Numbers, dates and lists in both languages."""

import datetime as dt
from typing import Any

import pytest

from piilib.report.numbers import Lang, date, interval, listing, number, percent


@pytest.mark.parametrize(
    ("x", "options", "text"),
    [
        (23.95, {}, "23,95"),
        (23.95, {"lang": "en"}, "23.95"),
        (1234567.5, {"decimals": 1}, "1.234.567,5"),
        (1234567.5, {"decimals": 1, "lang": "en"}, "1,234,567.5"),
        (63, {"decimals": 0}, "63"),
        (100, {"decimals": 0, "signed": True}, "+100"),
        (0.135, {"decimals": 3, "signed": True}, "+0,135"),
        (-3.2, {}, "−3,20"),
        (-3.2, {"signed": True, "lang": "en"}, "−3.20"),
        (0.125, {}, "0,12"),  # a tie goes to the even digit
        (0.375, {}, "0,38"),
        (None, {}, "–"),
        (float("nan"), {"signed": True}, "–"),
    ],
)
def test_number(x: float | None, options: dict[str, Any], text: str) -> None:
    assert number(x, **options) == text


@pytest.mark.parametrize("x", [0.0, -0.0, -0.001, 0.004])
@pytest.mark.parametrize("signed", [False, True])
def test_a_number_that_rounds_to_zero_has_no_sign(x: float, signed: bool) -> None:
    assert number(x, signed=signed) == "0,00"


@pytest.mark.parametrize(
    ("low", "high", "lang", "text"),
    [
        (0.2, 0.24, "vi", "0,20–0,24"),
        (0.2, 0.24, "en", "0.20–0.24"),
        (-0.1, 0.24, "vi", "−0,10 đến 0,24"),
        (-0.2, -0.1, "en", "−0.20 to −0.10"),
        (-0.001, 0.24, "vi", "0,00–0,24"),
        (0.201, 0.204, "vi", "0,20–0,20"),
        (0.11, None, "vi", "≥ 0,11"),
        (float("-inf"), 0.24, "en", "≤ 0.24"),
        (None, float("nan"), "vi", "–"),
    ],
)
def test_interval(low: float | None, high: float | None, lang: Lang, text: str) -> None:
    assert interval(low, high, 2, lang) == text


@pytest.mark.parametrize(
    ("p", "decimals", "lang", "text"),
    [
        (0.76, 0, "vi", "76%"),
        (0.765, 1, "vi", "76,5%"),
        (0.765, 1, "en", "76.5%"),
        (-0.02, 0, "vi", "−2%"),
        (-0.0004, 0, "en", "0%"),
        (None, 0, "en", "–"),
    ],
)
def test_percent(p: float | None, decimals: int, lang: Lang, text: str) -> None:
    assert percent(p, decimals, lang) == text


def test_date() -> None:
    day = dt.date(2026, 9, 5)
    assert date(day) == "05/09/2026"
    assert date(day, "en") == "5 September 2026"


@pytest.mark.parametrize(
    ("items", "vi", "en"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a và b", "a and b"),
        (["a", "b", "c"], "a, b và c", "a, b and c"),
    ],
)
def test_listing(items: list[str], vi: str, en: str) -> None:
    assert listing(items) == vi
    assert listing(iter(items), "en") == en


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(ValueError, match="'fr'"):
        number(1.0, lang="fr")  # type: ignore[arg-type]
