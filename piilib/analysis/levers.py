"""Levers: which indicators give the most index points for a unit of effort."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from piilib.analysis.calibration import unit_size, whole_numbers
from piilib.analysis.effort import effort as effort_of
from piilib.analysis.effort import prices
from piilib.analysis.lever_doubt import TOP as TOP
from piilib.analysis.lever_doubt import how_sure
from piilib.analysis.lever_parts import index_weights as index_weights
from piilib.analysis.lever_parts import position, spans, step_gain
from piilib.analysis.whatif import QUANTILES, Anchor, anchor, new_values
from piilib.data.effort_tables import NEVER_LEVERS, effort_unit, load_effort
from piilib.data.sheet import Sheet
from piilib.data.tables import Plan, agency_name, has_plan, load_context, load_plan
from piilib.errors import DataError
from piilib.types import Array


def levers(
    sheet: Sheet | Anchor,
    effort: pd.DataFrame | str | Path | None = None,
    draws: int = 10_000,
    seed: int = 0,
    plan: Plan | None = None,
    data: str | Path | None = None,
) -> pd.DataFrame:
    """Gain per effort of one typical step on every indicator, best first.

    Parameters
    ----------
    sheet : Sheet or Anchor
        An `Anchor` brings its own calibration and efforts.
    effort : DataFrame or path, optional
        Table of efforts (see `load_effort`); the default is the data folder's.
    draws : int
        Redraws of step and difficulty for the probabilities.
    seed : int
    plan : Plan, optional
        Targets and lead agencies; the default is the province's own plan where the data have
        one, else the usual kind of department.
    data : path, optional

    Returns
    -------
    DataFrame
        Index: indicator, recommended ones first by ``gain_per_effort``. All gains are index
        points. ``gain``, ``gain_low``, ``gain_high``: one step at the bounds of the sheet's
        year; ``net``, ``net_low``, ``net_high``: the same step, made *beyond* the common drift,
        at bounds moved by that drift; ``effort``: of the step, in ``effort_unit``
        (difficulty-weighted "years", or "million VND" where the efforts are costs);
        ``gain_per_effort`` = net / effort (large: a good place for the next year or million);
        ``standing``: what standing still costs if the bounds drift on; ``p_top``, with
        ``p_top_low_doubt`` and ``p_top_high_doubt``: probability of being among the best ten
        when step and difficulty are redrawn (σ = 0.5, 0.25, 0.8); ``group`` A (≥ 0.7), B (≥ 0.4)
        or C; ``robust``: ≥ 0.5 at all three (and under other models of effort: `robust_levers`);
        ``eligible`` and ``why_not``: "growth", "excluded", "nothing to gain", "no value", "no
        cost"; ``needed``: the value that the step comes to where the bounds move (today's value +
        drift + step); ``more``, ``more_low``, ``more_high``: gain of one more natural unit at the
        year's bounds (NaN where ``denominator_missing``); ``count``: things counted today (NaN
        where no one whole number fits the print); ``target``, ``target_gain``
        (with ``target_gain_low``, ``target_gain_high``),
        ``target_net``, ``target_effort``, ``target_gain_per_effort``: the plan's target.

    Examples
    --------
    >>> import piilib as pii
    >>> sheet = pii.load_sheet("cao-bang", 2024)
    >>> table = pii.levers(sheet, draws=100)
    >>> table.at["7.1.1", "why_not"], len(table)
    ('growth', 52)
    >>> float(table.at["6.1.1", "more"].round(3))  # one more patent application
    0.135
    """
    base = anchored(sheet, effort, seed, data)
    folder = data if data is not None and Path(data).is_dir() else None
    if plan is None and has_plan(base.sheet.unit, folder):
        plan = load_plan(base.sheet.unit, folder)
    table = pd.concat(
        [
            _facts(base, plan, folder),
            _one_step(base),
            _natural_unit(base, folder),
            _to_target(base, plan),
        ],
        axis=1,
    )
    table["why_not"] = _why_not(base, table)
    table["eligible"] = table["why_not"] == ""
    table = pd.concat([table, how_sure(base, table["eligible"], draws, seed)], axis=1)
    order = table.assign(first=~table["eligible"], best=-table["gain_per_effort"])
    return table.loc[order.sort_values(["first", "best"], kind="stable").index]


def anchored(
    sheet: Sheet | Anchor,
    effort: pd.DataFrame | str | Path | None,
    seed: int,
    data: str | Path | None,
) -> Anchor:
    """Return the anchor of a sheet, or the one given, which brings its own efforts."""
    if isinstance(sheet, Anchor):
        if effort is not None:
            raise DataError("an anchor and efforts", "efforts given to anchor()")
        return sheet
    if effort is not None and not isinstance(effort, pd.DataFrame):
        effort = load_effort(effort, data if data and Path(data).is_dir() else None)
    return anchor(sheet, effort=effort, seed=seed, data=data)


def _facts(base: Anchor, plan: Plan | None, data: str | Path | None) -> pd.DataFrame:
    codes = list(base.fw.indicators)
    printed, drawn = base.sheet.table.loc[codes], base.calibration
    framework = base.fw.table.loc[codes]
    efforts = base.effort.loc[codes]
    lead = framework.get("lead_vi", pd.Series("", index=codes)).copy()
    if plan is not None:
        given = plan.table["lead"].reindex(codes).fillna("")
        lead = given.where(given != "", lead)
    return pd.DataFrame(
        {
            "kind": efforts["kind"],
            "lead": [agency_name(name, data) for name in lead],
            "weight": index_weights(base),
            "value": printed["value"],
            "lowest": printed["lowest"],
            "highest": printed["highest"],
            "score": np.median(drawn.scores(), axis=0),
            "step": efforts["step"].astype(float),
            "difficulty": efforts["difficulty"].astype(float),
            "effort_unit": effort_unit(efforts),
            "lag_years": efforts["lag_years"].astype(float),
            "every_year": efforts["kind"] == "count-flow",
            "measured_yearly": framework.get("measured_yearly", pd.Series("", index=codes))
            != "false",
            "cap_unknown": framework.get("unidentified", pd.Series("", index=codes)) == "true",
            "capped": framework.get("cap", pd.Series(np.nan, index=codes)).notna(),
            "drift": base.drift["reason"].where(~base.drift["moved"], "moved"),
        },
        index=codes,
    )


def _one_step(base: Anchor) -> pd.DataFrame:
    codes = list(base.fw.indicators)
    step = base.effort.loc[codes, "step"].to_numpy(dtype=float)
    size, price, gamma = prices(base.effort, codes)
    weight, score = index_weights(base), base.calibration.scores()
    span, moved = spans(base)
    u = position(base)
    gain = step_gain(score, step, span, weight)
    net = step_gain(score, step, moved, weight)
    cost = effort_of(u, u + step / span, size, price, span, gamma)
    own_bound = _is_a_bound(base)
    low = np.where(own_bound, 0.0, np.quantile(gain, QUANTILES[0], axis=0))
    net_low = np.where(own_bound, 0.0, np.quantile(net, QUANTILES[0], axis=0))
    standing = weight * (base.moved_scores(base.calibration.value) - score)
    needed = np.median(base.calibration.value + base.calibration.direction * step, axis=0)
    needed = needed + np.median(_keeping_pace(base), axis=0)
    return pd.DataFrame(
        {
            "gain": np.median(gain, axis=0),
            "gain_low": low,
            "gain_high": np.quantile(gain, QUANTILES[2], axis=0),
            "net": np.median(net, axis=0),
            "net_low": net_low,
            "net_high": np.quantile(net, QUANTILES[2], axis=0),
            "effort": np.median(cost, axis=0),
            "gain_per_effort": np.median(net / cost, axis=0),
            "standing": np.median(standing, axis=0),
            "needed": needed,
            "bound_moves": own_bound,
        },
        index=codes,
    )


def _keeping_pace(base: Anchor) -> Array:
    """Rise that only keeps the unit's place between bounds that move; shape (draws, indicators)."""
    drawn = base.calibration
    low, high = (base.drift[c].to_numpy() for c in ("low_shift", "high_shift"))
    place = (drawn.value - drawn.low) / (drawn.high - drawn.low)
    return np.asarray(low + place * (high - low))


def _is_a_bound(base: Anchor) -> Array:
    """Where the unit is itself the national lowest or highest, so that the bound moves with it."""
    printed = base.sheet.table.loc[list(base.fw.indicators)]
    value = printed["value"].to_numpy()
    lowest = (value == printed["lowest"].to_numpy()) & (value != 0.0)
    return np.asarray(lowest | (value == printed["highest"].to_numpy()))


def _why_not(base: Anchor, table: pd.DataFrame) -> pd.Series:
    score = base.calibration.scores()
    with np.errstate(invalid="ignore"):
        full = pd.Series((score >= 100.0 - 1e-9).all(axis=0), index=table.index)
    reasons = pd.Series("", index=table.index)
    reasons[table["difficulty"].isna()] = "no cost"
    best = table["highest"].where(base.calibration.direction > 0, table["lowest"])
    reasons[full | (table["value"] == best)] = "nothing to gain"
    reasons[table["value"].isna()] = "no value"
    for kind in NEVER_LEVERS:
        reasons[table["kind"] == kind] = kind
    return reasons


def _natural_unit(base: Anchor, data: str | Path | None) -> pd.DataFrame:
    codes = list(base.fw.indicators)
    context = load_context(base.sheet.unit, base.sheet.year, data)
    weight, score = index_weights(base), base.calibration.scores()
    rows = {}
    for i, code in enumerate(codes):
        row = base.fw.table.loc[code]
        counted = str(row.get("counted", "")) == "true"
        size = unit_size(str(row.get("denominator", "")), context) if counted else None
        natural = str(row.get("natural_size", ""))
        if size is None and not counted and natural:
            size = (float(natural),) * 3
        more = np.full(score.shape[0], np.nan)
        if size is not None:
            value = base.calibration.value + base.calibration.direction[i] * size[0]
            more = weight[i] * (base.calibration.scores(value)[:, i] - score[:, i])
        quantiles = np.quantile(more, QUANTILES)
        count = _whole_count(base, code, size) if counted and size else np.nan
        rows[code] = {
            "more": quantiles[1],
            "more_low": quantiles[0],
            "more_high": quantiles[2],
            "count": count,
            "natural_size": np.nan if size is None else size[0],
            "denominator_missing": counted and size is None,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _whole_count(base: Anchor, code: str, size: tuple[float, float, float]) -> float:
    """Return the number of things behind a print; NaN where no one whole number fits."""
    value, half = (float(t.at[code, "value"]) for t in (base.sheet.table, base.sheet.half))
    drawn = np.round(base.calibration.value[:, base.column[code]] / size[0])
    one = np.isfinite(value) and whole_numbers(value, half, size) and drawn.min() == drawn.max()
    return float(drawn[0]) if one else np.nan


def _to_target(base: Anchor, plan: Plan | None) -> pd.DataFrame:
    codes = list(base.fw.indicators)
    nothing = pd.Series(np.nan, index=codes)
    target = nothing if plan is None else plan.table["target"].reindex(codes).astype(float)
    changes = {code: float(x) for code, x in target.dropna().items()}
    value = new_values(base, {str(code): x for code, x in changes.items()})
    weight, score = index_weights(base), base.calibration.scores()
    gain = weight * (base.calibration.scores(value) - score)
    net = weight * (base.moved_scores(value) - score)
    span, _ = spans(base)
    u = position(base)
    end = (value - base.calibration.low) / span
    end = np.where(base.calibration.direction < 0, 1.0 - end, end)
    end = np.minimum(end, np.maximum(u, 1.0))  # beyond the attainable best nothing is bought
    size, price, gamma = prices(base.effort, codes)
    cost = effort_of(u, end, size, price, span, gamma)
    known = target.notna()
    frame = pd.DataFrame(
        {
            "target": target,
            "target_gain": np.median(gain, axis=0),
            "target_gain_low": np.quantile(gain, QUANTILES[0], axis=0),
            "target_gain_high": np.quantile(gain, QUANTILES[2], axis=0),
            "target_net": np.median(net, axis=0),
            "target_effort": np.median(cost, axis=0),
        },
        index=codes,
    )
    frame.loc[~known] = np.nan
    positive = frame["target_effort"] > 0
    frame["target_gain_per_effort"] = frame["target_net"].where(positive) / frame[
        "target_effort"
    ].where(positive)
    return frame
