"""What a rank outlook starts from: the unit, its results, its gains, and what is not known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.analysis.completion import Completion
from piilib.analysis.merger import merger_weights
from piilib.analysis.outlook_change import MERGER_YEAR, TauFit
from piilib.analysis.outlook_futures import Futures, Published
from piilib.analysis.outlook_progress import Progress, plan_progress
from piilib.analysis.whatif import Anchor, anchor
from piilib.data.provinces import provinces, resolve
from piilib.data.sheet import Sheet
from piilib.data.tables import Plan, has_plan, load_plan, load_scoreboard
from piilib.errors import DataError
from piilib.types import Array

SCENARIOS = ("nothing", "plan", "gain")
#: Competitors this many places from a rank stand near it.
_NEAR = 4


@dataclass(frozen=True)
class Entry:
    """The unit, and what of its own is in hand.

    Attributes
    ----------
    unit : str
        Key among the 34 units.
    member : str
        The province of the sheet: the unit itself, or one of those it was merged from.
    share : float
        Share of the member in the unit (simple mean).
    year : int
        Of the sheet; 2024 without one.
    start : float
        Published score of 2024 on the sheet; NaN without one.
    score, rank : float
        The unit's own result on the 34-unit scale; NaN where it is not in hand.
    sheet : Sheet, Anchor or None
    """

    unit: str
    member: str
    share: float
    year: int
    start: float
    score: float
    rank: float
    sheet: Sheet | Anchor | None


def read_entry(sheet: Sheet | Anchor | str, data: str | Path | None = None) -> Entry:
    """Find the unit of a sheet among the 34, and its own results."""
    given = None if isinstance(sheet, str) else sheet
    own = sheet.sheet if isinstance(sheet, Anchor) else sheet
    member = resolve(own, data) if isinstance(own, str) else own.unit
    year = MERGER_YEAR - 1 if isinstance(own, str) else own.year
    if year > MERGER_YEAR:
        raise DataError(f"a sheet of {year}", f"one of {MERGER_YEAR} or earlier")
    unit, share = _unit_of(member, year, given is not None, data)
    start = np.nan
    score, rank = results(data).loc[unit]
    if isinstance(own, Sheet) and "PII" not in own.recomputed:
        if year == MERGER_YEAR - 1:
            start = own.score
        elif year == MERGER_YEAR and not np.isnan(own.score):
            score, rank = own.score, np.nan if own.rank is None else float(own.rank)
    return Entry(unit, member, share, year, start, float(score), float(rank), given)


def _unit_of(member: str, year: int, of_sheet: bool, data: str | Path | None) -> tuple[str, float]:
    """Return the unit that a province belongs to, and the province's share of it."""
    named = member in provinces(34, data).index
    if named and (not of_sheet or year >= MERGER_YEAR):
        return member, 1.0
    weights = merger_weights(data)
    return str(weights.at[member, "unit"]), float(weights.at[member, "equal"])


def results(data: str | Path | None = None) -> pd.DataFrame:
    """Scores and ranks of 2025 in the data; NaN everywhere where there is no such year."""
    try:
        return load_scoreboard(MERGER_YEAR, data).table[["score", "rank"]].astype(float)
    except DataError as error:
        if not error.found.startswith("no scoreboard"):
            raise
    return pd.DataFrame(np.nan, provinces(34, data).index, ["score", "rank"])


def read_published(entry: Entry, data: str | Path | None = None) -> Published | None:
    """Read the units whose score and rank of 2025 are in hand; None with fewer than two.

    The unit's own result, if it is on a sheet alone, counts among them where its rank is known.
    """
    table = results(data)
    units = list(table.index)
    if not np.isnan(entry.score):
        table.loc[entry.unit] = [entry.score, entry.rank]
    known = table.dropna().sort_values("rank")
    if len(known) < 2:
        if not np.isnan(entry.score):
            raise DataError(
                f"the result of {entry.unit} in {MERGER_YEAR} and {len(known)} ranks with scores",
                "two or more published ranks with scores, to place it among the others",
            )
        return None
    position = np.array([units.index(unit) for unit in known.index])
    ranks, scores = (known[name].to_numpy(dtype=float) for name in ("rank", "score"))
    return Published(position, ranks, scores, entry.score)


def gains(
    entry: Entry,
    plan: Plan | None,
    gain: float | Array | None,
    scenario: str | None,
    years: int,
    draws: int,
    rng: np.random.Generator,
    data: str | Path | None = None,
    source: str | Path | None = None,
) -> tuple[str, Array, Progress | None]:
    """Choose the scenario and draw its gain: its name, points of each draw, the plan's progress.

    `data` is the data folder, `source` where the sheet of the year before is looked for.
    """
    chosen = scenario or ("gain" if gain is not None else "plan" if plan is not None else "nothing")
    if chosen not in SCENARIOS:
        raise DataError(f"scenario={scenario!r}", f"one of {', '.join(SCENARIOS)}")
    if chosen == "gain":
        return chosen, entry.share * _given(gain, draws), None
    if chosen == "nothing":
        return chosen, np.zeros(draws), None
    if entry.sheet is None:
        raise DataError(f"a plan of {entry.unit} without its sheet", "a sheet, or gain=")
    if plan is None and has_plan(entry.member, data):
        plan = load_plan(entry.member, data)
    if plan is None:
        raise DataError(f"no plan of {entry.member}", "plan=, or another scenario")
    if plan.unit != entry.member:
        raise DataError(f"a plan of {plan.unit}", f"one of {entry.member}")
    if isinstance(entry.sheet, Anchor):
        base = entry.sheet
    else:
        base = anchor(entry.sheet, years=years, seed=int(rng.integers(2**31)), data=source)
    progress = plan_progress(base, plan, years, draws, rng, data=data)
    return chosen, entry.share * progress.gain(), progress


def _given(gain: float | Array | None, draws: int) -> Array:
    points = np.asarray(np.nan if gain is None else gain, dtype=float)
    if points.ndim == 0:
        points = np.full(draws, float(points))
    if points.shape != (draws,) or not np.isfinite(points).all():
        raise DataError(f"a gain of shape {points.shape}", f"a number, or {draws} of them")
    return points


def evidence(
    entry: Entry,
    futures: Futures,
    fit: TauFit,
    base_year: int,
    completion: Completion,
    data: str | Path | None = None,
) -> pd.Series:
    """List what the outlook rests on; see `RankOutlook`."""
    start = futures.starts["mean"]
    places = (-start).argsort(axis=1).argsort(axis=1) + 1
    units = list(provinces(34, data).index)
    members = merger_weights(data).groupby("unit").groups
    near = np.abs(np.median(places, axis=0) - 30) <= _NEAR
    paired = [set(members[unit]) <= set(fit.pairs.index) for unit in units]
    competitors = [p and n and u != entry.unit for p, n, u in zip(paired, near, units, strict=True)]
    return pd.Series(
        {
            "base_year": float(base_year),
            "result_score": entry.score,
            "result_rank": entry.rank,
            "start": float(np.median(start[:, futures.own])),
            "expected_change": float(futures.change[futures.own]),
            "steps": float(len(futures.noise) - (base_year - MERGER_YEAR + 1)),
            "pairs": float(len(fit.pairs)),
            "pairs_top_13": float((fit.pairs["rank"] <= 13).sum()),
            "pairs_near_30": float(sum(competitors)),
            "completions": float(len(completion.scores)),
            "effective_completions": futures.size,
            "share_of_unit": entry.share,
        }
    )
