"""Normalisation: from treated values to scores on one scale."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from piilib.errors import DataError
from piilib.index.check import is_finite, is_pair, read_number, shown
from piilib.index.framework import Framework
from piilib.types import Array, Flags

RULES = (
    "minmax", "zscore", "rank", "borda", "percentile", "dist2max", "dist2ref", "dist2target",
    "fracmax", "goalposts",
)  # fmt: skip
#: Rules that divide by a spread of the data, which must not be 0.
_NEED_SPREAD = ("minmax", "zscore", "dist2max")
#: Which rules take which parameters.
_TAKES = {
    "range": ("minmax", "goalposts"),
    "mean": ("zscore",),
    "sd": ("zscore",),
    "reference": ("dist2ref",),
    "target": ("dist2target",),
    "goalposts": ("goalposts",),
    "clip": ("goalposts", "dist2ref", "dist2target"),
}


@dataclass(frozen=True)
class Normalisation:
    """How treated values become scores. A large score is always the better one.

    Every rule sees direction × treated value.

    Attributes
    ----------
    rule : str
        ``"minmax"``: lowest to highest on ``range``. ``"zscore"``: mean ``mean`` and standard
        deviation (n − 1) ``sd``. ``"rank"``: from 1 for the lowest, ties take the lowest number.
        ``"borda"``: rank − 1. ``"percentile"``: (rank − 1)/(n − 1). ``"dist2max"``: min-max on
        0–1. ``"dist2ref"``: 1 − (reference − x)/(reference − min). ``"dist2target"``:
        (x − min)/(target − min). ``"fracmax"``: x/max. ``"goalposts"``: min-max between fixed
        bounds, in the indicator's own unit.
    range : (float, float), optional
        Scores of the worst and the best, for min-max and goalposts; (0, 100).
    mean, sd : float, optional
        0 and 1.
    reference : unit, optional
        The unit that scores 1.
    target : mapping, optional
        Code to target, in the indicator's own unit; by default the framework's column ``target``.
    goalposts : mapping or "data", optional
        Code to (lower, upper), or the lowest and highest of the data; by default the framework's
        columns ``goalpost_low`` and ``goalpost_high``.
    clip : bool, optional
        Limit the scores to the range (goalposts, on by default) or to at most 1 (distances).

    Raises
    ------
    DataError
        If a parameter is not one of the rule's, a bound is not finite, a pair is not two numbers
        the first of which is below the second, or ``sd`` is not above 0. When it is applied: also
        if goalposts or targets name what is no indicator of the framework, or lack one that is.

    References
    ----------
    OECD/JRC (2008), *Handbook on Constructing Composite Indicators*, step 5. Conventions (ties,
    n − 1, direction before the rule) are those of COINr 1.1.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [10, 25, 60]}, index=["x", "y", "z"])
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> fixed = pii.Normalisation("goalposts", goalposts={"a": (0, 50)})
    >>> for rule in ("minmax", "rank", fixed):
    ...     pii.Method(normalisation=rule).score(panel, fw).normalised["a"].tolist()
    [0.0, 30.0, 100.0]
    [1.0, 2.0, 3.0]
    [20.0, 50.0, 100.0]
    """

    rule: str = "minmax"
    range: tuple[float, float] | None = None
    mean: float | None = None
    sd: float | None = None
    reference: object = None
    target: Mapping[str, float] | None = None
    goalposts: Mapping[str, tuple[float, float]] | str | None = None
    clip: bool | None = None

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise DataError(f"the normalisation {self.rule!r}", f"one of {', '.join(RULES)}")
        for name, rules in _TAKES.items():
            if getattr(self, name) is not None and self.rule not in rules:
                raise DataError(f"{name} for {self.rule!r}", f"it with {' or '.join(rules)} only")
        if self.range is not None and not is_pair(self.range):
            raise DataError(
                f"range={self.range}",
                "(lowest, highest), the first below the second, both finite numbers",
            )
        if self.mean is not None and not is_finite(self.mean):
            raise DataError(f"mean={shown(self.mean)}", "a finite number")
        if self.sd is not None and not (is_finite(self.sd) and self.sd > 0):
            raise DataError(f"sd={shown(self.sd)}", "a number above 0")
        if self.rule == "dist2ref" and self.reference is None:
            raise DataError("'dist2ref' without a reference", "reference=, one of the units")
        _check_bounds(self.goalposts, self.target)


def _check_bounds(goalposts: object, target: object) -> None:
    """Refuse goalposts that are not pairs and targets that are not numbers, naming the code."""
    if isinstance(goalposts, Mapping):
        for code, pair in goalposts.items():
            if not is_pair(pair):
                expected = "(lower, upper), two finite numbers, the first below the second"
                raise DataError(f"the goalposts {pair!r} of {code!r}", expected)
    elif goalposts is not None and not (isinstance(goalposts, str) and goalposts == "data"):
        raise DataError(f"goalposts={goalposts!r}", "'data' or {code: (lower, upper)}")
    if target is not None and not isinstance(target, Mapping):
        raise DataError(f"target={target!r}", "{code: number}")
    for code, goal in (target or {}).items():
        if not is_finite(goal):
            raise DataError(f"the target {shown(goal)} of {code!r}", "a finite number")


def as_normalisation(rule: str | Normalisation) -> Normalisation:
    """Return a `Normalisation` from its name or itself."""
    return rule if isinstance(rule, Normalisation) else Normalisation(rule)


def minmax(
    values: Array, low: Array, high: Array, direction: Array | int = 1, *, clip: bool = False
) -> Array:
    """Score values between goalposts: 0 at the worse, 100 at the better.

    Parameters
    ----------
    values : array
        Treated values; NaN stays NaN.
    low, high : array
        Goalposts, broadcastable to ``values``. Where they are equal no score can be given
        and the result is NaN.
    direction : array or int
        +1 where more is better, −1 where less is better.
    clip : bool
        Limit the scores to [0, 100]; for fixed goalposts and caps.

    Returns
    -------
    array
        ``100 (x − low) / (high − low)``, or 100 minus that where the direction is −1.

    References
    ----------
    OECD/JRC (2008), *Handbook on Constructing Composite Indicators*, step 5.

    Examples
    --------
    >>> import numpy as np
    >>> minmax(np.array([2.0, 7.0]), np.array(1.0), np.array(5.0), -1).tolist()
    [75.0, -50.0]
    >>> minmax(np.array([2.0, 7.0]), np.array(1.0), np.array(5.0), -1, clip=True).tolist()
    [75.0, 0.0]
    """
    width = np.subtract(high, low)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(width > 0, 100.0 * ((values - low) / width), np.nan)
    score = np.where(np.asarray(direction) < 0, 100.0 - score, score)
    return np.clip(score, 0.0, 100.0) if clip else score


def normalise(
    treated: Array, codes: Sequence[str], units: pd.Index, rule: Normalisation, fw: Framework
) -> Array:
    """Normalise some indicators by one rule.

    Parameters
    ----------
    treated : array, shape (units, indicators)
        NaN where missing.
    codes : sequence of str
        The indicators, one a column.
    units : Index
        One a row.
    rule : Normalisation
    fw : Framework
        Gives directions, and goalposts and targets where the rule has none.

    Returns
    -------
    array, shape (units, indicators)

    Raises
    ------
    DataError
        If the rule cannot apply: an indicator that does not vary, an unknown reference, a target
        or goalpost that is missing or on the wrong side, a maximum of 0.
    """
    direction = fw.table.loc[list(codes), "direction"].to_numpy(dtype=float)
    x = treated * direction
    low, high = _extremes(x)
    if rule.rule in _NEED_SPREAD:
        _refuse(
            ~(high > low),
            codes,
            "one and the same value of {} for every unit",
            "an indicator that varies (leave it out of the framework)",
        )
    match rule.rule:
        case "minmax":
            return _on_range((x - low) / (high - low), rule.range)
        case "goalposts":
            lower, upper = _goalposts(rule, codes, treated, fw) * direction
            better, worse = np.fmax(lower, upper), np.fmin(lower, upper)
            share = (x - worse) / (better - worse)
            return _on_range(np.clip(share, 0, 1) if rule.clip is not False else share, rule.range)
        case "zscore":
            z = (x - np.nanmean(x, axis=0)) / np.nanstd(x, axis=0, ddof=1)
            return np.asarray(z * float(1 if rule.sd is None else rule.sd) + float(rule.mean or 0))
        case "rank" | "borda" | "percentile":
            return _ranked(x, rule.rule)
        case "dist2max":
            return np.asarray(1.0 - (high - x) / (high - low))
        case "dist2ref":
            goal = _reference(rule.reference, x, units)
            _refuse(np.isnan(goal), codes, f"no value of {{}} for {rule.reference!r}", "a value")
            return _to(x, low, goal, rule, codes)
        case "dist2target":
            return _to(x, low, _target(rule, codes, fw) * direction, rule, codes)
    _refuse(high == 0, codes, "a maximum of 0 of {}, after direction", "another normalisation")
    reversed_ = [code for code, top in zip(codes, high, strict=True) if top < 0]
    if reversed_:
        warnings.warn(
            f"the fraction of the maximum of {', '.join(reversed_)} divides by a negative number "
            "(COINr's convention where less is better), so that a worse value scores more; choose "
            "another normalisation for them",
            stacklevel=2,
        )
    return np.asarray(x / high)


def _extremes(x: Array) -> tuple[Array, Array]:
    missing = np.isnan(x)
    low = np.where(missing, np.inf, x).min(axis=0, initial=np.inf)
    high = np.where(missing, -np.inf, x).max(axis=0, initial=-np.inf)
    return low, high


def _on_range(share: Array, bounds: tuple[float, float] | None) -> Array:
    low, high = (0.0, 100.0) if bounds is None else map(float, bounds)
    return share * (high - low) + low


def _ranked(x: Array, rule: str) -> Array:
    rank = pd.DataFrame(x).rank(method="min").to_numpy()
    if rule == "rank":
        return np.asarray(rank)
    known = (~np.isnan(x)).sum(axis=0)
    return np.asarray(rank - 1.0 if rule == "borda" else (rank - 1.0) / np.maximum(known - 1, 1))


def _to(x: Array, low: Array, goal: Array, rule: Normalisation, codes: Sequence[str]) -> Array:
    """Share of the way from the lowest to a goal; 1 at the goal."""
    word = {"dist2ref": "reference", "dist2target": "target"}[rule.rule]
    _refuse(
        ~(goal > low),
        codes,
        f"a {word} of {{}} no better than the worst value",
        "one that is better",
    )
    share = (x - low) / (goal - low)
    return np.minimum(share, 1.0) if rule.clip else share


def _reference(unit: object, x: Array, units: pd.Index) -> Array:
    if unit not in units:
        raise DataError(f"the reference {unit!r}", "one of the units")
    return np.asarray(x[units.get_loc(unit)])


def _target(rule: Normalisation, codes: Sequence[str], fw: Framework) -> Array:
    if rule.target is not None:
        _refuse_unknown(rule.target, "target", fw)
        goal = np.array([rule.target.get(code, np.nan) for code in codes], dtype=float)
    elif "target" in fw.table.columns:
        goal = _column(fw, "target", codes)
    else:
        raise DataError("no targets", "target={code: value} or a column 'target' of the framework")
    _refuse(np.isnan(goal), codes, "no target of {}", "a number")
    return goal


def _goalposts(rule: Normalisation, codes: Sequence[str], treated: Array, fw: Framework) -> Array:
    """Lower and upper bound of each indicator, in its own unit, shape (2, indicators)."""
    if isinstance(rule.goalposts, str):
        pair = np.array(_extremes(treated))
    elif rule.goalposts is not None:
        _refuse_unknown(rule.goalposts, "goalposts", fw)
        empty = (np.nan, np.nan)
        pair = np.array([rule.goalposts.get(code, empty) for code in codes], dtype=float).T
    elif {"goalpost_low", "goalpost_high"} <= set(fw.table.columns):
        pair = np.array([_column(fw, f"goalpost_{end}", codes) for end in ("low", "high")])
    else:
        raise DataError(
            "no goalposts",
            "goalposts={code: (lower, upper)}, or columns 'goalpost_low' and 'goalpost_high' of "
            "the framework",
        )
    _refuse(~(pair[0] < pair[1]), codes, "goalposts of {} that are missing or equal or swapped",
            "(lower, upper)")  # fmt: skip
    return pair


def _column(fw: Framework, name: str, codes: Sequence[str]) -> Array:
    """Read numbers from a column of the framework; NaN where a cell is empty."""
    cells = fw.table.loc[list(codes), name]
    found = np.array([read_number(cell) for cell in cells], dtype=float)
    empty = (cells.isna() | (cells == "")).to_numpy(dtype=bool)
    for code, cell, good in zip(codes, cells, empty | np.isfinite(found), strict=True):
        if not good:
            raise DataError(f"{shown(cell)} of {code!r}", "a finite number, or none", column=name)
    return found


def _refuse_unknown(given: Mapping[str, object], what: str, fw: Framework) -> None:
    unknown = [repr(code) for code in given if code not in fw.indicators]
    if unknown:
        raise DataError(f"{what} of {', '.join(unknown)}", "codes of indicators of the framework")


def _refuse(bad: Flags, codes: Sequence[str], found: str, expected: str) -> None:
    if bad.any():
        names = ", ".join(code for code, wrong in zip(codes, bad, strict=True) if wrong)
        raise DataError(found.format(names), expected)
