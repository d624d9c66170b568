"""Sample skewness and kurtosis, by which outliers are found."""

from __future__ import annotations

import numpy as np

from piilib.types import Array


def skewness(values: Array) -> float:
    """Sample skewness, type 2: 0 for a symmetric sample, above 0 where the tail is to the right.

    Parameters
    ----------
    values : array, shape (n,)
        NaN are left out.

    Returns
    -------
    float
        ``g1 √(n(n − 1)) / (n − 2)``; NaN for fewer than 3 values or none that differ.

    References
    ----------
    Joanes and Gill (1998), "Comparing measures of sample skewness and kurtosis", *The
    Statistician* 47(1), 183–189: G1, which is also SAS's, SPSS's and Excel's SKEW.
    """
    n, m2, m3, _ = _moments(values)
    if n < 3 or not m2 > 0:
        return np.nan
    return float(m3 / m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2))


def kurtosis(values: Array) -> float:
    """Sample excess kurtosis, type 2: 0 for a normal sample, large for heavy tails.

    Parameters
    ----------
    values : array, shape (n,)
        NaN are left out.

    Returns
    -------
    float
        ``((n + 1) g2 + 6)(n − 1) / ((n − 2)(n − 3))``; NaN for fewer than 4 values or none that
        differ.

    References
    ----------
    Joanes and Gill (1998), G2, which is also Excel's KURT.
    """
    n, m2, _, m4 = _moments(values)
    if n < 4 or not m2 > 0:
        return np.nan
    return ((n + 1) * (m4 / m2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))


def _moments(values: Array) -> tuple[int, float, float, float]:
    """Count and central moments 2, 3 and 4 of the values that are not missing."""
    x = values[~np.isnan(values)]
    if not x.size or x.min() == x.max():
        return x.size, 0.0, 0.0, 0.0
    centred = x - x.mean()
    square = centred * centred
    return (
        x.size,
        float(square.mean()),
        float((square * centred).mean()),
        float((square * square).mean()),
    )
