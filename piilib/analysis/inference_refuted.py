"""What the published scores refute: of the simplest sets, or whatever the rest of the group is."""

from __future__ import annotations

from collections.abc import Sequence

from piilib.analysis.inference_fits import PLAIN, Bounds, Group, narrow
from piilib.analysis.inference_search import Outcome, apply, moves_of, scores_in, slots_of


def alternatives(group: Group, outcome: Outcome) -> set[tuple[str, str]]:
    """Code and kind of every departure in a consistent set of the fewest departures.

    Where plain min-max fits, of every single departure that is consistent too.
    """
    if outcome.departures:
        return {(move.code, move.kind) for one in outcome.sets for move in one.moves}
    plain = tuple(PLAIN for _ in group.slots)
    found = set()
    for move in moves_of(group):
        after = apply(plain, move, group.slots)
        if after is not None and not any(narrow(group, scores_in(group, after))[1].values()):
            found.add((move.code, move.kind))
    return found


def impossible(group: Group, code: str, kind: str) -> bool:
    """Tell whether a candidate is refuted whatever is done to the rest of the group.

    Parameters
    ----------
    group : Group
    code : str
    kind : str
        ``"none"`` or ``"reversed"``: refuted by one year. ``"cap"``, ``"floor"``, ``"log"``,
        ``"log_gii"`` (more being better as the framework has it): refuted by every year.
    """
    free = [_hull(list(slot.options.values())) for slot in group.slots]
    verdicts = []
    for i in slots_of(group, code):
        wanted = [
            ends
            for (turned, rule), ends in group.slots[i].options.items()
            if (turned if kind == "reversed" else (not turned and rule == kind))
        ]
        if wanted:
            fixed = [*free[:i], _hull(wanted), *free[i + 1 :]]
            verdicts.append(any(narrow(group, fixed)[1].values()))
    every = kind not in ("none", "reversed")
    return bool(verdicts) and (all(verdicts) if every else any(verdicts))


def _hull(ends: Sequence[Bounds]) -> Bounds:
    there = [(low, high) for low, high in ends if low <= high]
    if not there:
        return ends[0]
    return min(low for low, _ in there), max(high for _, high in there)
