"""From facts to draws: starts, burn-in and recording of many chains."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import numpy as np

from piilib.analysis.completion_sampler import Chains
from piilib.analysis.completion_start import contradiction, find_scores
from piilib.analysis.completion_system import Ints, System
from piilib.errors import DataError
from piilib.types import Array


@dataclass(frozen=True)
class Settings:
    """How many chains run, and how long.

    Attributes
    ----------
    chains, blocks : int
        Chains in a block, and blocks; each block has random numbers of its own.
    starts : int
        Solutions of the facts, each in another direction; chain i starts from the (i mod starts)th,
        and chains of one start make a group.
    melt : int
        Sweeps of the hot phase, in which facts about ranks cost little and the years are hardly
        linked, so that chains part; and of the cooling after it.
    burn, sweeps : int
        Sweeps discarded at the target, and those that follow.
    jumps, squeezes : int
        Metropolis steps, and moves of held units, in a sweep.
    price : float
        Price of one rank off, see `Chains`.
    least : int
        States that a block must find; its sweeps go on until it has, to ten times their number.
    """

    chains: int = 384
    blocks: int = 1
    starts: int = 4
    melt: int = 15
    burn: int = 50
    sweeps: int = 250
    jumps: int = 60
    squeezes: int = 12
    price: float = 2.5
    least: int = 1


@dataclass(frozen=True)
class Draws:
    """States that break no fact, in the order of their sweeps.

    Attributes
    ----------
    states : array, shape (states, years, units)
    chain, group, step : array of int, shape (states,)
        Which chain, which start it has, which sweep.
    """

    states: Array
    chain: Ints
    group: Ints
    step: Ints

    def spaced(self, count: int) -> Draws:
        """Return ``count`` states, evenly spaced within chains, in the order of their sweeps."""
        order = np.lexsort((self.step, self.chain))
        kept = self._at(order[np.linspace(0, len(order) - 1, count).round().astype(int)])
        return kept._at(np.lexsort((kept.chain, kept.step)))

    def by_group(self) -> Array:
        """Return equally many states of every group, shape (groups, states, years, units)."""
        parts = [self._at(np.flatnonzero(self.group == g)) for g in np.unique(self.group)]
        least = min(len(part.states) for part in parts)
        return np.array([part.spaced(least).states for part in parts])

    def effective(self, values: Array) -> Array:
        """Effective number of draws for the mean, chains being independent.

        Parameters
        ----------
        values : array, shape (states, ...)
            Quantities of these states.

        Returns
        -------
        array, shape (...)
            Variance over the squared standard error of the mean, the latter from the sums of the
            chains (a ratio estimator, as chains count unequally); at most the number of states. A
            quantity that never changes counts every draw.
        """
        centred = values - values.mean(axis=0)
        sums = np.zeros((int(self.chain.max()) + 1, *values.shape[1:]))
        np.add.at(sums, self.chain, centred)
        error, total = (sums**2).sum(axis=0), (centred**2).sum(axis=0)
        size = len(values) * total / np.where(error > 0, error, 1.0)
        return np.minimum(np.where(error > 0, size, len(values)), len(values))

    def _at(self, at: Ints) -> Draws:
        return Draws(self.states[at], self.chain[at], self.group[at], self.step[at])


def solutions(
    system: System, count: int, seed: np.random.SeedSequence, executor: Executor | None = None
) -> Array:
    """Find scores that satisfy all facts, in several random directions.

    Parameters
    ----------
    system : System
    count : int
    seed : SeedSequence
    executor : Executor, optional
        Where the programs are solved.

    Returns
    -------
    array, shape (count, years, units)

    Raises
    ------
    DataError
        Where the facts contradict each other; it names a minimal set of those that do.
    """
    rng = np.random.default_rng(seed)
    aims = rng.standard_normal((count, *system.lower.shape))
    first = find_scores(system, aims[0])
    if first is None:
        facts = "; ".join(f"'{fact}'" for fact in contradiction(system))
        raise DataError(f"facts that cannot all be true: {facts}", "one of them corrected")
    solve = partial(find_scores, system)
    others = list(map(solve, aims[1:]) if executor is None else executor.map(solve, aims[1:]))
    return np.array([first, *others])


def sample(
    system: System,
    starts: Array,
    seed: np.random.SeedSequence,
    settings: Settings,
    executor: Executor | None = None,
) -> Draws:
    """Draw from the posterior.

    Parameters
    ----------
    system : System
    starts : array, shape (any, years, units)
        Scores that satisfy the bounds and means; chains take them in turn.
    seed : SeedSequence
    settings : Settings
    executor : Executor, optional
        Where blocks of chains run.

    Returns
    -------
    Draws
        Every state after the burn-in that breaks no fact.

    Raises
    ------
    DataError
        If there is none.
    """
    count = settings.chains
    ids = np.arange(count * settings.blocks)
    groups = ids % len(starts)
    run = partial(_block, system, settings=settings)
    parts = [starts[groups[k * count : (k + 1) * count]] for k in range(settings.blocks)]
    seeds = seed.spawn(settings.blocks)
    if executor is None:
        found = [run(*one) for one in zip(parts, seeds, strict=True)]
    else:
        waiting = [executor.submit(run, *one) for one in zip(parts, seeds, strict=True)]
        found = [done.result() for done in waiting]
    states = np.concatenate([part[0] for part in found])
    chain = np.concatenate([part[1] + k * count for k, part in enumerate(found)])
    step = np.concatenate([part[2] for part in found])
    if not len(states):
        raise DataError(
            f"no state that satisfies every fact in {10 * settings.sweeps} sweeps", "a longer run"
        )
    return Draws(states, chain, groups[chain], step)


def _block(
    system: System, starts: Array, seed: np.random.SeedSequence, settings: Settings
) -> tuple[Array, Ints, Ints]:
    """Run the chains of one block: states that break no fact, their chains and sweeps."""
    chains = Chains(system, starts, np.random.default_rng(seed), price=settings.price)
    sweep = partial(chains.sweep, squeezes=settings.squeezes, jumps=settings.jumps)
    for step in range(2 * settings.melt):
        warm = max(0.0, (step + 1) / settings.melt - 1.0)
        chains.jumper.heat = 0.1 + 0.9 * warm
        chains.jumper.price = 0.4 + (settings.price - 0.4) * warm
        sweep()
    chains.jumper.heat, chains.jumper.price = 1.0, settings.price
    for _ in range(settings.burn):
        sweep()
    seen = [np.empty((0, *starts.shape[1:]))]
    which, when = [np.empty(0, np.intp)], [np.empty(0, np.intp)]
    for step in range(10 * settings.sweeps):
        if step >= settings.sweeps and sum(map(len, which)) >= settings.least:
            break
        sweep()
        at = np.flatnonzero(chains.kept)
        seen.append(chains.states[at])
        which.append(at)
        when.append(np.full(len(at), step))
    return np.concatenate(seen), np.concatenate(which), np.concatenate(when)
