"""How far ranks can be trusted: their distribution under random choices of method and weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, wait
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from piilib.analysis.design import Design
from piilib.analysis.draws import (
    Parameters,
    Problem,
    Rounding,
    Weights,
    check_weights,
    half_widths,
    methods_of,
)
from piilib.analysis.rank_distribution import RankDistribution
from piilib.analysis.tally import Tally, tally
from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.method import Method
from piilib.index.panel import checked_panel
from piilib.index.ranking import ranks

#: Numbers held at once by one block of draws; it decides the size of a block, and so the draws.
_NUMBERS = 4_000_000
_TASKS = 16


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
    half = half_widths(rounding, values)
    options = methods_of(method, methods)
    problem = Problem.of(values, fw, options, half)
    if leave_out and len(fw.indicators) < 2:
        raise DataError("one indicator to leave out", "a framework of two or more")
    asked = _nodes(nodes, fw)
    alone = problem if options == [method] else Problem.of(values, fw, [method], None)
    nominal = _nominal_ranks(alone, asked)
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
        parameters=design.table() if keep_parameters else None,
        _tallies=_run(design, executor),
        _nominal=nominal,
        _design=design,
    )


def _nominal_ranks(problem: Problem, nodes: Sequence[str]) -> pd.DataFrame:
    """Rank the units by the method itself, with its own weights and the values as printed."""
    weights = problem.shares[:1].T.copy()
    drawn = Parameters(np.zeros(1, np.intp), weights, np.full(1, -1))
    found = problem.scores(drawn, nodes)
    table = {node: score[0] for node, score in found.items()}
    return ranks(pd.DataFrame(table, index=problem.values.index))


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
    return int(np.clip(_NUMBERS // (units * arrays), 8, 1024))


def _run(design: Design, executor: Executor | None) -> dict[str, Tally]:
    cuts = np.array_split(np.arange(design.blocks), min(_TASKS, design.blocks))
    total = _empty(design, design.draws)
    for part in _parts(design, cuts, executor):
        for node in design.nodes:
            total[node].add(part[node])
    return total


def _parts(
    design: Design, cuts: Sequence[npt.NDArray[np.intp]], executor: Executor | None
) -> Iterator[dict[str, Tally]]:
    """Give the counts of every cut, the first finished first: of sums the order does not matter.

    Each is let go before the next comes, or those of many units would fill the memory.
    """
    if executor is None:
        yield from (_count(design, blocks) for blocks in cuts)
        return
    sent = design.to_send()
    waiting = {executor.submit(_count_there, sent, blocks) for blocks in cuts}
    try:
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            while done:
                yield done.pop().result()
    finally:
        for one in waiting:
            one.cancel()


def _count_there(design: Design, blocks: npt.NDArray[np.intp]) -> dict[str, Tally]:
    """Count on another process or machine: of thousands of units the counts are what is sent."""
    found = _count(design, blocks)
    for one in found.values():
        one.slim()
    return found


def _empty(design: Design, draws: int) -> dict[str, Tally]:
    units = len(design.problem.values)
    return {node: Tally.empty(units, draws, design.at_most) for node in design.nodes}


def _count(design: Design, blocks: npt.NDArray[np.intp]) -> dict[str, Tally]:
    found = _empty(design, len(blocks) * design.block)
    for block in blocks:
        for node, score in design.problem.scores(
            design.parameters(int(block)), design.nodes
        ).items():
            tally(score, found[node])
    return found
