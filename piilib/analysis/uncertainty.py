"""How far ranks can be trusted: their distribution under random choices of method and weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from piilib.analysis.draws import (
    Parameters,
    Problem,
    Rounding,
    Weights,
    check_weights,
    draw_weights,
    half_widths,
    methods_of,
    prepare,
)
from piilib.analysis.tally import Tally, tally
from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.method import Method, Result, finish, treat_panel
from piilib.index.panel import checked_panel
from piilib.types import Array

#: Numbers held at once by one block of draws; it decides the size of a block, and so the draws.
_NUMBERS = 4_000_000
_TASKS = 16


@dataclass(frozen=True)
class Design:
    """What is drawn, and from which random numbers."""

    problem: Problem
    weights: Weights
    leave_out: bool
    entropy: int
    draws: int
    block: int
    nodes: tuple[str, ...]
    at_most: tuple[int, ...]

    def parameters(self, block: int) -> Parameters:
        """Draw the parameters of one block; each has a child of the one SeedSequence."""
        rng = np.random.default_rng(np.random.SeedSequence(self.entropy, spawn_key=(block,)))
        first = block * self.block
        count = min(self.block, self.draws - first)
        problem = self.problem
        several = len(problem.methods)
        method = rng.integers(several, size=count) if several > 1 else np.zeros(count, np.intp)
        centre = problem.shares.T if several == 1 else problem.shares[method].T
        if self.weights == "dirichlet":
            centre = centre * np.repeat(problem.tree.sizes, problem.tree.sizes)[:, None]
        weights = draw_weights(centre, self.weights, rng, (len(problem.tree.codes), count))
        left = np.full(count, -1)
        if self.leave_out:
            left = rng.integers(len(problem.fw.indicators), size=count)
            weights[problem.tree.leaves[left], np.arange(count)] = 0.0
        noise = (
            () if problem.half is None else tuple((self.entropy, first + i) for i in range(count))
        )
        return Parameters(method, weights, left, noise)

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return -(-self.draws // self.block)


@dataclass(frozen=True)
class RankDistribution:
    """Ranks of every unit in many draws, for one node of the tree.

    Attributes
    ----------
    node : str
        The node ranked, the index unless another was asked for with `at`.
    nominal : Series
        Ranks by the method itself.
    draws : int
    parameters : DataFrame or None
        A row a draw, where they were kept: ``method`` (which of the methods), ``left_out`` (the
        indicator, or empty) and the weight of every node in its group, summing to 1.
    methods : tuple of Method
        What the draws chose from.
    """

    node: str
    nominal: pd.Series
    draws: int
    methods: tuple[Method, ...]
    parameters: pd.DataFrame | None
    _tallies: Mapping[str, Tally] = field(repr=False)
    _nominal: pd.DataFrame = field(repr=False)
    _design: Design = field(repr=False)

    def at(self, node: str) -> RankDistribution:
        """Return the ranks at another of the nodes that were simulated."""
        if node not in self._tallies:
            raise DataError(f"the node {node!r}", f"one simulated: {', '.join(self._tallies)}")
        return replace(self, node=node, nominal=self._nominal[node])

    @property
    def acceptability(self) -> pd.DataFrame:
        """Share of draws in which each unit has each rank; units × ranks, rows sum to 1.

        With more than 2,000 units it is not kept: ask for `probability` or `interval`.
        """
        return self._labelled(self._tally.shares())

    @property
    def standard_error(self) -> pd.DataFrame:
        """Monte-Carlo standard error of each entry of `acceptability`.

        ``√(p(1 − p)/n)`` at p = (count + 1)/(n + 2), so that a rank never met has an error too.
        """
        return self._labelled(self._tally.errors())

    def probability(self, unit: str, at_most: int) -> float:
        """Share of draws in which a unit's rank is ``at_most`` or better."""
        return self._share(unit, at_most)[0]

    def probability_error(self, unit: str, at_most: int) -> float:
        """Monte-Carlo standard error of `probability`, as in `standard_error`."""
        return self._share(unit, at_most)[1]

    @overload
    def interval(self, unit: float = ..., level: None = ...) -> pd.DataFrame: ...
    @overload
    def interval(self, unit: str, level: float = ...) -> tuple[float, float]: ...
    def interval(
        self, unit: str | float = 0.9, level: float | None = None
    ) -> pd.DataFrame | tuple[float, float]:
        """Interval that holds a unit's rank with a given probability.

        Parameters
        ----------
        unit : str, optional
            One unit; without it the table of all.
        level : float
            Probability, 0.9 unless given; half of the rest is left out at either end.

        Returns
        -------
        DataFrame or (low, high)
            Index: unit; ``nominal``, ``low``, ``median``, ``high`` and the Monte-Carlo standard
            errors ``low_error``, ``median_error``, ``high_error``. Quantiles are R's type 7; with
            more than 2,000 units they are rounded outward to whole bins of ranks.
        """
        if isinstance(unit, str):
            table = self.interval(0.9 if level is None else level)
            self._known(unit)
            return float(table.at[unit, "low"]), float(table.at[unit, "high"])
        level = float(unit) if level is None else level
        if not 0 < level < 1:
            raise DataError(f"the level {level}", "a probability between 0 and 1")
        table = pd.DataFrame({"nominal": self.nominal})
        for name, q in (("low", (1 - level) / 2), ("median", 0.5), ("high", (1 + level) / 2)):
            table[name] = self._tally.quantile(q, upper=name == "high")
            table[f"{name}_error"] = self._tally.quantile_error(q)
        order = ["nominal", "low", "median", "high", "low_error", "median_error", "high_error"]
        return table[order]

    def rebuild(self, draw: int) -> Result:
        """Build the index of one draw again, by `Method.score`'s own steps.

        Its ranks are those counted in the simulation. Needs ``keep_parameters=True``.
        """
        if self.parameters is None:
            raise DataError("no parameters of the draws", "simulate_ranks(…, keep_parameters=True)")
        if not 0 <= draw < self.draws:
            raise DataError(f"the draw {draw}", f"0 to {self.draws - 1}")
        row = self.parameters.iloc[draw]
        problem = self._design.problem
        codes = list(problem.tree.codes)
        method = self.methods[int(row["method"])].replace(
            weights=row[codes].astype(float).to_dict()
        )
        values = problem.values
        if problem.half is not None:
            values = problem.rounded((self._design.entropy, draw))
        treated, applied = treat_panel(values.to_numpy(), problem.fw, method.treatment)
        several = len(self.methods) > 1
        x = prepare(values.to_numpy(), values.index, problem.fw, method, several)
        return finish(values, treated, applied, x, problem.fw, method)

    @property
    def _tally(self) -> Tally:
        return self._tallies[self.node]

    def _labelled(self, table: Array) -> pd.DataFrame:
        ranks = pd.RangeIndex(1, table.shape[1] + 1, name="rank")
        return pd.DataFrame(table, index=self.nominal.index, columns=ranks)

    def _known(self, unit: str) -> int:
        if unit not in self.nominal.index:
            raise DataError(f"the unit {unit!r}", "a unit of the panel")
        return int(self.nominal.index.get_loc(unit))

    def _share(self, unit: str, at_most: int) -> tuple[float, float]:
        return self._tally.at_most(self._known(unit), at_most)


def simulate_ranks(
    panel: pd.DataFrame,
    fw: Framework,
    method: Method,
    draws: int = 10_000,
    seed: int | np.random.Generator = 0,
    weights: Weights = "dirichlet",
    methods: Sequence[Method] | Mapping[str, Any] | None = None,
    leave_out: bool = False,
    rounding: Rounding = None,
    keep_parameters: bool = False,
    executor: Executor | None = None,
    nodes: str | Sequence[str] | None = None,
    at_most: Sequence[int] = (),
) -> RankDistribution:
    """Rank every unit under many draws of what could have been chosen otherwise.

    Parameters
    ----------
    panel : DataFrame
        Units × indicators.
    fw : Framework
    method : Method
        The nominal method.
    draws : int
    seed : int or Generator
        One seed gives identical results, whatever the executor.
    weights : {"dirichlet"}, float or None
        ``"dirichlet"``: in every group of n children Dirichlet(n · share), (1, …, 1) where they are
        equal. A number f ≤ 1: each weight times 1 + f·U(−1, 1), rescaled. None: fixed.
    methods : sequence of Method or mapping, optional
        Each draw takes one at random. A mapping of steps to options stands for their full product:
        ``{"normalisation": ["minmax", "zscore"], "aggregation": ["arithmetic", "geometric"]}``.
        Before a mean that wants positive scores the normalised data of the draw are mapped by
        min-max to [1, 100] (where several methods are drawn, or a score is not above 0).
    leave_out : bool
        Each draw leaves out one indicator, at random; its weight goes to the rest of its group.
    rounding : float, mapping or DataFrame, optional
        Half a unit of the last printed decimal: for all, by code, or for every cell. Each draw
        moves every value uniformly within it and treats and normalises anew (milliseconds a draw).
    keep_parameters : bool
        Keep what each draw was made with, for `RankDistribution.rebuild`.
    executor : concurrent.futures.Executor, optional
        Where blocks of draws run; by default in this process.
    nodes : str or sequence, optional
        Codes of other groups to rank too, or ``"all"``; see `RankDistribution.at`.
    at_most : sequence of int
        With more than 2,000 units: the ranks k for which P(rank ≤ k) will be asked.

    Returns
    -------
    RankDistribution

    Raises
    ------
    DataError
        For an unknown choice, or a method that cannot be applied to the panel.

    Notes
    -----
    Ranks count from 1 for the highest score and ties take the lowest number; scores that differ by
    less than 10⁻¹² of the largest are a tie. Memory does not grow with the number of draws unless
    parameters are kept.

    References
    ----------
    Saisana, Saltelli and Tarantola (2005), *JRSS A* 168(2), 307–323; Lahdelma and Salminen (2001),
    "SMAA-2", *Operations Research* 49(3), 444–454, for rank acceptability.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> import piilib as pii
    >>> fw = pii.Framework.from_frame(pd.DataFrame(
    ...     [("T", "", 1, 1), ("a", "T", 1, 1), ("b", "T", 1, 1)],
    ...     columns=["code", "parent", "weight", "direction"]))
    >>> panel = pd.DataFrame({"a": [0, 60, 100], "b": [100, 60, 0]}, index=["x", "y", "z"])
    >>> d = pii.simulate_ranks(panel, fw, pii.Method(), draws=4000, seed=1)
    >>> abs(d.probability("y", at_most=1) - 0.2) < 3 * d.probability_error("y", at_most=1)
    True
    """
    check_weights(weights)
    if not isinstance(draws, int | np.integer) or draws < 1:
        raise DataError(f"draws={draws!r}", "a whole number of 1 or more")
    values = checked_panel(panel, fw)
    nominal = method.score(panel, fw).ranks
    half = half_widths(rounding, values)
    problem = Problem.of(values, fw, methods_of(method, methods), half)
    if leave_out and len(fw.indicators) < 2:
        raise DataError("one indicator to leave out", "a framework of two or more")
    asked = _nodes(nodes, fw)
    design = Design(
        problem=problem,
        weights=weights,
        leave_out=leave_out,
        entropy=int(seed.integers(2**63)) if isinstance(seed, np.random.Generator) else int(seed),
        draws=int(draws),
        block=_block_size(len(values), fw, len(asked)),
        nodes=asked,
        at_most=tuple(sorted(at_most)),
    )
    return RankDistribution(
        node=fw.root,
        nominal=nominal[fw.root],
        draws=design.draws,
        methods=problem.methods,
        parameters=_kept(design) if keep_parameters else None,
        _tallies=_run(design, executor),
        _nominal=nominal,
        _design=design,
    )


def _nodes(nodes: str | Sequence[str] | None, fw: Framework) -> tuple[str, ...]:
    groups = [node for node, _ in fw.groups]
    asked = groups if nodes == "all" else [nodes] if isinstance(nodes, str) else list(nodes or ())
    unknown = [node for node in asked if node not in groups]
    if unknown:
        raise DataError(f"the node {unknown[0]!r}", "'all' or codes of groups of the framework")
    return tuple(dict.fromkeys([fw.root, *asked]))


def _block_size(units: int, fw: Framework, nodes: int) -> int:
    """Draws in a block: it depends on the problem alone, so that results do not on the workers."""
    arrays = 4 + nodes + len(fw.groups)
    return int(np.clip(_NUMBERS // (units * arrays), 8, 2048))


def _run(design: Design, executor: Executor | None) -> dict[str, Tally]:
    cuts = np.array_split(np.arange(design.blocks), min(_TASKS, design.blocks))
    if executor is None:
        parts = [_count(design, design_blocks) for design_blocks in cuts]
    else:
        waiting = [executor.submit(partial(_count, design, blocks)) for blocks in cuts]
        parts = [done.result() for done in waiting]
    total = parts[0]
    for part in parts[1:]:
        for node in design.nodes:
            total[node].add(part[node])
    return total


def _count(design: Design, blocks: npt.NDArray[np.intp]) -> dict[str, Tally]:
    units = len(design.problem.values)
    found = {node: Tally.empty(units, design.draws, design.at_most) for node in design.nodes}
    for block in blocks:
        for node, score in design.problem.scores(
            design.parameters(int(block)), design.nodes
        ).items():
            tally(score, found[node])
    return found


def _kept(design: Design) -> pd.DataFrame:
    """Every draw's parameters as one table."""
    problem = design.problem
    parts = []
    for block in range(design.blocks):
        drawn = design.parameters(block)
        shares = problem.tree.shares(drawn.weights)
        part = pd.DataFrame(shares.T, columns=list(problem.tree.codes))
        names = np.array([*problem.fw.indicators, ""], dtype=object)
        part.insert(0, "left_out", names[drawn.left])
        part.insert(0, "method", drawn.method)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
