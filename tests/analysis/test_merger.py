"""63 provinces into 34 units."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piilib.analysis.merger import WEIGHTS, merge_scores, merger_check, merger_weights
from piilib.data.provinces import provinces
from piilib.data.tables import load_scoreboard
from piilib.errors import DataError

KEYS = list(provinces(63).index)


def board(**scores: float) -> pd.DataFrame:
    row = dict.fromkeys(KEYS, 40.0) | {key.replace("_", "-"): v for key, v in scores.items()}
    return pd.DataFrame([row])


@pytest.mark.parametrize(
    ("weights", "ho_chi_minh", "lao_cai"),
    [
        ("equal", 40.0, 33.0),
        # 787.066 and 863.338 thousand people of Lào Cai and Yên Bái
        ("population", 40.0, (787.066 * 30 + 863.338 * 36) / (787.066 + 863.338)),
        ("worst-low", 20.0, 30.0),
        ("worst-high", 70.0, 36.0),
    ],
)
def test_by_hand(weights, ho_chi_minh, lao_cai):
    scores = board(ho_chi_minh=20, binh_duong=70, ba_ria_vung_tau=30, lao_cai=30, yen_bai=36)
    merged = merge_scores(scores, weights)
    assert merged.shape == (1, 34)
    assert merged["ho-chi-minh"].item() == pytest.approx(ho_chi_minh)
    assert merged["lao-cai"].item() == pytest.approx(lao_cai)
    assert merged["cao-bang"].item() == 40.0


def test_weights_table():
    table = merger_weights()
    assert len(table) == 63
    for name in ("equal", "population_weight"):
        np.testing.assert_allclose(table.groupby("unit")[name].sum(), 1.0)
    known = set(table.loc[table["known"] & (table["equal"] < 1), "unit"])
    assert known == {"lao-cai"}
    rest = table[~table["unit"].isin(known)]
    np.testing.assert_array_equal(rest["equal"], rest["population_weight"])


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_every_mean_lies_between_its_members(seed):
    scores = pd.DataFrame(np.random.default_rng(seed).uniform(20, 65, (3, 63)), columns=KEYS)
    low, high = merge_scores(scores, "worst-low"), merge_scores(scores, "worst-high")
    for weights in WEIGHTS:
        merged = merge_scores(scores, weights)
        assert (merged >= low - 1e-9).all(axis=None)
        assert (merged <= high + 1e-9).all(axis=None)


def perfect() -> pd.DataFrame:
    """Scores whose merged order is that of the published ranks of 2025."""
    published = load_scoreboard(2025).table["rank"].dropna()
    table = merger_weights()
    scores = pd.Series(10.0 + np.arange(63) / 1000, index=KEYS)
    for unit, rank in published.items():
        scores[table.index[table["unit"] == unit]] = 100.0 - rank
    return pd.DataFrame([scores, scores + 1.0])


def test_check_of_a_perfect_order():
    check = merger_check(perfect())
    assert (check.correlation[["low", "median", "high"]] == 1.0).all(axis=None)
    assert set(check.correlation["units"]) == {11}
    assert list(check.correlation.index) == list(WEIGHTS)
    top = check.units.loc[("ha-noi", "equal")]
    assert (top["published"], top["median"], bool(top["outside"])) == (1, 1, False)
    # ranks 1-6 and 8 and 9 of eleven: the 7th is not published, so the 8th comes 7th here
    assert bool(check.units.loc[("da-nang", "equal"), "outside"])
    assert "da-nang" in check.discrepancies.index.get_level_values("unit")
    assert "ha-noi" not in check.discrepancies.index.get_level_values("unit")


def test_check_of_a_reversed_order():
    check = merger_check(-perfect())
    assert (check.correlation["median"] == -1.0).all()


def test_how_much_weights_matter():
    table = merger_check(board(ho_chi_minh=20, binh_duong=70, ba_ria_vung_tau=30)).weights_matter
    assert len(table) == 34
    assert table.loc["ho-chi-minh", "members"] == 3
    assert table.loc["ho-chi-minh", "spread"] == 50.0
    assert table.loc["cao-bang", "spread"] == 0.0
    assert bool(table.loc["cao-bang", "known"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: merge_scores(board(), "gdp"), "weights='gdp'"),
        (lambda: merge_scores(board().drop(columns="hue")), "no score of hue"),
        (lambda: merge_scores(board().assign(x=1.0)), "'x'"),
        (lambda: merge_scores(board(hue=np.nan)), "column 'hue'"),
        (lambda: merger_check(board(), year=2024), "year=2024"),
    ],
)
def test_errors(call, message):
    with pytest.raises(DataError, match=message):
        call()
