"""Simulated futures of a few units, against exact probabilities and cases worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import t

from piilib.analysis.outlook_change import noise
from piilib.analysis.outlook_futures import Futures, Outcome, Published, least, simulate

LAW = t(5, scale=np.sqrt(3 / 5))
DRAWS = 100_000


def toy(start, loud, tau=2.0, years=(2026,), own=0):
    """Futures of a few units that start alike in every draw; only the `loud` ones have noise."""
    drawn = noise(years, DRAWS, len(start), np.random.default_rng(5))
    drawn[:, :, [u for u in range(len(start)) if u not in loud]] = 0.0
    flat = np.zeros(DRAWS)
    return Futures(
        starts={"mean": np.array([start], dtype=float)},
        pick=np.zeros(DRAWS, dtype=int),
        change=np.zeros(len(start)),
        noise=drawn,
        tau=flat + tau,
        gain=flat,
        share=flat,
        own=own,
    ).outcome("mean")


# Known answers


def test_two_units_own_noise_alone():
    found = toy([30.0, 32.0], loud=[0])
    assert found.hits(1).mean() == pytest.approx(LAW.sf(2.0 / 2.0), abs=0.005)
    assert np.quantile(found.needed(1), 0.8) == pytest.approx(32 + 2 * LAW.ppf(0.8), abs=0.05)


def test_the_merger_year_has_twice_the_variance():
    found = toy([30.0, 32.0], loud=[0], years=(2025,))
    assert found.hits(1).mean() == pytest.approx(LAW.sf(1.0 / np.sqrt(2)), abs=0.005)


def test_two_units_both_with_noise():
    found = toy([30.0, 32.0], loud=[0, 1])
    exact, _ = quad(lambda y: LAW.pdf(y) * LAW.sf(y + 1.0), -np.inf, np.inf)
    assert found.hits(1).mean() == pytest.approx(exact, abs=0.005)


@pytest.mark.parametrize("rank", [1, 2])
def test_three_units(rank):
    found = toy([30.0, 32.0, 31.0], loud=[0, 1, 2])

    def below(x, gap):
        return LAW.cdf(x - gap)

    def chance(x):
        first, second = below(x, 1.0), below(x, 0.5)
        none = first * second
        return LAW.pdf(x) * (none if rank == 1 else 1 - (1 - first) * (1 - second))

    exact, _ = quad(chance, -np.inf, np.inf)
    assert found.hits(rank).mean() == pytest.approx(exact, abs=0.005)
    assert (found.ranks() <= rank).mean() == found.hits(rank).mean()


def test_almost_no_noise_gives_the_order_of_the_scores():
    found = toy([30.0, 32.0, 31.0, 29.0], loud=range(4), tau=1e-9)
    assert np.unique(found.ranks()).tolist() == [3]


def test_ties_take_the_lowest_number():
    assert np.unique(toy([30.0, 30.0, 31.0], loud=[]).ranks()).tolist() == [2]


def test_two_years_by_hand():
    start, change = np.array([[10.0, 20.0, 30.0]]), np.array([1.0, 0.0, -1.0])
    shocks = np.array([[[1.0, 2.0, 3.0]], [[10.0, 20.0, -5.0]]])
    found = simulate(start, change, shocks, np.array([2.0]), np.array([4.0]), own=0)
    assert found.expected.tolist() == [10 + 2 * 1 + 4]
    assert found.disturbance.tolist() == [2 * 11.0]
    assert found.others.tolist() == [[20 + 2 * 22, 30 - 2 + 2 * -2.0]]
    assert found.ranks().tolist() == [2]


def test_a_published_result_replaces_the_first_year():
    start, change = np.array([[10.0, 20.0, 30.0]]), np.array([1.0, 0.0, -1.0])
    shocks = np.array([[[1.0, 2.0, 3.0]], [[10.0, 20.0, -5.0]]])
    # Simulated for the first year: 13, 24, 35. Published: unit 1 first, unit 0 third.
    known = Published(np.array([1, 0]), np.array([1, 3]), np.array([60.0, 30.0]), own=30.0)
    found = simulate(start, change, shocks, np.array([2.0]), np.array([4.0]), 0, known)
    assert found.expected.tolist() == [13.0 + 1 + 4]
    assert found.disturbance.tolist() == [2 * 10.0]
    assert found.others.tolist() == [[35 + 2 * 20.0, 35 - 1 - 2 * 5.0]]
    on_34 = simulate(
        start, change, shocks, np.array([2.0]), np.array([15.0]), 0, known, gain_on_34=True
    )
    assert on_34.expected.tolist() == [24.0 + 1]  # 45 of 34 units lies half-way from 13 to 35


@given(st.integers(0, 10_000), st.integers(1, 6), st.floats(0.02, 0.98))
def test_needed_is_exact(seed, rank, confidence):
    rng = np.random.default_rng(seed)
    found = Outcome(np.full(400, 30.0), rng.normal(0, 3, 400), rng.normal(32, 4, (400, 6)), None)
    needed = least(found.needed(rank), confidence)
    assert found.hits(rank, needed).mean() >= confidence
    assert found.hits(rank, needed - 0.01).mean() < confidence


def test_monte_carlo_error_by_hand():
    flat = np.zeros(1000)
    pick = np.repeat(np.arange(100), 10)
    few = Futures({}, pick, flat, flat, flat, flat, flat, 0, size=50.0)
    decided = pick % 2 == 0  # by the completion alone: 50 independent draws, not 1,000
    assert few.standard_error(decided) == pytest.approx(np.sqrt(0.25 / 50))
    loose = np.arange(1000) % 2 == 0  # the same in every completion
    assert few.standard_error(loose) == pytest.approx(np.sqrt(0.25 / 1000))


def test_monte_carlo_error_of_single_draws():
    flat = np.zeros(100)
    hits = np.arange(100) < 20
    one_each = Futures({}, np.arange(100), flat, flat, flat, flat, flat, 0, size=50.0)
    assert one_each.standard_error(hits) == pytest.approx(np.sqrt(0.16 / 50))
    one_for_all = Futures({}, np.zeros(100, dtype=int), flat, flat, flat, flat, flat, 0)
    assert one_for_all.standard_error(hits) == pytest.approx(0.04)


def test_monte_carlo_error_against_repetition():
    """Completions that shift the chance: the error is that of many whole simulations."""
    rng = np.random.default_rng(8)
    shares, errors = [], []
    for _ in range(400):
        chance = rng.beta(2, 6, 50)
        pick = np.repeat(np.arange(50), 20)
        hits = rng.random(1000) < chance[pick]
        flat = np.zeros(1000)
        shares.append(hits.mean())
        errors.append(Futures({}, pick, flat, flat, flat, flat, flat, 0).standard_error(hits))
    assert np.mean(errors) == pytest.approx(np.std(shares), rel=0.1)
