"""What a portfolio gives: the anchored what-if of all its progress together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.analysis.levers import index_weights
from piilib.analysis.portfolio_steps import amounts, score_gains
from piilib.analysis.whatif import QUANTILES, Anchor, score_changes
from piilib.types import Array


def effects(base: Anchor, bought: dict[str, float]) -> pd.DataFrame:
    """Anchored what-if of a portfolio: index points of all its progress together.

    Each node is clipped to [0, 100] and every calibration is carried through whole, so the total
    need not be the sum of the parts.

    Parameters
    ----------
    base : Anchor
    bought : dict
        Indicator to the progress wanted, in its unit and in the good direction.

    Returns
    -------
    DataFrame
        Index: the indicators, then the index's code. ``gain``, ``gain_low``, ``gain_high``,
        ``net``, ``net_low``, ``net_high``: median and 90 % interval, index points. Where a unit
        is itself the national lowest or highest the low end counts that indicator as nothing, for
        the bound may move with the unit.

    Examples
    --------
    >>> import piilib as pii
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=20)
    >>> effects(base, {"6.1.1": 0.0182, "1.1.1": 4.0})[["gain", "net"]].round(2)
           gain   net
    6.1.1  0.13  0.13
    1.1.1  0.24  0.29
    PII    0.38  0.43
    """
    weight = index_weights(base)
    here, moved = _score_changes(base, bought)
    sure = _sure(base, bought)
    rows = {}
    for code in bought:
        i = base.column[code]
        parts = weight[i] * here[:, i], weight[i] * moved[:, i]
        rows[code] = _interval(*parts, *(part * sure[i] for part in parts))
    rows[base.fw.root] = _total(base, here, moved, sure)
    return pd.DataFrame.from_dict(rows, orient="index")


def total_effect(base: Anchor, bought: dict[str, float]) -> dict[str, float]:
    """Anchored what-if of a portfolio as a whole: the last row of `effects`, and no other.

    Examples
    --------
    >>> import piilib as pii
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=20)
    >>> round(total_effect(base, {"6.1.1": 0.0182, "1.1.1": 4.0})["net"], 2)
    0.43
    """
    return _total(base, *_score_changes(base, bought), _sure(base, bought))


def _sure(base: Anchor, bought: dict[str, float]) -> Array:
    """Tell which indicators move no national bound, shape (indicators,)."""
    sure = np.ones(len(base.column), dtype=bool)
    for code in bought:
        sure[base.column[code]] = not _is_a_bound(base, code)
    return sure


def _total(base: Anchor, here: Array, moved: Array, sure: Array) -> dict[str, float]:
    gain, net = least_gain, least_net = _together(base, here, moved)
    if not sure.all():
        least_gain, least_net = _together(base, here * sure, moved * sure)
    return _interval(gain, net, least_gain, least_net)


def total_draws(base: Anchor, bought: dict[str, float]) -> tuple[Array, Array]:
    """Index points of a portfolio in each calibration, as `effects` sums them up.

    Returns
    -------
    (gain, net) : arrays, shape (draws,)

    Examples
    --------
    >>> import numpy as np
    >>> import piilib as pii
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=20)
    >>> gain, net = total_draws(base, {"6.1.1": 0.0182, "1.1.1": 4.0})
    >>> net.shape, round(float(np.median(net)), 2)
    ((20,), 0.43)
    """
    return _together(base, *_score_changes(base, bought))


def _together(base: Anchor, here: Array, moved: Array) -> tuple[Array, Array]:
    """Index points of score points at both kinds of bounds, carried up the tree in one go."""
    points = score_changes(base, np.concatenate([here, moved]))[base.fw.root]
    return points[: len(here)], points[len(here) :]


def _score_changes(base: Anchor, bought: dict[str, float]) -> tuple[Array, Array]:
    """Score points of each indicator, shape (draws, indicators); NaN where there is no value."""
    now = base.calibration.scores()
    here = np.where(np.isnan(now), np.nan, 0.0)
    moved = here.copy()
    for code, wanted in bought.items():
        i = base.column[code]
        parts = score_gains(base, code, amounts(base, code, np.array([wanted])))
        here[:, i], moved[:, i] = (part[:, 0] for part in parts)
    return here, moved


def _is_a_bound(base: Anchor, code: str) -> bool:
    value, lowest, highest = base.sheet.table.loc[code, ["value", "lowest", "highest"]]
    return bool((value == lowest and value != 0.0) or value == highest)


def _interval(gain: Array, net: Array, least_gain: Array, least_net: Array) -> dict[str, float]:
    numbers = {}
    for name, part, least in (("gain", gain, least_gain), ("net", net, least_net)):
        numbers[name] = float(np.median(part))
        numbers[f"{name}_low"] = float(np.quantile(least, QUANTILES[0]))
        numbers[f"{name}_high"] = float(np.quantile(part, QUANTILES[2]))
    return numbers
