"""How often the intervals of pillar scores hold the published ones that were held back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import scipy

from piilib.analysis.completion import Completion
from piilib.analysis.pillar_completion import complete_pillars, node_facts

LEVELS = (0.5, 0.9)


def pillar_coverage(
    completions: Sequence[Completion], *, data: str | Path | None = None
) -> pd.DataFrame:
    """Hold back everything published of one unit's nodes at a time, and draw it again.

    Parameters
    ----------
    completions : sequence of Completion
        A year each.
    data : path, optional
        The data folder.

    Returns
    -------
    DataFrame
        Two rows, for the 50 and the 90 % interval: ``rests_on``, ``removal``, ``level``,
        ``count``, ``coverage``, ``low``, ``high`` (95 %, exact binomial, as if the scores of one
        unit were independent), ``median_width`` (points). What was published was often published
        because it is extreme (a leader, a best pillar), so that less than the level is no proof
        that the intervals are too narrow.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import piilib as pii
    >>> c = pii.complete_scoreboard(2025)
    >>> few = replace(c, scores=c.scores.iloc[:20])
    >>> pillar_coverage([few])["count"].tolist()
    [13, 13]
    """
    found = [row for one in completions for row in _held_back(one, data)]
    table = pd.DataFrame(found, columns=["level", "inside", "width"])
    rows = []
    for level, part in table.groupby("level"):
        inside = int(part["inside"].sum())
        ends = scipy.stats.binomtest(inside, len(part)).proportion_ci(0.95)
        rows.append(
            {
                "rests_on": "published",
                "removal": "pillars of a province",
                "level": level,
                "count": len(part),
                "coverage": inside / len(part),
                "low": ends.low,
                "high": ends.high,
                "median_width": float(part["width"].median()),
            }
        )
    return pd.DataFrame(rows)


def _held_back(completion: Completion, data: str | Path | None) -> list[tuple[float, bool, float]]:
    facts = node_facts(completion.year, data)
    facts = facts[~facts["node"].str.contains(".", regex=False)]
    scored = facts[facts["score"].notna()]
    found = []
    for unit, mine in scored.groupby("unit"):
        drawn = complete_pillars(completion, facts=facts[facts["unit"] != unit], data=data)
        for level in LEVELS:
            ends = drawn.interval(str(unit), level).loc[mine["node"]].to_numpy()
            found += [
                (level, _holds(low, score, high), high - low)
                for (low, _, high), score in zip(ends, mine["score"], strict=True)
            ]
    return found


def _holds(low: float, score: float, high: float) -> bool:
    """Tell whether an interval holds a score that is printed to two decimals."""
    return low - 0.005 <= score <= high + 0.005
