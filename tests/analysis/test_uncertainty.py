"""Rank distributions: exact probabilities, and every draw built again by another road."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

import piilib as pii
from piilib.analysis import tally as tally_module
from piilib.analysis import uncertainty
from piilib.errors import DataError

NAN = np.nan


def framework(*rows):
    return pii.Framework.from_frame(
        pd.DataFrame(rows, columns=["code", "parent", "weight", "direction"])
    )


TWO = framework(("T", "", 1, 1), ("a", "T", 1, 1), ("b", "T", 1, 1))
LINE = pd.DataFrame({"a": [0.0, 60, 100], "b": [100.0, 60, 0]}, index=["x", "y", "z"])

#: Three levels, groups of one, two and three, unequal weights, one direction reversed.
FW = framework(
    ("T", "", 1, 1),
    ("P", "T", 2, 1),
    ("A", "P", 1, 1),
    ("a1", "A", 1, 1),
    ("a2", "A", 3, -1),
    ("B", "P", 1, 1),
    ("b1", "B", 1, 1),
    ("Q", "T", 1, 1),
    ("C", "Q", 1, 1),
    ("c1", "C", 1, 1),
    ("c2", "C", 1, 1),
    ("c3", "C", 2, 1),
)
OPTIONS = {
    "treatment": ["none", "coin"],
    "normalisation": ["minmax", "zscore", "rank"],
    "aggregation": [
        "arithmetic",
        "geometric",
        ["geometric", "arithmetic", "harmonic"],
        [pii.Aggregation(threshold=0.6), "arithmetic", "arithmetic"],
        "copeland",
    ],
}


def panel_of(units=15, missing=True, seed=3):
    rng = np.random.default_rng(seed)
    values = rng.lognormal(sigma=1.2, size=(units, 6))
    if missing:
        values[rng.uniform(size=values.shape) < 0.1] = NAN
    values[1] = values[0]  # two units alike tie in every draw
    return pd.DataFrame(values, columns=FW.indicators, index=[f"u{i}" for i in range(units)])


def near(d, unit, expected):
    for rank, p in enumerate(expected, 1):
        got, error = d.acceptability.at[unit, rank], d.standard_error.at[unit, rank]
        assert abs(got - p) < 4 * error, (unit, rank, got, p)


def test_two_indicators_have_exact_probabilities():
    """The weight w of a is uniform: y leads where 0.4 < w < 0.6, x before 0.4, z after 0.6."""
    d = pii.simulate_ranks(LINE, TWO, pii.Method(), draws=20_000, seed=5)
    near(d, "y", [0.2, 0.8, 0.0])
    near(d, "x", [0.4, 0.1, 0.5])
    near(d, "z", [0.4, 0.1, 0.5])
    assert d.probability("x", 2) == pytest.approx(0.5, abs=4 * d.probability_error("x", 2))
    assert d.probability("x", 3) == 1
    assert d.interval("y", 0.9) == (1, 2)


def test_a_share_up_or_down_has_exact_probabilities():
    """With w = A/(A + B), A and B uniform on 0.5–1.5, P(A > 1.5 B) = 3/16, so y leads in 5/8."""
    d = pii.simulate_ranks(LINE, TWO, pii.Method(), draws=20_000, seed=5, weights=0.5)
    near(d, "y", [5 / 8, 3 / 8, 0])


def test_fixed_weights_leave_the_nominal_ranks():
    d = pii.simulate_ranks(panel_of(), FW, pii.Method(), draws=50, weights=None, nodes="all")
    for node in ("T", "P", "Q", "A", "C"):
        at = d.at(node)
        ranked = at.nominal.dropna().astype(int)
        assert all(at.acceptability.at[unit, rank] == 1 for unit, rank in ranked.items())
        assert at.nominal.equals(pii.Method().score(panel_of(), FW).ranks[node])


def test_dirichlet_weights_have_the_given_means_and_variances():
    """Dirichlet(n · share) in a group of n: mean share, variance share (1 − share)/(n + 1)."""
    d = pii.simulate_ranks(panel_of(), FW, pii.Method(), draws=20_000, keep_parameters=True)
    share, table = FW.shares(), d.parameters
    for node, children in FW.groups:
        n = len(children)
        np.testing.assert_allclose(table[list(children)].sum(axis=1), 1)
        for child in children:
            s = share[child]
            sd = np.sqrt(s * (1 - s) / (n + 1))
            assert table[child].mean() == pytest.approx(s, abs=4 * sd / np.sqrt(20_000) + 1e-12)
            assert table[child].std() == pytest.approx(sd, rel=0.03, abs=1e-9), node


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize(
    "choice",
    [
        {},
        {"weights": 0.25, "leave_out": True},
        {"methods": OPTIONS, "leave_out": True},
        {"methods": OPTIONS, "rounding": 0.05, "weights": None},
        {"rounding": {"a1": 0.2}, "weights": None},
    ],
    ids=["weights", "share", "all", "rounding", "one rounded"],
)
def test_every_draw_can_be_built_again(choice, missing):
    draws, panel = 60, panel_of(missing=missing)
    d = pii.simulate_ranks(
        panel, FW, pii.Method(), draws=draws, seed=2, keep_parameters=True, nodes="all", **choice
    )
    built = [d.rebuild(i) for i in range(draws)]
    for node, _ in FW.groups:
        ranked = np.array([r.ranks[node] for r in built])
        counted = np.array([(ranked == k).sum(axis=0) for k in range(1, len(panel) + 1)]).T
        np.testing.assert_array_equal(d._tallies[node].counts, counted)
        for i, q in enumerate((0.05, 0.5, 0.95)):
            column = d.at(node).interval(0.9)[["low", "median", "high"][i]]
            for unit, given in zip(panel.index, ranked.T, strict=True):
                known = given[~np.isnan(given)]
                expected = np.quantile(known, q) if known.size else NAN
                assert column[unit] == pytest.approx(expected, nan_ok=True)
    if choice.get("leave_out"):
        left = d.parameters["left_out"]
        assert set(left) <= set(FW.indicators)
        assert all(row[row["left_out"]] == 0 for _, row in d.parameters.iterrows())
        assert (d.parameters.loc[left == "b1", "B"] == 0).all()  # alone in its group


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_workers_change_nothing(pool, monkeypatch):
    monkeypatch.setattr(uncertainty, "_NUMBERS", 5_000)  # many blocks
    asked = {"draws": 500, "seed": 8, "methods": OPTIONS, "leave_out": True}
    alone = pii.simulate_ranks(panel_of(), FW, pii.Method(), **asked)
    with pool(2) as executor:
        together = pii.simulate_ranks(panel_of(), FW, pii.Method(), executor=executor, **asked)
    pd.testing.assert_frame_equal(alone.acceptability, together.acceptability)


def test_one_seed_one_result_and_a_generator_is_taken():
    first, again, other = (
        pii.simulate_ranks(panel_of(), FW, pii.Method(), draws=300, seed=s).acceptability
        for s in (4, 4, np.random.default_rng(4))
    )
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_twice_the_draws_move_a_figure_by_less_than_three_errors():
    few, many = (
        pii.simulate_ranks(panel_of(), FW, pii.Method(), draws=n, seed=n) for n in (4_000, 8_000)
    )
    apart = (few.acceptability - many.acceptability).abs().to_numpy()
    errors = apart / np.hypot(few.standard_error, many.standard_error).to_numpy()
    assert errors.max() < 4.5  # of 225
    assert (errors > 3).mean() < 0.02
    np.testing.assert_allclose(many.acceptability.sum(axis=1), 1)


def test_beyond_the_dense_limit_what_is_asked_is_exact(monkeypatch):
    panel = panel_of(units=40, missing=False)
    dense = pii.simulate_ranks(panel, FW, pii.Method(), draws=400)
    monkeypatch.setattr(tally_module, "DENSE", 30)
    monkeypatch.setattr(tally_module, "_BINS", 8)
    binned = pii.simulate_ranks(panel, FW, pii.Method(), draws=400, at_most=[7])
    for unit in panel.index:
        for k in (5, 7, 20, 40):
            assert binned.probability(unit, k) == dense.probability(unit, k)
        low, high = binned.interval(unit, 0.9)
        inner = dense.interval(unit, 0.9)
        assert inner[0] - 5 <= low <= inner[0]
        assert inner[1] <= high <= inner[1] + 5
    with pytest.raises(DataError, match=r"P\(rank ≤ 8\).*at_most=\[8\]"):
        binned.probability("u0", 8)
    with pytest.raises(DataError, match="every rank of 40 units"):
        _ = binned.acceptability


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"draws": 0}, "draws=0"),
        ({"weights": "dirichelt"}, "weights='dirichelt'.*a share above 0"),
        ({"weights": 1.5}, "weights=1.5"),
        ({"methods": {"normalization": ["minmax"]}}, "did you mean 'normalisation'"),
        ({"methods": {"normalisation": "minmax"}}, "a list of options"),
        ({"methods": []}, "a sequence of Method"),
        ({"rounding": -1.0}, "a rounding that is negative"),
        ({"rounding": {"a9": 1}}, "the rounding of 'a9'"),
        ({"nodes": "a1"}, "the node 'a1'"),
    ],
)
def test_what_cannot_be_asked(asked, message):
    with pytest.raises(DataError, match=message):
        pii.simulate_ranks(panel_of(), FW, pii.Method(), **{"draws": 10, **asked})


def test_what_was_not_kept_cannot_be_had():
    d = pii.simulate_ranks(panel_of(), FW, pii.Method(), draws=10)
    with pytest.raises(DataError, match="keep_parameters=True"):
        d.rebuild(0)
    with pytest.raises(DataError, match="the node 'P'"):
        d.at("P")
    with pytest.raises(DataError, match="the unit 'nobody'"):
        d.probability("nobody", 1)
