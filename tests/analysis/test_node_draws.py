"""Nodes drawn given those above: bounds, ranks, holders, and contradictions."""

from dataclasses import replace

import numpy as np
import pytest

from piilib.analysis.node_draws import draw_nodes
from piilib.analysis.node_level import Level
from piilib.errors import DataError

UNITS, DRAWS = ("a", "b", "c", "d", "e"), 400


def level(**changes):
    """Two parts of equal weight, between 0 and 100."""
    whole = Level(
        units=UNITS,
        nodes=("1", "2"),
        sums=np.array([[0.5, 0.5]]),
        rows=np.eye(2),
        lower=np.zeros((5, 2)),
        upper=np.full((5, 2), 100.0),
        ranks={},
        held=(),
    )
    return replace(whole, **changes)


def draw(known, index=(70.0, 60.0, 50.0, 40.0, 30.0), seed=0, draws=DRAWS):
    parents = np.broadcast_to(np.array(index), (draws, 5))[..., None]
    precision = np.broadcast_to(np.eye(2) / 225.0, (draws, 2, 2))
    return draw_nodes(
        known, parents, np.array([50.0, 50.0]), precision, np.random.default_rng(seed)
    )


def test_sums_and_bounds_hold():
    lower = np.zeros((5, 2))
    lower[2, 0] = 80.0
    x = draw(level(lower=lower))
    np.testing.assert_allclose(x.mean(axis=2), np.tile([70, 60, 50, 40, 30], (DRAWS, 1)), atol=1e-9)
    assert (x[:, 2, 0] >= 80).all()
    assert (x >= 0).all()
    assert (x <= 100).all()


@pytest.mark.parametrize(("unit", "rank"), [(0, 5), (2, 1), (2, 3), (4, 2)])
def test_a_published_rank_holds_in_every_draw(unit, rank):
    x = draw(level(ranks={0: {unit: rank}}))
    assert (1 + (x[..., 0] > x[:, [unit], 0]).sum(axis=1) == rank).all()


def test_several_ranks_of_several_nodes():
    x = draw(level(ranks={0: {1: 1, 3: 4}, 1: {3: 2}}))
    ranks = 1 + (x[:, :, None, :] > x[:, None, :, :]).sum(axis=1)
    assert (ranks[:, 1, 0] == 1).all()
    assert (ranks[:, 3, 0] == 4).all()
    assert (ranks[:, 3, 1] == 2).all()


def test_the_others_of_a_rank_are_those_that_rejection_finds():
    """Who stands above unit c, which is third, in draws thrown away until it is."""
    held = draw(level(ranks={0: {2: 3}}), draws=4_000)
    free = draw(level(), seed=1, draws=20_000)
    free = free[1 + (free[..., 0] > free[:, [2], 0]).sum(axis=1) == 3]
    assert len(free) > 2_000
    for unit in range(5):
        mine, theirs = ((x[:, unit, 0] > x[:, 2, 0]).mean() for x in (held, free))
        assert mine == pytest.approx(theirs, abs=0.12)


def test_somebody_holds_each_extreme():
    x = draw(
        level(held=[(0, 95.0), (1, 5.0)], lower=np.full((5, 2), 5.0), upper=np.full((5, 2), 95.0))
    )
    assert (np.abs(x[..., 0].max(axis=1) - 95.0) < 1e-9).all()
    assert (np.abs(x[..., 1].min(axis=1) - 5.0) < 1e-9).all()


def test_ranks_of_a_mean_of_parts():
    """Three parts, the first two of which make a node with a leader."""
    known = level(
        nodes=("1", "2", "3", "IN", "OUT"),
        sums=np.array([[0.25, 0.25, 0.5]]),
        rows=np.vstack([np.eye(3), [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]),
        lower=np.zeros((5, 5)),
        upper=np.full((5, 5), 100.0),
        ranks={3: {3: 1}},
    )
    parents = np.broadcast_to(np.array([70.0, 60, 50, 40, 30]), (50, 5))[..., None]
    precision = np.broadcast_to(np.eye(3) / 400.0, (50, 3, 3))
    x = draw_nodes(known, parents, np.full(3, 50.0), precision, np.random.default_rng(0))
    half = x[..., :2].mean(axis=2)
    assert (half.argmax(axis=1) == 3).all()
    np.testing.assert_allclose((half + x[..., 2]) / 2, parents[..., 0], atol=1e-9)


def test_a_contradiction_names_the_unit():
    upper = np.full((5, 2), 100.0)
    upper[0] = 60.0
    with pytest.raises(DataError, match=r"a with 70\.000 above 1 0\.00 to 60\.00"):
        draw(level(upper=upper))


def test_ranks_that_cannot_be_met_are_refused():
    upper = np.full((5, 2), 100.0)
    upper[4] = 31.0
    lower = np.zeros((5, 2))
    lower[0] = 60.0
    with pytest.raises(DataError, match="no order for 10 of 10 draws"):
        draw(level(lower=lower, upper=upper, ranks={0: {4: 1}}), draws=10)


def test_one_seed_one_answer():
    known = level(ranks={0: {2: 3}}, held=[(1, 90.0)])
    np.testing.assert_array_equal(draw(known, draws=20), draw(known, draws=20))
    assert not np.array_equal(draw(known, draws=20), draw(known, seed=5, draws=20))
