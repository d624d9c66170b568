"""What every calculation on levers starts from: weights, places and spans of the calibration."""

from __future__ import annotations

import numpy as np

from piilib.analysis.whatif import Anchor
from piilib.index.aggregation import up_the_tree
from piilib.types import Array


def index_weights(base: Anchor) -> Array:
    """Index points that one score point of each indicator is worth, missing siblings left out."""
    unit = np.eye(len(base.fw.indicators))
    missing = np.isnan(base.calibration.value).any(axis=0)
    unit[:, missing] = np.nan
    return np.nan_to_num(up_the_tree(unit, base.fw)[base.fw.root])


def spans(base: Anchor) -> tuple[Array, Array]:
    """Return the span of the goalposts now and after the drift; shape (draws, indicators)."""
    drawn = base.calibration
    span = drawn.high - drawn.low
    shift = (base.drift["high_shift"] - base.drift["low_shift"]).to_numpy()
    return span, span + shift


def step_gain(score: Array, step: Array, span: Array, weight: Array) -> Array:
    """Return the index points of a step of relative progress, limited by the score of 100."""
    return np.asarray(weight * (np.minimum(score + 100.0 * step / span, 100.0) - score))


def position(base: Anchor) -> Array:
    """Return score/100 in the good direction, not clipped: beyond the cap it exceeds 1."""
    drawn = base.calibration
    with np.errstate(invalid="ignore"):
        u = (drawn.value - drawn.low) / (drawn.high - drawn.low)
    return np.where(drawn.direction < 0, 1.0 - u, u)
