"""Pillar scores of every unit, given its index score and what was published of pillars."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from piilib.analysis.common_factor import (
    CommonFactor,
    common_factor,
    national_bounds,
    within_weights,
)
from piilib.analysis.completion import Completion
from piilib.analysis.completion_facts import HALF
from piilib.analysis.node_draws import draw_nodes
from piilib.analysis.node_level import Level, reach_of
from piilib.analysis.slices import correlated, precision_of
from piilib.data.cache import kept
from piilib.data.lookup import data_dir
from piilib.data.sheet import load_sheet, sheets_in
from piilib.data.tables import load_scoreboard
from piilib.index.framework import INFERRED_YEARS, Framework
from piilib.types import Array

NATIONAL = "national max"
#: Modules whose change makes kept draws stale.
_CODE = ("common_factor", "slices", "node_level", "node_draws", "pillar_completion")


@dataclass(frozen=True)
class PillarCompletion:
    """Draws of every unit's pillar and sub-index scores.

    Attributes
    ----------
    year : int
    scores : DataFrame
        Draws × (node, unit): ``IN``, ``OUT`` and the pillars, score points.
    facts : DataFrame
        A published figure a row: ``unit``, ``node``, ``score``, ``rank``, ``satisfied`` (share of
        the draws in which it holds), ``address``.
    factor : CommonFactor
        How strongly indicators are tied together: what the draws assume besides the facts.
    prior : str
        What is assumed where nothing was published, in a sentence.

    Examples
    --------
    >>> import piilib as pii
    >>> pillars = pii.complete_pillars(pii.complete_scoreboard(2025, draws=100))
    >>> pillars.interval("hai-phong").loc["1"].round(2).tolist()  # the country's highest
    [79.55, 79.55, 79.55]
    """

    year: int
    scores: pd.DataFrame
    facts: pd.DataFrame
    factor: CommonFactor
    prior: str

    def interval(self, unit: str, level: float = 0.9) -> pd.DataFrame:
        """Interval of each of a unit's scores: nodes × ``low``, ``median``, ``high``, points."""
        mine = self.scores.xs(unit, axis=1, level="unit")
        ends = mine.quantile([(1 - level) / 2, 0.5, (1 + level) / 2]).T
        return ends.set_axis(["low", "median", "high"], axis=1)


def complete_pillars(
    completion: Completion,
    seed: int | np.random.Generator = 0,
    *,
    facts: pd.DataFrame | None = None,
    data: str | Path | None = None,
) -> PillarCompletion:
    """Draw every unit's pillar scores from its index scores, by Gibbs sampling.

    Parameters
    ----------
    completion : Completion
        Draws of the index.
    seed : int or Generator
    facts : DataFrame, optional
        What is known of nodes below the index, as `node_facts` gives, which is read unless given.
    data : path, optional
        The data folder.

    Returns
    -------
    PillarCompletion
        As many draws as the completion has; row i belongs to its row i.

    Raises
    ------
    DataError
        Where published pillar scores or ranks contradict the index or each other.

    Notes
    -----
    Every draw has the pillars' weighted mean equal to the drawn index score, moved by up to 0.01
    where rounded figures ask for it, and satisfies every published figure: scores ± 0.005, ranks,
    the country's highest and lowest of each pillar (reached by somebody), leaders. Where nothing
    is published, pillars are normal with the spread that the country's range of each implies (for
    a year without a sheet, the range of the nearest year, as a spread only), as alike as published
    extremes imply (`common_factor`; drawn anew in each draw, within its interval).
    Published pillars do not change the index draws.

    Examples
    --------
    >>> import piilib as pii
    >>> c = pii.complete_scoreboard(2025, draws=100)
    >>> pillars = pii.complete_pillars(c)
    >>> bool(pillars.scores["1", "khanh-hoa"].between(58.75, 58.77).all())
    True
    """
    entropy = int(seed.integers(2**63)) if isinstance(seed, np.random.Generator) else int(seed)
    fw = Framework.official(inferred=False, data=data)
    year, units = completion.year, list(completion.scores.columns)
    facts = node_facts(year, data) if facts is None else facts
    factor = common_factor(units=len(units), data=data)
    bounds, near = _bounds(year, data)
    level = node_level(fw, units, "pillar", fw.root, facts, bounds, extra=fw.children(fw.root))
    index = completion.scores.to_numpy()[..., None]
    parts = [data_dir(data) / f"{name}.csv" for name in ("pillars", "sheets", "framework")]
    parts += [Path(__file__).with_name(f"{name}.py") for name in _CODE]
    compute = partial(_drawn, level, fw, index, near, factor, entropy)
    rest_on = [*parts, year, entropy, index.tobytes(), facts.to_csv()]
    found: dict[str, Any] = kept("pillars", rest_on, compute)
    columns = pd.MultiIndex.from_product([level.nodes, units], names=["node", "unit"])
    by_node = np.moveaxis(found["scores"] @ level.rows.T, 2, 1)
    scores = pd.DataFrame(by_node.reshape(len(index), -1), columns=columns)
    scores = scores[list(fw.children(fw.root)) + list(fw.at_level("pillar"))]
    between, low, high = factor.between
    said = (
        f"{year}: pillars normal about the country's middle, with the spread that the range of "
        f"{near.attrs['year']} implies; two indicators correlate by {factor.within.value:.2f} "
        f"({factor.within.low:.2f} to {factor.within.high:.2f}) within a pillar and by "
        f"{between:.2f} ({low:.2f} to {high:.2f}) between pillars"
    )
    return PillarCompletion(year, scores, _satisfied(facts, scores), factor, said)


def _drawn(
    level: Level,
    fw: Framework,
    index: Array,
    near: pd.DataFrame,
    factor: CommonFactor,
    entropy: int,
) -> dict[str, Array]:
    rng = np.random.default_rng(entropy)
    parents = within_reach(level, index)
    mean, spread = national_law(level, near, parents)
    weights = within_weights(fw, "pillar").to_numpy()
    correlations = correlated(weights, weights > 0, *factor.draws(len(index), rng))
    precision = precision_of(correlations, spread)
    return {"scores": draw_nodes(level, parents, mean, precision, rng)}


def _bounds(year: int, data: str | Path | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the national bounds of a year, and those of the nearest year that has them all."""
    nearest = min(INFERRED_YEARS, key=lambda known: abs(known - year))
    near = national_bounds(nearest, data)
    near.attrs["year"] = nearest
    if nearest == year:
        return near, near
    bounds = pd.DataFrame(np.nan, index=near.index, columns=near.columns)
    table = load_scoreboard(year, data).pillars
    for row in table[(table["key"] == NATIONAL) & table["score"].notna()].itertuples():
        bounds.loc[row.code, "highest"] = row.score
    return bounds, near


def node_facts(year: int, data: str | Path | None = None) -> pd.DataFrame:
    """List the published scores and ranks of nodes below the index, by unit.

    Returns
    -------
    DataFrame
        Columns ``unit``, ``node``, ``score``, ``rank`` (NaN where not published), ``address``: rows
        of ``pillars.csv``, and the scores that sheets print.

    Examples
    --------
    >>> node_facts(2024).query("unit == 'cao-bang' and node == '1'")["score"].tolist()
    [42.2]
    """
    folder = data_dir(data)
    table = load_scoreboard(year, data).pillars.rename(columns={"key": "unit", "code": "node"})
    rows = table[table["unit"] != NATIONAL].to_dict("records")
    levels = Framework.official(inferred=False, data=data).table["level"]
    for unit, of in sheets_in(folder / "sheets.csv", folder):
        if of != year:
            continue
        sheet = load_sheet(unit, year, folder)
        for node, value in sheet.table["value"].dropna().items():
            if levels[node] in ("pillar", "subpillar"):
                rows.append({"unit": unit, "node": node, "score": value, "address": sheet.source})
    found = pd.DataFrame(rows, columns=["unit", "node", "score", "rank", "address"])
    return found.drop_duplicates(["unit", "node"], keep="last").reset_index(drop=True)


def node_level(
    fw: Framework,
    units: list[str],
    level: str,
    parents: str,
    facts: pd.DataFrame,
    bounds: pd.DataFrame,
    extra: tuple[str, ...] = (),
) -> Level:
    """Set out what is known of the nodes of a level.

    Parameters
    ----------
    fw : Framework
    units : list of str
    level, parents : str
        Words of the framework's column ``level``; ``parents`` may be the root's code.
    facts : DataFrame
        As `node_facts` gives.
    bounds : DataFrame
        National ``lowest`` and ``highest`` by node; NaN where not published (0 and 100 then).
    extra : tuple of str
        Nodes between the two levels that have facts too.
    """
    parts = list(fw.at_level(level))
    above = [parents] if parents == fw.root else list(fw.at_level(parents))
    nodes = [*parts, *extra]
    rows = np.vstack([np.eye(len(parts)), node_shares(fw, list(extra), parts)])
    known = bounds.reindex(nodes)
    lower = np.tile((known["lowest"] - HALF).clip(lower=0.0).fillna(0.0), (len(units), 1))
    upper = np.tile((known["highest"] + HALF).clip(upper=100.0).fillna(100.0), (len(units), 1))
    ranks: dict[int, dict[int, int]] = {}
    for fact in facts[facts["node"].isin(nodes)].itertuples():
        unit, node = units.index(fact.unit), nodes.index(fact.node)
        if fact.score == fact.score:
            lower[unit, node], upper[unit, node] = fact.score - HALF, fact.score + HALF
        if fact.rank == fact.rank:
            ranks.setdefault(node, {})[unit] = int(fact.rank)
    lower, upper = lower.clip(0.0, 100.0), upper.clip(0.0, 100.0)
    for node, of in ranks.items():
        first = [unit for unit, rank in of.items() if rank == 1]
        if first and not np.isnan(known["highest"].iloc[node]):
            lower[first, node] = max(known["highest"].iloc[node] - HALF, 0.0)
    held = [
        (node, float(value))
        for node, code in enumerate(parts)
        for value in known.loc[code, ["highest", "lowest"]]
        if value == value and not _has_holder(value, lower[:, node], upper[:, node])
    ]
    return Level(units, nodes, node_shares(fw, above, parts), rows, lower, upper, ranks, held)


def node_shares(fw: Framework, above: list[str], parts: list[str]) -> Array:
    """Weights of the parts in the nodes above them: above × parts."""
    inside = within_weights(fw, [*above, *parts])
    carried = (inside > 0).mul(fw.effective_weights(), axis=1).sum(axis=1)
    shares = np.zeros((len(above), len(parts)))
    for i, node in enumerate(above):
        for j, part in enumerate(parts):
            if node in fw.ancestors(part):
                shares[i, j] = carried[part] / carried[node]
    return shares


def _has_holder(value: float, lower: Array, upper: Array) -> bool:
    """Tell whether a unit's published score is the national extreme."""
    printed = upper - lower <= 2 * HALF + 1e-9
    return bool((printed & (np.abs((lower + upper) / 2 - value) <= HALF)).any())


def within_reach(level: Level, parents: Array) -> Array:
    """Move scores by up to 0.01, the width of a printed score, to where those below can give them.

    A published index of 33.76 beside an input of 44.18 and an output of 23.35 lies between 33.76
    and 33.765, though a draw of the index alone starts at 33.755.
    """
    low, high = reach_of(level, parents)
    nearest = np.clip(parents, low, high)
    return np.where(np.abs(nearest - parents) <= 2 * HALF, nearest, parents)


def national_law(level: Level, near: pd.DataFrame, parents: Array) -> tuple[Array, Array]:
    """Middle and spread of every part in the country, from its range and its parents' mean.

    The highest of n normal scores lies Φ⁻¹((n − 3/8)/(n + 1/4)) deviations above the middle (Blom
    1958), which gives the spread; middles lie at one share of the ranges for all parts of a
    parent, so that their weighted mean is the parents' mean over all units and draws.
    """
    units, n = len(level.units), level.sums.shape[1]
    ends = near.loc[list(level.nodes[:n])].to_numpy(dtype=float)
    low, width = ends[:, 0], ends[:, 1] - ends[:, 0]
    mean = np.zeros(n)
    for p, weights in enumerate(level.sums):
        share = (parents[..., p].mean() - weights @ low) / (weights @ width)
        inside = weights > 0
        mean[inside] = low[inside] + share * width[inside]
    return mean, width / (2.0 * ndtri((units - 0.375) / (units + 0.25)))


def _satisfied(facts: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Add the share of draws in which each fact about these nodes holds."""
    facts = facts[facts["node"].isin(scores.columns.get_level_values("node"))].copy()
    shares = []
    for fact in facts.itertuples():
        every = scores[fact.node]
        mine = every[fact.unit]
        holds = pd.Series(True, index=scores.index)
        if fact.score == fact.score:
            holds &= (mine - fact.score).abs() <= HALF + 1e-9
        if fact.rank == fact.rank:
            holds &= 1 + every.gt(mine, axis=0).sum(axis=1) == fact.rank
        shares.append(float(holds.mean()))
    return facts.assign(satisfied=shares).reset_index(drop=True)
