"""The design of a simulation: which parameters each of its draws has."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from piilib.analysis.draws import Parameters, Problem, Weights, draw_weights


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

    def to_send(self) -> Design:
        """Return the same without the values as printed, which draws need only within rounding."""
        problem = self.problem
        if problem.half is not None:
            return self
        return replace(self, problem=replace(problem, values=problem.values.iloc[:, :0]))

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return -(-self.draws // self.block)

    def table(self) -> pd.DataFrame:
        """Every draw's parameters, a row each; see `RankDistribution.parameters`."""
        problem = self.problem
        parts = []
        for block in range(self.blocks):
            drawn = self.parameters(block)
            shares = problem.tree.shares(drawn.weights)
            part = pd.DataFrame(shares.T, columns=list(problem.tree.codes))
            names = np.array([*problem.fw.indicators, ""], dtype=object)
            part.insert(0, "left_out", names[drawn.left])
            part.insert(0, "method", drawn.method)
            parts.append(part)
        return pd.concat(parts, ignore_index=True)
