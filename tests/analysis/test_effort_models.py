"""Costs in place of years, two analysts compared, and levers robust under every model."""

import dataclasses
import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, spearmanr

from piilib.analysis import lever_doubt
from piilib.analysis.effort_models import (
    compare_efforts,
    robust_at_all,
    robust_levers,
    weighted_kappa,
)
from piilib.analysis.lever_doubt import DOUBTS, P_TOP, how_sure
from piilib.analysis.levers import levers
from piilib.analysis.portfolio_steps import step_menu
from piilib.analysis.whatif import anchor
from piilib.cli import main
from piilib.data.effort_form import EffortForm
from piilib.data.effort_tables import cost_table, load_effort, own_scores
from piilib.errors import DataError

NAN = np.nan
PRICES = {"1.1.1": 20.0, "6.1.1": 12.5, "7.1.1": 3.0}
SIZES = {"1.1.1": 1.0, "6.1.1": 10_000 / 548_200, "7.1.1": 1.0}


def form(columns: dict[str, dict[str, float]], who: str = "A") -> EffortForm:
    """Make what `read_effort_form` gives: column to indicator to figure."""
    names = ["own_difficulty", "own_step", "own_lag", "cost", "lead_time", "natural_size"]
    table = pd.DataFrame(NAN, index=load_effort().index, columns=names).assign(own_reason="")
    for column, cells in columns.items():
        for code, figure in cells.items():
            table.loc[code, column] = figure
    return EffortForm(who, "", datetime.date(2026, 11, 5), table, Path("form.csv"))


def scored(scores: dict[str, float], who: str = "A") -> pd.DataFrame:
    return own_scores(form({"own_difficulty": scores}, who))


@pytest.fixture(scope="module")
def few(sheets):
    return anchor(sheets[2024], draws=20)


@pytest.fixture(scope="module")
def costs():
    return cost_table(form({"cost": PRICES, "natural_size": SIZES}))


@pytest.fixture(scope="module")
def paid(few, costs):
    return dataclasses.replace(few, effort=costs)


@pytest.fixture(scope="module")
def bill(paid):
    return levers(paid, draws=50)


def test_gain_per_million_by_hand(bill):
    """1.1.1 is 1/60 of the index: two sub-indices, five pillars, two sub-pillars, three."""
    row = bill.loc["1.1.1"]
    assert row["weight"] == pytest.approx(1 / 60)
    assert row["effort"] == pytest.approx(4 * 20.0)
    moved = 52.51 + 5.51 - (25.16 + 10.00)
    assert row["net"] == pytest.approx(100 * 4 / moved / 60, abs=0.001)
    assert row["gain_per_effort"] == pytest.approx(100 * 4 / moved / 60 / 80, abs=1e-5)
    assert row["effort_unit"] == "million VND"


def test_the_smallest_purchase_is_one_natural_unit(bill):
    """The step of 0.0182 is a little less than one application, which cannot be parted."""
    assert bill.at["6.1.1", "effort"] == pytest.approx(12.5)


def test_money_is_linear_on_the_way_to_a_target(bill, few):
    """Years get dearer on the way, million VND do not."""
    row = bill.loc["1.1.1"]
    way = row["target"] - 45.28
    assert way > 4
    reach = min(way, 52.51 - 45.28)
    assert row["target_effort"] == pytest.approx(20.0 * reach, abs=0.5)
    years = levers(few, draws=10).loc["1.1.1"]
    assert years["target_effort"] / years["effort"] > reach / 4


def test_without_a_cost_no_lever(bill):
    reasons = bill["why_not"]
    assert sorted(bill.index[bill["eligible"]]) == ["1.1.1", "6.1.1"]
    assert reasons["7.1.1"] == "growth"  # a cost makes no lever of it
    assert reasons["4.1.2"] == "excluded"
    assert reasons["6.3.3"] == "nothing to gain"
    assert reasons["1.2.1"] == "no cost"
    assert (
        bill.loc[bill["why_not"] == "no cost", ["effort", "gain_per_effort"]].isna().all(axis=None)
    )
    assert bill.index[0] in PRICES


def test_steps_of_a_portfolio_are_paid_in_money(paid, bill):
    menu = step_menu(paid, bill, 2)
    assert set(menu["code"]) == {"1.1.1", "6.1.1"}
    first = menu[menu["number"] == 1].set_index("code")["effort"]
    assert first["1.1.1"] == pytest.approx(80.0)
    assert first["6.1.1"] == pytest.approx(12.5, rel=0.01)


def test_no_price_without_a_size(few, costs, sheets):
    broken = costs.copy()
    broken.loc["1.1.1", "natural_size"] = NAN
    with pytest.raises(DataError, match=r"the natural_size nan of 1\.1\.1; expected more than 0"):
        levers(sheets[2024], effort=broken)
    with pytest.raises(DataError, match="efforts without natural_size"):
        levers(sheets[2024], effort=costs.drop(columns="natural_size"))
    broken = costs.copy()
    broken.loc["1.1.1", "difficulty"] = -1.0
    with pytest.raises(DataError, match=r"the difficulty -1\.0 of 1\.1\.1"):
        robust_levers(few, {"cost": broken})


@pytest.fixture
def two(tiny):
    """Two levers, b (half the index) three times as good for its effort as a1 (a quarter)."""
    base = tiny({"a1": (50, 0, 1000), "a2": (50, 0, 1000), "b": (50, 0, 1000)})
    table = pd.DataFrame(
        {
            "kind": "index",
            "step": 1.0,
            "difficulty": [30.0, 1.0, 20.0],
            "lag_years": 1,
            "natural_size": 1e-6,
            "effort_unit": "million VND",
        },
        index=["a1", "a2", "b"],
    )
    eligible = pd.Series([True, False, True], index=base.fw.indicators)
    return dataclasses.replace(base, effort=table), eligible


def test_chance_of_the_best_against_the_normal(two, monkeypatch):
    """In money only the prices are in doubt: Φ(ln 3 / σ√2); in years the steps too: Φ(ln 3 / 2σ).

    In years a step is at least one step and progress gets dearer, hence the wider tolerance.
    """
    base, eligible = two
    monkeypatch.setattr(lever_doubt, "TOP", 1)
    money = how_sure(base, eligible, 40_000, 0)
    years = dataclasses.replace(base, effort=base.effort.assign(effort_unit="years"))
    worked = how_sure(years, eligible, 40_000, 0)
    for name, doubt in zip(P_TOP, DOUBTS, strict=True):
        assert money.at["b", name] == pytest.approx(
            norm.cdf(np.log(3) / (doubt * np.sqrt(2))), abs=0.008
        )
        assert worked.at["b", name] == pytest.approx(norm.cdf(np.log(3) / (2 * doubt)), abs=0.01)
        assert money.at["a1", name] + money.at["b", name] == pytest.approx(1.0)


def test_the_probability_is_one_where_ten_or_fewer_are_levers(bill):
    assert (bill.loc[["1.1.1", "6.1.1"], list(P_TOP)] == 1.0).all(axis=None)


def test_kappa_by_hand():
    """Observed (0 + 1 + 0 + 4)/4 = 5/4; expected (24 + 12 + 8 + 8)/16 = 13/4; κ = 1 − 5/13."""
    first, second = np.array([1.0, 2, 3, 3]), np.array([1.0, 3, 3, 5])
    assert weighted_kappa(first, second) == pytest.approx(8 / 13)
    assert weighted_kappa(second, first) == pytest.approx(8 / 13)


@pytest.mark.parametrize(
    ("first", "second", "kappa"),
    [
        ([1, 2, 3], [1, 2, 3], 1.0),
        ([1, 5], [5, 1], -1.0),
        ([1, 1, 5, 5], [1, 5, 1, 5], 0.0),  # as chance would have it
        ([3, 3], [3, 3], NAN),
        ([2, 2], [4, 4], 0.0),
        ([], [], NAN),
    ],
)
def test_kappa_in_its_limits(first, second, kappa):
    found = weighted_kappa(np.array(first, dtype=float), np.array(second, dtype=float))
    assert found == pytest.approx(kappa, nan_ok=True)


PAIRS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=60)


@given(PAIRS)
def test_kappa_against_the_table_of_counts(pairs):
    """The usual definition: weights (i − j)², observed counts, counts expected of the margins."""
    seen = np.zeros((5, 5))
    for i, j in pairs:
        seen[i - 1, j - 1] += 1
    weight = np.subtract.outer(np.arange(5), np.arange(5)) ** 2
    expected = (weight * np.outer(seen.sum(axis=1), seen.sum(axis=0))).sum() / len(pairs)
    first, second = np.array(pairs, dtype=float).T
    kappa = 1 - (weight * seen).sum() / expected if expected else NAN
    assert weighted_kappa(first, second) == pytest.approx(kappa, nan_ok=True)


def test_only_what_both_have_scored_counts():
    first = scored({"1.1.1": 1, "1.1.2": 2, "1.1.3": 3, "1.2.1": 3, "6.1.1": 5}, "A")
    second = scored({"1.1.1": 1, "1.1.2": 3, "1.1.3": 3, "1.2.1": 5, "7.2.4": 1}, "B")
    second.loc["1.1.1", "step"] = 3.0
    both = compare_efforts(first, second)
    codes = ["1.1.1", "1.1.2", "1.1.3", "1.2.1"]
    assert both.table.index[both.table["counted"]].tolist() == codes
    assert both.table.loc[codes, "difference"].tolist() == [0, 1, 0, 2]
    assert both.table.loc["6.1.1", ["first", "second", "difference"]].tolist() == [5, 2, -3]
    assert both.table.loc["1.1.1", ["step_first", "step_second"]].tolist() == [4.0, 3.0]
    assert (both.counted, both.same, both.difference) == (4, 0.5, 0.75)
    assert both.kappa == pytest.approx(8 / 13)
    assert both.spearman == pytest.approx(spearmanr([1, 2, 3, 3], [1, 3, 3, 5]).statistic)


def test_an_own_lag_is_no_own_difficulty():
    late = own_scores(form({"own_lag": {"1.1.1": 3}, "own_difficulty": {"1.1.2": 3}}))
    assert compare_efforts(late, load_effort()).counted == 1


def test_tables_that_say_of_nobody_count_whole():
    both = compare_efforts(load_effort(), load_effort().iloc[::-1])
    assert (both.counted, both.same, both.kappa, both.spearman) == (52, 1.0, 1.0, pytest.approx(1))


def test_no_agreement_to_speak_of():
    both = compare_efforts(scored({"1.1.1": 1}), scored({"1.1.2": 1}))
    assert both.counted == 0
    assert np.isnan([both.same, both.difference, both.kappa, both.spearman]).all()


def test_costs_have_no_kappa(costs):
    double = costs.assign(difficulty=2 * costs["difficulty"])
    both = compare_efforts(costs, double)
    assert both.counted == 3
    assert np.isnan(both.kappa)
    assert both.spearman == pytest.approx(1.0)


def test_tables_that_cannot_be_compared(costs):
    with pytest.raises(DataError, match="efforts in years and in million VND"):
        compare_efforts(load_effort(), costs)
    with pytest.raises(DataError, match=r"1\.1\.1 in one of the tables only"):
        compare_efforts(load_effort(), load_effort().drop(index="1.1.1"))


def test_robust_by_hand():
    """At least a half everywhere; a lever that one model does not price is not robust."""
    chances = pd.DataFrame(
        {
            "years 0.25": [0.9, 0.9, 0.5, 0.2, NAN],
            "years 0.8": [0.6, 0.6, 0.5, 0.2, NAN],
            "cost 0.5": [0.7, NAN, 0.5, 0.9, NAN],
        },
        index=["good", "unpriced", "just", "bad", "never"],
    )
    table = robust_at_all(chances)
    assert table["robust"].to_dict() == {
        "good": True,
        "just": True,
        "bad": False,
        "unpriced": False,
        "never": False,
    }
    assert table.index.tolist() == ["good", "just", "bad", "unpriced", "never"]
    assert table["lowest_at"].tolist() == ["years 0.8", "years 0.25", "years 0.25", "cost 0.5", ""]
    assert table["lowest"].tolist() == pytest.approx([0.6, 0.5, 0.2, NAN, NAN], nan_ok=True)


def test_one_model_is_the_table_of_levers(few):
    table = robust_levers(few, {"default": load_effort()}, draws=400, seed=3)
    known = levers(few, draws=400, seed=3).loc[table.index]
    assert table["default 0.5"].equals(known["p_top"])
    assert table["default 0.8"].equals(known["p_top_high_doubt"])
    assert table["robust"].equals(known["robust"])
    assert table["robust"].sum() > 0


def test_more_models_leave_fewer_levers(few, costs):
    dear = scored({"1.1.1": 5})
    one = robust_levers(few, {"default": load_effort()}, draws=400)
    two = robust_levers(few, {"default": load_effort(), "B": dear}, draws=400)
    three = robust_levers(few, {"default": load_effort(), "B": dear, "cost": costs}, draws=400)
    robust = [set(table.index[table["robust"]]) for table in (one, two, three)]
    assert "1.1.1" in robust[0] - robust[1]
    assert two.at["1.1.1", "lowest_at"].startswith("B ")
    assert robust[2] <= robust[1] & set(PRICES)
    pd.testing.assert_frame_equal(
        three, robust_levers(few, {"default": load_effort(), "B": dear, "cost": costs}, draws=400)
    )


def test_models_refused(few, sheets):
    table = load_effort()
    for models in ({}, {" ": table}):
        with pytest.raises(DataError, match="at least one"):
            robust_levers(few, models)
    table.loc["7.1.1", "kind"] = "share"
    with pytest.raises(DataError, match=r"7\.1\.1 as growth in one of 'own' and the anchor"):
        robust_levers(few, {"own": table}, draws=10)
    assert len(robust_levers(sheets[2024], {"own": table}, draws=10)) == 52


def test_a_table_of_costs_on_the_command_line(costs, tmp_path):
    costs.to_csv(tmp_path / "costs.csv", index_label="code")
    arguments = ["levers", "--province", "cao-bang", "--effort", str(tmp_path / "costs.csv")]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0
    heading, *rows = done.output.splitlines()
    assert "per mVND" in heading
    assert sorted(row.split()[0] for row in rows) == ["1.1.1", "6.1.1"]
