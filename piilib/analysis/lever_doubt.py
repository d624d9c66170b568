"""How sure the order of the levers is: steps, difficulties and calibrations redrawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from piilib.analysis.effort import effort as effort_of
from piilib.analysis.effort import prices
from piilib.analysis.lever_parts import index_weights, position, spans, step_gain
from piilib.analysis.whatif import Anchor
from piilib.data.effort_tables import YEARS, effort_unit
from piilib.types import Array

#: Doubt about step and difficulty: standard deviation of their logarithms.
DOUBTS = (0.25, 0.5, 0.8)
#: Column of each doubt's probability in the table of levers.
P_TOP = ("p_top_low_doubt", "p_top", "p_top_high_doubt")
TOP = 10


def how_sure(base: Anchor, eligible: pd.Series, draws: int, seed: int) -> pd.DataFrame:
    """Probability of each lever of being among the best ten by gain per effort.

    Parameters
    ----------
    base : Anchor
    eligible : Series of bool
        By indicator, tree order: which are levers.
    draws, seed : int

    Returns
    -------
    DataFrame
        Index: indicator. ``p_top_low_doubt``, ``p_top``, ``p_top_high_doubt``: near 1 where the
        lever stays among the best ten whatever is redrawn (all are 1 where ten or fewer are
        levers), NaN for what is no lever; ``p_top_error``: Monte-Carlo standard error of
        ``p_top``; ``group``; ``robust``.

    Notes
    -----
    Steps and difficulties are multiplied by independent lognormal factors. With costs in money the
    second factor is the doubt about the price of a natural unit; a longer step then buys more of
    them, so that the doubt about steps all but cancels.

    Examples
    --------
    >>> import piilib as pii
    >>> base = pii.anchor(pii.load_sheet("cao-bang", 2024), draws=20)
    >>> two = pd.Series([code in ("1.1.1", "6.1.1") for code in base.fw.indicators],
    ...     base.fw.indicators)
    >>> how_sure(base, two, 50, 0).loc[["1.1.1", "6.1.1"], "p_top"].tolist()
    [1.0, 1.0]
    """
    codes = list(base.fw.indicators)
    usable = np.flatnonzero(eligible.to_numpy())
    frame = pd.DataFrame(index=codes)
    streams = np.random.SeedSequence(seed).spawn(len(DOUBTS))
    for name, doubt, stream in zip(P_TOP, DOUBTS, streams, strict=True):
        ratio = _redrawn(base, usable, doubt, draws, np.random.default_rng(stream))
        place = (-ratio).argsort(axis=1).argsort(axis=1)
        chance = np.full(len(codes), np.nan)
        chance[usable] = (place < TOP).mean(axis=0)
        frame[name] = chance
    p = frame["p_top"]
    frame["p_top_error"] = np.sqrt(p * (1 - p) / draws)
    frame["group"] = np.select([p >= 0.7, p >= 0.4, p >= 0], ["A", "B", "C"], "")
    frame["robust"] = (frame[list(P_TOP)] >= 0.5).all(axis=1)
    return frame


def _redrawn(
    base: Anchor, usable: NDArray[np.intp], doubt: float, draws: int, rng: np.random.Generator
) -> Array:
    """Net gain per effort with steps and prices redrawn; shape (draws, levers)."""
    codes = [base.fw.indicators[i] for i in usable]
    step = base.effort.loc[codes, "step"].to_numpy(dtype=float)
    size, price, gamma = prices(base.effort, codes)
    span, moved = (part[:, usable] for part in spans(base))
    score, u = base.calibration.scores()[:, usable], position(base)[:, usable]
    pick = rng.integers(0, len(score), draws)
    a_step = step * np.exp(doubt * rng.standard_normal((draws, len(usable))))
    a_price = price * np.exp(doubt * rng.standard_normal((draws, len(usable))))
    a_size = a_step if effort_unit(base.effort) == YEARS else size
    net = step_gain(score[pick], a_step, moved[pick], index_weights(base)[usable])
    end = u[pick] + a_step / span[pick]
    cost = effort_of(u[pick], end, a_size, a_price, span[pick], gamma)
    return np.asarray(net / cost)
