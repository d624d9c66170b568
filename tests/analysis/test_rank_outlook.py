"""What rank a unit may come to hold, and the score that a rank needs."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import piilib as pii
from piilib.analysis.outlook_change import TauFit, noise
from piilib.analysis.outlook_drivers import driver_table
from piilib.errors import DataError

# Cao Bằng


@pytest.fixture(scope="module")
def planned(base, plan, look):
    return look(base, plan=plan)


def test_the_first_independent_simulation(nothing):
    """It had no regional changes, no doubling in the merger year and no results of 2025."""
    futures = nothing._futures
    drawn = noise((2026, 2027), len(futures.pick), 34, np.random.default_rng(2))
    plain = dataclasses.replace(futures, change=futures.change * 0, noise=drawn, published=None)
    chances = [plain.outcome("mean", tau).hits(30).mean() for tau in (1.5, 2.25)]
    assert chances == pytest.approx([0.04, 0.15], abs=0.03)
    own = drawn.copy()
    own[:, :, futures.own] = 0.0
    quiet = dataclasses.replace(plain, noise=own)
    for one, chance, scores in (
        (plain, 0.76, [27.6, 30.5, 33.2]),
        (quiet, 0.975, [27.6, 28.7, 29.7]),
    ):
        found = one.outcome("mean", 2.25)
        assert found.hits(30, 30.0).mean() == pytest.approx(chance, abs=0.025)
        needed = np.quantile(found.needed(30), [0.5, 0.8, 0.95])
        np.testing.assert_allclose(needed, scores, atol=0.3)


def test_each_departure_from_it_raises_the_chance(nothing):
    futures = nothing._futures
    drawn = noise((2026, 2027), len(futures.pick), 34, np.random.default_rng(2))
    plain = dataclasses.replace(futures, change=futures.change * 0, noise=drawn, published=None)
    regional = dataclasses.replace(plain, change=futures.change)
    doubled = dataclasses.replace(regional, noise=futures.noise)
    chances = [one.outcome("mean", 2.25).hits(30).mean() for one in (plain, regional, doubled)]
    assert np.diff(chances) == pytest.approx([0.07, 0.07], abs=0.03)
    # Results of 2025 put three units that might have stood near rank 30 well above it or at 24.
    assert chances[-1] - nothing.probability(30, tau=2.25) == pytest.approx(0.03, abs=0.015)


def test_do_nothing(nothing):
    table = nothing.chances([30, 34])
    low, middle, high, pooled = table.loc[("mean", 30), "probability"]
    assert (low, middle, high) == pytest.approx((0.11, 0.24, 0.40), abs=0.02)
    assert pooled == nothing.probability(at_most=30)
    assert (table.xs(34, level="at_most")["probability"] == 1.0).all()
    spread = high - low
    assert spread > 20 * table.loc[("mean", 30), "standard_error"].max()
    assert table.loc[("worst", 30), "probability"].lt(table.loc[("mean", 30), "probability"]).all()


def test_scores_that_rank_30_needs(nothing, sheets, look):
    without = look(sheets[2024], own_noise=False)
    needed = [nothing.needed_score(30, c, tau=2.25) for c in (0.5, 0.8, 0.95)]
    fewer = [without.needed_score(30, c, tau=2.25) for c in (0.5, 0.8, 0.95)]
    assert needed == pytest.approx([27.9, 31.1, 34.6], abs=0.4)
    assert fewer == pytest.approx([28.0, 29.2, 30.3], abs=0.4)
    assert without.probability(30) < nothing.probability(30)
    assert np.ptp(fewer) < np.ptp(needed)


@pytest.mark.parametrize("merge", ["mean", "population", "worst"])
@pytest.mark.parametrize(("rank", "confidence"), [(30, 0.5), (30, 0.8), (25, 0.95), (1, 0.1)])
def test_what_is_needed_suffices_and_a_hundredth_less_does_not(nothing, merge, rank, confidence):
    score = nothing.needed_score(rank, confidence, merge=merge)
    assert nothing.probability(rank, score=score, merge=merge) >= confidence
    assert nothing.probability(rank, score=score - 0.01, merge=merge) < confidence


def test_a_gain_that_is_needed_suffices(nothing, sheets, look):
    points = nothing.needed_gain(30, 0.8)
    assert look(sheets[2024], gain=points + 1e-9).probability(30) >= 0.8
    assert look(sheets[2024], gain=points - 0.01).probability(30) < 0.8
    # Its start is published, so expected score and gain differ by a constant.
    assert nothing.expected.std() < 1e-9
    score = nothing.needed_score(30, 0.8)
    assert score - points == pytest.approx(23.95 + 2 * nothing.facts["expected_change"])


def test_what_is_certain_and_what_is_not_attainable(nothing):
    assert nothing.needed_score(34, 0.99) == -np.inf
    first = dataclasses.replace(nothing, _futures=_lifted(nothing._futures))
    assert first.needed_score(1, 0.99) == np.inf


def _lifted(futures):
    starts = {name: scores + 60.0 for name, scores in futures.starts.items()}
    return dataclasses.replace(futures, starts=starts, published=None)


def test_more_gain_and_more_confidence(nothing, sheets, look):
    chances = [look(sheets[2024], draws=2000, gain=g).probability(30) for g in (0, 2, 5, 9)]
    assert sorted(set(chances)) == chances
    needed = [nothing.needed_score(30, c) for c in (0.2, 0.5, 0.8, 0.95)]
    assert sorted(set(needed)) == needed
    ranks = [nothing.needed_score(k, 0.8) for k in (33, 30, 20, 5)]
    assert sorted(set(ranks)) == ranks
    curve = nothing.curve(30, [24.0, 27.0, 30.0, 36.0])
    assert curve["pooled"].is_monotonic_increasing
    assert curve.at[30.0, "2.25"] == nothing.probability(30, score=30.0, tau=2.25)


def test_distribution_and_draws(nothing):
    shares = nothing.distribution
    np.testing.assert_allclose(shares.sum(), 1.0)
    assert shares.index.tolist() == list(range(1, 35))
    assert shares.loc[:30, "pooled"].sum() == pytest.approx(nothing.probability(30))
    assert nothing.ranks.shape == nothing.scores.shape == (10_000, 4)
    assert ((nothing.ranks["pooled"] <= 30).mean()) == nothing.probability(30)


def test_almost_no_noise_leaves_the_unit_last(sheets, look):
    still = look(sheets[2024], draws=1000, taus=(1e-9,))
    assert still.probability(30, tau=1e-9) == 0.0
    assert still.ranks["1e-09"].min() >= 33  # one of its region is nearly as low


def test_seeds(sheets, look):
    one, same, other = (look(sheets[2024], draws=500, seed=s) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(one.ranks, same.ranks)
    assert not one.ranks.equals(other.ranks)
    again = [look(sheets[2024], draws=500, seed=np.random.default_rng(4)) for _ in "ab"]
    pd.testing.assert_frame_equal(again[0].scores, again[1].scores)


def test_a_plan(planned, nothing, base, plan, look):
    assert planned.scenario == "plan"
    assert planned.gain.min() >= 0.0
    assert np.median(planned.gain) == pytest.approx(3.1, abs=0.3)  # bounds moved by one year
    assert nothing.probability(30) < planned.probability(30) < 1.0
    assert planned.progress.table.at["6.1.1", "years"] == 1.0
    idle = look(base, plan=plan, scenario="nothing", draws=100)
    assert not idle.gain.any()


def test_the_provinces_own_plan_is_found(base, look):
    assert look(base, scenario="plan", draws=100).gain.mean() > 1.0


def test_gains_of_a_portfolio(sheets, look):
    points = np.linspace(0.0, 8.0, 400)
    found = look(sheets[2024], draws=400, gain=points)
    assert found.scenario == "gain"
    np.testing.assert_array_equal(found.gain, points)
    assert found.expected.corr(pd.Series(points)) == pytest.approx(1.0)


def test_what_it_rests_on(nothing):
    facts = nothing.facts
    assert facts[["base_year", "steps", "start"]].tolist() == [2024.0, 2.0, 23.95]
    assert facts[["pairs", "pairs_top_13", "pairs_near_30"]].tolist() == [13.0, 12.0, 0.0]
    assert np.isnan(facts["result_score"])
    assert facts["common_change"] == pytest.approx(-1.55, abs=0.005)
    assert facts["effective_completions"] >= 400


def test_drivers(planned):
    table = planned.drivers(n=1024)
    assert table["total_order"].idxmax() == "own_noise"
    assert table["total_order"].drop("own_noise").max() < 0.25
    assert (table["total_order"] >= table["first_order"] - 0.12).all()
    assert (table["total_order_low"] <= table["total_order"]).all()
    chances = planned.chances().loc[("mean", 30), "probability"]
    assert table.loc["tau", ["p_low", "p_high"]].tolist() == chances[["1.5", "3.3"]].tolist()
    assert table.at["merge", "p_low"] == planned.probability(30, merge="worst")
    assert table.at["shrinkage", "p_low"] > table.at["shrinkage", "p_high"]
    assert table.loc[["completion", "progress"], "p_low"].isna().all()
    pd.testing.assert_frame_equal(table, planned.drivers(n=1024))


def test_with_one_tau_own_noise_adds_to_all_else(nothing):
    one = TauFit(np.array([2.25, 2.25]), np.array([0.5, 0.5]), pd.DataFrame())
    futures = nothing._futures
    table = driver_table(futures, one, None, "mean", (2.25,), 30, 2048)
    own = (2.25 * futures.noise[:, :, futures.own].sum(axis=0)).var()
    found = futures.outcome("mean", 2.25)
    rest = (found.needed(30) + found.disturbance).var()
    share = own / (own + rest)
    assert table.at["own_noise", "first_order"] == pytest.approx(share, abs=0.08)
    assert table.at["own_noise", "total_order"] == pytest.approx(share, abs=0.08)
    assert table.loc["tau", ["first_order", "total_order"]].tolist() == [0.0, 0.0]


def test_drivers_without_own_noise(sheets, look):
    quiet = look(sheets[2024], draws=1000, own_noise=False).drivers(n=256)
    assert quiet.loc["own_noise", ["first_order", "total_order"]].tolist() == [0.0, 0.0]
    assert "progress" not in quiet.index


# Merged provinces, and what cannot be asked


def test_a_member_of_a_merged_unit_counts_by_its_share(sheets, look):
    member = dataclasses.replace(sheets[2024], unit="yen-bai")
    found = look(member, draws=300, gain=6.0)
    assert found.unit == "lao-cai"
    assert found.gain.tolist() == [3.0] * 300
    assert found.facts["share_of_unit"] == 0.5
    assert look("bac-giang", draws=10).unit == "bac-ninh"
    assert look("lao-cai", draws=10, gain=6.0).gain.tolist() == [6.0] * 10


def test_a_sheets_own_score_replaces_the_completed_one(sheets, look):
    own = dataclasses.replace(sheets[2024], unit="lai-chau")
    assert look(own, draws=100).facts["start"] == 23.95


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"year": 2024}, "a year after 2024"),
        ({"year": 2026.5}, "a year after 2024"),
        ({"merge": "median"}, "mean, population, worst"),
        ({"scenario": "hope"}, "nothing, plan, gain"),
        ({"scenario": "gain"}, "a number"),
        ({"gain": np.zeros(3)}, "or 50 of them"),
        ({"gain": np.nan}, "a number"),
        ({"draws": 0}, "1 or more"),
        ({"taus": (0.0,)}, "above 0"),
        ({"taus": ()}, "above 0"),
    ],
)
def test_what_cannot_be_asked(sheets, wrong, said, look):
    with pytest.raises(DataError, match=said):
        look(sheets[2024], **{"draws": 50, **wrong})


def test_plans_that_do_not_fit(plan, sheets, look):
    with pytest.raises(DataError, match="without its sheet"):
        look("cao-bang", plan=plan, draws=50)
    other = dataclasses.replace(plan, unit="son-la")
    with pytest.raises(DataError, match="a plan of son-la"):
        look(sheets[2024], plan=other, draws=50)
    neighbour = dataclasses.replace(sheets[2024], unit="lai-chau")
    with pytest.raises(DataError, match="no plan of lai-chau"):
        look(neighbour, scenario="plan", draws=50)
    later = dataclasses.replace(sheets[2024], year=2026)
    with pytest.raises(DataError, match="a sheet of 2026"):
        look(later, 2027, draws=50)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda o: o.probability(35), "from 1 to 34"),
        (lambda o: o.probability(0), "from 1 to 34"),
        (lambda o: o.probability(30, tau=2.0), "1.5, 2.25, 3.3"),
        (lambda o: o.needed_score(30, 1.0), "between 0 and 1"),
        (lambda o: o.needed_score(30, 0.8, merge="x"), "mean, population, worst"),
        (lambda o: o.drivers(n=1000), "power of two"),
        (lambda o: o.drivers(rank=34), "always reached"),
        (lambda o: o.on_34(30.0, level=1.5), "between 0 and 1"),
    ],
)
def test_what_an_outlook_cannot_answer(nothing, ask, said):
    with pytest.raises(DataError, match=said):
        ask(nothing)


def test_a_key_is_enough(nothing, look):
    assert look("Cao Bằng").probability(30) == pytest.approx(nothing.probability(30), abs=0.002)
    assert pii.resolve("Cao Bằng") == nothing.unit
