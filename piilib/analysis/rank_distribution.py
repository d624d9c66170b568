"""Ranks of every unit over many draws: how often each, and between which most of the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from piilib.analysis.design import Design
from piilib.analysis.draws import prepare
from piilib.analysis.tally import Tally
from piilib.errors import DataError
from piilib.index.method import Method, Result, finish, treat_panel
from piilib.types import Array


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

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [0, 60, 100], "b": [100, 60, 0]}, index=["x", "y", "z"])
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> d = pii.simulate_ranks(panel, fw, pii.Method(), draws=1000)
    >>> d.interval("y", 0.9)  # it scores 60 whatever the weights: first or second, never third
    (1.0, 2.0)
    >>> d.probability("y", at_most=2)
    1.0
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
            place = self._known(unit)
            table = self._intervals(0.9 if level is None else level)
            return float(table["low"].iloc[place]), float(table["high"].iloc[place])
        return self._intervals(float(unit) if level is None else level)

    def _intervals(self, level: float) -> pd.DataFrame:
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
