"""What must hold for any panel: fixed treatment, weights and goalposts."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from piilib.index.aggregation import up_the_tree
from piilib.index.framework import Framework
from piilib.index.method import Method
from piilib.index.normalisation import minmax

CODES = ["a", "b", "c", "d"]
ROWS = [
    ("T", "", 1, 1),
    ("A", "T", 3, 1),
    ("a", "A", 1, 1),
    ("b", "A", 2, -1),
    ("B", "T", 1, 1),
    ("c", "B", 5, 1),
    ("d", "B", 1, -1),
]
FW = Framework.from_frame(pd.DataFrame(ROWS, columns=["code", "parent", "weight", "direction"]))
DIRECTION = FW.table.loc[list(FW.indicators), "direction"].to_numpy()

numbers = st.integers(-1000, 1000).map(float)
cells = st.one_of(numbers, numbers, numbers, st.just(float("nan")))


@st.composite
def panels(draw, cell=cells):
    """Give a panel in which every indicator varies."""
    rows = draw(st.lists(st.tuples(*[cell] * 4), min_size=1, max_size=8))
    rows += [(-1001.0,) * 4, (1001.0,) * 4]
    return pd.DataFrame(rows, columns=CODES, index=[f"u{i}" for i in range(len(rows))])


@given(panels(), st.sampled_from(CODES), st.sampled_from([0.001, 0.5, 3.0, 1e4]), numbers)
@settings(deadline=None, max_examples=30)
def test_another_unit_of_measure_changes_nothing(panel, code, factor, shift):
    before = Method().score(panel, FW).scores
    after = Method().score(panel.assign(**{code: panel[code] * factor + shift}), FW).scores
    np.testing.assert_allclose(after, before, atol=1e-7)


@given(panels(numbers), st.integers(0, 3), st.floats(0, 500), st.data())
@settings(deadline=None, max_examples=60)
def test_an_improvement_never_lowers_its_own_unit(panel, i, amount, data):
    values = panel.to_numpy()
    unit = data.draw(st.integers(0, len(values) - 1))
    better = values.copy()
    better[unit, i] += DIRECTION[i] * amount
    low, high = np.full(4, -800.0), np.full(4, 800.0)  # some stand beyond the goalposts
    before, after = (
        up_the_tree(minmax(v, low, high, DIRECTION, clip=True), FW) for v in (values, better)
    )
    for code in FW.table.index:
        assert after[code][unit] >= before[code][unit] - 1e-9
        others = np.arange(len(values)) != unit
        np.testing.assert_array_equal(after[code][others], before[code][others])


@given(panels())
@settings(deadline=None, max_examples=30)
def test_reversed_directions_mirror_every_score(panel):
    mirrored = Framework(FW.table.assign(direction=-FW.table["direction"]))
    there = Method().score(panel, FW).scores
    back = Method().score(panel, mirrored).scores
    np.testing.assert_allclose(there + back, np.where(there.isna(), np.nan, 100.0), atol=1e-9)


@given(panels())
@settings(deadline=None, max_examples=30)
def test_scores_lie_within_0_and_100_and_ranks_within_the_units(panel):
    result = Method(weights={"a": 7}).score(panel, FW)
    scores = result.scores.to_numpy()
    assert np.nanmin(scores) >= -1e-9
    assert np.nanmax(scores) <= 100 + 1e-9
    for code in FW.table.index:
        ranked = result.ranks[code].dropna()
        assert ranked.min() == 1
        assert ranked.max() <= len(ranked)
        # A rank is one more than the number of units with a higher score.
        scored = result.scores[code].dropna()
        slack = 1e-12 * scored.abs().max()
        higher = [(scored > scored[unit] + slack).sum() + 1 for unit in ranked.index]
        assert ranked.tolist() == higher


@given(panels(), st.randoms())
@settings(deadline=None, max_examples=30)
def test_the_order_of_units_does_not_matter(panel, random):
    shuffled = panel.sample(frac=1, random_state=random.randrange(2**31))
    before, after = Method().score(panel, FW), Method().score(shuffled, FW)
    pd.testing.assert_frame_equal(after.scores.loc[panel.index], before.scores)
    pd.testing.assert_frame_equal(after.ranks.loc[panel.index], before.ranks)
