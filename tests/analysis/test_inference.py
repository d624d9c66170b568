"""What Cao Bằng's two sheets say of the official method, found without being told."""

import dataclasses
from itertools import combinations

import numpy as np
import pytest

from piilib.analysis.inference import CANDIDATES, Evidence, Inference, infer_method
from piilib.analysis.inference_fits import PLAIN, narrow
from piilib.analysis.inference_groups import groups
from piilib.analysis.inference_search import apply, moves_of, scores_in, search
from piilib.index.aggregation import arithmetic
from piilib.index.framework import Framework
from piilib.index.reconcile import indicator_intervals, reconcile

YEARS = (2023, 2024)


@pytest.fixture(scope="module")
def found(sheets) -> Inference:
    return infer_method(list(sheets.values()))


def caps_of(found: Inference, code: str, year: int) -> list[tuple[float, float]]:
    """Give the intervals of a cap in the sets that have it in that year."""
    table = found.sets
    table = table[(table["code"] == code) & (table["treatment"] == "cap")]
    table = table[[year in years for years in table["years"]]]
    return list(zip(table["low"], table["high"], strict=True))


def sets_of(found: Inference, group: str) -> set[frozenset[tuple[str, str, tuple[int, ...]]]]:
    table = found.sets[found.sets["group"] == group]
    return {
        frozenset(zip(one["code"], one["treatment"], one["years"], strict=True))
        for _, one in table.groupby("set")
    }


def test_4_1_2_is_better_when_lower_and_nothing_else_explains_4_1(found):
    assert sets_of(found, "4.1") == {frozenset({("4.1.2", "reversed", YEARS)})}
    row = found.indicators.loc["4.1.2"]
    assert (row["status"], row["treatment"], row["directions"]) == ("tested", "reversed", "-1")
    # A floor is the only other thing that takes points away: two numbers, and more in the group.
    assert row["ruled_out"] == "none; cap; floor; log; log_gii"
    assert row["impossible"] == "none; cap; log; log_gii"
    others = found.indicators.drop(index=["4.1.2", "2.2.2"])
    assert (others["directions"] == "+1").all()


def test_what_plain_cannot_explain(found):
    fails = found.groups.index[~found.groups["fits_plain"]].tolist()
    both = [(group, year) for group in ("2.2", "4.1", "4.2", "5.1", "6.3") for year in YEARS]
    alone = [("5.2", 2024), ("6.1", 2024), ("7.1", 2023), ("7.2", 2024)]
    assert sorted(fails) == sorted(both + alone)


def test_the_plain_interval_is_that_of_the_reconciliation(found, sheets):
    for year, sheet in sheets.items():
        table = reconcile(sheet, "plain")
        mine = found.groups.xs(year, level="year")
        theirs = table.loc[mine.index]
        np.testing.assert_allclose(mine["low"], theirs["low"])
        np.testing.assert_allclose(mine["high"], theirs["high"])
        assert mine["fits_plain"].tolist() == theirs["fits"].tolist()


def test_how_much_is_tested_and_how_much_is_fitted(found):
    """32 of 32, of which 20 with no free number, and the other 12 with 11 of them.

    A smaller set than that of treatments.csv (15 capped indicators of 18 numbers), whose
    further caps rest on other evidence than the sheets.
    """
    assert found.tested == {"total": 32, "plain": 18, "no_free_number": 20}
    assert found.fitted == {"explained": 32, "indicators": 11, "free_numbers": 11}
    assert set(found.groups["status"]) == {"plain", "no free number", "fitted"}
    assert (found.groups["residual"] == 0).all()


def test_fewest_departures_and_how_many_sets_have_them(found):
    table = found.groups.xs(2024, level="year")
    departures = table.loc[table["departures"] > 0, "departures"].to_dict()
    assert departures == {"2.2": 2, "4.1": 1, "4.2": 2, "5.1": 1} | {
        "5.2": 1, "6.1": 1, "6.3": 2, "7.1": 1, "7.2": 1,
    }  # fmt: skip
    sets = table.loc[table["sets"] > 1, "sets"].to_dict()
    assert sets == {"2.2": 28, "4.2": 6, "5.1": 2, "5.2": 3} | {
        "6.1": 8, "6.3": 4, "7.1": 3, "7.2": 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "year", "low", "high"),
    [
        ("7.2.1", 2024, 7.27, 7.43),
        ("6.3.2", 2024, 7.27, 7.29),
        ("6.3.1", 2023, 22.6, 23.8),
        ("6.3.3", 2023, 7.8, 8.3),
        ("4.2.2", 2023, 14.5, 14.9),
        ("5.1.3", 2024, 3.58, 4.86),
        ("5.2.3", 2024, 55.9, 56.0),
        ("5.2.2", 2024, 759.3, 759.8),
        ("7.1.2", 2023, 0.556, 0.999),
        ("7.1.3", 2023, 1.71, 2.48),
    ],
)
def test_caps(found, code, year, low, high):
    """As worked out apart from this library, where only this cap carries its year."""
    assert caps_of(found, code, year)
    for ends in caps_of(found, code, year):
        assert ends == pytest.approx((low, high), rel=0.005)


@pytest.mark.parametrize(
    ("code", "year"), [("7.2.1", 2024), ("6.3.2", 2024), ("4.2.2", 2023), ("5.1.3", 2024)]
)
def test_the_preferred_sets_hold_what_the_years_agree_on(found, code, year):
    row = found.treatments.loc[(code, year)]
    assert row["treatment"] == "cap"
    assert row["cap_low"] <= row["cap"] <= row["cap_high"] < row["highest"]


def test_a_cap_by_hand(found, sheets):
    """5.1 in both years: what 5.1.3 has to score for the published mean of three."""
    scores = []
    for sheet in sheets.values():
        bounds = indicator_intervals(sheet, Framework.official(inferred=False))
        others = bounds.loc[["5.1.1", "5.1.2"]].sum()
        published = sheet.table.at["5.1", "value"]
        scores += [
            3 * (published - 0.005) - others["high"],
            3 * (published + 0.005) - others["low"],
        ]
    least, most = max(scores[0], scores[2]), min(scores[1], scores[3])
    low = 0.005 + (0.095 - 0.005) / most * 100  # 0.10 and 0.00, each as unhelpful as it may be
    high = -0.005 + (0.105 + 0.005) / least * 100
    assert caps_of(found, "5.1.3", 2023) == [pytest.approx((low, high), rel=1e-6)]


def test_no_logarithm_of_5_2_3(found, sheets):
    row = found.indicators.loc["5.2.3"]
    assert {"log", "log_gii", "reversed"} <= set(row["ruled_out"].split("; "))
    alone = infer_method(sheets[2024], candidates=("log", "log_gii"), max_departures=1).groups.loc[
        ("5.2", 2024)
    ]
    assert alone["status"] == "unexplained"
    assert alone["residual"] > 0.01


def test_no_logarithm_is_needed_anywhere(found, sheets):
    assert not found.treatments["treatment"].isin(["log", "log_gii", "floor"]).any()
    without = infer_method(list(sheets.values()), candidates=("reversed", "cap"))
    assert without.tested == found.tested
    assert without.fitted == found.fitted


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("6.1.2", "not identified"),  # none in either year
        ("7.1.4", "not identified"),  # the lowest in both years
        ("6.2.4", "not identified"),  # 0.01 of 0.05: anything within rounding
        ("1.1.1", "tested"),
        ("4.1.1", "tested"),
        ("5.1.3", "tested"),  # one number, two published scores
        ("5.1.1", "not needed"),
        ("7.2.1", "one of several"),
        ("4.2.2", "one of several"),
    ],
)
def test_status(found, code, status):
    assert found.indicators.at[code, "status"] == status


def test_reversal_of_6_1_2_is_ruled_out_all_the_same(found):
    assert "reversed" in found.indicators.at["6.1.2", "ruled_out"].split("; ")
    assert found.indicators.at["5.1.3", "ruled_out"].split("; ")[0] == "none"


@pytest.mark.parametrize(
    ("code", "year", "low"),
    [
        ("1.1.1", 2024, 52.17),
        ("5.2.2", 2023, 135.62),
        ("4.1.1", 2023, 261.65),
        ("5.3.2", 2024, 2.7),
    ],
)
def test_caps_that_are_not_needed_are_bounded(found, code, year, low):
    row = found.treatments.loc[(code, year)]
    assert row["treatment"] == "none"
    assert row["widest_low"] == pytest.approx(low, abs=0.04)
    assert row["widest_high"] == row["highest"]


def test_joint_caps(found):
    row = found.treatments.loc[("2.2.4", 2023)]
    assert (row["joint"], row["joint_with"]) == (True, "2.2.1")
    assert not found.treatments.loc[("7.2.1", 2024), "joint"]
    joint = found.sets[(found.sets["group"] == "2.2") & (found.sets["set"] == 1)]
    assert joint["joint"].all()


def test_figures_reused_in_both_years(found):
    same = found.treatments.xs(2024, level="year")["same_data"]
    reused = ["2.1.2", "2.2.1", "3.1.1", "5.1.3", "5.3.2", "7.2.4"]
    assert same[same != ""].index.tolist() == reused
    assert set(same[reused]) == {"2023"}


def test_what_reuse_adds(found, sheets):
    """Were the two years' data another, two caps for 5.1 and a wider one for poverty reduction."""
    apart = infer_method(list(sheets.values()), reused=False)
    assert apart.tested["plain"] == found.tested["plain"]
    # Two caps would be two departures; a logarithm that touches the edge of rounding is one.
    assert sets_of(apart, "5.1") == {frozenset({("5.1.3", "log_gii", YEARS)})}
    capped = infer_method(list(sheets.values()), reused=False, candidates=("reversed", "cap"))
    assert capped.groups.loc[("5.1", 2024), "free_numbers"] == 1
    assert capped.groups["free_numbers"].sum() == found.groups["free_numbers"].sum() + 1
    assert apart.treatments["same_data"].eq("").all()
    assert caps_of(apart, "7.2.1", 2024) == [pytest.approx((6.8, 8.2), abs=0.06)]


def test_one_sheet_alone(sheets):
    found = infer_method(sheets[2024])
    assert found.years == (2024,)
    assert found.tested == {"total": 16, "plain": 8, "no_free_number": 9}
    assert found.fitted["explained"] == 16
    # By itself the year allows human development, reused from 2023, to be the capped indicator.
    assert caps_of(found, "7.2.4", 2024)
    # A floor would do for 4.1.2 in one year: the direction rests on both.
    kinds = found.sets.loc[found.sets["code"] == "4.1.2", "treatment"]
    assert set(kinds) == {"reversed", "floor"}


@pytest.mark.parametrize("year", YEARS)
def test_the_frameworks_explain_the_sheets(found, sheets, year):
    sheet, fw = sheets[year], found.framework(year)
    assert fw.table.at["4.1.2", "direction"] == -1
    bounds, share = indicator_intervals(sheet, fw), fw.shares()
    for group in found.groups.index.unique("group"):
        codes = list(fw.children(group))
        low, high = (arithmetic(bounds[c][codes].to_numpy(), share[codes]) for c in ("low", "high"))
        published = sheet.table.at[group, "value"]
        assert low - 0.005 - 1e-9 <= published <= high + 0.005 + 1e-9, group
    capped = fw.table["cap"].notna()
    assert (capped.sum() > 0) == (fw.table.loc[capped, "cap_low"].notna().sum() > 0)
    assert fw.table.loc[capped, "treatment"].eq("cap").all()
    assert fw.table.at["6.1.2", "unidentified"] == "true"


def test_evidence(found, sheets):
    """The plan gives 2.2.2 above 99 points in 2023: one departure more, and it is 2.2.2's cap."""
    told = infer_method(list(sheets.values()), evidence=[Evidence("2.2.2", 2023, low=99.0)])
    group = told.groups.loc[("2.2", 2023)]
    assert (group["departures"], group["status"]) == (3, "fitted")
    assert all(("2.2.2", "cap", (2023,)) in one for one in sets_of(told, "2.2"))
    assert told.treatments.loc[("2.2.2", 2023), "cap_high"] == pytest.approx(0.187, abs=0.001)
    assert told.tested == found.tested
    rest = told.groups.drop(index="2.2")
    assert rest.equals(found.groups.drop(index="2.2"))


def test_a_sheet_with_rounded_scores_only(found, sheets):
    """Group scores that were recomputed, and not published, are no evidence."""
    groups = frozenset(found.groups.index.unique("group"))
    silent = dataclasses.replace(sheets[2024], recomputed=groups)
    got = infer_method([sheets[2023], silent])
    assert set(got.groups.xs(2024, level="year")["status"]) == {"no published score"}
    assert got.tested["total"] == 16


@pytest.mark.parametrize("node", ["2.2", "4.1", "4.2", "5.1", "6.1", "6.3", "7.1"])
@pytest.mark.parametrize("reused", [True, False])
def test_no_set_is_left_out(sheets, node, reused):
    """Against trying every pair of departures, whatever year they act in."""
    fw = Framework.official(inferred=False)
    known = groups(list(sheets.values()), fw, [], CANDIDATES, reused)
    group = next(one.group for one in known if one.group.node == node)
    outcome = search(group, 3)
    moves = moves_of(group)
    consistent = set()
    for chosen in combinations(moves, outcome.departures):
        state = tuple(PLAIN for _ in group.slots)
        for move in chosen:
            state = state and apply(state, move, group.slots)
        if state and not any(narrow(group, scores_in(group, state))[1].values()):
            consistent.add(frozenset(chosen))
    assert consistent == {frozenset(one.moves) for one in outcome.sets}
    assert len(consistent) == len(outcome.sets)
