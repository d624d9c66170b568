"""Weights that the data suggest: first principal components, and equal influence."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize

from piilib.analysis.correlation import pca
from piilib.analysis.nodes import members, node_values, nodes_at
from piilib.errors import DataError
from piilib.index.aggregation import up_the_tree
from piilib.index.framework import Framework
from piilib.index.method import Method
from piilib.types import Array

#: A loading this close to 0 is 0 but for rounding.
_ROUNDING = 1e-12
#: Sum of squared differences at which influences count as met.
_MET = 1e-12
#: A node that would get less than this share of its group is being driven out of it.
_LEAST_SHARE = 1e-3
#: Logarithms of weights are sought within ± this.
_REACH = 12.0

_Residuals = Callable[[Array], Array]
_Groups = list[npt.NDArray[np.intp]]


def pca_weights(
    panel_or_scores: pd.DataFrame, fw: Framework, node: str | None = None
) -> dict[str, float]:
    """Weigh the members of a group by their loadings on its first principal component.

    Parameters
    ----------
    panel_or_scores : DataFrame
        Units × indicators, or units × every code, which groups above the indicators need.
    fw : Framework
    node : str, optional
        The group. None: every group whose children are all in the frame.

    Returns
    -------
    dict
        {child: weight}, to be given to ``Method(weights=…)``. Raw loadings (unit length, as in
        COINr's ``get_PCA``), but turned so that their sum is positive; 1 for an only child. A
        large weight says that the child goes with the others, not that it matters: a group of two
        always gets equal weights, and one that nothing correlates with gets next to none.

    Raises
    ------
    DataError
        If a loading is negative (a negative weight would reward being worse), the node is unknown
        or has no children, they are not in the frame, one does not vary, or fewer than three units
        are complete.

    References
    ----------
    OECD and JRC (2008), *Handbook on Constructing Composite Indicators*, section 6.1.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [1, 2, 3], "b": [1, 3, 2]})
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> {code: round(w, 4) for code, w in pii.pca_weights(panel, fw).items()}
    {'a': 0.7071, 'b': 0.7071}
    """
    if node is not None:
        return _loadings(panel_or_scores, fw, node)
    there = set(node_values(panel_or_scores, fw).columns)
    weights: dict[str, float] = {}
    for group in map(str, fw.table.index):
        children = fw.children(group)
        if children and there.issuperset(children):
            weights |= _loadings(panel_or_scores, fw, group)
    return weights


def _loadings(frame: pd.DataFrame, fw: Framework, node: str) -> dict[str, float]:
    children = members(fw, node)
    if len(children) == 1:
        return {children[0]: 1.0}
    loadings = pca(frame, fw, node).loadings["PC1"]
    loadings = loadings.where(loadings.abs() > _ROUNDING, 0.0)
    worst = str(loadings.idxmin())
    if loadings[worst] < 0:
        raise DataError(
            f"the negative loading {loadings[worst]:.3f} of {worst!r} on the first principal "
            f"component of {node!r}",
            "loadings of 0 or more (leave it out of the group, check its direction, or choose "
            "the weights of this group otherwise)",
        )
    return {str(code): float(value) for code, value in loadings.items()}


def equal_influence_weights(
    panel: pd.DataFrame,
    fw: Framework,
    method: Method,
    *,
    level: str | int | None = None,
    target: Mapping[str, float] | None = None,
    max_evaluations: int = 2000,
) -> dict[str, float]:
    """Find the weights by which the nodes of a level correlate equally with the index.

    Parameters
    ----------
    panel : DataFrame
        Units × indicators, NaN where missing.
    fw : Framework
    method : Method
        How the index is built; its other weights stay.
    level : str or int, optional
        The level whose weights are sought. None: the nodes just below the index. Of a level with
        several groups only the weights within groups are free, and the correlations come as near
        to each other as that allows.
    target : mapping, optional
        {node: importance}, on any scale, where the correlations shall not be equal but in these
        proportions; a node that is not named has 1.
    max_evaluations : int
        Times the index may be rebuilt.

    Returns
    -------
    dict
        {node: weight}, each group summing to 1. The sum of squares of ``r_i / Σ r − target_i`` is
        the least, r_i being the Pearson correlation of node i with the index over the units that
        have both (COINr's ``get_opt_weights``), sought by least squares in the logarithms of the
        weights, or by Nelder–Mead where no small step changes anything (Copeland).

    Raises
    ------
    DataError
        If the panel or the method does not fit, a node does not vary, or the search does not end
        in ``max_evaluations``.

    Warns
    -----
    UserWarning
        If no positive weights do: the best leave a node, which is named, next to nothing.

    Notes
    -----
    For standardised nodes with covariance C and standard deviations s, the arithmetic mean with
    weights w has r ∝ (C w)/s; so w ∝ C⁻¹ s, which for independent nodes is 1/s.

    References
    ----------
    Becker, Saisana, Paruolo and Vandecasteele (2017), "Weights and importance in composite
    indicators: Closing the gap", *Ecological Indicators* 80, 12–22.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [0, 0, 0, 1, 1, 1], "b": [0, 1, 2, 0, 1, 2]})  # independent
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> weights = pii.equal_influence_weights(panel, fw, pii.Method())
    >>> {code: round(w, 3) for code, w in weights.items()}  # as 1/√(1/4) to 1/√(1/6)
    {'a': 0.449, 'b': 0.551}
    """
    nodes = list(fw.children(fw.root) if level is None else nodes_at(fw, level))
    if not nodes or fw.root in nodes:
        raise DataError(f"the level {level!r}", "a level below the index")
    wanted = _target(nodes, target)
    parents = fw.table.loc[nodes, "parent"].to_numpy()
    groups = [np.flatnonzero(parents == parent) for parent in dict.fromkeys(parents)]

    result = method.score(panel, fw)  # only what lies above the normalised values changes
    x, units = result.normalised[list(fw.indicators)].to_numpy(), list(result.scores.index)

    def residuals(logs: Array) -> Array:
        weights = dict(zip(nodes, _shares(logs, groups), strict=True))
        merged = {**(method.weights or {}), **weights}
        scores = up_the_tree(x, fw, merged, method.aggregation, units)
        r = _with_index(scores, nodes, fw.root)
        return np.asarray(r / max(float(r.sum()), 1e-6) - wanted, dtype=float)

    start = np.log(np.maximum(fw.shares(method.weights)[nodes].to_numpy(dtype=float), 1e-3))
    logs = _search(residuals, start, max_evaluations)
    shares = _shares(logs, groups)
    _warn_of_loss(nodes, shares, residuals(logs))
    return {node: float(share) for node, share in zip(nodes, shares, strict=True)}


def _target(nodes: list[str], target: Mapping[str, float] | None) -> Array:
    unknown = [node for node in target or {} if node not in nodes]
    if unknown:
        raise DataError(f"a target for {unknown[0]!r}", f"nodes among {', '.join(nodes[:8])}")
    wanted = np.array([float((target or {}).get(node, 1.0)) for node in nodes])
    for node, value in zip(nodes, wanted, strict=True):
        if not 0 < value < np.inf:
            raise DataError(f"the target {value} of {node!r}", "a number above 0")
    return np.asarray(wanted / wanted.sum(), dtype=float)


def _shares(logs: Array, groups: _Groups) -> Array:
    """Shares within each group from the logarithms of weights on any scale."""
    shares = np.empty_like(logs)
    for group in groups:
        weights = np.exp(logs[group] - logs[group].max())
        shares[group] = weights / weights.sum()
    return shares


def _with_index(scores: Mapping[str, Array], nodes: list[str], root: str) -> Array:
    """Pearson correlation of each node with the index, pairwise complete."""
    index = scores[root]
    found = np.empty(len(nodes))
    for i, node in enumerate(nodes):
        x = scores[node]
        both = ~(np.isnan(x) | np.isnan(index))
        a, b = x[both], index[both]
        if len(a) < 3 or a.min() == a.max() or b.min() == b.max():
            raise DataError(
                f"{int(both.sum())} scores of {node!r}, or scores that do not vary",
                "three or more units whose scores of the node and the index vary",
            )
        a, b = a - a.mean(), b - b.mean()
        found[i] = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    return found


def _search(residuals: _Residuals, start: Array, evaluations: int) -> Array:
    """Least squares; where no small step changes anything (Copeland), Nelder–Mead."""

    def total(logs: Array) -> float:
        return float(np.sum(residuals(logs) ** 2))

    reach = np.full(len(start), _REACH)
    bounds = optimize.Bounds(-reach, reach)
    steps = max(1, evaluations // (len(start) + 1))
    first = optimize.least_squares(residuals, start, bounds=bounds, max_nfev=steps)
    done, best, value = first.status > 0, first.x, 2 * first.cost
    if value > _MET and not np.any(first.grad):
        second = _in_steps(total, len(start), bounds, evaluations)
        done = bool(second.success)
        if second.fun < value:
            best, value = second.x, float(second.fun)
    if not done and value > _MET:
        raise DataError(
            f"no end of the search within {evaluations} evaluations (differences of "
            f"{np.sqrt(value):.2g} between influences remain)",
            "a larger max_evaluations, or fewer nodes",
        )
    return np.asarray(best, dtype=float)


def _in_steps(
    total: Callable[[Array], float], n: int, bounds: optimize.Bounds, evaluations: int
) -> optimize.OptimizeResult:
    """Nelder–Mead from equal weights, with steps wide enough to leave a plateau."""
    options: Any = {
        "maxfev": evaluations,
        "xatol": 1e-3,
        "fatol": 1e-8,
        "adaptive": True,
        "initial_simplex": np.vstack([np.zeros(n), np.eye(n)]),
    }
    return optimize.minimize(
        total, np.zeros(n), method="Nelder-Mead", bounds=bounds, options=options
    )


def _warn_of_loss(nodes: list[str], shares: Array, left: Array) -> None:
    lost = [node for node, share in zip(nodes, shares, strict=True) if share < _LEAST_SHARE]
    if lost:
        warnings.warn(
            f"no positive weights give the influences asked for: the weight of {', '.join(lost)} "
            f"falls to 0, and the farthest node misses its share by {np.abs(left).max():.2g} "
            "(leave it out, merge it with one that it goes with, or give it a smaller target)",
            stacklevel=3,
        )
