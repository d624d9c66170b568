"""Aggregation: from the scores of children to the score of a group, up the tree."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from piilib.index.framework import Framework
from piilib.types import Array


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
    """
    present = ~np.isnan(scores)
    weight = np.where(present, shares, 0.0)
    total = weight.sum(axis=-1)
    summed = np.where(present, scores * shares, 0.0).sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.where(total > 0, summed / np.where(total > 0, total, 1.0), np.nan)


def up_the_tree(
    scores: Array, fw: Framework, weights: Mapping[str, float] | None = None
) -> dict[str, Array]:
    """Aggregate indicator scores to every node by arithmetic means.

    Parameters
    ----------
    scores : array, shape (..., indicators)
        In the order of ``fw.indicators``; NaN where missing.
    fw : Framework
    weights : mapping, optional
        Weights that replace the framework's, by node.

    Returns
    -------
    dict
        Code of every node, indicators included, to an array of shape (...).
    """
    share = fw.shares(weights)
    nodes = {code: scores[..., i] for i, code in enumerate(fw.indicators)}
    for node, children in fw.groups:
        stacked = np.stack([nodes[child] for child in children], axis=-1)
        nodes[node] = arithmetic(stacked, share[list(children)].to_numpy())
    return nodes
