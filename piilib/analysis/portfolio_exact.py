"""The best choice of whole steps for one budget, exactly, by dynamic programming.

A knapsack in which every indicator offers a chain of steps. States (effort, points) are extended
indicator by indicator. One is dropped where another costs no more and gives no less, or where,
even if the steps of the indicators that are left could be divided, it could not become better than
a choice already known (Kellerer, Pferschy and Pisinger, *Knapsack Problems*, 2004, chapter 11).
The indicators about which there is most doubt come last, so that few states are ever alive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from piilib.types import Array, Flags

Places: TypeAlias = npt.NDArray[np.intp]
Chain: TypeAlias = tuple[Array, Array]

#: Rounding that may not decide.
_SLACK = 1e-9


@dataclass(frozen=True)
class _Layer:
    """States after one more indicator: what they cost, give and came from."""

    cost: Array
    gain: Array
    parent: Places
    number: Places


def most_for(chains: list[Chain], budget: float) -> list[int]:
    """Return how many steps of each chain give most for a budget; of equal ones the cheapest.

    Parameters
    ----------
    chains : list of (effort, points)
        Effort and points, above 0, of the successive steps of each indicator.
    budget : float

    Examples
    --------
    >>> import numpy as np
    >>> chains = [(np.array([2.0, 4.0]), np.array([1.0, 1.0])), (np.array([3.0]), np.array([0.9]))]
    >>> [most_for(chains, budget) for budget in (4, 5, 6)]
    [[1, 0], [1, 1], [2, 0]]
    """
    hulls = [_hull(chain) for chain in chains]
    all_cost, all_gain = _divisible(hulls)
    at = max(int(np.searchsorted(all_cost, budget, side="right")) - 1, 0)

    def hopeful(cost: Array, gain: Array, left: Chain) -> Flags:
        bound = gain + np.interp(budget - cost, *left)
        return np.asarray((cost <= budget + _SLACK) & (bound >= all_gain[at] - _SLACK))

    order = _order(hulls, _ratio(all_cost, all_gain, at + 1))
    layers = _extend([chains[i] for i in order], [hulls[i] for i in order], hopeful)
    return _trace(layers, int(np.argmax(layers[-1].gain)), order)


def least_for(chains: list[Chain], wanted: float) -> list[int] | None:
    """Return how many steps of each chain give the points wanted for least effort, None if none.

    Parameters
    ----------
    chains
        As for `most_for`.
    wanted : float
        Points.

    Examples
    --------
    >>> import numpy as np
    >>> chains = [(np.array([2.0, 4.0]), np.array([1.0, 1.0])), (np.array([3.0]), np.array([0.9]))]
    >>> [least_for(chains, wanted) for wanted in (0.9, 1.9, 2.0, 3.0)]
    [[1, 0], [1, 1], [2, 0], None]
    """
    hulls = [_hull(chain) for chain in chains]
    all_cost, all_gain = _divisible(hulls)
    if wanted > all_gain[-1] + _SLACK:
        return None
    at = min(int(np.searchsorted(all_gain, wanted - _SLACK)), len(all_gain) - 1)

    def hopeful(cost: Array, gain: Array, left: Chain) -> Flags:
        need = wanted - gain
        more = np.interp(need, left[1], left[0])
        possible = need <= left[1][-1] + _SLACK
        return np.asarray(possible & (cost + more <= all_cost[at] + _SLACK))

    order = _order(hulls, _ratio(all_cost, all_gain, at))
    layers = _extend([chains[i] for i in order], [hulls[i] for i in order], hopeful)
    return _trace(layers, int(np.argmin(layers[-1].cost)), order)


def _hull(chain: Chain) -> Array:
    """Stretches of the least concave curve above a chain; rows of (effort, points)."""
    corners = [(0.0, 0.0)]
    for x, y in zip(*(np.cumsum(part) for part in chain), strict=True):
        while len(corners) > 1:
            (x0, y0), (x1, y1) = corners[-2:]
            if (y1 - y0) * (x - x0) > (y - y0) * (x1 - x0):
                break
            corners.pop()
        corners.append((float(x), float(y)))
    return np.diff(np.array(corners), axis=0)


def _divisible(hulls: list[Array]) -> Chain:
    """Effort and points at the corners of what the chains could give if steps were divisible."""
    parts = np.concatenate([np.zeros((0, 2)), *hulls])
    best_first = np.argsort(-parts[:, 1] / np.maximum(parts[:, 0], _SLACK), kind="stable")
    cost, gain = np.vstack([np.zeros(2), parts[best_first]]).cumsum(axis=0).T
    return cost, gain


def _ratio(cost: Array, gain: Array, at: int) -> float:
    """Points for a year of effort where the divisible choice ends."""
    at = min(max(at, 1), len(cost) - 1)
    return float((gain[at] - gain[at - 1]) / max(cost[at] - cost[at - 1], _SLACK))


def _order(hulls: list[Array], ratio: float) -> list[int]:
    """Chains by how far their stretches are from the ratio that decides, the nearest last."""
    far = [
        np.abs(np.log(parts[:, 1] / np.maximum(parts[:, 0], _SLACK) / ratio)).min()
        for parts in hulls
    ]
    return [int(i) for i in np.argsort(-np.array(far), kind="stable")]


def _extend(
    chains: list[Chain], hulls: list[Array], hopeful: Callable[[Array, Array, Chain], Flags]
) -> list[_Layer]:
    none = np.zeros(1, dtype=np.intp)
    layers = [_Layer(np.zeros(1), np.zeros(1), none, none)]
    for i, (effort, points) in enumerate(chains):
        last = layers[-1]
        efforts, sums = (np.concatenate([[0.0], np.cumsum(part)]) for part in (effort, points))
        cost = (last.cost[:, None] + efforts).ravel()
        gain = (last.gain[:, None] + sums).ravel()
        alive = np.flatnonzero(hopeful(cost, gain, _divisible(hulls[i + 1 :])))
        alive = alive[np.lexsort((-gain[alive], cost[alive]))]
        before = np.concatenate([[-np.inf], np.maximum.accumulate(gain[alive])[:-1]])
        alive = alive[gain[alive] > before]
        parent, number = np.divmod(alive, len(efforts))
        layers.append(_Layer(cost[alive], gain[alive], parent, number))
    return layers


def _trace(layers: list[_Layer], state: int, order: list[int]) -> list[int]:
    numbers = [0] * len(order)
    for layer, chain in zip(layers[:0:-1], order[::-1], strict=True):
        numbers[chain] = int(layer.number[state])
        state = int(layer.parent[state])
    return numbers
