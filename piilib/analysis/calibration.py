"""Unrounded values and caps that reproduce a sheet's published sub-pillar scores.

A sheet prints two decimals. Behind "0.02" patent applications per 10,000 people may stand
0.015 or 0.025, and a cap is only known as an interval. A calibration draws everything that
was not printed from its interval and keeps the draws that give the published scores, so
that what follows carries the uncertainty of the rounding and of the caps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.data.natural_units import DENOMINATORS as DENOMINATORS
from piilib.data.natural_units import unit_size as unit_size
from piilib.data.sheet import Sheet
from piilib.data.tables import load_context
from piilib.index.aggregation import arithmetic
from piilib.index.framework import Framework
from piilib.index.interval import is_the_lowest
from piilib.index.normalisation import minmax
from piilib.types import Array

_BATCH = 1 << 17
_MOST_BATCHES = 24


@dataclass(frozen=True)
class Calibration:
    """Joint draws of what a sheet does not print.

    Attributes
    ----------
    codes : tuple of str
        Indicators, the order of the columns below.
    value, low, high : array, shape (draws, indicators)
        Unrounded value and goalposts; ``high`` is the cap where there is one. NaN where the
        value is missing.
    direction : array, shape (indicators,)
    accepted : Series
        Index: group. Number of independent draws found that give the published score; 0 where
        none does and the nearest were kept (what remains is carried by the what-if).
    """

    codes: tuple[str, ...]
    value: Array
    low: Array
    high: Array
    direction: Array
    accepted: pd.Series

    def scores(self, value: Array | None = None) -> Array:
        """Score the drawn values, or others, at the drawn bounds; clipped to [0, 100]."""
        x = self.value if value is None else value
        return minmax(x, self.low, self.high, self.direction, clip=True)


def whole_numbers(value: float, half: float, size: tuple[float, float, float]) -> list[int]:
    """Whole numbers of things that, divided by the denominator, print as ``value ± half``."""
    _, small, large = size
    first = int(np.ceil(max(value - half, 0.0) / large - 1e-9))
    last = int(np.floor((value + half) / small + 1e-9))
    return list(range(first, last + 1))


def calibrate(
    sheet: Sheet,
    fw: Framework,
    draws: int = 200,
    seed: int | np.random.Generator = 0,
    data: str | Path | None = None,
) -> Calibration:
    """Draw unrounded values, goalposts and caps that give the published sub-pillar scores.

    Within each group the prior is uniform on the intervals of the printed numbers with
    lowest ≤ value ≤ highest, uniform over the whole numbers that a count may be, and
    log-uniform on the interval of each cap; draws whose group score prints as published
    are kept (rejection, so they are independent and exact).

    Parameters
    ----------
    sheet : Sheet
    fw : Framework
        With or without inferred caps.
    draws : int
        Joint calibrations to return.
    seed : int or Generator
    data : path, optional
        Data folder with the denominators.

    Returns
    -------
    Calibration
    """
    rng = np.random.default_rng(seed)
    context = load_context(sheet.unit, sheet.year, None if _is_file(data) else data)
    shape = (draws, len(fw.indicators))
    value, low, high = (np.full(shape, np.nan) for _ in range(3))
    column = {code: i for i, code in enumerate(fw.indicators)}
    share = fw.shares()
    accepted = {}
    for node, children in fw.groups:
        if not all(child in column for child in children):
            continue
        prior = [_Prior(code, sheet, fw, context) for code in children]
        target = (float(sheet.table.at[node, "value"]), float(sheet.half.at[node, "value"]))
        weight = share[list(children)].to_numpy()
        drawn, accepted[node] = _draw_group(prior, weight, target, draws, rng)
        for i, code in enumerate(children):
            for kept, part in zip((value, low, high), drawn, strict=True):
                kept[:, column[code]] = part[:, i]
    direction = fw.table.loc[list(fw.indicators), "direction"].to_numpy(dtype=float)
    return Calibration(fw.indicators, value, low, high, direction, pd.Series(accepted))


def _is_file(data: str | Path | None) -> bool:
    return data is not None and Path(data).is_file()


class _Prior:
    """The prior of one indicator's value, goalposts and cap."""

    def __init__(self, code: str, sheet: Sheet, fw: Framework, context: pd.DataFrame) -> None:
        printed, half = sheet.table.loc[code], sheet.half.loc[code]
        self.value, self.lowest, self.highest = (float(printed[c]) for c in printed.index)
        self.half = [float(half[c]) for c in ("value", "lowest", "highest")]
        self.missing = bool(np.isnan(self.value))
        self.pinned = bool(is_the_lowest(np.array(self.value), np.array(self.lowest)))
        self.direction = int(fw.table.at[code, "direction"])
        self.cap = _cap_range(code, fw)
        self.counted = str(fw.table.loc[code].get("counted", "")) == "true"
        self.size = unit_size(str(fw.table.loc[code].get("denominator", "")), context)
        self.counts: list[int] = []
        if self.counted and self.size and not self.missing:
            self.counts = whole_numbers(self.value, self.half[0], self.size)

    def draw(self, rng: np.random.Generator, n: int) -> tuple[Array, Array, Array]:
        """Draw (value, low, high) n times, not yet conditioned on the published score."""
        if self.missing:
            return (np.full(n, np.nan),) * 3
        value = self._values(rng, n)
        if self.pinned:
            low = value
        elif self.counted and self.lowest == 0.0:
            low = np.zeros(n)
        else:
            low = rng.uniform(self.lowest - self.half[1], self.lowest + self.half[1], n)
        high = rng.uniform(self.highest - self.half[2], self.highest + self.half[2], n)
        good = (low <= value) & (value <= high) & (low < high)
        if self.cap is not None:
            high = np.minimum(
                high, np.exp(rng.uniform(math.log(self.cap[0]), math.log(self.cap[1]), n))
            )
            good &= low < high
        return np.where(good, value, np.nan), low, high

    def _values(self, rng: np.random.Generator, n: int) -> Array:
        if self.counts and self.size:
            per_unit = 1.0 / rng.uniform(1.0 / self.size[2], 1.0 / self.size[1], n)
            count = rng.choice(np.array(self.counts, dtype=float), n)
            value: Array = count * per_unit
            printed = np.abs(value - self.value) <= self.half[0] + 1e-9
            return np.where(printed, value, np.nan)
        return rng.uniform(self.value - self.half[0], self.value + self.half[0], n)


def _cap_range(code: str, fw: Framework) -> tuple[float, float] | None:
    if "cap" not in fw.table.columns or np.isnan(fw.table.at[code, "cap"]):
        return None
    return float(fw.table.at[code, "cap_low"]), float(fw.table.at[code, "cap_high"])


def _draw_group(
    prior: list[_Prior],
    weight: Array,
    target: tuple[float, float],
    draws: int,
    rng: np.random.Generator,
) -> tuple[tuple[Array, Array, Array], int]:
    """Reject until enough draws give the published score; else keep the nearest."""
    missing = np.array([p.missing for p in prior])
    direction = np.array([p.direction for p in prior], dtype=float)
    kept: list[Array] = []
    nearest: tuple[Array, Array] | None = None
    found = 0
    for _ in range(_MOST_BATCHES):
        batch = np.stack([np.stack(p.draw(rng, _BATCH), axis=-1) for p in prior], axis=1)
        valid = ~np.isnan(batch[:, ~missing, 0]).any(axis=1)
        batch = batch[valid]
        score = minmax(batch[..., 0], batch[..., 1], batch[..., 2], direction, clip=True)
        gap = np.abs(arithmetic(score, weight) - target[0])
        good = gap <= target[1] + 1e-9
        kept.append(batch[good])
        found += int(good.sum())
        if found >= draws:
            break
        nearest = _nearest(nearest, batch, gap, draws)
    sample = np.concatenate(kept)
    if found == 0 and nearest is not None:
        sample = nearest[0]
    if len(sample) < draws:
        sample = sample[rng.integers(0, len(sample), draws)]
    sample = sample[:draws]
    return (sample[..., 0], sample[..., 1], sample[..., 2]), found


def _nearest(
    best: tuple[Array, Array] | None, batch: Array, gap: Array, draws: int
) -> tuple[Array, Array]:
    if best is not None:
        batch, gap = np.concatenate([best[0], batch]), np.concatenate([best[1], gap])
    order = np.argsort(gap)[:draws]
    return batch[order], gap[order]
