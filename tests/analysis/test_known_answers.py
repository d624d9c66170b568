"""Gains, levers and plans of Cao Bằng 2024 against figures worked out independently."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import piilib as pii
from piilib.analysis.change import indicator_changes
from piilib.analysis.drift import bound_drift
from piilib.analysis.levers import DOUBTS, index_weights
from piilib.analysis.plan import plan_levels, plan_table, plan_total, target_scores
from piilib.analysis.whatif import Anchor
from piilib.index.scoring import method_framework


@pytest.fixture(scope="module")
def sheet() -> pii.Sheet:
    return pii.load_sheet("cao-bang", 2024)


@pytest.fixture(scope="module")
def base(sheet: pii.Sheet) -> Anchor:
    return pii.anchor(sheet)


@pytest.fixture(scope="module")
def levers(base: Anchor) -> pd.DataFrame:
    return pii.levers(base)


@pytest.fixture(scope="module")
def plan() -> pii.Plan:
    return pii.load_plan("cao-bang")


FIRST_STEPS = {
    "1.1.1": (0.24, 2.9),
    "1.2.1": (0.19, 2.3),
    "3.1.2": (0.27, 3.2),
    "6.3.2": (0.31, 4.1),
    "1.2.3": (0.14, 2.1),
    "1.2.2": (0.17, 3.4),
    "1.1.2": (0.21, 4.3),
    "3.1.1": (0.15, 3.1),
}


@pytest.mark.parametrize(("code", "expected"), FIRST_STEPS.items())
def test_first_step_at_2024_bounds(
    levers: pd.DataFrame, code: str, expected: tuple[float, float]
) -> None:
    row = levers.loc[code]
    assert (round(row["gain"], 2), round(row["effort"], 1)) == expected


ONE_MORE = {
    "6.1.1": (0.134, 0.136),  # read off the published 6.1: 3.24 points × 4.17 %
    "6.1.2": (0.11, 0.12),  # at least; the cap is not known
    "6.2.4": (0.20, 0.24),
    "6.3.2": (0.305, 0.31),
}


@pytest.mark.parametrize(("code", "bounds"), ONE_MORE.items())
def test_one_more_natural_unit(
    levers: pd.DataFrame, code: str, bounds: tuple[float, float]
) -> None:
    row = levers.loc[code]
    assert bounds[0] <= row["more_low"] <= row["more"] <= row["more_high"] <= bounds[1]


def test_ten_per_cent_more_of_the_share_of_gdp(base: Anchor) -> None:
    i = base.column["4.2.3"]
    drawn = base.calibration
    gain = drawn.scores(drawn.value * 1.1)[:, i] - drawn.scores()[:, i]
    low, high = np.quantile(gain * index_weights(base)[i], (0.05, 0.95))
    assert 0.006 <= low < high <= 0.0115


COUNTS = {"2.2.4": 6, "5.2.2": 68, "5.2.3": 2, "5.3.3": 23, "6.1.1": 1, "6.1.2": 0, "6.2.2": 26}
COUNTS |= {"6.2.3": 4, "6.2.4": 2, "6.3.1": 125, "6.3.2": 7, "6.3.3": 35, "7.1.2": 13}


def test_counts_are_the_whole_numbers_behind_the_print(levers: pd.DataFrame) -> None:
    found = levers.loc[list(COUNTS), "count"]
    assert found.round(1).to_dict() == {code: float(count) for code, count in COUNTS.items()}


def test_a_denominator_that_is_not_in_the_data_is_said(sheet: pii.Sheet, tmp_path) -> None:
    text = (pd.read_csv(sheet.file, dtype=str)).replace({"province": {"cao-bang": "ha-giang"}})
    text.to_csv(tmp_path / "own.csv", index=False)
    own = pii.load_sheet("ha-giang", 2024, tmp_path / "own.csv")
    table = pii.levers(own, draws=100, data=tmp_path / "own.csv")
    assert table.at["6.1.1", "denominator_missing"]
    assert np.isnan(table.at["6.1.1", "more"])


NEVER = {"7.1.1": "growth", "7.1.4": "growth", "7.2.1": "growth", "4.1.2": "excluded"}
NEVER |= {"4.2.3": "excluded", "6.3.3": "nothing to gain"}


def test_what_is_never_a_lever(levers: pd.DataFrame) -> None:
    assert levers.loc[~levers["eligible"], "why_not"].to_dict() == NEVER
    assert levers.loc[~levers["eligible"], "p_top"].isna().all()


def test_order_is_by_net_gain_per_effort(levers: pd.DataFrame) -> None:
    usable = levers[levers["eligible"]]
    assert usable["gain_per_effort"].is_monotonic_decreasing
    ratio = usable["net"] / usable["effort"]
    assert np.allclose(ratio, usable["gain_per_effort"], rtol=0.02)


def test_probabilities_of_the_best_ten(levers: pd.DataFrame) -> None:
    usable = levers[levers["eligible"]]
    for name in ("p_top_low_doubt", "p_top", "p_top_high_doubt"):
        assert usable[name].between(0, 1).all()
        assert usable[name].sum() == pytest.approx(10)
    spread = [usable[n].std() for n in ("p_top_low_doubt", "p_top", "p_top_high_doubt")]
    assert spread == sorted(spread, reverse=True), "more doubt, less order"
    assert len(DOUBTS) == 3
    expected = np.select([usable["p_top"] >= 0.7, usable["p_top"] >= 0.4], ["A", "B"], "C")
    assert (usable["group"] == expected).all()


def test_one_seed_one_answer(sheet: pii.Sheet, levers: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(pii.levers(sheet), levers)
    assert not pii.levers(sheet, seed=1)["p_top"].equals(levers["p_top"])


def test_an_own_table_of_efforts(sheet: pii.Sheet, levers: pd.DataFrame, tmp_path) -> None:
    assert levers.index[0] == "1.1.1"
    table = pii.load_effort()
    table.loc["1.1.1", "difficulty"] = 5.0
    own = pii.levers(sheet, table, draws=200)
    assert own.at["1.1.1", "effort"] == pytest.approx(levers.at["1.1.1", "effort"] * 2.5)
    assert own.index[0] != "1.1.1"
    table.to_csv(tmp_path / "effort.csv", index_label="code")
    again = pii.levers(sheet, tmp_path / "effort.csv", draws=200)
    pd.testing.assert_frame_equal(again, own)


def test_agencies_add_up(levers: pd.DataFrame) -> None:
    table = pii.agencies(levers)
    usable = levers[levers["eligible"]]
    assert table["indicators"].sum() == 52
    for column in ("gain", "net", "effort"):
        assert table[column].sum() == pytest.approx(usable[column].sum())
    assert table.at["Sở Khoa học và Công nghệ", "indicators"] == 17


def test_what_if_reaches_every_node_above(base: Anchor) -> None:
    effect = pii.what_if(base, {"6.1.1": 0.5})
    assert list(effect.index) == ["6.1.1", "6.1", "6", "OUT", "PII"]
    gain = effect["gain"]
    assert gain["6.1"] == pytest.approx(gain["6.1.1"] / 2, abs=0.02)
    assert gain["6"] == pytest.approx(gain["6.1"] / 3, abs=0.02)
    assert gain["PII"] == pytest.approx(gain["6"] / 4, abs=0.02)
    assert effect.at["PII", "new"] == pytest.approx(23.95 + gain["PII"])


def test_what_if_stops_at_a_hundred(base: Anchor) -> None:
    far = pii.what_if(base, {"6.1.1": 99.0, "6.1.2": 99.0})
    assert far.at["6.1", "new"] == pytest.approx(100.0)


@pytest.mark.parametrize(("changes", "said"), [({"9.9": 1.0}, "9.9"), ({"6.1.1": np.nan}, "nan")])
def test_what_if_refuses(base: Anchor, changes: dict[str, float], said: str) -> None:
    with pytest.raises(pii.DataError, match=said):
        pii.what_if(base, changes)


def test_the_value_that_prints_as_today_changes_nothing(base: Anchor) -> None:
    effect = pii.what_if(base, {"6.2.4": 0.01})
    assert effect.at["PII", "gain"] == 0.0


def test_a_rise_that_only_keeps_pace_counts_zero(base: Anchor) -> None:
    low, high = (base.drift.at["1.2.3", c] for c in ("low_shift", "high_shift"))
    assert (round(low, 2), round(high, 2)) == (5.33, 2.08)
    now, bottom, top = 81.98, 81.32, 92.18
    pace = now + low + (now - bottom) / (top - bottom) * (high - low)
    effect = pii.what_if(base, {"1.2.3": pace})
    assert effect.at["PII", "net"] == pytest.approx(0.0, abs=0.002)
    assert effect.at["PII", "gain"] > 0.5


def test_record_of_2023_to_2024(sheet: pii.Sheet) -> None:
    past = indicator_changes(pii.load_sheet("cao-bang", 2023), sheet, "plain")
    assert past.loc["1.2.3", ["own"]].item() == pytest.approx(31.4, abs=0.1)
    net = past["own"] + past["bounds"]
    assert net["1.2.3"] == pytest.approx(-5.0, abs=0.05)
    assert (past.at["1.1.1", "own"], net["1.1.1"]) == pytest.approx((21.8, 0.8), abs=0.05)


def test_improvements_were_worth_less_than_they_looked(sheet: pii.Sheet) -> None:
    past = indicator_changes(pii.load_sheet("cao-bang", 2023), sheet, "plain")
    rose = past[past["comparable"] & (past["own"] > 0)]
    frozen = (rose["own"] * rose["weight"]).sum()
    real = ((rose["own"] + rose["bounds"]) * rose["weight"]).sum()
    assert (frozen, real) == pytest.approx((8.4, 6.1), abs=0.1)


def test_drift_says_why_a_bound_stays(base: Anchor) -> None:
    reason = base.drift["reason"]
    assert reason["6.3.2"] == "definition"
    assert reason["7.1.1"] == "growth"
    assert reason["2.1.2"] == "same data"
    assert reason["4.1.1"] == "cap"
    assert base.drift.at["6.3.3", "high_shift"] == 0.0, "the unit is itself the highest"


def test_without_the_year_before_nothing_moves(base: Anchor) -> None:
    drift = bound_drift(None, base.sheet, base.fw, base.effort["kind"])
    assert not drift["moved"].any()
    assert set(drift["reason"]) == {"one year only"}


def test_levels_of_the_plan(sheet: pii.Sheet, plan: pii.Plan) -> None:
    levels = plan_levels(sheet, plan).round(2).to_dict()
    assert levels == {
        "stated": 30.0,
        "pillars": 36.75,
        "subpillars": 34.92,
        "indicators_plain": 44.02,
        "indicators_official": 53.4,
    }


IMPLIED = {  # sub-pillar: plain with 4.1.2 reversed, with caps
    "1.1": (91.7, 91.7),
    "1.2": (61.4, 61.4),
    "2.1": (60.3, 60.3),
    "2.2": (63.5, 100.0),
    "3.1": (83.3, 83.3),
    "3.2": (49.1, 49.1),
    "4.1": (16.4, 29.2),
    "4.2": (40.3, 73.4),
    "5.1": (24.5, 38.1),
    "5.2": (44.9, 60.6),
    "5.3": (41.8, 62.2),
    "6.1": (8.4, 11.5),
    "6.2": (22.0, 22.0),
    "6.3": (54.5, 71.2),
    "7.1": (48.9, 48.9),
    "7.2": (30.6, 46.3),
}


@pytest.mark.parametrize(("column", "method"), [(0, "reversed"), (1, "official")])
def test_scores_that_the_targets_imply(
    sheet: pii.Sheet, plan: pii.Plan, column: int, method: str
) -> None:
    scores = target_scores(sheet, plan, method_framework(2024, method))
    expected = pd.Series({code: pair[column] for code, pair in IMPLIED.items()})
    assert (scores[expected.index] - expected).abs().max() <= 0.06


def test_targets_that_harm_or_exceed(base: Anchor, plan: pii.Plan, levers: pd.DataFrame) -> None:
    table = plan_table(base, plan, levers)
    assert list(table.index[table["harmful"]]) == ["4.1.2"]
    row = table.loc["4.1.2"]
    assert -0.33 <= row["target_gain_low"] <= row["target_gain_high"] <= -0.26
    above = {"1.1.1", "1.1.2", "2.1.3", "2.2.2", "2.2.3", "3.1.1"}
    assert set(table.index[table["above_highest"]]) == above
    assert set(table.index[table["no_change"]]) == {"6.2.4", "6.3.3"}


def test_total_of_the_plan(base: Anchor, plan: pii.Plan) -> None:
    totals = plan_total(base, plan)
    middle, low, high = totals["gain"]
    assert low <= middle <= high
    assert middle == pytest.approx(53.40 - 23.95, abs=1.0)
    assert totals["net"][0] < middle
