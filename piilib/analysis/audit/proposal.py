"""A corrected plan that keeps the spirit of the one audited, and how far each target is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.analysis.audit.case import Case, Limits, make_case
from piilib.analysis.audit.comparison import best_of
from piilib.analysis.audit.consequence import (
    gain_draws,
    node_draws,
    points_of,
    reach,
    steps_possible,
    years_left,
)
from piilib.analysis.audit.denominator import on_later_base
from piilib.analysis.audit.targets import (
    REASONS,
    Proposed,
    falls_short,
    goes_wrong,
    is_above_best,
    proposed,
    steps_needed,
)
from piilib.analysis.whatif import Anchor
from piilib.data.sheet import Sheet
from piilib.data.tables import Plan
from piilib.types import Array


def corrected_plan(
    plan: Plan,
    sheets: Sheet | Sequence[Sheet],
    *,
    lang: str = "vi",
    data: str | Path | None = None,
    base: Anchor | None = None,
    pace: int = 2,
    pace_counts: int = 3,
    draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Propose targets that can be met, in the spirit of the plan.

    A harmful target becomes today's value; what lies beyond the country's best, the inferred cap or
    the usual pace is cut to it; a target below what was reached goes a step above it; one whose
    unit is not settled is left, said so and counted as if nothing changed; the rest is kept. Goals
    of groups are the scores that the new targets come to.

    Parameters
    ----------
    plan : Plan
    sheets : Sheet or sequence of Sheet
        One year or more of the plan's unit; the latest is where the targets start.
    lang : {"vi", "en"}
    data : path, optional
    base : Anchor, optional
        Of the latest sheet; saves calibrating it again.
    pace, pace_counts : int
        Most steps of typical progress in a year, the second for counts; for the years left after
        the lag of the data. An indicator with no year left stays where it is.
    draws, seed : int
        Calibrations.

    Returns
    -------
    DataFrame
        Index: indicators with a target, then every group with a published score, the index last.
        ``value`` (today), ``old`` (the plan's target or goal), ``target`` (the new one),
        ``changed``, ``reason_code`` (a key of `REASONS`) and ``reason``, which says what the new
        target comes to where the denominator is known to change. Index points at the
        bounds of the latest sheet, median and 90 % interval: ``old_gain``, ``gain`` (with
        ``_low``, ``_high``; NaN where the unit is not settled), and ``given_up`` = gain − old_gain
        (negative: points that stood on paper only; positive: a loss avoided). Of a group they are
        points of its own score.

    Raises
    ------
    DataError
        As `audit`.

    Examples
    --------
    >>> import piilib as pii
    >>> sheets = [pii.load_sheet("cao-bang", year) for year in (2023, 2024)]
    >>> new = pii.corrected_plan(pii.load_plan("cao-bang"), sheets, lang="en", draws=20)
    >>> new.loc[["4.1.2", "1.1.1", "6.2.1"], ["value", "old", "target", "reason"]]
            value    old  target                               reason
    4.1.2    0.07   0.09    0.07  hold today: the target would lose points
    1.1.1   45.28  60.00   52.51                 cut to the country's best
    6.2.1   85.74 100.00  100.00                                      kept
    """
    limits = Limits(pace=pace, pace_counts=pace_counts)
    return corrected(make_case(plan, sheets, limits, lang, data, base, draws, seed))


def corrected(case: Case) -> pd.DataFrame:
    """Corrected plan of a case; see `corrected_plan`."""
    new = {code: proposed(case, code) for code in case.targets}
    rows = {code: _indicator_row(case, code, one) for code, one in new.items()}
    table = pd.DataFrame.from_dict(rows, orient="index")
    counted = {c: case.value(c) if one.reason == "unit" else one.value for c, one in new.items()}
    groups = _group_rows(case, counted)
    table = pd.concat([table, groups]) if len(table) else groups
    table["changed"] = table["target"].notna() & (table["target"] != table["old"])
    table["given_up"] = table["gain"] - table["old_gain"]
    words = {key: case.say(*texts) for key, texts in REASONS.items()}
    table["reason"] = table["reason_code"].map(words)
    for code, one in new.items():
        if base := on_later_base(case, code, one.value):
            table.loc[code, "reason"] += f"; {base}"
    first = ["value", "old", "target", "changed", "reason_code", "reason"]
    gains = [f"{a}gain{b}" for a in ("old_", "") for b in ("", "_low", "_high")]
    return table[[*first, *gains, "given_up"]]


def _gains(prefix: str, draws: Array) -> dict[str, float]:
    points = points_of(draws)
    return {
        f"{prefix}gain": points.middle,
        f"{prefix}gain_low": points.low,
        f"{prefix}gain_high": points.high,
    }


def _indicator_row(case: Case, code: str, new: Proposed) -> dict[str, object]:
    row: dict[str, object] = {
        "value": case.value(code),
        "old": case.targets[code],
        "target": new.value,
        "reason_code": new.reason,
    }
    for prefix, value in (("old_", case.targets[code]), ("", new.value)):
        draws = gain_draws(case, {code: value})
        unknown = np.isnan(case.value(code)) or (new.reason == "unit" and not prefix)
        row |= _gains(prefix, draws * np.nan if unknown else draws)
    return row


def _group_rows(case: Case, new: dict[str, float]) -> pd.DataFrame:
    """Add the anchored change to the published score of every group: old targets and new."""
    old_change, change = (node_draws(case, targets) for targets in (case.targets, new))
    rows = {}
    nodes = [node for node, _ in reversed(case.fw.groups) if not np.isnan(case.value(node))]
    for node in sorted(nodes, key=lambda one: one == case.fw.root):
        at_top = node == case.fw.root
        score = case.value(node)
        goal = score + float(np.median(change[node]))
        rows[node] = {
            "value": score,
            "old": case.stated("score") if at_top else case.figure(node, "target"),
            "target": math.floor(goal * 100) / 100 if not math.isnan(goal) else goal,
            "reason_code": "from the targets",
            **_gains("old_", old_change[node]),
            **_gains("", change[node]),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def feasibility(
    plan: Plan,
    sheets: Sheet | Sequence[Sheet],
    *,
    data: str | Path | None = None,
    base: Anchor | None = None,
    pace: int = 2,
    pace_counts: int = 3,
    draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Set each target beside the country's best and beside typical yearly progress.

    Parameters
    ----------
    plan, sheets, data, base, pace, pace_counts, draws, seed
        As for `corrected_plan`.

    Returns
    -------
    DataFrame
        Index: indicators with a target. ``value``, ``target``, ``best`` (of the country, any
        comparable year), ``best_year``, ``of_best`` = target / best (above 1: beyond it; NaN where
        the best is 0 or less), ``times`` = target / value (NaN from 0 or less), ``step`` (a year's
        typical progress), ``years_left`` after the lag of the data, ``steps_needed``,
        ``steps_possible``, ``reachable`` (the value that the pace allows) and ``verdict``:
        "reachable", "beyond the pace", "above the best", "harmful", "no change", "below reached" or
        "no value".

    Examples
    --------
    >>> import piilib as pii
    >>> sheet = pii.load_sheet("cao-bang", 2024)
    >>> table = pii.feasibility(pii.load_plan("cao-bang"), sheet, draws=20)
    >>> columns = ["steps_needed", "steps_possible", "verdict"]
    >>> table.loc[["1.1.1", "5.3.2", "6.2.1"], columns].round(1)
           steps_needed  steps_possible          verdict
    1.1.1           3.7               2   above the best
    5.3.2          98.0               0  beyond the pace
    6.2.1           1.8               3        reachable
    """
    limits = Limits(pace=pace, pace_counts=pace_counts)
    case = make_case(plan, sheets, limits, "en", data, base, draws, seed)
    rows = {code: _feasibility_row(case, code) for code in case.targets}
    return pd.DataFrame.from_dict(rows, orient="index")


def _feasibility_row(case: Case, code: str) -> dict[str, object]:
    target, value = case.targets[code], case.value(code)
    best, year = best_of(case, code)
    return {
        "value": value,
        "target": target,
        "best": best,
        "best_year": year,
        "of_best": target / best if best > 0 else np.nan,
        "times": target / value if value > 0 else np.nan,
        "step": float(case.base.effort.at[code, "step"]),
        "years_left": years_left(case, code),
        "steps_needed": steps_needed(case, code),
        "steps_possible": steps_possible(case, code),
        "reachable": reach(case, code),
        "verdict": _verdict(case, code),
    }


def _verdict(case: Case, code: str) -> str:
    if np.isnan(case.value(code)):
        return "no value"
    if goes_wrong(case, code):
        return "harmful"
    if case.targets[code] == case.value(code):
        return "no change"
    if falls_short(case, code):
        return "below reached"
    if is_above_best(case, code):
        return "above the best"
    beyond = steps_needed(case, code) > steps_possible(case, code) + 1e-9
    return "beyond the pace" if beyond else "reachable"
