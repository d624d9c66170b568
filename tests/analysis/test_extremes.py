"""Holders of the extremes: by hand, and against all choices of a small case."""

from itertools import product

import numpy as np
import pytest

from piilib.analysis.extremes import assign_extremes
from piilib.errors import DataError

SUMS = np.array([[0.5, 0.5]])


def allowed(top, bottom, parents):
    """Whether two indicators of one group leave each unit room for its score."""
    for unit, score in enumerate(parents):
        first, last = (50.0 * sum(holder == unit for holder in side) for side in (top, bottom))
        if first > score or last > 100.0 - score:
            return False
    return all(t != b for t, b in zip(top, bottom, strict=True))


@pytest.mark.parametrize("seed", range(12))
def test_the_cheapest_of_all_choices(seed):
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0, 100, (4, 2))
    parents = scores.mean(axis=1)
    costs = {
        (top, bottom): sum(100 - scores[u, i] for i, u in enumerate(top))
        + sum(scores[u, i] for i, u in enumerate(bottom))
        for top in product(range(4), repeat=2)
        for bottom in product(range(4), repeat=2)
        if allowed(top, bottom, parents)
    }
    if not costs:
        with pytest.raises(DataError, match="no unit for an extreme"):
            assign_extremes(scores, SUMS, parents[:, None], {}, {})
        return
    top, bottom, unmet = assign_extremes(scores, SUMS, parents[:, None], {}, {})
    found = tuple(top.argmax(axis=0)), tuple(bottom.argmax(axis=0))
    assert costs[found] <= min(costs.values()) * 1.011
    assert (top.sum(axis=0) == 1).all()
    assert (bottom.sum(axis=0) == 1).all()
    assert not unmet


def test_leads_are_met_or_named():
    scores = np.array([[90.0, 80.0], [60.0, 95.0], [45.0, 60.0], [40.0, 20.0], [10.0, 50.0]])
    parents = scores.mean(axis=1)[:, None]
    top, _, unmet = assign_extremes(scores, SUMS, parents, {1: 0, 0: 1}, {})
    assert top[0].sum() == 1
    assert not top[1].any()
    assert unmet == {}
    _, _, unmet = assign_extremes(scores, SUMS, parents, {0: 2}, {})
    assert unmet == {0: -1}  # 85 points leave no room for two indicators at 100


def test_known_units_keep_what_they_hold():
    scores = np.array([[90.0, 80.0], [60.0, 95.0], [10.0, 60.0], [40.0, 20.0]])
    top, bottom, _ = assign_extremes(
        scores, SUMS, scores.mean(axis=1)[:, None], {}, {2: ([1], [0])}, [(0, 0)]
    )
    assert top[2].tolist() == [False, True]
    assert bottom[2].tolist() == [True, False]
    assert top[0, 0]


def test_no_room_at_all_is_refused():
    scores = np.full((2, 2), 10.0)
    with pytest.raises(DataError, match="no unit for an extreme of each of 2 indicators"):
        assign_extremes(scores, SUMS, scores.mean(axis=1)[:, None], {}, {})
