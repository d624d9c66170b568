"""Correlations, Cronbach's alpha and principal components against SciPy, NumPy and by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from piilib.analysis.correlation import correlations, cronbach_alpha, pca
from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.method import Method

NAN = np.nan
ROWS = [
    ("T", "", "top"),
    ("A", "T", "pillar"),
    ("a1", "A", "leaf"),
    ("a2", "A", "leaf"),
    ("a3", "A", "leaf"),
    ("B", "T", "pillar"),
    ("b1", "B", "leaf"),
    ("b2", "B", "leaf"),
]
FW = Framework.from_frame(
    pd.DataFrame(ROWS, columns=["code", "parent", "level"]).assign(
        weight=1, direction=[1, 1, 1, 1, -1, 1, 1, 1]
    )
)
CODES = list(FW.indicators)
SCIPY = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}


@pytest.fixture
def panel() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    common = rng.normal(size=(30, 1))
    values = common + rng.normal(size=(30, 5))
    values[[0, 4, 9], [0, 1, 1]] = NAN
    return pd.DataFrame(values, columns=CODES, index=[f"u{i}" for i in range(30)])


@pytest.fixture
def scores(panel) -> pd.DataFrame:
    return Method().score(panel, FW).scores


def pairs(table: pd.DataFrame) -> list[str]:
    return [f"{a} {b}" for a, b in zip(table["a"], table["b"], strict=True)]


# --- correlations ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", SCIPY)
def test_agrees_with_scipy_on_the_units_that_have_both(panel, method):
    table = correlations(panel.round(1), FW, method=method, direction=False)
    assert len(table) == 10
    for row in table.itertuples():
        both = panel.round(1)[[row.a, row.b]].dropna()
        expected = SCIPY[method](both[row.a], both[row.b])
        assert row.n == len(both)
        assert row.r == pytest.approx(expected.statistic, abs=1e-12)
        assert row.p == pytest.approx(expected.pvalue, rel=1e-9)
        assert row.significant == (row.p < 0.05)


def test_four_units_by_hand():
    # a1: 1 2 3 4; a2: 1 3 2 4 → Σxy − n·x̄·ȳ = 29 − 25 = 4 over 5: 0.8; t = 0.8·√(2/0.36), p = 0.2.
    panel = pd.DataFrame(0.0, index=range(4), columns=CODES)
    panel["a1"], panel["a2"] = [1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 4.0]
    row = correlations(panel, FW, direction=False).iloc[0]
    assert row[["a", "b", "n", "significant", "group_a", "group_b", "flag"]].tolist() == (
        ["a1", "a2", 4, False, "A", "A", ""]
    )
    assert row["r"] == pytest.approx(0.8)
    assert row["p"] == pytest.approx(0.2)


def test_the_sign_of_what_is_better_when_lower_is_turned(panel, scores):
    turned = correlations(panel, FW).set_index(["a", "b"])["r"]
    as_given = correlations(panel, FW, direction=False).set_index(["a", "b"])["r"]
    for pair, r in turned.items():
        assert r == pytest.approx(-as_given[pair] if "a3" in pair else as_given[pair])
    # Min-max is linear: the scores of indicators correlate as the turned indicators do.
    np.testing.assert_allclose(correlations(scores, FW)["r"], turned, atol=1e-12)


@pytest.mark.parametrize(
    ("kwargs", "expected"),
    [
        ({"family": True}, "a1 a2, a1 a3, a2 a3, b1 b2"),
        ({"level": 2}, "A B"),
        ({"level": "pillar"}, "A B"),
        ({"level": "pillar", "with_level": "index"}, "A T, B T"),
        ({"with_level": "pillar"}, "a1 A, a2 A, a3 A, b1 B, b2 B"),
        ({"with_level": 3}, "a1 T, a2 T, a3 T, b1 T, b2 T"),
        ({"with_level": "ancestors"}, "a1 A, a1 T, a2 A, a2 T, a3 A, a3 T, b1 B, b1 T, b2 B, b2 T"),
        (
            {"with_level": "pillar", "family": False},
            "a1 A, a1 B, a2 A, a2 B, a3 A, a3 B, b1 A, b1 B, b2 A, b2 B",
        ),
    ],
)
def test_pairs(scores, kwargs, expected):
    table = correlations(scores, FW, **kwargs)
    assert ", ".join(pairs(table)) == expected
    first = table.iloc[0]
    both = scores[[first["a"], first["b"]]].dropna()
    assert first["r"] == pytest.approx(np.corrcoef(both.to_numpy().T)[0, 1])
    assert first["group_b"] == FW.table.at[first["b"], "parent"]


@pytest.mark.parametrize(
    ("noise", "sign", "flag"),
    [
        (0.2, 1, "collinear"),
        (1.0, 1, ""),
        (9.0, 1, "weak"),
        (1.0, -1, "negative"),
        (9.0, -1, "weak"),
    ],
)
def test_flags(noise, sign, flag):
    """Two orthogonal vectors: r is 1/√(1 + noise²) exactly."""
    x, e = np.array([1.0, -1, 1, -1] * 5), np.array([1.0, 1, -1, -1] * 5)
    panel = pd.DataFrame(0.0, index=range(20), columns=CODES)
    panel["a1"], panel["a2"] = x, sign * x + noise * e
    row = correlations(panel, FW).iloc[0]
    assert row["r"] == pytest.approx(sign / np.sqrt(1 + noise**2))
    assert row["flag"] == flag


def test_the_limits_of_the_flags_are_the_callers(panel):
    table = correlations(panel, FW, negative=-2, weak=-2, collinear=-2)
    assert set(table["flag"]) == {"collinear"}


@pytest.mark.parametrize("method", SCIPY)
@pytest.mark.parametrize(
    ("values", "n"),
    [([0.1] * 5, 5), ([1.0, 2.0, NAN, NAN, NAN], 2), ([NAN] * 5, 0)],
)
def test_undefined(method, values, n):
    panel = pd.DataFrame({code: [1.0, 2, 3, 5, 4] for code in CODES}).assign(a1=values)
    row = correlations(panel, FW, method=method).iloc[0]
    assert np.isnan(row["r"])
    assert np.isnan(row["p"])
    assert (row["n"], row["flag"], row["significant"]) == (n, "undefined", False)


@pytest.mark.parametrize("method", ["pearson", "spearman"])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_perfect_correlation(method, sign):
    x = np.array([0.1, 0.7, 0.3, 0.9])
    panel = pd.DataFrame(dict.fromkeys(CODES, x)).assign(a2=sign * x * 3)
    row = correlations(panel, FW, method=method).iloc[0]
    assert row["r"] == pytest.approx(sign)
    assert abs(row["r"]) <= 1
    assert row["p"] < 1e-6


@pytest.mark.parametrize(
    ("which", "kwargs", "message"),
    [
        ("panel", {"method": "cosine"}, "the method 'cosine'"),
        (
            "panel",
            {"level": "pillar"},
            r"a panel of indicators, without A, B; .*the scores of every",
        ),
        ("panel", {"level": "nation"}, "the level 'nation'"),
        ("scores", {"level": "index"}, "no pair of nodes for level 'index'"),
        ("scores", {"level": "pillar", "with_level": "indicator"}, "no pair .* 'indicator'"),
        ("scores", {"direction": False}, "turned already"),
    ],
)
def test_correlations_refuses(panel, scores, which, kwargs, message):
    with pytest.raises(DataError, match=message):
        correlations(panel if which == "panel" else scores, FW, **kwargs)


def test_bad_frames_are_named(panel, scores):
    with pytest.raises(DataError, match="the columns"):
        correlations(panel.assign(zz=1.0), FW)
    with pytest.raises(DataError, match="the unit 'u0' twice"):
        correlations(pd.concat([scores, scores.iloc[:1]]), FW)
    with pytest.raises(DataError, match="column 'A'"):
        correlations(scores.assign(A="high"), FW)
    with pytest.raises(DataError, match="column 'A': found True; expected a number for 'u0'"):
        correlations(scores.assign(A=True), FW)


# --- Cronbach's alpha -----------------------------------------------------------------------------


def test_alpha_is_the_classical_one_where_nothing_is_missing(panel):
    x = panel.dropna().assign(a3=-panel["a3"])  # a3 is better when lower
    group = x[["a1", "a2", "a3"]]
    expected = 3 / 2 * (1 - group.var().sum() / group.sum(axis=1).var())
    got = cronbach_alpha(panel.dropna(), FW, "A")
    assert got == pytest.approx(expected, abs=1e-12)


def test_alpha_by_hand():
    # b1: 1 2 3 4, b2: 1 3 2 4: variances 5/3, covariance 4/3: 4·(4/3)/(6) = 8/9.
    panel = pd.DataFrame(0.0, index=range(4), columns=CODES)
    panel["b1"], panel["b2"] = [1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 4.0]
    assert cronbach_alpha(panel, FW, "B") == pytest.approx(8 / 9)
    assert np.isnan(cronbach_alpha(panel, FW, "A"))  # nothing varies


def test_alpha_is_pairwise_complete():
    panel = pd.DataFrame(0.0, index=range(5), columns=CODES)
    panel["b1"], panel["b2"] = [1.0, 2.0, 3.0, 4.0, 10.0], [1.0, 3.0, 2.0, 4.0, NAN]
    # The variance of b1 is over five units (12.5), that of b2 over four (5/3), cov over four (4/3).
    assert cronbach_alpha(panel, FW, "B") == pytest.approx(4 * (4 / 3) / (12.5 + 5 / 3 + 8 / 3))


def test_standardised_alpha_is_that_of_the_mean_correlation(panel):
    x = panel.dropna().assign(a3=-panel["a3"])[["a1", "a2", "a3"]]
    r = np.corrcoef(x.to_numpy().T)[np.triu_indices(3, 1)].mean()
    got = cronbach_alpha(panel.dropna(), FW, "A", standardised=True)
    assert got == pytest.approx(3 * r / (1 + 2 * r))


def test_alpha_of_every_group(panel, scores):
    got = cronbach_alpha(scores, FW)
    assert got.index.tolist() == ["T", "A", "B"]
    for node, value in got.items():
        assert value == pytest.approx(cronbach_alpha(scores, FW, node))
    assert cronbach_alpha(panel, FW).index.tolist() == ["A", "B"]  # T's members are not there
    every = cronbach_alpha(panel, FW, level="indicator")
    assert every.index.tolist() == ["T", "A", "B"]
    assert every["T"] == pytest.approx(cronbach_alpha(panel, FW, "T", level=1))
    assert every["A"] == pytest.approx(cronbach_alpha(panel, FW, "A"))


def test_copies_have_an_alpha_of_1_and_opposites_none():
    x = [1.0, 5.0, 2.0, 9.0]
    panel = pd.DataFrame(dict.fromkeys(CODES, x))
    panel["a3"] = -panel["a3"]  # turned by its direction
    assert cronbach_alpha(panel, FW, "A") == pytest.approx(1.0)
    panel["b2"] = -panel["b1"]
    assert np.isnan(cronbach_alpha(panel, FW, "B"))


@pytest.mark.parametrize(
    ("node", "message"),
    [("zz", "the node 'zz'"), ("a1", "0 members of 'a1'"), ("T", "a panel of indicators")],
)
def test_alpha_refuses(panel, node, message):
    with pytest.raises(DataError, match=message):
        cronbach_alpha(panel, FW, node)


@given(
    st.lists(st.tuples(*[st.integers(-99, 99)] * 3), min_size=4, max_size=9),
    st.floats(0.1, 10),
)
@settings(deadline=None, max_examples=50)
def test_alpha_never_exceeds_1_and_ignores_the_unit_of_measure(rows, factor):
    panel = pd.DataFrame(0.0, index=range(len(rows)), columns=CODES)
    panel[["a1", "a2", "a3"]] = np.array(rows, dtype=float)
    here, there = (cronbach_alpha(p, FW, "A") for p in (panel, panel * factor + 3))
    np.testing.assert_allclose(there, here, rtol=1e-6)
    assert np.isnan(here) or here <= 1 + 1e-9


# --- principal components -------------------------------------------------------------------------


def test_two_variables_by_hand():
    # r = 0.8 (above): eigenvalues 1.8 and 0.2, loadings 1/√2 each.
    panel = pd.DataFrame(0.0, index=range(4), columns=CODES)
    panel["b1"], panel["b2"] = [10.0, 20.0, 30.0, 40.0], [1.0, 3.0, 2.0, 4.0]
    got = pca(panel, FW, "B")
    np.testing.assert_allclose(got.table["eigenvalue"], [1.8, 0.2])
    np.testing.assert_allclose(got.table["share"], [0.9, 0.1])
    np.testing.assert_allclose(got.table["cumulative"], [0.9, 1.0])
    np.testing.assert_allclose(got.loadings["PC1"], [np.sqrt(0.5)] * 2)
    np.testing.assert_allclose(got.correlations["PC1"], [np.sqrt(0.9)] * 2)
    assert got.loadings.index.tolist() == ["b1", "b2"]
    assert got.n == 4


def test_agrees_with_a_singular_value_decomposition(panel):
    x = panel.dropna().assign(a3=-panel["a3"])
    z = ((x - x.mean()) / x.std()).to_numpy()
    _, singular, rotation = np.linalg.svd(z, full_matrices=False)
    got = pca(panel, FW)
    assert got.n == len(x) == 27
    assert got.loadings.index.tolist() == CODES
    np.testing.assert_allclose(got.table["eigenvalue"], singular**2 / (len(x) - 1))
    np.testing.assert_allclose(np.abs(got.loadings), np.abs(rotation.T), atol=1e-9)
    assert (got.loadings.sum() > 0).all()
    assert got.table["eigenvalue"].sum() == pytest.approx(5)
    # Each variable's correlation with the component, from the units' own places on it.
    first = z @ got.loadings["PC1"].to_numpy()
    expected = [np.corrcoef(first, z[:, i])[0, 1] for i in range(5)]
    np.testing.assert_allclose(got.correlations["PC1"], expected)


def test_opposites_have_a_settled_sign():
    x = np.array([1.0, 5.0, 2.0, 9.0])
    panel = pd.DataFrame(dict.fromkeys(CODES, x)).assign(b1=-x)
    got = pca(panel, FW, "B")
    np.testing.assert_allclose(got.loadings["PC1"], [np.sqrt(0.5), -np.sqrt(0.5)])
    np.testing.assert_allclose(got.table["eigenvalue"], [2.0, 0.0], atol=1e-12)


def test_which_variables(panel, scores):
    assert pca(scores, FW, "T").loadings.index.tolist() == ["A", "B"]
    assert pca(panel, FW, "A").loadings.index.tolist() == ["a1", "a2", "a3"]
    assert pca(scores, FW, level="pillar").loadings.index.tolist() == ["A", "B"]
    assert pca(panel, FW, "T", level="indicator").loadings.index.tolist() == CODES
    # Min-max is linear and variables are standardised: scores of indicators give the same.
    np.testing.assert_allclose(pca(scores, FW).loadings, pca(panel, FW).loadings, atol=1e-9)


def test_pca_refuses(panel):
    with pytest.raises(DataError, match="column 'a2': found one and the same value"):
        pca(panel.assign(a2=1.0), FW)
    with pytest.raises(DataError, match=r"0 units with a value .* leave out 'b1'"):
        pca(panel.assign(b1=NAN), FW)
    with pytest.raises(DataError, match="the node 'zz'"):
        pca(panel, FW, "zz")
    with pytest.raises(DataError, match="no members of 'a1'"):
        pca(panel, FW, "a1")
    with pytest.raises(DataError, match="the scores of every node"):
        pca(panel, FW, "T")
