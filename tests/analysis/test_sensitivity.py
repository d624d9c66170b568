"""Sobol' indices against closed forms, and what is left out one at a time."""

import numpy as np
import pandas as pd
import pytest

import piilib as pii
from analysis.test_uncertainty import FW, LINE, TWO, panel_of
from piilib.errors import DataError


def test_a_product_of_two_choices_has_known_indices():
    """Score of x = scale · w with scale 1 or 2 and w uniform: a product, like Sobol's G.

    V = E[s²]E[w²] − E[s]²E[w]² = 2.5/3 − 2.25/4; first orders E[w]²V(s)/V and E[s]²V(w)/V.
    """
    panel = LINE.loc[["z", "x"]]
    scales = [pii.Normalisation("minmax", range=(0, top)) for top in (100, 200)]
    table = pii.sensitivity(
        panel,
        TWO,
        pii.Method(),
        {"normalisation": scales, "weights": "dirichlet"},
        target="score",
        unit="z",
        draws=2**13,
        seed=1,
    )
    whole = 2.5 / 3 - 2.25 / 4
    first = {"normalisation": 0.25 * 0.25 / whole, "weights": 2.25 / 12 / whole}
    rest = 1 - sum(first.values())
    for factor, share in first.items():
        row = table.loc[factor]
        assert abs(row["first_order"] - share) < 4 * row["first_order_error"] + 0.01
        assert abs(row["total_order"] - share - rest) < 4 * row["total_order_error"] + 0.01
        assert row["first_order_low"] < row["first_order"] < row["first_order_high"]
    assert not table["constant"].any()


@pytest.mark.parametrize("target", ["rank", "score", "mean_rank_change"])
@pytest.mark.parametrize("step", ["treatment", "normalisation", "aggregation"])
def test_a_choice_between_two_that_are_the_same_counts_exactly_nothing(step, target):
    option = {"treatment": "coin", "normalisation": "zscore", "aggregation": "arithmetic"}[step]
    table = pii.sensitivity(
        panel_of(),
        FW,
        pii.Method(),
        {step: [option, option], "weights": 0.5, "leave_out": True},
        target=target,
        unit="u4",
        draws=128,
    )
    assert table.loc[step, ["first_order", "total_order"]].tolist() == [0, 0]
    assert table.loc["weights", "total_order"] > 0


def test_an_output_that_cannot_vary_is_called_constant():
    panel = pd.DataFrame({"a": [0.0, 1, 2], "b": [0.0, 1, 2]}, index=["x", "y", "z"])
    table = pii.sensitivity(panel, TWO, pii.Method(), {"weights": "dirichlet"}, unit="z", draws=64)
    assert table["constant"].all()
    assert table["first_order"].isna().all()


def test_the_sum_of_first_orders_is_at_most_one_but_for_error():
    factors = {
        "normalisation": ["minmax", "zscore", "rank"],
        "aggregation": ["arithmetic", "geometric"],
        "weights": "dirichlet",
    }
    table = pii.sensitivity(
        panel_of(), FW, pii.Method(), factors, target="mean_rank_change", draws=512
    )
    assert list(table.index) == ["normalisation", "aggregation", "weights"]
    assert table["first_order"].sum() < 1 + 4 * table["first_order_error"].max()
    assert (table["total_order"] > table["first_order"] - 4 * table["first_order_error"]).all()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"factors": {"normalization": ["minmax"]}}, "did you mean 'normalisation'"),
        ({"factors": {}}, "no factors"),
        ({"target": "ranks"}, "did you mean 'rank'"),
        ({"unit": None}, "without a unit"),
        ({"unit": "nobody"}, "the unit 'nobody'"),
        ({"draws": 100}, "a power of two"),
    ],
)
def test_what_cannot_be_asked(asked, message):
    given = {"factors": {"weights": 0.5}, "unit": "x", "draws": 64, **asked}
    with pytest.raises(DataError, match=message):
        pii.sensitivity(LINE, TWO, pii.Method(), **given)


def test_one_left_out_by_hand():
    # Scores of T: x 50, y 60, z 50. Without a: 100, 60, 0; without b: 0, 60, 100.
    table = pii.leave_one_out(LINE, TWO, pii.Method())
    assert table.loc["x"].tolist() == [1, -1]
    assert table.loc["y"].tolist() == [-1, -1]
    assert table.loc["z"].tolist() == [-1, 1]


@pytest.mark.parametrize(("level", "nodes"), [(2, "ABC"), (3, "PQ")])
def test_one_left_out_at_each_level_is_an_index_without_it(level, nodes):
    panel, method = panel_of(), pii.Method(treatment="coin", normalisation="zscore")
    table = pii.leave_one_out(panel, FW, method, level=level)
    assert list(table.columns) == list(nodes)
    nominal = method.score(panel, FW).ranks["T"]
    for node in nodes:
        zero = {node: 0, **({"Q": 0} if node == "C" else {})}
        new = method.replace(weights=zero).score(panel, FW).ranks["T"]
        np.testing.assert_array_equal(table[node], nominal - new)


def test_a_level_of_one_node_cannot_be_left_out():
    with pytest.raises(DataError, match="two or more"):
        pii.leave_one_out(panel_of(), FW, pii.Method(), level=4)


class SobolG:
    """The test function of Sobol' (1993), in place of an index; its indices are known exactly."""

    a = np.array([0.0, 1.0, 4.5, 9.0])
    levels = dict.fromkeys(("treatment", "normalisation", "aggregation", "weights"))

    def __init__(self) -> None:
        self.known: dict[int, float] = {}

    def __call__(self, x: np.ndarray) -> np.ndarray:
        y = np.prod((np.abs(4 * x.T - 2) + self.a) / (1 + self.a), axis=-1).T
        self.known |= dict(enumerate(y.ravel()))
        return y


def test_sobol_g(monkeypatch):
    part = 1 / (3 * (1 + SobolG.a) ** 2)
    whole = np.prod(1 + part) - 1
    first = part / whole
    total = np.array([p * np.prod(1 + np.delete(part, i)) for i, p in enumerate(part)]) / whole
    monkeypatch.setattr("piilib.analysis.sensitivity._experiment", lambda *_: SobolG())
    factors = {key: ["none"] for key in SobolG.levels} | {"weights": "dirichlet"}
    panel = pd.DataFrame(np.eye(3), columns=list(FW.indicators)[:3]).reindex(
        columns=list(FW.indicators), fill_value=1.0
    )
    table = pii.sensitivity(panel, FW, pii.Method(), factors, "mean_rank_change", draws=4096)
    assert list(table.index) == list(SobolG.levels)
    for order, known in (("first_order", first), ("total_order", total)):
        assert (abs(table[order] - known) < 4 * table[f"{order}_error"]).all()
        assert (abs(table[order] - known) < 0.03).all()
        assert table[f"{order}_low"].lt(table[f"{order}_high"]).all()


def test_one_seed_one_result_intervals_included():
    """The bootstrap has its random numbers from the same seed."""
    asked = {"normalisation": ["minmax", "zscore"], "weights": "dirichlet"}
    first, again, other = (
        pii.sensitivity(LINE, TWO, pii.Method(), asked, "score", "z", draws=64, seed=seed)
        for seed in (3, 3, 4)
    )
    pd.testing.assert_frame_equal(first, again)
    assert not first["first_order_low"].equals(other["first_order_low"])
