"""What every better rank costs every unit of a panel, while the others stand still."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.analysis.portfolio_curves import SLACK, Curves, all_points, cheapest, places, spent
from piilib.analysis.portfolio_field import Field, scored_field
from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.method import Method
from piilib.types import Array


def least_effort_ranks(
    panel: pd.DataFrame,
    fw: Framework,
    method: Method | None = None,
    effort: pd.DataFrame | str | Path | None = None,
    *,
    exclude: Collection[str] = (),
    data: str | Path | None = None,
) -> pd.DataFrame:
    """Least effort with which every unit reaches every rank, the others and the goalposts frozen.

    Parameters
    ----------
    panel : DataFrame
        Units × indicator codes, NaN where missing.
    fw : Framework
    method : Method, optional
        Min-max and plain means unless given. Min-max or goalposts; no treatment, fixed caps or
        ``"official"``; arithmetic means; any weights.
    effort : DataFrame or path, optional
        Table of efforts (see `load_effort`) with a row for every indicator: ``kind``, ``step``,
        ``difficulty``.
    exclude : collection of str
        Indicators left alone. Those of the kinds "growth" and "excluded", those without a value or
        a cost, those at the best goalpost and those below the worst (where progress earns nothing
        at first) never move.
    data : path, optional
        The data folder, for the default efforts.

    Returns
    -------
    DataFrame
        Units × ranks (1 to the number of units): effort, in difficulty-weighted years (or million
        VND, as the efforts), with which the unit's rank is that or better. 0 at its own rank and
        below; inf where it is not attainable with every indicator at its best; NaN for a unit
        without a score. A large value: a rank that is far, or that only hard work brings. Ties take
        the lowest number (1224), so the score of the k-th best *other* unit is enough for rank k.

    Raises
    ------
    DataError
        If the panel or the method is refused (naming what is accepted), or the efforts lack an
        indicator or a number.

    Notes
    -----
    The continuous relaxation of the effort of `levers`, without pace, lag and smallest purchase, so
    a lower bound. ``difficulty · ∫ |dx|/step · max(1 − u₀, 0.05)/max(1 − u, 0.05)`` is convex in u
    and the index is linear in it, so that raising all indicators to one price of a point is
    optimal (Karush-Kuhn-Tucker); it is solved in closed form. One indicator alone costs
    ``difficulty · span/step · (1 − u₀) · ln((1 − u₀)/(1 − u))`` up to u = 0.95. Where the unit
    holds the lowest value of an indicator that goalpost would move with it; it is taken to stay.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [0.0, 5, 10], "b": [0.0, 10, 4]}, index=["x", "y", "z"])
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> effort = pd.DataFrame({"kind": "index", "step": 1.0, "difficulty": [1.0, 2.0],
    ...                        "lag_years": 1}, index=["a", "b"])
    >>> pii.least_effort_ranks(panel, fw, effort=effort).round(2)
    rank     1      2    3
    x    39.89  34.42  0.0
    y     0.00   0.00  0.0
    z     2.19   0.00  0.0
    """
    made = scored_field(panel, fw, method, effort, exclude, data)
    answer = cheapest(made.curves, _missing_points(made))
    columns = pd.RangeIndex(1, len(made.scores) + 1, name="rank")
    return pd.DataFrame(answer.effort, made.scores.index, columns)


def least_effort_steps(
    panel: pd.DataFrame,
    fw: Framework,
    unit: str,
    rank: int,
    method: Method | None = None,
    effort: pd.DataFrame | str | Path | None = None,
    *,
    exclude: Collection[str] = (),
    data: str | Path | None = None,
) -> pd.DataFrame:
    """Values with which a unit reaches a rank for least effort; see `least_effort_ranks`.

    Parameters
    ----------
    panel, fw, method, effort, exclude, data
        As for `least_effort_ranks`.
    unit : str
    rank : int

    Returns
    -------
    DataFrame
        Index: the indicators that move, tree order; empty where nothing has to. ``value`` now,
        ``to``: value at the end, ``steps`` (of the table of efforts), ``effort``, ``gain``: index
        points. ``gain`` adds up to what the rank needs (10⁻⁹ more, so that rounding does not undo
        it) and ``effort`` to the entry of `least_effort_ranks`.

    Raises
    ------
    DataError
        As `least_effort_ranks`; for an unknown unit, one without a score, a rank that there is not,
        or one that is not attainable.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [0.0, 5, 10], "b": [0.0, 10, 4]}, index=["x", "y", "z"])
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> effort = pd.DataFrame({"kind": "index", "step": 1.0, "difficulty": [1.0, 2.0],
    ...                        "lag_years": 1}, index=["a", "b"])
    >>> pii.least_effort_steps(panel, fw, "z", 1, effort=effort).round(2)
       value   to  steps  effort  gain
    b    4.0  5.0    1.0    2.19   5.0
    """
    made = scored_field(panel, fw, method, effort, exclude, data)
    i = _place(made, unit, rank)
    curves = made.curves.row(i)
    missing, most = float(_missing_points(made)[i, rank - 1]), float(all_points(curves)[0, 0])
    if missing > most + SLACK:
        raise DataError(
            f"rank {rank} for {unit!r}, which needs {missing:.4g} points and can gain {most:.4g}",
            "a rank that is attainable",
        )
    asked = min(missing + SLACK, most) if missing > 0 else 0.0
    price = float(cheapest(curves, np.array([[asked]])).price[0, 0])
    return _steps(made, curves, i, places(curves, asked, price))


def _steps(made: Field, curves: Curves, i: int, end: Array) -> pd.DataFrame:
    """Tabulate where the indicators of a unit end."""
    moved, value = end - curves.start[0], made.values.iloc[i].to_numpy(dtype=float)
    table = pd.DataFrame(
        {
            "value": value,
            "to": value + moved * made.way,
            "steps": moved * np.abs(made.way) / made.step,
            "effort": spent(curves, end[None, :])[0],
            "gain": moved * curves.weight[0],
        },
        index=made.values.columns,
    )
    return table[moved > 0]


def _place(made: Field, unit: str, rank: int) -> int:
    """Where a unit stands in the panel, if it can be asked for a rank."""
    count = len(made.scores)
    if unit not in made.scores.index:
        raise DataError(f"the unit {unit!r}", "a unit of the panel")
    if not isinstance(rank, int | np.integer) or not 1 <= rank <= count:
        raise DataError(f"rank {rank!r}", f"a whole number from 1 to {count}")
    if np.isnan(made.scores[unit]):
        raise DataError(f"{unit!r} without a score", "a unit that has values")
    return int(made.scores.index.get_loc(unit))


def _missing_points(made: Field) -> Array:
    """Points by which each unit misses each rank; 0 where it has it; shape (units, ranks)."""
    scores, own = (part.to_numpy(dtype=float) for part in (made.scores, made.ranks))
    count = len(scores)
    order = np.argsort(-np.nan_to_num(scores, nan=-np.inf), kind="stable")
    place = np.empty(count, dtype=np.intp)
    place[order] = np.arange(count)
    # The k-th best other unit: the unit itself is passed over where it stands before.
    other = np.arange(count)[None, :] + (np.arange(count)[None, :] >= place[:, None])
    best = np.append(scores[order], np.nan)[other]
    missing = np.where(np.isnan(best), 0.0, best - scores[:, None])
    missing[np.arange(1, count + 1)[None, :] >= own[:, None]] = 0.0
    missing[np.isnan(scores)] = np.nan
    return np.maximum(missing, 0.0)
