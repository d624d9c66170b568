"""Progress towards a plan's targets: how far each indicator gets, and the index points of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from piilib.analysis.whatif import Anchor, score_changes
from piilib.data.tables import NEVER_LEVERS, Plan, agency_name
from piilib.errors import DataError
from piilib.types import Array

LOG_SD = 0.7
#: Correlation of progress between indicators of one lead agency, and of different ones.
WITHIN, BETWEEN = 0.3, 0.1


@dataclass(frozen=True)
class Progress:
    """Draws of a plan's progress.

    Attributes
    ----------
    table : DataFrame
        Index: every indicator. ``target``, ``lead``, ``years`` (left after the lag), ``held``: why
        nothing is counted ("no target", "growth", "excluded", "lag", "no value", "harmful", or ""),
        ``pace``: the value that keeps today's place between bounds that move; ``below_pace``: the
        target asks for no more than that.
    log_sd : float, or array of shape (draws, 1)
        Standard deviation of the logarithm of progress.
    """

    table: pd.DataFrame
    log_sd: float | Array
    _base: Anchor = field(repr=False)
    _normal: Array = field(repr=False)
    _pick: npt.NDArray[np.int64] = field(repr=False)

    def steps(self) -> Array:
        """Progress in steps beyond the common drift, without regard to targets; (draws, codes)."""
        years = self.table["years"].to_numpy(dtype=float)
        counted = (self.table["held"] == "").to_numpy()
        return np.where(counted, years * np.exp(self.log_sd * self._normal), 0.0)

    def values(self) -> Array:
        """Value reached: min(target, pace + progress), in each one's good direction."""
        pace, better = self._pace(), self._base.calibration.direction
        step = self._base.effort.loc[self.table.index, "step"].to_numpy(dtype=float)
        target = self.table["target"].to_numpy(dtype=float)
        gained = better * pace + self.steps() * step
        reached = np.minimum(gained, np.where(np.isnan(target), np.inf, better * target))
        return np.asarray(better * np.maximum(reached, better * pace))

    def gain(self) -> Array:
        """Index points gained over keeping pace, net of the common drift; shape (draws,)."""
        drawn = self._base.calibration
        shift = [self._base.drift[name].to_numpy() for name in ("low_shift", "high_shift")]
        low, high = drawn.low[self._pick] + shift[0], drawn.high[self._pick] + shift[1]
        with np.errstate(invalid="ignore"):
            after, pace = ((x - low) / (high - low) for x in (self.values(), self._pace()))
        delta = 100.0 * drawn.direction * (_clipped(after) - _clipped(pace))
        return np.asarray(score_changes(self._base, delta)[self._base.fw.root])

    def reached(self) -> pd.Series:
        """Probability that each target is reached; NaN where it is not counted or below pace."""
        target, better = self.table["target"].to_numpy(), self._base.calibration.direction
        hit = (better * (self.values() - target) >= -1e-9).mean(axis=0)
        asks = (self.table["held"] == "") & ~self.table["below_pace"]
        return pd.Series(hit, self.table.index).where(asks)

    def with_log_sd(self, log_sd: float | Array) -> Progress:
        """Return the same draws with another spread."""
        return replace(self, log_sd=log_sd)

    def rows(self, pick: npt.NDArray[np.int64]) -> Progress:
        """Return some rows of the same draws."""
        return replace(self, _normal=self._normal[pick], _pick=self._pick[pick])

    def _pace(self) -> Array:
        return keeping_pace(self._base)[self._pick]


def _clipped(place: Array) -> Array:
    return np.clip(place, 0.0, 1.0)


def keeping_pace(base: Anchor) -> Array:
    """Value that keeps the unit's place between bounds that move; shape (draws, codes)."""
    drawn = base.calibration
    low, high = (base.drift[name].to_numpy() for name in ("low_shift", "high_shift"))
    with np.errstate(invalid="ignore", divide="ignore"):
        place = (drawn.value - drawn.low) / (drawn.high - drawn.low)
    return np.asarray(drawn.value + low + np.nan_to_num(place) * (high - low))


def plan_progress(
    base: Anchor,
    plan: Plan,
    years: float,
    draws: int = 10_000,
    seed: int | np.random.Generator = 0,
    *,
    log_sd: float = LOG_SD,
    within: float = WITHIN,
    between: float = BETWEEN,
    data: str | Path | None = None,
) -> Progress:
    """Draw how far each target of a plan gets by a year.

    Parameters
    ----------
    base : Anchor
        The sheet from which progress starts; its drift is that of the same years.
    plan : Plan
        Targets and lead agencies.
    years : float
        Years available, before any lag.
    draws : int
    seed : int or Generator
    log_sd : float
        Standard deviation of the logarithm of progress.
    within, between : float
        Correlation of the logarithms for one lead agency, and otherwise.
    data : path, optional
        The data folder, for the agencies' spellings.

    Returns
    -------
    Progress

    Notes
    -----
    Progress in steps is lognormal; its median is the years available less the indicator's lag, 0 at
    least. A step is a year of typical progress *beyond the common drift*, so it starts from the
    value that keeps pace with the bounds; a target below that value neither helps nor harms.
    Growth rates, excluded indicators and targets worse than today's value are not counted.

    Examples
    --------
    >>> import piilib as pii
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=20, years=2)
    >>> made = plan_progress(base, pii.load_plan("cao-bang"), years=2, draws=200)
    >>> made.gain().shape, bool((made.gain() >= 0).all()), made.table.at["7.1.1", "held"]
    ((200,), True, 'growth')
    """
    if log_sd < 0 or not 0 <= between <= within <= 1:
        found = f"log_sd={log_sd}, within={within}, between={between}"
        raise DataError(found, "log_sd of 0 or more and 0 <= between <= within <= 1")
    rng = np.random.default_rng(seed)
    table = _counted(base, plan, years, data)
    pick = rng.integers(0, len(base.calibration.value), draws)
    normal = _correlated(table["lead"], draws, rng, within, between)
    return Progress(table, log_sd, base, normal, pick)


def _counted(base: Anchor, plan: Plan, years: float, data: str | Path | None) -> pd.DataFrame:
    codes = list(base.fw.indicators)
    effort = base.effort.loc[codes]
    left = np.maximum(years - effort["lag_years"].astype(float), 0.0)
    target = plan.table["target"].reindex(codes).astype(float)
    lead = plan.table["lead"].reindex(codes).fillna("")
    pace = pd.Series(np.median(keeping_pace(base), axis=0), codes)
    value = base.sheet.table["value"].reindex(codes).astype(float)
    better = pd.Series(base.calibration.direction, codes)
    held = pd.Series("", index=codes)
    held[better * (target - value) < 0] = "harmful"
    held[left <= 0] = "lag"
    held[target.isna()] = "no target"
    held[value.isna()] = "no value"
    for kind in NEVER_LEVERS:
        held[effort["kind"] == kind] = kind
    return pd.DataFrame(
        {
            "target": target,
            "lead": [agency_name(name, data) if name else "" for name in lead],
            "years": left,
            "held": held,
            "pace": pace,
            "below_pace": (better * (target - pace) <= 0) & (held == ""),
        },
        index=codes,
    )


def _correlated(
    lead: pd.Series, draws: int, rng: np.random.Generator, within: float, between: float
) -> Array:
    """Draw normals correlated `within` one agency and `between` others; no agency stands alone."""
    alone = [name or f"{i}" for i, name in enumerate(lead)]
    place = pd.factorize(pd.Series(alone))[0]
    country = rng.standard_normal((draws, 1))
    agency = rng.standard_normal((draws, place.max() + 1))[:, place]
    own = rng.standard_normal((draws, len(lead)))
    return np.asarray(
        np.sqrt(between) * country + np.sqrt(within - between) * agency + np.sqrt(1 - within) * own
    )
