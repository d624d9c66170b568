"""A simulated panel of every province, in which all that was published of the indicators holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.analysis.common_factor import (
    CommonFactor,
    common_factor,
    national_bounds,
    within_weights,
)
from piilib.analysis.completion import complete_scoreboard
from piilib.analysis.completion_facts import HALF
from piilib.analysis.extremes import assign_extremes
from piilib.analysis.node_draws import draw_nodes
from piilib.analysis.node_level import Ints, Level
from piilib.analysis.pillar_completion import (
    national_law,
    node_facts,
    node_level,
    node_shares,
    within_reach,
)
from piilib.analysis.slices import correlated, precision_of
from piilib.data.provinces import resolve
from piilib.data.sheet import Sheet, load_sheet
from piilib.data.tables import load_table
from piilib.index.framework import INFERRED_YEARS, Framework
from piilib.index.method import Method
from piilib.index.scoring import caps, value_scores
from piilib.types import Array, Flags

#: The province of which a sheet is in hand; its printed values stand in the panel.
KNOWN = "cao-bang"
#: What every file, figure and page made from the panel says.
SIMULATED = "simulated: not the data of any province"


@dataclass(frozen=True)
class Demonstration:
    """Simulated panels of 63 provinces × 52 indicators, a year each.

    Attributes
    ----------
    panels : dict of int to DataFrame
        Units (keys) × indicator codes, in the indicators' own units, not rounded.
        ``attrs["simulated"]`` says what they are.
    scores : dict of int to DataFrame
        Units × codes of the framework above the indicators: the completed draw that the panel of
        the year gives under the official method as inferred.
    relaxed : DataFrame
        What could not be kept: ``year``, ``unit``, ``what``, ``wanted``, ``found``, ``reason``.
    factor : CommonFactor
    persistence : float
        Correlation of an indicator's score with that of the year before, from the two sheets.

    Examples
    --------
    >>> import piilib as pii
    >>> demo = pii.demonstration()
    >>> demo.relaxed["unit"].unique().tolist(), demo.panels[2023].attrs["simulated"]
    (['cao-bang'], 'simulated: not the data of any province')
    """

    panels: dict[int, pd.DataFrame]
    scores: dict[int, pd.DataFrame]
    relaxed: pd.DataFrame
    factor: CommonFactor
    persistence: float


def demonstration(
    seed: int | np.random.Generator = 0, *, data: str | Path | None = None
) -> Demonstration:
    """Simulate the panels of 2023 and 2024 behind one completed draw of the scoreboard.

    Parameters
    ----------
    seed : int or Generator
        Which draw, and everything below it.
    data : path, optional
        The data folder.

    Returns
    -------
    Demonstration

    Raises
    ------
    DataError
        Where published figures leave no panel at all.

    Notes
    -----
    Down the tree, each level is drawn given the scores above it (`node_draws`): index scores from
    `complete_scoreboard`, pillars and sub-pillars within the published highest and lowest of the
    country, each reached by somebody, and indicators of which one unit has the published
    highest value and one the lowest. Who leads how many indicators is as published; the rest is
    chosen by an integer programme near to a draw without leaders. Indicators are as alike as the
    published extremes of pillars and index imply (`common_factor`); the second year follows
    the first with the persistence that the two sheets in hand show. The known province's printed
    values stand as they are, so that its own scores differ from the published ones by what
    rounding of the print does; `Demonstration.relaxed` lists by how much.

    Examples
    --------
    >>> import piilib as pii
    >>> demo = pii.demonstration()
    >>> demo.panels[2024].shape, bool(demo.panels[2024].loc["cao-bang", "1.1.1"] == 45.28)
    ((63, 52), True)
    """
    rng = np.random.default_rng(seed)
    completion = complete_scoreboard(max(INFERRED_YEARS), data=data)
    chosen = int(rng.integers(len(completion.scores)))
    factor = common_factor(INFERRED_YEARS, data=data)
    alike = factor.draws(1, rng)
    persistence = score_persistence(data)
    panels: dict[int, pd.DataFrame] = {}
    scores: dict[int, pd.DataFrame] = {}
    relaxed: list[dict[str, object]] = []
    before: dict[str, Array] = {}
    for year in INFERRED_YEARS:
        index = completion.joint[year].iloc[[chosen]]
        law = _Law(year, list(index.columns), alike, persistence, before, data)
        before, top = _draw_levels(law, index.to_numpy()[..., None], rng, relaxed)
        panels[year] = _panel(law, before["indicator"][0], top)
        scores[year] = _scores(law, before)
        relaxed += _own_differences(law, panels[year], scores[year])
    columns = ["year", "unit", "what", "wanted", "found", "reason"]
    return Demonstration(
        panels, scores, pd.DataFrame(relaxed, columns=columns), factor, persistence
    )


def score_persistence(data: str | Path | None = None) -> float:
    """Correlation of the known province's 52 indicator scores in one year with those of the next.

    Examples
    --------
    >>> bool(0.5 < score_persistence() < 1)
    True
    """
    scores = []
    for year in INFERRED_YEARS:
        sheet, fw = load_sheet(KNOWN, year, data), Framework.official(year, data=data)
        scores.append(value_scores(sheet.table["value"], sheet, fw))
    return float(scores[0].corr(scores[1]))


@dataclass(frozen=True)
class _Law:
    """What a year is drawn from: its units, the common factor, and the year before."""

    year: int
    units: list[str]
    alike: tuple[Array, Array]
    persistence: float
    before: Mapping[str, Array]
    data: str | Path | None

    @cached_property
    def fw(self) -> Framework:
        return Framework.official(self.year, data=self.data)

    def of(
        self, level: Level, name: str, near: pd.DataFrame, parents: Array
    ) -> tuple[Array, Array]:
        """Mean (draws, units, n) and precision of a level, given the same level the year before."""
        mean, spread = national_law(level, near, parents)
        weights, blocks = (within_weights(self.fw, part).to_numpy() for part in (name, "pillar"))
        precision = precision_of(correlated(weights, blocks > 0, *self.alike), spread)
        if name not in self.before:
            return np.broadcast_to(mean, (*parents.shape[:2], len(mean))), precision
        earlier = self.before[name]
        kept = self.persistence * (earlier - earlier.mean(axis=1, keepdims=True))
        return mean + kept, precision / (1.0 - self.persistence**2)


def _draw_levels(
    law: _Law, index: Array, rng: np.random.Generator, relaxed: list[dict[str, object]]
) -> tuple[dict[str, Array], Flags]:
    """Draw pillars, sub-pillars and indicators, each given the level above: draws × units × n."""
    fw, facts = law.fw, node_facts(law.year, law.data)
    bounds = national_bounds(law.year, law.data)
    found = {}
    parents, above = index, fw.root
    for name in ("pillar", "subpillar"):
        extra = fw.children(fw.root) if above == fw.root else ()
        level = node_level(fw, law.units, name, above, facts, bounds, extra)
        level = replace(level, lower=np.maximum(level.lower, _floors(law, level, name, bounds)))
        parents = within_reach(level, parents)
        found[name] = draw_nodes(level, parents, *law.of(level, name, bounds, parents), rng)
        parents, above = found[name], name
    found["indicator"], top = _draw_indicators(law, parents, rng, relaxed)
    return found, top


def _draw_indicators(
    law: _Law, parents: Array, rng: np.random.Generator, relaxed: list[dict[str, object]]
) -> tuple[Array, Flags]:
    """Draw indicator scores, first without holders of the extremes, then with them.

    Returns scores (1 × units × n), and who holds the highest value of each indicator.
    """
    sheet, codes = load_sheet(KNOWN, law.year, law.data), list(law.fw.indicators)
    bounds = pd.DataFrame({"lowest": 0.0, "highest": 100.0}, index=codes)
    nothing = pd.DataFrame(columns=["unit", "node", "score", "rank", "address"])
    level = node_level(law.fw, law.units, "indicator", "subpillar", nothing, bounds)
    own = law.units.index(KNOWN)
    mine = _filled(value_scores(sheet.table["value"], sheet, law.fw).to_numpy(), level.sums)
    lower, upper = np.zeros_like(level.lower), np.full_like(level.upper, 100.0)
    lower[own] = upper[own] = mine
    level = replace(level, lower=lower, upper=upper, held=())
    parents = parents.copy()
    parents[:, own] = level.sums @ mine
    mean = law.of(level, "indicator", bounds, parents)
    freely = draw_nodes(level, parents, *mean, rng)[0]
    leads, sure = _leaders(law)
    full = [(u, i) for u, p in np.argwhere(parents[0] >= 100.0) for i in level.sums[p].nonzero()[0]]
    known = {own: (_highest(sheet, law.fw), np.flatnonzero(mine == 0.0))}
    found = assign_extremes(
        freely, level.sums, parents[0], leads, known, [*sure, *(cell for cell in full)]
    )
    top, bottom, unmet = found
    relaxed += [_too_many(law, unit, leads[unit], by) for unit, by in unmet.items()]
    lower, upper = np.where(top, 100.0, lower), np.where(bottom, 0.0, upper)
    lower[own] = upper[own] = mine
    pinned = replace(level, lower=lower, upper=upper)
    return draw_nodes(pinned, parents, *mean, rng), top


def _filled(scores: Array, sums: Array) -> Array:
    """Give a missing indicator the mean of its group, which leaves the group's score as it is."""
    known = np.isfinite(scores)
    means = sums @ np.where(known, scores, 0.0) / (sums @ known)
    filled: Array = np.where(known, scores, means @ (sums > 0))
    return filled


def _highest(sheet: Sheet, fw: Framework) -> Ints:
    """Find the indicators in which a sheet's unit stands at the country's best value."""
    values = sheet.table.loc[list(fw.indicators)]
    upwards = fw.table.loc[list(fw.indicators), "direction"] > 0
    best = values["highest"].where(upwards, values["lowest"])
    return np.flatnonzero(values["value"] == best)


def _floors(law: _Law, level: Level, name: str, bounds: pd.DataFrame) -> Array:
    """Lowest scores that the indicators a unit is known to lead leave it: units × rows."""
    floors = np.zeros(level.lower.shape)
    groups = list(law.fw.at_level("subpillar"))
    leads = np.zeros((len(law.units), len(law.fw.indicators)))
    for unit, indicator in _leaders(law)[1]:
        leads[unit, indicator] = 100.0
    in_groups = leads @ within_weights(law.fw, groups).to_numpy().T
    if name == "subpillar":
        return np.asarray(in_groups, dtype=float)
    least = np.maximum(in_groups, bounds.loc[groups, "lowest"].to_numpy())
    n = level.sums.shape[1]
    floors[:, :n] = least @ node_shares(law.fw, list(level.nodes[:n]), groups).T
    result: Array = floors
    return result


def _leaders(law: _Law) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """Read how many indicators a unit leads, and which are named, from ``facts.csv``."""
    leads: dict[int, int] = {}
    sure = []
    for fact in load_table("facts", law.data).itertuples():
        if int(fact.year) != law.year:
            continue
        if fact.kind == "leads":
            leads[law.units.index(resolve(fact.unit, law.data))] = int(fact.low)
        first = (fact.kind == "rank" and fact.low == "1") or fact.kind == "score"
        if str(fact.scope).startswith("indicator:") and first:
            code = str(fact.scope).partition(":")[2]
            unit = law.units.index(resolve(fact.unit, law.data))
            sure.append((unit, law.fw.indicators.index(code)))
    return leads, sure


def _too_many(law: _Law, unit: int, wanted: int, by: int) -> dict[str, object]:
    return {
        "year": law.year,
        "unit": law.units[unit],
        "what": "indicators led",
        "wanted": wanted,
        "found": wanted + by,
        "reason": "the drawn group scores leave no room for that number",
    }


def _panel(law: _Law, scores: Array, top: Flags) -> pd.DataFrame:
    """Turn indicator scores back into values between the published bounds, under the caps."""
    codes = list(law.fw.indicators)
    sheet = load_sheet(KNOWN, law.year, law.data)
    bounds = sheet.table.loc[codes]
    low, high = (bounds[column].to_numpy() for column in ("lowest", "highest"))
    upwards = law.fw.table.loc[codes, "direction"].to_numpy() > 0
    share = np.where(upwards, scores, 100.0 - scores) / 100.0
    values = low + share * (np.fmin(high, caps(law.fw)) - low)
    values = np.where(top, np.where(upwards, high, low), values)
    panel = pd.DataFrame(values, index=pd.Index(law.units, name="unit"), columns=codes)
    panel.loc[KNOWN] = bounds["value"]
    panel.attrs["simulated"] = SIMULATED
    return panel


def _scores(law: _Law, levels: Mapping[str, Array]) -> pd.DataFrame:
    """Set the completed draw out as units × nodes above the indicators.

    The index is that of its pillars, within 0.01 of the draw of the index alone.
    """
    fw = law.fw
    table = pd.DataFrame(index=pd.Index(law.units, name="unit"))
    for name in ("pillar", "subpillar"):
        table[list(fw.at_level(name))] = levels[name][0]
    for node in (*fw.children(fw.root), fw.root):
        parts = list(fw.children(node))
        table[node] = table[parts] @ fw.shares()[parts]
    return table[[code for code in fw.table.index if code in table.columns]]


def _own_differences(
    law: _Law, panel: pd.DataFrame, wanted: pd.DataFrame
) -> list[dict[str, object]]:
    """List the nodes whose score by the panel is not the completed draw's to 0.005."""
    found = Method(treatment="official").score(panel, law.fw).scores[wanted.columns]
    far = (found - wanted).abs() > HALF
    return [
        {
            "year": law.year,
            "unit": unit,
            "what": node,
            "wanted": wanted.at[unit, node],
            "found": found.at[unit, node],
            "reason": "its printed values are rounded",
        }
        for unit in law.units
        for node in wanted.columns
        if far.at[unit, node]
    ]
