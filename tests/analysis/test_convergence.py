"""R-hat and effective sizes against chains whose answer is known."""

import numpy as np
import pytest
from scipy.stats import rankdata

from piilib.analysis.convergence import bulk_ess, mean_ess, rank_rhat
from piilib.errors import DataError


def autoregressive(rho: float, chains: int, draws: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    x = np.empty((chains, draws))
    x[:, 0] = rng.normal(size=chains)
    for t in range(1, draws):
        x[:, t] = rho * x[:, t - 1] + np.sqrt(1 - rho**2) * rng.normal(size=chains)
    return x


def test_rhat_by_hand():
    # Two chains of four: halves (1, 2), (3, 4) and (5, 6), (7, 8); rank scores z of 1..8.
    from scipy.special import ndtri

    z = ndtri((np.arange(1, 9) - 0.375) / 8.25).reshape(4, 2)
    within = z.var(axis=1, ddof=1).mean()
    pooled = within / 2 + z.mean(axis=1).var(ddof=1)
    chains = np.arange(1.0, 9.0).reshape(2, 4)
    # split: first halves of both chains, then second halves; R-hat does not see the order
    folded = rankdata(np.abs(np.arange(1.0, 9.0) - 4.5)).reshape(4, 2)
    y = ndtri((folded - 0.375) / 8.25)
    inside = y.var(axis=1, ddof=1).mean()
    spread = np.sqrt((inside / 2 + y.mean(axis=1).var(ddof=1)) / inside)
    assert rank_rhat(chains) == pytest.approx(max(np.sqrt(pooled / within), spread))


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6, 0.9])
def test_ess_of_an_autoregression(rho):
    chains = autoregressive(rho, chains=8, draws=4000, seed=1)
    expected = chains.size * (1 - rho) / (1 + rho)
    assert bulk_ess(chains) == pytest.approx(expected, rel=0.15)
    assert mean_ess(chains) == pytest.approx(expected, rel=0.15)


def test_negative_correlation_counts_more():
    chains = autoregressive(-0.5, chains=4, draws=2000, seed=2)
    assert 1.5 * chains.size < bulk_ess(chains) <= chains.size * np.log10(chains.size)


def test_ess_is_the_variance_of_the_mean():
    runs = autoregressive(0.7, chains=400, draws=100, seed=3)  # 100 experiments of 4 chains
    means = runs.reshape(100, 4, 100).mean(axis=(1, 2))
    sizes = mean_ess(np.moveaxis(runs.reshape(100, 4, 100), 0, -1))
    assert 1 / means.var(ddof=1) == pytest.approx(sizes.mean(), rel=0.4)


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (lambda x: x + np.array([0, 0, 0, 3])[:, None], "place"),
        (lambda x: x * np.array([1, 1, 1, 4])[:, None], "spread"),
        (lambda x: x + np.linspace(0, 3, x.shape[1]), "drift"),
    ],
)
def test_rhat_sees_what_has_not_converged(spoil, name):
    x = np.random.default_rng(4).normal(size=(4, 500))
    assert rank_rhat(x) < 1.01
    assert rank_rhat(spoil(x)) > 1.05, name


def test_heavy_tails_are_no_trouble():
    x = np.random.default_rng(5).standard_cauchy(size=(4, 1000))
    assert rank_rhat(x) < 1.01
    assert bulk_ess(x) == pytest.approx(4000, rel=0.2)


def test_monotone_maps_change_nothing():
    x = np.random.default_rng(6).normal(size=(4, 200))
    assert bulk_ess(np.exp(x)) == pytest.approx(float(bulk_ess(x)))


def test_shapes_and_constants():
    x = np.random.default_rng(7).normal(size=(4, 100, 2, 3))
    x[..., 1, 2] = 5.0
    assert rank_rhat(x).shape == bulk_ess(x).shape == (2, 3)
    assert rank_rhat(x)[1, 2] == 1.0
    assert bulk_ess(x)[1, 2] == 400
    assert rank_rhat(x)[0, 1] == pytest.approx(float(rank_rhat(x[..., 0, 1])))


@pytest.mark.parametrize("shape", [(4,), (1, 100), (4, 3)])
def test_too_little(shape):
    with pytest.raises(DataError, match="two chains or more"):
        rank_rhat(np.zeros(shape))
    with pytest.raises(DataError, match="finite"):
        bulk_ess(np.full((2, 8), np.nan))
