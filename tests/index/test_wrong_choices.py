"""Choices and panels of the wrong kind: one clear error that names what is at fault."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from piilib.analysis.preparation import impute, screen
from piilib.analysis.statistics import statistics
from piilib.analysis.uncertainty import simulate_ranks
from piilib.errors import DataError
from piilib.index.aggregation import Aggregation
from piilib.index.framework import Framework
from piilib.index.method import Method
from piilib.index.normalisation import Normalisation

NAN, INF = np.nan, np.inf
COLUMNS = ["code", "parent", "weight", "direction"]
ROWS = [("T", "", 1, 1), ("a", "T", 1, 1), ("b", "T", 1, 1)]


@pytest.fixture
def fw() -> Framework:
    return Framework.from_frame(pd.DataFrame(ROWS, columns=COLUMNS))


@pytest.fixture
def panel() -> pd.DataFrame:
    return pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [0.0, 10.0, 5.0]}, index=["x", "y", "z"])


RANGE = "expected (lowest, highest), the first below the second, both finite numbers"
POSTS = "expected (lower, upper), two finite numbers, the first below the second"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        *[
            ({"range": given}, f"range={given}; {RANGE}")
            for given in (
                (0, INF), (-INF, 0), (NAN, 1), (100, 0), (5, 5), (0,), (0, 1, 2), (), 7, "01",
                ("0", "1"), (0, None), (False, True),
            )
        ],
        *[({"rule": "zscore", "mean": given}, f"mean={shown}; expected a finite number")
          for given, shown in ((NAN, "nan"), (INF, "inf"), ("50", "'50'"), (True, "True"))],
        *[({"rule": "zscore", "sd": given}, f"sd={shown}; expected a number above 0")
          for given, shown in ((NAN, "nan"), (INF, "inf"), (0, "0"), (-1, "-1"), ("2", "'2'"))],
        *[
            ({"rule": "goalposts", "goalposts": {"b": (0, 1), "a": given}},
             f"the goalposts {given!r} of 'a'; {POSTS}")
            for given in (
                (1, 1), (2, 1), (NAN, 1), (0, INF), (0,), (0, 1, 2), 5, None, "01", ("0", "1"),
            )
        ],
        *[({"rule": "goalposts", "goalposts": given},
           f"goalposts={given!r}; expected 'data' or {{code: (lower, upper)}}")
          for given in ("range", (0, 100), 3)],
        *[({"rule": "dist2target", "target": {"a": given}},
           f"the target {shown} of 'a'; expected a finite number")
          for given, shown in ((NAN, "nan"), (INF, "inf"), ("9", "'9'"), (None, "None"))],
        ({"rule": "dist2target", "target": 9}, "target=9; expected {code: number}"),
    ],
)  # fmt: skip
def test_options_of_a_normalisation(options, message):
    with pytest.raises(DataError) as error:
        Normalisation(**options)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rule": "generalised", "p": "2"}, "p='2'; expected a number from -20 to 20"),
        ({"rule": "generalised", "p": True}, "p=True; expected a number from -20 to 20"),
        ({"threshold": "0.5"}, "threshold='0.5'; expected a share from 0 to 1"),
        ({"threshold": None}, "threshold=None; expected a share from 0 to 1"),
    ],
)
def test_options_of_an_aggregation(options, message):
    with pytest.raises(DataError) as error:
        Aggregation(**options)
    assert message in str(error.value)


@pytest.mark.parametrize("pair", [(0, 10), [0, 10], np.array([0.0, 10.0]), (Decimal(0), 10)])
def test_every_kind_of_pair(fw, panel, pair):
    rule = Normalisation("goalposts", goalposts={"a": pair, "b": pair})
    assert Method(normalisation=rule).score(panel, fw).scores["b"].tolist() == [0, 100, 50]
    rule = Normalisation("minmax", range=pair)
    assert Method(normalisation=rule).score(panel, fw).scores["b"].tolist() == [0, 10, 5]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            Normalisation("goalposts", goalposts={"a": (0, 9), "b": (0, 9), "c": (0, 9)}),
            "goalposts of 'c'; expected codes of indicators of the framework",
        ),
        (
            Normalisation("goalposts", goalposts=dict.fromkeys(["a", "b", "T", "B"], (0, 9))),
            "goalposts of 'T', 'B'; expected codes of indicators",
        ),
        (
            Normalisation("dist2target", target={"a": 9, "b": 19, "B": 5}),
            "target of 'B'; expected codes of indicators of the framework",
        ),
    ],
)
def test_unknown_codes_of_goalposts_and_targets(fw, panel, rule, message):
    for choice in (rule, {"a": rule}):
        with pytest.raises(DataError) as error:
            Method(normalisation=choice).score(panel, fw)
        assert message in str(error.value)


def test_goalposts_of_other_indicators_of_the_framework_may_stand_there(fw, panel):
    rule = Normalisation("goalposts", goalposts={"a": (0, 4), "b": (0, 20)})
    scores = Method(normalisation={"a": rule, "b": "minmax"}).score(panel, fw).scores
    assert scores["a"].tolist() == [25, 50, 75]
    assert scores["b"].tolist() == [0, 100, 50]


@pytest.mark.parametrize("cell", ["1,5", INF, "inf", True, pd.Timestamp("2024-01-01")])
@pytest.mark.parametrize(
    ("column", "rule"), [("target", "dist2target"), ("goalpost_high", "goalposts")]
)
def test_cells_of_the_framework_that_are_no_numbers(panel, column, rule, cell):
    table = pd.DataFrame(ROWS, columns=COLUMNS).assign(goalpost_low=0, goalpost_high=20, target=20)
    table[column] = table[column].astype(object)
    table.loc[1, column] = cell
    shown = repr(cell) if isinstance(cell, str | pd.Timestamp) else str(cell)
    with pytest.raises(DataError) as error:
        Method(normalisation=rule).score(panel, Framework.from_frame(table))
    expected = f"column '{column}': found {shown} of 'a'; expected a finite number, or none"
    assert str(error.value) == expected


DAYS = pd.to_datetime(["2024-01-01", None, "2024-03-01"])


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (DAYS, "found dates (datetime64[us]); expected numbers (a year, or a number of days)"),
        (DAYS.tz_localize("Asia/Ho_Chi_Minh"), "found dates (datetime64[us, Asia/Ho_Chi_Minh])"),
        (DAYS - DAYS[0], "found dates (timedelta64[us])"),
        (DAYS.to_period("M"), "found Period('2024-01', 'M'); expected a number for 'x'"),
        (DAYS.astype(object), "found Timestamp('2024-01-01 00:00:00'); expected a number for 'x'"),
        ([True, False, True], "found True; expected a number for 'x', not true or false (1 or 0)"),
        ([1, False, 3], "found False; expected a number for 'y', not true or false (1 or 0)"),
        (pd.array([None, True, False], "boolean"), "found True; expected a number for 'y'"),
        (["1,5", 2, 3], "found '1,5'; expected a number for 'x', not text (with a decimal point: "
         "1.5)"),
        ([1, 2, "1.255,81"], "found '1.255,81'; expected a number for 'z', not text (with a "
         "decimal point: 1255.81)"),
        ([1, " -0,5 ", 3], "found ' -0,5 '; expected a number for 'y', not text (with a decimal "
         "point: -0.5)"),
        (["1.5", "2", "3"], "found '1.5'; expected a number for 'x', not text"),
        (pd.array(["1.5", "2", "3"], "string"), "found '1.5'; expected a number for 'x', not text"),
        (pd.Categorical(["low", "up", "low"]), "found 'low'; expected a number for 'x', not text"),
        ([1, "", 3], "found ''; expected a number for 'y', not text"),
        ([1, "n/a", 3], "found 'n/a'; expected a number for 'y', not text"),
        ([1, 2j, 3], "found (1+0j); expected a number for 'x'"),
        ([1, [2], 3], "found [2]; expected a number for 'y'"),
        ([1.0, INF, 3.0], "found inf; expected a number for 'y'"),
        ([1, 10**400, 3], "found 1000000000"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "use", [lambda p, fw: Method().score(p, fw), statistics, impute, screen], ids=range(4)
)
def test_columns_that_are_no_numbers(fw, panel, cells, message, use):
    with pytest.raises(DataError) as error:
        use(panel.assign(a=cells), fw)
    assert str(error.value).startswith(f"column 'a': {message}")
    if message.endswith("text"):
        assert str(error.value) == f"column 'a': {message}"


@pytest.mark.parametrize(
    "cells",
    [
        [1, 2, None],
        pd.array([1, 2, None], "Int64"),
        pd.array([1, 2, None], "Float64"),
        np.array([1, 2, NAN], np.float32),
        [Decimal(1), 2, pd.NA],
        np.array([1, 2, None], object),
        [np.int64(1), 2.0, pd.NaT],
        pd.Categorical([1, 2, None]),
    ],
)
def test_every_kind_of_number_and_of_missing_cell(fw, panel, cells):
    scores = Method().score(panel.assign(a=cells), fw).scores
    np.testing.assert_array_equal(scores["a"], [0, 100, NAN])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: pd.concat([p, p.iloc[:1]]), "found the unit 'x' twice; expected each unit once"),
        (lambda p: pd.concat([p, p["a"]], axis=1), "found the column 'a' twice; expected each"),
        (lambda p: p.iloc[:0], "found a panel without units; expected at least one row"),
        (lambda p: p.to_dict(), "found a panel of type dict; expected a DataFrame, units × ind"),
    ],
)
def test_panels_at_fault(fw, panel, change, message):
    for use in (lambda p: Method().score(p, fw), *(
        lambda p, use=use: use(p, fw) for use in (statistics, impute, screen)
    ), lambda p: simulate_ranks(p, fw, Method(), draws=8)):  # fmt: skip
        with pytest.raises(DataError) as error:
            use(change(panel))
        assert str(error.value).startswith(message)


def test_a_row_without_any_value_has_no_score_and_changes_no_other(fw, panel):
    wider = panel.copy()
    wider.loc["w"] = NAN
    result, alone = Method().score(wider, fw), Method().score(panel, fw)
    assert result.scores.loc["w"].isna().all()
    assert result.ranks.loc["w"].isna().all()
    pd.testing.assert_frame_equal(result.scores.drop("w"), alone.scores)
    pd.testing.assert_frame_equal(result.ranks.drop("w"), alone.ranks)
    assert screen(wider, fw).table.loc["w", "reason"] == "0% of the indicators, less than 65%"
    assert statistics(wider, fw)["missing"].tolist() == [1, 1]
    draws = simulate_ranks(wider, fw, Method(), draws=64)
    assert np.isnan(draws.nominal["w"])
    np.testing.assert_array_equal(draws.acceptability.loc["w"], np.nan)
    for unit in panel.index:
        one = simulate_ranks(panel, fw, Method(), draws=64)
        assert draws.probability(unit, 1) == one.probability(unit, 1)
