"""Scores that satisfy every fact, by mixed-integer programming, or the facts that contradict."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from piilib.analysis.completion_facts import Fact
from piilib.analysis.completion_system import System
from piilib.errors import DataError
from piilib.types import Array

#: How far apart units on two sides of a line stand at least, score points.
GAP = 1e-4


class _Program:
    """Rows of a mixed-integer program over scores, lines and sides.

    A *line* (year, group, k) is a score with exactly k units of the group above it; a binary
    for each unit of the group says whether it stands above. Then "the rank is at most k" is
    one binary, whatever the fact.
    """

    def __init__(self, system: System) -> None:
        self.system = system
        n = len(system.units)
        self.low = [float(v) for v in system.lower.ravel()]
        self.high = [float(v) for v in system.upper.ravel()]
        self.whole = [0] * len(self.low)
        self.n = n
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self.lines: dict[tuple[int, tuple[int, ...], int], dict[int, int]] = {}

    def variable(self, low: float, high: float, whole: bool) -> int:
        self.low.append(low)
        self.high.append(high)
        self.whole.append(int(whole))
        return len(self.low) - 1

    def row(self, terms: dict[int, float], low: float, high: float) -> None:
        self.rows.append((terms, low, high))

    def above(self, year: int, group: tuple[int, ...], k: int, unit: int) -> int:
        """Return the binary "the unit stands above the line with k units of its group above"."""
        key = (year, group, k)
        if key not in self.lines:
            self.lines[key] = self._line(year, group, k)
        return self.lines[key][unit]

    def _line(self, year: int, group: tuple[int, ...], k: int) -> dict[int, int]:
        own = [year * self.n + unit for unit in group]
        ends = self._ends(year, group, k)
        line = self.variable(*ends, False)
        sides: dict[int, int] = {}
        for unit, score in zip(group, own, strict=True):
            surely = self.low[score] > ends[1]
            never = self.high[score] < ends[0]
            if len(group) == self.n:
                surely |= bool(self.system.rank_high[year, unit] <= k)
                never |= bool(self.system.rank_low[year, unit] > k)
            side = self.variable(float(surely), float(not never), True)
            sides[unit] = side
            far = ends[1] - self.low[score] + GAP  # score ≥ line + gap where above
            self.row({score: 1.0, line: -1.0, side: -far}, GAP - far, np.inf)
            far = self.high[score] - ends[0] + GAP  # score ≤ line − gap where not
            self.row({score: 1.0, line: -1.0, side: -far}, -np.inf, -GAP)
        self.row(dict.fromkeys(sides.values(), 1.0), k, k)
        return sides

    def _ends(self, year: int, group: tuple[int, ...], k: int) -> tuple[float, float]:
        """Between which scores the line lies: the kth highest ends and the next."""
        lows = sorted((self.low[year * self.n + i] for i in group), reverse=True)
        highs = sorted((self.high[year * self.n + i] for i in group), reverse=True)
        return lows[k] - GAP, highs[k - 1] + GAP

    def nested(self) -> None:
        """Add that who stands above a line stands above every lower one."""
        for year, group in {(year, group) for year, group, _ in self.lines}:
            ks = sorted(k for y, g, k in self.lines if (y, g) == (year, group))
            for upper, lower in itertools.pairwise(ks):
                first, second = (self.lines[year, group, k] for k in (upper, lower))
                for unit in group:
                    self.row({first[unit]: 1.0, second[unit]: -1.0}, -np.inf, 0.0)

    def solve(self, aim: Array, seconds: float) -> Array | None:
        cost = np.zeros(len(self.low))
        cost[: len(aim)] = aim
        ij = [(r, j, v) for r, (terms, _, _) in enumerate(self.rows) for j, v in terms.items()]
        constraints: tuple[LinearConstraint, ...] = ()
        if ij:
            r, j, v = (np.array(part) for part in zip(*ij, strict=True))
            matrix = coo_array((v, (r, j)), shape=(len(self.rows), len(cost))).tocsc()
            ends = np.array([(low, high) for _, low, high in self.rows]).T
            constraints = (LinearConstraint(matrix, ends[0], ends[1]),)
        found = milp(
            cost,
            integrality=np.array(self.whole),
            bounds=Bounds(np.array(self.low), np.array(self.high)),
            constraints=constraints,
            options={"time_limit": seconds, "mip_rel_gap": 10.0},
        )
        if found.x is None:
            if found.status == 1:
                raise DataError(
                    f"no scores that satisfy the facts within {seconds:g} s",
                    "fewer facts, or a longer time",
                )
            return None
        return np.asarray(found.x[: len(aim)])


def _impose(program: _Program, fact: Fact) -> None:
    """Add the rows of one fact."""
    system, n = program.system, program.n
    year = system.years.index(fact.year)
    group = tuple(int(i) for i in system.at(fact.group))
    if fact.kind in ("mean", "highest", "lowest"):
        _impose_group(program, fact, [year * n + i for i in group])
    elif fact.kind == "rank":
        unit = int(system.at(fact.units)[0])
        _impose_rank(program, year, group, unit, fact)
    elif fact.kind == "count":
        terms: dict[int, float] = {}
        for unit in system.at(fact.units):
            _add(terms, _side(program, year, group, fact.band[1], int(unit)), 1.0)
            _add(terms, _side(program, year, group, fact.band[0] - 1, int(unit)), -1.0)
        program.row(terms, fact.low, fact.high)
    elif fact.kind == "stay":
        _impose_stay(program, year, group, fact)


def _side(program: _Program, year: int, group: tuple[int, ...], k: int, unit: int) -> int | None:
    """Return the binary of "rank ≤ k": None where it is always 0, −1 where always 1."""
    if k <= 0:
        return None
    return -1 if k >= len(group) else program.above(year, group, k, unit)


def _add(terms: dict[int, float], side: int | None, sign: float) -> None:
    if side is None:
        return
    if side == -1:
        raise DataError("a band that ends at the last rank", "a band that ends above it")
    terms[side] = terms.get(side, 0.0) + sign


def _impose_group(program: _Program, fact: Fact, own: list[int]) -> None:
    if fact.kind == "mean":
        slack = 1e-7
        ends = len(own) * (fact.low + slack), len(own) * (fact.high - slack)
        program.row(dict.fromkeys(own, 1.0), *ends)
        return
    top = fact.kind == "highest"
    some = {score: program.variable(0.0, 1.0, True) for score in own}
    program.row(dict.fromkeys(some.values(), 1.0), 1.0, np.inf)
    for score, is_it in some.items():
        if top:
            program.row({score: 1.0}, -np.inf, fact.high)
            far = fact.low - program.low[score]
            program.row({score: 1.0, is_it: -far}, fact.low - far, np.inf)
        else:
            program.row({score: 1.0}, fact.low, np.inf)
            far = program.high[score] - fact.high
            program.row({score: 1.0, is_it: far}, -np.inf, fact.high + far)


def _impose_rank(
    program: _Program, year: int, group: tuple[int, ...], unit: int, fact: Fact
) -> None:
    if unit not in group:
        raise DataError(f"'{fact}'", "a unit that is itself in the group")
    best, worst = int(fact.low), int(fact.high)
    side = _side(program, year, group, worst, unit)
    if side is None or best > len(group):
        program.row({}, 1.0, 1.0)
    elif side >= 0:
        program.row({side: 1.0}, 1.0, 1.0)
    side = _side(program, year, group, best - 1, unit)
    if side is not None:
        program.row({side: 1.0}, 0.0, 0.0)


def _impose_stay(program: _Program, year: int, group: tuple[int, ...], fact: Fact) -> None:
    since = program.system.years.index(fact.since)
    spared = set(program.system.at(fact.units).tolist()) if fact.units else set()
    for unit in set(group) - spared:
        inside = _side(program, since, group, fact.band[1], unit)
        before = _side(program, since, group, fact.band[0] - 1, unit)
        for side, good in (
            (_side(program, year, group, int(fact.high), unit), 1),
            (_side(program, year, group, int(fact.low) - 1, unit), 0),
        ):
            if side is None or side == -1:
                continue
            terms: dict[int, float] = {}  # inside − before ≤ side (or 1 − side)
            _add(terms, inside, 1.0)
            _add(terms, before, -1.0)
            _add(terms, side, -1.0 if good else 1.0)
            program.row(terms, -np.inf, 0.0 if good else 1.0)


def find_scores(system: System, aim: Array | None = None, seconds: float = 60.0) -> Array | None:
    """Find scores that satisfy every fact.

    Parameters
    ----------
    system : System
    aim : array, shape (years, units), optional
        Costs of a score point: which corner to look in. The first solution within the solver's
        gap is taken, so it is a direction, not an optimum.
    seconds : float
        Time allowed.

    Returns
    -------
    array, shape (years, units), or None
        None where the facts contradict each other.
    """
    if (system.lower > system.upper).any() or (system.rank_low > system.rank_high).any():
        return None
    program = _Program(system)
    for fact in system.facts:
        _impose(program, fact)
    program.nested()
    shape = system.lower.shape
    found = program.solve(np.zeros(shape).ravel() if aim is None else aim.ravel(), seconds)
    return None if found is None else found.reshape(shape)


def contradiction(system: System, seconds: float = 30.0) -> list[Fact]:
    """Name facts that contradict each other, none of which can be left out.

    Parameters
    ----------
    system : System
        Its bounds, change and units are kept, its facts are taken out by groups.
    seconds : float
        Allowed for each trial; a trial that takes longer counts as satisfiable.

    Returns
    -------
    list of Fact
        A minimal set: without any one of them the others can be satisfied. Empty where all can.

    References
    ----------
    Junker (2004), "QuickXplain: Preferred explanations and relaxations for over-constrained
    problems", AAAI-04, 167-172.
    """

    def possible(facts: Sequence[Fact]) -> bool:
        try:
            return find_scores(system.only(facts), seconds=seconds) is not None
        except DataError:
            return True

    if possible(system.facts):
        return []
    return _explain([], False, list(system.facts), possible)


def _explain(
    kept: list[Fact], added: bool, facts: list[Fact], possible: Callable[[Sequence[Fact]], bool]
) -> list[Fact]:
    """Find the facts among ``facts`` that contradict ``kept`` and each other."""
    if added and not possible(kept):
        return []
    if len(facts) == 1:
        return facts
    half = len(facts) // 2
    first, second = facts[:half], facts[half:]
    late = _explain(kept + first, True, second, possible)
    early = _explain(kept + late, bool(late), first, possible)
    return early + late
