"""Who stands at the country's highest and lowest of each indicator, by integer programming."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, lil_array

from piilib.errors import DataError
from piilib.types import Array, Flags

#: What one lead too many or too few costs, against at most 100 a holder.
PRICE = 1e4


def assign_extremes(
    scores: Array,
    sums: Array,
    parents: Array,
    leads: Mapping[int, int],
    known: Mapping[int, tuple[Collection[int], Collection[int]]],
    sure: Collection[tuple[int, int]] = (),
) -> tuple[Flags, Flags, dict[int, int]]:
    """Choose, for every indicator, one unit that scores 100 and one that scores 0.

    Parameters
    ----------
    scores : array, shape (units, n)
        Scores of a draw without holders; those chosen lie near 100 and near 0 in all.
    sums : array, shape (p, n)
        Weights that give the parents' scores.
    parents : array, shape (units, p)
        Which the chosen scores must allow.
    leads : mapping of int to int
        In how many indicators a unit stands first; units that are not named may lead any number.
    known : mapping of int to (indicators, indicators)
        Units whose values are given: the indicators in which they are highest, and lowest.
    sure : collection of (int, int)
        Units and indicators in which they are known to stand first.

    Returns
    -------
    top, bottom : array of bool, shape (units, n)
    unmet : dict of int to int
        By unit of ``leads``: indicators led beyond the number wanted, where it cannot be had.

    Raises
    ------
    DataError
        If no choice leaves room for the sums.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.array([[90.0, 80.0], [50.0, 95.0], [10.0, 60.0], [40.0, 20.0]])
    >>> top, bottom, unmet = assign_extremes(
    ...     scores, np.array([[0.5, 0.5]]), scores.mean(axis=1)[:, None], {0: 1}, {})
    >>> top.astype(int).tolist(), bottom.astype(int).tolist(), unmet
    ([[1, 0], [0, 1], [0, 0], [0, 0]], [[0, 0], [0, 0], [1, 0], [0, 1]], {})
    """
    units, n = scores.shape
    cells, named = units * n, sorted(leads)
    cost = np.concatenate(
        [(100.0 - scores).ravel(), scores.ravel(), np.full(2 * len(named), PRICE)]
    )
    constraints = _constraints(units, n, sums, parents, leads, known)
    lower = np.zeros(len(cost))
    upper = np.concatenate([np.ones(2 * cells), np.full(2 * len(named), float(n))])
    for unit, (highest, lowest) in known.items():
        for side, held in ((0, highest), (cells, lowest)):
            at = side + unit * n + np.arange(n)
            lower[at] = upper[at] = np.isin(np.arange(n), list(held))
    for unit, indicator in sure:
        lower[unit * n + indicator] = 1.0
    found = milp(
        cost,
        constraints=constraints,
        bounds=Bounds(lower, upper),
        integrality=np.ones(len(cost), dtype=int),
        options={"mip_rel_gap": 0.01},
    )
    if found.x is None:
        raise DataError(
            f"no unit for an extreme of each of {n} indicators ({found.message})",
            "scores of groups that leave room for the published leaders",
        )
    chosen = np.round(found.x).astype(int)
    top, bottom = (chosen[i * cells : (i + 1) * cells].reshape(units, n) > 0 for i in (0, 1))
    off = {unit: int(top[unit].sum()) - leads[unit] for unit in named}
    return top, bottom, {unit: by for unit, by in off.items() if by}


def _constraints(
    units: int,
    n: int,
    sums: Array,
    parents: Array,
    leads: Mapping[int, int],
    known: Mapping[int, tuple[Collection[int], Collection[int]]],
) -> list[LinearConstraint]:
    """One holder a side, room for every sum, and the numbers of leads with their slack."""
    cells, named = units * n, sorted(leads)
    one_each = csr_array((np.ones(cells), (np.tile(np.arange(n), units), np.arange(cells))))
    blocks = [(unit, p) for unit in range(units) if unit not in known for p in range(len(sums))]
    room = lil_array((len(blocks), cells))
    for row, (unit, p) in enumerate(blocks):
        room[row, unit * n : (unit + 1) * n] = 100.0 * sums[p]
    total = np.array([parents[unit, p] for unit, p in blocks])
    counted = lil_array((len(named), cells))
    for row, unit in enumerate(named):
        counted[row, unit * n : (unit + 1) * n] = 1.0
    wanted = np.array([leads[unit] for unit in named], dtype=float)
    more_less = hstack([-eye_array(len(named)), eye_array(len(named))])
    sides = (
        ((one_each, None, None), 1.0, 1.0),
        ((None, one_each, None), 1.0, 1.0),
        ((room, None, None), -np.inf, total),
        ((None, room, None), -np.inf, 100.0 - total),
        ((eye_array(cells), eye_array(cells), None), 0.0, 1.0),
        ((counted, None, more_less), wanted, wanted),
    )
    widths = (cells, cells, 2 * len(named))
    return [
        LinearConstraint(_beside(parts, widths), low, high)
        for parts, low, high in sides
        if next(part for part in parts if part is not None).shape[0]
    ]


def _beside(parts: Sequence[Any], widths: Sequence[int]) -> Any:
    """Set blocks of columns side by side, zeros where there is none."""
    height = next(part for part in parts if part is not None).shape[0]
    return hstack(
        [
            csr_array((height, width)) if part is None else csr_array(part)
            for part, width in zip(parts, widths, strict=True)
        ]
    )
