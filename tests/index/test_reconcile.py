"""Do the published sub-pillars of Cao Bằng follow from the published values?"""

import dataclasses

import numpy as np
import pytest

from piilib.data.sheet import Sheet
from piilib.errors import DataError
from piilib.index.aggregation import arithmetic
from piilib.index.framework import Framework
from piilib.index.reconcile import fit_counts, indicator_intervals, reconcile
from piilib.index.scoring import method_framework

# Sub-pillar, year, published; plain min-max of the printed numbers; the interval that rounding
# allows it, with quantities printed 0.00 kept at 0 or above (except foreign investment, 5.3.1);
# the rule set's score of the printed numbers. Worked out apart from this library.
TABLE = [
    ("1.1", 2023, 42.34, 42.33, 42.02, 42.63, 42.33),
    ("1.1", 2024, 45.69, 45.67, 45.39, 45.95, 45.67),
    ("1.2", 2023, 28.64, 28.57, 28.16, 28.98, 28.57),
    ("1.2", 2024, 38.71, 38.73, 38.33, 39.13, 38.73),
    ("2.1", 2023, 44.79, 44.85, 44.45, 45.23, 44.85),
    ("2.1", 2024, 42.82, 42.89, 42.51, 43.27, 42.89),
    ("2.2", 2023, 31.01, 13.01, 11.75, 13.83, 31.05),
    ("2.2", 2024, 19.34, 8.38, 7.15, 9.13, 19.33),
    ("3.1", 2023, 11.68, 11.77, 10.78, 12.75, 11.77),
    ("3.1", 2024, 21.62, 21.69, 20.36, 23.03, 21.69),
    ("3.2", 2023, 13.50, 13.54, 13.26, 13.81, 13.54),
    ("3.2", 2024, 29.07, 29.04, 28.79, 29.29, 29.04),
    ("4.1", 2023, 4.96, 28.77, 25.98, 28.78, 4.96),
    ("4.1", 2024, 9.84, 22.86, 20.08, 25.49, 10.05),
    ("4.2", 2023, 33.05, 31.87, 31.86, 31.89, 33.05),
    ("4.2", 2024, 19.54, 18.37, 18.33, 18.41, 19.54),
    ("5.1", 2023, 18.98, 18.29, 18.24, 18.34, 18.97),
    ("5.1", 2024, 15.39, 14.71, 14.66, 14.76, 15.39),
    ("5.2", 2023, 9.13, 9.13, 9.12, 9.13, 9.13),
    ("5.2", 2024, 45.10, 33.54, 33.53, 33.54, 45.10),
    ("5.3", 2023, 8.70, 7.59, 6.42, 8.77, 8.59),
    ("5.3", 2024, 9.69, 8.69, 8.67, 9.86, 9.69),
    ("6.1", 2023, 0.00, 0.00, 0.00, 4.65, 0.00),
    ("6.1", 2024, 1.62, 0.39, 0.19, 0.86, 1.62),
    ("6.2", 2023, 18.02, 17.01, 11.67, 20.61, 17.01),
    ("6.2", 2024, 19.94, 18.55, 14.06, 21.46, 18.55),
    ("6.3", 2023, 36.68, 35.51, 35.43, 35.52, 36.68),
    ("6.3", 2024, 59.39, 44.42, 44.38, 44.44, 59.38),
    ("7.1", 2023, 17.54, 16.73, 16.55, 16.85, 17.50),
    ("7.1", 2024, 5.72, 5.58, 5.32, 5.85, 5.58),
    ("7.2", 2023, 29.63, 29.80, 28.61, 30.99, 29.80),
    ("7.2", 2024, 22.54, 10.89, 9.70, 12.08, 22.70),
]
ROWS = pytest.mark.parametrize("row", TABLE, ids=[f"{code} {year}" for code, year, *_ in TABLE])
#: Sub-pillar-years that plain min-max cannot give within rounding.
FAIL_PLAIN = {
    2023: ["2.2", "4.1", "4.2", "5.1", "6.3", "7.1"],
    2024: ["2.2", "4.1", "4.2", "5.1", "5.2", "6.1", "6.3", "7.2"],
}
#: Not counts and not shares: net foreign investment may be negative.
MAY_BE_NEGATIVE = ("5.3.1",)


def at_least_zero(sheet: Sheet, except_for: tuple[str, ...] = MAY_BE_NEGATIVE) -> Sheet:
    """Read indicators printed 0.00 as 0 to 0.005, the value never pinned to the lowest."""
    table, half = sheet.table.copy(), sheet.half.copy()
    for code in method_framework(sheet.year, "plain").indicators:
        for column, nudge in (("lowest", 0.0), ("value", 1e-12)):
            if table.at[code, column] == 0.0 and code not in except_for:
                table.at[code, column] = 0.0025 + nudge
                half.at[code, column] = 0.0025
    return dataclasses.replace(sheet, table=table, half=half)


def unpinned(sheet: Sheet) -> Sheet:
    """Read a value printed as the lowest as anything that prints so."""
    table = sheet.table.copy()
    table["value"] = table["value"] + 1e-10
    return dataclasses.replace(sheet, table=table)


def subpillars(sheet: Sheet, method: str):
    table = reconcile(sheet, method)
    return table[table.index.str.count(r"\.") == 1]


@pytest.fixture(scope="module")
def reconciled(sheets):
    """Give the tables that the 32 rows are looked up in: by reading or method, and year."""
    readings = {
        "plain": (lambda sheet: sheet, "plain"),
        "official": (lambda sheet: sheet, "official"),
        "at least zero": (at_least_zero, "plain"),
    }
    return {
        (name, year): reconcile(read(sheet), method)
        for name, (read, method) in readings.items()
        for year, sheet in sheets.items()
    }


@ROWS
def test_plain_score_of_the_printed_numbers(reconciled, row):
    code, year, published, point, *_ = row
    got = reconciled["plain", year].loc[code]
    assert got["published"] == published
    assert got["recomputed"] == pytest.approx(point, abs=0.011)
    assert got["residual"] == pytest.approx(point - published, abs=0.011)


@ROWS
def test_plain_interval(reconciled, row):
    code, year, _, _, low, high, _ = row
    got = reconciled["at least zero", year].loc[code]
    assert got["low"] == pytest.approx(low, abs=0.011)
    assert got["high"] == pytest.approx(high, abs=0.011)
    assert bool(got["fits"]) is (code not in FAIL_PLAIN[year])


@ROWS
def test_nothing_clamped_at_zero_widens_upwards_only(reconciled, row):
    code, year, _, _, low, high, _ = row
    got = reconciled["plain", year].loc[code]
    assert got["low"] == pytest.approx(low, abs=0.011)
    assert got["high"] > high - 0.011
    assert bool(got["fits"]) is (code not in FAIL_PLAIN[year])


def test_an_interval_by_hand(sheets):
    """6.1 in 2024: 0.02 of 0.00 to 2.57, and 0.00 of 0.00 to 0.67."""
    got = reconcile(sheets[2024], "plain").loc["6.1"]
    assert got["low"] == pytest.approx(100 * (0.015 - 0.005) / (2.575 - 0.005) / 2)
    first = (0.025 + 0.005) / (2.565 + 0.005)
    second = (0.005 + 0.005) / (0.665 + 0.005)
    assert got["high"] == pytest.approx(100 * (first + second) / 2)


@ROWS
def test_rule_set_score_of_the_printed_numbers(reconciled, row):
    code, year, *_, point = row
    got = reconciled["official", year].loc[code]
    assert got["recomputed"] == pytest.approx(point, abs=0.011)
    assert got["fits"]


@pytest.mark.parametrize("year", [2023, 2024])
def test_which_subpillars_plain_cannot_give(sheets, year):
    table = subpillars(sheets[year], "plain")
    assert len(table) == 16
    assert table.index[~table["fits"]].tolist() == FAIL_PLAIN[year]
    table = subpillars(sheets[year], "reversed")
    assert table.index[~table["fits"]].tolist() == [c for c in FAIL_PLAIN[year] if c != "4.1"]
    assert subpillars(sheets[year], "official")["fits"].all()


def test_counts(sheets):
    both = list(sheets.values())
    assert fit_counts(both) == {"total": 32, "plain": 18, "reversed": 20, "official": 32}


@pytest.mark.parametrize(
    ("reading", "plain", "with_direction"),
    [
        (lambda sheet: at_least_zero(sheet, ()), 17, 19),
        (at_least_zero, 18, 20),
        (lambda sheet: sheet, 18, 20),
        (unpinned, 19, 21),
    ],
)
def test_counts_under_other_readings(sheets, reading, plain, with_direction):
    counts = fit_counts([reading(sheet) for sheet in sheets.values()])
    assert (counts["plain"], counts["reversed"]) == (plain, with_direction)


def test_free_numbers(sheets):
    plain = reconcile(sheets[2024], "plain")
    assert (plain["free_numbers"] == 0).all()
    assert (reconcile(sheets[2024], "reversed")["free_numbers"] == 0).all()
    official = reconcile(sheets[2024], "official")["free_numbers"]
    used = official[official > 0].to_dict()
    assert used == {"2.2": 3, "4.1": 1, "4.2": 2, "5.1": 1, "5.2": 2, "5.3": 1} | {
        "6.1": 1,
        "6.3": 2,
        "7.2": 1,
    }


@pytest.mark.parametrize("year", [2023, 2024])
def test_4_1_2_cannot_be_better_when_higher(sheets, year):
    """Its group then scores far too much, and a cap on any of them could only add."""
    for method in ("plain", "official"):
        fw = method_framework(year, method)
        upwards = Framework(fw.table.assign(direction=1))
        bounds = indicator_intervals(sheets[year], upwards).loc[list(fw.children("4.1"))]
        least = bounds["low"].mean()
        assert least > {2023: 25.9, 2024: 20.0}[year]
        assert least > sheets[year].table.at["4.1", "value"] + 10
    reversed_ = reconcile(sheets[year], "reversed").loc["4.1"]
    assert reversed_["fits"]


def test_4_1_2_cannot_be_left_out(sheets):
    """In 2023 the other three alone give 5.01 to 5.03, published is 4.96."""
    fw = method_framework(2023, "plain")
    bounds = indicator_intervals(sheets[2023], fw).loc[["4.1.1", "4.1.3", "4.1.4"]]
    assert bounds["low"].mean() == pytest.approx(5.01, abs=0.006)
    assert bounds["high"].mean() == pytest.approx(5.03, abs=0.006)
    assert bounds["low"].mean() > 4.96 + 0.005


def test_a_missing_value_is_skipped(sheets):
    """3.2 in 2023: the mean of two is 13.54; counting 3.2.2 as 0 gave 9.02; published 13.50."""
    bounds = indicator_intervals(sheets[2023], method_framework(2023, "plain"))
    assert bounds.loc["3.2.2"].isna().all()
    got = reconcile(sheets[2023], "plain").loc["3.2"]
    assert got["recomputed"] == pytest.approx(13.54, abs=0.005)
    assert got["recomputed"] * 2 / 3 == pytest.approx(9.02, abs=0.005)
    assert got["fits"]


def test_two_geographical_indications_of_161_communes_explain_6_2(sheets):
    """The residual of 6.2 is rounding: 0.0124 printed as 0.01."""
    for year, highest in ((2023, 0.052), (2024, 0.056)):
        table = sheets[year].table.copy()
        table.loc["6.2.4", ["value", "highest"]] = [2 / 161, highest]
        exact = dataclasses.replace(sheets[year], table=table)
        assert abs(reconcile(exact, "plain").at["6.2", "residual"]) < 0.15


def test_every_published_node_has_a_row(sheets):
    table = reconcile(sheets[2024])
    assert len(table) == 1 + 7 + 16
    assert table.index[0] == "PII"
    assert table["fits"].all()
    np.testing.assert_allclose(table["residual"], table["recomputed"] - table["published"])
    assert (table["low"] <= table["recomputed"] + 1e-9).all()
    assert (table["recomputed"] <= table["high"] + 1e-9).all()


def test_official_is_the_default(sheets):
    assert reconcile(sheets[2024]).equals(reconcile(sheets[2024], "official"))


def test_an_unknown_method(sheets):
    with pytest.raises(DataError, match="the method 'geometric'; expected one of plain"):
        reconcile(sheets[2024], "geometric")


def test_a_subindex_that_is_published_is_tested_too(sheets):
    sheet = sheets[2024]
    table, half = sheet.table.copy(), sheet.half.copy()
    for code, score in (("IN", 27.34), ("OUT", 20.56)):
        table.loc[code] = [score, np.nan, np.nan]
        half.loc[code] = [0.005, np.nan, np.nan]
    got = reconcile(dataclasses.replace(sheet, table=table, half=half))
    assert got.at["IN", "recomputed"] == pytest.approx(27.342)
    assert got.at["PII", "recomputed"] == pytest.approx(
        float(arithmetic(np.array([27.34, 20.56]), np.array([0.5, 0.5])))
    )
    assert got["fits"].all()
