"""Curves of gain against effort: the closed form, the ends, and what `levers` says of a step."""

import numpy as np
import pytest

import piilib as pii
from piilib.analysis.levers import index_weights


@pytest.fixture(scope="module")
def base():
    return pii.anchor(pii.load_sheet("cao-bang", 2024), draws=60)


@pytest.fixture(scope="module")
def curves(base):
    return pii.gain_curves(base, points=9)


def test_every_lever_with_something_to_gain_has_a_curve(base, curves):
    table = pii.levers(base, draws=1)
    assert set(curves.index.get_level_values("code")) == set(table.index[table["eligible"]])
    assert not {"7.1.1", "7.1.4", "7.2.1", "4.1.2", "4.2.3", "6.3.3"} & set(curves.index.levels[0])


def test_the_first_point_is_the_step_of_the_levers(base, curves):
    table = pii.levers(base, draws=1)
    first = curves.xs(1, level="point")
    one = first[np.isclose(first["steps"], 1.0)]
    assert len(one) >= 40
    for name in ("gain", "effort", "net"):
        assert one[name].to_numpy() == pytest.approx(table.loc[one.index, name].to_numpy())


def test_curves_rise_and_end_at_the_best(base, curves):
    weights = index_weights(base)
    for code, curve in curves.groupby("code"):
        for name in ("effort", "gain", "net"):
            assert (np.diff(curve[name]) >= -1e-9).all(), (code, name)
        i = base.column[code]
        left = 100.0 - np.median(base.calibration.scores()[:, i])
        assert curve["gain"].iloc[-1] == pytest.approx(weights[i] * left, rel=0.03)


@pytest.mark.parametrize("code", ["1.2.3", "3.1.1", "6.1.1", "7.2.3"])
def test_effort_is_the_closed_form(base, curves, code):
    """difficulty × span/step × (1 − u₀) × ln((1 − u₀)/(1 − u)) while 1 − u > 0.05."""
    row, i = base.effort.loc[code], base.column[code]
    drawn = base.calibration
    span = drawn.high[:, i] - drawn.low[:, i]
    left = (drawn.high[:, i] - drawn.value[:, i]) / span
    for _, point in curves.loc[code].iterrows():
        after = left - point["steps"] * row["step"] / span
        if np.median(after) < 0.06:
            continue
        expected = row["difficulty"] * span / row["step"] * left * np.log(left / after)
        assert point["effort"] == pytest.approx(np.median(expected), rel=1e-9)


@pytest.mark.parametrize("code", ["4.1.2", "7.1.1", "6.3.3", "9.9.9"])
def test_no_curve_where_there_is_no_lever(base, code):
    with pytest.raises(pii.DataError, match=f"a curve of '{code}'.*a lever"):
        pii.gain_curves(base, [code])


@pytest.mark.parametrize("points", [1, 0, 2.5, float("nan")])
def test_two_points_at_least(base, points):
    with pytest.raises(pii.DataError, match="points="):
        pii.gain_curves(base, points=points)
