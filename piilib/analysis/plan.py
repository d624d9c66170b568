"""What a plan adds up to: the goals of each level beside one another."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.analysis.whatif import Anchor, new_values, score_changes
from piilib.data.sheet import Sheet
from piilib.data.tables import Plan
from piilib.index.framework import Framework
from piilib.index.scoring import caps, method_framework, node_scores, value_scores


def implied_by(level: str, plan: Plan, fw: Framework) -> float:
    """Index score that the plan's goals of one level add up to.

    Parameters
    ----------
    level : {"pillar", "subpillar"}
    plan : Plan
    fw : Framework
        Columns ``level`` and ``parent`` give the tree.
    """
    share = fw.shares()
    scores = {
        str(code): float(plan.table.at[code, "target"])
        for code in fw.table.index[fw.table["level"] == level]
    }
    for node, children in fw.groups:
        if node not in scores and all(child in scores for child in children):
            scores[node] = float(sum(scores[child] * share[child] for child in children))
    return scores[fw.root]


def target_scores(sheet: Sheet, plan: Plan, fw: Framework) -> pd.Series:
    """Score of every node if all indicator targets are met, at the sheet's bounds, clipped.

    Parameters
    ----------
    sheet : Sheet
        Gives the bounds, and the value of an indicator that has no target.
    plan : Plan
    fw : Framework
    """
    values = sheet.table["value"].loc[list(fw.indicators)]
    target = plan.table["target"].reindex(values.index).fillna(values)
    return node_scores(value_scores(target, sheet, fw), fw)


def plan_levels(sheet: Sheet, plan: Plan) -> pd.Series:
    """Index score at each level of a plan's goals, at the bounds of the sheet's year.

    Returns
    -------
    Series
        ``stated``, ``pillars``, ``subpillars``, ``indicators_plain`` (min-max with inferred
        directions, no caps) and ``indicators_official`` (with inferred caps). Levels that
        differ mean that the plan's goals do not add up.

    Examples
    --------
    >>> import piilib as pii
    >>> sheet = pii.load_sheet("cao-bang", 2024)
    >>> plan_levels(sheet, pii.load_plan("cao-bang")).round(2)
    stated                 30.00
    pillars                36.75
    subpillars             34.92
    indicators_plain       44.02
    indicators_official    53.40
    dtype: float64
    """
    reversed_only = method_framework(sheet.year, "reversed")
    official = method_framework(sheet.year, "official")
    return pd.Series(
        {
            "stated": stated_goal(plan, "score"),
            "pillars": implied_by("pillar", plan, official),
            "subpillars": implied_by("subpillar", plan, official),
            "indicators_plain": target_scores(sheet, plan, reversed_only)["PII"],
            "indicators_official": target_scores(sheet, plan, official)["PII"],
        }
    )


def stated_goal(plan: Plan, what: str, column: str = "value") -> float:
    """Return a stated goal ("score", "rank", "places") as a number, NaN if it is not stated.

    The number of ranked units stands in ``column="of"`` of the rank.

    Examples
    --------
    >>> import piilib as pii
    >>> plan = pii.load_plan("cao-bang")
    >>> stated_goal(plan, "score"), stated_goal(plan, "rank"), stated_goal(plan, "rank", "of")
    (30.0, 30.0, 34.0)
    """
    found = plan.goals.loc[plan.goals["what"] == what, column]
    return float(found.iloc[0]) if len(found) and found.iloc[0] else np.nan


def plan_table(base: Anchor, plan: Plan, effects: pd.DataFrame) -> pd.DataFrame:
    """Tabulate what each indicator target would give, and what stands against it.

    Parameters
    ----------
    base : Anchor
    plan : Plan
    effects : DataFrame
        What `levers` returned with this plan.

    Returns
    -------
    DataFrame
        Index: indicator, tree order. ``value``, ``target``, ``target_gain``, ``target_net``,
        ``target_effort``, and flags: ``harmful`` (the target lowers the score), ``no_change``,
        ``above_highest`` (of the country in the sheet's year), ``above_cap``.
    """
    codes = list(base.fw.indicators)
    gains = [f"target_{name}" for name in ("gain", "gain_low", "gain_high", "net", "effort")]
    table = effects.loc[codes, ["value", "lowest", "highest", "target", *gains]].copy()
    cap = pd.Series(caps(base.fw), index=codes)
    table["harmful"] = table["target_gain"] < -1e-9
    table["no_change"] = table["target"] == table["value"]
    table["above_highest"] = table["target"] > table["highest"]
    table["above_cap"] = (table["target"] > cap) & cap.notna() & ~table["above_highest"]
    return table


def plan_total(base: Anchor, plan: Plan) -> dict[str, tuple[float, float, float]]:
    """Index points of meeting every indicator target: (median, low, high) of gain and net."""
    changes = plan.table["target"].reindex(list(base.fw.indicators)).dropna()
    value = new_values(base, {str(code): float(x) for code, x in changes.items()})
    now = base.calibration.scores()
    untouched = np.isnan(now)
    here = np.where(untouched, np.nan, base.calibration.scores(value) - now)
    moved = np.where(untouched, np.nan, base.moved_scores(value) - now)
    totals = {}
    for name, delta in (("gain", here), ("net", moved)):
        low, middle, high = np.quantile(score_changes(base, delta)[base.fw.root], (0.05, 0.5, 0.95))
        totals[name] = (float(middle), float(low), float(high))
    return totals
