"""Fewest departures from plain min-max that give a group's published scores.

A *departure* is one of: an indicator reversed (in all years); a logarithm (in all years, or in
one); a cap or a floor with one number to be fitted, in one year, or in all the years that reuse
the same figures. All sets of the smallest size are found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from piilib.analysis.inference_fits import (
    KINDS,
    PLAIN,
    Bounds,
    Group,
    Option,
    Query,
    Slot,
    limits,
    narrow,
)

FITTED = ("cap", "floor")
#: What is preferred among sets that are alike otherwise.
_LIKING = ("cap", "reversed", "floor", "log", "log_gii")


@dataclass(frozen=True)
class Move:
    """One departure from plain min-max.

    Attributes
    ----------
    code : str
    kind : str
        ``"reversed"``, ``"cap"``, ``"floor"``, ``"log"`` or ``"log_gii"``.
    slots : tuple of int
        Which of the group's slots it acts on.
    everywhere : bool
        It acts in every year in which the indicator has a value.
    """

    code: str
    kind: str
    slots: tuple[int, ...]
    everywhere: bool


@dataclass
class Found:
    """One consistent set of departures.

    Attributes
    ----------
    moves : tuple of Move
    state : tuple of Option
        Direction and treatment of each slot.
    scores : list of (low, high)
        Scores of each slot that are consistent with the published ones.
    caps : dict
        Slot → consistent caps or floors; for a slot that departs otherwise, or not, those of
        a cap that is added to the set.
    """

    moves: tuple[Move, ...]
    state: tuple[Option, ...]
    scores: list[Bounds]
    caps: dict[int, Bounds] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What the search of one group gave.

    Attributes
    ----------
    sets : tuple of Found
        All consistent sets of the fewest departures, the preferred one first.
    departures : int or None
        Their size; None where no set up to the limit is consistent.
    gaps : dict
        Year → points lacking in the nearest set (0 where there is a consistent one).
    """

    sets: tuple[Found, ...]
    departures: int | None
    gaps: dict[int, float]


def moves_of(group: Group) -> list[Move]:
    """All departures that change something, in the order in which they are preferred."""
    found = []
    for code in group.codes:
        own = tuple(i for i, slot in enumerate(group.slots) if slot.code == code)
        acting = {
            kind: tuple(i for i in own if _changes(group.slots[i], kind))
            for kind in ("reversed", *KINDS)
        }
        if acting["reversed"]:
            found.append(Move(code, "reversed", own, True))
        for kind in KINDS:
            if kind not in FITTED and acting[kind] and len(own) > 1:
                found.append(Move(code, kind, own, True))
            found += [Move(code, kind, (i,), len(own) == 1) for i in acting[kind]]
    return found


def _changes(slot: Slot, kind: str) -> bool:
    turned = kind == "reversed"
    option = (turned, "none" if turned else kind)
    return option in slot.options and slot.options[option] != slot.options[PLAIN]


def apply(state: Sequence[Option], move: Move, slots: Sequence[Slot]) -> tuple[Option, ...] | None:
    """Return the state after a departure; None where it cannot be added."""
    new = list(state)
    for i in move.slots:
        turned, kind = new[i]
        if move.kind == "reversed":
            option = (True, kind)
        elif kind != "none":
            return None
        else:
            option = (turned, move.kind)
        if option not in slots[i].options:
            return None
        new[i] = option
    return tuple(new)


def scores_in(group: Group, state: Sequence[Option]) -> list[Bounds]:
    """Scores that each slot may have under its treatment, before the group's score is used."""
    return [slot.options[option] for slot, option in zip(group.slots, state, strict=True)]


class _Search:
    """Departures tried so far, each state once."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.moves = moves_of(group)
        self.start = tuple(PLAIN for _ in group.slots)
        self.tried: dict[tuple[Option, ...], tuple[list[Bounds], dict[int, float]]] = {}

    def judge(self, state: tuple[Option, ...]) -> tuple[list[Bounds], dict[int, float]]:
        if state not in self.tried:
            self.tried[state] = narrow(self.group, scores_in(self.group, state))
        return self.tried[state]

    def sets(self, size: int) -> list[Found]:
        """All consistent sets of one size, none of fewer departures being consistent."""
        found: dict[frozenset[int], Found] = {}
        seen: set[frozenset[int]] = set()
        self._extend(self.start, (), size, found, seen)
        order = sorted(found, key=sorted)
        return [found[key] for key in order]

    def _extend(
        self,
        state: tuple[Option, ...],
        used: tuple[int, ...],
        left: int,
        found: dict[frozenset[int], Found],
        seen: set[frozenset[int]],
    ) -> None:
        scores, gaps = self.judge(state)
        if not left:
            if not any(gaps.values()):
                moves = tuple(self.moves[k] for k in sorted(used))
                found[frozenset(used)] = Found(moves, state, scores)
            return
        for k in self._useful(gaps):
            key = frozenset((*used, k))
            after = (
                None if k in used or key in seen else apply(state, self.moves[k], self.group.slots)
            )
            if after is not None:
                seen.add(key)
                self._extend(after, (*used, k), left - 1, found, seen)

    def _useful(self, gaps: dict[int, float]) -> Iterator[int]:
        """Departures in a year that is not met yet: every consistent set has one."""
        failing = next((year for year, gap in gaps.items() if gap), None)
        for k, move in enumerate(self.moves):
            years = {year for i in move.slots for year in self.group.slots[i].years}
            if failing is None or failing in years or not self._alone():
                yield k

    def _alone(self) -> bool:
        """No figures are reused: each year is met or not by what is done in it."""
        return all(len(slot.years) == 1 for slot in self.group.slots)

    def nearest(self) -> dict[int, float]:
        return min((gaps for _, gaps in self.tried.values()), key=lambda gaps: sum(gaps.values()))


def search(group: Group, most: int) -> Outcome:
    """Find all consistent sets of the fewest departures, up to a limit.

    Parameters
    ----------
    group : Group
    most : int
        Largest number of departures that is tried.
    """
    hunt = _Search(group)
    for size in range(most + 1):
        found = hunt.sets(size)
        if found:
            add_caps(group, found)
            found.sort(key=lambda one: preference(group, one))
            return Outcome(tuple(found), size, dict.fromkeys(group.targets, 0.0))
    return Outcome((), None, hunt.nearest())


def add_caps(group: Group, found: Sequence[Found]) -> None:
    """Fill `Found.caps`: numbers of the departures, and of one cap more in each other slot."""
    queries, places = [], []
    for one in found:
        for i, slot in enumerate(group.slots):
            turned, kind = one.state[i]
            scores = one.scores
            if kind == "none" and (turned, "cap") in slot.options:
                more = scores_in(group, one.state)
                more[i] = slot.options[turned, "cap"]
                scores, kind = narrow(group, more)[0], "cap"
            if kind in FITTED:
                queries.append(Query(slot, turned, kind, scores[i]))
                places.append((one, i))
    for (one, i), ends in zip(places, limits(queries), strict=True):
        one.caps[i] = ends


def preference(group: Group, one: Found) -> tuple[int, int, int, float]:
    """Order among sets of equal size, from the most to the least preferred; no evidence.

    Fewest departures that lean on rounding alone; fewest indicators whose treatment or cap has to
    change between years; kinds in the order cap, reversed, floor, logarithm; last, the smallest
    sum of the movement between years of what scores 100, in shares of the range, and of where the
    caps stand in it (a cap just under the highest removes no outlier).
    """
    leaning = sum(
        move.kind != "reversed" and any(group.slots[i].leans_on_rounding for i in move.slots)
        for move in one.moves
    )
    rank = sum(_LIKING.index(move.kind) for move in one.moves)
    changes = sum(_changing(group, one, code) for code in dict.fromkeys(m.code for m in one.moves))
    movement = sum(_movement(group, one, code) for code in group.codes)
    return leaning, changes, rank, round(movement + _mean_reach(group, one), 9)


def _changing(group: Group, one: Found, code: str) -> bool:
    """No treatment, with one and the same number, does for all years."""
    moves = [move for move in one.moves if move.code == code]
    if any(move.kind not in ("reversed", *FITTED) and not move.everywhere for move in moves):
        return True
    if len({move.kind for move in moves if move.kind in FITTED}) > 1:
        return True
    if not any(move.kind == "cap" for move in moves):
        return False
    ends = [_top(group, one, i) for i in slots_of(group, code) if i in one.caps]
    return max(low for low, _ in ends) > min(high for _, high in ends)


def _top(group: Group, one: Found, i: int) -> Bounds:
    """Caps that do in one slot; one at the highest may be anywhere above it too."""
    low, high = one.caps[i]
    return low, high if high < group.slots[i].printed[2] else float("inf")


def slots_of(group: Group, code: str) -> list[int]:
    """Return the numbers of an indicator's slots."""
    return [i for i, slot in enumerate(group.slots) if slot.code == code]


def _mean_reach(group: Group, one: Found) -> float:
    """Where the caps stand between lowest (0) and highest (1), on average."""
    found = []
    for i in [i for move in one.moves if move.kind == "cap" for i in move.slots]:
        _, lowest, highest = group.slots[i].printed
        found.append((one.caps[i][1] - lowest) / (highest - lowest) if highest > lowest else 1.0)
    return sum(found) / len(found) if found else 0.0


def _movement(group: Group, one: Found, code: str) -> float:
    """How far apart the bounds that score 100 are in successive years, in shares of the range."""
    own = slots_of(group, code)
    capped = any(move.code == code and move.kind == "cap" for move in one.moves)
    total = 0.0
    for i, j in pairwise(own):
        a, b = (group.slots[k].printed for k in (i, j))
        widest = max(a[2] - a[1], b[2] - b[1])
        tops = [
            one.caps[k] if capped and k in one.caps else (p[2], p[2]) for k, p in ((i, a), (j, b))
        ]
        gap = max(0.0, tops[0][0] - tops[1][1], tops[1][0] - tops[0][1])
        total += gap / widest if widest > 0 else 0.0
    return total
