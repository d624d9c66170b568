"""How the nodes of an index move together: correlations, Cronbach's alpha, principal components."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
import scipy
from scipy import special

from piilib.analysis.nodes import members, need, node_values, nodes_at
from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.types import Array

METHODS = ("pearson", "spearman", "kendall")
#: Fewer pairs or units than these say nothing.
_FEWEST = 3
_SIGNIFICANT = 0.05


def correlations(
    panel_or_scores: pd.DataFrame,
    fw: Framework,
    level: str | int = "indicator",
    with_level: str | int | None = None,
    method: str = "pearson",
    *,
    direction: bool = True,
    family: bool | None = None,
    negative: float = -0.4,
    weak: float = 0.3,
    collinear: float = 0.92,
) -> pd.DataFrame:
    """Correlate nodes of one level with each other, or with those above them.

    Parameters
    ----------
    panel_or_scores : DataFrame
        A panel (units × indicators), or `Result.scores` (units × every code), which anything above
        the indicators needs.
    fw : Framework
    level : str or int
        ``"indicator"``, ``"index"``, a word of the framework's column ``level``, or a number (1
        for indicators, counted upwards).
    with_level : str or int, optional
        The level above to correlate with, or ``"ancestors"`` for every one. None: each pair of
        nodes within ``level``. A node is a part of what stands above it, so such a correlation is
        above 0 even where the nodes are independent (1/√k for k equal ones).
    method : str
        ``"pearson"``, ``"spearman"`` or ``"kendall"`` (tau-b).
    direction : bool
        For a panel: turn indicators that are better when lower.
    family : bool, optional
        True: only nodes of the same group, or a node with its own ancestors. False: every pair.
        By default False within a level and True between levels.
    negative, weak, collinear : float
        Where the flags begin; as in COINr and the COIN tool of the Joint Research Centre.

    Returns
    -------
    DataFrame
        A row a pair: ``a``, ``b``; ``r`` (−1 to 1) over the ``n`` units that have both; ``p``, two-
        sided, against 0 (Student's t with n − 2 degrees of freedom; Kendall's own distribution);
        ``significant`` (p < 0.05; of many pairs one in twenty is so by chance alone); ``group_a``
        and ``group_b`` (parents); ``flag``: "negative" (r < −0.4: the two offset one another in a
        mean), "weak" (r < 0.3), "collinear" (r > 0.92: the same thing counted twice),
        "undefined" (fewer than three units, or one of the two does not vary), or "".

    Raises
    ------
    DataError
        If the level, the method or a column is unknown, or no pair is asked for.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [1, 2, 3, 4], "b": [2, 4, 6, 8], "c": [4, 2, 3, 1]})
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> pii.correlations(panel, fw)[["a", "b", "r", "n", "flag"]]
       a  b    r  n       flag
    0  a  b  1.0  4  collinear
    1  a  c -0.8  4   negative
    2  b  c -0.8  4   negative
    """
    if method not in METHODS:
        raise DataError(f"the method {method!r}", " or ".join(map(repr, METHODS)))
    values = node_values(panel_or_scores, fw, direction)
    pairs = _pairs(fw, level, with_level, family)
    need(values, sorted({code for pair in pairs for code in pair}))
    data = {code: values[code].to_numpy() for pair in pairs for code in pair}
    rows = [(a, b, *_correlate(data[a], data[b], method)) for a, b in pairs]
    table = pd.DataFrame(rows, columns=["a", "b", "r", "n", "p"])
    table["significant"] = table["p"] < _SIGNIFICANT
    for side in ("a", "b"):
        table[f"group_{side}"] = [str(fw.table.at[code, "parent"]) for code in table[side]]
    conditions = [table["r"].isna(), table["r"] < negative, table["r"] < weak]
    table["flag"] = np.select(
        [*conditions, table["r"] > collinear], ["undefined", "negative", "weak", "collinear"], ""
    )
    return table


def _pairs(
    fw: Framework, level: str | int, with_level: str | int | None, family: bool | None
) -> list[tuple[str, str]]:
    nodes = nodes_at(fw, level)
    if with_level is None:
        parent = fw.table["parent"]
        pairs = [(a, b) for a, b in combinations(nodes, 2) if not family or parent[a] == parent[b]]
    else:
        above = None if with_level == "ancestors" else nodes_at(fw, with_level)
        pairs = [
            (a, b)
            for a in nodes
            for b in (fw.ancestors(a) if above is None else above)
            if b in fw.ancestors(a) or (family is False and a != b)
        ]
    if not pairs:
        other = "" if with_level is None else f" with level {with_level!r}"
        raise DataError(
            f"no pair of nodes for level {level!r}{other}",
            "a level with two nodes or more, or with_level above it",
        )
    return pairs


def _correlate(x: Array, y: Array, method: str) -> tuple[float, int, float]:
    """Coefficient, pairs and p-value; NaN where it is not defined."""
    both = ~(np.isnan(x) | np.isnan(y))
    x, y, n = x[both], y[both], int(both.sum())
    if n < _FEWEST or x.min() == x.max() or y.min() == y.max():
        return np.nan, n, np.nan
    if method == "kendall":
        tau = scipy.stats.kendalltau(x, y)
        return float(tau.statistic), n, float(tau.pvalue)
    if method == "spearman":
        x, y = scipy.stats.rankdata(x), scipy.stats.rankdata(y)
    x, y = x - x.mean(), y - y.mean()
    r = float(np.clip((x / np.linalg.norm(x)) @ (y / np.linalg.norm(y)), -1.0, 1.0))
    with np.errstate(divide="ignore"):
        t = abs(r) * np.sqrt((n - 2) / np.float64(1 - r * r))
    return r, n, float(2 * special.stdtr(n - 2, -t))


def cronbach_alpha(
    panel_or_scores: pd.DataFrame,
    fw: Framework,
    node: str | None = None,
    *,
    level: str | int | None = None,
    standardised: bool = False,
) -> float | pd.Series:
    """Cronbach's alpha: how far the members of a group measure one thing.

    Parameters
    ----------
    panel_or_scores : DataFrame
        Units × indicators or units × every code. Raw indicators in different units weigh by their
        variances: give scores, or ask for ``standardised``. A panel's indicators are turned by
        their directions.
    fw : Framework
    node : str, optional
        A group. None: every group whose members are there.
    level : str or int, optional
        Members: everything of that level beneath the node. None: its children.
    standardised : bool
        From correlations instead of covariances.

    Returns
    -------
    float or Series
        ``k² c̄ / Σ``: k members, c̄ the mean covariance of two, Σ the sum of the whole covariance
        matrix (pairwise complete, divisor n − 1), the same as ``k/(k − 1) · (1 − Σ variances /
        variance of the sum)`` where no value is missing. Near 1: consistent; 0.7 or more is
        usually asked for; below 0 the members offset one another. NaN where a covariance is not
        defined or Σ is not above 0. A Series is by node, tree order, NaN for one member.

    Raises
    ------
    DataError
        If the node is unknown, has fewer than two members, or they are not in the frame.

    References
    ----------
    Cronbach (1951), *Psychometrika* 16, 297–334; OECD and JRC (2008), *Handbook on Constructing
    Composite Indicators*, section 4.2.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [1, 2, 3], "b": [1, 3, 2]})  # variances 1, covariance 0.5
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> round(pii.cronbach_alpha(panel, fw, "INDEX"), 3)  # 2² · 0.5 / 3
    0.667
    """
    values = node_values(panel_or_scores, fw)
    if node is not None:
        codes = members(fw, node, level)
        if len(codes) < 2:
            raise DataError(f"{len(codes)} members of {node!r}", "two or more")
        need(values, codes)
        return _alpha(values[codes], standardised)
    groups = {str(n): members(fw, str(n), level) for n in fw.table.index if fw.children(str(n))}
    return pd.Series(
        {
            name: _alpha(values[codes], standardised)
            for name, codes in groups.items()
            if codes and set(codes) <= set(values.columns)
        },
        name="alpha",
        dtype=float,
    ).rename_axis("node")


def _alpha(values: pd.DataFrame, standardised: bool) -> float:
    k = values.shape[1]
    matrix = (values.corr() if standardised else values.cov()).to_numpy()
    total, own = matrix.sum(), matrix.trace()
    if k < 2 or not total > 1e-12 * own:
        return np.nan
    return float(k**2 * ((total - own) / (k * (k - 1))) / total)


@dataclass(frozen=True)
class PCA:
    """Principal components of standardised variables.

    Attributes
    ----------
    loadings : DataFrame
        Variables × components (``PC1`` …): the unit eigenvectors of the correlation matrix, R's
        ``prcomp(…)$rotation``. The sum of each component's loadings is positive.
    table : DataFrame
        Index: component. ``eigenvalue`` (they sum to the number of variables; one above 1 carries
        more than one variable does), ``share`` of the variance and ``cumulative``, 0–1.
    n : int
        Units without a missing value: those used.
    """

    loadings: pd.DataFrame
    table: pd.DataFrame
    n: int

    @property
    def correlations(self) -> pd.DataFrame:
        """Variables × components: loading · √eigenvalue, each variable's correlation with each."""
        return self.loadings * np.sqrt(self.table["eigenvalue"])


def pca(
    panel_or_scores: pd.DataFrame,
    fw: Framework,
    node: str | None = None,
    *,
    level: str | int | None = None,
) -> PCA:
    """Principal components of a group, or of all indicators.

    Parameters
    ----------
    panel_or_scores : DataFrame
        Units × indicators (turned by their directions) or units × every code. Variables are
        standardised; units with a missing value among them are left out.
    fw : Framework
    node : str, optional
        A group. None: all indicators.
    level : str or int, optional
        Variables: everything of that level beneath the node (the root where None). None: the
        node's children.

    Raises
    ------
    DataError
        If the node is unknown or has no members in the frame, a variable does not vary, or fewer
        than three units are complete.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [1, 2, 3], "b": [1, 3, 2]})  # r = 0.5
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> pii.pca(panel, fw).table  # eigenvalues 1 ± r
               eigenvalue  share  cumulative
    component
    PC1               1.5   0.75        0.75
    PC2               0.5   0.25        1.00
    """
    values = node_values(panel_or_scores, fw)
    if node is None:
        node, level = fw.root, "indicator" if level is None else level
    codes = members(fw, node, level)
    if not codes:
        raise DataError(f"no members of {node!r}", "a group")
    need(values, codes)
    return _components(values[codes])


def _components(values: pd.DataFrame) -> PCA:
    x = values.dropna()
    if len(x) < _FEWEST:
        emptiest = values.isna().sum().idxmax()
        raise DataError(
            f"{len(x)} units with a value of each of {', '.join(values.columns[:5])}",
            f"three or more (impute, or leave out {emptiest!r}, which most of them lack)",
        )
    still = [str(code) for code in x.columns if x[code].min() == x[code].max()]
    if still:
        raise DataError(
            "one and the same value for every unit", "values that vary", column=still[0]
        )
    matrix = np.atleast_2d(np.corrcoef(x.to_numpy(), rowvar=False))
    eigenvalues, vectors = np.linalg.eigh(matrix)
    eigenvalues, vectors = np.clip(eigenvalues[::-1], 0.0, None), vectors[:, ::-1]
    names = [f"PC{i + 1}" for i in range(len(eigenvalues))]
    share = eigenvalues / eigenvalues.sum()
    table = pd.DataFrame(
        {"eigenvalue": eigenvalues, "share": share, "cumulative": share.cumsum()}, index=names
    ).rename_axis("component")
    loadings = pd.DataFrame(vectors * _signs(vectors), index=x.columns, columns=names)
    return PCA(loadings, table, len(x))


def _signs(vectors: Array) -> Array:
    """Sign by which each column's sum is positive; where it is 0, its first large entry is."""
    total = vectors.sum(axis=0)
    first = np.argmax(np.abs(vectors) > 0.5 * np.abs(vectors).max(axis=0), axis=0)
    decided = np.where(np.abs(total) > 1e-9, total, vectors[first, np.arange(len(total))])
    return np.where(decided < 0, -1.0, 1.0)
