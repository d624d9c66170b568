"""Statistics of indicators against SciPy and hand-worked columns."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from piilib.analysis.statistics import outliers, statistics
from piilib.errors import DataError
from piilib.index.framework import Framework

NAN = np.nan
UNITS = ["p", "q", "r", "s", "t"]


def flat(*codes: str) -> Framework:
    rows = [("T", ""), *((code, "T") for code in codes)]
    frame = pd.DataFrame(rows, columns=["code", "parent"])
    return Framework.from_frame(frame.assign(weight=1, direction=1))


def one(values: list[float], **options: float) -> pd.Series:
    """Statistics of a single indicator."""
    return statistics(pd.DataFrame({"a": values}), flat("a"), **options).loc["a"]


def test_a_column_by_hand():
    panel = pd.DataFrame({"a": [4.0, 0.0, NAN, 0.0, 10.0]}, index=UNITS)
    got = statistics(panel, flat("a")).loc["a"].to_dict()
    # 0, 0, 4, 10: quartiles at places 0.75 and 2.25; squares about 3.5 sum to 67.
    expected = {
        "n": 4, "missing": 1, "share_missing": 0.2, "mean": 3.5, "median": 2.0,
        "sd": np.sqrt(67 / 3), "min": 0.0, "max": 10.0, "q25": 0.0, "q75": 5.5,
        "zeros": 2, "share_zeros": 0.5, "unique": 3, "share_unique": 0.75, "share_same": 0.5,
        "lowest": "q, s", "highest": "t",
        "outlier": False, "many_missing": False, "many_same": False,
    }  # fmt: skip
    assert {key: got[key] for key in expected} == pytest.approx(expected)


def test_moments_are_those_of_scipy_without_bias():
    values = np.random.default_rng(1).lognormal(size=40)
    got = one(values.tolist())
    assert got["skewness"] == pytest.approx(stats.skew(values, bias=False))
    assert got["kurtosis"] == pytest.approx(stats.kurtosis(values, bias=False))


@pytest.mark.parametrize(
    ("values", "flagged"),
    [
        ([*range(12), 1000.0], True),  # one far above
        ([*range(12), -1000.0], True),  # one far below
        ([-1000.0, *range(12), 1000.0], False),  # heavy tails, no skewness
        ([0.0, 1.0, 2.0], False),  # kurtosis is not defined
        ([float(i) for i in range(30)], False),
    ],
)
def test_outliers_need_skewness_and_kurtosis(values, flagged):
    assert one([float(v) for v in values])["outlier"] == flagged


def test_the_limits_of_the_outlier_flag_are_the_callers():
    values = [float(i) for i in range(12)] + [40.0]
    got = one(values)
    assert got["outlier"]
    assert not one(values, skew=got["skewness"])["outlier"]  # strictly more
    assert not one(values, kurtosis=got["kurtosis"])["outlier"]


@pytest.mark.parametrize(
    ("present", "units", "flagged"), [(13, 20, False), (12, 20, True), (7, 10, False), (0, 4, True)]
)
def test_many_missing_is_less_than_the_least_share(present, units, flagged):
    got = one([float(i) for i in range(present)] + [NAN] * (units - present))
    assert got["many_missing"] == flagged
    assert got["share_missing"] == (units - present) / units


@pytest.mark.parametrize(
    ("values", "flagged"), [([1, 1, 1, 2], True), ([1, 1, 2, 3], False), ([NAN, NAN, NAN, 5], True)]
)
def test_many_same_is_of_the_values_present(values, flagged):
    assert one(values)["many_same"] == flagged


def test_an_empty_indicator_has_counts_and_no_measures():
    got = one([NAN, NAN])
    assert (got["n"], got["missing"], got["unique"], got["zeros"]) == (0, 2, 0, 0)
    assert got[["mean", "sd", "min", "q25", "skewness", "share_same", "share_zeros"]].isna().all()
    assert (got["lowest"], got["highest"]) == ("", "")
    assert not got["outlier"]


def test_more_than_three_tied_units_are_counted():
    got = one([0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0])
    assert (got["lowest"], got["highest"]) == ("4 units", "4, 5, 6")


def test_rows_are_the_indicators_in_tree_order_and_counts_are_whole():
    panel = pd.DataFrame({"b": [1.0, 2.0], "a": [3.0, NAN]})
    got = statistics(panel, flat("a", "b"))
    assert got.index.tolist() == ["a", "b"]
    assert got["n"].tolist() == [1, 2]
    assert got["n"].dtype.kind == "i"
    assert got["outlier"].dtype == bool
    assert np.isnan(got.at["a", "sd"])


@pytest.mark.parametrize(
    ("panel", "options", "message"),
    [
        (pd.DataFrame({"a": [1.0]}), {"min_share": 65}, "min_share=65"),
        (pd.DataFrame({"a": [1.0]}), {"max_share_same": -1}, "max_share_same=-1"),
        (pd.DataFrame({"z": [1.0]}), {}, "without"),
        (pd.DataFrame({"a": pd.Series([], dtype=float)}), {}, "without units"),
    ],
)
def test_statistics_refuses(panel, options, message):
    with pytest.raises(DataError, match=message):
        statistics(panel, flat("a"), **options)


# --- single values --------------------------------------------------------------------------------


def test_iqr_by_hand():
    # 1 2 3 4 100: quartiles 2 and 4, fences −1 and 7. b: quartiles 0, every other value is far.
    panel = pd.DataFrame(
        {"b": [0.0, 0.0, 0.0, -1.0, 0.0], "a": [3.0, 1.0, 100.0, 2.0, 4.0]}, index=UNITS
    )
    got = outliers(panel, flat("a", "b"))
    expected = pd.DataFrame(
        [("r", "a", 100.0, "iqr", "high", -1.0, 7.0), ("s", "b", -1.0, "iqr", "low", 0.0, 0.0)],
        columns=["unit", "indicator", "value", "rule", "side", "lower", "upper"],
    )
    pd.testing.assert_frame_equal(got, expected)


def test_zscore_against_scipy():
    values = np.random.default_rng(2).standard_t(2, size=60)
    panel = pd.DataFrame({"a": np.append(values, NAN)})
    far = np.abs(stats.zscore(values, ddof=1)) > 2.5
    got = outliers(panel, flat("a"), "zscore", threshold=2.5)
    assert far.any()
    assert got["unit"].tolist() == np.flatnonzero(far).tolist()


def test_no_value_of_ten_is_three_deviations_away():
    panel = pd.DataFrame({"a": [0.0] * 9 + [1e9]})
    assert outliers(panel, flat("a"), "zscore").empty
    panel = pd.DataFrame({"a": [0.0] * 10 + [1e9]})  # 10/√11 = 3.015
    assert outliers(panel, flat("a"), "zscore")["unit"].tolist() == [10]


@pytest.mark.parametrize("rule", ["iqr", "zscore"])
@pytest.mark.parametrize("values", [[NAN, NAN, NAN], [NAN, 5.0, NAN], [0.1, 0.1, 0.1]])
def test_nothing_stands_out_where_nothing_varies(rule, values):
    got = outliers(pd.DataFrame({"a": values}), flat("a"), rule)
    assert got.empty
    assert got["value"].dtype == float


@given(
    st.lists(st.integers(-1000, 1000).map(float), min_size=2, max_size=20),
    st.sampled_from(["iqr", "zscore"]),
    st.sampled_from([-4.0, 0.5, 8.0]),
    st.integers(-64, 64).map(float),
)
@settings(deadline=None, max_examples=60)
def test_another_unit_of_measure_finds_the_same_units(values, rule, factor, shift):
    """Thresholds that no whole numbers meet exactly, so that rounding cannot decide."""
    fw, threshold = flat("a"), np.pi / 2
    panel = pd.DataFrame({"a": values})
    here, there = (
        outliers(p, fw, rule, threshold=threshold) for p in (panel, panel * factor + shift)
    )
    varied = len(set(values)) > 1
    quartiles = np.quantile(values, [0.25, 0.75])
    if varied and (rule == "zscore" or quartiles[0] < quartiles[1]):
        assert here["unit"].tolist() == there["unit"].tolist()
        same_side = (here["side"] == there["side"]).all()
        assert here.empty or same_side == (factor > 0)


@pytest.mark.parametrize(
    ("rule", "threshold", "message"),
    [("mad", None, "the rule 'mad'"), ("iqr", 0, "the threshold 0"), ("iqr", NAN, "nan")],
)
def test_outliers_refuses(rule, threshold, message):
    with pytest.raises(DataError, match=message):
        outliers(pd.DataFrame({"a": [1.0, 2.0]}), flat("a"), rule, threshold=threshold)
