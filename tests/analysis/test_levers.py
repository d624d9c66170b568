"""Which indicators give most for the effort, and how sure that is."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import piilib as pii
from piilib.analysis.agencies import agencies
from piilib.analysis.effort import effort
from piilib.analysis.levers import index_weights, levers
from piilib.analysis.whatif import anchor
from piilib.data.tables import load_effort
from piilib.errors import DataError
from piilib.index.framework import Framework

DOUBTS = ["p_top_low_doubt", "p_top", "p_top_high_doubt"]


@pytest.fixture(scope="module")
def few(sheets):
    """Give an anchor of few draws, for what does not hang on them."""
    return anchor(sheets[2024], draws=20)


def test_every_indicator_has_a_row(table):
    assert sorted(table.index) == sorted(set(table.index))
    assert len(table) == 52


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("7.1.1", "growth"),
        ("7.1.4", "growth"),
        ("7.2.1", "growth"),
        ("4.1.2", "excluded"),
        ("4.2.3", "excluded"),
        ("6.3.3", "nothing to gain"),
    ],
)
def test_never_a_lever(table, code, why):
    row = table.loc[code]
    assert row["why_not"] == why
    assert not row["eligible"]
    assert not row["robust"]
    assert row["group"] == ""
    assert row[DOUBTS].isna().all()


def test_all_others_are_levers(table):
    assert table["eligible"].sum() == 46
    assert (table.loc[table["eligible"], "why_not"] == "").all()


def test_no_value_no_lever(sheets):
    first = levers(anchor(sheets[2023], draws=20), draws=100)
    assert first.at["3.2.2", "why_not"] == "no value"
    assert first.at["2.1.3", "why_not"] == "nothing to gain"  # the national highest in 2023
    assert first.at["6.3.2", "why_not"] == "nothing to gain"
    assert first["weight"].sum() == pytest.approx(1.0)
    assert first.at["3.2.1", "weight"] == pytest.approx(0.1 / 4)  # two of three have a value


def test_a_reversed_indicator_at_the_highest_has_all_to_gain(sheets):
    efforts = load_effort()
    efforts.loc["4.1.2", "kind"] = "share"
    first = levers(anchor(sheets[2023], effort=efforts, draws=20), draws=100)
    assert sheets[2023].table.loc["4.1.2", ["value", "highest"]].tolist() == [0.09, 0.09]
    assert first.at["4.1.2", "eligible"]
    assert first.at["4.1.2", "gain"] > 0
    assert first.at["4.1.2", "needed"] == pytest.approx(0.08, abs=0.005)


def test_levers_come_first_and_best_first(table):
    eligible = table["eligible"].tolist()
    assert eligible == sorted(eligible, reverse=True)
    ratio = table.loc[table["eligible"], "gain_per_effort"]
    assert ratio.is_monotonic_decreasing
    np.testing.assert_allclose(ratio, (table["net"] / table["effort"])[ratio.index], rtol=0.02)


def test_the_first_ten_are_sane(table):
    """Policies, entry costs, e-government, S&T enterprises, PAR Index, applications …"""
    expected = {"1.1.1", "1.2.1", "3.1.2", "6.3.2", "1.2.3", "6.1.1", "6.2.4", "1.1.2", "3.1.1"}
    assert expected <= set(table.index[:10])


def test_ranges_hold_the_middle(table):
    for name in ("gain", "net", "more"):
        known = table[table[name].notna()]
        assert (known[f"{name}_low"] <= known[name] + 1e-12).all()
        assert (known[name] <= known[f"{name}_high"] + 1e-12).all()
    assert (table.loc[table["eligible"], ["gain", "net", "effort"]] > 0).all(axis=None)


def test_where_the_unit_is_the_bound_the_gain_may_be_nothing(table):
    """7.1.4 is the national lowest: the lowest moves with it until the next unit is passed."""
    assert table.index[table["bound_moves"]].sort_values().tolist() == ["6.3.3", "7.1.4"]
    assert table.at["7.1.4", "gain_low"] == 0.0
    assert table.at["7.1.4", "net_low"] == 0.0
    assert table.at["7.1.4", "gain_high"] > 0.17


def test_weights_are_those_of_the_tree(table, base):
    effective = base.fw.effective_weights()
    np.testing.assert_allclose(table["weight"], effective[table.index])
    np.testing.assert_allclose(index_weights(base), effective)


def test_value_needed_where_the_bounds_move(table, base):
    """1.1.1: 45.28 + its place between bounds that rise by 10.00 and 5.51 + a step of 4."""
    place = (45.28 - 25.16) / (52.51 - 25.16)
    expected = 45.28 + 10.00 + place * (5.51 - 10.00) + 4.0
    assert table.at["1.1.1", "needed"] == pytest.approx(expected, abs=0.01)
    assert base.drift.at["3.1.1", "reason"] == "same data"
    assert table.at["3.1.1", "needed"] == pytest.approx(0.44 + 0.03, abs=0.003)


@pytest.mark.parametrize("doubt", DOUBTS)
def test_probabilities(table, doubt):
    chance = table.loc[table["eligible"], doubt]
    assert chance.between(0, 1).all()
    assert chance.sum() == pytest.approx(10.0)


def test_less_doubt_parts_the_levers_more(table):
    spread = [table[doubt].var() for doubt in DOUBTS]
    assert spread == sorted(spread, reverse=True)


def test_groups(table):
    chance = table["p_top"]
    assert (table["group"] == "A").tolist() == (chance >= 0.7).tolist()
    assert (table["group"] == "B").tolist() == ((chance >= 0.4) & (chance < 0.7)).tolist()
    assert (table["group"] == "C").tolist() == (chance < 0.4).tolist()
    assert table["robust"].tolist() == (table[DOUBTS] >= 0.5).all(axis=1).tolist()
    assert set(table["group"]) == {"A", "B", "C", ""}


def test_monte_carlo_error(table):
    p = table.at["6.1.1", "p_top"]
    assert table.at["6.1.1", "p_top_error"] == pytest.approx(np.sqrt(p * (1 - p) / 4000))


def test_one_seed_identical_results(few):
    one, two = (levers(few, draws=300, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    other = levers(few, draws=300, seed=4)
    assert not other["p_top"].equals(one["p_top"].loc[other.index])
    pd.testing.assert_series_equal(other["net"], one["net"])


def test_one_seed_identical_results_from_the_sheet(sheets, table):
    pd.testing.assert_frame_equal(levers(sheets[2024], draws=4000), table)


def test_an_own_table_of_efforts_changes_the_order(sheets, table, tmp_path):
    efforts = load_effort()
    best = table.index[0]
    efforts.loc[best, "difficulty"] = 5.0
    efforts.loc["2.1.1", "step"] = 1.0
    efforts.loc["5.1.1", "kind"] = "excluded"
    from_frame = levers(sheets[2024], effort=efforts, draws=300)
    assert from_frame.index[0] == "2.1.1"
    assert from_frame.index.get_loc(best) > 3
    assert from_frame.at["5.1.1", "why_not"] == "excluded"
    assert from_frame.at[best, "effort"] == pytest.approx(2.5 * table.at[best, "effort"], rel=0.01)
    path = tmp_path / "efforts.csv"
    efforts.to_csv(path, index_label="code")
    pd.testing.assert_frame_equal(levers(sheets[2024], str(path), draws=300), from_frame)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda e: e.drop(index="1.1.1"), r"efforts without 1\.1\.1"),
        (lambda e: e.drop(columns="step"), "efforts without step"),
        (lambda e: e.assign(step="1"), r"the step '1' of 1\.1\.1; expected more than 0, a number"),
        (lambda e: e.assign(difficulty=True), r"the difficulty True of 1\.1\.1; expected more"),
        (lambda e: e.assign(step=0.0), r"the step 0\.0 of 1\.1\.1; expected more than 0"),
        (lambda e: e.assign(difficulty=np.nan), r"the difficulty nan of 1\.1\.1"),
    ],
)
def test_efforts_refused(sheets, change, message):
    with pytest.raises(DataError, match=message):
        levers(sheets[2024], effort=change(load_effort()))


def test_an_anchor_has_its_own_efforts(few):
    with pytest.raises(DataError, match=r"an anchor and efforts; expected efforts given to anchor"):
        levers(few, effort=load_effort())


def test_targets_of_the_plan(table, plan):
    """1.2.2 at its target of 7.00, between 5.53 and 7.38."""
    target = float(plan.table.at["1.2.2", "target"])
    row = table.loc["1.2.2"]
    assert row["target"] == target
    best = min(100.0, 100 * (target - 5.53) / (7.38 - 5.53))
    now = 100 * (6.37 - 5.53) / (7.38 - 5.53)
    assert row["target_gain"] == pytest.approx(0.0125 * (best - now), abs=0.003)
    assert row["target_gain_low"] <= row["target_gain"] <= row["target_gain_high"]
    assert row["target_effort"] > row["difficulty"]


def test_a_target_that_stays_costs_nothing(table):
    for code in ("6.2.4", "6.3.3"):
        assert table.at[code, "target_gain"] == 0.0
        assert table.at[code, "target_effort"] == 0.0
        assert np.isnan(table.at[code, "target_gain_per_effort"])


def test_the_harmful_target(table):
    assert -0.32 <= table.at["4.1.2", "target_gain"] <= -0.28
    assert table.at["4.1.2", "target_effort"] == 0.0
    others = table.drop(index="4.1.2")
    assert (others["target_gain"].dropna() >= 0).all()


def test_nothing_is_bought_beyond_the_attainable(table):
    """6.3.2's target of 10 is worth, and costs, no more than its cap near 7.3."""
    row = table.loc["6.3.2"]
    assert row["target_gain"] == pytest.approx(row["weight"] * (100 - row["score"]), abs=1e-6)
    to_the_cap = effort(5.67 / 7.3, 1.0, 0.81, 3.0, 7.3)
    assert row["target_effort"] == pytest.approx(float(to_the_cap), rel=0.02)


def test_a_cap_that_is_not_identified_is_said(few):
    marked = few.fw.table.copy()
    marked["unidentified"] = ""
    marked.loc["6.1.2", "unidentified"] = "true"
    found = levers(dataclasses.replace(few, fw=Framework(marked)), draws=100)
    assert found.index[found["cap_unknown"]].tolist() == ["6.1.2"]


def test_marks(table):
    assert table.at["6.1.1", "every_year"]  # applications must be made again every year
    assert not table.at["6.3.2", "every_year"]
    assert not table.at["3.1.1", "measured_yearly"]
    assert table.at["1.1.1", "measured_yearly"]
    assert table.at["6.3.2", "capped"]
    assert not table.at["1.1.1", "capped"]
    assert table.at["6.3.2", "count"] == pytest.approx(7)
    assert table.at["6.1.1", "count"] == pytest.approx(1, abs=0.01)


def test_agencies_sum_to_the_levers(table):
    by_agency = agencies(table)
    usable = table[table["eligible"]]
    assert by_agency["indicators"].sum() == 52
    assert by_agency["levers"].sum() == len(usable) == 46
    for name in ("gain", "net", "effort"):
        assert by_agency[name].sum() == pytest.approx(usable[name].sum())
    assert by_agency["net"].is_monotonic_decreasing
    working = by_agency[by_agency["levers"] > 0]
    np.testing.assert_allclose(working["gain_per_effort"], working["net"] / working["effort"])


def test_agencies_of_cao_bang(table):
    """The appendix gives the Department of Science and Technology 17, of Finance 9."""
    by_agency = agencies(table)
    assert by_agency.index[0] == "Sở Khoa học và Công nghệ"
    assert by_agency.at["Sở Khoa học và Công nghệ", "indicators"] == 17
    assert by_agency.at["Sở Tài chính", "indicators"] == 9
    assert by_agency.at["Sở Khoa học và Công nghệ", "best"] == "1.1.1"
    mine = table[table["lead"] == "Sở Tư pháp"]
    assert mine.index.tolist() == ["1.1.2"]
    assert by_agency.at["Sở Tư pháp", "net"] == mine["net"].iloc[0]


def test_an_agency_without_a_lever(table):
    none = agencies(table).query("levers == 0")
    assert none.index.tolist() == ["Ngân hàng Chính sách xã hội tỉnh Cao Bằng"]
    assert none["gain"].tolist() == [0.0]
    assert none["gain_per_effort"].isna().all()
    assert none["best"].tolist() == [""]


def test_agencies_from_an_anchor(base, table):
    plan = pii.load_plan("cao-bang")
    pd.testing.assert_frame_equal(agencies(base), agencies(table, plan=plan))
