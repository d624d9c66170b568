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

    Examples
    --------
    >>> import numpy as np
    >>> round(skewness(np.array([3.0, 4, 5, 2, 3, 4, 5, 6, 4, 7])), 6)  # as Excel's SKEW gives it
    0.359543
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

    Examples
    --------
    >>> import numpy as np
    >>> round(kurtosis(np.array([3.0, 4, 5, 2, 3, 4, 5, 6, 4, 7])), 6)  # as Excel's KURT gives it
    -0.1518
    """
    n, m2, _, m4 = _moments(values)
    if n < 4 or not m2 > 0:
        return np.nan
    return ((n + 1) * (m4 / m2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))


def _moments(values: Array) -> tuple[int, float, float, float]:
    """Count and central moments 2, 3 and 4 of the values that are not missing.

    They are those of the values over a power of two, which changes neither measure and no digit,
    so that the fourth power of a large value is a number too.
    """
    x = values[~np.isnan(values)]
    if not x.size or x.min() == x.max():
        return x.size, 0.0, 0.0, 0.0
    x = np.ldexp(x, -int(np.frexp(np.abs(x).max())[1]))
    centred = x - x.mean()
    square = centred * centred
    return (
        x.size,
        float(square.mean()),
        float((square * centred).mean()),
        float((square * square).mean()),
    )
