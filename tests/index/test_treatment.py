"""Treatments of outliers on vectors worked by hand."""

import numpy as np
import pandas as pd
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.method import Method
from piilib.index.moments import kurtosis, skewness
from piilib.index.treatment import RULES, Treatment, as_treatment

NAN = np.nan
TEN = list(range(1, 11))
#: 3.24 and 11.3; with the top one moved 2.19 and 4.52, with the top two −0.11 and −1.31.
TWO_OUT = [*range(18), 50, 100]


def array(values) -> np.ndarray:
    return np.array(values, dtype=float)


@pytest.mark.parametrize(
    ("values", "most", "expected", "points"),
    [
        # Skewness 3.06 and kurtosis 9.74 fail; at 30, 30 they are 1.71 and 1.82.
        ([*TEN, 30, 100], 5, [*TEN, 30, 30], 1),
        ([100, *TEN, 30], 5, [30, *TEN, 30], 1),  # whatever the order of units
        ([-x for x in [*TEN, 30, 100]], 5, [-x for x in [*TEN, 30, 30]], 1),  # the lower side
        # Tied tops move together, so a limit of one is passed by one.
        ([*range(1, 20), 100, 100], 1, [*range(1, 20), 19, 19], 2),
        ([*TEN, 30, 30, 100], 5, [*TEN, 30, 30, 30], 1),
        (TWO_OUT, 0, TWO_OUT, 0),
        (TWO_OUT, 1, [*range(18), 50, 50], 1),  # 2.19: still fails, and that is all it may
        (TWO_OUT, 2, [*range(18), 17, 17], 2),  # the moved one is tied with 50 and moves again
        (TWO_OUT, None, [*range(18), 17, 17], 2),
        ([NAN, *TEN, NAN, 30, 100], 5, [NAN, *TEN, NAN, 30, 30], 1),
        (TEN, 5, TEN, 0),
        ([0, 0, 1000], 5, [0, 0, 1000], 0),  # three values have no kurtosis
        ([0, 0, NAN, NAN, 1000], 5, [0, 0, NAN, NAN, 1000], 0),
        ([7, 7, 7, 7], 5, [7, 7, 7, 7], 0),
    ],
)
def test_winsorise(values, most, expected, points):
    x = array(values)
    treated, applied = Treatment("winsorise", max_winsorised=most).steps(x)
    np.testing.assert_array_equal(treated, array(expected))
    assert applied == ("winsorise" if points else "none")
    assert ((treated != x) & ~np.isnan(x)).sum() == points
    np.testing.assert_array_equal(x, array(values))  # the original is left as it was


#: Skewness 4.7: the top moves; then −4.7: the bottom; then 2.9: the top, now two.
TOP_BOTTOM_TOP = [-1000, *range(20), 100, 10_000]


@pytest.mark.parametrize(
    ("values", "most", "expected", "moved"),
    [
        ([-200, *range(20), 1000], 1, [-200, *range(20), 19], [21]),
        ([-200, *range(20), 1000], None, [0, *range(20), 19], [0, 21]),
        ([200, *(-x for x in range(20)), -1000], None, [0, *(-x for x in range(20)), -19], [0, 21]),
        (TOP_BOTTOM_TOP, 1, [-1000, *range(20), 100, 100], [22]),
        (TOP_BOTTOM_TOP, 2, [0, *range(20), 100, 100], [0, 22]),
        (TOP_BOTTOM_TOP, 3, [0, *range(20), 19, 19], [0, 21, 22]),
        (TOP_BOTTOM_TOP, None, [0, *range(20), 19, 19], [0, 21, 22]),  # one moved twice is one
    ],
)
def test_points_are_counted_once_where_the_side_changes(values, most, expected, moved):
    fw = Framework.from_frame(
        pd.DataFrame({"code": ["T", "a"], "parent": ["", "T"], "weight": 1, "direction": 1})
    )
    result = Method(Treatment("winsorise", most)).score(pd.DataFrame({"a": array(values)}), fw)
    assert result.treated["a"].tolist() == expected
    assert result.treatment_report.at["a", "points"] == len(moved)
    assert result.treatment_report.at["a", "units"] == tuple(moved)


@pytest.mark.parametrize(
    ("skew", "kurt", "passes"),
    [
        (1.0, 1.0, False),
        (1.0001, 1.0, True),
        (1.0, 1.0001, True),
        (1.0001, 1.0001, True),
        (0.9, 0.9, False),
    ],
)
@pytest.mark.parametrize("side", [1, -1])
def test_an_outlier_needs_both_and_equality_is_one(skew, kurt, passes, side):
    """Limits as multiples of the values' own moments: one strictly below its limit passes."""
    x = side * array([*TEN, 30, 100])
    rule = Treatment("winsorise", 1, skewness=skew * abs(skewness(x)), kurtosis=kurt * kurtosis(x))
    assert rule.passes(x) == passes
    assert np.array_equal(rule.apply(x), x) == passes


@pytest.mark.parametrize(
    ("rule", "values", "acted"),
    [
        ("coin", TWO_OUT, True),
        ("gii", TWO_OUT, True),
        # Skewness 2.20, kurtosis 3.89: between the limits of the two rules.
        ("coin", [*TEN, 70, 100], True),
        ("winsorise", [*TEN, 70, 100], True),
        ("gii", [*TEN, 70, 100], False),
        # Skewness 2.16, kurtosis 3.25: the second is enough to pass.
        ("coin", [*range(1, 20), 90, 100, 100], False),
        ("gii", [*range(1, 20), 90, 100, 100], False),
        ("coin", [0, 0, 1e6], False),
        ("gii", [NAN, 3, 3, 3, 3], False),
        ("coin", [NAN, NAN], False),
        ("gii", [], False),
    ],
)
def test_limits_of_the_rules(rule, values, acted):
    treated, applied = Treatment(rule).steps(array(values))
    assert (applied != "none") == acted
    assert np.array_equal(treated, array(values), equal_nan=True) != acted


@pytest.mark.parametrize(
    ("rule", "most", "applied", "expected"),
    [
        ("coin", 5, "winsorise", [*range(18), 17, 17]),
        ("coin", 1, "log", [np.log(x + 1) for x in TWO_OUT]),  # minimum 0, range 100
        ("coin", 0, "log", [np.log(x + 1) for x in TWO_OUT]),
        # One moved is enough for 2.25; for nothing moved the maximum is 100 and f = 1.
        ("gii", 1, "winsorise", [*range(18), 50, 50]),
        ("gii", 0, "log_gii", [np.log(99 * x / 100 + 1) for x in TWO_OUT]),
    ],
)
def test_a_logarithm_of_the_original_where_winsorising_does_not_help(rule, most, applied, expected):
    treated, did = Treatment(rule, most).steps(array(TWO_OUT))
    assert did == applied
    np.testing.assert_allclose(treated, expected, atol=1e-12)


def test_combine_takes_the_logarithm_of_what_was_winsorised():
    treated, did = Treatment("coin", 1, combine=True).steps(array(TWO_OUT))
    assert did == "winsorise+log"  # the maximum is 50 now, so 1 % of the range is 0.5
    expected = np.log(array([*range(18), 50, 50]) + 0.5)
    np.testing.assert_allclose(treated, expected, atol=1e-12)
    treated, did = Treatment("gii", 1, combine=True, skewness=2.0).steps(array(TWO_OUT))
    assert did == "winsorise+log_gii"
    expected = np.log(49 * array([*range(18), 50, 50]) / 50 + 1)
    np.testing.assert_allclose(treated, expected, atol=1e-12)


def test_the_logarithm_of_a_long_lower_tail_is_the_same_and_kept_though_it_fails():
    x = 100 - array(TWO_OUT)  # 0 to 100
    treated, did = Treatment("coin", 1).steps(x)
    assert did == "log"
    np.testing.assert_allclose(treated, np.log(x + 1), atol=1e-12)
    assert skewness(treated) < -4  # worse than the −3.24 before
    assert not Treatment("coin").passes(treated)


@pytest.mark.parametrize(
    ("rule", "options", "values", "expected"),
    [
        ("none", {}, [3, NAN, 1], [3, NAN, 1]),
        ("cap", {"lower": 2, "upper": 5}, [1, 3, NAN, 9], [2, 3, NAN, 5]),
        ("log", {}, [0, 10, 100, NAN], [0, np.log(11), np.log(101), NAN]),
        ("log", {}, [-50, 0, 150], [np.log(2), np.log(52), np.log(202)]),
        # Mirrored where skewness is not above 0: −ln(100 + 1 − x).
        ("log_plus", {}, [0, 90, 100], [-np.log(101), -np.log(11), 0]),
        ("log_plus", {}, [0, 50, 100], [-np.log(101), -np.log(51), 0]),  # skewness 0
        ("log_plus", {}, [0, 10, 100], [0, np.log(11), np.log(101)]),
        ("log_shift", {}, [-3, 0, 7, NAN], [0, np.log(4), np.log(11), NAN]),
        # f = 1 from a maximum of 10 on, then the smallest power of ten with max·f ≥ 10.
        ("log_gii", {}, [0, 10, NAN, 20], [0, np.log(10.5), NAN, np.log(20)]),
        ("log_gii", {}, [0, 5, 10], [0, np.log(5.5), np.log(10)]),
        ("log_gii", {}, [-10, 0, 10], [0, np.log(5.5), np.log(10)]),
        ("log_gii", {}, [0, 1, 5], [0, np.log(10.8), np.log(50)]),
        ("log_gii", {}, [0, 0.5, 1], [0, np.log(5.5), np.log(10)]),
        ("log_gii", {}, [0, 0.25, 0.5], [0, np.log(25.5), np.log(50)]),
        ("log_gii", {}, [0, 0.05, 0.1], [0, np.log(5.5), np.log(10)]),
        ("log_gii", {}, [0, 0.0009], [0, np.log(90)]),  # f = 100,000
        ("log_gii", {"factor": 3}, [0, 0.25, 0.5], [0, np.log(1.25), np.log(1.5)]),
        ("log_gii", {"factor": 1}, [0, 5], [0, np.log(5)]),
        # x − min + 1 = 1, 3, 5: (x^λ − 1)/λ, and ln x at 0.
        ("boxcox", {"power": 2}, [7, 9, NAN, 11], [0, 4, NAN, 12]),
        ("boxcox", {"power": 0}, [7, 9, NAN, 11], [0, np.log(3), NAN, np.log(5)]),
        ("boxcox", {"power": 1}, [7, 9, 11], [0, 2, 4]),
        ("boxcox", {"power": -1}, [7, 9, 11], [0, 2 / 3, 4 / 5]),
    ],
)
def test_transformations(rule, options, values, expected):
    treated, applied = Treatment(rule, **options).steps(array(values))
    np.testing.assert_allclose(treated, expected, atol=1e-12)
    assert applied == rule
    np.testing.assert_array_equal(Treatment(rule, **options).apply(array(values)), treated)


@pytest.mark.parametrize("values", [[1, 2, 3, 8, 30], [5, 9, NAN, 9, 40, 41], [0, 60, 80, 95, 100]])
def test_boxcox_takes_the_power_of_largest_likelihood(values):
    x = array(values) - np.nanmin(array(values)) + 1
    known = x[~np.isnan(x)]

    def loss(power: float) -> float:
        """Minus the logarithm of the likelihood of a normal sample, with the Jacobian."""
        y = (known**power - 1) / power
        return float(len(y) / 2 * np.log(y.var()) - (power - 1) * np.log(known).sum())

    best = scipy.optimize.minimize_scalar(loss, bounds=(-3.001, 4), method="bounded").x
    treated = Treatment("boxcox").apply(array(values))
    np.testing.assert_allclose(treated, (x**best - 1) / best, rtol=1e-3)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("values", [[5, 5, 5, 5], [NAN, 5], [-5, -5], [NAN, NAN], []])
def test_what_does_not_vary_is_left_alone_and_reported_so(rule, values):
    treated, applied = Treatment(rule).steps(array(values))
    np.testing.assert_array_equal(treated, array(values))
    assert applied == "none"


@pytest.mark.parametrize("rule", ["log", "log_plus", "log_shift", "log_gii", "boxcox"])
def test_the_report_of_what_does_not_vary(rule):
    fw = Framework.from_frame(
        pd.DataFrame({"code": ["T", "a"], "parent": ["", "T"], "weight": 1, "direction": 1})
    )
    panel = pd.DataFrame({"a": [5.0, 5.0, NAN, 5.0]}, index=list("pqrs"))
    report = Method(rule, "rank").score(panel, fw).treatment_report
    assert report[["rule", "applied", "points"]].loc["a"].tolist() == [rule, "none", 0]


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([-5, -1, 0], {}, "no value above 0 (the highest is 0) for the logarithm of the GII; "
         "expected positive values, or the treatment 'log'"),
        ([-5, -1], {"factor": 100}, "no value above 0 (the highest is -1)"),
        ([0, 0.2, 0.5], {"factor": 1}, "the highest value 0.5 times the factor 1 is not above 1, "
         "where the logarithm of the GII reverses the order; expected a larger factor"),
        ([0, 0.2, 0.5], {"factor": 2}, "the highest value 0.5 times the factor 2 is not above"),
    ],
)  # fmt: skip
def test_logarithms_of_the_gii_refused(values, options, message):
    with pytest.raises(DataError) as error:
        Treatment("log_gii", **options).apply(array(values))
    assert message in str(error.value)
    fw = Framework.from_frame(
        pd.DataFrame({"code": ["T", "a"], "parent": ["", "T"], "weight": 1, "direction": 1})
    )
    with pytest.raises(DataError) as error:
        Method({"a": Treatment("log_gii", **options)}).score(pd.DataFrame({"a": values}), fw)
    assert str(error.value).startswith(f"column 'a': found {message}")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rule": "trim"}, "found the treatment 'trim'; expected 'official' or one of none, cap"),
        ({"rule": "official"}, "found the treatment 'official'"),  # it needs a framework
        ({"rule": "cap", "lower": 3, "upper": 3}, "lower=3, upper=3; expected lower < upper"),
        ({"max_winsorised": -1}, "max_winsorised=-1; expected 0 or more, or None"),
        ({"skewness": 0}, "skewness=0; expected a number above 0"),
        ({"kurtosis": -1}, "kurtosis=-1; expected a number above 0"),
        ({"factor": NAN}, "factor=nan; expected a number above 0"),
        ({"factor": "2"}, "factor='2'; expected a number above 0"),
        ({"skewness": True}, "skewness=True; expected a number above 0"),
        ({"max_winsorised": "5"}, "max_winsorised='5'; expected 0 or more, or None"),
        ({"max_winsorised": NAN}, "max_winsorised=nan; expected 0 or more, or None"),
        ({"rule": "cap", "upper": "5"}, "lower=-inf, upper='5'; expected lower < upper"),
        *[
            ({"rule": "boxcox", "power": power}, f"power={power!r}; expected a number from -5 to 5")
            for power in (5.1, -5.1, 100, NAN, np.inf, -np.inf, "2", True)
        ],
    ],
)
def test_options_refused(options, message):
    with pytest.raises(DataError) as error:
        Treatment(**options)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        (Treatment("boxcox", power=5), [0, 1, 1e300]),
        (Treatment("boxcox"), [-1e308, 0, 1e308]),
        (Treatment("boxcox"), [0, 1e-300]),  # 1 and 1 after x − min + 1
        (Treatment("log_shift"), [0, 1e-300]),
        (Treatment("log"), [-1e308, 0, 1e308]),
        (Treatment("log"), [0, 5e-324]),  # 1 % of the range is 0
        (Treatment("log_gii"), [0, 1e300]),
        (Treatment("log_gii", factor=np.inf), [0, 5]),
        (Treatment("log_gii"), [0, 5e-324]),  # no power of ten is enough
    ],
)
def test_overflow_is_an_error_and_never_infinite(rule, values):
    with pytest.raises(DataError, match=rf"too far apart or too close for '{rule.rule}'"):
        rule.apply(array([*values, NAN]))


@pytest.mark.parametrize("power", [-5, 5])
def test_the_sane_powers_end_at_five(power):
    treated = Treatment("boxcox", power=power).apply(array([0, 1, NAN]))
    np.testing.assert_allclose(treated, [0, (2.0**power - 1) / power, NAN])


def test_the_power_of_largest_likelihood_is_held_within_the_sane_ones():
    # With one unit apart from all others the likelihood rises without end.
    np.testing.assert_allclose(Treatment("boxcox").apply(array([0, 0, 0, 1])), [0, 0, 0, 0.19375])
    np.testing.assert_allclose(Treatment("boxcox").apply(array([0, 1, 1, 1])), [0, 6.2, 6.2, 6.2])


def test_a_treatment_by_name_or_itself():
    assert as_treatment("gii") == Treatment("gii")
    rule = Treatment("cap", upper=3)
    assert as_treatment(rule) is rule


@given(
    st.lists(st.one_of(st.integers(-9, 9), st.integers(-9999, 9999)), min_size=2, max_size=25),
    st.sampled_from([rule for rule in RULES if rule not in ("log_gii", "gii", "boxcox")]),
    st.sampled_from([0, 1, 5, None]),
)
@settings(deadline=None, max_examples=150)
def test_no_treatment_reverses_an_order(values, rule, most):
    x = array(sorted(values))
    treated = Treatment(rule, most, lower=-50, upper=50).apply(x)
    assert (np.diff(treated) >= 0).all()
    assert (np.diff(treated)[np.diff(x) == 0] == 0).all()
    if rule.startswith("log") and x[0] < x[-1]:
        assert (np.diff(treated)[np.diff(x) > 0] > 0).all()


@given(st.lists(st.integers(1, 9999), min_size=4, max_size=25))
@settings(deadline=None, max_examples=60)
def test_where_the_rules_end_winsorising_and_nothing_pass(values):
    for rule in ("coin", "gii"):
        treated, applied = Treatment(rule).steps(array(values))
        if applied in ("none", "winsorise"):
            assert Treatment(rule).passes(treated)
