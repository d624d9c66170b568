"""Weights from the data, against cases whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from piilib.analysis.correlation import correlations, pca
from piilib.analysis.weights import equal_influence_weights, pca_weights
from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.method import Method
from piilib.types import Array

NAN = np.nan

WHOLE = {"a": 1.0, "b": 1.0, "c": 1.0}


def flat(*codes: str) -> Framework:
    rows = [("T", ""), *((code, "T") for code in codes)]
    frame = pd.DataFrame(rows, columns=["code", "parent"])
    return Framework.from_frame(frame.assign(weight=1, direction=1))


GROUPS = {"": ["T"], "T": ["A", "B", "C"], "A": ["a1", "a2"], "B": ["b1", "b2"], "C": ["c1"]}
TREE = Framework.from_frame(
    pd.DataFrame(
        [(name, parent) for parent, names in GROUPS.items() for name in names],
        columns=["code", "parent"],
    ).assign(weight=1, direction=1)
)


def orthogonal(n: int, k: int, seed: int = 0) -> Array:
    """Columns with mean 0 and standard deviation 1 that do not correlate at all."""
    x = np.random.default_rng(seed).normal(size=(n, k))
    q, _ = np.linalg.qr(x - x.mean(axis=0))
    return np.asarray(q * np.sqrt(n - 1))


def frame(values: Array, fw: Framework) -> pd.DataFrame:
    units = [f"u{i}" for i in range(len(values))]
    return pd.DataFrame(values, columns=list(fw.indicators), index=units)


def influences(panel: pd.DataFrame, fw: Framework, method: Method, level: int = 1) -> Array:
    """Correlation of each node of a level with the index."""
    scores = method.score(panel, fw).scores
    return correlations(scores, fw, level, "index")["r"].to_numpy()


# --- principal components -------------------------------------------------------------------------


def test_loadings_of_a_constructed_factor():
    """One factor that all share alike: equal loadings, whatever the units of measure."""
    f = orthogonal(40, 4)
    panel = frame((f[:, [0]] + f[:, 1:]) * [1.0, 10.0, 100.0], flat("a", "b", "c"))
    got = pca_weights(panel, flat("a", "b", "c"), "T")
    assert got == pytest.approx({"a": 3**-0.5, "b": 3**-0.5, "c": 3**-0.5})


def test_loadings_of_two_factors_by_hand():
    # Correlations: a–b r, c with neither: first component (1, 1, 0)/√2.
    f = orthogonal(40, 3)
    panel = frame(np.column_stack([f[:, 0], f[:, 0] + f[:, 1], f[:, 2]]), flat("a", "b", "c"))
    got = pca_weights(panel, flat("a", "b", "c"))
    assert got == pytest.approx({"a": 0.5**0.5, "b": 0.5**0.5, "c": 0.0}, abs=1e-9)
    assert min(got.values()) >= 0


def test_what_is_better_when_lower_is_turned_first():
    fw = flat("a", "b", "c")
    lower = Framework(fw.table.assign(direction=[1, 1, -1, 1]))
    f = orthogonal(40, 4)
    panel = frame(f[:, [0]] + f[:, 1:], fw)
    turned = panel.assign(b=-panel["b"])
    assert pca_weights(turned, lower) == pytest.approx(pca_weights(panel, fw))


def test_every_group():
    f = orthogonal(50, 6, seed=2)
    panel = frame(f[:, [0]] + f[:, 1:] * [1, 2, 1, 2, 3], TREE)
    scores = Method().score(panel, TREE).scores
    whole = pca_weights(scores, TREE)
    assert list(whole) == ["A", "B", "C", "a1", "a2", "b1", "b2", "c1"]
    assert whole["c1"] == 1.0  # an only child
    assert {k: whole[k] for k in "ABC"} == pytest.approx(
        pca(scores, TREE, "T").loadings["PC1"].to_dict()
    )
    below = pca_weights(panel, TREE)
    assert list(below) == ["a1", "a2", "b1", "b2", "c1"]
    assert below["a1"] == pytest.approx(0.5**0.5)
    built = Method(weights=whole).score(panel, TREE).scores
    assert built.notna().all(axis=None)


def test_a_negative_loading_is_named():
    f = orthogonal(40, 4)
    values = f[:, [0]] + 0.5 * f[:, 1:]
    values[:, 1] *= -1
    panel = frame(values, flat("a", "b", "c"))
    with pytest.raises(DataError, match=r"negative loading -0\.5\d* of 'b' .* 'T'.*leave it out"):
        pca_weights(panel, flat("a", "b", "c"))


def test_pca_weights_refuses():
    fw = flat("a", "b")
    panel = frame(orthogonal(5, 2), fw)
    with pytest.raises(DataError, match="the node 'zz'"):
        pca_weights(panel, fw, "zz")
    with pytest.raises(DataError, match="no members of 'a'"):
        pca_weights(panel, fw, "a")
    with pytest.raises(DataError, match="the scores of every node"):
        pca_weights(frame(orthogonal(9, 5), TREE), TREE, "T")


# --- equal influence ------------------------------------------------------------------------------


def closed_form(panel: pd.DataFrame, fw: Framework, target: Array) -> dict[str, float]:
    """w ∝ C⁻¹ (s·target), from the covariances of the min-max scores."""
    x = Method().score(panel, fw).scores[list(fw.indicators)].to_numpy()
    weights = np.linalg.solve(np.cov(x, rowvar=False), x.std(axis=0, ddof=1) * target)
    assert (weights > 0).all()
    return dict(zip(fw.indicators, weights / weights.sum(), strict=True))


def test_two_independent_children_weigh_by_the_inverse_of_their_spread():
    fw = flat("a", "b")
    panel = frame(orthogonal(30, 2), fw)
    panel.iloc[0, 1] += 6  # an outlier squeezes b's min-max scores, and correlates a little
    before = influences(panel, fw, Method())
    got = equal_influence_weights(panel, fw, Method())
    spread = Method().score(panel, fw).scores[["a", "b"]].std()
    # For any two nodes, correlated or not, C⁻¹ s is proportional to 1/s.
    expected = (1 / spread) / (1 / spread).sum()
    assert got == pytest.approx(expected.to_dict(), abs=1e-5)
    after = influences(panel, fw, Method(weights=got))
    assert abs(before[0] - before[1]) > 0.1
    assert after[0] == pytest.approx(after[1], abs=1e-5)


@pytest.mark.parametrize("target", [None, {"b": 2.0}, {"a": 1.0, "b": 1.5, "c": 0.75}])
def test_three_correlated_children_have_the_closed_form(target):
    fw = flat("a", "b", "c")
    f = orthogonal(60, 4, seed=5)
    mix = np.array([[1.0, 0.2, 0.1], [0.3, 1.0, 0.0], [0.0, 0.4, 1.0], [0.5, 0.1, 0.2]])
    panel = frame(f @ mix, fw)
    wanted = np.array([(target or {}).get(code, 1.0) for code in fw.indicators])
    got = equal_influence_weights(panel, fw, Method(), target=target)
    assert got == pytest.approx(closed_form(panel, fw, wanted), abs=1e-4)
    r = influences(panel, fw, Method(weights=got))
    np.testing.assert_allclose(r / r.sum(), wanted / wanted.sum(), atol=1e-5)


def test_equal_spreads_of_independent_children_ask_for_equal_weights():
    fw = flat("a", "b", "c")
    panel = frame(orthogonal(30, 3), fw)
    method = Method(normalisation="zscore", weights={"a": 5.0})
    got = equal_influence_weights(panel, fw, method)
    assert got == pytest.approx({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}, abs=1e-5)


def test_the_level_below_the_index_is_weighed_and_the_other_weights_stay():
    f = orthogonal(50, 6, seed=2)
    panel = frame(f[:, [0]] * 0.5 + f[:, 1:], TREE)
    method = Method(weights={"a1": 4.0})
    got = equal_influence_weights(panel, TREE, method)
    assert list(got) == ["A", "B", "C"]
    assert sum(got.values()) == pytest.approx(1.0)
    after = influences(panel, TREE, method.replace(weights={"a1": 4.0, **got}), level=2)
    assert np.ptp(after) < 1e-5


def test_groups_of_a_lower_level_come_as_near_as_they_can():
    f = orthogonal(50, 6, seed=2)
    panel = frame(f[:, [0]] * 0.5 + f[:, 1:] * [3, 1, 1, 2, 1], TREE)
    method = Method(normalisation="zscore")
    got = equal_influence_weights(panel, TREE, method, level="indicator")
    assert list(got) == list(TREE.indicators)
    assert [got["a1"] + got["a2"], got["b1"] + got["b2"], got["c1"]] == pytest.approx([1, 1, 1])

    def miss(weights: dict[str, float]) -> float:
        r = influences(panel, TREE, method.replace(weights=weights))
        return float(np.sum((r / r.sum() - 1 / len(r)) ** 2))

    best = miss(got)
    for step in (-0.02, 0.02):  # any move away is worse
        for node in ("a1", "b1"):
            assert miss({**got, node: got[node] + step}) > best


def test_missing_values_are_left_out_in_pairs():
    fw = flat("a", "b", "c")
    values = orthogonal(40, 3, seed=8)
    values[[1, 5, 7], [0, 1, 1]] = NAN
    panel = frame(values, fw)
    after = influences(panel, fw, Method(weights=equal_influence_weights(panel, fw, Method())))
    assert np.ptp(after) < 1e-5


def test_an_aggregation_that_moves_in_steps_is_searched_too():
    fw = flat("a", "b", "c")
    rng = np.random.default_rng(4)
    values = rng.normal(size=(15, 3))
    values[:, 1] += values[:, 0]
    panel = frame(values, fw)
    method = Method(aggregation="copeland", weights={"a": 8.0, "b": 1.0, "c": 1.0})
    before = influences(panel, fw, method)
    got = equal_influence_weights(panel, fw, method)
    after = influences(panel, fw, method.replace(weights=got))
    assert np.ptp(after) < np.ptp(before)
    # Where no tie of weights is met there are four outcomes: one decides, or any two do.
    alone = [{code: 0.6 if code == one else 0.2 for code in "abc"} for one in "abc"]
    outcomes = [influences(panel, fw, method.replace(weights=w)) for w in [*alone, WHOLE]]
    missed = [float(np.sum((r / r.sum() - 1 / 3) ** 2)) for r in [after, *outcomes]]
    assert missed[0] == pytest.approx(min(missed))


def test_a_child_that_repeats_the_others_gets_nothing_and_is_named():
    fw = flat("a", "b", "c")
    f = orthogonal(40, 3)
    panel = frame(np.column_stack([f[:, 0], f[:, 1], f[:, 0] + f[:, 1] + 0.2 * f[:, 2]]), fw)
    # c correlates 0.70 with each of a and b: C⁻¹ s is below 0 for c.
    with pytest.warns(UserWarning, match="the weight of c falls to 0"):
        got = equal_influence_weights(panel, fw, Method(normalisation="zscore"))
    assert got == pytest.approx({"a": 0.5, "b": 0.5, "c": 0.0}, abs=1e-3)


def test_a_search_that_does_not_end():
    fw = flat("a", "b", "c")
    panel = frame(orthogonal(30, 3), fw)
    method = Method(weights={"a": 50.0})
    with pytest.raises(DataError, match=r"no end of the search within 4 evaluations.*larger"):
        equal_influence_weights(panel, fw, method, max_evaluations=4)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"level": "index"}, "the level 'index'"),
        ({"level": 9}, "the level 9"),
        ({"target": {"zz": 1.0}}, "a target for 'zz'"),
        ({"target": {"a": 0.0}}, "the target 0.0 of 'a'"),
    ],
)
def test_equal_influence_refuses(kwargs, message):
    fw = flat("a", "b")
    with pytest.raises(DataError, match=message):
        equal_influence_weights(frame(orthogonal(9, 2), fw), fw, Method(), **kwargs)


def test_too_few_units():
    fw = flat("a", "b")
    panel = pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 1.0]}, index=["x", "y"])
    with pytest.raises(DataError, match=r"2 scores of 'a'.*three or more"):
        equal_influence_weights(panel, fw, Method())
