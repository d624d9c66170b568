"""A plan's targets as a point beside the frontier of portfolios."""

from __future__ import annotations

import numpy as np

from piilib.analysis.plan import plan_table, plan_total
from piilib.analysis.portfolio_effects import effects
from piilib.analysis.portfolio_problem import NOTHING, Problem
from piilib.data.tables import Plan
from piilib.types import Array


def plan_point(problem: Problem, plan: Plan) -> dict[str, float]:
    """Place a plan's targets by cost and gain, in full and as far as the pace allows.

    Returns
    -------
    dict
        See `frontier` (``attrs["plan"]``).
    """
    base = problem.base
    table = plan_table(base, plan, problem.facts)
    total, point = plan_total(base, plan), {}
    for name in ("net", "gain"):
        point[name], point[f"{name}_low"], point[f"{name}_high"] = total[name]
    point["effort"] = float(table["target_effort"].sum())
    point["score"] = problem.published + point["net"]
    point["score_at_bounds"] = problem.published + point["gain"]
    asked = table["target_effort"] > 0
    point["indicators"] = int(asked.sum())
    most = problem.menu.groupby("code")["number"].max() * problem.menu.groupby("code")["size"].max()
    way = (table["target"] - table["value"]).abs()
    within = way <= most.reindex(table.index).fillna(0.0).astype(float) + NOTHING
    point["beyond"] = int((asked & ~within).sum())
    return point | _within_pace(problem, plan)


def _within_pace(problem: Problem, plan: Plan) -> dict[str, float]:
    """Take the menu's steps towards each target, no further than the menu goes."""
    taken = towards_targets(problem, plan)
    menu = problem.menu
    bought: dict[str, float] = {}
    for code, size, share in zip(menu["code"], menu["size"].astype(float), taken, strict=True):
        if share > 0:
            bought[str(code)] = bought.get(str(code), 0.0) + size * share
    effort = float(menu["effort"].to_numpy(dtype=float) @ taken)
    gained = effects(problem.base, bought).at[problem.base.fw.root, "net"] if bought else 0.0
    return {
        "within_effort": effort,
        "within_net": float(gained),
        "within_score": problem.published + float(gained),
    }


def towards_targets(problem: Problem, plan: Plan) -> Array:
    """Share of every step of the menu that the plan's targets ask for; shape (steps,).

    Things counted are whole; of other indicators the last step may be a part, and the first is the
    smallest that can be bought.
    """
    base, menu = problem.base, problem.menu
    target = plan.table["target"].reindex(list(base.fw.indicators)).astype(float)
    direction = dict(zip(base.fw.indicators, base.calibration.direction, strict=True))
    now = base.sheet.table["value"]
    taken = np.zeros(len(menu))
    for i, row in enumerate(menu.itertuples()):
        way = direction[row.code] * (target[row.code] - now[row.code])
        if not way > NOTHING:
            continue
        share = min(max(way / float(row.size) - (row.number - 1), 0.0), 1.0)
        whole = row.lumpy or row.number == 1
        taken[i] = np.ceil(share - NOTHING) if whole else share
    return taken
