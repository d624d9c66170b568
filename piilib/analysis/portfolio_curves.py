"""Least effort for index points where indicators move by any amount, for many units at once.

Every indicator offers points at a price (effort per index point) that rises as it moves: `effort`
is convex and points are linear in the score. So the cheapest way to some points raises every
indicator to one common price, λ. Below the price c of its start an indicator stands still; from
there it is at u = 1 − c(1 − u₀)/λ, and from u = 0.95, where progress gets no dearer, it goes
straight to 1. Points and effort are sums of closed forms between the prices at which an indicator
sets out or arrives, so no price is searched for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from piilib.analysis.effort import FLOOR
from piilib.types import Array, Flags

#: Points by which more may be asked for than there is: what sums lose to rounding.
SLACK = 1e-9


@dataclass(frozen=True)
class Curves:
    """What can be had of every indicator; all arrays of shape (units, indicators).

    Attributes
    ----------
    start : array
        u₀: score/100 now, in the good direction.
    weight : array
        Index points from u = 0 to u = 1.
    price : array
        Effort per index point at u₀; infinite where the indicator does not move.
    flat : array of bool
        Where progress never gets dearer.
    """

    start: Array
    weight: Array
    price: Array
    flat: Flags

    def row(self, i: int) -> Curves:
        """Return one unit, shape (1, indicators)."""
        return Curves(self.start[[i]], self.weight[[i]], self.price[[i]], self.flat[[i]])

    @property
    def moves(self) -> Flags:
        """Where there is something to buy."""
        return np.isfinite(self.price)

    @property
    def left(self) -> Array:
        """1 − u₀."""
        return np.where(self.moves, 1.0 - self.start, 0.0)

    @property
    def bends(self) -> Array:
        """Where progress gets dearer for a while."""
        return np.asarray(self.moves & ~self.flat & (self.left > FLOOR))

    @property
    def last(self) -> Array:
        """Price of the straight piece at the end, that of the start where there is no other."""
        with np.errstate(invalid="ignore"):
            return np.where(self.bends, self.price * self.left / FLOOR, self.price)


@dataclass(frozen=True)
class _Ladder:
    """Prices at which an indicator sets out or arrives, rising; shape (units, events).

    Between two of them, at a price λ: points = ``base`` − ``slope``/λ and effort = ``spent`` +
    ``slope``·ln λ − ``logs``, with the sums after the lower one. ``points``: after the event.
    """

    price: Array
    base: Array
    slope: Array
    spent: Array
    logs: Array
    points: Array


@dataclass(frozen=True)
class Answer:
    """Cheapest way to some points; arrays of shape (units, amounts).

    Attributes
    ----------
    effort : array
        Infinite where there are not so many points.
    price : array
        λ: effort of one more point; 0 where nothing is bought.
    """

    effort: Array
    price: Array


def _ladder(curves: Curves) -> _Ladder:
    """Sort the events of every unit by price and sum up what each changes."""
    moves, bends, left = curves.moves, curves.bends, curves.left
    price = np.where(moves, curves.price, 0.0)
    worth = curves.weight * left
    slope = np.where(bends, worth * price, 0.0)
    logs = slope * np.log(np.where(bends, price, 1.0))
    last = np.where(moves, curves.last, 0.0)
    # A piece at the end, and what a bent one has cost by then.
    end = np.where(bends, curves.weight * FLOOR, np.where(moves, worth, 0.0)) * last
    end = end + slope * np.log(np.where(bends, last, 1.0)) - logs
    none = np.zeros_like(price)
    at = np.concatenate([np.where(bends, price, np.inf), curves.last], axis=1)
    order = np.argsort(at, axis=1, kind="stable")

    def summed(out: Array, arrived: Array) -> Array:
        both = np.concatenate([out, arrived], axis=1)
        return np.cumsum(np.take_along_axis(both, order, axis=1), axis=1)

    base = summed(np.where(bends, worth, 0.0), np.where(bends, 0.0, np.where(moves, worth, 0.0)))
    slopes = np.maximum(summed(slope, -slope), 0.0)
    at = np.take_along_axis(at, order, axis=1)
    points = base - slopes / at
    return _Ladder(
        at, base, slopes, summed(none, end), summed(logs, -logs),
        np.maximum.accumulate(points, axis=1),
    )  # fmt: skip


def cheapest(curves: Curves, points: Array) -> Answer:
    """Find the least effort that brings index points.

    Parameters
    ----------
    curves : Curves
    points : array, shape (units, amounts)
        Index points wanted of each unit; 0 or less costs nothing, NaN stays NaN.

    Returns
    -------
    Answer

    Examples
    --------
    >>> import numpy as np
    >>> one = Curves(*(np.array([[x]]) for x in (0.5, 100.0, 0.02, False)))
    >>> found = cheapest(one, np.array([[0.0, 25.0, 50.0, 60.0]]))
    >>> found.effort.round(3)  # 0.02 · 100 · 0.5 · ln(0.5 / 0.25) = ln 2
    array([[0.   , 0.693, 3.303,   inf]])
    """
    ladder, most = _ladder(curves), all_points(curves)
    wanted = np.clip(np.nan_to_num(points), 0.0, most)
    at = _first(ladder, wanted)
    here = np.take_along_axis(ladder.price, at, axis=1)
    base, slope, spent, logs = (
        _before(part, at) for part in (ladder.base, ladder.slope, ladder.spent, ladder.logs)
    )
    straight = np.maximum(wanted - (base - slope / here), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        price = np.nan_to_num(np.where(straight > 0, here, slope / (base - wanted)))
    price = np.clip(price, _before(ladder.price, at), here)
    bought = (wanted > 0) & np.isfinite(price)
    price = np.where(bought, price, 0.0)
    effort = spent + slope * np.log(np.where(bought, price, 1.0)) - logs + straight * price
    effort = np.where(bought, np.maximum(effort, 0.0), 0.0)
    effort = np.where(points > most + SLACK, np.inf, effort)
    return Answer(np.where(np.isnan(points), np.nan, effort), price)


def all_points(curves: Curves) -> Array:
    """Index points that there are to be had of each unit; shape (units, 1)."""
    return np.asarray((curves.weight * curves.left).sum(axis=1, keepdims=True))


def _first(ladder: _Ladder, wanted: Array) -> npt.NDArray[np.intp]:
    """First event with which the points are reached, for each unit."""
    last = np.maximum(np.isfinite(ladder.price).sum(axis=1) - 1, 0)
    found = [
        np.minimum(np.searchsorted(row, want, side="left"), end)
        for row, want, end in zip(ladder.points, wanted, last, strict=True)
    ]
    return np.asarray(found, dtype=np.intp).reshape(wanted.shape)


def _before(summed: Array, at: npt.NDArray[np.intp]) -> Array:
    """Return the sums before an event, 0 before the first."""
    return np.where(at > 0, np.take_along_axis(summed, np.maximum(at - 1, 0), axis=1), 0.0)


def places(curves: Curves, points: float, price: float) -> Array:
    """Say where the indicators of one unit end, u, when it buys some points.

    Parameters
    ----------
    curves : Curves
        Of one unit: shape (1, indicators).
    points : float
    price : float
        As `cheapest` gives it. Straight pieces of exactly that price are taken in the order of the
        indicators until the points are there.

    Returns
    -------
    array, shape (indicators,)

    Examples
    --------
    >>> import numpy as np
    >>> one = Curves(*(np.array([[x]]) for x in (0.5, 100.0, 0.02, False)))
    >>> [places(one, x, cheapest(one, np.array([[x]])).price.item()).item() for x in (25.0, 49.0)]
    [0.75, 0.99]
    """
    start, weight = curves.start[0], curves.weight[0]
    moves, last, first = curves.moves[0], curves.last[0], curves.price[0]
    going = curves.bends[0] & (first < price)
    end = start.copy()
    end[going] = np.minimum(1.0 - first[going] * curves.left[0][going] / price, 1.0 - FLOOR)
    end[moves & (last < price)] = 1.0
    missing = points - float((weight * (end - start)).sum())
    for i in np.flatnonzero(moves & (last == price)):
        bought = min((1.0 - end[i]) * weight[i], max(missing, 0.0))
        end[i], missing = end[i] + bought / weight[i], missing - bought
    return np.asarray(end)


def spent(curves: Curves, end: Array) -> Array:
    """Effort of each indicator up to a place; shapes as ``end``, (units, indicators).

    ``price · weight · h · [ln(h/max(1 − u, 0.05)) + max(u − 0.95, 0)/0.05]`` with h = 1 − u₀ where
    progress gets dearer, else ``price · weight · (u − u₀)``.

    Examples
    --------
    >>> import numpy as np
    >>> one = Curves(*(np.array([[x]]) for x in (0.5, 100.0, 0.02, False)))
    >>> spent(one, np.array([[0.75]])).round(3)
    array([[0.693]])
    """
    unit = np.where(curves.moves, curves.price, 0.0) * curves.weight
    here = np.where(curves.bends, curves.left, 1.0)
    way = np.where(curves.bends, np.maximum(1.0 - end, FLOOR), 1.0)
    bent = here * (np.log(here / way) + np.maximum(end - (1.0 - FLOOR), 0.0) / FLOOR)
    return np.asarray(unit * np.where(curves.bends, bent, end - curves.start))
