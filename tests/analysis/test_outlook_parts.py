"""Parts of the rank outlook: yearly changes, the scale map, progress towards a plan's targets."""

import csv
import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import invgamma, kstest, t

import piilib as pii
from piilib.analysis.completion_facts import published_facts, regional_change
from piilib.analysis.outlook_change import (
    common_change,
    expected_change,
    fit_tau,
    noise,
    published_changes,
    shrunk_change,
)
from piilib.analysis.outlook_progress import keeping_pace, plan_progress
from piilib.analysis.outlook_scale import fit_scale
from piilib.data.lookup import data_dir
from piilib.data.tables import Plan, load_scoreboard
from piilib.errors import DataError

# Yearly changes


def test_pairs_are_those_of_the_scoreboard():
    with (data_dir() / "scoreboard.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["score"]]
    scores = {(row["key"], row["year"]): float(row["score"]) for row in rows}
    both = {key for key, year in scores if year == "2023" and (key, "2024") in scores}
    pairs = published_changes()
    assert set(pairs.index) == both
    assert len(both) == 13
    assert pairs["change"].mean() == pytest.approx(-1.79, abs=0.005)
    assert pairs["change"].std() == pytest.approx(2.32, abs=0.005)
    assert sorted(pairs.index[pairs["rank"] > 13]) == ["cao-bang"]


def test_fit_of_tau():
    fit = fit_tau(published_changes())
    low, high = fit.interval(0.95)
    assert fit.median == pytest.approx(2.3, abs=0.05)
    assert low == pytest.approx(1.6, abs=0.1)
    assert high == pytest.approx(3.7, abs=0.1)
    assert fit.weights.sum() == pytest.approx(1.0)


def test_fit_of_tau_against_the_inverse_gamma_law():
    residual = np.array([-3.0, -1.0, 0.5, 1.0, 2.0, 2.5, -2.0, 4.0])
    fit = fit_tau(pd.DataFrame({"residual": residual}), weak=100.0)
    law = invgamma((len(residual) - 1) / 2, scale=(residual**2).sum() / 2)
    for share in (0.1, 0.5, 0.9):
        assert fit.quantile(share) == pytest.approx(np.sqrt(law.ppf(share)), rel=0.03)


def test_no_pair_no_fit():
    with pytest.raises(DataError, match="0 pairs"):
        fit_tau(pd.DataFrame({"residual": []}))


def test_shrunk_change_by_hand():
    change = shrunk_change()
    # Regions, 2024 less 2023, and their number of provinces.
    regions = [(-2.40, 11), (-1.71, 6), (-1.32, 14), (-2.67, 13), (-1.12, 5), (-0.16, 14)]
    mean = sum(x * n for x, n in regions) / 63
    assert common_change() == pytest.approx(mean)
    assert change["cao-bang"] == pytest.approx((mean - 0.16) / 2)
    assert change["ha-noi"] == pytest.approx((mean - 2.40) / 2)
    assert shrunk_change(0.0)["ha-noi"] == pytest.approx(-2.40)
    with pytest.raises(DataError, match="share between 0 and 1"):
        shrunk_change(1.5)


def test_changes_of_regions_are_those_of_the_completion():
    facts, _ = published_facts([2023, 2024])
    regions = pii.provinces(63)["region_key"].to_dict()
    pd.testing.assert_series_equal(
        shrunk_change(0.0), regional_change(facts, [2023, 2024], regions), check_names=False
    )


def test_change_of_a_merged_unit_is_the_mean_of_its_members():
    change = shrunk_change() - common_change()
    merged = expected_change()
    assert merged["cao-bang"] == change["cao-bang"]
    assert merged["bac-ninh"] == pytest.approx(change[["bac-ninh", "bac-giang"]].mean())
    assert (expected_change(1.0).abs() < 1e-12).all()


def test_noise_has_the_variance_it_says_and_t_tails():
    drawn = noise((2025, 2026, 2027), 200_000, 1, np.random.default_rng(1))
    np.testing.assert_allclose(drawn.var(axis=1).ravel(), [2.0, 1.0, 1.0], rtol=0.03)
    law = t(5, scale=np.sqrt(3 / 5))
    assert kstest(drawn[1, :20_000, 0], law.cdf).pvalue > 0.001
    assert kstest(drawn[0, :20_000, 0] / np.sqrt(2), law.cdf).pvalue > 0.001


# The scale map


def test_map_by_hand():
    field = np.array([[10.0, 50.0, 30.0, 40.0], [60.0, 20.0, 44.0, 36.0]])
    scale = fit_scale(field, np.array([3, 1]), np.array([35.0, 60.0]), np.array([0.0, 1.0]))
    assert scale.merged.tolist() == [[50.0, 30.0], [60.0, 36.0]]
    assert scale.to_34(40.0).tolist() == pytest.approx([47.5, 35 + 4 * 25 / 24])
    # Beyond: slope 1 in the first draw, that between the ranks in the second.
    assert scale.to_34(26.0).tolist() == pytest.approx([31.0, 35 - 10 * 25 / 24])
    assert scale.to_34(62.0).tolist() == pytest.approx([72.0, 60 + 2 * 25 / 24])
    assert scale.interval(40.0)["extrapolated"] == 0.0
    assert scale.interval(32.0)["extrapolated"] == 0.5


@given(st.integers(0, 10_000), st.floats(0, 90), st.floats(0.01, 30))
def test_map_is_monotone_and_has_an_inverse(seed, score, more):
    rng = np.random.default_rng(seed)
    ranks = np.array([1, 4, 9, 17, 24])
    scores = 20.0 + np.sort(rng.uniform(0, 50, 5) + np.arange(5))[::-1]
    scale = fit_scale(rng.normal(38, 8, (20, 34)), ranks, scores, rng.random(20))
    assert (scale.to_34(score + more) >= scale.to_34(score) - 1e-9).all()
    np.testing.assert_allclose(scale.to_63(scale.to_34(score)), score, atol=1e-5)


def test_map_gives_the_published_scores_at_their_ranks():
    board = load_scoreboard(2025).table[["score", "rank"]].dropna().sort_values("rank")
    field = np.random.default_rng(0).normal(38, 7, (500, 34))
    ranks = board["rank"].to_numpy(dtype=int)
    scale = fit_scale(field, ranks, board["score"].to_numpy(), np.full(500, 0.5))
    ordered = -np.sort(-field, axis=1)
    for place, score in zip(ranks, board["score"], strict=True):
        np.testing.assert_allclose(scale.to_34(ordered[:, place - 1]), score, atol=1e-9)
        found = scale.interval(float(np.median(ordered[:, place - 1])))
        assert found["low"] <= score <= found["high"]
    assert scale.interval(20.0)["extrapolated"] > 0.95


@pytest.mark.parametrize(
    ("ranks", "scores", "said"),
    [([1], [50.0], "1 published"), ([1, 2], [40.0, 50.0], "fall"), ([2, 2], [50.0, 40.0], "fall")],
)
def test_no_map_without_a_ranking(ranks, scores, said):
    with pytest.raises(DataError, match=said):
        fit_scale(np.ones((1, 3)), np.array(ranks), np.array(scores), np.array([0.5]))


# Progress

ROWS = {
    "T": (30.0, np.nan, np.nan),
    "A": (40.0, np.nan, np.nan),
    "a1": (20.0, 0.0, 100.0),
    "a2": (60.0, 0.0, 100.0),
    "b": (20.0, 0.0, 50.0),
}


@pytest.fixture
def start(tiny):
    """Anchor a province of three indicators; bounds of b move by 10; a2 has a lag of two years."""
    base = tiny(ROWS, {"b": (0.0, 10.0)})
    effort = pd.DataFrame(
        {"kind": "index", "step": [4.0, 5.0, 3.0], "difficulty": 1.0, "lag_years": [0.0, 2.0, 1.0]},
        index=["a1", "a2", "b"],
    )
    return dataclasses.replace(base, effort=effort)


def to_plan(targets, leads=None):
    table = pd.DataFrame({"target": targets, "lead": leads or dict.fromkeys(targets, "")})
    return Plan("cao-bang", 2026, table, pd.DataFrame(), "by hand")


def test_progress_by_hand(start):
    made = plan_progress(start, to_plan({"a1": 90.0, "a2": 90.0, "b": 90.0}), 2, 7, log_sd=0.0)
    # a1: two steps of 4; a2: no year left; b keeps pace at 24 of 60, then one step of 3.
    np.testing.assert_allclose(made.values(), [[28.0, 60.0, 27.0]] * 7)
    np.testing.assert_allclose(made.gain(), 8 / 4 + 100 * 3 / 60 / 2)
    assert made.table["held"].tolist() == ["", "lag", ""]
    assert made.table["pace"].tolist() == [20.0, 60.0, 24.0]


@pytest.mark.parametrize(
    ("targets", "gain", "held"),
    [
        ({"a1": 25.0}, 5 / 4, ""),  # the target comes before two steps are made
        ({"b": 25.0}, 100 * 1 / 60 / 2, ""),
        ({"b": 23.0}, 0.0, ""),  # below what keeps pace
        ({"a1": 10.0}, 0.0, "harmful"),
        ({"a2": 90.0}, 0.0, "lag"),
        ({"a1": np.nan}, 0.0, "no target"),
    ],
)
def test_what_a_target_gives(start, targets, gain, held):
    made = plan_progress(start, to_plan(targets), 2, 3, log_sd=0.0)
    np.testing.assert_allclose(made.gain(), gain)
    code = next(iter(targets))
    assert made.table.at[code, "held"] == held
    assert made.table.at[code, "below_pace"] == (targets == {"b": 23.0})


def test_a_target_reached_gives_what_the_what_if_gives(base, plan):
    one = dataclasses.replace(plan, table=plan.table.loc[["1.1.2"]])
    made = plan_progress(base, one, years=300, draws=5000, log_sd=0.0)
    assert made.reached()["1.1.2"] == 1.0
    expected = pii.what_if(base, {"1.1.2": 10.0}).at["PII", "net"]
    assert np.median(made.gain()) == pytest.approx(expected, abs=0.01)


def test_standing_still_gives_nothing(base, plan):
    made = plan_progress(base, plan, years=0, draws=50)
    np.testing.assert_allclose(made.gain(), 0.0, atol=1e-12)
    pace = keeping_pace(base)
    now = base.calibration.scores()
    np.testing.assert_allclose(base.moved_scores(pace), now, atol=1e-9)


def test_law_of_progress(base, plan):
    made = plan_progress(base, plan, years=2, draws=40_000, seed=3)
    counted = made.table.index[made.table["held"] == ""]
    places = [made.table.index.get_loc(code) for code in counted]
    steps = made.steps()[:, places]
    np.testing.assert_allclose(
        np.median(steps, axis=0), made.table.loc[counted, "years"], rtol=0.04
    )
    logs = np.log(steps)
    np.testing.assert_allclose(logs.std(axis=0), 0.7, rtol=0.03)
    correlation = np.corrcoef(logs.T)
    lead = made.table.loc[counted, "lead"].to_numpy()
    same = lead[:, None] == lead[None, :]
    apart = ~np.eye(len(counted), dtype=bool)
    np.testing.assert_allclose(correlation[same & apart], 0.3, atol=0.03)
    np.testing.assert_allclose(correlation[~same], 0.1, atol=0.03)


def test_no_lead_shares_nothing(start):
    made = plan_progress(start, to_plan({"a1": 90.0, "b": 90.0}), 2, 40_000, seed=1)
    logs = np.log(made.steps()[:, [0, 2]])
    assert np.corrcoef(logs.T)[0, 1] == pytest.approx(0.1, abs=0.03)


def test_kinds_that_are_no_levers_are_held(base, plan):
    table = plan_progress(base, plan, years=9, draws=2).table
    assert table.loc[["7.1.1", "4.1.2"], "held"].tolist() == ["growth", "excluded"]
    assert table.at["1.1.1", "held"] == ""


@pytest.mark.parametrize("wrong", [{"log_sd": -1}, {"within": 0.05}, {"within": 1.2}])
def test_wrong_laws_of_progress(start, wrong):
    with pytest.raises(DataError, match="between <= within"):
        plan_progress(start, to_plan({"a1": 90.0}), 2, 3, **wrong)
