"""Metropolis steps that let units pass each other, for many chains at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from piilib.analysis.completion_system import Ints, Ranks, System
from piilib.types import Array, Flags

#: Sizes of steps that are proposed, score points.
STEPS = np.array([0.1, 0.4, 1.2, 4.0])
#: How far apart in rank two units that trade places stand at most.
REACH = 8
#: Scores known more narrowly than this, in points, hardly move.
WIDE = 0.2
#: How often each kind: pair, four, swap, trade, single.
ODDS = (0.34, 0.1, 0.1, 0.42, 0.04)
#: In place of a weight of 0.
TINY = 1e-12

Deltas = Sequence[Array]


@dataclass(frozen=True)
class Choice:
    """Which units may be chosen in some years: those whose score is not known in them."""

    years: tuple[int, ...]
    units: Ints
    flat: Ints
    start: Ints
    size: Ints
    place: Ints
    first: Ints

    @classmethod
    def of(cls, system: System, years: tuple[int, ...], block: Ints) -> Choice:
        """Sort the units by block; a block with a single wide unit gives none."""
        wide = (system.upper - system.lower > WIDE)[list(years)].all(axis=0)
        alone = np.array([(wide & (block == b)).sum() < 2 for b in block])
        units = np.flatnonzero(wide & ~alone)
        flat = units[np.argsort(block[units], kind="stable")]
        size = np.bincount(block[flat], minlength=block.max() + 1)
        start = np.cumsum(size) - size
        place = np.zeros(len(block), dtype=np.intp)
        place[flat] = np.arange(len(flat)) - start[block[flat]]
        return cls(
            years, units, flat, start[block], size[block], place, np.unique(start[block[flat]])
        )

    def any(self, count: int, rng: np.random.Generator) -> Ints:
        """Mostly any unit of a block at random, so that small blocks count as much; or any."""
        first = self.first[rng.integers(len(self.first), size=count)]
        inside = (rng.random(count) * self.size[self.flat[first]]).astype(np.intp)
        plain = rng.integers(len(self.flat), size=count)
        return self.flat[np.where(rng.random(count) < 0.25, plain, first + inside)]

    def partner(self, a: Ints, rng: np.random.Generator) -> Ints:
        """Another wide unit of the same block, at random."""
        size = self.size[a]
        shift = 1 + (rng.random(len(a)) * (size - 1)).astype(np.intp)
        return self.flat[self.start[a] + (self.place[a] + shift) % size]


@dataclass
class Jumper:
    """Proposals for states of the shape (years, chains, units), and what becomes of them.

    Every proposal is symmetric: one and its reverse are as likely. Pairs lie within a block, so
    that means stay as they are.
    """

    system: System
    x: Array
    ranks: Ranks
    misfit: Array
    block: Ints
    rng: np.random.Generator
    heat: float = 1.0
    price: float = 3.0

    def __post_init__(self) -> None:
        both = [(0,), (1,), (0, 1)] if len(self.system.years) == 2 else [(0,)]
        choices = [Choice.of(self.system, years, self.block) for years in both]
        self.choices = [choice for choice in choices if len(choice.units)]
        self.rows = np.arange(self.x.shape[1])
        self.tried = np.zeros((5, 3))
        self.taken = np.zeros((5, 3))

    def jump(self) -> None:
        """Propose one move to every chain: of one kind, in one year or both."""
        if not self.choices:
            return
        odds = np.array([0.5, 0.2, 0.3][: len(self.choices)])
        mode = int(self.rng.choice(len(self.choices), p=odds / odds.sum()))
        choice = self.choices[mode]
        kind = int(self.rng.choice(5, p=ODDS))
        propose = (self._pair, self._four, self._swap, self._trade, self._single)[kind]
        units, change, good = propose(choice)
        taken = self._try(choice, units, change, good, kind == 3)
        self.tried[kind, mode] += len(self.rows)
        self.taken[kind, mode] += taken

    def _size(self) -> Array:
        sizes = STEPS[self.rng.integers(len(STEPS), size=len(self.rows))]
        return np.asarray(sizes * self.rng.standard_normal(len(self.rows)))

    def _pair(self, choice: Choice) -> tuple[Ints, Deltas, Flags]:
        a = choice.any(len(self.rows), self.rng)
        step = self._size()
        units = np.stack([a, choice.partner(a, self.rng)], axis=1)
        change = np.stack([step, -step], axis=1)
        return units, [change] * len(choice.years), np.ones(len(a), dtype=bool)

    def _four(self, choice: Choice) -> tuple[Ints, Deltas, Flags]:
        a, b = choice.any(len(self.rows), self.rng), choice.any(len(self.rows), self.rng)
        one, two = self._size(), self._size()
        c, d = choice.partner(a, self.rng), choice.partner(b, self.rng)
        units = np.stack([a, c, b, d], axis=1)
        change = np.stack([one, -one, two, -two], axis=1)
        return units, [change] * len(choice.years), self.block[a] != self.block[b]

    def _swap(self, choice: Choice) -> tuple[Ints, Deltas, Flags]:
        """Two units of a block take each other's scores."""
        a = choice.any(len(self.rows), self.rng)
        b = choice.partner(a, self.rng)
        change = []
        for year in choice.years:
            apart = self.x[year, self.rows, b] - self.x[year, self.rows, a]
            change.append(np.stack([apart, -apart], axis=1))
        return np.stack([a, b], axis=1), change, np.ones(len(a), dtype=bool)

    def _single(self, choice: Choice) -> tuple[Ints, Deltas, Flags]:
        """One unit moves alone: within the rounding of its mean, if it has one."""
        a = self.rng.integers(self.x.shape[2], size=len(self.rows))
        bound = np.zeros(self.x.shape[2], dtype=bool)
        means = [fact for fact in self.system.facts if fact.kind == "mean"]
        means = [fact for fact in means if self.system.years.index(fact.year) in choice.years]
        for fact in means:
            bound[self.system.places(fact)] = True
        step = self._size() * np.where(bound[a], 0.02, 1.0)
        good = np.ones(len(a), dtype=bool)
        for fact in means:
            group = self.system.places(fact)
            mean = self.x[self.system.years.index(fact.year)][:, group].mean(axis=1)
            mean += np.isin(a, group) * step / len(group)
            good &= (mean >= fact.low) & (mean <= fact.high)
        return a[:, None], [step[:, None]] * len(choice.years), good

    def _trade(self, choice: Choice) -> tuple[Ints, Deltas, Flags]:
        """Two pairs, of two blocks, trade places: a with b, and c with d, which make up the means.

        a and b are near in rank and take each other's score, quite or nearly; c gives what a
        takes, and d is chosen with preference for where c then arrives.
        """
        count, year = len(self.rows), choice.years[0]
        a = choice.any(count, self.rng)
        near = self._near(choice, self.ranks[year], a)
        b = np.argmax(near * self.rng.random(near.shape, dtype=np.float32), axis=1)
        good = near[self.rows, b]
        b, c = np.where(good, b, a), choice.partner(a, self.rng)
        exact = self.rng.random(count) < 0.6
        one, two = (np.where(exact, 0.0, self._size()) for _ in range(2))
        apart = self.x[year, self.rows, b] - self.x[year, self.rows, a]
        up, down = apart + one, two - apart
        weight = self._arriving(choice, self.x[year], b, c, up)
        d = np.argmin(self.rng.standard_exponential(weight.shape) / weight, axis=1)
        good &= np.isfinite(weight[self.rows, d]) & (weight[self.rows, d] > TINY)
        moves = [np.stack([up, -up, down, -down], axis=1)] * len(choice.years)
        return np.stack([a, c, b, d], axis=1), moves, good

    def _arriving(self, choice: Choice, x: Array, b: Ints, c: Ints, up: Array) -> Array:
        """Weights of units of b's block by how near they are to where c goes; TINY for others."""
        rows = np.arange(len(x))
        goal = x[rows, c] - up
        weight = 0.02 + 1.0 / (1.0 + 4.0 * (x - goal[:, None]) ** 2)
        allowed = np.zeros(x.shape[1], dtype=bool)
        allowed[choice.units] = True
        fit = allowed & (self.block == self.block[b][:, None])
        fit[rows, b] = False
        return np.where(fit, weight, TINY)

    def _near(self, choice: Choice, ranks: Ranks, a: Ints) -> Flags:
        """Units of other blocks that a unit may trade places with."""
        near = np.abs(ranks - ranks[np.arange(len(a)), a][:, None]) <= REACH
        allowed = np.zeros(near.shape[1], dtype=bool)
        allowed[choice.units] = True
        return np.asarray(near & allowed & (self.block != self.block[a][:, None]))

    def _try(self, choice: Choice, units: Ints, change: Deltas, good: Flags, trade: bool) -> int:
        """Accept or reject; returns how many chains moved."""
        system, rows, years = self.system, self.rows[:, None], choice.years
        olds = [self.x[year][rows, units] for year in years]
        news = [old + delta for old, delta in zip(olds, change, strict=True)]
        for year, new in zip(years, news, strict=True):
            low, high = system.lower[year][units], system.upper[year][units]
            good = good & ((new >= low) & (new <= high)).all(axis=1)
        gain = self._gain(years, units, change)
        chance = np.log(self.rng.random(len(good)))
        good &= chance < gain + self.price * self.misfit + (12.0 * trade)
        at = np.flatnonzero(good)
        if not len(at):
            return 0
        x, ranks = self.x[:, at], self.ranks[:, at]
        for year, old, new in zip(years, olds, news, strict=True):
            _recount(x[year], ranks[year], units[at], old[at], new[at])
        misfit = system.misfit(x.transpose(1, 0, 2), ranks.transpose(1, 0, 2))
        gained = gain[at] + self.price * (self.misfit[at] - misfit)
        if trade:
            gained += self._offered(choice, at, x, ranks, units[at], change[0][at, 0])
        kept = chance[at] < gained
        at = at[kept]
        self.x[:, at], self.ranks[:, at], self.misfit[at] = x[:, kept], ranks[:, kept], misfit[kept]
        return len(at)

    def _offered(
        self, choice: Choice, at: Ints, x: Array, ranks: Ranks, units: Ints, up: Array
    ) -> Array:
        """Logarithm of how much likelier the reverse of a trade is proposed than the trade."""
        year, rows = choice.years[0], np.arange(len(at))
        a, c, b, d = units.T
        ahead = self._near(choice, self.ranks[year, at], a)
        back = self._near(choice, ranks[year], a)
        ratio = ahead.sum(axis=1) / np.maximum(back.sum(axis=1), 1)
        there = self._arriving(choice, self.x[year, at], b, c, up)
        again = self._arriving(choice, x[year], b, c, -up)
        ratio *= again[rows, d] / again.sum(axis=1) * there.sum(axis=1) / there[rows, d]
        return np.where(back[rows, b], np.log(ratio), -np.inf)

    def _gain(self, years: Sequence[int], units: Ints, change: Deltas) -> Array:
        """Change of the logarithm of the prior's density."""
        if not self.system.linked:
            return np.zeros(len(units))
        rows = self.rows[:, None]
        apart = self.x[1][rows, units] - self.x[0][rows, units] - self.system.change[units]
        moved = apart.copy()
        for year, delta in zip(years, change, strict=True):
            moved += delta if year == 1 else -delta
        return np.asarray(0.5 * self.heat * (apart**2 - moved**2).sum(axis=1) / self.system.tau**2)


def _recount(x: Array, ranks: Ranks, units: Ints, old: Array, new: Array) -> None:
    """Put new scores in place and count the ranks that they change, in place."""
    rows = np.arange(len(x))
    for j in range(units.shape[1]):
        before, after = old[:, j, None], new[:, j, None]
        ranks -= before > x
        x[rows, units[:, j]] = after[:, 0]
        ranks += after > x
        own: npt.NDArray[np.int16] = 1 + (x > after).sum(axis=1, dtype=np.int16)
        ranks[rows, units[:, j]] = own
