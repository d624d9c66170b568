"""What the formulas of a workbook are written from: the tree laid in rows, and today's results."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from piilib.index.framework import Framework
from piilib.index.scoring import node_scores, value_scores
from piilib.report.excel_cells import number_format
from piilib.report.excel_formulas_words import NAMES, notes, titles
from piilib.report.excel_sheet import Look, above, below, frame, headings, look
from piilib.report.prepare import Diagnostic

__all__ = ["LINE", "Case", "Values", "case_of"]

#: What the formulas give today, by sheet and cell, for programs that show and do not calculate.
Values = dict[str, dict[str, float | str]]
#: Row of the headings.
LINE: Final = 5


@dataclass
class Case:
    """What the formulas are written from: the tree laid in rows, and today's results."""

    d: Diagnostic
    fw: Framework
    kit: Look
    groups: list[str]  # the index first, children of a group side by side
    leaves: list[str]
    row: dict[str, int]  # of an indicator on the first sheet, of a group on the second
    scores: pd.Series
    values: Values = field(default_factory=dict)

    def column(self, node: str, letter: str) -> str:
        """Address the cells of a group's children in a column."""
        rows = [self.row[child] for child in self.fw.children(node)]
        leaf = self.fw.children(node)[0] in self.fw.indicators
        sheet = f"'{NAMES[self.d.lang][0]}'!" if leaf else ""
        return f"{sheet}{letter}{rows[0]}:{letter}{rows[-1]}"

    def live(self, cell: Any, formula: str, value: float | str, shape: str = "") -> None:
        """Write a formula, and keep what it gives."""
        cell.value, cell.fill = f"={formula}", self.kit.live
        if shape:
            cell.number_format = shape
        known = value if isinstance(value, str) else "" if np.isnan(value) else float(value)
        self.values.setdefault(cell.parent.title, {})[cell.coordinate] = known


def case_of(d: Diagnostic) -> Case:
    """Lay the tree in rows and score the sheet's printed values."""
    assert d.sheet is not None
    fw, groups = d.fw, [d.fw.root]
    for node in groups:  # grows while it is read: breadth first
        groups += [child for child in fw.children(node) if fw.children(child)]
    leaves = list(fw.indicators)
    row = {node: LINE + 1 + i for i, node in enumerate(groups)}
    row |= {code: LINE + 1 + i for i, code in enumerate(leaves)}
    scores = node_scores(value_scores(d.sheet.table["value"], d.sheet, fw), fw)
    return Case(d, fw, look(), groups, leaves, row, scores)


def open_sheet(case: Case, sheet: Any, number: int, columns: Any, simulated: str) -> None:
    """Set the widths and write title, headings and the explanation."""
    from openpyxl.utils import get_column_letter

    d = case.d
    for place, (_, _, wide) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = wide
    above(sheet, case.kit, len(columns), titles(d)[number], d.lang, simulated)
    texts = [d.say(vi, en).replace("{year}", str(d.year)) for vi, en, _ in columns]
    headings(sheet, case.kit, LINE, texts)


def close_sheet(
    case: Case, sheet: Any, number: int, columns: Any, last: int, simulated: str
) -> None:
    """Write the notes below the table, freeze its headings and set the sheet up for paper."""
    wide = len(columns)
    below(sheet, case.kit, last + 2, wide, notes(case.d, number))
    frame(sheet, LINE, last, wide, 2, case.d.lang, simulated)


def or_none(x: float) -> float | None:
    """Return the number; None where it is not known."""
    return None if np.isnan(x) else float(x)


def two_decimals(d: Diagnostic) -> str:
    """Return the format of a score or a value."""
    return number_format(2, d.lang)


def three_decimals(d: Diagnostic) -> str:
    """Return the format of a bound."""
    return number_format(3, d.lang)


def percentage(d: Diagnostic) -> str:
    """Return the format of a share."""
    return number_format(1, d.lang, share=True)


def as_gain(d: Diagnostic) -> str:
    """Return the format of a gain or a difference."""
    return number_format(3, d.lang, signed=True)
