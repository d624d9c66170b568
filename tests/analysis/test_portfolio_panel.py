"""What every rank costs every unit: closed forms, other solvers, and the panel built again."""

import itertools
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import linprog

import piilib as pii
from piilib.analysis.effort import effort as effort_of
from piilib.analysis.portfolio_panel import least_effort_ranks, least_effort_steps
from piilib.data.effort_tables import load_effort
from piilib.errors import DataError

FW = pii.Framework.from_frame(
    pd.DataFrame(
        [
            ("T", "", 1, 1), ("A", "T", 2, 1), ("a1", "A", 1, 1), ("a2", "A", 3, -1),
            ("b", "T", 1, 1), ("c", "T", 1, 1),
        ],
        columns=["code", "parent", "weight", "direction"],
    )
)  # fmt: skip
EFFORT = pd.DataFrame(
    {
        "kind": ["index", "share", "amount", "count-flow"],
        "step": [0.5, 4.0, 0.1, 1.0],
        "difficulty": [2.0, 3.0, 1.0, 4.0],
        "lag_years": 1.0,
    },
    index=["a1", "a2", "b", "c"],
)


def panel_of(seed: int, units: int = 8) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    scale = {"a1": 10.0, "a2": 80.0, "b": 3.0, "c": 20.0}
    made = {code: rng.uniform(0, size, units) for code, size in scale.items()}
    return pd.DataFrame(made, index=[f"u{i}" for i in range(units)])


def frozen(panel: pd.DataFrame, **more) -> pii.Method:
    """Min-max with the goalposts that the panel has now."""
    ends = {code: (panel[code].min(), panel[code].max()) for code in panel}
    return pii.Method(normalisation=pii.Normalisation("goalposts", goalposts=ends), **more)


def one_indicator(values, **columns):
    """Make a panel, its tree and its efforts of one indicator."""
    panel = pd.DataFrame({"a": values}, index=[f"u{i}" for i in range(len(values))], dtype=float)
    fw = pii.Framework.from_frame(pii.framework_template(panel))
    table = {"kind": "index", "step": 2.0, "difficulty": 3.0, "lag_years": 1.0} | columns
    return panel, fw, pd.DataFrame(table, index=["a"])


def cost(start, end, step, difficulty, span):
    """Integrate the effort numerically, in two pieces."""
    here = max(1 - start, 0.05)
    bend = min(max(0.95, start), end)
    parts = [
        quad(lambda u: here / max(1 - u, 0.05), *ends)[0] for ends in ((start, bend), (bend, end))
    ]
    return difficulty * span / step * sum(parts)


@pytest.mark.parametrize("end", [0.3, 0.6, 0.9, 0.95, 0.97, 1.0])
@pytest.mark.parametrize("start", [0.0, 0.25])
def test_one_indicator_is_the_closed_form(start, end):
    """On a span of 40: difficulty · span/step · (1 − u₀) · ln(…), then a line."""
    panel, fw, table = one_indicator([0.0, 40.0, 40 * start, 40 * end])
    found = least_effort_ranks(panel, fw, effort=table)
    rank = 1 if end == 1.0 else 2
    here, low = 1 - start, max(1 - end, 0.05)
    curved = here * np.log(here / low) + here * max(end - 0.95, 0) / 0.05
    assert found.at["u2", rank] == pytest.approx(3.0 * 40 / 2 * curved, rel=1e-9)
    assert found.at["u2", rank] == pytest.approx(cost(start, end, 2.0, 3.0, 40.0), rel=1e-6)


def test_where_little_is_left_it_is_a_line():
    """From 0.96 to 1, below the floor: the price stays that of the first step."""
    panel, fw, table = one_indicator([0.0, 100.0, 96.0])
    assert least_effort_ranks(panel, fw, effort=table).at["u2", 1] == pytest.approx(
        3 * 100 / 2 * 0.04
    )


def test_it_is_the_effort_of_the_levers():
    """Beyond one whole step the effort of one indicator is that of `effort`."""
    panel, fw, table = one_indicator([0.0, 40.0, 8.0, 36.0])
    expected = float(effort_of(0.2, 0.9, 2.0, 3.0, 40.0))
    assert least_effort_ranks(panel, fw, effort=table).at["u2", 2] == pytest.approx(expected)


def test_own_rank_costs_nothing_and_a_tie_is_enough():
    """Scores 0, 50, 50, 100: from 0 a score of 50 is rank 2 (1, 2, 2, 2), so 3 costs the same."""
    panel, fw, table = one_indicator([0.0, 5.0, 5.0, 10.0])
    found = least_effort_ranks(panel, fw, effort=table)
    assert found.columns.tolist() == [1, 2, 3, 4]
    assert found.loc["u0"].gt(0).tolist() == [True, True, True, False]
    assert found.at["u0", 2] == found.at["u0", 3]
    assert found.loc["u1"].tolist()[1:] == [0, 0, 0]
    assert found.loc["u3"].tolist() == [0, 0, 0, 0]
    steps = least_effort_steps(panel, fw, "u0", 2, effort=table)
    panel.loc["u0", "a"] = steps.at["a", "to"]
    assert steps.at["a", "to"] == pytest.approx(5.0, abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_against_linear_programming(seed):
    """Curves cut into 600 pieces: HiGHS may be dearer by the cut alone."""
    panel, pieces = panel_of(seed), 600
    found, scores = least_effort_ranks(panel, FW, effort=EFFORT), pii.Method().score(panel, FW)
    unit = scores.scores["T"].idxmin()
    price, gain, room = [], [], []
    for code, weight in FW.effective_weights().items():
        start, span = scores.scores.at[unit, code] / 100, np.ptp(panel[code])
        ends = np.linspace(start, 1.0, pieces + 1)
        step, difficulty = EFFORT.loc[code, ["step", "difficulty"]]
        each = [
            difficulty * span / step * max(1 - start, 0.05) * (b - a) / max(1 - (a + b) / 2, 0.05)
            for a, b in itertools.pairwise(ends)
        ]
        price += each
        gain += [100 * weight * (1 - start) / pieces] * pieces
        room += [(0, 1)] * pieces
    for rank in (1, 2, 4, 7):
        needed = scores.scores["T"].drop(unit).nlargest(rank).iloc[-1] - scores.scores.at[unit, "T"]
        best = linprog(price, A_ub=[[-x for x in gain]], b_ub=[-needed], bounds=room).fun
        assert found.at[unit, rank] == pytest.approx(best, rel=2e-4, abs=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_two_indicators_by_brute_force(seed):
    """Every division of the points between the two, on a fine grid, integrated numerically."""
    panel = panel_of(seed)[["b", "c"]]
    fw = pii.Framework.from_frame(pii.framework_template(panel))
    found, scores = (
        least_effort_ranks(panel, fw, effort=EFFORT),
        pii.Method().score(panel, fw).scores,
    )
    root = fw.root
    unit = scores[root].idxmin()
    start, span = scores.loc[unit, ["b", "c"]] / 100, np.ptp(panel.to_numpy(), axis=0)
    needed = scores[root].nlargest(3).iloc[-1] - scores.at[unit, root]
    totals = []
    for u in np.linspace(start["b"], 1.0, 400):
        v = start["c"] + needed / 50 - (u - start["b"])
        if start["c"] <= v <= 1:
            both = [
                cost(start[code], end, *EFFORT.loc[code, ["step", "difficulty"]], span[i])
                for i, (code, end) in enumerate((("b", u), ("c", v)))
            ]
            totals.append(sum(both))
    assert found.at[unit, 3] <= min(totals) + 1e-9
    assert found.at[unit, 3] == pytest.approx(min(totals), rel=1e-3)


@given(st.integers(0, 10_000), st.integers(0, 7), st.integers(1, 8))
@settings(deadline=None, max_examples=40)
def test_the_answer_applied_gives_the_rank_and_a_little_less_does_not(seed, unit, rank):
    panel, name = panel_of(seed), f"u{unit}"
    method, values = frozen(panel), panel.copy()
    own = method.score(panel, FW).ranks.at[name, "T"]
    found = least_effort_ranks(panel, FW, method, EFFORT)
    steps = least_effort_steps(panel, FW, name, rank, method, EFFORT)
    assert steps["effort"].sum() == pytest.approx(found.at[name, rank], rel=1e-6, abs=1e-6)
    assert (steps["steps"] > 0).all()
    assert steps.empty == (rank >= own)
    assume(rank < own)
    values.loc[name, steps.index] = steps["to"]
    after = method.score(values, FW)
    assert after.ranks.at[name, "T"] <= rank
    gained = after.scores.at[name, "T"] - method.score(panel, FW).scores.at[name, "T"]
    assert steps["gain"].sum() == pytest.approx(gained, abs=1e-9)
    code = steps["gain"].idxmax()
    way = (steps["to"] - steps["value"]) / steps["gain"]
    values.loc[name, code] -= 0.01 * way[code]
    assert method.score(values, FW).ranks.at[name, "T"] > rank


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=25)
def test_a_better_rank_never_costs_less(seed):
    panel = panel_of(seed)
    panel = panel.mask(np.random.default_rng(seed).random(panel.shape) < 0.1)
    assume((panel.max() > panel.min()).all())
    found = least_effort_ranks(panel, FW, effort=EFFORT).dropna().to_numpy()
    assert (found[:, :-1] >= found[:, 1:]).all()
    assert (found[:, -1] == 0).all()
    dearer = least_effort_ranks(panel, FW, effort=EFFORT, exclude=["b"]).dropna().to_numpy()
    assert (dearer >= found * (1 - 1e-9)).all()


@pytest.mark.parametrize("how", ["minmax", "goalposts", "data", "tree", "range", "by code"])
def test_the_same_answer_by_every_way_to_say_the_same_goalposts(how):
    panel = panel_of(1)
    ends = {code: (panel[code].min(), panel[code].max()) for code in panel}
    fw = FW
    if how == "tree":
        low, high = (pd.Series({c: pair[i] for c, pair in ends.items()}) for i in (0, 1))
        columns = {"goalpost_low": low, "goalpost_high": high}
        fw = pii.Framework(FW.table.assign(**columns))
    rule = {
        "minmax": "minmax",
        "goalposts": pii.Normalisation("goalposts", goalposts=ends, clip=False),
        "data": pii.Normalisation("goalposts", goalposts="data"),
        "tree": "goalposts",
        "range": pii.Normalisation("minmax", range=(1, 100)),
        "by code": {"b": pii.Normalisation("goalposts", goalposts=ends)},
    }[how]
    found = least_effort_ranks(panel, fw, pii.Method(normalisation=rule), EFFORT)
    expected = least_effort_ranks(panel, FW, effort=EFFORT)
    pd.testing.assert_frame_equal(found, expected, rtol=1e-9)


def test_weights_caps_and_missing_values():
    """A cap below what most have, a group with a child missing, other weights: built again."""
    panel = panel_of(2)
    panel.loc["u1", "a2"] = panel.loc["u2", "c"] = np.nan
    panel.loc["u3"] = np.nan
    treatment = {"b": pii.Treatment("cap", upper=1.5)}
    method = pii.Method(treatment=treatment, weights={"a1": 5, "c": 0.5})
    found = least_effort_ranks(panel, FW, method, EFFORT)
    assert found.loc["u3"].isna().all()
    result = method.score(panel, FW)
    behind = result.ranks["T"][result.ranks["T"] > 1].astype(int)
    assert {"u1", "u2"} <= set(behind.index)
    for unit, rank in (behind - 1).items():
        steps = least_effort_steps(panel, FW, unit, rank, method, EFFORT)
        changes = steps["to"].to_dict()
        again = pii.panel_what_if(panel, FW, unit, changes, method)
        assert again.units.at[unit, "frozen_rank"] <= rank
        gained = again.units.at[unit, "frozen_score"] - again.units.at[unit, "score"]
        assert steps["gain"].sum() == pytest.approx(gained, abs=1e-9)
        assert np.isfinite(found.at[unit, rank])
    assert "a2" not in least_effort_steps(panel, FW, "u1", 1, method, EFFORT).index


def test_below_the_goalpost_an_indicator_stays():
    panel, fw, table = one_indicator([-5.0, 4.0, 10.0])
    method = pii.Method(normalisation=pii.Normalisation("goalposts", goalposts={"a": (0, 10)}))
    found = least_effort_ranks(panel, fw, method, table)
    assert found.loc["u0"].tolist() == [np.inf, np.inf, 0.0]
    assert np.isfinite(found.at["u1", 1])


@pytest.mark.parametrize("kind", ["growth", "excluded"])
def test_growth_and_excluded_never_move(kind):
    panel = panel_of(3)
    table = EFFORT.assign(kind=[kind, "share", "amount", "count-flow"])
    found = least_effort_ranks(panel, FW, effort=table)
    left_out = least_effort_ranks(panel, FW, effort=EFFORT, exclude="a1")
    pd.testing.assert_frame_equal(found, left_out)
    unit = found[1].replace(np.inf, np.nan).idxmax()
    assert "a1" not in least_effort_steps(panel, FW, unit, 1, effort=table).index


def test_not_attainable():
    """y has 100 everywhere; x may move only b, which weighs a half."""
    panel = pd.DataFrame({"b": [0.0, 3.0, 1.0], "c": [0.0, 9.0, 8.0]}, index=["x", "y", "z"])
    fw = pii.Framework.from_frame(pii.framework_template(panel))
    found = least_effort_ranks(panel, fw, effort=EFFORT, exclude=["c"])
    assert found.loc["x"].tolist() == [np.inf, np.inf, 0.0]
    assert found.loc["z"].tolist() == [np.inf, 0.0, 0.0]
    everything = least_effort_ranks(panel, fw, effort=EFFORT)
    whole = sum(
        cost(0, 1, *EFFORT.loc[code, ["step", "difficulty"]], panel[code].max()) for code in "bc"
    )
    assert everything.at["x", 1] == pytest.approx(whole, rel=1e-6)
    with pytest.raises(
        DataError, match=r"rank 1 for 'z', which needs 38.89 points and can gain 33.33"
    ):
        least_effort_steps(panel, fw, "z", 1, effort=EFFORT, exclude=["c"])


def test_costs_in_money_are_linear():
    """A million a unit and 2 units of 10 to go, whatever the place: 2 million."""
    panel, fw, table = one_indicator([0.0, 10.0, 4.0, 6.0], difficulty=2.0)
    money = table.assign(effort_unit="million VND", natural_size=1.0)
    assert least_effort_ranks(panel, fw, effort=money).loc["u2"].tolist() == [6, 2, 0, 0]
    unknown = money.assign(difficulty=np.nan)
    assert least_effort_ranks(panel, fw, effort=unknown).loc["u2"].tolist() == [np.inf] * 2 + [0, 0]


def test_the_whole_country_in_less_than_a_second():
    """63 × 52 and every rank take an eighth of a second; the same by steps of one unit."""
    panel, fw = pii.demonstration().panels[2024], pii.Framework.official(2024)
    method, efforts = pii.Method(treatment="official"), load_effort()
    least_effort_ranks(panel, fw, method, efforts)
    began = time.process_time()
    found = least_effort_ranks(panel, fw, method, efforts)
    assert time.process_time() - began < 1.0
    assert found.shape == (63, 63)
    assert (found.to_numpy()[:, :-1] >= found.to_numpy()[:, 1:]).all()
    steps = least_effort_steps(panel, fw, "cao-bang", 50, method, efforts)
    assert steps["effort"].sum() == pytest.approx(found.at["cao-bang", 50], rel=1e-6)
    assert not set(steps.index) & {"7.1.1", "7.1.4", "7.2.1", "4.1.2", "4.2.3"}
    again = pii.panel_what_if(panel, fw, "cao-bang", steps["to"].to_dict(), method)
    assert again.units.at["cao-bang", "frozen_rank"] <= 50


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"method": pii.Method(normalisation="zscore")}, "the normalisation 'zscore'.*frozen"),
        ({"method": pii.Method(normalisation={"b": "rank"})}, "the normalisation 'rank' of 'b'"),
        ({"method": pii.Method(treatment="coin")}, "the treatment 'coin'"),
        ({"method": pii.Method(aggregation="geometric", normalisation=pii.Normalisation(
            "minmax", range=(1, 100)))}, "the aggregation 'geometric'.*arithmetic"),
        ({"method": pii.Method(aggregation="copeland")}, "the aggregation 'copeland'"),
        ({"effort": EFFORT.drop("c")}, "efforts without c"),
        ({"effort": EFFORT.drop(columns="kind")}, "efforts without kind"),
        ({"effort": EFFORT.assign(step=0.0)}, "the step 0.0 of a1"),
        ({"effort": EFFORT.assign(difficulty=np.nan)}, "the difficulty nan of a1"),
        ({"exclude": ["z9"]}, "'z9' among the excluded"),
        ({"unit": "nowhere"}, "the unit 'nowhere'"),
        ({"unit": "empty"}, "'empty' without a score"),
        ({"rank": 0}, "rank 0"),
        ({"rank": 10}, "rank 10.*1 to 9"),
        ({"rank": 2.5}, "rank 2.5"),
    ],
)  # fmt: skip
def test_wrong_requests(change, message):
    panel = panel_of(0)
    panel.loc["empty"] = np.nan
    asked = {"unit": "u0", "rank": 1, "effort": EFFORT} | change
    with pytest.raises(DataError, match=message):
        least_effort_steps(panel, FW, **asked)
