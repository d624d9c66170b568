"""Draws of scores given facts: many Markov chains advanced together as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr, ndtri

from piilib.analysis.completion_jumps import WIDE, Jumper
from piilib.analysis.completion_system import Ints, Ranks, System, rank
from piilib.types import Array, Flags


class Chains:
    """States of many chains and the moves that leave the posterior unchanged.

    Units belong to *blocks*: the groups whose mean is published; units of no such group make a
    block of their own. Three kinds of move alternate:

    - *glide*: units at a rank that a fact is about (held) stay, every other one keeps to the gap
      between held ones, so that no rank that matters can change. All disjoint pairs inside blocks
      are then moved against each other, in one year or in both together, each by an exact draw
      from its conditional distribution, a truncated normal or uniform one;
    - *squeeze* and *settle*: a held unit moves between its neighbours and a partner makes it up;
      single units move within the rounding of a mean; again exact conditional draws;
    - *jump* (`piilib.analysis.completion_jumps`): Metropolis steps that cross any rank.

    While it jumps a chain may break facts about ranks at a price: the target is the posterior
    times exp(-price x misfit). Restricted to the states that break none this is the posterior, so
    only those are kept. It is what lets chains pass from one allocation of units to bands to
    another.

    Parameters
    ----------
    system : System
    x : array, shape (chains, years, units)
        Scores within their bounds and with the published means.
    rng : Generator
    price : float
        Of one rank off, in units of log density.
    """

    def __init__(
        self, system: System, x: Array, rng: np.random.Generator, price: float = 3.0
    ) -> None:
        self.system, self.rng = system, rng
        self.x = np.ascontiguousarray(x.transpose(1, 0, 2))
        self.block = _blocks(system)
        self.marks, self.edges = _marks(system), _edges(system)
        self.wide = system.upper - system.lower > WIDE
        self.guarded, self.loose = _guarded(system), _loose(system)
        self.orbits = system.orbits()
        self.jumper = Jumper(
            system, self.x, rank(self.x), np.zeros(0), self.block, rng, price=price
        )
        self._count()

    @property
    def states(self) -> Array:
        """Scores, shape (chains, years, units)."""
        return self.x.transpose(1, 0, 2)

    @property
    def kept(self) -> Flags:
        """Chains whose state breaks no fact."""
        return np.asarray(self.jumper.misfit == 0)

    def sweep(self, glides: int = 2, squeezes: int = 4, jumps: int = 60) -> None:
        """Move every chain: exact moves, then Metropolis steps."""
        for year in range(len(self.x)):
            self._roam(year)
            self._glide((year,), glides)
            self._squeeze(year, squeezes)
            self._refresh(year)
            self._settle(year)
        if len(self.x) == 2:
            self._glide((0, 1), glides)
        self._exchange()
        self._count()
        for _ in range(jumps):
            self.jumper.jump()

    def _count(self) -> None:
        self.jumper.ranks = rank(self.x)
        ranks = self.jumper.ranks.transpose(1, 0, 2)
        self.jumper.misfit = self.system.misfit(self.states, ranks)

    def _glide(self, years: Sequence[int], passes: int) -> None:
        gaps = {year: self._gaps(year) for year in years}
        free = np.asarray((self.wide & ~self.marks)[list(years)].all(axis=0))
        for _ in range(passes):
            a, b = self._pairs(free)
            if not len(a):
                return
            least, most = np.full((2, self.x.shape[1], len(a)), np.inf)
            least = -least
            for year in years:
                (low, high), x = gaps[year], self.x[year]
                xa, xb = x[:, a], x[:, b]
                least = np.maximum(least, np.maximum(low[:, a] - xa, xb - high[:, b]))
                most = np.minimum(most, np.minimum(high[:, a] - xa, xb - low[:, b]))
            step = self._against(years, np.s_[:, a], np.s_[:, b], least, most)
            for year in years:
                self.x[year][:, a] += step
                self.x[year][:, b] -= step

    def _roam(self, year: int) -> None:
        """Draw every unit that no mean binds, and that is not held, anew within its gap."""
        free = self.loose[year] & self.wide[year] & ~self.guarded[year]
        if not free.any():
            return
        low, high = self._gaps(year)
        x, u = self.x[year], self.rng.random(self.x[year].shape)
        if not self.system.linked:
            step = _cut(np.zeros(1), np.inf, low - x, high - x, u)
        else:
            apart = (self.x[1] - self.x[0] - self.system.change) * (1 - 2 * year)
            spread = self.system.tau / np.sqrt(self.jumper.heat)
            step = _cut(apart, spread, low - x, high - x, u)
        self.x[year] += np.where(free, step, 0.0)

    def _pairs(self, free: Flags) -> tuple[Ints, Ints]:
        """Disjoint random pairs of free units, each inside a block."""
        first, second = [], []
        for b in range(self.block.max() + 1):
            order = self.rng.permutation(np.flatnonzero(free & (self.block == b)))
            half = len(order) // 2
            first.append(order[:half])
            second.append(order[half : 2 * half])
        return np.concatenate(first), np.concatenate(second)

    def _held(self, year: int, ranks: Ranks) -> Flags:
        """Which units stay in a glide."""
        held = self.marks[year] | self.edges[year][ranks]
        for fact in self.system.facts:
            if fact.kind in ("highest", "lowest") and self.system.years[year] == fact.year:
                group = self.system.places(fact)
                part = ranks[:, group]
                end = np.argmin(part if fact.kind == "highest" else -part, axis=1)
                held[np.arange(len(held)), group[end]] = True
        return np.asarray(held)

    def _gaps(self, year: int) -> tuple[Array, Array]:
        """Between which scores each unit moves without passing a held one, shapes as x[year]."""
        x = self.x[year]
        order = np.argsort(-x, axis=1)
        ranks = np.empty(x.shape, np.int16)
        np.put_along_axis(ranks, order, np.arange(1, x.shape[1] + 1, dtype=np.int16), axis=1)
        held = self._held(year, ranks)
        ordered = np.take_along_axis(x, order, axis=1)
        stops = np.take_along_axis(held, order, axis=1)
        above = np.minimum.accumulate(np.where(stops, ordered, np.inf), axis=1)
        below = np.where(stops, ordered, -np.inf)[:, ::-1]
        below = np.maximum.accumulate(below, axis=1)[:, ::-1]
        place = ranks - 1
        low = np.maximum(np.take_along_axis(below, place, axis=1), self.system.lower[year])
        high = np.minimum(np.take_along_axis(above, place, axis=1), self.system.upper[year])
        return np.where(held, x, low), np.where(held, x, high)

    def _squeeze(self, year: int, passes: int) -> None:
        """Move held units between their neighbours, and a partner of each the other way."""
        wide = self.wide[year] & ~self.guarded[year]
        held = self._held(year, rank(self.x[year]))
        marked, rows = np.flatnonzero(self.marks[year] & wide), np.arange(len(held))
        edge = np.flatnonzero((held & wide).any(axis=0) & ~self.marks[year])
        for k in range(min(passes, 2 * len(marked)) + (2 if len(edge) else 0)):
            some = edge if len(edge) and k < 2 else marked
            a = some[self.rng.integers(len(some), size=len(held))]
            others = (self.block == self.block[a][:, None]) & wide
            others[rows, a] = False
            b = np.argmax(others * self.rng.random(others.shape, dtype=np.float32), axis=1)
            self._pinch(year, a, b, held, others[rows, b])

    def _pinch(self, year: int, a: Ints, b: Ints, held: Flags, good: Flags) -> None:
        """Move a up and b down as far as the stops of each allow."""
        x, rows = self.x[year], np.arange(self.x.shape[1])
        xa, xb = x[rows, a], x[rows, b]
        (low_a, high_a), (low_b, high_b) = (self._stops(year, unit, held) for unit in (a, b))
        half, up = 0.5 * (xa + xb), xb > xa  # the two may not pass each other
        high_a = np.where(up, np.minimum(high_a, half), high_a)
        low_a = np.where(up, low_a, np.maximum(low_a, half))
        low_b = np.where(up, np.maximum(low_b, half), low_b)
        high_b = np.where(up, high_b, np.minimum(high_b, half))
        least, most = np.maximum(low_a - xa, xb - high_b), np.minimum(high_a - xa, xb - low_b)
        step = self._against((year,), np.s_[rows, a], np.s_[rows, b], least, most)
        x[rows, a] += np.where(good, step, 0.0)
        x[rows, b] -= np.where(good, step, 0.0)

    def _stops(self, year: int, a: Ints | int, held: Flags | None) -> tuple[Array, Array]:
        """Between which units one stands: any, if it is held itself, else held ones."""
        x, rows = self.x[year], np.arange(self.x.shape[1])
        own = x[rows, a][:, None]
        higher, lower = x > own, x < own
        if held is not None:
            counts = held | held[rows, a][:, None]
            higher, lower = higher & counts, lower & counts
        above = np.where(higher, x, np.inf).min(axis=1)
        below = np.where(lower, x, -np.inf).max(axis=1)
        low = np.maximum(below, self.system.lower[year, a])
        return low, np.minimum(above, self.system.upper[year, a])

    def _refresh(self, year: int) -> None:
        """Draw all published scores anew within their rounding: one Metropolis step."""
        narrow = np.flatnonzero(~self.wide[year] & ~self.guarded[year])
        if not len(narrow):
            return
        x, new = self.x[year], self.x[year].copy()
        low, high = self.system.lower[year, narrow], self.system.upper[year, narrow]
        new[:, narrow] = low + (high - low) * self.rng.random((len(x), len(narrow)))
        good = (rank(new) == rank(x)).all(axis=1)
        for fact in self.system.facts:
            if fact.kind == "mean" and self.system.years[year] == fact.year:
                mean = new[:, self.system.places(fact)].mean(axis=1)
                good &= (mean >= fact.low) & (mean <= fact.high)
        if self.system.linked:
            pair = [new, self.x[1]] if year == 0 else [self.x[0], new]
            gain = self.system.energy(self.states) - self.system.energy(np.stack(pair, axis=1))
            good &= np.log(self.rng.random(len(x))) < self.jumper.heat * gain
        x[good] = new[good]

    def _settle(self, year: int) -> None:
        """Move two units of every block, one by one, within the rounding of its mean."""
        for b in range(self.block.max() + 1):
            group = np.flatnonzero((self.block == b) & ~self.guarded[year])
            for unit in self.rng.permutation(group)[:2]:
                self._alone(year, int(unit))

    def _alone(self, year: int, unit: int) -> None:
        x = self.x[year, :, unit]
        low, high = self._stops(year, unit, None)
        least, most = low - x, high - x
        for fact in self.system.facts:
            if fact.kind == "mean" and self.system.years[year] == fact.year:
                group = self.system.places(fact)
                if unit in group:
                    mean = self.x[year][:, group].mean(axis=1)
                    least = np.maximum(least, len(group) * (fact.low - mean))
                    most = np.minimum(most, len(group) * (fact.high - mean))
        if not self.system.linked:
            step = _cut(np.zeros(1), np.inf, least, most, self.rng.random(len(x)))
        else:
            apart = self.x[1, :, unit] - self.x[0, :, unit] - self.system.change[unit]
            spread = self.system.tau / np.sqrt(self.jumper.heat)
            step = _cut(apart * (1 - 2 * year), spread, least, most, self.rng.random(len(x)))
        self.x[year, :, unit] += step

    def _against(
        self,
        years: Sequence[int],
        a: tuple[object, ...],
        b: tuple[object, ...],
        least: Array,
        most: Array,
    ) -> Array:
        """Draw how far a rises and b falls, given everything else."""
        u = self.rng.random(least.shape)
        if len(years) == 2 or not self.system.linked:
            return _cut(np.zeros(1), np.inf, least, most, u)
        apart = self.x[1] - self.x[0] - self.system.change
        centre = 0.5 * (apart[b] - apart[a]) * (2 * years[0] - 1)
        return _cut(centre, self.system.tau / np.sqrt(2.0 * self.jumper.heat), least, most, u)

    def _exchange(self) -> None:
        """Exchange the scores, of all years, of units that no fact tells apart."""
        for same in self.orbits:
            order = np.argsort(self.rng.random((self.x.shape[1], len(same))), axis=1)
            for year in range(len(self.x)):
                self.x[year][:, same] = np.take_along_axis(self.x[year][:, same], order, axis=1)


def _blocks(system: System) -> Ints:
    """Units by the group whose mean is published; units of no such group are each their own."""
    told = [
        [unit in fact.group for fact in system.facts if fact.kind == "mean"]
        for unit in system.units
    ]
    keys = [tuple(one) for one in told]
    names = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    return np.array([names[key] for key in keys], dtype=np.intp)


def _marks(system: System) -> Flags:
    """Units, by year, that no other unit passes: their rank is known, or counted in a group."""
    marks = (system.rank_low == system.rank_high).copy()
    for fact in system.facts:
        if fact.kind == "rank" and fact.group:
            marks[system.years.index(fact.year), system.whom(fact)] = True
    return np.asarray(marks)


def _edges(system: System) -> Flags:
    """By year, flags over ranks (from 0, unused) next to the ends of a band."""
    n = len(system.units)
    edges = np.zeros((len(system.years), n + 2), dtype=bool)
    for fact in system.facts:
        year = system.years.index(fact.year)
        bands = []
        if fact.kind == "count":
            bands = [(year, fact.band)]
        elif fact.kind == "stay":
            since = system.years.index(fact.since)
            bands = [(since, fact.band), (year, (int(fact.low), int(fact.high)))]
        elif fact.kind == "rank" and not fact.group and fact.low < fact.high:
            bands = [(year, (int(fact.low), int(fact.high)))]
        for y, (best, worst) in bands:
            if best > 1:
                edges[y, [best - 1, best]] = True
            if worst < n:
                edges[y, [worst, worst + 1]] = True
    return edges


def _guarded(system: System) -> Flags:
    """Units whose score may itself be a fact about a group: the highest or the lowest."""
    guarded = np.zeros(system.lower.shape, dtype=bool)
    for fact in system.facts:
        if fact.kind in ("highest", "lowest"):
            guarded[system.years.index(fact.year), system.places(fact)] = True
    return guarded


def _loose(system: System) -> Flags:
    """Units whose score no published mean binds, by year."""
    loose = np.ones(system.lower.shape, dtype=bool)
    for fact in system.facts:
        if fact.kind == "mean":
            loose[system.years.index(fact.year), system.places(fact)] = False
    return loose


def _cut(centre: Array, spread: float, least: Array, most: Array, u: Array) -> Array:
    """Draw from a normal distribution cut to [least, most]; 0 where there is no room."""
    margin = 1e-9 * (most - least)
    least, most = least + margin, most - margin
    if not np.isfinite(spread):
        return np.where(most > least, least + u * (most - least), 0.0)
    a, b = (least - centre) / spread, (most - centre) / spread
    sign = np.where(a + b > 0, -1.0, 1.0)  # work in the lower tail, where ndtr is exact
    p, q = ndtr(np.where(sign > 0, a, -b)), ndtr(np.where(sign > 0, b, -a))
    drawn = centre + spread * sign * ndtri(np.clip(p + u * (q - p), 1e-300, 1.0 - 1e-16))
    return np.where((most > least) & (q > p), np.clip(drawn, least, most), 0.0)
