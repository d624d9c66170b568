"""The calculator inside the report: what if some indicators had other values."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from markupsafe import Markup

from piilib.data.effort_tables import NEVER_LEVERS
from piilib.report.block import Html
from piilib.report.calculator_data import calculator_data
from piilib.report.calculator_words import script_words, static_words
from piilib.report.prepare import Diagnostic
from piilib.report.simulated import MARKS
from piilib.report.template import TEMPLATES
from piilib.report.words import at_bounds, kind, label, n, needs_sheet, pillars, source, value


def calculator(d: Diagnostic) -> Html:
    """Show every indicator beside the country's bounds, for the page's script to make live.

    The section is a table for each pillar, folded, and carries in an attribute the draws and the
    words that the script of the page (`templates/calculator.js`, see `to_html`) computes scenarios
    with. Without the script the tables stand alone; a print has neither.

    Parameters
    ----------
    d : Diagnostic

    Returns
    -------
    Html
        Where the sheet is missing, a sentence that says so.

    Examples
    --------
    >>> from piilib.report.prepare import prepare
    >>> calculator(prepare("lang-son", 2024, "en")).striptags()[:52]
    'This section needs the PII 2024 sheet of Lang Son (s'
    """
    if d.base is None:
        return needs_sheet(d)
    template = TEMPLATES.get_template("calculator.html.j2")
    return Html(
        template.render(
            data=_attribute(calculator_data(d) | _said(d)),
            say=static_words(d),
            heads=_heads(d),
            pillars=_pillars(d),
            kind=kind(d, "judgement"),
            source=source(d),
        )
    )


def _said(d: Diagnostic) -> dict[str, Any]:
    """Give the words of the script, and the mark of simulated data where it is due."""
    units = d.fw.table.loc[list(d.fw.indicators), f"unit_{d.lang}"].fillna("").to_dict()
    words = script_words(d) | {"units": units}
    return {"say": words, "mark": MARKS[d.lang] if d.simulated else ""}


def _attribute(data: dict[str, Any]) -> Markup:
    """Write data as JSON for an attribute between single quotes."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character, entity in (("&", "&amp;"), ("'", "&#39;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(character, entity)
    return Markup(text)


def _heads(d: Diagnostic) -> list[str]:
    return [
        d.say("Chỉ số (đơn vị)", "Indicator (unit)"),
        str(d.year),
        d.say("Thấp nhất nước", "Lowest"),
        d.say("Cao nhất nước", "Highest"),
        d.say("Điểm", "Score"),
    ]


def _pillars(d: Diagnostic) -> list[dict[str, Any]]:
    """Gather pillars, their sub-pillars and their indicators as they are written."""
    assert d.base is not None
    children = {node: list(below) for node, below in d.base.fw.groups}
    scores = np.median(d.base.calibration.scores(), axis=0)
    caption = d.say(
        "Trụ cột {}: giá trị và điểm, mức thấp nhất và cao nhất cả nước, {}",
        "Pillar {}: values and scores, the country's lowest and highest, {}",
    )
    return [
        {
            **_node(d, pillar),
            "caption": caption.format(pillar, at_bounds(d)),
            "subpillars": [
                _node(d, sub) | {"rows": [_row(d, code, scores) for code in children[sub]]}
                for sub in children[pillar]
            ],
        }
        for pillar in pillars(d)
    ]


def _node(d: Diagnostic, code: str) -> dict[str, str]:
    """Write a score that was published, beside the country's lowest and highest."""
    assert d.sheet is not None
    names = ("value", "lowest", "highest")
    scores = {name: n(d, float(d.sheet.table.at[code, name])) for name in names}
    return {"code": code, "label": label(d, code), "score": scores["value"], **scores}


def _row(d: Diagnostic, code: str, scores: Any) -> dict[str, str]:
    assert d.base is not None
    printed = d.base.sheet.table.loc[code]
    return {
        "code": code,
        "label": label(d, code, short=True),
        "about": _about(d, code),
        "score": n(d, float(scores[d.base.column[code]])),
        **{name: value(d, float(printed[name])) for name in ("value", "lowest", "highest")},
    }


def _about(d: Diagnostic, code: str) -> str:
    """Name the unit, and say what a reader would not expect of this indicator."""
    assert d.base is not None
    unit = d.fw.table.at[code, f"unit_{d.lang}"]
    about = [str(unit)] if unit == unit and unit else []
    if d.fw.table.at[code, "direction"] < 0:
        about.append(d.say("càng thấp càng tốt, theo suy luận", "lower is better, as inferred"))
    if d.base.effort.at[code, "kind"] in NEVER_LEVERS:
        about.append(d.say("không phải đòn bẩy", "not a lever"))
    return "; ".join(about)
