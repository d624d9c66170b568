"""Draws on slices against closed forms and quadrature."""

import numpy as np
import pytest
from scipy.stats import truncnorm

from piilib.analysis.slices import correlated, fill, pair_lines, precision_of, sweep

RNG = np.random.default_rng


def test_fill_by_hand():
    """Shift 4, 10, 20 alike until they sum to 55; the first stops at its bound of 5."""
    found = fill(
        np.array([4.0, 10.0, 20.0]),
        np.ones(3),
        np.array(55.0),
        np.zeros(3),
        np.array([5, 100, 100.0]),
    )
    np.testing.assert_allclose(found, [5, 20, 30], atol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_fill_meets_any_sum_within_reach(seed):
    rng = RNG(seed)
    lower = rng.uniform(0, 40, (50, 6))
    upper = lower + rng.uniform(0, 60, (50, 6))
    weights = rng.uniform(0.1, 2, 6)
    total = lower @ weights + rng.uniform(size=50) * ((upper - lower) @ weights)
    x = fill(rng.normal(50, 100, (50, 6)), weights, total, lower, upper)
    np.testing.assert_allclose(x @ weights, total, atol=1e-8)
    assert (x >= lower).all()
    assert (x <= upper).all()


def test_lines_keep_every_sum():
    sums = np.array([[0.2, 0.3, 0.5, 0, 0], [0, 0, 0, 0.25, 0.75]])
    lines = pair_lines(sums)
    assert len(lines) == 3 + 1
    np.testing.assert_allclose(lines @ sums.T, 0, atol=1e-12)


def drawn(mean, covariance, total, lower, upper, *, count=20_000, sweeps=30, weights=None):
    """Draws (count, n) of a normal law on {w·x = total, lower ≤ x ≤ upper}."""
    n = len(mean)
    weights = np.full(n, 1.0 / n) if weights is None else weights
    box = (np.broadcast_to(ends, (1, count, n)).copy() for ends in (lower, upper))
    lower, upper = box
    x = fill(
        np.broadcast_to(mean, (1, count, n)), weights, np.full((1, count), total), lower, upper
    )
    precision = precision_of(np.array([covariance]), np.ones(n))
    rng = RNG(1)
    for _ in range(sweeps):
        sweep(x, pair_lines(weights[None]), np.eye(n), lower, upper, mean, precision, rng)
    np.testing.assert_allclose(x @ weights, total, atol=1e-9)
    return x[0]


def test_two_parts_are_a_truncated_normal():
    """x + y = 100, x ~ N(40, 10²), y ~ N(50, 20²): x | sum ~ N(42, 80), cut to [45, 70]."""
    mean, covariance = np.array([40.0, 50.0]), np.diag([100.0, 400.0])
    x = drawn(mean, covariance, 50.0, np.array([45.0, 0]), np.array([70.0, 100]), sweeps=1)[:, 0]
    sd = np.sqrt(80.0)
    law = truncnorm((45 - 42) / sd, (70 - 42) / sd, 42, sd)
    assert x.mean() == pytest.approx(law.mean(), abs=5 * law.std() / np.sqrt(len(x)))
    for q in (0.05, 0.5, 0.95):
        assert np.quantile(x, q) == pytest.approx(law.ppf(q), abs=0.15)


def test_many_parts_without_bounds_are_the_conditional_normal():
    """Mean and covariance given a weighted sum have a closed form."""
    rng = RNG(3)
    half = rng.normal(size=(4, 4))
    covariance = half @ half.T * 20 + np.eye(4)
    mean, weights = np.array([10.0, 20, 30, 40]), np.array([0.1, 0.2, 0.3, 0.4])
    x = drawn(mean, covariance, 33.0, np.full(4, -1e6), np.full(4, 1e6), weights=weights)
    along = covariance @ weights
    conditional = mean + along / (weights @ along) * (33.0 - weights @ mean)
    spread = covariance - np.outer(along, along) / (weights @ along)
    error = 5 * np.sqrt(np.diag(spread) / len(x))
    assert (np.abs(x.mean(axis=0) - conditional) < error).all()
    np.testing.assert_allclose(np.cov(x.T), spread, atol=0.05 * np.abs(spread).max())


def test_three_parts_in_a_box_agree_with_rejection():
    mean, covariance = np.array([60.0, 30, 20]), np.diag([200.0, 100, 50]) + 30
    lower, upper = np.array([0.0, 10, 25]), np.array([50.0, 90, 60])
    x = drawn(mean, covariance, 40.0, lower, upper, count=8_000, sweeps=60)
    weights = np.full(3, 1 / 3)
    along = covariance @ weights
    base = RNG(2).multivariate_normal(mean, covariance, 400_000)
    on = base + np.outer(40.0 - base @ weights, along / (weights @ along))
    kept = on[((on >= lower) & (on <= upper)).all(axis=1)]
    assert len(kept) > 5_000
    for i in range(3):
        for q in (0.1, 0.5, 0.9):
            assert np.quantile(x[:, i], q) == pytest.approx(np.quantile(kept[:, i], q), abs=0.6)


def test_far_in_the_tail_stays_within_bounds():
    mean, covariance = np.array([0.0, 0.0]), np.eye(2)
    x = drawn(mean, covariance, 90.0, np.array([95.0, 0]), np.array([99.0, 100]), count=500)
    assert (x[:, 0] >= 95).all()
    assert (x[:, 0] <= 99).all()


def test_correlation_of_means_by_hand():
    """Means of two indicators each: variance ρ + (1 − ρ)/2; what they share over that."""
    weights = np.kron(np.eye(2), [0.5, 0.5])
    one = np.ones((1, 4), dtype=bool)
    found = correlated(weights, one, np.array([0.2]), np.array([0.2]))[0]
    np.testing.assert_allclose(found[0], [1, 0.2 / (0.2 + 0.8 / 2)])
    found = correlated(weights, weights > 0, np.array([0.4]), np.array([0.1]))[0]
    np.testing.assert_allclose(found[0], [1, 0.1 / (0.4 + 0.6 / 2)])
    precision = precision_of(found[None], np.array([1.0, 3.0]))[0]
    np.testing.assert_allclose(np.linalg.inv(precision), found * [[1, 3], [3, 9]])
