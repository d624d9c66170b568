"""The recipe of an index, and the result of applying it to a panel."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from piilib.errors import DataError
from piilib.index.aggregation import up_the_tree
from piilib.index.framework import Framework
from piilib.index.normalisation import minmax
from piilib.index.ranking import ranks
from piilib.index.treatment import Treatment


@dataclass(frozen=True)
class Result:
    """What a method made of a panel.

    Attributes
    ----------
    treated, normalised : DataFrame
        Units × indicators.
    scores, ranks : DataFrame
        Units × every code of the framework, indicators included.
    treatment_report : DataFrame
        Index: indicator. ``rule``, ``lower``, ``upper`` and ``points`` (values changed).
    """

    treated: pd.DataFrame
    normalised: pd.DataFrame
    scores: pd.DataFrame
    ranks: pd.DataFrame
    treatment_report: pd.DataFrame


@dataclass(frozen=True)
class Method:
    """How an index is built; a what-if on the method is ``replace`` and ``score``.

    Attributes
    ----------
    treatment : str, Treatment or mapping
        ``"none"``, ``"official"`` (the framework's caps), one `Treatment` for all, or one for
        each code.
    normalisation : str
        ``"minmax"`` on 0-100 over the panel's treated values.
    aggregation : str
        ``"arithmetic"``.
    weights : mapping, optional
        Weights by node that replace the framework's.
    """

    treatment: str | Treatment | Mapping[str, str | Treatment] = "none"
    normalisation: str = "minmax"
    aggregation: str = "arithmetic"
    weights: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        for name, known in (("normalisation", "minmax"), ("aggregation", "arithmetic")):
            if getattr(self, name) != known:
                raise DataError(f"the {name} {getattr(self, name)!r}", repr(known))

    def replace(self, **changes: Any) -> Method:
        """Return a copy with some choices changed."""
        return dataclasses.replace(self, **changes)

    def score(self, panel: pd.DataFrame, fw: Framework) -> Result:
        """Build the index.

        Parameters
        ----------
        panel : DataFrame
            Units × indicator codes, numbers, NaN where missing.
        fw : Framework

        Returns
        -------
        Result

        Raises
        ------
        DataError
            If an indicator's column is missing, unknown or repeated, a unit stands twice, a cell
            is not a number, an indicator does not vary, or a treatment is for an unknown code.
        """
        values = _checked(panel, fw)
        self._check_treatments(fw)
        rules = {code: self._treatment(code, fw) for code in fw.indicators}
        treated = values.apply(lambda column: rules[str(column.name)].apply(column.to_numpy()))
        low, high = treated.min(), treated.max()
        constant = [str(code) for code in treated.columns if not high[code] > low[code]]
        if constant:
            raise DataError(
                f"one and the same value of {', '.join(constant)} for every unit",
                "an indicator that varies (leave it out of the framework)",
            )
        direction = fw.table.loc[list(fw.indicators), "direction"].to_numpy()
        normalised = minmax(treated.to_numpy(), low.to_numpy(), high.to_numpy(), direction)
        nodes = up_the_tree(normalised, fw, self.weights)
        scores = pd.DataFrame({c: nodes[c] for c in fw.table.index}, index=values.index)
        return Result(
            treated=treated,
            normalised=pd.DataFrame(normalised, values.index, values.columns),
            scores=scores,
            ranks=ranks(scores),
            treatment_report=_report(values, treated, rules),
        )

    def _check_treatments(self, fw: Framework) -> None:
        named = self.treatment if isinstance(self.treatment, Mapping) else {}
        unknown = [code for code in named if code not in fw.indicators]
        if unknown:
            raise DataError(f"a treatment of {unknown[0]!r}", "codes of indicators")

    def _treatment(self, code: str, fw: Framework) -> Treatment:
        rule = self.treatment
        if isinstance(rule, Mapping):
            rule = rule.get(code, "none")
        if isinstance(rule, Treatment):
            return rule
        if rule == "official":
            if "cap" not in fw.table.columns:
                raise DataError("a framework without caps", "Framework.official(year)")
            cap = float(fw.table.at[code, "cap"])
            return Treatment() if np.isnan(cap) else Treatment("cap", upper=cap)
        return Treatment(rule)


def _checked(panel: pd.DataFrame, fw: Framework) -> pd.DataFrame:
    columns = [str(name) for name in panel.columns]
    twice = [code for code in columns if columns.count(code) > 1]
    if twice:
        raise DataError(f"the column {twice[0]!r} twice", "each indicator once")
    missing = [code for code in fw.indicators if code not in columns]
    unknown = [code for code in columns if code not in fw.indicators]
    if missing or unknown:
        raise DataError(
            f"a panel without {missing[:5]}" if missing else f"the columns {unknown[:5]}",
            f"the {len(fw.indicators)} indicators of the framework as columns",
        )
    if panel.index.duplicated().any():
        unit = panel.index[panel.index.duplicated()][0]
        raise DataError(f"the unit {unit!r} twice", "each unit once")
    ordered = panel.set_axis(columns, axis=1)[list(fw.indicators)]
    numbers = {}
    for code in ordered.columns:
        column = pd.to_numeric(ordered[code], errors="coerce").astype(float)
        bad = column.isna() & ordered[code].notna() | np.isinf(column.fillna(0.0))
        if bad.any():
            unit = ordered.index[bad][0]
            raise DataError(
                repr(ordered.at[unit, code]), f"a number for {unit!r}", column=str(code)
            )
        numbers[code] = column
    return pd.DataFrame(numbers, index=ordered.index)


def _report(
    values: pd.DataFrame, treated: pd.DataFrame, rules: Mapping[str, Treatment]
) -> pd.DataFrame:
    changed = (values != treated) & values.notna()
    return pd.DataFrame(
        {
            "rule": {code: rule.rule for code, rule in rules.items()},
            "lower": {code: rule.lower for code, rule in rules.items()},
            "upper": {code: rule.upper for code, rule in rules.items()},
            "points": changed.sum(),
        }
    )
