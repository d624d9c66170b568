"""Every normalisation by hand, with either direction, ties and missing values."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.method import Method
from piilib.index.normalisation import RULES, Normalisation, as_normalisation, normalise

NAN = np.nan
UNITS = list("pqrst")


def framework(direction: int = 1, **columns) -> Framework:
    """One index T of the indicators a and b, of which a has the direction."""
    table = {"code": ["T", "a", "b"], "parent": ["", "T", "T"], "weight": 1}
    return Framework.from_frame(pd.DataFrame({**table, "direction": [1, direction, 1], **columns}))


def scores(rule, values, direction: int = 1, fw: Framework | None = None) -> np.ndarray:
    """Scores of a; b only stands beside it."""
    fw = framework(direction) if fw is None else fw
    panel = pd.DataFrame({"a": values, "b": range(1, len(values) + 1)}, index=UNITS[: len(values)])
    return Method(normalisation={"a": rule}).score(panel, fw).normalised["a"].to_numpy()


#: Ties at 20, one missing. Mean 20, deviations −10 0 0 10: variance 200/3.
TIED = [10.0, 20.0, NAN, 20.0, 30.0]
SD = (200 / 3) ** 0.5


def posts(low: float, high: float, **options) -> Normalisation:
    return Normalisation("goalposts", goalposts={"a": (low, high)}, **options)


def target(goal: float, clip: bool | None = None) -> Normalisation:
    return Normalisation("dist2target", target={"a": goal}, clip=clip)


@pytest.mark.parametrize(
    (
        "rule",
        "more",
        "less",
    ),  # scores of 10, 20 and 30 in TIED, where more and where less is better
    [
        ("minmax", (0, 50, 100), (100, 50, 0)),
        (Normalisation("minmax", range=(1, 100)), (1, 50.5, 100), (100, 50.5, 1)),
        (Normalisation("minmax", range=(-1, 0)), (-1, -0.5, 0), (0, -0.5, -1)),
        ("zscore", (-10 / SD, 0, 10 / SD), (10 / SD, 0, -10 / SD)),
        (Normalisation("zscore", mean=50, sd=SD), (40, 50, 60), (60, 50, 40)),
        (Normalisation("zscore", sd=SD), (-10, 0, 10), (10, 0, -10)),
        ("rank", (1, 2, 4), (4, 2, 1)),
        ("borda", (0, 1, 3), (3, 1, 0)),
        ("percentile", (0, 1 / 3, 1), (1, 1 / 3, 0)),
        ("dist2max", (0, 0.5, 1), (1, 0.5, 0)),
        # q stands at 20: it is 10 from the worst either way.
        (Normalisation("dist2ref", reference="q"), (0, 1, 2), (2, 1, 0)),
        (Normalisation("dist2ref", reference="q", clip=True), (0, 1, 1), (1, 1, 0)),
        (target(14), (0, 2.5, 5), (1.25, 0.625, 0)),
        (target(14, clip=True), (0, 1, 1), (1, 0.625, 0)),
        (posts(15, 25), (0, 50, 100), (100, 50, 0)),
        (posts(10, 50), (0, 25, 50), (100, 75, 50)),
        (posts(15, 25, clip=True), (0, 50, 100), (100, 50, 0)),
        (posts(15, 25, clip=False), (-50, 50, 150), (150, 50, -50)),
        (posts(15, 25, range=(0, 1)), (0, 0.5, 1), (1, 0.5, 0)),
        (posts(20, 40, range=(1, 7)), (1, 1, 4), (7, 7, 4)),
        (Normalisation("goalposts", goalposts="data"), (0, 50, 100), (100, 50, 0)),
    ],
)
def test_worked_by_hand(rule, more, less):
    for direction, (low, mid, high) in ((1, more), (-1, less)):
        got = scores(rule, TIED, direction)
        np.testing.assert_allclose(got, [low, mid, NAN, mid, high], atol=1e-12)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([10.0, 20.0, NAN, 40.0], [0.25, 0.5, NAN, 1.0]),
        ([-10.0, 0.0, 5.0], [-2.0, 0.0, 1.0]),
        ([7.0, 7.0], [1.0, 1.0]),
    ],
)
def test_fraction_of_the_maximum(values, expected):
    np.testing.assert_allclose(scores("fracmax", values), expected)


def test_the_fraction_of_the_maximum_of_what_should_be_low_is_odd_and_says_so():
    # Negated values −10 −20 −40: the highest is −10, so the worst unit scores most.
    with pytest.warns(UserWarning, match="of a divides by a negative .* worse value scores more"):
        got = scores("fracmax", [10.0, 20.0, NAN, 40.0], -1)
    np.testing.assert_allclose(got, [1.0, 2.0, NAN, 4.0])


def test_the_warning_names_those_alone():
    panel = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}, index=["p", "q"])
    with pytest.warns(UserWarning, match="choose another normalisation") as caught:
        Method(normalisation="fracmax").score(panel, framework(-1))
    assert len(caught) == 1
    assert "of a divides" in str(caught[0].message)


@pytest.mark.parametrize(
    ("values", "rank", "borda", "percentile"),
    [
        ([5, 5, 5], [1, 1, 1], [0, 0, 0], [0, 0, 0]),
        ([9, 9, 1], [2, 2, 1], [1, 1, 0], [0.5, 0.5, 0]),
        ([NAN, 8, NAN], [NAN, 1, NAN], [NAN, 0, NAN], [NAN, 0, NAN]),
        ([NAN, NAN], [NAN, NAN], [NAN, NAN], [NAN, NAN]),
        ([4, 1, 3, 1, 2], [5, 1, 4, 1, 3], [4, 0, 3, 0, 2], [1, 0, 0.75, 0, 0.5]),
    ],
)
def test_ranks_of_ties_and_of_the_few(values, rank, borda, percentile):
    for rule, expected in (("rank", rank), ("borda", borda), ("percentile", percentile)):
        np.testing.assert_array_equal(scores(rule, values), expected)


def test_goalposts_and_targets_of_the_framework():
    fw = framework(
        -1, goalpost_low=["", "0", "-5"], goalpost_high=["", "40", 15], target=[NAN, 5, "8"]
    )
    panel = pd.DataFrame({"a": [10.0, 20.0, 50.0], "b": [0.0, 5.0, 20.0]}, index=["p", "q", "r"])
    posts = Method(normalisation="goalposts").score(panel, fw).normalised
    assert posts.to_numpy().tolist() == [[75, 25], [50, 50], [0, 100]]
    given = Method(normalisation=Normalisation("goalposts", goalposts={"a": (0, 50), "b": (0, 20)}))
    assert given.score(panel, fw).normalised.to_numpy().tolist() == [[80, 0], [60, 25], [0, 100]]
    distance = Method(normalisation="dist2target").score(panel, fw).normalised
    np.testing.assert_allclose(distance, [[40 / 45, 0], [30 / 45, 5 / 8], [0, 20 / 8]])


def test_treatment_comes_before_direction_and_goalposts_see_what_is_treated():
    panel = pd.DataFrame({"a": [0.0, 5.0, 10.0, 90.0], "b": range(4)}, index=UNITS[:4])
    result = Method({"a": "log"}, Normalisation("minmax", range=(0, 1))).score(panel, framework(-1))
    logs = np.log([0.9, 5.9, 10.9, 90.9])
    np.testing.assert_allclose(result.treated["a"], logs)
    np.testing.assert_allclose(
        result.normalised["a"], (logs[3] - logs) / (logs[3] - logs[0]), atol=1e-12
    )


@pytest.mark.parametrize(
    ("rule", "values", "message"),
    [
        *[(rule, [7, 7, NAN], "one and the same value of a for every unit; expected an indicator "
           "that varies (leave it out of the framework)")
          for rule in ("minmax", "zscore", "dist2max")],
        ("minmax", [NAN, 4, NAN], "one and the same value of a"),
        ("zscore", [NAN, NAN, NAN], "one and the same value of a"),
        ("fracmax", [-3, 0, NAN], "a maximum of 0 of a, after direction; expected another norm"),
        (Normalisation("dist2ref", reference="z"), [1, 2, 3],
         "the reference 'z'; expected one of the units"),
        (Normalisation("dist2ref", reference="p"), [1, 2, 3],
         "a reference of a no better than the worst value; expected one that is better"),
        ("dist2target", [1, 2, 3],
         "no targets; expected target={code: value} or a column 'target' of the framework"),
        (Normalisation("dist2target", target={"b": 1}), [1, 2, 3],
         "no target of a; expected a number"),
        (Normalisation("dist2target", target={"a": 1}), [1, 2, 3],
         "a target of a no better than the worst value; expected one that is better"),
        ("goalposts", [1, 2, 3], "no goalposts; expected goalposts={code: (lower, upper)}, or "
         "columns 'goalpost_low' and 'goalpost_high' of the framework"),
        (Normalisation("goalposts", goalposts={"b": (0, 1)}), [1, 2, 3],
         "goalposts of a that are missing or equal or swapped; expected (lower, upper)"),
        (Normalisation("goalposts", goalposts="data"), [7, 7, NAN],
         "goalposts of a that are missing or equal or swapped"),
    ],
)  # fmt: skip
def test_rules_that_cannot_apply(rule, values, message):
    with pytest.raises(DataError) as error:
        scores(rule, values)
    assert message in str(error.value)


def test_an_empty_cell_of_the_framework_is_no_target_and_no_goalpost():
    fw = framework(target=["", "", "9"], goalpost_low=0, goalpost_high=["", "", "9"])
    with pytest.raises(DataError, match="no target of a; expected a number"):
        scores("dist2target", TIED, fw=fw)
    with pytest.raises(DataError, match="goalposts of a that are missing or equal or swapped"):
        scores("goalposts", TIED, fw=fw)


def test_a_better_target_of_what_should_be_low_is_below_the_worst():
    fw = framework(-1)
    with pytest.raises(DataError, match="a target of a no better than the worst"):
        scores(Normalisation("dist2target", target={"a": 31}), TIED, fw=fw)
    assert scores(Normalisation("dist2target", target={"a": 0}), TIED, fw=fw)[0] == 2 / 3


def test_every_indicator_at_fault_is_named():
    panel = np.array([[7.0, 1.0], [7.0, 1.0]])
    with pytest.raises(DataError, match="one and the same value of a, b for every unit"):
        normalise(panel, ["a", "b"], pd.Index(["p", "q"]), Normalisation(), framework())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rule": "logistic"}, "the normalisation 'logistic'; expected one of minmax, zscore"),
        (
            {"rule": "zscore", "range": (0, 1)},
            "range for 'zscore'; expected it with minmax or goal",
        ),
        ({"mean": 5}, "mean for 'minmax'; expected it with zscore only"),
        ({"rule": "rank", "sd": 5}, "sd for 'rank'"),
        ({"rule": "dist2max", "reference": "p"}, "reference for 'dist2max'"),
        ({"target": {"a": 1}}, "target for 'minmax'; expected it with dist2target only"),
        ({"goalposts": {"a": (0, 1)}}, "goalposts for 'minmax'; expected it with goalposts only"),
        (
            {"clip": True},
            "clip for 'minmax'; expected it with goalposts or dist2ref or dist2target",
        ),
        ({"range": (1, 1)}, "range=(1, 1); expected (lowest, highest), the first below the second"),
        ({"rule": "zscore", "sd": 0}, "sd=0; expected a number above 0"),
        ({"rule": "dist2ref"}, "'dist2ref' without a reference; expected reference=, one of the"),
    ],
)
def test_options_refused(options, message):
    with pytest.raises(DataError) as error:
        Normalisation(**options)
    assert message in str(error.value)


def test_a_normalisation_by_name_or_itself():
    assert as_normalisation("rank") == Normalisation("rank")
    rule = Normalisation("zscore", mean=3)
    assert as_normalisation(rule) is rule


@given(
    st.lists(st.one_of(st.integers(-1000, 1000).map(float), st.just(NAN)), max_size=10),
    st.sampled_from(["minmax", "zscore", "rank", "borda", "percentile", "dist2max"]),
    st.sampled_from(["none", "coin", "winsorise", "log", "log_plus"]),
    st.sampled_from([(), (9e4,), (-9e4,), (5e4, 9e4), (5e4, 9e4, 9.1e4)]),
    st.sampled_from([1, -1]),
    st.sampled_from([0.001, 0.5, 3.0, 1e4]),
    st.integers(-1000, 1000),
)
@settings(deadline=None, max_examples=80)
def test_another_unit_of_measure_changes_nothing(
    values, rule, treatment, outliers, direction, factor, shift
):
    """For treatments that see no unit either; ln(x − min + 1) and the GII's do."""
    a = np.array([*values, *range(1001, 1009), *outliers])  # enough differ to survive winsorising
    panel = pd.DataFrame({"a": a, "b": np.arange(float(len(a)))})
    method, fw = Method({"a": treatment}, rule), framework(direction)
    before = method.score(panel, fw)
    after = method.score(panel.assign(a=factor * a + shift), fw)
    np.testing.assert_allclose(after.normalised, before.normalised, atol=1e-7)
    assert after.treatment_report["applied"].tolist() == before.treatment_report["applied"].tolist()


#: Each rule with every bound fixed beforehand, or one in which only the order counts.
FIXED = [
    Normalisation("goalposts", goalposts={"a": (-500, 700)}),
    Normalisation("goalposts", goalposts={"a": (-500, 700)}, clip=False),
    *(Normalisation(rule, reference="t" if rule == "dist2ref" else None,
                    target={"a": 0.0} if rule == "dist2target" else None)
      for rule in RULES if rule not in ("goalposts", "fracmax")),
]  # fmt: skip


@given(
    st.lists(st.integers(-999, 999), max_size=8),
    st.sampled_from(FIXED),
    st.sampled_from([1, -1]),
)
@settings(deadline=None, max_examples=80)
def test_the_better_value_never_scores_less_and_ties_score_the_same(values, rule, direction):
    a = direction * np.array(sorted([*values, -1000.0, 1000.0]))  # the worst first
    units = [*range(len(a) - 1), "t"]
    panel = pd.DataFrame({"a": a, "b": range(len(a))}, index=units)
    method = Method(normalisation={"a": rule})
    got = method.score(panel, framework(direction)).normalised["a"].to_numpy()
    assert (np.diff(got) >= 0).all()
    assert (np.diff(got)[np.diff(a) == 0] == 0).all()
    if not rule.clip and rule.rule != "goalposts":
        assert (np.diff(got)[np.diff(a) != 0] > 0).all()
