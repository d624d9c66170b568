"""Ranks of scores that arithmetic makes differ by a hair."""

import pandas as pd

from piilib.index.framework import Framework
from piilib.index.method import Method


def test_ties_of_sums_of_thirds_are_ties():
    """10/3 comes out as two different floats here; the ranks must not tell them apart."""
    rows = [[4, 2, 1], [0, 3, 5], [2, 5, 4], [1, 4, 0], [5, 0, 2], [3, 1, 3]]
    flat = pd.DataFrame(
        [("T", "", 1, 1), *((c, "T", 1, 1) for c in "abc")],
        columns=["code", "parent", "weight", "direction"],
    )
    panel = pd.DataFrame(rows, columns=list("abc"), index=list("pqrstu"))
    result = Method(normalisation="rank").score(panel, Framework.from_frame(flat))
    assert result.ranks["T"].tolist() == [3, 2, 1, 6, 3, 3]
