"""Treatment of outliers, before normalisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from piilib.errors import DataError
from piilib.types import Array


@dataclass(frozen=True)
class Treatment:
    """What is done to one indicator's outliers.

    Attributes
    ----------
    rule : {"none", "cap"}
        ``"cap"`` sets values above ``upper`` to it and values below ``lower`` to it.
    lower, upper : float
        Fixed limits in the indicator's own unit.
    """

    rule: str = "none"
    lower: float = -np.inf
    upper: float = np.inf

    def __post_init__(self) -> None:
        if self.rule not in ("none", "cap"):
            raise DataError(f"the treatment {self.rule!r}", "'none', 'cap' or 'official'")
        if not self.lower < self.upper:
            raise DataError(f"lower={self.lower}, upper={self.upper}", "lower < upper")

    def apply(self, values: Array) -> Array:
        """Return the treated values; missing ones stay missing."""
        if self.rule == "none":
            return values
        return np.clip(values, self.lower, self.upper)
