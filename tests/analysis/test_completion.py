"""The published scoreboards completed: every draw satisfies every fact."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from piilib.analysis.completion import complete_scoreboard, read_system
from piilib.analysis.completion_calibration import (
    SHORT,
    _unknown_change,
    calibration_table,
    simulate_facts,
)
from piilib.analysis.completion_run import Settings
from piilib.analysis.merger import merger_check
from piilib.data.tables import load_scoreboard
from piilib.errors import DataError

#: Too short to have converged; long enough for what must hold in every draw.
QUICK = Settings(chains=64, blocks=2, starts=2, melt=10, burn=40, sweeps=40, jumps=60)


@pytest.fixture(scope="module")
def joint():
    return complete_scoreboard(2024, draws=200, seed=1, settings=QUICK)


def test_every_draw_satisfies_every_fact(joint):
    used = joint.facts[joint.facts["used"]]
    assert len(used) == 117
    assert (used["satisfied"] == 200).all()
    system, _, _ = read_system(2024)
    x = np.stack([joint.joint[year].to_numpy() for year in (2023, 2024)], axis=1)
    assert system.feasible(x).all()


def test_facts_checked_by_hand(joint):
    """The same facts, written out again from the sources without the library's reading."""
    ranks = {year: table.rank(axis=1, ascending=False) for year, table in joint.joint.items()}
    pd.testing.assert_frame_equal(ranks[2024], joint.ranks.astype(float))
    for year, table in joint.joint.items():
        board = load_scoreboard(year).table
        for key, row in board.dropna(subset=["rank"]).iterrows():
            assert (ranks[year][key] == row["rank"]).all()
        for key, row in board.dropna(subset=["score"]).iterrows():
            half = 0.05 if (year, key) == (2023, "long-an") else 0.005
            assert (table[key] - row["score"]).abs().max() <= half + 1e-9
    southeast = [
        "ba-ria-vung-tau",
        "binh-duong",
        "binh-phuoc",
        "dong-nai",
        "ho-chi-minh",
        "tay-ninh",
    ]
    for year, mean in ((2023, 44.81), (2024, 43.10)):
        assert (joint.joint[year][southeast].mean(axis=1) - mean).abs().max() <= 0.005 + 1e-9
    for key in ("dong-thap", "tien-giang", "vinh-long"):
        assert ranks[2023][key].between(11, 30).all()
        assert ranks[2024][key].between(31, 50).all()
    for draw in range(200):
        before, after = ranks[2023].loc[draw], ranks[2024].loc[draw]
        stay = before[before.between(11, 30)].index.difference(
            ["bac-giang", "dong-thap", "tien-giang", "vinh-long"]
        )
        assert len(stay) == 16
        assert (after[stay] <= 30).all()
    highlands = ["dak-lak", "dak-nong", "gia-lai", "kon-tum", "lam-dong"]
    assert (joint.joint[2024][highlands].idxmax(axis=1) == "lam-dong").all()
    assert (joint.joint[2023][highlands].idxmin(axis=1) == "gia-lai").all()


def test_shapes_and_names(joint):
    assert joint.scores.shape == joint.ranks.shape == (200, 63)
    assert list(joint.scores.columns) == list(load_scoreboard(2024).table.index)
    assert "2.25²" in joint.prior
    assert "[22.18, 62.87]" in joint.prior  # 22.175 and 62.865, to two decimals
    unused = joint.facts[~joint.facts["used"]]
    assert len(unused) == 11
    assert unused["satisfied"].isna().all()


def test_intervals(joint):
    low, high = joint.interval("cao-bang", 0.9)
    assert 23.945 <= low <= high <= 23.955
    assert (low, high) == joint.interval("cao-bang")
    table = joint.interval(0.5)
    assert (table["low"] <= table["median"]).all()
    assert (table["median"] <= table["high"]).all()
    values = joint.scores["lang-son"].to_numpy()
    expected = tuple(np.quantile(values, [0.05, 0.95]))
    assert joint.interval("lang-son", 0.9) == pytest.approx(expected)
    assert joint.probability("cao-bang", 62) == 0.0
    assert joint.probability("hue", 13) == 1.0
    ranks = joint.interval("lam-dong", 0.9, of="ranks")
    assert ranks == (21.0, 21.0)


def test_summary(joint):
    table = joint.summary
    assert table["published"].sum() == 15
    assert table.loc["cao-bang", "rank"] == 63
    assert np.isnan(table.loc["hue", "score"])
    assert ((table["low"] <= table["median"]) & (table["median"] <= table["high"])).all()
    assert (table["ess"] <= 200).all()
    assert (table["rhat"] >= 0.98).all()
    assert (joint.standard_error > 0).all()
    expected = joint.scores["lang-son"].std() / np.sqrt(
        joint.convergence.loc[(2024, "lang-son")]["mean_ess"]
    )
    assert joint.standard_error["lang-son"] == pytest.approx(expected)


def test_one_seed_one_result_whatever_the_executor(monkeypatch):
    monkeypatch.setenv("PIILIB_CACHE", "")  # drawn each time, not found again
    alone = complete_scoreboard(2025, 200, 1, settings=QUICK)
    with ThreadPoolExecutor(2) as pool:
        again = complete_scoreboard(2025, 200, 1, settings=QUICK, executor=pool)
    pd.testing.assert_frame_equal(again.scores, alone.scores)
    pd.testing.assert_frame_equal(again.facts, alone.facts)
    pd.testing.assert_frame_equal(again.summary, alone.summary)


def test_another_seed_another_result():
    one, two = (complete_scoreboard(2025, 50, seed).scores["ca-mau"] for seed in (1, 2))
    assert not np.allclose(one, two)


def test_2025_stands_alone_and_is_wide():
    c = complete_scoreboard(2025, draws=500)
    assert c.scores.shape == (500, 34)
    assert (c.facts.loc[c.facts["used"], "satisfied"] == 500).all()
    assert "34.80" in c.prior or "34.8" in c.prior
    assert c.summary["rhat"].max() < 1.05
    assert c.summary["ess"].min() > 200
    board = load_scoreboard(2025).table
    quiet = board.index[board["rank"].isna()]
    # nothing tells the 23 units without a rank apart: their ranks are uniform over the free ones
    free = sorted(set(range(1, 35)) - set(board["rank"].dropna()))
    shares = pd.Series(c.ranks[quiet].to_numpy().ravel()).value_counts(normalize=True)
    assert list(shares.sort_index().index) == free
    np.testing.assert_allclose(shares, 1 / 23)
    means = c.ranks[quiet].mean()
    error = np.std(free) / np.sqrt(c.summary.loc[quiet, "ess"])
    assert ((means - np.mean(free)).abs() < 4.5 * error).all()
    below = c.scores[quiet].to_numpy()[c.ranks[quiet].to_numpy() > 24]
    # ten units flat on [22.175, 34.80]
    assert below.mean() == pytest.approx((22.175 + 34.8) / 2, abs=0.3)


def test_flat_prior_of_one_year():
    c = complete_scoreboard(2024, draws=200, prior="flat", settings=QUICK)
    assert (c.facts.loc[c.facts["used"], "satisfied"] == 200).all()
    assert list(c.joint) == [2024]
    assert any("needs the ranks of 2023" in note for note in c.facts["note"])


def test_the_whole_run_converges():
    """The default settings: the standard that results are held to."""
    c = complete_scoreboard(2024)
    assert (c.facts.loc[c.facts["used"], "satisfied"] == 1000).all()
    assert c.convergence["rhat"].max() <= 1.05
    assert c.convergence["ess"].min() >= 400
    summary = c.summary
    width = (summary["high"] - summary["low"])[~summary["published"]]
    assert 6.8 < width.median() < 8.6  # 7.7 by another sampler
    check = merger_check(c.scores)
    assert (check.correlation["median"] > 0.5).all()


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"year": 2022}, "year=2022"),
        ({"year": 2024, "prior": "jolly"}, "prior='jolly'"),
        ({"year": 2024, "draws": 0}, "draws=0"),
        ({"year": 2024, "tau": 0.0}, "tau=0.0"),
    ],
)
def test_errors(kwargs, message):
    with pytest.raises(DataError, match=message):
        complete_scoreboard(**kwargs)


def test_errors_of_intervals(joint):
    for call in (
        lambda: joint.interval("atlantis"),
        lambda: joint.interval("hue", 1.5),
        lambda: joint.interval("hue", of="places"),
        lambda: joint.probability("atlantis", 3),
    ):
        with pytest.raises(DataError):
            call()


def test_a_simulated_scoreboard_publishes_the_same():
    system, _, _ = read_system(2024)
    truth, board = simulate_facts(system, np.random.default_rng(3))
    assert board.feasible(truth[None]).all()
    for kind in ("score", "mean"):
        counts = [sum(f.kind == kind for f in one.facts) for one in (system, board)]
        assert counts[1] == pytest.approx(counts[0], abs=2)  # two units may be one
    exact = [sum(f.kind == "rank" and f.low == f.high for f in s.facts) for s in (system, board)]
    assert exact[0] == exact[1]


def test_calibration_of_simulated_scoreboards():
    table = calibration_table(2024, simulated=2, removals=(), settings=SHORT)
    assert set(table["rests_on"]) == {"simulated"}
    for _, row in table.iterrows():
        # the binomial error of about 46 units of each board
        error = (row["high"] - row["low"]) / 2 + 2 * np.sqrt(row["level"] * (1 - row["level"]) / 92)
        assert row["coverage"] == pytest.approx(row["level"], abs=max(error, 0.12))


def test_a_held_back_mean_takes_its_change_along():
    system, _, _ = read_system(2024)
    (held,) = [f for f in system.facts if (f.year, f.kind, f.units) == (2024, "score", ("ha-noi",))]
    change = _unknown_change(system, held)
    delta = [unit in ("ha-noi", "hai-duong", "vinh-phuc") for unit in system.units]
    elsewhere = system.change[np.abs(system.change + 2.40) > 0.001]  # not the Red River Delta
    np.testing.assert_allclose(change[delta], elsewhere.mean())
    np.testing.assert_allclose(change[system.units.index("cao-bang")], -0.16)


def test_calibration_errors():
    with pytest.raises(DataError, match="removal"):
        calibration_table(removals=("rank",))
    with pytest.raises(DataError, match="year=2025"):
        calibration_table(2025, simulated=0, removals=())
