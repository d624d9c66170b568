"""Tables of what was inferred of the official method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from piilib.analysis.inference_fits import KINDS, Bounds, Query, limits, narrow, scores_of
from piilib.analysis.inference_groups import Known
from piilib.analysis.inference_refuted import alternatives, impossible
from piilib.analysis.inference_search import (
    FITTED,
    Found,
    Outcome,
    scores_in,
)
from piilib.data.sheet import Sheet

#: Order in which treatments are listed.
ORDER = ("none", "reversed", *KINDS)
_NONE: Bounds = (float("nan"), float("nan"))


@dataclass(frozen=True)
class Solved:
    """A group, what is published about it and what the search gave."""

    known: Known
    outcome: Outcome

    @property
    def preferred(self) -> Found | None:
        """The set of departures that is preferred; None where none is consistent."""
        return self.outcome.sets[0] if self.outcome.sets else None

    def slot(self, code: str, year: int) -> int | None:
        """Return the number of an indicator's slot in a year; None where it has none."""
        slots = self.known.group.slots
        return next((i for i, s in enumerate(slots) if s.code == code and year in s.years), None)

    def fitted(self, year: int) -> list[int]:
        """Slots of a year that the preferred set gives a cap or a floor."""
        return [i for i, _ in self.known.group.terms.get(year, ()) if self.kind(i)[1] in FITTED]

    def kind(self, slot: int) -> tuple[bool, str]:
        """Direction and treatment of a slot in the preferred set."""
        return self.preferred.state[slot] if self.preferred else (False, "none")

    def status(self, year: int) -> str:
        """Code of how a year's published score is explained."""
        if year not in self.known.group.targets or year not in self.known.published:
            return "no published score"
        if self.outcome.gaps[year]:
            return "unexplained"
        if not self.preferred:
            return "plain" if self.known.fits_plain(year) else "unexplained"
        if self.fitted(year):
            return "fitted"
        departs = any(self.kind(i) != (False, "none") for i, _ in self.known.group.terms[year])
        return "no free number" if departs else "plain"


def codes_text(words: Sequence[str]) -> str:
    """Write treatments in their order, as in "none; log"."""
    return "; ".join(word for word in ORDER if word in words)


def group_table(solved: Sequence[Solved], years: Sequence[int]) -> pd.DataFrame:
    """One row for each group and year."""
    rows = {}
    for one in solved:
        counted: set[int] = set()
        for year in years:
            low, high = one.known.plain.get(year, _NONE)
            new = set(one.fitted(year)) - counted
            counted |= new
            rows[one.known.group.node, year] = {
                "published": one.known.published.get(year, np.nan),
                "low": low,
                "high": high,
                "fits_plain": one.known.fits_plain(year),
                "status": one.status(year),
                "residual": one.outcome.gaps.get(year, np.nan),
                "departures": np.nan if one.outcome.departures is None else one.outcome.departures,
                "sets": len(one.outcome.sets),
                "free_numbers": len(new),
            }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(list(rows), names=["group", "year"])
    return table


def set_table(solved: Sequence[Solved]) -> pd.DataFrame:
    """One row for each departure of each consistent set."""
    rows = []
    for one in solved:
        slots = one.known.group.slots
        for number, found in enumerate(one.outcome.sets, start=1):
            for move in found.moves:
                low, high = _NONE
                if move.kind in FITTED:
                    low, high = found.caps[move.slots[0]]
                rows.append(
                    {
                        "group": one.known.group.node,
                        "set": number,
                        "code": move.code,
                        "years": tuple(y for i in move.slots for y in slots[i].years),
                        "treatment": move.kind,
                        "low": low,
                        "high": high,
                        "same_in_all_years": move.everywhere,
                        "joint": _joint(found, move.slots, one),
                    }
                )
    columns = ["group", "set", "code", "years", "treatment", "low", "high"]
    return pd.DataFrame(rows, columns=[*columns, "same_in_all_years", "joint"])


def _joint(found: Found, own: Sequence[int], one: Solved) -> bool:
    years = {year for i in own for year in one.known.group.slots[i].years}
    return any(
        i not in own and kind in FITTED and years & set(one.known.group.slots[i].years)
        for i, (_, kind) in enumerate(found.state)
    ) and all(found.state[i][1] in FITTED for i in own)


def points(one: Solved) -> dict[int, float]:
    """One consistent number for each cap or floor of the preferred set.

    The score in the middle of what is left, one slot after the other, so that together they
    meet the published scores.
    """
    if one.preferred is None:
        return {}
    group, state = one.known.group, one.preferred.state
    scores, found = scores_in(group, state), {}
    for i, slot in enumerate(group.slots):
        turned, kind = state[i]
        if kind not in FITTED:
            continue
        left = narrow(group, scores)[0][i]
        low, high = limits([Query(slot, turned, kind, left)])[0]
        found[i] = float(np.clip(_number(one, i, sum(left) / 2), low, high))
        scores[i] = scores_of(slot, turned, kind, found[i])
    return found


def _number(one: Solved, i: int, score: float) -> float:
    """Cap or floor at which the printed value scores so."""
    slot = one.known.group.slots[i]
    turned, kind = one.kind(i)
    value, lowest, highest = slot.printed
    share = (score if slot.direction * (-1 if turned else 1) > 0 else 100.0 - score) / 100.0
    if kind == "cap":
        return lowest + (value - lowest) / share if share > 0 else highest
    return (value - share * highest) / (1.0 - share) if share < 1 else lowest


def treatment_table(solved: Sequence[Solved], sheets: Sequence[Sheet]) -> pd.DataFrame:
    """One row for each indicator and year."""
    rows = {}
    for one in solved:
        numbers = points(one)
        for code in one.known.group.codes:
            for sheet in sheets:
                i = one.slot(code, sheet.year)
                rows[code, sheet.year] = _treatment_row(one, code, sheet, i, numbers)
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(list(rows), names=["code", "year"])
    return table


def _treatment_row(
    one: Solved, code: str, sheet: Sheet, i: int | None, numbers: dict[int, float]
) -> dict[str, object]:
    printed = sheet.table.loc[code, ["value", "lowest", "highest"]].to_dict()
    row: dict[str, object] = {
        **printed, "treatment": "", "reversed": False, "cap": np.nan, "cap_low": np.nan,
        "cap_high": np.nan, "floor": np.nan, "joint": False, "joint_with": "", "possible": "",
        "widest_low": np.nan, "widest_high": np.nan, "identified": False, "same_data": "",
    }  # fmt: skip
    if i is None or one.preferred is None:
        return row
    slot, (turned, kind) = one.known.group.slots[i], one.kind(i)
    fitted = {j for year in slot.years for j in one.fitted(year)} - {i}
    joint = sorted({one.known.group.slots[j].code for j in fitted} - {code})
    row |= {"treatment": kind, "reversed": turned, "possible": _possible(one, i)}
    if kind in FITTED:
        low, high = one.preferred.caps[i]
        row |= {kind: numbers[i], "cap_low": low, "cap_high": high}
        row |= {"joint": bool(fitted), "joint_with": "; ".join(joint)}
    low, high = widest(one, i)
    row |= {"widest_low": low, "widest_high": high, "identified": _identified(one, i)}
    row["same_data"] = "; ".join(str(year) for year in slot.years if year != sheet.year)
    return row


def _possible(one: Solved, i: int) -> str:
    """Treatments of a slot in the consistent sets, the reversed direction among them."""
    words = set()
    for found in one.outcome.sets:
        turned, kind = found.state[i]
        words |= {kind} if not turned else {"reversed"} | ({kind} - {"none"})
    return codes_text(list(words))


def widest(one: Solved, i: int) -> Bounds:
    """Caps that are consistent in any of the sets, this one being capped too."""
    ends = [
        found.caps[i]
        for found in one.outcome.sets
        if i in found.caps and found.state[i][1] in ("none", "cap")
    ]
    if not ends:
        return _NONE
    return min(low for low, _ in ends), max(high for _, high in ends)


def _identified(one: Solved, i: int) -> bool:
    """Tell whether the published scores say something here: not every cap would do."""
    slot = one.known.group.slots[i]
    if slot.at_the_lowest:
        return False
    low, high = widest(one, i)
    return bool(np.isnan(low)) or low > slot.printed[1] or high < slot.printed[2]


def indicator_table(solved: Sequence[Solved], sheets: Sequence[Sheet]) -> pd.DataFrame:
    """One row for each indicator."""
    rows = {}
    for one in solved:
        near = alternatives(one.known.group, one.outcome) if one.preferred else set()
        for code in one.known.group.codes:
            rows[code] = _indicator_row(one, code, near, sheets)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("code")


def _indicator_row(
    one: Solved, code: str, near: set[tuple[str, str]], sheets: Sequence[Sheet]
) -> dict[str, object]:
    group, sets = one.known.group, one.outcome.sets
    own = [i for i, slot in enumerate(group.slots) if slot.code == code]
    with_it = sum(any(move.code == code for move in found.moves) for found in sets)
    offered = [kind for kind in ORDER if _offered(one, own, kind)]
    if sets:
        ruled_out = [kind for kind in offered if kind != "none" and (code, kind) not in near]
        ruled_out += ["none"] if with_it == len(sets) and own else []
    else:
        ruled_out = []
    turned = {found.state[i][0] for found in sets for i in own} or {False}
    base = group.slots[own[0]].direction if own else 1
    chosen = {move.kind for found in sets[:1] for move in found.moves if move.code == code}
    return {
        "group": group.node,
        "status": _status(one, code, own, with_it, sheets),
        "treatment": codes_text(list(chosen or {"none"})) if sets and own else "",
        "directions": "; ".join(f"{base * (-1 if t else 1):+d}" for t in sorted(turned)),
        "sets_with": with_it,
        "sets": len(sets),
        "ruled_out": codes_text(ruled_out),
        "impossible": codes_text([kind for kind in offered if impossible(group, code, kind)]),
    }


def _offered(one: Solved, own: Sequence[int], kind: str) -> bool:
    option = (True, "none") if kind == "reversed" else (False, kind)
    return any(option in one.known.group.slots[i].options for i in own)


def _status(
    one: Solved, code: str, own: Sequence[int], with_it: int, sheets: Sequence[Sheet]
) -> str:
    if all(np.isnan(sheet.table.at[code, "value"]) for sheet in sheets):
        return "no value"
    if not own:
        return "no published score"
    if not one.outcome.sets:
        return "unexplained"
    if not any(_identified(one, i) for i in own):
        return "not identified"
    if not with_it:
        return "tested" if one.outcome.departures == 0 or not _numbers(one) else "not needed"
    if with_it < len(one.outcome.sets):
        return "one of several"
    return "tested" if all(_is_tested(one, found, code) for found in one.outcome.sets) else "fitted"


def _numbers(one: Solved) -> int:
    """Numbers that the preferred set fits."""
    moves = one.preferred.moves if one.preferred else ()
    return sum(move.kind in FITTED for move in moves)


def _is_tested(one: Solved, found: Found, code: str) -> bool:
    """No number is fitted, or one number has to serve several published scores, and does."""
    slots = one.known.group.slots
    return all(
        move.kind not in FITTED or all(len(slots[i].years) > 1 for i in move.slots)
        for move in found.moves
        if move.code == code
    )
