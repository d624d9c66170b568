"""Treatment of outliers, before normalisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from scipy.special import boxcox

from piilib.errors import DataError
from piilib.index.check import is_finite, is_number, shown
from piilib.index.moments import kurtosis, skewness
from piilib.types import Array

RULES = (
    "none", "cap", "winsorise", "log", "log_plus", "log_shift", "log_gii", "boxcox", "coin", "gii",
)  # fmt: skip
#: Rules that first look whether there are outliers, with the skewness that each allows.
_TESTED = {"coin": 2.0, "gii": 2.25, "winsorise": 2.0}
#: Powers of Box and Cox beyond ± this leave nothing but the extremes.
_MOST_POWER = 5.0


@dataclass(frozen=True)
class Treatment:
    """What is done to one indicator's outliers.

    Attributes
    ----------
    rule : str
        ``"none"``. ``"cap"``: values outside [``lower``, ``upper``] are set to the limit.
        ``"winsorise"``: while the values fail the test, all points at the extreme are set to the
        next value. ``"log"``: ln(x − min + 0.01·(max − min)). ``"log_plus"``: the same, mirrored
        where skewness ≤ 0, −ln(max − x + 0.01·(max − min)). ``"log_shift"``: ln(x − min + 1).
        ``"log_gii"``: ln[(max·f − 1)(x − min)/(max − min) + 1]. ``"boxcox"``: on x − min + 1.
        ``"coin"`` and ``"gii"``: nothing where the values pass; else winsorise; where that does
        not help, ``"log"`` or ``"log_gii"`` of the *original* values.
    lower, upper : float
        Fixed limits in the indicator's own unit, for ``"cap"``.
    max_winsorised : int or None
        Winsorising stops when this many points were moved (tied points move together, so one more
        may). None: no limit.
    skewness, kurtosis : float, optional
        The values pass where abs(skewness) is below the first **or** excess kurtosis below the
        second. 2 and 3.5; 2.25 and 3.5 for ``"gii"``.
    factor : float, optional
        f of ``"log_gii"``; by default 1, or the smallest power of ten with max·f ≥ 10.
    power : float, optional
        λ of ``"boxcox"``, from −5 to 5; by default that of largest likelihood within them.
    combine : bool
        The logarithm acts on the winsorised values instead of the original ones.

    Notes
    -----
    Skewness and kurtosis are the sample (type 2) ones, see `piilib.index.moments`. With fewer than
    four values, or none that differ, nothing is done by a rule that tests.

    References
    ----------
    Becker, Caperna, Del Sorbo et al. (2022), "COINr", *JOSS* 7(78), 4567, for ``coin`` and the
    order of steps; WIPO, *Global Innovation Index*, appendix on outliers, for ``gii``; JRC COIN
    Tool for the logarithms.

    Examples
    --------
    >>> import numpy as np
    >>> import piilib as pii
    >>> values = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100.0])  # they fail the test
    >>> treated, applied = pii.Treatment("winsorise").steps(values)
    >>> applied, treated[-2:].tolist()
    ('winsorise', [30.0, 30.0])
    >>> pii.Treatment("cap", lower=2, upper=9).apply(values)[[0, -1]].tolist()
    [2.0, 9.0]
    """

    rule: str = "none"
    max_winsorised: int | None = 5
    lower: float = -np.inf
    upper: float = np.inf
    skewness: float | None = None
    kurtosis: float = 3.5
    factor: float | None = None
    power: float | None = None
    combine: bool = False

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise DataError(
                f"the treatment {self.rule!r}", f"'official' or one of {', '.join(RULES)}"
            )
        if not (is_number(self.lower) and is_number(self.upper) and self.lower < self.upper):
            found = f"lower={shown(self.lower)}, upper={shown(self.upper)}"
            raise DataError(found, "lower < upper, two numbers")
        most = self.max_winsorised
        if most is not None and not (is_number(most) and most >= 0):
            raise DataError(f"max_winsorised={shown(most)}", "0 or more, or None")
        for name in ("skewness", "kurtosis", "factor"):
            value = getattr(self, name)
            if value is not None and not (is_number(value) and value > 0):
                raise DataError(f"{name}={shown(value)}", "a number above 0")
        if self.power is not None and not (
            is_finite(self.power) and abs(self.power) <= _MOST_POWER
        ):
            raise DataError(f"power={shown(self.power)}", "a number from -5 to 5")

    def passes(self, values: Array) -> bool:
        """Tell whether the values have no outliers; True where that cannot be told."""
        limit = _TESTED.get(self.rule, 2.0) if self.skewness is None else self.skewness
        skew, kurt = skewness(values), kurtosis(values)
        return bool(np.isnan(kurt) or abs(skew) < limit or kurt < self.kurtosis)

    def apply(self, values: Array) -> Array:
        """Return the treated values; missing ones stay missing."""
        return self.steps(values)[0]

    def steps(self, values: Array) -> tuple[Array, str]:
        """Return the treated values and what was done.

        Returns
        -------
        array, str
            The second is ``"none"`` where nothing was done (an indicator that does not vary is
            left alone), else the rules that acted, as in ``"winsorise"`` or ``"winsorise+log"``.

        Raises
        ------
        DataError
            If the logarithm of the GII is not defined (no value above 1/f), or a result is too
            large to be a number, or one and the same for all.
        """
        known = values[~np.isnan(values)]
        if self.rule == "none" or not known.size:
            return values, "none"
        if self.rule == "cap":
            capped = np.clip(values, self.lower, self.upper)
            return capped, "none" if np.array_equal(known, capped[~np.isnan(values)]) else "cap"
        if self.rule not in _TESTED:
            if known.min() == known.max():
                return values, "none"
            return _transform(values, self.rule, self), self.rule
        if self.passes(values):
            return values, "none"
        moved = _winsorise(values, self)
        if self.rule == "winsorise" or self.passes(moved):
            return moved, "none" if np.array_equal(moved, values, equal_nan=True) else "winsorise"
        log = "log" if self.rule == "coin" else "log_gii"
        if self.combine:
            return _transform(moved, log, self), f"winsorise+{log}"
        return _transform(values, log, self), log


def as_treatment(rule: str | Treatment) -> Treatment:
    """Return a `Treatment` from its name or itself."""
    return rule if isinstance(rule, Treatment) else Treatment(rule)


def _winsorise(values: Array, rule: Treatment) -> Array:
    """Move all points at the extreme to the next value until they pass or enough have moved.

    It stops before all values are one, which would be no indicator any more.
    """
    x = values.copy()
    while not rule.passes(x):
        moved = int(((x != values) & ~np.isnan(values)).sum())
        if rule.max_winsorised is not None and moved >= rule.max_winsorised:
            break
        top = skewness(x) >= 0
        extreme = np.nanmax(x) if top else np.nanmin(x)
        rest = x[~np.isnan(x) & (x != extreme)]
        if rest.min() == rest.max():
            break  # one value would be left
        x[x == extreme] = rest.max() if top else rest.min()
    return x


def _transform(values: Array, form: str, rule: Treatment) -> Array:
    """Transform values that differ; what overflows, or falls into one, is refused."""
    try:
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            found = _formula(values, form, rule)
    except DataError:
        raise
    except (ArithmeticError, RuntimeError, ValueError):  # no power of largest likelihood
        found = np.full_like(values, np.inf)
    known = found[~np.isnan(values)]
    if not (np.isfinite(known).all() and known.min() < known.max()):
        low, high = np.nanmin(values), np.nanmax(values)
        raise DataError(
            f"values from {low:g} to {high:g}, too far apart or too close for {form!r}",
            "values on another scale (in thousands or millions, say), or another treatment",
        )
    return found


def _formula(values: Array, form: str, rule: Treatment) -> Array:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    tail = 0.01 * (high - low)
    if form == "log_plus" and skewness(values) <= 0:
        return np.asarray(-np.log(high + tail - values))
    if form in ("log", "log_plus"):
        return np.asarray(np.log(values - low + tail))
    if form == "log_shift":
        return np.asarray(np.log(values - low + 1.0))
    if form == "boxcox":
        return _boxcox(values - low + 1.0, rule.power)
    return _log_gii(values, low, high, rule.factor)


def _boxcox(positive: Array, power: float | None) -> Array:
    if power is None:
        best = float(scipy.stats.boxcox_normmax(positive[~np.isnan(positive)], method="mle"))
        power = float(np.clip(best, -_MOST_POWER, _MOST_POWER))
    return np.asarray(boxcox(positive, power))


def _log_gii(values: Array, low: float, high: float, factor: float | None) -> Array:
    """ln[(max·f − 1)(x − min)/(max − min) + 1]; increasing only where max·f > 1."""
    if high <= 0:
        raise DataError(
            f"no value above 0 (the highest is {high:g}) for the logarithm of the GII",
            "positive values, or the treatment 'log'",
        )
    if factor is None:
        factor = 10.0 ** max(0, int(np.ceil(1 - np.log10(high) - 1e-12)))
    if not high * factor > 1:
        raise DataError(
            f"the highest value {high:g} times the factor {factor:g} is not above 1, where the "
            "logarithm of the GII reverses the order",
            "a larger factor",
        )
    return np.asarray(np.log((high * factor - 1.0) * (values - low) / (high - low) + 1.0))
