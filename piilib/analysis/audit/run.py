"""The audit of a plan: every rule in its order, the findings by what they cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from piilib.analysis.audit import (
    rules_agencies,
    rules_data,
    rules_goals,
    rules_names,
    rules_targets,
    rules_text,
    rules_units,
)
from piilib.analysis.audit.case import Case, Limits, make_case
from piilib.analysis.audit.finding import Finding, findings_table
from piilib.analysis.whatif import Anchor
from piilib.data.sheet import Sheet
from piilib.data.tables import Plan

Rule: TypeAlias = Callable[[Case], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    *rules_targets.RULES,
    *rules_goals.RULES,
    *rules_data.RULES,
    *rules_units.RULES,
    *rules_text.RULES,
    *rules_names.RULES,
    *rules_agencies.RULES,
)


def audit(
    plan: Plan,
    sheets: Sheet | Sequence[Sheet],
    *,
    lang: str = "vi",
    data: str | Path | None = None,
    base: Anchor | None = None,
    jump: float = 3.0,
    pace: int = 2,
    pace_counts: int = 3,
    leap: float = 40.0,
    ratio: float = 3.0,
    overshoot: float = 15.0,
    apart: float = 0.5,
    denominator: float = 0.1,
    draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Find what is wrong with a plan, and what it costs.

    Rules on targets (PA1..), goals (PA2..), the figures they rest on (PA3..), the text against the
    appendix (PA4..), agencies (PA5..) and other decisions (PA6..). A rule whose columns the plan
    does not have is silent.

    Parameters
    ----------
    plan : Plan
    sheets : Sheet or sequence of Sheet
        One year or more of the plan's unit, in any order. With one year the rules that compare
        years are silent.
    lang : {"vi", "en"}
        Language of places, messages, mends and conditions.
    data : path, optional
        The data folder, or one CSV of sheets.
    base : Anchor, optional
        Of the latest sheet; saves calibrating it again.
    jump : float
        A target so many times today's value is a jump.
    pace, pace_counts : int
        Most steps of typical progress in a year, the second for counts.
    leap : float
        Score points that the unit's own score may gain in a year before its data are doubted.
    ratio : float
        Bounds that change by this factor between two years speak of a new definition.
    overshoot : float
        Score points by which a group's targets may exceed its goal.
    apart : float
        Index points by which the stated goal may differ from what a level adds up to.
    denominator : float
        Share by which a denominator may change.
    draws, seed : int
        Calibrations of the latest sheet.

    Returns
    -------
    DataFrame
        One finding a row: ``rule``, ``severity`` ("error", "warning" or "note"), ``code`` of the
        node, ``place`` in the documents, ``found``, ``expected``, ``message``, ``mend``,
        ``pii_points`` with ``pii_low`` and ``pii_high`` (index points at the bounds of the latest
        sheet: median and 90 % interval, or the range over two methods; negative: lost, or counted
        on and not to be had; NaN where none can be stated) and ``condition`` (what the points rest
        on). The dearest first. Points of different findings overlap and must not be added up.

    Raises
    ------
    DataError
        If there is no sheet, two of a year or one of another unit, a code is not in the tree, the
        language or a threshold is not known.

    Notes
    -----
    Points are anchored what-ifs: new = published + (model(new) − model(now)), by calibrations that
    reproduce the published scores. The rules are piilib's own.

    Examples
    --------
    >>> import piilib as pii
    >>> sheets = [pii.load_sheet("cao-bang", year) for year in (2023, 2024)]
    >>> found = pii.audit(pii.load_plan("cao-bang"), sheets, lang="en")
    >>> harm = found[found["rule"] == "PA103"].iloc[0]
    >>> harm["code"], harm["place"], harm["found"], harm["expected"]
    ('4.1.2', 'Appendix, 4.1.2', '0.09', '≤ 0.07')
    >>> bool(-0.32 < harm["pii_points"] < -0.28)
    True
    """
    limits = Limits(jump, pace, pace_counts, leap, ratio, overshoot, apart, denominator)
    case = make_case(plan, sheets, limits, lang, data, base, draws, seed)
    found = [one for rule in RULES for one in rule(case)]
    return findings_table(found, [str(code) for code in case.fw.table.index])
