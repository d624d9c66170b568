"""Ranks."""

from __future__ import annotations

import pandas as pd


def ranks(scores: pd.DataFrame) -> pd.DataFrame:
    """Rank units within each column: 1 is the highest score, from unrounded scores.

    Ties take the lowest number (1, 2, 2, 4); a missing score has no rank.
    """
    return scores.rank(ascending=False, method="min")
