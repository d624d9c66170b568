"""The recipe: its choices and what it refuses."""

import numpy as np
import pandas as pd
import pytest

from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.method import Method
from piilib.index.treatment import Treatment


@pytest.fixture
def fw() -> Framework:
    return Framework.from_frame(
        pd.DataFrame(
            [
                ("T", "", 1, 1),
                ("A", "T", 1, 1),
                ("a", "A", 1, 1),
                ("b", "A", 1, 1),
                ("c", "T", 1, 1),
            ],
            columns=["code", "parent", "weight", "direction"],
        )
    )


@pytest.fixture
def panel() -> pd.DataFrame:
    return pd.DataFrame(
        {"a": [0.0, 5.0, 10.0, 100.0], "b": [0.0, 4.0, 3.0, 1.0], "c": [1.0, 2.0, 3.0, 5.0]},
        index=["p", "q", "r", "s"],
    )


@pytest.mark.parametrize(
    ("treatment", "scores", "points"),
    [
        ("none", [0, 5, 10, 100], 0),
        (Treatment("cap", upper=10), [0, 50, 100, 100], None),
        ({"a": Treatment("cap", upper=10)}, [0, 50, 100, 100], 1),
        ({"a": Treatment("cap", lower=5, upper=10)}, [0, 0, 100, 100], 2),
        ({"a": Treatment("cap", upper=1000)}, [0, 5, 10, 100], 0),
        ({"b": "none"}, [0, 5, 10, 100], 0),
    ],
)
def test_caps(fw, panel, treatment, scores, points):
    result = Method(treatment=treatment).score(panel, fw)
    assert result.scores["a"].tolist() == scores
    if points is not None:
        assert result.treatment_report.at["a", "points"] == points


def test_official_caps_come_from_the_framework(fw, panel):
    capped = Framework(fw.table.assign(cap=[np.nan, np.nan, 10.0, np.nan, np.nan]))
    result = Method("official").score(panel, capped)
    assert result.scores["a"].tolist() == [0, 50, 100, 100]
    assert result.treated["a"].tolist() == [0, 5, 10, 10]
    report = result.treatment_report
    assert report["rule"].to_dict() == {"a": "cap", "b": "none", "c": "none"}
    assert report.at["a", "upper"] == 10.0
    assert report["points"].tolist() == [1, 0, 0]


def test_a_missing_value_is_no_treated_point(fw, panel):
    panel.loc["p", "a"] = np.nan
    result = Method({"a": Treatment("cap", upper=10)}).score(panel, fw)
    assert result.treatment_report.at["a", "points"] == 1
    assert np.isnan(result.treated.at["p", "a"])


def test_replace_changes_only_what_it_names(fw, panel):
    method = Method(treatment={"a": Treatment("cap", upper=10)})
    other = method.replace(weights={"c": 3})
    assert other.treatment == method.treatment
    assert method.weights is None
    assert method.replace() == method
    with pytest.raises(TypeError):
        method.replace(colour="red")


def test_weights_may_name_some_nodes_only(fw, panel):
    plain = Method().score(panel, fw).scores
    scores = Method(weights={"a": 3}).score(panel, fw).scores
    np.testing.assert_allclose(scores["A"], (3 * plain["a"] + plain["b"]) / 4)
    np.testing.assert_allclose(scores["T"], (scores["A"] + plain["c"]) / 2)


def test_positions_of_the_choices(fw, panel):
    by_position = Method("none", "minmax", "arithmetic", {"c": 3})
    by_name = Method(
        treatment="none", normalisation="minmax", aggregation="arithmetic", weights={"c": 3}
    )
    assert by_position == by_name


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"normalisation": "logistic"}, "the normalisation 'logistic'"),
        ({"aggregation": "median"}, "the aggregation 'median'"),
    ],
)
def test_unknown_choices(choice, message):
    with pytest.raises(DataError, match=message):
        Method(**choice)
    with pytest.raises(DataError, match=message):
        Method().replace(**choice)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"treatment": "trim"}, "the treatment 'trim'"),
        ({"treatment": "official"}, "a framework without caps"),
        ({"treatment": {"z": "none"}}, "a treatment of 'z'; expected codes of indicators"),
        ({"treatment": {"A": "none"}}, "a treatment of 'A'; expected codes of indicators"),
        ({"weights": {"z": 1}}, "a weight for 'z'; expected codes of the framework"),
        ({"weights": {"a": 0, "b": 0}}, "weights in .A. that sum to 0"),
    ],
)
def test_choices_that_do_not_fit_the_framework(fw, panel, choice, message):
    with pytest.raises(DataError, match=message):
        Method(**choice).score(panel, fw)


@pytest.mark.parametrize("limits", [{"lower": 2, "upper": 1}, {"upper": np.nan}])
def test_limits_of_a_treatment(limits):
    with pytest.raises(DataError, match="lower < upper"):
        Treatment("cap", **limits)


def text(cell: object):
    return lambda panel: panel.astype(object).assign(b=[0, cell, 3, 1])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p.assign(b=7.0), "one and the same value of b for every unit"),
        (lambda p: p.assign(b=np.nan), "one and the same value of b for every unit"),
        (lambda p: p.drop(columns="b"), r"a panel without \['b'\]; expected the 3 indicators"),
        (lambda p: p.assign(d=1.0), r"the columns \['d'\]; expected the 3 indicators"),
        (lambda p: p.assign(A=1.0), r"the columns \['A'\]"),
        (lambda p: p[["a", "b", "c", "b"]], "the column 'b' twice; expected each indicator once"),
        (lambda p: p.set_axis(["p", "q", "q", "s"]), "the unit 'q' twice; expected each unit once"),
        (text("1,5"), r"column 'b': found '1,5'; expected a number for 'q'"),
        (text("n/a"), r"column 'b': found 'n/a'; expected a number for 'q'"),
        (lambda p: p.replace(4.0, np.inf), r"column 'b': found .*inf.*; expected a number for 'q'"),
    ],
)
def test_panels_refused(fw, panel, change, message):
    with pytest.raises(DataError, match=message):
        Method().score(change(panel), fw)


@pytest.mark.parametrize("cell", [None, np.nan, pd.NA])
def test_every_kind_of_missing_cell(fw, panel, cell):
    scores = Method().score(text(cell)(panel), fw).scores
    assert np.isnan(scores.at["q", "b"])
    assert scores.at["q", "A"] == scores.at["q", "a"]


def test_columns_in_any_order(fw, panel):
    shuffled = Method().score(panel[["c", "a", "b"]], fw)
    pd.testing.assert_frame_equal(shuffled.scores, Method().score(panel, fw).scores)
    assert shuffled.scores.columns.tolist() == fw.table.index.tolist()


def test_the_panel_given_is_left_as_it_was(fw, panel):
    before = panel.copy()
    Method(Treatment("cap", lower=0.5, upper=3.0)).score(panel, fw)
    pd.testing.assert_frame_equal(panel, before)
