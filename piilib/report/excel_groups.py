"""The worksheet that recomputes sub-pillars, pillars and the index by formulas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from piilib.index.aggregation import arithmetic
from piilib.index.reconcile import indicator_intervals
from piilib.index.scoring import node_scores
from piilib.report.excel_case import (
    LINE,
    Case,
    as_gain,
    close_sheet,
    open_sheet,
    or_none,
    percentage,
    three_decimals,
    two_decimals,
)
from piilib.report.excel_cells import put
from piilib.report.excel_formulas_words import GROUPS, fits
from piilib.report.excel_sheet import body

__all__ = ["add_groups"]


def add_groups(case: Case, sheet: Any, simulated: str) -> None:
    """Fill the worksheet of the groups, each from the one below it, up to the index.

    Parameters
    ----------
    case : Case
    sheet : openpyxl worksheet
        Empty; the indicators stand on the one before it.
    simulated : str
        The mark of simulated data; empty for real data.
    """
    d = case.d
    open_sheet(case, sheet, 1, GROUPS, simulated)
    last = LINE + len(case.groups)
    steps, share = _from_below(case), _shares(case)
    bounds = _allowed(case)
    for node in case.groups:
        r = case.row[node]
        put(sheet.cell(r, 1), node)
        put(sheet.cell(r, 2), d.node(node))
        put(sheet.cell(r, 3), float(case.fw.table.at[node, "weight"]), "0.##")
        _group_formulas(case, sheet, node, steps[node], bounds)
        _group_facts(case, sheet, node)
        case.live(sheet.cell(r, 16), _part(case, node), share[node], percentage(d))
    body(sheet, case.kit, LINE + 1, last, ["left"] * 2 + ["right"] * 16)
    close_sheet(case, sheet, 1, GROUPS, last, simulated)


def _part(case: Case, node: str) -> str:
    """Write the formula of a group's share of the index, among what has a score."""
    parent, r = case.fw.table.at[node, "parent"], case.row[node]
    if not parent:
        return "1"
    scores, weights = (case.column(parent, x) for x in "DC")
    total = f'SUMIF({scores},">=0",{weights})'
    return f"IF(ISNUMBER(D{r}),C{r}/{total}*P{case.row[parent]},0)"


def _mean(scores: str, weights: str) -> str:
    """Write the formula of a weighted mean that leaves out the children without a score."""
    total = f'SUMIF({scores},">=0",{weights})'
    return f'IF({total}>0,SUMPRODUCT({weights},{scores})/{total},"")'


def _group_formulas(
    case: Case,
    sheet: Any,
    node: str,
    step: tuple[float, float],
    bounds: tuple[pd.Series, pd.Series],
) -> None:
    d, r = case.d, case.row[node]
    low = case.fw.children(node)[0] in case.fw.indicators
    score, published = case.scores[node], _published(case, node)
    weights = case.column(node, "M" if low else "C")
    plain, exact, signed = two_decimals(d), three_decimals(d), as_gain(d)
    put(sheet.cell(r, 5), or_none(published), plain)
    other = '""' if low else f"I{r}"
    for place, below_, value, shape in (
        (4, "J" if low else "D", score, plain),
        (7, "K" if low else "G", bounds[0][node], exact),
        (8, "L" if low else "H", bounds[1][node], exact),
        (9, "J", step[0], exact),
        (17, "O" if low else "Q", score, plain),
    ):
        case.live(sheet.cell(r, place), _mean(case.column(node, below_), weights), value, shape)
    used = f"IF(ISNUMBER(E{r}),E{r},{other})"
    case.live(sheet.cell(r, 6), _difference("D", "E", r), score - published, signed)
    case.live(sheet.cell(r, 10), used, step[1], exact)
    case.live(sheet.cell(r, 11), _difference("I", "E", r), step[0] - published, signed)
    case.live(sheet.cell(r, 18), _difference("Q", "D", r), score - score, signed)


def _allowed(case: Case) -> tuple[pd.Series, pd.Series]:
    """Return what the rounding of the indicators' values lets every group's score be."""
    assert case.d.sheet is not None
    bounds = indicator_intervals(case.d.sheet, case.fw)
    return node_scores(bounds["low"], case.fw), node_scores(bounds["high"], case.fw)


def _difference(one: str, other: str, r: int) -> str:
    return f'IF(AND(ISNUMBER({one}{r}),ISNUMBER({other}{r})),{one}{r}-{other}{r},"")'


def _group_facts(case: Case, sheet: Any, node: str) -> None:
    """Write what rounding allows, and whether the published score is within."""
    d, r = case.d, case.row[node]
    assert d.sheet is not None
    table = d.reconciled["official"]
    known = node in table.index
    for place, name in ((12, "low"), (13, "high")):
        put(sheet.cell(r, place), float(table.at[node, name]) if known else None, three_decimals(d))
    put(sheet.cell(r, 14), int(table.at[node, "free_numbers"]) if known else None, "0")
    if known and table.at[node, "free_numbers"]:
        sheet.cell(r, 14).fill = case.kit.guess
    half = f"{float(d.sheet.half.at[node, 'value']) + 1e-9:.12g}" if known else "0"
    yes, no = fits(d)
    test = f"AND(L{r}-{half}<=E{r},E{r}<=M{r}+{half})"
    formula = f'IF(AND(ISNUMBER(E{r}),ISNUMBER(L{r})),IF({test},"{yes}","{no}"),"")'
    word = (yes if table.at[node, "fits"] else no) if known else ""
    case.live(sheet.cell(r, 15), formula, word)


def _published(case: Case, node: str) -> float:
    """Return a group's published score; NaN where none was."""
    sheet = case.d.sheet
    assert sheet is not None
    known = node in sheet.table.index and node not in sheet.recomputed
    return float(sheet.table.at[node, "value"]) if known else np.nan


def _from_below(case: Case) -> dict[str, tuple[float, float]]:
    """Return each group's score from the published ones below it, and what the next takes."""
    share, found = case.fw.shares(), dict[str, tuple[float, float]]()
    for node in reversed(case.groups):
        children, published = list(case.fw.children(node)), _published(case, node)
        if children[0] in case.fw.indicators:
            found[node] = float(case.scores[node]), published
            continue
        step = float(arithmetic(np.array([found[c][1] for c in children]), share[children]))
        found[node] = step, step if np.isnan(published) else published
    return found


def _shares(case: Case) -> dict[str, float]:
    """Return each group's share of the index among what has a score."""
    weight, found = case.fw.table["weight"], {case.fw.root: 1.0}
    for node in case.groups:
        children = [c for c in case.fw.children(node) if c in case.groups]
        scored = weight[[c for c in children if not np.isnan(case.scores[c])]]
        found |= {c: found[node] * scored.get(c, 0.0) / scored.sum() for c in children}
    return found
