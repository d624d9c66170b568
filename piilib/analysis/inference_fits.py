"""What each candidate treatment lets an indicator score, and what a group's score leaves of it.

Everything is interval arithmetic on printed numbers, see `piilib.index.interval`. The score of a
candidate with an unknown number (a cap, a floor) is the union over that number; the published
score of the group then narrows the scores of its indicators, and through them the number.
Nothing that is consistent is ever left out; where one unrounded value serves several years the
narrowing may keep a little too much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from piilib.data.sheet import VALUES
from piilib.index.interval import score_interval
from piilib.types import Array, Flags

#: Smallest and largest.
Bounds = tuple[float, float]
#: Is the direction turned round, and which treatment.
Option = tuple[bool, str]

#: Treatments that may be asked for; the first two have a number to be fitted.
KINDS = ("cap", "floor", "log", "log_gii")
PLAIN: Option = (False, "none")
#: Exact ties of decimal bounds must count as overlap.
SLACK = 1e-9
_HALVINGS = 40
_MOST_ROUNDS = 60


@dataclass(frozen=True)
class Slot:
    """One indicator's printed figures, in one year or in all the years that reuse them.

    Attributes
    ----------
    code : str
    years : tuple of int
    printed, half : tuple of float
        Value, lowest, highest, and half a unit of the last decimal of each.
    direction : int
        That of the framework, +1 or −1.
    options : mapping
        `Option` → smallest and largest score; without a candidate that is not defined.
    """

    code: str
    years: tuple[int, ...]
    printed: tuple[float, float, float]
    half: tuple[float, float, float]
    direction: int
    options: Mapping[Option, Bounds]

    @property
    def at_the_lowest(self) -> bool:
        """The value is printed as the lowest."""
        return self.printed[0] == self.printed[1]

    @property
    def leans_on_rounding(self) -> bool:
        """The value may be the lowest within rounding, so that a treatment may do nothing."""
        return self.printed[0] - self.half[0] <= self.printed[1] + self.half[1] + SLACK


@dataclass(frozen=True)
class Group:
    """A node whose score is formed from indicators, in every year that publishes it.

    Attributes
    ----------
    node : str
    codes : tuple of str
        Its indicators, tree order.
    slots : tuple of Slot
    terms : mapping
        Year → slots that enter its score, with their weights (summing to 1 together with
        those of children that are groups).
    fixed : mapping
        Year → what children that are groups add, from their published scores.
    targets : mapping
        Year → smallest and largest that the published score means.
    """

    node: str
    codes: tuple[str, ...]
    slots: tuple[Slot, ...]
    terms: Mapping[int, Sequence[tuple[int, float]]]
    fixed: Mapping[int, Bounds]
    targets: Mapping[int, Bounds]

    def total(self, year: int, scores: Sequence[Bounds]) -> Bounds:
        """Smallest and largest score of the node."""
        low, high = self.fixed[year]
        for slot, weight in self.terms[year]:
            low += weight * scores[slot][0]
            high += weight * scores[slot][1]
        return low, high


def options(
    printed: tuple[float, float, float],
    half: tuple[float, float, float],
    direction: int,
    candidates: Sequence[str],
) -> dict[Option, Bounds]:
    """Smallest and largest score of every candidate treatment, in both directions.

    Without bounds the score is anything from 0 to 100 and no treatment can be told.
    """
    if np.isnan([*printed, *half]).any():
        return {PLAIN: (0.0, 100.0)}
    low, high = _scores(printed, half)
    found: dict[str, Bounds] = {"none": (low, high)}
    if "cap" in candidates:
        found["cap"] = (low, 100.0 if high > 0 else 0.0)
    if "floor" in candidates:
        found["floor"] = (0.0 if low < 100 else 100.0, high)
    if "log" in candidates:
        found["log"] = (_log(low, 100.0), _log(high, 100.0))
    if "log_gii" in candidates and printed[2] > 0:
        found["log_gii"] = _log_gii_interval(low, high, printed[2], half[2])
    turns = (False, True) if "reversed" in candidates else (False,)
    return {
        (turned, kind): _turned(ends, direction * (-1 if turned else 1))
        for turned in turns
        for kind, ends in found.items()
    }


def _turned(ends: Bounds, direction: int) -> Bounds:
    return ends if direction > 0 else (100.0 - ends[1], 100.0 - ends[0])


def _scores(printed: tuple[float, float, float], half: tuple[float, float, float]) -> Bounds:
    low, high = score_interval(
        pd.DataFrame([printed], columns=VALUES),
        pd.DataFrame([half], columns=VALUES),
        np.ones(1),
        np.full(1, np.nan),
    )
    return float(low[0]), float(high[0])


def _log(score: float, steepness: float) -> float:
    """Score after a logarithm, ln(1 + steepness · score/100) on 0-100."""
    return float(100.0 * np.log1p(steepness * score / 100.0) / np.log1p(steepness))


def _log_gii_interval(low: float, high: float, highest: float, half: float) -> Bounds:
    """Score after ln[(max·f − 1)(x − min)/(max − min) + 1], f as in `piilib.Treatment`."""
    tops = [top for top in (highest - half, highest + half) if top > 0]
    steep = [top * 10.0 ** max(0, int(np.ceil(1 - np.log10(top) - 1e-12))) - 1 for top in tops]
    # The score rises with the steepness, which may jump tenfold where f does.
    powers = {int(np.ceil(1 - np.log10(top) - 1e-12)) for top in tops}
    if len(powers) > 1 and max(powers) > 0:
        steep += [9.0, 99.0]
    return _log(low, min(steep)), _log(high, max(steep))


def narrow(group: Group, scores: Sequence[Bounds]) -> tuple[list[Bounds], dict[int, float]]:
    """Narrow the scores of a group's indicators by its published scores.

    Parameters
    ----------
    group : Group
    scores : sequence of (low, high)
        One for each slot.

    Returns
    -------
    list of (low, high)
        As far as they can be part of the published scores. One year: exact.
    dict
        Year → points that are lacking (0 where the published score can be met). A large value
        means that no figure within rounding, and no cap or floor, gives the published score.
    """
    gaps = _gaps(group, scores)
    now = list(scores)
    if any(gaps.values()):
        return now, gaps
    for _ in range(_MOST_ROUNDS):
        before = list(now)
        for year, target in group.targets.items():
            _narrow_year(group, year, target, now)
        gaps = _gaps(group, now)
        if any(gaps.values()) or not _moved(before, now):
            break
        if all(len(slot.years) == 1 for slot in group.slots):
            break
    return now, gaps


def _gaps(group: Group, scores: Sequence[Bounds]) -> dict[int, float]:
    gaps = {}
    for year, (least, most) in group.targets.items():
        low, high = group.total(year, scores)
        empty = sum(
            weight * max(0.0, scores[slot][0] - scores[slot][1])
            for slot, weight in group.terms[year]
        )
        gap = max(0.0, low - most, least - high) + empty
        gaps[year] = gap if gap > SLACK else 0.0
    return gaps


def _narrow_year(group: Group, year: int, target: Bounds, scores: list[Bounds]) -> None:
    low, high = group.total(year, scores)
    for slot, weight in group.terms[year]:
        if weight <= 0:
            continue
        old_low, old_high = scores[slot]
        least = old_high + (target[0] - SLACK - high) / weight
        most = old_low + (target[1] + SLACK - low) / weight
        scores[slot] = (max(old_low, least), min(old_high, most))


def _moved(before: Sequence[Bounds], now: Sequence[Bounds]) -> bool:
    return any(
        abs(a - c) > 1e-7 or abs(b - d) > 1e-7 for (a, b), (c, d) in zip(before, now, strict=True)
    )


@dataclass(frozen=True)
class Query:
    """A question: which caps (or floors) let a slot score something within these bounds."""

    slot: Slot
    turned: bool
    kind: str
    scores: Bounds


def limits(queries: Sequence[Query]) -> list[Bounds]:
    """Caps or floors that are consistent with the scores asked for, by bisection.

    The score falls when a cap or a floor rises; its smallest and largest value within rounding
    both do. So a number is consistent from where the smallest score is no more than the largest
    asked for, to where the largest score is no less than the smallest.

    Returns
    -------
    list of (low, high)
        In the indicator's own unit, within the printed lowest and highest: a cap that may be
        as high as the printed highest, or a floor as low as the lowest, may not be there at all.
    """
    if not queries:
        return []
    printed = pd.DataFrame([q.slot.printed for q in queries], columns=VALUES)
    half = pd.DataFrame([q.slot.half for q in queries], columns=VALUES)
    upwards = np.array([q.slot.direction * (-1 if q.turned else 1) > 0 for q in queries])
    asked = np.array([q.scores for q in queries])
    least = np.where(upwards, asked[:, 0], 100.0 - asked[:, 1]) - SLACK
    most = np.where(upwards, asked[:, 1], 100.0 - asked[:, 0]) + SLACK
    is_cap = np.array([q.kind == "cap" for q in queries])
    low, high = _bisect(printed, half, is_cap, most, least)
    lowest, highest = printed["lowest"].to_numpy(), printed["highest"].to_numpy()
    near = 1e-9 * (highest - lowest)
    low = np.where(low <= lowest + half["lowest"].to_numpy() + near, lowest, low)
    high = np.where(high >= highest - half["highest"].to_numpy() - near, highest, high)
    low, high = (np.clip(found, lowest, highest) for found in (low, high))
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]


def _bisect(
    printed: pd.DataFrame, half: pd.DataFrame, is_cap: Flags, most: Array, least: Array
) -> tuple[Array, Array]:
    """First number with a smallest score of at most `most`, last with a largest of `least`.

    The end of the range where there is none; both searches run side by side, as rows.
    """
    n = len(printed)
    printed, half = pd.concat([printed] * 2), pd.concat([half] * 2)
    is_cap = np.tile(is_cap, 2)
    low, low_half = printed["lowest"].to_numpy(), half["lowest"].to_numpy()
    high, high_half = printed["highest"].to_numpy(), half["highest"].to_numpy()
    below = np.where(is_cap, low + low_half, low - low_half)
    above = end = np.where(is_cap, high + high_half, high - high_half)

    def further(number: Array) -> Flags:
        smallest, largest = scores_at(printed, half, is_cap, number)
        return np.concatenate([smallest[:n] > most, largest[n:] >= least])

    never = further(end)
    for _ in range(_HALVINGS):
        middle = (below + above) / 2
        beyond = further(middle)
        below, above = np.where(beyond, middle, below), np.where(beyond, above, middle)
    found = np.where(never, end, (below + above) / 2)
    return found[:n], found[n:]


def scores_at(
    printed: pd.DataFrame, half: pd.DataFrame, is_cap: Flags, number: Array
) -> tuple[Array, Array]:
    """Smallest and largest score, more being better, at given caps and floors."""
    if is_cap.all():
        return score_interval(printed, half, np.ones(len(number)), number)
    cap = np.where(is_cap, number, np.nan)
    # A floor that equals the printed value would be read as "the unit is the lowest".
    floor = np.where(number == printed["value"], np.nextafter(number, np.inf), number)
    floored = printed.assign(lowest=np.where(is_cap, printed["lowest"], floor))
    exact = half.assign(lowest=np.where(is_cap, half["lowest"], 0.0))
    return score_interval(floored, exact, np.ones(len(number)), cap)


def scores_of(slot: Slot, turned: bool, kind: str, number: float) -> Bounds:
    """Smallest and largest score of one slot at a given cap or floor."""
    printed = pd.DataFrame([slot.printed], columns=VALUES)
    half = pd.DataFrame([slot.half], columns=VALUES)
    low, high = scores_at(printed, half, np.array([kind == "cap"]), np.array([number]))
    ends = float(low[0]), float(high[0])
    return _turned(ends, slot.direction * (-1 if turned else 1))
