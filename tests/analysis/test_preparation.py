"""Denominators, missing values and screening, worked by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piilib.analysis.denomination import denominate
from piilib.analysis.preparation import impute, imputed_cells, screen
from piilib.errors import DataError
from piilib.index.framework import Framework

NAN = np.nan
UNITS = ["p", "q", "r", "s", "t"]
ROWS = [
    ("T", "", ""),
    ("A", "T", ""),
    ("a1", "A", "people"),
    ("a2", "A", ""),
    ("a3", "A", "firms"),
    ("B", "T", ""),
    ("b1", "B", ""),
]
FW = Framework.from_frame(
    pd.DataFrame(ROWS, columns=["code", "parent", "denominator"]).assign(weight=1, direction=1)
)
PLAIN = Framework(FW.table.drop(columns="denominator"))


@pytest.fixture
def panel() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "a1": [2.0, 4.0, NAN, 8.0, 16.0],
            "a2": [1.0, 2.0, 3.0, 4.0, 8.0],
            "a3": [0.0, 0.0, 6.0, NAN, 3.0],
            "b1": [5.0, NAN, 7.0, NAN, 0.0],
        },
        index=UNITS,
    )


@pytest.fixture
def sizes() -> pd.DataFrame:
    return pd.DataFrame(
        {"firms": [9.0, 1.0, 2.0, 3.0, 4.0, 5.0], "people": [9.0, 10.0, 20.0, 0.0, 40.0, 50.0]},
        index=["another", *UNITS],
    )


# --- denominators ---------------------------------------------------------------------------------


def test_denominate_by_hand(panel, sizes):
    got = denominate(panel, FW, sizes)
    # r has no value of a1, so its denominator of 0 does no harm.
    np.testing.assert_allclose(got["a1"], [0.2, 0.2, NAN, 0.2, 0.32])
    np.testing.assert_allclose(got["a3"], [0.0, 0.0, 2.0, NAN, 0.6])
    pd.testing.assert_frame_equal(got[["a2", "b1"]], panel[["a2", "b1"]])


@pytest.mark.parametrize(
    ("scale", "a1", "a3"), [(1000, 200.0, 2000.0), ({"a1": 100}, 20.0, 2.0), ({}, 0.2, 2.0)]
)
def test_scale(panel, sizes, scale, a1, a3):
    got = denominate(panel, FW, sizes, scale=scale)
    assert got.at["p", "a1"] == pytest.approx(a1)
    assert got.at["r", "a3"] == pytest.approx(a3)


def test_a_mapping_of_denominators_and_by_replace_the_framework(panel, sizes):
    got = denominate(panel, PLAIN, {"firms": sizes["firms"]}, by={"a2": "firms"})
    np.testing.assert_allclose(got["a2"], [1.0, 1.0, 1.0, 1.0, 1.6])
    pd.testing.assert_series_equal(got["a1"], panel["a1"])


def test_the_panel_given_is_left_alone(panel, sizes):
    before = panel.copy()
    denominate(panel, FW, sizes)
    impute(panel, FW)
    pd.testing.assert_frame_equal(panel, before)


@pytest.mark.parametrize("size", [0.0, -3.0, NAN, np.inf, "many"])
def test_a_bad_denominator_is_named(panel, sizes, size):
    sizes = sizes.astype(object)
    sizes.at["q", "people"] = size
    with pytest.raises(DataError, match=r"column 'people': found .*'q'.*above 0.*'a1'"):
        denominate(panel, FW, sizes)


@pytest.mark.parametrize(
    ("change", "kwargs", "message"),
    [
        (lambda s: s.drop(index="s"), {}, "no unit 's'"),
        (lambda s: pd.concat([s, s.loc[["t"]]]), {}, "the unit 't' twice"),
        (lambda s: s.drop(columns="firms"), {}, "no denominator 'firms'"),
        (lambda s: s, {"by": {"zz": "firms"}}, "a denominator of 'zz'"),
        (lambda s: s, {"scale": {"a2": 2}}, "a scale for 'a2'"),
        (lambda s: s, {"scale": 0}, "the scale 0"),
    ],
)
def test_denominate_refuses(panel, sizes, change, kwargs, message):
    with pytest.raises(DataError, match=message):
        denominate(panel, FW, change(sizes), **kwargs)


def test_a_framework_without_denominators(panel, sizes):
    with pytest.raises(DataError, match="without the column 'denominator'"):
        denominate(panel, PLAIN, sizes)


# --- missing values -------------------------------------------------------------------------------

REGION = pd.Series({"p": "N", "q": "N", "r": "N", "s": "S", "t": "S", "other": "S"})


@pytest.mark.parametrize(
    ("method", "filled"),
    [
        ("none", {}),
        ("mean", {("r", "a1"): 7.5, ("s", "a3"): 2.25, ("q", "b1"): 4.0, ("s", "b1"): 4.0}),
        ("median", {("r", "a1"): 6.0, ("s", "a3"): 1.5, ("q", "b1"): 5.0, ("s", "b1"): 5.0}),
        ("group", {("r", "a1"): 3.0, ("s", "a3"): 3.0, ("q", "b1"): 6.0, ("s", "b1"): 0.0}),
        ("group_median", {("r", "a1"): 3.0, ("s", "a3"): 3.0, ("q", "b1"): 6.0, ("s", "b1"): 0.0}),
    ],
)
def test_imputed_by_hand(panel, method, filled):
    got = impute(panel, FW, method, groups=REGION if "group" in method else None)
    cells = imputed_cells(panel, got)
    assert dict(
        zip(zip(cells["unit"], cells["indicator"], strict=True), cells["value"], strict=True)
    ) == (pytest.approx(filled))
    assert list(cells.columns) == ["unit", "indicator", "value"]
    pd.testing.assert_frame_equal(got.where(panel.notna()), panel)


def test_group_mean_and_median_differ():
    panel = pd.DataFrame(1.0, index=UNITS, columns=list(FW.indicators))
    panel["a1"] = [0.0, 1.0, 8.0, NAN, 5.0]
    region = pd.Series(["N", "N", "N", "N", "S"], index=UNITS)
    assert impute(panel, FW, "group", groups=region).at["s", "a1"] == 3.0
    assert impute(panel, FW, "group_median", groups=region).at["s", "a1"] == 1.0


def test_a_group_without_any_value_stays_missing(panel):
    panel.loc[["s", "t"], "a1"] = NAN
    got = impute(panel, FW, "group", groups=REGION)
    assert got.loc[["s", "t"], "a1"].isna().all()
    assert got.at["r", "a1"] == 3.0


def test_an_indicator_without_any_value_stays_missing(panel):
    panel["b1"] = NAN
    assert impute(panel, FW, "mean")["b1"].isna().all()


def test_regression_recovers_an_exact_line():
    rng = np.random.default_rng(3)
    a2, a3 = rng.normal(size=(2, 8))
    a1 = 4 + 2 * a2 - 3 * a3
    panel = pd.DataFrame({"a1": a1, "a2": a2, "a3": a3, "b1": a1})
    panel.loc[0, "a1"] = panel.loc[1, "b1"] = NAN
    got = impute(panel, FW, "regression")
    assert got.at[0, "a1"] == pytest.approx(a1[0], abs=1e-9)
    assert np.isnan(got.at[1, "b1"])  # an only child has no predictor


def test_regression_uses_what_the_unit_has():
    """Checked against numpy's polynomial fit: unit 0 has a2 alone."""
    rng = np.random.default_rng(4)
    a1, a2, a3 = rng.normal(size=(3, 9))
    panel = pd.DataFrame({"a1": a1, "a2": a2, "a3": a3, "b1": a1})
    panel.loc[0, ["a1", "a3"]] = NAN
    panel.loc[5, "a2"] = NAN
    fitted = [1, 2, 3, 4, 6, 7, 8]
    slope, level = np.polyfit(a2[fitted], a1[fitted], 1)
    got = impute(panel, FW, "regression")
    assert got.at[0, "a1"] == pytest.approx(level + slope * a2[0])
    assert got.notna().all(axis=None)


@pytest.mark.parametrize(
    ("a2", "a3"),
    [
        ([1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 4.0, 6.0, 8.0, 10.0]),  # collinear
        ([7.0, 7.0, 7.0, 7.0, 9.0], [1.0, 3.0, 2.0, 5.0, 4.0]),  # a2 is the same where fitted
        ([NAN, 1.0, 4.0, 2.0, 5.0], [1.0, 3.0, 2.0, 5.0, 4.0]),  # three units, three coefficients
        ([1.0, 2.0, 3.0, 4.0, NAN], [1.0, 2.0, 3.0, 4.0, NAN]),  # t has nothing to predict from
    ],
)
def test_a_regression_that_is_not_determined_fills_nothing(a2, a3):
    panel = pd.DataFrame(
        {"a1": [1.0, 3.0, 2.0, 5.0, NAN], "a2": a2, "a3": a3, "b1": 1.0}, index=UNITS
    )
    assert np.isnan(impute(panel, FW, "regression").at["t", "a1"])


@pytest.mark.parametrize(
    ("method", "groups", "message"),
    [
        ("knn", None, "the method 'knn'"),
        ("group", None, "no groups"),
        ("group", REGION.drop("q"), "no group of 'q'"),
        ("group", pd.concat([REGION, REGION.iloc[:1]]), "the unit 'p' twice in groups"),
    ],
)
def test_impute_refuses(panel, method, groups, message):
    with pytest.raises(DataError, match=message):
        impute(panel, FW, method, groups=groups)


cells = st.one_of(st.integers(-50, 50).map(float), st.just(NAN))


@given(
    st.lists(st.tuples(*[cells] * 4), min_size=1, max_size=9),
    st.sampled_from(["mean", "median", "group", "group_median"]),
)
@settings(deadline=None, max_examples=60)
def test_means_and_medians_stay_within_what_was_seen(rows, method):
    panel = pd.DataFrame(rows, columns=list(FW.indicators))
    groups = pd.Series(["N", "S", "N"] * 3)
    got = impute(panel, FW, method, groups=groups)
    pd.testing.assert_frame_equal(got.where(panel.notna()), panel)
    for code in panel:
        assert (got[code].dropna() <= panel[code].max() + 1e-9).all()
        assert (got[code].dropna() >= panel[code].min() - 1e-9).all()
        if "group" not in method:
            assert got[code].notna().all() == panel[code].notna().any()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p.drop(index="q"), "different units"),
        (lambda p: p.drop(columns="a1"), "different indicators"),
        (lambda p: p * 2, "column 'a1'.*another value of 'p'"),
        (lambda p: p.mask(p == 16.0), "another value of 't'"),
    ],
)
def test_imputed_cells_refuses_other_panels(panel, change, message):
    with pytest.raises(DataError, match=message):
        imputed_cells(panel, change(panel))


# --- screening ------------------------------------------------------------------------------------


def test_screened_by_hand(panel):
    got = screen(panel, FW, 0.65)
    assert got.panel.index.tolist() == ["p", "q", "r", "t"]
    assert got.table["available"].tolist() == [1.0, 0.75, 0.75, 0.5, 1.0]
    np.testing.assert_allclose(got.table["available_A"], [1, 1, 2 / 3, 2 / 3, 1])
    assert got.table["available_B"].tolist() == [1.0, 0.0, 1.0, 0.0, 1.0]
    np.testing.assert_allclose(got.table["zeros"], [0.25, 1 / 3, 0, 0, 0.25])
    assert got.table["kept"].tolist() == [True, True, True, False, True]
    assert got.table["reason"].tolist() == ["", "", "", "50% of the indicators, less than 65%", ""]
    pd.testing.assert_frame_equal(got.panel, panel.loc[got.panel.index])


@pytest.mark.parametrize(
    ("kwargs", "kept"),
    [
        ({"min_share": 0.75}, "pqrt"),  # exactly the share is enough
        ({"min_share": 0.0}, "pqrst"),
        ({"min_share": 0.0, "min_share_group": 0.01}, "prt"),  # a whole pillar missing
        ({"min_share": 0.0, "min_share_group": 0.7}, "pt"),
        ({"min_share": 0.0, "min_share_group": 0.7, "group_level": 3}, "pqrt"),
        ({"min_share": 0.0, "min_share_group": 0.01, "group_level": "indicator"}, "pt"),
        ({"min_share": 0.0, "max_share_zeros": 0.25}, "prst"),
    ],
)
def test_kept(panel, kwargs, kept):
    assert "".join(screen(panel, FW, **kwargs).panel.index) == kept


def test_every_reason_is_given(panel):
    panel.loc["s", ["a1", "a2"]] = NAN
    panel.loc["q", "a2"] = 0.0
    table = screen(panel, FW, 0.8, 0.5, max_share_zeros=0.6).table
    assert table.at["q", "reason"].split("; ") == [
        "75% of the indicators, less than 80%",
        "0% of B, less than 50%",
        "67% of the values are 0, more than 60%",
    ]
    assert table.at["s", "available"] == 0
    assert np.isnan(table.at["s", "zeros"])


def test_pillars_are_the_groups_where_the_framework_names_them():
    fw = Framework.official(2024, inferred=False)
    panel = pd.DataFrame(1.0, index=["x", "y"], columns=list(fw.indicators))
    panel.loc["y", [code for code in fw.indicators if code.startswith("4.")]] = NAN
    got = screen(panel, fw, min_share_group=0.01)
    assert [c for c in got.table if c.startswith("available_")] == [
        f"available_{i}" for i in range(1, 8)
    ]
    assert got.table.at["y", "reason"] == "0% of 4, less than 1%"


@pytest.mark.parametrize("name", ["min_share", "min_share_group", "max_share_zeros"])
def test_a_share_outside_0_to_1(panel, name):
    with pytest.raises(DataError, match=f"{name}=65"):
        screen(panel, FW, **{name: 65})
