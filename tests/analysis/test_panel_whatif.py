"""What-if in a panel: by hand, against rebuilding, and properties."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import piilib as pii
from piilib.analysis.panel_whatif import panel_what_if
from piilib.errors import DataError

FW = pii.Framework.from_frame(
    pd.DataFrame(
        [("T", "", 1, 1), ("A", "T", 1, 1), ("a", "A", 3, 1), ("b", "A", 1, -1), ("c", "T", 1, 1)],
        columns=["code", "parent", "weight", "direction"],
    )
)
PANEL = pd.DataFrame(
    {"a": [0.0, 4.0, 10.0], "b": [5.0, 1.0, 3.0], "c": [2.0, 8.0, 6.0]}, index=["x", "y", "z"]
)


def test_by_hand_within_the_goalposts():
    """x: a 0 -> 5 is 50 points of a, 37.5 of A, 18.75 of T; no goalpost but a's lower one moves."""
    effect = panel_what_if(PANEL, FW, "x", {"a": 5.0})
    assert effect.nodes["frozen_gain"].to_dict() == {"a": 50.0, "A": 37.5, "T": 18.75}
    # moving: a's lowest is now y's 4, so x stands at (5 - 4) / 6
    assert effect.nodes.at["a", "moving"] == pytest.approx(100 / 6)
    assert effect.units.at["y", "frozen_score"] == effect.units.at["y", "score"]
    # y falls to 0 in a, which was 40 points: A loses 30, T loses 15
    assert effect.units.at["y", "moving_score"] - effect.units.at["y", "score"] == pytest.approx(
        -15
    )


def test_beyond_the_best_and_in_the_other_direction():
    effect = panel_what_if(PANEL, FW, "z", {"b": -1.0})
    assert effect.nodes.at["b", "now"] == 50.0
    assert effect.nodes.at["b", "frozen"] == 100.0
    assert effect.nodes.at["b", "moving"] == 100.0
    assert effect.units.at["y", "moving_score"] < effect.units.at["y", "score"]
    assert effect.units["moving_rank"].tolist() == [3.0, 2.0, 1.0]


@given(
    st.sampled_from(["x", "y", "z"]),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.floats(-20, 20), min_size=1),
)
def test_moving_is_the_panel_built_again(unit, changes):
    changed = PANEL.copy()
    for code, new in changes.items():
        changed.at[unit, code] = new
    if (changed.max() == changed.min()).any():
        return
    effect = panel_what_if(PANEL, FW, unit, changes)
    result = pii.Method().score(changed, FW)
    np.testing.assert_allclose(effect.units["moving_score"], result.scores["T"])
    np.testing.assert_array_equal(effect.units["moving_rank"], result.ranks["T"])


@given(st.floats(0, 10), st.floats(0, 10))
def test_frozen_is_linear_between_the_goalposts(first, second):
    gains = [
        panel_what_if(PANEL, FW, "y", {"a": new}).nodes.at["T", "frozen_gain"]
        for new in (first, second)
    ]
    assert gains[0] - gains[1] == pytest.approx((first - second) * 10 * 0.375, abs=1e-9)


def test_caps_stay_and_other_methods_have_no_frozen_goalposts():
    fw = pii.Framework(FW.table.assign(cap=[np.nan, np.nan, 5.0, np.nan, np.nan]))
    effect = panel_what_if(PANEL, fw, "y", {"a": 9.0}, pii.Method(treatment="official"))
    assert effect.nodes.at["a", "frozen"] == 100.0
    other = panel_what_if(PANEL, FW, "y", {"a": 9.0}, pii.Method("none", "zscore"))
    assert other.units["frozen_score"].isna().all()
    assert other.units["moving_score"].notna().all()


@pytest.mark.parametrize(
    ("unit", "changes", "message"),
    [
        ("w", {"a": 1.0}, "the unit 'w'"),
        ("x", {"A": 1.0}, "a change of 'A'"),
        ("x", {"a": float("nan")}, "the new value nan of a"),
        ("x", {"a": "3"}, "the new value '3' of a"),
    ],
)
def test_wrong_input_is_named(unit, changes, message):
    with pytest.raises(DataError, match=message):
        panel_what_if(PANEL, FW, unit, changes)
