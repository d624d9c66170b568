"""The figures behind a chart that stand in no table, and the units of columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import pandas as pd

from piilib.analysis.curves import gain_curves
from piilib.analysis.outlook_result import POOLED
from piilib.report.chart import Chart
from piilib.report.lever_section import best
from piilib.report.outlook_section import scenario_name
from piilib.report.prepare import Diagnostic
from piilib.report.profile import known_scores
from piilib.report.table import Column, Table
from piilib.report.words import gain_label, label, unit

__all__ = ["behind", "unit_of"]


def behind(chart: Chart, d: Diagnostic | None) -> Table | None:
    """Tabulate the figures of a chart of the diagnostic, where no table of the page has them.

    Parameters
    ----------
    chart : Chart
    d : Diagnostic or None

    Returns
    -------
    Table or None
        None for a chart that is not known here, or whose figures a table shows.

    Examples
    --------
    >>> from piilib.report.diagnostic import position_chart, prepare
    >>> d = prepare("lang-son", 2024, "en")
    >>> table = behind(position_chart(d), d)
    >>> table.rows[0], len(table.rows)
    ({'unit': 'Hanoi', 'score': 60.76}, 15)
    """
    if d is None or chart.key not in _MAKERS:
        return None
    columns, rows = _MAKERS[chart.key](d)
    return Table(
        key=f"{chart.key}-data",
        caption=d.say(f"Số liệu của biểu đồ: {chart.title}", f"Data of the chart: {chart.title}"),
        columns=columns,
        rows=rows,
        source=chart.source,
        kind=chart.kind,
        lang=d.lang,
    )


_Made = tuple[Sequence[Column], list[dict[Any, Any]]]

#: Curves that the chart has, and points of each in its table.
CURVES: Final = 6
_POINTS: Final = 12


def _position(d: Diagnostic) -> _Made:
    known = known_scores(d).sort_values(ascending=False)
    columns = (
        Column("unit", d.say("Địa phương", "Unit")),
        Column("score", d.say(f"Điểm PII {d.year}", f"PII {d.year} score"), "number"),
    )
    return columns, [{"unit": d.province(str(key)), "score": x} for key, x in known.items()]


def _frontier(d: Diagnostic) -> _Made:
    columns = (
        Column("effort", d.say(f"Công sức ({unit(d)})", f"Effort ({unit(d)})"), "number", 1),
        Column("score", d.say(f"Điểm PII {d.horizon}", f"PII {d.horizon}"), "number"),
        Column("net", gain_label(d), "signed"),
    )
    return columns, _rows(d.frontier, columns)


def _curves(d: Diagnostic) -> _Made:
    assert d.base is not None
    codes = [str(code) for code in best(d, CURVES).index]
    table = gain_curves(d.base, codes, points=_POINTS).reset_index()
    columns = (
        Column("name", d.say("Chỉ số", "Indicator")),
        Column("value", d.say("Giá trị đạt tới", "Value reached"), "number"),
        Column("effort", d.say(f"Công sức ({unit(d)})", f"Effort ({unit(d)})"), "number", 1),
        Column("net", gain_label(d), "signed", 3),
    )
    names = [label(d, str(code), short=True) for code in table["code"]]
    return columns, _rows(table.assign(name=names), columns)


def _outlook(d: Diagnostic) -> _Made:
    shares = {name: found.distribution[POOLED] for name, found in d.scenarios.items()}
    columns = (
        Column("rank", d.say("Hạng", "Rank"), "number", 0),
        *(Column(name, scenario_name(d, name), "percent", 1) for name in shares),
    )
    return columns, _rows(pd.DataFrame(shares).rename_axis("rank").reset_index(), columns)


def _rows(table: pd.DataFrame, columns: Sequence[Column]) -> list[dict[Any, Any]]:
    rows: list[dict[Any, Any]] = table[[c.key for c in columns]].to_dict("records")
    return rows


_MAKERS: Final[dict[str, Callable[[Diagnostic], _Made]]] = {
    "position": _position,
    "frontier": _frontier,
    "curves": _curves,
    "outlook": _outlook,
}

#: Unit of the columns of a page's tables whose heading does not say it: s a score, v the
#: indicator's own unit, p points of the index, e effort, y years.
_UNITS: Final[dict[str, str]] = {
    "profile-table": "old:s now:s change:s lowest:s highest:s",
    "reconcile-table": "published:s recomputed:s interval:s",
    "change-table": "before:v now:v own:p bounds:p sum:p",
    "levers-table": "net:p effort:e lag_years:y",
    "reach-table": "target:v value:v effort:e",
    "one-more": "interval:p",
    "agencies-table": "net:p effort:e",
    "scorecards": "target_gain:p target_net:p",
    "plan-targets": "value:v target:v highest:v target_net:p",
    "portfolio-table": "value:v needed:v net:p",
    "assumptions": "lag_years:y",
    "levels-table": "now:s goal:s text:s children:s implied:s",
    "feasibility-table": "value:v target:v best:v reachable:v",
    "proposal-table": "value:v old:v target:v given_up:p",
    "proposal-groups": "value:s old:s target:s",
    "scores": "score:s error:s",
    "regions": "2023:s 2024:s change:s",
    "movers": "before:s now:s change:s",
    "position-data": "score:s",
    "frontier-data": "score:s",
    "curves-data": "value:v",
}
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "s": ("điểm 0–100", "points 0–100"),
    "v": ("đơn vị của chỉ số", "indicator's unit"),
    "p": ("điểm PII", "index points"),
    "y": ("năm", "years"),
}


def unit_of(table: Table, column: Column, d: Diagnostic | None) -> str:
    """Name the unit of a column, in the table's language; empty where it has none or none is known.

    Examples
    --------
    >>> table = Table("regions", "Regions", [Column("2024", "2024", "number")], [], "", "", "en")
    >>> unit_of(table, table.columns[0], None)
    'points 0–100'
    """
    pairs = (pair.split(":") for pair in _UNITS.get(table.key, "").split())
    found = dict(pairs).get(column.key, "")
    if found == "e":
        return unit(d) if d is not None else ""
    if not found:
        return "%" if column.format == "percent" else ""
    return _WORDS[found][0 if table.lang == "vi" else 1]
