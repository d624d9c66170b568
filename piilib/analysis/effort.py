"""What an improvement costs, in difficulty-weighted years."""

from __future__ import annotations

import numpy as np

from piilib.types import Array

#: Below this share of the way left to go, progress gets no dearer.
FLOOR = 0.05


def effort(
    start: Array | float,
    end: Array | float,
    step: Array | float,
    difficulty: Array | float,
    span: Array | float,
    gamma: float = 1.0,
) -> Array:
    """Effort of raising an indicator's score, in difficulty-weighted years.

    ``difficulty × ∫ |dx|/step × [max(1 − u₀, 0.05) / max(1 − u, 0.05)]^γ``: the first step
    costs its difficulty, progress gets dearer beyond where the unit stands, and the
    integral is finite. The smallest spend is one whole step.

    Parameters
    ----------
    start, end : array
        u₀ and u: score/100 now and then, in the good direction and *not* clipped at 1.
    step : array
        One year of typical progress, in the indicator's unit.
    difficulty : array
        1 (a decision of one department) to 5 (structure of the economy).
    span : array
        Distance between the goalposts (to the cap where there is one), in the indicator's
        unit.
    gamma : float
        How fast progress gets dearer; 0 makes effort proportional.

    Returns
    -------
    array
        0 where nothing is moved. A large value means years of work of a hard kind.
    """
    start, end = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    here = np.maximum(1.0 - start, FLOOR)
    integral = here**gamma * (_cost(end, gamma) - _cost(start, gamma))
    steps = np.asarray(span / np.asarray(step, dtype=float) * integral)
    whole = np.where(steps > 0, np.maximum(steps, 1.0), 0.0)
    return np.asarray(difficulty * whole, dtype=float)


def _cost(u: Array, gamma: float) -> Array:
    """Antiderivative of max(1 − u, FLOOR)^−γ, continuous at u = 1 − FLOOR."""
    left = np.maximum(1.0 - u, FLOOR)
    curved = -np.log(left) if gamma == 1.0 else left ** (1.0 - gamma) / (gamma - 1.0)
    beyond = np.maximum(u - (1.0 - FLOOR), 0.0) * FLOOR**-gamma
    return np.asarray(curved + beyond)
