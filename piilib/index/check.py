"""What counts as a number among the choices of a method, and how a wrong one is shown."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from numbers import Real
from typing import TypeGuard

import numpy as np
import pandas as pd

from piilib.errors import DataError


def is_number(found: object) -> TypeGuard[float]:
    """Tell whether something is a real number; text, dates and True or False are not.

    Examples
    --------
    >>> [is_number(x) for x in (3, 0.5, float("nan"), "3", True, None)]
    [True, True, True, False, False, False]
    """
    return isinstance(found, Real | Decimal) and not isinstance(found, bool)


def is_finite(found: object) -> TypeGuard[float]:
    """Tell whether something is a number that is neither infinite nor NaN.

    Examples
    --------
    >>> is_finite(3), is_finite(float("inf"))
    (True, False)
    """
    try:
        return is_number(found) and bool(np.isfinite(float(found)))
    except OverflowError:  # a whole number of more than 308 digits
        return False


def shown(found: object) -> str:
    """Write what was found: numbers plainly, anything else as Python does (text in quotes).

    Examples
    --------
    >>> shown(3.5), shown("3.5"), shown(None)
    ('3.5', "'3.5'", 'None')
    """
    found = found.item() if isinstance(found, np.generic) else found
    return f"{found}" if is_number(found) else repr(found)


def read_number(cell: object) -> float:
    """Read a number, or text that is one (with a decimal point); anything else is NaN.

    Examples
    --------
    >>> read_number("2.5"), read_number("2,5")
    (2.5, nan)
    """
    if isinstance(cell, str):
        return float(pd.to_numeric(cell, errors="coerce"))
    return float(cell) if is_finite(cell) else np.nan


def is_pair(found: object) -> TypeGuard[tuple[float, float]]:
    """Tell whether something is two finite numbers, the first below the second.

    Examples
    --------
    >>> is_pair((0, 100)), is_pair((100, 0)), is_pair((0, float("inf")))
    (True, False, False)
    """
    if isinstance(found, str) or not hasattr(found, "__len__") or not hasattr(found, "__iter__"):
        return False
    both = list(found)
    return len(both) == 2 and is_finite(both[0]) and is_finite(both[1]) and both[0] < both[1]


def refuse_weights(weights: object) -> None:
    """Refuse weights that are not {node: number of 0 or more}; None stands for the framework's.

    Raises
    ------
    DataError
        Naming the node, what was found and what was expected.

    Examples
    --------
    >>> refuse_weights({"a": "3"})
    Traceback (most recent call last):
    piilib.errors.DataError: found the weight '3' of 'a'; expected a weight of 0 or more, a number
    """
    if weights is None:
        return
    if not isinstance(weights, Mapping):
        raise DataError(f"weights of type {type(weights).__name__}", "{node: weight}, or None")
    for node, weight in weights.items():
        if not is_finite(weight) or weight < 0:
            raise DataError(
                f"the weight {shown(weight)} of {node!r}", "a weight of 0 or more, a number"
            )
