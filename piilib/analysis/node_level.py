"""What is known of the scores of a level of nodes, and what it leaves possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from piilib.analysis.slices import fill
from piilib.errors import DataError
from piilib.types import Array, Flags

Ints: TypeAlias = npt.NDArray[np.intp]

#: Points by which rounding may leave a sum outside what the parts allow.
SLACK = 1e-9


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


def room(level: Level, row: int, parents: Array, low: Array, high: Array) -> tuple[Array, Array]:
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


def refuse_impossible(level: Level, parents: Array, lower: Array, upper: Array) -> None:
    """Name the first unit whose bounds cannot give its sums.

    Raises
    ------
    DataError
    """
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
