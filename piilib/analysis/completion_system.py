"""Facts as arrays: which draws of scores satisfy them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from piilib.analysis.completion_facts import Fact
from piilib.errors import DataError
from piilib.types import Array, Flags

Ranks = npt.NDArray[np.int16]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True)
class System:
    """The prior and the facts of one or two years over the same units.

    Scores stand in arrays of the shape (draws, years, units), ranks likewise.

    Attributes
    ----------
    units : tuple of str
    years : tuple of int
    facts : tuple of Fact
    lower, upper : array, shape (years, units)
        Between which scores lie: the prior's bounds and the published scores.
    change : array, shape (units,)
        What the prior expects of the change between the two years.
    tau : float
        Standard deviation of the change about it, score points; infinite for no link.
    rank_low, rank_high : array of int, shape (years, units)
        Ranks among all units.
    """

    units: tuple[str, ...]
    years: tuple[int, ...]
    facts: tuple[Fact, ...]
    lower: Array
    upper: Array
    change: Array
    tau: float
    rank_low: Ranks
    rank_high: Ranks
    bounds: tuple[tuple[float, float], ...] = ()

    @classmethod
    def of(
        cls,
        units: Sequence[str],
        years: Sequence[int],
        facts: Sequence[Fact],
        bounds: Sequence[tuple[float, float]],
        change: Array | None = None,
        tau: float = np.inf,
    ) -> System:
        """Compile facts; ``bounds`` are the prior's ends of the scores of each year."""
        shape = (len(years), len(units))
        lower = np.repeat(np.array([low for low, _ in bounds], dtype=float)[:, None], shape[1], 1)
        upper = np.repeat(np.array([high for _, high in bounds], dtype=float)[:, None], shape[1], 1)
        rank_low, rank_high = np.ones(shape, np.int16), np.full(shape, shape[1], np.int16)
        place = {unit: i for i, unit in enumerate(units)}
        for fact in facts:
            _check(fact, place, years)
            if fact.kind == "score" or (fact.kind == "rank" and not fact.group):
                at = years.index(fact.year), place[fact.units[0]]
                below, above = (lower, upper) if fact.kind == "score" else (rank_low, rank_high)
                below[at], above[at] = max(below[at], fact.low), min(above[at], fact.high)
        for year in range(len(years)):
            _tighten(lower[year], upper[year], rank_low[year], rank_high[year])
        change = np.zeros(shape[1]) if change is None else change
        return cls(
            tuple(units),
            tuple(years),
            tuple(facts),
            lower,
            upper,
            change,
            tau,
            rank_low,
            rank_high,
            tuple(bounds),
        )

    def only(self, facts: Sequence[Fact]) -> System:
        """Return the same prior with other facts."""
        return System.of(self.units, self.years, facts, self.bounds, self.change, self.tau)

    def at(self, names: Sequence[str]) -> Ints:
        """Return the places of units; of all where none is named."""
        place = {unit: i for i, unit in enumerate(self.units)}
        return np.array([place[name] for name in names or self.units], dtype=np.intp)

    @cached_property
    def _placed(self) -> dict[int, tuple[Ints, Ints]]:
        return {id(fact): (self.at(fact.units), self.at(fact.group)) for fact in self.facts}

    def whom(self, fact: Fact) -> Ints:
        """Return the places of the units that one of the system's facts is about."""
        return self._placed[id(fact)][0]

    def places(self, fact: Fact) -> Ints:
        """Return the places of the group of one of the system's facts."""
        return self._placed[id(fact)][1]

    def holds(self, fact: Fact, x: Array, ranks: Ranks) -> Flags:
        """Tell in which draws a fact holds, shape (draws,)."""
        year = self.years.index(fact.year)
        scores, group = x[:, year], self.places(fact)
        if fact.kind in ("mean", "highest", "lowest"):
            part = scores[:, group]
            ends = {"highest": part.max(axis=1), "lowest": part.min(axis=1)}
            return _within(ends.get(fact.kind, part.mean(axis=1)), fact, 1e-9)
        if fact.kind == "score":
            return _within(scores[:, self.whom(fact)[0]], fact, 1e-9)
        if fact.kind in ("rank", "count"):
            return _within(self._counted(fact, x, ranks), fact)
        return np.asarray(~self._strayed(fact, ranks).any(axis=1))

    def misfit(self, x: Array, ranks: Ranks) -> Array:
        """By how many ranks, in all, each draw misses the facts about ranks, shape (draws,).

        Other facts count 1 each where they are broken; the scores' bounds are not looked at.
        """
        (years, units), low, high = self._known
        own = ranks[:, years, units]
        over = np.maximum(own - high, 0) + np.maximum(low - own, 0)
        total = over.sum(axis=1).astype(float)
        total += self._misplaced(x)
        for fact in self._ranked:
            if fact.kind == "stay":
                total += self._strayed(fact, ranks).sum(axis=1)
            elif fact.kind == "count":
                total += _outside(self._counted(fact, x, ranks), fact)
            else:
                total += ~self.holds(fact, x, ranks)
        return np.asarray(total)

    @cached_property
    def _known(self) -> tuple[tuple[Ints, ...], Ranks, Ranks]:
        """Years and units whose rank is bounded, and the bounds."""
        at = np.nonzero((self.rank_low > 1) | (self.rank_high < len(self.units)))
        return at, self.rank_low[at], self.rank_high[at]

    @cached_property
    def _grouped(self) -> tuple[Ints, Ints, Ints, Array, Array]:
        """Years and units of ranks within groups, the groups (padded), and the ranks."""
        facts = [fact for fact in self.facts if fact.kind == "rank" and fact.group]
        widest = max((len(fact.group) for fact in facts), default=0)
        years = np.array([self.years.index(fact.year) for fact in facts], np.intp)
        units = np.array([self.whom(fact)[0] for fact in facts], np.intp)
        others = np.repeat(units[:, None], widest, axis=1)  # padded by itself: never above itself
        for row, fact in enumerate(facts):
            others[row, : len(fact.group)] = self.places(fact)
        ends = np.array([(fact.low, fact.high) for fact in facts], float).reshape(-1, 2)
        return years, units, others, ends[:, 0], ends[:, 1]

    def _misplaced(self, x: Array) -> Array:
        """By how many ranks units miss what is known of their rank within groups."""
        years, units, others, low, high = self._grouped
        if not len(years):
            return np.zeros(len(x))
        found = 1 + (x[:, years[:, None], others] > x[:, years, units, None]).sum(axis=2)
        return np.asarray((np.maximum(found - high, 0) + np.maximum(low - found, 0)).sum(axis=1))

    @cached_property
    def _ranked(self) -> list[Fact]:
        """Facts that are neither about a mean nor about one unit."""
        return [fact for fact in self.facts if fact.kind not in ("score", "mean", "rank")]

    def _counted(self, fact: Fact, x: Array, ranks: Ranks) -> Ranks:
        """Return what a fact counts: a rank within a group, or units in a band."""
        year, units = self.years.index(fact.year), self.whom(fact)
        if fact.kind == "count":
            own = ranks[:, year, units]
            return np.asarray(((own >= fact.band[0]) & (own <= fact.band[1])).sum(axis=1))
        if not fact.group:
            return np.asarray(ranks[:, year, units[0]])
        above = x[:, year][:, self.places(fact)] > x[:, year, units]
        return np.asarray(1 + above.sum(axis=1))

    def _strayed(self, fact: Fact, ranks: Ranks) -> Flags:
        """Units that were in the band and are not where they should have stayed."""
        before = ranks[:, self.years.index(fact.since)]
        bound = (before >= fact.band[0]) & (before <= fact.band[1])
        if fact.units:
            bound[:, self.whom(fact)] = False
        now = ranks[:, self.years.index(fact.year)]
        return np.asarray(bound & ((now < fact.low) | (now > fact.high)))

    def feasible(self, x: Array) -> Flags:
        """Tell which draws satisfy every fact and the prior's bounds."""
        ranks = rank(x)
        good = ((x >= self.lower - 1e-9) & (x <= self.upper + 1e-9)).all(axis=(1, 2))
        for fact in self.facts:
            good &= self.holds(fact, x, ranks)
        return np.asarray(good)

    def energy(self, x: Array) -> Array:
        """Minus the logarithm of the prior's density, less a constant."""
        if not self.linked:
            return np.zeros(len(x))
        apart = (x[:, 1] - x[:, 0] - self.change) / self.tau
        return np.asarray(0.5 * (apart**2).sum(axis=1))

    @property
    def linked(self) -> bool:
        """Whether the prior links two years."""
        return len(self.years) == 2 and bool(np.isfinite(self.tau))

    def orbits(self) -> list[Ints]:
        """Return sets of units that neither a fact nor the prior tells apart.

        The posterior is the same whichever of them has which scores, so they may be exchanged.
        """
        told: dict[tuple[object, ...], list[int]] = {}
        for i, unit in enumerate(self.units):
            key = [float(self.change[i])]
            key += [(unit in fact.units) * (i + 2) + (unit in fact.group) for fact in self.facts]
            told.setdefault(tuple(key), []).append(i)
        return [np.array(same, dtype=np.intp) for same in told.values() if len(same) > 1]


def _tighten(lower: Array, upper: Array, rank_low: Ranks, rank_high: Ranks) -> None:
    """Draw the conclusions: a unit surely ranked below another does not score above it."""
    below = rank_high[:, None] < rank_low  # [a, b]: a stands above b
    cap = np.where(below, upper[:, None], np.inf).min(axis=0)
    floor = np.where(below, lower, -np.inf).max(axis=1)
    np.minimum(upper, cap, out=upper)
    np.maximum(lower, floor, out=lower)


def rank(x: Array) -> Ranks:
    """Rank along the last axis: 1 is the highest; ties in a draw do not occur."""
    order = np.argsort(-x, axis=-1)
    place = np.empty(x.shape, np.int16)
    np.put_along_axis(place, order, np.arange(1, x.shape[-1] + 1, dtype=np.int16), axis=-1)
    return place


def _within(value: npt.NDArray[Any], fact: Fact, slack: float = 0.0) -> Flags:
    return np.asarray((value >= fact.low - slack) & (value <= fact.high + slack))


def _outside(value: npt.NDArray[Any], fact: Fact) -> Array:
    """How far counts lie outside of what a fact says."""
    return np.asarray(np.maximum(value - fact.high, 0.0) + np.maximum(fact.low - value, 0.0))


def _check(fact: Fact, place: dict[str, int], years: Sequence[int]) -> None:
    for name in (*fact.units, *fact.group):
        if name not in place:
            raise DataError(f"{name!r} in '{fact}'", "a unit of this ranking")
    if fact.year not in years or (fact.since and fact.since not in years):
        raise DataError(f"'{fact}'", f"a fact of {', '.join(str(year) for year in years)}")
    if fact.kind in ("score", "rank") and len(fact.units) != 1:
        raise DataError(f"'{fact}'", "one unit")
    if fact.low > fact.high:
        raise DataError(f"'{fact}'", "a lower end that is not above the upper")
