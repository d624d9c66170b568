"""What a finding means in index points, by the anchored what-if."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from piilib.analysis.audit.case import Case
from piilib.analysis.audit.finding import Points
from piilib.analysis.levers import index_weights
from piilib.analysis.whatif import QUANTILES, new_values, published_scores, score_changes
from piilib.index.aggregation import up_the_tree
from piilib.types import Array


def gain_draws(case: Case, changes: Mapping[str, float]) -> Array:
    """Index points of new indicator values, at the bounds of the latest sheet; shape (draws,).

    Source: anchored what-if, new = published + (model(new) − model(now)), nodes clipped.
    A large value: the index rises much. An indicator without a value today gives nothing.
    """
    key = ("gain", *sorted(changes.items()))
    return case.once(key, lambda: node_draws(case, changes)[case.fw.root])


def node_draws(case: Case, changes: Mapping[str, float]) -> dict[str, Array]:
    """Score points of every node at new indicator values; each of shape (draws,).

    Where no node would pass 0 or 100 the changes are one matrix product; else `score_changes`.
    """
    base = case.base
    value = new_values(base, changes)
    now = base.calibration.scores()
    delta = np.where(np.isnan(now), np.nan, base.calibration.scores(value) - now)
    weights, published = case.once(("weights",), lambda: _node_weights(case))
    linear = np.nan_to_num(delta) @ weights.T
    inside = (published + linear >= 0.0) & (published + linear <= 100.0)
    if not inside.all():
        return score_changes(base, delta)
    return {node: linear[:, i] for i, (node, _) in enumerate(base.fw.groups)}


def _node_weights(case: Case) -> tuple[Array, Array]:
    """Weight of every indicator in every group, (groups, indicators), and published scores."""
    base = case.base
    unit = np.eye(len(base.fw.indicators))
    unit[:, np.isnan(base.calibration.value).any(axis=0)] = np.nan
    nodes, published = up_the_tree(unit, base.fw), published_scores(base)
    codes = [node for node, _ in base.fw.groups]
    weights = np.stack([np.nan_to_num(nodes[node]) for node in codes])
    return weights, np.array([published[node] for node in codes])


def points_of(draws: Array) -> Points:
    """Median and 90 % interval of draws."""
    low, middle, high = (float(x) for x in np.quantile(draws, QUANTILES))
    return Points(middle, low, high)


def gain(case: Case, code: str, value: float) -> Points:
    """Index points of one indicator at a new value; NaN where it has no value today."""
    if np.isnan(case.value(code)) or np.isnan(value):
        return Points()
    return points_of(gain_draws(case, {code: value}))


def difference(case: Case, code: str, one: float, other: float) -> Points:
    """Index points of one value of an indicator less those of another, draw by draw."""
    if np.isnan(case.value(code)) or np.isnan(one) or np.isnan(other):
        return Points()
    return points_of(gain_draws(case, {code: one}) - gain_draws(case, {code: other}))


def node_weight(case: Case, node: str) -> float:
    """Index points that one score point of a node is worth."""
    if node in case.base.column:
        return float(index_weights(case.base)[case.base.column[node]])
    share = case.fw.shares()
    above = [one for one in case.fw.ancestors(node) if one != case.fw.root]
    return float(np.prod([share[one] for one in (node, *above)])) if node != case.fw.root else 1.0


def score_of(case: Case, code: str, value: float | None = None) -> Points:
    """Score of an indicator today, or at another value: median and 90 % interval."""
    drawn, i = case.base.calibration, case.base.column[code]
    x = None if value is None else new_values(case.base, {code: value})
    found = drawn.scores(x)[:, i]
    return Points() if np.isnan(found).any() else points_of(found)


def years_left(case: Case, code: str) -> float:
    """Years of work that still show in the plan's year: to it, less the lag of the data."""
    ahead = case.plan.year - case.now.year
    return max(ahead - float(case.base.effort.at[code, "lag_years"]), 0.0)


def steps_possible(case: Case, code: str) -> int:
    """Count the steps of typical progress for which there is time; a large value: much room."""
    kind = str(case.base.effort.at[code, "kind"])
    a_year = case.limits.pace_counts if kind.startswith("count") else case.limits.pace
    return int(a_year * years_left(case, code) + 1e-9)


def reach(case: Case, code: str) -> float:
    """Value that the pace allows, no further than the attainable best."""
    value, step = case.value(code), float(case.base.effort.at[code, "step"])
    moved = value + case.good(code) * step * steps_possible(case, code)
    return nearer(case, code, moved, attainable(case, code))


def nearer(case: Case, code: str, one: float, other: float) -> float:
    """Return the less ambitious of two values; the known one where the other is NaN."""
    if np.isnan(one) or np.isnan(other):
        return other if np.isnan(one) else one
    return min(one, other) if case.good(code) > 0 else max(one, other)


def attainable(case: Case, code: str) -> float:
    """Value that scores 100 in the latest sheet: the best bound, or the inferred cap below it."""
    if case.good(code) < 0:
        return case.value(code, "lowest")
    highest = case.value(code, "highest")
    cap = float(case.fw.table.loc[code].get("cap", np.nan))
    best = highest if np.isnan(cap) else min(highest, cap)
    return best if np.isnan(case.value(code)) else max(best, case.value(code))


def beyond_reach(case: Case, code: str) -> Points:
    """Points that the plan counts on by a target, above those that the pace allows; negative."""
    return difference(case, code, reach(case, code), case.targets[code])


def reach_condition(case: Case, code: str) -> str:
    """Say what the points beyond the reach rest on."""
    value, left = case.n(reach(case, code)), time_left(case, code)
    return case.say(
        f"{case.at_bounds()}; so với mức đạt được theo nhịp thường ({value}: {left})",
        f"{case.at_bounds()}; against what the usual pace allows ({value}: {left})",
    )


def time_left(case: Case, code: str) -> str:
    """Say how many steps there is time for."""
    steps, left = steps_possible(case, code), years_left(case, code)
    if steps == 0:
        return case.say(
            f"không còn bước nào, vì số liệu dùng cho PII {case.plan.year} đã đo xong",
            f"no step, as the data used in PII {case.plan.year} are measured already",
        )
    return case.say(
        f"{steps} bước trong {case.n(left)} năm còn lại sau độ trễ số liệu",
        f"{steps} step{'' if steps == 1 else 's'} in the {case.n(left)}"
        f" year{'' if left == 1 else 's'} left after the data's lag",
    )
