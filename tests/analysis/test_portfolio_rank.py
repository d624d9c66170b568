"""Least effort for a rank with a probability: what is promised holds, and not much less does."""

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest

from piilib.analysis import portfolio_rank
from piilib.analysis.portfolio import (
    best_of,
    best_portfolio,
    frontier,
    frontier_of,
    least_effort,
    least_of,
)
from piilib.analysis.portfolio_effects import total_draws
from piilib.analysis.portfolio_problem import portfolio_problem
from piilib.analysis.portfolio_rank import RankGoal, least_for_rank
from piilib.analysis.rank_outlook import rank_outlook
from piilib.analysis.whatif import anchor
from piilib.data.sheet import load_sheet
from piilib.errors import DataError


@pytest.fixture(scope="module")
def problem(base, table):
    return portfolio_problem(base, table)


@pytest.fixture(scope="module")
def eighty(problem, nothing):
    return least_for_rank(problem, 30, 0.8, nothing)


def order(draws, calibrations=200, seed=0):
    """Calibration of each draw: every one equally often, in an order of the seed."""
    return np.random.default_rng(seed).permutation(np.resize(np.arange(calibrations), draws))


def goal_of(nothing, rank, confidence):
    return RankGoal(nothing, rank, confidence, 1.0, order(len(nothing.gain)))


def bought(found):
    size = found.menu["size"] * found.menu["taken"]
    return {code: x for code, x in size.groupby(found.menu["code"]).sum().items() if x > 0}


def test_what_is_promised_is_simulated(eighty, base, look):
    """A new outlook with the portfolio's points in each draw gives the same probability."""
    assert (eighty.status, eighty.target_rank, eighty.confidence) == ("optimal", 30, 0.8)
    net = total_draws(base, bought(eighty))[1]
    again = look(base, gain=net[order(10_000)])
    assert again.probability(30) == eighty.probability
    assert eighty.outlook.scenario == "gain"
    np.testing.assert_allclose(again.gain, eighty.outlook.gain, rtol=1e-12)
    assert eighty.net == pytest.approx(np.median(net))
    over = [again.probability(30, tau=tau) for tau in again.taus]
    assert (eighty.probability_low, eighty.probability_high) == (min(over), max(over))
    assert eighty.probability_low < eighty.probability < eighty.probability_high
    assert eighty.probability_error == pytest.approx(0.004, abs=0.002)


@pytest.mark.parametrize(("rank", "confidence"), [(33, 0.8), (30, 0.5), (30, 0.8), (28, 0.5)])
def test_reached_and_not_with_less(problem, nothing, rank, confidence):
    found = least_for_rank(problem, rank, confidence, nothing)
    assert found.status == "optimal"
    assert confidence <= found.probability < confidence + 0.01
    assert found.missing == 0
    assert found.score >= found.target
    assert found.target == pytest.approx(23.95 + nothing.needed_gain(rank, confidence), abs=0.05)
    goal, less = goal_of(nothing, rank, confidence), best_of(problem, found.effort - 0.01)
    net = total_draws(problem.base, bought(less))[1]
    assert goal.probability(net) < confidence + 0.0005
    cheaper = least_of(problem, found.target - 0.05)
    assert cheaper.effort < found.effort
    assert goal.probability(total_draws(problem.base, bought(cheaper))[1]) < confidence


def test_a_certain_gain_is_what_the_outlook_says(sheets, nothing):
    """One calibration has no spread, so that nothing has to be mended."""
    found = least_effort(anchor(sheets[2024], draws=1), target_rank=30, confidence=0.8,
                         outlook=nothing)  # fmt: skip
    assert found.target == pytest.approx(23.95 + nothing.needed_gain(30, 0.8), abs=1e-9)
    assert found.net_low == found.net_high


@pytest.mark.parametrize("confidence", [0.3, 0.8, 0.95])
@pytest.mark.parametrize("spread", [0.5, 4.0])
def test_the_median_that_a_spread_needs(nothing, spread, confidence):
    goal = goal_of(nothing, 30, confidence)
    around = spread * np.random.default_rng(1).standard_normal(200)
    needed = goal.needed(around - np.median(around))
    points = needed + around - np.median(around)
    assert goal.probability(points + 1e-9) >= confidence > goal.probability(points - 0.01)
    certain = nothing.needed_gain(30, confidence)
    assert goal.needed(np.zeros(200)) == certain
    if spread == 4.0 and confidence >= 0.8:
        assert needed > certain + 1.0


def test_a_gain_with_a_wide_spread_asks_for_more(problem, nothing, monkeypatch):
    """Points that are spread have to be more than certain ones: more are asked for."""
    plain, net = least_for_rank(problem, 33, 0.8, nothing), portfolio_rank._net

    def wide(*choice):
        points = net(*choice)
        return points + 2.0 * np.linspace(-1, 1, len(points))

    monkeypatch.setattr(portfolio_rank, "_net", wide)
    found = least_for_rank(problem, 33, 0.8, nothing)
    assert found.status == "optimal"
    assert found.probability >= 0.8
    assert found.target > plain.target + 0.1
    assert found.effort > plain.effort
    assert goal_of(nothing, 33, 0.8).probability(plain.net + 2.0 * np.linspace(-1, 1, 200)) < 0.8


def test_a_better_rank_or_more_confidence_never_costs_less(problem, base, look):
    ranks, levels = (33, 31, 29, 26), (0.3, 0.6, 0.9)
    nothing, effort = look(base, draws=2000), {}
    for rank, level in itertools.product(ranks, levels):
        found = least_for_rank(problem, rank, level, nothing)
        effort[rank, level] = found.effort if found.status == "optimal" else np.inf
    for rank in ranks:
        assert sorted(effort[rank, level] for level in levels) == [effort[rank, x] for x in levels]
    for level in levels:
        assert sorted(effort[rank, level] for rank in ranks) == [effort[x, level] for x in ranks]
    assert effort[33, 0.3] == 0
    assert effort[26, 0.9] == np.inf
    assert 0 < effort[31, 0.6] < np.inf


def test_out_of_reach(problem, nothing):
    found, most = least_for_rank(problem, 20, 0.95, nothing), best_of(problem, None)
    assert found.status == "not attainable"
    assert found.effort == most.effort
    everything = total_draws(problem.base, bought(most))[1]
    assert found.probability == goal_of(nothing, 20, 0.95).probability(everything)
    assert nothing.probability(20) < found.probability < 0.5
    assert found.missing > 1
    assert found.score + found.missing == pytest.approx(found.target)


@pytest.mark.parametrize(("rank", "confidence"), [(34, 0.99), (33, 0.5)])
def test_nothing_to_do(problem, nothing, rank, confidence):
    found = least_for_rank(problem, rank, confidence, nothing)
    assert (found.status, found.effort, found.score, found.target) == ("optimal", 0, 23.95, 23.95)
    assert found.probability == nothing.probability(rank)


def test_without_a_confidence_as_likely_as_not(base, nothing):
    found = least_effort(base, target_rank=30, outlook=nothing)
    assert found.confidence == 0.5
    assert 0.5 <= found.probability < 0.51


def test_the_outlook_that_is_made_where_none_is_given(sheets, nothing, problem):
    """The same seed and number of draws as `rank_outlook` by itself."""
    found = least_for_rank(problem, 30, 0.5)
    given = least_for_rank(problem, 30, 0.5, rank_outlook(sheets[2024]))
    assert found.probability == given.probability
    pd.testing.assert_frame_equal(found.table, given.table)


def test_a_sheet_from_a_file_of_ones_own(sheets, nothing, eighty, tmp_path):
    """The file of sheets is no data folder, and is not read as one."""
    file = tmp_path / "sheets.csv"
    file.write_bytes(sheets[2024].file.read_bytes())
    own = load_sheet("cao-bang", 2024, file)
    found = least_effort(own, target_rank=30, confidence=0.8, outlook=nothing, data=file)
    assert found.effort == pytest.approx(eighty.effort)


def test_one_seed_identical_results(problem, nothing, eighty):
    again = least_for_rank(problem, 30, 0.8, nothing)
    pd.testing.assert_frame_equal(again.table, eighty.table)
    assert (again.probability, again.target) == (eighty.probability, eighty.target)


def test_limits_hold_for_a_rank_too(base, nothing, eighty):
    left = least_effort(base, target_rank=30, confidence=0.5, outlook=nothing, exclude=["1.1.1"])
    assert "1.1.1" not in left.table.index
    budgets = {"Sở Khoa học và Công nghệ": 6.0}
    held = least_effort(base, target_rank=30, outlook=nothing, agency_budgets=budgets)
    assert held.calendar.at["Sở Khoa học và Công nghệ", 2025] <= 6 + 1e-4
    assert held.probability >= 0.5


def test_half_of_a_merged_unit_needs_twice_the_gain(base, look):
    """The sheet under the name of one of two provinces that were merged."""
    sheet = dataclasses.replace(base.sheet, unit="ha-giang")
    part = dataclasses.replace(base, sheet=sheet)
    nothing = look(part)
    share = nothing.facts["share_of_unit"]
    assert 0 < share < 1
    found = least_effort(part, target_rank=33, confidence=0.5, outlook=nothing)
    needed = max(nothing.needed_gain(33, 0.5) / share, 0.0)
    assert found.target == pytest.approx(23.95 + needed, abs=0.05)
    net = total_draws(part, bought(found))[1]
    assert look(part, gain=net[order(10_000)]).probability(33) == found.probability


def test_points_of_the_scale_of_34_units(base, table, look):
    """From the unit's own result of 2025 gains go through the map of order statistics."""
    scores = base.sheet.table.copy()
    scores.loc["PII", "value"] = 31.0
    own = dataclasses.replace(base.sheet, year=2025, table=scores, rank=30, of=34)
    later = dataclasses.replace(base, sheet=own)
    nothing = look(later, 2027)
    goal = goal_of(nothing, 28, 0.7)
    around = np.linspace(-0.5, 0.5, 200)
    needed = goal.needed(around)
    assert (
        goal.probability(needed + 1e-9 + around) >= 0.7 > goal.probability(needed - 0.01 + around)
    )
    found = least_for_rank(portfolio_problem(later, table, year=2027), 28, 0.7, nothing)
    assert found.status == "optimal"
    net = total_draws(later, bought(found))[1]
    assert look(later, 2027, gain=net[order(10_000)]).probability(28) == found.probability
    assert goal_of(nothing, 34, 0.7).needed(around) == -np.inf


def test_a_problem_made_once_serves_all(base, problem):
    for mine, shared in (
        (best_portfolio(base), best_of(problem, 10.0)),
        (least_effort(base), least_of(problem, 30.0)),
        (least_effort(base, 27.0), least_of(problem, 27.0)),
    ):
        pd.testing.assert_frame_equal(mine.table, shared.table)
        assert mine.target == pytest.approx(shared.target, nan_ok=True)
    pd.testing.assert_frame_equal(frontier(base, points=4), frontier_of(problem, 4))


def test_a_score_by_position_by_name_and_by_default(base):
    found = [least_effort(base, 30.0), least_effort(base, target_score=30.0), least_effort(base)]
    assert {one.target for one in found} == {30.0}
    assert len({one.effort for one in found}) == 1
    assert found[0].target_rank is None
    assert np.isnan([found[0].confidence, found[0].probability, found[0].probability_error]).all()
    assert found[0].outlook is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"target_score": 30.0}, "a target score and a target rank"),
        ({"target_rank": None, "confidence": 0.8}, "a confidence or an outlook without a rank"),
        ({"target_rank": None}, "a confidence or an outlook without a rank"),
        ({"target_rank": 0}, "rank 0"),
        ({"target_rank": 35}, "rank 35.*1 to 34"),
        ({"target_rank": 29.5}, "rank 29.5"),
        ({"confidence": 1.0}, "confidence=1.0.*between 0 and 1"),
        ({"confidence": float("nan")}, "confidence=nan"),
        ({"confidence": "high"}, "confidence='high'"),
        ({"by": "gain"}, "by='gain' with a target rank"),
        ({"year": 2027}, "an outlook of cao-bang for 2026, scenario 'nothing'.*for 2027"),
        ({"budget": 3}, "unexpected keyword argument 'budget'"),
    ],
)
def test_wrong_requests(base, nothing, change, message):
    asked = {"target_rank": 30, "outlook": nothing} | change
    with pytest.raises((DataError, TypeError), match=message):
        least_effort(base, **asked)


def test_an_outlook_of_another_unit_or_scenario(base, problem, look, nothing):
    for other in (look("ha-noi", draws=100), look(base, draws=100, gain=1.0)):
        with pytest.raises(DataError, match=r"an outlook of .*expected an outlook of cao-bang"):
            least_for_rank(problem, 30, 0.5, other)
