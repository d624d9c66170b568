"""Many draws of weights up one tree at once: the arithmetic below the uncertainty analysis.

Nodes below the root stand in *slots*: the children of a group beside one another, the lowest
groups first. Weights and shares are arrays of shape (slots, draws).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from piilib.errors import DataError
from piilib.index.aggregation import Aggregation, back, copeland, forth
from piilib.index.framework import Framework
from piilib.types import Array


@dataclass(frozen=True)
class Group:
    """A node and where its children stand."""

    node: str
    children: tuple[str, ...]
    slots: slice
    level: int


@dataclass(frozen=True)
class Tree:
    """A framework laid out in slots.

    Attributes
    ----------
    codes : tuple of str
        The node in each slot.
    groups : tuple of Group
        The lowest first.
    slot : dict
        Code to slot; the root has none.
    leaves : array of int
        Slot of every indicator, in the framework's order.
    sizes : array of int
        Number of children of every group.
    membership : array, shape (groups, slots)
        1 where a slot belongs to a group.
    own_slot : array of int
        Slot of every group's own node; −1 for the root.
    parent : array of int
        Which group the node of every group belongs to; −1 for the root.
    """

    codes: tuple[str, ...]
    groups: tuple[Group, ...]
    slot: dict[str, int]
    leaves: npt.NDArray[np.intp]
    sizes: npt.NDArray[np.intp]
    membership: Array
    own_slot: npt.NDArray[np.intp]
    parent: npt.NDArray[np.intp]

    @classmethod
    def of(cls, fw: Framework) -> Tree:
        """Lay out a framework."""
        codes: list[str] = []
        groups = []
        for node, children in sorted(fw.groups, key=lambda group: fw.levels[group[0]]):
            place = slice(len(codes), len(codes) + len(children))
            groups.append(Group(node, children, place, fw.levels[node]))
            codes += children
        slot = {code: i for i, code in enumerate(codes)}
        group_of = {child: i for i, group in enumerate(groups) for child in group.children}
        return cls(
            codes=tuple(codes),
            groups=tuple(groups),
            slot=slot,
            leaves=np.array([slot[code] for code in fw.indicators], dtype=np.intp),
            sizes=np.array([len(group.children) for group in groups], dtype=np.intp),
            membership=np.array(
                [[code in group.children for code in codes] for group in groups], dtype=float
            ),
            own_slot=np.array([slot.get(group.node, -1) for group in groups], dtype=np.intp),
            parent=np.array([group_of.get(group.node, -1) for group in groups], dtype=np.intp),
        )

    @property
    def root(self) -> str:
        """Code of the index."""
        return self.groups[-1].node

    def shares(self, weights: Array) -> Array:
        """Rescale weights to sum to 1 in every group.

        Parameters
        ----------
        weights : array, shape (slots, draws)
            0 or more. A group whose weights are all 0 passes out of the index: its own node
            counts 0 as well.

        Returns
        -------
        array, shape (slots, draws)
        """
        weights, total = self.totals(weights)
        shares = np.empty_like(weights)
        for group, whole in zip(self.groups, total, strict=True):
            np.divide(weights[group.slots], whole, out=shares[group.slots])
        return shares

    def totals(self, weights: Array) -> tuple[Array, Array]:
        """Return the weights, 0 for the node of an empty group, and their sums by group.

        Returns
        -------
        array, shape (slots, draws)
        array, shape (groups, draws)
            Above 0: 1 for a group whose weights are all 0.
        """
        total = self.membership @ weights
        if not total.min(initial=np.inf) > 0:
            weights = self._without_empty(weights)
            total = self.membership @ weights
            total[total <= 0] = 1.0
        return weights, total

    def _without_empty(self, weights: Array) -> Array:
        weights = weights.copy()
        for group in self.groups[:-1]:
            empty = ~(weights[group.slots].sum(axis=0) > 0)
            weights[self.slot[group.node], empty] = 0.0
        return weights

    def effective(self, weights: Array, total: Array, node: str) -> tuple[list[int], Array]:
        """Return the share of a node that each indicator below it carries.

        Parameters
        ----------
        weights, total : array
            As `totals` returns them.
        node : str

        Returns
        -------
        list of int
            Columns of those indicators, in the framework's order.
        array, shape (those indicators, draws)
        """
        scale = np.empty_like(total)  # what turns a weight into a share of the node, by group
        below: dict[str, int] = {}
        for i in range(len(self.groups) - 1, -1, -1):
            group = self.groups[i]
            if group.node == node:
                np.divide(1.0, total[i], out=scale[i])
            elif group.node in below:
                np.divide(weights[self.own_slot[i]], total[i], out=scale[i])
                scale[i] *= scale[self.parent[i]]
            else:
                continue
            below |= dict.fromkeys(group.children, i)
        columns = [i for i, slot in enumerate(self.leaves) if self.codes[slot] in below]
        slots = self.leaves[columns]
        effective = weights[slots]
        effective *= scale[[below[self.codes[slot]] for slot in slots]]
        return columns, effective


def scores(
    tree: Tree, x: Array, weights: Array, rules: Sequence[Aggregation], nodes: Sequence[str]
) -> dict[str, Array]:
    """Score nodes under many draws of weights.

    Parameters
    ----------
    tree : Tree
    x : array, shape (units, indicators)
        Normalised values, NaN where missing.
    weights : array, shape (slots, draws)
        See `Tree.shares`.
    rules : sequence of Aggregation
        One for each level above the indicators, the lowest first.
    nodes : sequence of str
        Codes of groups.

    Returns
    -------
    dict
        Each of ``nodes`` to an array of shape (draws, units); NaN where it has no score.
    """
    powers = {rule.power for rule in rules}
    alike = len(powers) == 1 and not np.isnan(next(iter(powers)))
    if alike and not np.isnan(x).any():
        known = tree.totals(weights)
        return {node: _at_once(tree, x, known, rules[0], node) for node in nodes}
    return _step_by_step(tree, x, tree.shares(weights), rules, nodes)


def _at_once(
    tree: Tree, x: Array, known: tuple[Array, Array], rule: Aggregation, node: str
) -> Array:
    """Means of one power at every level are one mean with the effective weights."""
    columns, weight = tree.effective(*known, node)
    _refuse_not_positive(x[:, columns], rule)
    score = back(weight.T @ forth(x[:, columns], rule.power).T, rule.power)
    gone = weight.sum(axis=0) < 0.5  # every indicator of the node was left out
    if gone.any():
        score[gone] = np.nan
    return score


def _step_by_step(
    tree: Tree, x: Array, shares: Array, rules: Sequence[Aggregation], nodes: Sequence[str]
) -> dict[str, Array]:
    known: dict[str, Array] = {tree.codes[s]: x[:, i] for i, s in enumerate(tree.leaves)}
    for group in tree.groups:
        rule = rules[group.level - 2]
        below = [known[child] for child in group.children]
        known[group.node] = _group(below, shares[group.slots], rule)
        for child in group.children:
            if child not in nodes:
                del known[child]  # the memory of a node ends with its parent
    return {node: known[node] for node in nodes}


def _group(below: list[Array], shares: Array, rule: Aggregation) -> Array:
    """Aggregate one group; a child is (units,) where it is an indicator, else (draws, units)."""
    missing = np.mean(np.broadcast_arrays(*(np.isnan(child) for child in below)), axis=0)
    if rule.rule == "copeland":
        score = _copeland(below, shares)
    else:
        total: Array | float = 0.0
        weight: Array | float = 0.0
        for child, share in zip(below, shares[..., None], strict=True):
            _refuse_not_positive(child, rule)
            absent = np.isnan(child)
            total = total + share * np.where(absent, 0.0, forth(child, rule.power))
            weight = weight + share * ~absent
        with np.errstate(invalid="ignore", divide="ignore"):
            score = back(np.where(np.greater(weight, 0), total / weight, np.nan), rule.power)
    return np.where(1.0 - missing >= rule.threshold, score, np.nan) if rule.threshold else score


def _copeland(below: list[Array], shares: Array) -> Array:
    if all(child.ndim == 1 for child in below):
        return copeland(np.stack(below, axis=-1), shares.T)
    stacked = np.stack(np.broadcast_arrays(*below), axis=-1)
    stacked = np.broadcast_to(stacked, (shares.shape[1], *stacked.shape[-2:]))
    return np.stack([copeland(one, share) for one, share in zip(stacked, shares.T, strict=True)])


def _refuse_not_positive(x: Array, rule: Aggregation) -> None:
    if rule.wants_positive and (x < 0 if rule.power > 0 else x <= 0).any():
        raise DataError(
            f"a score of {np.nanmin(x):.6g} below a {rule.rule} mean",
            "positive scores: a mean that keeps them positive at the levels below",
        )
