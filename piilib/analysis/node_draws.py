"""Scores of nodes drawn from the scores above them: bounds, ranks, and who holds the extremes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from piilib.analysis.node_level import Ints, Level, possible, refuse_impossible, room, start
from piilib.analysis.slices import pair_lines, sweep
from piilib.errors import DataError
from piilib.types import Array

Law: TypeAlias = tuple[Array, Array]

#: Times that an order behind the published ranks is sought for a draw.
TRIES = 60
#: A lower bound that marks a draw whose order cannot stand.
IMPOSSIBLE = 1e9


def draw_nodes(
    level: Level,
    parents: Array,
    mean: Array,
    precision: Array,
    rng: np.random.Generator,
    sweeps: int = 20,
) -> Array:
    """Draw every unit's parts given its parents, by Gibbs sampling, a chain for each draw.

    Parameters
    ----------
    level : Level
    parents : array, shape (draws, units, p)
        Scores above; each must lie within what the bounds of the parts allow.
    mean : array, broadcast to (draws, units, n)
    precision : array, shape (draws, n, n)
        Of the normal law before anything is known of sums and bounds.
    rng : Generator
    sweeps : int
        Moves along every line, first without and then with ranks and holders.

    Returns
    -------
    array, shape (draws, units, n)

    Raises
    ------
    DataError
        Where the bounds or ranks cannot be met, naming the unit.

    Notes
    -----
    The order behind a published rank, and the unit that holds a national extreme, are those of a
    draw that does not know of them, in each draw anew; all scores are then drawn given that order.
    """
    law = np.broadcast_to(mean, (*parents.shape[:2], level.sums.shape[1])), precision
    shape = (*parents.shape[:2], len(level.rows))
    lower, upper = (np.broadcast_to(ends, shape).copy() for ends in (level.lower, level.upper))
    refuse_impossible(level, parents, lower, upper)
    x = start(level, parents, law[0], lower, upper)
    for _ in range(sweeps):
        _move(level, x, lower, upper, law, rng)
    if not level.ranks and not level.held:
        return x
    bands = _order(level, x, parents, lower, upper, law, rng)
    for _ in range(sweeps):
        _move_in_order(level, x, bands, lower, upper, law, rng)
    return x


def _move(
    level: Level, x: Array, lower: Array, upper: Array, law: Law, rng: np.random.Generator
) -> None:
    sweep(x, pair_lines(level.sums), level.rows, lower, upper, *law, rng)


def _order(
    level: Level,
    x: Array,
    parents: Array,
    lower: Array,
    upper: Array,
    law: Law,
    rng: np.random.Generator,
) -> dict[int, Ints]:
    """Choose in every draw an order behind the ranks and the holders; x then agrees with both.

    Returns, for every ranked row, the band of each unit (draws × units): 2j between the ranked
    units j - 1 and j, 2j + 1 for the ranked unit j itself. Bounds are narrowed for the holders.
    """
    found = {row: np.zeros(x.shape[:2], dtype=np.intp) for row in level.ranks}
    left = np.arange(len(x))
    for _ in range(TRIES):
        trial, above = x[left], parents[left]
        bands = {row: _bands(trial @ level.rows[row], level.ranks[row]) for row in level.ranks}
        base = lower[left], upper[left]
        _place_ranked(level, trial, bands, above, *base)
        narrow = _free_bounds(level, trial, bands, *base)
        _hold(level, trial, above, *narrow, *base)
        good = possible(level, above, *narrow).all(axis=1)
        trial[good] = start(level, above[good], trial[good], *(ends[good] for ends in narrow))
        done = left[good]
        x[done], lower[done], upper[done] = trial[good], base[0][good], base[1][good]
        for row, band in bands.items():
            found[row][done] = band[good]
        left = left[~good]
        if not len(left):
            return found
        rest = x[left]
        part = law[0][left], law[1][left]
        for _ in range(3):
            _move(level, rest, lower[left], upper[left], part, rng)
        x[left] = rest
    raise DataError(
        f"no order for {len(left)} of {len(x)} draws",
        f"ranks that agree with the scores ({', '.join(level.nodes[row] for row in level.ranks)})",
    )


def _bands(values: Array, ranks: Mapping[int, int]) -> Ints:
    """Give every unit its band when the ranked units stand at their places among the others."""
    units = values.shape[1]
    ranked = sorted(ranks, key=lambda unit: ranks[unit])
    others = np.array([unit for unit in range(units) if unit not in ranks], dtype=np.intp)
    places = [place for place in range(1, units + 1) if place not in ranks.values()]
    band_of = np.array([2 * sum(rank < place for rank in ranks.values()) for place in places])
    order = np.argsort(-values[:, others], axis=1, kind="stable")
    bands = np.zeros(values.shape, dtype=np.intp)
    np.put_along_axis(bands, others[order], band_of[None, :].repeat(len(values), 0), axis=1)
    for j, unit in enumerate(ranked):
        bands[:, unit] = 2 * j + 1
    return bands


def _place_ranked(
    level: Level, x: Array, bands: Mapping[int, Ints], parents: Array, lower: Array, upper: Array
) -> None:
    """Move the ranked units to where the others leave their places, as far as their sums allow."""
    for unit in _ranked_units(level):
        wanted = x[:, [unit]]
        for row, ranks in level.ranks.items():
            if unit not in ranks or row >= x.shape[2]:
                continue
            values, band = x[..., row], bands[row]
            mine = band[:, [unit]]
            over = np.where(band == mine - 1, values, np.inf).min(axis=1)
            under = np.where(band == mine + 1, values, -np.inf).max(axis=1)
            over = np.where(np.isinf(over), np.maximum(under, wanted[:, 0, row]), over)
            under = np.where(np.isinf(under), np.minimum(over, wanted[:, 0, row]), under)
            wanted[:, 0, row] = (over + under) / 2
        ends = lower[:, [unit]], upper[:, [unit]]
        x[:, [unit]] = start(level, parents[:, [unit]], wanted, *ends)


def _ranked_units(level: Level) -> list[int]:
    return sorted({unit for ranks in level.ranks.values() for unit in ranks})


def _free_bounds(
    level: Level, x: Array, bands: Mapping[int, Ints], lower: Array, upper: Array
) -> tuple[Array, Array]:
    """Narrow the bounds of the units without a rank to their bands; ranked units stand still."""
    low, high = lower.copy(), upper.copy()
    for row, ranks in level.ranks.items():
        values = x @ level.rows[row]
        ranked = sorted(ranks, key=lambda unit: ranks[unit])
        ends = np.full((len(x), len(ranked) + 2), np.inf)
        ends[:, -1] = -np.inf
        ends[:, 1:-1] = values[:, ranked]
        j = bands[row] // 2
        free = bands[row] % 2 == 0
        over, under = (np.take_along_axis(ends, j + k, axis=1) for k in (0, 1))
        high[..., row] = np.where(free, np.minimum(high[..., row], over), high[..., row])
        low[..., row] = np.where(free, np.maximum(low[..., row], under), low[..., row])
        wrong = np.diff(ends[:, 1:-1], axis=1).max(axis=1, initial=-np.inf) > 0
        low[wrong, 0, row] = IMPOSSIBLE  # ranked units out of order: this draw cannot stand
    return low, high


def _hold(
    level: Level, x: Array, parents: Array, low: Array, high: Array, lower: Array, upper: Array
) -> None:
    """Set a holder at every extreme: the unit nearest to it that has the room."""
    spared = _ranked_units(level)
    draws = np.arange(len(x))
    for row, value in level.held:
        values = x @ level.rows[row]
        room_low, room_high = room(level, row, parents, low, high)
        far = np.where((room_low <= value) & (value <= room_high), np.abs(values - value), np.inf)
        far[:, spared] = np.inf
        unit = far.argmin(axis=1)
        for ends in (low, high, lower, upper):
            ends[draws, unit, row] = value
        nobody = np.isinf(far[draws, unit])
        low[nobody, unit[nobody], row] = IMPOSSIBLE


def _move_in_order(
    level: Level,
    x: Array,
    bands: Mapping[int, Ints],
    lower: Array,
    upper: Array,
    law: Law,
    rng: np.random.Generator,
) -> None:
    """Move the units without a rank, then the ranked ones one by one, all within their bands."""
    ranked = _ranked_units(level)
    free = [unit for unit in range(x.shape[1]) if unit not in ranked]
    low, high = _free_bounds(level, x, bands, lower, upper)
    _move_some(level, x, free, low, high, law, rng)
    for unit in ranked:
        low, high = lower[:, [unit]].copy(), upper[:, [unit]].copy()
        for row, band in bands.items():
            values, mine = x @ level.rows[row], band[:, [unit]]
            over = np.where((band < mine) & (band >= mine - 2), values, np.inf).min(axis=1)
            under = np.where((band > mine) & (band <= mine + 2), values, -np.inf).max(axis=1)
            high[:, 0, row] = np.minimum(high[:, 0, row], over)
            low[:, 0, row] = np.maximum(low[:, 0, row], under)
        part = x[:, [unit]]
        _move(level, part, low, high, (law[0][:, [unit]], law[1]), rng)
        x[:, [unit]] = part


def _move_some(
    level: Level,
    x: Array,
    units: list[int],
    low: Array,
    high: Array,
    law: Law,
    rng: np.random.Generator,
) -> None:
    part = x[:, units]
    _move(level, part, low[:, units], high[:, units], (law[0][:, units], law[1]), rng)
    x[:, units] = part
