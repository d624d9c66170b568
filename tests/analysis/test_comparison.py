"""Results side by side, worked by hand."""

import numpy as np
import pandas as pd
import pytest

import piilib as pii
from analysis.test_uncertainty import LINE, TWO
from piilib.errors import DataError


def result(**weights):
    return pii.Method(weights=weights or None).score(LINE, TWO)


def test_two_side_by_side():
    # Equal weights: x 50, y 60, z 50. a three times b: x 25, y 60, z 75.
    table = pii.compare({"2023": result(), "2024": result(a=3)})
    assert list(table.index) == ["z", "y", "x"]
    assert table.loc["z"].tolist() == [50, 75, 2, 1, 25, 1]
    assert table.loc["y"].tolist() == [60, 60, 1, 2, 0, -1]
    assert table.loc["x"].tolist() == [50, 25, 2, 3, -25, -1]


def test_a_unit_in_one_of_them_has_no_change():
    later = pii.Method().score(LINE.drop("y"), TWO)
    table = pii.compare({"a": result(), "b": later})
    assert np.isnan(table.at["y", "rank_change"])
    assert table.at["x", "rank_change"] == 1  # second of three, then first of two


def test_how_alike_rankings_are():
    table = pii.agreement({"p": result(), "q": result(a=3), "r": result(b=3)})
    assert table[["a", "b"]].to_numpy().tolist() == [["p", "q"], ["p", "r"], ["q", "r"]]
    last = table.iloc[2]  # z y x against x y z
    assert (last["spearman"], last["kendall"]) == (pytest.approx(-1), pytest.approx(-1))
    assert (last["mean_change"], last["largest_change"], last["moved"]) == (4 / 3, 2, 2)


def test_a_trend_is_the_line_of_least_squares():
    results = {2021: result(), 2022: result(a=3), 2024: result(b=3)}
    table = pii.trends(results)
    years, x = np.array([2021, 2022, 2024]), np.array([50, 25, 75])
    fit, covariance = np.polyfit(years - 2022, x, 1, cov=True)
    assert table.at["x", "slope"] == pytest.approx(fit[0])
    assert table.at["x", "slope_error"] == pytest.approx(np.sqrt(covariance[0, 0]))
    assert table.at["x", "years"] == 3
    assert table.at["y", "slope"] == pytest.approx(0, abs=1e-9)
    ranked = np.polyfit(years - 2022, [2, 3, 1], 1)[0]
    assert table.at["x", "rank_slope"] == pytest.approx(-ranked)


def test_what_cannot_be_compared():
    with pytest.raises(DataError, match="two or more"):
        pii.compare({"a": result()})
    with pytest.raises(DataError, match="no 'Q'"):
        pii.compare({"a": result(), "b": result()}, node="Q")
    one = pd.DataFrame({"a": [1.0, 2.0]}, index=["x", "y"])
    flat = pii.Framework.from_frame(
        pd.DataFrame([("T", "", 1, 1), ("a", "T", 1, 1)], columns=list(TWO.table.reset_index())[:4])
    )
    assert (
        pii.trends({1: pii.Method().score(one, flat), 2: pii.Method().score(one, flat)})[
            "slope_error"
        ]
        .isna()
        .all()
    )
