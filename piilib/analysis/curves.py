"""The curve of gain against effort of one indicator, up to the best that can be attained."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.analysis.effort import effort as effort_of
from piilib.analysis.effort import prices
from piilib.analysis.levers import anchored, index_weights
from piilib.analysis.portfolio_steps import score_gains
from piilib.analysis.whatif import QUANTILES, Anchor
from piilib.data.sheet import Sheet
from piilib.data.tables import NEVER_LEVERS
from piilib.errors import DataError
from piilib.index.check import is_finite, shown
from piilib.types import Array


def gain_curves(
    sheet: Sheet | Anchor,
    codes: Sequence[str] | None = None,
    points: int = 25,
    seed: int = 0,
    data: str | Path | None = None,
) -> pd.DataFrame:
    """Gain of each indicator against the effort put into it alone, from one step to its best.

    The best is a score of 100: the country's highest (or lowest, where lower is better), or the
    cap where there is one. Pace and lag are left out: a curve says what progress costs, not when
    it can be had.

    Parameters
    ----------
    sheet : Sheet or Anchor
        An `Anchor` brings its own calibration and efforts.
    codes : sequence of str, optional
        Indicators; by default all that can be levers (see `levers`).
    points : int
        Points of each curve, closer together at its start; 2 or more.
    seed : int
        Of the calibration.
    data : path, optional

    Returns
    -------
    DataFrame
        Index: ``code``, ``point`` from 1. ``steps``: years of typical progress; ``value``: the
        indicator's value at the bounds of the sheet's year; ``effort`` (difficulty-weighted years
        or million VND, median over the calibrations); ``gain`` with ``gain_low``, ``gain_high``,
        index points at the bounds of the sheet's year, and ``net`` with ``net_low``, ``net_high``
        beyond the common drift (medians and 90 % intervals). The last point of a curve is the best
        that can be attained. A curve that flattens early has little left to give.

    Raises
    ------
    DataError
        If a code is unknown, can be no lever, or has nothing to gain.

    Examples
    --------
    >>> import piilib as pii
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=20)
    >>> curve = pii.gain_curves(base, ["1.1.1"], points=3)
    >>> curve[["steps", "effort", "gain"]].round(2)
                steps  effort  gain
    code  point
    1.1.1 1      1.00    2.91  0.24
          2      1.20    3.95  0.29
          3      1.81    9.64  0.44
    """
    if not (is_finite(points) and points == int(points) >= 2):
        raise DataError(f"points={shown(points)}", "a whole number, 2 or more")
    base = anchored(sheet, None, seed, data)
    found = {code: _curve(base, code, points) for code in _asked(base, codes)}
    return pd.concat(found, names=["code"])


def _asked(base: Anchor, codes: Sequence[str] | None) -> list[str]:
    usable = [code for code in base.fw.indicators if _usable(base, code)]
    if codes is None:
        return usable
    for code in codes:
        if code not in usable:
            expected = "a lever on which there is something to gain"
            raise DataError(f"a curve of {code!r}", expected)
    return list(codes)


def _usable(base: Anchor, code: str) -> bool:
    value = base.sheet.table.at[code, "value"]
    if base.effort.at[code, "kind"] in NEVER_LEVERS or np.isnan(value):
        return False
    if np.isnan(base.effort.at[code, "difficulty"]):  # no cost is known
        return False
    best = "highest" if base.calibration.direction[base.column[code]] > 0 else "lowest"
    room = _room(base, code)
    return bool(np.median(room) > 0 and value != base.sheet.table.at[code, best])


def _room(base: Anchor, code: str) -> Array:
    """Distance from the value to a score of 100, in the indicator's unit; shape (draws,)."""
    drawn, i = base.calibration, base.column[code]
    if drawn.direction[i] > 0:
        return np.asarray(drawn.high[:, i] - drawn.value[:, i])
    return np.asarray(drawn.value[:, i] - drawn.low[:, i])


def _curve(base: Anchor, code: str, points: int) -> pd.DataFrame:
    drawn, i = base.calibration, base.column[code]
    step = float(base.effort.at[code, "step"])
    size, price, gamma = prices(base.effort, [code])
    room = np.maximum(_room(base, code), 0.0)
    most = max(float(room.max()), step)
    wanted = step + (most - step) * np.linspace(0.0, 1.0, points) ** 2
    way = np.minimum(wanted, room[:, None])
    span = (drawn.high[:, i] - drawn.low[:, i])[:, None]
    start = 1.0 - room[:, None] / span
    cost = effort_of(start, start + way / span, size, price, span, gamma)
    gain, net = (index_weights(base)[i] * part for part in score_gains(base, code, way))
    value = drawn.value[:, [i]] + drawn.direction[i] * way
    table = pd.DataFrame({"steps": np.median(way, axis=0) / step}, _numbered(points))
    table["value"] = np.median(value, axis=0)
    table["effort"] = np.median(cost, axis=0)
    for name, part in (("gain", gain), ("net", net)):
        table[f"{name}_low"], table[name], table[f"{name}_high"] = np.quantile(
            part, QUANTILES, axis=0
        )
    return table[["steps", "value", "effort", *_ORDER]]


_ORDER = [f"{name}{end}" for name in ("gain", "net") for end in ("", "_low", "_high")]


def _numbered(points: int) -> pd.RangeIndex:
    return pd.RangeIndex(1, points + 1, name="point")
