"""Aggregation: from the scores of children to the score of a group, up the tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from piilib.errors import DataError
from piilib.index.check import is_number, shown
from piilib.index.framework import Framework
from piilib.types import Array

RULES = ("arithmetic", "geometric", "harmonic", "generalised", "copeland")
#: A pair is won where the weights that speak for it exceed one half by more than rounding.
_HALF = 0.5 + 1e-12


@dataclass(frozen=True)
class Aggregation:
    """How the children of a group become its score.

    Attributes
    ----------
    rule : str
        ``"arithmetic"``, ``"geometric"``, ``"harmonic"`` or ``"generalised"`` weighted mean, or
        ``"copeland"``: units beaten minus units lost to, where one unit beats another if the
        weights of the children in which it is better, plus half of ties, exceed one half.
    p : float, optional
        Power of the generalised mean (1 arithmetic, 0 geometric, −1 harmonic); the smaller it is,
        the less a good child makes up for a bad one.
    threshold : float
        A group has no score where the share of its children that have one is below this.

    References
    ----------
    OECD/JRC (2008), step 6; COINr 1.1 for the rescaling of weights and for Copeland.

    Examples
    --------
    >>> import numpy as np
    >>> import piilib as pii
    >>> from piilib.index.aggregation import combine
    >>> scores, half = np.array([20.0, 80.0]), np.array([0.5, 0.5])
    >>> rules = [pii.Aggregation(rule) for rule in ("arithmetic", "geometric", "harmonic")]
    >>> [round(float(combine(scores, half, rule)), 9) for rule in rules]
    [50.0, 40.0, 32.0]
    """

    rule: str = "arithmetic"
    p: float | None = None
    threshold: float = 0.0

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise DataError(f"the aggregation {self.rule!r}", f"one of {', '.join(RULES)}")
        if (self.p is None) == (self.rule == "generalised"):
            raise DataError(f"p={self.p} for {self.rule!r}", "p with 'generalised', and only there")
        if self.p is not None and not (is_number(self.p) and abs(self.p) <= 20):
            raise DataError(f"p={shown(self.p)}", "a number from -20 to 20")
        if not (is_number(self.threshold) and 0 <= self.threshold <= 1):
            raise DataError(f"threshold={shown(self.threshold)}", "a share from 0 to 1")

    @property
    def power(self) -> float:
        """Power p of the mean; NaN for Copeland."""
        known = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0, "copeland": np.nan}
        if self.p is None:
            return known[self.rule]
        return float(self.p) if abs(self.p) > 1e-8 else 0.0

    @property
    def wants_positive(self) -> bool:
        """Whether it is defined for positive scores only (with p above 0, also for 0)."""
        return self.rule != "copeland" and self.power != 1


def as_aggregation(rule: str | Aggregation) -> Aggregation:
    """Return an `Aggregation` from its name or itself."""
    return rule if isinstance(rule, Aggregation) else Aggregation(rule)


def arithmetic(scores: Array, shares: Array) -> Array:
    """Weighted mean over the last axis; missing children are left out and the rest rescaled.

    Parameters
    ----------
    scores : array, shape (..., children)
        NaN where missing.
    shares : array, shape (children,)
        Weights of the group.

    Returns
    -------
    array, shape (...)
        NaN where every child is missing.

    Examples
    --------
    >>> import numpy as np
    >>> float(arithmetic(np.array([10.0, np.nan, 30.0]), np.array([0.2, 0.5, 0.3])))  # (2 + 9)/0.5
    22.0
    """
    present = ~np.isnan(scores)
    weight = np.where(present, shares, 0.0)
    total = weight.sum(axis=-1)
    summed = np.where(present, scores * shares, 0.0).sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.where(total > 0, summed / np.where(total > 0, total, 1.0), np.nan)


def generalised(scores: Array, shares: Array, p: float) -> Array:
    """Weighted mean of power p over the last axis; shapes and missing children as `arithmetic`.

    ``(Σ w xᵖ)^(1/p)``; at p = 0 the geometric mean ``exp Σ w ln x``. Scores must be above 0 where
    p ≠ 1.
    """
    return back(arithmetic(forth(scores, p), shares), p)


def forth(scores: Array, p: float) -> Array:
    """Transform scores so that the mean of power p becomes an arithmetic mean."""
    if p == 1:
        return scores
    return np.asarray(np.log(scores) if p == 0 else scores**p)


def back(transformed: Array, p: float) -> Array:
    """Undo `forth`."""
    if p == 1:
        return transformed
    return np.asarray(np.exp(transformed) if p == 0 else transformed ** (1.0 / p))


def copeland(scores: Array, shares: Array) -> Array:
    """Units beaten minus units lost to; a large value means that most others are worse.

    Parameters
    ----------
    scores : array, shape (units, children)
        NaN where missing. A pair is compared on the children that both have.
    shares : array, shape (..., children)
        Weights of the group, perhaps many sets of them.

    Returns
    -------
    array, shape (..., units)
        NaN for a unit without any child that counts.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.array([[3.0, 1], [2, 2], [1, 1]])  # 1 and 2 draw, both beat 3
    >>> copeland(scores, np.array([0.5, 0.5])).tolist()
    [1.0, 1.0, -2.0]
    """
    units, children = scores.shape
    here, other = scores[:, None, :], scores[None, :, :]
    both = ~(np.isnan(here) | np.isnan(other))
    wins = np.where(both, (here > other) + 0.5 * (here == other), 0.0).reshape(-1, children)
    total = shares @ both.reshape(-1, children).astype(float).T
    with np.errstate(invalid="ignore", divide="ignore"):
        won = np.where(total > 0, (shares @ wins.T) / total, 0.5)
    won = won.reshape(*won.shape[:-1], units, units)
    score = (won > _HALF).sum(axis=-1) - (won < 1.0 - _HALF).sum(axis=-1)
    own = shares @ (~np.isnan(scores)).astype(float).T
    return np.where(own > 0, score.astype(float), np.nan)


def combine(scores: Array, shares: Array, rule: Aggregation) -> Array:
    """Aggregate one group.

    Parameters
    ----------
    scores : array, shape (..., children); (units, children) for Copeland
    shares : array, shape (children,)
    rule : Aggregation

    Returns
    -------
    array, shape (...)
    """
    if rule.rule == "copeland":
        result = copeland(scores, shares)
    else:
        counted = np.where(shares > 0, scores, np.nan)
        result = generalised(counted, shares, rule.power)
    if rule.threshold > 0:
        enough = (~np.isnan(scores)).mean(axis=-1) >= rule.threshold
        result = np.where(enough, result, np.nan)
    return result


def by_level(
    rule: str | Aggregation | Sequence[str | Aggregation], fw: Framework
) -> tuple[Aggregation, ...]:
    """Return the aggregation of each level above the indicators, the lowest first.

    Raises
    ------
    DataError
        If a sequence does not have one for each level of the tree.
    """
    levels = fw.levels[fw.root] - 1
    if isinstance(rule, str | Aggregation):
        return (as_aggregation(rule),) * levels
    if len(rule) != levels:
        raise DataError(
            f"{len(rule)} aggregations", f"one, or {levels}, one a level of the tree, lowest first"
        )
    return tuple(as_aggregation(one) for one in rule)


def up_the_tree(
    scores: Array,
    fw: Framework,
    weights: Mapping[str, float] | None = None,
    aggregation: str | Aggregation | Sequence[str | Aggregation] = "arithmetic",
    units: Sequence[object] | None = None,
) -> dict[str, Array]:
    """Aggregate indicator scores to every node.

    Parameters
    ----------
    scores : array, shape (..., indicators)
        In the order of ``fw.indicators``; NaN where missing.
    fw : Framework
    weights : mapping, optional
        Weights that replace the framework's, by node.
    aggregation : str, Aggregation or sequence
        One for every level, or one for each, the lowest first.
    units : sequence, optional
        Names of the rows, for messages.

    Returns
    -------
    dict
        Code of every node, indicators included, to an array of shape (...).

    Raises
    ------
    DataError
        If a geometric, harmonic or generalised mean meets a score that is not above 0.
    """
    share = fw.shares(weights).to_dict()
    rules = by_level(aggregation, fw)
    nodes = {code: scores[..., i] for i, code in enumerate(fw.indicators)}
    for node, children in fw.groups:
        stacked = np.stack([nodes[child] for child in children], axis=-1)
        weight = np.array([share[child] for child in children])
        rule = rules[fw.levels[node] - 2]
        if rule.wants_positive:
            refuse_not_positive(np.where(weight > 0, stacked, np.nan), node, children, rule, units)
        nodes[node] = combine(stacked, weight, rule)
    return nodes


def refuse_not_positive(
    stacked: Array,
    node: str,
    children: Sequence[str],
    rule: Aggregation,
    units: Sequence[object] | None,
) -> None:
    """Name the unit and the indicator for which a mean of positive numbers is not defined."""
    bad = stacked < 0 if rule.power > 0 else stacked <= 0
    if bad.any():
        place = tuple(int(i) for i in np.argwhere(bad)[0])
        whose = "" if units is None else f" for {units[place[0]]!r}"
        raise DataError(
            f"the score {stacked[place]:.6g} of {children[place[-1]]!r}{whose}",
            f"a score {'of 0 or more' if rule.power > 0 else 'above 0'} for the {rule.rule} mean "
            f"of {node!r} (a normalisation on a positive range, as Normalisation('minmax', "
            "range=(1, 100)), or the arithmetic mean)",
        )
