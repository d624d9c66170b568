"""Scores of the 63 provinces carried over to the 34 units of July 2025, and how far that holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import scipy

from piilib.analysis.completion_system import rank
from piilib.data.lookup import data_dir
from piilib.data.provinces import provinces
from piilib.data.read import number, read_rows
from piilib.data.tables import load_scoreboard
from piilib.errors import DataError

WEIGHTS = ("equal", "population", "worst-low", "worst-high")


@dataclass(frozen=True)
class MergerCheck:
    """Merged scores against the published ranks of 2025.

    Attributes
    ----------
    correlation : DataFrame
        Index: weights. ``units`` (with a published rank), ``median``, ``low``, ``high`` (90 %) of
        Spearman's rank correlation over the draws: 1 where merged scores give the published
        order, 0 where they say nothing about it.
    units : DataFrame
        Index: unit, weights. ``published`` (rank of 2025), ``median``, ``low``, ``high`` (90 %) of
        the rank of the merged score among 34, ``outside`` (published lies beyond the interval).
    weights_matter : DataFrame
        Index: every one of the 34 units. ``members``, ``known`` (population of all of them),
        median merged score by each kind of weight, ``spread`` (largest less smallest, points),
        ``rank_spread`` (of the median ranks).
    note : str
    """

    correlation: pd.DataFrame
    units: pd.DataFrame
    weights_matter: pd.DataFrame
    note: str

    @property
    def discrepancies(self) -> pd.DataFrame:
        """Units whose published rank lies outside the 90 % interval under equal weights.

        Rows of `units`, for every kind of weights: where ``outside`` is False for another kind, the
        weights may account for it.
        """
        apart = self.units["outside"].xs("equal", level="weights")
        names = self.units.index.get_level_values("unit")
        return self.units[names.isin(apart.index[apart])]


def merger_weights(data: str | Path | None = None) -> pd.DataFrame:
    """List the members of the 34 units and what weights are known.

    Parameters
    ----------
    data : path, optional
        The data folder.

    Returns
    -------
    DataFrame
        A row for each of the 63 provinces, index ``member``: ``unit`` it belongs to, ``population``
        (thousands; NaN where unknown), ``known`` (of every member of the unit), ``equal`` and
        ``population_weight``: shares that sum to 1 in a unit. Where the population of a member is
        unknown the unit's shares are equal.

    Examples
    --------
    >>> table = merger_weights()
    >>> table.loc["cao-bang", "equal"].item(), table.loc["yen-bai", "unit"]
    (1.0, 'lao-cai')
    """
    path = data_dir(data) / "provinces.csv"
    rows = [
        r
        for r in read_rows(path, ["basis", "key", "merged_into"], ["population_thousand"])
        if r["basis"] == "63"
    ]
    table = pd.DataFrame(
        {
            "unit": [row["merged_into"] for row in rows],
            "population": [number(row, "population_thousand", path)[0] for row in rows],
        },
        index=pd.Index([row["key"] for row in rows], name="member"),
    )
    unknown = sorted(set(table["unit"]) - set(provinces(34, data).index))
    if unknown:
        raise DataError(repr(unknown[0]), "one of the 34 units", file=path, column="merged_into")
    group = table.groupby("unit")["population"]
    table["known"] = group.transform("count") == group.transform("size")
    table["equal"] = 1.0 / group.transform("size")
    share = table["population"] / group.transform("sum")
    table["population_weight"] = share.where(table["known"], table["equal"])
    return table


def merge_scores(
    scores_63: pd.DataFrame, weights: str = "equal", data: str | Path | None = None
) -> pd.DataFrame:
    """Carry draws of the scores of 63 provinces over to 34 units.

    Parameters
    ----------
    scores_63 : DataFrame
        Draws × 63 provinces (keys), score points.
    weights : {"equal", "population", "worst-low", "worst-high"}
        Mean of a unit's members: simple; by population where that of every member is in the data
        (`merger_weights`), else simple; its lowest or its highest member, which bound every
        weighted mean.
    data : path, optional
        The data folder.

    Returns
    -------
    DataFrame
        Draws × 34 units, points of the *63-unit scale*: not scores of the 34-unit ranking, whose
        bounds are others. A weighted mean of scores is not the score of a merged unit.

    Raises
    ------
    DataError
        For unknown weights, a province that is missing or unknown, a score that is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> keys = pii.provinces(63).index
    >>> one = pd.DataFrame([range(63)], columns=keys, dtype=float)
    >>> merged = merge_scores(one)
    >>> merged.shape, merged["cao-bang"].item() == one["cao-bang"].item()
    ((1, 34), True)
    """
    if weights not in WEIGHTS:
        raise DataError(f"weights={weights!r}", f"one of {', '.join(WEIGHTS)}")
    table = merger_weights(data)
    _check(scores_63, table)
    scores = scores_63[list(table.index)].to_numpy(dtype=float)
    share = table["population_weight" if weights == "population" else "equal"].to_numpy(dtype=float)
    columns = {}
    for unit in provinces(34, data).index:
        members = np.flatnonzero(table["unit"] == unit)
        part = scores[:, members]
        if weights == "worst-low":
            columns[unit] = part.min(axis=1)
        elif weights == "worst-high":
            columns[unit] = part.max(axis=1)
        else:
            columns[unit] = part @ share[members]
    return pd.DataFrame(columns, index=scores_63.index)


def _check(scores: pd.DataFrame, table: pd.DataFrame) -> None:
    missing = [unit for unit in table.index if unit not in scores.columns]
    more = [unit for unit in scores.columns if unit not in table.index]
    if missing or more:
        found = f"no score of {missing[0]}" if missing else f"{more[0]!r}"
        raise DataError(found, "a column for each of the 63 provinces, and no other")
    empty = scores.columns[scores.isna().any()]
    if len(empty):
        raise DataError("a missing score", "a score in every draw", column=str(empty[0]))


def merger_check(
    scores_2024: pd.DataFrame, year: int = 2025, data: str | Path | None = None
) -> MergerCheck:
    """Compare merged scores with the published ranks of the first ranking of 34 units.

    Parameters
    ----------
    scores_2024 : DataFrame
        Draws × 63 provinces: ``complete_scoreboard(2024).scores``.
    year : int
        A ranking of 34 units.
    data : path, optional
        The data folder.

    Returns
    -------
    MergerCheck

    Notes
    -----
    Only order is compared: a year lies between, the bounds of the 34-unit scale are others, and few
    units have a published rank, nearly all of them near the top.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> import piilib as pii
    >>> keys = pii.provinces(63).index
    >>> draws = np.random.default_rng(0).normal(40, 8, (200, 63))
    >>> check = merger_check(pd.DataFrame(draws, columns=keys))
    >>> bool(abs(check.correlation.loc["equal", "median"]) < 0.3)
    True
    """
    board = load_scoreboard(year, data)
    if board.basis != 34:
        raise DataError(f"year={year}", "a ranking of 34 units (2025 or later)")
    published = board.table["rank"].dropna()
    merged = {name: merge_scores(scores_2024, name, data) for name in WEIGHTS}
    ranks = {name: _ranks(scores) for name, scores in merged.items()}
    found = {name: _correlation(table, published) for name, table in ranks.items()}
    correlation = pd.DataFrame.from_dict(found, orient="index").rename_axis("weights")
    units = pd.concat(
        {name: _against(table, published) for name, table in ranks.items()}, names=["weights"]
    )
    units.index.names = ["weights", "unit"]
    known = merger_weights(data)
    alone = int((known.groupby("unit").size() == 1).sum())
    weighed = sorted(set(known.loc[known["known"], "unit"][known["equal"] < 1.0]))
    note = (
        f"{len(published)} of 34 units have a published rank; {alone} are not merged; the "
        f"population of every member is known of {', '.join(weighed) or 'none'} alone among the "
        "merged ones, all others are weighted equally under 'population'"
    )
    return MergerCheck(
        correlation, units.swaplevel().sort_index(), _weights_matter(merged, ranks, known), note
    )


def _ranks(scores: pd.DataFrame) -> pd.DataFrame:
    places = rank(scores.to_numpy(dtype=float))
    return pd.DataFrame(places.astype(float), index=scores.index, columns=scores.columns)


def _correlation(ranks: pd.DataFrame, published: pd.Series) -> dict[str, float]:
    values = published.to_numpy(dtype=float)
    per_draw = [
        scipy.stats.spearmanr(row, values).statistic for row in ranks[published.index].to_numpy()
    ]
    low, median, high = np.quantile(per_draw, [0.05, 0.5, 0.95])
    return {"units": len(published), "median": median, "low": low, "high": high}


def _against(ranks: pd.DataFrame, published: pd.Series) -> pd.DataFrame:
    ends = ranks[published.index].quantile([0.05, 0.5, 0.95])
    table = pd.DataFrame({"published": published})
    table["median"], table["low"], table["high"] = ends.loc[0.5], ends.loc[0.05], ends.loc[0.95]
    table["outside"] = (published < table["low"]) | (published > table["high"])
    return table


def _weights_matter(
    merged: dict[str, pd.DataFrame], ranks: dict[str, pd.DataFrame], known: pd.DataFrame
) -> pd.DataFrame:
    table = pd.DataFrame({name: scores.median() for name, scores in merged.items()})
    places = pd.DataFrame({name: one.median() for name, one in ranks.items()})
    group = known.groupby("unit")
    table.insert(0, "known", group["known"].all())
    table.insert(0, "members", group.size())
    table["spread"] = table[list(merged)].max(axis=1) - table[list(merged)].min(axis=1)
    table["rank_spread"] = places.max(axis=1) - places.min(axis=1)
    return table.rename_axis("unit")
