"""The nodes of a framework in a frame: a panel of indicators, or the scores of every code."""

from __future__ import annotations

import pandas as pd

from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.panel import checked_panel, numbers_of


def node_values(frame: pd.DataFrame, fw: Framework, direction: bool = True) -> pd.DataFrame:
    """Return a panel (units × indicators) or scores (units × every code) as floats, tree order.

    Indicators of a panel that are better when lower have their signs turned (``direction``);
    scores are turned already. `DataError` if the columns are neither, or are not numbers.
    """
    codes = [str(code) for code in fw.table.index]
    columns = [str(name) for name in frame.columns]
    if sorted(columns) != sorted(codes):
        values = checked_panel(frame, fw)
        return values * fw.table.loc[values.columns, "direction"] if direction else values
    if not direction:
        raise DataError("direction=False with scores, which are turned already", "a panel")
    if frame.index.duplicated().any():
        raise DataError(f"the unit {frame.index[frame.index.duplicated()][0]!r} twice", "each once")
    ordered = frame.set_axis(columns, axis=1)[codes]
    return pd.DataFrame({code: numbers_of(ordered[code]) for code in codes}, ordered.index)


def nodes_at(fw: Framework, level: str | int) -> tuple[str, ...]:
    """Codes of a level by its name or number; ``"index"`` is the root in any framework."""
    return (fw.root,) if level == "index" else fw.at_level(level)


def members(fw: Framework, node: str, level: str | int | None = None) -> list[str]:
    """Codes of a node's children, or of everything of one level beneath it.

    Examples
    --------
    >>> import piilib as pii
    >>> fw = pii.Framework.official(2024)
    >>> members(fw, "OUT"), len(members(fw, "OUT", "indicator"))
    (['6', '7'], 17)
    """
    if node not in fw.table.index:
        raise DataError(f"the node {node!r}", "a code of the framework")
    if level is None:
        return list(fw.children(node))
    return [code for code in nodes_at(fw, level) if node in fw.ancestors(code)]


def need(values: pd.DataFrame, codes: list[str]) -> None:
    """Refuse a frame without some of the nodes; `DataError` says how to get their scores."""
    absent = ", ".join(code for code in codes if code not in values.columns)
    if absent:
        expected = "the scores of every node: Method(…).score(panel, fw).scores"
        raise DataError(f"a panel of indicators, without {absent}", expected)
