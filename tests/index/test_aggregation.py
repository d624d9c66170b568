"""Every aggregation by hand: means, Copeland, missing children, thresholds and levels."""

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from piilib.errors import DataError
from piilib.index.aggregation import (
    Aggregation,
    as_aggregation,
    by_level,
    combine,
    copeland,
    generalised,
    up_the_tree,
)
from piilib.index.framework import Framework
from piilib.index.method import Method
from piilib.index.normalisation import Normalisation
from piilib.index.treatment import Treatment

NAN = np.nan
#: T of A and B; A of C and a3; C of a1 and a2; B of b1 alone. Four levels at the longest.
ROWS = [
    ("T", "", 1, 1), ("A", "T", 2, 1), ("C", "A", 3, 1), ("a1", "C", 1, 1), ("a2", "C", 3, -1),
    ("a3", "A", 1, 1), ("B", "T", 1, 1), ("b1", "B", 5, 1),
]  # fmt: skip
FW = Framework.from_frame(pd.DataFrame(ROWS, columns=["code", "parent", "weight", "direction"]))
CODES = list(FW.indicators)  # a1 a2 a3 b1


def mean(rule: Aggregation, scores, weights) -> float:
    weights = np.array(weights, dtype=float)
    return float(combine(np.array(scores, dtype=float), weights / weights.sum(), rule))


def power(p: float) -> Aggregation:
    return Aggregation("generalised", p=p)


@pytest.mark.parametrize(
    ("rule", "scores", "weights", "expected"),
    [
        ("arithmetic", [4, 9], [1, 1], 6.5),
        ("arithmetic", [1, 8], [1, 2], 17 / 3),
        ("arithmetic", [-3, 0, 9], [1, 1, 1], 2),
        ("geometric", [4, 9], [1, 1], 6),
        ("geometric", [1, 8], [1, 2], 4),
        ("geometric", [2, NAN, 32], [1, 5, 1], 8),
        ("geometric", [1, NAN, 8], [1, 5, 2], 4),
        ("harmonic", [3, 6], [1, 1], 4),
        ("harmonic", [2, 4], [1, 2], 3),  # 3/(1/2 + 2/4)
        ("harmonic", [2, 4, NAN], [1, 2, 9], 3),
        (power(2), [1, 7], [1, 1], 5),
        (power(0.5), [1, 9], [1, 1], 4),
        (power(0.5), [0, 9], [2, 1], 1),
        (power(-1), [3, 6], [1, 1], 4),
        (power(0), [4, 9], [1, 1], 6),
        (power(1), [-4, 9], [1, 1], 2.5),
        (power(-2), [1, 7], [1, 1], 1.4),  # √(2/(1 + 1/49)) = √(49/25)
        # What weighs nothing neither counts nor is refused.
        ("arithmetic", [50, 10], [0, 1], 10),
        ("geometric", [0, 10], [0, 1], 10),
        ("harmonic", [0, 10, 40], [0, 1, 1], 16),
        (power(0.5), [-1, 9], [0, 1], 9),
        *[(rule, [7, NAN], [0, 1], NAN) for rule in ("arithmetic", "geometric", "harmonic")],
        *[(rule, [NAN, NAN], [1, 1], NAN) for rule in ("arithmetic", "geometric", "harmonic")],
    ],
)
def test_means_by_hand(rule, scores, weights, expected):
    np.testing.assert_allclose(mean(as_aggregation(rule), scores, weights), expected, rtol=1e-12)


@pytest.mark.parametrize("p", [-7, -1, -0.5, 0, 0.5, 1, 2, 7])
def test_against_scipy(p):
    rng = np.random.default_rng(3)
    scores, weights = rng.uniform(1, 100, (20, 6)), rng.dirichlet(np.ones(6))
    expected = scipy.stats.pmean(scores, p, axis=1, weights=weights)
    np.testing.assert_allclose(generalised(scores, weights, p), expected, rtol=1e-12)


LIMITS = [(1e-6, "geometric"), (-1e-6, "geometric"), (1 + 1e-9, "arithmetic"), (-1, "harmonic")]


@pytest.mark.parametrize(("p", "limit"), LIMITS)
def test_the_generalised_mean_tends_to_the_others(p, limit):
    expected = mean(Aggregation(limit), [3, 20, 90], [1, 2, 1])
    assert mean(power(p), [3, 20, 90], [1, 2, 1]) == pytest.approx(expected, rel=1e-5)
    assert as_aggregation(limit).power == pytest.approx(p, abs=1e-5)


def test_the_generalised_mean_tends_to_the_extremes():
    assert mean(power(20), [3, 20, 90], [1, 1, 1]) == pytest.approx(90 / 3 ** (1 / 20), rel=1e-9)
    assert mean(power(-20), [3, 20, 90], [1, 1, 1]) == pytest.approx(3 * 3 ** (1 / 20), rel=1e-9)


@given(
    st.lists(st.tuples(st.floats(0.5, 100), st.floats(0.1, 9)), min_size=1, max_size=6),
    st.floats(-9, 9),
    st.floats(-9, 9),
)
@settings(deadline=None, max_examples=60)
def test_a_smaller_power_never_gives_more_and_all_lie_within_the_children(pairs, p, q):
    scores, weights = zip(*pairs, strict=True)
    p, q = sorted(0.0 if abs(x) < 0.01 else x for x in (p, q))
    low, high = mean(power(p), scores, weights), mean(power(q), scores, weights)
    assert min(scores) <= low * (1 + 1e-9)
    assert low <= high * (1 + 1e-9)
    assert high <= max(scores) * (1 + 1e-9)


@pytest.mark.parametrize(
    ("scores", "weights", "expected"),
    [
        # Each pair one to one: an exact half is neither won nor lost.
        ([[3, 1], [2, 2], [1, 3]], [1, 1], [0, 0, 0]),
        ([[3, 1], [2, 2], [1, 3]], [3, 2], [2, 0, -2]),
        # A ring: each beats one and loses to one by two to one.
        ([[3, 1, 2], [2, 3, 1], [1, 2, 3]], [1, 1, 1], [0, 0, 0]),
        # Won 1/3, tied 1/3: 1/3 + 1/6 is half.
        ([[5, 5, 1], [5, 4, 2]], [1, 1, 1], [0, 0]),
        ([[5, 5, 1], [5, 4, 1]], [1, 1, 1], [1, -1]),  # two ties and one better
        ([[5, 5, 1], [5, 5, 1]], [1, 1, 1], [0, 0]),
        # 1/6 + 2/6 against 3/6, and 0.1 + 0.4 against 0.2 + 0.3, whatever they round to.
        ([[2, 2, 1], [1, 1, 2]], [1, 2, 3], [0, 0]),
        ([[2, 1, 1, 2], [1, 2, 2, 1]], [0.1, 0.2, 0.3, 0.4], [0, 0]),
        ([[1, 1, 1, 2], [2, 2, 2, 1]], [1, 1, 4, 6], [0, 0]),
        # A millionth more is won.
        ([[2, 1], [1, 2]], [1.000001, 1], [1, -1]),
        # Compared on the children that both have; with none in common neither wins.
        ([[3, NAN], [2, 9], [NAN, 1]], [1, 1], [1, 0, -1]),
        # 1 against 2 of what both have, though the third would turn it.
        ([[2, 1, 9], [1, 2, NAN]], [1, 2, 4], [-1, 1]),
        ([[3, 3], [NAN, NAN], [1, 1]], [1, 1], [1, NAN, -1]),
        ([[1, 9], [2, 0]], [1, 0], [-1, 1]),  # the second weighs nothing
        ([[-5], [0], [7], [0]], [1], [-3, 0, 3, 0]),
        ([[4, 4]], [1, 1], [0]),
    ],
)
def test_copeland_by_hand(scores, weights, expected):
    shares = np.array(weights, dtype=float) / sum(weights)
    got = copeland(np.array(scores, dtype=float), shares)
    np.testing.assert_array_equal(got, expected)


def test_copeland_for_many_sets_of_weights_at_once():
    scores = np.array([[3.0, 1.0], [2.0, 2.0], [1.0, 3.0]])
    got = copeland(scores, np.array([[0.5, 0.5], [0.6, 0.4], [0.1, 0.9]]))
    assert got.tolist() == [[0, 0, 0], [2, 0, -2], [-2, 0, 2]]


def test_copeland_goes_up_the_tree_on_copeland_scores():
    values = np.array([[9, 1, 1, 1], [8, 2, 3, 2], [7, 3, 2, 2]], dtype=float)
    nodes = up_the_tree(values, FW, aggregation="copeland")
    # C by a2 (3 of 4): −2 0 2. A: C (3 of 4) decides, so −2 0 2, though a3 speaks for the second.
    # B: b1: −2 1 1. T: A has 2 of 3.
    assert nodes["C"].tolist() == [-2, 0, 2]
    assert nodes["A"].tolist() == [-2, 0, 2]
    assert nodes["B"].tolist() == [-2, 1, 1]
    assert nodes["T"].tolist() == [-2, 0, 2]
    even = up_the_tree(values, FW, {"C": 1, "A": 1}, "copeland")
    assert even["A"].tolist() == [-2, 1, 1]  # the two are even: (0, 1) against (2, 0)
    assert even["T"].tolist() == [-2, 1, 1]


@pytest.mark.parametrize(
    ("rule", "c", "a", "t"),
    [
        # a1 = 2 (1), a2 = 16 (3), a3 = 4 (1), b1 = 32; C has 3 of 4 in A, A 2 of 3 in T.
        ("arithmetic", 12.5, 10.375, (2 * 10.375 + 32) / 3),
        ("geometric", 2 ** (13 / 4), 2 ** (47 / 16), 2 ** (174 / 48)),
        ("harmonic", 4 / (11 / 16), 4 / (3 * 11 / 64 + 1 / 4), 3 / (2 * 49 / 256 + 1 / 32)),
    ],
)
def test_every_level_by_hand(rule, c, a, t):
    nodes = up_the_tree(np.array([2.0, 16.0, 4.0, 32.0]), FW, aggregation=rule)
    assert list(nodes) == [*CODES, "B", "C", "A", "T"]
    for code, expected in {"C": c, "A": a, "B": 32, "T": t}.items():
        assert nodes[code] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("rule", ["arithmetic", "geometric", "harmonic", power(0.5)])
@pytest.mark.parametrize(
    ("missing", "same"),
    [
        # The score of a node whose siblings are all missing passes upwards as it is.
        ("a1", {"C": "a2"}),
        ("a1 a2", {"A": "a3"}),
        ("a1 a2 a3", {"T": "b1"}),
        ("b1", {"T": "A"}),
        ("a2 a3 b1", {"C": "a1", "A": "a1", "T": "a1"}),
    ],
)
def test_weights_of_what_is_missing_go_to_its_siblings_at_every_level(rule, missing, same):
    gone = missing.split()
    scores = np.array([NAN if c in gone else s for c, s in zip(CODES, (2, 16, 4, 32), strict=True)])
    nodes = up_the_tree(scores, FW, aggregation=rule)
    for node, child in same.items():
        assert nodes[node] == pytest.approx(nodes[child], rel=1e-12)
    np.testing.assert_allclose(nodes["B"], NAN if "b1" in gone else 32, rtol=1e-12)


@pytest.mark.parametrize("rule", ["arithmetic", "geometric", "harmonic", "copeland"])
@pytest.mark.parametrize(
    ("present", "of", "threshold", "kept"),
    [(2, 3, 2 / 3, True), (2, 3, 0.67, False), (1, 2, 0.5, True), (1, 2, 0.51, False),
     (1, 3, 1 / 3, True), (3, 3, 1.0, True), (2, 3, 1.0, False), (1, 9, 0.0, True),
     (0, 2, 0.0, False)],
)  # fmt: skip
def test_thresholds(rule, present, of, threshold, kept):
    scores = np.full((2, of), NAN)
    scores[:, :present] = 5.0
    got = combine(scores, np.full(of, 1 / of), Aggregation(rule, threshold=threshold))
    assert (~np.isnan(got)).tolist() == [kept, kept]


def test_a_threshold_counts_immediate_children_whatever_they_weigh():
    rule = Aggregation(threshold=0.6)
    nodes = up_the_tree(np.array([NAN, 16.0, 4.0, 32.0]), FW, aggregation=rule)
    # C has one of two, so none; then A has one of two (though a2 and a3 are two of three), so none;
    # then T has one of two.
    assert np.isnan([nodes[node] for node in "CAT"]).all()
    assert nodes["B"] == 32
    at_the_lowest = (rule, Aggregation(), Aggregation())
    nodes = up_the_tree(np.array([NAN, 16.0, 4.0, 32.0]), FW, aggregation=at_the_lowest)
    assert np.isnan(nodes["C"])
    assert nodes["A"] == 4
    assert mean(Aggregation(threshold=0.5), [7, NAN], [1, 99]) == pytest.approx(7)


def test_a_rule_for_each_level_goes_by_height():
    """Indicators are level 1, so B and C, of indicators alone, are both level 2."""
    scores = np.array([4.0, 16.0, 3.0, 32.0])
    weights = {"a2": 1, "C": 1, "A": 1}
    nodes = up_the_tree(scores, FW, weights, ["geometric", "harmonic", "arithmetic"])
    assert nodes["C"] == pytest.approx(8)
    assert nodes["A"] == pytest.approx(2 / (1 / 8 + 1 / 3))
    assert nodes["T"] == pytest.approx((48 / 11 + 32) / 2)
    rules = by_level(["geometric", power(2), "copeland"], FW)
    assert [rule.rule for rule in rules] == ["geometric", "generalised", "copeland"]
    assert by_level("harmonic", FW) == (Aggregation("harmonic"),) * 3


@pytest.mark.parametrize("rules", [[], ["arithmetic"], ["arithmetic"] * 2, ("geometric",) * 4])
def test_a_sequence_of_the_wrong_length(rules):
    with pytest.raises(DataError) as error:
        by_level(rules, FW)
    expected = "expected one, or 3, one a level of the tree, lowest first"
    assert str(error.value) == f"found {len(rules)} aggregations; {expected}"


@pytest.mark.parametrize(
    ("rule", "scores", "units", "message"),
    [
        ("geometric", [[1, 1, 1, 1], [1, 0, 1, 1]], ["x", "y"],
         "found the score 0 of 'a2' for 'y'; expected a score above 0 for the geometric mean of "
         "'C' (a normalisation on a positive range, as Normalisation('minmax', range=(1, 100)), or "
         "the arithmetic mean)"),
        ("geometric", [[1, 1, -2, 1]], ["x"], "the score -2 of 'a3' for 'x'; expected a score "),
        ("harmonic", [[1, 1, 1, 0]], ["x"], "0 of 'b1' for 'x'; expected a score above 0 for the "
         "harmonic mean of 'B'"),
        ("harmonic", [1, 1, 1, 0], None, "the score 0 of 'b1'; expected a score above 0"),
        (power(-0.5), [[0, 1, 1, 1]], ["x"], "0 of 'a1' for 'x'; expected a score above 0 for the "
         "generalised mean of 'C'"),
        (power(0.5), [[-1, 1, 1, 1]], ["x"], "-1 of 'a1' for 'x'; expected a score of 0 or more "
         "for the generalised mean of 'C'"),
        # A group may be at fault as well as an indicator.
        (["arithmetic", "geometric", "arithmetic"], [[-3, 1, 1, 1]], ["x"],
         "the score 0 of 'C' for 'x'; expected a score above 0 for the geometric mean of 'A'"),
        (["copeland", "geometric", "copeland"], [[1, 1, 1, 1], [2, 2, 2, 2]], ["x", "y"],
         "the score -1 of 'C' for 'x'"),
    ],
)  # fmt: skip
def test_means_of_positive_scores_name_what_is_not(rule, scores, units, message):
    with pytest.raises(DataError) as error:
        up_the_tree(np.array(scores, dtype=float), FW, aggregation=rule, units=units)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rule": "median"}, "the aggregation 'median'; expected one of arithmetic, geometric"),
        ({"rule": "generalised"}, "p=None for 'generalised'; expected p with 'generalised'"),
        ({"rule": "geometric", "p": 0}, "p=0 for 'geometric'; expected p with 'generalised', and "),
        ({"threshold": 1.5}, "threshold=1.5; expected a share from 0 to 1"),
        ({"threshold": -0.1}, "threshold=-0.1"),
        ({"threshold": NAN}, "threshold=nan"),
    ],
)
def test_options_refused(options, message):
    with pytest.raises(DataError) as error:
        Aggregation(**options)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("weights", "effective"),
    [
        (None, [2 / 3 * 3 / 4 / 4, 2 / 3 * 3 / 4 * 3 / 4, 2 / 3 / 4, 1 / 3]),
        ({"a2": 1}, [1 / 4, 1 / 4, 1 / 6, 1 / 3]),
        ({"C": 1, "A": 1}, [1 / 16, 3 / 16, 1 / 4, 1 / 2]),
        ({"a1": 0, "B": 0}, [0, 3 / 4, 1 / 4, 0]),
        ({"b1": 700, "T": 3}, [1 / 8, 3 / 8, 1 / 6, 1 / 3]),  # alone in its group
    ],
)
def test_effective_weights_are_what_a_point_is_worth(weights, effective):
    got = FW.effective_weights(weights)
    assert got.index.tolist() == CODES
    np.testing.assert_allclose(got, effective, rtol=1e-12)
    assert got.sum() == pytest.approx(1)
    nodes = up_the_tree(np.vstack([np.full(4, 40.0), 40.0 + np.eye(4)]), FW, weights)
    np.testing.assert_allclose(nodes["T"][1:] - nodes["T"][0], effective, atol=1e-12)


numbers = st.integers(-900, 900).map(float)
RULES = [
    "arithmetic", "geometric", "harmonic", power(0.3), power(3), power(-4), "copeland",
    ["geometric", "arithmetic", "harmonic"], ["arithmetic", "copeland", "arithmetic"],
]  # fmt: skip
OF_RANKS = ("copeland", ["arithmetic", "copeland", "arithmetic"])


cells = st.one_of(numbers, numbers, st.just(NAN))


@given(
    st.lists(st.tuples(*[cells] * 4), min_size=2, max_size=6),
    st.sampled_from(RULES),
    st.integers(0, 3),
    st.integers(1, 900),
    st.sampled_from([None, {"a1": 0}, {"C": 9, "b1": 2}]),
)
@settings(deadline=None, max_examples=120)
def test_an_improvement_never_lowers_its_own_unit(rows, rule, i, amount, weights):
    """For fixed treatment, weights and goalposts, some values standing beyond both."""
    panel = pd.DataFrame(rows, columns=CODES)
    posts = Normalisation("goalposts", goalposts=dict.fromkeys(CODES, (-800, 800)), range=(1, 100))
    method = Method(Treatment("cap", lower=-850, upper=700), posts, rule, weights)
    better = panel.copy()
    better.iat[0, i] += amount * FW.table.at[CODES[i], "direction"]
    before, after = (method.score(p, FW).scores for p in (panel, better))
    rise = (after - before).loc[0].dropna()
    assert (rise >= -1e-9).all()
    assert after.loc[0].isna().equals(before.loc[0].isna())
    if rule not in OF_RANKS:  # nobody else's score moves
        pd.testing.assert_frame_equal(after.loc[1:], before.loc[1:])
