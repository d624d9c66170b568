"""Portfolios of a sheet: by hand, beside the what-if and the levers, and Cao Bằng."""

import dataclasses
import itertools
import time

import numpy as np
import pandas as pd
import pytest

from piilib.analysis.effort import effort
from piilib.analysis.levers import levers
from piilib.analysis.plan import plan_total
from piilib.analysis.portfolio import best_portfolio, frontier, least_effort
from piilib.analysis.portfolio_effects import effects
from piilib.analysis.portfolio_steps import step_menu
from piilib.analysis.whatif import anchor, what_if
from piilib.data.tables import load_effort
from piilib.errors import DataError

SCIENCE, HOME = "Sở Khoa học và Công nghệ", "Sở Nội vụ"


@pytest.fixture(scope="module")
def ten(base):
    return best_portfolio(base)


@pytest.fixture(scope="module")
def thirty(base):
    return {by: least_effort(base, 30.0, by=by) for by in ("net", "gain")}


@pytest.fixture(scope="module")
def line(base):
    return frontier(base, points=9)


@pytest.fixture
def by_hand(tiny):
    """T is the mean of A (a1, a2) and b, so a point of a1 weighs 1/4 and one of b 1/2."""
    made = tiny(
        {"a1": (2, 0, 10), "a2": (5, 0, 10), "b": (5, 0, 20), "A": (35, 0, 100), "T": (30, 0, 100)},
        shifts={"a1": (1.0, 6.0)},
    )
    table = pd.DataFrame(
        {"kind": "index", "step": [1.0, 2.0, 4.0], "difficulty": [2.0, 3.0, 4.0], "lag_years": 1.0},
        index=["a1", "a2", "b"],
    )
    return dataclasses.replace(made, effort=table)


def menu_by_hand(base, ahead=2, **pace):
    codes = list(base.fw.indicators)
    facts = base.effort.loc[codes].assign(eligible=True, natural_size=np.nan, lead="x")
    return step_menu(base, facts, ahead, **pace).set_index(["code", "number"])


def test_menu_by_hand(by_hand):
    """a1 +1 of 10 is 10 score points, 2.5 of the index; its goalposts move apart by 5."""
    menu = menu_by_hand(by_hand)
    assert menu["gain"].round(9).tolist() == [2.5, 2.5, 5, 5, 10, 10]
    assert menu.loc["a1", "net"].tolist() == pytest.approx([2.5 * 10 / 15] * 2)
    assert menu.loc["b", "net"].tolist() == pytest.approx([10, 10])
    one, two = (float(effort(0.5, 0.5 + 0.2 * k, 2.0, 3.0, 10.0)) for k in (1, 2))
    assert menu.loc["a2", "effort"].tolist() == pytest.approx([one, 2 * (two - one)])


@pytest.mark.parametrize(
    ("ahead", "pace", "first"),
    [(1, 2, []), (2, 2, [True, False]), (3, 1, [True, True]), (3, 2, [True, True, False, False])],
)
def test_pace_lag_and_the_dearer_price(by_hand, ahead, pace, first):
    menu = menu_by_hand(by_hand, ahead, max_pace=pace).reset_index()
    assert menu.loc[menu["code"] == "a1", "first"].tolist() == first


def test_steps_stop_at_the_attainable_best(by_hand):
    """a2 has 5 of 10 to go in steps of 2: two whole ones and a half, which costs the rest."""
    menu = menu_by_hand(by_hand, 7).loc["a2"]
    assert menu["gain"].tolist() == pytest.approx([5, 5, 2.5])
    total = float(effort(0.5, 1.0, 2.0, 3.0, 10.0))
    assert menu["effort"].sum() == pytest.approx(total)


@pytest.mark.parametrize("steps", [1, 2, 3, 5])
def test_one_indicator_follows_the_closed_form(by_hand, steps):
    """Years enough for one step in each: the cost of n steps is that of `effort`."""
    menu = menu_by_hand(by_hand, 9, max_pace=1).loc["a1"]
    expected = float(effort(0.2, 0.2 + 0.1 * steps, 1.0, 2.0, 10.0))
    assert menu["effort"].iloc[:steps].sum() == pytest.approx(expected)
    assert menu["gain"].iloc[:steps].sum() == pytest.approx(2.5 * steps)


def test_effects_are_those_of_the_what_if(by_hand):
    """Progress of 3 on a1 beyond the drift: 2 is a fifth of 0…10, so the drift alone asks 2.0."""
    bought = {"a1": 3.0, "b": 4.0}
    together = effects(by_hand, bought)
    at_bounds = what_if(by_hand, {"a1": 5.0, "b": 9.0})
    assert together.loc["T", "gain"] == pytest.approx(at_bounds.loc["T", "gain"])
    beyond = what_if(by_hand, {"a1": 2.0 + 2.0 + 3.0, "b": 9.0})
    assert together.loc["T", "net"] == pytest.approx(beyond.loc["T", "net"])
    assert together.loc["T", "net"] == pytest.approx(0.25 * 20 + 0.5 * 20)


@pytest.mark.parametrize("budget", [1.9, 2.5, 6.0, 11.0, 100.0])
def test_the_whole_way_by_enumeration(by_hand, budget):
    """From the sheet to the portfolio: every combination of 0 to 2 steps on three indicators."""
    menu = menu_by_hand(by_hand)
    best = 0.0
    for counts in itertools.product(range(3), repeat=3):
        of = dict(zip(("a1", "a2", "b"), counts, strict=True))
        taken = [number <= of[code] for code, number in menu.index]
        if menu["effort"] @ taken <= budget:
            best = max(best, menu["net"] @ taken)
    found = best_portfolio(by_hand, budget)
    assert found.net == pytest.approx(best)
    assert found.score == pytest.approx(30 + best)
    assert found.effort <= budget + 1e-9


def test_a_clipped_node_counts_once_for_all(tiny):
    """A is published 95: two gains of 10 score points each raise it by 5 in all, not by 10."""
    base = tiny(
        {"a1": (5, 0, 10), "a2": (5, 0, 10), "b": (5, 0, 10), "A": (95, 0, 100), "T": (60, 0, 100)}
    )
    together = effects(base, {"a1": 1.0, "a2": 1.0})
    assert together.loc[["a1", "a2"], "gain"].tolist() == pytest.approx([2.5, 2.5])
    assert together.loc["T", "gain"] == pytest.approx(2.5)


def test_one_at_the_national_lowest_may_gain_nothing(tiny):
    base = tiny(
        {"a1": (2, 2, 10), "a2": (5, 0, 10), "b": (5, 0, 10), "A": (25, 0, 100), "T": (40, 0, 100)}
    )
    together = effects(base, {"a1": 0.8, "b": 1.0})
    assert together.loc["a1", ["gain_low", "net_low"]].tolist() == [0.0, 0.0]
    assert together.loc["T", "gain"] == pytest.approx(2.5 + 5.0)
    assert together.loc["T", "gain_low"] == pytest.approx(5.0)


# Cao Bằng 2024


def test_first_steps_are_those_of_the_levers(base, table):
    """Where a step is one year's and does not reach the best; effort, gain and net."""
    menu = step_menu(base, table, 2)
    first = menu[(menu["number"] == 1) & ~menu["lumpy"]].set_index("code")
    names = ["effort", "gain", "net"]
    assert len(first) == 20
    expected = table.loc[first.index, names].astype(float)
    pd.testing.assert_frame_equal(first[names], expected, check_names=False, rtol=1e-9)


def test_counts_come_in_natural_units(base, table):
    """Ten trademark applications are a step, three steps a year, the first at the plain price."""
    menu = step_menu(base, table, 2)
    marks = menu[menu["code"] == "6.2.1"]
    assert (len(marks), int(marks["first"].sum())) == (30, 10)
    assert marks["net"].iloc[0] == pytest.approx(table.at["6.2.1", "net"] / 10, rel=1e-3)
    assert menu.loc[menu["code"] == "6.1.1", "gain"].iloc[0] == pytest.approx(0.135, abs=0.001)


def test_no_year_left_no_step(base, table):
    menu = step_menu(base, table, 2)
    late = set(table.index[table["lag_years"] == 2])
    assert len(late & set(table.index[table["eligible"]])) == 16
    assert not late & set(menu["code"])
    assert late & set(step_menu(base, table, 3)["code"])
    assert not set(menu["code"]) & {"7.1.1", "7.1.4", "7.2.1", "4.1.2", "4.2.3", "6.3.3"}
    assert len(step_menu(base, table, 1)) == 0


def test_one_typical_year_and_two_on_every_lever(sheets):
    """An independent calculation gives +3.8 and +7.6 index points at the bounds of 2024."""
    efforts = load_effort().assign(lag_years=0)
    both = {}
    for years in (1, 2):
        pace = {"year": 2024 + years, "max_pace": 1, "max_pace_counts": 1}
        both[years] = best_portfolio(sheets[2024], None, effort=efforts, **pace)
        assert len(both[years].table) == 46
    assert both[1].gain == pytest.approx(3.8, abs=0.06)
    assert both[2].gain == pytest.approx(7.6, abs=0.1)


def test_ten_years_of_effort(ten):
    assert ten.status == "optimal"
    assert ten.effort <= 10
    assert ten.score == pytest.approx(23.95 + ten.net)
    assert ten.score_at_bounds == pytest.approx(23.95 + ten.gain)
    assert ten.net_low <= ten.net <= ten.net_high
    assert ten.table["effort"].sum() == pytest.approx(ten.effort)
    assert ten.table["net"].sum() == pytest.approx(ten.net, abs=0.002)
    assert {"1.1.1", "1.2.3", "3.1.2"} <= set(ten.table.index)
    assert ten.calendar.columns.tolist() == [2025]
    assert ten.calendar.to_numpy().sum() == pytest.approx(ten.effort)


def test_values_at_the_end(ten, table):
    row = ten.table.loc["1.1.1"]
    assert row["to"] == pytest.approx(49.28, abs=0.01)
    assert row["needed"] == pytest.approx(table.at["1.1.1", "needed"])
    marks = ten.table.loc["6.2.2"]
    assert marks["units"] == pytest.approx(2)
    assert marks["count"] == pytest.approx(table.at["6.2.2", "count"] + 2)
    assert np.isnan(row["units"])


def test_the_steps_again_by_the_what_if(base, thirty):
    """The values of the table, given to `what_if`, are worth what the portfolio says."""
    chosen = thirty["net"]
    here = what_if(base, chosen.table["to"].to_dict())
    assert here.at["PII", "gain"] == pytest.approx(chosen.gain, abs=0.02)
    moved = what_if(base, chosen.table["needed"].to_dict())
    assert moved.at["PII", "net"] == pytest.approx(chosen.net, abs=0.03)


def test_nothing_for_nothing(base):
    none = best_portfolio(base, 0)
    assert len(none.table) == 0
    assert (none.effort, none.gain, none.net, none.score) == (0, 0, 0, 23.95)
    already = least_effort(base, 20.0)
    assert (already.status, already.effort, len(already.table)) == ("optimal", 0, 0)


@pytest.mark.parametrize("by", ["net", "gain"])
def test_thirty_points(base, thirty, by):
    """23 indicators at two steps, by an independent calculation that rounds counts to steps."""
    found = thirty[by]
    assert found.status == "optimal"
    assert found.reached >= 30 - 1e-9
    assert 21 <= len(found.table) <= 26
    assert found.missing == 0
    less = best_portfolio(base, found.effort - 0.01, by=by)
    assert less.reached < 30 + 5e-4
    assert best_portfolio(base, found.effort, by=by).reached >= 30 - 5e-4


def test_out_of_reach(base):
    most = best_portfolio(base, None)
    found = least_effort(base, 45.0)
    assert found.status == "not attainable"
    assert found.net == most.net
    assert found.missing == pytest.approx(45 - most.score)
    assert 30 < most.score < 31


def test_left_out_and_agency_budgets(base, ten):
    without = best_portfolio(base, exclude=["1.1.1", "3.1.2"])
    assert not {"1.1.1", "3.1.2"} & set(without.table.index)
    assert without.net < ten.net
    held = best_portfolio(base, agency_budgets={"Sở KH&CN": 3.5, HOME: 2.5})
    assert held.calendar.at[SCIENCE, 2025] <= 3.5 + 1e-5
    assert held.calendar.at[HOME, 2025] <= 2.5 + 1e-5
    assert held.net < ten.net
    assert held.prices.index.tolist() == ["total", SCIENCE, HOME]
    assert held.prices["total"] > 0


def test_two_years_of_work_and_yearly_budgets(base):
    held = best_portfolio(base, None, year=2027, agency_budgets={SCIENCE: 6.0, HOME: 3.0})
    assert held.calendar.columns.tolist() == [2025, 2026]
    assert (held.calendar.loc[SCIENCE] <= 6 + 1e-4).all()
    assert (held.calendar.loc[HOME] <= 3 + 1e-4).all()
    assert held.calendar.to_numpy().sum() == pytest.approx(held.effort, rel=1e-4)
    assert held.net < best_portfolio(base, None, year=2027).net


def test_a_sheet_with_a_value_missing(sheets):
    found = best_portfolio(anchor(sheets[2023], draws=20), 20.0, year=2025)
    assert found.net > 0.5
    assert "3.2.2" not in set(found.menu["code"])


def test_parts_of_steps_give_no_less(base, ten):
    assert best_portfolio(base, whole_steps=False).net >= ten.net - 1e-6


def test_the_price_is_what_one_more_year_gives(base, ten):
    more = best_portfolio(base, 11.0)
    assert ten.prices["total"] == pytest.approx(more.net - ten.net, abs=0.06)
    assert 0 < ten.prices["total"] < 0.11


def test_frontier(line, base, plan):
    assert line["net"].is_monotonic_increasing
    assert line["budget"].is_monotonic_increasing
    assert (line["effort"] <= line["budget"] + 1e-6).all()
    assert line.iloc[0][["effort", "net", "gain", "indicators"]].tolist() == [0, 0, 0, 0]
    most = best_portfolio(base, None)
    assert line["net"].iloc[-1] == pytest.approx(most.net)
    assert line["indicators"].iloc[-1] == 30
    assert line["price"].is_monotonic_decreasing
    placed = line.attrs["plan"]
    assert placed["gain"] == plan_total(base, plan)["gain"][0]
    assert placed["effort"] == pytest.approx(
        levers(base, draws=1, plan=plan)["target_effort"].sum()
    )
    assert 0 < placed["beyond"] <= placed["indicators"] <= 52


def test_speed(base):
    """Far under a second, and under five, on a machine at rest."""
    began = time.process_time()
    best_portfolio(base, 25.0)
    assert time.process_time() - began < 2
    began = time.process_time()
    assert len(frontier(base)) == 25
    assert time.process_time() - began < 10


def test_one_seed_identical_results(base, ten):
    again = best_portfolio(base)
    pd.testing.assert_frame_equal(again.table, ten.table)
    pd.testing.assert_series_equal(again.prices, ten.prices)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"budget": -1}, "the budget -1"),
        ({"budget": float("nan")}, "the budget"),
        ({"year": 2024}, "year=2024"),
        ({"max_pace": 0}, "max_pace=0"),
        ({"max_pace_counts": 1.5}, "max_pace_counts=1.5"),
        ({"exclude": ["9.9.9"]}, "'9.9.9' among the excluded"),
        ({"agency_budgets": {"Sở Vui chơi": 1}}, "Sở Vui chơi"),
        ({"agency_budgets": {HOME: -2}}, "the budget of Sở Nội vụ"),
        ({"by": "rank"}, "by='rank'"),
        ({"effort": pd.DataFrame()}, "an anchor and efforts"),
    ],
)
def test_wrong_requests(base, change, message):
    with pytest.raises(DataError, match=message):
        best_portfolio(base, **change)


@pytest.mark.parametrize("score", [-1.0, 101.0, float("nan")])
def test_wrong_targets(base, score):
    with pytest.raises(DataError, match="the target"):
        least_effort(base, score)


def test_too_few_points(base):
    with pytest.raises(DataError, match="points=1"):
        frontier(base, points=1)
