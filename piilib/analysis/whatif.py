"""What-if: a unit's values changed, anchored on its published scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.analysis.calibration import Calibration, calibrate
from piilib.analysis.drift import bound_drift
from piilib.data.effort_tables import YEARS, effort_unit, load_effort
from piilib.data.sheet import Sheet, load_sheet, sheet_years
from piilib.errors import DataError
from piilib.index.aggregation import arithmetic
from piilib.index.check import is_finite, shown
from piilib.index.framework import Framework
from piilib.index.normalisation import minmax
from piilib.index.own_scores import with_scores
from piilib.index.scoring import method_framework
from piilib.types import Array

QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Anchor:
    """A calibrated sheet and the drift of its bounds: what every what-if starts from.

    Attributes
    ----------
    sheet : Sheet
    fw : Framework
    calibration : Calibration
    drift : DataFrame
        See `bound_drift`.
    """

    sheet: Sheet
    fw: Framework
    calibration: Calibration
    drift: pd.DataFrame
    effort: pd.DataFrame
    column: dict[str, int] = field(repr=False)

    def moved_scores(self, value: Array) -> Array:
        """Score values at the bounds moved by the common drift."""
        c = self.calibration
        low = c.low + self.drift["low_shift"].to_numpy()
        high = c.high + self.drift["high_shift"].to_numpy()
        return minmax(value, low, high, c.direction, clip=True)


def anchor(
    sheet: Sheet,
    method: str = "official",
    effort: pd.DataFrame | None = None,
    draws: int = 200,
    seed: int = 0,
    years: int = 1,
    data: str | Path | None = None,
    framework: Framework | None = None,
) -> Anchor:
    """Calibrate a sheet and measure the drift of its bounds.

    Parameters
    ----------
    sheet : Sheet
    method : {"official", "reversed", "plain"}
    effort : DataFrame, optional
        A row for every indicator, columns as in `load_effort`.
    draws : int
        Joint calibrations.
    seed : int
    years : int
        Years by which the bounds are moved.
    data : path, optional
    framework : Framework, optional
        Directions and caps instead of those of ``method``, for instance `Inference.framework`.

    Raises
    ------
    DataError
        If the efforts lack an indicator or a column, or a step or difficulty is not positive.

    Examples
    --------
    >>> import piilib as pii
    >>> sheet = pii.load_sheet("cao-bang", 2024)
    >>> base = pii.anchor(sheet, draws=20)
    >>> base.sheet.score, base.calibration.scores().shape
    (23.95, (20, 52))
    >>> pii.what_if(base, {"6.1.1": 0.5}).index.tolist()
    ['6.1.1', '6.1', '6', 'OUT', 'PII']
    """
    fw = framework or method_framework(sheet.year, method, data if _is_folder(data) else None)
    table = load_effort(data=data if _is_folder(data) else None) if effort is None else effort
    check_effort(table, fw)
    drift = bound_drift(sheet_before(sheet, data), sheet, fw, table["kind"], years)
    column = {code: i for i, code in enumerate(fw.indicators)}
    sheet = with_scores(sheet, fw)
    drawn = calibrate(sheet, fw, draws, seed, data)
    return Anchor(sheet, fw, drawn, drift, table, column)


def check_effort(table: pd.DataFrame, fw: Framework) -> None:
    """Refuse a table of efforts that lacks an indicator, a column or a number; costs may lack."""
    needed = ["kind", "step", "difficulty", "lag_years"]
    needed += [] if effort_unit(table) == YEARS else ["natural_size"]
    missing = [c for c in needed if c not in table.columns]
    missing += [code for code in fw.indicators if code not in table.index]
    if missing:
        raise DataError(f"efforts without {', '.join(missing[:5])}", "as `load_effort` gives them")
    bought = dict.fromkeys(fw.indicators, True)
    names = ["step", "difficulty"]
    if effort_unit(table) != YEARS:
        bought = table["difficulty"].notna().to_dict()  # without a cost: no lever
        names.append("natural_size")
    for name in names:
        for code in fw.indicators:
            found = table.at[code, name]
            good = is_finite(found) and found > 0
            if not good and (bought[code] or name == "step"):
                raise DataError(f"the {name} {shown(found)} of {code}", "more than 0, a number")


def sheet_before(sheet: Sheet, data: str | Path | None = None) -> Sheet | None:
    """Return the unit's sheet of the year before, from the same file; None if there is none."""
    source = data if data is not None else sheet.file
    source = source if source is None or Path(source).exists() else None
    if sheet.year - 1 not in sheet_years(sheet.unit, source):
        return None
    return load_sheet(sheet.unit, sheet.year - 1, source)


def _is_folder(data: str | Path | None) -> bool:
    return data is not None and Path(data).is_dir()


def what_if(
    sheet: Sheet | Anchor,
    changes: Mapping[str, float],
    method: str = "official",
    draws: int = 200,
    seed: int = 0,
    data: str | Path | None = None,
) -> pd.DataFrame:
    """Effect of new indicator values on every node up to the index.

    ``new = published + (model(new) − model(now))``, each node clipped to [0, 100]; median and
    90 % interval over joint calibrations of the sheet.

    Parameters
    ----------
    sheet : Sheet or Anchor
        An `Anchor` (from `anchor`) saves calibrating again.
    changes : mapping
        Indicator code to its new value, in the indicator's own unit.
    method : {"official", "reversed", "plain"}
    draws, seed : int
        Calibrations.

    Returns
    -------
    DataFrame
        Index: the changed indicators, then every node above them, the index last. Columns
        ``published``; ``new``; ``gain`` with ``gain_low``, ``gain_high``, at the bounds of the
        sheet's year; ``net`` with ``net_low``, ``net_high``: the same net of the common drift
        (bounds moved by their last yearly change, so that a rise that only keeps pace with the
        country counts zero and standing still may cost points).

    Raises
    ------
    DataError
        If a code is not an indicator, a value not a number, or nothing was published to start
        from.

    Examples
    --------
    >>> import piilib as pii
    >>> sheet = pii.load_sheet("cao-bang", 2024)
    >>> effect = pii.what_if(sheet, {"6.1.1": 0.5}, draws=20)
    >>> effect.loc[["6.1.1", "PII"], ["published", "new", "gain"]].round(2)  # 85.54/24 = 3.56
           published    new   gain
    6.1.1       3.24  88.77  85.54
    PII        23.95  27.51   3.56
    """
    base = sheet if isinstance(sheet, Anchor) else anchor(sheet, method, None, draws, seed, 1, data)
    value = new_values(base, changes)
    for code in changes:
        if np.isnan(base.sheet.table.at[code, "value"]):
            raise DataError(
                f"a change of {code}, which has no value in {base.sheet.year}",
                "an indicator with a published value",
            )
    now = base.calibration.scores()
    here = score_changes(base, base.calibration.scores(value) - now)
    moved = np.where(np.isnan(now), np.nan, 0.0)
    for code in changes:
        i = base.column[code]
        moved[:, i] = base.moved_scores(value)[:, i] - now[:, i]
    net = score_changes(base, moved)
    return _effects(base, list(changes), here, net)


def new_values(base: Anchor, changes: Mapping[str, float]) -> Array:
    """Return the calibrated values with some indicators set to new ones.

    A new value that prints as the present one changes nothing: behind the print may stand
    more decimals, and a target of "0.01" does not ask to lose them. So one that prints as the
    national highest, or as a lowest that is not 0, *is* that bound.
    """
    drawn = base.calibration
    value = drawn.value.copy()
    for code, new in changes.items():
        if code not in base.column:
            raise DataError(f"a change of {code!r}", "codes of indicators")
        if not is_finite(new):
            raise DataError(f"the new value {new!r} of {code}", "a number")
        i, printed = base.column[code], base.sheet.table.loc[code]
        if new == printed["value"]:
            continue
        if new == printed["highest"]:
            value[:, i] = drawn.high[:, i]
        elif new == printed["lowest"] and new != 0.0:
            value[:, i] = drawn.low[:, i]
        else:
            value[:, i] = new
    return value


def score_changes(base: Anchor, delta: Array) -> dict[str, Array]:
    """Carry changes of indicator scores up the tree, each node clipped to [0, 100].

    Parameters
    ----------
    base : Anchor
    delta : array, shape (draws, indicators)
        Change of each indicator's score; NaN where missing.

    Returns
    -------
    dict
        Code of every node to the change of its score, shape (draws,).
    """
    share = base.fw.shares().to_dict()
    changes = {code: delta[:, i] for code, i in base.column.items()}
    published = published_scores(base)
    for node, children in base.fw.groups:
        stacked = np.stack([changes[child] for child in children], axis=-1)
        change = arithmetic(stacked, np.array([share[child] for child in children]))
        at = published[node]
        changes[node] = np.clip(at + np.nan_to_num(change), 0.0, 100.0) - at
    return changes


def published_scores(base: Anchor) -> dict[str, float]:
    """Return every node's published score; a sub-index not published is recomputed."""
    share = base.fw.shares().to_dict()
    known = base.sheet.table["value"].to_dict()
    scores: dict[str, float] = {}
    for node, children in base.fw.groups:
        scores[node] = float(known.get(node, np.nan))
        if np.isnan(scores[node]):
            values = np.array([scores.get(child, np.nan) for child in children])
            weight = np.array([share[child] for child in children])
            scores[node] = float(arithmetic(values, weight))
    return scores


def _effects(
    base: Anchor, codes: list[str], here: dict[str, Array], net: dict[str, Array]
) -> pd.DataFrame:
    above = {node for code in codes for node in base.fw.ancestors(code)}
    nodes = codes + [node for node, _ in base.fw.groups if node in above]
    published = published_scores(base)
    now = np.median(base.calibration.scores(), axis=0)
    rows = {}
    for node in nodes:
        at = published[node] if node in published else float(now[base.column[node]])
        gain = np.quantile(np.nan_to_num(here[node]), QUANTILES)
        after = np.quantile(np.nan_to_num(net[node]), QUANTILES)
        rows[node] = {
            "published": at,
            "new": at + gain[1],
            "gain": gain[1],
            "gain_low": gain[0],
            "gain_high": gain[2],
            "net": after[1],
            "net_low": after[0],
            "net_high": after[2],
        }
    return pd.DataFrame.from_dict(rows, orient="index")
