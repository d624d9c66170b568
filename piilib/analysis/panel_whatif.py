"""What a unit's new values do in a panel, to itself and to every other unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from piilib.errors import DataError
from piilib.index.check import is_finite
from piilib.index.framework import Framework
from piilib.index.method import Method, Result
from piilib.index.panel import checked_panel
from piilib.index.ranking import ranks

#: Rules under which goalposts can stand still while a value moves.
FREEZABLE = ("minmax", "goalposts")
FIXED = ("none", "official", "cap")


@dataclass(frozen=True)
class PanelEffect:
    """The effect of changed values, exact.

    Attributes
    ----------
    nodes : DataFrame
        The changed unit. Index: the changed indicators and every node above them, the index last.
        Columns ``now``; ``frozen`` and ``frozen_gain``: new score where the goalposts stay what
        they were before the change (a value beyond them counts as the goalpost); ``moving`` and
        ``moving_gain``: where the whole panel is normalised anew. Points of the node.
    units : DataFrame
        Index: every unit. Columns ``score``, ``rank``, and both after the change:
        ``frozen_score``, ``frozen_rank``, ``moving_score``, ``moving_rank`` of the index. Under
        moving goalposts other units' scores may change too. Rank 1 is the highest.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> fw = pii.Framework.from_frame(pii.framework_template(pd.DataFrame({"a": [], "b": []})))
    >>> panel = pd.DataFrame({"a": [0.0, 5, 10], "b": [0.0, 10, 5]}, index=["x", "y", "z"])
    >>> pii.panel_what_if(panel, fw, "x", {"a": 5.0}).nodes["frozen_gain"].tolist()
    [50.0, 25.0]
    """

    nodes: pd.DataFrame
    units: pd.DataFrame


def panel_what_if(
    panel: pd.DataFrame,
    fw: Framework,
    unit: str,
    changes: Mapping[str, float],
    method: Method | None = None,
) -> PanelEffect:
    """Change a unit's values and build the index again, goalposts frozen and moving.

    Parameters
    ----------
    panel : DataFrame
        Units × indicator codes.
    fw : Framework
    unit : str
        Whose values change.
    changes : mapping
        Indicator code to its new value, in the indicator's own unit.
    method : Method, optional
        Min-max and plain means unless given. Frozen goalposts need min-max or given goalposts, and
        a treatment that does not look at the data (none, caps, ``"official"``); with another
        method the frozen columns are NaN.

    Returns
    -------
    PanelEffect

    Raises
    ------
    DataError
        If the unit or a code is unknown, or a value is not a number.

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> fw = pii.Framework.from_frame(pii.framework_template(pd.DataFrame({"a": [], "b": []})))
    >>> panel = pd.DataFrame({"a": [0.0, 5, 10], "b": [0.0, 10, 5]}, index=["x", "y", "z"])
    >>> effect = pii.panel_what_if(panel, fw, "x", {"a": 20.0})
    >>> effect.units.loc["x", ["score", "frozen_score", "moving_score"]].tolist()
    [0.0, 50.0, 50.0]
    >>> effect.units["moving_rank"].tolist(), float(effect.units.at["z", "moving_score"].round(2))
    ([1.0, 1.0, 3.0], 41.67)
    """
    method = method or Method()
    values = checked_panel(panel, fw)
    _check(values, fw, unit, changes)
    now = method.score(values, fw)
    moved = values.copy()
    for code, new in changes.items():
        moved.at[unit, code] = float(new)
    moving = method.score(moved, fw)
    frozen = _frozen(values, moved, unit, fw, method, now)
    return PanelEffect(
        _nodes(fw, unit, changes, now.scores, frozen, moving.scores),
        _units(fw.root, now, frozen, moving),
    )


def _check(values: pd.DataFrame, fw: Framework, unit: str, changes: Mapping[str, float]) -> None:
    if unit not in values.index:
        raise DataError(f"the unit {unit!r}", "a unit of the panel")
    for code, new in changes.items():
        if code not in fw.indicators:
            raise DataError(f"a change of {code!r}", "codes of indicators")
        if not is_finite(new):
            raise DataError(f"the new value {new!r} of {code}", "a number")


def _frozen(
    values: pd.DataFrame,
    moved: pd.DataFrame,
    unit: str,
    fw: Framework,
    method: Method,
    now: Result,
) -> pd.DataFrame:
    """Scores of all units where the goalposts stay: only the changed unit's differ.

    The unit stands a second time below the panel, within the old range of every indicator, so
    that the goalposts are those of before.
    """
    scores = now.scores.copy()
    if not (_all_in(method.normalisation, FREEZABLE) and _all_in(method.treatment, FIXED)):
        scores[:] = np.nan
        return scores
    row = moved.loc[unit].clip(values.min(), values.max())
    both = pd.concat([values.reset_index(drop=True), row.to_frame().T], ignore_index=True)
    scores.loc[unit] = method.score(both, fw).scores.iloc[-1]
    return scores


def _all_in(choice: object, rules: tuple[str, ...]) -> bool:
    chosen = list(choice.values()) if isinstance(choice, Mapping) else [choice]
    return all(getattr(one, "rule", one) in rules for one in chosen)


def _nodes(
    fw: Framework,
    unit: str,
    changes: Mapping[str, float],
    now: pd.DataFrame,
    frozen: pd.DataFrame,
    moving: pd.DataFrame,
) -> pd.DataFrame:
    above = {node for code in changes for node in fw.ancestors(code)}
    nodes = [*changes, *(node for node, _ in fw.groups if node in above)]
    table = pd.DataFrame({"now": now.loc[unit, nodes]})
    for name, after in (("frozen", frozen), ("moving", moving)):
        table[name] = after.loc[unit, nodes]
        table[f"{name}_gain"] = table[name] - table["now"]
    return table


def _units(root: str, now: Result, frozen: pd.DataFrame, moving: Result) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "score": now.scores[root],
            "rank": now.ranks[root],
            "frozen_score": frozen[root],
            "frozen_rank": ranks(frozen)[root],
            "moving_score": moving.scores[root],
            "moving_rank": moving.ranks[root],
        }
    )
