"""Scores of nodes drawn from the scores above them: bounds, ranks, and who holds the extremes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from piilib.analysis.slices import fill, pair_lines, sweep
from piilib.errors import DataError
from piilib.types import Array, Flags

Ints: TypeAlias = npt.NDArray[np.intp]
Law: TypeAlias = tuple[Array, Array]

#: Times that an order behind the published ranks is sought for a draw.
TRIES = 60
#: Points by which rounding may leave a sum outside what the parts allow.
SLACK = 1e-9
#: A lower bound that marks a draw whose order cannot stand.
IMPOSSIBLE = 1e9


@dataclass(frozen=True)
class Level:
    """Nodes to be drawn, and what is known of them.

    Attributes
    ----------
    units, nodes : sequence of str
        ``nodes`` names the rows.
    sums : array, shape (p, n)
        Weights that give the p parents' scores from the n parts.
    rows : array, shape (m, n)
        The parts themselves (an identity matrix), then other means of them that are bounded or
        ranked: of a sum none, or such that each of its parts is in one.
    lower, upper : array, shape (units, m)
        Bounds of every row.
    ranks : mapping of int to {int: int}
        By row: the rank of each unit that has a published one; 1 is the highest.
    held : sequence of (int, float)
        Row and value of a national extreme at which one unit stands; nobody says which.
    """

    units: Sequence[str]
    nodes: Sequence[str]
    sums: Array
    rows: Array
    lower: Array
    upper: Array
    ranks: Mapping[int, Mapping[int, int]]
    held: Sequence[tuple[int, float]]


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
    _refuse(level, parents, lower, upper)
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
        room_low, room_high = _room(level, row, parents, low, high)
        far = np.where((room_low <= value) & (value <= room_high), np.abs(values - value), np.inf)
        far[:, spared] = np.inf
        unit = far.argmin(axis=1)
        for ends in (low, high, lower, upper):
            ends[draws, unit, row] = value
        nobody = np.isinf(far[draws, unit])
        low[nobody, unit[nobody], row] = IMPOSSIBLE


def _room(level: Level, row: int, parents: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Return the ends that a part can reach while the others keep within their bounds."""
    p = int(np.flatnonzero(level.sums[:, row])[0])
    weights = level.sums[p]
    n = len(weights)
    total, mine = parents[..., p], weights[row]
    least = low[..., :n] @ weights - mine * low[..., row]
    most = high[..., :n] @ weights - mine * high[..., row]
    return (
        np.maximum(low[..., row], (total - most) / mine),
        np.minimum(high[..., row], (total - least) / mine),
    )


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


def _fill_in(
    x: Array, inside: Ints, weights: Array, total: Array, lower: Array, upper: Array
) -> None:
    ends = lower[..., inside], upper[..., inside]
    x[..., inside] = fill(x[..., inside], weights, total, *ends)


def _row_ends(row: Array, r: int, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Return the ends of a mean of parts that its own bounds and those of its parts allow."""
    parts = np.flatnonzero(row)
    low, high = lower[..., parts] @ row[parts], upper[..., parts] @ row[parts]
    return np.maximum(lower[..., r], low), np.minimum(upper[..., r], high)


def _means_of(level: Level, weights: Array) -> list[int]:
    """Rows that are means of the parts of one sum."""
    n = level.sums.shape[1]
    return [r for r in range(n, len(level.rows)) if level.rows[r] @ weights > 0]


def _ends_of(level: Level, p: int, lower: Array, upper: Array) -> tuple[Array, Array, Array]:
    """Say what a sum is made of, parts or means of parts: their weights, low and high ends."""
    weights = level.sums[p]
    means = _means_of(level, weights)
    if not means:
        inside = np.flatnonzero(weights)
        return weights[inside], lower[..., inside], upper[..., inside]
    ends = [_row_ends(level.rows[r], r, lower, upper) for r in means]
    shares = np.array([weights[level.rows[r] > 0].sum() for r in means])
    return shares, np.stack([e[0] for e in ends], -1), np.stack([e[1] for e in ends], -1)


def possible(level: Level, parents: Array, lower: Array, upper: Array) -> Flags:
    """Tell whether each unit's bounds leave room for its sums: draws × units."""
    good = np.asarray((lower <= upper + SLACK).all(axis=-1))
    for p in range(len(level.sums)):
        weights, low, high = _ends_of(level, p, lower, upper)
        total = parents[..., p]
        good = good & (low <= high + SLACK).all(axis=-1)
        good = good & (low @ weights <= total + SLACK) & (total <= high @ weights + SLACK)
    return good


def reach_of(level: Level, parents: Array) -> tuple[Array, Array]:
    """Return the smallest and the largest sums that each unit's bounds allow, like ``parents``."""
    ends = []
    for p in range(len(level.sums)):
        weights, low, high = _ends_of(level, p, level.lower, level.upper)
        ends.append((low @ weights, high @ weights))
    return tuple(  # type: ignore[return-value]
        np.broadcast_to(np.stack([end[i] for end in ends], -1), parents.shape) for i in (0, 1)
    )


def start(level: Level, parents: Array, wanted: Array, lower: Array, upper: Array) -> Array:
    """Find parts near ``wanted`` that have the sums, within the bounds of every row."""
    x = np.array(wanted, dtype=float)
    for p, weights in enumerate(level.sums):
        means = _means_of(level, weights)
        if not means:
            inside = np.flatnonzero(weights)
            _fill_in(x, inside, weights[inside], parents[..., p], lower, upper)
            continue
        halves = np.stack([x @ level.rows[r] for r in means], axis=-1)
        shares, low, high = _ends_of(level, p, lower, upper)
        totals = fill(halves, shares, parents[..., p], low, high)
        for i, r in enumerate(means):
            inside = np.flatnonzero(level.rows[r])
            _fill_in(x, inside, level.rows[r][inside], totals[..., i], lower, upper)
    return x


def _refuse(level: Level, parents: Array, lower: Array, upper: Array) -> None:
    good = possible(level, parents, lower, upper)
    if not good.all():
        draw, unit = np.argwhere(~good)[0]
        ends = zip(level.nodes, lower[draw, unit], upper[draw, unit], strict=True)
        known = ", ".join(f"{node} {low:.2f} to {high:.2f}" for node, low, high in ends)
        above = ", ".join(f"{score:.3f}" for score in parents[draw, unit])
        raise DataError(
            f"{level.units[unit]} with {above} above {known}",
            "scores below that can give the score above",
        )
