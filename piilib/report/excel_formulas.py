"""Worksheets that recompute the index from the indicators by formulas, for checking by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from piilib.index.framework import Framework
from piilib.index.reconcile import indicator_intervals
from piilib.index.scoring import node_scores
from piilib.report.excel_case import (
    LINE,
    Case,
    Values,
    as_gain,
    case_of,
    close_sheet,
    open_sheet,
    or_none,
    two_decimals,
)
from piilib.report.excel_cells import number_format, put
from piilib.report.excel_formulas_words import INDICATORS, NAMES, remarks, rounding, summary
from piilib.report.excel_groups import add_groups
from piilib.report.excel_sheet import Look, body
from piilib.report.prepare import Diagnostic

__all__ = ["Values", "recompute"]


def recompute(book: Any, d: Diagnostic, simulated: str = "") -> Values:
    """Add two worksheets of live formulas: the indicators' scores, and the groups up to the index.

    Parameters
    ----------
    book : openpyxl.Workbook
        The sheets are added at its end.
    d : Diagnostic
        With a sheet; without one nothing is added.
    simulated : str
        The mark of simulated data; empty for real data.

    Returns
    -------
    dict
        Name of the worksheet to cell to what its formula gives with today's values: "official"
        scores of the printed values, taken as exact. Empty without a sheet.

    Examples
    --------
    >>> from openpyxl import Workbook
    >>> from piilib.report.prepare import prepare
    >>> values = recompute(Workbook(), prepare("cao-bang", 2024, "en", draws=100))
    >>> list(values), round(float(values["Recompute groups"]["D6"]), 2)
    (['Recompute PII', 'Recompute groups'], 23.85)
    """
    if d.sheet is None or d.base is None:
        return {}
    case = case_of(d)
    _indicators(case, book.create_sheet(NAMES[d.lang][0]), simulated)
    add_groups(case, book.create_sheet(NAMES[d.lang][1]), simulated)
    return case.values


def _indicators(case: Case, sheet: Any, simulated: str) -> None:
    d = case.d
    assert d.sheet is not None
    open_sheet(case, sheet, 0, INDICATORS, simulated)
    last = LINE + len(case.leaves)
    bounds = indicator_intervals(d.sheet, case.fw)
    for code in case.leaves:
        _indicator_facts(case, sheet, code, bounds)
        _indicator_formulas(case, sheet, code)
        for letter, text in remarks(d, code).items():
            _remark(sheet[f"{letter}{case.row[code]}"], text, case.kit)
    for letter in "DN":
        for line in range(LINE + 1, last + 1):
            sheet[f"{letter}{line}"].fill = case.kit.given
        _numbers_only(sheet, f"{letter}{LINE + 1}:{letter}{last}", d)
    body(sheet, case.kit, LINE + 1, last, ["left"] * 3 + ["right"] * 15)
    _summary(case, sheet)
    close_sheet(case, sheet, 0, INDICATORS, last, simulated)


def _indicator_facts(case: Case, sheet: Any, code: str, bounds: pd.DataFrame) -> None:
    d, r = case.d, case.row[code]
    assert d.sheet is not None
    facts, printed, plain = case.fw.table.loc[code], d.sheet.table.loc[code], two_decimals(d)
    put(sheet.cell(r, 1), code)
    put(sheet.cell(r, 2), d.node(code))
    put(sheet.cell(r, 3), str(facts[f"unit_{d.lang}"]))
    for place, name in enumerate(("value", "lowest", "highest"), 4):
        put(sheet.cell(r, place), or_none(printed[name]), plain)
    put(sheet.cell(r, 7), int(facts["direction"]), "0")
    cap = or_none(_cap(case.fw, code))
    put(sheet.cell(r, 8), cap, _as_needed(cap, d))
    for place, end in ((17, "cap_low"), (18, "cap_high")):
        known = None if cap is None else or_none(facts[end])
        put(sheet.cell(r, place), known, _as_needed(known, d))
    for place, end in ((11, "low"), (12, "high")):
        put(sheet.cell(r, place), or_none(bounds.at[code, end]), plain)
    put(sheet.cell(r, 13), float(facts["weight"]), "0.##")
    sheet.cell(r, 14).number_format = plain


def _score(value: str, r: int) -> str:
    """Write the formula of a score: between the goalposts, turned round, limited to 0–100."""
    way = f"100*({value}-E{r})/(I{r}-E{r})"
    return f"MAX(0,MIN(100,IF(G{r}<0,100-{way},{way})))"


def _indicator_formulas(case: Case, sheet: Any, code: str) -> None:
    r, d = case.row[code], case.d
    assert d.sheet is not None
    parent = str(case.fw.table.at[code, "parent"])
    top = np.fmin(d.sheet.table.at[code, "highest"], _cap(case.fw, code))
    case.live(sheet.cell(r, 9), f"MIN(F{r},H{r})", float(top), _as_needed(top, d))
    score = f'IF(AND(ISNUMBER(D{r}),I{r}>E{r}),{_score(f"D{r}", r)},"")'
    case.live(sheet.cell(r, 10), score, case.scores[code], two_decimals(d))
    new = f'IF(ISNUMBER(N{r}),IF(I{r}>E{r},{_score(f"N{r}", r)},""),J{r})'
    case.live(sheet.cell(r, 15), new, case.scores[code], two_decimals(d))
    scores, weights = (case.column(parent, x).partition("!")[2] for x in "JM")
    share = f"M{r}/SUMIF({scores},\">=0\",{weights})*'{NAMES[d.lang][1]}'!P{case.row[parent]}"
    gain = f'IF(AND(ISNUMBER(N{r}),ISNUMBER(J{r}),ISNUMBER(O{r})),(O{r}-J{r})*{share},"")'
    case.live(sheet.cell(r, 16), gain, "", as_gain(d))


def _summary(case: Case, sheet: Any) -> None:
    """Write the index of today and of the new values above the indicators."""
    from openpyxl.styles import Alignment

    d, groups = case.d, f"'{NAMES[case.d.lang][1]}'!"
    assert d.sheet is not None
    first = LINE + 1
    published = "" if d.fw.root in d.sheet.recomputed else d.sheet.score
    _why_different(case, sheet)
    for (place, label), (formula, value, shape) in zip(
        (("C3", 0), ("C4", 1), ("N3", 2), ("N4", 3)),
        (
            (f'IF(ISNUMBER({groups}E{first}),{groups}E{first},"")', published, two_decimals(d)),
            (f"{groups}D{first}", case.scores[d.fw.root], two_decimals(d)),
            (f"{groups}Q{first}", case.scores[d.fw.root], two_decimals(d)),
            (f"{groups}R{first}", 0.0, as_gain(d)),
        ),
        strict=True,
    ):
        name = sheet[place]
        put(name, summary(d)[label])
        name.font, name.alignment = case.kit.bold, Alignment(horizontal="right")
        cell = name.offset(0, 1)
        case.live(cell, formula, value, shape)
        cell.font, cell.border = case.kit.bold, case.kit.border


def _why_different(case: Case, sheet: Any) -> None:
    """Write beside the recomputed index why it is not the published."""
    from openpyxl.styles import Alignment

    assert case.d.sheet is not None
    bounds = indicator_intervals(case.d.sheet, case.fw)
    low, high = (node_scores(bounds[end], case.fw)[case.d.fw.root] for end in ("low", "high"))
    cell = sheet["E3"]
    put(cell, rounding(case.d, low, high))
    cell.font, cell.alignment = case.kit.note, Alignment(wrap_text=True, vertical="center")
    sheet.merge_cells("E3:L4")


def _remark(cell: Any, text: str, kit: Look) -> None:
    from openpyxl.comments import Comment

    cell.fill = kit.guess
    cell.comment = Comment(text, "piilib", height=110, width=320)


def _numbers_only(sheet: Any, cells: str, d: Diagnostic) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="decimal", operator="between", allow_blank=True)
    rule.formula1, rule.formula2 = "-1000000000", "1000000000"
    rule.showErrorMessage = True
    rule.error = d.say("Nhập một số, hoặc để trống.", "Type a number, or leave it empty.")
    rule.add(cells)
    sheet.add_data_validation(rule)


def _as_needed(x: float | None, d: Diagnostic) -> str:
    """Return the format with as many decimals as a bound or cap has: two, or up to four."""
    return number_format(next(k for k in (2, 3, 4) if k == 4 or _ends(x, k)), d.lang)


def _ends(x: float | None, decimals: int) -> bool:
    return x is None or abs(x - round(x, decimals)) < 1e-9


def _cap(fw: Framework, code: str) -> float:
    return float(fw.table.loc[code].get("cap", np.nan))
