"""A waterfall adds up, from the published score to what the portfolio promises."""

import numpy as np
import pytest

import piilib as pii


@pytest.fixture(scope="module")
def base():
    return pii.anchor(pii.load_sheet("cao-bang", 2024), draws=40)


@pytest.mark.parametrize("by", ["net", "gain"])
@pytest.mark.parametrize("budget", [2.0, 10.0, 60.0])
def test_steps_join_and_end_at_the_score(base, by, budget):
    found = pii.best_portfolio(base, budget, by=by)
    steps = pii.waterfall(base, found)
    assert list(steps.index) == list(found.table.index)
    assert steps["start"].iloc[0] == 23.95
    assert steps["start"].to_numpy()[1:] == pytest.approx(steps["end"].to_numpy()[:-1])
    assert steps["change"].sum() == pytest.approx(found.reached - 23.95)
    assert steps["end"].iloc[-1] == pytest.approx(found.reached)
    assert steps["effort"].iloc[-1] == pytest.approx(found.effort)


def test_one_step_is_the_what_if_of_it(base):
    found = pii.best_portfolio(base, 3.0, by="gain")
    (code,) = found.table.index
    by_hand = pii.what_if(base, {code: float(found.table.at[code, "to"])}).at["PII", "gain"]
    assert pii.waterfall(base, found).at[code, "change"] == pytest.approx(by_hand, abs=0.002)


def test_nothing_bought_is_no_step(base):
    steps = pii.waterfall(base, pii.best_portfolio(base, 0.0))
    assert steps.empty
    assert list(steps.columns) == ["start", "change", "end", "effort"]
    assert np.isclose(pii.best_portfolio(base, 0.0).reached, 23.95)
