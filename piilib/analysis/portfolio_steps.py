"""The menu of a portfolio: successive steps on every lever, what each costs and gives."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from piilib.analysis.effort import effort as effort_of
from piilib.analysis.effort import gamma_of
from piilib.analysis.levers import index_weights
from piilib.analysis.whatif import Anchor
from piilib.types import Array

#: The second and later steps of one year cost so many times their effort.
DEARER = 2.0
#: A step that gives fewer index points than this gives nothing.
_NOTHING = 1e-9


@dataclass(frozen=True)
class Purchase:
    """The smallest thing that can be bought of one indicator, and how much of it there is time for.

    Attributes
    ----------
    code : str
    size : float
        One whole step, or one natural unit of a count, in the indicator's unit.
    a_year : int
        Purchases that make one step: 1, or the number of natural units.
    years : float
        Years of work that show in the year asked for.
    pace : int
        Most purchases in one year.
    most : int
        Purchases that the pace allows in all.
    lumpy : bool
        Things counted: never a part of one.
    """

    code: str
    size: float
    a_year: int
    years: float
    pace: int
    most: int
    lumpy: bool

    @property
    def first(self) -> int:
        """Purchases at the plain price: the first step of each year."""
        return int(self.years + 1e-9) * self.a_year or min(self.a_year, self.most)


def purchase(
    code: str, facts: pd.Series, counted: bool, ahead: float, pace: int, pace_counts: int
) -> Purchase:
    """Describe what can be bought of an indicator, from its row of the table of levers.

    Parameters
    ----------
    code : str
    facts : Series
        Row of `levers`: ``kind``, ``step``, ``lag_years``, ``natural_size``.
    counted : bool
        Whether its natural unit is a thing counted.
    ahead : float
        Years from the sheet to the year asked for; the data's lag is taken off.
    pace, pace_counts : int
        Most steps in one year; the second for the kinds "count-flow" and "count-stock".

    Examples
    --------
    >>> import pandas as pd
    >>> row = pd.Series({"kind": "count-flow", "step": 8.1, "lag_years": 1, "natural_size": 0.81})
    >>> deal = purchase("6.2.1", row, True, 2, 2, 3)  # ten applications are one step
    >>> deal.a_year, deal.years, deal.most, deal.first
    (10, 1.0, 30, 10)
    """
    step, size = float(facts["step"]), float(facts["natural_size"])
    lumpy = str(facts["kind"]).startswith("count")
    years = max(ahead - float(facts["lag_years"]), 0.0)
    most_a_year = pace_counts if lumpy else pace
    steps = int(most_a_year * years + 1e-9)
    if not (counted and lumpy and np.isfinite(size)):
        return Purchase(code, step, 1, years, most_a_year, steps, lumpy)
    a_year = max(round(step / size), 1)
    return Purchase(code, size, a_year, years, most_a_year * a_year, steps * a_year, lumpy)


def step_menu(
    base: Anchor,
    facts: pd.DataFrame,
    ahead: float,
    *,
    max_pace: int = 2,
    max_pace_counts: int = 3,
    exclude: Collection[str] = (),
) -> pd.DataFrame:
    """List the successive steps of every lever, with what each costs and gives.

    Parameters
    ----------
    base : Anchor
    facts : DataFrame
        What `levers` returned for the same anchor.
    ahead : float
        Years from the sheet to the year in which the steps must show.
    max_pace, max_pace_counts : int
        Most steps in a year, the second for counts. What goes beyond one step a year costs double;
        where there are several years, the first steps are spread over them, one in each (and as
        many of the lowest steps are at the plain price as there are years).
    exclude : collection of str
        Indicators left alone.

    Returns
    -------
    DataFrame
        One purchase a row, in the order in which an indicator's steps must be taken. ``code``;
        ``number`` 1, 2 …; ``lead``; ``lag_years``; ``lumpy``: a thing counted; ``size`` in the
        indicator's unit; ``a_year``: purchases that make one step; ``years``: years of work left
        after the lag; ``pace``: most purchases a year; ``first``: at the plain price; ``effort``:
        difficulty-weighted years, the differences of `effort` along the way (so progress gets
        dearer), doubled where not ``first``; ``gain`` and ``net``: index points at the bounds of
        the sheet's year, and beyond the common drift at bounds moved by it: differences of the
        medians over the calibrations. A large ``net / effort``: a good buy. Steps end at the
        attainable best (bound or cap) of the sheet's year.

    Examples
    --------
    >>> import piilib as pii
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=20)
    >>> menu = step_menu(base, pii.levers(base, draws=1), ahead=2)
    >>> menu[menu["code"] == "1.1.1"][["number", "first", "effort"]].round(1)
       number  first  effort
    0       1   True     2.9
    1       2  False    13.4
    >>> "3.1.1" in set(menu["code"])  # its data come two years late
    False
    """
    rows, weights = [], index_weights(base)
    for name in facts.index[facts["eligible"]]:
        code = str(name)
        if code in exclude:
            continue
        counted = str(base.fw.table.loc[code].get("counted", "")) == "true"
        deal = purchase(code, facts.loc[code], counted, ahead, max_pace, max_pace_counts)
        if deal.most > 0:
            rows.append(_steps(base, facts.loc[code], deal, float(weights[base.column[code]])))
    columns = ["code", "number", "lead", "lag_years", "lumpy", "size", "a_year", "years"]
    columns += ["pace", "first", "effort", "gain", "net"]
    empty = pd.DataFrame(columns=columns)
    return pd.concat(rows, ignore_index=True) if rows else empty


def _steps(base: Anchor, facts: pd.Series, deal: Purchase, weight: float) -> pd.DataFrame:
    number = np.arange(1, deal.most + 1)
    wanted = np.asarray(number * deal.size, dtype=np.float64)
    way = amounts(base, deal.code, wanted)
    # Nodes are not clipped to [0, 100] here: `effects` sees to that.
    gain, net = (_median_steps(weight * part) for part in score_gains(base, deal.code, way))
    # A thing counted is bought whole, even where a part of it would do.
    paid = np.broadcast_to(wanted, way.shape) if deal.lumpy else way
    cost = _median_steps(efforts(base, facts, deal, paid))
    first = number <= deal.first
    steps = pd.DataFrame(
        {
            "code": deal.code,
            "number": number,
            "lead": facts["lead"],
            "lag_years": float(facts["lag_years"]),
            "lumpy": deal.lumpy,
            "size": deal.size,
            "a_year": deal.a_year,
            "years": deal.years,
            "pace": deal.pace,
            "first": first,
            "effort": np.where(first, 1.0, DEARER) * cost,
            "gain": gain,
            "net": net,
        }
    )
    useful = np.logical_and.accumulate((gain > _NOTHING) & (net > _NOTHING))
    return steps[useful]


def _median_steps(cumulative: Array) -> Array:
    """Differences of the medians over the draws; shape (draws, numbers) to (numbers,)."""
    return np.asarray(np.diff(np.median(cumulative, axis=0), prepend=0.0), dtype=np.float64)


def _place(base: Anchor, code: str) -> tuple[Array, Array]:
    """Score/100 in the good direction, not clipped, and the span between the goalposts."""
    i, drawn = base.column[code], base.calibration
    span = drawn.high[:, i] - drawn.low[:, i]
    u = (drawn.value[:, i] - drawn.low[:, i]) / span
    return (1.0 - u if drawn.direction[i] < 0 else u), span


def amounts(base: Anchor, code: str, wanted: Array) -> Array:
    """Progress in the indicator's unit that is possible: no further than the attainable best.

    Parameters
    ----------
    wanted : array, shape (numbers,)

    Returns
    -------
    array, shape (draws, numbers)
        Large where much is wanted and there is room for it.
    """
    u, span = _place(base, code)
    room = np.maximum(1.0 - u, 0.0) * span
    return np.asarray(np.minimum(np.asarray(wanted, dtype=float), room[:, None]))


def efforts(base: Anchor, facts: pd.Series, deal: Purchase, way: Array) -> Array:
    """Difficulty-weighted years of some progress, nothing doubled; shape as ``way``.

    The smallest spend is one whole step, or one natural unit of a count.
    """
    u, span = (part[:, None] for part in _place(base, deal.code))
    difficulty = float(facts["difficulty"]) * deal.size / float(facts["step"])
    gamma = gamma_of(base.effort)
    return effort_of(u, u + way / span, deal.size, difficulty, span, gamma)


def score_gains(base: Anchor, code: str, way: Array) -> tuple[Array, Array]:
    """Score points of some progress, at the sheet's bounds and beyond the common drift.

    Returns
    -------
    (gain, net) : arrays, shape as ``way``
        Of the indicator itself; no score passes 100.
    """
    _, span = _place(base, code)
    shift = float(base.drift.at[code, "high_shift"] - base.drift.at[code, "low_shift"])
    now = base.calibration.scores()[:, [base.column[code]]]
    here, moved = (
        np.minimum(now + 100.0 * way / distance[:, None], 100.0) - now
        for distance in (span, span + shift)
    )
    return here, moved
