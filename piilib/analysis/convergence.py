"""Whether chains have converged, and how many independent draws theirs are worth."""

from __future__ import annotations

import numpy as np
import scipy
from scipy.special import ndtri

from piilib.errors import DataError
from piilib.types import Array


def rank_rhat(chains: Array) -> Array:
    """Rank-normalised split R-hat, the larger of location and spread.

    Parameters
    ----------
    chains : array, shape (chains, draws, ...)
        Draws of each chain in order, for any number of quantities.

    Returns
    -------
    array, shape (...)
        1 where chains agree with each other and each with itself; more than 1.01 to 1.05 says that
        they do not yet. A quantity that never changes gives 1.

    Raises
    ------
    DataError
        With fewer than two chains, fewer than four draws in each, or draws that are not finite.

    References
    ----------
    Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), "Rank-normalization, folding, and
    localization: an improved R-hat", *Bayesian Analysis* 16(2), 667-718, equations 1-4 and
    section 4.

    Examples
    --------
    >>> import numpy as np
    >>> chains = np.random.default_rng(1).normal(size=(4, 500))
    >>> bool(rank_rhat(chains) < 1.01), bool(rank_rhat(chains + [[0], [0], [0], [3]]) > 1.3)
    (True, True)
    """
    halves = _split(_checked(chains))
    middle = np.median(halves, axis=(0, 1), keepdims=True)
    return np.maximum(_rhat(_normalised(halves)), _rhat(_normalised(np.abs(halves - middle))))


def bulk_ess(chains: Array) -> Array:
    """Bulk effective sample size: independent draws that would place the centre as well.

    Parameters
    ----------
    chains : array, shape (chains, draws, ...)

    Returns
    -------
    array, shape (...)
        In draws; at most draws × log₁₀(draws) in all, more than 400 is asked for. A quantity that
        never changes counts every draw.

    Raises
    ------
    DataError
        As `rank_rhat`.

    References
    ----------
    Vehtari et al. (2021), section 3.2 and 4, with Geyer's initial monotone positive sequence.

    Examples
    --------
    >>> import numpy as np
    >>> chains = np.random.default_rng(1).normal(size=(4, 500))
    >>> bool(1500 < bulk_ess(chains) < 2600), bool(bulk_ess(np.repeat(chains, 5, axis=1)) < 2600)
    (True, True)
    """
    return _ess(_normalised(_split(_checked(chains))))


def mean_ess(chains: Array) -> Array:
    """Effective sample size for the mean: as `bulk_ess`, without rank normalisation."""
    return _ess(_split(_checked(chains)))


def _checked(chains: Array) -> Array:
    chains = np.asarray(chains, dtype=float)
    if chains.ndim < 2 or chains.shape[0] < 2 or chains.shape[1] < 4:
        raise DataError(
            f"draws of the shape {chains.shape}", "two chains or more of four draws or more"
        )
    if not np.isfinite(chains).all():
        raise DataError("draws that are not finite", "numbers")
    return chains


def _split(chains: Array) -> Array:
    half = chains.shape[1] // 2
    return np.concatenate([chains[:, :half], chains[:, -half:]], axis=0)


def _normalised(chains: Array) -> Array:
    """Replace draws by normal scores of their ranks among all draws (Blom's offset)."""
    flat = chains.reshape(chains.shape[0] * chains.shape[1], -1)
    place = scipy.stats.rankdata(flat, axis=0)
    return np.asarray(ndtri((place - 0.375) / (len(flat) + 0.25)).reshape(chains.shape))


def _variances(chains: Array) -> tuple[Array, Array]:
    """Mean variance within chains, and the pooled estimate of the variance."""
    draws = chains.shape[1]
    within = chains.var(axis=1, ddof=1).mean(axis=0)
    between = chains.mean(axis=1).var(axis=0, ddof=1)
    return within, np.asarray(within * (draws - 1) / draws + between)


def _rhat(chains: Array) -> Array:
    within, pooled = _variances(chains)
    still = pooled <= 0.0
    ratio = np.where(still, 1.0, pooled) / np.where(still, 1.0, np.maximum(within, 1e-300))
    return np.sqrt(ratio)


def _ess(chains: Array) -> Array:
    count, draws = chains.shape[:2]
    within, pooled = _variances(chains)
    still = pooled <= 0.0
    safe = np.where(still, 1.0, pooled)
    lagged = _autocovariance(chains).mean(axis=0)
    rho = 1.0 - (within - lagged * draws / (draws - 1)) / safe
    rho[0] = 1.0
    even = draws - draws % 2
    pairs = rho[0:even:2] + rho[1:even:2]
    positive = np.logical_and.accumulate(pairs > 0.0, axis=0)
    pairs = np.minimum.accumulate(np.where(positive, pairs, 0.0), axis=0)
    tau = np.maximum(-1.0 + 2.0 * pairs.sum(axis=0), 1.0 / np.log10(max(count * draws, 11)))
    return np.asarray(np.where(still, count * draws, count * draws / tau))


def _autocovariance(chains: Array) -> Array:
    """Autocovariance of each chain at every lag (biased, by the Fourier transform)."""
    draws = chains.shape[1]
    centred = chains - chains.mean(axis=1, keepdims=True)
    power = np.abs(np.fft.rfft(centred, 2 * draws, axis=1)) ** 2
    return np.asarray(np.fft.irfft(power, 2 * draws, axis=1)[:, :draws] / draws)
