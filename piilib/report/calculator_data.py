"""What the calculator of a report needs to know: draws, tree, ranks and presets, made small."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from piilib.analysis.completion import YEARS
from piilib.analysis.effort import FLOOR, gamma_of, prices
from piilib.analysis.whatif import Anchor, published_scores
from piilib.report.prepare import Diagnostic
from piilib.report.profile import known_scores
from piilib.types import Array

#: Largest error, in score points, by which a stored draw may move an indicator's score.
PRECISION: Final = 0.001
#: Shares of the draws for the two ends and the middle of a rank.
_ENDS: Final = {"low": 0.05, "middle": 0.5, "high": 0.95}


def calculator_data(d: Diagnostic) -> dict[str, Any]:
    """Gather what the script evaluates a scenario with.

    Parameters
    ----------
    d : Diagnostic
        With a sheet.

    Returns
    -------
    dict
        Ready for JSON. ``indicators``: [code, value, lowest, highest, direction, shift of the
        lower bound and of the upper one, smallest purchase, its price], ``value`` None where the
        indicator cannot be changed; ``columns`` and ``draws``: see `packed`; ``groups``: [node,
        children, shares], lowest first; ``published``: score by node; ``rank``: see `rank_steps`;
        ``presets``: values by indicator.

    Examples
    --------
    >>> from piilib.report.prepare import prepare
    >>> data = calculator_data(prepare("cao-bang", 2024, "en", draws=100))
    >>> data["indicators"][-1][:5], data["groups"][-1][:2], sorted(data["presets"])
    (['7.2.4', 0.66, 0.6, 0.82, 1], ['PII', ['IN', 'OUT']], ['plan', 'portfolio'])
    """
    assert d.base is not None
    share = d.base.fw.shares().to_dict()
    columns, draws = packed(d.base)
    return {
        "version": 1,
        "unit": d.key,
        "year": d.year,
        "count": len(d.base.calibration.value),
        "root": d.base.fw.root,
        "floor": FLOOR,
        "gamma": gamma_of(d.base.effort),
        "indicators": list(_indicators(d.base)),
        "groups": [
            [node, list(children), [round(share[child], 9) for child in children]]
            for node, children in d.base.fw.groups
        ],
        "published": {node: _plain(x) for node, x in published_scores(d.base).items()},
        "rank": rank_steps(d),
        "presets": _presets(d),
        "columns": columns,
        "draws": draws,
    }


def _indicators(base: Anchor) -> Iterator[list[Any]]:
    size, price, _ = prices(base.effort, list(base.fw.indicators))
    missing = np.asarray(np.isnan(base.calibration.scores()).any(axis=0))
    for i, code in enumerate(base.fw.indicators):
        printed = base.sheet.table.loc[code]
        bounds = [_plain(printed[name]) for name in ("value", "lowest", "highest")]
        yield [
            code,
            None if missing[i] else bounds[0],
            *bounds[1:],
            int(base.calibration.direction[i]),
            *(_plain(base.drift.at[code, name]) for name in ("low_shift", "high_shift")),
            _plain(size[i]),
            _plain(price[i]),
        ]


def _plain(x: float) -> float | None:
    """Return a number as JSON has it: without the noise of binary fractions, None for NaN."""
    return None if np.isnan(x) else float(f"{x:.12g}")


def packed(base: Anchor) -> tuple[list[list[float]], str]:
    """Write the calibration draws in as few bytes as their precision asks for.

    Each of an indicator's three columns (value, lower and upper goalpost) is stored as whole
    numbers of one or two bytes between its least and its greatest draw, or as four-byte floats,
    so that no score of a draw moves by more than `PRECISION`.

    Returns
    -------
    list of list, str
        For every indicator three entries [bytes, start, step], 0 bytes for a constant and -1 for
        the column of the value again; the bytes themselves, little-endian, in base64.

    Examples
    --------
    >>> import piilib as pii
    >>> columns, draws = packed(pii.anchor(pii.load_sheet("cao-bang", 2024), draws=20))
    >>> len(columns), len(draws) < 20 * 3 * 52 * 8 // 4
    (156, True)
    """
    c = base.calibration
    columns: list[list[float]] = []
    content = b""
    for i in range(len(c.codes)):
        value, low, high = (part[:, i] for part in (c.value, c.low, c.high))
        span = float(np.min(high - low))
        for part in (value, low, high):
            column, stored = _column(part, span, value if part is not value else None)
            columns.append(column)
            content += stored
    return columns, base64.b64encode(content).decode("ascii")


def _column(draws: Array, span: float, value: Array | None) -> tuple[list[float], bytes]:
    """Choose the shortest form of one column's draws."""
    if np.isnan(draws).any():
        return [0, 0.0, 0.0], b""
    if value is not None and np.array_equal(draws, value):
        return [-1, 0.0, 0.0], b""
    start, width = float(f"{draws.min():.9g}"), float(np.ptp(draws))
    if width == 0.0:
        return [0, float(draws[0]), 0.0], b""
    needed = 100.0 * width / span / (2 * PRECISION)
    for size, kind in ((1, "<u1"), (2, "<u2")):
        most = 256**size - 1
        if needed <= most:
            step = width / most
            stored = np.clip(np.round((draws - start) / step), 0, most)
            return [size, start, float(f"{step:.6g}")], stored.astype(kind).tobytes()
    return [4, 0.0, 0.0], draws.astype("<f4").tobytes()


def rank_steps(d: Diagnostic) -> dict[str, Any]:
    """Tell which score each rank takes while the other units' scores stay as they are.

    Returns
    -------
    dict
        ``of``: units ranked; ``low``, ``middle``, ``high``: for rank 1, 2, … the least score with
        which it is reached in 5, 50 and 95 % of the draws of the scores not published (ties take
        the better rank). The three are one list where every score was published. ``among``: true
        where units without a published score had to be left out.

    Examples
    --------
    >>> from piilib.report.prepare import prepare
    >>> steps = rank_steps(prepare("lang-son", 2024, "en"))
    >>> steps["of"], len(steps["low"]), steps["among"]
    (63, 62, False)
    """
    known = known_scores(d).drop(d.key, errors="ignore")
    complete = len(known) == d.scoreboard.basis - 1
    if complete or d.simulated or d.year not in YEARS:
        ordered = [float(x) for x in np.sort(known.to_numpy(dtype=float))[::-1]]
        ends: dict[str, Any] = dict.fromkeys(_ENDS, ordered)
        return {"of": len(known) + 1, "among": not complete, **ends}
    others = d.completion.scores.drop(columns=d.key)
    drawn = np.sort(others.to_numpy(dtype=float), axis=1)[:, ::-1]
    ends = {
        name: [float(np.round(x, 4)) for x in np.quantile(drawn, q, axis=0, method="inverted_cdf")]
        for name, q in _ENDS.items()
    }
    return {"of": d.scoreboard.basis, "among": False, **ends}


def _presets(d: Diagnostic) -> dict[str, dict[str, float]]:
    """Return the values of the plan's targets and of the portfolio for the budget."""
    assert d.base is not None
    known = d.base.sheet.table["value"].loc[list(d.base.fw.indicators)].dropna().index
    found: dict[str, dict[str, float]] = {}
    if d.plan is not None:
        target = d.plan.table["target"].reindex(known).dropna()
        found["plan"] = {str(code): float(x) for code, x in target.items()}
    if "budget" in d.portfolios:
        ends = d.portfolios["budget"].table["to"]
        found["portfolio"] = {str(code): round(float(x), 4) for code, x in ends.items()}
    return {name: part for name, part in found.items() if part}
