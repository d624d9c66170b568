"""Points whose weighted sums are given and whose parts lie within bounds, and draws of them."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from piilib.types import Array, Flags

#: Halvings of an interval of 100 points: below the last digit of a float.
HALVINGS = 60


def fill(wanted: Array, weights: Array, total: Array, lower: Array, upper: Array) -> Array:
    """Find the point within bounds that has a given weighted sum, all parts shifted alike.

    Parameters
    ----------
    wanted, lower, upper : array, shape (..., n)
        Where the parts would be, and their bounds.
    weights : array, shape (n,)
        Above 0.
    total : array, shape (...)
        Between the weighted sums of ``lower`` and of ``upper``; beyond them it is not reached.

    Returns
    -------
    array, shape (..., n)
        ``wanted`` + one number, cut at the bounds, which for equal weights is the nearest point.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = np.zeros(3), np.array([5.0, 100.0, 100.0])
    >>> fill(np.array([4.0, 10.0, 20.0]), np.ones(3), np.array(55.0), low, high).round(6).tolist()
    [5.0, 20.0, 30.0]
    """
    low = (lower - wanted).min(axis=-1)
    high = (upper - wanted).max(axis=-1)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        short = np.clip(wanted + middle[..., None], lower, upper) @ weights < total
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    found: Array = np.clip(wanted + ((low + high) / 2)[..., None], lower, upper)
    return found


def pair_lines(sums: Array) -> Array:
    """Directions in which two parts of one sum change against each other and the sum stays.

    Parameters
    ----------
    sums : array, shape (p, n)
        Weight of every part in every sum; each part belongs to one.

    Returns
    -------
    array, shape (lines, n)

    Examples
    --------
    >>> import numpy as np
    >>> pair_lines(np.array([[0.5, 0.25, 0.0], [0.0, 0.0, 1.0]])).tolist()
    [[2.0, -4.0, 0.0]]
    """
    lines = []
    for weights in sums:
        inside = np.flatnonzero(weights)
        for i, a in enumerate(inside):
            for b in inside[i + 1 :]:
                line = np.zeros(sums.shape[1])
                line[a], line[b] = 1.0 / weights[a], -1.0 / weights[b]
                lines.append(line)
    return np.array(lines).reshape(-1, sums.shape[1])


def sweep(
    x: Array,
    lines: Array,
    rows: Array,
    lower: Array,
    upper: Array,
    mean: Array,
    precision: Array,
    rng: np.random.Generator,
) -> None:
    """Move points along every line in random order, by exact draws of a truncated normal.

    Parameters
    ----------
    x : array, shape (draws, units, n)
        Changed in place; it must lie within the bounds.
    lines : array, shape (lines, n)
    rows : array, shape (m, n)
        Combinations of parts that are bounded.
    lower, upper : array, shape (draws, units, m)
    mean : array, broadcast to (draws, units, n)
    precision : array, shape (draws, n, n)
        Inverse covariance of the normal law that is restricted to the slice.
    rng : Generator
    """
    for line in lines[rng.permutation(len(lines))]:
        ahead = rows @ line
        touched = np.flatnonzero(np.abs(ahead) > 1e-12)
        here = x @ rows[touched].T
        to_low = (lower[..., touched] - here) / ahead[touched]
        to_high = (upper[..., touched] - here) / ahead[touched]
        start = np.minimum(to_low, to_high).max(axis=-1)
        end = np.maximum(to_low, to_high).min(axis=-1)
        pull = np.einsum("dij,j->di", precision, line)
        curve = (pull @ line)[:, None]
        centre = ((mean - x) * pull[:, None, :]).sum(axis=-1) / curve
        spread = 1.0 / np.sqrt(curve)
        start, end = np.minimum(start, 0.0), np.maximum(end, 0.0)
        step = centre + spread * _truncated((start - centre) / spread, (end - centre) / spread, rng)
        x += np.clip(step, start, end)[..., None] * line


def _truncated(start: Array, end: Array, rng: np.random.Generator) -> Array:
    """Draw standard normal numbers between two bounds, from the tail that keeps its digits."""
    turned = start + end > 0
    low, high = np.where(turned, -end, start), np.where(turned, -start, end)
    below = ndtr(low)
    drawn = ndtri(below + rng.random(low.shape) * (ndtr(high) - below))
    drawn = np.where(np.isfinite(drawn), np.clip(drawn, low, high), high)
    return np.where(turned, -drawn, drawn)


def correlated(weights: Array, blocks: Flags, within: Array, between: Array) -> Array:
    """Correlations of weighted means of indicators, which are alike in blocks and in all.

    Parameters
    ----------
    weights : array, shape (n, indicators)
        Rows sum to 1.
    blocks : array of bool, shape (blocks, indicators)
    within, between : array, shape (draws,)
        Correlation of two indicators of one block, and of different ones.

    Returns
    -------
    array, shape (draws, n, n)

    Examples
    --------
    >>> import numpy as np
    >>> both = np.array([[True, True, False], [False, False, True]])
    >>> correlated(np.eye(3), both, np.array([0.5]), np.array([0.2]))[0].tolist()
    [[1.0, 0.5, 0.2], [0.5, 1.0, 0.2], [0.2, 0.2, 1.0]]
    """
    carried = weights @ blocks.T
    one, inside = (values[:, None, None] for values in (between, within))
    raw = one + (inside - one) * (carried @ carried.T) + (1.0 - inside) * (weights @ weights.T)
    size = np.sqrt(np.einsum("dii->di", raw))
    correlations: Array = raw / size[:, :, None] / size[:, None, :]
    return correlations


def precision_of(correlations: Array, spread: Array) -> Array:
    """Inverse covariances from correlations (draws, n, n) and standard deviations (n,)."""
    return np.asarray(np.linalg.inv(correlations) / np.outer(spread, spread), dtype=float)
