"""The tree: what it refuses, and the official one."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.method import Method
from piilib.index.scoring import caps

GOOD = pd.DataFrame(
    [("T", "", 1, 1), ("A", "T", 2, 1), ("a1", "A", 1, 1), ("a2", "A", 3, -1), ("B", "T", 1, 1)],
    columns=["code", "parent", "weight", "direction"],
)
#: a1 says the second unit, a2 (better when lower) the first.
PANEL = pd.DataFrame({"a1": [0, 1], "a2": [0, 1], "B": [0, 1]}, index=["x", "y"])


def with_cell(row: int, column: str, value: object) -> pd.DataFrame:
    frame = GOOD.astype(object)
    frame.loc[row, column] = value
    return frame


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (with_cell(2, "parent", "Z"), r"found the parent 'Z'; expected a code of the table"),
        (with_cell(4, "parent", ""), r"2 nodes without a parent: \['T', 'B'\]; expected exactly"),
        (with_cell(0, "parent", "A"), r"0 nodes without a parent"),
        (with_cell(1, "parent", "a1"), r"a ring of parents among A, a1, a2; expected a tree"),
        (with_cell(4, "parent", "B"), r"a ring of parents among B; expected a tree"),
        (with_cell(3, "code", "a1"), r"the code 'a1' twice; expected each code once"),
        (with_cell(3, "code", ""), r"a row without a code"),
        (with_cell(3, "code", None), r"a row without a code"),
        (with_cell(2, "weight", 0), r"the weight 0 of 'a1'; expected a number above 0"),
        (with_cell(2, "weight", -1), r"the weight -1 of 'a1'; expected a number above 0"),
        (with_cell(2, "weight", "much"), r"the weight 'much' of 'a1'; expected a number above 0"),
        (with_cell(2, "weight", np.inf), r"the weight inf of 'a1'; expected a number above 0"),
        (with_cell(3, "direction", 2), r"the direction 2 of 'a2'; expected 1 or -1"),
        (with_cell(3, "direction", None), r"the direction None of 'a2'; expected 1 or -1"),
        *[
            (
                with_cell(2, "weight", cell),
                rf"the weight {found} of 'a1'; expected a number above 0",
            )
            for cell, found in (
                (True, "True"),
                (np.True_, "True"),
                (None, "None"),
                (np.nan, "nan"),
                ("2,5", "'2,5'"),
                ("", "''"),
                (pd.Timestamp("2024-01-01"), r"Timestamp\('2024-01-01 00:00:00'\)"),
                (1 + 2j, r"\(1\+2j\)"),
            )
        ],
        (
            GOOD.assign(weight=pd.Timestamp("2024-01-01")),
            r"the weight Timestamp.* of 'T'; expected",
        ),
        (GOOD.assign(weight=True), r"the weight True of 'T'; expected a number above 0"),
        (with_cell(3, "direction", True), r"the direction True of 'a2'; expected 1 or -1"),
        (with_cell(3, "direction", "−1"), r"the direction '−1' of 'a2'; expected 1 or -1"),
        (with_cell(3, "direction", 0.5), r"the direction 0.5 of 'a2'; expected 1 or -1"),
        (pd.concat([GOOD, GOOD["weight"]], axis=1), r"the column 'weight' twice"),
        (GOOD.drop(columns="weight"), r"found the columns .*; expected also weight"),
        (GOOD.drop(columns=["parent", "direction"]), r"expected also parent, direction"),
        (GOOD.iloc[:0], r"0 nodes without a parent"),
    ],
)
def test_from_frame_refuses(frame, message):
    with pytest.raises(DataError, match=message):
        Framework.from_frame(frame)


@pytest.mark.parametrize(
    "frame",
    [
        GOOD,
        GOOD.astype(str),  # as a CSV read as text
        GOOD.set_index("code"),
        GOOD.replace({"parent": {"": None}}),
        GOOD.assign(direction=GOOD["direction"].astype(float)),
    ],
)
def test_from_frame_accepts(frame):
    fw = Framework.from_frame(frame)
    assert fw.root == "T"
    assert fw.indicators == ("a1", "a2", "B")
    assert fw.children("A") == ("a1", "a2")
    assert fw.children("a1") == ()
    assert fw.ancestors("a2") == ("A", "T")
    assert fw.table["direction"].tolist() == [1, 1, 1, -1, 1]
    expected = {"a1": 1 / 6, "a2": 1 / 2, "B": 1 / 3}
    assert fw.effective_weights().to_dict() == pytest.approx(expected)


def test_rows_in_any_order_give_parents_first():
    fw = Framework.from_frame(GOOD.iloc[::-1])
    assert fw.table.index.tolist() == ["T", "B", "A", "a2", "a1"]
    assert [node for node, _ in fw.groups] == ["A", "T"]  # the lowest first


def test_the_frame_given_is_left_as_it_was():
    before = GOOD.copy()
    Framework.from_frame(GOOD)
    pd.testing.assert_frame_equal(GOOD, before)


def test_weights_given_replace_those_they_name():
    fw = Framework.from_frame(GOOD)
    assert fw.shares({"a1": 3}).to_dict() == pytest.approx(
        {"T": 1.0, "A": 2 / 3, "a1": 0.5, "a2": 0.5, "B": 1 / 3}
    )
    assert fw.effective_weights({"a1": 0}).to_dict() == pytest.approx(
        {"a1": 0.0, "a2": 2 / 3, "B": 1 / 3}
    )


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"Z": 1}, "a weight for 'Z'; expected codes of the framework"),
        ({"a1": -1}, "the weight -1 of 'a1'; expected a weight of 0 or more"),
        ({"a1": np.nan}, "the weight nan of 'a1'"),
        ({"a1": np.inf}, "the weight inf of 'a1'"),
        ({"a1": "3"}, "the weight '3' of 'a1'; expected a weight of 0 or more, a number"),
        ({"a1": True}, "the weight True of 'a1'"),
        ({"a1": None}, "the weight None of 'a1'"),
        ({"a1": 10**400}, "the weight 10000"),
        ({"a1": [1]}, r"the weight \[1\] of 'a1'"),
        (["a1"], "weights of type list; expected {node: weight}, or None"),
        (pd.Series({"a1": 1.0}), "weights of type Series; expected {node: weight}, or None"),
        ({"a1": 0, "a2": 0}, "weights in .* that sum to 0"),
    ],
)
def test_weights_refused(weights, message):
    fw = Framework.from_frame(GOOD)
    with pytest.raises(DataError, match=message):
        fw.shares(weights)
    with pytest.raises(DataError, match=message):
        Method(weights=weights).score(PANEL, fw)


@pytest.mark.parametrize("weight", [3, 3.0, np.float32(3), np.int64(3), Decimal(3), Fraction(3)])
def test_every_kind_of_number_is_a_weight(weight):
    fw = Framework.from_frame(GOOD)
    assert fw.shares({"a1": weight})["a1"] == 0.5
    cells = GOOD.astype(object)
    cells.loc[2, "weight"] = weight
    assert Framework.from_frame(cells).shares()["a1"] == 0.5
    assert Method(weights={"a1": weight}).score(PANEL, fw).scores["A"].tolist() == [50, 50]


@pytest.mark.parametrize("year", [2023, 2024])
@pytest.mark.parametrize("inferred", [True, False])
def test_the_official_tree(year, inferred):
    fw = Framework.official(year, inferred=inferred)
    levels = fw.table["level"].value_counts().to_dict()
    assert levels == {"indicator": 52, "subpillar": 16, "pillar": 7, "subindex": 2, "index": 1}
    assert len(fw.indicators) == 52
    assert fw.root == "PII"
    assert fw.children("PII") == ("IN", "OUT")
    assert fw.children("IN") == ("1", "2", "3", "4", "5")
    assert fw.children("OUT") == ("6", "7")
    assert fw.indicators[0] == "1.1.1"
    assert fw.indicators[-1] == "7.2.4"


# What one score point is worth in the PII.
@pytest.mark.parametrize(
    ("group", "weight"),
    [
        ("1.1", 0.016667),
        ("1.2", 0.0125),
        ("2.1", 0.016667),
        ("2.2", 0.0125),
        ("3.1", 0.025),
        ("3.2", 0.016667),
        ("4.1", 0.0125),
        ("4.2", 0.016667),
        ("5.1", 0.011111),
        ("5.2", 0.011111),
        ("5.3", 0.011111),
        ("6.1", 0.041667),
        ("6.2", 0.020833),
        ("6.3", 0.027778),
        ("7.1", 0.03125),
        ("7.2", 0.03125),
    ],
)
def test_effective_weights_of_the_official_tree(group, weight):
    fw = Framework.official(2024)
    effective = fw.effective_weights()
    for code in fw.children(group):
        assert effective[code] == pytest.approx(weight, abs=5e-7)


def test_effective_weights_sum_to_one():
    assert Framework.official(2024).effective_weights().sum() == pytest.approx(1.0, abs=1e-12)


def test_uninferred_has_no_direction_down_and_no_cap():
    fw = Framework.official(2024, inferred=False)
    assert (fw.table["direction"] == 1).all()
    assert np.isnan(caps(fw)).all()


CAPPED = {
    2023: "2.2.1 2.2.2 2.2.4 4.1.1 4.2.2 4.2.3 5.1.3 5.3.2 6.3.1 7.1.2",
    2024: "2.2.1 2.2.2 2.2.4 4.1.1 4.2.2 4.2.3 5.1.3 5.2.2 5.2.3 5.3.2 6.1.1 6.3.1 6.3.2 7.2.1",
}


@pytest.mark.parametrize("year", [2023, 2024])
def test_what_is_inferred(year):
    fw = Framework.official(year)
    assert fw.table.index[fw.table["direction"] == -1].tolist() == ["4.1.2"]
    capped = fw.table[fw.table["cap"].notna()]
    assert capped.index.tolist() == CAPPED[year].split()
    assert (capped["cap_low"] <= capped["cap"]).all()
    assert (capped["cap"] <= capped["cap_high"]).all()
    assert (capped["evidence"] != "").all()


def test_fifteen_indicators_are_capped_in_one_year_or_the_other():
    assert len(set(CAPPED[2023].split()) | set(CAPPED[2024].split())) == 15


def test_caps_are_not_carried_to_another_year():
    with pytest.raises(DataError, match=r"inferred treatments for 2025; expected 2023 or 2024"):
        Framework.official(2025)
    assert len(Framework.official(2025, inferred=False).indicators) == 52
