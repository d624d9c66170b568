"""Skewness and kurtosis: the sample (type 2) ones of Excel, SAS and e1071."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from piilib.index.moments import kurtosis, skewness

NAN = np.nan


@pytest.mark.parametrize(
    ("values", "skew", "kurt"),
    [
        # The examples of Excel's own help on SKEW and KURT.
        ([3, 4, 5, 2, 3, 4, 5, 6, 4, 7], 0.359543071, -0.151799637),
        # Mean 1, deviations −1 −1 −1 3: m2 = 3, m3 = 6, m4 = 21, so g1 = 2/√3 and g2 = −2/3:
        # G1 = 2/√3·√12/2 = 2, G2 = (5·(−2/3) + 6)·3/2 = 4.
        ([0, 0, 0, 4], 2.0, 4.0),
        ([0, 0, 0, -4], -2.0, 4.0),
        # Deviations −2 −1 0 1 2: m2 = 2, m4 = 34/5, g2 = 1.7 − 3: G2 = (6·(−1.3) + 6)·4/6 = −1.2.
        ([1, 2, 3, 4, 5], 0.0, -1.2),
        # One of n differs: G1 = √n, G2 = n.
        ([0, 0, 0, 0, 5], 5**0.5, 5.0),
        ([0] * 8 + [1], 3.0, 9.0),
        # Mean 1, deviations −1 −1 2: m2 = 2, m3 = 2: G1 = 2/2^1.5·√6/1 = √3; no kurtosis of three.
        ([0, 0, 3], 3**0.5, NAN),
        ([1, 9], NAN, NAN),
        ([1], NAN, NAN),
        ([], NAN, NAN),
        ([7, 7, 7, 7, 7], NAN, NAN),
        # A mean that rounds away from the one value is no spread.
        ([0.1] * 6, NAN, NAN),
    ],
)
def test_worked_by_hand(values, skew, kurt):
    x = np.array(values, dtype=float)
    np.testing.assert_allclose(skewness(x), skew, atol=1e-9)
    np.testing.assert_allclose(kurtosis(x), kurt, atol=1e-9)


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ([0, NAN, 0, 0, 4], [0, 0, 0, 4]),
        ([NAN, 3, 8, NAN, 1, 30], [3, 8, 1, 30]),
        ([NAN, 0, 0, 3], [0, 0, 3]),  # three are left, so no kurtosis
        ([NAN, NAN, 5, 6], [5, 6]),
        ([NAN, NAN], []),
    ],
)
def test_missing_values_are_left_out(values, kept):
    x, y = np.array(values, dtype=float), np.array(kept, dtype=float)
    np.testing.assert_array_equal(skewness(x), skewness(y))
    np.testing.assert_array_equal(kurtosis(x), kurtosis(y))


@pytest.mark.parametrize("n", [4, 5, 12, 63, 400])
@pytest.mark.parametrize("draw", ["normal", "lognormal", "uniform", "poisson", "standard_cauchy"])
def test_against_scipy(n, draw):
    values = getattr(np.random.default_rng(n), draw)(size=n) + np.arange(n) % 2
    assert skewness(values) == pytest.approx(scipy.stats.skew(values, bias=False), rel=1e-9)
    expected = scipy.stats.kurtosis(values, bias=False)
    assert kurtosis(values) == pytest.approx(expected, rel=1e-9, abs=1e-12)


samples = st.lists(st.integers(-1000, 1000).map(float), min_size=4, max_size=20).filter(
    lambda x: len(set(x)) > 1
)


@given(samples, st.sampled_from([1e-3, 0.5, 7.0, 1e6]), st.integers(-500, 500))
@settings(deadline=None, max_examples=50)
def test_another_unit_of_measure_changes_neither_and_a_mirror_the_sign(values, factor, shift):
    x = np.array(values)
    skew, kurt = pytest.approx(skewness(x), abs=1e-6), pytest.approx(kurtosis(x), abs=1e-6)
    assert skewness(factor * (x + shift)) == skew
    assert kurtosis(factor * (x + shift)) == kurt
    assert -skewness(-x) == skew
    assert kurtosis(-x) == kurt


@pytest.mark.parametrize("factor", [1e-300, 1e-100, 1e100, 1e306, -1e306])
def test_neither_overflows(factor):
    x = factor * np.array([0.0, 0, 0, 4, 5])  # the fourth power is no number any more
    assert abs(skewness(x)) == pytest.approx(skewness(np.array([0.0, 0, 0, 4, 5])))
    assert kurtosis(x) == pytest.approx(kurtosis(np.array([0.0, 0, 0, 4, 5])))


@given(samples)
@settings(deadline=None, max_examples=50)
def test_bounds_for_any_sample(values):
    """No sample is more skewed than one in which a single value differs: |G1| ≤ √n, G2 ≤ n."""
    x, n = np.array(values), len(values)
    assert abs(skewness(x)) <= n**0.5 + 1e-9
    assert kurtosis(x) <= n + 1e-9
