"""The recipe of an index, and the result of applying it to a panel."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from piilib.errors import DataError
from piilib.index.aggregation import Aggregation, as_aggregation, by_level, up_the_tree
from piilib.index.check import refuse_weights
from piilib.index.framework import Framework
from piilib.index.moments import kurtosis, skewness
from piilib.index.normalisation import Normalisation, as_normalisation, normalise
from piilib.index.panel import checked_panel
from piilib.index.ranking import ranks
from piilib.index.treatment import Treatment, as_treatment
from piilib.types import Array


@dataclass(frozen=True)
class Result:
    """What a method made of a panel.

    Attributes
    ----------
    treated, normalised : DataFrame
        Units × indicators.
    scores, ranks : DataFrame
        Units × every code of the framework, indicators included. Ranks count from 1 for the
        highest unrounded score; ties take the lowest number (1, 2, 2, 4).
    treatment_report : DataFrame
        Index: indicator. ``rule`` (asked), ``applied`` (what acted: ``"none"``, ``"cap"``,
        ``"winsorise"``, ``"log"`` …), ``lower``, ``upper`` (limits of a cap), ``points`` (values
        changed), ``units`` (whose, where single points were moved), ``skewness_before``,
        ``kurtosis_before``, ``skewness_after``, ``kurtosis_after`` (sample, type 2) and
        ``passes`` (no outliers are left by the rule's own test).

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [0, 5, 10, 90], "b": [4, 1, 2, 0]}, index=list("wxyz"))
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> result = pii.Method({"a": pii.Treatment("cap", upper=10)}).score(panel, fw)
    >>> result.scores["INDEX"].tolist(), result.ranks["INDEX"].tolist()
    ([50.0, 37.5, 75.0, 50.0], [2.0, 4.0, 1.0, 2.0])
    >>> result.treatment_report[["rule", "applied", "points", "units"]]
       rule applied  points units
    a   cap     cap       1  (z,)
    b  none    none       0    ()
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
        A rule of `Treatment` by its name, ``"official"`` (the framework's caps), one `Treatment`
        for all, or {code: one of these}; a code that is not named is not treated.
    normalisation : str, Normalisation or mapping
        A rule of `Normalisation` by its name, one for all, or {code: one}; a code that is not
        named is min-max on 0–100.
    aggregation : str, Aggregation or sequence
        A rule of `Aggregation` for every level, or one for each, the lowest first.
    weights : mapping, optional
        Weights by node that replace the framework's; each group is rescaled to sum to 1.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> fw = pii.Framework.from_frame(pd.DataFrame(
    ...     [("T", "", 1, 1), ("a", "T", 1, 1), ("b", "T", 1, -1)],
    ...     columns=["code", "parent", "weight", "direction"]))
    >>> panel = pd.DataFrame({"a": [1, 2, 3], "b": [30, 10, 20]}, index=["x", "y", "z"])
    >>> m = pii.Method()
    >>> m.score(panel, fw).scores["T"].tolist()
    [0.0, 75.0, 75.0]
    >>> m.replace(weights={"b": 3}).score(panel, fw).ranks["T"].tolist()
    [3.0, 1.0, 2.0]
    """

    treatment: str | Treatment | Mapping[str, str | Treatment] = "none"
    normalisation: str | Normalisation | Mapping[str, str | Normalisation] = "minmax"
    aggregation: str | Aggregation | Sequence[str | Aggregation] = "arithmetic"
    weights: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        for rule in _each(self.treatment):
            if rule != "official":
                as_treatment(rule)
        for rule in _each(self.normalisation):
            as_normalisation(rule)
        for rule in _each(self.aggregation):
            as_aggregation(rule)
        refuse_weights(self.weights)

    def replace(self, **changes: Any) -> Method:
        """Return a copy with some choices changed."""
        return dataclasses.replace(self, **changes)

    def score(self, panel: pd.DataFrame, fw: Framework) -> Result:
        """Build the index.

        Parameters
        ----------
        panel : DataFrame
            Units × indicator codes, numbers, NaN where missing. A unit without any value is kept;
            it has no score and no rank, and changes nothing for the others.
        fw : Framework

        Returns
        -------
        Result

        Raises
        ------
        DataError
            If there is no unit, an indicator's column is missing, unknown or repeated, a unit
            stands twice, a cell is not a number (text, a date, True or False), a choice is for an
            unknown code, or a rule cannot apply (an indicator that does not vary, a geometric mean
            of 0 …): the message names unit and indicator.
        """
        values = checked_panel(panel, fw)
        treated, applied = treat_panel(values.to_numpy(), fw, self.treatment)
        normalised = normalise_panel(treated, values.index, fw, self.normalisation)
        return finish(values, treated, applied, normalised, fw, self)


def finish(
    values: pd.DataFrame,
    treated: Array,
    applied: list[str],
    normalised: Array,
    fw: Framework,
    method: Method,
) -> Result:
    """Aggregate what was normalised, and put labels on everything."""
    by_level(method.aggregation, fw)
    nodes = up_the_tree(normalised, fw, method.weights, method.aggregation, list(values.index))
    scores = pd.DataFrame({code: nodes[code] for code in fw.table.index}, index=values.index)
    frame = pd.DataFrame(treated, values.index, values.columns)
    return Result(
        treated=frame,
        normalised=pd.DataFrame(normalised, values.index, values.columns),
        scores=scores,
        ranks=ranks(scores),
        treatment_report=_report(values, frame, applied, treatments(fw, method.treatment)),
    )


def treatments(
    fw: Framework, choice: str | Treatment | Mapping[str, str | Treatment]
) -> list[Treatment]:
    """Return the treatment of each indicator, tree order."""
    chosen = _by_code(choice, fw, "none", "treatment")
    return [_treatment(rule, code, fw) for code, rule in chosen.items()]


def treat_panel(
    values: Array, fw: Framework, choice: str | Treatment | Mapping[str, str | Treatment]
) -> tuple[Array, list[str]]:
    """Treat every indicator.

    Returns
    -------
    treated : array, shape (units, indicators)
    applied : list of str
        What was done to each indicator.
    """
    treated, applied = np.empty_like(values), []
    for i, (code, rule) in enumerate(zip(fw.indicators, treatments(fw, choice), strict=True)):
        try:
            treated[:, i], did = rule.steps(values[:, i])
        except DataError as error:
            raise DataError(error.found, error.expected, column=code) from None
        applied.append(did)
    return treated, applied


def normalise_panel(
    treated: Array,
    units: pd.Index,
    fw: Framework,
    choice: str | Normalisation | Mapping[str, str | Normalisation],
) -> Array:
    """Normalise every indicator.

    Returns
    -------
    array, shape (units, indicators)
    """
    chosen = _by_code(choice, fw, "minmax", "normalisation")
    rules = [as_normalisation(rule) for rule in chosen.values()]
    normalised = np.empty_like(treated)
    done: list[Normalisation] = []
    for rule in rules:
        if rule not in done:
            done.append(rule)
            columns = [i for i, other in enumerate(rules) if other == rule]
            codes = [fw.indicators[i] for i in columns]
            normalised[:, columns] = normalise(treated[:, columns], codes, units, rule, fw)
    return normalised


def _each(choice: Any) -> list[Any]:
    """Return every single choice, be it for all, by code or by level."""
    if isinstance(choice, Mapping):
        return list(choice.values())
    return [choice] if isinstance(choice, str) or not isinstance(choice, Sequence) else list(choice)


def _by_code(choice: Any, fw: Framework, default: str, what: str) -> dict[str, Any]:
    """Give every indicator its choice; one that names an unknown code is refused."""
    if not isinstance(choice, Mapping):
        return dict.fromkeys(fw.indicators, choice)
    unknown = [code for code in choice if code not in fw.indicators]
    if unknown:
        raise DataError(f"a {what} of {unknown[0]!r}", "codes of indicators")
    return {code: choice.get(code, default) for code in fw.indicators}


def _treatment(rule: str | Treatment, code: str, fw: Framework) -> Treatment:
    if rule != "official":
        return as_treatment(rule)
    if "cap" not in fw.table.columns:
        raise DataError("a framework without caps", "Framework.official(year)")
    cap = float(fw.table.at[code, "cap"])
    return Treatment() if np.isnan(cap) else Treatment("cap", upper=cap)


def _report(
    values: pd.DataFrame, treated: pd.DataFrame, applied: list[str], rules: list[Treatment]
) -> pd.DataFrame:
    changed = ((values != treated) & values.notna()).to_numpy()
    single = [did in ("cap", "winsorise") for did in applied]
    table: dict[str, Any] = {
        "rule": [rule.rule for rule in rules],
        "applied": applied,
        "lower": [rule.lower for rule in rules],
        "upper": [rule.upper for rule in rules],
        "points": changed.sum(axis=0),
        "units": [
            tuple(values.index[changed[:, i]]) if moved else () for i, moved in enumerate(single)
        ],
    }
    for when, data in (("before", values.to_numpy()), ("after", treated.to_numpy())):
        table[f"skewness_{when}"] = [skewness(column) for column in data.T]
        table[f"kurtosis_{when}"] = [kurtosis(column) for column in data.T]
    table["passes"] = [
        rule.passes(column) for rule, column in zip(rules, treated.to_numpy().T, strict=True)
    ]
    return pd.DataFrame(table, index=values.columns)
