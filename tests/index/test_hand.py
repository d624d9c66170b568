"""Small indices worked by hand."""

import numpy as np
import pandas as pd
import pytest

from piilib.index.aggregation import arithmetic
from piilib.index.framework import Framework
from piilib.index.method import Method
from piilib.index.normalisation import minmax
from piilib.index.ranking import ranks

NAN = np.nan


@pytest.fixture
def fw() -> Framework:
    """Two groups, unequal weights at both levels, a2 better when lower."""
    return Framework.from_frame(
        pd.DataFrame(
            [
                ("T", "", 1, 1),
                ("A", "T", 2, 1),
                ("a1", "A", 1, 1),
                ("a2", "A", 3, -1),
                ("B", "T", 1, 1),
                ("b1", "B", 1, 1),
            ],
            columns=["code", "parent", "weight", "direction"],
        )
    )


@pytest.fixture
def panel() -> pd.DataFrame:
    return pd.DataFrame(
        {"a1": [1.0, 2.0, 3.0], "a2": [10.0, 50.0, 90.0], "b1": [4.0, NAN, 0.0]},
        index=["x", "y", "z"],
    )


def test_three_by_three(fw, panel):
    result = Method().score(panel, fw)
    # a1: 0 50 100.  a2 reversed: 100 50 0.  b1: 100 – 0.
    # A = (a1 + 3 a2)/4: 75 50 25.  B = b1.  T = (2A + B)/3: 250/3, y has A alone: 50, 50/3.
    expected = pd.DataFrame(
        {
            "T": [250 / 3, 50.0, 50 / 3],
            "A": [75.0, 50.0, 25.0],
            "a1": [0.0, 50.0, 100.0],
            "a2": [100.0, 50.0, 0.0],
            "B": [100.0, NAN, 0.0],
            "b1": [100.0, NAN, 0.0],
        },
        index=["x", "y", "z"],
    )
    pd.testing.assert_frame_equal(result.scores, expected)
    assert result.ranks["T"].tolist() == [1, 2, 3]
    assert result.ranks["a1"].tolist() == [3, 2, 1]
    np.testing.assert_array_equal(result.ranks["B"], [1, NAN, 2])
    pd.testing.assert_frame_equal(result.treated, panel)
    pd.testing.assert_frame_equal(result.normalised, expected[["a1", "a2", "b1"]])


def test_a_missing_value_rescales_the_weights_of_its_siblings(fw, panel):
    panel.loc["x", "a2"] = NAN
    scores = Method().score(panel, fw).scores.loc["x"]
    assert scores["A"] == 0.0  # a1 alone
    assert scores["T"] == pytest.approx((2 * 0 + 100) / 3)


def test_a_unit_without_any_value_has_no_score_and_no_rank(fw, panel):
    panel.loc["w"] = NAN
    result = Method().score(panel, fw)
    assert result.scores.loc["w"].isna().all()
    assert result.ranks.loc["w"].isna().all()


@pytest.mark.parametrize(
    ("scores", "shares", "expected"),
    [
        ([10.0, 20.0, 60.0], [1 / 3, 1 / 3, 1 / 3], 30.0),
        ([10.0, 30.0], [0.25, 0.75], 25.0),
        ([10.0, NAN, 30.0], [0.2, 0.5, 0.3], 22.0),  # (2 + 9)/0.5
        ([NAN, NAN], [0.5, 0.5], NAN),
        ([40.0, NAN], [0.0, 1.0], NAN),  # what is present weighs nothing
        ([0.0], [1.0], 0.0),
    ],
)
def test_arithmetic(scores, shares, expected):
    got = arithmetic(np.array(scores), np.array(shares))
    np.testing.assert_allclose(got, expected, atol=1e-12)


@pytest.mark.parametrize(
    ("value", "low", "high", "direction", "clip", "expected"),
    [
        (3.0, 1.0, 5.0, 1, False, 50.0),
        (2.0, 1.0, 5.0, -1, False, 75.0),
        (7.0, 1.0, 5.0, 1, False, 150.0),
        (7.0, 1.0, 5.0, 1, True, 100.0),
        (7.0, 1.0, 5.0, -1, True, 0.0),
        (0.0, 1.0, 5.0, 1, True, 0.0),
        (-0.1, -0.2, 0.2, 1, True, 25.0),
        (NAN, 1.0, 5.0, 1, True, NAN),
        (2.0, 2.0, 2.0, 1, True, NAN),  # equal goalposts score nothing
    ],
)
def test_minmax(value, low, high, direction, clip, expected):
    got = minmax(np.array(value), np.array(low), np.array(high), direction, clip=clip)
    np.testing.assert_allclose(got, expected, atol=1e-12)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([90.0, 50.0, 50.0, 10.0], [1, 2, 2, 4]),
        ([10.0, 50.0, 90.0, 50.0], [4, 2, 1, 2]),
        ([7.0, 7.0, 7.0], [1, 1, 1]),
        ([42.004, 42.001, 42.0049], [2, 3, 1]),  # all print as 42.00
        ([5.0, NAN, 6.0], [2, NAN, 1]),
    ],
)
def test_ranks(scores, expected):
    np.testing.assert_array_equal(ranks(pd.DataFrame({"T": scores}))["T"], expected)


def test_a_tie_in_an_index():
    fw = Framework.from_frame(
        pd.DataFrame(
            [("T", "", 1, 1), ("a", "T", 1, 1), ("b", "T", 1, 1)],
            columns=["code", "parent", "weight", "direction"],
        )
    )
    panel = pd.DataFrame(
        {"a": [0.0, 8.0, 2.0, 10.0], "b": [0.0, 2.0, 8.0, 10.0]}, index=list("pqrs")
    )
    result = Method().score(panel, fw)
    assert result.scores["T"].tolist() == [0.0, 50.0, 50.0, 100.0]
    assert result.ranks["T"].tolist() == [4, 2, 2, 1]
