"""The groups of a framework with what the sheets print about them, ready for the search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from piilib.analysis.inference_fits import PLAIN, SLACK, Bounds, Group, Option, Slot, options
from piilib.data.sheet import VALUES, Sheet
from piilib.errors import DataError
from piilib.index.check import is_finite, read_number, shown
from piilib.index.framework import Framework

_ANYTHING: Bounds = (-np.inf, np.inf)


@dataclass(frozen=True)
class Evidence:
    """What another source says of a score: it lies between ``low`` and ``high``.

    Attributes
    ----------
    code : str
        An indicator, or a node formed from indicators.
    year : int
    low, high : float
        Score points, 0-100. "Above 99 points" is ``low=99``.

    Examples
    --------
    >>> import piilib as pii
    >>> pii.Evidence("2.2.2", 2023, low=99.0)
    Evidence(code='2.2.2', year=2023, low=99.0, high=100.0)
    """

    code: str
    year: int
    low: float = 0.0
    high: float = 100.0

    def __post_init__(self) -> None:
        if not (is_finite(self.low) and is_finite(self.high) and 0 <= self.low <= self.high <= 100):
            found = f"low={shown(self.low)}, high={shown(self.high)} for {self.code} {self.year}"
            raise DataError(found, "0 ≤ low ≤ high ≤ 100, in score points")


@dataclass(frozen=True)
class Known:
    """A group and what is published about it.

    Attributes
    ----------
    group : Group
    published, half : mapping
        Year → published score and half a unit of its last decimal; no key where there is none.
    plain : mapping
        Year → smallest and largest score under plain min-max; no key where it cannot be formed.
    """

    group: Group
    published: Mapping[int, float]
    half: Mapping[int, float]
    plain: Mapping[int, Bounds]

    def fits_plain(self, year: int) -> bool:
        """Plain min-max can give the published score of one year."""
        if year not in self.plain or year not in self.published:
            return False
        low, high = self.plain[year]
        score, half = self.published[year], self.half[year] + SLACK
        return low - half <= score <= high + half


def read_evidence(evidence: Evidence | Iterable[Evidence] | pd.DataFrame) -> list[Evidence]:
    """Read evidence from a table (``node``, ``year``, ``low``, ``high``) or a sequence.

    Examples
    --------
    >>> read_evidence(pd.DataFrame({"node": ["2.2.2"], "year": [2023], "low": [99]}))
    [Evidence(code='2.2.2', year=2023, low=99.0, high=100.0)]
    """
    if isinstance(evidence, Evidence):
        return [evidence]
    if not isinstance(evidence, pd.DataFrame):
        return list(evidence)
    missing = [name for name in ("node", "year") if name not in evidence.columns]
    if missing:
        raise DataError(
            f"evidence with the columns {', '.join(map(str, evidence.columns))}",
            f"also {', '.join(missing)} (and low, high)",
        )
    table = evidence.reindex(columns=["node", "year", "low", "high"])
    table["low"] = table["low"].where(table["low"].notna(), 0.0)
    table["high"] = table["high"].where(table["high"].notna(), 100.0)
    return [_evidence(*row) for row in table.itertuples(index=False, name=None)]


def _evidence(node: object, year: object, low: object, high: object) -> Evidence:
    edition = read_number(year)
    if not (is_finite(edition) and edition == int(edition)):
        raise DataError(f"the year {shown(year)} of evidence about {node}", "a whole number")
    return Evidence(str(node), int(edition), read_number(low), read_number(high))


def groups(
    sheets: Sequence[Sheet],
    fw: Framework,
    evidence: Sequence[Evidence],
    candidates: Sequence[str],
    reused: bool,
) -> list[Known]:
    """Every node that has indicators among its children, with its figures of all years."""
    parents = dict.fromkeys(str(fw.table.at[code, "parent"]) for code in fw.indicators)
    nodes = [str(node) for node in fw.table.index if node in parents]
    _check_evidence(evidence, sheets, fw, nodes)
    return [_known(node, sheets, fw, evidence, candidates, reused) for node in nodes]


def _check_evidence(
    evidence: Sequence[Evidence], sheets: Sequence[Sheet], fw: Framework, nodes: Sequence[str]
) -> None:
    tables = {sheet.year: sheet.table for sheet in sheets}
    for one in evidence:
        if one.code not in (*fw.indicators, *nodes):
            raise DataError(
                f"evidence about {one.code!r}", "an indicator or a node formed from them"
            )
        if one.year not in tables:
            years = ", ".join(map(str, tables))
            raise DataError(
                f"evidence about {one.code} in {one.year}", f"a year of a sheet: {years}"
            )
        if one.code in fw.indicators and np.isnan(tables[one.year].at[one.code, "value"]):
            raise DataError(
                f"evidence about {one.code} in {one.year}, which has no value that year",
                "evidence about indicators with a value",
            )


def _known(
    node: str,
    sheets: Sequence[Sheet],
    fw: Framework,
    evidence: Sequence[Evidence],
    candidates: Sequence[str],
    reused: bool,
) -> Known:
    published, half = _published(node, sheets)
    limits = {year: (s - half[year], s + half[year]) for year, s in published.items()}
    targets: dict[int, Bounds] = {}
    for sheet in sheets:
        year = sheet.year
        told = [one for one in evidence if one.year == year and one.code == node]
        below = any(one.year == year and one.code in fw.children(node) for one in evidence)
        if year in limits or told or below:
            ends = [limits.get(year, _ANYTHING), *((one.low, one.high) for one in told)]
            targets[year] = max(low for low, _ in ends), min(high for _, high in ends)
    codes = tuple(code for code in fw.children(node) if code in fw.indicators)
    places = _places(codes, [s for s in sheets if s.year in targets], reused)
    slots = [_slot(place, fw, candidates) for place in places]
    terms, fixed = _terms(node, sheets, fw, slots, targets)
    targets = {year: target for year, target in targets.items() if year in terms}
    bare = Group(node, codes, tuple(slots), terms, fixed, targets)
    plain = {year: bare.total(year, [slot.options[PLAIN] for slot in slots]) for year in targets}
    told_slots = tuple(_with_evidence(slot, evidence) for slot in slots)
    return Known(Group(node, codes, told_slots, terms, fixed, targets), published, half, plain)


def _published(node: str, sheets: Sequence[Sheet]) -> tuple[dict[int, float], dict[int, float]]:
    score, half = {}, {}
    for sheet in sheets:
        if node in sheet.table.index and node not in sheet.recomputed:
            value = float(sheet.table.at[node, "value"])
            if not np.isnan(value):
                score[sheet.year] = value
                half[sheet.year] = float(sheet.half.at[node, "value"])
    return score, half


#: Code, years, printed, half.
_Place = tuple[str, tuple[int, ...], tuple[float, float, float], tuple[float, float, float]]


def _places(codes: Sequence[str], sheets: Sequence[Sheet], reused: bool) -> list[_Place]:
    """Collect the printed figures of every code and year with a value; reused ones once."""
    found: list[_Place] = []
    for code in codes:
        own: dict[tuple[float, ...], list[int]] = {}
        for sheet in sheets:
            printed = [float(sheet.table.at[code, column]) for column in VALUES]
            half = [float(sheet.half.at[code, column]) for column in VALUES]
            if not np.isnan(printed[0]):
                key = (*printed, *half) if reused else (*printed, *half, float(sheet.year))
                own.setdefault(key, []).append(sheet.year)
        for key, years in own.items():
            found.append((code, tuple(years), (key[0], key[1], key[2]), (key[3], key[4], key[5])))
    return found


def _slot(place: _Place, fw: Framework, candidates: Sequence[str]) -> Slot:
    code, years, printed, half = place
    direction = int(fw.table.at[code, "direction"])
    return Slot(
        code, years, printed, half, direction, options(printed, half, direction, candidates)
    )


def _terms(
    node: str,
    sheets: Sequence[Sheet],
    fw: Framework,
    slots: Sequence[Slot],
    targets: Mapping[int, Bounds],
) -> tuple[dict[int, list[tuple[int, float]]], dict[int, Bounds]]:
    """Weights of what is not missing, summing to 1; years that cannot be formed left out."""
    share = fw.shares()
    terms, fixed = {}, {}
    for sheet in sheets:
        year = sheet.year
        own = {i: float(share[slot.code]) for i, slot in enumerate(slots) if year in slot.years}
        nodes = [c for c in fw.children(node) if c not in fw.indicators]
        scores = {c: _published(c, [sheet]) for c in nodes}
        weight = sum(own.values()) + sum(float(share[c]) for c in nodes)
        if year not in targets or not own or weight <= 0:
            continue
        if any(year not in score for score, _ in scores.values()):
            continue
        ends = [
            sum(float(share[c]) * (s[year] + sign * h[year]) for c, (s, h) in scores.items())
            for sign in (-1, 1)
        ]
        terms[year] = [(i, w / weight) for i, w in own.items()]
        fixed[year] = (ends[0] / weight, ends[1] / weight)
    return terms, fixed


def _with_evidence(slot: Slot, evidence: Sequence[Evidence]) -> Slot:
    """Keep the scores that the evidence allows; none (low above high) is no error here."""
    told = [one for one in evidence if one.code == slot.code and one.year in slot.years]
    if not told:
        return slot
    least, most = max(one.low for one in told), min(one.high for one in told)
    kept: dict[Option, Bounds] = {
        option: (max(low, least), min(high, most)) for option, (low, high) in slot.options.items()
    }
    return Slot(slot.code, slot.years, slot.printed, slot.half, slot.direction, kept)
