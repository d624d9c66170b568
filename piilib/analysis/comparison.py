"""Methods or years side by side: scores, ranks, who moves, trends."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from piilib.errors import DataError
from piilib.index.method import Result


def compare(results: Mapping[str, Result], node: str | None = None) -> pd.DataFrame:
    """Put two or more results side by side.

    Parameters
    ----------
    results : mapping
        Name (a year, a method) to result, the first being what the others are compared with.
    node : str, optional
        Which node; the index unless given.

    Returns
    -------
    DataFrame
        Index: unit, the best of the last result first. ``score_<name>`` and ``rank_<name>`` for
        each; ``score_change`` = last − first and ``rank_change`` = first − last rank, so a
        positive number is a rise in both. A unit that is in one of them only has no change.
        Ranks are those of each result, among its own units.

    Raises
    ------
    DataError
        If there are fewer than two results, or a node is not in all of them.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [0, 60, 100], "b": [100, 60, 0]}, index=["x", "y", "z"])
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> m = pii.Method()
    >>> results = {"equal": m.score(panel, fw), "3a": m.replace(weights={"a": 3}).score(panel, fw)}
    >>> pii.compare(results).drop(columns=["rank_equal", "rank_3a"])
       score_equal  score_3a  score_change  rank_change
    z         50.0      75.0          25.0          1.0
    y         60.0      60.0           0.0         -1.0
    x         50.0      25.0         -25.0         -1.0
    """
    if len(results) < 2:
        raise DataError(f"{len(results)} result", "two or more to compare")
    node = node or _root(results)
    columns: dict[str, pd.Series] = {}
    for what in ("scores", "ranks"):
        for name, result in results.items():
            if node not in result.scores.columns:
                raise DataError(f"no {node!r} in {name!r}", "a node of every result")
            columns[f"{what[:-1]}_{name}"] = getattr(result, what)[node]
    table = pd.DataFrame(columns)
    first, *_, last = results
    table["score_change"] = table[f"score_{last}"] - table[f"score_{first}"]
    table["rank_change"] = table[f"rank_{first}"] - table[f"rank_{last}"]
    return table.sort_values([f"rank_{last}", f"rank_{first}"], kind="stable")


def agreement(results: Mapping[str, Result], node: str | None = None) -> pd.DataFrame:
    """Tell how alike the rankings of several results are, pair by pair.

    Returns
    -------
    DataFrame
        A row a pair (``a``, ``b``): ``units`` that both rank, ``spearman`` and ``kendall`` (rank
        correlations; 1 where the order is the same), ``mean_change`` and ``largest_change`` of
        the ranks, ``largest_unit``, ``moved`` (units whose rank differs).

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> panel = pd.DataFrame({"a": [0, 60, 100], "b": [100, 60, 0]}, index=["x", "y", "z"])
    >>> fw = pii.Framework.from_frame(pii.framework_template(panel))
    >>> m = pii.Method()
    >>> results = {w: m.replace(weights={w: 9}).score(panel, fw) for w in ("a", "b")}
    >>> pii.agreement(results)[["a", "b", "units", "spearman", "largest_change", "moved"]]
       a  b  units  spearman  largest_change  moved
    0  a  b      3      -1.0             2.0      2
    """
    node = node or _root(results)
    names = list(results)
    rows = []
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            both = pd.concat([results[a].ranks[node], results[b].ranks[node]], axis=1).dropna()
            move = (both.iloc[:, 0] - both.iloc[:, 1]).abs()
            rows.append(
                {
                    "a": a,
                    "b": b,
                    "units": len(both),
                    "spearman": both.iloc[:, 0].corr(both.iloc[:, 1], method="spearman"),
                    "kendall": both.iloc[:, 0].corr(both.iloc[:, 1], method="kendall"),
                    "mean_change": move.mean(),
                    "largest_change": move.max(),
                    "largest_unit": move.idxmax() if len(move) else "",
                    "moved": int((move > 0).sum()),
                }
            )
    return pd.DataFrame(rows)


def trends(results: Mapping[int, Result], node: str | None = None) -> pd.DataFrame:
    """Fit a straight line through each unit's scores over the years.

    Parameters
    ----------
    results : mapping
        Year to result. Scores of different years can be compared only where goalposts are fixed;
        with min-max of each year's data they tell the place among the others.

    Returns
    -------
    DataFrame
        Index: unit. ``years`` (with a score), ``first``, ``last``, ``slope`` (score points a
        year, least squares), ``slope_error`` (its standard error; NaN with fewer than 3 years),
        ``rank_slope`` (places gained a year: positive is a rise).

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> scores = {2022: [10, 40], 2023: [30, 40], 2024: [50, 40]}
    >>> panels = {year: pd.DataFrame({"a": a}, index=["x", "y"]) for year, a in scores.items()}
    >>> fw = pii.Framework.from_frame(pii.framework_template(panels[2024]))
    >>> m = pii.Method(normalisation=pii.Normalisation("goalposts", goalposts={"a": (0, 100)}))
    >>> pii.trends({year: m.score(panel, fw) for year, panel in panels.items()})
       years  first  last  slope  slope_error  rank_slope
    x      3   10.0  50.0   20.0          0.0         0.5
    y      3   40.0  40.0    0.0          0.0        -0.5
    """
    if len(results) < 2:
        raise DataError(f"{len(results)} year", "two or more")
    node = node or _root(results)
    scores = pd.DataFrame({int(year): result.scores[node] for year, result in results.items()})
    ranked = pd.DataFrame({int(year): result.ranks[node] for year, result in results.items()})
    scores, ranked = scores.sort_index(axis=1), ranked.sort_index(axis=1)
    rows = {}
    for unit in scores.index:
        known = scores.loc[unit].dropna()
        slope, error = _line(known)
        rows[unit] = {
            "years": len(known),
            "first": known.iloc[0] if len(known) else np.nan,
            "last": known.iloc[-1] if len(known) else np.nan,
            "slope": slope,
            "slope_error": error,
            "rank_slope": -_line(ranked.loc[unit].dropna())[0],
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _line(known: pd.Series) -> tuple[float, float]:
    """Slope of the least squares line and its standard error."""
    x, y = known.index.to_numpy(dtype=float), known.to_numpy(dtype=float)
    if len(x) < 2:
        return np.nan, np.nan
    centred = x - x.mean()
    slope = float(centred @ y / (centred @ centred))
    if len(x) < 3:
        return slope, np.nan
    rest = y - y.mean() - slope * centred
    return slope, float(np.sqrt(rest @ rest / (len(x) - 2) / (centred @ centred)))


def _root(results: Mapping[str, Result] | Mapping[int, Result]) -> str:
    return str(next(iter(results.values())).scores.columns[0])
