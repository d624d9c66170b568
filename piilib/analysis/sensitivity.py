"""Which choice drives the result: Sobol' indices, and one node left out at a time."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from piilib.analysis.draws import (
    Parameters,
    Problem,
    check_weights,
    draw_weights,
    methods_of,
    misspelt,
)
from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.method import Method
from piilib.index.panel import checked_panel
from piilib.index.ranking import ranks
from piilib.types import Array

STEPS = ("treatment", "normalisation", "aggregation")
FACTORS = (*STEPS, "weights", "leave_out")
TARGETS = ("rank", "score", "mean_rank_change")
#: An output that varies by less than this share of its size is constant.
_CONSTANT = 1e-10


_COLUMNS = [
    f"{order}{part}"
    for order in ("first_order", "total_order")
    for part in ("", "_low", "_high", "_error")
]


@dataclass(frozen=True)
class _Experiment:
    """Turns uniform numbers, one a factor, into the target; each setting is built once."""

    problem: Problem
    levels: Mapping[str, list[int]]
    vectors: Array
    target: str
    unit: int
    nominal: Array
    known: dict[tuple[int, ...], float] = field(default_factory=dict)

    def __call__(self, x: Array) -> Array:
        """Evaluate the columns of ``x``, shape (factors, …)."""
        settings = []
        for share, level in zip(x.reshape(len(x), -1), self.levels.values(), strict=True):
            picked = np.minimum((share * len(level)).astype(int), len(level) - 1)
            settings.append(np.array(level)[picked])
        keys = list(zip(*(s.tolist() for s in settings), strict=True))
        new = list(dict.fromkeys(key for key in keys if key not in self.known))
        if new:
            self.known.update(zip(new, self._target(self._scores(np.array(new).T)), strict=True))
        return np.array([self.known[key] for key in keys]).reshape(x.shape[1:])

    def _scores(self, chosen: npt.NDArray[np.int_]) -> Array:
        """Score the units under settings, shape (factors, settings)."""
        place = dict(zip(self.levels, chosen, strict=True))
        count = chosen.shape[1]
        method = np.zeros(count, dtype=np.intp)
        for step in (step for step in STEPS if step in place):
            method = method * len(self.levels[step]) + place[step]
        tree = self.problem.tree
        if "weights" in place:
            weights = self.vectors[:, place["weights"]]
        else:
            weights = self.problem.shares[method].T.copy()
        left = np.full(count, -1)
        if "leave_out" in place:
            left = place["leave_out"] - 1
            out = np.flatnonzero(left >= 0)
            weights[tree.leaves[left[out]], out] = 0.0
        drawn = Parameters(method, weights, left)
        return self.problem.scores(drawn, [tree.root])[tree.root]

    def _target(self, score: Array) -> Array:
        if self.target == "score":
            return score[:, self.unit]
        ranked = ranks(pd.DataFrame(score.T)).to_numpy().T
        if self.target == "rank":
            return np.asarray(ranked[:, self.unit])
        return np.asarray(np.nanmean(np.abs(ranked - self.nominal), axis=1))


def sensitivity(
    panel: pd.DataFrame,
    fw: Framework,
    method: Method,
    factors: Mapping[str, Any],
    target: str = "rank",
    unit: str | None = None,
    draws: int = 1024,
    seed: int | np.random.Generator = 0,
    *,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Share of the variance of a result that each choice explains (Sobol' indices).

    Parameters
    ----------
    panel : DataFrame
        Units × indicators.
    fw : Framework
    method : Method
        What stands where no factor says otherwise.
    factors : mapping
        ``"treatment"``, ``"normalisation"``, ``"aggregation"``: a list of options.
        ``"weights"``: ``"dirichlet"`` or a share, as in `simulate_ranks`; the whole vector is one
        factor, which picks one of ``draws`` vectors drawn beforehand. ``"leave_out"``: True; the
        factor picks no indicator or any one of them.
    target : {"rank", "score", "mean_rank_change"}
        The rank or the score of ``unit``, or the mean over units of |rank − nominal rank|.
    unit : str, optional
        Needed for a rank or a score.
    draws : int
        N, a power of two; the index is built at most N·(factors + 2) times.
    seed : int or Generator
    confidence : float
        Level of the bootstrap intervals.

    Returns
    -------
    DataFrame
        Index: factor. ``first_order``: share of the variance that goes if this choice alone is
        settled; ``total_order``: share that stays if all *others* are settled (at least as large,
        but for error); a large difference means that it acts together with others. Each with
        ``_low`` and ``_high``, the bootstrap interval, and ``_error``, the standard error that
        belongs to it. ``constant``: the output does not vary at all; the indices are then NaN.

    Raises
    ------
    DataError
        For a misspelt factor or option, ``draws`` that is not a power of two, or a unit that is
        missing.

    Notes
    -----
    Saltelli's design and estimators as in `scipy.stats.sobol_indices`: the first order may come
    out slightly below 0. Settings that are equal are built once, so two identical options give
    exactly 0. Before means that want positive scores the data are mapped as in `simulate_ranks`.

    References
    ----------
    Saltelli et al. (2010), *Computer Physics Communications* 181, 259–270; Saisana, Saltelli and
    Tarantola (2005), *JRSS A* 168(2), 307–323.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [0, 60, 100], "b": [100, 60, 0]}, index=["x", "y", "z"])
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> factors = {"normalisation": ["minmax", "minmax"], "weights": "dirichlet"}
    >>> table = pii.sensitivity(panel, fw, pii.Method(), factors, "score", "x", draws=1024)
    >>> table["total_order"].round(1)  # two options that are one change nothing
    factor
    normalisation    0.0
    weights          1.0
    Name: total_order, dtype: float64
    """
    _check(factors, target, unit, draws)
    values = checked_panel(panel, fw)
    if unit is not None and unit not in values.index:
        raise DataError(f"the unit {unit!r}", "a unit of the panel")
    rng = np.random.default_rng(seed)
    names = tuple(name for name in FACTORS if name in factors)
    experiment = _experiment(values, fw, method, factors, target, unit, draws, rng)
    with np.errstate(divide="ignore", invalid="ignore"):
        dists: Any = [scipy.stats.uniform()] * len(experiment.levels)
        found = scipy.stats.sobol_indices(func=experiment, n=draws, dists=dists, rng=rng)
        seen = np.array(list(experiment.known.values()))
        if np.isnan(seen).any():
            raise DataError(f"no {target} of {unit!r} in some draws", "a unit that has data")
        if np.ptp(seen) <= _CONSTANT * max(np.abs(seen).max(), 1.0):
            return pd.DataFrame(np.nan, pd.Index(names, name="factor"), _COLUMNS).assign(
                constant=True
            )
        spread = _bootstrap(found, confidence, rng)
    table = {}
    for i, order in enumerate(("first_order", "total_order")):
        table[order] = getattr(found, order)[: len(names)]
        table[f"{order}_low"] = spread.confidence_interval.low[i][: len(names)]
        table[f"{order}_high"] = spread.confidence_interval.high[i][: len(names)]
        table[f"{order}_error"] = spread.standard_error[i][: len(names)]
    frame = pd.DataFrame(table, index=pd.Index(names, name="factor"))[_COLUMNS]
    for order in ("first_order", "total_order"):  # what never varies has no interval but itself
        for part in ("low", "high"):
            fixed = frame[f"{order}_error"] == 0
            frame.loc[fixed, f"{order}_{part}"] = frame.loc[fixed, order]
    return frame.assign(constant=False)


def _bootstrap(found: Any, confidence: float, rng: np.random.Generator) -> Any:
    """Resample as `found.bootstrap` does, which takes no seed, from ours.

    Where an index is the same in every resample SciPy warns that it is.
    """

    def indices(rows: Any) -> Any:
        parts = found._f_A[:, rows], found._f_B[:, rows], found._f_AB[..., rows]
        return found._indices_method(*parts)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", scipy.stats.DegenerateDataWarning)
        return scipy.stats.bootstrap(
            [np.arange(found._f_A.shape[1])],
            statistic=indices,
            confidence_level=confidence,
            n_resamples=999,
            method="BCa",
            rng=rng,
        )


def _check(factors: Mapping[str, Any], target: str, unit: str | None, draws: int) -> None:
    if not factors:
        raise DataError("no factors", f"one or more of {', '.join(FACTORS)}")
    for name in factors:
        misspelt(name, FACTORS, "factor")
    misspelt(target, TARGETS, "target")
    if target != "mean_rank_change" and unit is None:
        raise DataError(f"target={target!r} without a unit", "unit=, one of the panel's")
    if draws < 2 or draws & (draws - 1):
        raise DataError(f"draws={draws}", "a power of two, as Sobol' sequences need")


def _experiment(
    values: pd.DataFrame,
    fw: Framework,
    method: Method,
    factors: Mapping[str, Any],
    target: str,
    unit: str | None,
    draws: int,
    rng: np.random.Generator,
) -> _Experiment:
    steps = {step: factors[step] for step in STEPS if step in factors}
    problem = Problem.of(values, fw, methods_of(method, steps or None), None)
    tree = problem.tree
    centre = problem.shares[0][:, None]
    vectors = np.empty((len(tree.codes), 0))
    if "weights" in factors:
        check_weights(factors["weights"])
        if factors["weights"] == "dirichlet":
            centre = centre * np.repeat(tree.sizes, tree.sizes)[:, None]
        vectors = draw_weights(centre, factors["weights"], rng, (len(tree.codes), draws))
    levels = {step: _first_equal(options) for step, options in steps.items()}
    if "weights" in factors:
        levels["weights"] = list(range(draws))
    if "leave_out" in factors:
        levels["leave_out"] = list(range(len(fw.indicators) + 1 if factors["leave_out"] else 1))
    if len(levels) == 1:
        levels[""] = [0]  # SciPy wants two factors; this one does nothing and is not shown
    return _Experiment(
        problem=problem,
        levels=levels,
        vectors=vectors,
        target=target,
        unit=0 if unit is None else int(values.index.get_loc(unit)),
        nominal=method.score(values, fw).ranks[fw.root].to_numpy(),
    )


def _first_equal(options: Sequence[Any]) -> list[int]:
    """Give equal options one number, so that a choice between them changes nothing."""
    options = list(options)
    return [options.index(option) for option in options]


def leave_one_out(
    panel: pd.DataFrame, fw: Framework, method: Method, level: str | int = "indicator"
) -> pd.DataFrame:
    """Rank changes when each node of a level is left out in turn.

    Its weight goes to the rest of its group (to the group's siblings where it is alone);
    treatment and normalisation of the others do not change.

    Parameters
    ----------
    panel : DataFrame
        Units × indicators.
    fw : Framework
    method : Method
    level : str or int
        ``"indicator"``, a word of the framework's column ``level``, or a number (1 = indicators).

    Returns
    -------
    DataFrame
        Units × nodes left out: nominal rank − new rank, so a positive number is a move up. The
        mean of the absolute values in a column is how much the ranking rests on that node.

    References
    ----------
    OECD/JRC (2008), step 7; COINr's ``remove_elements``.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [0, 60, 100], "b": [100, 60, 0]}, index=["x", "y", "z"])
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> pii.leave_one_out(panel, fw, pii.Method())  # nominal ranks 2, 1, 2
         a    b
    x  1.0 -1.0
    y -1.0 -1.0
    z -1.0  1.0
    """
    values = checked_panel(panel, fw)
    nodes = [node for node in fw.at_level(level) if node != fw.root]
    if len(nodes) < 2:
        raise DataError(f"{len(nodes)} nodes at the level {level!r} to leave out", "two or more")
    problem = Problem.of(values, fw, [method], None)
    tree = problem.tree
    weights = np.repeat(problem.shares.T, len(nodes) + 1, axis=1)
    for i, node in enumerate(nodes):
        weights[tree.slot[node], i] = 0.0
    drawn = Parameters(np.zeros(len(nodes) + 1, np.intp), weights, np.full(len(nodes) + 1, -1))
    score = problem.scores(drawn, [tree.root])[tree.root]
    ranked = ranks(pd.DataFrame(score.T, index=values.index, columns=[*nodes, ""]))
    return ranked[nodes].rsub(ranked[""], axis=0)
