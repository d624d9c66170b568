"""Conventions of interval arithmetic, each on a case worked by hand."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from piilib.index.interval import is_the_lowest, score_interval
from piilib.index.reconcile import reconcile

NAN = np.nan
COLUMNS = ["value", "lowest", "highest"]


def interval(value, lowest, highest, half, direction=1, cap=NAN):
    printed = pd.DataFrame([[value, lowest, highest]], columns=COLUMNS, dtype=float)
    halves = pd.DataFrame([[half] * 3], columns=COLUMNS, dtype=float)
    low, high = score_interval(
        printed, halves, np.array([direction], dtype=float), np.array([cap], dtype=float)
    )
    return float(low[0]), float(high[0])


@pytest.mark.parametrize(
    ("what", "arguments", "expected"),
    [
        # (4.5 − 1.5)/(9.5 − 1.5) and (5.5 − 0.5)/(8.5 − 0.5)
        ("rounding", (5, 1, 9, 0.5), (37.5, 62.5)),
        ("rounding, reversed", (5, 1, 9, 0.5, -1), (37.5, 62.5)),
        ("rounding, reversed, off the middle", (3, 1, 9, 0.5, -1), (62.5, 87.5)),
        # The lowest may be anything up to 4.5, which the value may be as well.
        ("lowest and value touch", (5, 4, 9, 0.5), (0.0, 40.0)),
        ("lowest and value overlap", (5, 4.6, 9, 0.5), (0.0, 100 * 1.4 / 4.4)),
        # The value may be anything up to 9.5 and the highest is never below it.
        ("printed as the highest", (9, 1, 9, 0.5), (87.5, 100.0)),
        ("highest and value overlap", (8.6, 1, 9, 0.5), (82.5, 100.0)),
        ("printed as the lowest: it is the lowest", (4, 4, 9, 0.5), (0.0, 0.0)),
        ("the lowest, reversed", (4, 4, 9, 0.5, -1), (100.0, 100.0)),
        ("a negative lowest", (-0.16, -0.16, 0.21, 0.005), (0.0, 0.0)),
        # 0.00 printed of both: value 0.005, lowest −0.005, highest 0.995. At 0 it were 0.5.
        ("0.00 is not pinned, nothing is clamped at 0", (0, 0, 1, 0.005), (0.0, 1.0)),
        ("a lowest of 0.00 may be below 0", (0.5, 0, 1, 0.005), (100 * 0.49, 100 * 0.51)),
        # Without a cap 3/89.
        ("cap below the highest", (5, 1, 90, 0.5, 1, 9), (40.0, 100 * 5 / 8.5)),
        ("cap below the value", (20, 1, 90, 0.5, 1, 9), (100.0, 100.0)),
        ("cap within the value's rounding", (9, 1, 90, 0.5, 1, 9), (100 * 7 / 7.5, 100.0)),
        ("cap above the highest", (5, 1, 9, 0.5, 1, 90), (37.5, 62.5)),
        ("cap, reversed", (20, 1, 90, 0.5, -1, 9), (0.0, 0.0)),
        ("missing", (NAN, 1, 9, 0.5), (NAN, NAN)),
        ("missing, reversed", (NAN, 1, 9, 0.5, -1), (NAN, NAN)),
    ],
)
def test_interval(what, arguments, expected):
    np.testing.assert_allclose(interval(*arguments), expected, atol=1e-9, err_msg=what)


def test_halves_may_differ_between_columns():
    printed = pd.DataFrame([[5.0, 1.0, 9.0]], columns=COLUMNS)
    half = pd.DataFrame([[0.0, 0.5, 1.0]], columns=COLUMNS)
    low, high = score_interval(printed, half, np.array([1.0]), np.array([NAN]))
    assert low[0] == pytest.approx(100 * 3.5 / 8.5)
    assert high[0] == pytest.approx(100 * 4.5 / 7.5)


@pytest.mark.parametrize(
    ("value", "lowest", "expected"),
    [(2.17, 2.17, True), (-15.7, -15.7, True), (0.0, 0.0, False), (2.18, 2.17, False)],
)
def test_is_the_lowest(value, lowest, expected):
    assert bool(is_the_lowest(np.array(value), np.array(lowest))) is expected


@pytest.mark.parametrize(("beyond", "fits"), [(0.0, True), (0.0049, True), (0.0051, False)])
@pytest.mark.parametrize("end", ["low", "high"])
def test_the_published_score_is_an_interval_too(sheets, end, beyond, fits):
    sheet = sheets[2024]
    row = reconcile(sheet, "plain").loc["1.1"]
    sign = -1 if end == "low" else 1
    table = sheet.table.copy()
    table.at["1.1", "value"] = row[end] + sign * beyond
    moved = reconcile(dataclasses.replace(sheet, table=table), "plain").loc["1.1"]
    assert bool(moved["fits"]) is fits
    assert moved[end] == row[end]


def test_a_score_published_to_one_decimal_is_a_wider_interval(sheets):
    sheet = sheets[2024]
    high = reconcile(sheet, "plain").at["1.1", "high"]
    table, half = sheet.table.copy(), sheet.half.copy()
    table.at["1.1", "value"] = high + 0.04
    for width, fits in ((0.005, False), (0.05, True)):
        half.at["1.1", "value"] = width
        changed = dataclasses.replace(sheet, table=table, half=half)
        assert bool(reconcile(changed, "plain").at["1.1", "fits"]) is fits
